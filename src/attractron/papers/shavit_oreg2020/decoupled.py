"""The decoupled phase: powers that the forward scattering mixes, and logarithms along the flow."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, Sharp, tendencies

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.05, upsilon=0.12, mismatch=0.6)
"""K_c⁰, y_s⁰ and υ of the paper's Fig. 4; K⁰, y⁰ and the mismatch are our choice."""

CUTOFF = Sharp()
"""Behind l* nothing feeds y_s, so that what is left of it is its own."""

LAST = 120.0
ORDERS = ("SDW", "CDW", "triplet", "singlet")
COLOURS = (*OKABE_ITO[:2], "black", OKABE_ITO[5])
STRENGTHS = (0.0, 0.12, 0.6)


def compute(quick: bool) -> xr.Dataset:
    """What is left of each correlation without its power, and powers over the forward scattering."""
    found = tendencies(WIRES, length=LAST, cutoff=CUTOFF)
    part = found.isel(l=slice(0, None, 20 if quick else 4)).sel(order=list(ORDERS))
    upsilon = np.linspace(0.0, 0.9, 10 if quick else 46)
    upsilon = np.unique(np.concatenate([upsilon, STRENGTHS]))
    powers = np.array([_powers(float(value)) for value in upsilon])
    return dataset(
        {
            "logarithmic": (("order", "l"), part["logarithmic"].to_numpy(), "1", "logarithm of what is not a power"),
            "power": (("upsilon", "order"), powers, "1", "power of 1/r"),
            "settled": ("order", part["power"].to_numpy(), "1", "power of 1/r at the end"),
            "y_s_end": ((), float(found["y_s_end"]), "1", "y_s at the end"),
        },
        {
            "order": ("order", list(ORDERS), "1", "order"),
            "l": ("l", part["l"].to_numpy(), "1", "logarithm of the distance over α"),
            "upsilon": ("upsilon", upsilon, "1", "forward scattering υ"),
        },
        question="papers.shavit_oreg2020.decoupled",
        parameters=WIRES.describe(),
        options={"cutoff": repr(CUTOFF)},
        method=str(found.attrs["method"]),
        validity=[str(found.attrs["validity"])],
        references=str(found.attrs["references"]).split(", "),
    )


def _powers(upsilon: float) -> list[float]:
    bare = WIRES.with_parameters(upsilon=upsilon, y=0.0, y_s=0.0)
    return [float(value) for value in tendencies(bare, length=0.1)["power"].sel(order=list(ORDERS)).to_numpy()]


def readings(result: xr.Dataset) -> Readings:
    """Powers of the logarithms, which order wins, and what υ does to the powers."""
    late = result["logarithmic"].isel(l=[result.sizes["l"] // 2, -1])
    # ln(1 + y_s l) from the y_s of the end, which dy_s/dl = -y_s² continues back.
    y_s, (start, end) = float(result["y_s_end"]), late["l"].to_numpy()
    grown = -np.log(1 - y_s * (end - start))
    slopes = {f"logarithm_{order}": float(np.diff(late.sel(order=order))[0] / grown) for order in ORDERS}
    last = result["logarithmic"].isel(l=-1)
    power = result["power"]
    here = power.sel(upsilon=WIRES.upsilon) - power.sel(upsilon=0.0)
    far = power.sel(upsilon=STRENGTHS[-1])
    return {
        **slopes,
        "SDW_over_CDW": float(np.exp(last.sel(order="SDW") - last.sel(order="CDW"))),
        "tie": float(abs(result["settled"].sel(order="SDW") - result["settled"].sel(order="CDW"))),
        "against_pairs": float(result["settled"].sel(order="triplet") - result["settled"].sel(order="SDW")),
        "change": float(abs(here.sel(order="SDW"))),
        "pair_change": float(abs(here.sel(order="triplet"))),
        "mixed_wave": float(far.sel(order="SDW")),
        "mixed_pair": float(far.sel(order="triplet")),
        "y_s_end": y_s,
    }


def draw(result: xr.Dataset) -> Figure:
    """Logarithms over l, and powers over υ."""
    figure, axes = panels(10.4, 4.4, columns=2)
    styles = {"SDW": ("-", 3.5), "CDW": ("-", 3.5), "triplet": ("--", 1.5), "singlet": ("--", 1.5)}
    for order, colour in zip(ORDERS, COLOURS, strict=True):
        style, width = styles[order]
        rest = np.exp(result["logarithmic"].sel(order=order))
        axes[0].plot(result["l"], rest, style, linewidth=width, color=colour, label=order)
    axes[0].set(yscale="log", xlabel=r"$\ln r/\alpha$", ylabel=r"correlation times $r^{2d}$", xlim=(0, LAST))
    for order, label, colour in (("SDW", "density waves", OKABE_ITO[0]), ("triplet", "pairs", OKABE_ITO[2])):
        axes[1].plot(result["upsilon"], result["power"].sel(order=order), color=colour, label=label)
    axes[1].axvline(WIRES.upsilon, color="0.5", linewidth=0.8, linestyle=":", label=f"υ = {WIRES.upsilon:g}")
    axes[1].set(xlabel="forward scattering υ", ylabel=r"power of $1/r$")
    for ax in axes:
        ax.legend(frameon=False)
    lettered(axes)
    return figure


def _mixed(upsilon: float, K_c: float) -> tuple[float, float]:
    """1 + M_cc and 1 + (M⁻¹)_cc at equal velocities from the normal modes of A alone: M = (A·A)^-½ with V_θ of (13).

    On the line (13) at u = u_c, A = [[1/K_c, w], [w, 1/K]] and B = [[K_c, -wK_cK], [-wK_cK, K]] with w² = υ²/(K_cK);
    in fields scaled by √K_c and √K they are 1 ± υσ_x, so that M = √((1 - υ)/(1 + υ)) on (1, 1)/√2 and its inverse on
    (1, -1)/√2: M_cc = K_c/√(1 - υ²) and (M⁻¹)_cc = 1/(K_c√(1 - υ²)).
    """
    root = float(np.sqrt(1 - upsilon**2))
    return 1 + K_c / root, 1 + 1 / (K_c * root)


FIGURES = (
    Recipe(
        name="shavit-decoupled",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "K": WIRES.K,
            "y": WIRES.y,
            "mismatch": WIRES.mismatch,
            "upsilon": STRENGTHS[-1],
            "last": LAST,
            "exact_wave": _mixed(STRENGTHS[-1], WIRES.K_c)[0],
            "exact_pair": _mixed(STRENGTHS[-1], WIRES.K_c)[1],
        },
    ),
)
