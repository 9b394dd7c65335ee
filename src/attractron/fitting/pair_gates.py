"""2Δ of a pair of dots from a map of their polarizer's current over two gates at a low bias, as in Fig. 4c."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from attractron.core import checks
from attractron.core.checks import FloatArray, shown
from attractron.core.errors import InputError
from attractron.core.units import to_unit
from attractron.fitting.pair_gates_model import ARMS, GateMap
from attractron.fitting.pair_gates_report import labelled, status_of
from attractron.fitting.pair_gates_search import SIZE, Quadrants, quadrants
from attractron.fitting.pair_gates_start import ERRORS, searched
from attractron.fitting.pair_model import fit_pairs, spread
from attractron.fitting.pair_profile import Profile, profiled
from attractron.fitting.pair_rivals import smooth_or_nothing
from attractron.fitting.pair_settle import ROUGHLY, Outcome, improved, silent, unlike
from attractron.readout.bias_axis import is_conductance
from attractron.readout.maps.pixel_noise import pixel_noise

FEWEST = 16
"""Points along each axis, at least."""

QUIETEST = 1e-4
"""Noise over the map's r.m.s. below which it is taken to be that."""

EXPLAINED = 0.85
"""Part of the variance that two odd regions explain, at least: what a fit with `transport` is worth trying on."""

ALIKE, SEEN = 2.0, 0.015
"""Largest ratio of the currents in both regions, and least part of the map that each takes."""

AROUND = (2.5, 1.4)
"""Of the map that is fitted: so many half lengths of the segment along it, and as many units across."""

COARSE, FINE = (18, 18), (36, 36)
"""Pixels of the first fits and of the last ones: the line is narrow."""

STEPS = (0.003, 0.02)
"""Of ln 2Δ, the first one along which all else is fitted again: its deviation, between these."""

BOTH_WAYS, EXTREME, LOUD = 0.3, 0.02, 5.0
"""Part of the larger current that flows the other way at most, an amplifier's offset; pixels left out at both ends; and
what stands out of the noise."""

WANTED = "hold a current over two gates (mV)"


def fit_pair_gates(
    image: xr.DataArray,
    *,
    bias: float | str,
    lever_arms: Mapping[str, Mapping[str, float]] | None = None,
    temperature: float | str | None = None,
) -> xr.Dataset:
    """The line between (0,0) and (1,1) in a map of a polarizer's current over two gates, and 2Δ from its length.

        I(V_1, V_2) = I₀ + I_T(αV, αδV, V_SD; W, U, Γ_S, Γ_D, Γ_L, Γ_R, T),    (αV, αδV) = A (V - V_c)

    with I_T of `transport.current` at µ_P = U, β = 0. Current flows where one of the dots is filled: two quadrants in
    energies, whose corners are the ends of the line αV = 0, |αδV| ≤ Δ = (U - W)/2. Along the line pairs move, over a
    width of eV_SD/2 in αV. The edges of the quadrants have the slopes of both dots' charging lines, hence the ratios of
    lever arms; the bias, by the width of the line and its edges, sets the scale of the energy. W and U by themselves
    only enter through amplitudes: they are not read.

    At one bias all current flows one way: a map in which it flows both ways, beyond an amplifier's offset, gives no
    number.

    What the model leaves beyond noise counts as an error of the model relative to the current, as in
    `fit_pair_current`. Beside it are fitted: the same without processes of pairs, and a smooth background.

    Args:
        image: the current over two gates. Where its unit is no current its gain is fitted, too.
        bias: V_SD in mV, or text with a unit; its sign is that of the source.
        lever_arms: of two dots, dot → {axis: meV/mV}; fitted where they are not given.
        temperature: T in K, or text with a unit; fitted where it is not given.

    Returns:
        Dataset with `centre` (axis), `line_end` (end, axis), `line_length` in the plane of the gates and `line_angle`
        from the first axis; `charging_line_angle` and `lever_arm` (dot, axis); `two_Delta`, `Gamma_S`, `Gamma_D`,
        `Gamma_LR`, `temperature`, each with `_uncertainty`; `energy_status`: "open" where the bias does not set the
        scale, so that what is an energy is NaN; `score` over `candidate`; `status`, where it is not "read" all are NaN;
        `misfit`, `chi_squared`, `misfit_probability`, `noise`; `data`, `model`, `residual`. `attrs["summary"]` says it.

    Raises:
        InputError: not such a map; no bias.

    Example:
        A map of it takes half a minute; one in which nothing flows is known at once:

        >>> import xarray as xr
        >>> axes = {gate: (gate, np.linspace(-1, 1, 20), {"units": "mV"}) for gate in ("V_L", "V_R")}
        >>> nothing = xr.DataArray(np.random.default_rng(1).normal(size=(20, 20)), axes, ("V_L", "V_R"))
        >>> print(at.fitting.fit_pair_gates(nothing, bias="0.1 mV").attrs["summary"])
        No line of pairs can be read from this map: no current stands out of its noise.

    Source: Hamo et al., Nature 535, 395 (2016), Fig. 4c, d.
    """
    array = _checked(image)
    V_SD = checks.finite("bias", to_unit("bias", bias, "mV"))
    if V_SD == 0:
        raise InputError("bias", "be that at which the current was measured", shown(bias))
    held = _arms(lever_arms, array)
    if temperature is not None:
        held["temperature"] = float(np.log(checks.positive("temperature", to_unit("temperature", temperature, "K"))))
    with threadpool_limits(1):
        gates, scale, found = _pixels(array, V_SD)
        outcome, profile = _fitted(gates, found, held)
        return labelled(outcome, profile, array, scale, sorted(held))


