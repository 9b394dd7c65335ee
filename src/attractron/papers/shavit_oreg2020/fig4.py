"""Fig. 4: phases over mismatch and coupling for three interactions in the secondary wire, under three cut-offs."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.shavit_oreg2020.common import CUTOFFS, each, stacked
from attractron.papers.shavit_oreg2020.planes import boundary_paths, knobs, padded, shares, vertices
from attractron.plotting import phases as phase_map
from attractron.wires import CoupledWires, phase_diagram

WIRES = CoupledWires(K_c=0.9, K=0.6, upsilon=0.12, y_s=0.1, y=0.1)
"""Bare couplings of Fig. 4."""

SECONDARY = {"weak": 0.8, "middle": 0.6, "strong": 0.4}
"""K⁰ of the panels, by the repulsion in the secondary: our choice, the paper's text does not carry its values."""

MISMATCH, COUPLING = (0.005, 0.9), (0.01, 0.6)
"""Window in e^-l* and y⁰: our choice."""

PLANE = ("y", "mismatch")
PARAMETERS = {f"K_{repulsion}": K for repulsion, K in SECONDARY.items()}


def compute(quick: bool, schemes: Sequence[str], pixels: tuple[int, int]) -> xr.Dataset:
    """Phases and their boundaries under the schemes, on so many pixels a side (in full, when quick)."""
    size, (search, points) = pixels[quick], (24, 30) if quick else (60, 100)
    axes = {"y": np.linspace(*COUPLING, size), "mismatch": np.linspace(*MISMATCH, size)}
    # Denser where mismatch and coupling are small: there boundaries come close to each other.
    grid = {name: np.linspace(axes[name][0] ** 0.5, axes[name][-1] ** 0.5, search) ** 2 for name in PLANE[::-1]}
    drawn = [(WIRES.with_parameters(K=K), CUTOFFS[name]) for name in schemes for K in SECONDARY.values()]
    diagrams = [phase_diagram(wires, axes, cutoff=cutoff, workers=1) for wires, cutoff in drawn]
    paths = padded([boundary_paths(wires, grid, cutoff=cutoff, points=points) for wires, cutoff in drawn])
    grows = np.array([float(diagram["source_grows"].mean()) for diagram in diagrams])
    panel, shape = ("scheme", "K"), (len(schemes), len(SECONDARY))
    phases, lines = (values.reshape(*shape, *values.shape[1:]) for values in (stacked(diagrams, "phase"), paths))
    uncut = "part of the window where x > 1/χ: the cut-off does not cut"
    result = dataset(
        {
            "phase": ((*panel, *PLANE), phases, "1", "phase"),
            "boundary": ((*panel, "pair", "vertex", "axis"), lines, "1", "boundary of two phases"),
            "source_grows": (panel, grows.reshape(shape), "1", uncut),
        },
        {
            "scheme": ("scheme", list(schemes), "1", "cut-off"),
            "K": ("K", list(SECONDARY.values()), "1", "Luttinger parameter K⁰ of the secondary wire"),
            **knobs(axes),
            **vertices(grid),
        },
        question="papers.shavit_oreg2020.fig4",
        parameters=WIRES.describe(),
        options={"cutoffs": {name: repr(CUTOFFS[name]) for name in schemes}},
        method=f"{diagrams[0].attrs['method']}; boundaries by bisection",
        validity=[
            "The flow is of second order in y_s and y, which are of order one where it ends.",
            "How the mismatch cuts the coupling off is a convention that moves every boundary of the paired phase.",
        ],
        references=["shavit_oreg2020"],
    )
    result["phase"].attrs.update(flags(flag_names(diagrams[0]["phase"])))
    return result


def shares_by_repulsion(result: xr.Dataset, scheme: str) -> dict[str, xr.DataArray]:
    """Part of the window in every phase, by the repulsion in the secondary wire (K,)."""
    phase = result["phase"].sel(scheme=scheme).assign_coords(K=list(SECONDARY))
    return {name: shares(phase, name, PLANE) for name in ("decoupled", "paired", "trion")}


def readings(result: xr.Dataset) -> Readings:
    """What the claims say of the phases under the published cut-off."""
    found = shares_by_repulsion(result, "tanh")
    gapped = 1 - found["decoupled"]
    present = np.all([share > 0 for share in found.values()], axis=0)
    return {
        "trion_step": _trion_step(result.sel(scheme="tanh")),
        "two_pixels": 2 / result.sizes["y"],
        "panels": int(present.sum()),
        **each("gapped", gapped),
        "gapped_ratio": float((gapped.values[1:] / gapped.values[:-1]).min()),
        **each("paired", found["paired"]),
        **each("trion", found["trion"]),
        "share_step": float(min(np.diff(found[name]).min() for name in ("paired", "trion"))),
        "uncut": float(result["source_grows"].sel(scheme="tanh")[-1]),
    }


def _trion_step(panels: xr.Dataset) -> float:
    """Least step of the trion phase's share of the gapped part of a column, from column to column towards l* = ∞."""
    trion, paired = (shares(panels["phase"], name, ("y",)) for name in ("trion", "paired"))
    part = (trion / (trion + paired)).sortby("mismatch", ascending=False)
    return float(part.diff("mismatch").min())


def readings_of_schemes(result: xr.Dataset) -> Readings:
    """Whether repulsion in the secondary wire enlarges both phases, cut-off by cut-off."""
    found: Readings = {}
    for scheme in CUTOFFS:
        share = shares_by_repulsion(result, scheme)
        for name in ("trion", "paired"):
            found |= each(f"{name}_{scheme}", share[name])
            found[f"{name}_{scheme}_step"] = float(np.diff(share[name]).min())
    return found


def draw(result: xr.Dataset) -> Figure:
    """A row of panels for each cut-off, repulsion in the secondary wire growing to the right."""
    rows, columns = result.sizes["scheme"], result.sizes["K"]
    figure, axes = panels(3.9 * columns + 0.3, 3.5 * rows + 0.9, rows, columns, sharex=True, sharey=True)
    drawn = [result.isel(scheme=row, K=column) for row in range(rows) for column in range(columns)]
    for ax, panel in zip(axes, drawn, strict=True):
        phase_map.plot(panel.transpose(*PLANE[::-1], ...), ax)
        phase_map.plot_boundaries(panel["boundary"], ax)
        paired = 100 * float(shares(panel["phase"], "paired", PLANE))
        ax.set_title(f"{panel['scheme'].item()}, K⁰ = {panel['K'].item():g}: {paired:.0f} % paired", fontsize=10)
        ax.label_outer()
    legend = {label: line for ax in axes for line, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    figure.legend(legend.values(), legend.keys(), loc="outside lower center", ncols=len(legend), frameon=False)
    return figure


FIGURES = (
    Recipe(
        name="shavit-4",
        compute=partial(compute, schemes=("tanh",), pixels=(200, 60)),
        draw=draw,
        readings=readings,
        parameters=PARAMETERS,
    ),
    Recipe(
        name="shavit-4-schemes",
        compute=partial(compute, schemes=tuple(CUTOFFS), pixels=(120, 40)),
        draw=draw,
        readings=readings_of_schemes,
        parameters=PARAMETERS,
    ),
)
