"""One impurity: the energies below which it cuts the gapless and the paired wire, and the drop between them."""

from itertools import product
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import impurity_conductance

LAMBDA, G_IMP, K_C = 10.0, 1.0, 0.5
"""Bandwidth and impurity in meV, and K_c of panel (a): our choice, the paper gives formulas only."""

LATER = 0.3
"""Spin gap over Λ of the second reading of E_sG; the published one has 1."""

MANY_K_C = (0.3, 0.5, 0.7)
NAMES = ("strong", "half", "weak")
"""Of these K_c, by the repulsion."""

STRENGTHS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""g_imp/Λ at which the order of the energies and the place of the largest drop are tried."""

FAINT = 1e-3
"""g_imp/Λ so small that powers are seen far from both energies."""


def compute(quick: bool) -> xr.Dataset:
    """Conductances over energy for one impurity, energies over its strength, and where the drop is largest."""
    omega = np.geomspace(1e-6, 1.0, 61 if quick else 241) * LAMBDA
    strength = np.geomspace(1e-3, 0.9, 16 if quick else 46)
    drawn = impurity_conductance(omega, K_c=K_C, g=G_IMP, Lambda=LAMBDA)
    dims, tried = ("K_c", "strength"), ("K_c", "tried")
    scales = _scales(strength)
    at = _scales(np.array(STRENGTHS))
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
            "tried_ratio": (tried, at[..., 1] / at[..., 0], "1", "E_sG/E_LL, as published"),
            "tried_later_ratio": (tried, at[..., 2] / at[..., 0], "1", f"E_sG/E_LL for a spin gap of {LATER} Λ"),
            "peak": (
                (*tried, "energy"),
                np.reshape([_peak(*own) for own in product(MANY_K_C, STRENGTHS)], (len(MANY_K_C), len(STRENGTHS), 2)),
                "1",
                "decades from E_LL and from E_sG to the energy of the largest drop",
            ),
            "exponent": (("wire", "side"), _exponents(), "1", "powers of the conductance far from the energies"),
        },
        {
            "omega": ("omega", omega, "meV", "energy"),
            "K_c": ("K_c", list(MANY_K_C), "1", "Luttinger parameter of the charge"),
            "strength": ("strength", strength, "1", "impurity g_imp/Λ"),
            "tried": ("tried", list(STRENGTHS), "1", "impurity g_imp/Λ"),
            "wire": ("wire", ["gapless", "paired"], "1", "wire"),
            "side": ("side", ["weak", "cut"], "1", "energies far above, far below"),
        },
        question="papers.shavit_oreg2020.impurity",
        parameters={"K_c": K_C, "g": G_IMP, "Lambda": LAMBDA},
        method=str(drawn.attrs["method"]),
        validity=[str(drawn.attrs["validity"])],
        references=str(drawn.attrs["references"]).split(", "),
    )


def _scales(strength: FloatArray) -> FloatArray:
    """E_LL/Λ, E_sG/Λ as published and with a spin gap below Λ (K_c, strength, energy)."""

    def energies(K_c: float, g: float) -> list[float]:
        found = [impurity_conductance([1.0], K_c=K_c, g=g, Lambda=1.0, spin_gap=gap) for gap in (None, LATER)]
        return [float(found[0]["E_LL"]), float(found[0]["E_sG"]), float(found[1]["E_sG"])]

    return np.array([[energies(K_c, float(g)) for g in strength] for K_c in MANY_K_C])


def _peak(K_c: float, g: float) -> list[float]:
    """Decades from E_LL and from E_sG to the energy of the largest drop."""
    probe = impurity_conductance([1.0], K_c=K_c, g=g, Lambda=1.0)
    energies = np.array([float(probe["E_LL"]), float(probe["E_sG"])])
    omega = np.geomspace(1e-3 * energies[0], 1.0, 2001)
    drop = impurity_conductance(omega, K_c=K_c, g=g, Lambda=1.0)["drop"]
    return [float(value) for value in np.log10(omega[int(drop.argmax("omega"))] / energies)]


def _exponents() -> FloatArray:
    """d ln(1 - G/2)/d ln ω far above E, d ln G/d ln ω far below (wire, side), at K_c = ½."""
    setting: dict[str, Any] = {"K_c": K_C, "g": FAINT, "Lambda": 1.0}
    above = impurity_conductance([0.5, 1.0], **setting)
    rows = []
    for wire, energy in (("gapless", "E_LL"), ("paired", "E_sG")):
        E = float(above[energy])
        below = impurity_conductance([1e-12 * E, 2e-12 * E], **setting)[wire].values
        pair = (1 - above[wire].values / 2, below)
        rows.append([float(np.log(values[1] / values[0]) / np.log(2)) for values in pair])
    return np.array(rows)


def readings(result: xr.Dataset) -> Readings:
    """The order of both energies, their powers, the drop and where it is largest."""
    E_LL, E_sG = float(result["E_LL"]), float(result["E_sG"])
    between = (result["omega"] > E_LL) & (result["omega"] < E_sG)
    beside = (result["omega"] > E_LL / 10) & (result["omega"] < E_sG * 10)
    drop = result["drop"]
    largest = float(result["omega"][int(result["drop"].argmax("omega"))])
    return {
        "ratio": E_sG / E_LL,
        "ratio_by_strength": {
            f"g_imp = {g:g} Λ, K_c = {K_c:g}, {gap}": float(result[name].sel(K_c=K_c, tried=g))
            for name, gap in (("tried_ratio", "as published"), ("tried_later_ratio", f"spin gap {LATER:g} Λ"))
            for K_c, g in product(MANY_K_C[::2], STRENGTHS)
        },
        **{f"gapless_power_{name}": value for name, value in zip(NAMES, _powers(result["gapless_scale"]), strict=True)},
        **{f"paired_power_{name}": value for name, value in zip(NAMES, _powers(result["paired_scale"]), strict=True)},
        "later_ratio": float((result["later_scale"] / result["paired_scale"]).sel(K_c=K_C)[0]),
        "smallest_drop": float(result["drop"].min()),
        "drop_between": float(result["drop"].where(between).min()),
        "largest_drop": float(result["drop"].max()),
        "above_E_LL": float(np.log10(largest / E_LL)),
        "above_E_sG": float(np.log10(largest / E_sG)),
        **{
            f"above_{name}_by_wire": {
                f"g_imp = {g:g} Λ, K_c = {K_c:g}": float(result["peak"].sel(K_c=K_c, tried=g)[number])
                for K_c, g in product(MANY_K_C, STRENGTHS)
            }
            for number, name in enumerate(("E_LL", "E_sG"))
        },
        "contrast": float(drop.where(between).mean() / drop.where(beside & ~between).mean()),
        **{
            f"{side}_{wire}": float(result["exponent"].sel(wire=wire, side=side))
            for wire, side in product(("gapless", "paired"), ("weak", "cut"))
        },
        "E_LL": 1e3 * E_LL,
        "E_sG": 1e3 * E_sG,
        "E_drop": 1e3 * largest,
    }


def _powers(scale: xr.DataArray) -> list[float]:
    """d ln E/d ln g between the ends, for each K_c."""
    ends = scale.isel(strength=[0, -1])
    return [float(value) for value in np.diff(np.log(ends.values))[:, 0] / np.diff(np.log(ends["strength"].values))[0]]


def draw(result: xr.Dataset) -> Figure:
    """Conductances over energy, and both energies over the strength of the impurity."""
    figure, axes = panels(11.0, 4.8, columns=2)
    _draw_conductances(result, axes[0])
    _draw_scales(result, axes[1])
    lettered(axes)
    return figure


def _draw_conductances(result: xr.Dataset, ax: Axes) -> None:
    styles = {"gapless": ("-", "gapless wire"), "paired": ("-.", "paired wire"), "drop": ("--", "drop by pairing")}
    for (name, (style, label)), colour in zip(styles.items(), OKABE_ITO, strict=False):
        ax.plot(result["omega"], result[name], style, color=colour, label=label)
    for name, label, colour in (("E_LL", r"$E_{LL}$", OKABE_ITO[0]), ("E_sG", r"$E_{sG}$", OKABE_ITO[1])):
        ax.axvline(float(result[name]), 0.0, 2.05 / 2.3, color=colour, linewidth=0.8, linestyle=":")
        ax.text(float(result[name]), 2.08, label, ha="center", va="bottom")
    ax.set(xscale="log", xlabel="energy (meV)", ylabel="conductance (e²/h)", ylim=(0, 2.3))
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(0.0, 0.62))


def _draw_scales(result: xr.Dataset, ax: Axes) -> None:
    """A colour for each K_c, a style for each energy; both are named once."""
    styles = {"gapless_scale": ":", "paired_scale": "-", "later_scale": "--"}
    for name, style in styles.items():
        for K_c, colour in zip(MANY_K_C, OKABE_ITO, strict=False):
            ax.plot(result["strength"], result[name].sel(K_c=K_c), style, color=colour)
    names = (r"$E_{LL}/\Lambda$", r"$E_{sG}/\Lambda$, as published", rf"$E_{{sG}}/\Lambda$, spin gap {LATER} Λ")
    for label, style in zip(names, styles.values(), strict=True):
        ax.plot([], [], style, color="0.3", label=label)
    for K_c, colour in zip(MANY_K_C, OKABE_ITO, strict=False):
        ax.plot([], [], color=colour, label=rf"$K_c = {K_c}$")
    ax.set(xscale="log", yscale="log", xlabel=r"impurity $g_{imp}/\Lambda$", ylabel="energy/Λ", ylim=(1e-9, 1e3))
    ax.legend(frameon=False, loc="upper left", ncols=2, fontsize=9)


FIGURES = (
    Recipe(
        name="shavit-impurity",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"K_c": K_C, "g_imp": G_IMP, "Lambda": LAMBDA, "later": LATER},
    ),
)
