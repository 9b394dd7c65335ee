"""The posterior of a vertex: its triple points and interaction, with everything else of the fit integrated out.

`readout.image_likelihood` of the shape θ of the charging lines. Step heights and background are linear, and so is the
response of a detector on its own Coulomb peak (`readout.vertex.sensor`); there θ also holds the shifts by a charge and
the direction of the detector's gradient. The vertex's place and size get the fit's error of the lines' shape.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.readout.image_likelihood import ImageLikelihood, compared
from attractron.readout.sampling import Samples, Target
from attractron.readout.vertex.fallbacks import Reading, best_reading
from attractron.readout.vertex.fit import SHAPES, STEPS, VertexFit, expectations, model, model_error
from attractron.readout.vertex.geometry import InGates, oriented
from attractron.readout.vertex.image import prepare
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
    flipped,
    occupations,
)
from attractron.readout.vertex.scan_noise import estimate
from attractron.readout.vertex.sensor import TURNS
from attractron.readout.vertex.status import STATUS

REACH = np.pi / 4
"""Angle to either side of a fitted direction: beyond it lines of one dot are those of the other."""

WIDE = 2.0
"""Extent of the window in its own units, within which the triple points' middle and their distance lie."""


STEEP, OFF = 5.0, 2.0
"""Of a detector on its own peak, the largest shift by a charge, in half windows, and the largest of its turns."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VertexPosterior:
    """What is sampled of a vertex, and how it is quoted.

    Attributes:
        target: density of the shape.
        names: of the quantities that are quoted.
        units: of them.
        quantities: of the shape, (quantity,).
        errors: of the vertex's place (two) and size from the lines' shape, in units of the window.
    """

    target: Target
    names: tuple[str, ...]
    units: tuple[str, ...]
    quantities: Callable[[FloatArray], FloatArray]
    errors: FloatArray

    validity = (
        "Priors are flat in the place of the vertex, its interaction, the directions of its lines and the steps.",
        "The error of the lines' shape (up to 2 % of a line's width) is in the samples; of the lever arms none is.",
    )

    def quoted(self, found: Samples, seed: int) -> Samples:
        """Samples of the quantities, with the longest autocorrelation time of the lines' geometry for each."""
        chain = found.chain.copy()
        rng = np.random.default_rng(seed)
        chain[:, [*CENTRE, INTERACTION]] += self.errors * rng.standard_normal((len(chain), 3))
        quoted = np.array([self.quantities(shape) for shape in chain])
        return replace(found, chain=quoted, times=np.full(len(self.names), found.times.max()))


