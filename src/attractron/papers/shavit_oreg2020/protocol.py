"""The tuning protocol: the conductance against the secondary's chemical potential, and what tuning back finds."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered
from attractron.papers.shavit_oreg2020.common import CUTOFF_AXIS, CUTOFFS, stacked
from attractron.papers.shavit_oreg2020.fig8 import MU, TUBE
from attractron.plotting import phases
from attractron.plotting.style import OKABE_ITO, legend_beside, new_figure
from attractron.wires import CoupledWires, bands, phase_diagram, protocol, secondary_channel
from attractron.wires.flow.cutoffs import Cutoff

ALPHA_0 = 50.0
"""Short-distance cut-off in nm: our choice. The primary's k_F is the tube's k at the µ of Fig. 8."""

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12)
"""Parameters of Fig. 4; K and y are our choice."""

EDGE = 0.02
"""Distance in meV that the sweep keeps from the ends of the window of one band."""

REPULSIONS = (0.1, 0.6)
"""Bare y_s of the survey over y."""

L_MAX = (10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 60.0, 100.0, np.inf)
"""Infrared lengths, ln of the size or of Λ over the temperature, at which the weakest coupling is asked for."""

STYLES = ("-", "--")
"""Of lines for each of these repulsions."""

MISMATCH = r"mismatch $|k_F - k|\alpha_0$"

DECOUPLED, PAIRED, TRION = 0, 1, 2
PHASES = {DECOUPLED: "decoupled", PAIRED: "paired", TRION: "trion"}

CHOSEN = "sharp"
"""The cut-off of panel (a)."""


def compute(quick: bool) -> xr.Dataset:
    """The sweep over µ for three cut-offs, and where tuning back ends for many strengths of the coupling."""
    mu = np.linspace(-3.5 + EDGE, -2.5 - EDGE, 121 if quick else 961)
    k_F = float(bands(TUBE, [0.0], mu=MU)["k"].max())
    channel = secondary_channel(TUBE, {"mu": mu}, k_F=k_F, alpha_0=ALPHA_0)
    y = np.geomspace(0.01, 0.5, 9 if quick else 25)
    result = dataset(
        {
            "k": ("mu", channel["k"].values, "1/nm", "Fermi momentum of the tube"),
            "mismatch": ("mu", channel["mismatch"].values, "1", "mismatch e^(-l*) = |k_F - k|α_0"),
            **_sweeps(mu, channel["mismatch"].values),
            **_surveys(y, quick),
            **_cold_enough(float(y[0]), quick),
        },
        {
            "cutoff": CUTOFF_AXIS,
            "mu": ("mu", mu, "meV", "chemical potential of the secondary"),
            "y_s": ("y_s", list(REPULSIONS), "1", "bare repulsion in the primary"),
            "y": ("y", y, "1", "bare coupling of the wires"),
            "l_max": ("l_max", list(L_MAX), "1", "infrared length"),
        },
        question="papers.shavit_oreg2020.protocol",
        parameters=WIRES.describe(),
        options={"tube": TUBE.describe(), "k_F": k_F, "alpha_0": ALPHA_0},
        method="Fermi momentum of the band, e^(-l*) = |k_F - k|α_0, phase by the flow, conductance of the phase",
        validity=[
            "K, u and the couplings are kept while µ changes, though they follow it in a real tube.",
            "Steps are sharp: temperature and widths of the transitions are left out.",
        ],
        references=["shavit_oreg2020", "attractron"],
    )
    for name in ("phase", "found", "found_weakest"):
        result[name].attrs.update(flags(PHASES))
    return result


def _sweeps(mu: FloatArray, mismatch: FloatArray) -> dict[str, Variable]:
    """The protocol by each cut-off."""
    swept = [protocol(_phases(mismatch, cutoff), mu) for cutoff in CUTOFFS.values()]
    dims = ("cutoff", "mu")
    return {
        "phase": (dims, stacked(swept, "phase"), "1", "phase"),
        **{
            name: (dims, stacked(swept, name), "e²/h", str(swept[0][name].attrs["long_name"]))
            for name in ("conductance", "cross_conductance")
        },
        "returned": (dims, stacked(swept, "returned"), "1", "just tuned back"),
    }


def _phases(mismatch: FloatArray, cutoff: Cutoff) -> xr.DataArray:
    """Phase codes in the order of the mismatches, which rise and fall and repeat themselves."""
    values, inverse = np.unique(mismatch, return_inverse=True)
    return phase_diagram(WIRES, {"mismatch": values}, cutoff=cutoff, workers=1)["phase"].isel(mismatch=inverse)


def _surveys(y: FloatArray, quick: bool) -> dict[str, Variable]:
    """For each y: the phase next to the trion phase when the mismatch grows, and where the paired phase ends."""
    mismatch = np.geomspace(1e-6, 0.9, 201 if quick else 801)
    axes, wires = {"y": y, "mismatch": mismatch}, [WIRES.with_parameters(y_s=y_s) for y_s in REPULSIONS]
    codes = np.array(
        [[phase_diagram(own, axes, cutoff=c, workers=1)["phase"].values for own in wires] for c in CUTOFFS.values()]
    )
    found = _just_beyond(codes)
    width = np.where(codes == PAIRED, mismatch, 0.0).max(axis=-1)
    dims = ("cutoff", "y_s", "y")
    return {
        "found": (dims, found, "1", "phase found by tuning back"),
        "width": (dims, width, "1", "e^(-l*) at the far end of the paired phase"),
    }


def _just_beyond(codes: NDArray[Any]) -> NDArray[np.int32]:
    """The phase at the first mismatch, along the last axis, that is not in the trion phase."""
    beyond = np.argmin(codes == TRION, axis=-1)[..., None]
    return np.asarray(np.take_along_axis(codes, beyond, axis=-1)[..., 0], dtype=np.int32)


def _cold_enough(y: float, quick: bool) -> dict[str, Variable]:
    """What tuning back finds for a weak coupling on a finite length or at a temperature."""
    wires, mismatch = WIRES.with_parameters(y=y), np.geomspace(1e-6, 0.9, 101 if quick else 401)
    codes = [
        [
            phase_diagram(wires, {"mismatch": mismatch}, cutoff=c, l_max=l_max, workers=1)["phase"].values
            for l_max in L_MAX
        ]
        for c in CUTOFFS.values()
    ]
    text = "phase found by tuning back from the weakest coupling"
    return {"found_weakest": (("cutoff", "l_max"), _just_beyond(np.array(codes)), "1", text)}


def readings(result: xr.Dataset) -> Readings:
    """The sequence of conductances, and what is found where the conductance has just returned."""
    weak = result.sel(y_s=REPULSIONS[0])
    narrowest = float(weak["width"].isel(y=0).min())
    found: Readings = {}
    for name in CUTOFFS:
        swept = result.sel(cutoff=name)
        found[f"conductances_{name}"] = _steps(swept["conductance"])
        found[f"met_{name}"] = _met(swept)
        found[f"phases_{name}"] = _sequence(swept["phase"])
        found[f"paired_width_{name}"] = _paired_width(swept)
    return {
        **found,
        "smallest_y": float(result["y"].min()),
        "largest_y": float(result["y"].max()),
        "all_paired": bool((weak["found"] == PAIRED).all()),
        "paired_by_length": {
            "no infrared length" if np.isinf(l_max) else f"l_max = {l_max:g}": bool(
                (result["found_weakest"].sel(l_max=l_max) == PAIRED).all()
            )
            for l_max in L_MAX
        },
        "narrowest": narrowest,
        "narrowest_mu": _in_mu(narrowest),
        **{f"strong_{name}": _paired_range(result, name) for name in ("tanh", "sharp")},
    }


def _in_mu(mismatch: float) -> float:
    """The distance in µ from the commensurate point, meV: dµ/dk = (ħv_F)²k/|µ|."""
    k = TUBE.hbar_v * float(bands(TUBE, [0.0], mu=MU)["k"].max())
    return mismatch / ALPHA_0 * TUBE.hbar_v * k / abs(MU)


def _steps(conductance: xr.DataArray) -> str:
    """Different values one after another, thirds as fractions."""
    values = conductance.values
    kept = values[np.r_[True, np.abs(np.diff(values)) > 1e-9]]
    return ", ".join("4/3" if abs(value - 4 / 3) < 1e-9 else f"{value:.4g}" for value in kept)


def _sequence(phase: xr.DataArray) -> str:
    codes, names = phase.values, flag_names(phase)
    return ", ".join(names[int(code)] for code in codes[np.r_[True, np.diff(codes) != 0]])


def _met(swept: xr.Dataset) -> str:
    """Names of the phases just beyond the plateaus."""
    names = flag_names(swept["phase"])
    codes = np.unique(swept["phase"].values[swept["returned"].values.astype(bool)])
    return " and ".join(names[int(code)] for code in codes) or "no plateau"


def _paired_width(swept: xr.Dataset) -> float:
    step = float(swept["mu"][1] - swept["mu"][0])
    return float(np.count_nonzero(swept["phase"].values == PAIRED) * step)


def _paired_range(result: xr.Dataset, cutoff: str) -> str:
    """Up to which y tuning back finds pairs for the strong repulsion."""
    found = result["found"].sel(cutoff=cutoff, y_s=REPULSIONS[1]).values == PAIRED
    return "for every y" if found.all() else f"up to y = {float(result['y'][int(np.argmin(found)) - 1]):.2f} only"


def draw(result: xr.Dataset) -> Figure:
    """The sweep with its phases, the phases by the other cut-offs, and the width over the coupling."""
    figure = new_figure(13.0, 6.8)
    grid = figure.add_gridspec(2, 2, height_ratios=[1.0, 0.62], width_ratios=[1.5, 1.0])
    main, strips = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    detuning, width = figure.add_subplot(grid[1, 1]), figure.add_subplot(grid[0, 1])
    phases.plot_staircases(result.sel(cutoff=CHOSEN), main)
    main.legend(frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0))
    _draw_widths(result, width)
    _draw_strips(result, strips)
    detuning.semilogy(result["mu"], result["mismatch"].where(result["mismatch"] > 0), color=OKABE_ITO[0])
    detuning.set(xlabel="chemical potential of the secondary (meV)", ylabel=MISMATCH, ylim=(1e-3, 1))
    lettered((main, width, strips, detuning))
    return figure


def _draw_strips(result: xr.Dataset, ax: Axes) -> None:
    """The phases along the sweep, a row for each cut-off."""
    tints = {DECOUPLED: "0.88", PAIRED: OKABE_ITO[5], TRION: OKABE_ITO[4]}
    mu, step = result["mu"].values, float(result["mu"][1] - result["mu"][0])
    for row, name in enumerate(CUTOFFS):
        codes = result["phase"].sel(cutoff=name).values
        for code, tint in tints.items():
            spans = [(at - step / 2, step) for at in mu[codes == code]]
            ax.broken_barh(spans, (row - 0.4, 0.8), color=tint, label=PHASES[code] if row == 0 else None)
    ax.set_yticks(range(len(CUTOFFS)), CUTOFFS)
    ax.set(xlabel="chemical potential of the secondary (meV)", ylabel="cut-off", xlim=(mu[0], mu[-1]))
    ax.legend(frameon=False, ncols=3, loc="lower right", bbox_to_anchor=(1.0, 1.0))


def _draw_widths(result: xr.Dataset, ax: Axes) -> None:
    """Over the coupling, with a cross where tuning back finds something else than pairs."""
    for name, colour in zip(CUTOFFS, OKABE_ITO, strict=False):
        for y_s, style in zip(REPULSIONS, STYLES, strict=True):
            own = result.sel(cutoff=name, y_s=y_s)
            ax.loglog(own["y"], own["width"].where(own["width"] > 0), style, color=colour)
            lost = own["found"].values != PAIRED
            ax.loglog(own["y"][lost], np.full(lost.sum(), 2.0), "x", color=colour)
        ax.plot([], [], color=colour, label=f"cut-off {name}")
    for y_s, style in zip(REPULSIONS, STYLES, strict=True):
        ax.plot([], [], style, color="0.3", label=f"$y_s = {y_s:g}$")
    ax.plot([], [], "x", color="0.3", label="tuning back finds no pairs")
    ax.set(xlabel="bare coupling $y$ of the wires", ylabel=r"paired phase up to $e^{-l^*}$", ylim=(2e-4, 4))
    legend_beside(ax)


FIGURES = (
    Recipe(
        name="shavit-protocol",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"weak": REPULSIONS[0], "strong": REPULSIONS[1]},
    ),
)