def _checked(image: xr.DataArray) -> xr.DataArray:
    """The map, both axes rising."""
    if not isinstance(image, xr.DataArray) or image.ndim != 2:
        raise InputError("image", WANTED, shown(type(image).__name__))
    if is_conductance(str(image.name or image.attrs.get("long_name", "")), str(image.attrs.get("units", ""))):
        raise InputError("image", WANTED, "a conductance")
    for name in map(str, image.dims):
        checks.axis(name, image[name].to_numpy())
        if (unit := str(image[name].attrs.get("units", "mV"))) not in ("mV", "1"):
            raise InputError(f"axis {name!r}", "be in mV", unit)
        if image.sizes[name] < FEWEST:
            raise InputError("image", f"have at least {FEWEST} points along {name}", image.sizes[name])
    array = image.sortby(list(image.dims))
    values = array.to_numpy().astype(float)
    if np.isfinite(values).mean() < 0.5 or np.nanstd(values) == 0:
        raise InputError("image", "show a current", "a flat map" if np.isfinite(values).any() else "missing points")
    return array


def _arms(table: Mapping[str, Mapping[str, float]] | None, array: xr.DataArray) -> dict[str, float]:
    """A from the lever arms of two dots, meV in half axes."""
    if table is None:
        return {}
    names = [str(name) for name in array.dims]
    if len(table) != 2 or any(set(arms) - set(names) for arms in table.values()):
        raise InputError("lever_arms", f"be those of two dots by axes ({', '.join(names)})", shown(dict(table)))
    halves = [np.ptp(array[name].to_numpy()) / 2 for name in names]
    one, other = (np.array([float(arms.get(name, 0.0)) for name in names]) * halves for arms in table.values())
    found = np.concatenate([(one + other) / 2, (one - other) / 2])
    if abs(np.linalg.det(found.reshape(2, 2))) < 1e-9 * float(np.abs(found).max()) ** 2:
        raise InputError("lever_arms", "differ between both dots", shown(dict(table)))
    return dict(zip(ARMS, found.tolist(), strict=True))


