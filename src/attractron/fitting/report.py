"""What a fitted diagram says: numbers with their status, combinations, the residual's structure, and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.results import Variable, dataset, flags
from attractron.fitting.identifiability import LIMIT, Identifiability, words
from attractron.fitting.solve import Problem, Solution
from attractron.readout.vertex.image import block_means

STATUS = {0: "determined", 1: "not_fixed", 2: "at_bound"}

ENERGIES = ("meV", "meV/mV", "K")
"""Units of parameters that share the scale of energy."""

SIGNIFICANT = 5.0
"""Standard deviations by which chi-square may exceed its expectation without a note."""

FEWEST_BLOCKS = 6
"""Blocks along each axis for which chi-square is looked at."""

ROUNDING = 1e-5
"""Structure in the residual over the range of the data below which it is not spoken of."""

VALIDITY = (
    "Charge states are classical and the islands in equilibrium; two dots with one carrier each are in view.",
    "Lever arms are constant over the image and the detector is linear.",
    "Tunnel broadening is a Lorentzian average over common shifts of both levels: approximate near triple points.",
    "Uncertainties are one standard deviation from the noise in the residual (white and 1/f along the scan); errors "
    "of what was held and of the gate voltages are not in them.",
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A solved problem and what its data say; `units` are those of the current."""

    problem: Problem
    solution: Solution
    known: Identifiability
    units: str

    @cached_property
    def determined(self) -> NDArray[np.bool_]:
        """Parameters that the data fix by themselves."""
        return self.known.determined()

    @cached_property
    def status(self) -> NDArray[np.int32]:
        """Codes of `STATUS` for every parameter."""
        low, high = self.problem.bounds
        at = self.solution.point
        near = 1e-6 * self.problem.ranges
        bound = np.where((at - low <= near) | (high - at <= near), 2, 0)
        return np.where(self.determined, bound, 1).astype(np.int32)

    @cached_property
    def interaction(self) -> tuple[float, float]:
        """W_eff at the fitted temperature and its standard deviation, meV."""
        values = self.problem.at(self.solution.point)
        slope = self.problem.model.energy_slopes(values, self.problem.free)[:, 2]
        return float(self.problem.model.energies(values)[2]), self.known.uncertainty(slope)

    @property
    def interaction_fixed(self) -> bool:
        """Whether the data fix W_eff: to a part of the range of the Hamiltonian's parameters."""
        names = self.problem.model.device.named()
        ranges = [r for name, r in zip(self.problem.free, self.problem.ranges, strict=True) if name in names]
        return self.interaction[1] < LIMIT * max(ranges, default=np.inf)


class Structure(NamedTuple):
    """Reduced chi-square of the whitened residual in blocks of pixels, its standard deviation if there is nothing but
    noise, the pixels along a block's edge, and the r.m.s. of what is more than noise."""

    square: float
    error: float
    pixels: int
    rms: float

    @property
    def seen(self) -> bool:
        """Whether there is more than noise."""
        return self.square > 1 + SIGNIFICANT * self.error


def structure(solution: Solution) -> Structure:
    """What the residual shows besides noise, in blocks of the size that shows most.

    The noise is estimated from the residual itself, so that single pixels always give 1. What the model misses joins
    neighbours in both directions; noise joins them along the scan only, and whitening takes that away.
    """
    whitened = solution.noise.lines(solution.noise.whiten(solution.residual))
    whitened = whitened if solution.noise.fast == 1 else whitened.T
    found = []
    pixels = 2
    while pixels == 2 or min(whitened.shape) >= FEWEST_BLOCKS * pixels:
        blocks = block_means(whitened, (pixels, pixels)) * pixels
        square = float(np.mean(blocks**2))
        power = float(np.mean(block_means(solution.residual, (pixels, pixels)) ** 2))
        rms = float(np.sqrt(power * max(1 - 1 / max(square, 1e-12), 0.0)))
        found.append(Structure(square, float(np.sqrt(2 / blocks.size)), pixels, rms))
        pixels *= 2
    return max(found, key=lambda entry: (entry.square - 1) / entry.error)


