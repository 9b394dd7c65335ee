"""How far conventions move the paired phase: cut-offs, forms of the feedback, and normalisations of the coupling."""

import math
from itertools import product

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import (
    CUTOFF_AXIS,
    CUTOFF_OPTIONS,
    CUTOFFS,
    FEEDBACK_AXIS,
    FEEDBACKS,
    each,
    stacked,
)
from attractron.papers.shavit_oreg2020.fig4 import MISMATCH, PLANE, WIRES
from attractron.papers.shavit_oreg2020.planes import knobs, shares
from attractron.plotting.style import OKABE_ITO, quantity_label
from attractron.wires import Scheme, phase_diagram
from attractron.wires.flow.phase_diagram import phases_at

NORMALISATIONS = {"as derived, y = √2 V/(πū)": math.sqrt(2), "read literally, y = V/(2πū)": 0.5}
"""y over V/(πū) of a density-density coupling V: from g = 2V and y = g/(√2πū), and from g = V/2 and y = g/(πū)."""

APART = math.sqrt(8)
"""Ratio of the two: y² differs by 8."""

LOWEST, RANGE = 0.0125, 4
"""Smallest y, and by how many ratios `APART` the largest is greater."""

CONVENTIONS = ("cutoff", "feedback")
HALVINGS = 12
ONSETS = {"spin gap": ("paired", "trion"), "trion": ("trion",)}
"""Phases in which there is a spin gap, and those in which there are trions."""


def compute(quick: bool) -> xr.Dataset:
    """Phases over mismatch and coupling for every cut-off and form of the feedback, in steps of equal ratio in y."""
    steps = 12 if quick else 60  # from one normalisation to the other
    y = LOWEST * APART ** (np.arange(RANGE * steps + 1) / steps)
    axes = {"y": y, "mismatch": np.linspace(*MISMATCH, 20 if quick else 60)}
    diagrams = [
        phase_diagram(WIRES, axes, cutoff=cutoff, feedback=feedback, workers=1)
        for cutoff, feedback in product(CUTOFFS.values(), FEEDBACKS)
    ]
    phases = stacked(diagrams, "phase")
    phases = phases.reshape(len(CUTOFFS), len(FEEDBACKS), *phases.shape[1:])
    result = dataset(
        {
            "phase": ((*CONVENTIONS, *PLANE), phases, "1", "phase"),
            "steps": ((), steps, "1", "steps of y between the normalisations"),
        },
        {"cutoff": CUTOFF_AXIS, "feedback": FEEDBACK_AXIS, **knobs(axes)},
        question="papers.shavit_oreg2020.scheme_comparison",
        parameters=WIRES.describe(),
        options=CUTOFF_OPTIONS,
        method=diagrams[0].attrs["method"],
        validity=[
            "Conventions alone are compared; each flow is of second order in y_s and y.",
            "A normalisation of the coupling is a factor of y, so that it shifts the logarithm of y.",
        ],
        references=["shavit_oreg2020"],
    )
    result["phase"].attrs.update(flags(flag_names(diagrams[0]["phase"])))
    edges = np.stack([_edges(result, name) for name in ONSETS])
    attrs = {"units": "1", "long_name": "smallest y with the gap, found by bisection, infinite without one"}
    return result.assign_coords(gap=xr.Variable("gap", list(ONSETS), {"units": "1", "long_name": "what opens"})).assign(
        edge=xr.Variable(("gap", *CONVENTIONS, "mismatch"), edges, attrs)
    )


def _edges(result: xr.Dataset, name: str) -> FloatArray:
    """The onsets, bisected below the step of y that the grid shows (cutoff, feedback, mismatch)."""
    found = onset(result, name).transpose(*CONVENTIONS, "mismatch").values
    codes = _codes(result, name)
    for (c, cutoff), (f, feedback) in product(enumerate(CUTOFFS.values()), enumerate(FEEDBACKS)):
        high = np.log(found[c, f])
        inside = np.isfinite(high) & (found[c, f] > float(result["y"][0]))
        low, scheme = high - math.log(result["y"][1] / result["y"][0]), Scheme(cutoff=cutoff, feedback=feedback)
        for _ in range(HALVINGS if inside.any() else 0):
            middle = (low + high) / 2
            points = np.stack([np.exp(middle[inside]), result["mismatch"].values[inside]], axis=1)
            beyond = np.zeros_like(inside)
            beyond[inside] = np.isin(phases_at(WIRES, PLANE, points, scheme), codes)
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        found[c, f] = np.where(inside, np.exp(high), found[c, f])
    return found


def _codes(result: xr.Dataset, name: str) -> list[int]:
    return [code for code, phase in flag_names(result["phase"]).items() if phase in ONSETS[name]]


