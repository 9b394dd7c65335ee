"""Fig. 2c-f: the potential of an electron, bare, screened by continuous charge, and dressed by a single electron."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import dataset
from attractron.dots import building_block, dressed_potential
from attractron.dots.capacitance import CapacitanceModel, building_block_parameters, maxwell_matrix
from attractron.dots.screening import interaction_scan, internal_field, screened_potentials
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016.diagrams import PAPER, W

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ON_SITE = 10.0
"""Repulsion of two electrons on one site, or at one end of the polarizer, meV: our choice. With less at the bottom end
no conductors could have W = 0.83 meV, since by itself that end mediates 2.71²/ON_SITE = 0.73 meV between L and R."""

REPULSION = np.array(
    [
        [ON_SITE, W, 0.30, 2.71],
        [W, ON_SITE, 0.30, 2.71],
        [0.30, 0.30, ON_SITE, 1.00],
        [2.71, 2.71, 1.00, ON_SITE],
    ]
)
"""Mutual repulsions of L, R, T, B in meV: W is the paper's, U = 2.71 - 0.30 as for Fig. 2b, the rest our choice."""

DETUNING, TUNNELLING = 2.41, 0.05
FIELD = 2.0
"""Largest external potential difference over the dipole, meV."""

SEED = 2016
PANELS = ("bare", "continuum", "single electron", "single electron, t = 0.05 meV")


def conductors(*, metal: bool) -> CapacitanceModel:
    """Two sites and a dipole of conductors T, B; it shares one electron, or is grounded metal that takes any charge."""
    return CapacitanceModel(
        names=("L", "R", "T", "B"),
        C=maxwell_matrix(REPULSION),
        system=("L", "R"),
        floating=() if metal else (("T", "B"),),
        electrons=() if metal else (1,),
        potentials=(0.0, 0.0, DETUNING / 2, -DETUNING / 2),
    )


def random_conductors(generator: np.random.Generator) -> CapacitanceModel:
    """Two sites, a dipole with one electron and up to two grounded conductors, with random capacitances.

    In aF they are log-uniform over three decades, those between L, R and T a tenth of that: the dipole stands beside
    both sites. Its detuning lies between nothing and twice the mean of U, where the sites can turn its electron.
    """
    size = 4 + int(generator.integers(3))
    mutual = np.triu(10.0 ** generator.uniform(-1.5, 1.5, (size, size)), 1)
    mutual[:2, 1:3] *= 0.1
    mutual = mutual + mutual.T
    ground = 10.0 ** generator.uniform(-1.5, 1.5, size)
    upright = CapacitanceModel(
        names=("L", "R", "T", "B", "G1", "G2")[:size],
        C=np.diag(ground + mutual.sum(axis=1)) - mutual,
        system=("L", "R"),
        floating=(("T", "B"),),
        electrons=(1,),
    )
    M = upright.repulsion
    potentials = np.zeros(size)
    potentials[2] = generator.uniform(0.0, 2.0) * (M[:2, 3] - M[:2, 2]).mean() - (M[2, 2] - M[3, 3]) / 2
    return replace(upright, potentials=tuple(potentials))


def compute(quick: bool) -> "xr.Dataset":
    """Potentials on both sites, the field inside the dipole, and the interaction for random conductors."""
    generator = np.random.default_rng(SEED)
    ensemble = interaction_scan([random_conductors(generator) for _ in range(300 if quick else 1500)])
    field = internal_field(conductors(metal=False), np.linspace(-FIELD, FIELD, 200), t=TUNNELLING)
    block = building_block_parameters(conductors(metal=False))
    model = {"repulsion": REPULSION.tolist(), **block, "t": TUNNELLING, "seed": SEED, "models": ensemble.sizes["model"]}
    return dataset(
        {
            "potential": (("panel", "site"), _potentials(block), "meV", "potential of an electron on L"),
            **{name: _entry(field[name]) for name in ("internal", "polarisation")},
            **{name: _entry(ensemble[name]) for name in ("bare", "continuum", "integer")},
        },
        {
            "panel": ("panel", list(PANELS), "1", "medium"),
            "site": ("site", ["L", "R"], "1", "site of the second electron"),
            **{name: _entry(field[name]) for name in ("medium", "external")},
            "model": _entry(ensemble["model"]),
        },
        question="papers.hamo2016.potentials",
        parameters=model,
        method="inverse Maxwell matrices; whole electrons by exact search; tunnelling by exact diagonalisation",
        validity=["Electrostatics of conductors and one orbital for each end of the dipole; ground state."],
        references=["hamo2016"],
    )


