"""Fig. 5: temperature scales of the paired and the trion phase over l*, and the conventions that order them."""

import math
from itertools import product

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import (
    CUTOFF_AXIS,
    CUTOFF_OPTIONS,
    CUTOFFS,
    FEEDBACK_AXIS,
    FEEDBACKS,
    each,
)
from attractron.plotting.style import OKABE_ITO, quantity_label
from attractron.wires import CoupledWires, phase_diagram
from attractron.wires.flow.cutoffs import Cutoff
from attractron.wires.flow.temperatures import cut_factor

WIRES = CoupledWires(K_c=0.85, K=0.4, upsilon=0.1, y_s=0.1, y=0.1)
"""Bare couplings of Fig. 5."""

CUTS = (0.25, 8.0)
"""Range of l*: our choice."""

THRESHOLDS = (0.5, 4.0)
"""Range of |y| that counts as strong coupling; 1 is the value at which y_s is strong."""

DRAWN = (1.0, 2.0, 4.0)
"""Thresholds whose trion scales are drawn."""

SELECTED, STYLES = (3.0, 4.0, 8.0), ("-", ":", "--")
"""l* at which the ratio of the scales is drawn, and the lines of the cut-offs there."""


def compute(quick: bool) -> xr.Dataset:
    """Both scales over l*, for every cut-off, form of the feedback and threshold of y."""
    l_star = np.linspace(*CUTS, 32 if quick else 156)
    thresholds = np.linspace(*THRESHOLDS, 8 if quick else 71)
    spin, trion = [], []
    for cutoff, feedback in product(CUTOFFS.values(), FEEDBACKS):
        found = [scales(cutoff, feedback, float(threshold), l_star) for threshold in thresholds]
        spin.append(found[0][0])  # the same for every threshold: it is one of y
        trion.append([own for _, own in found])
    schemes, shape = ("cutoff", "feedback"), (len(CUTOFFS), len(FEEDBACKS))
    trions = np.reshape(trion, (*shape, thresholds.size, -1))
    return dataset(
        {
            "spin_scale": ((*schemes, "l_star"), np.reshape(spin, (*shape, -1)), "1", "e^(-l_spin)"),
            "trion_scale": ((*schemes, "threshold", "l_star"), trions, "1", "e^(-l_trion) c(l_trion)"),
        },
        {
            "cutoff": CUTOFF_AXIS,
            "feedback": FEEDBACK_AXIS,
            "threshold": ("threshold", thresholds, "1", "|y| that counts as strong coupling"),
            "l_star": ("l_star", l_star, "1", "l* where the mismatch cuts the coupling off"),
        },
        question="papers.shavit_oreg2020.fig5",
        parameters=WIRES.describe(),
        options={**CUTOFF_OPTIONS, "stop": "both"},
        method="flows to both events, whichever comes first; scales as fractions of Λ",
        validity=[
            "Temperatures are scales, up to factors of order one, and beyond the first event the flow is extrapolated.",
            "Which |y| counts as strong coupling is a convention that decides which scale is the higher one.",
        ],
        references=["shavit_oreg2020"],
    )


def scales(cutoff: Cutoff, feedback: str, threshold: float, l_star: FloatArray) -> tuple[FloatArray, FloatArray]:
    """e^-l_spin and e^-l_trion c(l_trion) over l*; 0 where the event does not happen."""
    axes = {"mismatch": np.exp(-l_star)}
    found = phase_diagram(WIRES, axes, cutoff=cutoff, feedback=feedback, y_threshold=threshold, stop="both", workers=1)
    l_trion = found["l_trion"].values
    return np.exp(-found["l_spin"].values), np.exp(-l_trion) * cut_factor(l_trion, l_star, cutoff)


def readings(result: xr.Dataset) -> Readings:
    """The sequence on cooling, with y strong at 1 as y_s is, at 2 and at 4, and from which threshold on it occurs."""
    found, step = _in_sequence(result), float(result["l_star"][1] - result["l_star"][0])
    length = step * found.sum("l_star")
    at = {threshold: length.sel(threshold=threshold, method="nearest") for threshold in (1.0, 2.0, 4.0)}
    ratio = _scale_ratio(result).sel(cutoff="tanh", feedback="published")
    return {
        "length_at_1": float(at[1.0].sel(cutoff="tanh", feedback="published")),
        **each("length_at_2", at[2.0].sel(feedback="published")),
        "shortest_at_4": float(at[4.0].min()),
        "step": step,
        "highest_ratio": float(ratio.sel(threshold=1.0, method="nearest").max("l_star")),
        **each("onset", result["threshold"].where(found.any("l_star"), math.inf).min("threshold")),
    }


