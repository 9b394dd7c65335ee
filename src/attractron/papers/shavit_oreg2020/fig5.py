"""Fig. 5: temperature scales of the paired and the trion phase over l*, and the conventions that order them."""

import math
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import CUTOFFS, FEEDBACKS, PAPER
from attractron.wires import CoupledWires, Sharp, phase_diagram
from attractron.wires.flow.cutoffs import Cutoff

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "shavit-5"
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


def compute(quick: bool) -> "xr.Dataset":
    """Both scales over l*, for every cut-off, form of the feedback and threshold of y."""
    l_star = np.linspace(*CUTS, 32 if quick else 156)
    thresholds = np.linspace(*THRESHOLDS, 8 if quick else 71)
    dims, spin, trion = ("cutoff", "feedback", "l_star"), [], []
    for cutoff, feedback in product(CUTOFFS.values(), FEEDBACKS):
        found = [scales(cutoff, feedback, float(threshold), l_star) for threshold in thresholds]
        spin.append(found[0][0])
        trion.append([own for _, own in found])
    shape = (len(CUTOFFS), len(FEEDBACKS))
    return dataset(
        {
            "spin_scale": (dims, np.reshape(spin, (*shape, -1)), "1", "e^(-l_spin)"),
            "trion_scale": (
                ("cutoff", "feedback", "threshold", "l_star"),
                np.reshape(trion, (*shape, thresholds.size, -1)),
                "1",
                "e^(-l_trion) c(l_trion)",
            ),
        },
        {
            "cutoff": ("cutoff", list(CUTOFFS), "1", "cut-off"),
            "feedback": ("feedback", list(FEEDBACKS), "1", "form of the feedback on K̃"),
            "threshold": ("threshold", thresholds, "1", "|y| that counts as strong coupling"),
            "l_star": ("l_star", l_star, "1", "l* where the mismatch cuts the coupling off"),
        },
        question="papers.shavit_oreg2020.finite_temperature",
        parameters=WIRES.describe(),
        options={"cutoffs": {name: repr(cutoff) for name, cutoff in CUTOFFS.items()}, "stop": "both"},
        method="flows to both events, whichever comes first; scales as fractions of Λ",
        validity=[
            "Temperatures are scales, up to factors of order one, and beyond the first event the flow is extrapolated.",
            "Which |y| counts as strong coupling is a convention that decides which scale is the higher one.",
        ],
        references=["shavit_oreg2020"],
    )


def scales(cutoff: Cutoff, feedback: str, threshold: float, l_star: FloatArray) -> tuple[FloatArray, FloatArray]:
    """e^-l_spin and e^-l_trion c(l_trion) over l*; 0 where the event does not happen."""
    found = phase_diagram(
        WIRES,
        {"mismatch": np.exp(-l_star)},
        cutoff=cutoff,
        feedback=feedback,
        y_threshold=threshold,
        stop="both",
        workers=1,
    )
    l_trion = found["l_trion"].values
    return np.exp(-found["l_spin"].values), np.exp(-l_trion) * left_over(cutoff, l_trion - l_star)


def left_over(cutoff: Cutoff, beyond: FloatArray) -> FloatArray:
    """The factor c so far beyond l*; 0 infinitely far."""
    if isinstance(cutoff, Sharp):
        return np.asarray(np.where(beyond < 0, 1.0, 0.0))
    return np.asarray((1 - np.tanh(beyond / cutoff.chi)) / 2)


def in_sequence(result: "xr.Dataset") -> "xr.DataArray":
    """Where cooling leads from the decoupled to the paired and then to the trion phase: spin > trion scale > 0."""
    return (result["spin_scale"] > result["trion_scale"]) & (result["trion_scale"] > 0)


def width(result: "xr.Dataset", cutoff: str, feedback: str, threshold: float) -> float:
    """Length of the range of l* with that sequence."""
    found = in_sequence(result).sel(cutoff=cutoff, feedback=feedback).sel(threshold=threshold, method="nearest")
    step = float(result["l_star"][1] - result["l_star"][0])
    return step * float(found.sum())


