"""Does the device pair, how strongly, up to which temperature and tunnelling, and at which detuning best?"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray, finite, nearest, non_negative
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.dots.device import Device
from attractron.dots.interaction import (
    REFERENCES,
    STATIC,
    Pair,
    dressed,
    effective_interaction,
    pair_charges,
)
from attractron.dots.spectrum import hamiltonian, layout

if TYPE_CHECKING:
    import xarray as xr

RESOLUTION = 1e-12
"""W_eff within this fraction of the repulsion is zero: what rounding leaves of exact cancellations."""


def best_detuning(device: Device, knob: str = "delta", *, pair: Pair | None = None, temperature: float = 0.0) -> float:
    """The detuning at which a pair is bound most strongly, in meV.

    For the building block this is δ = U at every t: with s(x) = √(x²/4 + t²) and x = δ - U,
    W_eff = W - s(x + U) - s(x - U) + 2 s(x) is even in x and has its minimum at 0 (from equations 1 to 3 of Hamo et
    al. 2016). For other devices the minimum of W_eff over the knob is searched between ± three times the largest
    repulsion; of several equal minima the smallest detuning is returned, and the present one when none matters.

    Args:
        device: the device.
        knob: the parameter that detunes.
        pair, temperature: as for `effective_interaction`.

    Raises:
        InputError: the device has no such parameter.
    """
    from scipy.optimize import minimize_scalar

    _parameter(device, knob)
    reach = 3.0 * float(np.abs(device.repulsion).max()) or 1.0
    grid = np.linspace(-reach, reach, 1201)
    swept = effective_interaction(device, {knob: grid}, pair=pair, temperature=temperature)
    values = swept["effective_interaction"].values
    if np.ptp(values) < RESOLUTION * reach:
        return device.named()[knob].value
    lowest = int(np.argmax(values < values.min() + RESOLUTION * reach))
    low, high = grid[max(lowest - 1, 0)], grid[min(lowest + 1, len(grid) - 1)]

    def interaction(value: float) -> float:
        return effective_interaction(device.with_parameters(**{knob: value}), pair=pair, temperature=temperature)

    found = minimize_scalar(interaction, bounds=(low, high), method="bounded", options={"xatol": 1e-12 * reach})
    return float(found.x)


def pairing_temperature(device: Device, *, pair: Pair | None = None) -> float:
    """Temperature in K above which electrons do not attract: the highest root of W_eff(T) = 0.

    W_eff(T) = F(i, j) + F(0) - F(i) - F(j) is what decides the sign of the correlation between the two occupations.
    Far above all energies of the polarizer it tends to W - U²/4k_BT, so that k_B T ≈ U²/4W when this is large. Heating
    may also create attraction (a polarizer with δ = t = 0 gives W - k_BT ln 2), so a device that repels at T = 0 can
    have a pairing temperature.

    Returns:
        K; 0 when electrons attract at no temperature, infinity when they do up to the end of the search, at
        k_B T of 10⁴ times the largest energy (always when W ≤ 0).
    """
    plan, arrays = layout(device), hamiltonian(device)
    charges = pair_charges(device, plan, pair)
    hottest = 1e4 * (float(np.abs(device.repulsion).max()) + float(np.ptp(device.levels)) + 1e-3) / K_B

    def interaction(kelvin: float) -> float:
        return float(dressed(plan, arrays, charges, kelvin))

    return _last_root(interaction, lambda grid: np.array([interaction(float(kelvin)) for kelvin in grid]), hottest)


def pairing_tunnelling(device: Device, knob: str = "t", *, pair: Pair | None = None, temperature: float = 0.0) -> float:
    """Tunnelling in meV above which electrons do not attract: the largest root of W_eff(t) = 0.

    For the building block at δ = U and T = 0 it is t = (U² - W²)/4W, from W + 2t = 2√(U²/4 + t²).

    Args:
        device: the device.
        knob: the parameter that tunnels.
        pair, temperature: as for `effective_interaction`.

    Returns:
        meV; 0 when electrons attract at no tunnelling, infinity when they do up to the end of the search, at
        10⁴ times the largest repulsion.

    Raises:
        InputError: the device has no such parameter.
    """
    _parameter(device, knob)
    largest = 1e4 * (float(np.abs(device.repulsion).max()) or 1.0)

    def interaction(t: float) -> float:
        return effective_interaction(device.with_parameters(**{knob: t}), pair=pair, temperature=temperature)

    def interactions(grid: FloatArray) -> FloatArray:
        swept = effective_interaction(device, {knob: grid}, pair=pair, temperature=temperature)
        return np.asarray(swept["effective_interaction"].values)

    return _last_root(interaction, interactions, largest)


def verdict(
    device: Device,
    *,
    uncertainty: Mapping[str, float] | None = None,
    pair: Pair | None = None,
    temperature: float = 0.0,
) -> "xr.Dataset":
    """Everything a user asks of a device, in numbers and in one paragraph.

    The uncertainty of 2Δ = -W_eff is √Σ_p s_p² for independent parameters, s_p being the larger of the changes of
    W_eff with p ± σ_p. At the best detuning, where the first derivative vanishes, an error of δ only weakens pairing.

    Args:
        device: the device.
        uncertainty: parameter → one standard deviation in meV.
        pair, temperature: as for `effective_interaction`.

    Returns:
        Dataset of scalars: `two_delta` and `two_delta_uncertainty` (meV), `pairing_temperature` (K); for devices with
        parameters t and delta also `pairing_tunnelling`, `best_detuning` and `two_delta_best` (meV). `attrs["summary"]`
        is the paragraph.

    Raises:
        InputError: uncertainties of unknown parameters or negative ones.
    """
    sigma = {name: non_negative(f"uncertainty[{name!r}]", value) for name, value in (uncertainty or {}).items()}
    for name in sigma:
        _parameter(device, name)
    two_delta = -effective_interaction(device, pair=pair, temperature=temperature)
    numbers: dict[str, tuple[float, str, str]] = {
        "two_delta": (two_delta, "meV", "binding 2Δ = -W_eff"),
        "two_delta_uncertainty": (_propagated(device, sigma, pair, temperature), "meV", "standard deviation of 2Δ"),
        "pairing_temperature": (pairing_temperature(device, pair=pair), "K", "highest temperature of attraction"),
    }
    if "t" in device.named():
        largest = pairing_tunnelling(device, pair=pair, temperature=temperature)
        numbers["pairing_tunnelling"] = (largest, "meV", "largest tunnelling with attraction")
    if "delta" in device.named():
        best = best_detuning(device, pair=pair, temperature=temperature)
        at_best = -effective_interaction(device.with_parameters(delta=best), pair=pair, temperature=temperature)
        numbers["best_detuning"] = (best, "meV", "detuning that pairs best")
        numbers["two_delta_best"] = (at_best, "meV", "2Δ at the best detuning")
    variables: dict[str, Variable] = {name: ((), value, unit, label) for name, (value, unit, label) in numbers.items()}
    result = dataset(
        variables,
        {},
        question="dots.verdict",
        parameters=device.describe(),
        options={"uncertainty": sigma, "pair": pair, "temperature": finite("temperature", temperature)},
        method="exact diagonalisation, roots by bracketing",
        validity=(STATIC, "Uncertainties are those of independent parameters, each moved by one standard deviation."),
        references=REFERENCES,
    )
    values = {name: value for name, (value, _, _) in numbers.items()}
    result.attrs["summary"] = _summary(values, with_uncertainty=bool(sigma), temperature=temperature)
    return result


def _summary(numbers: Mapping[str, float], *, with_uncertainty: bool, temperature: float) -> str:
    """The paragraph."""
    two_delta, sigma = numbers["two_delta"], numbers["two_delta_uncertainty"]
    error = f" ± {sigma:.2g}" if with_uncertainty else ""
    at = f" at {temperature:g} K" if temperature else ""
    if two_delta > 0:
        first = f"The device pairs{at} by 2Δ = {two_delta:.4g}{error} meV (k_B times {two_delta / K_B:.3g} K)"
    else:
        first = f"The device does not pair{at}: the electrons repel by {-two_delta:.4g}{error} meV"
    if with_uncertainty and abs(two_delta) < 2 * sigma:
        first += ", a sign that the given uncertainties leave open"
    sentences = [first + "; " + _limits(numbers)]
    if "best_detuning" in numbers:
        best = numbers["two_delta_best"]
        outcome = f"2Δ would be {best:.4g} meV" if best > 0 else f"electrons would still repel by {-best:.4g} meV"
        sentences.append(f"The best detuning is δ = {numbers['best_detuning']:.4g} meV, where {outcome}")
    return ". ".join(sentences) + "."


def _limits(numbers: Mapping[str, float]) -> str:
    limits = [("temperature", numbers["pairing_temperature"], "K")]
    if "pairing_tunnelling" in numbers:
        limits.append(("tunnelling", numbers["pairing_tunnelling"], "meV"))
    pairs = numbers["two_delta"] > 0
    return "it attracts " + " and ".join(_bound(what, limit, unit, pairs) for what, limit, unit in limits)


def _bound(what: str, limit: float, unit: str, pairs: bool) -> str:
    """A device that repels may attract when it is heated or tunnels more, so its limit is not where it is now."""
    if limit == 0:
        return f"at no {what}"
    if np.isinf(limit):
        return f"at every {what}" if pairs else f"at every large {what}"
    return f"up to a {what} of {limit:.3g} {unit}" if pairs else f"at some {what} below {limit:.3g} {unit}"


def _propagated(device: Device, sigma: Mapping[str, float], pair: Pair | None, temperature: float) -> float:
    """√Σ_p s_p², s_p the larger change of W_eff when p moves by one σ_p either way: right at kinks and maxima too."""

    def interaction(name: str, step: float) -> float:
        moved = device.with_parameters(**{name: device.named()[name].value + step})
        return effective_interaction(moved, pair=pair, temperature=temperature)

    here = effective_interaction(device, pair=pair, temperature=temperature)
    shifts = [max(abs(interaction(name, step) - here) for step in (-value, value)) for name, value in sigma.items()]
    return float(np.hypot.reduce([0.0, *shifts]))


def _parameter(device: Device, name: str) -> None:
    named = device.named()
    if name not in named:
        wanted = f"be a parameter of the device ({', '.join(named)})"
        raise InputError("knob", wanted, repr(name), nearest(name, named))


def _last_root(
    function: Callable[[float], float], vectorised: Callable[[FloatArray], FloatArray], upper: float
) -> float:
    """The largest x in (0, upper] at which `function` turns from negative to positive.

    0 when it is never negative, infinity when it is negative at `upper`. A logarithmic scan over eight decades
    brackets the root, so that two roots closer than a tenth are taken for none.
    """
    from scipy.optimize import brentq

    grid = np.concatenate([[0.0], np.geomspace(upper * 1e-8, upper, 201)])
    values = vectorised(grid)
    negative = np.flatnonzero(values < -RESOLUTION * np.abs(values).max())
    if len(negative) == 0:
        return 0.0
    if negative[-1] == len(grid) - 1:
        return float("inf")
    return float(brentq(function, grid[negative[-1]], grid[negative[-1] + 1], xtol=1e-14 * upper, rtol=1e-12))
