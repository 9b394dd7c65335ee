"""Phases in the plane of two knobs: boundaries as paths, shares of a window, the smallest coupling with a spin gap."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from scipy.ndimage import distance_transform_edt

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, flag_names
from attractron.plotting.phases import tints
from attractron.plotting.style import edges
from attractron.wires import CoupledWires, Scheme, phase_boundary, phase_diagram
from attractron.wires.flow.cutoffs import Cutoff

PAIRS = ("decoupled to paired", "paired to trion", "decoupled to trion")
"""Boundaries of the three phases that occur on the SU(2) line."""

_KNOBS = {
    "y": "coupling y⁰ of the wires",
    "y_s": "backscattering y_s⁰ in the primary wire",
    "mismatch": "mismatch e^(-l*)",
}

ROUNDS, POINTS = 7, 33
"""Refinements of `smallest_y`, and points in each: 1/32⁷ of the first interval is left."""

ROOM = 0.03
"""Half the height of a name of a phase, in heights of a panel."""

WIDE = 0.3
"""Height of a name over its width."""

LARGEST_Y = 0.99
"""Where `smallest_y` stops to look: just below strong coupling, y = 1."""


def smallest_y(wires: CoupledWires, *, cutoff: Cutoff, limit: float = math.inf) -> float:
    """The smallest y that opens a spin gap with l_spin < limit; not a number when none up to `LARGEST_Y` does.

    A flow whose y becomes strong first goes on to its spin gap: paired and trion phase both count.
    """
    low, high = 0.0, LARGEST_Y
    for _ in range(ROUNDS):
        y = np.linspace(low, high, POINTS)
        l_spin = phase_diagram(wires, {"y": y}, cutoff=cutoff, stop="both", workers=1)["l_spin"].values
        first = int(np.argmax(l_spin < limit))
        if not l_spin[first] < limit:
            return math.nan
        if first == 0:
            return float(y[0])
        low, high = float(y[first - 1]), float(y[first])
    return high


def boundary_paths(
    wires: CoupledWires, axes: dict[str, FloatArray], *, points: int, scheme: Scheme | None = None, **conventions: Any
) -> FloatArray:
    """Phase boundaries in the plane of two knobs as one path for each of `PAIRS` (pair, vertex, axis)."""
    found = phase_boundary(wires, axes, points=points, scheme=scheme, **conventions)
    names = flag_names(found["phase_left"])
    pieces: dict[str, list[FloatArray]] = {pair: [] for pair in PAIRS}
    sides = zip(found["phase_left"].values, found["phase_right"].values, strict=True)
    for curve, (low, high) in zip(curves(found, axes), (sorted(map(int, codes)) for codes in sides), strict=True):
        pieces[f"{names[low]} to {names[high]}"].append(curve)
    return padded([path(parts) for parts in pieces.values()])


def knobs(axes: dict[str, FloatArray]) -> dict[str, Variable]:
    """Coordinates of the plane of two knobs."""
    return {name: (name, values, "1", _KNOBS[name]) for name, values in axes.items()}


def vertices(axes: dict[str, FloatArray]) -> dict[str, Variable]:
    """Coordinates of boundaries in it."""
    return {
        "pair": ("pair", list(PAIRS), "1", "phases on both sides"),
        "axis": ("axis", list(axes), "1", "coordinate of a vertex"),
    }


def curves(found: xr.Dataset, axes: Iterable[str]) -> FloatArray:
    """The curves of a boundary in the plane of two knobs (curve, point, axis)."""
    return np.stack([found[name].values for name in axes], axis=-1)


def path(pieces: Iterable[FloatArray]) -> FloatArray:
    """Pieces (vertex, axis) one after another, each followed by a vertex that is not a number."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([np.empty((0, 2)), *(part for piece in pieces for part in (piece, gap))])


def padded(paths: list[FloatArray]) -> FloatArray:
    """Arrays that differ in the length of their vertices (…, vertex, axis), stacked; NaN fills the ends."""
    most = max(own.shape[-2] for own in paths)
    missing = [[(0, 0)] * (own.ndim - 2) + [(0, most - own.shape[-2]), (0, 0)] for own in paths]
    return np.stack([np.pad(own, width, constant_values=np.nan) for own, width in zip(paths, missing, strict=True)])


def shares(phase: xr.DataArray, name: str, over: tuple[str, ...]) -> xr.DataArray:
    """Part of the points along the dimensions `over` that are in the named phase."""
    code = {own: code for code, own in flag_names(phase).items()}[name]
    return (phase == code).mean(over)


def tinted(phase: xr.DataArray, ax: Axes) -> None:
    """Phases (up, across) as tinted regions with names, without lines between them: boundaries are known as curves."""
    up, across = (phase[dim].values for dim in phase.dims)
    names = flag_names(phase)
    ax.pcolormesh(edges(across), edges(up), tints(len(names))[phase.values])
    for code, name in names.items():
        # The pixel farthest from the region's border, a name being several times as wide as it is high.
        inside = np.pad(phase.values == code, 1)
        distance = distance_transform_edt(inside, (1 / up.size, WIDE / across.size))[1:-1, 1:-1]
        if distance.max() > ROOM:
            row, column = np.unravel_index(distance.argmax(), distance.shape)
            ax.text(float(across[column]), float(up[row]), name, ha="center", va="center")
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
