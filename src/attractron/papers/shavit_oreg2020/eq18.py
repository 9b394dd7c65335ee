"""The condition (18): where superconductivity dominates the paired phase, in bare parameters and through the flow."""

from itertools import pairwise
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import CUTOFF_AXIS, CUTOFFS, FEEDBACK_AXIS, FEEDBACKS, each
from attractron.papers.shavit_oreg2020.eq18_search import (
    CORNER,
    DENSITY_WAVE,
    EXAMPLE,
    ORDERS,
    RANGES,
    SAMPLES,
    SUPERCONDUCTOR,
    orders,
    search,
)
from attractron.papers.shavit_oreg2020.planes import PAIRS, boundary_paths, curves, padded, path
from attractron.plotting.style import OKABE_ITO, name_regions
from attractron.wires import CoupledWires, phase_diagram, superconducting_boundary

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.05, y=0.1, mismatch=0.1, u_ratio=0.5)
"""Of panels (b) to (d); all our choice, with a slow secondary, as (18) needs it (see the claims)."""

BARE = WIRES.with_parameters(y=0.0, y_s=-0.1)
"""Paired by an attraction of its own: nothing flows but y_s, and (18) decides by the bare numbers."""

LINES: dict[str, dict[str, float]] = {
    "u = u_c/4": {"u_ratio": 0.25},
    "u = u_c/2": {"u_ratio": 0.5},
    "u = u_c": {"u_ratio": 1.0},
    "u = u_c, V_θ = 0": {"u_ratio": 1.0, "V_theta_ratio": 0.0},
}
"""Settings of the bare lines; all but the last on the line (13)."""

STRONGEST = 0.95
"""Largest υ drawn."""

REPULSIONS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9)
"""Least υ of the parts of the corner that are counted."""

STYLES = {"published": "-", "complete": "--"}


def compute(quick: bool) -> xr.Dataset:
    """The bare lines, phases and orders of a window under each cut-off, and of wires from the whole space."""
    steps, points = (21, 24) if quick else (61, 80)
    axes = {"upsilon": np.linspace(0.0, STRONGEST, steps), "K_c": np.linspace(0.7, 1.1, steps)}
    fine = {"upsilon": axes["upsilon"], "K_c": np.linspace(0.5, 1.1, steps)}
    bare = padded([_line(BARE.with_parameters(**setting), fine, points, "complete") for setting in LINES.values()])
    lines = padded(
        [
            padded([_line(WIRES, axes, points, feedback, cutoff=cutoff) for feedback in FEEDBACKS])
            for cutoff in CUTOFFS.values()
        ]
    )
    boundaries = padded([boundary_paths(WIRES, axes, cutoff=cutoff, points=points) for cutoff in CUTOFFS.values()])
    order = [_order(axes, cutoff=cutoff) for cutoff in CUTOFFS.values()]
    through = "(18) through the flow"
    result = dataset(
        {
            "bare_line": (("setting", "vertex", "axis"), bare, "1", "line (18) of the bare numbers"),
            "line": (("cutoff", "feedback", "place", "axis"), lines, "1", through),
            "boundary": (("cutoff", "pair", "corner", "axis"), boundaries, "1", "boundaries of the phases"),
            "order": (("cutoff", *axes), np.array(order), "1", "phase and dominant order, published feedback"),
            **search(quick),
        },
        {
            "setting": ("setting", list(LINES), "1", "velocities and forward scattering"),
            "cutoff": CUTOFF_AXIS,
            "feedback": FEEDBACK_AXIS,
            "pair": ("pair", list(PAIRS), "1", "phases on both sides"),
            "axis": ("axis", list(axes), "1", "knob"),
            "knob": ("knob", list(RANGES), "1", "coupling"),
            "upsilon": ("upsilon", axes["upsilon"], "1", "forward scattering υ between the wires"),
            "K_c": ("K_c", axes["K_c"], "1", "Luttinger parameter of the primary's charge"),
        },
        question="papers.shavit_oreg2020.eq18",
        parameters=WIRES.describe(),
        options={"ranges": RANGES, "corner": CORNER, "example": EXAMPLE.describe()},
        method="(18) with K̃_c, K̃ and Q at the end of the flow; boundaries bisected along their normals",
        validity=["At the end of the flow y_s is strong; K̃_c, K̃ and Q there depend on the scheme."],
        references=["shavit_oreg2020", "attractron"],
    )
    for name in ("order", "drawn_order"):
        result[name].attrs.update(flags(ORDERS))
    result["sample"].attrs.update(flags(SAMPLES))
    return result


