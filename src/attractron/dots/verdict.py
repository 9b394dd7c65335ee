"""Does the device pair, how strongly, up to which temperature and tunnelling, and at which detuning best?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import nearest, non_negative
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.dots.device import Device
from attractron.dots.interaction import REFERENCES, STATIC, Pair, effective_interaction
from attractron.dots.spectrum import hamiltonian
from attractron.dots.windows import RESOLUTION, Windows, temperature_windows, tunnelling_windows

if TYPE_CHECKING:
    import xarray as xr

UNITS = {"temperature": "K", "tunnelling": "meV"}


def best_detuning(device: Device, knob: str = "delta", *, pair: Pair | None = None, temperature: float = 0.0) -> float:
    """The detuning at which a pair is bound most strongly, in meV.

    For the building block this is δ = U at every t: with s(x) = √(x²/4 + t²) and x = δ - U,
    W_eff = W - s(x + U) - s(x - U) + 2 s(x) is even in x and has its minimum at 0 (from equations 1 to 3 of Hamo et
    al. 2016). For other devices the minimum of W_eff over the knob is searched up to three times the largest repulsion,
    and the detunings of the islands, on either side of zero; of several equal minima the smallest detuning is returned,
    and the present one when none matters.

    Args:
        device: the device.
        knob: the parameter that detunes.
        pair, temperature: as for `effective_interaction`.

    Raises:
        InputError: the device has no such parameter, or W_eff is lowest at an end of the search.
    """
    _parameter(device, knob)
    best = _best_detuning(device, knob, pair, temperature)
    if best is None:
        wanted = f"have a best value within ±{_reach(device):.4g} meV"
        raise InputError("knob", wanted, f"{knob!r}, with W_eff lowest at an end", "W_eff may fall without a minimum")
    return best


def pairing_temperature(device: Device, *, pair: Pair | None = None) -> float:
    """Temperature in K above which electrons do not attract: the highest root of W_eff(T) = 0.

    W_eff(T) = F(i, j) + F(0) - F(i) - F(j) is what decides the sign of the correlation between the two occupations.
    Far above all energies of the polarizer it tends to W - U²/4k_BT, so that k_B T ≈ U²/4W when this is large. Heating
    may also create attraction (a polarizer with δ = t = 0 gives W - k_BT ln 2), so a device that repels at T = 0 can
    have a pairing temperature; `verdict` names the lower end as well.

    Returns:
        K; 0 when electrons attract at no temperature, infinity when they do at every high one (W ≤ 0). Where k_B T
        exceeds 10³ times the energies of the islands, from the high-temperature law, to a relative 10⁻⁶.

    Raises:
        InputError: unknown dots.
    """
    return _last(temperature_windows(device, pair))[1]


def pairing_tunnelling(device: Device, knob: str = "t", *, pair: Pair | None = None, temperature: float = 0.0) -> float:
    """Tunnelling in meV above which electrons do not attract: the largest root of W_eff(t) = 0.

    For the building block at δ = U and T = 0 it is t = (U² - W²)/4W, from W + 2t = 2√(U²/4 + t²).

    Args:
        device: the device.
        knob: the parameter that tunnels.
        pair, temperature: as for `effective_interaction`.

    Returns:
        meV; 0 when electrons attract at no tunnelling, infinity when they do at every large one (W ≤ 0, or an island
        that the knob leaves alone still screens more than W). Beyond 10³ times the energies of the islands, from a law
        w₀ + w₁/t + w₂/t² fitted to W_eff, to a relative 10⁻⁶; a limit w₀ other than W and below 10⁻⁷ of the energies
        cannot be told from zero.

    Raises:
        InputError: the device has no such parameter, unknown dots, a negative temperature.
    """
    _parameter(device, knob)
    return _last(tunnelling_windows(device, knob, pair, checked_temperature("temperature", temperature)))[1]


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
        Dataset of scalars: `two_delta` and `two_delta_uncertainty` (meV); `pairing_temperature` and
        `pairing_temperature_low` (K), between which the device attracts; for devices with parameters t and delta also
        `pairing_tunnelling` and `pairing_tunnelling_low`, `best_detuning` and `two_delta_best` (meV, NaN where there is
        no best one). `attrs["summary"]` is the paragraph; it names every window of attraction where there are several.

    Raises:
        InputError: uncertainties of unknown parameters or negative ones, unknown dots, a negative temperature.
    """
    temperature = checked_temperature("temperature", temperature)
    sigma = {name: non_negative(f"uncertainty[{name!r}]", value) for name, value in (uncertainty or {}).items()}
    for name in sigma:
        _parameter(device, name)
    two_delta = -effective_interaction(device, pair=pair, temperature=temperature)
    numbers: dict[str, tuple[float, str, str]] = {
        "two_delta": (two_delta, "meV", "binding 2Δ = -W_eff"),
        "two_delta_uncertainty": (_propagated(device, sigma, pair, temperature), "meV", "standard deviation of 2Δ"),
    }
    windows = {"temperature": temperature_windows(device, pair)}
    if "t" in device.named():
        windows["tunnelling"] = tunnelling_windows(device, "t", pair, temperature)
    for what, found in windows.items():
        low, high = _last(found)
        numbers[f"pairing_{what}"] = (high, UNITS[what], f"highest {what} of attraction")
        numbers[f"pairing_{what}_low"] = (low, UNITS[what], f"lowest {what} of the attraction below it")
    if "delta" in device.named():
        best = _best_detuning(device, "delta", pair, temperature)
        at_best = np.nan
        if best is not None:
            at_best = -effective_interaction(device.with_parameters(delta=best), pair=pair, temperature=temperature)
        numbers["best_detuning"] = (np.nan if best is None else best, "meV", "detuning that pairs best")
        numbers["two_delta_best"] = (at_best, "meV", "2Δ at the best detuning")
    variables: dict[str, Variable] = {name: ((), value, unit, label) for name, (value, unit, label) in numbers.items()}
    result = dataset(
        variables,
        {},
        question="dots.verdict",
        parameters=device.describe(),
        options={"uncertainty": sigma, "pair": pair, "temperature": temperature},
        method="exact diagonalisation, roots by bracketing, far above all energies by the law of W_eff there",
        validity=(STATIC, "Uncertainties are those of independent parameters, each moved by one standard deviation."),
        references=REFERENCES,
    )
    values = {name: value for name, (value, _, _) in numbers.items()}
    result.attrs["summary"] = _summary(
        values, windows, reach=_reach(device), with_uncertainty=bool(sigma), temperature=temperature
    )
    return result


