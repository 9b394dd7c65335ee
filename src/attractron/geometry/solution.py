"""The charges that dots induce on metal that is cut into panels, and what follows; equations in `electrostatics`.

Several layouts that have rectangles in common are cut alike, towards the clouds of all of them: what changes from one
to the next is then the drawing, not the mesh.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from attractron.core.checks import FloatArray, choice, positive
from attractron.core.constants import COULOMB, E_SQUARED
from attractron.core.errors import AttractronError, InputError
from attractron.geometry import cutting
from attractron.geometry.blocks import Blocks
from attractron.geometry.floating import Grounded, let_go, with_fewer_segments, with_wires
from attractron.geometry.images import Images, images_of
from attractron.geometry.layout import Layout
from attractron.geometry.mesh import cut
from attractron.geometry.metals import Rectangle, Triple
from attractron.geometry.panels import matrix, potentials
from attractron.geometry.segments import energies, points_of
from attractron.geometry.surfaces import Polygon, Surface
from attractron.geometry.triangles import Mesh

RESOLUTIONS = {"coarse": 1.0, "normal": 1.4, "fine": 2.0}
"""What multiplies the cuts along each side of a rectangle."""

COARSER = 0.65
"""The cuts of the second mesh, in those of the first."""

DISTINCT = 1.15
"""How much finer, along a side, the first mesh must be at least for an extrapolation."""

ORDER = 2.9
"""Power of the cuts along a side with which errors fall: measured on a square, a cube and crossed nanotubes."""

SEGMENTS = 2.0
"""Error said of metallic wires, in differences of all segments and half as many; it falls slower than 1/segments."""

COPIES = 1.25
"""Arrays of 8 n² bytes that the calculation holds at once, for n panels."""

BESIDE = 0.1
"""GB for what is held beside them, whatever n is."""

Meshes = tuple[list[Mesh], list[Mesh]]
"""The rectangles of a layout, cut, and the same cut coarser."""


Columns = Sequence[tuple[FloatArray, FloatArray]]
"""Points (points, 3) and charges there (points, columns)."""


class Solution(NamedTuple):
    """What a layout's charges give.

    Attributes:
        repulsion: M in meV, (dot, dot).
        arms: lever arms of all metals that do not float, the finite ones first, then planes: (metal, dot).
        capacitance: of finite metals and metallic wires in aF, (metal, metal).
    """

    repulsion: FloatArray
    arms: FloatArray
    capacitance: FloatArray


class Charges(NamedTuple):
    """Charges on panels; the total that an electron induces on a panel is -induced.

    Attributes:
        potential: p, of each cloud's unit charge averaged over each panel, 1/nm: (panel, dot); frozen clouds first,
            then every segment of metallic ones.
        induced: q = P⁻¹ p, (panel, dot).
        members: which metal a panel belongs to, 0 or 1: (panel, metal).
        charged: charges that hold one metal at unit potential and the others at zero, nm: (panel, metal).
    """

    potential: FloatArray
    induced: FloatArray
    members: FloatArray
    charged: FloatArray


def factor_of(resolution: str | float) -> float:
    """What a resolution multiplies the cuts by, or an InputError."""
    if isinstance(resolution, str):
        return RESOLUTIONS[choice("resolution", resolution, RESOLUTIONS)]
    return positive("resolution", resolution)


def cut_all(layouts: Sequence[Layout], factor: float) -> list[Meshes]:
    """Two meshes of each layout; rectangles that several have in common are cut alike.

    Raises:
        InputError: the factor is so low that both meshes of a layout are alike.
    """
    around: dict[tuple[object, ...], set[tuple[Triple, Triple]]] = {}
    for layout in layouts:
        for key, sheet, _ in _sheets(layout):
            around.setdefault(key, set()).update(_boxes(layout, sheet))
    found = []
    for layout in layouts:
        pair: Meshes = ([], [])
        for key, sheet, metal in _sheets(layout):
            boxes = sorted(around[key])
            for mesh, scale in zip(pair, (1.0, COARSER), strict=True):
                mesh.append(_cut(sheet, metal, boxes, scale * factor).shifted(sheet.low))
        size, less = (count(mesh) for mesh in pair)
        if size and size < DISTINCT**2 * less:
            remedy = f"raise it; {COARSER:g} of it must give a coarser mesh"
            raise InputError("resolution", "be high enough for two meshes", f"{size} and {less} panels", remedy)
        found.append(pair)
    return found


def count(mesh: Sequence[Mesh]) -> int:
    """Number of panels."""
    return sum(each.count for each in mesh)


def check_memory(meshes: Sequence[Meshes], memory: float) -> None:
    """An InputError if the largest of these meshes does not fit into `memory` GB."""
    if fits(meshes, memory):
        return
    remedy = "lower the resolution, or raise `memory` (GB) if the machine has as much"
    got = f"{max(count(mesh) for mesh, _ in meshes)} panels, which need up to {_needed(meshes):.3g} GB"
    raise InputError("resolution", f"leave a mesh that fits into {memory:g} GB", got, remedy)


def fits(meshes: Sequence[Meshes], memory: float, kept: float = 0.0) -> bool:
    """Whether the largest of these meshes, and `kept` bytes beside it, fit into `memory` GB."""
    return not any(fine for fine, _ in meshes) or _needed(meshes) + 1e-9 * kept <= memory


def _needed(meshes: Sequence[Meshes]) -> float:
    return BESIDE + 8e-9 * COPIES * max(count(mesh) for mesh, _ in meshes) ** 2


def extrapolated(layout: Layout, meshes: Meshes, blocks: Blocks | None = None) -> tuple[Solution, Solution]:
    """The solution to which those on both meshes tend, and the difference of the two (finer less coarser).

    Where there are metallic wires, `SEGMENTS` times the step from half as many segments widens the difference.
    """
    images = images_of(layout.medium, tuple(plane.z for plane in layout.planes))
    direct = energies(layout.frozen, layout.wires, images)
    grounded = _solve(layout, meshes[0], images, direct, blocks)
    fine = tend = with_wires(layout, grounded)
    found = let_go(layout, fine)
    steps = Solution(*(np.zeros_like(values) for values in found))
    if meshes[0]:
        coarse = with_wires(layout, _solve(layout, meshes[1], images, direct, blocks))
        steps = _less(found, let_go(layout, coarse))
        left = remainder(meshes)
        tend = Grounded(*(one + left * (one - other) for one, other in zip(fine, coarse, strict=True)))
    if layout.wires:
        fewer = _less(found, let_go(layout, with_wires(layout, with_fewer_segments(layout, grounded))))
        wider = [step + np.copysign(SEGMENTS * other, step) for step, other in zip(steps, fewer, strict=True)]
        steps = Solution(*wider)
    return Solution(*let_go(layout, tend)), steps


def _less(one: Grounded, other: Grounded) -> Solution:
    return Solution(*(first - second for first, second in zip(one, other, strict=True)))


def remainder(meshes: Meshes) -> float:
    """What the finer mesh still lacks, in differences of the two."""
    ratio = np.sqrt(count(meshes[0]) / count(meshes[1]))
    return float(1 / (ratio**ORDER - 1))


def charges(
    layout: Layout,
    meshes: Sequence[Mesh],
    images: Images,
    blocks: Blocks | None = None,
    columns: Columns | None = None,
) -> Charges:
    """The charges on panels that grounded metal carries for each dot, and those of each metal at unit potential.

    Other charges stand in for the dots' where they are given in `columns`.
    """
    columns = _points(layout) if columns is None else columns
    parts = [potentials(points, meshes, images).T @ charge for points, charge in columns]
    p = np.concatenate([np.zeros((count(meshes), 0)), *parts], axis=1)
    identity = np.eye(len(layout.finite_metals))
    members = np.concatenate([identity[np.full(mesh.count, mesh.metal)] for mesh in meshes])
    # LAPACK works on columns: the transpose of a symmetric matrix is the same, and is not copied.
    try:
        factors = cho_factor(matrix(meshes, images, blocks).T, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError as error:
        raise AttractronError("the matrix of the panels is not positive definite: metals nearly touch") from error
    solved = cho_solve(factors, np.concatenate([p, members], axis=1), check_finite=False)
    return Charges(p, solved[:, : p.shape[1]], members, solved[:, p.shape[1] :])


def _solve(
    layout: Layout, meshes: Sequence[Mesh], images: Images, direct: FloatArray, blocks: Blocks | None
) -> Grounded:
    shares = [images.share(points[:, 2]) @ charge for points, charge in _points(layout)]
    share = np.concatenate([np.zeros((len(layout.planes), 0)), *shares], axis=1)
    if not meshes:
        return Grounded(COULOMB * direct, share, np.zeros((len(layout.planes), 0)))
    p, q, members, charged = charges(layout, meshes, images, blocks)
    repulsion, capacitance = COULOMB * (direct - p.T @ q), E_SQUARED / COULOMB * (members.T @ charged)
    of_panels = images.share(np.concatenate([mesh.centres()[:, 2] for mesh in meshes]))
    arms = np.concatenate([members.T @ q, share - of_panels @ q])
    capacitance = (capacitance + capacitance.T) / 2
    planes = -E_SQUARED / COULOMB * (of_panels @ charged)
    return Grounded((repulsion + repulsion.T) / 2, arms, np.concatenate([capacitance, planes]))


def _points(layout: Layout) -> Columns:
    """Positions (points, 3) and charges (points, elements) of frozen clouds, then of metallic wires."""
    found = [cloud.points(layout.clearance(cloud)) for cloud in layout.frozen]
    columns = [(points, charge[:, None]) for points, charge in found]
    return [*columns, *(points_of(wire, layout.clearance(wire)) for wire in layout.wires)]


def _sheets(layout: Layout) -> list[tuple[tuple[object, ...], Rectangle | Surface, int]]:
    """Parts of metals with the number of their metal, and what tells which ones are the same in two layouts."""
    found: list[tuple[tuple[object, ...], Rectangle | Surface, int]] = []
    for number, metal in enumerate(layout.finite_metals):
        for k, sheet in enumerate(metal.parts):
            size = tuple(round(b - a, 9) for a, b in zip(sheet.low, sheet.high, strict=True))
            outline = [_seen((x, y, 0.0), sheet.low) for x, y in sheet.corners] if isinstance(sheet, Polygon) else ()
            found.append(((metal.name, k, type(sheet).__name__, size, *outline), sheet, number))
    return found


def _cut(sheet: Rectangle | Surface, metal: int, boxes: Sequence[tuple[Triple, Triple]], resolution: float) -> Mesh:
    """Cut at the origin, so that all cuts of it agree to the last digit."""
    if isinstance(sheet, Rectangle):
        return cut(_moved(sheet, sheet.low, -1), metal, boxes, resolution)
    x, y, z = sheet.low
    return cutting.cut(sheet.shifted((-x, -y, -z)), metal, boxes, resolution)


def _boxes(layout: Layout, sheet: Rectangle | Surface) -> list[tuple[Triple, Triple]]:
    """Boxes around the clouds, seen from the lowest corner of a rectangle."""
    return [(_seen(cloud.low, sheet.low), _seen(cloud.high, sheet.low)) for cloud in layout.clouds]


def _seen(place: Triple, origin: Triple) -> Triple:
    x, y, z = (round(a - b, 9) for a, b in zip(place, origin, strict=True))
    return x, y, z


def _moved(sheet: Rectangle, by: Triple, sign: int) -> Rectangle:
    sides = {}
    for axis, low, high, step in zip("xyz", sheet.low, sheet.high, by, strict=True):
        sides[axis] = low + sign * step if low == high else (low + sign * step, high + sign * step)
    return Rectangle(**sides)
