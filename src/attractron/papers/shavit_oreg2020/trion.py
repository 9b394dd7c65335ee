"""Where free trions are: the line K_f = 3 over the repulsion between the wires, and what it takes to get there."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import PAPER
from attractron.wires import TrionLiquid, free_trion_line, trion_phase

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "shavit-kf3"

K_C = (0.6, 0.8, 1.0)
"""K_c of the lines: our choice, the paper draws none. Velocities are equal, V_θ = 0."""

MAP_K_C = 0.8
FORMS = ("published", "complete")
HIGHEST = 0.999
"""Largest υ, short of phase separation at 1."""


def compute(quick: bool) -> "xr.Dataset":
    """K_f over υ and K for one K_c, and the lines K_f = 3 for several, in both forms."""
    K = np.linspace(0.1, 1.0, 37 if quick else 181)
    upsilon = np.linspace(0.0, HIGHEST, 60 if quick else 240)
    K_f = np.array([_K_f(float(k), upsilon) for k in K[::4]])
    V_phi = np.array([[_line(K_c, K, form) for form in FORMS] for K_c in K_C])  # (K_c, form, K)
    strength = np.sqrt(np.multiply.outer(K_C, K))[:, None] * V_phi / np.pi
    repulsion = np.array([2 * (1 / K_c - K_c) + (1 / K - K) for K_c in K_C])[:, None]
    needed = np.sqrt(8) * V_phi / np.pi - repulsion
    dims = ("K_c", "form", "K")
    return dataset(
        {
            "K_f": (("K_map", "upsilon"), K_f, "1", f"K_f as published, K_c = {MAP_K_C}"),
            "upsilon_line": (dims, strength, "1", "υ at which K_f = 3"),
            "excess": (dims, needed, "1", "√8V_φ/π beyond the intrawire repulsion, in u"),
            "repulsion": (dims, repulsion + 0 * V_phi, "1", "intrawire repulsion 2(1/K_c - K_c) + 1/K - K, in u"),
        },
        {
            "K_c": ("K_c", list(K_C), "1", "Luttinger parameter of the primary's charge"),
            "form": ("form", list(FORMS), "1", "K_f as published, or with V'_×"),
            "K": ("K", K, "1", "Luttinger parameter of the secondary"),
            "K_map": ("K_map", K[::4], "1", "Luttinger parameter of the secondary"),
            "upsilon": ("upsilon", upsilon, "1", "forward scattering υ between the wires"),
        },
        question="papers.shavit_oreg2020.trion",
        parameters={"K_c": list(K_C), "u/u_c": 1.0, "V_theta": 0.0},
        method="roots of a polynomial along each line; K_f of the quadratic Hamiltonian with spin and φ_g pinned",
        validity=["Bare parameters: the flow of K_c and K on the way to the trion phase lowers both."],
        references=["shavit_oreg2020", "attractron"],
    )


def _K_f(K: float, upsilon: FloatArray) -> FloatArray:
    """K_f as published over υ = √(K_cK)V_φ/(πu)."""
    V_phi = upsilon * np.pi / np.sqrt(MAP_K_C * K)
    return np.asarray(trion_phase(TrionLiquid(K_c=MAP_K_C, K=K), {"V_phi": V_phi})["K_f"].values)


def _line(K_c: float, K: FloatArray, form: str) -> FloatArray:
    """V_φ of K_f = 3 at each K, in u; not a number where the wires separate before."""
    end = np.pi / np.sqrt(K_c * K.min())
    model = TrionLiquid(K_c=K_c, K=0.5)
    found = free_trion_line(model, {"K": K}, {"V_phi": (0.0, float(end))}, kinetic=form)
    line = np.full(K.size, np.nan)
    line[np.searchsorted(K, found["K"].values)] = found["V_phi"].values
    return line


def claims(result: "xr.Dataset") -> list[Claim]:
    """What K_f ≥ 3 needs, and how far that is from realistic wires."""
    claim = partial(Claim, figure=NAME)
    repelling = result.sel(K_c=[K_c for K_c in K_C if K_c < 1])
    excess, ratio = result["excess"], 1 + repelling["excess"] / repelling["repulsion"]
    strongest = result["upsilon_line"]
    gap = abs(strongest.sel(form="complete") - strongest.sel(form="published"))
    return [
        claim(
            claim="this would mean that V_φ, responsible for the attraction of secondary holes and primary electrons, "
            "overwhelms the intra-wire electron-electron and hole-hole repulsive interactions",
            source=f"{PAPER}, sec. II C 3",
            published="> 1",
            computed=float(ratio.min()),
            tolerance=0.0,
            unit="1",
            note="Smallest ratio of √8V_φ/π to 2u_c(1/K_c - K_c) + u(1/K - K) on the lines with K_c < 1, both forms. "
            "This is the sense in which it holds: with u_cK_c and uK the velocities without interaction, the ratio is "
            "1 at K_f = 1 and K_f = 3 needs more. For densities that repel with V_pp, V_ss and V_ps (exchange "
            "left out) it says 4V_ps > 4V_pp + V_ss, a pair and a hole that attract each other more "
            "than they repel themselves; a Coulomb interaction, whose energy is never negative, never does.",
        ),
        claim(
            claim="it corresponds to a somewhat extreme unphysical limit of realistic setups",
            source=f"{PAPER}, sec. II C 3",
            published="> 0.9",
            computed=float(strongest.min()),
            tolerance=0.0,
            unit="1",
            note="Smallest υ on all lines; at υ = 1 the wires phase-separate, and the paper's own figures have υ from "
            "0.1 to 0.15. The paper gives no number; 0.9 is our reading of extreme.",
        ),
        claim(
            claim="Kf ≥ 3 corresponds to a rather large attraction in the φf-sector, i.e., between nearby trions",
            source=f"{PAPER}, sec. II C 3; in units of the kinetic term",
            published="≥ 0.889",
            computed=float((excess / _kinetic(excess)).min()),
            tolerance=1e-3,
            unit="1",
            note="√8V_φ/π beyond the intrawire repulsion over 2u_cK_c + uK, on all lines. K_f = 3 as published is "
            "8/9 = 0.889 of it, for every K_c and K at V_θ = 0: only a ninth of the stiffness is left. "
            "Tolerance: rounding of 8/9.",
        ),
        claim(
            claim="the remaining sector combining charge modes in the primary and secondary wires is described by a LL "
            "Hamiltonian [with K_f as in (20)]",
            source=f"{PAPER}, (20), (C1); V'_× left out",
            published=0.0,
            computed=float(gap.max()),
            tolerance=1e-3,
            unit="1",
            instead=round(float(gap.max()), 3),
            note=f"Largest shift of the line in υ by V'_×, {float(gap.max()):.3f} instead of 0: with φ_g pinned θ_g is "
            "free, and what it leaves of the stiffness of θ_f is smaller than published. K_f falls, and free trions "
            "need a little more V_φ still; no statement of the paper depends on it.",
        ),
    ]


def _kinetic(line: "xr.DataArray") -> Any:
    return 2 * line["K_c"] + line["K"]


def draw(result: "xr.Dataset") -> "Figure":
    """The map of K_f, and the lines in both forms."""
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

    from attractron.plotting.style import COLOUR_MAP, OKABE_ITO

    figure = Figure(figsize=(10.4, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    across, up = result["upsilon"].values, result["K_map"].values
    K_f = result["K_f"].values
    colours = left.pcolormesh(across, up, K_f, cmap=COLOUR_MAP, norm=LogNorm(), shading="nearest", rasterized=True)
    figure.colorbar(colours, ax=left, label="K_f, as published")
    for form, style in zip(FORMS, ("-", "--"), strict=True):
        line = result["upsilon_line"].sel(K_c=MAP_K_C, form=form)
        left.plot(line, result["K"], style, color="white", label=f"K_f = 3, {form}")
        for K_c, colour in zip(K_C, OKABE_ITO, strict=False):
            curve = result["upsilon_line"].sel(K_c=K_c, form=form)
            right.plot(curve, result["K"], style, color=colour, label=f"K_c = {K_c:g}, {form}")
    left.set_title(f"(a)  K_c = {MAP_K_C}", loc="left")
    left.legend(loc="lower left", facecolor="0.3", labelcolor="white")
    right.axvline(1.0, color="black", linewidth=1.0)
    right.annotate("phase separation", (1.0, 0.15), rotation=90, ha="right", va="bottom")
    right.set_title("(b)  free trions, K_f = 3", loc="left")
    right.set_xlim(0.84, 1.005)
    right.legend(frameon=False, loc="lower left", fontsize="small")
    for ax in (left, right):
        ax.set_xlabel("forward scattering υ = √(K_c K) V_φ/(πu)")
        ax.set_ylabel("K of the secondary")
    return figure


FIGURES = (
    PaperFigure(
        name=NAME,
        title="Free trions are close to phase separation",
        source=f"{PAPER}, (20) and sec. II C 3",
        caption="(a) K_f of the trion phase over the forward scattering υ and the secondary's K; (b) the lines "
        "K_f = 3, right of which superconductivity of trions dominates and impurities are irrelevant, as "
        "published and with V'_×. Equal velocities and V_θ = 0, K_c = 0.6, 0.8 and 1: our choice, the paper "
        "draws no such figure.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
