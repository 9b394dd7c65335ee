"""A nanotube with two valleys as the primary: what a secondary must pin for superconducting correlations to prevail."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import ArrayOfWires, TwoValleys, array_phases, valley_couplings, valley_orders
from attractron.wires.arrays.flow import SUPERCONDUCTOR

CASES = ("spin within valleys", "within valleys", "spin between valleys", "between valleys")
TITLES = ("scattering within valleys", "scattering between valleys")

NEUTRAL = 0.95
"""K_c- of the tube: close to 1, since the Coulomb force sees the total charge alone. Our choice."""

SECONDARY = 0.5
"""K of the secondary: our choice."""

STRENGTH = 2.0
"""V(0)/(πħv_F) of the tube that is marked, K_c+ = 1/3: our choice."""

KINDS = {"density wave": OKABE_ITO[0], "pairs": OKABE_ITO[1], "four electrons": OKABE_ITO[2]}


def compute(quick: bool) -> xr.Dataset:
    """Dimensions of the strongest orders over K_c+, for what is pinned; the couplings that pin; the competition."""
    plus = np.linspace(0.2, 2.2, 101 if quick else 401)
    tube = TwoValleys(K_c_plus=1.0, K_c_minus=NEUTRAL)
    found = [valley_orders(tube, gaps, {"K_c_plus": plus}) for gaps in CASES]
    couplings = valley_couplings(tube.with_parameters(K_c_plus=_marked()), K=SECONDARY)
    return dataset(
        {
            "dimension": (
                ("gaps", "kind", "K"),
                np.stack([each["dimension"].values for each in found]),
                "1",
                "smallest dimension",
            ),
            "margin": (("gaps", "K"), np.stack([each["margin"].values for each in found]), "1", "margin of pairs"),
            "one_valley": ("K", 1 / plus - plus, "1", "1/K_c - K_c of a single valley with a spin gap"),
            "secondary": ("scattering", couplings["secondary"].values, "1", "dimension of the secondary's coupling"),
            "marked": ((), _marked(), "1", "K_c+ of a tube with Coulomb repulsion"),
            **_competition(),
        },
        {
            "gaps": ("gaps", list(CASES), "1", "what is pinned"),
            "kind": ("kind", list(KINDS), "1", "kind of order"),
            "K": ("K", plus, "1", "K_c+ of the tube's total charge"),
            "scattering": ("scattering", couplings["scattering"].values, "1", "scattering"),
        },
        question="papers.shavit_oreg2020.two_valleys",
        parameters=tube.describe(),
        options={"K": SECONDARY, "strength": STRENGTH},
        method="quadratic forms of all products of two and four electrons",
        validity=[str(found[0].attrs["validity"])],
        references=["shavit_oreg2020", "attractron"],
    )


def _marked() -> float:
    return TwoValleys.from_forward_scattering(STRENGTH).K_c_plus


def _competition() -> dict[str, Variable]:
    """Which coupling of the pairs of both channels wins below the spin gaps, the flow of (23) and (25) with the valleys
    in the place of wires: in channels of opposite valleys K → 1/K_c-, and their charge waves differ by 4K in momentum.
    """
    channel = ArrayOfWires(
        K_c=1 / NEUTRAL, l_spin=4.0, U_perp=1e-3, t_perp=0.05, Lambda=10.0, backscattering=50.0, number=2
    )
    phases = array_phases(channel, {"delta": np.array([0.0, 0.5])})["phase"].values
    return {
        "commensurate_pairs": ((), bool(phases[0] == SUPERCONDUCTOR), "1", "pairs lock if the charge waves could too"),
        "dephased_pairs": (
            (),
            bool(phases[1] == SUPERCONDUCTOR),
            "1",
            "pairs lock where the charge waves differ by 4K",
        ),
    }


def readings(result: xr.Dataset) -> Readings:
    """From which K_c+ pairs prevail, in each case."""
    K = result["K"].values
    between, within = (result["margin"].sel(gaps=name).values for name in ("between valleys", "within valleys"))
    unlocked = result["margin"].sel(gaps="spin within valleys").values
    at_marked = float(np.interp(float(result["marked"]), K, between))
    pairs = result["dimension"].sel(gaps="between valleys", kind="pairs").values
    secondary = result["secondary"]
    return {
        "from_between": _rises_through_zero(K, between),
        "from_within": _rises_through_zero(K, within),
        "from_unlocked": _rises_through_zero(K, unlocked),
        "from_one": _rises_through_zero(K, -result["one_valley"].values),
        "repulsive_margin": float(np.interp(0.8, K, between)),
        "margins": {
            f"scattering {name}": float(np.interp(0.8, K, result["margin"].sel(gaps=name).values))
            for name in ("within valleys", "between valleys")
        },
        "pairs_within_gapped": bool(
            np.isinf(result["dimension"].sel(gaps="within valleys", kind="pairs").values).all()
        ),
        "pair_dimension": float(np.interp(0.8, K, pairs)),
        "marked": float(result["marked"]),
        "marked_margin": at_marked,
        "secondary_within": float(secondary.sel(scattering="within valleys")),
        "secondary_between": float(secondary.sel(scattering="between valleys")),
        "commensurate_pairs": bool(result["commensurate_pairs"]),
        "dephased_pairs": bool(result["dephased_pairs"]),
    }


def _rises_through_zero(x: FloatArray, values: FloatArray) -> float:
    return float(np.interp(0.0, values, x))


def draw(result: xr.Dataset) -> Figure:
    """Dimensions over K_c+, a panel for what the secondary scatters between; thin, before the pairs are locked."""
    figure, axes = panels(10.5, 4.8, columns=2, sharey=True)
    for ax, (before, after) in zip(axes, (CASES[:2], CASES[2:]), strict=True):
        _draw_case(result, before, after, ax)
        ax.set_xlabel(r"$K_{c+}$ of the tube's total charge")
    lettered(axes, TITLES)
    axes[0].set_ylabel("dimension of the order")
    axes[1].set_ylabel("dimension of the order")
    axes[1].tick_params(labelleft=True)
    return figure


def _draw_case(result: xr.Dataset, before: str, after: str, ax: Axes) -> None:
    own = result.sel(gaps=after)
    ax.fill_between(
        result["K"],
        0,
        1,
        where=(own["margin"] > 0).values,
        color="0.9",
        transform=ax.get_xaxis_transform(),
        linewidth=0,
        label="superconducting correlations prevail",
    )
    for kind, colour in KINDS.items():
        ax.plot(result["K"], own["dimension"].sel(kind=kind), color=colour, linewidth=2.2, label=kind)
        ax.plot(result["K"], result["dimension"].sel(gaps=before, kind=kind), "--", color=colour, linewidth=1.0)
    ax.plot([], [], "--", color="0.3", linewidth=1.0, label="spin gaps only")
    ax.axvline(
        float(result["marked"]), color="0.3", linestyle=":", label=rf"Coulomb, $V(0) = {STRENGTH:g}\pi\hbar v_F$"
    )
    ax.set(xlim=(0.2, 2.2), ylim=(0.0, 2.0))
    if before == CASES[0]:
        ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)


FIGURES = (
    Recipe(
        name="shavit-two-valleys",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"neutral": NEUTRAL, "secondary": SECONDARY, "strength": STRENGTH},
    ),
)
