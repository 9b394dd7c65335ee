"""Fig. 3d, e: neighbouring electrons on a chain share a polarizer and gain what it costs to polarize."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import Device, chain, dressed_potential, effective_interaction, stability_diagram
from attractron.dots.chain.model import PolarizerChain
from attractron.dots.chain.questions import pair_energies
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.chain_sketch import sketch
from attractron.papers.hamo2016.diagrams import W
from attractron.plotting.style import OKABE_ITO

SITES, U, DETUNING = 6, 2.6, 1.01
"""U as for Fig. 3a-c and δ of Fig. 3b, in meV; the chain of Fig. 3d, e is a sketch without numbers."""

TUNNELLINGS = (0.0, 0.05, 0.3)
PLACES = {"far": (2, 5), "near": (3, 4)}
"""Where the two electrons of Fig. 3d and 3e sit."""

LONG = 100_000
"""Sites of the chain whose pair energies are computed beside those of the short one."""


def compute(quick: bool) -> xr.Dataset:
    """Where the electrons are, the energy of a pair over its distance, and the gain over δ and t."""
    device = chain(sites=SITES, W=W, U=U, delta=DETUNING, t=0.0)
    delta = np.linspace(0.0, U, 14 if quick else 53)
    detunings = np.unique(np.append(delta, DETUNING))
    distance = np.arange(1, SITES)
    pair = ("S3", "S4")
    interaction = effective_interaction(device, {"t": np.array(TUNNELLINGS), "delta": detunings}, pair=pair)
    long = pair_energies(PolarizerChain(sites=LONG, W=W, U=U, delta=DETUNING, t=0.0), distance)
    exact = dressed_potential(device, "S1")["dressed"].values
    return dataset(
        {
            "occupation": (
                ("arrangement", "dot"),
                [_occupation(device, places) for places in PLACES.values()],
                "1",
                "mean number of electrons",
            ),
            "pair_energy": ("distance", exact, "meV", "energy of a pair less that of two separate electrons, 6 sites"),
            "pair_energy_long": ("distance", long["pair_energy"].values, "meV", "the same on a chain of 10⁵ sites"),
            "gain": (
                ("t", "delta"),
                W - interaction["effective_interaction"].values,
                "meV",
                "energy gained by sharing a polarizer",
            ),
        },
        {
            "arrangement": ("arrangement", list(PLACES), "1", "where the two electrons sit"),
            "dot": ("dot", list(device.dots), "1", "dot"),
            "distance": ("distance", distance, "1", "distance in sites"),
            "t": ("t", list(TUNNELLINGS), "meV", "tunnelling t"),
            "delta": ("delta", detunings, "meV", "detuning δ"),
        },
        question="papers.hamo2016.fig3de",
        parameters=device.describe(),
        method="exact diagonalisation of every polarizer for each arrangement of charges",
        validity=["Sites do not hop; polarizers follow the charges at rest."],
        references=["hamo2016", "little1964"],
    )


def _occupation(device: Device, places: tuple[int, int]) -> FloatArray:
    """Mean occupation of every dot with the two electrons held in their places by the gates."""
    gates = {f"V_{site}": 10.0 if site in places else -10.0 for site in range(1, SITES + 1)}
    return np.asarray(stability_diagram(device, gates)["occupation"].values)


def readings(result: xr.Dataset) -> Readings:
    """How many polarizers are polarized, and what sharing one gains, over δ."""
    nearest, gain = float(result["pair_energy"].sel(distance=1)), result["gain"]
    return {
        **{f"polarized_{name}": _polarized(result["occupation"].sel(arrangement=name)) for name in PLACES},
        "nearest": nearest,
        "gain": (W - nearest) / DETUNING,
        "further_apart": float(abs(result["pair_energy"].sel(distance=slice(2, None))).max()),
        "gain_off": float(abs(gain.sel(t=0.0) - gain["delta"]).max()),
        "gain_with_t": float(gain.sel(t=TUNNELLINGS[1], delta=U)) / U,
        "gain_with_larger_t": float(gain.sel(t=TUNNELLINGS[2], delta=U)) / U,
        "long": float(abs(result["pair_energy_long"] - result["pair_energy"]).max()),
    }


def draw(result: xr.Dataset) -> Figure:
    """Both arrangements as the paper sketches them, and the energies."""
    figure, axes = panels(10.4, 6.8, rows=2, columns=2, height_ratios=[0.62, 1.0])
    far, near, energy, gain = axes
    counts = []
    for ax, name in ((far, "far"), (near, "near")):
        electrons = result["occupation"].sel(arrangement=name)
        sketch(ax, {str(dot): float(n) for dot, n in zip(result["dot"].values, electrons.values, strict=True)}, SITES)
        counts.append(f"{_polarized(electrons):.0f} polarizers polarized")
    _draw_energy(energy, result)
    for t, colour in zip(TUNNELLINGS, (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[4]), strict=True):
        gain.plot(result["delta"], result["gain"].sel(t=t), color=colour, label=f"t = {t:g} meV" if t else "t → 0")
    gain.set(xlabel="δ (meV)", ylabel="gain by sharing (meV)")
    gain.legend(frameon=False)
    titles = (
        f"Far apart: {counts[0]}",
        f"Neighbours: {counts[1]}",
        "Energy of a pair",
        "The gain is δ while t is small",
    )
    lettered(axes, titles, "defg")
    return figure


def _draw_energy(ax: Axes, result: xr.Dataset) -> None:
    """The energy of a pair over its distance; δ is what neighbours gain."""
    nearest = float(result["pair_energy"][0])
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    bare = np.where(result["distance"] == 1, W, 0.0)
    ax.plot(result["distance"], bare, "s--", color=OKABE_ITO[2], label="bare repulsion W")
    ax.plot(result["distance"], result["pair_energy"], "o-", color=OKABE_ITO[1], label="dressed")
    ax.annotate("δ", (1.06, (W + nearest) / 2), va="center", fontweight="bold")
    ax.annotate("", (1, nearest), (1, W), arrowprops={"arrowstyle": "<->"})
    ax.set_xticks(result["distance"].values)
    ax.set(xlabel="distance of two electrons (sites)", ylabel="interaction (meV)")
    ax.legend(frameon=False)


def _polarized(electrons: xr.DataArray) -> float:
    return float(electrons.sel(dot=[f"T{bond}" for bond in range(SITES + 1)]).sum())


FIGURES = (
    Recipe(
        name="hamo-3d-e",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "W": W,
            "U": U,
            "delta": DETUNING,
            "t": TUNNELLINGS[1],
            "larger_t": TUNNELLINGS[2],
        },
    ),
)