def _summary(
    numbers: Mapping[str, float],
    windows: Mapping[str, Windows],
    *,
    reach: float,
    with_uncertainty: bool,
    temperature: float,
) -> str:
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
    bounds = " and ".join(_bounds(what, found) for what, found in windows.items())
    sentences = [f"{first}; it attracts {bounds}"]
    if "best_detuning" in numbers:
        sentences.append(_best(numbers["best_detuning"], numbers["two_delta_best"], reach))
    return ". ".join(sentences) + "."


def _best(detuning: float, two_delta: float, reach: float) -> str:
    if np.isnan(detuning):
        return f"No detuning is best: within ±{reach:.4g} meV W_eff is lowest at an end"
    outcome = (
        f"2Δ would be {two_delta:.4g} meV" if two_delta > 0 else f"electrons would still repel by {-two_delta:.4g} meV"
    )
    return f"The best detuning is δ = {detuning:.4g} meV, where {outcome}"


def _bounds(what: str, windows: Windows) -> str:
    """Where the device attracts, in words: it need not start at zero, and a window may be followed by another."""
    if not windows:
        return f"at no {what}"
    if windows[0] == (0.0, np.inf):
        return f"at every {what}"
    return ", again ".join(_bound(what, low, high) for low, high in windows)


def _bound(what: str, low: float, high: float) -> str:
    unit = UNITS[what]
    if low == 0:
        return f"up to a {what} of {high:.3g} {unit}"
    if np.isinf(high):
        return f"above a {what} of {low:.3g} {unit}"
    return f"from a {what} of {low:.3g} {unit} to one of {high:.3g} {unit}"


def _last(windows: Windows) -> tuple[float, float]:
    return windows[-1] if windows else (0.0, 0.0)


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


def _reach(device: Device) -> float:
    """How far from zero the best detuning is searched, meV."""
    levels = hamiltonian(device).levels
    detunings = [np.ptp([levels[device.index(dot)] for dot in island.dots]) for island in device.islands]
    return 3.0 * float(np.abs(device.repulsion).max() + max(detunings, default=0.0)) or 1.0


def _best_detuning(device: Device, knob: str, pair: Pair | None, temperature: float) -> float | None:
    """Where W_eff is lowest over the knob, the present value when it does not matter, None at an end of the search."""
    from scipy.optimize import minimize_scalar

    reach = _reach(device)
    grid = np.linspace(-reach, reach, 1201)
    swept = effective_interaction(device, {knob: grid}, pair=pair, temperature=temperature)
    values = swept["effective_interaction"].values
    if np.ptp(values) < RESOLUTION * reach:
        return device.named()[knob].value
    lowest = int(np.argmax(values < values.min() + RESOLUTION * reach))
    if lowest in (0, len(grid) - 1):
        return None

    def interaction(value: float) -> float:
        return effective_interaction(device.with_parameters(**{knob: value}), pair=pair, temperature=temperature)

    bounds = (grid[lowest - 1], grid[lowest + 1])
    found = minimize_scalar(interaction, bounds=bounds, method="bounded", options={"xatol": 1e-12 * reach})
    return float(found.x)
