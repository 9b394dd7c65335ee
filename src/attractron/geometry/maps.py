"""Where a drawing pairs: W, U and 2Δ over two lengths."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, mapping, positive, shown
from attractron.core.constants import COULOMB
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.geometry.cloud_energies import repulsions
from attractron.geometry.electrostatics import METHODS, check_method, surroundings
from attractron.geometry.images import images_of
from attractron.geometry.layout import Layout
from attractron.geometry.lengths import Draw, Progress, check_name, drawing, layout_at
from attractron.geometry.pairing import Roles, labelled, roles_of
from attractron.geometry.scans import TAKEN, solved
from attractron.geometry.solution import factor_of

Names = str | tuple[str, ...]
"""A length, or several that have the same value."""


def pairing_map(
    draw: Draw,
    axes: Mapping[Names, ArrayLike],
    *,
    fixed: Mapping[str, Any] | None = None,
    method: str = "images",
    resolution: str | float = "normal",
    islands: Sequence[Sequence[str]] = (("T", "B"),),
    detector: str | None = None,
    memory: float = 4.0,
    progress: Progress | None = None,
) -> xr.Dataset:
    """W, U and the pairing energy over the lengths of a drawing: electrons attract each other where it is positive.

    Theory: docs/theory/geometry.md, eq-energies.

    Args:
        draw: a function of named lengths that returns a layout: a preset, or your own.
        axes: name of a length → its values, nm, usually two of them; a tuple of names for lengths that are equal, of
            which the first names the axis.
        fixed: values of other keywords.
        method: "images" where all metals are solid planes, or "panels".
        resolution: of `electrostatics`, for panels.
        islands: the two dots that share an electron, the far site first; two other dots pair.
        detector: a dot that only senses the others, and neither pairs nor attracts.
        memory: GB that may be used.
        progress: hears after every point how many are done, and of how many.

    Returns:
        Dataset over the axes: `W`, `U`, `U_near`, `far_site` and `pairing_energy` Δ in meV with their `_error`; NaN
        where the drawing cannot be; `pairs`, whether Δ > 0 by more than its error.

    Raises:
        InputError: an unknown length, one that is named twice, axes without a single drawing.

    Example:
        Gates at the same height over both tubes: the farther the chips, the closer the gates must be.

        >>> found = at.geometry.pairing_map(at.geometry.crossed_nanotubes,
        ...                                 {"distance": [100, 280], ("height", "polarizer_height"): [80, 250]},
        ...                                 fixed={"solid_planes": True})
        >>> found["pairs"].values.tolist()
        [[True, True], [True, False]]
    """
    grids, names = _axes(drawing(draw, None), axes)
    bare = drawing(draw, fixed, [name for together in names.values() for name in together])
    factor = factor_of(resolution)
    positive("memory", memory)
    started = time.perf_counter()
    drawn, reason = _layouts(bare, grids, names)
    layouts = [layout for layout in drawn if layout is not None]
    if not layouts:
        raise InputError("axes", "hold a drawing that can be", "none", reason)
    first = layouts[0]
    roles = roles_of(first.dots, islands, detector)
    for layout in layouts:
        check_method(method, layout)
        if layout.dots != first.dots:
            raise InputError("draw", "have the same dots at every point", shown(layout.dots))
    if method == "images" and not any(layout.flows for layout in layouts):
        M = np.stack(list(_direct(layouts, roles, progress)))
        steps = np.zeros_like(M)
    else:
        found, _ = solved(layouts, factor, memory, progress)
        M, steps = (np.stack([each[k].repulsion for each in found]) for k in (0, 1))
    shape = tuple(len(values) for values in grids.values())
    holds = np.array([layout is not None for layout in drawn])
    dims = tuple(grids)

    def on_grid(values: FloatArray) -> FloatArray:
        whole = np.full(len(drawn), np.nan)
        whole[holds] = values
        return whole.reshape(shape)

    variables: dict[str, Variable] = {
        name: (dims, on_grid(data), unit, text)
        for name, (_, data, unit, text) in labelled(M, steps, roles, ("point",)).items()
    }
    pairing, error = variables["pairing_energy"][1], variables["pairing_energy_error"][1]
    return dataset(
        {
            **variables,
            "pairs": (dims, pairing > error, "1", "whether electrons attract each other"),
            "seconds": ((), time.perf_counter() - started, "s", "time that it took"),
        },
        {name: (name, values, "nm", name.replace("_", " ")) for name, values in grids.items()},
        question="geometry.pairing_map",
        parameters=first.describe(),
        method=METHODS[method] if method == "panels" else f"{METHODS[method]}, exact",
        validity=_validity(first, holds, reason),
        references=("hamo2016",),
        options={
            "axes": {name: list(names[name]) for name in grids},
            "resolution": resolution,
            "method": method,
            "islands": [list(each) for each in islands],
            "detector": detector,
        },
    )


def _axes(draw: Draw, axes: Any) -> tuple[dict[str, FloatArray], dict[str, tuple[str, ...]]]:
    grids: dict[str, FloatArray] = {}
    names: dict[str, tuple[str, ...]] = {}
    for key, values in mapping("axes", axes, lambda _, key: key, lambda _, value: value).items():
        together = key if isinstance(key, tuple) else (key,)
        for name in together:
            check_name("axes", draw, name)
            if any(name in others for others in names.values()) or together.count(name) > 1:
                raise InputError("axes", "name a length once", shown(name))
        if not together or together[0] in TAKEN:
            raise InputError("axes", "have names that are not the result's own", shown(key))
        grids[together[0]] = axis(f"axes[{together[0]!r}]", values)
        names[together[0]] = together
    if not grids:
        raise InputError("axes", "name at least one length", "none")
    return grids, names


def _layouts(
    draw: Draw, grids: Mapping[str, FloatArray], names: Mapping[str, tuple[str, ...]]
) -> tuple[list[Layout | None], str]:
    """The drawing at every point, None where it cannot be, and what the last of these said."""
    found: list[Layout | None] = []
    reason = ""
    for point in np.stack(np.meshgrid(*grids.values(), indexing="ij"), axis=-1).reshape(-1, len(grids)):
        values = dict(zip(grids, map(float, point), strict=True))
        try:
            found.append(layout_at(draw, "axes", **{name: values[key] for key in grids for name in names[key]}))
        except InputError as error:
            found.append(None)
            reason = str(error)
    return found, reason


def _direct(layouts: Sequence[Layout], roles: Roles, progress: Progress | None) -> Iterator[FloatArray]:
    for k, layout in enumerate(layouts):
        images = images_of(layout.medium, tuple(plane.z for plane in layout.planes))
        yield COULOMB * repulsions(layout.clouds, images, roles.pairs)
        if progress is not None:
            progress(k + 1, len(layouts))


def _validity(layout: Layout, holds: Any, reason: str) -> Iterator[str]:
    yield "Frozen clouds: repulsions are of first order; carriers that avoid each other repel less."
    yield from surroundings(layout)
    if not holds.all():
        yield f"{(~holds).sum()} of {holds.size} points could not be drawn; the last: {reason}."
