"""Pairs in a magnetic field: the resonance of a dot whose electrons attract splits once the Zeeman energy reaches |U|.

One orbital with spin at ε, with the interaction U < 0 and the Zeeman energy E_Z = gµ_B B, holds none or two electrons
where 2ε + U = 0, and a pair has no spin: its resonance stays where it is in a field. One electron costs ε - E_Z/2,
which at that place is (|U| - E_Z)/2, so that beyond E_Z = |U| it sits there alone, between

    0 ↔ 1 at ε = E_Z/2     and     1 ↔ 2 at ε = |U| - E_Z/2,     a distance E_Z - |U| apart.

That is what Cheng et al. (2015) saw in LaAlO₃/SrTiO₃. Repulsion has both lines U + E_Z apart from the start. The two
are one: exchanging electron and hole of one spin alone turns U into -U, and ε + U/2 into E_Z/2, hence

    G(gate, field; U) = G(E_Z/2, 2 gate; -U),     gate = distance of ε from the symmetric point.

Rates of first and second order, pairs and elastic passage included; each line beyond the splitting is the resonance of
one level, at its centre

    G = (e²/h) [Γ_SΓ_D/(πΓk_BT)] ψ₁(½ + Γ/4πk_BT),     Γ = Γ_S + Γ_D.
"""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from scipy.special import polygamma

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import COLOUR_MAP, OKABE_ITO
from attractron.transport import Junction, differential_conductance, spin_junction

U, GAMMA, KELVIN = 0.4, 0.002, 0.1
"""|U|, and Γ of each spin to each lead, meV; K."""

LARGEST = 0.4
"""Largest gate voltage in mV; fields go to twice that."""

SIGNS = {"attraction": -1.0, "repulsion": 1.0}

CLEAR = 8.0
"""Distance of E_Z from |U| in k_BT from which lines are told apart."""


def junction(sign: float) -> Junction:
    """The dot between source and drain."""
    return spin_junction(U=sign * U, Gamma_S=GAMMA, Gamma_D=GAMMA, temperature=KELVIN)


def compute(quick: bool) -> xr.Dataset:
    """Conductance of both spins over gate and field for both signs of U.

    The field goes in steps of four gate steps, so that what exchanges both falls on points of the grid.
    """
    half = 20 if quick else 50
    gate = LARGEST * np.arange(-half, half + 1) / half
    field = 4 * LARGEST * np.arange(half // 2 + 1) / half
    found = []
    for sign in SIGNS.values():
        slopes = differential_conductance(junction(sign), {"V": gate, "E_Z": field}, processes="1e", origin="centre")[
            "lead_conductance"
        ]
        found.append(slopes.sel(lead=["S_up", "S_down"]).sum("lead"))
    return dataset(
        {"conductance": (("sign", "V", "E_Z"), found, "e²/h", "conductance of both spins")},
        {
            "sign": ("sign", list(SIGNS), "1", "interaction"),
            "V": ("V", gate, "mV", "gate from the symmetric point"),
            "E_Z": ("E_Z", field, "meV", "Zeeman energy"),
        },
        question="papers.ours.pairs_in_field",
        parameters=junction(-1.0).describe(),
        options={"processes": "1e", "method": "finite-part"},
        method="rates of first and second order in finite parts, Breit and Wigner's resonance",
        validity=["Γ < k_BT/2; no Kondo effect of spin or charge."],
        references=["cheng2015", "prawiroatmodjo2017", "koch2006"],
    )


def lines(conductance: FloatArray, gate: FloatArray) -> FloatArray:
    """Gate voltages of the maxima along the gate, by parabolas through ln G of three points."""
    height = np.log(conductance)
    top = 1 + np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:]))
    left, right = height[top] - height[top - 1], height[top] - height[top + 1]
    return np.asarray(gate[top] + (gate[1] - gate[0]) * (left - right) / (left + right) / 2)


def all_lines(result: xr.Dataset, sign: str) -> list[FloatArray]:
    """The lines at every field."""
    values = result["conductance"].sel(sign=sign).transpose("E_Z", "V").values
    return [lines(row, result["V"].values) for row in values]


