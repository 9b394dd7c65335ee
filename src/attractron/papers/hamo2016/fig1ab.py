"""Fig. 1a, b: Little's chain with its unit block, and what an electron's potential becomes in such a medium."""

from dataclasses import replace

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import (
    Device,
    building_block,
    chain,
    dressed_potential,
    effective_interaction,
    stability_diagram,
)
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.chain_sketch import SITE, sketch
from attractron.papers.hamo2016.diagrams import W
from attractron.plotting.style import OKABE_ITO

SITES, ELECTRON = 7, 4
"""Length of the chain, and the site of its electron: the middle."""

U, DETUNING, TUNNELLING, ON_SITE = 2.41, 1.6, 0.05, 8.0
"""meV, our choice: the figure is a sketch."""

DETUNINGS = (0.39, 0.8, 0.9, 1.01, 1.6, 2.41, 3.9, 4.1)
"""For which the unit block is asked whether it attracts: between W and 2U - W it does."""

ARRANGEMENTS = {"empty": (), "one electron": (ELECTRON,)}


def little_chain() -> Device:
    """The chain of Fig. 1a, whose sites may take a second electron."""
    device = chain(sites=SITES, W=W, U=U, delta=DETUNING, t=TUNNELLING)
    places = [device.index(f"S{site}") for site in range(1, SITES + 1)]
    repulsion = device.repulsion.copy()
    repulsion[places, places] = ON_SITE
    return replace(
        device, repulsion=repulsion, max_electrons=tuple(2 if dot in places else 1 for dot in range(len(device.dots)))
    )


def compute(quick: bool) -> xr.Dataset:
    """Where the polarizers' electrons are without and with an electron, its potential, and the unit block."""
    device = chain(sites=SITES, W=W, U=U, delta=DETUNING, t=TUNNELLING)
    potential = dressed_potential(little_chain(), f"S{ELECTRON}")
    distance = np.arange(1, SITES + 1) - ELECTRON
    block = building_block(W=W, U=U, delta=DETUNING, t=TUNNELLING)
    unit = effective_interaction(block, {"delta": np.array(DETUNINGS)})
    return dataset(
        {
            "occupation": (
                ("arrangement", "dot"),
                [_occupation(device, places) for places in ARRANGEMENTS.values()],
                "1",
                "mean number of electrons",
            ),
            "bare": ("distance", potential["bare"].values, "meV", "potential of a bare electron"),
            "dressed": ("distance", potential["dressed"].values, "meV", "potential of an electron in the medium"),
            "block": ("delta", unit["effective_interaction"].values, "meV", "interaction in the unit block"),
            "without_polarizer": (
                (),
                effective_interaction(block.with_parameters(U=0.0)),
                "meV",
                "interaction of its two sites without the polarizer",
            ),
        },
        {
            "arrangement": ("arrangement", list(ARRANGEMENTS), "1", "electrons on the chain"),
            "dot": ("dot", list(device.dots), "1", "dot"),
            "distance": ("distance", distance, "1", "distance from the electron in sites"),
            "delta": ("delta", list(DETUNINGS), "meV", "detuning δ"),
        },
        question="papers.hamo2016.fig1ab",
        parameters={**device.describe(), "on_site": ON_SITE},
        method="exact diagonalisation of every polarizer for each arrangement of charges",
        validity=["Sites do not hop; polarizers follow the charges at rest."],
        references=["hamo2016", "little1964"],
    )


def _occupation(device: Device, places: tuple[int, ...]) -> FloatArray:
    """Mean occupation of every dot with electrons held in their places by the gates."""
    gates = {f"V_{site}": 15.0 if site in places else -15.0 for site in range(1, SITES + 1)}
    return np.asarray(stability_diagram(device, gates)["occupation"].values)


