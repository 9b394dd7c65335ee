"""Fig. 2: which of the two couplings the forward scattering between the wires favours, as numbers."""

import math
from functools import partial

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import each
from attractron.papers.shavit_oreg2020.fig3 import CUTOFF, WIRES
from attractron.papers.shavit_oreg2020.planes import smallest_y
from attractron.plotting.style import OKABE_ITO, quantity_label

STRONGEST = 0.6
"""Largest |υ|: our choice; Fig. 2 is a sketch."""

COUPLINGS = ("g_1", "g_2")
CARRIERS = ("holes", "particles")
STYLES = ("-", "--")
WEAKEST = 0.1
"""The weakest υ of the paper's figures: a change must be seen from there on."""

FAVOURED = WIRES.with_parameters(mismatch=math.exp(-3.0))


def compute(quick: bool) -> xr.Dataset:
    """Q and the dimensions of both couplings over υ, and the smallest y with a spin gap for holes and particles."""
    upsilon = np.linspace(-STRONGEST, STRONGEST, 17 if quick else 49)
    wires = [FAVOURED.with_parameters(upsilon=float(value)) for value in upsilon]
    # `dimensions` are those of the charge part; the spin part adds K_s/2, on the SU(2) line with K_s = 1 + y_s/2.
    dimensions = np.array([own.dimensions for own in wires]).T + (1 + WIRES.y_s / 2) / 2
    critical = [[smallest_y(own.with_parameters(carriers=kind), cutoff=CUTOFF) for own in wires] for kind in CARRIERS]
    return dataset(
        {
            "Q": ("upsilon", [own.Q for own in wires], "1", "shift Q of the primary charge by the secondary"),
            "dimension": (("coupling", "upsilon"), dimensions, "1", "scaling dimension of the coupling"),
            "smallest_y": (("carriers", "upsilon"), critical, "1", "smallest y that opens a spin gap"),
        },
        {
            "coupling": ("coupling", list(COUPLINGS), "1", "g_1 binds a hole, g_2 a particle"),
            "carriers": ("carriers", list(CARRIERS), "1", "carriers of the secondary wire"),
            "upsilon": ("upsilon", upsilon, "1", "forward scattering υ between the wires"),
        },
        question="papers.shavit_oreg2020.fig2",
        parameters=FAVOURED.describe(),
        options={"cutoff": repr(CUTOFF)},
        method="(14a-c) for the dimensions; flows, by refining brackets, for the smallest y",
        validity=[
            "On the line (13) of V_θ, where a shift of the fields removes the forward scattering.",
            "The coupling whose momentum mismatch is small is g_1 for holes and g_2 for particles; the other is left "
            "out of the flow.",
        ],
        references=["shavit_oreg2020"],
    )


def readings(result: xr.Dataset) -> Readings:
    """Signs of the changes, the exchange of holes and particles, and that pairing needs neither holes nor repulsion."""
    seen = WEAKEST - 1e-9
    repulsive, attractive = result["upsilon"] > seen, result["upsilon"] < -seen
    one, two = (_change(result, coupling) for coupling in COUPLINGS)
    holes, particles = (result["smallest_y"].sel(carriers=name) for name in CARRIERS)
    return {
        **each("dimension", result["dimension"].sel(upsilon=0.15, method="nearest")),
        "dimension_apart": float(result["dimension"].sel(upsilon=0.0, method="nearest")[0]),
        "change_of_g_1": float(one.where(repulsive).max()),
        "change_of_g_2": float(two.where(repulsive).min()),
        "opposite_change": float(one.where(one < -two, -two).where(attractive).min()),
        "asymmetry": float(np.abs(holes.values - particles.values[::-1]).max()),
        "excess_of_particles": float((particles - holes).where(repulsive).min()),
        "largest_y": float(result["smallest_y"].max(skipna=False)),
    }


def _change(result: xr.Dataset, coupling: str) -> xr.DataArray:
    """Dimension of a coupling less that without forward scattering (upsilon)."""
    dimension = result["dimension"].sel(coupling=coupling)
    return dimension - dimension.sel(upsilon=0.0, method="nearest")


def draw(result: xr.Dataset) -> Figure:
    """(a) The dimensions over υ, with Q above; (b) the smallest y with a spin gap."""
    figure, (left, right) = panels(10.6, 4.8, columns=2)
    labels = {"g_1": r"$g_1$ (hole-like)", "g_2": r"$g_2$ (particle-like)"}
    for (name, label), colour, style in zip(labels.items(), OKABE_ITO, STYLES, strict=False):
        left.plot(result["upsilon"], result["dimension"].sel(coupling=name), style, color=colour, label=label)
    left.axhline(2.0, color="0.5", linewidth=0.8, linestyle=":", label="marginal")
    left.set_ylabel(quantity_label(result["dimension"]))
    for name, colour, style in zip(CARRIERS, OKABE_ITO, STYLES, strict=False):
        right.plot(result["upsilon"], result["smallest_y"].sel(carriers=name), style, color=colour, label=name)
    right.set_ylabel(quantity_label(result["smallest_y"]))
    slope = float(result["Q"][-1] / result["upsilon"][-1])
    for ax in (left, right):
        ax.set_xlabel(quantity_label(result["upsilon"]))
        in_Q = (partial(np.multiply, slope), partial(np.multiply, 1 / slope))
        ax.secondary_xaxis("top", functions=in_Q).set_xlabel("Q")
        ax.legend(loc="lower center" if ax is left else "upper center")
    lettered((left, right))
    return figure


FIGURES = (
    Recipe(
        name="shavit-2",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"largest_upsilon": STRONGEST, "weakest": WEAKEST},
    ),
)
