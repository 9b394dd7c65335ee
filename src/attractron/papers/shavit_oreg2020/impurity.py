"""One impurity: the energies below which it cuts the gapless and the paired wire, and the drop between them."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import impurity_conductance

LAMBDA, G_IMP, K_C = 10.0, 1.0, 0.5
"""Bandwidth and impurity in meV, and K_c of panel (a): our choice, the paper gives formulas only."""

LATER = 0.3
"""Spin gap over Λ of the second reading of E_sG; the published one has 1."""

MANY_K_C = (0.3, 0.5, 0.7)


def compute(quick: bool) -> xr.Dataset:
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


def readings(result: xr.Dataset) -> Readings:
    """The order of both energies, the sign of the drop and where it is largest."""
    E_LL, E_sG = float(result["E_LL"]), float(result["E_sG"])
    largest = float(result["omega"][int(result["drop"].argmax("omega"))])
    return {
        "smallest_ratio": float((result["paired_scale"] / result["gapless_scale"]).min()),
        "smallest_later_ratio": float((result["later_scale"] / result["gapless_scale"]).min()),
        "strongest": float(result["strength"].max()),
        "gapless_power": _power(result["gapless_scale"]),
        "paired_power": _power(result["paired_scale"]),
        "smallest_drop": float(result["drop"].min()),
        "largest_drop": float(result["drop"].max()),
        "place": float(np.log(largest / E_LL) / np.log(E_sG / E_LL)),
        "E_LL": 1e3 * E_LL,
        "E_sG": 1e3 * E_sG,
        "E_drop": 1e3 * largest,
    }


def _power(scale: xr.DataArray) -> float:
    """d ln E/d ln g between the ends."""
    ends = scale.sel(K_c=K_C).isel(strength=[0, -1])
    return float(np.diff(np.log(ends.values))[0] / np.diff(np.log(ends["strength"].values))[0])


def draw(result: xr.Dataset) -> Figure:
    """Conductances over energy, and both energies over the strength of the impurity."""
    figure, axes = panels(10.4, 4.4, columns=2)
    _draw_conductances(result, axes[0])
    _draw_scales(result, axes[1])
    lettered(axes)
    return figure


def _draw_conductances(result: xr.Dataset, ax: Axes) -> None:
    for name, colour in zip(("gapless", "paired"), OKABE_ITO, strict=False):
        ax.plot(result["omega"], result[name], color=colour, label=f"{name} wire")
    ax.plot(result["omega"], result["drop"], color=OKABE_ITO[2], linestyle="--", label="drop by pairing")
    for name in ("E_LL", "E_sG"):
        ax.axvline(float(result[name]), color="0.5", linewidth=0.8)
        ax.annotate(name, (float(result[name]), 2.05), ha="center")
    ax.set(xscale="log", xlabel="energy (meV)", ylabel="conductance (e²/h)", ylim=(0, 2.25))
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0.0, 0.9))


def _draw_scales(result: xr.Dataset, ax: Axes) -> None:
    """A colour for each K_c, a style for each energy; both are named once."""
    styles = {"gapless_scale": ":", "paired_scale": "-", "later_scale": "--"}
    for name, style in styles.items():
        for K_c, colour in zip(MANY_K_C, OKABE_ITO, strict=False):
            ax.plot(result["strength"], result[name].sel(K_c=K_c), style, color=colour)
    for K_c, colour in zip(MANY_K_C, OKABE_ITO, strict=False):
        ax.plot([], [], color=colour, label=f"K_c = {K_c}")
    for name, style in styles.items():
        ax.plot([], [], style, color="0.3", label=str(result[name].attrs["long_name"]))
    ax.set(xscale="log", yscale="log", xlabel="impurity g_imp/Λ", ylabel="energy/Λ", ylim=(1e-9, 30))
    ax.legend(frameon=False, loc="upper left", fontsize="small")


FIGURES = (
    Recipe(
        name="shavit-impurity",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "K_c": K_C,
            "g_imp": G_IMP,
            "Lambda": LAMBDA,
            "later": LATER,
            "smallest_K_c": MANY_K_C[0],
            "largest_K_c": MANY_K_C[-1],
            "gapless_exact": 2 / (1 - K_C),
            "paired_exact": 2 / (2 - K_C),
        },
    ),
)
