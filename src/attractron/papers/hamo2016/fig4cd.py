"""Fig. 4c, d: the current over both gate voltages at a low bias, with and without processes that move pairs."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import CONDUCTANCE_QUANTUM
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016.diagrams import PAPER
from attractron.papers.hamo2016.experiment import ALPHA, AMPLITUDES, DELTA, LOW_BIAS, OWN, SETS, colour_map, experiment
from attractron.transport import current

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

HALF = 0.9
"""Half of the window, mV."""

MIDDLE = LOW_BIAS / 4 / ALPHA
"""mV. At 2αV = eV_SD/2 both legs of the pair's cycle, (1,1;0) → (0,0;1) → (1,1;0), gain half of the bias."""

STATES = ("(0,0)", "(0,1)", "(1,0)", "(1,1)")

PEAK = 2.0
"""Factor by which a cut must rise above both of its ends to have a peak."""

FIXED = 0.99
"""Probability of the most probable charge state of the system above which its charge counts as fixed."""


def compute(quick: bool) -> "xr.Dataset":
    """The current over (V, δV) for the three sets of processes, and the charge states of the system."""
    delta_V = np.linspace(-HALF, HALF, 61 if quick else 181)
    V = MIDDLE + delta_V
    found = [
        current(experiment(), {"V": V, "delta_V": delta_V, "V_SD": LOW_BIAS}, processes=processes, origin="centre")
        for processes in SETS
    ]
    probability = np.stack([_system(each) for each in found])  # (processes, state, V, delta_V)

    def stacked(name: str) -> FloatArray:
        return np.stack([result[name].values for result in found])

    dims = ("processes", "V", "delta_V")
    result = dataset(
        {
            "current": (dims, stacked("current"), "pA", "current out of the source"),
            "beyond_unitarity": (dims, stacked("beyond_unitarity"), "1", "|I| exceeds (e²/h)|V_SD|"),
            "clamped": (dims, stacked("clamped"), "pA", "charge rate of processes lost to clamping"),
            "charge_state": (dims, probability.argmax(axis=1), "1", "most probable charge state of the system"),
            "probability": (dims, probability.max(axis=1), "1", "probability of that charge state"),
        },
        {
            "processes": ("processes", list(SETS.values()), "1", "processes included"),
            "V": ("V", V, "mV", "mean gate voltage V from the centre"),
            "delta_V": ("delta_V", delta_V, "mV", "gate voltage detuning δV"),
        },
        question="papers.hamo2016.pair_current_map",
        parameters=experiment().describe(),
        options={"V_SD": LOW_BIAS, "origin": "centre", "method": "finite-part"},
        method=found[-1].attrs["method"],
        validity=[found[-1].attrs["validity"]],
        references=found[-1].attrs["references"].split(", "),
    )
    result["charge_state"].attrs.update(flags(dict(enumerate(STATES))))
    return result


def _system(result: "xr.Dataset") -> FloatArray:
    """Probabilities of the charge states of L and R, whatever P holds (state, V, delta_V)."""
    system = [str(state).rpartition(",")[0] + ")" for state in result["state"].values]
    populations = result["populations"].transpose("state", "V", "delta_V").to_numpy()
    return np.stack([populations[[name == state for name in system]].sum(axis=0) for state in STATES])


def claims(result: "xr.Dataset") -> list[Claim]:
    """Where current flows, and what the peak between the even states is made of."""
    claim, full = partial(Claim, figure="hamo-4c-d"), result.isel(processes=-1)
    odd, even = (_where_fixed(full, states) for states in (("(0,1)", "(1,0)"), ("(0,0)", "(1,1)")))
    rises = {str(name): _rises(result["current"].sel(processes=name)) for name in result["processes"].values}
    centre = int(np.abs(full["delta_V"].values).argmin())
    top = {name: float(cuts[centre]) for name, cuts in rises.items()}
    along = np.abs(ALPHA * full["delta_V"].values) <= DELTA / 2
    lowest = float(rises[SETS["2e"]][along].min())
    step = ALPHA * float(full["V"][1] - full["V"][0])
    return [
        claim(
            claim="showing finite current (red) for odd states and negligible current (blue) for even states",
            source=f"{PAPER}, p. 398, and Fig. 4c",
            published="< 0.1",
            computed=even.max() / odd.min(),
            tolerance=0.0,
            unit="1",
            note=f"Largest current beside an even state, {even.max():.0f} pA, over the smallest beside an odd one, "
            f"{odd.min():.0f} pA, wherever one charge state of the system has a probability of at least {FIXED:g}; "
            f"medians {np.median(even):.0f} and {np.median(odd):.0f} pA. “Negligible” is taken as less than a tenth. "
            "What is left is elastic passage through the blocked level and the foot of the peak.",
        ),
        claim(
            claim="Although neither the (0, 0) nor the (1, 1) states support single-particle current, we observe a "
            "finite current peak along their degeneracy line (indicated by the arrow in Fig. 4c).",
            source=f"{PAPER}, p. 398, and Fig. 4c, d",
            published="(0,0)/(1,1)",
            computed=_states_around(full) if lowest > PEAK else "no peak",
            note="Most probable charge states below and above the highest current on the cut δV = 0. On all cuts "
            f"within half of the degeneracy line, α|δV| ≤ Δ/2 = {DELTA / 2:.3f} meV, the current rises to at least "
            f"{lowest:.1f} times that at either end of the cut; a peak is what rises by {PEAK:g} or more. The measured "
            "height is not in the text.",
        ),
        claim(
            claim="a special peak of finite current (indicated by the white arrow) appearing along their degeneracy "
            "line",
            source=f"{PAPER}, Fig. 4c, caption",
            published=1e3 * LOW_BIAS / 4,
            computed=1e3 * ALPHA * _top(full),
            tolerance=1e3 * step,
            unit="µeV",
            note="αV of the highest current on the cut δV = 0. At this bias the line is where (1,1;0) → (0,0;1) with "
            "an electron of the source and (0,0;1) → (1,1;0) with one to the drain gain alike, 2αV = eV_SD/2: "
            f"a quarter of {1e3 * LOW_BIAS:.0f} µeV. Tolerance: one point of the axis.",
        ),
        claim(
            claim="The theoretical result features a finite current peak on the degeneracy line between the (0, 0) and "
            "(1, 1) states only when considering correlated processes that involve co-tunnelling of a pair of "
            "electrons into the system in concert with an electron tunnelling out of the polarizer.",
            source=f"{PAPER}, Fig. 4d, caption",
            published=SETS["2e"],
            computed=", ".join(name for name, rise in top.items() if rise > PEAK) or "no set",
            note="Sets of processes with a peak on the cut δV = 0, through the middle of the degeneracy line: highest "
            f"current over that at the higher end {', '.join(f'{rise:.2f} ({name})' for name, rise in top.items())}. "
            f"In pA, at αV = V_SD/4 = {LOW_BIAS / 4 * 1e3:.0f} µeV: {_heights(result)}. Towards the ends of the line "
            "single electrons of the odd states conduct in every set.",
        ),
    ]


