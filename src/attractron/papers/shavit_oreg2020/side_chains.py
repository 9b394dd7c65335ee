"""Side chains that polarise (sec. III A): V²/Ẽ, what repulsion leaves of it, the static limit and the retarded one."""

import math

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import crossing
from attractron.plotting.style import OKABE_ITO
from attractron.wires import Rung, little, pair_energy, pair_exchange
from attractron.wires.polarizers import hubbard_pair

COST = 1.0
"""Ẽ of the polarizers of (a), in meV: the unit of that panel."""

REPULSION = 0.3
"""U_0 of (a), in Ẽ."""

ATTRACTION, SITES = 4.0, 6
"""Static attraction of (b), in the hopping τ, and sites of its ring: our choice."""

OWN = (0.0, 1.0, 2.0, 3.0)
"""U_0 of (b), in τ."""

BANDWIDTH = 4.0
"""Of an electron on the ring, in τ."""

HALF = 2
"""Place in `OWN` of the repulsion that is half of the attraction."""


def compute(quick: bool) -> xr.Dataset:
    """Attraction over V, pair energies and exchange over Ẽ."""
    V = np.geomspace(0.02, 10.0, 61 if quick else 241)
    plain, biased = little(Rung(t=COST / 2), V), [_biased(COST, float(each)).attraction(each) for each in V]
    costs = np.geomspace(0.01, 1.0, 5)
    over_cost = [float(little(Rung(t=cost / 2), [1e-3])["attraction"][0]) for cost in costs]
    few = np.geomspace(0.05, 256.0, 7 if quick else 19)
    pairs = np.array([[_pair(float(cost), own) for cost in few] for own in OWN])
    many = np.geomspace(0.05, 100.0, 41 if quick else 161)
    exchange = [_exchange(float(cost)) for cost in many]
    return dataset(
        {
            "attraction": ("V", plain["attraction"].values, "meV", "U_ind without bias"),
            "attraction_biased": ("V", np.array(biased), "meV", "U_ind with the bias -V"),
            "second_order": ("V", plain["second_order"].values, "meV", "U_ind to second order"),
            "attraction_over_cost": ("cost", over_cost, "meV", "U_ind at V = 1 µeV without bias"),
            "pair": (("own", "excitation"), pairs, "1", "energy of a pair in τ"),
            "static": ("own", [hubbard_pair(own - ATTRACTION, 1.0, SITES) for own in OWN], "1", "static limit, in τ"),
            "anisotropy": ("ratio", exchange, "1", "J_z/J_xy"),
        },
        {
            "V": ("V", V, "meV", "repulsion between site and near place"),
            "cost": ("cost", costs, "meV", "excitation energy Ẽ"),
            "own": ("own", list(OWN), "1", "own repulsion U_0 in τ"),
            "excitation": ("excitation", few, "1", "excitation energy Ẽ in τ"),
            "ratio": ("ratio", many, "1", "excitation energy Ẽ over the attraction"),
        },
        question="papers.shavit_oreg2020.side_chains",
        parameters={"attraction": ATTRACTION, "sites": SITES, "repulsion": REPULSION},
        method="exact diagonalisation of a rung and of a ring; second order in the hopping for pairs",
        validity=[
            "Two electrons; of pairs at a finite density (c) alone says something, where they are tightly bound."
        ],
        references=["shavit_oreg2020", "little1964", "hirsch_scalapino1985", "attractron"],
    )


def _biased(cost: float, V: float) -> Rung:
    """A polarizer that is symmetric beside one electron, where its levels are `cost` apart."""
    return Rung(t=cost / 2, delta=-V)


def _strength(cost: float, attraction: float) -> float:
    """V of a biased polarizer with this static attraction: √(Ẽ² + V²) = Ẽ + |U_ind|."""
    return float(np.sqrt(2 * cost * attraction + attraction**2))


def _pair(cost: float, own: float) -> float:
    """Pair energy in τ for the static attraction of (b)."""
    V = _strength(cost, ATTRACTION)
    found = pair_energy(_biased(cost, V), [V], hopping=1.0, repulsion=own, sites=SITES)
    return float(found["pair_energy"][0])


def _exchange(cost: float) -> float:
    """J_z/J_xy for the static attraction 1 and no own repulsion."""
    V = _strength(cost, 1.0)
    return float(pair_exchange(_biased(cost, V), [V])["anisotropy"][0])


