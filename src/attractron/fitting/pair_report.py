"""What a fitted map of the pair current says: status, numbers with uncertainties, turn-on lines, and words."""

from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.interpolate import RegularGridInterpolator

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, quoted
from attractron.fitting.pair_model import HIGHEST, LOWEST, PairFit, PairMap, modelled, physical, with_background
from attractron.fitting.pair_profile import Profile, averaged
from attractron.fitting.pair_rivals import DIAMOND, NO_PAIRS, NOTHING, PAIRS
from attractron.fitting.pair_settle import Outcome
from attractron.transport import threshold_lines, turn_on_line

STATUS = {0: "read", 1: "no pairs", 2: "not described", 3: "undecided", 4: "out of view"}

UNREADABLE = 0.25
"""Error of the model, relative to the current, from which on it does not describe the map."""

LOOSE = 0.15
"""Relative uncertainty of W or U from which on the map does not show them."""

PIXELS = 80
"""Along each axis at which the model is calculated, and between which it is interpolated."""

DERIVATIVE = 1e-4

OTHER_SIDE = 0.3
"""Of the largest bias, up to which the other polarity has to be in view."""

ENERGIES = ("U", "ratio", "lever_arm")
"""Whose logarithms a wrong amplitude moves."""

QUANTITIES = {
    "W": ("meV", "repulsion W between the electrons of both dots"),
    "U": ("meV", "repulsion U between an electron of a dot and one of the polarizer"),
    "two_Delta": ("meV", "attraction 2Δ = U - W"),
    "lever_arm": ("meV/mV", "lever arm α of the gate on both dots"),
    "centre": ("mV", "gate at which µ_L = µ_R = (U + W)/2: (0,0) and (1,1) are degenerate"),
    "bias_offset": ("mV", "offset V_0 of the bias: no bias is applied there"),
    "Gamma_S": ("meV", "tunnel coupling Γ_S of the polarizer to the source"),
    "Gamma_D": ("meV", "tunnel coupling Γ_D of the polarizer to the drain"),
    "Gamma_LR": ("meV", "tunnel coupling √(Γ_L Γ_R) of the dots to their leads"),
    "temperature": ("K", "electron temperature"),
}


def values_of(outcome: Outcome[PairMap], profile: Profile) -> dict[str, tuple[float, float]]:
    """Quantities with their standard deviations, by linear propagation and over the profile."""
    side = polarity(outcome.pairs)
    uphill = outcome.pairs.sign * side

    def read(point: dict[str, float]) -> dict[str, float]:
        found = physical(point, outcome.pairs)
        return found | {
            "two_Delta": found["U"] - found["W"],
            "Gamma_LR": float(np.sqrt(found["Gamma_L"] * found["Gamma_R"])),
            "corner_bias_1": side * (found["U"] - found["W"]) + found["bias_offset"],
            "corner_bias_2": side * found["U"] + found["bias_offset"],
            "corner_1": found["centre"] + uphill * (found["U"] - found["W"]) / 2 / found["lever_arm"],
            "corner_2": found["centre"] + uphill * (found["U"] + found["W"]) / 2 / found["lever_arm"],
        }

    def at(fit: PairFit) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        return (
            {name: np.array(value) for name, value in read(fit.point).items()},
            {name: np.array(value) for name, value in _spreads(outcome, fit, read).items()},
        )

    return {name: (float(value), float(error)) for name, (value, error) in averaged(profile, at).items()}


def polarity(pairs: PairMap) -> int:
    """Sign of the bias at which the lines are: at µ_P = U those at the other one are their mirror images."""
    return 1 if pairs.bias.max() >= -pairs.bias.min() else -1


def _spreads(
    outcome: Outcome[PairMap], fit: PairFit, read: Callable[[dict[str, float]], dict[str, float]]
) -> dict[str, float]:
    """Standard deviations at a fit; with a wrong model also by how far amplitudes move thresholds."""
    point, pairs = fit.point, outcome.pairs
    steps = [(read({**point, name: point[name] + DERIVATIVE}), read({**point, name: point[name] - DERIVATIVE}))
             for name in fit.varied]  # fmt: skip
    part = outcome.shift / _energy(point)
    places = {
        "centre": outcome.shift / (float(np.exp(point["lever_arm"])) * pairs.span[1]),
        "bias_offset": outcome.shift / pairs.reach,
    }
    by_amplitude = np.array([part if name in ENERGIES else places.get(name, 0.0) for name in fit.varied])
    covariance = fit.minimum.covariance * outcome.beyond_noise
    found = {}
    for name in read(point):
        slopes = np.array([(up[name] - down[name]) / (2 * DERIVATIVE) for up, down in steps])
        variance = max(float(slopes @ covariance @ slopes), 0.0) + float(np.sum((slopes * by_amplitude) ** 2))
        found[name] = float(np.sqrt(variance))
    return found


