"""What a fitted map of the pair current over two gates says: status, numbers with uncertainties, and words."""

from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.interpolate import RegularGridInterpolator

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset, flags, quoted
from attractron.fitting.pair_flow import junction_of
from attractron.fitting.pair_gates_model import ARMS, PLACE, GateMap, arms
from attractron.fitting.pair_model import PairFit, with_background
from attractron.fitting.pair_profile import Profile, averaged
from attractron.fitting.pair_report import DERIVATIVE, LOOSE, PIXELS, UNREADABLE
from attractron.fitting.pair_rivals import NO_PAIRS, NOTHING, PAIRS
from attractron.fitting.pair_settle import Outcome

STATUS = {0: "read", 1: "no pairs", 2: "not described", 3: "undecided", 4: "out of view"}

ENERGY = {0: "read", 1: "open"}

SCALARS = {
    "two_Delta": ("meV", "attraction 2Δ of the electrons of both dots: the length of the line in αδV"),
    "Gamma_S": ("meV", "tunnel coupling Γ_S of the polarizer to the source"),
    "Gamma_D": ("meV", "tunnel coupling Γ_D of the polarizer to the drain"),
    "Gamma_LR": ("meV", "tunnel coupling √(Γ_L Γ_R) of the dots to their leads"),
    "temperature": ("K", "electron temperature"),
}


def quantities(point: dict[str, float], gates: GateMap, middle: FloatArray, half: FloatArray) -> dict[str, FloatArray]:
    """All that is read, in mV, degrees, meV and K.

    Args:
        point: parameters of the fit.
        gates: the map.
        middle: of both axes, mV.
        half: their half lengths, mV.
    """
    matrix = arms(point) / half  # meV/mV
    values = junction_of(point)
    two_Delta = values["U"] - values["W"]
    centre = middle + half * np.array([point[name] for name in PLACE])
    along = np.linalg.solve(matrix, np.array([0.0, 1.0]))
    ends = centre + np.array([[-1.0], [1.0]]) * along * two_Delta / 2
    dots = np.stack([matrix[0] + matrix[1], matrix[0] - matrix[1]])
    return {
        "centre": centre,
        "line_end": ends,
        "line_length": np.linalg.norm(ends[1] - ends[0]),
        "line_angle": _angle(along),
        "charging_line_angle": np.array([_angle(np.array([-arm[1], arm[0]])) for arm in dots]),
        "lever_arm": dots,
        "two_Delta": np.array(two_Delta),
        **{name: np.array(values[name]) for name in ("Gamma_S", "Gamma_D", "temperature")},
        "Gamma_LR": np.sqrt(np.array(values["Gamma_L"] * values["Gamma_R"])),
    }


def _angle(direction: FloatArray) -> FloatArray:
    """From the first axis to the second, in degrees, above -90 and up to 90."""
    return np.asarray(90.0 - (90.0 - np.rad2deg(np.arctan2(direction[1], direction[0]))) % 180.0)


