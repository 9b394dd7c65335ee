"""Where the paired phase is a superconductor: the boundary (18) of Shavit and Oreg (2020) as a curve.

Superconducting correlations dominate over charge-density waves where K_c + Q²K > 1/K_c, with the numbers at the end of
the flow (`attractron.wires.orders.superconducting`). Points are labelled on a grid, the changes of the label are joined
to curves and every point of a curve is bisected along its normal, as for `attractron.wires.phase_boundary`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, shown, whole
from attractron.core.checks import axes as checked_axes
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.wires.flow.boundaries import Label, Labels, Pair, curves, pulled, spread_evenly
from attractron.wires.flow.events import PAIRED
from attractron.wires.flow.phase_diagram import answers
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.validity import METHOD, REFERENCES
from attractron.wires.model import KNOBS, CoupledWires
from attractron.wires.orders import superconducting_margin

if TYPE_CHECKING:
    import xarray as xr

END_NUMBERS = {
    "K_c": "K_c of the primary wire's charge at the end of the flow",
    "K": "K of the secondary wire at the end of the flow",
    "Q": "Q at the end of the flow",
}
ELSEWHERE, DENSITY_WAVE, SUPERCONDUCTOR = 0, 1, 2
COARSE, FINE = 12, 40
"""Halvings of an edge of the grid, and of the normals."""
WIDTHS = (0.02, 0.2, 1.0)
"""Half lengths of the normals that are searched, in cells of the grid."""


def superconducting_line(axes: Mapping[str, ArrayLike], *, points: int = 100) -> "xr.Dataset":
    """The line K_c + Q²K = 1/K_c (18) in the plane of two of the numbers at the end of a flow.

    Args:
        axes: "K_c", "K" and "Q": two arrays, the grid that is searched, and one number.
        points: on each connected piece.

    Returns:
        Dataset over (curve, point): the two numbers on the line, not a number where a bisection found none.

    Raises:
        InputError: not two arrays and a number, or K_c or K not positive.
    """
    knobs = checked_axes("axes", axes, END_NUMBERS)
    if set(knobs) != set(END_NUMBERS):
        raise InputError("axes", "hold K_c, K and Q, two arrays and a number", shown(list(knobs)))
    for name in ("K_c", "K"):
        if np.min(knobs[name]) <= 0:
            raise InputError(f"axes[{name!r}]", "be positive", float(np.min(knobs[name])))
    names, grid = _plane(knobs)

    def label(where: FloatArray) -> Labels:
        numbers = knobs | dict(zip(names, where.T, strict=True))
        above = superconducting_margin(*(np.asarray(numbers[name]) for name in END_NUMBERS)) > 0
        return np.asarray(np.where(above, SUPERCONDUCTOR, DENSITY_WAVE), dtype=np.int8)

    return dataset(
        _traced(label, names, grid, END_NUMBERS, whole("points", points, at_least=3)),
        {},
        question="wires.superconducting_line",
        parameters={name: value for name, value in knobs.items() if name not in names},
        method="bisection along the normals of a curve traced on a grid",
        validity=["Numbers at the end of the flow; pieces within one cell of the grid may be missed."],
        references=REFERENCES,
    )


def superconducting_boundary(
    wires: CoupledWires, axes: Mapping[str, ArrayLike], *, points: int = 100, **conventions: Any
) -> "xr.Dataset":
    """The same between charge-density waves and superconductivity of the paired phase, in two bare parameters.

    Args:
        wires: the bare couplings.
        axes: two knobs with arrays, the grid that is searched; numbers fix other knobs.
        points: on each connected piece.
        conventions: `cutoff`, `y_threshold`, `ys_threshold`, `feedback`, `spin`, `phase_factor` of
            `attractron.wires.flow.flow`.

    Returns:
        Dataset over (curve, point): the two knobs on the boundary, not a number where a bisection found none; no curve
        where the paired phase has one order only.

    Raises:
        InputError: not two arrays, and as `attractron.wires.flow.flow`.
    """
    scheme = Scheme(**conventions)
    knobs = checked_axes("axes", axes, KNOBS)
    names, grid = _plane(knobs)
    scheme.check(wires.fields(knobs))
    held = wires.with_parameters(**{name: float(np.ravel(values)[0]) for name, values in knobs.items()})

    def label(where: FloatArray) -> Labels:
        found = answers(held.fields({}) | dict(zip(names, where.T, strict=True)), wires.beta, scheme)
        margin = superconducting_margin(*(found[name][1] for name in ("K_c_tilde_end", "K_tilde_end", "Q_end")))
        order = np.where(margin > 0, SUPERCONDUCTOR, DENSITY_WAVE)
        return np.asarray(np.where(found["phase"][1] == PAIRED, order, ELSEWHERE), dtype=np.int8)

    return dataset(
        _traced(label, names, grid, KNOBS, whole("points", points, at_least=3)),
        {},
        question="wires.superconducting_boundary",
        parameters=wires.describe(),
        options={**scheme.describe(), "fixed": {name: v for name, v in knobs.items() if name not in names}},
        method=f"{METHOD}; bisection along the normals of a curve traced on a grid",
        validity=[
            "Boundaries are conventions of the scheme as phases are, and K_c, K and Q are those at strong coupling of "
            "y_s; pieces within one cell of the grid may be missed.",
        ],
        references=REFERENCES,
    )


def _plane(knobs: Mapping[str, FloatArray | float]) -> tuple[tuple[str, str], tuple[FloatArray, FloatArray]]:
    arrays = [name for name, values in knobs.items() if np.ndim(values)]
    if len(arrays) != 2 or any(np.size(knobs[name]) < 2 for name in arrays):
        sizes = {name: int(np.size(knobs[name])) for name in arrays}
        raise InputError("axes", "hold two arrays of at least two points", sizes, "the grid that is searched")
    x, y = arrays
    return (x, y), (axis(x, knobs[x]), axis(y, knobs[y]))


def _traced(
    label: Label, names: tuple[str, str], grid: tuple[FloatArray, FloatArray], known: Mapping[str, str], number: int
) -> dict[str, Variable]:
    """Curves between density wave and superconductor, `number` points each; `label` takes parameters (point, 2)."""

    def position(fractions: FloatArray) -> FloatArray:
        columns = [np.interp(fractions[:, a] * (grid[a].size - 1), np.arange(grid[a].size), grid[a]) for a in range(2)]
        return np.stack(columns, axis=1)

    def at(fractions: FloatArray) -> Labels:
        return label(position(fractions))

    sizes = tuple(values.size for values in grid)
    corners = np.stack(np.meshgrid(*(np.linspace(0, 1, size) for size in sizes), indexing="ij"), axis=-1)
    pieces = curves(at, at(corners.reshape(-1, 2)).reshape(sizes), COARSE)
    found = [_piece(at, line, closed, number, max(sizes)) for pair, line, closed in pieces if _wanted(pair)]
    seen = [(line, done) for line, done in found if done.any()]  # the others cut a corner off within one cell
    where = np.array([np.where(done[:, None], position(line), np.nan) for line, done in seen]).reshape(-1, number, 2)
    return {name: (("curve", "point"), where[..., a], "1", known[name]) for a, name in enumerate(names)}


def _wanted(pair: Pair) -> bool:
    return pair == (DENSITY_WAVE, SUPERCONDUCTOR)


def _piece(at: Label, line: FloatArray, closed: bool, number: int, cells: int) -> tuple[FloatArray, Any]:
    even, normal = spread_evenly(line, closed, number)
    return pulled(at, even, normal, [width / (cells - 1) for width in WIDTHS], FINE)
