"""W and U of a pair of dots from a map of the current through their polarizer over gate and bias, as in Fig. 4e."""

from functools import partial

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from attractron.core import checks
from attractron.core.checks import shown
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.units import to_unit
from attractron.fitting.pair_model import PairFit, PairMap, fit_pairs, physical
from attractron.fitting.pair_profile import Profile, alone, profiled
from attractron.fitting.pair_report import labelled, one_sided, polarity, status_of
from attractron.fitting.pair_rivals import PAIRS, others
from attractron.fitting.pair_search import starts
from attractron.fitting.pair_settle import COARSE, ENOUGH, FINE, ROUGH, ROUGHLY, Outcome, improved, silent, unlike
from attractron.readout.bias_axis import bias_axis, is_conductance
from attractron.readout.lever_arms import lever_arm as checked_lever_arm
from attractron.readout.maps.pixel_noise import pixel_noise

STARTS = 3
FEWEST = 12
"""Points along each axis, at least."""

ROOM = 0.6
"""Between the offsets of the bias at which all else is fitted, in k_BT/e."""

QUIETEST = 1e-4
"""Noise over the map's r.m.s. below which it is taken to be that."""

WANTED = "hold a current over a gate (mV or meV) and the bias (mV)"


def fit_pair_current(
    image: xr.DataArray,
    *,
    bias: str | None = None,
    lever_arm: float | str | None = None,
    temperature: float | str | None = None,
) -> xr.Dataset:
    """W, U and 2Δ = U - W from a map of the current through a polarizer over a gate and the bias.

        I(V_g, V_SD) = I₀ + I_T(α(V_g - V_c), V_SD; W, U, Γ_S, Γ_D, Γ_L, Γ_R, T),    µ_P = U, β = 0, δV = 0

    with I_T of `transport.current`: sequential and elastic currents and processes in which the polarizer's electron is
    joined by one or two electrons of the system. The lines at which these turn on, with slopes dV_SD/d(αV) = 2, 1 and
    0, meet at eV_SD = U - W and U (`transport.threshold_lines`); with them in view W, U and α need no other energy.

    What the model leaves beyond noise counts as an error of the model relative to the current, `misfit`, which is
    found such that χ² is one a pixel; amplitudes of lowest order are seldom exact. Beside it are fitted: the same
    without processes of pairs, the window of one level between the leads (a Coulomb diamond), and a smooth background.

    Args:
        image: the current over a gate and the bias. Where its unit is no current its gain is fitted, too.
        bias: name of the axis of the bias, if it is not called so.
        lever_arm: α of the gate on the mean potential of both dots, meV/mV, or text with a unit; fitted where it is
            not given.
        temperature: T in K, or text with a unit; fitted where it is not given.

    Returns:
        Dataset with `W`, `U`, `two_Delta` (meV), `lever_arm`, `centre` (gate at which µ_L = µ_R = (U+W)/2),
        `Gamma_S`, `Gamma_D`, `Gamma_LR` = √(Γ_L Γ_R), `temperature`, each with `_uncertainty`; `corner_gate` and
        `corner_bias` over `corner`, where turn-on lines meet; `slope` over `process`, as `transport.turn_on_line`
        finds it in the fitted inelastic current, with the spread of its estimators; `turn_on` over (process, gate);
        `score` over `candidate`; `status`, where it is not "read" all these are NaN; `misfit`, `chi_squared`,
        `misfit_probability`, `noise`; `data`, `model`, `residual`. `attrs["summary"]` says it.

    Raises:
        InputError: not such a map.

    Example:
        A map of it takes ten seconds or so; one in which nothing flows is known at once:

        >>> junction = at.transport.pair_junction(
        ...     W=0.4, U=1.0, mu_P=1.0, Gamma_S=0.05, Gamma_D=0.05, Gamma_L=0.1, Gamma_R=0.1, temperature=0.3
        ... )
        >>> axes = {"V": np.linspace(-0.3, 1.1, 20), "delta_V": 0.0, "V_SD": np.linspace(0.05, 1.3, 22)}
        >>> measured = at.transport.current(junction, axes, origin="centre")["current"].squeeze()
        >>> nothing = measured.copy(data=np.random.default_rng(1).normal(size=measured.shape))
        >>> print(at.fitting.fit_pair_current(nothing).attrs["summary"])
        W and U cannot be read from this map: no current stands out of its noise.

    Source: Hamo et al., Nature 535, 395 (2016), Fig. 4e, f.
    """
    array, gate = _checked(image, bias)
    arm = None if lever_arm is None else checked_lever_arm("lever_arm", lever_arm)
    if str(array[gate].attrs.get("units", "mV")) == "meV":
        if arm not in (None, 1.0):
            raise InputError("lever_arm", "be left out where the gate's axis is an energy", shown(lever_arm))
        arm = 1.0
    kelvin = None
    if temperature is not None:
        kelvin = checks.positive("temperature", to_unit("temperature", temperature, "K"))
    held = {"lever_arm": arm, "temperature": kelvin}
    fixed = {name: float(np.log(value)) for name, value in held.items() if value is not None}
    with threadpool_limits(1):
        pairs, scale = _pixels(array, gate)
        outcome, profile = _fitted(pairs, fixed)
        return labelled(outcome, profile, array, gate, scale, fixed)


