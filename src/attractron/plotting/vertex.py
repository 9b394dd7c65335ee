"""A vertex that was read from a picture: data with the lines found on it, and what the fit leaves."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.plotting.style import COLOUR_MAP, OKABE_ITO, axis_label, with_unit

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

NEEDED = ("data", "residual", "charging_line", "triple_point")


def plot(result: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw the data with charging lines, interaction line and triple points on it; the last axis runs to the right.

    Lines are missing where no vertex was found. Error bars on the triple points are one standard deviation.

    Args:
        result: of a vertex reading, with `data`, `charging_line` (line, end, axis) and `triple_point` (point, axis).
        ax: axes to draw on; on new ones by default, with the residual beside it.

    Returns:
        The axes with the data.

    Raises:
        InputError: the dataset is not a vertex reading.
    """
    absent = [name for name in NEEDED if name not in result]
    if absent:
        raise InputError("result", f"have the variables {', '.join(NEEDED)}", f"none named {', '.join(absent)}")
    if ax is None:
        data, residual = _two_axes()
        _picture(result, residual, "residual")
        ax = data
    _picture(result, ax, "data")
    _lines(result, ax)
    ax.set_title(str(result.attrs.get("summary", "")), fontsize="small", wrap=True)
    return ax


def _two_axes() -> "tuple[Axes, Axes]":
    from matplotlib.figure import Figure

    figure: Figure = Figure(figsize=(11.0, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    return left, right


def _picture(result: "xr.Dataset", ax: "Axes", name: str) -> None:
    up, across = (str(dim) for dim in result[name].dims)
    values = result[name].sortby([up, across])
    # The middle 99 % of the values: a few bad pixels do not darken the picture.
    low, high = np.nanpercentile(values, [0.5, 99.5])
    mesh = ax.pcolormesh(
        values[across].to_numpy(),
        values[up].to_numpy(),
        values.to_numpy(),
        cmap=COLOUR_MAP if name == "data" else "cividis",
        vmin=low,
        vmax=high,
        shading="nearest",
        rasterized=True,
    )
    ax.figure.colorbar(mesh, ax=ax, label=with_unit(str(values.attrs["long_name"]), values))
    ax.set_xlabel(axis_label(result[across]))
    ax.set_ylabel(axis_label(result[up]))


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
