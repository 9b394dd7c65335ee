"""Two paired wires and arrays of them: superconductor, π-CDW, or decoupled."""

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import Normal, withStroke

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import CUTOFF_AXIS, CUTOFFS, each, stacked
from attractron.plotting.style import OKABE_ITO
from attractron.wires import ArrayOfWires, CoupledWires, array_phases, coupling_dimensions, flow
from attractron.wires.arrays.phases import superconducting_hopping
from attractron.wires.flow.cutoffs import Cutoff

WIRES = CoupledWires(K_c=0.9, K=0.6, y_s=0.05, y=0.1, upsilon=0.12, mismatch=0.02)
"""Each wire and its secondary: K_c and υ of Fig. 4, the rest our choice, paired by every cut-off."""

LAMBDA, PART, DELTA, RING = 10.0, 0.1, 0.01, 8
"""Bandwidth in meV; 2k_F part of U_⊥ over its smooth part; difference of densities δα_0; wires of the array."""

SMALL = 0.5
"""t_⊥/Δ_s that still counts as small, where it is asked what decides."""

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

REPULSION = r"repulsion of neighbours $U_\perp/(\pi u_c)$"
BOUNDARIES = {"tanh": (OKABE_ITO[1], "-"), "sharp": ("white", "-"), "frozen": (OKABE_ITO[3], "--")}
OUTLINE = [withStroke(linewidth=3.5, foreground="black"), Normal()]
NAMED = {SUPERCONDUCTOR: ("superconductor", (0.25, 0.9)), PI_CDW: ("π-CDW", (0.6, 0.3))}
"""Where the regions are named, in parts of the axes."""

REPELLING = {"two": ("dimension_two", "x"), "ring": ("dimension_ring", "x_ring")}
"""Dimensions in strongly repelling wires, and what they are over."""