def _checked(image: xr.DataArray, bias: str | None) -> tuple[xr.DataArray, str]:
    """The map over gate and bias, both rising, in this order, and the gate's name."""
    if not isinstance(image, xr.DataArray) or image.ndim != 2:
        raise InputError("image", WANTED, shown(type(image).__name__))
    names = [str(dim) for dim in image.dims]
    if is_conductance(str(image.name or image.attrs.get("long_name", "")), str(image.attrs.get("units", ""))):
        raise InputError("image", WANTED, "a conductance", "integrate it over the bias")
    V = names[bias_axis(names, bias)]
    gate = next(name for name in names if name != V)
    for name, allowed in ((V, ("mV", "1")), (gate, ("mV", "meV", "1"))):
        checks.axis(name, image[name].to_numpy())
        if (unit := str(image[name].attrs.get("units", "mV"))) not in allowed:
            raise InputError(f"axis {name!r}", f"be in {' or '.join(allowed[:-1])}", unit)
        if image.sizes[name] < FEWEST:
            raise InputError("image", f"have at least {FEWEST} points along {name}", image.sizes[name])
    array = image.transpose(gate, V).sortby([gate, V])
    values = array.to_numpy().astype(float)
    if np.isfinite(values).mean() < 0.5 or np.nanstd(values) == 0:
        raise InputError("image", "show a current", "a flat map" if np.isfinite(values).any() else "missing points")
    return array, gate


def _pixels(array: xr.DataArray, gate: str) -> tuple[PairMap, float]:
    """The pixels, in pA where the unit is a current, flowing with the bias; and what they were multiplied by."""
    V = next(str(dim) for dim in array.dims if dim != gate)
    values, biases, gates = (
        np.asarray(each, dtype=float) for each in (array.to_numpy(), array[V].to_numpy(), array[gate].to_numpy())
    )
    unit = str(array.attrs.get("units", "1"))
    try:
        factor, known = to_unit("units", f"1 {unit}", "pA"), True
    except InputError:  # no current: its gain is fitted, from a map of unit range
        factor, known = 1.0 / float(np.nanstd(values)), False
    there = np.isfinite(values)
    flow = np.nansum((values - np.nanmedian(values[:, np.argmin(np.abs(biases))])) * biases)
    factor *= 1.0 if flow >= 0 else -1.0
    scaled = np.where(there, values, 0.0) * factor
    found = pixel_noise(values * factor)
    noise = np.where(there, found.of(scaled), np.inf)
    noise = np.maximum(noise, QUIETEST * float(np.std(scaled[there])))
    span = (float(gates[0] + gates[-1]) / 2, float(np.ptp(gates)))
    pairs = PairMap(
        gate=gates, bias=biases, values=scaled, noise=noise, span=span, reach=float(np.abs(biases).max()), current=known
    )
    return pairs, factor


def _fitted(pairs: PairMap, held: dict[str, float]) -> tuple[Outcome[PairMap], Profile]:
    """Fits of all shapes, the model's error found on the way; and those along the offset of the bias."""
    if (nothing := silent(pairs, others)) is not None:
        return nothing, alone(nothing)
    rough = pairs.with_error(ROUGH).thinned(*COARSE)
    arm = float(np.exp(held["lever_arm"])) if "lever_arm" in held else None
    best: PairFit | None = None
    sign = 1
    if not (promising := starts(pairs, arm, STARTS)):
        return (other := unlike(pairs, others)), alone(other)
    for turned, start in promising:
        found = fit_pairs(rough.turned(turned), {**start, **held}, held, evaluations=12, enough=ROUGHLY)
        if best is None or found.squares < best.squares:
            best, sign = found, turned
        if best.squares < ENOUGH * rough.values.size:
            break
    assert best is not None
    outcome = improved(pairs.turned(sign), pairs.turned(sign).thinned(*FINE), best, held, others)
    profile = alone(outcome)
    if one_sided(pairs) and outcome.comparison.best == PAIRS:
        limits = outcome.pairs.bounds["bias_offset"]
        profile = profiled(outcome, held, "bias_offset", limits, partial(_next_offset, outcome.pairs))
        outcome = outcome._replace(fit=profile.best)
    return outcome._replace(status=status_of(outcome, profile)), profile


def _next_offset(pairs: PairMap, point: dict[str, float], side: int, _number: int) -> dict[str, float]:
    """Another offset of the bias, with U and the centre at which all turn-on lines stay where they are."""
    values = physical(point, pairs)
    moved = side * ROOM * K_B * values["temperature"]
    to_U = moved * polarity(pairs)
    U = max(values["U"] - to_U, 1.01 * values["W"])
    place = pairs.sign * moved / 2 / values["lever_arm"] / pairs.span[1]
    return {
        **point,
        "bias_offset": point["bias_offset"] + moved / pairs.reach,
        "U": float(np.log(U)),
        "ratio": float(np.log(values["W"] / U)),
        "centre": point["centre"] + place,
    }
