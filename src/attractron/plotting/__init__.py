"""Pictures of results: a dataset goes in, axes come out. Nothing here knows any physics."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import nearest
from attractron.core.cuts import CUT, SELECTION
from attractron.core.errors import InputError
from attractron.core.files import atomic
from attractron.plotting import (
    by_dimensions,
    chain,
    flows,
    honeycomb,
    layout_curves,
    layouts,
    lines,
    maps,
    methods,
    pairs,
    peaks,
    phases,
    posteriors,
    readings,
    scattered,
    screening,
    spectra,
    stability,
    windows,
)
from attractron.plotting.style import alone, own_style

__all__ = [
    "by_dimensions",
    "chain",
    "flows",
    "honeycomb",
    "layout_curves",
    "layouts",
    "lines",
    "main_variable",
    "maps",
    "methods",
    "pairs",
    "peaks",
    "phases",
    "picture",
    "picture_format",
    "posteriors",
    "readings",
    "save",
    "scattered",
    "screening",
    "spectra",
    "stability",
    "windows",
]


class _Entry(NamedTuple):
    """How the results of a question are drawn.

    Attributes:
        variable: the quantity that the picture shows; None: the first that has a dimension.
        draw: the picture of its own; None: by the number of dimensions.
    """

    variable: str | None = None
    draw: Callable[[xr.Dataset], Figure] | None = None


CATALOGUE = {
    "dots.stability_diagram": _Entry("detector_current"),
    "dots.effective_interaction": _Entry("effective_interaction"),
    "dots.verdict": _Entry("two_delta"),
    "dots.filling": _Entry("filling"),
    "dots.cluster_energies": _Entry("binding_per_electron"),
    "geometry.electrostatics": _Entry("repulsion", layouts.picture),
    "geometry.distance_scan": _Entry("pairing_energy"),
    "geometry.scaling": _Entry("pairing_energy"),
    "geometry.pairing_map": _Entry("pairing_energy"),
    "geometry.disorder": _Entry("pairing_energy"),
    "geometry.relaxed": _Entry("pairing_energy"),
    "geometry.sensitivities": _Entry("pairing_energy_log_slope", alone(layout_curves.plot_slopes)),
    "geometry.potential_along": _Entry("potential_energy"),
    "geometry.potential_energy": _Entry("potential_energy", alone(layout_curves.plot_potential)),
    "lattice.gaps": _Entry("pair_binding"),
    "lattice.ground_state": _Entry("energy"),
    "lattice.phase_of_chain": _Entry("spin_gap"),
    "transport.current": _Entry("current"),
    "compare.transport": _Entry("value", alone(methods.plot)),
    "wires.flow": _Entry(None, flows.picture),
    "wires.phase_diagram": _Entry("phase", phases.picture),
    "wires.experiment": _Entry("phase", phases.picture),
    "wires.crossover_temperatures": _Entry("spin_scale", flows.picture_temperatures),
    "wires.equal_gap": _Entry("effective_attraction"),
    "wires.array_flow": _Entry(None, alone(flows.plot_array, width=6.5)),
    "wires.array_phases": _Entry("transition_temperature", phases.picture_array),
    "wires.protocol": _Entry(None, alone(phases.plot_staircases)),
    "wires.bands": _Entry(None, alone(lines.plot_bands)),
    "wires.trion_phase": _Entry("K_f_complete"),
    "wires.tunnelling": _Entry("conductance"),
    "wires.spectral_function": _Entry("spectral_function", alone(spectra.plot_spectrum)),
    "wires.fractional_conductance": _Entry("primary"),
    "wires.flowing_impurity": _Entry("conductance"),
    "wires.localisation_length": _Entry("localisation_length"),
    "wires.tendencies": _Entry("logarithmic"),
    "wires.secondary_channel": _Entry("mismatch"),
    "wires.little": _Entry("attraction"),
    "wires.massive_secondary": _Entry("phase", phases.picture),
    "readout.read_vertex": _Entry("data", readings.picture_vertex),
    "readout.read_honeycomb": _Entry("data", honeycomb.picture_honeycomb),
    "readout.charging_line": _Entry("signal", readings.picture_trace),
    "readout.interdot_line": _Entry("signal", readings.picture_trace),
    "readout.coulomb_peak": _Entry("signal", peaks.picture_peak),
    "readout.coulomb_peak_series": _Entry("signal", peaks.picture_series),
    "readout.posterior": _Entry("posterior", posteriors.picture),
    "readout.coulomb_peaks": _Entry("signal", peaks.picture_peaks),
    "readout.read_diamonds": _Entry("data", windows.picture_windows),
    "readout.read_triangles": _Entry("data", windows.picture_windows),
    "readout.detuning_map": _Entry("data", maps.picture_detuning),
    "readout.photon_assisted": _Entry("data", maps.picture_photons),
    "fitting.fit_pair_current": _Entry("data", pairs.picture_pairs),
    "fitting.fit_pair_gates": _Entry("data", pairs.picture_gates),
    "fitting.fit_diagram": _Entry("data", readings.picture_fit),
}
"""Question → its picture; results of any other question are drawn by their dimensions."""

OF_PARTS = (phases.picture, phases.picture_array)
"""Pictures that a part of a result has, too, whatever is left of its axes."""


FORMATS = ("png", "pdf", "svg")
"""In which a picture is written."""


def _entry(result: xr.Dataset) -> _Entry:
    return CATALOGUE.get(str(result.attrs.get("question", "")), _Entry())


def main_variable(result: xr.Dataset) -> str | None:
    """The quantity that the picture of a result shows, None when it has nothing to draw.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> at.plotting.main_variable(at.dots.effective_interaction(device, {"delta": [1.0, 2.0]}))
        'effective_interaction'
    """
    wanted = _entry(result).variable
    drawn = [
        str(name)
        for name, variable in result.squeeze().data_vars.items()
        if 1 <= variable.ndim <= 3 and np.issubdtype(variable.dtype, np.number)
    ]
    if wanted in drawn:
        return wanted
    return None if wanted in result else next(iter(drawn), None)


@own_style()
def picture(result: xr.Dataset, variable: str | None = None, over: Sequence[str] = ()) -> Figure:
    """The picture of a result: its own, or curves over one knob, a map over two, and several maps over three.

    Args:
        result: a result of any question, or a part of one; dimensions of one point do not count.
        variable: draw this quantity instead of the one that the picture of the result shows.
        over: draw over this axis, or with the first of these two to the right; None for all that there are.

    Returns:
        The figure; `save` writes it.

    Raises:
        InputError: the result has no quantity over one, two or three dimensions, or not the one asked for.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> figure = at.plotting.picture(at.dots.effective_interaction(device, {"delta": [1.0, 2.0]}))
        >>> figure.axes[0].get_xlabel()
        'δ (meV)'
    """
    where = scattered.knobs(result)
    if len(where) == 1:
        return picture(scattered.in_order(result), variable, over)
    entry = _entry(result)
    drawn = variable or main_variable(result)
    sizes = result[drawn].sizes if drawn in result else result.sizes
    empty = [str(dim) for dim, size in sizes.items() if size == 0]
    if empty:
        raise InputError("result", "have points to be drawn", f"none along {', '.join(empty)}")
    if len(where) == 2 and drawn is not None and not over:
        return scattered.picture(result, drawn)
    whole = CUT not in result.attrs and SELECTION not in result.attrs
    if whole and not variable and not over and layouts.is_drawn(result) and entry.draw is not layouts.picture:
        return _of_drawing(result, drawn)
    if entry.draw is not None and not variable and not over and (whole or entry.draw in OF_PARTS):
        return entry.draw(result)
    if drawn is None:
        there = ", ".join(f"{dim}: {size}" for dim, size in result.sizes.items())
        wanted = "have a quantity over one to three dimensions to be drawn"
        raise InputError("result", wanted, f"dimensions ({there or 'none'})")
    return by_dimensions.picture(result, drawn, over)


def _of_drawing(result: xr.Dataset, variable: str | None) -> Figure:
    """The drawing of a device, with the quantity beside it where it has one or two axes of its own."""
    if variable is None or variable in layouts.OF_METALS:
        return layouts.picture(result)
    if result[variable].squeeze().ndim > 2:
        return by_dimensions.picture(result, variable)
    return layouts.beside(result, lambda ax: by_dimensions.plot(result, ax, variable=variable))


def picture_format(path: str | Path) -> str:
    """The format of a picture by the name of its file: png, pdf or svg.

    Raises:
        InputError: another ending, or none.

    Example:
        >>> at.plotting.picture_format("flow.PDF")
        'pdf'
    """
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        endings = ", ".join(f".{each}" for each in FORMATS)
        raise InputError(str(path), f"end in one of {endings}", f"{ending or 'no ending'}", nearest(ending, FORMATS))
    return ending


@own_style()
def save(figure: Figure, path: str | Path) -> Path:
    """Write a figure as PNG, PDF or SVG, as its name says, whole or not at all.

    Raises:
        InputError: a name that ends otherwise.
        OutputError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> ax = at.plotting.flows.plot(at.wires.flow(at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2)))
        >>> at.plotting.save(ax.figure, f"{tempfile.mkdtemp()}/flow.png").name
        'flow.png'
    """
    written_as = picture_format(path)
    with atomic(path) as temporary:
        figure.savefig(temporary, format=written_as, dpi=150)
    return Path(path)


_FORMER: dict[str, dict[str, Callable[..., Axes | Figure]]] = {
    "array_phases": {"plot": phases.plot_array, "picture": phases.picture_array},
    "boundaries": {"plot": phases.plot_boundaries},
    "nanotube": {"plot": lines.plot_bands, "picture": alone(lines.plot_bands)},
    "protocol": {"plot": phases.plot_staircases, "picture": alone(phases.plot_staircases)},
    "signal": {"picture": readings.picture_fit},
    "trace": {
        "plot": readings.plot_trace,
        "plot_residual": readings.plot_residual,
        "picture": readings.picture_trace,
    },
    "trion": {"plot": lines.plot_on_map},
    "vertex": {"plot": readings.plot_vertex, "picture": readings.picture_vertex},
}
"""Modules that were, and where their functions are now."""


def __getattr__(name: str) -> SimpleNamespace:
    if name in _FORMER:
        return SimpleNamespace(**_FORMER[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