def least_threshold(result: "xr.Dataset", cutoff: str, feedback: str) -> float:
    """The smallest threshold of y with that sequence anywhere in the range of l*; infinite when there is none."""
    found = in_sequence(result).sel(cutoff=cutoff, feedback=feedback).any("l_star")
    return float(result["threshold"].where(found, math.inf).min())


def scale_ratio(result: "xr.Dataset") -> "xr.DataArray":
    """Spin scale over trion scale; not a number where y is never strong."""
    present = result["trion_scale"] > 0
    return result["spin_scale"] / result["trion_scale"].where(present)


def claims(result: "xr.Dataset") -> list[Claim]:
    """The sequence on cooling, with y strong at 1 as y_s is, and at 2."""
    claim = partial(
        Claim,
        figure=NAME,
        claim="for a certain range of the detuning parameter […], as we lower the temperature the system may "
        "experience a crossover from the Luttinger liquid phase, through the paired Luther-Emery liquid, and finally "
        "to a trion phase",
        published="> 0",
        unit="1",
    )
    onsets = "; ".join(
        f"{cutoff}: {' and '.join(f'{least_threshold(result, cutoff, feedback):g}' for feedback in FEEDBACKS)}"
        for cutoff in CUTOFFS
    )
    ratio = scale_ratio(result).sel(cutoff="tanh", feedback="published").max("l_star")
    highest = float(ratio.sel(threshold=1.0, method="nearest"))
    step = float(result["l_star"][1] - result["l_star"][0])
    others = "; ".join(f"{cutoff}: {width(result, cutoff, 'published', 2.0):.1f}" for cutoff in CUTOFFS)
    return [
        claim(
            source=f"{PAPER}, sec. II C and Fig. 5; |y| strong at 1, as y_s is",
            computed=width(result, "tanh", "published", 1.0),
            tolerance=0.0,
            instead="≤ 0",
            note="Length of the range of l* where the spin scale exceeds the trion scale, published as > 0; it is 0: "
            f"the spin scale is {highest:.2f} of the trion scale at most, and cooling leads to the trion phase first. "
            "Which |y| is strong the paper does not say; least threshold with that sequence, published and complete "
            f"feedback: {onsets}.",
        ),
        claim(
            source=f"{PAPER}, sec. II C and Fig. 5; |y| strong at 2",
            computed=width(result, "tanh", "published", 2.0),
            tolerance=step,
            note="The same with |y| = 2 as strong coupling: one of the values with the sequence, though beyond where "
            f"a second order can be trusted. Its length for each cut-off: {others}. Tolerance: one step of l*.",
        ),
        claim(
            source=f"{PAPER}, sec. II C and Fig. 5; every cut-off and form of the feedback, |y| strong at 4",
            computed=min(width(result, cutoff, feedback, 4.0) for cutoff in CUTOFFS for feedback in FEEDBACKS),
            tolerance=step,
            note="The shortest range among three cut-offs and two forms of the feedback. Commensurate wires (large l*) "
            "are then in it too: their spin gap opens before y is 4. Tolerance: one step of l*.",
        ),
    ]


