"""Fig. 5: decoupled, paired and trion over l* and temperature, and the conventions that order the two scales."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.optimize import brentq

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import (
    CUTOFF_AXIS,
    CUTOFF_OPTIONS,
    CUTOFFS,
    FEEDBACK_AXIS,
    FEEDBACKS,
)
from attractron.papers.shavit_oreg2020.reading import MEASURES, READING
from attractron.plotting.phases import tints
from attractron.plotting.style import OKABE_ITO, quantity_label
from attractron.wires import CoupledWires, Scheme, crossover_temperatures, phase_diagram
from attractron.wires.flow.events import PHASES

WIRES = CoupledWires(K_c=0.85, K=0.4, upsilon=0.1, y_s=0.1, y=0.1)
"""Bare couplings of Fig. 5."""

CUTS = (1.0, 6.0)
"""Range of l*: our choice."""

COLDEST, HOTTEST = 1e-5, 1e-1
"""Temperatures that are drawn, in Λ/k_B."""

NUMBERS = (3.0, 4.0)
"""l* at which the scales are compared with another integration."""

THRESHOLDS = (0.5, 4.0)
"""Range of the value at which the coupling counts as strong; 1 is that of y_s."""

PAPER = {"measure": "with_cutoff", "cutoff": "tanh", "feedback": "published"}
LINES = {"with_cutoff": "-", "bare": "--"}


def compute(quick: bool) -> xr.Dataset:
    """Both scales over l* for every measure of y, cut-off and form of the feedback, and over the threshold of y."""
    l_star = np.linspace(*CUTS, 9 if quick else 126)
    thresholds = np.linspace(*THRESHOLDS, 4 if quick else 36)
    axes = {"measure": tuple(MEASURES), "cutoff": tuple(CUTOFFS), "feedback": FEEDBACKS}
    found = [
        scales(replace(READING, strong_coupling=measure, cutoff=CUTOFFS[cutoff], feedback=feedback), l_star)
        for measure, cutoff, feedback in product(*axes.values())
    ]
    over = [
        scales(replace(READING, strong_coupling=measure, y_threshold=float(value)), l_star)
        for measure, value in product(MEASURES, thresholds)
    ]
    published = scales(READING, np.array(NUMBERS))
    others = [replace(READING, cutoff=cutoff) for cutoff in CUTOFFS.values()]
    alone = [phase_diagram(WIRES, _axis(NUMBERS[:1]), scheme=replace(own, l_max=math.inf)) for own in others]
    shape = tuple(map(len, axes.values()))
    result = dataset(
        {
            "spin_scale": ((*axes, "l_star"), _shaped(found, 0, shape), "1", "spin scale e^(-l_spin)"),
            "trion_scale": ((*axes, "l_star"), _shaped(found, 1, shape), "1", "trion scale e^(-l_trion) c(l_trion)"),
            "trion_scale_at": (
                ("measure", "threshold", "l_star"),
                _shaped(over, 1, (len(MEASURES), len(thresholds))),
                "1",
                "trion scale under the tanh, y strong at the threshold",
            ),
            "spin": ("number", published[0], "1", "spin scale under the tanh"),
            "trion": ("number", published[1], "1", "trion scale under the tanh"),
            "phase": ("number", phase_diagram(WIRES, _axis(NUMBERS), scheme=READING)["phase"].values, "1", "phase"),
            "l_spin": ("cutoff", [float(own["l_spin"][0]) for own in alone], "1", "l_spin at l* = 3 without l_max"),
            "phase_at_3": (
                "cutoff",
                [int(phase_diagram(WIRES, _axis(NUMBERS[:1]), scheme=own)["phase"][0]) for own in others],
                "1",
                "phase at l* = 3 on the scale of l_max",
            ),
            "crossing": ((), crossing(READING), "1", "l* where both scales are the same"),
        },
        {
            "measure": ("measure", list(MEASURES), "1", "what counts as the strength of y"),
            "cutoff": CUTOFF_AXIS,
            "feedback": FEEDBACK_AXIS,
            "threshold": ("threshold", thresholds, "1", "value that counts as strong"),
            "l_star": ("l_star", l_star, "1", "l*, where the mismatch cuts the coupling off"),
            "number": ("number", list(NUMBERS), "1", "l*"),
        },
        question="papers.shavit_oreg2020.fig5",
        parameters=WIRES.describe(),
        options={**CUTOFF_OPTIONS, **READING.describe(), "stop": "both"},
        method="flows to both events, whichever comes first; scales as fractions of Λ",
        validity=[
            "Temperatures are scales, up to factors of order one, and beyond the first event the flow is extrapolated.",
            "What counts as the strength of y is a convention that decides which scale is the higher one.",
        ],
        references=["shavit_oreg2020"],
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def _axis(l_star: tuple[float, ...] | FloatArray) -> dict[str, FloatArray]:
    return {"mismatch": np.exp(-np.asarray(l_star))}


def _shaped(found: list[tuple[FloatArray, FloatArray]], which: int, shape: tuple[int, ...]) -> FloatArray:
    return np.reshape([each[which] for each in found], (*shape, -1))


def scales(scheme: Scheme, l_star: FloatArray) -> tuple[FloatArray, FloatArray]:
    """e^-l_spin and e^-l_trion c(l_trion) over l*; 0 where the event does not happen."""
    found = crossover_temperatures(WIRES, _axis(l_star), scheme=replace(scheme, stop="both"), workers=1)
    return found["spin_scale"].values, found["trion_scale"].values


def crossing(scheme: Scheme) -> float:
    """l* where both scales are the same; not a number where they are at neither end of a unit of l* around 3.3."""

    def excess(l_star: float) -> float:
        spin, trion = scales(scheme, np.array([l_star]))
        return float(np.log(spin[0] / trion[0]))

    return float(brentq(excess, 3.0, 4.0, xtol=1e-4)) if excess(3.0) > 0 > excess(4.0) else math.nan


def readings(result: xr.Dataset) -> Readings:
    """Both scales at l* = 3 and 4, the range of l* with the sequence on cooling, and the ground state within it."""
    names = flag_names(result["phase"])
    spin, trion = result["spin"].values.tolist(), result["trion"].values.tolist()
    lengths, over = _lengths(result), _lengths_over_threshold(result)
    onsets = {measure: over["threshold"].where(over.sel(measure=measure) > 0).min() for measure in MEASURES}
    return {
        **{f"spin_{cut:g}": value for cut, value in zip(NUMBERS, spin, strict=True)},
        **{f"trion_{cut:g}": value for cut, value in zip(NUMBERS, trion, strict=True)},
        "crossing": float(result["crossing"]),
        "length": float(lengths.sel(PAPER)),
        "lengths": _labelled(lengths)
        | {
            f"{MEASURES[measure]} = {value:.3g}, tanh": float(over.sel(measure=measure, threshold=value))
            for measure, value in product(MEASURES, over["threshold"].values[:: max(1, over.sizes["threshold"] // 7)])
        },
        **{f"onset_{measure}": float(value) for measure, value in onsets.items()},
        "ground": names[int(result["phase"][0])],
        "phases": ", ".join(names[int(code)] for code in result["phase"]),
        **{f"l_spin_{cutoff}": float(result["l_spin"].sel(cutoff=cutoff)) for cutoff in ("sharp", "frozen")},
        "sharp_at_3": names[int(result["phase_at_3"].sel(cutoff="sharp"))],
    }


def _sequence(spin: xr.DataArray, trion: xr.DataArray) -> xr.DataArray:
    """Part of the drawn range of l* where cooling leads to pairs first and then to trions, as a length in l*."""
    step = float(spin["l_star"][1] - spin["l_star"][0])
    return step * ((spin > trion) & (trion > COLDEST)).sum("l_star")


def _lengths(result: xr.Dataset) -> xr.DataArray:
    return _sequence(result["spin_scale"], result["trion_scale"])


def _lengths_over_threshold(result: xr.Dataset) -> xr.DataArray:
    spin = result["spin_scale"].sel({key: PAPER[key] for key in ("cutoff", "feedback")}).isel(measure=0, drop=True)
    return _sequence(spin, result["trion_scale_at"])


def _labelled(lengths: xr.DataArray) -> dict[str, float]:
    """Lengths by what they were found with."""
    return {
        f"{MEASURES[measure]} = 1, {cutoff}{'' if feedback == 'published' else ', complete feedback'}": float(
            lengths.sel(measure=measure, cutoff=cutoff, feedback=feedback)
        )
        for measure, cutoff, feedback in product(MEASURES, CUTOFFS, FEEDBACKS)
    }


def draw(result: xr.Dataset) -> Figure:
    """The phase diagram by both measures of y, the ratio of the scales under each cut-off, and where it is one."""
    figure, axes = panels(11.5, 9.0, rows=2, columns=2)
    for ax, measure in zip(axes, MEASURES, strict=False):
        _draw_phases(result.sel(PAPER | {"measure": measure}), ax)
    _draw_ratio(result.sel(feedback="published"), axes[2])
    _draw_crossings(result, axes[3])
    titles = [f"y strong at {name} = 1" for name in MEASURES.values()]
    lettered(axes, [*titles, "above 1 pairs form first", "right of a line pairs form first"])
    return figure


def _draw_phases(panel: xr.Dataset, ax: Axes) -> None:
    """The decoupled liquid on top, trions below their scale, pairs between the two."""
    l_star, spin, trion = (panel[name].values for name in ("l_star", "spin_scale", "trion_scale"))
    grey, blue, red = tints(3)
    top = np.maximum(spin, trion)
    ax.fill_between(l_star, top, HOTTEST, color=grey, linewidth=0)
    ax.fill_between(l_star, trion, spin, where=spin > trion, interpolate=True, color=blue, linewidth=0)
    ax.fill_between(l_star, COLDEST / 10, trion, color=red, linewidth=0)
    ax.plot(l_star, spin, color=OKABE_ITO[0], linewidth=2.0, label=r"$e^{-l_{\mathrm{spin}}}$")
    ax.plot(l_star, trion, color=OKABE_ITO[1], linewidth=2.0, label=r"$e^{-l_{\mathrm{trion}}}\,c(l_{\mathrm{trion}})$")
    ax.set(yscale="log", xlim=CUTS, ylim=(COLDEST, HOTTEST))
    ax.set(xlabel=quantity_label(panel["l_star"]), ylabel=r"temperature $k_BT/\Lambda$")
    ax.text(0.3, 0.9, "decoupled Luttinger liquid", ha="center", va="center", transform=ax.transAxes)
    ax.text(0.75, 0.35, "trion", ha="center", va="center", transform=ax.transAxes)
    if bool((spin > trion).any()):
        ax.text(0.215, 0.25, "paired", ha="center", va="center", transform=ax.transAxes)
    ax.legend(loc="lower right")


def _draw_ratio(panel: xr.Dataset, ax: Axes) -> None:
    """A colour for each cut-off, a style for each measure, where both scales exist."""
    for (measure, style), cutoff in product(LINES.items(), CUTOFFS):
        own = panel.sel(measure=measure, cutoff=cutoff)
        ratio = (own["spin_scale"] / own["trion_scale"].where(own["trion_scale"] > 0)).where(own["spin_scale"] > 0)
        colour = OKABE_ITO[list(CUTOFFS).index(cutoff)]
        if ratio.notnull().any():
            ax.plot(panel["l_star"], ratio, style, color=colour, label=f"{MEASURES[measure]}, {cutoff}")
    ax.axhline(1.0, color="0.5", linewidth=0.8)
    ax.set(yscale="log", xlim=CUTS, ylim=(1e-4, 1e4))
    ax.set(xlabel=quantity_label(panel["l_star"]), ylabel="spin scale / trion scale")
    ax.legend(frameon=False, loc="upper right")


def _draw_crossings(result: xr.Dataset, ax: Axes) -> None:
    """The l* where both scales are the same over the threshold of y, for both measures under the tanh."""
    spin = result["spin_scale"].sel({key: PAPER[key] for key in ("cutoff", "feedback")}).isel(measure=0)
    for (measure, style), colour in zip(LINES.items(), OKABE_ITO[2:4], strict=True):
        ratio = (spin / result["trion_scale_at"].sel(measure=measure)).transpose("l_star", "threshold")
        ax.contour(result["threshold"], result["l_star"], np.log(ratio), levels=[0.0], colors=colour, linestyles=style)
        ax.plot([], [], style, color=colour, label=f"{MEASURES[measure]}, tanh")
    ax.axvline(1.0, color="0.5", linewidth=0.8)
    ax.set(xlim=THRESHOLDS, ylim=CUTS)
    ax.set(xlabel="value at which y counts as strong", ylabel=quantity_label(result["l_star"]))
    ax.legend(frameon=False, loc="center right")


FIGURES = (Recipe(name="shavit-5", compute=compute, draw=draw, readings=readings),)
