"""The condition (18): where superconductivity dominates the paired phase, in bare parameters and through the flow."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import (
    CUTOFF_AXIS,
    CUTOFFS,
    FEEDBACK_AXIS,
    FEEDBACKS,
    each,
)
from attractron.papers.shavit_oreg2020.planes import curves, padded, path
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, phase_diagram, superconducting, superconducting_boundary

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

ORDERS = {0: "decoupled", 1: "paired, density wave", 2: "paired, superconductor", 3: "trion"}
DENSITY_WAVE, SUPERCONDUCTOR = 1, 2
TINTS = ("0.88", "#56B4E9", "#D55E00", "#E69F00")
"""Colours of these phases, Okabe and Ito's but for the grey."""

STRONGEST = 0.95
"""Largest υ drawn."""


def compute(quick: bool) -> xr.Dataset:
    """The bare lines for ratios of velocities, and the order through the flow for cut-offs and forms of feedback."""
    steps, points = (21, 24) if quick else (61, 80)
    axes = {"upsilon": np.linspace(0.0, STRONGEST, steps), "K_c": np.linspace(0.7, 1.1, steps)}
    fine = {"upsilon": axes["upsilon"], "K_c": np.linspace(0.5, 1.1, steps)}
    bare = padded([_line(BARE.with_parameters(**setting), fine, points, "complete") for setting in LINES.values()])
    lines = padded([_line(WIRES, axes, points, "published", cutoff=cutoff) for cutoff in CUTOFFS.values()])
    order = [[_order(axes, cutoff=cutoff, feedback=feedback) for feedback in FEEDBACKS] for cutoff in CUTOFFS.values()]
    result = dataset(
        {
            "bare_line": (("setting", "vertex", "axis"), bare, "1", "line (18) of the bare numbers"),
            "line": (("cutoff", "place", "axis"), lines, "1", "line (18) through the flow, published feedback"),
            "order": (("cutoff", "feedback", *axes), np.array(order), "1", "phase and dominant order"),
        },
        {
            "setting": ("setting", list(LINES), "1", "velocities and forward scattering"),
            "cutoff": CUTOFF_AXIS,
            "feedback": FEEDBACK_AXIS,
            "axis": ("axis", list(axes), "1", "knob"),
            "upsilon": ("upsilon", axes["upsilon"], "1", "forward scattering υ between the wires"),
            "K_c": ("K_c", axes["K_c"], "1", "Luttinger parameter of the primary's charge"),
        },
        question="papers.shavit_oreg2020.eq18",
        parameters=WIRES.describe(),
        method="(18) with K̃_c, K̃ and Q at the end of the flow; boundaries bisected along their normals",
        validity=["At the end of the flow y_s is strong; K̃_c, K̃ and Q there depend on the scheme."],
        references=["shavit_oreg2020", "attractron"],
    )
    result["order"].attrs.update(flags(ORDERS))
    return result


def _line(
    wires: CoupledWires, axes: dict[str, FloatArray], points: int, feedback: str, **conventions: Any
) -> FloatArray:
    """The boundary of superconductivity as one path (vertex, axis)."""
    return path(curves(superconducting_boundary(wires, axes, points=points, feedback=feedback, **conventions), axes))


def _order(axes: dict[str, FloatArray], **conventions: Any) -> "np.ndarray[Any, np.dtype[np.int32]]":
    """Codes of `ORDERS` (upsilon, K_c)."""
    found = phase_diagram(WIRES, axes, end=True, workers=1, **conventions)
    names, codes = flag_names(found["phase"]), found["phase"].values
    pairs = superconducting(*(found[f"{name}_end"].values for name in ("K_c_tilde", "K_tilde", "Q")))
    paired = np.where(pairs, SUPERCONDUCTOR, DENSITY_WAVE)
    by_name = {"decoupled": 0 * paired, "paired": paired, "trion": 3 + 0 * paired}
    return np.asarray(np.select([codes == code for code in names], [by_name.get(n, -1) for n in names.values()]), "i4")


