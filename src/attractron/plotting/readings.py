"""A vertex that was read from a picture: data with the lines found on it, and what the fit leaves."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.plotting.signal import draw, side_by_side
from attractron.plotting.style import OKABE_ITO, new_axes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDED = ("data", "residual", "charging_line", "triple_point")


def plot(result: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw the data with charging lines, interaction line and triple points on it; the last axis runs to the right.

    Lines are missing where no vertex was found. Error bars on the triple points are one standard deviation.

    Args:
        result: of a vertex reading, with `data`, `charging_line` (line, end, axis) and `triple_point` (point, axis).
        ax: axes to draw on; new ones by default.

    Returns:
        The axes with the data.

    Raises:
        InputError: the dataset is not a vertex reading.
    """
    _check(result)
    ax = new_axes() if ax is None else ax
    draw(result, ax, "data")
    _lines(result, ax)
    return ax


def picture(result: "xr.Dataset") -> "Figure":
    """The data as they are, the lines found on them, and what the fit leaves, beside each other.

    Raises:
        InputError: the dataset is not a vertex reading.
    """
    _check(result)
    figure = side_by_side(result, ("data", "data", "residual"), ("data", "lines found", "data less fit"))
    _lines(result, figure.axes[1])
    return figure


def _check(result: "xr.Dataset") -> None:
    absent = [name for name in NEEDED if name not in result]
    if absent:
        raise InputError("result", f"have the variables {', '.join(NEEDED)}", f"none named {', '.join(absent)}")


def _lines(result: "xr.Dataset", ax: "Axes") -> None:
    points = result["triple_point"].transpose("point", "axis").to_numpy()
    if not np.isfinite(points).all():
        return
    segments = result["charging_line"].transpose("line", "end", "axis").to_numpy()
    for number, segment in enumerate(segments):
        dot = number // 2
        label = f"charging lines, dot {dot + 1}" if number % 2 == 0 else None
        ax.plot(segment[:, 1], segment[:, 0], color="white", linewidth=2.6)
        ax.plot(segment[:, 1], segment[:, 0], color=OKABE_ITO[4 if dot == 0 else 3], linewidth=1.4, label=label)
    ax.plot(points[:, 1], points[:, 0], color="white", linewidth=3.0)
    ax.plot(points[:, 1], points[:, 0], color=OKABE_ITO[1], linewidth=1.8, label="interaction line")
    errors = result["triple_point_uncertainty"].transpose("point", "axis").to_numpy()
    ax.errorbar(
        points[:, 1],
        points[:, 0],
        xerr=errors[:, 1],
        yerr=errors[:, 0],
        fmt="o",
        color="black",
        markerfacecolor="white",
        markersize=5,
        label="triple points",
    )
    # Below the label of the axis: nowhere on a map is there a place without data.
    ax.legend(fontsize="x-small", loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False)