def _line(
    wires: CoupledWires, axes: dict[str, FloatArray], points: int, feedback: str, **conventions: Any
) -> FloatArray:
    """The boundary of superconductivity as one path (vertex, axis)."""
    return path(curves(superconducting_boundary(wires, axes, points=points, feedback=feedback, **conventions), axes))


def _order(axes: dict[str, FloatArray], **conventions: Any) -> "np.ndarray[Any, np.dtype[np.int32]]":
    """Codes of `ORDERS` (upsilon, K_c)."""
    found = phase_diagram(WIRES, axes, end=True, workers=1, **conventions)
    return orders(found["phase"].values, *(found[f"{name}_end"].values for name in ("K_c_tilde", "K_tilde", "Q")))


def readings(result: xr.Dataset) -> Readings:
    """Density waves as a rule, superconductivity in a limited regime, and what Q does to the line."""
    settings = ["quarter", "half", "equal", "contact"]  # short for those of `LINES`
    lowest = result["bare_line"].sel(axis="K_c").min("vertex").assign_coords(setting=settings)
    upsilon, K_c, sample = knob(result, "upsilon"), knob(result, "K_c"), result["sample"]
    whole = share(result, sample == 0)
    strong = share(result, (sample == 1) & (upsilon > REPULSIONS[-1]))
    example = result["drawn_order"].isel(point=-1).sel(feedback="published") == SUPERCONDUCTOR
    pairs = (result["drawn_order"] == SUPERCONDUCTOR) & (K_c < 1)
    return {
        "largest_share": float(whole.max()),
        "share_by_repulsion": {
            f"K_c > 0.9, u < u_c and υ > {least:g}": float(share(result, (sample == 1) & (upsilon > least)).max())
            for least in REPULSIONS
        }
        | {"the whole space": float(whole.max())},
        **each("percent", 100 * whole.sel(feedback="published")),
        **each("complete_percent", 100 * whole.sel(feedback="complete")),
        **each("strong_percent", 100 * strong.sel(feedback="published")),
        **each("pairs", pairs.sel(feedback="published").any("point")),
        **each("wires", (pairs & (sample < 2)).sel(feedback="published").sum("point").astype(float)),
        "drawn_wires": float((sample < 2).sum()),
        "example_pairs": bool(example.sel(cutoff="tanh")),
        **each("lowest_K_c", lowest),
        "lowest_K_c_slow": float(lowest.sel(setting=["quarter", "half"]).max()),
        "line_error": float(abs(result["bare_line"].sel(axis="K_c") - closed_form(result)).max()),
        "helps_equal": bool(lowest.sel(setting="equal") < 1 - 1e-6),
    }


def knob(result: xr.Dataset, name: str) -> xr.DataArray:
    """One coupling of the wires that were drawn (point)."""
    return result["drawn"].sel(knob=name, drop=True)


def share(result: xr.Dataset, among: xr.DataArray) -> xr.DataArray:
    """Part of the paired wires among some in which superconductivity dominates (cutoff, feedback); none: 0."""
    pairs, waves = (((result["drawn_order"] == code) & among).sum("point") for code in (SUPERCONDUCTOR, DENSITY_WAVE))
    return pairs / np.maximum(pairs + waves, 1)


def closed_form(result: xr.Dataset) -> xr.DataArray:
    """K_c of (18) with (14) put in, at the υ of the bare lines; with V_θ = 0 that of the normal modes."""
    upsilon = result["bare_line"].sel(axis="upsilon")
    r = xr.DataArray([own["u_ratio"] for own in LINES.values()], dims="setting")
    moved = 1 - (r * upsilon) ** 2
    squared = 1 / (moved + r * upsilon**2 * np.sqrt(moved / (1 - upsilon**2)))
    contact = xr.DataArray(["V_theta_ratio" in own for own in LINES.values()], dims="setting")
    return squared.where(~contact, np.sqrt(1 - upsilon**2)) ** 0.5


