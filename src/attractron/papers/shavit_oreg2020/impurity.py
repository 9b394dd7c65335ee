"""One impurity: the energies below which it cuts the gapless and the paired wire, and the drop between them."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import dataset
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import PAPER
from attractron.wires import impurity_conductance

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "shavit-impurity"

LAMBDA, G_IMP, K_C = 10.0, 1.0, 0.5
"""Bandwidth and impurity in meV, and K_c of panel (a): our choice, the paper gives formulas only."""

LATER = 0.3
"""Spin gap over Λ of the second reading of E_sG; the published one has 1."""

MANY_K_C = (0.3, 0.5, 0.7)


def compute(quick: bool) -> "xr.Dataset":
    """Conductances over energy for one impurity, and both energies over its strength for several K_c."""
    omega = np.geomspace(1e-6, 1.0, 61 if quick else 241) * LAMBDA
    strength = np.geomspace(1e-3, 0.9, 16 if quick else 46)
    drawn = impurity_conductance(omega, K_c=K_C, g=G_IMP, Lambda=LAMBDA)
    scales = np.array([[_scales(K_c, float(g)) for g in strength] for K_c in MANY_K_C])
    dims = ("K_c", "strength")
    return dataset(
        {
            **{
                name: ("omega", drawn[name].values, "e²/h", str(drawn[name].attrs["long_name"]))
                for name in ("gapless", "paired", "drop")
            },
            "E_LL": ((), float(drawn["E_LL"]), "meV", "energy below which the gapless wire is cut"),
            "E_sG": ((), float(drawn["E_sG"]), "meV", "energy below which the paired wire is cut"),
            "gapless_scale": (dims, scales[..., 0], "1", "E_LL/Λ"),
            "paired_scale": (dims, scales[..., 1], "1", "E_sG/Λ, as published"),
            "later_scale": (dims, scales[..., 2], "1", f"E_sG/Λ for a spin gap of {LATER} Λ"),
        },
        {
            "omega": ("omega", omega, "meV", "energy"),
            "K_c": ("K_c", list(MANY_K_C), "1", "Luttinger parameter of the charge"),
            "strength": ("strength", strength, "1", "impurity g_imp/Λ"),
        },
        question="papers.shavit_oreg2020.impurity",
        parameters={"K_c": K_C, "g": G_IMP, "Lambda": LAMBDA},
        method=str(drawn.attrs["method"]),
        validity=[str(drawn.attrs["validity"])],
        references=str(drawn.attrs["references"]).split(", "),
    )


def _scales(K_c: float, g: float) -> list[float]:
    """E_LL/Λ, E_sG/Λ as published and with a spin gap below Λ, for g in units of Λ."""
    found = [impurity_conductance([1.0], K_c=K_c, g=g, Lambda=1.0, spin_gap=gap) for gap in (None, LATER)]
    return [float(found[0]["E_LL"]), float(found[0]["E_sG"]), float(found[1]["E_sG"])]


def claims(result: "xr.Dataset") -> list[Claim]:
    """The order of both energies, the sign of the drop and where it is largest."""
    claim = partial(Claim, figure=NAME, tolerance=0.0, unit="1")
    where = f"{PAPER}, sec. II C 2"
    E_LL, E_sG = float(result["E_LL"]), float(result["E_sG"])
    ratio, later = (result[name] / result["gapless_scale"] for name in ("paired_scale", "later_scale"))
    largest = float(result["omega"][int(result["drop"].argmax("omega"))])
    powers = [_power(result, "gapless_scale"), _power(result, "paired_scale")]
    chosen = f"K_c = {K_C}, g_imp = {G_IMP:g} meV and Λ = {LAMBDA:g} meV are our choice."
    return [
        claim(
            claim="Since g_imp < Λ, we find E_sG > E_LL",
            source=where,
            published="> 1",
            computed=float(ratio.min()),
            note=f"Smallest E_sG/E_LL over K_c = {MANY_K_C[0]} to {MANY_K_C[-1]} and g_imp up to "
            f"{float(result['strength'].max()):g} Λ. With a spin gap of {LATER} Λ the impurity grows as in the gapless "
            f"wire down to it: the smallest ratio is then {float(later.min()):.3g}, 1 where E_LL lies above that gap.",
        ),
        claim(
            claim="E_LL ≈ Λ(g_imp/Λ)^(2/(1-K_c))",
            source=f"{where}; power of g_imp at K_c = {K_C}",
            published=2 / (1 - K_C),
            computed=powers[0],
            tolerance=1e-9,
            note="Slope on logarithmic scales. Tolerance: rounding.",
        ),
        claim(
            claim="E_sG ≈ Λ(g_imp/Λ)^(2/(2-K_c))",
            source=f"{where}; power of g_imp at K_c = {K_C}",
            published=2 / (2 - K_C),
            computed=powers[1],
            tolerance=1e-9,
            note="Slope on logarithmic scales. Tolerance: rounding.",
        ),
        claim(
            claim="a lower conductance for the paired phase is expected",
            source=f"{where}; smallest drop at any energy below Λ",
            published="> 0",
            computed=float(result["drop"].min()),
            unit="e²/h",
            note=f"Conductance of the gapless wire less that of the paired one; at most "
            f"{float(result['drop'].max()):.2f} e²/h. {chosen} Between the two powers the curves are an interpolation.",
        ),
        claim(
            claim="the difference in conductance between the paired and decoupled phases should be most pronounced at "
            "intermediate energy scales, i.e., around E_LL ≲ ω ≲ E_sG",
            source=f"{where}; place of the largest drop between E_LL (0) and E_sG (1) on a logarithmic scale",
            published=0.5,
            computed=float(np.log(largest / E_LL) / np.log(E_sG / E_LL)),
            tolerance=0.5,
            note=f"E_LL = {1e3 * E_LL:.3g} µeV, E_sG = {1e3 * E_sG:.3g} µeV, largest drop at {1e3 * largest:.3g} µeV. "
            f"{chosen} Tolerance: the interval itself.",
        ),
    ]


def _power(result: "xr.Dataset", name: str) -> float:
    """d ln E/d ln g between the ends."""
    ends = result[name].sel(K_c=K_C).isel(strength=[0, -1])
    return float(np.diff(np.log(ends.values))[0] / np.diff(np.log(ends["strength"].values))[0])


def draw(result: "xr.Dataset") -> "Figure":
    """Conductances over energy, and both energies over the strength of the impurity."""
    from matplotlib.figure import Figure

    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(10.4, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, colour in zip(("gapless", "paired"), OKABE_ITO, strict=False):
        left.plot(result["omega"], result[name], color=colour, label=f"{name} wire")
    left.plot(result["omega"], result["drop"], color=OKABE_ITO[2], linestyle="--", label="drop by pairing")
    for name, label in (("E_LL", "E_LL"), ("E_sG", "E_sG")):
        left.axvline(float(result[name]), color="0.5", linewidth=0.8)
        left.annotate(label, (float(result[name]), 2.05), ha="center")
    left.set(xscale="log", xlabel="energy (meV)", ylabel="conductance (e²/h)", ylim=(0, 2.25))
    left.set_title("(a)", loc="left")
    left.legend(frameon=False, loc="upper left", bbox_to_anchor=(0.0, 0.9))
    styles = {"gapless_scale": ":", "paired_scale": "-", "later_scale": "--"}
    for name, style in styles.items():
        for K_c, colour in zip(MANY_K_C, OKABE_ITO, strict=False):
            right.plot(result["strength"], result[name].sel(K_c=K_c), style, color=colour)
    for K_c, colour in zip(MANY_K_C, OKABE_ITO, strict=False):
        right.plot([], [], color=colour, label=f"K_c = {K_c}")
    for name, style in styles.items():
        right.plot([], [], style, color="0.3", label=str(result[name].attrs["long_name"]))
    right.set(xscale="log", yscale="log", xlabel="impurity g_imp/Λ", ylabel="energy/Λ", ylim=(1e-9, 30))
    right.set_title("(b)", loc="left")
    right.legend(frameon=False, loc="upper left", fontsize="small")
    return figure


FIGURES = (
    PaperFigure(
        name=NAME,
        title="An impurity cuts the paired wire first",
        source=f"{PAPER}, sec. II C 2",
        caption="(a) Conductance of the gapless and of the paired wire with one impurity, and the drop when the wire "
        "pairs. (b) The energies below which the wire is cut. The paper gives formulas; "
        f"K_c = {K_C}, g_imp = {G_IMP:g} meV and Λ = {LAMBDA:g} meV in (a), and the K_c of (b), are our choice. Powers "
        "far from the two energies are exact, the crossovers are interpolated; above the spin gap the paired curve "
        "means nothing.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
