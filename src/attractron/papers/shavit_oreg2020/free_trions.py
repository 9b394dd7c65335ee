"""Where free trions are: the line K_f = 3 over the repulsion between the wires, and what it takes to get there."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import COLOUR_MAP, OKABE_ITO
from attractron.wires import TrionLiquid, free_trion_line, trion_phase

K_C = (0.6, 0.8, 1.0)
"""K_c of the lines: our choice, the paper draws none. Velocities are equal, V_θ = 0."""

MAP_K_C = 0.8
FORM_NAMES = {"published": "as published", "complete": r"with $V'_\times$"}
FORMS = tuple(FORM_NAMES)
HIGHEST = 0.999
"""Largest υ, short of phase separation at 1."""


def compute(quick: bool) -> xr.Dataset:
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
        question="papers.shavit_oreg2020.free_trions",
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


def readings(result: xr.Dataset) -> Readings:
    """What K_f ≥ 3 needs, and how far that is from realistic wires."""
    repelling = result.sel(K_c=[K_c for K_c in K_C if K_c < 1])
    excess, line = result["excess"], result["upsilon_line"]
    return {
        "smallest_ratio": float((1 + repelling["excess"] / repelling["repulsion"]).min()),
        "smallest_upsilon": float(line.min()),
        "smallest_excess": float((excess / (2 * excess["K_c"] + excess["K"])).min()),  # over 2u_cK_c + uK
        "shift": float(abs(line.sel(form="complete") - line.sel(form="published")).max()),
    }


def draw(result: xr.Dataset) -> Figure:
    """The map of K_f, and the lines in both forms."""
    figure, axes = panels(11.0, 4.8, columns=2)
    _draw_map(result, axes[0])
    _draw_lines(result, axes[1])
    for ax in axes:
        ax.set(
            xlabel=r"forward scattering $\upsilon = \sqrt{K_c K}\,V_\varphi/(\pi u)$", ylabel=r"$K$ of the secondary"
        )
    lettered(axes, (f"$K_c = {MAP_K_C}$", "free trions, $K_f = 3$"))
    return figure


def _draw_map(result: xr.Dataset, ax: Axes) -> None:
    across, up, K_f = (result[name].values for name in ("upsilon", "K_map", "K_f"))
    colours = ax.pcolormesh(across, up, K_f, cmap=COLOUR_MAP, norm=LogNorm(), shading="nearest", rasterized=True)
    ax.figure.colorbar(colours, ax=ax, label=r"$K_f$, as published")
    for form, style in zip(FORMS, ("-", "--"), strict=True):
        line = result["upsilon_line"].sel(K_c=MAP_K_C, form=form)
        ax.plot(line, result["K"], style, color="white", label=f"$K_f = 3$, {FORM_NAMES[form]}")
    ax.legend(loc="lower left", facecolor="0.3", labelcolor="white")


def _draw_lines(result: xr.Dataset, ax: Axes) -> None:
    for form, style in zip(FORMS, ("-", "--"), strict=True):
        for K_c, colour in zip(K_C, OKABE_ITO, strict=False):
            curve = result["upsilon_line"].sel(K_c=K_c, form=form)
            ax.plot(curve, result["K"], style, color=colour, label=f"$K_c = {K_c:g}$, {FORM_NAMES[form]}")
    ax.axvspan(1.0, 1.02, color="0.85")
    ax.annotate("phase separation", (1.01, 0.55), rotation=90, ha="center", va="center")
    ax.set(xlim=(0.84, 1.02), ylim=(float(result["K"][0]), float(result["K"][-1])))
    ax.legend(frameon=False, loc="lower left")


FIGURES = (Recipe(name="shavit-kf3", compute=compute, draw=draw, readings=readings),)