def _pixels(array: xr.DataArray, bias: float) -> tuple[GateMap, float, Quadrants | None]:
    """The pixels, in pA where the unit is a current, flowing with the bias; their factor; and both odd regions."""
    values = array.to_numpy().astype(float)
    unit = str(array.attrs.get("units", "1"))
    try:
        factor, known = to_unit("units", f"1 {unit}", "pA"), True
    except InputError:  # no current: its gain is fitted, from a map of unit range
        factor, known = 1.0 / float(np.nanstd(values)), False
    there = np.isfinite(values)
    filled = np.where(there, values, np.nanmedian(values)) * factor
    axes = [array[name].to_numpy().astype(float) for name in array.dims]
    first, second = (2 * (each - each[0]) / (each[-1] - each[0]) - 1 for each in axes)
    found = _odd(first, second, filled)
    if found is not None and found.heights[0] * bias < 0:
        factor, filled = -factor, -filled
    noise = np.where(there, pixel_noise(np.where(there, filled, np.nan)).of(filled), np.inf)
    noise = np.maximum(noise, QUIETEST * float(np.std(filled[there])))
    if known and _flows_both_ways(filled[there], float(np.median(noise[there]))):
        found = None
    return GateMap(values=filled, noise=noise, current=known, first=first, second=second, bias=bias), factor, found


def _flows_both_ways(values: FloatArray, noise: float) -> bool:
    """Whether the currents are not all of one bias: that drives them one way."""
    low, high = np.quantile(values, [EXTREME, 1 - EXTREME])
    lesser, greater = sorted([-float(low), float(high)])
    return lesser > max(BOTH_WAYS * greater, LOUD * noise)


def _odd(first: FloatArray, second: FloatArray, values: FloatArray) -> Quadrants | None:
    """Both odd regions, where they are all that a few pixels show."""
    i, j = spread(first.size, SIZE), spread(second.size, SIZE)
    found = quadrants(first[i], second[j], values[np.ix_(i, j)])
    if found is None or found.explained < EXPLAINED or min(found.seen) < SEEN:
        return None
    one, other = sorted(np.abs(found.heights))
    ends = np.stack([found.place + found.segment, found.place - found.segment])
    alike = found.heights[0] * found.heights[1] > 0 and other < ALIKE * one
    return found if alike and np.abs(ends).max() < 1 else None


def _fitted(gates: GateMap, found: Quadrants | None, held: dict[str, float]) -> tuple[Outcome[GateMap], Profile | None]:
    """Fits of all shapes, and those along 2Δ where pairs are read."""
    if (nothing := silent(gates, smooth_or_nothing)) is not None:
        return nothing, None
    if found is None:
        return unlike(gates, smooth_or_nothing), None
    near = gates.around(found.place, found.segment * AROUND[0], found.across * AROUND[1])
    best = searched(near.thinned(*COARSE), found, held)
    share = {"share": best.point["share"]}
    outcome = improved(gates, near.thinned(*FINE), best, {**held, **share}, smooth_or_nothing, ERRORS[1])
    outcome = outcome._replace(status=status_of(outcome))
    if outcome.status != 0:
        return outcome, None
    free = fit_pairs(outcome.fine, outcome.fit.point, held, evaluations=6, enough=ROUGHLY)
    outcome = outcome._replace(fit=free)
    room = float(np.sqrt(outcome.covariance[free.varied.index("gap"), free.varied.index("gap")]))
    step = float(np.clip(room, *STEPS))
    profile = profiled(outcome, held, "gap", gates.bounds["gap"], partial(_next_scale, step))
    return outcome._replace(fit=profile.best), profile


def _next_scale(step: float, point: dict[str, float], side: int, number: int) -> dict[str, float]:
    """All energies larger or smaller, by more from step to step: the direction in which the bias alone tells them."""
    by = side * number * step
    moved = {name: point[name] + by for name in ("gap", "temperature", "Gamma_S", "Gamma_D", "Gamma_LR")}
    return {**point, **moved, **{name: point[name] * float(np.exp(by)) for name in ARMS}}
