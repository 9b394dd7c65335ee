"""Layouts as they are drawn: from above and in sections, to scale, with the charge that an electron induces on metal.

What is drawn is the description of a layout in a result's attributes, so a file alone is enough.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np
import xarray as xr
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray, choice
from attractron.core.errors import InputError
from attractron.plotting import layout_surfaces
from attractron.plotting.layout_artists import (
    AXES,
    Names,
    boxes,
    cloud_box,
    draw_box,
    draw_cloud,
    draw_medium,
    draw_shape,
    has_area,
    name_clouds,
)
from attractron.plotting.layout_surfaces import Box
from attractron.plotting.style import (
    BETWEEN,
    COLOUR_MAP,
    lettered,
    new_axes,
    new_figure,
    symbol,
)

PARTS = ("metals", "clouds", "medium")
"""Parameters of a result that are a layout."""

OF_METALS = ("repulsion", "lever_arm", "capacitance")
"""Quantities between parts of a layout, over no axis of a study."""

MARGIN = 0.35
"""Of the extent of all clouds, around them."""

NO_CHARGE = "0.75"
"""Grey of metal of which nothing is known: grounded, or a layout without a result."""

Description = Mapping[str, Any]


def picture(result: xr.Dataset | Description, dot: str | None = None) -> Figure:
    """A device from above, and cut along x through the first dot and along y through the last one.

    Args:
        result: of `geometry.electrostatics`, or what `Layout.describe` gives.
        dot: the dot whose electron induces the charge that is shown in colour; the first by default.

    Raises:
        InputError: nothing that holds a layout, an unknown dot.

    Example:
        >>> drawn = at.geometry.crossed_nanotubes(solid_planes=True)
        >>> figure = at.plotting.layouts.picture(at.geometry.electrostatics(drawn, method="images"))
        >>> [ax.get_title(loc="left") for ax in figure.axes[:3]]
        ['(a)  from above', '(b)  cut at y = 0 nm', '(c)  cut at x = 0 nm']
    """
    figure = new_figure(11.0, 6.2)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.0, 1.15))
    axes = [figure.add_subplot(grid[:, 0]), figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])]
    views(result, axes, dot)
    lettered(axes, [ax.get_title() for ax in axes])
    for ax in axes:
        ax.set_title("")
    charge_bar(result, figure, axes, dot)
    return figure


def beside(result: xr.Dataset, draw: Callable[[Axes], object]) -> Figure:
    """The device of a result in its three views, and what was asked of it beside them.

    Args:
        result: of a study of a drawn device.
        draw: draws the answer on axes.

    Raises:
        InputError: nothing that holds a layout.

    Example:
        >>> drawn = at.geometry.electrostatics(at.geometry.crossed_nanotubes(solid_planes=True), method="images")
        >>> figure = at.plotting.layouts.beside(drawn, lambda ax: ax.plot([0.0, 1.0]))
        >>> [ax.get_title(loc="left")[:3] for ax in figure.axes[:4]]
        ['(a)', '(b)', '(c)', '(d)']
    """
    figure = new_figure(15.5, 6.0)
    figure.set_layout_engine("constrained", wspace=BETWEEN, hspace=0.08)
    grid = figure.add_gridspec(2, 3, width_ratios=(1.0, 1.05, 1.25))
    axes = [figure.add_subplot(place) for place in (grid[:, 0], grid[0, 1], grid[1, 1], grid[:, 2])]
    views(result, axes[:3])
    draw(axes[3])
    titles = [ax.get_title() for ax in axes]
    for ax in axes:
        ax.set_title("")
    lettered(axes, titles)
    charge_bar(result, figure, axes[:3], beside=False)
    return figure


def is_drawn(result: xr.Dataset) -> bool:
    """Whether a result is that of a study of a drawn device, which it holds.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=4, W=1, U=2, delta=2, t=0)
        >>> at.plotting.layouts.is_drawn(at.dots.filling(chain, {"mu": 1.0}))
        False
    """
    parameters = str(result.attrs.get("parameters", ""))
    return "study" in result.attrs and all(f'"{name}"' in parameters for name in PARTS)


def views(result: xr.Dataset | Description, axes: Sequence[Axes], dot: str | None = None) -> None:
    """Draw the three views of `picture` on axes that are there, with their titles.

    Example:
        >>> axes = list(at.plotting.style.new_figure(9.0, 3.0).subplots(1, 3))
        >>> at.plotting.layouts.views(at.geometry.crossed_nanotubes().describe(), axes)
        >>> axes[2].get_title()
        'cut at x = 0 nm'
    """
    clouds = description(result)["clouds"]
    plot_top(result, axes[0], dot=dot)
    for ax, along, number in zip(axes[1:], "xy", (0, -1), strict=False):
        at = clouds[number]["centre"][1 - "xy".index(along)] if clouds else 0.0
        plot_section(result, ax, along=along, at=at, dot=dot)


def plot_top(result: xr.Dataset | Description, ax: Axes | None = None, *, dot: str | None = None) -> Axes:
    """Draw a layout from above.

    Where metals lie below and above the dots those above are outlines.

    Args:
        result: of `geometry.electrostatics`, or what `Layout.describe` gives.
        ax: axes to draw on; new ones by default.
        dot: as for `picture`.

    Returns:
        The axes.

    Example:
        >>> ax = at.plotting.layouts.plot_top(at.geometry.crossed_nanotubes().describe())
        >>> ax.get_xlabel(), ax.get_ylabel()
        ('x (nm)', 'y (nm)')
    """
    drawn, colours = description(result), _colours(result, dot)
    ax = _prepared(new_axes() if ax is None else ax, drawn, "x", "y")
    dots = [cloud["centre"][2] for cloud in drawn["clouds"]]
    sheets = [
        (metal["name"], box, shape)
        for metal in drawn["metals"]
        for box, shape in zip(boxes(metal), _shapes(metal), strict=True)
        if has_area(box, (0, 1))
    ]
    below = [box for _, box, _ in sheets if dots and box[1][2] <= min(dots)]
    names = Names(ax)
    for cloud in drawn["clouds"]:
        names.keep_clear(draw_cloud(ax, cloud, 0, 1))
    for name, box, shape in sorted(sheets, key=lambda sheet: float(sheet[1][1][2])):
        outline, colour = bool(below) and box[0][2] > min(dots), colours.get(name, NO_CHARGE)
        if shape is None:
            draw_box(ax, box, 0, 1, colour, outline=outline)
        else:
            draw_shape(ax, shape, colour, outline=outline)
    for name, box, shape in sheets:
        names.write(symbol(name), *((box[0][[0, 1]], box[1][[0, 1]]) if shape is None else layout_surfaces.room(shape)))
    name_clouds(ax, drawn["clouds"], 0, 1)
    ax.set_title("from above")
    return ax


def plot_section(
    result: xr.Dataset | Description,
    ax: Axes | None = None,
    *,
    along: str = "x",
    at: float = 0.0,
    dot: str | None = None,
) -> Axes:
    """Draw a layout cut by an upright plane: the metal that it meets, and all clouds as seen from the side.

    Args:
        result: of `geometry.electrostatics`, or what `Layout.describe` gives.
        ax: axes to draw on; new ones by default.
        along: "x" or "y", the axis to the right.
        at: where on the other one the plane stands, nm.
        dot: as for `picture`.

    Returns:
        The axes.

    Raises:
        InputError: another axis.

    Example:
        >>> ax = at.plotting.layouts.plot_section(at.geometry.crossed_nanotubes().describe(), along="y")
        >>> ax.get_title()
        'cut at x = 0 nm'
    """
    drawn, colours = description(result), _colours(result, dot)
    first = AXES.index(choice("along", along, ("x", "y")))
    ax = _prepared(new_axes() if ax is None else ax, drawn, along, "z")
    draw_medium(ax, drawn["medium"])
    names = Names(ax)
    for cloud in drawn["clouds"]:
        names.keep_clear(draw_cloud(ax, cloud, first, 2))
    middle = np.mean([cloud["centre"][2] for cloud in drawn["clouds"]]) if drawn["clouds"] else 0.0
    cut: list[Box] = []
    for metal in drawn["metals"]:
        balls, met = _met(metal, first, at)
        colour = colours.get(metal["name"], NO_CHARGE)
        for box in met:
            draw_box(ax, box, first, 2, colour)
        for corners in balls:
            draw_shape(ax, corners, colour)
            met.append(_upright(corners, first))
        cut += met
        if met:
            widest = max(met, key=lambda box: box[1][first] - box[0][first])
            away = np.sign(widest[0][2] - middle) if widest[0][2] == widest[1][2] else 0.0
            names.write(symbol(metal["name"]), widest[0][[first, 2]], widest[1][[first, 2]], away)
    name_clouds(ax, drawn["clouds"], first, 2, cut)
    ax.set_title(f"cut at {'yx'[first]} = {at:g} nm")
    return ax


def charge_bar(
    result: xr.Dataset | Description,
    figure: Figure,
    axes: Sequence[Axes],
    dot: str | None = None,
    *,
    beside: bool = True,
) -> None:
    """The colours of metals, where a result knows their charges; beside the axes or below the first ones.

    Example:
        >>> drawn = at.geometry.electrostatics(at.geometry.crossed_nanotubes(solid_planes=True), method="images")
        >>> ax = at.plotting.layouts.plot_top(drawn)
        >>> at.plotting.layouts.charge_bar(drawn, ax.figure, [ax])
        >>> len(ax.figure.axes)
        2
    """
    if not _knows_charges(result):
        return
    chosen, scale = _dot(result, dot), _scale(result, dot)
    place: dict[str, Any] = {"ax": list(axes)} if beside else {"ax": axes[0], "location": "bottom"}
    bar = figure.colorbar(ScalarMappable(scale, COLOUR_MAP), shrink=0.7, aspect=30, pad=0.01, **place)
    bar.set_label(f"charge that an electron on {chosen} induces\non metal (e): its lever arm (meV/mV)")


def description(result: xr.Dataset | Description) -> Description:
    """The layout that a result was calculated for: metals, clouds and medium as in `Layout.describe`.

    Raises:
        InputError: a result of something else.

    Example:
        >>> sorted(at.plotting.layouts.description(at.geometry.crossed_nanotubes().describe()))
        ['clouds', 'medium', 'metals']
    """
    found: Any = result
    if isinstance(result, xr.Dataset):
        found = json.loads(str(result.attrs.get("parameters", "{}")))
    if not isinstance(found, Mapping) or not set(PARTS) <= set(found):
        raise InputError("result", "hold a layout", "one of another question", "such as that of electrostatics")
    return found


def _prepared(ax: Axes, drawn: Description, right: str, up: str) -> Axes:
    """Axes to scale, wide enough for all clouds and what is around them."""
    low, high = _view(drawn)
    i, j = AXES.index(right), AXES.index(up)
    ax.set(xlim=(low[i], high[i]), ylim=(low[j], high[j]), aspect="equal", xlabel=f"{right} (nm)", ylabel=f"{up} (nm)")
    return ax


def _view(drawn: Description) -> Box:
    """Corners of what is shown: the clouds with a margin, and upwards and downwards the metal nearest to them."""
    clouds = [cloud_box(cloud) for cloud in drawn["clouds"]]
    metals = [box for metal in drawn["metals"] for box in boxes(metal)]
    some = clouds or metals
    low, high = np.min([box[0] for box in some], axis=0), np.max([box[1] for box in some], axis=0)
    around = MARGIN * float(max(high[:2] - low[:2]))
    heights = [z for box in metals for z in (box[0][2], box[1][2])]
    heights += [metal["z"] for metal in drawn["metals"] if metal["kind"] == "Plane"] + [low[2], high[2]]
    heights += [medium["thickness"] for medium in drawn["medium"] if "thickness" in medium]
    near = [z for z in heights if low[2] - 2 * around <= z <= high[2] + 2 * around]
    pad = around / 2.5
    return np.array([*(low[:2] - around), min(near) - pad]), np.array([*(high[:2] + around), max(near) + pad])


def _shapes(metal: Mapping[str, Any]) -> list[FloatArray | None]:
    """Outlines from above of the parts of a metal, in the order of `boxes`; none of rectangles."""
    surfaces = [layout_surfaces.outline(surface) for surface in metal.get("surfaces", ())]
    return [*[None] * (len(boxes(metal)) - len(surfaces)), *surfaces]


def _met(metal: Mapping[str, Any], first: int, at: float) -> tuple[list[FloatArray], list[Box]]:
    """What an upright plane meets of a metal: outlines of balls, boxes of the rest."""
    if metal["kind"] == "Plane":
        return [], [(np.array([-1e9, -1e9, metal["z"]]), np.array([1e9, 1e9, metal["z"]]))]
    flat = [box for box, shape in zip(boxes(metal), _shapes(metal), strict=True) if shape is None]
    cut = [corners for each in metal.get("surfaces", ()) for corners in layout_surfaces.met(each, first, at)]
    lines = [_upright(corners, first) for corners in cut if len(corners) == 2]
    met = [box for box in flat if box[0][1 - first] <= at <= box[1][1 - first]]
    return [corners for corners in cut if len(corners) > 2], met + lines


def _upright(corners: FloatArray, first: int) -> Box:
    """Corners of the box around an outline in a section."""
    low, high = np.zeros(3), np.zeros(3)
    low[[first, 2]], high[[first, 2]] = corners.min(axis=0), corners.max(axis=0)
    return low, high


def _knows_charges(result: xr.Dataset | Description) -> TypeGuard[xr.Dataset]:
    if not isinstance(result, xr.Dataset) or "lever_arm" not in result:
        return False
    arms = result["lever_arm"]
    return set(arms.dims) == {"gate", "dot"} and arms.size > 0


def _dot(result: xr.Dataset, dot: str | None) -> str:
    dots = [str(name) for name in result["dot"].values]
    return dots[0] if dot is None else choice("dot", dot, dots)


def _scale(result: xr.Dataset, dot: str | None) -> Normalize:
    return Normalize(0.0, float(result["lever_arm"].sel(dot=_dot(result, dot)).max()))


def _colours(result: xr.Dataset | Description, dot: str | None) -> dict[str, Any]:
    """Metal → colour, of those whose lever arms a result knows."""
    if not _knows_charges(result):
        return {}
    arms, scale = result["lever_arm"].sel(dot=_dot(result, dot)), _scale(result, dot)
    return {
        str(gate): colormaps[COLOUR_MAP](scale(float(arm))) for gate, arm in zip(arms["gate"].values, arms, strict=True)
    }
