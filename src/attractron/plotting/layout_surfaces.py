"""Discs, polygons and spheres in the picture of a layout: as outlines from above, as what a section meets of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.path import Path

from attractron.core.checks import FloatArray

CORNERS = 72
"""Of a circle as it is drawn."""

GRID = 21
"""Places in each direction that are tried for a name."""

Box = tuple[FloatArray, FloatArray]


def box_around(surface: Mapping[str, Any]) -> Box:
    """Corners of the box around a surface.

    Example:
        >>> from attractron.plotting import layout_surfaces
        >>> layout_surfaces.box_around({"centre": (1, 2), "radius": 1, "z": 0})[1].tolist()
        [2.0, 3.0, 0.0]
    """
    flat = outline(surface)
    low, high = heights(surface)
    return np.array([*flat.min(axis=0), low]), np.array([*flat.max(axis=0), high])


def heights(surface: Mapping[str, Any]) -> tuple[float, float]:
    """Lowest and highest z.

    Example:
        >>> from attractron.plotting import layout_surfaces
        >>> layout_surfaces.heights({"centre": (0, 0, 30), "radius": 20})
        (10, 50)
    """
    if "z" in surface:
        return surface["z"], surface["z"]
    return surface["centre"][2] - surface["radius"], surface["centre"][2] + surface["radius"]


def outline(surface: Mapping[str, Any]) -> FloatArray:
    """Corners as seen from above: (corners, 2).

    Example:
        >>> from attractron.plotting import layout_surfaces
        >>> layout_surfaces.outline({"corners": ((0, 0), (1, 0), (0, 1)), "z": 0}).tolist()
        [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    if "corners" in surface:
        return np.array(surface["corners"], dtype=float)
    return np.asarray(np.array(surface["centre"][:2], dtype=float) + surface["radius"] * _circle())


def met(surface: Mapping[str, Any], first: int, at: float) -> list[FloatArray]:
    """What an upright plane cuts, along it and z: lines (2, 2) of flat surfaces, the outline (corners, 2) of a ball.

    Args:
        surface: as described in a result.
        first: the axis along the plane, 0 or 1.
        at: where the plane stands on the other one, nm.

    Example:
        >>> from attractron.plotting import layout_surfaces
        >>> layout_surfaces.met({"corners": ((0, 0), (2, 0), (2, 2), (0, 2)), "z": 5}, 0, 1.0)[0].tolist()
        [[0.0, 5.0], [2.0, 5.0]]
    """
    if "z" not in surface:
        left = surface["radius"] ** 2 - (surface["centre"][1 - first] - at) ** 2
        centre = np.array([surface["centre"][first], surface["centre"][2]], dtype=float)
        return [centre + np.sqrt(left) * _circle()] if left > 0 else []
    corners = outline(surface)
    crossed = []
    for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if (start[1 - first] > at) != (stop[1 - first] > at):
            share = (at - start[1 - first]) / (stop[1 - first] - start[1 - first])
            crossed.append(start[first] + share * (stop[first] - start[first]))
    crossed.sort()
    return [np.array([[a, surface["z"]], [b, surface["z"]]]) for a, b in zip(crossed[::2], crossed[1::2], strict=True)]


def room(corners: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Opposite corners of the box in which a name has room: around all, or a small one that is inside.

    Example:
        >>> from attractron.plotting import layout_surfaces
        >>> corner = np.array([[0, 0], [2, 0], [2, 0.5], [0.5, 0.5], [0.5, 2], [0, 2]])
        >>> [place.round(2).tolist() for place in layout_surfaces.room(corner)]
        [[0.02, 0.02], [0.58, 0.58]]
    """
    low, high = corners.min(axis=0), corners.max(axis=0)
    path = Path(corners)
    if path.contains_point((low + high) / 2):
        return low, high
    ticks = np.linspace(0, 1, GRID)
    places = low + (high - low) * np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    steps = np.linspace(0, 1, GRID)[:, None, None]
    edge = (corners + steps * (np.roll(corners, -1, axis=0) - corners)).reshape(-1, 2)
    free = np.linalg.norm(places[:, None] - edge, axis=2).min(axis=1) * path.contains_points(places)
    best = places[int(np.argmax(free))]
    half = free.max()
    return np.round(best - half, 9), np.round(best + half, 9)


def _circle() -> FloatArray:
    angle = 2 * np.pi * np.arange(CORNERS) / CORNERS
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
