r"""The posterior of a vertex: its triple points and interaction, with everything else of the fit integrated out.

    p(θ | D) ∝ |XᵀX|^(-1/2) exp(-[min_a |Q(D - X a)|²/τ + |P θ - p|²]/2)

with the shape θ of the charging lines, the step heights and the background a, on which the image X a depends linearly
(flat priors, integrated in closed form; X less what the background explains), the filter Q that makes the scan's noise
white and the weak expectations P of the fit. τ ≥ 1 is the factor by which the fit raises its variances because patches
of the image disagree more than noise does; and the vertex's place and size get the fit's error of the lines' shape.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.readout.sampling import Samples, Target
from attractron.readout.vertex.fallbacks import Reading, best_reading
from attractron.readout.vertex.fit import MODEL_ERROR, SHAPES, STEPS, expectations, model
from attractron.readout.vertex.geometry import InGates, oriented
from attractron.readout.vertex.image import Image, prepare
from attractron.readout.vertex.interaction import KnownEnergy, estimates, weights_of_dots
from attractron.readout.vertex.model import (
    BENDS,
    CENTRE,
    CROSSED,
    DIRECTIONS,
    EXTREME,
    FULL_WIDTH,
    INTERACTION,
    RATIO,
    SOFTNESS,
    WIDTHS,
    derivatives,
    occupations,
)
from attractron.readout.vertex.scan_noise import ScanNoise, estimate
from attractron.readout.vertex.status import STATUS

SIDE = 96
"""Pixels along each axis of the image that is compared, where its lines are wide enough for blocks of pixels."""

REACH = np.pi / 4
"""Angle to either side of a fitted direction: beyond it lines of one dot are those of the other."""

WIDE = 2.0
"""Extent of the window in its own units, within which the triple points' middle and their distance lie."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Likelihood:
    """The likelihood of a vertex's shape, steps and background being integrated out.

    Attributes:
        image: that is compared.
        noise: in it.
        flattening: τ.
        expected: P, (expectation, shape parameter).
        targets: p.
    """

    image: Image
    noise: ScanNoise
    flattening: float
    expected: FloatArray
    targets: FloatArray

    @cached_property
    def _background(self) -> FloatArray:
        """Orthonormal (pixel, term): what the background explains."""
        return np.asarray(np.linalg.qr(self.noise.whiten(self.image.background_terms).T)[0])

    def seen(self, images: FloatArray) -> FloatArray:
        """Images (…, rows, columns) in white noise, less what the background explains, (…, pixel)."""
        white = self.noise.whiten(images)
        return np.asarray(white - (white @ self._background) @ self._background.T)

    @cached_property
    def _data(self) -> FloatArray:
        return self.seen(self.image.values)

    def __call__(self, shape: FloatArray) -> float:
        """Its logarithm, up to a constant."""
        columns = self.seen(self.image.observed(occupations(shape, *self.image.places)))
        gram = columns @ columns.T
        sign, logarithm = np.linalg.slogdet(gram)
        if sign <= 0:  # a dot without a line in view
            return -np.inf
        projected = columns @ self._data
        squares = float(self._data @ self._data - projected @ np.linalg.solve(gram, projected))
        away = self.expected @ shape - self.targets
        return -0.5 * (squares / self.flattening + float(logarithm) + float(away @ away))

    def covariance(self, shape: FloatArray, steps: FloatArray) -> FloatArray:
        """Of the shape near its best values, steps and background free, for τ = 1."""
        values, changes = derivatives(shape, *self.image.places)
        slopes = np.concatenate([np.tensordot(steps, changes, axes=1), values])
        columns = self.seen(self.image.observed(slopes))
        information = columns @ columns.T
        information[:SHAPES, :SHAPES] += self.expected.T @ self.expected
        return np.asarray(np.linalg.pinv(information, hermitian=True)[:SHAPES, :SHAPES])


@dataclass(frozen=True, kw_only=True, eq=False)
class VertexPosterior:
    """What is sampled of a vertex, and how it is quoted.

    Attributes:
        target: density of the shape.
        names: of the quantities that are quoted.
        units: of them.
        quantities: of the shape, (quantity,).
        error: of the vertex's place and size from the lines' shape, in units of the window.
    """

    target: Target
    names: tuple[str, ...]
    units: tuple[str, ...]
    quantities: Callable[[FloatArray], FloatArray]
    error: float

    validity = (
        "Priors are flat in the place of the vertex, its interaction, the directions of its lines and the steps.",
        "The error of the lines' shape (2 % of a line's width) is in the samples; of the lever arms none is.",
    )

    def quoted(self, found: Samples, seed: int) -> Samples:
        """Samples of the quantities, with the longest autocorrelation time of the lines' geometry for each."""
        chain = found.chain.copy()
        rng = np.random.default_rng(seed)
        chain[:, [*CENTRE, INTERACTION]] += self.error * rng.standard_normal((len(chain), 3))
        quoted = np.array([self.quantities(shape) for shape in chain])
        return replace(found, chain=quoted, times=np.full(len(self.names), found.times.max()))


