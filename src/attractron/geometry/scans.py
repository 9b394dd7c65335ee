"""A drawing at many values of one length: what the repulsions, and so the pairing, depend on."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, positive
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.geometry.blocks import Blocks
from attractron.geometry.electrostatics import METHODS, carriers, check_method, surroundings
from attractron.geometry.layout import Layout
from attractron.geometry.lengths import Draw, Progress, check_name, drawing, layout_at
from attractron.geometry.media import Vacuum
from attractron.geometry.pairing import ENERGIES, Roles, labelled, roles_of
from attractron.geometry.solution import (
    Solution,
    check_memory,
    count,
    cut_all,
    extrapolated,
    factor_of,
    fits,
)

TAKEN = {"dot", "dot_2", "gate", "repulsion", "lever_arm", "missing_charge", "panels", "seconds", *ENERGIES}
"""Names that results have for themselves."""


def distance_scan(
    draw: Draw,
    distances: ArrayLike,
    *,
    name: str = "distance",
    fixed: Mapping[str, Any] | None = None,
    resolution: str | float = "normal",
    method: str = "panels",
    islands: Sequence[Sequence[str]] = (("T", "B"),),
    detector: str | None = None,
    memory: float = 4.0,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Repulsions, lever arms and pairing over one length of a drawing; the distance of two chips, for example.

        W = M_LR      U = min(M_LB - M_LT, M_RB - M_RT)      Δ = (U - W)/2      for t → 0

    All points are drawn before the first is computed. Metals that keep their size are cut alike at every point, towards
    the clouds of all of them, so that no step of a mesh shows in the curve; potentials between metals that do not move
    against each other are computed once, whatever the length is.

    Theory: docs/theory/geometry.md, eq-energies.

    Args:
        draw: a function of named lengths that returns a layout: a preset, or your own.
        distances: values of the length, nm, rising or falling.
        name: of the length, a keyword of `draw`.
        fixed: values of other keywords.
        resolution: of `electrostatics`.
        method: "panels", or "images" where all metals are solid planes.
        islands: the two dots that share an electron, the far site first; two other dots pair.
        detector: a dot that only senses the others, and neither pairs nor attracts.
        memory: GB that may be used.
        progress: hears after every point how many are done, and of how many.

    Returns:
        Dataset over the coordinate `name` (nm): `repulsion` (…, dot, dot_2), `lever_arm` (…, gate, dot), `W`, `U`,
        `pairing_energy` Δ, all in meV (meV/mV), and the two parts of U = U_near - far_site: `U_near` = M_LB and
        `far_site` = M_LT, of R where that has the lesser U; each with `_error`, the difference of two meshes.

    Raises:
        InputError: an unknown length or dot, a point at which the drawing cannot be, metals that come and go.

    Example:
        W is screened by the second chip, U falls faster: crossed tubes between solid planes pair up to some 285 nm.

        >>> found = at.geometry.distance_scan(at.geometry.crossed_nanotubes, [80, 125, 280],
        ...                                   fixed={"solid_planes": True}, method="images")
        >>> (2 * found["pairing_energy"]).values.round(3).tolist()
        [1.564, 1.12, 0.022]
    """
    bare = drawing(draw, fixed, (name,))
    check_name("name", bare, name)
    values = axis("distances", distances)
    if name in TAKEN:
        raise InputError("name", "not be a name that the result has", repr(name), "rename the keyword of your drawing")
    layouts = [layout_at(bare, "distances", **{name: float(value)}) for value in values]
    options = {
        "name": name,
        "resolution": resolution,
        "method": method,
        "islands": [list(each) for each in islands],
        "detector": detector,
    }
    return scanned(
        layouts,
        {name: (name, values, "nm", name.replace("_", " "))},
        {},
        resolution=resolution,
        method=method,
        islands=islands,
        detector=detector,
        memory=memory,
        progress=progress,
        question="geometry.distance_scan",
        options=options,
    )


