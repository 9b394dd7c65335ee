"""Rates of every order of the junction of Fig. 4, each beside a limit that is done `by_hand`."""

from dataclasses import fields

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.dots import Device
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.ours import by_hand
from attractron.papers.ours.by_hand import COUPLINGS, DELTA, ORDERS, PA, U, W, thermal
from attractron.plotting.style import OKABE_ITO
from attractron.transport import (
    Junction,
    Lead,
    current,
    differential_conductance,
    pair_junction,
    threshold_lines,
    turn_on_line,
)
from attractron.transport.processes import Processes, forms
from attractron.transport.rates import rates
from attractron.transport.solve import make_model

KELVIN = 0.02
"""Of the rates and the pair's current: k_BT is less than a hundredth of the lowest cost."""

LEVEL, WEAK, STRONG = 0.4, {"S": 0.001, "D": 0.003}, {"S": 0.02, "D": 0.06}
"""meV: one level, and its couplings in first order and to all orders."""

EDGE_KELVIN, SHELL_KELVIN = 0.1, 0.2
"""Of the current of first order, and of rates on shell."""

BIASES = np.linspace(0.0, 1.2, 121)
RELEASES = np.linspace(-20.0, 20.0, 81)
KELVINS = np.geomspace(0.005, 0.1, 9)
GATES = np.linspace(0.03, 0.11, 5)
TURN_ON_BIASES = np.linspace(0.0, 0.3, 121)
"""mV, in k_BT, K, meV, mV."""

Columns = dict[str, tuple[tuple[str, ...], FloatArray | float, str, str]]


def junction(kelvin: float = KELVIN) -> Junction:
    """The pair junction at its particle-hole symmetric point."""
    S, D, L, R = COUPLINGS.values()
    return pair_junction(W=W, U=U, mu_P=U, Gamma_S=S, Gamma_D=D, Gamma_L=L, Gamma_R=R, temperature=kelvin)


def one_level(couplings: dict[str, float], kelvin: float) -> Junction:
    """A level at `LEVEL` between a source and a drain."""
    leads = (
        Lead(name="S", dot="P", Gamma=couplings["S"], temperature=kelvin, bias=1.0),
        Lead(name="D", dot="P", Gamma=couplings["D"], temperature=kelvin),
    )
    device = Device(dots=("P",), repulsion=np.zeros((1, 1)), levels=np.array([LEVEL]))
    return Junction(device=device, leads=leads)


def compute(quick: bool) -> xr.Dataset:
    """Rates, currents and conductances, each beside its closed form."""
    pair_bias = thermal(KELVIN) * np.geomspace(0.05, 40.0, 5 if quick else 16)
    return dataset(
        _of_one_level() | _over_release() | _over_temperature() | _of_a_pair(pair_bias) | _on_shell() | _turn_on(),
        {
            "bias": ("bias", BIASES, "mV", "bias V_SD of one level"),
            "order": ("order", list(ORDERS), "1", "order of the process"),
            "release": ("release", RELEASES, "1", "energy released over k_BT"),
            "kelvin": ("kelvin", KELVINS, "K", "temperature"),
            "process": ("process", ["0e", "1e", "2e"], "1", "electrons of L and R that take part"),
            "gate": ("gate", GATES, "meV", "gate voltage αV from the centre"),
            "turn_on_bias": ("turn_on_bias", TURN_ON_BIASES, "mV", "bias V_SD where a pair's process turns on"),
            "shell_order": ("shell_order", ["second", "third"], "1", "order of the process"),
            "pair_bias": ("pair_bias", pair_bias, "mV", "bias V_SD of the junction"),
        },
        question="papers.ours.rates",
        parameters=junction().describe(),
        options={"level": LEVEL, "weak": WEAK, "strong": STRONG, "origin": "centre"},
        method="golden-rule rates of first to third order in finite parts, Breit and Wigner's resonance; by hand",
        validity=["Limits by hand leave out what the tolerances of their claims say."],
        references=["averin_nazarov1990", "kaasbjerg_jauho2016", "hamo2016"],
    )


def _of_one_level() -> Columns:
    """Currents of first and of all orders over the bias, and the conductance in the blockade."""
    sequential, _ = by_hand.one_level(BIASES, LEVEL, **WEAK, kT=thermal(EDGE_KELVIN))
    _, elastic = by_hand.one_level(BIASES, LEVEL, **STRONG, kT=thermal(KELVIN))
    found = [
        current(one_level(couplings, kelvin), {"V_SD": BIASES}, processes=processes)["current"].values
        for couplings, kelvin, processes in ((WEAK, EDGE_KELVIN, "sequential"), (STRONG, KELVIN, "0e"))
    ]
    slopes = [
        float(differential_conductance(one_level(STRONG, kelvin), {}, processes="0e")["conductance"])
        for kelvin in KELVINS
    ]
    dims, text = ("bias",), "current through one level"
    return {
        "sequential": (dims, found[0], "pA", f"{text}, first order"),
        "sequential_by_hand": (dims, sequential, "pA", f"{text}, first order, by hand"),
        "elastic": (dims, found[1], "pA", f"{text}, all orders"),
        "elastic_by_hand": (dims, elastic, "pA", f"{text}, all orders, by hand at T = 0"),
        "blockade": (("kelvin",), np.array(slopes), "e²/h", "conductance of one level far from resonance"),
    }


