"""Fig. 4: phases over mismatch and coupling for three interactions in the secondary wire; other conventions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.results import Variable, dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import CUTOFFS, each, stacked
from attractron.papers.shavit_oreg2020.planes import boundary_paths, knobs, padded, shares, tinted, vertices
from attractron.papers.shavit_oreg2020.reading import LARGEST, LENGTHS, MEASURES, READING, length_name
from attractron.plotting import phases as phase_map
from attractron.plotting.style import quantity_label
from attractron.wires import CoupledWires, Scheme, phase_diagram

WIRES = CoupledWires(K_c=0.9, K=0.6, upsilon=0.12, y_s=0.1, y=0.1)
"""Bare couplings of Fig. 4."""

SECONDARY = {"weak": 0.8, "middle": 0.6, "strong": 0.4}
"""K⁰ of the panels, by the repulsion in the secondary: our choice, the paper's text does not carry its values."""

MISMATCH, COUPLING = (0.005, 0.9), (0.01, 0.6)
"""Window in e^-l* and y⁰: our choice."""

PLANE = ("y", "mismatch")
PARAMETERS: Mapping[str, float | str] = {f"K_{repulsion}": K for repulsion, K in SECONDARY.items()} | {"l_max": LARGEST}

WINDOWS = {"as drawn": (1.0, 1.0), "y⁰ < 0.3": (0.5, 1.0), "e^(-l*) < 0.45": (1.0, 0.5), "both": (0.5, 0.5)}
"""Parts of the window, by what is left of y⁰ and of the mismatch, over which it is asked whether a claim holds."""

PRESENT = 0.01
"""Part of the window that a phase must fill to be seen."""


def compute(quick: bool, schemes: Sequence[str], pixels: tuple[int, int]) -> xr.Dataset:
    """Phases and their boundaries under the cut-offs, on so many pixels a side (in full, when quick)."""
    size, (search, points) = pixels[quick], (24, 30) if quick else (60, 100)
    axes = {"y": np.linspace(*COUPLING, size), "mismatch": np.linspace(*MISMATCH, size)}
    # Denser where mismatch and coupling are small: there boundaries come close to each other.
    grid = {name: np.linspace(axes[name][0] ** 0.5, axes[name][-1] ** 0.5, search) ** 2 for name in PLANE[::-1]}
    drawn = [
        (WIRES.with_parameters(K=K), replace(READING, cutoff=CUTOFFS[name]))
        for name, K in product(schemes, SECONDARY.values())
    ]
    diagrams = [phase_diagram(wires, axes, scheme=scheme, workers=1) for wires, scheme in drawn]
    paths = padded([boundary_paths(wires, grid, scheme=scheme, points=points) for wires, scheme in drawn])
    grows = np.array([float(diagram["source_grows"].mean()) for diagram in diagrams])
    panel, shape = ("scheme", "K"), (len(schemes), len(SECONDARY))
    phases, lines = (values.reshape(*shape, *values.shape[1:]) for values in (stacked(diagrams, "phase"), paths))
    uncut = "part of the window where x > 1/χ: the cut-off does not cut"
    result = dataset(
        {
            "phase": ((*panel, *PLANE), phases, "1", "phase"),
            "boundary": ((*panel, "pair", "vertex", "axis"), lines, "1", "boundary of two phases"),
            "source_grows": (panel, grows.reshape(shape), "1", uncut),
            **_other_readings(diagrams[0]["phase"], 24 if quick else 80),
        },
        {
            "scheme": ("scheme", list(schemes), "1", "cut-off"),
            "K": ("K", list(SECONDARY.values()), "1", "Luttinger parameter K⁰ of the secondary wire"),
            "measure": ("measure", list(MEASURES), "1", "what counts as the strength of y"),
            "l_max": ("l_max", list(LENGTHS), "1", "infrared cut-off l_max"),
            "in_phase": ("in_phase", list(flag_names(diagrams[0]["phase"]).values()), "1", "phase"),
            **knobs(axes),
            **vertices(grid),
        },
        question="papers.shavit_oreg2020.fig4",
        parameters=WIRES.describe(),
        options={**READING.describe(), "cutoffs": {name: repr(CUTOFFS[name]) for name in schemes}},
        method=f"{diagrams[0].attrs['method']}; boundaries by bisection",
        validity=[
            "The flow is of second order in y_s and y, which are of order one where it ends.",
            "How the mismatch cuts the coupling off is a convention that moves every boundary of the paired phase.",
            f"Decoupled is what has no gap up to l_max = {LARGEST:g}.",
        ],
        references=["shavit_oreg2020"],
    )
    result["phase"].attrs.update(flags(flag_names(diagrams[0]["phase"])))
    return result


def _other_readings(phase: xr.DataArray, size: int) -> dict[str, Variable]:
    """Parts of the window under the tanh by measure of y and l_max, from the scales of one flow at each point."""
    axes = {"y": np.linspace(*COUPLING, size), "mismatch": np.linspace(*MISMATCH, size)}
    codes = list(flag_names(phase))
    found = np.empty((len(MEASURES), len(LENGTHS), len(SECONDARY), len(codes)))
    for (m, measure), (k, K) in product(enumerate(MEASURES), enumerate(SECONDARY.values())):
        scheme = Scheme(strong_coupling=measure)
        whole = phase_diagram(WIRES.with_parameters(K=K), axes, scheme=scheme, workers=1)
        opens = whole["l_spin"].where(whole["l_spin"].notnull(), whole["l_trion"])
        for n, l_max in enumerate(LENGTHS):
            own = whole["phase"].where(opens <= l_max, 0)
            found[m, n, k] = [float((own == code).mean()) for code in codes]
    dims = ("measure", "l_max", "K", "in_phase")
    return {"share": (dims, found, "1", "part of the window in the phase, under the tanh")}