def one_sided(pairs: PairMap) -> bool:
    """Whether one polarity of the bias alone is in view: its offset then moves with U."""
    return min(float(pairs.bias.max()), -float(pairs.bias.min())) <= OTHER_SIDE * pairs.reach


def _energy(point: dict[str, float]) -> float:
    """U, meV: that of which the energies' logarithms are in units."""
    return float(np.exp(point["U"]))


def status_of(outcome: Outcome[PairMap], profile: Profile) -> int:
    """Code of `STATUS`."""
    scores = dict(zip(outcome.comparison.names, outcome.comparison.scores, strict=True))
    if outcome.comparison.best not in (PAIRS, NO_PAIRS) or outcome.error > UNREADABLE:
        return 2
    if outcome.comparison.best == NO_PAIRS:
        return 1
    if not outcome.comparison.decisive:
        return 3 if scores[NO_PAIRS] < 10 else 2
    return 0 if _in_view(outcome, profile) else 4


def _in_view(outcome: Outcome[PairMap], profile: Profile) -> bool:
    """Both corners and the centre lie in the map, and W and U are known."""
    found = values_of(outcome, profile)
    pairs = outcome.pairs
    inside = all(pairs.gate[0] <= found[name][0] <= pairs.gate[-1] for name in ("centre", "corner_1"))
    high = bool(np.abs(pairs.bias).max() > found["U"][0])
    known = all(found[name][1] < LOOSE * found[name][0] for name in ("W", "U"))
    free = [name for name in outcome.fit.varied if name in ("U", "ratio", "lever_arm", "centre")]
    bound = any(
        min(outcome.fit.point[name] - LOWEST[name], HIGHEST[name] - outcome.fit.point[name]) < 1e-3 for name in free
    )
    return inside and high and known and not bound


def labelled(
    outcome: Outcome[PairMap], profile: Profile, array: xr.DataArray, gate: str, scale: float, held: dict[str, float]
) -> xr.Dataset:
    """The result as a Dataset (variables in `attractron.fitting.fit_pair_current`)."""
    read = outcome.status == 0
    V = next(str(dim) for dim in array.dims if dim != gate)
    in_gate, unit = str(array[gate].attrs.get("units", "mV")), str(array.attrs.get("units", "a.u."))
    found = values_of(outcome, profile) if read else {}
    nothing = (np.nan, np.nan)
    variables: dict[str, Variable] = {}
    for name, (units, text) in QUANTITIES.items():
        own = {"centre": in_gate, "lever_arm": f"meV/{in_gate}" if in_gate != "meV" else "1"}.get(name, units)
        value, error = found.get(name, nothing)
        variables[name] = ((), value, own, text)
        variables[f"{name}_uncertainty"] = ((), error, own, f"uncertainty of the {text}")
    corners = [found.get(f"corner_{number}", nothing) for number in (1, 2)]
    biases = [found.get(f"corner_bias_{number}", nothing) for number in (1, 2)]
    for end, at in (("", 0), ("_uncertainty", 1)):
        text = "uncertainty of " if at else ""
        gates = [each[at] for each in corners]
        variables[f"corner_gate{end}"] = ("corner", gates, in_gate, f"{text}gate where two turn-on lines meet")
        variables[f"corner_bias{end}"] = ("corner", [each[at] for each in biases], "mV", f"{text}bias there")
    curve = _curve(outcome)
    slopes, spreads = _slopes(outcome) if read else (np.full(3, np.nan),) * 2
    variables |= {
        "slope": ("process", slopes, "1", "slope dV_SD/d(αV) of the turn-on line of the fitted inelastic current"),
        "slope_uncertainty": ("process", spreads, "1", "largest difference of the estimators of the slope"),
        "turn_on": (("process", gate), _lines(outcome, read), "mV", "turn-on line of the fitted W and U"),
        "status": ((), np.int32(outcome.status), "1", "what the map shows"),
        "noise": ((), float(np.median(outcome.pairs.noise)) / abs(scale), unit, "noise of a pixel"),
        "misfit": ((), outcome.error, "1", "error of the model relative to the current"),
        "misfit_probability": ((), outcome.goodness.probability, "1", "probability of such a residual by noise alone"),
        "chi_squared": ((), outcome.goodness.chi_squared, "1", "variance of the residual over that of noise and error"),
        **outcome.comparison.variables(),
        "data": ((gate, V), array.to_numpy().astype(float), unit, str(array.attrs.get("long_name", "current"))),
        "model": ((gate, V), curve / scale, unit, "fit"),
        "residual": ((gate, V), array.to_numpy() - curve / scale, unit, "data less fit"),
    }
    result = dataset(
        variables,
        {
            gate: (gate, array[gate].to_numpy(), in_gate, str(array[gate].attrs.get("long_name", gate))),
            V: (V, array[V].to_numpy(), "mV", str(array[V].attrs.get("long_name", V))),
            "process": ("process", ["0e", "1e", "2e"], "1", "electrons of the system that take part"),
            "corner": ("corner", ["2e and 1e", "1e and 0e"], "1", "lines that meet"),
            **outcome.comparison.coordinates(),
        },
        question="fitting.fit_pair_current",
        parameters={"mu_P": "U", "beta": 0.0, "delta_V": 0.0},
        method="least squares of transport.current with processes of up to three events, finite part",
        validity=_validity(outcome, held),
        references=("hamo2016",),
        options={"held": sorted(held), "bias": V},
    )
    result["status"].attrs.update(flags(STATUS))
    result.attrs["runner_up"] = outcome.comparison.runner_up
    result.attrs["summary"] = _summary(result, outcome, in_gate)
    return result


