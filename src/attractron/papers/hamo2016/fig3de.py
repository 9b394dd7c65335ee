"""Fig. 3d, e: neighbouring electrons on a chain share a polarizer and gain what it costs to polarize."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import Device, chain, dressed_potential, effective_interaction, stability_diagram
from attractron.dots.chain.model import PolarizerChain
from attractron.dots.chain.questions import pair_energies
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016.diagrams import PAPER, W, rounding

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SITES, U, DETUNING = 6, 2.6, 1.01
"""U as for Fig. 3a-c and δ of Fig. 3b, in meV; the chain of Fig. 3d, e is a sketch without numbers."""

TUNNELLINGS = (0.0, 0.05, 0.3)
PLACES = {"far": (2, 5), "near": (3, 4)}
"""Where the two electrons of Fig. 3d and 3e sit."""

LONG = 100_000
"""Sites of the chain whose pair energies are computed beside those of the short one."""


def compute(quick: bool) -> "xr.Dataset":
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
        question="papers.hamo2016.sharing",
        parameters=device.describe(),
        method="exact diagonalisation of every polarizer for each arrangement of charges",
        validity=["Sites do not hop; polarizers follow the charges at rest."],
        references=["hamo2016", "little1964"],
    )


def _occupation(device: Device, places: tuple[int, int]) -> FloatArray:
    """Mean occupation of every dot with the two electrons held in their places by the gates."""
    gates = {f"V_{site}": 10.0 if site in places else -10.0 for site in range(1, SITES + 1)}
    return np.asarray(stability_diagram(device, gates)["occupation"].values)


def claims(result: "xr.Dataset") -> list[Claim]:
    """How many polarizers are polarized, and what sharing one gains."""
    claim = partial(Claim, figure="hamo-3d-e", tolerance=1e-9)
    polarized = {name: _polarized(result["occupation"].sel(arrangement=name)) for name in PLACES}
    nearest = float(result["pair_energy"].sel(distance=1))
    apart = float(abs(result["pair_energy"].sel(distance=slice(2, None))).max())
    gain = result["gain"]
    softened = float(gain.sel(t=TUNNELLINGS[1], delta=U))
    stronger = float(gain.sel(t=TUNNELLINGS[2], delta=U))
    left = U - rounding(U, U, TUNNELLINGS[1]) + 2 * (float(np.hypot(U / 2, TUNNELLINGS[1])) - U / 2)
    own = f"U = {U} meV and δ = {DETUNING} meV (Fig. 3b) are our choice: the figure is a sketch."
    return [
        claim(
            claim="two spatially separated electrons in the chain are each dressed by the polarization of their two "
            "adjacent polarizers",
            source=f"{PAPER}, Fig. 3d, caption",
            published=4.0,
            computed=polarized["far"],
            unit="1",
            note=f"Number of polarizers whose electron has moved to the top, electrons on sites 2 and 5. {own}",
        ),
        claim(
            claim="when the electrons are nearest neighbours, they share the centre polarizer and thus need to "
            "polarize one fewer polarizer",
            source=f"{PAPER}, Fig. 3e, caption",
            published=3.0,
            computed=polarized["near"],
            unit="1",
            note="Their number with the electrons on sites 3 and 4.",
        ),
        claim(
            claim="This energy gain constitutes the pair binding energy, which is exactly equal to δ, the stored "
            "energy in a polarizer.",
            source=f"{PAPER}, p. 398, and Fig. 3d, e",
            published=DETUNING,
            computed=W - nearest,
            unit="meV",
            note=f"W less the energy of two neighbours above that of two separate electrons ({nearest:.2f} meV), at "
            f"t = 0. Electrons further apart do not interact: {apart:.0e} meV at most. {own} Tolerance: rounding.",
        ),
        claim(
            claim="which is exactly equal to δ",
            source=f"{PAPER}, p. 398; every δ from 0 to U",
            published=0.0,
            computed=float(abs(gain.sel(t=0.0) - gain["delta"]).max()),
            unit="meV",
            note="Largest difference between gain and δ for t = 0. Tolerance: rounding.",
        ),
        claim(
            claim="which is exactly equal to δ",
            source=f"{PAPER}, p. 398; δ = U with t = {TUNNELLINGS[1]} meV",
            published=U,
            computed=softened,
            unit="meV",
            instead=left,
            note=f"Exact only for t → 0. Where it matters most, at δ = U, t = {TUNNELLINGS[1]} meV leaves {left:.4f} "
            f"meV of the {U} meV, about 2t less, and t = {TUNNELLINGS[2]} meV {stronger:.4f} meV. The paper gives no "
            "t. Tolerance: rounding.",
        ),
    ]


def draw(result: "xr.Dataset") -> "Figure":
    """Both arrangements as the paper sketches them, and the energies."""
    from matplotlib.figure import Figure

    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(10.4, 6.6), layout="constrained")
    (far, near), (energy, gain) = figure.subplots(2, 2, height_ratios=[0.62, 1.0])
    for ax, name, title in ((far, "far", "d  Far apart"), (near, "near", "e  Neighbours")):
        electrons = result["occupation"].sel(arrangement=name)
        _sketch(ax, {str(dot): float(n) for dot, n in zip(result["dot"].values, electrons.values, strict=True)})
        ax.set_title(f"{title}: {_polarized(electrons):.0f} polarizers polarized", loc="left")
    energy.axhline(0.0, color="0.6", linewidth=0.8)
    bare = np.where(result["distance"] == 1, W, 0.0)
    energy.plot(result["distance"], bare, "s--", color=OKABE_ITO[2], label="bare repulsion W")
    energy.plot(result["distance"], result["pair_energy"], "o-", color=OKABE_ITO[1], label="dressed")
    energy.annotate("δ", (1.06, (W + float(result["pair_energy"][0])) / 2), va="center", fontweight="bold")
    energy.annotate("", (1, float(result["pair_energy"][0])), (1, W), arrowprops={"arrowstyle": "<->"})
    energy.set_xticks(result["distance"].values)
    energy.set_xlabel("distance of two electrons (sites)")
    energy.set_ylabel("interaction (meV)")
    energy.set_title(f"Energy of a pair, δ = {DETUNING} meV, t = 0", loc="left")
    energy.legend(frameon=False)
    for t, colour in zip(TUNNELLINGS, (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[4]), strict=True):
        gain.plot(result["delta"], result["gain"].sel(t=t), color=colour, label=f"t = {t:g} meV")
    gain.set_xlabel("δ (meV)")
    gain.set_ylabel("gain by sharing (meV)")
    gain.set_title("The gain is δ as long as t is small", loc="left")
    gain.legend(frameon=False)
    return figure


def _polarized(electrons: "xr.DataArray") -> float:
    return float(electrons.sel(dot=[f"T{bond}" for bond in range(SITES + 1)]).sum())


def _sketch(ax: "Axes", electrons: dict[str, float]) -> None:
    """The chain below, its polarizers above; filled circles hold an electron."""
    from matplotlib.patches import Circle, FancyBboxPatch

    from attractron.plotting.style import OKABE_ITO

    places = {f"S{site}": (float(site), 0.0) for site in range(1, SITES + 1)}
    for bond in range(SITES + 1):
        places |= {f"B{bond}": (bond + 0.5, 0.9), f"T{bond}": (bond + 0.5, 1.6)}
        frame = "round,pad=0.0,rounding_size=0.22"
        ax.add_patch(FancyBboxPatch((bond + 0.26, 0.64), 0.48, 1.22, boxstyle=frame, fc="none", ec=OKABE_ITO[3]))
    ax.plot([0.6, SITES + 0.4], [0.0, 0.0], color=OKABE_ITO[2], zorder=0)
    for dot, place in places.items():
        colour = OKABE_ITO[2] if dot.startswith("S") else OKABE_ITO[3]
        ax.add_patch(Circle(place, 0.2, fc="white", ec=colour))
        ax.add_patch(Circle(place, 0.2, fc=colour, ec=colour, alpha=electrons[dot]))
    ax.set_xlim(-0.1, SITES + 1.1)
    ax.set_ylim(-0.5, 2.1)
    ax.set_aspect("equal")
    ax.set_axis_off()


FIGURES = (
    PaperFigure(
        name="hamo-3d-e",
        title="Neighbours share a polarizer and gain what it costs to polarize",
        source=f"{PAPER}, Fig. 3d, e",
        caption="Top: a chain of six sites (green) with a polarizer on every bond and at both ends (purple); filled "
        "circles hold an electron, as computed. Far apart, two electrons polarize four polarizers, as neighbours "
        "three. Lower left: energy of two electrons over their distance. Lower right: the gain over the detuning; it "
        f"is δ, less what tunnelling takes away near δ = U. W = {W} meV is the paper's; U = {U} meV, δ = {DETUNING} "
        "meV and the values of t are our choice, the paper's figure is a sketch.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
