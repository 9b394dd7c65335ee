"""Boundaries as curves: of the phases, and of the orders (18) within the paired phase (Shavit and Oreg 2020).

Every point of a plane has a label, a phase or an order, which needs a flow. Labels on a grid are contoured; every place
where a contour crosses an edge of the grid is found by bisection along that edge, points are spread evenly along the
line through them, and each of these is found again by bisection along the normal there: boundaries are then exact, not
a matter of pixels. What is smaller than a cell may be missed.

Superconducting correlations dominate over charge-density waves where K_c + Q²K > 1/K_c, with the numbers at the end of
the flow (`attractron.wires.orders.superconducting`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from contourpy import contour_generator
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray, whole
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.wires.flow.events import PAIRED, PHASES
from attractron.wires.flow.phase_diagram import answers_at, phases_at
from attractron.wires.flow.scheme import Scheme, chosen
from attractron.wires.flow.validity import METHOD, REFERENCES
from attractron.wires.model import KNOBS, CoupledWires
from attractron.wires.orders import superconducting_margin

Labels = NDArray[np.int8]
Label = Callable[[FloatArray], Labels]
"""Labels at points (point, 2) of a plane, in fractions of its grid, (0, 0) to (1, 1)."""

COARSE = 12
"""Halvings of an edge of the grid before points are spread along the curve."""
FINE = 32
"""Halvings along the normal."""
WIDTHS = (0.02, 0.2, 1.0)
"""Half lengths of the normals that are searched, in cells of the grid."""

ELSEWHERE, DENSITY_WAVE, SUPERCONDUCTOR = 0, 1, 2
"""Labels of the orders."""


class Curve(NamedTuple):
    """A piece of a boundary.

    Attributes:
        points: in fractions of the grid (point, 2), not a number where no bisection found one.
        normal: unit vectors to the left of the way along them (point, 2).
        sides: labels on the side that the normals point to, and on the other.
        closed: whether its ends meet.
    """

    points: FloatArray
    normal: FloatArray
    sides: Labels
    closed: bool


class Plane(NamedTuple):
    """The two knobs that a boundary is searched over, their grid, and the wires with all other knobs fixed."""

    wires: CoupledWires
    knobs: Axes
    names: tuple[str, str]
    grid: tuple[FloatArray, FloatArray]

    @property
    def sizes(self) -> tuple[int, int]:
        """Points of the grid in both directions."""
        return self.grid[0].size, self.grid[1].size

    def position(self, fractions: FloatArray) -> FloatArray:
        """Values of both knobs (…, 2) at fractions of the grid (…, 2)."""
        columns = [
            np.interp(fractions[..., a] * (each.size - 1), np.arange(each.size), each)
            for a, each in enumerate(self.grid)
        ]
        return np.stack(columns, axis=-1)

    def variables(self, curves: list[Curve], number: int) -> dict[str, tuple[tuple[str, str], FloatArray, str, str]]:
        """Both knobs along all curves."""
        where = np.reshape([self.position(curve.points) for curve in curves], (len(curves), number, 2))
        return {name: (("curve", "point"), where[..., a], *KNOBS[name]) for a, name in enumerate(self.names)}


def phase_boundary(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    points: int = 100,
    scheme: Scheme | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """The boundaries between phases in a plane of two parameters.

    Every connected piece of the boundary of two phases is a curve (an island is a closed one), and `points` points
    along it are bisected along its normal to 1e-9 of a cell.

    Theory: docs/theory/wires.md, eq-scales.

    Args:
        wires: the initial couplings.
        axes: two knobs with arrays, the grid that is searched; numbers fix other knobs.
        points: on each curve.
        scheme: all conventions (`attractron.wires.Scheme`).
        conventions: fields of the scheme by name, instead of it: `cutoff`, `y_threshold`, `ys_threshold`,
            `strong_coupling`, `l_max`, `feedback`, `spin`, `phase_factor`.

    Returns:
        Dataset with the dimensions `curve`, `point` and `axis`: the two knobs (curve, point), `normal` (curve, point,
        axis) as fractions of the grid, `phase_left` and `phase_right` (curve), the phases on the side that the normal
        points to and on the other, and `closed` (curve). A point that no bisection found is not a number.

    Raises:
        InputError: not two axes with two points at least, and as `phase_diagram`.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.0)  # no second wire: the sign of y_s decides
        >>> found = at.wires.phase_boundary(wires, {"y_s": [-0.4, 0.3], "K": [0.3, 0.5]}, points=3)
        >>> np.abs(found.y_s).values.round(6).tolist()
        [[0.0, 0.0, 0.0]]
    """
    number, conventional = whole("points", points, at_least=3), chosen(scheme, conventions, stop="first")
    plane = _plane(wires, axes, conventional)

    def label(fractions: FloatArray) -> Labels:
        return phases_at(plane.wires, plane.names, plane.position(fractions), conventional)

    curves = traced(label, plane.sizes, number)
    sides = np.reshape([curve.sides for curve in curves], (len(curves), 2)).astype(np.int8)
    normal = np.reshape([curve.normal for curve in curves], (len(curves), number, 2))
    closed = np.array([curve.closed for curve in curves], dtype=bool)
    result = dataset(
        {
            **plane.variables(curves, number),
            "normal": (("curve", "point", "axis"), normal, "1", "normal in fractions of the grid"),
            "phase_left": ("curve", sides[:, 0], "1", "phase on the side of the normal"),
            "phase_right": ("curve", sides[:, 1], "1", "phase on the other side"),
            "closed": ("curve", closed, "1", "the curve is closed"),
        },
        {"axis": ("axis", list(plane.names), "1", "knob")},
        question="wires.phase_boundary",
        parameters=wires.describe(),
        options={**conventional.describe(), "fixed": plane.knobs.fixed},
        method=f"{METHOD}; phases on a grid of {' x '.join(str(each.size) for each in plane.grid)}, bisected",
        validity=["Boundaries are conventions of the scheme as phases are; pieces within one cell may be missed."],
        references=REFERENCES,
    )
    for side in ("phase_left", "phase_right"):
        result[side].attrs.update(flags(PHASES))
    return result


def superconducting_boundary(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    points: int = 100,
    scheme: Scheme | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """The boundary (18) between charge-density waves and superconductivity of the paired phase, in two parameters.

    Between numbers at the end of the flow it is a closed form, K_c + Q²K = 1/K_c, that is Q = √((1/K_c - K_c)/K).

    Theory: docs/theory/wires.md, eq-superconducting.

    Args:
        wires: the initial couplings.
        axes: two knobs with arrays, the grid that is searched; numbers fix other knobs.
        points: on each connected piece.
        scheme: all conventions (`attractron.wires.Scheme`).
        conventions: fields of the scheme by name, instead of it, as for `phase_boundary`.

    Returns:
        Dataset over (curve, point): the two knobs on the boundary, not a number where a bisection found none; no curve
        where the paired phase has one order only.

    Raises:
        InputError: not two axes with two points at least, and as `phase_diagram`.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=1.0, K=0.4, y_s=-0.2, y=0.0, u_ratio=1.0)
        >>> axes = {"K_c": [0.9, 1.08], "upsilon": [0.0, 0.5]}
        >>> found = at.wires.superconducting_boundary(wires, axes, points=3)  # equal velocities: at K_c = 1
        >>> found.K_c.values.round(6).tolist()
        [[1.0, 1.0, 1.0]]
    """
    number, conventional = whole("points", points, at_least=3), chosen(scheme, conventions, stop="first")
    plane = _plane(wires, axes, conventional)

    def label(fractions: FloatArray) -> Labels:
        fields = plane.wires.fields(Axes({})) | dict(zip(plane.names, plane.position(fractions).T, strict=True))
        found = answers_at(fields, wires.beta, conventional)
        margin = superconducting_margin(*(found[name][0] for name in ("K_c_tilde_end", "K_tilde_end", "Q_end")))
        order = np.where(margin > 0, SUPERCONDUCTOR, DENSITY_WAVE)
        return np.asarray(np.where(found["phase"][0] == PAIRED, order, ELSEWHERE), dtype=np.int8)

    curves = traced(label, plane.sizes, number, wanted=(DENSITY_WAVE, SUPERCONDUCTOR))
    return dataset(
        plane.variables(curves, number),
        {},
        question="wires.superconducting_boundary",
        parameters=wires.describe(),
        options={**conventional.describe(), "fixed": plane.knobs.fixed},
        method=f"{METHOD}; bisection along the normals of a curve traced on a grid",
        validity=[
            "Boundaries are conventions of the scheme as phases are, and K_c, K and Q are those at strong coupling of "
            "y_s; pieces within one cell of the grid may be missed.",
        ],
        references=REFERENCES,
    )


def _plane(wires: CoupledWires, axes: Mapping[str, ArrayLike], scheme: Scheme) -> Plane:
    knobs = over_axes("axes", axes, KNOBS)
    if len(knobs.dims) != 2 or min(knobs.shape) < 2:
        sizes = dict(zip(knobs.dims, knobs.shape, strict=True))
        raise InputError("axes", "hold two arrays of at least two points", sizes, "the grid that is searched")
    scheme.check(wires.fields(knobs))
    held = wires.with_parameters(**{name: float(np.ravel(values)[0]) for name, values in knobs.items()})
    (first, across), (second, up) = knobs.swept.items()
    return Plane(held, knobs, (first, second), (across, up))


def traced(label: Label, sizes: tuple[int, int], number: int, wanted: tuple[int, int] | None = None) -> list[Curve]:
    """All curves where the label changes on a grid of some size, or those between two labels that are wanted.

    Args:
        label: of points in fractions of the grid.
        sizes: points of the grid along both directions.
        number: of points on each curve.
        wanted: two labels.
    """
    corners = np.stack(np.meshgrid(*(np.linspace(0, 1, size) for size in sizes), indexing="ij"), axis=-1)
    labels = label(corners.reshape(-1, 2)).reshape(sizes)
    found: dict[tuple[int, int], list[list[Line]]] = {}
    for region in np.unique(labels).tolist():
        lines = list(_contours(label, labels, region))
        for other in sorted({line.other for line in lines}):
            own = [line for line in lines if line.other == other]
            found.setdefault((min(region, other), max(region, other)), []).append(own)
    widths = [width / (max(sizes) - 1) for width in WIDTHS]
    curves = []
    for pair in sorted(found) if wanted is None else [wanted]:
        # Both regions have the boundary in their contours, but one that is thinner than a cell only where it is wider.
        for line in max(found.get(pair, [[]]), key=lambda lines: sum(len(line.points) for line in lines)):
            curve = _on_the_boundary(label, line, number, widths)
            if np.isfinite(curve.points).any():  # else a corner of the grid, cut off within one cell
                curves.append(curve)
    return curves


class Line(NamedTuple):
    """Points in order (point, 2) between a region and another label, and whether the last comes before the first."""

    points: FloatArray
    other: int
    closed: bool


def _contours(label: Label, labels: Labels, region: int) -> Iterator[Line]:
    """The contour of a label's region on the grid, cut where the label beyond it changes."""
    scale = np.array(labels.shape) - 1.0
    inside = labels == region
    for contour in contour_generator(z=inside.astype(float)).lines(0.5):
        middles = np.asarray(contour)[:, ::-1]  # (row, column), one of the two half way between points of the grid
        closed = bool((middles[0] == middles[-1]).all())
        middles = middles[:-1] if closed else middles
        ends = np.stack([np.floor(middles), np.ceil(middles)])  # (end, crossing, 2)
        rows, columns = ends[0].astype(int).T
        first = np.where(inside[rows, columns], 0, 1)
        crossing = np.arange(len(middles))
        points, beyond = _bisected(label, ends[first, crossing] / scale, ends[1 - first, crossing] / scale, COARSE)
        if closed and (beyond != beyond[0]).any():  # begin where the label beyond changes
            turn = int(np.argmax(beyond != np.roll(beyond, 1)))
            points, beyond, closed = np.roll(points, -turn, axis=0), np.roll(beyond, -turn), False
        cuts = np.flatnonzero(np.diff(beyond)) + 1
        for part, others in zip(np.split(points, cuts), np.split(beyond, cuts), strict=True):
            if len(part) > 1:
                yield Line(part, int(others[0]), closed)


