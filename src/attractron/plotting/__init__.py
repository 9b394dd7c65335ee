"""Pictures of results: a dataset goes in, axes come out. Nothing here knows any physics."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.core.files import atomic
from attractron.plotting import array_phases, flows, lines, nanotube, phases, protocol, signal, stability, trace, trion
from attractron.plotting import readings as vertex
from attractron.plotting.style import setting

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = [
    "array_phases",
    "flows",
    "lines",
    "main_variable",
    "nanotube",
    "phases",
    "picture",
    "protocol",
    "save",
    "signal",
    "stability",
    "trace",
    "trion",
    "vertex",
]

MAIN_VARIABLE = {
    "dots.stability_diagram": "detector_current",
    "dots.effective_interaction": "effective_interaction",
    "dots.verdict": "two_delta",
    "dots.filling": "filling",
    "dots.cluster_energies": "binding_per_electron",
    "transport.current": "current",
    "wires.phase_diagram": "phase",
    "wires.crossover_temperatures": "spin_scale",
    "wires.equal_gap": "effective_attraction",
    "wires.array_phases": "transition_temperature",
    "wires.trion_phase": "K_f_complete",
    "wires.secondary_channel": "mismatch",
    "wires.little": "attraction",
    "readout.read_vertex": "data",
    "readout.charging_line": "signal",
    "readout.interdot_line": "signal",
    "fitting.fit_diagram": "data",
}
"""What the picture of a question's result shows; without an entry, the first quantity that has a dimension."""

OWN = {
    "readout.read_vertex": vertex.picture,
    "readout.charging_line": trace.picture,
    "readout.interdot_line": trace.picture,
    "fitting.fit_diagram": signal.picture,
    "wires.flow": flows.picture,
    "wires.phase_diagram": phases.picture,
    "wires.crossover_temperatures": flows.temperature_picture,
    "wires.array_flow": flows.array_picture,
    "wires.array_phases": array_phases.picture,
    "wires.protocol": protocol.picture,
    "wires.bands": nanotube.picture,
}
"""Questions whose results have a picture of their own."""

MOST_PANELS = 6


def main_variable(result: "xr.Dataset") -> str | None:
    """The quantity that the picture of a result shows, None when it has nothing to draw."""
    wanted = MAIN_VARIABLE.get(str(result.attrs.get("question", "")))
    drawn = [
        str(name)
        for name, variable in result.squeeze().data_vars.items()
        if 1 <= variable.ndim <= 3 and np.issubdtype(variable.dtype, np.number)
    ]
    if wanted in drawn:
        return wanted
    return None if wanted in result else next(iter(drawn), None)


def picture(result: "xr.Dataset") -> "Figure":
    """The picture of a result: its own, or curves over one knob, a map over two, and several maps over three.

    Args:
        result: a result of any question; dimensions of one point do not count.

    Returns:
        The figure; `save` writes it.

    Raises:
        InputError: the result has no quantity over one, two or three dimensions.
    """
    from matplotlib.figure import Figure

    _check_points(result)
    question = str(result.attrs.get("question", ""))
    if question in OWN:
        return OWN[question](result)
    squeezed = result.squeeze()
    variable = main_variable(squeezed)
    if variable is None:
        sizes = ", ".join(f"{dim}: {size}" for dim, size in result.sizes.items())
        wanted = "have a quantity over one to three dimensions to be drawn"
        raise InputError("result", wanted, f"dimensions ({sizes or 'none'})")
    dims = [str(dim) for dim in squeezed[variable].dims]
    if len(dims) == 3:
        return _panels(squeezed, variable, dims)
    figure = Figure(figsize=(6.0, 4.5), layout="constrained")
    shorter = min(squeezed[variable].shape)
    if len(dims) == 1 or (shorter <= lines.MOST_CURVES and "charge_state" not in squeezed):
        lines.plot(squeezed, figure.add_subplot(), variable=variable)
    else:
        stability.plot(squeezed, figure.add_subplot(), variable=variable)
    return figure


def _check_points(result: "xr.Dataset") -> None:
    empty = [str(dim) for dim, size in result.sizes.items() if size == 0]
    if empty:
        raise InputError("result", "have points to be drawn", f"none along {', '.join(empty)}")


def save(figure: "Figure", path: str | Path) -> Path:
    """Write a figure as PNG, whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    with atomic(path) as temporary:
        figure.savefig(temporary, format="png", dpi=150)
    return Path(path)


def _panels(result: "xr.Dataset", variable: str, dims: list[str]) -> "Figure":
    """A map for each of some values of the knob that is no gate axis of the paper's diagram, or of the first one."""
    from matplotlib.figure import Figure

    others = [dim for dim in dims if dim not in ("V", "delta_V")]
    outer = others[0] if len(others) == 1 else dims[0]
    size = result.sizes[outer]
    chosen = np.unique(np.linspace(0, size - 1, min(size, MOST_PANELS)).round().astype(int))
    columns = min(3, chosen.size)
    rows = -(-chosen.size // columns)
    figure = Figure(figsize=(4.5 * columns, 3.6 * rows), layout="constrained")
    for number, index in enumerate(chosen, start=1):
        part = result.isel({outer: index})
        ax = stability.plot(part, figure.add_subplot(rows, columns, number), variable=variable)
        ax.set_title(setting(outer, result[outer].to_numpy()[index], result[outer]))
    return figure
