"""Phase boundaries as curves: traced on a grid, then each point found by bisection along the normal, not by pixels."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, whole
from attractron.core.checks import axes as checked_axes
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.wires.cutoffs import PUBLISHED, Cutoff
from attractron.wires.integrate import PHASES, Scheme
from attractron.wires.model import KNOBS, CoupledWires
from attractron.wires.outline import Labels, curves, normals, pulled, spread_evenly
from attractron.wires.phases import phases_at
from attractron.wires.validity import METHOD, REFERENCES

if TYPE_CHECKING:
    import xarray as xr

COARSE = 12
"""Halvings of an edge of the grid before points are spread along the curve."""
FINE = 32
"""Halvings along the normal."""
WIDTHS = (0.02, 0.2, 1.0)
"""Half lengths of the normals that are searched, in cells of the grid."""


def phase_boundary(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    points: int = 100,
    cutoff: Cutoff = PUBLISHED,
    y_threshold: float = 1.0,
    ys_threshold: float = 1.0,
    feedback: str = "published",
    spin: str = "line-preserving",
    phase_factor: str = "published",
) -> "xr.Dataset":
    """The boundaries between phases in a plane of two parameters.

    Phases are calculated on the grid of the two axes; every change along an edge of the grid is bisected, crossings are
    joined to curves (one for each pair of phases and connected piece; islands are closed curves), and `points` points
    along every curve are bisected along its normal to 1e-9 of a cell. What is smaller than a cell may be missed.

    Args:
        wires: the bare couplings.
        axes: two knobs with arrays, the grid that is searched; numbers fix other knobs.
        points: on each curve.
        cutoff, y_threshold, ys_threshold, feedback, spin, phase_factor: as in `flow`.

    Returns:
        Dataset with the dimensions `curve`, `point` and `axis`: the two knobs (curve, point), `normal` (curve, point,
        axis) as fractions of the grid, `phase_left` and `phase_right` (curve), the phases on the side that the normal
        points to and on the other, and `closed` (curve). A point that no bisection found is not a number.

    Raises:
        InputError: not two axes with two points at least, and as `phase_diagram`.
    """
    scheme = Scheme(
        cutoff=cutoff,
        y_threshold=y_threshold,
        ys_threshold=ys_threshold,
        feedback=feedback,
        spin=spin,
        phase_factor=phase_factor,
    )
    knobs = checked_axes("axes", axes, KNOBS)
    number = whole("points", points, at_least=3)
    grid = {name: np.asarray(values) for name, values in knobs.items() if np.ndim(values)}
    if len(grid) != 2 or any(values.size < 2 for values in grid.values()):
        sizes = {name: values.size for name, values in grid.items()}
        raise InputError("axes", "hold two arrays of at least two points", sizes, "the grid that is searched")
    scheme.check(wires.fields(knobs))
    held = wires.with_parameters(**{name: float(values[0]) for name, values in grid.items()})
    held = held.with_parameters(**{name: value for name, value in knobs.items() if name not in grid})
    first, second = grid
    names = (first, second)
    found = traced(held, names, (grid[names[0]], grid[names[1]]), scheme, number)
    result = dataset(
        found,
        {"axis": ("axis", list(names), "1", "knob")},
        question="wires.phase_boundary",
        parameters=wires.describe(),
        options={**scheme.describe(), "fixed": {name: v for name, v in knobs.items() if name not in grid}},
        method=f"{METHOD}; phases on a grid of {' x '.join(str(v.size) for v in grid.values())}, bisected",
        validity=["Boundaries are conventions of the scheme as phases are; pieces within one cell may be missed."],
        references=REFERENCES,
    )
    for side in ("phase_left", "phase_right"):
        result[side].attrs.update(flags(PHASES))
    return result


def traced(
    wires: CoupledWires, names: tuple[str, str], grid: tuple[FloatArray, FloatArray], scheme: Scheme, number: int
) -> dict[str, Variable]:
    """All curves with `number` points each; the variables of `phase_boundary`."""
    sizes = np.array([values.size for values in grid])

    def position(fractions: FloatArray) -> FloatArray:
        columns = [np.interp(fractions[:, a] * (sizes[a] - 1), np.arange(sizes[a]), grid[a]) for a in range(2)]
        return np.stack(columns, axis=1)

    def label(fractions: FloatArray) -> Labels:
        return phases_at(wires, names, position(fractions), scheme)

    corners = np.stack(np.meshgrid(*(np.linspace(0, 1, size) for size in sizes), indexing="ij"), axis=-1)
    labels = label(corners.reshape(-1, 2)).reshape(tuple(sizes))
    cell = 1 / (sizes.max() - 1)
    points, directions, sides, closures = [], [], [], []
    for _, line, closed in curves(label, labels, COARSE):
        even, normal = spread_evenly(line, closed, number)
        even, done = pulled(label, even, normal, [cell * width for width in WIDTHS], FINE)
        if not done.any():  # a corner of the grid cut off within one cell
            continue
        normal = normals(even, closed)
        middle = int(np.argmax(done))
        middle = number // 2 if done[number // 2] else middle
        beside = even[middle] + np.array([[1e-6], [-1e-6]]) * normal[middle]
        points.append(np.where(done[:, None], position(even), np.nan))
        directions.append(normal)
        sides.append(label(np.clip(beside, 0.0, 1.0)))
        closures.append(closed)
    shape = (len(points), number, 2)
    where, codes = np.reshape(points, shape), np.reshape(sides, (len(points), 2)).astype(np.int8)
    return {
        names[0]: (("curve", "point"), where[..., 0], "1", KNOBS[names[0]]),
        names[1]: (("curve", "point"), where[..., 1], "1", KNOBS[names[1]]),
        "normal": (("curve", "point", "axis"), np.reshape(directions, shape), "1", "normal in fractions of the grid"),
        "phase_left": ("curve", codes[:, 0], "1", "phase on the side of the normal"),
        "phase_right": ("curve", codes[:, 1], "1", "phase on the other side"),
        "closed": ("curve", np.array(closures, dtype=bool), "1", "the curve is closed"),
    }
