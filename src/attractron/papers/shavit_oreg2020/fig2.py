"""Fig. 2: which of the two couplings the forward scattering between the wires favours, as numbers."""

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import dataset
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import PAPER, smallest_y
from attractron.papers.shavit_oreg2020.fig3 import CUTOFF, WIRES
from attractron.wires import CoupledWires

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "shavit-2"

STRONGEST = 0.6
"""Largest |υ|: our choice; Fig. 2 is a sketch."""

COUPLINGS = ("g_1", "g_2")
CARRIERS = ("holes", "particles")
FAVOURED = WIRES.with_parameters(mismatch=math.exp(-3.0))


def compute(quick: bool) -> "xr.Dataset":
    """Q and the dimensions of both couplings over υ, and the smallest y with a spin gap for holes and particles."""
    upsilon = np.linspace(-STRONGEST, STRONGEST, 17 if quick else 49)
    wires = [FAVOURED.with_parameters(upsilon=float(value)) for value in upsilon]
    K_s = 1 + WIRES.y_s / 2
    dimensions = np.array([own.dimensions for own in wires]).T + K_s / 2
    critical = [[_smallest(own, carriers) for own in wires] for carriers in CARRIERS]
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
        question="papers.shavit_oreg2020.forward_scattering",
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


def _smallest(wires: CoupledWires, carriers: str) -> float:
    return smallest_y(wires.with_parameters(carriers=carriers), cutoff=CUTOFF)


def change(result: "xr.Dataset", coupling: str) -> "xr.DataArray":
    """Dimension of a coupling less that without forward scattering, in the direction of the sign of υ (upsilon)."""
    dimension = result["dimension"].sel(coupling=coupling)
    away = dimension - dimension.sel(upsilon=0.0, method="nearest")
    return away.where(abs(result["upsilon"]) > 1e-9)


def claims(result: "xr.Dataset") -> list[Claim]:
    """Signs of the changes, the exchange of holes and particles, and that pairing needs neither holes nor repulsion."""
    claim = partial(Claim, figure=NAME, tolerance=0.0, unit="1")
    repulsive, attractive = result["upsilon"] > 0, result["upsilon"] < 0
    one, two = (change(result, coupling) for coupling in COUPLINGS)
    holes, particles = (result["smallest_y"].sel(carriers=name) for name in CARRIERS)
    at = {name: result.sel(upsilon=0.15, method="nearest")["dimension"].sel(coupling=name) for name in COUPLINGS}
    middle = float(result["dimension"].sel(upsilon=0.0, method="nearest")[0])
    own = "K_c⁰, K⁰, y_s⁰ of Fig. 3."
    return [
        claim(
            claim="the primary-secondary forward scattering interaction Q enhances the g_1 term",
            source=f"{PAPER}, Fig. 2a, caption",
            published="< 0",
            computed=float(one.where(repulsive).max()),
            note=f"Largest change of the dimension of g_1 by a repulsive υ up to {STRONGEST}. {own} At υ = 0.15 "
            f"it is {float(at['g_1']):.4f} instead of {middle:.4f}.",
        ),
        claim(
            claim="For a “particle-like” sector, secondary fermions and electrons repel, leading to suppression of g_2 "
            "by Q.",
            source=f"{PAPER}, Fig. 2b, caption",
            published="> 0",
            computed=float(two.where(repulsive).min()),
            note=f"Least change of the dimension of g_2; at υ = 0.15 it is {float(at['g_2']):.4f}.",
        ),
        claim(
            claim="if the interactions between the primary and secondary wires are attractive, the opposite of this "
            "scenario occurs",
            source=f"{PAPER}, Fig. 2, caption",
            published="> 0",
            computed=float(one.where(one < -two, -two).where(attractive).min()),
            note="The lesser of the rise of g_1's and the fall of g_2's dimension for υ < 0, at its least.",
        ),
        claim(
            claim="The analysis for a setup with positive k (“particle-like”) can thus be extracted from the "
            "“hole-like” case by simply taking Q → -Q.",
            source=f"{PAPER}, sec. II B",
            published=0.0,
            computed=float(np.abs(holes.values - particles.values[::-1]).max()),
            tolerance=1e-9,
            note="Largest difference of the smallest y with a spin gap between holes at υ and particles at -υ. "
            "Tolerance: the last bracket.",
        ),
        claim(
            claim="having secondary holes (instead of electrons) will make the primary wire more susceptible to the "
            "pairing instability",
            source=f"{PAPER}, sec. II B 4; repulsive υ",
            published="> 0",
            computed=float((particles - holes).where(repulsive).min()),
            note="Least excess of the smallest y with a spin gap, particles over holes, at l* = 3.",
        ),
        claim(
            claim="interactions of primary electrons with an additional mutual element […] promote inter-species "
            "correlations and eventually pairing, regardless of the sign of the inter-wire interactions.",
            source=f"{PAPER}, sec. II B 4",
            published="< 1",
            computed=float(result["smallest_y"].max(skipna=False)),
            note=f"Largest of the smallest y with a spin gap, for holes and particles and |υ| ≤ {STRONGEST}: a gap "
            "opens within perturbation theory (y < 1) for every sign.",
        ),
    ]


def draw(result: "xr.Dataset") -> "Figure":
    """(a) The dimensions over υ, with Q above; (b) the smallest y with a spin gap."""
    from matplotlib.figure import Figure

    from attractron.plotting.style import OKABE_ITO, quantity_label

    figure = Figure(figsize=(10.6, 4.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    labels = {"g_1": r"$g_1$ (hole-like)", "g_2": r"$g_2$ (particle-like)"}
    for (name, label), colour in zip(labels.items(), OKABE_ITO, strict=False):
        left.plot(result["upsilon"], result["dimension"].sel(coupling=name), color=colour, label=label)
    left.axhline(2.0, color="0.5", linewidth=0.8, linestyle="--", label="marginal")
    left.set_ylabel(quantity_label(result["dimension"]))
    for name, colour in zip(CARRIERS, OKABE_ITO, strict=False):
        right.plot(result["upsilon"], result["smallest_y"].sel(carriers=name), color=colour, label=name)
    right.set_ylabel(quantity_label(result["smallest_y"]))
    slope = float(result["Q"][-1] / result["upsilon"][-1])
    for ax, letter in zip((left, right), "ab", strict=True):
        ax.axvline(0.0, color="0.7", linewidth=0.8)
        ax.set_xlabel(quantity_label(result["upsilon"]))
        in_Q = (partial(np.multiply, slope), partial(np.multiply, 1 / slope))
        ax.secondary_xaxis("top", functions=in_Q).set_xlabel("Q")
        ax.set_title(f"({letter})", loc="left")
        ax.legend(loc="lower center" if ax is left else "upper center")
    return figure


FIGURES = (
    PaperFigure(
        name=NAME,
        title="Which coupling the forward scattering favours",
        source=f"{PAPER}, Fig. 2",
        caption="(a) Scaling dimensions of both couplings between the wires over the forward scattering υ, repulsive "
        "to the right; relevant below 2. (b) The smallest coupling y that opens a spin gap at l* = 3, for a secondary "
        "wire of holes, where g_1 is nearly commensurate, and of particles, where g_2 is. K_c⁰ = 0.85, K⁰ = 0.6, "
        "y_s⁰ = 0.15 and χ = 1 are those of Fig. 3; Fig. 2 itself is a sketch without numbers, the range of υ is our "
        "choice.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