def _potentials(block: dict[str, float]) -> list["np.ndarray"]:
    """Potential on L and R, (panel, site): the same conductors, their dipole frozen, metal, with one electron."""
    dipole = screened_potentials(conductors(metal=False))
    metal = screened_potentials(conductors(metal=True))
    device = building_block(
        W=block["W"], U=block["U"], delta=block["delta"], t=TUNNELLING, on_site=ON_SITE, max_electrons=2
    )
    dressed = dressed_potential(device, "L")["dressed"].sel(site=["L", "R"])
    return [entry.values for entry in (dipole["bare"], metal["continuum"], dipole["integer"], dressed)]


def _entry(variable: "xr.DataArray") -> "tuple[tuple[str, ...], np.ndarray, str, str]":
    dims = tuple(str(dim) for dim in variable.dims)
    return dims, variable.values, variable.attrs["units"], variable.attrs["long_name"]


def claims(result: "xr.Dataset") -> list[Claim]:
    """Signs of the potentials, the field inside metal and dipole, and the bound over random conductors."""
    return [*_potential_claims(result["potential"]), *_field_claims(result), *_ensemble_claims(result)]


def _potential_claims(potential: "xr.DataArray") -> list[Claim]:
    claim = partial(Claim, figure="hamo-2c-f", tolerance=0.0, unit="meV")
    bare, continuum, limit, dressed = (potential.sel(panel=panel) for panel in PANELS)
    own = f"U = δ = {DETUNING} meV, t = {TUNNELLING} meV and {ON_SITE:g} meV on one site are our choice."
    return [
        claim(
            claim="The Coulomb potential of a bare electron is positive in its local and neighbouring sites",
            source=f"{PAPER}, p. 396, and Fig. 2c",
            published="> 0",
            computed=float(bare.min()),
            note=f"The lower of the two: {float(bare.sel(site='L')):.2f} meV on the site itself, "
            f"{float(bare.sel(site='R')):.2f} meV on its neighbour.",
        ),
        claim(
            claim="any medium based on continuum classical electrostatics can at best screen a potential to zero, but "
            "cannot flip its sign",
            source=f"{PAPER}, p. 396, and Fig. 2d",
            published="≥ 0",
            computed=float(continuum.min()),
            note="The same conductors, the polarizer a piece of grounded metal: the best that continuous charge of "
            f"this shape can do, on the neighbour. It stays at {float(continuum.sel(site='L')):.2f} meV on the site "
            "itself.",
        ),
        claim(
            claim="then the dressed potential at the neighbouring site has a flipped sign",
            source=f"{PAPER}, p. 397, and Fig. 2f",
            published="< 0",
            computed=float(dressed.sel(site="R")),
            note=f"With one electron in the polarizer and U > W; {float(limit.sel(site='R')):.2f} meV for t → 0. {own}",
        ),
        claim(
            claim="If the on-site repulsion is retained while flipping the potential sign at the nearest-neighbour "
            "site, then the system remains stable",
            source=f"{PAPER}, p. 396, and Fig. 2f",
            published="> 0",
            computed=float(dressed.sel(site="L")),
            note=f"Dressed repulsion of two electrons on one site; {float(limit.sel(site='L')):.2f} meV for t → 0. "
            f"{own}",
        ),
    ]


def _field_claims(result: "xr.Dataset") -> list[Claim]:
    claim = partial(Claim, figure="hamo-2c-f", source=f"{PAPER}, p. 396, and Fig. 2e")
    metal, electron = result["internal"].sel(medium="metal"), result["internal"].sel(medium="single electron")
    ratio = electron / result["external"]
    moved = float(abs(result["polarisation"].sel(medium="single electron")[-1]))
    return [
        claim(
            claim="In a small external field, the charge in the metal will polarize slightly to exactly null the "
            "internal field.",
            published=0.0,
            computed=float(abs(metal).max()),
            tolerance=1e-9,
            unit="meV",
            note=f"Largest internal potential difference for external ones up to {FIELD:g} meV. Tolerance: rounding.",
        ),
        claim(
            claim="in a dipole with small intersite tunnelling, an entire electron will polarize between the two sites",
            published=1.0,
            computed=moved,
            tolerance=2 * (TUNNELLING / FIELD) ** 2,
            unit="1",
            note=f"Polarisation at an external {FIELD:g} meV and t = {TUNNELLING} meV (our choice). Tolerance: the "
            "part 2t²/φ² that tunnelling holds back.",
        ),
        claim(
            claim="creating an internal field that is much larger than, and of opposite sign to, the external field",
            published="< -1",
            computed=float(ratio.max()),
            tolerance=0.0,
            unit="1",
            note=f"Internal over external potential difference where it is weakest, at {FIELD:g} meV; at "
            f"{float(abs(result['external']).min()):.2f} meV it is {float(ratio.min()):.0f}. More than −1 would be no "
            "over-screening.",
        ),
    ]


