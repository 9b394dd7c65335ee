"""Fig. 4c, d: the current over both gate voltages at a low bias, with and without processes that move pairs."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray
from attractron.core.constants import CONDUCTANCE_QUANTUM
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.experiment import (
    ALPHA,
    ALTERNATIVES,
    AMPLITUDES,
    CHOICES,
    DELTA,
    LOW_BIAS,
    SETS,
    colour_map,
    experiment,
    for_each_set,
    hatched,
    provenance,
    stacked,
)
from attractron.plotting.style import OKABE_ITO
from attractron.transport.validity import CLAMPED_PART

HALF = 0.9
"""Half of the window, mV."""

MIDDLE = LOW_BIAS / 4 / ALPHA
"""mV. At 2αV = eV_SD/2 both legs of the pair's cycle, (1,1;0) → (0,0;1) → (1,1;0), gain half of the bias."""

STATES = ("(0,0)", "(0,1)", "(1,0)", "(1,1)")

PEAK = 2.0
"""Factor by which a cut must rise above both of its ends to have a peak."""

FIXED = 0.99
"""Probability of the most probable charge state of the system above which its charge counts as fixed."""


def compute(quick: bool) -> xr.Dataset:
    """The current over (V, δV) for the three sets of processes, and the charge states of the system."""
    delta_V = np.linspace(-HALF, HALF, 61 if quick else 181)
    V = MIDDLE + delta_V
    found = for_each_set({"V": V, "delta_V": delta_V, "V_SD": LOW_BIAS})
    probability = np.stack([_system(each) for each in found])  # (processes, state, V, delta_V)
    dims = ("processes", "V", "delta_V")
    result = dataset(
        {
            **stacked(found, dims[1:]),
            "charge_state": (dims, probability.argmax(axis=1), "1", "most probable charge state of the system"),
            "probability": (dims, probability.max(axis=1), "1", "probability of that charge state"),
            "cut": (("choice", "processes", "V"), _cuts(V), "pA", "current out of the source at δV = 0"),
        },
        {
            "processes": ("processes", list(SETS.values()), "1", "processes included"),
            "choice": ("choice", list(ALTERNATIVES), "1", "choice of what the text leaves open"),
            "V_SD": ((), LOW_BIAS, "mV", "bias V_SD"),
            "V": ("V", V, "mV", "mean gate voltage V from the centre"),
            "delta_V": ("delta_V", delta_V, "mV", "gate voltage detuning δV"),
        },
        question="papers.hamo2016.fig4cd",
        options={"V_SD": LOW_BIAS, "origin": "centre", "method": "finite-part"},
        **provenance(found[-1]),
    )
    result["charge_state"].attrs.update(flags(dict(enumerate(STATES))))
    return result


def _cuts(V: FloatArray) -> FloatArray:
    """The current at δV = 0 for every choice and set of processes (choice, processes, V)."""
    axes: dict[str, ArrayLike] = {"V": V, "delta_V": 0.0, "V_SD": LOW_BIAS}
    found = [for_each_set(axes, experiment(**choice)) for choice in ALTERNATIVES.values()]
    return np.array([[each["current"].values for each in row] for row in found])


def _system(result: xr.Dataset) -> FloatArray:
    """Probabilities of the charge states of L and R, whatever P holds (state, V, delta_V)."""
    system = [str(state).rpartition(",")[0] + ")" for state in result["state"].values]
    populations = result["populations"].transpose("state", "V", "delta_V").to_numpy()
    return np.stack([populations[[name == state for name in system]].sum(axis=0) for state in STATES])


def readings(result: xr.Dataset) -> Readings:
    """Where current flows, and what the peak between the even states is made of; currents in pA."""
    full = result.isel(processes=-1)
    odd, even = (_where_fixed(full, states) for states in (("(0,1)", "(1,0)"), ("(0,0)", "(1,1)")))
    own = result["current"].sel(delta_V=0.0, method="nearest")
    at_peak = own.sel(V=MIDDLE, method="nearest")
    rises = {name: float(_rises(own.sel(processes=label))) for name, label in SETS.items()}
    along = np.abs(ALPHA * full["delta_V"].values) <= DELTA / 2
    lowest = float(_rises(full["current"])[along].min())
    cuts = {str(name): result["cut"].sel(choice=name) for name in result["choice"].values}
    return {
        "contrast": even.max() / odd.min(),
        "even_most": even.max(),
        "odd_least": odd.min(),
        "even_median": float(np.median(even)),
        "odd_median": float(np.median(odd)),
        "clamping": 100 * float((abs(full["clamped_effect"]) > CLAMPED_PART * abs(full["current"])).mean()),
        "states": _states_around(full) if lowest > PEAK else "no peak",
        "lowest_rise": lowest,
        "top": 1e3 * ALPHA * _top(own.isel(processes=-1)),
        "tops": {name: 1e3 * ALPHA * _top(cut.isel(processes=-1)) for name, cut in cuts.items()},
        "step": 1e3 * ALPHA * float(full["V"][1] - full["V"][0]),
        "sets": _sets(own),
        "sets_by_choice": {name: _sets(cut) for name, cut in cuts.items()},
        **{f"rise_{name}": rise for name, rise in rises.items()},
        **{f"I_{name}": float(at_peak.sel(processes=label)) for name, label in SETS.items()},
    }


