"""The tuning protocol: the conductance against the secondary's chemical potential, and what tuning back finds."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import CUTOFFS, PAPER
from attractron.papers.shavit_oreg2020.fig8 import MU, TUBE
from attractron.wires import CoupledWires, bands, phase_diagram, protocol, secondary_channel
from attractron.wires.flow.cutoffs import Cutoff

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "shavit-protocol"

ALPHA_0 = 50.0
"""Short-distance cut-off in nm: our choice. The primary's k_F is the tube's k at the µ of Fig. 8."""

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12)
"""Parameters of Fig. 4; K and y are our choice."""

EDGE = 0.02
"""Distance in meV that the sweep keeps from the ends of the window of one band."""

REPULSIONS = (0.1, 0.6)
"""Bare y_s of the survey over y."""

PHASES = {0: "decoupled", 1: "paired", 2: "trion"}


def compute(quick: bool) -> "xr.Dataset":
    """The sweep over µ for three cut-offs, and where tuning back ends for many strengths of the coupling."""
    mu = np.linspace(-3.5 + EDGE, -2.5 - EDGE, 121 if quick else 961)
    k_F = float(bands(TUBE, [0.0], mu=MU)["k"].max())
    channel = secondary_channel(TUBE, {"mu": mu}, k_F=k_F, alpha_0=ALPHA_0)
    mismatch = channel["mismatch"].values
    swept = [protocol(_phases(mismatch, cutoff), mu) for cutoff in CUTOFFS.values()]
    y = np.geomspace(0.01, 0.5, 9 if quick else 25)
    survey = np.array([[_survey(y, y_s, cutoff, quick) for y_s in REPULSIONS] for cutoff in CUTOFFS.values()])
    dims = ("cutoff", "mu")
    result = dataset(
        {
            "k": ("mu", channel["k"].values, "1/nm", "Fermi momentum of the tube"),
            "mismatch": ("mu", mismatch, "1", "mismatch e^(-l*) = |k_F - k|α_0"),
            "phase": (dims, np.stack([each["phase"].values for each in swept]), "1", "phase"),
            **{
                name: (dims, np.stack([each[name].values for each in swept]), "e²/h", swept[0][name].attrs["long_name"])
                for name in ("conductance", "cross_conductance")
            },
            "returned": (dims, np.stack([each["returned"].values for each in swept]), "1", "just tuned back"),
            "found": (("cutoff", "y_s", "y"), survey[:, :, 0].astype(np.int32), "1", "phase found by tuning back"),
            "width": (("cutoff", "y_s", "y"), survey[:, :, 1], "1", "e^(-l*) at the far end of the paired phase"),
        },
        {
            "cutoff": ("cutoff", list(CUTOFFS), "1", "how the coupling is cut off"),
            "mu": ("mu", mu, "meV", "chemical potential of the secondary"),
            "y_s": ("y_s", list(REPULSIONS), "1", "bare repulsion in the primary"),
            "y": ("y", y, "1", "bare coupling of the wires"),
        },
        question="papers.shavit_oreg2020.tuning",
        parameters=WIRES.describe(),
        options={"tube": TUBE.describe(), "k_F": k_F, "alpha_0": ALPHA_0},
        method="Fermi momentum of the band, e^(-l*) = |k_F - k|α_0, phase by the flow, conductance of the phase",
        validity=[
            "K, u and the couplings are kept while µ changes, though they follow it in a real tube.",
            "Steps are sharp: temperature and widths of the transitions are left out.",
        ],
        references=["shavit_oreg2020", "attractron"],
    )
    for name in ("phase", "found"):
        result[name].attrs.update(flags(PHASES))
    return result


def _phases(mismatch: FloatArray, cutoff: Cutoff) -> "xr.DataArray":
    """Phase codes in the order of the mismatches, which rise and fall and repeat themselves."""
    values, inverse = np.unique(mismatch, return_inverse=True)
    return phase_diagram(WIRES, {"mismatch": values}, cutoff=cutoff, workers=1)["phase"].isel(mismatch=inverse)


def _survey(y: FloatArray, y_s: float, cutoff: Cutoff, quick: bool) -> list[FloatArray]:
    """For each y: the phase next to the trion phase when the mismatch grows, and where the paired phase ends."""
    mismatch = np.geomspace(1e-6, 0.9, 201 if quick else 801)
    wires = WIRES.with_parameters(y_s=y_s)
    codes = phase_diagram(wires, {"y": y, "mismatch": mismatch}, cutoff=cutoff, workers=1)["phase"].values
    beyond = np.argmin(codes == 2, axis=1)  # the first point that is not in the trion phase
    paired = np.where(codes == 1, mismatch, 0.0).max(axis=1)
    return [codes[np.arange(y.size), beyond].astype(float), paired]


def claims(result: "xr.Dataset") -> list[Claim]:
    """The sequence of conductances, and what is found where the conductance has just returned."""
    claim = partial(Claim, figure=NAME)
    where = f"{PAPER}, sec. II C 3"
    own = "The tube of Fig. 8 swept through its window, parameters of Fig. 4; K, y, α_0 are our choice."
    generic = result["found"].sel(y_s=REPULSIONS[0])
    weak, strong = _paired_range(result, "tanh"), _paired_range(result, "sharp")
    narrowest = float(result["width"].sel(y_s=REPULSIONS[0]).isel(y=0).min())
    recipe = (
        "one can modify the chemical potential of the secondary c-fermions to a point where the fractional conductance "
        "emerges. Then, one can detune the chemical potential back, right up to where the conductance returns to its "
        "integer value."
    )
    generally = "the total system should generically end up in the paired spin-gap region"
    return [
        *(
            claim(
                claim=recipe,
                source=f"{where}; conductances met by the sweep, cut-off {name}",
                published="2, 4/3, 2",
                computed=_steps(result["conductance"].sel(cutoff=name)),
                note=f"Two-terminal conductance of the primary in e²/h, secondary grounded. {own}",
            )
            for name in CUTOFFS
        ),
        *(
            claim(
                claim=generally,
                source=f"{where}; phase at the first points beyond the plateau, cut-off {name}",
                published="paired",
                computed=_met(result.sel(cutoff=name)),
                note=f"Phases along the sweep: {_sequence(result['phase'].sel(cutoff=name))}. The paired stretches are "
                f"{_paired_width(result.sel(cutoff=name)):.2f} meV of µ in all. {own}",
            )
            for name in CUTOFFS
        ),
        claim(
            claim="... unless the interwire interactions are too weak",
            source=f"{where}; bare y from {float(result['y'].min()):g} to {float(result['y'].max()):g}, y_s = "
            f"{REPULSIONS[0]}",
            published=False,
            computed=bool((generic == 1).all()),
            instead=True,
            note="Are the weakest couplings too found paired? The sentence says no; every y is, by every cut-off: yes. "
            "A weak y takes long to become strong; y_s decays meanwhile, as y_s/(1 + y_s l), and the source carries it "
            f"below zero. What a weak y loses is the width: the paired phase ends at e^(-l*) = {narrowest:.1e} for y = "
            f"{float(result['y'][0]):g} (smallest of the cut-offs), {_in_mu(narrowest):.2f} meV of µ on either side in "
            f"this tube. With a strong repulsion in the primary, y_s = {REPULSIONS[1]}, the strong couplings go "
            f"from trion to decoupled at once: tuning back finds pairs {strong} by the sharp cut-off, {weak} by tanh.",
        ),
    ]


def _in_mu(mismatch: float) -> float:
    """The distance in µ from the commensurate point, meV: dµ/dk = (ħv_F)²k/|µ|."""
    k = TUBE.hbar_v * float(bands(TUBE, [0.0], mu=MU)["k"].max())
    return mismatch / ALPHA_0 * TUBE.hbar_v * k / abs(MU)


def _steps(conductance: "xr.DataArray") -> str:
    """Different values one after another, thirds as fractions."""
    values = conductance.values
    kept = values[np.r_[True, np.abs(np.diff(values)) > 1e-9]]
    return ", ".join("4/3" if abs(value - 4 / 3) < 1e-9 else f"{value:.4g}" for value in kept)


def _sequence(phase: "xr.DataArray") -> str:
    codes, names = phase.values, flag_names(phase)
    return ", ".join(names[int(code)] for code in codes[np.r_[True, np.diff(codes) != 0]])


def _met(swept: "xr.Dataset") -> str:
    """Names of the phases just beyond the plateaus."""
    names = flag_names(swept["phase"])
    codes = np.unique(swept["phase"].values[swept["returned"].values.astype(bool)])
    return " and ".join(names[int(code)] for code in codes) or "no plateau"


def _paired_width(swept: "xr.Dataset") -> float:
    step = float(swept["mu"][1] - swept["mu"][0])
    return float(np.count_nonzero(swept["phase"].values == 1) * step)


def _paired_range(result: "xr.Dataset", cutoff: str) -> str:
    """Up to which y tuning back finds pairs for the strong repulsion."""
    found = result["found"].sel(cutoff=cutoff, y_s=REPULSIONS[1]).values == 1
    return "for every y" if found.all() else f"up to y = {float(result['y'][int(np.argmin(found)) - 1]):.2f} only"


def draw(result: "xr.Dataset") -> "Figure":
    """The sweep with its phases, the phases by the other cut-offs, and the width over the coupling."""
    from matplotlib.figure import Figure

    from attractron.plotting import phases
    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(11.0, 6.6), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=[1.0, 0.62], width_ratios=[1.5, 1.0])
    main, strips = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    detuning, width = figure.add_subplot(grid[1, 1]), figure.add_subplot(grid[0, 1])
    chosen = "sharp"
    phases.plot_staircases(result.sel(cutoff=chosen), main)
    main.text(0.01, 0.02, f"(a)  cut-off {chosen}", transform=main.transAxes)
    tints = {0: "0.88", 1: OKABE_ITO[5], 2: OKABE_ITO[4]}
    mu, step = result["mu"].values, float(result["mu"][1] - result["mu"][0])
    for row, name in enumerate(CUTOFFS):
        codes = result["phase"].sel(cutoff=name).values
        for code, tint in tints.items():
            spans = [(at - step / 2, step) for at in mu[codes == code]]
            strips.broken_barh(spans, (row - 0.4, 0.8), color=tint, label=PHASES[code] if row == 0 else None)
    strips.set_yticks(range(len(CUTOFFS)), CUTOFFS)
    strips.set(xlabel="chemical potential of the secondary (meV)", ylabel="cut-off", xlim=(mu[0], mu[-1]))
    strips.set_title("(c)", loc="left")
    strips.legend(frameon=False, ncols=3, loc="lower right", bbox_to_anchor=(1.0, 1.0))
    detuning.semilogy(mu, result["mismatch"].where(result["mismatch"] > 0), color=OKABE_ITO[0])
    detuning.set(xlabel="chemical potential of the secondary (meV)", ylabel="mismatch |k_F - k|α_0", ylim=(1e-3, 1))
    detuning.set_title("(d)", loc="left")
    for name, colour in zip(CUTOFFS, OKABE_ITO, strict=False):
        for y_s, style in zip(REPULSIONS, ("-", "--"), strict=True):
            curve = result["width"].sel(cutoff=name, y_s=y_s)
            width.loglog(result["y"], curve.where(curve > 0), style, color=colour, label=f"{name}, y_s = {y_s}")
            lost = result["found"].sel(cutoff=name, y_s=y_s).values != 1
            width.loglog(result["y"][lost], np.full(lost.sum(), 2.0), "x", color=colour)
    width.set(xlabel="bare coupling y of the wires", ylabel="paired phase up to e^(-l*)")
    width.set_title("(b)  crosses: tuning back finds no pairs", loc="left")
    width.legend(frameon=False, fontsize="small")
    return figure


FIGURES = (
    PaperFigure(
        name=NAME,
        title="The conductance leads to the paired phase",
        source=f"{PAPER}, sec. II C 3 and Fig. 4",
        caption="(a) Two-terminal conductance of the primary and the counterflow in the secondary, the tube of Fig. 8, "
        "while its chemical potential is swept through the window of one band; the primary's k_F is the tube's k at "
        "µ = -3 meV. (c) The phases by each way to cut the coupling off. (d) The map from µ to "
        "e^(-l*) = |k_F - k|α_0. (b) Up to which mismatch pairs are found, over the bare coupling; 0.9 is the "
        "end of the search. Parameters of Fig. 4; K = 0.4, y = 0.1, α_0 = 50 nm and the y_s of (b) are our choice.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