def vertex_posterior(result: xr.Dataset) -> VertexPosterior:
    """The posterior of a vertex from the result of `read_vertex`: its image is fitted again, from the same seed.

    Raises:
        InputError: the image in the result is not read as the result says: it was larger, and lost what it showed; or a
            detector on its own Coulomb peak made it.
    """
    options = json.loads(result.attrs["options"])
    image = prepare(result["data"], options["quantity"], options["along"])
    arms = None if options["lever_arms"] is None else np.asarray(options["lever_arms"], dtype=float)
    temperature, size = options["temperature"], options["interaction"]
    known = None if temperature is None and size is None else KnownEnergy(interaction=size, temperature=temperature)
    reading = best_reading(image, options["seed"], arms, options["steps"], known)
    status = flag_names(result["status"])[int(result["status"])]
    if STATUS[reading.verdict.status] != status:
        got = f"{STATUS[reading.verdict.status]} from the image in the result, which says {status}"
        raise InputError("posterior", "be asked of an image that is read alike again", got, "crop it to the vertex")
    if reading.fitted.image.sensor is not None:
        wanted = "be asked of an image that steps and a smooth background make"
        raise InputError(
            "posterior", wanted, "one of a detector on its own peak", "quote the reading's own uncertainty"
        )
    return _of(reading, arms, options["steps"], known, [str(name) for name in result["axis"].to_numpy()])


def _of(
    reading: Reading, arms: FloatArray | None, steps: str, known: KnownEnergy | None, axes: list[str]
) -> VertexPosterior:
    fitted = reading.fitted
    shape, _, arms, _, _ = oriented(fitted, arms, steps)
    image = _compared(fitted.image, shape)
    left = image.values - model(image, fitted.parameters)
    expected, targets = expectations(fitted.parameters, None)
    likelihood = Likelihood(
        image=image,
        noise=estimate(left, image.levelled),
        flattening=1.0,
        expected=_turned(expected[:, :SHAPES], fitted.shape, shape),
        targets=targets,
    )
    width = MODEL_ERROR * FULL_WIDTH * float(np.exp(shape[WIDTHS]).mean())
    covariance = _turned(likelihood.covariance(fitted.shape, fitted.parameters[STEPS]), fitted.shape, shape)
    covariance = _turned(covariance.T, fitted.shape, shape)
    raised = np.diag(fitted.covariance)[[*CENTRE, INTERACTION]] - width**2
    factor = max(float(np.max(raised / np.diag(covariance)[[*CENTRE, INTERACTION]])), 1.0)
    scales = np.sqrt(factor * np.diag(covariance))
    lows, highs = _bounds(shape)
    target = Target(
        start=np.clip(shape, lows, highs),
        scales=scales,
        lows=lows,
        highs=highs,
        logarithm=replace(likelihood, flattening=factor),
        covariance=factor * covariance,
        watched=(*DIRECTIONS, *CENTRE, RATIO, INTERACTION),
    )
    gates = InGates(*fitted.image.frame, shape, factor * covariance)
    points = [f"{which}_triple_point_{axis}" for which in ("first", "second") for axis in axes]
    names, units = [*points, "interaction_line_length"], ["mV"] * 5
    energy = _energy(gates, arms, known)
    if energy is not None:
        names, units = [*names, "effective_interaction"], [*units, "meV"]

    def quantities(parameters: FloatArray) -> FloatArray:
        span = gates.span(parameters)
        found = [*gates.points(parameters).ravel(), np.hypot(*span)]
        return np.array(found if energy is None else [*found, energy(parameters)])

    return VertexPosterior(target=target, names=tuple(names), units=tuple(units), quantities=quantities, error=width)


def _compared(image: Image, shape: FloatArray) -> Image:
    """The image in blocks of pixels, if its narrowest line is wider than two of them."""
    coarse = image.coarse(SIDE)
    blocks = max(float(np.abs(np.diff(places)).max()) for places in coarse.places)
    return coarse if FULL_WIDTH * np.exp(shape[WIDTHS]).min() > 2 * blocks else image


def _turned(rows: FloatArray, fitted: FloatArray, shape: FloatArray) -> FloatArray:
    """Rows over the fit's parameters with charges counted as in `shape`: W and bends may change their sign."""
    turned = np.ones(rows.shape[-1])
    changed = [INTERACTION, *BENDS]
    turned[changed] = np.where(np.sign(shape[changed]) * np.sign(fitted[changed]) < 0, -1.0, 1.0)
    return np.asarray(rows * turned)


def _bounds(shape: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Within which the prior is flat."""
    lows, highs = np.full(SHAPES, -EXTREME), np.full(SHAPES, EXTREME)
    lows[DIRECTIONS], highs[DIRECTIONS] = shape[DIRECTIONS] - REACH, shape[DIRECTIONS] + REACH
    lows[CENTRE], highs[CENTRE] = -WIDE / 2, WIDE / 2
    lows[INTERACTION], highs[INTERACTION] = -WIDE, WIDE
    narrow = [*WIDTHS, SOFTNESS, CROSSED]
    lows[narrow], highs[narrow] = -9.0, 0.0
    lows[[*BENDS, RATIO]], highs[[*BENDS, RATIO]] = -5.0, 5.0
    return np.minimum(lows, shape), np.maximum(highs, shape)


def _energy(gates: InGates, arms: FloatArray | None, known: KnownEnergy | None) -> Callable[[FloatArray], float] | None:
    """W_eff in meV of a shape, with its sign; None where nothing sets the scale."""
    if arms is not None:
        _, errors = estimates(gates.span, gates.across, arms, gates.covariance, gates.shape)
        weights = weights_of_dots(errors[:2, :2])
        first = arms @ gates.span(gates.shape)
        # Along the line both potentials rise in repulsion, one falls in attraction; a shape's W may have either sign.
        sign = float(np.sign(np.prod(first))) * (float(np.sign(gates.shape[INTERACTION])) or 1.0)
        return lambda shape: sign * float(np.sign(shape[INTERACTION]) * (weights @ np.abs(arms @ gates.span(shape))))
    if known is not None and known.temperature is not None:
        return lambda shape: float(shape[INTERACTION] * known.scale(shape))
    return None
