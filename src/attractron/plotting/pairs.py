"""The pair current over gate and bias, or over two gates: the map with the lines found, and what a fit leaves."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.plotting.readings import plot_image, say_above
from attractron.plotting.style import OKABE_ITO, legend_below, lettered, needs, new_axes, new_figure

NEEDED = ("data", "model", "residual", "turn_on")
OF_GATES = ("data", "model", "residual", "line_end", "charging_line_angle")
STYLES = {"0e": ("-", 6), "1e": ("--", 0), "2e": (":", 1)}
"""Of a turn-on line by the electrons that take part: the dashes and the colour."""


def plot_turn_ons(result: xr.Dataset, ax: Axes | None = None, variable: str = "data") -> Axes:
    """Draw a map over gate and bias with the lines at which processes of no, one and two electrons turn on.

    Args:
        result: of a reading of the pair current, with `turn_on` (process, gate).
        ax: axes to draw on; new ones by default.
        variable: the map.

    Returns:
        The axes.

    Raises:
        InputError: the dataset is no such reading.

    Example:
        >>> import xarray as xr
        >>> image = (("V", "V_SD"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("V", "V_SD")}
        >>> lines = {"turn_on": (("process", "V"), [[0.0, 1.0, 2.0]])}
        >>> reading = xr.Dataset({"data": image, "model": image, "residual": image} | lines, axes | {"process": ["1e"]})
        >>> [text.get_text() for text in at.plotting.pairs.plot_turn_ons(reading).get_legend().get_texts()]
        ['turn-on of 1e']
    """
    needs(result, NEEDED)
    ax = new_axes() if ax is None else ax
    gate = next(str(dim) for dim in result["turn_on"].dims if dim != "process")
    V = next(str(dim) for dim in result["data"].dims if dim != gate)
    turned = result.assign({name: result[name].transpose(V, gate) for name in ("data", "model", "residual")})
    plot_image(turned, ax, variable=variable)
    for process in map(str, result["process"].to_numpy()):
        line = result["turn_on"].sel(process=process)
        if not np.isfinite(line).any():
            continue
        style, colour = STYLES[process]
        ax.plot(line[gate], line, color="white", linewidth=3.0)
        ax.plot(line[gate], line, style, color=OKABE_ITO[colour], linewidth=1.6, label=f"turn-on of {process}")
    ax.set_ylim(float(result[V].min()), float(result[V].max()))
    if ax.get_legend_handles_labels()[0]:
        legend_below(ax, 3)
    return ax


def picture_pairs(result: xr.Dataset) -> Figure:
    """The map with the turn-on lines found, the fit, and what it leaves, under what was read.

    Raises:
        InputError: the dataset is no reading of the pair current.

    Example:
        >>> import xarray as xr
        >>> image = (("V", "V_SD"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("V", "V_SD")}
        >>> lines = {"turn_on": (("process", "V"), [[0.0, 1.0, 2.0]])}
        >>> reading = xr.Dataset({"data": image, "model": image, "residual": image} | lines, axes | {"process": ["1e"]})
        >>> [ax.get_title(loc="left") for ax in at.plotting.pairs.picture_pairs(reading).axes[:3]]
        ['(a)  data', '(b)  fit', '(c)  data less fit']
    """
    needs(result, NEEDED)
    figure = new_figure(13.5, 4.4)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    bare = result.assign(turn_on=result["turn_on"] * np.nan)
    plot_turn_ons(result, axes[0])
    plot_turn_ons(bare, axes[1], "model").set_ylabel("")
    plot_turn_ons(bare, axes[2], "residual").set_ylabel("")
    lettered(axes, ("data", "fit", "data less fit"))
    say_above(figure, result)
    return figure


def plot_pair_line(result: xr.Dataset, ax: Axes | None = None, variable: str = "data") -> Axes:
    """Draw a map over two gates with the line on which pairs move, and the charging lines from its ends.

    Args:
        result: of a reading of the pair current over two gates, with `line_end` (end, axis) and `charging_line_angle`.
        ax: axes to draw on; new ones by default.
        variable: the map.

    Returns:
        The axes.

    Raises:
        InputError: the dataset is no such reading.

    Example:
        >>> import xarray as xr
        >>> image = (("P1", "P2"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("P1", "P2")}
        >>> found = {"line_end": (("end", "axis"), [[0.5, 1.5], [1.5, 0.5]])}
        >>> found |= {"charging_line_angle": ("dot", [80.0, 10.0])}
        >>> reading = xr.Dataset({"data": image, "model": image, "residual": image} | found, axes)
        >>> [text.get_text() for text in at.plotting.pairs.plot_pair_line(reading).get_legend().get_texts()]
        ['charging lines', '(0,0) - (1,1)']
    """
    needs(result, OF_GATES)
    ax = new_axes() if ax is None else ax
    plot_image(result, ax, variable=variable)
    ends, angles = result["line_end"].to_numpy(), np.deg2rad(result["charging_line_angle"].to_numpy())
    if np.isfinite(ends).all():
        limits = ax.get_xlim(), ax.get_ylim()
        away, far = ends - ends[::-1], 2 * sum(float(np.ptp(limit)) for limit in limits)
        label: str | None = "charging lines"
        for end, outwards in zip(ends, away, strict=True):
            for direction in np.stack([np.cos(angles), np.sin(angles)], axis=1):
                ray = np.array([end, end + far * direction * np.sign(direction @ outwards)])
                ax.plot(ray[:, 1], ray[:, 0], color="white", linewidth=3.0)
                ax.plot(ray[:, 1], ray[:, 0], "--", color=OKABE_ITO[0], linewidth=1.4, label=label)
                label = None
        ax.plot(ends[:, 1], ends[:, 0], color="white", linewidth=4.0)
        ax.plot(ends[:, 1], ends[:, 0], "o-", color=OKABE_ITO[6], linewidth=2.0, label="(0,0) - (1,1)")
        ax.set(xlim=limits[0], ylim=limits[1])
        legend_below(ax, 2)
    return ax


def picture_gates(result: xr.Dataset) -> Figure:
    """The map over two gates with the line found, the fit, and what it leaves, under what was read.

    Raises:
        InputError: the dataset is no reading of the pair current over two gates.

    Example:
        >>> import xarray as xr
        >>> image = (("P1", "P2"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("P1", "P2")}
        >>> nowhere = {"line_end": (("end", "axis"), np.full((2, 2), np.nan))}
        >>> nowhere |= {"charging_line_angle": ("dot", [np.nan, np.nan])}
        >>> reading = xr.Dataset({"data": image, "model": image, "residual": image} | nowhere, axes)
        >>> [ax.get_title(loc="left") for ax in at.plotting.pairs.picture_gates(reading).axes[:3]]
        ['(a)  data', '(b)  fit', '(c)  data less fit']
    """
    needs(result, OF_GATES)
    figure = new_figure(13.5, 4.4)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    bare = result.assign(line_end=result["line_end"] * np.nan)
    plot_pair_line(result, axes[0])
    plot_pair_line(bare, axes[1], "model").set_ylabel("")
    plot_pair_line(bare, axes[2], "residual").set_ylabel("")
    lettered(axes, ("data", "fit", "data less fit"))
    say_above(figure, result)
    return figure
