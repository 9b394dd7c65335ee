"""Fig. 4: phases over mismatch and coupling for three interactions in the secondary wire, under three cut-offs."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import CUTOFFS, PAIRS, PAPER, boundary_paths, padded, shares
from attractron.wires import CoupledWires, phase_diagram

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

WIRES = CoupledWires(K_c=0.9, K=0.6, upsilon=0.12, y_s=0.1, y=0.1)
"""Bare couplings of Fig. 4."""

SECONDARY = (0.8, 0.6, 0.4)
"""K⁰ of the three panels: our choice, the paper's text does not carry its values."""

MISMATCH, COUPLING = (0.005, 0.9), (0.01, 0.6)
"""Window in e^-l* and y⁰: our choice."""

PLANE = ("y", "mismatch")


def compute(quick: bool, schemes: Sequence[str], pixels: tuple[int, int]) -> "xr.Dataset":
    """Phases and their boundaries under the schemes, on so many pixels a side (in full, when quick)."""
    size, (search, points) = pixels[quick], (24, 30) if quick else (60, 100)
    axes = {"mismatch": np.linspace(*MISMATCH, size), "y": np.linspace(*COUPLING, size)}
    # Denser where mismatch and coupling are small: there boundaries come close to each other.
    grid = {name: np.linspace(ends[0] ** 0.5, ends[-1] ** 0.5, search) ** 2 for name, ends in axes.items()}
    panels = [(WIRES.with_parameters(K=K), CUTOFFS[name]) for name in schemes for K in SECONDARY]
    diagrams = [phase_diagram(wires, axes, cutoff=cutoff, workers=1) for wires, cutoff in panels]
    paths = padded([boundary_paths(wires, grid, cutoff=cutoff, points=points) for wires, cutoff in panels])
    phases = np.array([diagram["phase"].transpose(*PLANE).values for diagram in diagrams])
    grows = np.array([float(diagram["source_grows"].mean()) for diagram in diagrams])
    shape = (len(schemes), len(SECONDARY))
    panel = ("scheme", "K")
    result = dataset(
        {
            "phase": ((*panel, *PLANE), phases.reshape(*shape, size, size), "1", "phase"),
            "boundary": (
                (*panel, "pair", "vertex", "axis"),
                paths.reshape(*shape, *paths.shape[1:]),
                "1",
                "boundary of two phases",
            ),
            "source_grows": (
                panel,
                grows.reshape(shape),
                "1",
                "part of the window where x > 1/χ: the cut-off does not cut",
            ),
        },
        {
            "scheme": ("scheme", list(schemes), "1", "cut-off"),
            "K": ("K", list(SECONDARY), "1", "Luttinger parameter K⁰ of the secondary wire"),
            "y": ("y", axes["y"], "1", "coupling y⁰ of the wires"),
            "mismatch": ("mismatch", axes["mismatch"], "1", "mismatch e^(-l*)"),
            "pair": ("pair", list(PAIRS), "1", "phases on both sides"),
            "axis": ("axis", list(PLANE[::-1]), "1", "coordinate of a vertex"),
        },
        question="papers.shavit_oreg2020.phase_diagrams",
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


def full_shares(result: "xr.Dataset", scheme: str) -> dict[str, FloatArray]:
    """Part of the window in every phase, over K⁰ from weak to strong repulsion in the secondary wire (K,)."""
    phase = result["phase"].sel(scheme=scheme)
    return {name: shares(phase, name, PLANE).values for name in ("decoupled", "paired", "trion")}


def trion_steps(result: "xr.Dataset", scheme: str) -> float:
    """Least step of the trion phase's share of the gapped part of a column, from column to column towards l* = ∞."""
    phase = result["phase"].sel(scheme=scheme)
    trion, paired = (shares(phase, name, ("y",)) for name in ("trion", "paired"))
    part = (trion / (trion + paired)).sortby("mismatch", ascending=False)
    return float(part.diff("mismatch").min())


def claims(result: "xr.Dataset") -> list[Claim]:
    """What the paper says of Fig. 4, from the phases of the published cut-off."""
    claim = partial(Claim, figure="shavit-4")
    found = full_shares(result, "tanh")
    gapped = 1 - found["decoupled"]
    present = sum(all(found[name][panel] > 0 for name in found) for panel in range(len(SECONDARY)))
    grows = result["source_grows"].sel(scheme="tanh").values
    own = f"K⁰ = {_listed(SECONDARY, 'g')}: our choice, as the window is."
    return [
        claim(
            claim="moving towards the commensurate point (increasing l*) tends to favor the “locked” trion phase over "
            "the paired one.",
            source=f"{PAPER}, sec. II C and Fig. 4",
            published="≥ 0",
            computed=trion_steps(result, "tanh"),
            tolerance=2 / result.sizes["y"],
            unit="1",
            note="Part of the gapped points of a column (one l*) that are trions: least change from one column to the "
            f"next towards commensurability, in all panels. Tolerance: two pixels. {own}",
        ),
        claim(
            claim="as it gets smaller (reflecting stronger interaction in the secondary system), the region in phase "
            "space where one can easily tune between the non-trivial phases is greatly enhanced.",
            source=f"{PAPER}, sec. II C and Fig. 4",
            published="> 1",
            computed=float((gapped[1:] / gapped[:-1]).min()),
            tolerance=0.0,
            unit="1",
            note=f"Paired and trion phase together fill {_listed(gapped, '.2f')} of the window at {own} Least ratio of "
            "one to the next.",
        ),
        claim(
            claim="strong interactions among the electrons in the secondary system enlarge the regions of both the "
            "trion and electron pair phases.",
            source=f"{PAPER}, sec. I and Fig. 4",
            published="> 0",
            computed=float(min(np.diff(found[name]).min() for name in ("paired", "trion"))),
            tolerance=0.0,
            unit="1",
            note=f"Shares of the window: paired {_listed(found['paired'], '.2f')}, trion "
            f"{_listed(found['trion'], '.2f')}; least step from one K⁰ to the next. The paired share is a statement "
            "about the cut-off, see shavit-4-schemes.",
        ),
        claim(
            claim="the paired phase is stabilized in an intermediate region of phase space, encompassed by two "
            "additional phases: a decoupled phase, where the primary wire remains gapless, and a trion phase",
            source=f"{PAPER}, abstract and Fig. 4",
            published=3.0,
            computed=float(present),
            tolerance=0.0,
            unit="1",
            instead=2.0,
            note=f"Panels, of 3, in which all three phases occur; 2 here. {own} At K⁰ = {SECONDARY[-1]} no point of "
            f"the window is decoupled: x > 1/χ in {grows[-1]:.2f} of it, so that the tanh does not stop the source and "
            "every flow ends paired or trion. Under the two other cut-offs all three phases occur there too.",
        ),
    ]


def claims_of_schemes(result: "xr.Dataset") -> list[Claim]:
    """Whether repulsion in the secondary wire enlarges both phases, cut-off by cut-off."""
    return [
        _enlarges(name, scheme, full_shares(result, scheme)[name]) for scheme in CUTOFFS for name in ("trion", "paired")
    ]


def _enlarges(name: str, scheme: str, share: FloatArray) -> Claim:
    falls = (scheme, name) == ("sharp", "paired")
    reason = (
        "The step is below 0, the opposite of what is published (> 0): the trion phase takes more from the paired one "
        "than that gains from the decoupled one."
    )
    return Claim(
        figure="shavit-4-schemes",
        claim="strong interactions among the electrons in the secondary system enlarge the regions of both the trion "
        "and electron pair phases.",
        source=f"{PAPER}, sec. I and Fig. 4; {name} phase, cut-off {scheme}",
        published="> 0",
        computed=float(np.diff(share).min()),
        tolerance=0.0,
        unit="1",
        instead="< 0" if falls else None,
        note=f"The {name} phase fills {_listed(share, '.2f')} of the window for K⁰ = {_listed(SECONDARY, 'g')} (our "
        f"choice); least step from one to the next. {reason if falls else ''}".strip(),
    )


def _listed(values: Iterable[float], form: str) -> str:
    return ", ".join(f"{value:{form}}" for value in values)


def draw(result: "xr.Dataset") -> "Figure":
    """A row of panels for each cut-off, repulsion in the secondary wire growing to the right."""
    from matplotlib.figure import Figure

    from attractron.plotting import phases

    schemes, values = result["scheme"].values, result["K"].values
    size = (3.9 * len(values) + 0.3, 3.5 * len(schemes) + 0.9)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(schemes), len(values), squeeze=False, sharex=True, sharey=True)
    for row, scheme in zip(grid, schemes, strict=True):
        for ax, K in zip(row, values, strict=True):
            panel = result.sel(scheme=scheme, K=K)
            phases.plot(panel.transpose(*PLANE[::-1], ...), ax)
            phases.plot_boundaries(panel["boundary"], ax)
            paired = float(shares(panel["phase"], "paired", PLANE))
            ax.set_title(f"{scheme}, K⁰ = {K:g}: {100 * paired:.0f} % paired", fontsize=10)
            ax.label_outer()
    legend = {label: line for ax in grid.flat for line, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    figure.legend(legend.values(), legend.keys(), loc="outside lower center", ncols=len(legend), frameon=False)
    return figure


CAPTION = (
    "Phases over the mismatch e^(-l*) and the bare coupling y⁰ at zero temperature; lines: boundaries, found by "
    "bisection. y_s⁰ = 0.1, K_c⁰ = 0.9, υ = 0.12, χ = 1.5 and the SU(2) line are the paper's; the three K⁰ and the "
    "window are our choice, since its text does not carry them."
)

FIGURES = (
    PaperFigure(
        name="shavit-4",
        title="Phases of the coupled wires for three interactions in the secondary wire",
        source=f"{PAPER}, Fig. 4",
        caption=f"{CAPTION} Where x > 1/χ the tanh cut-off does not stop the source, and all flows end with a gap.",
        compute=partial(compute, schemes=("tanh",), pixels=(200, 60)),
        draw=draw,
        claims=claims,
    ),
    PaperFigure(
        name="shavit-4-schemes",
        title="The same phases under three ways to cut the coupling off",
        source=f"{PAPER}, Fig. 4; sharp and frozen cut-off are ours",
        caption=f"{CAPTION} Rows: the published tanh in the source alone; a sharp step at l*; the tanh in the source "
        "and in dy/dl (frozen). tanh and sharp agree on the edge of the trion phase; the extent of the paired "
        "phase is a property of the cut-off.",
        compute=partial(compute, schemes=tuple(CUTOFFS), pixels=(120, 40)),
        draw=draw,
        claims=claims_of_schemes,
    ),
)
