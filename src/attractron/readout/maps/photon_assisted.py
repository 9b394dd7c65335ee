"""Lever arm and tunnel coupling from a map of photon-assisted transitions over detuning and microwave frequency.

The frequency is known exactly, and with it the energy h f: where the lines move with it they measure the detuning axis.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from attractron.core.checks import FloatArray
from attractron.core.constants import PLANCK
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, quoted, with_error
from attractron.readout.maps.axes import ENERGY_AXES, Map, as_map, complete_rows, signal_of
from attractron.readout.maps.goodness import MapGoodness, map_goodness
from attractron.readout.maps.photon_fits import Fits, at_bound, coherent, fit_all, lines_of, spread_of_shapes
from attractron.readout.maps.photon_model import (
    CURVED,
    FIXED,
    HELD,
    NOTHING,
    ONE_SIDE,
    STRAIGHT,
    Fit,
    fit,
)
from attractron.readout.maps.pixel_noise import pixel_noise
from attractron.readout.model_selection import Candidate, Comparison, compare

WANTED = "hold a signal over a detuning (mV or meV) and a microwave frequency (GHz)"
FEWEST_ROWS, FEWEST_COLUMNS = 6, 30

STATUS = {
    0: "lines",
    1: "one line",
    2: "no lines",
    3: "lines do not move",
    4: "undecided",
    5: "not described",
}
COUPLING_STATUS = {0: "resolved", 1: "upper bound", 2: "not read"}

PHOTON = (CURVED, STRAIGHT, ONE_SIDE)
"""Shapes that move with the frequency."""

UNREADABLE = 0.3
"""Structure in the residual over the lines, both r.m.s., from which on a map is not described."""

RESOLVED = 2.0
"""t² over its uncertainty below which only the upper bound is quoted."""

ONE_SIDED = 2.706
"""Δχ² of a one-sided bound of 95 %."""

QUIETEST = 1e-4
"""Noise over the map's r.m.s. below which it is taken to be that."""

DOUBLINGS = 40


def photon_assisted(data: xr.Dataset | xr.DataArray) -> xr.Dataset:
    """Lever arm of a detuning axis and tunnel coupling t from lines that move with the microwave frequency.

        ε = α (V - V₀) = ±√((n h f)² - 4t²)

    fitted to all rows at once, each with amplitudes of either sign and a background of its own, on which the step of an
    interdot line may stand. The slope at high frequencies gives α, since h f is known exactly, the curvature at low
    ones t. Beside it are fitted lines without curvature, on one side only, that do not move, and none; Lorentzians in
    energy, in detuning, and Gaussians; one to three photons.

    Theory: docs/theory/readout.md, eq-photon, eq-bic.

    Args:
        data: `signal` over a detuning in mV or meV and a frequency in GHz, as `load` gives it, in any order; rows with
            missing points are left out.

    Returns:
        Dataset with `lever_arm` (meV per unit of the detuning axis), `position` V₀, `tunnel_coupling` (meV) and
        `line_width` (half width at half maximum, meV; of a Gaussian its standard deviation), each with its
        `_uncertainty`; `tunnel_coupling_upper_bound` (95 %, from the χ² profile) and `_status`; `photons`, the largest
        number; `score` over `candidate`, the shapes from the best to the worst; `status`: where it is not "lines" or
        "one line" all these numbers are NaN; `chi_squared`, `misfit`, `misfit_probability`, `noise`; `data`, `model`,
        `residual` over the axes, and `line_position` over (side, photon, frequency). `attrs["summary"]` says it.

    Raises:
        InputError: not such a map, or one with too few rows or points.

    Example:
        >>> import xarray as xr
        >>> frequency, gate = np.linspace(6.0, 20.0, 30), np.linspace(-2.0, 2.0, 121)
        >>> t, alpha, h = 0.008, 0.06, 4.135667696e-3  # meV, meV/mV, meV/GHz
        >>> gap = np.hypot(alpha * gate, 2 * t)
        >>> line = alpha * gate / gap / (1 + ((gap - h * frequency[:, None]) / 0.005) ** 2)
        >>> noise = 0.02 * np.random.default_rng(1).normal(size=line.shape)
        >>> axes = {"f": ("f", frequency, {"units": "GHz"}), "eps": ("eps", gate, {"units": "mV"})}
        >>> found = at.readout.photon_assisted(xr.DataArray(noise - line, axes, ("f", "eps")))
        >>> round(float(found["lever_arm"]), 3), round(float(found["tunnel_coupling"]), 3)
        (0.06, 0.008)

    Source: van der Wiel et al., Rev. Mod. Phys. 75, 1 (2002), section V; Petta et al., Phys. Rev. Lett. 93, 186802
    (2004), for a charge sensor.
    """
    found, frequency = _map(data)
    complete = complete_rows(found, FEWEST_ROWS, FEWEST_COLUMNS)
    values = found.values[complete]
    noise = max(pixel_noise(values).white, QUIETEST * float(np.std(values)))
    if noise == 0:
        raise InputError("data", "show lines", "a flat map", "is the detector on?")
    chosen = fit_all(found.columns, frequency[complete], (values - values.mean()) / noise)
    return _result(_judged(chosen, found, complete, values, noise))