def _ensemble_claims(result: "xr.Dataset") -> list[Claim]:
    claim = partial(Claim, figure="hamo-2c-f", tolerance=0.0, unit="1")
    continuum, integer = (result[name] / result["bare"] for name in ("continuum", "integer"))
    number, negative = integer.size, int((integer < 0).sum())
    return [
        claim(
            claim="any medium based on continuum classical electrostatics can at best screen a potential to zero",
            source=f"{PAPER}, p. 396; over random conductors",
            published="≥ 0",
            computed=float(continuum.min()),
            note=f"Least interaction, over the bare one, of {number} random sets of conductors (seed {SEED}) whose "
            "charge is continuous. It is a theorem for every Maxwell capacitance matrix, so nothing is tolerated.",
        ),
        claim(
            claim="The key element for a sign-inverting medium is charge discreteness",
            source=f"{PAPER}, p. 396; over random conductors",
            published="< 0",
            computed=float(integer.min()),
            note=f"Least interaction, over the bare one, of the same {number} sets when their charges are whole "
            f"electrons; it is negative for {negative} of them.",
        ),
    ]


def draw(result: "xr.Dataset") -> "Figure":
    """Panels c, d and f as bars on the two sites; the field inside the dipole; the random conductors."""
    from matplotlib.figure import Figure

    from attractron.plotting import screening

    figure = Figure(figsize=(10.4, 7.6), layout="constrained")
    grid = figure.add_gridspec(2, 6, height_ratios=[1.0, 1.15])
    titles = ("c  Bare", "d  Metal: at best screened", "f  Single electron: sign flipped")
    for number, (panel, title) in enumerate(zip((0, 1, 3), titles, strict=True)):
        ax = figure.add_subplot(grid[0, 2 * number : 2 * number + 2])
        _bars(ax, result["potential"].isel(panel=panel))
        ax.set_title(title, loc="left")
    lower = [figure.add_subplot(grid[1, :3]), figure.add_subplot(grid[1, 3:])]
    screening.plot_internal_field(result, lower[0]).legend(loc="upper right", frameon=False)
    lower[0].set_title("e  Field inside the dipole", loc="left")
    screening.plot_interaction_scan(result, lower[1]).legend(loc="upper right", frameon=False)
    lower[1].set_title(f"{result.sizes['model']} random sets of conductors", loc="left")
    return figure


def _bars(ax: "Axes", potential: "xr.DataArray") -> None:
    from attractron.plotting.style import OKABE_ITO

    places = np.arange(potential.size)
    colours = [OKABE_ITO[2] if value > 0 else OKABE_ITO[1] for value in potential.values]
    bars = ax.bar(places, potential.values, width=0.55, color=colours)
    ax.bar_label(bars, [f"{value:+.2f}".replace("-", "−") for value in potential.values], padding=2)
    ax.axhline(0.0, color="0.3", linewidth=0.8)
    ax.set_xticks(places, ["L (electron)", "R (neighbour)"])
    ax.set_ylim(-3.2, 12.0)
    ax.set_ylabel("potential (meV)")


FIGURES = (
    PaperFigure(
        name="hamo-2c-f",
        title="Continuous charge can screen a potential, a single electron can flip its sign",
        source=f"{PAPER}, Fig. 2c-f",
        caption="Potential that an electron on L makes for another one on L or R: c, bare; d, with the polarizer "
        "replaced by grounded metal of the same shape, the best that continuous charge can do; f, dressed by the "
        "polarizer's single electron. e: potential difference inside the dipole, the metal's exactly zero, the "
        "electron's reversed and larger than the external one. Lower right: the same comparison for random capacitance "
        f"matrices; continuous charge never goes below zero, whole electrons may. W = {W} meV is the paper's; U = δ = "
        f"{DETUNING} meV, t = {TUNNELLING} meV and {ON_SITE:g} meV for two electrons on one conductor are our choice.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
