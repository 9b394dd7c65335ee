"""Experimental knobs: phases of a wire beside a nanotube over gate, magnetic field and distance, in units."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset, flags
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.shavit_oreg2020.common import CUTOFFS, stacked
from attractron.plotting.style import edges, lettered, quantity_label
from attractron.wires import Nanotube, WireAndTube, experiment, experiment_boundary
from attractron.wires.coulomb import between_lines
from attractron.wires.experiment import INSULATING, MORE_BANDS, REGIONS, UNSTABLE

TUBE = Nanotube(Delta_0=60.0, Delta_so=1.0, radius=3.0, field=0.8)
SETUP = WireAndTube(tube=TUBE, k_F=0.02, v_F=400.0, distance=15.0, gate=-588.0, lever_arm=0.1)
"""A semiconducting tube beside a wire 50 nm above a gate: our choice."""

PLANES = (("gate", "distance"), ("gate", "field"), ("field", "distance"))
RANGES = {"gate": (-602.0, -577.0), "field": (0.0, 1.4), "distance": (10.0, 60.0)}
SWEEPS = {"gate": (-594.0, -583.0), "field": (0.4, 1.25), "distance": RANGES["distance"]}
"""Of one knob alone, around equal momenta."""

CHOSEN = "frozen"
"""The cut-off of the maps."""

DECOUPLED, PAIRED, TRION = 0, 1, 2
COLOURS = {
    DECOUPLED: "0.88",
    PAIRED: "#0072B2",
    TRION: "#E69F00",
    INSULATING: "white",
    MORE_BANDS: "#CFE8DF",
    UNSTABLE: "#CC79A7",
}


def compute(quick: bool) -> xr.Dataset:
    """Regions in three planes of the knobs with their boundaries, phases along each knob alone, conversions."""
    grids = {name: np.linspace(*ends, 11 if quick else 241) for name, ends in RANGES.items()}
    variables: dict[str, Variable] = {}
    for number, (first, second) in enumerate(PLANES):
        axes = {name: grids[name] for name in (first, second)}
        found = experiment(SETUP, axes, cutoff=CUTOFFS[CHOSEN])
        variables[f"region_{number}"] = ((first, second), found["phase"].values, "1", "region")
        if not quick:
            variables |= _curves(number, {name: values[::4] for name, values in axes.items()})
    result = dataset(
        {**variables, **_lines(quick), **_conversions()},
        {
            "cutoff": ("cutoff", list(CUTOFFS), "1", "how the coupling is cut off"),
            **{name: (name, grids[name], *text) for name, text in LABELS.items()},
        },
        question="papers.shavit_oreg2020.knobs",
        parameters=SETUP.describe(),
        options={"cutoff": CHOSEN, "ranges": RANGES},
        method=str(found.attrs["method"]),
        validity=[str(found.attrs["validity"])],
        references=["shavit_oreg2020", "attractron"],
    )
    for name in result.data_vars:
        if str(name).startswith(("region", "along")):
            result[name].attrs.update(flags(REGIONS))
    return result


LABELS = {
    "gate": ("mV", "gate voltage of the nanotube"),
    "field": ("T", "magnetic field along it"),
    "distance": ("nm", "distance of the wires"),
}


def _curves(number: int, axes: dict[str, FloatArray]) -> dict[str, Variable]:
    """The boundaries in one plane, as curves."""
    found = experiment_boundary(SETUP, axes, points=40, cutoff=CUTOFFS[CHOSEN])
    first, second = axes
    where = np.stack([found[first].values, found[second].values], axis=-1)
    dims = (f"curve_{number}", "point", "axis")
    return {f"boundary_{number}": (dims, where, "1", "boundary, in the units of the axes")}


def _lines(quick: bool) -> dict[str, Variable]:
    """Phases along each knob alone by every cut-off."""
    found: dict[str, Variable] = {}
    for name, ends in SWEEPS.items():
        fine = np.linspace(*ends, 61 if quick else 401)
        swept = [experiment(_best(name), {name: fine}, cutoff=cutoff) for cutoff in CUTOFFS.values()]
        found[f"along_{name}"] = (("cutoff", f"fine_{name}"), stacked(swept, "phase"), "1", "region")
        found[f"fine_{name}_values"] = (f"fine_{name}", fine, *LABELS[name])
    return found


def _best(knob: str) -> WireAndTube:
    """The setup for a sweep of one knob: over the distance, a gate at which the momenta nearly agree."""
    return SETUP.with_parameters(gate=-589.7) if knob == "distance" else SETUP


def _conversions() -> dict[str, Variable]:
    """What each knob does, at single points: compared with exact answers. Without a gate near by K_0 alone is left."""
    at = experiment(SETUP, {"gate": [-588.0, -586.0], "field": [0.7, 0.8]})
    near, far = (float(between_lines(2 * SETUP.k_F, d, gate_distance=1e5, permittivity=10.0)) for d in (100.0, 150.0))
    y = experiment(SETUP, {"distance": [40.0, 50.0]})["y"].values
    return {
        "mu_per_gate": ((), float((at["mu"][0, 0] - at["mu"][1, 0]) / -2.0), "meV/mV", "dµ/d(gate)"),
        "window_per_field": ((), float((at["window_low"][0, 1] - at["window_low"][0, 0]) / 0.1), "meV/T", "dm/dB"),
        "milli_k": ((), 1e3 * float(at["k"][0, 1]), "10⁻³/nm", "Fermi momentum of the tube"),
        "mismatch": ((), float(at["mismatch"][0, 1]), "1", "mismatch"),
        "decay": ((), float(np.log(near / far)) / 50.0, "1/nm", "decay of the backscattering with the distance"),
        "y_ratio": ((), float(y[0] / y[1]), "1", "y at 40 nm over y at 50 nm"),
        "y": ((), float(at["y"][0, 1]), "1", "y at 15 nm"),
        "upsilon": ((), float(at["upsilon"][0, 1]), "1", "υ at 15 nm"),
        "K": ((), float(at["K"][0, 1]), "1", "K of the tube"),
        "K_c": ((), SETUP.primary().K_c, "1", "K_c of the wire"),
        "y_s": ((), float(SETUP.primary().y_s), "1", "y_s of the wire"),
        "repulsion": ((), float(between_lines(0.0, 15.0, gate_distance=50.0, permittivity=10.0)), "meV nm", "V(0)"),
    }


def readings(result: xr.Dataset) -> Readings:
    """The sequences along each knob, what distance does, and the conversions."""
    found: Readings = {name: float(result[name]) for name in _conversions()}
    for name in RANGES:
        by_cutoff = {f"cut-off {cutoff}": _met(result[f"along_{name}"].sel(cutoff=cutoff)) for cutoff in CUTOFFS}
        found[f"met_{name}"] = by_cutoff[f"cut-off {CHOSEN}"]
        found[f"mets_{name}"] = by_cutoff
    distance = result["along_distance"].sel(cutoff=CHOSEN).values
    found["rises"] = int((np.diff(distance) > 0).sum())
    far = result["fine_distance_values"].values[distance != DECOUPLED]
    found["decoupled_beyond"] = float(far.max()) if far.size else None
    return found


def _met(phase: xr.DataArray) -> str:
    """Which of the three phases are met, from decoupled to trion."""
    codes = set(np.unique(phase.values).tolist())
    return ", ".join(name for code, name in REGIONS.items() if code in codes and code in (DECOUPLED, PAIRED, TRION))


def draw(result: xr.Dataset) -> Figure:
    """Three planes of the knobs, regions in colour and boundaries as curves, each with the third knob held."""
    figure, axes = panels(13.5, 5.2, columns=3)
    for number, (ax, (first, second)) in enumerate(zip(axes, PLANES, strict=True)):
        _draw_plane(result, number, (first, second), ax)
    held = (f"field {SETUP.tube.field:g} T", f"distance {SETUP.distance:g} nm", f"gate {SETUP.gate:g} mV")
    lettered(axes, held)
    handles = [Patch(facecolor=colour, edgecolor="0.3", label=REGIONS[code]) for code, colour in COLOURS.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
    return figure


def _draw_plane(result: xr.Dataset, number: int, knobs: tuple[str, str], ax: Axes) -> None:
    first, second = (result[name] for name in knobs)
    codes = list(COLOURS)
    shown = np.searchsorted(codes, result[f"region_{number}"].transpose(knobs[1], knobs[0]).values)
    colours = ListedColormap(list(COLOURS.values()))
    across, up = edges(first.values), edges(second.values)
    ax.pcolormesh(across, up, shown, cmap=colours, vmin=-0.5, vmax=len(codes) - 0.5, rasterized=True)
    if f"boundary_{number}" in result:
        for curve in result[f"boundary_{number}"].values:
            ax.plot(*curve.T, color="black", linewidth=1.2)
    ax.set(xlim=RANGES[knobs[0]], ylim=RANGES[knobs[1]], xlabel=quantity_label(first), ylabel=quantity_label(second))


FIGURES = (
    Recipe(
        name="shavit-knobs",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"chosen": CHOSEN, "near": RANGES["distance"][0], "far": RANGES["distance"][1]},
    ),
)