def _where_fixed(panel: "xr.Dataset", states: tuple[str, ...]) -> FloatArray:
    """Currents at all points where the system is in one of these states for sure, pA."""
    codes = [code for code, name in flag_names(panel["charge_state"]).items() if name in states]
    inside = np.isin(panel["charge_state"].values, codes) & (panel["probability"].values >= FIXED)
    return np.asarray(panel["current"].values[inside])


def _rises(current_map: "xr.DataArray") -> FloatArray:
    """Highest current of every cut along V over the current at its higher end (delta_V,)."""
    cuts = current_map.transpose("V", "delta_V").values
    return np.asarray(cuts.max(axis=0) / cuts[[0, -1]].max(axis=0))


def _top(panel: "xr.Dataset") -> float:
    """V of the highest point of the cut δV = 0, mV."""
    cut = panel["current"].sel(delta_V=0.0, method="nearest")
    return float(cut["V"].values[np.argmax(cut.values)])


def _states_around(panel: "xr.Dataset") -> str:
    """Charge states a tenth of a millivolt below and above the highest point of the cut δV = 0."""
    cut, top = panel["charge_state"].sel(delta_V=0.0, method="nearest"), _top(panel)
    names = flag_names(panel["charge_state"])
    return "/".join(names[int(cut.sel(V=top + step, method="nearest"))] for step in (-0.1, 0.1))


def _heights(result: "xr.Dataset") -> str:
    """The current at αV = V_SD/4, δV = 0 for every set, in words."""
    at = result["current"].sel(delta_V=0.0, V=MIDDLE, method="nearest").values
    return ", ".join(f"{float(value):.0f} ({name})" for name, value in zip(result["processes"].values, at, strict=True))


def draw(result: "xr.Dataset") -> "Figure":
    """The map without and with pairs, and cuts through the middle of the degeneracy line."""
    from matplotlib.figure import Figure

    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(13.2, 4.4), layout="constrained")
    *maps, cut = figure.subplots(1, 3, width_ratios=[1.0, 1.0, 0.9])
    highest = CONDUCTANCE_QUANTUM * LOW_BIAS
    for ax, name in zip(maps, (SETS["1e"], SETS["2e"]), strict=True):
        colours = colour_map(ax, result.sel(processes=name), "delta_V", "V", lowest=25.0, highest=highest)
        ax.set_aspect("equal")
        ax.set_title(name)
        ax.set_xlabel("δV (mV)")
        ax.set_ylabel("V (mV)")
    maps[1].annotate(
        "",
        (0.0, MIDDLE),
        xytext=(0.0, 0.45),
        arrowprops={"arrowstyle": "-|>", "color": "white", "linewidth": 2.0},
    )
    for x, y, name in ((0.0, -0.6, "(0,0)"), (0.0, 0.7, "(1,1)"), (-0.7, MIDDLE, "(0,1)"), (0.7, MIDDLE, "(1,0)")):
        for ax in maps:
            ax.text(x, y, name, ha="center", va="center", color="black" if x else "white")
    figure.colorbar(colours, ax=maps, label="current (pA)", extend="max")
    for name, colour in zip(SETS.values(), (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), strict=True):
        values = result["current"].sel(processes=name).sel(delta_V=0.0, method="nearest")
        cut.plot(ALPHA * result["V"], values, color=colour, label=name)
    cut.set_xlabel("αV (meV)")
    cut.set_ylabel("current (pA)")
    cut.set_ylim(bottom=0)
    cut.set_title("Cut at δV = 0")
    cut.legend(frameon=False, loc="upper left", fontsize="small")
    return figure


FIGURES = (
    PaperFigure(
        name="hamo-4c-d",
        title="A current peak between two blocked states, carried by pairs",
        source=f"{PAPER}, Fig. 4c, d",
        caption="Current through the polarizer over the detuning δV and the mean gate voltage V, counted from the "
        f"centre of the vertex, at V_SD = {LOW_BIAS * 1e3:.0f} µV: without (left) and with (middle) processes in which "
        "two electrons of the system and one of the polarizer tunnel together; right, the cut at δV = 0. Colours are "
        "logarithmic and end at (e²/h)|V_SD|; where the calculated current exceeds this bound, which one channel "
        "cannot pass, the map is hatched and outlined: nothing is hidden, and nothing there is to be trusted. "
        f"{AMPLITUDES} {OWN}",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