def shares_by_repulsion(result: xr.Dataset, scheme: str) -> dict[str, xr.DataArray]:
    """Part of the window in each phase, from weak to strong repulsion in the secondary wire."""
    panel = result["phase"].sel(scheme=scheme)
    names = list(SECONDARY)
    return {
        name: shares(panel, name, PLANE).drop_vars("scheme").assign_coords(K=names)
        for name in ("decoupled", "paired", "trion")
    }


def readings(result: xr.Dataset) -> Readings:
    """What the claims say of the phases under the published cut-off."""
    found = shares_by_repulsion(result, "tanh")
    gapped, tanh = 1 - found["decoupled"], result["phase"].sel(scheme="tanh")
    share = result["share"]
    others = list(product(MEASURES, LENGTHS))
    return {
        "trion_rise": _trion_rise(tanh),
        "trion_rises": {name: _trion_rise(_part(tanh, *part)) for name, part in WINDOWS.items()},
        "pixel": 1 / result.sizes["y"],
        "two_pixels": 2 / result.sizes["y"],
        "panels": _panels(found.values()),
        "panels_by_reading": {
            f"{MEASURES[measure]}, {length_name(l_max)}": _panels(
                share.sel(measure=measure, l_max=l_max, in_phase=["decoupled", "paired", "trion"]).transpose(
                    "in_phase", "K"
                )
            )
            for measure, l_max in others
        },
        **each("gapped", gapped),
        "gapped_ratio": _least_ratio(gapped),
        "gapped_ratios": {
            f"{MEASURES[measure]}, {length_name(l_max)}": _least_ratio(
                1 - share.sel(measure=measure, l_max=l_max, in_phase="decoupled")
            )
            for measure, l_max in others
        },
        **each("paired", found["paired"]),
        **each("trion", found["trion"]),
        "share_step": _least_step(found),
        "share_steps": {
            f"{MEASURES[measure]}, {length_name(l_max)}": _least_step(
                {name: share.sel(measure=measure, l_max=l_max, in_phase=name) for name in ("paired", "trion")}
            )
            for measure, l_max in others
        },
        "uncut": float(result["source_grows"].sel(scheme="tanh")[-1]),
    }


def _panels(present: Iterable[xr.DataArray]) -> int:
    """Panels in which every phase fills a visible part of the window."""
    return int(np.all([share.values > PRESENT for share in present], axis=0).sum())


def _least_ratio(gapped: xr.DataArray) -> float:
    """Least ratio of a share to that of the next weaker repulsion."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return float((gapped.values[1:] / gapped.values[:-1]).min())


def _least_step(found: Mapping[str, xr.DataArray]) -> float:
    return float(min(np.diff(found[name]).min() for name in ("paired", "trion")))


def _part(phase: xr.DataArray, of_y: float, of_mismatch: float) -> xr.DataArray:
    """The part of a window near its corner of small y and mismatch."""
    sizes = {"y": of_y, "mismatch": of_mismatch}
    return phase.isel({name: slice(0, round(part * phase.sizes[name])) for name, part in sizes.items()})


def _trion_rise(panels: xr.DataArray) -> float:
    """Least difference, over the panels, of the trion phase's share of the gapped points between the nearer half to the
    commensurate point and the farther one."""
    half = panels.sizes["mismatch"] // 2
    near, far = panels.isel(mismatch=slice(0, half)), panels.isel(mismatch=slice(half, None))
    parts = [shares(own, "trion", PLANE) / (1 - shares(own, "decoupled", PLANE)) for own in (near, far)]
    return float((parts[0] - parts[1]).min())


def readings_of_schemes(result: xr.Dataset) -> Readings:
    """Whether repulsion in the secondary wire enlarges both phases, cut-off by cut-off."""
    found: Readings = {"pixel": 1 / result.sizes["y"]}
    for name in ("trion", "paired"):
        steps = {}
        for scheme in CUTOFFS:
            share = shares_by_repulsion(result, scheme)[name]
            found |= each(f"{name}_{scheme}", share)
            steps[scheme] = float(np.diff(share).min())
        found |= {f"{name}_step": steps["tanh"], f"{name}_steps": steps}
    return found


def draw(result: xr.Dataset) -> Figure:
    """A row of panels for each cut-off, repulsion in the secondary wire growing to the right."""
    rows, columns = result.sizes["scheme"], result.sizes["K"]
    figure, axes = panels(3.9 * columns + 0.3, 3.5 * rows + 0.9, rows, columns, sharex=True, sharey=True)
    drawn = [result.isel(scheme=row, K=column) for row in range(rows) for column in range(columns)]
    for ax, panel in zip(axes, drawn, strict=True):
        _draw_panel(panel, ax)
        ax.label_outer()
    titles = [f"K⁰ = {panel['K'].item():g}" + (f", {panel['scheme'].item()}" if rows > 1 else "") for panel in drawn]
    lettered(axes, titles)
    legend = {label: line for ax in axes for line, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    figure.legend(legend.values(), legend.keys(), loc="outside lower center", ncols=len(legend), frameon=False)
    return figure


def _draw_panel(panel: xr.Dataset, ax: Axes) -> None:
    tinted(panel["phase"].transpose(*PLANE), ax)
    phase_map.plot_boundaries(panel["boundary"], ax)
    ax.set_xlabel(quantity_label(panel["mismatch"]))
    ax.set_ylabel(quantity_label(panel["y"]))


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
