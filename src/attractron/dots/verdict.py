"""Does the device pair, how strongly, up to which temperature and tunnelling, and at which detuning best?

Where electrons attract: the windows of temperature or tunnelling in which W_eff is negative, up to infinity.

A scan brackets the changes of sign up to a thousand times the energies of the islands; beyond that a law in inverse
powers takes over, W_eff = w₀ + w₁/x + w₂/x², since differences of large free energies would be rounding.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, nearest, non_negative
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.core.units import Temperature
from attractron.dots.device import Device
from attractron.dots.interaction import REFERENCES, STATIC, Pair, dressed, effective_interaction, pair_charges
from attractron.dots.spectrum import Hamiltonian, Layout, hamiltonian, layout

RESOLUTION = 1e-12
"""W_eff within this fraction of the energies is zero: what rounding leaves of exact cancellations."""

ROUNDING = 1e-14
"""The same as a fraction of k_B T or of the tunnelling, for each dot."""

FAR = 1e3
"""The scan ends at this many times the energies."""

SAME = 1e-7
"""A fitted limit of W_eff within this fraction of the energies of the bare repulsion, or of zero, is that."""

Windows = tuple[tuple[float, float], ...]
"""Ends of the windows, rising; the first may be 0 and the last infinite."""


class Law(NamedTuple):
    """W_eff = limit + first/x + second/x² at large x."""

    limit: float
    first: float
    second: float

    def last_root(self, beyond: float) -> float:
        """The largest x at which W_eff turns positive when it is negative at `beyond`; infinity when it never does."""
        if self.limit <= 0:
            return beyond if self.limit == 0 and (self.first, self.second) >= (0, 0) else math.inf
        discriminant = self.first**2 - 4 * self.limit * self.second
        return max(beyond, (math.sqrt(max(discriminant, 0.0)) - self.first) / (2 * self.limit))


def temperature_windows(device: Device, pair: Pair | None = None) -> Windows:
    """Windows of temperature in K in which W_eff < 0."""
    plan, arrays = layout(device), hamiltonian(device)
    charges = pair_charges(device, plan, pair)

    def interaction(kT: float) -> float:
        return float(dressed(plan, arrays, charges, kT / K_B))

    def scan(grid: FloatArray) -> FloatArray:
        return np.array([interaction(float(kT)) for kT in grid])

    far = FAR * _energies(device, plan, arrays, charges)
    found = _windows(interaction, scan, far, _noise(arrays), high_temperature_law(plan, arrays, charges))
    return tuple((low / K_B, high / K_B) for low, high in found)


def tunnelling_windows(device: Device, knob: str, pair: Pair | None = None, temperature: Temperature = 0.0) -> Windows:
    """Windows of a parameter that tunnels, from zero, in meV, in which W_eff < 0."""
    still = device.with_parameters(**{knob: 0.0})
    plan, arrays = layout(still), hamiltonian(still)
    charges = pair_charges(still, plan, pair)
    energies = _energies(still, plan, arrays, charges) + K_B * temperature

    def interaction(t: float) -> float:
        return effective_interaction(device.with_parameters(**{knob: t}), pair=pair, temperature=temperature)

    def scan(grid: FloatArray) -> FloatArray:
        swept = effective_interaction(device, {knob: grid}, pair=pair, temperature=temperature)
        return np.asarray(swept["effective_interaction"].values)

    law = _fitted_law(scan, FAR * energies, _bare(plan, arrays, charges), SAME * energies)
    return _windows(interaction, scan, FAR * energies, _noise(arrays), law)


def high_temperature_law(plan: Layout, arrays: Hamiltonian, charges: FloatArray) -> Law:
    """W_eff = U_ij - C₂/k_BT + C₃/(k_BT)² far above all energies of the islands, for two different dots; x = k_BT, meV.

    With all N states of the islands equally likely, their free energy is -k_BT ln N + κ₁ - κ₂/2k_BT + κ₃/6(k_BT)² - …,
    κ_n being the cumulants of H. Two electrons add φ_i + φ_j = Σ_d (U_id + U_jd) n_d to H, and W_eff keeps those parts
    of the cumulants that hold both: C₂ = ⟨φ_i φ_j⟩ and C₃ = ⟨(H + (φ_i + φ_j)/2) φ_i φ_j⟩, each factor less its mean.
    As the φ are diagonal, tunnelling does not enter. For the building block C₂ = U²/4 and C₃ = 0.
    """
    second = third = 0.0
    for cluster in plan.clusters:
        electrons = np.concatenate([block.occupation for block in cluster.basis])
        double = np.concatenate([block.double for block in cluster.basis])
        own, coupling = (
            arrays.repulsion[np.ix_(cluster.dots, cluster.dots)],
            arrays.repulsion[plan.open][:, cluster.dots],
        )
        one, other = (_centred(electrons @ (charge @ coupling)) for charge in charges[1:3])
        energy = _centred(electrons @ arrays.levels[cluster.dots] + np.einsum("ij,sij->s", own, double))
        second += float(np.mean(one * other))
        third += float(np.mean((energy + (one + other) / 2) * one * other))
    return Law(_bare(plan, arrays, charges), -second, third)


def _fitted_law(scan: Callable[[FloatArray], FloatArray], far: float, bare: float, same: float) -> Law:
    """The law through the last octaves of the scan; an island whose tunnelling wins screens nothing, which leaves the
    bare repulsion."""
    inverse = np.array([4.0, 2.0, 1.0])  # far / x
    powers, values = np.vander(inverse, increasing=True), scan(far / inverse)
    limit, first, second = np.linalg.solve(powers, values)
    if abs(limit - bare) <= same:
        limit, (first, second, _) = bare, np.linalg.solve(powers, (values - bare) / inverse)
    elif abs(limit) <= same:
        limit = 0.0
    return Law(float(limit), float(first) * far, float(second) * far**2)


def _windows(
    function: Callable[[float], float],
    scan: Callable[[FloatArray], FloatArray],
    far: float,
    noise: Callable[[FloatArray], FloatArray],
    law: Law,
) -> Windows:
    """Windows of x > 0 in which the function is negative.

    A logarithmic scan over eight decades up to `far` brackets the changes of sign, so that two of them closer than a
    tenth are taken for none. Points at which only rounding is left have no sign and are passed over.
    """
    from scipy.optimize import brentq

    grid = np.concatenate([[0.0], np.geomspace(far * 1e-8, far, 201)])
    values = scan(grid)
    known = np.abs(values) > noise(grid)
    grid, negative = grid[known], values[known] < 0
    if not negative.any():
        return ()
    turns = np.flatnonzero(negative[1:] != negative[:-1])
    ends = [float(brentq(function, grid[turn], grid[turn + 1], xtol=1e-100, rtol=1e-12)) for turn in turns]
    if negative[0]:
        ends.insert(0, 0.0)
    if negative[-1]:
        ends.append(law.last_root(float(grid[-1])))
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def _energies(device: Device, plan: Layout, arrays: Hamiltonian, charges: FloatArray) -> float:
    """The energies that decide between attraction and repulsion: couplings, detunings and tunnelling, meV."""
    islands = [np.array([device.index(dot) for dot in island.dots]) for island in device.islands]
    acting = np.concatenate([plan.open[charges[3] > 0], *islands])
    repulsion = float(np.abs(arrays.repulsion[np.ix_(acting, acting)]).max())
    detuning = max((float(np.ptp(arrays.levels[dots])) for dots in islands), default=0.0)
    return repulsion + detuning + float(np.abs(arrays.tunnelling).max()) or 1.0


def _noise(arrays: Hamiltonian) -> Callable[[FloatArray], FloatArray]:
    """What rounding may leave of W_eff at k_B T or at a tunnelling of x, meV."""
    largest = sum(float(np.abs(array).max()) for array in arrays)
    return lambda x: RESOLUTION * largest + ROUNDING * len(arrays.levels) * x


def _bare(plan: Layout, arrays: Hamiltonian, charges: FloatArray) -> float:
    """Repulsion of the two electrons without the islands, meV."""
    return float(charges[1] @ arrays.repulsion[np.ix_(plan.open, plan.open)] @ charges[2])


def _centred(values: FloatArray) -> FloatArray:
    return np.asarray(values - values.mean())


UNITS = {"temperature": "K", "tunnelling": "meV"}


def best_detuning(
    device: Device, knob: str = "delta", *, pair: Pair | None = None, temperature: Temperature = 0.0
) -> float:
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

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=1.0, t=0.05)
        >>> round(at.dots.best_detuning(device), 6)  # δ = U
        2.41
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

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> round(at.dots.pairing_temperature(device), 1)  # K
        18.6
    """
    return _last(temperature_windows(device, pair))[1]


def pairing_tunnelling(
    device: Device, knob: str = "t", *, pair: Pair | None = None, temperature: Temperature = 0.0
) -> float:
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

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> round(at.dots.pairing_tunnelling(device), 3), round((2.41**2 - 0.83**2) / (4 * 0.83), 3)  # meV
        (1.542, 1.542)
    """
    _parameter(device, knob)
    return _last(tunnelling_windows(device, knob, pair, checked_temperature("temperature", temperature)))[1]


def verdict(
    device: Device,
    *,
    uncertainty: Mapping[str, float] | None = None,
    pair: Pair | None = None,
    temperature: Temperature = 0.0,
) -> xr.Dataset:
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

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.2, t=0.05)
        >>> found = at.dots.verdict(device, uncertainty={"W": 0.02})
        >>> print(found.attrs["summary"])
        The device pairs by 2Δ = 1.349 ± 0.02 meV (k_B times 15.7 K); it attracts ...
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
