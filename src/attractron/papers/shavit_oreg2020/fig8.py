"""Fig. 8: a nanotube with one conducting band, polarised in spin and valley."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, panels
from attractron.plotting import lines
from attractron.wires import Nanotube, bands, polarised_window

TUBE = Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.5, v_F=8e5)
MU = -3.0
"""Chemical potential of the caption, meV."""

REACH = 0.02
"""Largest momentum drawn, 1/nm: our choice."""


def compute(quick: bool) -> xr.Dataset:
    """The eight bands with the caption's parameters, their Fermi momenta, and the window of µ."""
    found = bands(TUBE, np.linspace(-REACH, REACH, 201 if quick else 401), mu=MU)
    window = polarised_window(TUBE)
    dims = ("spin", "valley")
    return dataset(
        {
            "energy": ((*dims, "branch", "q"), found["energy"].values, "meV", "energy from the Fermi level"),
            "half_gap": (dims, found["half_gap"].values, "meV", "half of the gap"),
            "k": (dims, found["k"].values, "1/nm", "Fermi momentum"),
            "low": ((), float(window["low"]), "meV", "lower end of the window of |µ|"),
            "high": ((), float(window["high"]), "meV", "upper end of the window of |µ|"),
        },
        {
            **{name: (name, found[name].values, "1", name) for name in (*dims, "branch")},
            "q": ("q", found["q"].values, "1/nm", "momentum along the tube"),
        },
        question="papers.shavit_oreg2020.fig8",
        parameters=TUBE.describe(),
        options={"mu": MU},
        method=str(found.attrs["method"]),
        validity=[str(found.attrs["validity"])],
        references=["shavit_oreg2020"],
    )


def readings(result: xr.Dataset) -> Readings:
    """How many bands cross the Fermi level, of which kind, where, and for which µ that stays so."""
    band, low, high = _crossed(result), float(result["low"]), float(result["high"])
    top = int(band.argmax("q")) == int(abs(result["q"]).argmin("q"))
    momentum = fermi_momentum(result)
    gaps = np.sort(result["half_gap"].values, axis=None)
    own = _crossed(result)
    return {
        "crossed": int(_crossings(result).sum()),
        "kind": "hole-like" if top else "particle-like",
        "milli_k": 1e3 * momentum,
        "spin_valley": f"{int(own['spin']):+d}, {int(own['valley']):+d}".replace("-", "−"),
        **{f"half_gap_{number}": float(gap) for number, gap in enumerate(gaps, 1)},
        "edge": float(own.max()),
        "length": 1 / momentum,
        "low": low,
        "high": high,
        "width": high - low,
    }


def _crossings(result: xr.Dataset) -> xr.DataArray:
    """Bands with energies on both sides of the Fermi level (spin, valley, branch)."""
    energy = result["energy"]
    return (energy.min("q") < 0) & (energy.max("q") > 0)


def _crossed(result: xr.Dataset) -> xr.DataArray:
    """Energy over q of the first band that is crossed."""
    stacked = result["energy"].stack(band=("spin", "valley", "branch"))
    inside = _crossings(result).stack(band=("spin", "valley", "branch"))
    return stacked.isel(band=int(np.argmax(inside.values)))


def fermi_momentum(result: xr.Dataset) -> float:
    """Where the band passes the Fermi level for q > 0, 1/nm."""
    band = _crossed(result)
    right = band.isel(q=np.flatnonzero(result["q"].values >= 0))
    order = np.argsort(right.values)
    return float(np.interp(0.0, right.values[order], right["q"].values[order]))


def draw(result: xr.Dataset) -> Figure:
    """The bands, with the window of the Fermi level shaded."""
    figure, (ax,) = panels(6.4, 5.4)
    lines.plot_bands(result, ax)
    low, high = (-float(result[name]) - MU for name in ("low", "high"))
    ax.axhspan(high, low, color="0.85", zorder=0)
    arrow = {"arrowstyle": "->", "color": "0.3"}
    ax.annotate("Fermi levels with one band", (0.012, low), (0.005, 3.0), arrowprops=arrow)
    ax.set_xlim(-REACH, REACH)
    return figure


FIGURES = (
    Recipe(
        name="shavit-8",
        compute=compute,
        draw=draw,
        readings=readings,
    ),
)
