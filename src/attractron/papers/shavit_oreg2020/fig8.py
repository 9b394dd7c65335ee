"""Fig. 8: a nanotube with one conducting band, polarised in spin and valley."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import dataset
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import PAPER
from attractron.wires import Nanotube, bands, polarised_window

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "shavit-8"

TUBE = Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.5, v_F=8e5)
MU = -3.0
"""Chemical potential of the caption, meV."""

REACH = 0.02
"""Largest momentum drawn, 1/nm: our choice."""

PRINTED = 0.005
"""Half a unit of the last digit that we print of energies, meV."""


def compute(quick: bool) -> "xr.Dataset":
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
        question="papers.shavit_oreg2020.nanotube",
        parameters=TUBE.describe(),
        options={"mu": MU},
        method=str(found.attrs["method"]),
        validity=[str(found.attrs["validity"])],
        references=["shavit_oreg2020"],
    )


def claims(result: "xr.Dataset") -> list[Claim]:
    """How many bands cross the Fermi level, of which kind, where, and for which µ that stays so."""
    claim = partial(
        Claim,
        figure=NAME,
        claim="Fig. 8 shows an example where the CNT is tuned such that the Fermi energy crosses a single spin and "
        "valley polarized hole-like band.",
    )
    crossed = crossings(result)
    low, high = float(result["low"]), float(result["high"])
    return [
        claim(
            source=f"{PAPER}, Appendix A; number of bands",
            published=1.0,
            computed=float(crossed.sum()),
            tolerance=0.0,
            unit="1",
            note="Bands E(q) among the eight of (A2) that have energies on both sides of the Fermi level, for spin, "
            "valley and branch.",
        ),
        claim(
            source=f"{PAPER}, Appendix A; kind of band",
            published="hole-like",
            computed=_kind(result),
            note="Hole-like: the band that is crossed has its largest energy at q = 0 and falls to both sides. Its "
            "spin is +1 and its valley -1, with which νΔ_0 + σΔ_so + Δ_Φ is smallest in size.",
        ),
        claim(
            source=f"{PAPER}, Appendix A, (A2) for its Fermi momentum, in 10⁻³/nm",
            published=1e3 * np.sqrt(MU**2 - 2.5**2) / TUBE.hbar_v,
            computed=1e3 * zero(result),
            tolerance=1e-3 * 1e3 * zero(result),
            unit="10⁻³/nm",
            note="q at which the band that is drawn passes the Fermi level, interpolated, against √(µ² - m²)/ħv_F with "
            f"m = 4 - 1 - 0.5 = 2.5 meV. The paper prints no k. In this tube 1/k is {1 / zero(result):.0f} nm, so that "
            "the primary it fits has about one electron per spin in a micrometre. Tolerance: 0.1 % for the grid.",
        ),
        claim(
            claim="with proper gating, a combination of the intrinsic spin-orbit coupling in a CNT and magnetic flux "
            "in the direction of the nanotube axis enables one to tune the CNT to a point with a single conducting "
            "spin-polarized band",
            source=f"{PAPER}, Appendix A; width of the window of |µ|",
            published=2 * min(TUBE.Delta_so, TUBE.flux_gap),
            computed=high - low,
            tolerance=PRINTED,
            unit="meV",
            note=f"One band conducts for {low:.2f} meV < |µ| < {high:.2f} meV, the two smallest |νΔ_0 + σΔ_so + Δ_Φ|; "
            "they differ by twice the smaller of Δ_so and Δ_Φ as long as their sum stays below Δ_0: without either "
            "there is no window. The paper prints no width. Tolerance: the last digit printed.",
        ),
    ]


def crossings(result: "xr.Dataset") -> "xr.DataArray":
    """Bands with energies on both sides of the Fermi level (spin, valley, branch)."""
    energy = result["energy"]
    return (energy.min("q") < 0) & (energy.max("q") > 0)


def _crossed(result: "xr.Dataset") -> "xr.DataArray":
    """Energy over q of the first band that is crossed."""
    stacked = result["energy"].stack(band=("spin", "valley", "branch"))
    inside = crossings(result).stack(band=("spin", "valley", "branch"))
    return stacked.isel(band=int(np.argmax(inside.values)))


def _kind(result: "xr.Dataset") -> str:
    band = _crossed(result)
    at_zero = abs(result["q"]).argmin("q")
    return "hole-like" if int(band.argmax("q")) == int(at_zero) else "particle-like"


def zero(result: "xr.Dataset") -> float:
    """Where the band passes the Fermi level for q > 0, 1/nm."""
    band = _crossed(result)
    right = band.isel(q=np.flatnonzero(result["q"].values >= 0))
    order = np.argsort(right.values)
    return float(np.interp(0.0, right.values[order], right["q"].values[order]))


def draw(result: "xr.Dataset") -> "Figure":
    """The bands, with the window of the Fermi level shaded."""
    from matplotlib.figure import Figure

    from attractron.plotting import lines

    figure = Figure(figsize=(6.4, 5.4), layout="constrained")
    ax = lines.plot_bands(result, figure.add_subplot())
    low, high = (-float(result[name]) - MU for name in ("low", "high"))
    ax.axhspan(high, low, color="0.85", zorder=0)
    arrow = {"arrowstyle": "->", "color": "0.3"}
    ax.annotate("Fermi levels with one band", (0.012, low), (0.005, 3.0), arrowprops=arrow)
    ax.set_xlim(-REACH, REACH)
    return figure


FIGURES = (
    PaperFigure(
        name=NAME,
        title="A nanotube with one polarised band at the Fermi level",
        source=f"{PAPER}, Fig. 8 and Appendix A",
        caption="Bands of a zig-zag nanotube, from the Fermi level, with the caption's parameters: v_F = 8·10⁵ m/s, "
        "Δ_0 = 4 meV, Δ_so = 1 meV, Δ_Φ = 0.5 meV and µ = -3 meV. Grey: Fermi levels at which exactly one band, "
        "polarised in spin and valley, conducts.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
