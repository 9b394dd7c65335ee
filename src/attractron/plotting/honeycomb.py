"""All vertices that were read in one image: the data, the charging lines and triple points on it, what is left."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from attractron.plotting.readings import plot_image, side_by_side
from attractron.plotting.style import OKABE_ITO, needs, new_axes

NEEDED = ("data", "residual", "occupation", "triple_point", "vertex_status")
"""Variables that a picture needs."""

COLOURS = (OKABE_ITO[4], OKABE_ITO[3])
"""Of the lines of dot 1 and dot 2, as in the picture of a single vertex."""


def plot_honeycomb(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw an image with the charging lines of both dots, its triple points, and the numbers of its vertices.

    The last axis runs to the right. A charging line is where a dot's mean occupation passes a half; lines of a reading
    that is refused are dashed. Vertices that are not described have no points.

    Args:
        result: of `readout.read_honeycomb`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: the dataset is not a honeycomb reading.

    Example:
        >>> import xarray as xr
        >>> over = ("V_L", "V_R")
        >>> image = (over, np.eye(3), {"units": "pA", "long_name": "current"})
        >>> reading = {"data": image, "residual": image, "occupation": (("dot", *over), np.zeros((2, 3, 3))),
        ...            "triple_point": (("vertex", "point", "axis"), [[[0.8, 0.9], [1.2, 1.1]]]),
        ...            "vertex_status": ("vertex", [0]), "status": ((), 0)}
        >>> axes = {gate: (gate, np.arange(3.0), {"units": "mV"}) for gate in over} | {"vertex": [1]}
        >>> ax = at.plotting.honeycomb.plot_honeycomb(xr.Dataset(reading, axes))
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['charging lines, dot 1', 'charging lines, dot 2', 'triple points']
    """
    needs(result, NEEDED)
    ax = new_axes() if ax is None else ax
    plot_image(result, ax, variable="data")
    _draw(result, ax)
    return ax


def picture_honeycomb(result: xr.Dataset) -> Figure:
    """The data, the lines and triple points found on them, and what the fit leaves, beside each other.

    Raises:
        InputError: the dataset is not a honeycomb reading.

    Example:
        >>> import xarray as xr
        >>> over = ("V_L", "V_R")
        >>> image = (over, np.eye(3), {"units": "pA", "long_name": "current"})
        >>> reading = {"data": image, "residual": image, "occupation": (("dot", *over), np.zeros((2, 3, 3))),
        ...            "triple_point": (("vertex", "point", "axis"), np.zeros((0, 2, 2))),
        ...            "vertex_status": ("vertex", np.zeros(0, dtype=int)), "status": ((), 1)}
        >>> axes = {gate: (gate, np.arange(3.0), {"units": "mV"}) for gate in over}
        >>> figure = at.plotting.honeycomb.picture_honeycomb(xr.Dataset(reading, axes))
        >>> [ax.get_title(loc="left") for ax in figure.axes[:3]]
        ['(a)  data', '(b)  lines tried, refused', '(c)  data less fit']
    """
    needs(result, NEEDED)
    title = "lines found" if int(result["status"]) == 0 else "lines tried, refused"
    figure = side_by_side(result, ("data", "data", "residual"), ("data", title, "data less fit"))
    _draw(result, figure.axes[1])
    return figure


def _draw(result: xr.Dataset, ax: Axes) -> None:
    up, across = (str(dim) for dim in result["data"].dims)
    refused = int(result["status"]) != 0
    handles = []
    for dot, colour in enumerate(COLOURS):
        numbers = result["occupation"].isel(dot=dot).sortby([up, across])
        levels = np.arange(0.5, float(numbers.max()), 1.0)
        if levels.size and float(numbers.min()) < levels[0]:
            for colours, width in (("white", 2.6), (colour, 1.4)):
                ax.contour(
                    numbers[across].to_numpy(),
                    numbers[up].to_numpy(),
                    numbers.to_numpy(),
                    levels=levels,
                    colors=[colours],
                    linewidths=width,
                    linestyles="dashed" if refused else "solid",
                )
        handles.append(
            Line2D([], [], color=colour, ls="--" if refused else "-", label=f"charging lines, dot {dot + 1}")
        )
    points = result["triple_point"].to_numpy()
    drawn = np.isfinite(points).all(axis=(1, 2))
    if drawn.any() and not refused:
        places = points[drawn].reshape(-1, 2)
        handles += ax.plot(
            places[:, 1],
            places[:, 0],
            linestyle="",
            marker="o",
            markersize=3.5,
            markerfacecolor="white",
            markeredgecolor="black",
            label="triple points",
        )
        if drawn.sum() > 1:
            right = float(result[across].max() - 0.1 * (result[across].max() - result[across].min()))
            for number, pair in zip(result["vertex"].to_numpy()[drawn], points[drawn], strict=True):
                place = pair.mean(axis=0)[::-1]
                beside = -1 if place[0] > right else 1  # the numbers stay in the picture
                ax.annotate(
                    str(number),
                    place,
                    xytext=(9 * beside, 0),
                    textcoords="offset points",
                    va="center",
                    ha="left" if beside > 0 else "right",
                    fontsize=8,
                    bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.8},
                )
    ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, fontsize=8, frameon=False)