def labelled(outcome: Outcome, options: Mapping[str, Any]) -> xr.Dataset:
    """The result as a Dataset (variables in `attractron.fitting.fit_diagram`)."""
    problem, solution = outcome.problem, outcome.solution
    model, names = problem.model, list(problem.free)
    values = problem.at(solution.point)
    variables = _parameters(outcome) | _directions(outcome) | _combinations(outcome) | _interaction(outcome)
    left = structure(solution)
    variables["reduced_chi_square"] = (
        (),
        left.square,
        "1",
        "chi-square of the whitened residual in blocks, over their number",
    )
    residual = np.where(np.isnan(problem.data), np.nan, solution.residual)
    for name, pixels, label in (
        ("data", problem.data, "detector current"),
        ("model", model.current(values), "fitted current"),
        ("residual", residual, "data less fit"),
    ):
        variables[name] = (model.names, pixels, outcome.units, label)
    coords: dict[str, Variable] = {
        **{name: (name, axis, "mV", name) for name, axis in zip(model.names, model.axes, strict=True)},
        "parameter": ("parameter", names, "1", "fitted parameter"),
        "other": ("other", names, "1", "fitted parameter"),
    }
    notes = _notes(outcome, left)
    result = dataset(
        variables,
        coords,
        question="fitting.fit_diagram",
        parameters=model.device.describe(),
        options={**options, "held": {name: value for name, value in values.items() if name not in names}},
        method="generalised least squares with exact derivatives: a trust region, then Gauss and Newton",
        validity=(*VALIDITY, *notes),
        references=("hamo2016", "vanderwiel2002"),
    )
    for name in ("status", "effective_interaction_status"):
        result[name].attrs.update(flags(STATUS))
    result.attrs["summary"] = " ".join([_headline(outcome), *_held(outcome), *_unfixed(outcome), *notes])
    return result


def _parameters(outcome: Outcome) -> dict[str, Variable]:
    point, problem = outcome.solution.point, outcome.problem
    determined = outcome.determined
    covariance = outcome.known.covariance()
    sizes = np.sqrt(np.diag(covariance))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = covariance / np.outer(sizes, sizes)
    correlation[~determined] = np.nan
    correlation[:, ~determined] = np.nan
    parameter = ("parameter",)
    units = [problem.model.parameters[name].unit.replace("pA", outcome.units) for name in problem.free]
    own = "own (see `units`)"
    return {
        "value": (parameter, np.where(determined, point, np.nan), own, "fitted value, where the data fix it"),
        "uncertainty": (parameter, outcome.known.uncertainties(), own, "standard deviation"),
        "status": (parameter, outcome.status, "1", "whether the data fix the parameter"),
        "units": (parameter, units, "1", "unit of the parameter"),
        "start": (parameter, problem.start, own, "value at the start of the fit"),
        "point": (parameter, point, own, "value that the fitted image is drawn with"),
        "range": (parameter, problem.ranges, own, "range over which the parameter was open"),
        "correlation": (("parameter", "other"), correlation, "1", "correlation of the fitted values"),
    }


def _directions(outcome: Outcome) -> dict[str, Variable]:
    known = outcome.known
    return {
        "eigenvalue": ("direction", known.eigenvalues, "1", "eigenvalue of Fisher's matrix in units of the ranges"),
        "eigenvector": (("direction", "parameter"), known.eigenvectors, "1", "eigenvector in units of the ranges"),
        "unseen_move": (("move", "parameter"), known.undone(), "own (see `units`)", "change that the data do not see"),
    }


def _combinations(outcome: Outcome) -> dict[str, Variable]:
    rows = outcome.known.combinations()
    errors = np.array([outcome.known.uncertainty(row) for row in rows])
    label = "of the combination that the data fix"
    return {
        "combination": (("combination_number", "parameter"), rows, "1", f"coefficients {label}"),
        "combination_value": (
            "combination_number",
            rows @ outcome.solution.point,
            "leading parameter's",
            f"value {label}",
        ),
        "combination_uncertainty": ("combination_number", errors, "leading parameter's", f"standard deviation {label}"),
    }