def _curve(outcome: Outcome[PairMap]) -> FloatArray:
    """The fitted current over all pixels."""
    pairs = outcome.pairs
    if not outcome.fit.point:  # nothing was fitted but a constant
        return np.full_like(pairs.values, outcome.fit.linear[0])
    few = pairs.thinned(PIXELS, PIXELS)
    orders = few.orders(outcome.fit.point, "2e")
    if orders.shape[1:] != pairs.values.shape:
        at = tuple(np.meshgrid(pairs.gate, pairs.bias, indexing="ij"))
        orders = np.stack([RegularGridInterpolator((few.gate, few.bias), order)(at) for order in orders])
    return with_background(orders, pairs)[0]


def _slopes(outcome: Outcome[PairMap]) -> tuple[FloatArray, FloatArray]:
    """Slopes of the three lines in the fitted inelastic current and their spread; NaN where none can be told."""
    values = physical(outcome.fit.point, outcome.pairs)
    W, U, T = values["W"], values["U"], values["temperature"]
    margin = 3.5 * 0.08617333262 * T
    energy = np.linspace(0.0, (U + W) / 2 + 4 * margin, 41)
    line = replace_axes(outcome.pairs, energy, np.linspace(0.0, 1.3 * U, 121)[1:])
    point = {**outcome.fit.point, "centre": 0.0, "lever_arm": 0.0, "bias_offset": 0.0}
    current = xr.DataArray(modelled(point, line, "2e"), {"V": line.gate, "V_SD": line.bias}, ("V", "V_SD"))
    elastic = xr.DataArray(
        modelled({**point, "Gamma_LR": LOWEST["Gamma_LR"]}, line, "0e"), current.coords, current.dims
    )
    ranges = {"0e": ((U + W) / 2 + margin, np.inf), "1e": ((U - W) / 2 + margin, (U + W) / 2 - margin)}
    ranges["2e"] = (margin, (U - W) / 2 - margin)
    found = []
    for name in ("0e", "1e", "2e"):
        low, high = ranges[name]
        try:
            each = turn_on_line(current - elastic, (low, min(high, float(energy[-1]))), temperature=T)
        except InputError:  # too few columns between the corners for a line: there is no slope to tell
            found.append((np.nan, np.nan))
            continue
        found.append((float(each["slope"]), float(each["slope_uncertainty"])))
    slopes, spreads = np.transpose(found)
    return slopes, spreads


def replace_axes(pairs: PairMap, gate: FloatArray, bias: FloatArray) -> PairMap:
    """A grid of energies."""
    blank = np.zeros((gate.size, bias.size))
    return PairMap(gate=gate, bias=bias, values=blank, noise=blank + 1, span=(0.0, 1.0), current=pairs.current)