def with_spreads(
    outcome: Outcome[GateMap], fit: PairFit, read: Callable[[dict[str, float]], dict[str, FloatArray]]
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Quantities of a fit and their standard deviations, by linear propagation; with a wrong model also by how far
    amplitudes move thresholds."""
    point, varied = fit.point, fit.varied
    base = read(point)
    part, aside = outcome.shift / float(np.exp(point["gap"])), outcome.shift / 2
    places = np.abs(np.linalg.inv(arms(point))).max(axis=1) * aside
    moved = {"gap": part, **{name: part * abs(point[name]) for name in ARMS}}
    moved |= dict(zip(PLACE, places.tolist(), strict=True))
    by_amplitude = np.array([moved.get(name, 0.0) for name in varied])
    covariance = fit.minimum.covariance * outcome.beyond_noise
    spreads = {}
    for name, slope in _slopes(point, varied, read).items():
        variance = np.einsum("...i,ij,...j->...", slope, covariance, slope)
        spreads[name] = np.sqrt(np.maximum(variance, 0.0) + ((slope * by_amplitude) ** 2).sum(axis=-1))
    return base, spreads


def _slopes(
    point: dict[str, float], varied: tuple[str, ...], read: Callable[[dict[str, float]], dict[str, FloatArray]]
) -> dict[str, FloatArray]:
    """Derivatives of all quantities by the varied parameters (…, parameter)."""
    slopes: dict[str, list[FloatArray]] = {}
    for name in varied:
        step = DERIVATIVE * max(abs(point[name]), 1.0) if name in ARMS else DERIVATIVE
        up, down = (read({**point, name: point[name] + side * step}) for side in (1, -1))
        for each in up:
            change = up[each] - down[each]
            if each.endswith("angle"):
                change = (change + 90.0) % 180.0 - 90.0
            slopes.setdefault(each, []).append(np.asarray(change / (2 * step)))
    return {name: np.stack(found, axis=-1) for name, found in slopes.items()}


def status_of(outcome: Outcome[GateMap]) -> int:
    """Code of `STATUS`."""
    scores = dict(zip(outcome.comparison.names, outcome.comparison.scores, strict=True))
    if outcome.comparison.best not in (PAIRS, NO_PAIRS) or outcome.error > UNREADABLE:
        return 2
    if outcome.comparison.best == NO_PAIRS:
        return 1
    if not outcome.comparison.decisive:
        return 3 if scores[NO_PAIRS] < 10 else 2
    ends = quantities(outcome.fit.point, outcome.pairs, np.zeros(2), np.ones(2))["line_end"]
    return 0 if np.abs(ends).max() < 1 else 4


def labelled(
    outcome: Outcome[GateMap], profile: Profile | None, array: xr.DataArray, scale: float, held: list[str]
) -> xr.Dataset:
    """The result as a Dataset (variables in `attractron.fitting.fit_pair_gates`)."""
    names = [str(name) for name in array.dims]
    axes = [array[name].to_numpy().astype(float) for name in names]
    middle, half = (np.array([(each[-1] + sign * each[0]) / 2 for each in axes]) for sign in (1, -1))

    def read(point: dict[str, float]) -> dict[str, FloatArray]:
        return quantities(point, outcome.pairs, middle, half)

    blank = dict.fromkeys(SCALARS, np.array(np.nan)) | {
        "centre": np.full(2, np.nan),
        "line_end": np.full((2, 2), np.nan),
        "line_length": np.array(np.nan),
        "line_angle": np.array(np.nan),
        "charging_line_angle": np.full(2, np.nan),
        "lever_arm": np.full((2, 2), np.nan),
    }
    found = {name: (value, value) for name, value in blank.items()}
    is_open = outcome.status != 0
    if profile is not None:
        found = averaged(profile, lambda fit: with_spreads(outcome, fit, read))
        is_open = bool(found["two_Delta"][1] > LOOSE * found["two_Delta"][0])
        if is_open:
            found |= {name: (blank[name], blank[name]) for name in ("lever_arm", *SCALARS)}
    unit = str(array.attrs.get("units", "a.u."))
    geometry: dict[str, tuple[tuple[str, ...], str, str]] = {
        "centre": (("axis",), "mV", "middle of the line between (0,0) and (1,1)"),
        "line_end": (("end", "axis"), "mV", "end of that line"),
        "line_length": ((), "mV", "length of the line in the plane of the gates"),
        "line_angle": ((), "deg", "angle of the line from the first axis"),
        "charging_line_angle": (("dot",), "deg", "angle of the dot's charging lines from the first axis"),
        "lever_arm": (("dot", "axis"), "meV/mV", "lever arm of the gate on the dot"),
    }
    geometry |= {name: ((), units, text) for name, (units, text) in SCALARS.items()}
    variables: dict[str, Variable] = {}
    for name, (dims, units, text) in geometry.items():
        variables[name] = (dims, found[name][0], units, text)
        variables[f"{name}_uncertainty"] = (dims, found[name][1], units, f"uncertainty of the {text}")
    curve = _curve(outcome)
    variables |= {
        "status": ((), np.int32(outcome.status), "1", "what the map shows"),
        "energy_status": ((), np.int32(is_open), "1", "whether the bias sets the scale of the energy"),
        "noise": ((), float(np.median(outcome.pairs.noise)) / abs(scale), unit, "noise of a pixel"),
        "misfit": ((), outcome.error, "1", "error of the model relative to the current"),
        "misfit_probability": ((), outcome.goodness.probability, "1", "probability of such a residual by noise alone"),
        "chi_squared": ((), outcome.goodness.chi_squared, "1", "variance of the residual over that of noise and error"),
        **outcome.comparison.variables(),
        "data": (tuple(names), array.to_numpy().astype(float), unit, str(array.attrs.get("long_name", "current"))),
        "model": (tuple(names), curve / scale, unit, "fit"),
        "residual": (tuple(names), array.to_numpy() - curve / scale, unit, "data less fit"),
    }
    result = dataset(
        variables,
        {
            **{
                name: (name, values, "mV", str(array[name].attrs.get("long_name", name)))
                for name, values in zip(names, axes, strict=True)
            },
            "axis": ("axis", names, "1", "gate"),
            "end": ("end", ["1", "2"], "1", "end of the line"),
            "dot": ("dot", ["1", "2"], "1", "dot"),
            **outcome.comparison.coordinates(),
        },
        question="fitting.fit_pair_gates",
        parameters={"mu_P": "U", "beta": 0.0, "V_SD": outcome.pairs.bias},
        method="least squares of transport.current with processes of up to three events, finite part",
        validity=_validity(outcome, held),
        references=("hamo2016",),
        options={"held": held, "bias": outcome.pairs.bias},
    )
    result["status"].attrs.update(flags(STATUS))
    result["energy_status"].attrs.update(flags(ENERGY))
    result.attrs["runner_up"] = outcome.comparison.runner_up
    result.attrs["summary"] = _summary(result, outcome)
    return result


def _curve(outcome: Outcome[GateMap]) -> FloatArray:
    """The fitted current over all pixels."""
    gates = outcome.pairs
    if not outcome.fit.point:  # nothing was fitted but a constant
        return np.full_like(gates.values, outcome.fit.linear[0])
    few = gates.thinned(PIXELS, PIXELS)
    orders = few.orders(outcome.fit.point, "2e")
    if orders.shape[1:] != gates.values.shape:
        at = tuple(np.meshgrid(gates.first, gates.second, indexing="ij"))
        orders = np.stack([RegularGridInterpolator((few.first, few.second), order)(at) for order in orders])
    return with_background(orders, gates)[0]


def _validity(outcome: Outcome[GateMap], held: list[str]) -> list[str]:
    said = [
        "2Δ is the length of the line at the polarizer's potential as it is: U - W if that is at its particle-hole "
        "symmetric point, µ_P = U, which is taken for amplitudes, and less by how far it is off.",
        "At one bias W and U by themselves enter through amplitudes only: they are not determined. A map over the bias "
        "gives them.",
        "Rates of lowest order: thresholds are safe, amplitudes only for Γ below k_BT, so that couplings and "
        "temperature are those of the model.",
        "Numbers are means over all 2Δ, with the weight that the χ² of a fit at each has, W and U being free; their "
        "uncertainties hold how far they differ"
        + ("." if ARMS[0] in held else ". Lever arms that are given set the scale of the energy far better."),
        "The bias is taken as exact.",
    ]
    if ARMS[0] in held:
        said.append("The lever arms are taken as exact.")
    if "temperature" in held:
        said.append("The temperature is taken as exact.")
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


def _summary(result: xr.Dataset, outcome: Outcome[GateMap]) -> str:
    kind = STATUS[outcome.status]
    if kind == "read":
        said = (
            f"(0,0) and (1,1) are degenerate along a line of {quoted(result, 'line_length', 'mV')}, at "
            f"{quoted(result, 'line_angle', '°')} from {result['axis'].values[0]}, on which pairs carry a current."
        )
        if int(result["energy_status"]) == 0:
            said += f" It gives an attraction 2Δ = {quoted(result, 'two_Delta', 'meV')}."
        else:
            said += " The bias does not set the scale of its energy: give the lever arms."
        return said + " W and U by themselves need a map over the bias."
    start = "No line of pairs can be read from this map: "
    if kind == "no pairs":
        return start + "single electrons that tunnel along describe it without any pairs."
    if kind == "undecided":
        return start + "it is described as well without processes of pairs."
    if kind == "out of view":
        return start + "its ends are not in view: measure a wider range."
    if outcome.comparison.best == NOTHING:
        return start + "no current stands out of its noise."
    if not outcome.fit.point:
        return start + (
            "it does not show two regions with current one way, of (1,0) and (0,1), whose corners are the ends of a "
            "line."
        )
    if outcome.comparison.best not in (PAIRS, NO_PAIRS):
        return f"{start}{' and '.join(outcome.comparison.open_between())} describe it better."
    return start + (
        f"transport.current leaves {100 * outcome.error:.0f} % of the current beyond noise; look at the picture. Is it "
        "a current, and are both axes gates?"
    )