def vertex_posterior(result: xr.Dataset) -> VertexPosterior:
    """The posterior of a vertex from the result of `read_vertex`: its image is fitted again, from the same seed.

    Raises:
        InputError: the image in the result is not read as the result says: it was larger, and lost what it showed.
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
    return _of(reading, arms, options["steps"], known, [str(name) for name in result["axis"].to_numpy()])


def _of(
    reading: Reading, arms: FloatArray | None, steps: str, known: KnownEnergy | None, axes: list[str]
) -> VertexPosterior:
    fitted = reading.fitted
    shape, _, arms, _, _ = oriented(fitted, arms, steps)
    likelihood, slopes = _likelihood(fitted)
    errors = model_error(shape)
    covariance = likelihood.covariance(slopes)
    raised = np.diag(fitted.covariance)[[*CENTRE, INTERACTION]] - errors**2
    factor = max(float(np.max(raised / np.diag(covariance)[[*CENTRE, INTERACTION]])), 1.0)
    start = fitted.parameters[: len(covariance)]
    lows, highs = _bounds(start)
    target = Target(
        start=np.clip(start, lows, highs),
        scales=np.sqrt(factor * np.diag(covariance)),
        lows=lows,
        highs=highs,
        logarithm=replace(likelihood, flattening=factor),
        covariance=factor * covariance,
        watched=(*DIRECTIONS, *CENTRE, RATIO, INTERACTION),
    )
    turned = [dot for dot in (0, 1) if abs(shape[DIRECTIONS[dot]] - fitted.shape[DIRECTIONS[dot]]) > 1]
    gates = InGates(*fitted.image.frame, shape, factor * _turned(covariance, turned))
    points = [f"{which}_triple_point_{axis}" for which in ("first", "second") for axis in axes]
    names, units = [*points, "interaction_line_length"], ["mV"] * 5
    energy = energy_of(gates, arms, known)
    if energy is not None:
        names, units = [*names, "effective_interaction"], [*units, "meV"]

    def quantities(point: FloatArray) -> FloatArray:
        parameters = point[:SHAPES]
        for dot in turned:
            parameters = flipped(parameters, dot)
        span = gates.span(parameters)
        found = [*gates.points(parameters).ravel(), np.hypot(*span)]
        return np.array(found if energy is None else [*found, energy(parameters)])

    return VertexPosterior(target=target, names=tuple(names), units=tuple(units), quantities=quantities, errors=errors)


def _likelihood(fitted: VertexFit) -> tuple[ImageLikelihood, FloatArray]:
    """Of the shape, and of what a detector on its own peak has besides; and derivatives as `covariance` takes them."""
    image = compared(fitted.image, FULL_WIDTH * float(np.exp(fitted.shape[WIDTHS]).min()))
    noise = estimate(image.values - model(image, fitted.parameters), image.levelled)
    values, changes = derivatives(fitted.shape, *image.places)
    expected, targets = expectations(fitted.parameters, None)
    sensor = image.sensor
    if sensor is None:
        likelihood = ImageLikelihood(
            image=image,
            noise=noise,
            columns=lambda shape: occupations(shape, *image.places),
            fixed=image.background_terms,
            expected=expected[:, :SHAPES],
            targets=targets,
        )
        return likelihood, np.concatenate([np.tensordot(fitted.parameters[STEPS], changes, axes=1), values])
    own = SHAPES + 2 + TURNS
    weak = np.pad(sensor.expected, ((0, 0), (SHAPES, 0)))
    of_point = np.any(weak[:, :own] != 0, axis=1)
    around = sensor.around(*image.places).astype(np.float32)

    def columns(point: FloatArray) -> FloatArray:
        shifts, turns = point[SHAPES : SHAPES + 2], point[SHAPES + 2 : own]
        n = occupations(point[:SHAPES], *image.places)
        u = sensor.potential(turns, *image.places) + np.tensordot(shifts, n, axes=1)
        return np.concatenate([sensor.basis(u.astype(np.float32)), around])

    likelihood = ImageLikelihood(
        image=image,
        noise=noise,
        columns=columns,
        fixed=np.empty((0, *image.values.shape)),
        expected=np.concatenate([expected[:, :own], weak[of_point, :own]]),
        targets=np.concatenate([targets, np.zeros(int(of_point.sum()))]),
        weak=weak[~of_point, own:],
        near=fitted.parameters[own:],
    )
    return likelihood, sensor.slopes(fitted.parameters[SHAPES:], values, changes, *image.places)


def _turned(covariance: FloatArray, dots: list[int]) -> FloatArray:
    """With the charges of some dots counted the other way round: W and their bends change their sign."""
    turned = np.ones(len(covariance))
    for dot in dots:
        turned[[INTERACTION, BENDS[dot]]] *= -1
    return np.asarray(covariance * np.outer(turned, turned))


def _bounds(shape: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Within which the prior is flat, for the shape and what else there is."""
    lows, highs = np.full(len(shape), -EXTREME), np.full(len(shape), EXTREME)
    lows[SHAPES:], highs[SHAPES:] = -STEEP, STEEP
    lows[SHAPES + 2 :], highs[SHAPES + 2 :] = -OFF, OFF
    lows[DIRECTIONS], highs[DIRECTIONS] = shape[DIRECTIONS] - REACH, shape[DIRECTIONS] + REACH
    lows[CENTRE], highs[CENTRE] = -WIDE / 2, WIDE / 2
    lows[INTERACTION], highs[INTERACTION] = -WIDE, WIDE
    narrow = [*WIDTHS, SOFTNESS, CROSSED]
    lows[narrow], highs[narrow] = -9.0, 0.0
    lows[[*BENDS, RATIO]], highs[[*BENDS, RATIO]] = -5.0, 5.0
    return np.minimum(lows, shape), np.maximum(highs, shape)


def energy_of(
    gates: InGates, arms: FloatArray | None, known: KnownEnergy | None
) -> Callable[[FloatArray], float] | None:
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
