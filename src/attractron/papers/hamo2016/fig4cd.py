"""Fig. 4c, d: the current over both gate voltages at a low bias, with and without processes that move pairs."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.constants import CONDUCTANCE_QUANTUM
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.experiment import (
    ALPHA,
    AMPLITUDES,
    CHOICES,
    DELTA,
    LOW_BIAS,
    SETS,
    colour_map,
    for_each_set,
    provenance,
    stacked,
)
from attractron.plotting.style import OKABE_ITO

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
        },
        {
            "processes": ("processes", list(SETS.values()), "1", "processes included"),
            "V": ("V", V, "mV", "mean gate voltage V from the centre"),
            "delta_V": ("delta_V", delta_V, "mV", "gate voltage detuning δV"),
        },
        question="papers.hamo2016.fig4cd",
        options={"V_SD": LOW_BIAS, "origin": "centre", "method": "finite-part"},
        **provenance(found[-1]),
    )
    result["charge_state"].attrs.update(flags(dict(enumerate(STATES))))
    return result


def _system(result: xr.Dataset) -> FloatArray:
    """Probabilities of the charge states of L and R, whatever P holds (state, V, delta_V)."""
    system = [str(state).rpartition(",")[0] + ")" for state in result["state"].values]
    populations = result["populations"].transpose("state", "V", "delta_V").to_numpy()
    return np.stack([populations[[name == state for name in system]].sum(axis=0) for state in STATES])


def readings(result: xr.Dataset) -> Readings:
    """Where current flows, and what the peak between the even states is made of; currents in pA."""
    full = result.isel(processes=-1)
    at_peak = result["current"].sel(delta_V=0.0, V=MIDDLE, method="nearest")
    odd, even = (_where_fixed(full, states) for states in (("(0,1)", "(1,0)"), ("(0,0)", "(1,1)")))
    rises = {name: _rises(result["current"].sel(processes=label)) for name, label in SETS.items()}
    centre = int(np.abs(full["delta_V"].values).argmin())
    along = np.abs(ALPHA * full["delta_V"].values) <= DELTA / 2
    lowest = float(rises["2e"][along].min())
    return {
        "contrast": even.max() / odd.min(),
        "even_most": even.max(),
        "odd_least": odd.min(),
        "even_median": float(np.median(even)),
        "odd_median": float(np.median(odd)),
        "states": _states_around(full) if lowest > PEAK else "no peak",
        "lowest_rise": lowest,
        "top": 1e3 * ALPHA * _top(full),
        "step": 1e3 * ALPHA * float(full["V"][1] - full["V"][0]),
        "sets": ", ".join(SETS[name] for name, rise in rises.items() if rise[centre] > PEAK) or "no set",
        **{f"rise_{name}": float(rise[centre]) for name, rise in rises.items()},
        **{f"I_{name}": float(at_peak.sel(processes=label)) for name, label in SETS.items()},
    }


def _where_fixed(panel: xr.Dataset, states: tuple[str, ...]) -> FloatArray:
    """Currents at all points where the system is in one of these states for sure, pA."""
    codes = [code for code, name in flag_names(panel["charge_state"]).items() if name in states]
    inside = np.isin(panel["charge_state"].values, codes) & (panel["probability"].values >= FIXED)
    return np.asarray(panel["current"].values[inside])


def _rises(current_map: xr.DataArray) -> FloatArray:
    """Highest current of every cut along V over the current at its higher end (delta_V,)."""
    cuts = current_map.transpose("V", "delta_V").values
    return np.asarray(cuts.max(axis=0) / cuts[[0, -1]].max(axis=0))


def _top(panel: xr.Dataset) -> float:
    """V of the highest point of the cut δV = 0, mV."""
    cut = panel["current"].sel(delta_V=0.0, method="nearest")
    return float(cut["V"].values[np.argmax(cut.values)])


def _states_around(panel: xr.Dataset) -> str:
    """Charge states a tenth of a millivolt below and above the highest point of the cut δV = 0."""
    cut, top = panel["charge_state"].sel(delta_V=0.0, method="nearest"), _top(panel)
    names = flag_names(panel["charge_state"])
    return "/".join(names[int(cut.sel(V=top + step, method="nearest"))] for step in (-0.1, 0.1))


def draw(result: xr.Dataset) -> Figure:
    """The map without and with pairs, and cuts through the middle of the degeneracy line."""
    figure, (*maps, cut) = panels(13.2, 4.4, columns=3, width_ratios=[1.0, 1.0, 0.9])
    highest = CONDUCTANCE_QUANTUM * LOW_BIAS
    for ax, name in zip(maps, (SETS["1e"], SETS["2e"]), strict=True):
        colours = colour_map(ax, result.sel(processes=name), "delta_V", "V", lowest=25.0, highest=highest)
        ax.set(aspect="equal", title=name, xlabel="δV (mV)", ylabel="V (mV)")
        _name_states(ax)
    arrow = {"arrowstyle": "-|>", "color": "white", "linewidth": 2.0}
    maps[1].annotate("", (0.0, MIDDLE), xytext=(0.0, 0.45), arrowprops=arrow)
    figure.colorbar(colours, ax=maps, label="current (pA)", extend="max")
    for name, colour in zip(SETS.values(), (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), strict=True):
        values = result["current"].sel(processes=name).sel(delta_V=0.0, method="nearest")
        cut.plot(ALPHA * result["V"], values, color=colour, label=name)
    cut.set(xlabel="αV (meV)", ylabel="current (pA)", title="Cut at δV = 0")
    cut.set_ylim(bottom=0)
    cut.legend(frameon=False, loc="upper left", fontsize="small")
    return figure


def _name_states(ax: Axes) -> None:
    for x, y, name in ((0.0, -0.6, "(0,0)"), (0.0, 0.7, "(1,1)"), (-0.7, MIDDLE, "(0,1)"), (0.7, MIDDLE, "(1,0)")):
        ax.text(x, y, name, ha="center", va="center", color="black" if x else "white")


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