def compute(quick: bool) -> xr.Dataset:
    """Phases over U_⊥ and t_⊥ for every cut-off and case, and the dimensions of both couplings."""
    U_perp, ratio = np.geomspace(1e-4, 0.28, 13 if quick else 81), np.geomspace(1e-2, 0.95, 9 if quick else 61)
    x, K = np.linspace(0.0, 0.9, 37 if quick else 181), np.linspace(0.3, 1.5, 121 if quick else 481)
    result = dataset(
        {**_maps(U_perp, ratio), **_dimensions(x, K)},
        {
            "cutoff": CUTOFF_AXIS,
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


def _maps(U_perp: FloatArray, ratio: FloatArray) -> dict[str, Variable]:
    """Phases for every cut-off and case, and what the flow of one wire hands to them."""
    arrays = [_array(cutoff) for cutoff in CUTOFFS.values()]
    found = [_phases(array, U_perp, ratio) for array in arrays]
    dims = ("cutoff", "case", "U_perp", "t_ratio")
    names = {
        "phase": ("1", "phase"),
        "transition_temperature": ("K", "temperature of the order"),
        "valid": ("1", "weak couplings at the spin gap"),
    }
    return {
        **{name: (dims, np.stack([stacked(cases, name) for cases in found]), *text) for name, text in names.items()},
        "l_spin": ("cutoff", [array.l_spin for array in arrays], "1", "scale of the spin gap"),
        "boundary": (
            ("cutoff", "case", "U_perp"),
            np.array([_boundaries(array, U_perp) for array in arrays]),
            "1",
            "hopping t⊥/Δ_s above which pairs condense",
        ),
        "K_c_end": ("cutoff", [array.K_c for array in arrays], "1", "K_c at the end of the wire's flow"),
    }


def _array(cutoff: Cutoff) -> ArrayOfWires:
    """What the flow of one wire hands to the array, with its trajectory on a grid of l."""
    reached = flow(WIRES, cutoff=cutoff, axes={"l": [0.0]})
    fine = np.linspace(0.0, float(reached["l_spin"]), POINTS)
    path = flow(WIRES, cutoff=cutoff, axes={"l": fine})
    return ArrayOfWires.from_flow(path, U_perp=0.0, t_perp=0.0, Lambda=LAMBDA, backscattering=PART)


def _phases(array: ArrayOfWires, U_perp: FloatArray, ratio: FloatArray) -> list[xr.Dataset]:
    """The phases of each case."""
    axes = {"U_perp": U_perp, "t_perp": ratio * array.spin_gap}
    two = array_phases(array.with_parameters(number=2), {"delta": [0.0, DELTA], **axes})
    ring = array_phases(array.with_parameters(number=RING), axes)
    return [two.isel(delta=0), ring, two.isel(delta=1)]


def _boundaries(array: ArrayOfWires, U_perp: FloatArray) -> list[FloatArray]:
    """Of the superconductor in each case."""
    cases = ({"number": 2}, {"number": RING}, {"number": 2, "delta": DELTA})
    return [superconducting_hopping(array.with_parameters(**case), U_perp) for case in cases]


def _dimensions(x: FloatArray, K: FloatArray) -> dict[str, Variable]:
    """Of both couplings over K_c- without repulsion of neighbours, and over the repulsion of strongly repelling wires.

    On a ring every wire has two neighbours, and half of the repulsion makes it unstable: x/2 there.
    """
    two = [_dimension(STRONG, U_perp) for U_perp in x]
    ring = [_dimension(STRONG, U_perp, RING) for U_perp in x / 2]
    free = [_dimension(K_c, 0.0) for K_c in K]
    return {
        "K_minus": ("x", STRONG / np.sqrt(1 - 2 * x * STRONG), "1", f"K_c- of two wires with K_c = {STRONG}"),
        "dimension": (("K", "coupling"), np.array(free), "1", "dimension for wires that do not repel"),
        "dimension_two": (("x", "coupling"), np.array(two), "1", "dimension in two wires"),
        "dimension_ring": (("x_ring", "coupling"), np.array(ring), "1", f"dimension in a ring of {RING}"),
    }


def _dimension(K_c: float, U_perp: float, number: int = 2) -> list[float]:
    """Of the Josephson and the π-CDW coupling of neighbours."""
    boundary = "periodic" if number > 2 else "open"
    found = coupling_dimensions(K_c=float(K_c), U_perp=float(U_perp), number=number, boundary=boundary)
    return [float(found["josephson"][0]), float(found["pi_cdw"][0])]


def readings(result: xr.Dataset) -> Readings:
    """Which coupling is relevant when, what the repulsion between wires does, and what dephasing does."""
    two, lines = result.sel(case="two wires"), result["dimension"]
    ahead = lines.sel(coupling="pi_cdw") - lines.sel(coupling="josephson")
    repelling = {name: (result[line].sel(coupling="josephson"), over) for name, (line, over) in REPELLING.items()}
    chosen = two.sel(cutoff=CHOSEN)
    return {
        "relevant_from": _falls_to_2(lines.sel(coupling="josephson"), "K"),
        "relevant_x": _falls_to_2(repelling["two"][0], "x"),
        "equal_at": float(np.interp(0.0, ahead.values, result["K"].values)),
        **{f"rise_{name}": float(line.diff(over).max()) for name, (line, over) in repelling.items()},
        **{f"range_{name}": float(line[over].max()) for name, (line, over) in repelling.items()},
        **{f"last_{name}": float(line[-1]) for name, (line, over) in repelling.items()},
        **{f"gap_{name}": LAMBDA * float(np.exp(-result["l_spin"].sel(cutoff=name))) for name in CUTOFFS},
        **each("l_spin", result["l_spin"]),
        **{f"small_decides_{name}": _small_decides(two.sel(cutoff=name)) for name in CUTOFFS},
        "again_from": again_from(chosen),
        "K_c_end": float(chosen["K_c_end"]),
        "share": float((two["phase"] == PI_CDW).mean()),
        "share_dephased": float((result["phase"].sel(case=DEPHASED) == PI_CDW).mean()),
    }


def _falls_to_2(dimension: xr.DataArray, over: str) -> float:
    """Where a falling dimension makes its coupling relevant."""
    return float(np.interp(-2.0, -dimension.values, dimension[over].values))


def _K_minus(result: xr.Dataset) -> FloatArray:
    K_c = float(result["K_c_end"])
    return np.asarray(K_c / np.sqrt(1 - 2 * result["U_perp"].values * K_c))


def _small_decides(result: xr.Dataset) -> bool:
    """Whether, for K_c- < 1 and t_⊥ below half of Δ_s, each t_⊥ has pairs below one U_⊥ only, which rises with t_⊥."""
    asked = result["phase"].transpose("t_ratio", "U_perp").sel(t_ratio=slice(None, SMALL))
    pairs = (asked.values == SUPERCONDUCTOR)[:, _K_minus(result) < 1]
    up_to = pairs.sum(axis=1)
    below = np.arange(pairs.shape[1]) < up_to[:, None]
    return bool((pairs == below).all() and (np.diff(up_to) >= 0).all() and 0 < up_to.sum() < pairs.size)


def again_from(result: xr.Dataset) -> float:
    """Smallest K_c- with superconductivity at a U_⊥ above one with a π-CDW; not a number without any."""
    codes = result["phase"].transpose("t_ratio", "U_perp").values
    beyond = np.logical_or.accumulate(codes == PI_CDW, axis=1) & (codes == SUPERCONDUCTOR)
    return float(np.where(beyond, _K_minus(result), np.inf).min()) if beyond.any() else float("nan")


def draw(result: xr.Dataset) -> Figure:
    """The three maps with the boundaries by every cut-off, and the dimensions over the repulsion."""
    figure, axes = panels(11.0, 9.0, rows=2, columns=2)
    *maps, last = axes
    for ax, case in zip(maps, CASES, strict=True):
        _draw_map(result.sel(case=case), ax)
    _draw_dimensions(result, last)
    lettered(axes, [*CASES, rf"wires with $K_c = {STRONG:g}$"])
    handles: list[Artist] = []
    for name, (colour, style) in BOUNDARIES.items():
        (line,) = last.plot([], [], style, color=colour, linewidth=2, path_effects=OUTLINE)
        line.set_label(f"superconductor above, cut-off {name}")
        handles.append(line)
    handles.append(Patch(facecolor="white", edgecolor="0.3", hatch="///", label="a coupling is strong at the spin gap"))
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False)
    return figure


def _draw_map(result: xr.Dataset, ax: Axes) -> None:
    """The temperature of the order by the chosen cut-off, and where pairs begin to condense by each."""
    chosen = result.sel(cutoff=CHOSEN)
    across, up = result["U_perp"].values, result["t_ratio"].values
    T = chosen["transition_temperature"].transpose("t_ratio", "U_perp").values
    centres = [np.sqrt(each[1:] * each[:-1]) for each in (across, up)]
    x, y = (np.r_[each[0], inner, each[-1]] for each, inner in zip((across, up), centres, strict=True))
    colours = ax.pcolormesh(x, y, T, norm=LogNorm(T.min(), T.max()), cmap="cividis", rasterized=True)
    ax.figure.colorbar(colours, ax=ax, label="temperature of the order (K)")
    outside = ~chosen["valid"].transpose("t_ratio", "U_perp").values
    if outside.any():
        ax.contourf(across, up, outside.astype(float), levels=[0.5, 1.5], colors="none", hatches=["///"])
    for name, (colour, style) in BOUNDARIES.items():
        line = result["boundary"].sel(cutoff=name).values
        shown = np.where(np.isfinite(line), np.maximum(line, 1e-4), 2.0)
        ax.plot(across, shown, style, color=colour, linewidth=2.0, path_effects=OUTLINE)
    ax.set(xscale="log", yscale="log", xlim=(across[0], across[-1]), ylim=(up[0], up[-1]), xlabel=REPULSION)
    ax.set_ylabel(r"hopping between neighbours $t_\perp/\Delta_s$")
    ground = {"boxstyle": "round,pad=0.2", "facecolor": "white", "alpha": 0.8, "edgecolor": "none"}
    for code, (name, place) in NAMED.items():
        if bool((chosen["phase"] == code).any()):
            ax.text(*place, name, transform=ax.transAxes, ha="center", va="center", bbox=ground)


def _draw_dimensions(result: xr.Dataset, ax: Axes) -> None:
    couplings = {"josephson": ("Josephson", OKABE_ITO[0]), "pi_cdw": ("π-CDW", OKABE_ITO[1])}
    for (name, over), style, wires in zip(REPELLING.values(), ("-", "--"), CASES, strict=False):
        for coupling, (label, colour) in couplings.items():
            line = result[name].sel(coupling=coupling)
            ax.plot(result[over], line, style, color=colour, label=f"{label}, {wires}")
    ax.axhline(2.0, color="0.5", linewidth=0.8)
    ax.text(0.02, 1.93, "relevant below", va="top")
    ax.set(xlabel=REPULSION, ylabel="dimension of the coupling", xlim=(0.0, 0.9), ylim=(0.2, 2.6))
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.0, 0.22))


FIGURES = (
    Recipe(
        name="shavit-array",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            **{name: WIRES.describe()[name] for name in ("K_c", "K", "y_s", "y", "mismatch")},
            "part": PART,
            "delta": DELTA,
            "minus_ln_delta": -np.log(DELTA),
            "strong": STRONG,
            "first": 1 / STRONG,
            "ring": RING,
            "chosen": CHOSEN,
        },
    ),
)