def _over_release() -> Columns:
    """ħ × rates of the three orders, both ways, over the energy that they release."""
    kT = thermal(KELVIN)
    found = np.stack([_rates(order, kT * RELEASES, KELVIN) for order in ORDERS])  # (order, way, release)
    down = np.full((2, *found[:, 0].shape), np.nan)  # (sum and correction, order, release)
    for number, order in enumerate(ORDERS):
        down[:, number, RELEASES > 0] = by_hand.downhill(order, kT * RELEASES[RELEASES > 0], kT)
    dims = ("order", "release")
    return {
        "rate": (dims, found[:, 0], "meV", "ħ × rate"),
        "logarithm": (dims, np.log(found[:, 0] / found[:, 1]), "1", "logarithm of the rates there over back"),
        "rate_by_hand": (dims, down[0], "meV", "ħ × rate by hand, for a release far above k_BT"),
        "warm_by_hand": (dims, down[1], "meV", "part of it that the temperature adds"),
    }


def _over_temperature() -> Columns:
    """ħ × rates without a release."""
    found = np.array([[_rates(order, np.zeros(1), kelvin)[0, 0] for kelvin in KELVINS] for order in ORDERS])
    kT = np.array([thermal(kelvin) for kelvin in KELVINS])
    dims = ("order", "kelvin")
    return {
        "even": (dims, found, "meV", "ħ × rate without release"),
        "even_by_hand": (dims, np.stack([by_hand.even(order, kT) for order in ORDERS]), "meV", "the same by hand"),
    }


def _of_a_pair(biases: FloatArray) -> Columns:
    """The part of the current that third order carries, where both legs of a pair's cycle release eV_SD/2."""
    found = [
        current(junction(), {"V": bias / 4, "V_SD": bias}, origin="centre")["contribution"].sel(order="third", lead="S")
        for bias in biases
    ]
    hand = by_hand.pair_current(biases, thermal(KELVIN))
    return {
        "pair": (("pair_bias",), np.array(found, dtype=float), "pA", "current that pairs carry"),
        "pair_by_hand": (("pair_bias",), hand, "pA", "current that pairs carry, by hand"),
    }


def _on_shell() -> Columns:
    """Second and third order at eV_SD = U, where P fills at no cost; the current through a P that nothing repels."""
    names = ("second", "third")
    bias = {order: np.array([U]) - by_hand.bias_for(order, np.zeros(1)) for order in names}
    found = [_rates(order, bias[order], SHELL_KELVIN)[0, 0] for order in names]
    hand = [by_hand.on_shell(order, U, thermal(SHELL_KELVIN)) for order in names]
    S, D, L, R = COUPLINGS.values()
    alone = pair_junction(W=W, U=0.0, mu_P=0.0, Gamma_S=S, Gamma_D=D, Gamma_L=L, Gamma_R=R, temperature=SHELL_KELVIN)
    axes: dict[str, FloatArray | float] = {"V": np.array([0.0, 0.05, 0.3]), "V_SD": 0.1}
    three, one = (current(alone, axes, processes=processes)["current"].values for processes in ("2e", "0e"))
    return {
        "resonant": (("shell_order",), np.array(found), "meV", "ħ × rate with an intermediate state on shell"),
        "resonant_by_hand": (("shell_order",), np.array(hand), "meV", "the same from the definition of finite parts"),
        "decoupled": ((), np.abs(three / one - 1).max(), "1", "|I(2e)/I(0e) - 1| beside L and R that do not repel P"),
    }


def _turn_on() -> Columns:
    """Threshold lines, and the rate of a pair's process over gate and bias."""
    lines = threshold_lines(W, U, U)
    across = lines["intercept"] + lines["slope"] * xr.DataArray(GATES, dims="gate")
    hand = np.stack([by_hand.threshold(electrons, GATES) for electrons in range(3)])
    points = np.array([[V, V_SD] for V in GATES for V_SD in TURN_ON_BIASES])
    rate = _process("third", points, ("V", "V_SD"), KELVIN)[0].reshape(GATES.size, TURN_ON_BIASES.size)
    return {
        "threshold": (("process", "gate"), across.transpose("process", "gate").values, "mV", "bias of turn-on lines"),
        "threshold_by_hand": (("process", "gate"), hand, "mV", "bias of turn-on lines by hand"),
        "pair_rate": (("gate", "turn_on_bias"), rate, "meV", "ħ × rate of a pair's process"),
    }


