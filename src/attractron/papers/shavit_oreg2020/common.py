"""What the figures of coupled wires share: cut-offs by name, the smallest coupling with a spin gap, boundaries."""

import math
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import flag_names
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, phase_boundary, phase_diagram
from attractron.wires.flow.cutoffs import Cutoff

if TYPE_CHECKING:
    import xarray as xr

PAPER = "Shavit and Oreg, Phys. Rev. Research 2, 043283 (2020)"

CUTOFFS: dict[str, Cutoff] = {"tanh": Tanh(chi=1.5), "sharp": Sharp(), "frozen": Frozen(chi=1.5)}
"""The three ways to cut the coupling off, at the χ of the paper's Figs. 4 and 5."""

FEEDBACKS = ("published", "complete")

PAIRS = ("decoupled to paired", "paired to trion", "decoupled to trion")
"""Boundaries of the three phases that occur on the SU(2) line."""

ROUNDS, POINTS = 7, 33
"""Refinements of `smallest_y`, and points in each: 1/32⁷ of the first interval is left."""


def smallest_y(wires: CoupledWires, *, cutoff: Cutoff, limit: float = math.inf, largest: float = 0.99) -> float:
    """The smallest y that opens a spin gap with l_spin < limit; not a number when none up to `largest` does.

    A flow whose y becomes strong first goes on to its spin gap: paired and trion phase both count.
    """
    low, high = 0.0, largest
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


def boundary_paths(wires: CoupledWires, axes: dict[str, FloatArray], *, cutoff: Cutoff, points: int) -> FloatArray:
    """Phase boundaries in the plane of two knobs as one path for each of `PAIRS` (pair, vertex, axis).

    Pieces of a path are separated by a vertex that is not a number; shorter paths end in such vertices.
    """
    found = phase_boundary(wires, axes, points=points, cutoff=cutoff)
    names = flag_names(found["phase_left"])
    curves = np.stack([found[name].values for name in axes], axis=-1)  # (curve, point, axis)
    pieces: dict[str, list[FloatArray]] = {pair: [] for pair in PAIRS}
    for curve, left, right in zip(curves, found["phase_left"].values, found["phase_right"].values, strict=True):
        low, high = sorted((int(left), int(right)))
        pieces[f"{names[low]} to {names[high]}"] += [curve, np.full((1, 2), np.nan)]
    return padded([np.concatenate(parts) if parts else np.empty((0, 2)) for parts in pieces.values()])


def padded(paths: list[FloatArray]) -> FloatArray:
    """Arrays that differ in the length of their vertices (…, vertex, axis), stacked; NaN fills the ends."""
    most = max(path.shape[-2] for path in paths)
    missing = [[(0, 0)] * (path.ndim - 2) + [(0, most - path.shape[-2]), (0, 0)] for path in paths]
    return np.stack([np.pad(path, width, constant_values=np.nan) for path, width in zip(paths, missing, strict=True)])


def shares(phase: "xr.DataArray", name: str, over: tuple[str, ...]) -> "xr.DataArray":
    """Part of the points along the dimensions `over` that are in the named phase."""
    code = {own: code for code, own in flag_names(phase).items()}[name]
    return (phase == code).mean(over)