class _Outcome(NamedTuple):
    """What was found, and with which data."""

    map: Map
    complete: Any
    values: FloatArray
    noise: float
    best: Fit
    comparison: Comparison
    goodness: MapGoodness
    misfit: float
    status: int
    spread: dict[str, float]


def _map(data: xr.Dataset | xr.DataArray) -> tuple[Map, FloatArray]:
    array = signal_of(data, WANTED)
    units = {str(dim): str(array[dim].attrs.get("units", "1")) for dim in array.dims}
    frequencies = [name for name, unit in units.items() if unit == "GHz"]
    detunings = [name for name, unit in units.items() if unit in ENERGY_AXES]
    if len(frequencies) != 1 or len(detunings) != 1:
        got = ", ".join(f"{name} in {unit}" for name, unit in units.items())
        remedy = "a map over power or time tells no energy; units are overruled with axis-unit"
        raise InputError("data", WANTED, got, remedy)
    found = as_map(array, frequencies[0], detunings[0])
    if found.rows[0] <= 0:
        raise InputError(f"axis {found.row!r}", "hold positive frequencies", f"{found.rows[0]:g} GHz")
    return found, found.rows


def _judged(fits: Fits, found: Map, complete: Any, values: FloatArray, noise: float) -> _Outcome:
    points = float(fits.data.size)
    comparison = compare(
        {name: Candidate(each.squares, each.parameters) for name, each in fits.by_name.items()}, points
    )
    best = fits.by_name[comparison.best]
    left = best.curve - fits.data
    goodness = map_goodness(left, fits.data)
    lines = lines_of(best)
    contrast = float(np.std(fits.data))
    misfit = goodness.share * contrast / max(float(np.sqrt(np.mean(lines**2))), 1e-300)
    return _Outcome(
        map=found,
        complete=complete,
        values=values,
        noise=noise,
        best=best,
        comparison=comparison,
        goodness=goodness,
        misfit=misfit,
        status=_status(comparison, best, goodness, misfit),
        spread=spread_of_shapes(fits, best),
    )


def _status(comparison: Comparison, best: Fit, goodness: MapGoodness, misfit: float) -> int:
    if comparison.best == NOTHING:
        return 2
    rivals = [name for name in comparison.open_between() if name not in PHOTON]
    if comparison.best == FIXED:
        moving = [name for name in comparison.open_between() if name in PHOTON]
        return 4 if moving else 3
    if rivals:
        return 4
    if goodness.significant and misfit > UNREADABLE:
        return 5
    if not coherent(best) or at_bound(best):
        return 5
    return 1 if comparison.best == ONE_SIDE else 0


def _uncertainties(outcome: _Outcome) -> dict[str, float]:
    """Standard deviations of the parameters that are not linear; zero of those that were not fitted."""
    best = outcome.best
    scale = outcome.goodness.excess if outcome.goodness.significant else 1.0
    variances = np.diag(best.minimum.covariance) * scale
    return {
        name: float(np.hypot(np.sqrt(variance), outcome.spread.get(name, 0.0)))
        for name, variance in zip(best.model.names, variances, strict=True)
    }


def _coupling_bound(outcome: _Outcome, curved: Fit, signal: FloatArray, start: float) -> float:
    """t² at which χ² has risen by that of a one-sided bound, all other parameters fitted again."""
    scale = max(outcome.goodness.excess if outcome.goodness.significant else 1.0, 1.0)
    model = replace(curved.model, kind=HELD)
    lowest = curved.squares

    def short(squared: float) -> float:
        held = fit(model, signal, curved.values | {"coupling_squared": squared})
        return (held.squares - lowest) / scale - ONE_SIDED

    low = curved.values["coupling_squared"]
    reach = max(start, 1e-6 * (PLANCK * float(curved.model.frequency.max())) ** 2)
    high = low + reach
    for _ in range(DOUBLINGS):
        if short(high) >= 0:
            return float(brentq(short, low, high, rtol=1e-3))
        low, high = high, high + 2 * (high - low)
    return float("inf")