def _interaction(outcome: Outcome) -> dict[str, Variable]:
    value, error = outcome.interaction
    fixed = outcome.interaction_fixed
    label = "effective interaction at the fitted temperature"
    return {
        "effective_interaction": ((), value if fixed else np.nan, "meV", label),
        "effective_interaction_uncertainty": ((), error, "meV", f"standard deviation of the {label}"),
        "effective_interaction_status": ((), np.int32(not fixed), "1", "whether the data fix the interaction"),
    }


def _headline(outcome: Outcome) -> str:
    value, error = outcome.interaction
    values = dict(zip(outcome.problem.free, outcome.solution.point, strict=True))
    at = values.get("temperature", outcome.problem.values["temperature"])
    if not outcome.interaction_fixed:
        return "The image does not fix the effective interaction."
    if not set(outcome.problem.model.device.named()) & set(outcome.problem.free):
        return f"W_eff = {value:.4g} meV was held."
    kind = "attractive" if value < 0 else "repulsive"
    sure = "" if abs(value) > 2 * error else ", of a sign that the data leave open"
    return f"W_eff = {value:.4g} ± {error:.2g} meV at T = {at:.3g} K: {kind}{sure}."


def _held(outcome: Outcome) -> list[str]:
    """The energies, lever arms and temperature that were not fitted: they set the scale of all that were."""
    problem = outcome.problem
    units = {name: problem.model.parameters[name].unit for name in problem.values if name not in problem.free}
    held = [
        f"{name} = {problem.values[name]:.4g} {unit}"
        for name, unit in units.items()
        if unit in ENERGIES and problem.values[name]
    ]
    return [f"Held: {', '.join(held)}."] if held else []


def _unfixed(outcome: Outcome) -> list[str]:
    """Sentences on what the data do not fix, and on what they fix of it."""
    names = outcome.problem.free
    loose = [name for name, fixed in zip(names, outcome.determined, strict=True) if not fixed]
    if not loose:
        return ["All fitted parameters are fixed by the data."]
    said = [f"Not fixed by the data: {', '.join(loose)}."]
    if _scale_is_free(outcome):
        said.append("The common scale of all energies, lever arms and temperature is not fixed: hold one of them.")
    ranges = outcome.problem.ranges
    parts = [
        f"{words(names, row, 1 / ranges)} = {_number(row @ outcome.solution.point, outcome.known.uncertainty(row))}"
        for row in outcome.known.combinations()
    ]
    if parts:
        said.append(f"Fixed combinations of them, near these values: {'; '.join(parts)}.")
    moves = [words(names, row, ranges) for row in outcome.known.undone()]
    said.append(f"The image does not see these moves: ({'); ('.join(moves)}).")
    return said


def _number(value: float, error: float) -> str:
    """Value and error; what is rounding beside the error is zero."""
    return f"{value if abs(value) > 1e-4 * error else 0.0:.4g} ± {error:.2g}"


def _scale_is_free(outcome: Outcome) -> bool:
    """Whether the data do not see all energies, lever arms and the temperature grow by one factor."""
    units = [outcome.problem.model.parameters[name].unit for name in outcome.problem.free]
    energies = np.isin(units, ENERGIES)
    return outcome.known.moves_freely(np.where(energies, outcome.solution.point, 0.0))


def _notes(outcome: Outcome, left: Structure) -> list[str]:
    notes = []
    data = outcome.problem.data
    if left.seen and left.rms > ROUNDING * float(np.nanmax(data) - np.nanmin(data)):
        notes.append(
            f"The residual shows structure of {left.rms:.2g} {outcome.units} r.m.s. that the model does not explain "
            f"(reduced chi-square {left.square:.3g} in blocks of {left.pixels} x {left.pixels} pixels): uncertainties "
            "are too small."
        )
    at_bound = [name for name, code in zip(outcome.problem.free, outcome.status, strict=True) if code == 2]
    if at_bound:
        notes.append(f"At the end of what physics allows: {', '.join(at_bound)}.")
    return notes