def _pair_line(rate: xr.DataArray) -> tuple[float | None, float | None]:
    """Slope of the line where it turns on, and bias in the middle of its range, mV; None, which fails, if none is."""
    try:
        found = turn_on_line(rate.rename(turn_on_bias="V_SD"), (GATES[0], GATES[-1]), temperature=KELVIN)
    except InputError:
        return None, None
    return float(found["slope"]), 1e3 * float(found["bias"])


def _rates(order: str, releases: FloatArray, kelvin: float) -> FloatArray:
    """ħ × rates there and back of one process, meV (way, release), at the bias at which it releases so much."""
    return _process(order, by_hand.bias_for(order, releases)[:, None], ("V_SD",), kelvin)


def _process(order: str, points: FloatArray, knobs: tuple[str, ...], kelvin: float) -> FloatArray:
    """ħ × rates there and back of one process, meV (way, point), at points of the knobs (point, knob)."""
    start, stop, leads = ORDERS[order]
    device = junction(kelvin)
    model = make_model(device, list(knobs), "2e", "finite-part", "centre")
    names = ["(" + ",".join(f"{count:.0f}" for count in charge) + ")" for charge in model.energies.charges]
    wanted = {number for number, lead in enumerate(device.leads) if lead.name in leads}
    which, ends = list(ORDERS).index(order), {names.index(start), names.index(stop)}
    table = model.tables[which]
    [row] = [
        row
        for row in range(len(table))
        if {int(table.initial[row]), int(table.final[row])} == ends and set(table.leads[row].tolist()) == wanted
    ]
    alone = Processes(**{entry.name: getattr(table, entry.name)[[row]] for entry in fields(table)})
    energies = forms(alone, *model.energies.at(points))
    found = rates(alone, energies, model.Gamma, model.kT, model.widths, model.method)
    ways = np.stack([found.forward[:, 0], found.backward[:, 0]])
    return ways if int(table.initial[row]) == names.index(start) else ways[::-1]


def readings(result: xr.Dataset) -> Readings:
    """Each calculated number over that by hand, and the size of what the limit by hand leaves out."""
    kT, g = thermal(KELVIN), sum(STRONG.values()) / 2
    scales = [PA * each["S"] * each["D"] / (each["S"] + each["D"]) for each in (WEAK, STRONG)]
    first, elastic = (abs(result[name] - result[f"{name}_by_hand"]).max() for name in ("sequential", "elastic"))
    far, at = result.isel(release=-1), result.sel(kelvin=KELVIN, method="nearest")
    cold, rise = by_hand.blockade(LEVEL, **STRONG)
    warm = thermal(float(at["kelvin"]))
    second, third = (far.sel(order=order) for order in ("second", "third"))
    ratio = result["pair"] / result["pair_by_hand"]
    balance = result["logarithm"] - result["release"]
    slope, bias = _pair_line(result["pair_rate"])
    expanded, smallest = 3 * (np.pi * kT / DELTA) ** 2, thermal(KELVINS[0])
    return {
        "plateau": float(result["sequential"][-1]) / scales[0],
        "edge": float(first) / scales[0],
        "elastic": float(elastic) / scales[1],
        "elastic_neglected": (np.pi * kT) ** 2 / 3 * 3 * np.sqrt(3) / (8 * np.pi * g**2),
        "blockade": float(result["blockade"][0]) / cold,
        "blockade_neglected": 2 * rise * smallest**2,
        "blockade_warm": (float(at["blockade"]) / cold - 1) / (rise * warm**2),
        "blockade_warm_neglected": 3 * (np.pi * warm / LEVEL) ** 2,
        "second": float(second["rate"] / second["rate_by_hand"]),
        "second_neglected": 10 * (np.pi * kT / DELTA) ** 4,
        "second_warm": float((second["rate"] - second["rate_by_hand"]) / second["warm_by_hand"] + 1),
        "expanded": expanded,
        "third": float(third["rate"] / third["rate_by_hand"]),
        **{f"even_{order}": float((at["even"] / at["even_by_hand"]).sel(order=order)) for order in ORDERS},
        "even_neglected": 3 * (np.pi * warm / DELTA) ** 2,
        **{f"power_{order}": _power(result["even"].sel(order=order)) for order in ORDERS},
        **{f"balance_{order}": float(abs(balance.sel(order=order)).max()) for order in ORDERS},
        **{
            f"resonant_{order}": float((result["resonant"] / result["resonant_by_hand"]).sel(shell_order=order))
            for order in ("second", "third")
        },
        "decoupled": float(result["decoupled"]),
        **{
            f"threshold_{name}": 1e3 * float(result["threshold"].sel(process=name).isel(gate=-1))
            for name in result["process"].values
        },
        **{
            f"threshold_{name}_by_hand": 1e3 * float(result["threshold_by_hand"].sel(process=name).isel(gate=-1))
            for name in result["process"].values
        },
        "pair_slope": slope,
        "pair_slope_neglected": 4 * kT / DELTA,
        "pair_bias_found": bias,
        "pair_bias_expected": 1e3 * float(result["threshold_by_hand"].sel(process="2e").mean()),
        "half_thermal": 1e3 * 3.5 * kT / 2,
        "pair_linear": float(ratio[0]),
        "pair_far": float(ratio[-1]),
        "pair_far_neglected": expanded + 3 * (float(result["pair_bias"][-1]) / (2 * DELTA)) ** 2,
        "pair_far_in_kT": float(result["pair_bias"][-1]) / kT,
    }