def scanned(
    layouts: Sequence[Layout],
    coords: Mapping[str, Variable],
    more: Mapping[str, Variable],
    *,
    resolution: str | float,
    method: str,
    islands: Sequence[Sequence[str]],
    detector: str | None,
    memory: float,
    progress: Progress | None,
    question: str,
    options: Mapping[str, Any],
) -> xr.Dataset:
    """The result over layouts along the first of `coords`, with `more` variables."""
    first = layouts[0]
    roles = roles_of(first.dots, islands, detector)
    for k, layout in enumerate(layouts):
        check_method(method, layout)
        if (layout.dots, layout.gates) != (first.dots, first.gates):
            raise InputError("draw", "have the same dots and gates at every point", f"others at point {k}")
    factor = factor_of(resolution)
    positive("memory", memory)
    started = time.perf_counter()
    solutions, sizes = solved(layouts, factor, memory, progress)
    along = next(iter(coords))
    return dataset(
        {
            **_variables(solutions, first, roles, along),
            "panels": (along, sizes, "1", "number of panels"),
            "seconds": ((), time.perf_counter() - started, "s", "time that it took"),
            **more,
        },
        {
            **coords,
            "dot": ("dot", list(first.dots), "1", "dot"),
            "dot_2": ("dot_2", list(first.dots), "1", "second dot"),
            "gate": ("gate", list(first.gates), "1", "gate"),
        },
        question=question,
        parameters=first.describe(),
        method=METHODS[method] if method == "panels" else f"{METHODS[method]}, exact",
        validity=_validity(layouts, sizes),
        references=("hamo2016",),
        options=options,
    )


def solved(
    layouts: Sequence[Layout], factor: float, memory: float, progress: Progress | None
) -> tuple[list[tuple[Solution, Solution]], list[int]]:
    """Solutions and differences of two meshes at every point, and the panels of the finer one."""
    meshes = cut_all(layouts, factor)
    check_memory(meshes, memory)
    blocks: dict[Any, Blocks] = {}
    for around in {_around(layout) for layout in layouts}:
        pairs = [pair for layout, pair in zip(layouts, meshes, strict=True) if _around(layout) == around]
        found = Blocks((mesh for pair in pairs for mesh in pair), around != (Vacuum(), ()))
        if fits(meshes, memory, sum(each.size for each in blocks.values()) + found.size):
            blocks[around] = found
    solutions = []
    for k, (layout, pair) in enumerate(zip(layouts, meshes, strict=True)):
        solutions.append(extrapolated(layout, pair, blocks.get(_around(layout))))
        if progress is not None:
            progress(k + 1, len(layouts))
    return solutions, [count(fine) for fine, _ in meshes]


def _around(layout: Layout) -> tuple[Any, ...]:
    """What decides the mirror images."""
    return layout.medium, tuple(plane.z for plane in layout.planes)


def _variables(
    solutions: Sequence[tuple[Solution, Solution]], layout: Layout, roles: Roles, along: str
) -> dict[str, Variable]:
    M, steps = (np.stack([each[k].repulsion for each in solutions]) for k in (0, 1))
    gates = [layout.held.index(name) for name in layout.gates]
    arms, arm_steps = (np.stack([each[k].arms for each in solutions]) for k in (0, 1))
    missing: FloatArray = 1 - arms.sum(axis=1)
    pair, over = (along, "dot", "dot_2"), (along, "gate", "dot")
    return {
        "repulsion": (pair, M, "meV", "repulsion of an electron on each of two dots"),
        "repulsion_error": (pair, abs(steps), "meV", "difference of the repulsion on two meshes"),
        "lever_arm": (over, arms[:, gates], "meV/mV", "lever arm of a gate on a dot, for electrons"),
        "lever_arm_error": (over, abs(arm_steps[:, gates]), "meV/mV", "difference of the lever arm on two meshes"),
        "missing_charge": ((along, "dot"), missing, "1", "part of the induced charge that ends at infinity"),
        **labelled(M, steps, roles, (along,)),
    }


def _validity(layouts: Sequence[Layout], sizes: Sequence[int]) -> Iterator[str]:
    yield from carriers(layouts[0])
    yield from surroundings(layouts[0])
    if any(sizes):
        yield "Values are extrapolated from two meshes; errors are the difference of the two."