def readings(result: xr.Dataset) -> Readings:
    """Density waves as a rule, superconductivity in a limited regime, and what Q does to the line."""
    share = _superconducting_share(result)
    settings = ["quarter", "half", "equal", "contact"]  # short for those of `LINES`
    lowest = result["bare_line"].sel(axis="K_c").min("vertex").assign_coords(setting=settings)
    return {
        "largest_share": float(share.max()),
        **each("share", share.sel(feedback="published")),
        **each("pairs", share.sel(feedback="published") > 0),
        **each("least_percent", 100 * share.min("feedback")),
        **each("most_percent", 100 * share.max("feedback")),
        **each("lowest_K_c", lowest),
        "lowest_K_c_slow": float(lowest.sel(setting=["quarter", "half"]).max()),
        "helps_equal": bool(lowest.sel(setting="equal") < 1 - 1e-6),
    }


def _superconducting_share(result: xr.Dataset) -> xr.DataArray:
    """Part of the paired points with K_c < 1 in which superconductivity dominates (cutoff, feedback)."""
    repelling = result["order"].where(result["K_c"] < 1, drop=True)
    over = ("upsilon", "K_c")
    pairs, waves = ((repelling == code).sum(over) for code in (SUPERCONDUCTOR, DENSITY_WAVE))
    return pairs / (pairs + waves)


def draw(result: xr.Dataset) -> Figure:
    """The bare lines, and the order through the flow by each cut-off."""
    figure, axes = panels(10.6, 8.2, rows=2, columns=2)
    first, *others = axes
    for setting, colour, style in zip(LINES, OKABE_ITO, ("-", "-", "-", "--"), strict=False):
        line = result["bare_line"].sel(setting=setting)
        first.plot(line.sel(axis="upsilon"), line.sel(axis="K_c"), style, color=colour, label=setting)
    first.set_ylim(0.5, 1.1)
    first.legend(frameon=False, loc="lower left")
    for ax, name in zip(others, CUTOFFS, strict=True):
        _draw_orders(ax, result.sel(cutoff=name))
        ax.set_ylim(float(result["K_c"].min()), float(result["K_c"].max()))
    for ax in axes:
        ax.axhline(1.0, color="0.5", linewidth=0.8)
        ax.set_xlim(0.0, STRONGEST)
        ax.set(xlabel="forward scattering υ between the wires", ylabel="bare K_c of the primary")
    handles = [Patch(color=tint, label=name) for name, tint in zip(ORDERS.values(), TINTS, strict=True)]
    others[0].legend(handles=handles, loc="lower left", framealpha=0.9)
    flows = [f"through the flow, cut-off {name}" for name in CUTOFFS]
    lettered(axes, ["bare numbers: above a line pairs dominate", *flows])
    return figure


def _draw_orders(ax: Axes, result: xr.Dataset) -> None:
    """Phases as tints, the line (18) with the published feedback, and the region with the complete one."""
    across, up = result["upsilon"].values, result["K_c"].values
    published, complete = (result["order"].sel(feedback=form).values.T for form in FEEDBACKS)
    norm = BoundaryNorm(np.arange(-0.5, 4.5), 4)
    ax.pcolormesh(across, up, published, cmap=ListedColormap(TINTS), norm=norm, shading="nearest", rasterized=True)
    ax.plot(result["line"].sel(axis="upsilon"), result["line"].sel(axis="K_c"), color="black", linewidth=1.4)
    if (complete == SUPERCONDUCTOR).any():
        inside = (complete == SUPERCONDUCTOR).astype(float)
        ax.contour(across, up, inside, levels=[0.5], colors="black", linestyles="dashed", linewidths=1.0)


FIGURES = (
    Recipe(
        name="shavit-18",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"strongest": STRONGEST},
    ),
)