def _lines(outcome: Outcome[PairMap], read: bool) -> FloatArray:
    """The turn-on lines over the gate, each where it is the lowest (process, gate)."""
    gate = outcome.pairs.gate
    if not read:
        return np.full((3, gate.size), np.nan)
    values = physical(outcome.fit.point, outcome.pairs)
    lines = threshold_lines(values["W"], values["U"], values["U"])
    side = polarity(outcome.pairs)
    energy = side * outcome.pairs.sign * values["lever_arm"] * (gate - values["centre"])
    every = lines["intercept"].to_numpy()[:, None] + lines["slope"].to_numpy()[:, None] * energy
    lowest = (every <= every.min(axis=0) + 1e-12) & (energy >= 0)
    return np.where(lowest, side * every + values["bias_offset"], np.nan)


def _validity(outcome: Outcome[PairMap], held: dict[str, float]) -> list[str]:
    said = [
        "The polarizer is taken at its particle-hole symmetric point, µ_P = U, the bias to move it not (β = 0), both "
        "dots in resonance (δV = 0): µ_P elsewhere moves the thresholds in the bias by U - µ_P.",
        "Rates of lowest order: thresholds and slopes are safe, amplitudes only for Γ below k_BT, so that couplings "
        "and temperature are those of the model.",
    ]
    if one_sided(outcome.pairs):
        said.append(
            "One polarity of the bias is in view: its offset moves with U and the centre, all lines staying where "
            "they are. Numbers are means over all offsets, with the weight that the χ² of a fit at each has, and their "
            "uncertainties hold how far they differ. A map of both polarities gives U far better."
        )
    for name in ("lever_arm", "temperature"):
        if name in held:
            said.append(f"The {name.replace('_', ' ')} is taken as exact.")
    if outcome.error > 0:
        said.append(
            f"Uncertainties hold an error of the model of {100 * outcome.error:.2g} % of the current, and that this "
            f"moves thresholds by {1e3 * outcome.shift:.2g} µeV."
        )
    if outcome.fine.free:
        said.append("Each order of the current has an amplitude of its own: couplings are those up to a factor.")
    if not outcome.pairs.current:
        said.append("The signal has no unit of a current: its gain is fitted.")
    return said


def _summary(result: xr.Dataset, outcome: Outcome[PairMap], unit: str) -> str:
    kind = STATUS[outcome.status]
    if kind == "read":
        said = (
            f"The pair current gives W = {quoted(result, 'W', 'meV')} and U = {quoted(result, 'U', 'meV')}, hence an "
            f"attraction 2Δ = {quoted(result, 'two_Delta', 'meV')}, with (0,0) and (1,1) degenerate at "
            f"{quoted(result, 'centre', unit)}."
        )
        if "lever_arm" in outcome.fit.varied:
            said += f" The gate's lever arm is {quoted(result, 'lever_arm', 'meV/mV')}."
        if outcome.fine.free:
            said += " Each order of the current has an amplitude of its own."
        if outcome.error > 0:
            said += f" The model is off by {100 * outcome.error:.2g} % of the current beyond noise."
        return said
    start = "W and U cannot be read from this map: "
    if kind == "no pairs":
        return start + "single electrons that tunnel along describe it without any pairs."
    if kind == "undecided":
        return start + "it is described as well without processes of pairs."
    if kind == "out of view":
        return start + (
            "the lines that turn on at eV_SD = U - W and U, and the gate where (0,0) and (1,1) are degenerate, are not "
            "all in view: measure a wider range."
        )
    rival = outcome.comparison.best
    if rival == NOTHING:
        return start + "no current stands out of its noise."
    if rival == DIAMOND and outcome.comparison.decisive:
        return start + "Coulomb diamonds describe it better: read it with --as coulomb-diamonds."
    if not outcome.fit.point:
        return start + "it does not show lines that turn on with slopes of 2, 1 and 0 in gate and bias."
    if rival not in (PAIRS, NO_PAIRS):
        return f"{start}{' and '.join(outcome.comparison.open_between())} describe it better."
    return start + (
        f"transport.current leaves {100 * outcome.error:.0f} % of the current beyond noise; look at the picture. Is it "
        "a current, and are gate and bias its axes?"
    )