def _bisected(label: Label, low: FloatArray, high: FloatArray, steps: int) -> tuple[FloatArray, Labels]:
    """Points (point, 2) on segments where the label stops to be that of the lower end, and the label beyond.

    A label has no size that an interpolating root finder could use: halving is all there is.
    """
    low, high, own, beyond = low.copy(), high.copy(), label(low), label(high)
    for _ in range(steps):
        middle = (low + high) / 2
        found = label(middle)
        same = found == own
        low[same], high[~same], beyond[~same] = middle[same], middle[~same], found[~same]
    return (low + high) / 2, beyond


def _on_the_boundary(label: Label, line: Line, number: int, widths: list[float]) -> Curve:
    """Even points along a line, moved along their normals to where the label changes, from the narrowest of the widths,
    tried in order, across which it does."""
    even = _spread_evenly(line.points, line.closed, number)
    normal, points = _normals(even, line.closed), np.full_like(even, np.nan)
    for width in widths:
        left = np.flatnonzero(np.isnan(points[:, 0]))
        low, high = (np.clip(even[left] + sign * width * normal[left], 0.0, 1.0) for sign in (-1, 1))
        differ = label(low) != label(high)
        points[left[differ]], _ = _bisected(label, low[differ], high[differ], FINE)
    done = np.isfinite(points[:, 0])
    settled = np.where(done[:, None], points, even)
    normal = _normals(settled, line.closed)
    middle = number // 2 if done[number // 2] else int(np.argmax(done))
    beside = np.clip(settled[middle] + np.array([[1e-6], [-1e-6]]) * normal[middle], 0.0, 1.0)
    return Curve(points, normal, label(beside), line.closed)


def _spread_evenly(points: FloatArray, closed: bool, number: int) -> FloatArray:
    """Points (number, 2) at even distances along a polyline."""
    line = np.concatenate([points, points[:1]]) if closed else points
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    if length[-1] == 0.0:
        return np.repeat(points[:1], number, axis=0)
    at = np.linspace(0.0, length[-1], number, endpoint=not closed)
    return np.stack([np.interp(at, length, line[:, axis]) for axis in range(2)], axis=1)


def _normals(points: FloatArray, closed: bool) -> FloatArray:
    """Unit vectors (point, 2) to the left of the way along points (point, 2); upwards where they do not move."""
    ahead = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0) if closed else np.gradient(points, axis=0)
    size = np.hypot(*ahead.T)[:, None]
    ahead = np.where(size > 0, ahead / np.where(size > 0, size, 1.0), [1.0, 0.0])
    return np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