def readings(result: xr.Dataset) -> Readings:
    """How many polarizers an electron turns, both potentials, and whether the unit block attracts."""
    top = result["occupation"].sel(dot=[f"T{bond}" for bond in range(SITES + 1)])
    away = top.sel(arrangement="empty")
    turned = top.sel(arrangement="one electron") - away
    beside = [f"T{ELECTRON - 1}", f"T{ELECTRON}"]
    bare, dressed = (result[name].set_index(distance="distance") for name in ("bare", "dressed"))
    by_delta = {f"δ = {delta:g} meV": float(value) for delta, value in zip(DETUNINGS, result["block"], strict=True)}
    return {
        "away_without": float(away.max()),
        "turned": float(turned.sel(dot=beside).sum()),
        "turned_elsewhere": float(abs(turned.drop_sel(dot=beside)).max()),
        "bare_lower": float(bare.sel(distance=[-1, 0, 1]).min()),
        "bare_site": float(bare.sel(distance=0)),
        "dressed_site": float(dressed.sel(distance=0)),
        "dressed_neighbour": float(dressed.sel(distance=[-1, 1]).max()),
        "dressed_far": float(abs(dressed.where(abs(result["distance"]) > 1)).max()),
        "block": float(result["block"].sel(delta=DETUNING)),
        "block_by_delta": by_delta,
        "without_polarizer": float(result["without_polarizer"]),
        "block_less_chain": float(abs(result["block"].sel(delta=DETUNING) - dressed.sel(distance=1))),
    }


def draw(result: xr.Dataset) -> Figure:
    """The chain with its unit block, and the potentials without and in the medium."""
    figure, (left, right) = panels(11.0, 4.0, columns=2, width_ratios=[1.35, 1.0])
    electrons = result["occupation"].sel(arrangement="one electron")
    sketch(left, {str(dot): float(n) for dot, n in zip(result["dot"].values, electrons, strict=True)}, SITES)
    _unit_block(left)
    _potentials(right, result)
    lettered((left, right), ["Polarizers beside a chain", "Potential of an electron"])
    return figure


def _unit_block(ax: Axes) -> None:
    """The dashed line around two sites and the polarizer between them, and what is what."""
    corners = [(0.68, -0.32), (2.32, -0.32), (1.88, 2.0), (1.12, 2.0)]
    ax.add_patch(Polygon(corners, fc="none", ec="0.2", linestyle="--", linewidth=1.3, joinstyle="round"))
    ax.set_ylim(-1.0, 2.6)
    ax.text(1.5, -0.65, "unit block", ha="center", va="center")
    ax.text(SITES - 1.5, -0.65, "system", ha="center", va="center", color=SITE)
    ax.text(SITES - 1.5, 2.25, "medium", ha="center", va="center", color="#A34A7C")


def _potentials(ax: Axes, result: xr.Dataset) -> None:
    """Bars on every site, bare and in the medium."""
    for name, shift, colour, label in (
        ("bare", -0.2, SITE, "bare electron"),
        ("dressed", 0.2, OKABE_ITO[1], "in the medium"),
    ):
        bars = ax.bar(result["distance"] + shift, result[name], width=0.38, color=colour, label=label)
        sides = {0: "right" if shift < 0 else "left", 1: "center"}  # where two labels would meet they part
        for distance, side in sides.items():
            bar = bars[int(np.flatnonzero(result["distance"] == distance)[0])]
            value, reach = bar.get_height(), {"left": 0.08, "center": bar.get_width() / 2, "right": bar.get_width()}
            ax.annotate(
                f"{value:+.2f}".replace("-", "−"),
                (bar.get_x() + reach[side], value),
                xytext=(0, 3 if value > 0 else -3),
                textcoords="offset points",
                ha=side,
                va="bottom" if value > 0 else "top",
                fontsize="small",
            )
    ax.axhline(0.0, color="0.3", linewidth=0.8)
    ax.set(xlabel="distance from the electron (sites)", ylabel="potential (meV)", ylim=(-2.2, ON_SITE * 1.15))
    ax.legend(frameon=False)


FIGURES = (
    Recipe(
        name="hamo-1",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "W": W,
            "U": U,
            "delta": DETUNING,
            "t": TUNNELLING,
            "on_site": ON_SITE,
            "upper_end": 2 * U - W,
            "share": 2 * (TUNNELLING / DETUNING) ** 2,
        },
    ),
)