def readings(result: xr.Dataset) -> Readings:
    """What is left of the paired phase in common, and what feedback, cut-off and normalisation move."""
    gap, trion = (onset(result, name) for name in ONSETS)
    cutoffs, feedbacks = factor(gap, "cutoff"), factor(gap, "feedback")
    one, both = (in_common(result, normalised=normalised) for normalised in (True, False))
    return {
        "in_common": one,
        "in_common_of_both": both,
        "in_common_by": {"one normalisation, either": one, "both at once": both},
        **each("paired", shares(result["phase"], "paired", PLANE).sel(feedback="published")),
        "same_orders": all(len({orders(result, name, form) for form in FEEDBACKS}) == 1 for name in CUTOFFS),
        "cutoffs_move": cutoffs,
        "feedbacks_move": feedbacks,
        "feedbacks_move_trion": factor(trion, "feedback"),
        "ratio": cutoffs / feedbacks,
    }


def onset(result: xr.Dataset, name: str) -> xr.DataArray:
    """The smallest y of a column with one of `ONSETS`, infinite without one (cutoff, feedback, mismatch)."""
    return result["y"].where(result["phase"].isin(_codes(result, name)), math.inf).min("y")


def orders(result: xr.Dataset, cutoff: str, feedback: str) -> frozenset[str]:
    """The phases of a column as y grows, such as "decoupled, paired, trion", for every column of the window."""
    names = flag_names(result["phase"])
    columns = result["phase"].sel(cutoff=cutoff, feedback=feedback).transpose("mismatch", "y").values
    changes = [column[np.flatnonzero(np.diff(column, prepend=-1))] for column in columns]
    return frozenset(", ".join(names[int(code)] for code in codes) for codes in changes)


def in_common(result: xr.Dataset, *, normalised: bool) -> float:
    """Part of the window that is paired by every convention; `normalised`: with one normalisation, not with both."""
    code = {name: code for code, name in flag_names(result["phase"]).items()}["paired"]
    paired = (result["phase"] == code).all(CONVENTIONS)
    if not normalised:
        # V at one y by the derived normalisation lies so many steps below by the literal one.
        paired = paired & paired.shift(y=int(result["steps"]), fill_value=False)
    return float(paired.mean())


def factor(onsets: xr.DataArray, over: str) -> float:
    """Largest ratio of onsets along a dimension, over all columns where all of them are finite."""
    ratio = onsets.max(over) / onsets.min(over)
    return float(ratio.where((onsets < math.inf).all(over)).max())


def draw(result: xr.Dataset) -> Figure:
    """(a) Onset of both phases under every cut-off; (b) their bands over V for both normalisations."""
    figure, axes = panels(11.6, 5.0, columns=2)
    _draw_cutoffs(result, axes[0])
    _draw_normalisations(result, axes[1])
    for ax in axes:
        ax.set(yscale="log", xlim=MISMATCH, xlabel=quantity_label(result["mismatch"]))
        ax.legend(frameon=False, fontsize=9, loc="lower right")
    lettered(axes)
    return figure


def _draw_cutoffs(result: xr.Dataset, ax: Axes) -> None:
    mismatch, highest = result["mismatch"], float(result["y"][-1])
    onsets = [result["edge"].sel(gap=name) for name in ONSETS]
    for cutoff, colour in zip(CUTOFFS, OKABE_ITO, strict=False):
        edges = [own.sel(cutoff=cutoff).clip(max=highest) for own in onsets]
        low, high = (edge.sel(feedback="published") for edge in edges)
        ax.fill_between(mismatch, low, high, color=colour, alpha=0.22, linewidth=0, label=f"paired, {cutoff}")
        for edge in edges:
            for feedback, style in zip(FEEDBACKS, ("-", ":"), strict=True):
                ax.plot(mismatch, edge.sel(feedback=feedback), style, color=colour, linewidth=1.4)
    for feedback, style in zip(FEEDBACKS, ("-", ":"), strict=True):
        ax.plot([], [], style, color="0.3", label=f"{feedback} feedback")
    ax.set(ylim=(LOWEST, highest), ylabel=quantity_label(result["y"]))


def _draw_normalisations(result: xr.Dataset, ax: Axes) -> None:
    """Bands between the least and the largest onset of all conventions, as far as all have one."""
    for (reading, scale), colours in zip(NORMALISATIONS.items(), (OKABE_ITO[:2], OKABE_ITO[5:3:-1]), strict=True):
        for name, colour, hatch in zip(ONSETS, colours, ("", "//"), strict=True):
            V, label = result["edge"].sel(gap=name) / scale, f"onset of {name}, {reading}"
            low, high = (edge.where(V.max(CONVENTIONS) < math.inf) for edge in (V.min(CONVENTIONS), V.max(CONVENTIONS)))
            band = ax.fill_between(result["mismatch"], low, high, color=colour, alpha=0.4, linewidth=0, hatch=hatch)
            band.set_label(label)
    ax.set_ylabel("repulsion of the wires V/(πū)")


FIGURES = (Recipe(name="shavit-spread", compute=compute, draw=draw, readings=readings),)