def _result(outcome: _Outcome) -> xr.Dataset:
    found, best = outcome.map, outcome.best
    read = outcome.status in (0, 1)
    unit, signal_unit = found.unit(found.column), str(found.array.attrs.get("units", "a.u."))
    quantities = _quantities(outcome, unit) if read else _no_quantities(unit)
    full = np.full(found.values.shape, np.nan)
    full[outcome.complete] = best.curve * outcome.noise + outcome.values.mean()
    variables: dict[str, Variable] = {
        **quantities,
        "photons": ((), np.int32(max(best.model.photons) if read else 0), "1", "largest number of photons"),
        "status": ((), np.int32(outcome.status), "1", "what the map shows"),
        "noise": ((), outcome.noise, signal_unit, "white noise, from how neighbouring points differ"),
        "chi_squared": ((), outcome.goodness.chi_squared, "1", "variance of the residual over that of the noise"),
        "misfit": ((), outcome.misfit, "1", "structure in the residual over the lines, both r.m.s."),
        "misfit_probability": ((), outcome.goodness.probability, "1", "probability of such a residual by noise alone"),
        **outcome.comparison.variables(),
        "line_position": (("side", "photon", found.row), _positions(outcome, read), unit, "detuning of the line"),
    }
    dims = tuple(map(str, found.array.dims))
    for name, image, label in (
        ("data", found.values, str(found.array.attrs.get("long_name", "signal"))),
        ("model", full, "fit"),
        ("residual", found.values - full, "data less fit"),
    ):
        variables[name] = (dims, found.like_data(image), signal_unit, label)
    result = dataset(
        variables,
        {
            **{
                name: (
                    name,
                    found.array[name].to_numpy(),
                    found.unit(name),
                    str(found.array[name].attrs.get("long_name", name)),
                )
                for name in dims
            },
            **outcome.comparison.coordinates(),
            "side": ("side", list(best.model.sides), "1", "sign of the detuning"),
            "photon": ("photon", list(best.model.photons), "1", "number of photons"),
        },
        question="readout.photon_assisted",
        parameters={"h": PLANCK},
        method=(
            "least squares of the whole map, amplitudes and background of every row eliminated; noise white and 1/f "
            "along the rows"
        ),
        validity=_validity(outcome),
        references=("vanderwiel2002",),
    )
    result["status"].attrs.update(flags(STATUS))
    result["tunnel_coupling_status"].attrs.update(flags(COUPLING_STATUS))
    result.attrs["runner_up"] = outcome.comparison.runner_up
    result.attrs["summary"] = _summary(result, outcome)
    return result


def _quantities(outcome: _Outcome, unit: str) -> dict[str, Variable]:
    values, errors = outcome.best.values, _uncertainties(outcome)
    curved = outcome.best
    alpha, gamma = float(np.exp(values["lever_arm"])), float(np.exp(values["width"]))
    squared = values["coupling_squared"] if curved.model.kind != STRAIGHT else 0.0
    signal = (outcome.values - outcome.values.mean()) / outcome.noise
    if curved.model.kind == STRAIGHT:  # the same lines with a t that may be above zero, for its bound
        curved = fit(replace(curved.model, kind=CURVED), signal, values)
        squared = curved.values["coupling_squared"]
        scale = outcome.goodness.excess if outcome.goodness.significant else 1.0
        at = curved.model.names.index("coupling_squared")
        errors["coupling_squared"] = float(np.sqrt(curved.minimum.covariance[at, at] * scale))
    spread = errors["coupling_squared"]
    bound = float(np.sqrt(_coupling_bound(outcome, curved, signal, spread)))
    t = float(np.sqrt(squared))
    resolved = squared >= RESOLVED * spread and curved.model is outcome.best.model
    in_axis = "meV/mV" if unit == "mV" else "1"
    return {
        **with_error("lever_arm", alpha, alpha * errors["lever_arm"], in_axis, "lever arm of the detuning axis"),
        **with_error("position", values["position"], errors["position"], unit, "centre V₀, where ε = 0"),
        **with_error("line_width", gamma, gamma * errors["width"], "meV", "half width of the lines"),
        **with_error(
            "tunnel_coupling", t, float(np.sqrt(squared + spread)) - t, "meV", "tunnel coupling t (levels 2t apart)"
        ),
        "tunnel_coupling_upper_bound": ((), bound, "meV", "95 % upper bound of the tunnel coupling t"),
        "tunnel_coupling_status": ((), np.int32(0 if resolved else 1), "1", "what is known of the tunnel coupling t"),
    }


