"""Two paired wires and arrays of them: superconductor, π-CDW, or decoupled."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flags
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import CUTOFFS, PAPER
from attractron.wires import ArrayOfWires, CoupledWires, array_phases, coupling_dimensions, flow
from attractron.wires.flow.cutoffs import Cutoff

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "shavit-array"

WIRES = CoupledWires(K_c=0.9, K=0.6, y_s=0.05, y=0.1, upsilon=0.12, mismatch=0.02)
"""Each wire and its secondary: K_c and υ of Fig. 4, the rest our choice, paired by every cut-off."""

LAMBDA, PART, DELTA, RING = 10.0, 0.1, 0.01, 8
"""Bandwidth in meV; 2k_F part of U_⊥ over its smooth part; difference of densities δα_0; wires of the array."""

STRONG = 0.4
"""K_c of wires that repel too much for the Josephson coupling, in panel (d)."""

DEPHASED = "two wires, different densities"
CASES = ("two wires", f"ring of {RING}", DEPHASED)
CHOSEN = "sharp"
"""The cut-off of the maps; the lines of the others are drawn on them."""

POINTS = 3000
"""Of the trajectory that the spin factor is integrated over."""

SUPERCONDUCTOR, PI_CDW = 1, 2
PHASES = {0: "decoupled", SUPERCONDUCTOR: "superconductor", PI_CDW: "pi-CDW", 3: "undecided"}


def compute(quick: bool) -> "xr.Dataset":
    """Phases over U_⊥ and t_⊥ for every cut-off and case, and the dimensions of both couplings."""
    arrays = [_array(cutoff) for cutoff in CUTOFFS.values()]
    U_perp, ratio = np.geomspace(1e-4, 0.28, 13 if quick else 31), np.geomspace(1e-2, 0.95, 9 if quick else 24)
    found = [_phases(array, U_perp, ratio) for array in arrays]
    x, K = np.linspace(0.0, 0.9, 37 if quick else 181), np.linspace(0.3, 1.5, 121 if quick else 481)
    by_K = np.array([_dimensions(float(value), 0.0) for value in K])
    by_x = np.array([_dimensions(STRONG, float(value)) for value in x])
    ring = np.array([_dimensions(STRONG, float(value), RING) for value in x / 2])
    dims = ("cutoff", "case", "U_perp", "t_ratio")
    names = {
        "phase": ("1", "phase"),
        "transition_temperature": ("K", "temperature of the order"),
        "valid": ("1", "weak couplings at the spin gap"),
    }
    result = dataset(
        {
            **{
                name: (
                    dims,
                    np.stack([np.stack([each[name].values for each in cases]) for cases in found]),
                    unit,
                    text,
                )
                for name, (unit, text) in names.items()
            },
            "l_spin": ("cutoff", [array.l_spin for array in arrays], "1", "scale of the spin gap"),
            "K_c_end": ("cutoff", [array.K_c for array in arrays], "1", "K_c at the end of the wire's flow"),
            "K_minus": ("x", STRONG / np.sqrt(1 - 2 * x * STRONG), "1", f"K_c- of two wires with K_c = {STRONG}"),
            "dimension": (("K", "coupling"), by_K, "1", "dimension for wires that do not repel"),
            "dimension_two": (("x", "coupling"), by_x, "1", "dimension in two wires"),
            "dimension_ring": (("x_ring", "coupling"), ring, "1", f"dimension in a ring of {RING}"),
        },
        {
            "cutoff": ("cutoff", list(CUTOFFS), "1", "how the coupling in each wire is cut off"),
            "case": ("case", list(CASES), "1", "wires"),
            "U_perp": ("U_perp", U_perp, "1", "repulsion of neighbours U⊥/(πu_c)"),
            "t_ratio": ("t_ratio", ratio, "1", "hopping between neighbours t⊥/Δ_s"),
            "x": ("x", x, "1", "repulsion of neighbours U⊥/(πu_c)"),
            "x_ring": ("x_ring", x / 2, "1", "repulsion of neighbours U⊥/(πu_c)"),
            "K": ("K", K, "1", "K_c-"),
            "coupling": ("coupling", ["josephson", "pi_cdw"], "1", "coupling of neighbours"),
        },
        question="papers.shavit_oreg2020.array",
        parameters=WIRES.describe(),
        options={"Lambda": LAMBDA, "backscattering": PART, "delta": DELTA},
        method="flow of one wire to its spin gap, then of the couplings of neighbours to second order",
        validity=["t_⊥ < Δ_s; hopping is the bare one; couplings are strong at 1, a convention."],
        references=["shavit_oreg2020", "attractron"],
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def _array(cutoff: Cutoff) -> ArrayOfWires:
    """What the flow of one wire hands to the array, with its trajectory on a grid of l."""
    reached = flow(WIRES, cutoff=cutoff, axes={"l": [0.0]})
    fine = np.linspace(0.0, float(reached["l_spin"]), POINTS)
    path = flow(WIRES, cutoff=cutoff, axes={"l": fine})
    return ArrayOfWires.from_flow(path, U_perp=0.0, t_perp=0.0, Lambda=LAMBDA, backscattering=PART)


def _phases(array: ArrayOfWires, U_perp: FloatArray, ratio: FloatArray) -> "list[xr.Dataset]":
    """The phases of each case."""
    axes = {"U_perp": U_perp, "t_perp": ratio * array.spin_gap}
    two = array_phases(array.with_parameters(number=2), {"delta": [0.0, DELTA], **axes})
    ring = array_phases(array.with_parameters(number=RING), axes)
    return [two.isel(delta=0), ring, two.isel(delta=1)]


def _dimensions(K_c: float, U_perp: float, number: int = 2) -> list[float]:
    """Of the Josephson and the π-CDW coupling of neighbours."""
    boundary = "periodic" if number > 2 else "open"
    found = coupling_dimensions(K_c=K_c, U_perp=U_perp, number=number, boundary=boundary)
    return [float(found["josephson"][0]), float(found["pi_cdw"][0])]


def claims(result: "xr.Dataset") -> list[Claim]:
    """Which coupling is relevant when, what the repulsion between wires does, and what dephasing does."""
    claim = partial(Claim, figure=NAME)
    where = f"{PAPER}, sec. III B"
    own = (
        f"Wires with K_c = {WIRES.K_c}, K = {WIRES.K}, y_s = {WIRES.y_s}, y = {WIRES.y}, e^(-l*) = {WIRES.mismatch}, "
        f"2k_F part of U_⊥ {PART} of its smooth part: our choice."
    )
    even, crossing = _place(result, "josephson", 2.0), _crossing(result)
    slopes = [float(result[name].sel(coupling="josephson").diff(dim).max()) for name, dim in REPELLING]
    two = result.sel(case="two wires")
    edges = two.sel(cutoff=CHOSEN)
    gaps = ", ".join(f"{name} {LAMBDA * np.exp(-float(result['l_spin'].sel(cutoff=name))):.1e} meV" for name in CUTOFFS)
    dephased = result["phase"].sel(case=DEPHASED)
    order = "superconductivity would prevail only if U⊥ is sufficiently small as compared to t⊥²/Δ_s, or if K_c- is "
    order += "large enough. The latter requires that the long-wavelength part of the inter-wire repulsive interaction "
    order += "be rather large."
    return [
        claim(
            claim="H_J is relevant in the RG sense if the Luttinger parameter corresponding to the relative charge "
            "sector is not too small, i.e., K_c- > 1/2",
            source=f"{where}; K_c- at which its dimension is 2",
            published=0.5,
            computed=even,
            tolerance=1e-3,
            unit="1",
            note="Two wires without repulsion of each other, dimension 1/K_c-, interpolated on the grid. Wires with "
            f"K_c = {STRONG} pass it at U⊥/(πu_c) = {_passed(result):.3f} by their repulsion of each other. "
            "Tolerance: the interpolation.",
        ),
        *(
            claim(
                claim="inter-wire repulsion actually makes H_J more relevant",
                source=f"{where}; steepest rise of its dimension with U⊥, {wires}",
                published="< 0",
                computed=slope,
                tolerance=0.0,
                unit="1",
                note=f"Largest change of the dimension from one U⊥ to the next, wires with K_c = {STRONG}; up to "
                f"U⊥/(πu_c) = {float(result[dim].max()):g} it falls from {1 / STRONG:.2f} to "
                f"{float(result[name].sel(coupling='josephson')[-1]):.2f}.",
            )
            for (name, dim), slope, wires in zip(REPELLING, slopes, ("two wires", f"ring of {RING}"), strict=True)
        ),
        claim(
            claim="The π-CDW interaction triumphs over the Josephson pair hopping, i.e., more relevant in an RG sense, "
            "if K_c- < 1",
            source=f"{where}; K_c- at which both dimensions are equal",
            published=1.0,
            computed=crossing,
            tolerance=1e-3,
            unit="1",
            note="K_c- against 1/K_c-. More relevant is not stronger: the Josephson coupling may start so much larger "
            "that it wins all the same, left in the maps. Tolerance: the interpolation.",
        ),
        *(
            claim(
                claim=order,
                source=f"{where}; does small U⊥ decide while K_c- < 1? two wires, cut-off {name}",
                published=True,
                computed=_small(two.sel(cutoff=name)),
                note=f"Asked is whether at each t⊥ it prevails below one U⊥, which rises with t⊥. Spin gaps by "
                f"cut-off: {gaps}. {own}",
            )
            for name in CUTOFFS
        ),
        claim(
            claim=order,
            source=f"{where}; smallest K_c- at which it prevails again, beyond a π-CDW at smaller U⊥, two wires",
            published="≥ 1",
            computed=_again(edges),
            tolerance=0.15,
            unit="1",
            note=f"Cut-off {CHOSEN}, K_c- = K_c/√(1 - 2U⊥K_c/(πu_c)) with K_c = {float(edges['K_c_end']):.3f}. "
            "Tolerance: a large hopping wins a little before its dimension does.",
        ),
        claim(
            claim="the CDW tendency may be greatly diminished (dephased) by modulating the electronic densities "
            "between adjacent wires",
            source=f"{where}; share of the π-CDW for δα_0 = {DELTA}, all cut-offs",
            published=0.0,
            computed=float((dephased == PI_CDW).mean()),
            tolerance=0.01,
            unit="1",
            note=f"With equal densities it has {float((two['phase'] == PI_CDW).mean()):.2f} of the same points. What "
            f"matters is ln 1/(δα_0) = {-np.log(DELTA):.1f} against l̄ of the spin gap, "
            f"{', '.join(f'{float(value):.1f}' for value in result['l_spin'])}. {own} Tolerance: one point in a "
            "hundred.",
        ),
    ]


REPELLING = (("dimension_two", "x"), ("dimension_ring", "x_ring"))


def _place(result: "xr.Dataset", coupling: str, level: float) -> float:
    """K_c- at which a falling dimension passes the level."""
    line = result["dimension"].sel(coupling=coupling).values
    return float(np.interp(-level, -line, result["K"].values))


def _crossing(result: "xr.Dataset") -> float:
    """K_c- at which the dimension of the π-CDW coupling passes that of the Josephson coupling."""
    ahead = result["dimension"].sel(coupling="pi_cdw") - result["dimension"].sel(coupling="josephson")
    return float(np.interp(0.0, ahead.values, result["K"].values))


def _passed(result: "xr.Dataset") -> float:
    """U⊥/(πu_c) at which the Josephson coupling of two strongly repelling wires becomes relevant."""
    line = result["dimension_two"].sel(coupling="josephson").values
    return float(np.interp(-2.0, -line, result["x"].values))


def _K_minus(result: "xr.Dataset") -> FloatArray:
    K_c = float(result["K_c_end"])
    return np.asarray(K_c / np.sqrt(1 - 2 * result["U_perp"].values * K_c))


def _small(result: "xr.Dataset") -> bool:
    """Whether, for K_c- < 1, each t_⊥ has superconductivity below one U_⊥ only, which rises with t_⊥."""
    pairs = (result["phase"].transpose("t_ratio", "U_perp").values == SUPERCONDUCTOR)[:, _K_minus(result) < 1]
    up_to = pairs.sum(axis=1)
    below = np.arange(pairs.shape[1]) < up_to[:, None]
    return bool((pairs == below).all() and (np.diff(up_to) >= 0).all() and 0 < up_to.sum() < pairs.size)


def _again(result: "xr.Dataset") -> float:
    """Smallest K_c- with superconductivity at a U_⊥ above one with a π-CDW; not a number without any."""
    codes = result["phase"].transpose("t_ratio", "U_perp").values
    beyond = np.logical_or.accumulate(codes == PI_CDW, axis=1) & (codes == SUPERCONDUCTOR)
    return float(np.where(beyond, _K_minus(result), np.inf).min()) if beyond.any() else float("nan")


def draw(result: "xr.Dataset") -> "Figure":
    """The three maps with the boundaries by the other cut-offs, and the dimensions over the repulsion."""
    from matplotlib.figure import Figure

    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(11.0, 8.2), layout="constrained")
    *maps, last = figure.subplots(2, 2).ravel()
    for ax, case, letter in zip(maps, CASES, "abc", strict=True):
        _map(ax, result.sel(case=case))
        ax.set_title(f"({letter})  {case}", loc="left")
    for (name, dim), style, wires in zip(REPELLING, ("-", "--"), ("two wires", f"ring of {RING}"), strict=True):
        for coupling, colour in zip(("josephson", "pi_cdw"), OKABE_ITO, strict=False):
            label = f"{'Josephson' if coupling == 'josephson' else 'π-CDW'}, {wires}"
            last.plot(result[dim], result[name].sel(coupling=coupling), style, color=colour, label=label)
    last.axhline(2.0, color="0.5", linewidth=0.8)
    last.annotate("relevant below", (0.88, 1.98), ha="right", va="top")
    last.set(xlabel="repulsion of neighbours U⊥/(πu_c)", ylabel="dimension of the coupling", xlim=(0.0, 0.9))
    last.set_title(f"(d)  wires with K_c = {STRONG}", loc="left")
    last.legend(frameon=False, fontsize="small")
    return figure


def _map(ax: "Axes", result: "xr.Dataset") -> None:
    from attractron.plotting import phases
    from attractron.plotting.style import OKABE_ITO

    chosen = result.sel(cutoff=CHOSEN)
    phases.plot_array(chosen, ax)
    others = [name for name in CUTOFFS if name != CHOSEN]
    for name, colour in zip(others, (OKABE_ITO[1], OKABE_ITO[3]), strict=True):
        pairs = (result["phase"].sel(cutoff=name).transpose("t_ratio", "U_perp") == SUPERCONDUCTOR).values
        if pairs.any() and not pairs.all():
            at = result["U_perp"].values, result["t_ratio"].values
            ax.contour(*at, pairs.astype(float), levels=[0.5], colors=colour, linewidths=1.4)
            ax.plot([], [], color=colour, label=f"boundary, cut-off {name}")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="lower right", fontsize="small")


FIGURES = (
    PaperFigure(
        name=NAME,
        title="Superconductor or density wave: an array of paired wires",
        source=f"{PAPER}, sec. III B",
        caption="Temperature of the order of (a) two wires, (b) a ring of eight, (c) two wires with different "
        "densities, over the repulsion of neighbours and the hopping in units of the spin gap; white, the "
        "boundaries of the phases, coloured, those that follow from the other cut-offs in each wire; hatched, where a "
        "coupling is not weak at the spin gap. (d) Dimensions of the couplings. The paper draws no such figure; "
        f"parameters are our choice: cut-off {CHOSEN}, K_c = 0.9, K = 0.6, y_s = 0.05, y = 0.1, υ = 0.12, "
        "e^(-l*) = 0.02, Λ = 10 meV, 2k_F part of U_⊥ a tenth of its smooth part, δα_0 = 0.01 in (c).",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