def readings(result: xr.Dataset) -> Readings:
    """Powers of V and Ẽ, where repulsion is overcome, the static limit, where retardation unbinds, the exchange."""
    V, cost, plain, biased = (result[name] for name in ("V", "cost", "attraction", "attraction_biased"))
    pair = result["pair"].sel(own=OWN[HALF])
    fast = result.isel(excitation=-1)
    U, c = REPULSION * COST, 0.5 - REPULSION
    return {
        "power_of_V": _power(V, -plain, slice(0, 2)),
        "power_of_cost": _power(cost, -result["attraction_over_cost"], slice(-2, None)),
        "coefficient": float(-plain[0] * COST / V[0] ** 2),
        "saturated": float(-plain[-1] / COST),
        "overcome": _zero(V.values, (plain + U).values),
        "overcome_exact": float(COST * np.sqrt(((c**2 + 0.75) / (2 * c)) ** 2 - 1)),
        "overcome_biased": _zero(V.values, (biased + U).values),
        "overcome_biased_exact": float(np.sqrt(2 * COST * U + U**2)),
        "static_pair": float(fast["pair"].sel(own=OWN[HALF])),
        "static_exact": float(fast["static"].sel(own=OWN[HALF])),
        "fastest": float(result["excitation"][-1]),
        "unbinds_at": _zero(result["excitation"].values / BANDWIDTH, pair.values),
        "kept": float(
            np.interp(1.0, result["excitation"] / BANDWIDTH, pair / float(fast["static"].sel(own=OWN[HALF])))
        ),
        "anisotropy_equal": float(np.interp(1.0, result["ratio"], result["anisotropy"])),
        "anisotropy_slow": float(result["anisotropy"][0]),
        "anisotropy_static": float(result["anisotropy"][-1]),
    }


def _power(x: xr.DataArray, y: xr.DataArray, where: slice) -> float:
    """d ln y/d ln x between two points."""
    return float(np.diff(np.log(y.values[where]))[0] / np.diff(np.log(x.values[where]))[0])


def _zero(x: FloatArray, y: FloatArray) -> float | None:
    """Where a curve passes zero, between points in ln x; None where it does not once."""
    found = crossing(np.log(x), y)
    return None if found is None else math.exp(found)


def draw(result: xr.Dataset) -> Figure:
    """Attraction of electrons that stand still, pairs that hop, exchange of bound pairs."""
    figure, axes = panels(13.2, 4.6, columns=3)
    _draw_attraction(result, axes[0])
    _draw_pairs(result, axes[1])
    _draw_exchange(result, axes[2])
    lettered(axes, ("electrons that stand still", "two electrons on a ring", "tightly bound pairs"))
    return figure


def _draw_attraction(result: xr.Dataset, ax: Axes) -> None:
    V = result["V"] / COST
    ax.plot(V, -result["attraction"] / COST, color=OKABE_ITO[0], label="polarizer without bias")
    ax.plot(V, -result["attraction_biased"] / COST, color=OKABE_ITO[1], label="polarizer with bias $-V$")
    ax.plot(V, -result["second_order"] / COST, ":", color="0.3", label=r"$V^2/2\tilde{E}$")
    ax.axhline(REPULSION, linestyle="--", color=OKABE_ITO[2], label="own repulsion $U_0$")
    ax.set(xscale="log", yscale="log", xlim=(0.02, 10), ylim=(1e-4, 2e3))
    ax.set_xlabel(r"repulsion $V/\tilde{E}$ of electron and polarizer")
    ax.set_ylabel(r"attraction $-U_\mathrm{ind}/\tilde{E}$")
    ax.legend(frameon=False, loc="upper left")


def _draw_pairs(result: xr.Dataset, ax: Axes) -> None:
    across = result["excitation"] / BANDWIDTH
    for own, colour in zip(OWN, OKABE_ITO, strict=False):
        ax.plot(across, result["pair"].sel(own=own), "o-", markersize=3, color=colour, label=rf"$U_0 = {own:g}\,\tau$")
        ax.axhline(float(result["static"].sel(own=own)), linestyle=":", color=colour)
    ax.plot([], [], ":", color="0.3", label="static limit")
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    ax.set(xscale="log", ylim=(-2.0, 1.6))
    ax.set_xlabel(r"excitation over bandwidth, $\tilde{E}/4\tau$")
    ax.set_ylabel(r"energy of a pair, $E_\mathrm{pair}/\tau$")
    ax.legend(frameon=False, loc="upper right")


def _draw_exchange(result: xr.Dataset, ax: Axes) -> None:
    ax.plot(result["ratio"], result["anisotropy"], color=OKABE_ITO[0])
    ax.axhline(1.0, linestyle=":", color="0.3", label="static limit: superconductivity\nexcept at half filling")
    ax.fill_between(result["ratio"], 1.0, result["anisotropy"], color="0.9")
    ax.annotate("pairs repel more\nthan they move", (0.055, 1.75), va="center")
    ax.set(xscale="log", yscale="log", xlim=(0.05, 100), ylim=(0.7, 1e3))
    ax.set_xlabel(r"excitation over attraction, $\tilde{E}/|U_\mathrm{ind}|$")
    ax.set_ylabel(r"exchange of pairs, $J_z/J_{xy}$")
    ax.legend(frameon=False, loc="upper right")


FIGURES = (
    Recipe(
        name="shavit-side-chains",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"repulsion": REPULSION, "attraction": ATTRACTION, "sites": SITES, "half": OWN[HALF]},
    ),
)