def draw(result: xr.Dataset) -> Figure:
    """The bare lines, the order through the flow by each cut-off, and how often pairs win in the whole space."""
    figure, axes = panels(15.6, 8.6, rows=2, columns=3)
    _draw_bare(axes[0], result)
    for ax, name in zip(axes[1:4], CUTOFFS, strict=True):
        _draw_orders(ax, result.sel(cutoff=name))
    _draw_shares(axes[4], axes[5], result)
    flows = [f"through the flow, cut-off {name}" for name in CUTOFFS]
    lettered(
        axes, ["bare numbers: above a line pairs dominate", *flows, "whole space", "weakly repelling, slow secondary"]
    )
    return figure


def _draw_bare(ax: Axes, result: xr.Dataset) -> None:
    names = [r"$u = u_c/4$", r"$u = u_c/2$", r"$u = u_c$", r"$u = u_c$, $V_\theta = 0$"]
    for setting, name, colour, style in zip(LINES, names, OKABE_ITO, ("-", "-.", ":", "--"), strict=False):
        line = result["bare_line"].sel(setting=setting)
        ax.plot(line.sel(axis="upsilon"), line.sel(axis="K_c"), style, color=colour, label=name)
    ax.legend(frameon=False, loc="lower left")
    _label(ax, 0.5)


def _draw_orders(ax: Axes, result: xr.Dataset) -> None:
    """Boundaries of the phases, and (18) under both forms of the feedback."""
    across, up = result["upsilon"].values, result["K_c"].values
    for pair, style in zip(PAIRS, ("-", "--", ":"), strict=True):
        curve = result["boundary"].sel(pair=pair)
        if curve.notnull().any():
            ax.plot(curve.sel(axis="upsilon"), curve.sel(axis="K_c"), style, color="0.35", label=pair)
    for feedback, style in STYLES.items():
        line = result["line"].sel(feedback=feedback)
        if line.notnull().any():
            label = f"(18), {feedback} feedback"
            ax.plot(line.sel(axis="upsilon"), line.sel(axis="K_c"), style, color=OKABE_ITO[1], label=label)
    name_regions(ax, across, up, result["order"].values.T, ORDERS, 0.03)
    ax.legend(loc="lower left", bbox_to_anchor=(0.1, 0.0), framealpha=0.9, fontsize=8)
    _label(ax, float(up[0]))


def _label(ax: Axes, lowest: float) -> None:
    ax.set(xlabel="forward scattering υ between the wires", ylabel=r"bare $K_c$ of the primary")
    ax.set(xlim=(0.0, STRONGEST), ylim=(lowest, 1.1))


def _draw_shares(left: Axes, right: Axes, result: xr.Dataset) -> None:
    """Share of superconductivity over K_c in the whole space, and over the least υ in its corner."""
    K_c, upsilon, sample = knob(result, "K_c"), knob(result, "upsilon"), result["sample"]
    bins = np.linspace(0.5, 1.0, 6)
    over_K_c = [share(result, (sample == 0) & (K_c >= a) & (K_c < b)) for a, b in pairwise(bins)]
    over_upsilon = [share(result, (sample == 1) & (upsilon > least)) for least in REPULSIONS]
    for ax, x, shares in ((left, (bins[1:] + bins[:-1]) / 2, over_K_c), (right, REPULSIONS, over_upsilon)):
        for cutoff, colour in zip(CUTOFFS, OKABE_ITO, strict=False):
            for feedback, style in STYLES.items():
                values = [100 * float(own.sel(cutoff=cutoff, feedback=feedback)) for own in shares]
                ax.plot(
                    x, values, style, marker="o", markersize=4, color=colour, label=f"{cutoff}, {feedback} feedback"
                )
        ax.axhline(50.0, color="0.7", linewidth=0.8)
        ax.set(ylabel="superconducting among paired wires (%)", ylim=(-3.0, 103.0))
    left.set_xlabel(r"bare $K_c$ of the primary")
    right.set_xlabel(r"wires with $K_c > 0.9$, $u < u_c$ and υ above this")
    left.legend(frameon=False, loc="upper left")


FIGURES = (
    Recipe(
        name="shavit-18",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"strongest": STRONGEST},
    ),
)