def _sets(cut: xr.DataArray) -> str:
    """Sets of processes with a peak on a cut."""
    return ", ".join(name for name in SETS.values() if _rises(cut.sel(processes=name)) > PEAK) or "no set"


def _where_fixed(panel: xr.Dataset, states: tuple[str, ...]) -> FloatArray:
    """Currents at all points where the system is in one of these states for sure, pA."""
    codes = [code for code, name in flag_names(panel["charge_state"]).items() if name in states]
    inside = np.isin(panel["charge_state"].values, codes) & (panel["probability"].values >= FIXED)
    return np.asarray(panel["current"].values[inside])


def _rises(current_map: xr.DataArray) -> FloatArray:
    """Highest current of every cut along V over the current at its higher end."""
    cuts = current_map.transpose("V", ...).values
    return np.asarray(cuts.max(axis=0) / cuts[[0, -1]].max(axis=0))


def _top(cut: xr.DataArray) -> float:
    """V of the highest point of a cut, mV."""
    return float(cut["V"].values[np.argmax(cut.values)])


def _states_around(panel: xr.Dataset) -> str:
    """Charge states a tenth of a millivolt below and above the highest point of the cut δV = 0."""
    cut = panel.sel(delta_V=0.0, method="nearest")
    names, top = flag_names(panel["charge_state"]), _top(cut["current"])
    return "/".join(names[int(cut["charge_state"].sel(V=top + step, method="nearest"))] for step in (-0.1, 0.1))


def draw(result: xr.Dataset) -> Figure:
    """The map without and with pairs, blocked blue and conducting red, and cuts through the middle of the line."""
    figure, (*maps, cut) = panels(13.6, 5.4, columns=3, width_ratios=[1.0, 1.0, 0.9])
    highest = CONDUCTANCE_QUANTUM * LOW_BIAS
    for ax, name in zip(maps, (SETS["1e"], SETS["2e"]), strict=True):
        panel = result.sel(processes=name)
        colours = colour_map(ax, panel, "delta_V", "V", lowest=25.0, highest=highest, colours="coolwarm")
        ax.set(aspect="equal", xlabel="δV (mV)", ylabel="V (mV)")
        _name_states(ax)
    arrow = {"arrowstyle": "-|>", "color": "white", "linewidth": 2.0}
    maps[1].annotate("", (0.0, MIDDLE), xytext=(0.0, 0.45), arrowprops=arrow)
    figure.colorbar(colours, ax=maps, label="current (pA)", extend="both", location="bottom", shrink=0.6, aspect=40)
    styles = zip(SETS.values(), (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), (":", "--", "-"), strict=True)
    for name, colour, style in styles:
        values = result["current"].sel(processes=name).sel(delta_V=0.0, method="nearest")
        cut.plot(ALPHA * result["V"], values, style, color=colour, label=name)
    cut.set(xlabel="αV (meV)", ylabel="current (pA)", ylim=(0, None))
    cut.legend(handles=[*cut.get_legend_handles_labels()[0], hatched()], loc="upper left")
    cut.set_ylim(top=1.25 * float(result["current"].sel(delta_V=0.0, method="nearest").max()))
    lettered([*maps, cut], [SETS["1e"], SETS["2e"], "Cut at δV = 0"])
    return figure


def _name_states(ax: Axes) -> None:
    for x, y, name in ((0.0, -0.6, "(0,0)"), (0.0, 0.7, "(1,1)"), (-0.7, MIDDLE, "(0,1)"), (0.7, MIDDLE, "(1,0)")):
        ax.text(x, y, name, ha="center", va="center", color="white")


FIGURES = (
    Recipe(
        name="hamo-4c-d",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "bias": 1e3 * LOW_BIAS,
            "quarter": 1e3 * LOW_BIAS / 4,
            "fixed": FIXED,
            "half_Delta": DELTA / 2,
            "peak": PEAK,
            **CHOICES,
            **AMPLITUDES,
        },
    ),
)