def distance(found: list[FloatArray]) -> FloatArray:
    """From the first to the last line at every field; NaN without any."""
    return np.array([np.ptp(each) if each.size else np.nan for each in found])


def resonance() -> float:
    """Conductance at the centre of one level's resonance, e²/h."""
    kT, width = K_B * KELVIN, 2 * GAMMA
    return float(GAMMA**2 / (np.pi * width * kT) * polygamma(1, 0.5 + width / (4 * np.pi * kT)))


def readings(result: xr.Dataset) -> Readings:
    """How many lines there are, how far apart, how high, and what exchanging gate and field does."""
    field, margin = result["E_Z"].values, CLEAR * K_B * KELVIN
    below, above = field < U - margin, field > U + margin
    attraction, repulsion = (all_lines(result, sign) for sign in SIGNS)
    count = np.array([each.size for each in attraction])
    slope, offset = np.polyfit(field[above], distance(attraction)[above], 1)
    inside = field + U < 2 * LARGEST - margin
    peak = result["conductance"].sel(sign="attraction").isel(E_Z=-1).max()
    one, other = (result["conductance"].sel(sign=sign).transpose("V", "E_Z").values for sign in SIGNS)
    half = (len(one) - 1) // 2
    exchanged = other[half::2].T  # (its field as gate, its gate as field)
    return {
        "most_below": int(count[below].max()),
        "least_below": int(count[below].min()),
        "most_above": int(count[above].max()),
        "least_above": int(count[above].min()),
        "stays": float(
            np.abs(np.concatenate([attraction[number] for number in np.flatnonzero(below)])).max(initial=0.0)
        ),
        "onset": float(-offset / slope),
        "slope": float(slope),
        "repulsion": float(np.abs(distance(repulsion) - field - U)[inside].max()),
        "exchanged": float(np.abs(one[half::2] / exchanged - 1).max()),
        "peak": float(peak),
        "resonance": resonance(),
    }


def draw(result: xr.Dataset) -> Figure:
    """Maps over gate and field for both signs, and how far the lines are apart."""
    figure, axes = panels(13.5, 4.4, columns=3)
    lettered(axes)
    field = result["E_Z"].values
    for sign, colour, ax in zip(SIGNS, OKABE_ITO, axes, strict=False):
        _map(figure, ax, result.sel(sign=sign), sign)
        apart = distance(all_lines(result, sign))
        inside = field + U * SIGNS[sign] < 2 * LARGEST - CLEAR * K_B * KELVIN
        axes[2].plot(field[inside], apart[inside], "o", color=colour, markerfacecolor="none", label=sign)
    axes[2].plot(
        [0.0, U, field[-1]], [0.0, 0.0, field[-1] - U], color="black", label=r"$E_\mathrm{Z} - |U|$ beyond $|U|$"
    )
    reach = field[field + U < 2 * LARGEST]
    axes[2].plot(reach, reach + U, "--", color="black", label=r"$E_\mathrm{Z} + U$")
    axes[2].set(xlabel="Zeeman energy (meV)", ylabel="distance of the lines (mV)", ylim=(-0.03, 1.25))
    axes[2].legend(loc="upper left", fontsize="small")
    return figure


def _map(figure: Figure, ax: Axes, part: xr.Dataset, sign: str) -> None:
    """Conductance over gate and field."""
    values = part["conductance"].transpose("E_Z", "V").values
    drawn = ax.pcolormesh(
        part["V"], part["E_Z"], values, norm=LogNorm(1e-4, 0.4), cmap=COLOUR_MAP, shading="gouraud", rasterized=True
    )
    figure.colorbar(drawn, ax=ax, label="conductance (e²/h)")
    ax.set(xlabel="gate V (mV)", ylabel=f"Zeeman energy (meV), {sign}")


FIGURES = (
    Recipe(
        name="pairs-in-field",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"U": U, "Gamma": 1e3 * GAMMA, "T": KELVIN, "clear": CLEAR},
    ),
)
