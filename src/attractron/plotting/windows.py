"""Transport windows: the current where levels lie between the leads, the edges found, and what is left."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.errors import InputError
from attractron.plotting.readings import plot_image, say_above
from attractron.plotting.style import OKABE_ITO, legend_below, lettered, new_axes, new_figure

NEEDED = ("data", "residual")


def plot_edges(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the image with the straight edges that were found in it, and points where windows meet.

    Args:
        result: of a reading of diamonds or triangles, with `data` over two axes, and `edge` (line, end, axis), whose
            coordinate `axis` names them.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: the dataset is no such reading.

    Example:
        >>> import xarray as xr
        >>> image = (("V_SD", "V_g"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> edge = (("line", "end", "axis"), [[[0.0, 1.0], [2.0, 2.0]]])
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("V_SD", "V_g")}
        >>> reading = xr.Dataset({"data": image, "residual": image, "edge": edge}, axes | {"axis": ["V_SD", "V_g"]})
        >>> [text.get_text() for text in at.plotting.windows.plot_edges(reading).get_legend().get_texts()]
        ['edges']
    """
    _check(result)
    ax = new_axes() if ax is None else ax
    plot_image(result, ax, variable="data")
    if "edge" not in result:
        return ax
    up, across = (str(dim) for dim in result["data"].dims)
    segments = result["edge"].transpose("line", "end", "axis")
    places = [segments.sel(axis=name).to_numpy() for name in (across, up)]
    for number, (x, y) in enumerate(zip(*places, strict=True)):
        ax.plot(x, y, color="white", linewidth=2.6)
        ax.plot(x, y, color=OKABE_ITO[1], linewidth=1.4, label="edges" if number == 0 else None)
    legend_below(ax)
    return ax


def picture_windows(result: xr.Dataset) -> Figure:
    """The data, the edges found on them, and what the fit leaves, beside each other, under what was read.

    Raises:
        InputError: the dataset is no reading of diamonds or triangles.

    Example:
        >>> import xarray as xr
        >>> image = (("V_SD", "V_g"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("V_SD", "V_g")}
        >>> figure = at.plotting.windows.picture_windows(xr.Dataset({"data": image, "residual": image}, axes))
        >>> [ax.get_title(loc="left") for ax in figure.axes[:3]]
        ['(a)  data', '(b)  edges found', '(c)  data less fit']
    """
    _check(result)
    figure = new_figure(13.5, 4.4)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    plot_image(result, axes[0], variable="data")
    plot_edges(result, axes[1]).set_ylabel("")
    if np.isfinite(result["residual"]).any():
        plot_image(result, axes[2], variable="residual").set_ylabel("")
    lettered(axes, ("data", "edges found", "data less fit"))
    say_above(figure, result)
    return figure


def _check(result: xr.Dataset) -> None:
    absent = [name for name in NEEDED if name not in result]
    if absent or result["data"].ndim != 2:
        raise InputError("result", "have data and residual over two axes", f"no {', '.join(absent) or 'map'}")