def _power(rate: xr.DataArray) -> float:
    """Power of the temperature in a rate, between the two lowest temperatures."""
    low, high = np.log(rate.values[:2]), np.log(rate["kelvin"].values[:2])
    return float(np.diff(low)[0] / np.diff(high)[0])


def draw(result: xr.Dataset) -> Figure:
    """Six panels: calculated dots on lines by hand."""
    figure, axes = panels(13.2, 7.8, rows=2, columns=3)
    titles = ("One level, first order", "One level, all orders", "Rates downhill and uphill")
    more = ("Rates without a release", "Detailed balance", "A pair's current")
    lettered(axes, (*titles, *more))
    for ax, name in zip(axes, ("sequential", "elastic"), strict=False):
        _compare(ax, result["bias"][::3], 1e-3 * result[name][::3], OKABE_ITO[0])
        ax.plot(result["bias"], 1e-3 * result[f"{name}_by_hand"], color="black", label="by hand")
        ax.set(xlabel="V$_\\mathrm{SD}$ (mV)", ylabel="current (nA)")
        ax.legend(loc="lower right")
    for order, colour, marker in zip(ORDERS, OKABE_ITO, "os^", strict=False):
        part = result.sel(order=order)
        _compare(axes[2], part["release"][::2], 1e3 * part["rate"][::2], colour, f"{order} order", marker)
        axes[2].plot(part["release"], 1e3 * part["rate_by_hand"].where(part["release"] >= 4), color="black")
        _compare(axes[3], part["kelvin"], 1e3 * part["even"], colour, f"{order} order", marker)
        axes[3].plot(part["kelvin"], 1e3 * part["even_by_hand"], color="black")
        shifted = part.isel(release=slice(list(ORDERS).index(order), None, 6))  # so that none hides another
        _compare(axes[4], shifted["release"], shifted["logarithm"], colour, f"{order} order", marker)
    axes[2].plot([], [], color="black", label="by hand")
    axes[2].legend(loc="lower right")
    release = r"energy released, $D/k_\mathrm{B}T$"
    axes[2].set(yscale="log", xlabel=release, ylabel="ħ × rate (µeV)")
    axes[3].set(xscale="log", yscale="log", xlabel="temperature (K)", ylabel="ħ × rate (µeV)")
    axes[4].plot(result["release"], result["release"], color="black", zorder=0)
    axes[4].set(xlabel=release, ylabel=r"$\ln(w_\mathrm{there}/w_\mathrm{back})$")
    _compare(axes[5], result["pair_bias"], 1e3 * result["pair"], OKABE_ITO[2])
    axes[5].plot(result["pair_bias"], 1e3 * result["pair_by_hand"], color="black", label="by hand")
    axes[5].set(xscale="log", yscale="log", xlabel="V$_\\mathrm{SD}$ (mV)", ylabel="current (fA)")
    axes[5].legend(loc="lower right")
    return figure


def _compare(
    ax: Axes, x: xr.DataArray, y: xr.DataArray, colour: str, label: str = "calculated", marker: str = "o"
) -> None:
    ax.plot(x, y, marker, color=colour, markersize=5, markerfacecolor="none", label=label)


FIGURES = (
    Recipe(
        name="hamo-rates",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "T": KELVIN,
            "shell_T": SHELL_KELVIN,
            "Delta": 1e3 * DELTA,
            "level": LEVEL,
            "kT": 1e3 * thermal(KELVIN),
            "last_release": float(RELEASES[-1]),
            "near_T": float(KELVINS[np.abs(KELVINS - KELVIN).argmin()]),
            "last_gate": 1e3 * float(GATES[-1]),
            "lowest_T": float(KELVINS[0]),
            **{f"Gamma_{lead}": 1e3 * Gamma for lead, Gamma in COUPLINGS.items()},
        },
    ),
)