def draw(result: "xr.Dataset") -> "Figure":
    """(a) Both scales of the published scheme over l*; over the threshold (b) their ratio, (c) where it exceeds 1."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14.0, 4.6), layout="constrained")
    temperatures, ratio, ranges = figure.subplots(1, 3)
    _draw_scales(result.sel(cutoff="tanh", feedback="published"), temperatures)
    _draw_ratio(scale_ratio(result).sel(feedback="published"), ratio)
    _draw_ranges(in_sequence(result), ranges)
    return figure


def _draw_scales(panel: "xr.Dataset", ax: "Axes") -> None:
    """The part where cooling leads to the paired phase first is filled, for the middle threshold."""
    from attractron.plotting.style import OKABE_ITO, quantity_label

    l_star, spin = panel["l_star"], panel["spin_scale"]
    ax.plot(l_star, spin, color=OKABE_ITO[0], linewidth=2.0, label="spin scale e^(-l_spin)")
    for threshold, style in zip(DRAWN, ("-", "--", ":"), strict=True):
        trion = panel["trion_scale"].sel(threshold=threshold, method="nearest")
        ax.plot(l_star, trion, style, color=OKABE_ITO[1], label=f"trion scale, |y| strong at {threshold:g}")
    middle = panel["trion_scale"].sel(threshold=DRAWN[1], method="nearest")
    ax.fill_between(l_star, middle, spin, where=spin > middle, color=OKABE_ITO[4], alpha=0.5, label="paired, at 2")
    ax.set_yscale("log")
    ax.set(xlim=CUTS, ylim=(1e-5, 1e-1))
    ax.set_xlabel(quantity_label(l_star))
    ax.set_ylabel("temperature (Λ/k_B)")
    ax.set_title("(a)  tanh cut-off", loc="left")
    ax.legend(frameon=False, loc="lower right")


def _draw_ratio(ratio: "xr.DataArray", ax: "Axes") -> None:
    """A colour for each l*, a style for each cut-off."""
    from attractron.plotting.style import OKABE_ITO, quantity_label

    for l_star, colour in zip(SELECTED, OKABE_ITO, strict=False):
        for cutoff, style in zip(CUTOFFS, STYLES, strict=True):
            own = ratio.sel(cutoff=cutoff).sel(l_star=l_star, method="nearest")
            if (own > 0.03).any():
                ax.plot(ratio["threshold"], own, style, color=colour, label=f"l* = {l_star:g}, {cutoff}")
    ax.axhline(1.0, color="0.5", linewidth=0.8)
    ax.set_yscale("log")
    ax.set_ylim(0.03, 30.0)
    ax.set_xlabel(quantity_label(ratio["threshold"]))
    ax.set_ylabel("spin scale / trion scale")
    ax.set_title("(b)  above 1: paired first on cooling", loc="left")
    ax.legend(frameon=False, fontsize=9, loc="upper left")


def _draw_ranges(ordered: "xr.DataArray", ax: "Axes") -> None:
    """The edge of the region with the sequence, one line for each cut-off and form of the feedback."""
    from attractron.plotting.style import OKABE_ITO, quantity_label

    threshold, l_star = ordered["threshold"], ordered["l_star"]
    for cutoff, colour in zip(CUTOFFS, OKABE_ITO, strict=False):
        for feedback, width in zip(FEEDBACKS, (1.0, 2.5), strict=True):
            inside = ordered.sel(cutoff=cutoff, feedback=feedback).transpose("l_star", "threshold").astype(float)
            ax.contour(threshold, l_star, inside, levels=[0.5], colors=colour, linewidths=width)
            ax.plot([], [], color=colour, linewidth=width, label=f"{cutoff}, {feedback} feedback")
    ax.set_xlabel(quantity_label(threshold))
    ax.set_ylabel(quantity_label(l_star))
    ax.set_title("(c)  right of a line: decoupled, paired, trion", loc="left")
    ax.legend(frameon=False, fontsize=8, loc="upper left", handlelength=1.5)


FIGURES = (
    PaperFigure(
        name=NAME,
        title="Decoupled, paired, trion on cooling?",
        source=f"{PAPER}, Fig. 5",
        caption="(a) Scales of the spin gap and, times the cut-off factor c, of the trion gap over l*, for three "
        "values of |y| that may count as strong coupling; filled: paired between decoupled and trion on cooling, for "
        "|y| strong at 2. (b) The ratio of the two scales over that value, where both exist, and (c) the edge of the "
        "region with that sequence, under every cut-off and form of the feedback. y_s⁰ = y⁰ = 0.1, K_c⁰ = 0.85, "
        "K⁰ = 0.4, υ = 0.1, χ = 1.5 are the paper's; the thresholds and the range of l* are our choice.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