def _in_sequence(result: xr.Dataset) -> xr.DataArray:
    """Where cooling leads from the decoupled to the paired and then to the trion phase: spin > trion scale > 0."""
    return (result["spin_scale"] > result["trion_scale"]) & (result["trion_scale"] > 0)


def _scale_ratio(result: xr.Dataset) -> xr.DataArray:
    """Spin scale over trion scale; not a number where y is never strong."""
    return result["spin_scale"] / result["trion_scale"].where(result["trion_scale"] > 0)


def draw(result: xr.Dataset) -> Figure:
    """(a) Both scales of the published scheme over l*; over the threshold (b) their ratio, (c) where it exceeds 1."""
    figure, axes = panels(14.0, 4.6, columns=3)
    temperatures, ratio, ranges = axes
    _draw_scales(result.sel(cutoff="tanh", feedback="published"), temperatures)
    _draw_ratio(_scale_ratio(result).sel(feedback="published"), ratio)
    _draw_ranges(_in_sequence(result), ranges)
    titles = ("tanh cut-off", "above 1: paired first on cooling", "right of a line: decoupled, paired, trion")
    lettered(axes, titles)
    return figure


def _draw_scales(panel: xr.Dataset, ax: Axes) -> None:
    """The part where cooling leads to the paired phase first is filled, for the middle threshold."""
    l_star, spin = panel["l_star"], panel["spin_scale"]
    ax.plot(l_star, spin, color=OKABE_ITO[0], linewidth=2.0, label="spin scale e^(-l_spin)")
    for threshold, style in zip(DRAWN, ("-", "--", ":"), strict=True):
        trion = panel["trion_scale"].sel(threshold=threshold, method="nearest")
        ax.plot(l_star, trion, style, color=OKABE_ITO[1], label=f"trion scale, |y| strong at {threshold:g}")
    middle = panel["trion_scale"].sel(threshold=DRAWN[1], method="nearest")
    ax.fill_between(l_star, middle, spin, where=spin > middle, color=OKABE_ITO[4], alpha=0.5, label="paired, at 2")
    ax.set(yscale="log", xlim=CUTS, ylim=(1e-5, 1e-1))
    ax.set(xlabel=quantity_label(l_star), ylabel="temperature (Λ/k_B)")
    ax.legend(frameon=False, loc="lower right")


def _draw_ratio(ratio: xr.DataArray, ax: Axes) -> None:
    """A colour for each l*, a style for each cut-off."""
    for l_star, colour in zip(SELECTED, OKABE_ITO, strict=False):
        for cutoff, style in zip(CUTOFFS, STYLES, strict=True):
            own = ratio.sel(cutoff=cutoff).sel(l_star=l_star, method="nearest")
            if (own > 0.03).any():
                ax.plot(ratio["threshold"], own, style, color=colour, label=f"l* = {l_star:g}, {cutoff}")
    ax.axhline(1.0, color="0.5", linewidth=0.8)
    ax.set(yscale="log", ylim=(0.03, 30.0))
    ax.set(xlabel=quantity_label(ratio["threshold"]), ylabel="spin scale / trion scale")
    ax.legend(frameon=False, fontsize=9, loc="upper left")


def _draw_ranges(ordered: xr.DataArray, ax: Axes) -> None:
    """The edge of the region with the sequence, one line for each cut-off and form of the feedback."""
    threshold, l_star = ordered["threshold"], ordered["l_star"]
    for cutoff, colour in zip(CUTOFFS, OKABE_ITO, strict=False):
        for feedback, width in zip(FEEDBACKS, (1.0, 2.5), strict=True):
            inside = ordered.sel(cutoff=cutoff, feedback=feedback).transpose("l_star", "threshold").astype(float)
            ax.contour(threshold, l_star, inside, levels=[0.5], colors=colour, linewidths=width)
            ax.plot([], [], color=colour, linewidth=width, label=f"{cutoff}, {feedback} feedback")
    ax.set(xlabel=quantity_label(threshold), ylabel=quantity_label(l_star))
    ax.legend(frameon=False, fontsize=8, loc="upper left", handlelength=1.5)


FIGURES = (Recipe(name="shavit-5", compute=compute, draw=draw, readings=readings),)
