"""A vertex that was read from a picture: data with the lines found on it, and what the fit leaves."""

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.plotting.style import COLOUR_MAP, OKABE_ITO, axis_label, new_axes, with_unit

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDED = ("data", "residual", "charging_line", "triple_point")

WIDEST = 150
"""Characters of a line of the title."""


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
    _picture(result, ax, "data")
    _lines(result, ax)
    return ax


def picture(result: "xr.Dataset") -> "Figure":
    """The data as they are, the lines found on them, and what the fit leaves, beside each other.

    Raises:
        InputError: the dataset is not a vertex reading.
    """
    from matplotlib.figure import Figure

    _check(result)
    figure = Figure(figsize=(13.5, 4.4), layout="constrained")
    plain, found, left = figure.subplots(1, 3, sharex=True, sharey=True)
    _picture(result, plain, "data")
    plot(result, found).set_ylabel("")
    _picture(result, left, "residual")
    left.set_ylabel("")
    for ax, title in ((plain, "data"), (found, "lines found"), (left, "data less fit")):
        ax.set_title(title)
    figure.suptitle("\n".join(wrap(str(result.attrs.get("summary", "")), WIDEST)), fontsize="medium")
    return figure


def _check(result: "xr.Dataset") -> None:
    absent = [name for name in NEEDED if name not in result]
    if absent:
        raise InputError("result", f"have the variables {', '.join(NEEDED)}", f"none named {', '.join(absent)}")


def _picture(result: "xr.Dataset", ax: "Axes", name: str) -> None:
    up, across = (str(dim) for dim in result[name].dims)
    values = result[name].sortby([up, across])
    # The middle 99 % of the values: a few bad pixels do not darken the picture.
    low, high = np.nanpercentile(values, [0.5, 99.5])
    if name == "residual":
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    mesh = ax.pcolormesh(
        values[across].to_numpy(),
        values[up].to_numpy(),
        values.to_numpy(),
        cmap=COLOUR_MAP if name == "data" else "PuOr",
        vmin=low,
        vmax=high,
        shading="nearest",
        rasterized=True,
    )
    ax.figure.colorbar(mesh, ax=ax, label=with_unit(str(values.attrs["long_name"]), values))
    ax.set_xlim(*_edges(values[across].to_numpy()))  # the lines on it do not widen the picture
    ax.set_ylim(*_edges(values[up].to_numpy()))
    ax.set_xlabel(axis_label(result[across]))
    ax.set_ylabel(axis_label(result[up]))


def _edges(places: FloatArray) -> tuple[float, float]:
    """Where the first pixel begins and the last one ends."""
    return float(1.5 * places[0] - 0.5 * places[1]), float(1.5 * places[-1] - 0.5 * places[-2])


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
    ax.legend(fontsize="x-small", loc="best")