def _no_quantities(unit: str) -> dict[str, Variable]:
    nothing = float("nan")
    return {
        **with_error(
            "lever_arm", nothing, nothing, "meV/mV" if unit == "mV" else "1", "lever arm of the detuning axis"
        ),
        **with_error("position", nothing, nothing, unit, "centre V₀, where ε = 0"),
        **with_error("line_width", nothing, nothing, "meV", "half width of the lines"),
        **with_error("tunnel_coupling", nothing, nothing, "meV", "tunnel coupling t (levels 2t apart)"),
        "tunnel_coupling_upper_bound": ((), nothing, "meV", "95 % upper bound of the tunnel coupling t"),
        "tunnel_coupling_status": ((), np.int32(2), "1", "what is known of the tunnel coupling t"),
    }


def _positions(outcome: _Outcome, read: bool) -> FloatArray:
    """Where the lines are (side, photon, frequency); NaN outside of the map, below 2t, or where none are read."""
    model, values = outcome.best.model, outcome.best.values
    found = np.full((len(model.sides), len(model.photons), outcome.map.rows.size), np.nan)
    if not read:
        return found
    squared = values["coupling_squared"] if model.kind != STRAIGHT else 0.0
    for i, side in enumerate(model.sides):
        for j, photons in enumerate(model.photons):
            square = (photons * PLANCK * outcome.map.rows) ** 2 - 4 * squared
            place = values["position"] + side * np.sqrt(np.where(square > 0, square, np.nan)) / np.exp(
                values["lever_arm"]
            )
            found[i, j] = np.where((place >= model.gate[0]) & (place <= model.gate[-1]), place, np.nan)
    return found


def _validity(outcome: _Outcome) -> list[str]:
    said = [
        "One electron on two dots: two levels, no spin, no further levels; microwaves do not shift the lines.",
        "The faintest photon number that is seen is taken as the lowest: were the lowest line that of two photons with "
        "none of one, the lever arm would be twice as large.",
        f"The line shape is a {outcome.best.model.shape}.",
    ]
    missing = outcome.map.rows.size - len(outcome.complete)
    if missing:
        said.append(f"{missing} of {outcome.map.rows.size} rows have missing points and are left out.")
    if outcome.goodness.significant:
        said.append(
            f"The model is not exact (structure of {outcome.misfit:.1%} of the lines in the residual): uncertainties "
            f"are raised {outcome.goodness.excess**0.5:.1f}-fold."
        )
    return said


def _summary(result: xr.Dataset, outcome: _Outcome) -> str:
    unit = outcome.map.unit(outcome.map.column)
    if outcome.status in (0, 1):
        arm = quoted(result, "lever_arm", "meV/mV" if unit == "mV" else "of the axis's own energies")
        place = quoted(result, "position", unit)
        if int(result["tunnel_coupling_status"]) == 1:
            coupling = f"a tunnel coupling below {1e3 * float(result['tunnel_coupling_upper_bound']):.3g} µeV (95 %)"
        else:
            coupling = f"a tunnel coupling of {quoted(result, 'tunnel_coupling', 'µeV', 1e3)}"
        many = "" if int(result["photons"]) == 1 else f", with up to {int(result['photons'])} photons"
        side = " One side only shows a line." if outcome.status == 1 else ""
        return f"The photon lines{many} about {place} give a lever arm of {arm} and {coupling}.{side}"
    return {
        2: "The map shows no lines that move with the frequency: nothing to read.",
        3: "The lines of this map do not move with the frequency, so that it tells no energy: read a row of it with "
        "--as interdot-line, or check which axis is the frequency.",
        4: f"Whether lines move with the frequency is open ({' or '.join(outcome.comparison.open_between())}): measure "
        "longer or over a wider range of frequencies.",
        5: "The map is not described by photon lines (their amplitudes change sign, they rest on few rows, or the "
        "residual holds structure): look at the picture.",
    }[outcome.status]
