"""The posterior of a honeycomb: the interaction of each of its vertices, their mean and their spread.

`readout.image_likelihood` of the shared shape of the charging lines, the places of all of them and the interactions;
step heights, which may change linearly over the window, and the background are integrated out. Lengths and W_eff of a
vertex get what the reading adds for the shape of its lines.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.readout.honeycomb.fallbacks import best_fit
from attractron.readout.honeycomb.fit import HoneycombFit, expectations, model, slopes
from attractron.readout.honeycomb.model import (
    BEND,
    COMMON,
    MOST_TUNNELLING,
    PHI,
    RHO,
    TUNNELLING,
    TURN,
    WIDTH,
    occupations,
)
from attractron.readout.honeycomb.one_vertex import as_vertex, model_error
from attractron.readout.honeycomb.triple_points import single
from attractron.readout.image_likelihood import ImageLikelihood, compared
from attractron.readout.sampling import Samples, Target
from attractron.readout.vertex.geometry import InGates, oriented
from attractron.readout.vertex.image import prepare
from attractron.readout.vertex.model import DIRECTIONS, FULL_WIDTH, INTERACTION, flipped
from attractron.readout.vertex.posterior import energy_of
from attractron.readout.vertex.scan_noise import estimate

MOST_SAMPLES = 3000
"""Of which the triple points are worked out: more than are independent."""

REACH, WIDE, CURVED = np.pi / 4, 3.0, 1.0
"""To either side of a fitted direction; extent of places and interactions in half windows; bends and turns."""

VERTEX_READ = (0, 1, 2)
"""Codes of `vertex_status` with a number: repulsive, attractive, below resolution."""


@dataclass(frozen=True, kw_only=True, eq=False)
class HoneycombPosterior:
    """What is sampled of a honeycomb, and how it is quoted.

    Attributes:
        target: density of the shape.
        names: of the quantities that are quoted.
        units: of them.
        vertices: length in mV and W_eff in meV, if anything sets the scale, of each vertex, (vertex, quantity).
        errors: of the vertices' lengths and interactions from the lines' shape, relative, (vertex,).
        weights: of the vertices in the means, (quantity, vertex).
    """

    target: Target
    names: tuple[str, ...]
    units: tuple[str, ...]
    vertices: Callable[[FloatArray], FloatArray]
    errors: FloatArray
    weights: FloatArray

    validity = (
        "Priors are flat in the places of the charging lines, their directions, the steps and t² from zero on, t being "
        "the tunnelling between the dots: where the image tells little of it W_eff is not that of t = 0. Each vertex's "
        "interaction is expected within half of the common one of it.",
        "The means weigh vertices as the reading does, and spreads hold the noise of each vertex, as the reading's do.",
    )

    def quoted(self, found: Samples, seed: int) -> Samples:
        """Samples of the quantities, with the longest autocorrelation time of the interactions for each."""
        further = -(-len(found.chain) // MOST_SAMPLES)
        each = np.array([self.vertices(point) for point in found.chain[::further]])  # (sample, vertex, quantity)
        rng = np.random.default_rng(seed)
        each *= 1 + self.errors[:, None] * rng.standard_normal((len(each), len(self.errors), 1))
        parts = [each[:, :, quantity] for quantity in range(each.shape[2])]
        for values, weights in zip(list(parts), self.weights, strict=True):
            parts.append((values @ weights)[:, None])
            if len(weights) > 1:
                parts.append(values.std(axis=1, ddof=1)[:, None])
        chain = np.concatenate(parts, axis=1)
        times = np.full(len(self.names), found.times.max())
        return replace(found, chain=chain, times=times, thin=found.thin * further)


def honeycomb_posterior(result: xr.Dataset) -> HoneycombPosterior:
    """The posterior of a honeycomb from the result of `read_honeycomb`: its image is fitted again.

    Raises:
        InputError: the image in the result is not read as the result says: it was larger, and lost what it showed.
    """
    options = json.loads(result.attrs["options"])
    image = prepare(result["data"], options["quantity"], options["along"])
    arms = None if options["lever_arms"] is None else np.asarray(options["lever_arms"], dtype=float)
    fitted, verdict, _ = best_fit(image)
    first = 1 - fitted.states.beyond
    vertices = [(int(k) - first, int(m) - first) for k, m in result["electron"].to_numpy()]
    read = np.isin(result["vertex_status"].to_numpy(), VERTEX_READ)
    if not verdict.found or not set(vertices) <= set(fitted.states.own):
        got = "another honeycomb from the image in the result, or none"
        raise InputError("posterior", "be asked of an image that is read alike again", got, "crop it to fewer vertices")
    chosen = [vertex for vertex, known in zip(vertices, read, strict=True) if known]
    numbers = [str(number) for number in result["vertex"].to_numpy()[read]]
    found = {
        name: result[f"{name}_uncertainty"].to_numpy()[read]
        for name in ("interaction_line_length", "effective_interaction")
        if name in result
    }
    return posterior_of(fitted, arms, options["steps"], dict(zip(numbers, chosen, strict=True)), found)


def posterior_of(
    fitted: HoneycombFit,
    arms: FloatArray | None,
    steps: str,
    vertices: dict[str, tuple[int, int]],
    errors: dict[str, FloatArray],
) -> HoneycombPosterior:
    """The posterior of some vertices of a fit.

    Args:
        fitted: the fit.
        arms: lever arms (dot, axis) in meV/mV, or None.
        steps: the assumption that decides on signs without them.
        vertices: number → (k, m).
        errors: standard deviations of the reading, quantity → (vertex,).
    """
    states, size = fitted.states, fitted.states.size
    shape = fitted.parameters[:size]
    likelihood = _likelihood(fitted)
    covariance = likelihood.covariance(slopes(likelihood.image, states, fitted.parameters))
    own = [COMMON, *range(size - len(states.own), size)]
    factor = max(float(np.mean(np.diag(fitted.covariance)[own[1:]] / np.diag(covariance)[own[1:]])), 1.0)
    lows, highs = _bounds(fitted)
    target = Target(
        start=np.clip(shape, lows, highs),
        scales=np.sqrt(factor * np.diag(covariance)),
        lows=lows,
        highs=highs,
        logarithm=replace(likelihood, flattening=factor),
        covariance=factor * covariance,
        watched=(PHI.start, PHI.start + 1, RHO, *own),
    )
    readers = [_reader(fitted, arms, steps, k, m) for k, m in vertices.values()]
    lengths = [abs(single(states, shape, k, m)[INTERACTION]) for k, m in vertices.values()]
    misplaced = [model_error(fitted, k, m) for k, m in vertices.values()]
    names = [f"{name}_{number}" for name in errors for number in vertices]
    units = ["mV" if name == "interaction_line_length" else "meV" for name in errors for _ in vertices]
    for name in errors:
        mean, unit = ("mean_length", "mV") if name == "interaction_line_length" else ("mean_interaction", "meV")
        more = [mean, f"{mean}_spread"] if len(vertices) > 1 else [mean]
        names, units = names + more, units + [unit] * len(more)
    inverse = [each**-2.0 for each in errors.values()]
    return HoneycombPosterior(
        target=target,
        names=tuple(names),
        units=tuple(units),
        vertices=lambda point: np.array([reader(point) for reader in readers]),
        errors=np.array(misplaced) / np.array(lengths),
        weights=np.array([each / each.sum() for each in inverse]),
    )


def _likelihood(fitted: HoneycombFit) -> ImageLikelihood:
    states, shape = fitted.states, fitted.parameters[: fitted.states.size]
    image = compared(fitted.image, FULL_WIDTH * float(np.exp(shape[WIDTH] - abs(shape[RHO]) / 2)))
    rows, columns = image.places
    expected, targets = expectations(states, fitted.parameters)
    size = states.size
    weak = np.any(expected[:, size:] != 0, axis=1)

    def images(point: FloatArray) -> FloatArray:
        n = occupations(states, point, rows, columns)
        return np.concatenate([n, n * rows[:, None], n * columns])

    return ImageLikelihood(
        image=image,
        noise=estimate(image.values - model(image, states, fitted.parameters), image.levelled),
        columns=images,
        fixed=image.background_terms,
        expected=expected[~weak, :size],
        targets=targets[~weak],
        weak=expected[weak, size : size + 6],
    )


def _reader(
    fitted: HoneycombFit, arms: FloatArray | None, steps: str, k: int, m: int
) -> Callable[[FloatArray], FloatArray]:
    """Length in mV of a vertex, and W_eff in meV with its sign where lever arms set the scale."""
    alone = as_vertex(fitted, k, m)
    shape, _, arms, _, _ = oriented(alone, arms, steps)
    turned = [dot for dot in (0, 1) if abs(shape[DIRECTIONS[dot]] - alone.shape[DIRECTIONS[dot]]) > 1]
    gates = InGates(*fitted.image.frame, shape, alone.covariance)
    energy = energy_of(gates, arms, None)

    def read(point: FloatArray) -> FloatArray:
        vertex = single(fitted.states, point, k, m)
        for dot in turned:
            vertex = flipped(vertex, dot)
        length = float(np.hypot(*gates.span(vertex)))
        return np.array([length] if energy is None else [length, energy(vertex)])

    return read


def _bounds(fitted: HoneycombFit) -> tuple[FloatArray, FloatArray]:
    """Within which the prior is flat."""
    shape = fitted.parameters[: fitted.states.size]
    lows, highs = np.full(len(shape), -WIDE), np.full(len(shape), WIDE)
    lows[PHI], highs[PHI] = shape[PHI] - REACH, shape[PHI] + REACH
    lows[RHO], highs[RHO] = -5.0, 5.0
    lows[WIDTH], highs[WIDTH] = -9.0, 0.0
    for curved in (BEND, TURN):
        lows[curved], highs[curved] = -CURVED, CURVED
    lows[TUNNELLING], highs[TUNNELLING] = 0.0, MOST_TUNNELLING
    return np.minimum(lows, shape), np.maximum(highs, shape)
