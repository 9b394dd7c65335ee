"""Readings beside the data they were made from: a vertex on its image, a fitted diagram, a fitted trace."""

import re
from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from attractron.core.errors import InputError
from attractron.plotting.style import (
    COLOUR_MAP,
    OKABE_ITO,
    Picture,
    axis_label,
    edges,
    legend_below,
    lettered,
    needs,
    new_axes,
    new_figure,
    quantity_label,
    typeset,
    with_unit,
)

DASHES = (0, (4, 3))
"""Of lines that were refused, in line widths."""

OF_A_VERTEX = ("data", "residual", "charging_line", "triple_point")
OF_A_FIT = ("data", "model", "residual")
OF_A_TRACE = ("signal", "fit", "residual", "used")
"""Variables that a picture needs."""

WIDEST_TITLE = 150
"""Characters of a line."""

NARROW_TITLE = 75
"""The same above one column of panels."""

REFUSED = ("No charging line", "No interdot line")
"""How the sentence of a line that was not read begins."""


def plot_vertex(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw an image with the charging lines, interaction line and triple points that were read in it.

    The last axis runs to the right. Lines are missing where no vertex was found. Error bars on the triple points are
    one standard deviation.

    Args:
        result: of a vertex reading, with `data`, `charging_line` (line, end, axis) and `triple_point` (point, axis).
        ax: axes to draw on; new ones by default.

    Returns:
        The axes with the data.

    Raises:
        InputError: the dataset is not a vertex reading.

    Example:
        >>> import xarray as xr
        >>> image = (("V_L", "V_R"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> points = (("point", "axis"), [[0.8, 0.9], [1.2, 1.1]])
        >>> lines = (("line", "end", "axis"), [[[0.8, 0.9], [0.0, 1.0]], [[1.2, 1.1], [2.0, 1.0]]])
        >>> reading = {"data": image, "residual": image, "triple_point": points, "charging_line": lines}
        >>> axes = {gate: (gate, np.arange(3.0), {"units": "mV"}) for gate in ("V_L", "V_R")}
        >>> ax = at.plotting.readings.plot_vertex(xr.Dataset(reading | {"triple_point_uncertainty": points}, axes))
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['charging lines, dot 1', 'interaction line', 'triple points']
    """
    needs(result, OF_A_VERTEX)
    ax = new_axes() if ax is None else ax
    plot_image(result, ax, variable="data")
    _draw_lines(result, ax)
    return ax


def picture_vertex(result: xr.Dataset) -> Figure:
    """The data as they are, the lines found on them, and what the fit leaves, beside each other.

    Lines that were refused (`attempted_charging_line`) are dashed; the sentence above says why.

    Raises:
        InputError: the dataset is not a vertex reading.

    Example:
        >>> import xarray as xr
        >>> image = (("V_L", "V_R"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> nowhere = (("point", "axis"), np.full((2, 2), np.nan))  # no vertex was found
        >>> reading = {"data": image, "residual": image, "triple_point": nowhere, "charging_line": nowhere}
        >>> axes = {gate: (gate, np.arange(3.0), {"units": "mV"}) for gate in ("V_L", "V_R")}
        >>> figure = at.plotting.readings.picture_vertex(xr.Dataset(reading, axes))
        >>> [ax.get_title(loc="left") for ax in figure.axes[:3]]
        ['(a)  data', '(b)  lines found', '(c)  data less fit']
    """
    needs(result, OF_A_VERTEX)
    refused = "attempted_charging_line" in result
    lines = "lines tried, refused" if refused else "lines found"
    figure = side_by_side(result, ("data", "data", "residual"), ("data", lines, "data less fit"))
    if refused:
        _draw_attempt(result, figure.axes[1])
    else:
        _draw_lines(result, figure.axes[1])
    return figure


def picture_fit(result: xr.Dataset) -> Figure:
    """Data, fit and residual of a fitted diagram beside each other, under what the fit says.

    Raises:
        InputError: the dataset is no fit over two gates.

    Example:
        >>> import xarray as xr
        >>> image = (("V_L", "V_R"), np.ones((3, 3)), {"units": "pA", "long_name": "current"})
        >>> axes = {gate: (gate, np.arange(3.0), {"units": "mV"}) for gate in ("V_L", "V_R")}
        >>> fit = xr.Dataset(dict.fromkeys(("data", "model", "residual"), image), axes)
        >>> figure = at.plotting.readings.picture_fit(fit)
        >>> [ax.get_title(loc="left") for ax in figure.axes[:3]]
        ['(a)  data', '(b)  fit', '(c)  data less fit']
    """
    absent = [name for name in OF_A_FIT if name not in result]
    if absent or result["data"].ndim != 2:
        raise InputError("result", "have data, model and residual over two gates", f"no {', '.join(absent) or 'map'}")
    return side_by_side(result, OF_A_FIT, ("data", "fit", "data less fit"))


def plot_image(result: xr.Dataset, ax: Axes | None = None, *, variable: str = "data") -> Axes:
    """Draw `data`, `model` or `residual` over both gates, the last axis to the right; a residual is centred on zero.

    Args:
        result: of a vertex reading or a fit.
        ax: axes to draw on; new ones by default.
        variable: which of them; a model has the colours of the data.

    Returns:
        The axes.

    Example:
        >>> import xarray as xr
        >>> image = (("V_L", "V_R"), np.ones((3, 3)), {"units": "pA", "long_name": "current"})
        >>> axes = {gate: (gate, np.arange(3.0), {"units": "mV"}) for gate in ("V_L", "V_R")}
        >>> ax = at.plotting.readings.plot_image(xr.Dataset({"data": image}, axes))
        >>> ax.figure.axes[1].get_ylabel()
        'current (pA)'
    """
    ax = new_axes() if ax is None else ax
    up, across = (str(dim) for dim in result[variable].dims)
    values = result[variable].sortby([up, across])
    # The middle 99 % of the values: a few bad pixels do not darken the picture. A model has the data's colours.
    low, high = np.nanpercentile(result["data"] if variable == "model" else values, [0.5, 99.5])
    if variable == "residual":
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    mesh = ax.pcolormesh(
        values[across].to_numpy(),
        values[up].to_numpy(),
        values.to_numpy(),
        cmap=COLOUR_MAP if variable != "residual" else "PuOr",
        vmin=low,
        vmax=high,
        shading="nearest",
        rasterized=True,
    )
    ax.figure.colorbar(mesh, ax=ax, label=with_unit(str(values.attrs["long_name"]), values))
    ax.set_xlim(*edges(values[across].to_numpy())[[0, -1]])  # the lines on it do not widen the picture
    ax.set_ylim(*edges(values[up].to_numpy())[[0, -1]])
    ax.set_xlabel(axis_label(result[across]))
    ax.set_ylabel(axis_label(result[up]))
    return ax


def side_by_side(result: xr.Dataset, names: Sequence[str], titles: Sequence[str]) -> Figure:
    """Images of a result on common axes, with the result's summary above.

    Args:
        result: with these images over the same two axes.
        names: of the images, from left to right.
        titles: of the panels, one an image.

    Example:
        >>> import xarray as xr
        >>> image = (("V_L", "V_R"), np.eye(3), {"units": "pA", "long_name": "current"})
        >>> axes = {gate: (gate, np.arange(3.0), {"units": "mV"}) for gate in ("V_L", "V_R")}
        >>> result = xr.Dataset({"data": image, "residual": image}, axes)
        >>> figure = at.plotting.readings.side_by_side(result, ("data", "residual"), ("data", "data less fit"))
        >>> [ax.get_title(loc="left") for ax in figure.axes[:2]]
        ['(a)  data', '(b)  data less fit']
    """
    figure = new_figure(13.5, 4.4)
    axes = figure.subplots(1, len(names), sharex=True, sharey=True)
    for ax, name in zip(axes, names, strict=True):
        plot_image(result, ax, variable=name)
        if ax is not axes[0]:
            ax.set_ylabel("")
    lettered(axes, titles)
    say_above(figure, result)
    return figure


def say_above(figure: Figure, result: xr.Dataset) -> None:
    """Write the sentence of a result above all panels.

    Example:
        >>> import xarray as xr
        >>> figure = at.plotting.style.new_figure()
        >>> at.plotting.readings.say_above(figure, xr.Dataset(attrs={"summary": "No vertex can be read."}))
        >>> figure.get_suptitle()
        'No vertex can be read.'
    """
    said = re.sub(r"(?<=[\d)]) (?=[µm]?e?V\b)", "\N{NO-BREAK SPACE}", typeset(str(result.attrs.get("summary", ""))))
    figure.suptitle("\n".join(wrap(said, WIDEST_TITLE)), fontsize="medium")


def _draw_attempt(result: xr.Dataset, ax: Axes) -> None:
    """Lines that are no reading: dashed, grey, without triple points."""
    segments = result["attempted_charging_line"].transpose("line", "end", "axis").to_numpy()
    points = result["attempted_triple_point"].transpose("point", "axis").to_numpy()
    for segment in (*segments, points):
        ax.plot(segment[:, 1], segment[:, 0], color="black", linewidth=2.2)
        ax.plot(segment[:, 1], segment[:, 0], color="white", linestyle=DASHES, linewidth=1.4)
    handle = Line2D([], [], color="black", linestyle=DASHES, linewidth=1.4, label="best attempt, refused")
    legend_below(ax, handles=[handle])


def _draw_lines(result: xr.Dataset, ax: Axes) -> None:
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
    legend_below(ax)


def plot_trace(
    result: xr.Dataset, ax: Axes | None = None, *, place: str = "step", left_out: str = "outliers, not used"
) -> Axes:
    """Draw data, outliers that were left out, the fitted curve, and the place of the step with its uncertainty.

    Args:
        result: `signal`, `fit` and `used` over one axis, perhaps `position` and `position_uncertainty` on it.
        ax: axes to draw on; new ones by default.
        place: what is at the position, for the legend.
        left_out: the same of points that are not used.

    Returns:
        The axes.

    Raises:
        InputError: the result is no fitted trace.

    Example:
        >>> from attractron.papers.measured import DATA
        >>> trace = at.readout.charging_line(at.readout.load(DATA / "addition_line.nc"), lever_arm=0.1)
        >>> [text.get_text() for text in at.plotting.readings.plot_trace(trace).get_legend().get_texts()]
        ['data', 'outliers, not used', 'fit', 'step']
    """
    axis = _trace_axis(result)
    ax = new_axes() if ax is None else ax
    gate, signal = axis.to_numpy(), result["signal"].to_numpy()
    used = result["used"].to_numpy() == 1
    pickup = result["pickup"].to_numpy() if "pickup" in result else np.zeros(signal.shape)
    if pickup.any():
        ax.plot(gate, signal, ".", color="0.85", markersize=3, label="data as taken")
    fit = result["fit"].to_numpy() - pickup
    fitted = np.isfinite(fit)
    beyond = np.isfinite(signal) & ~fitted & fitted.any()
    out = ~used & np.isfinite(signal) & ~beyond
    if beyond.any():
        ax.plot(gate[beyond], (signal - pickup)[beyond], ".", color="0.75", markersize=3, label="not fitted")
    label = "without pick-up" if pickup.any() else "data"
    ax.plot(gate[used], (signal - pickup)[used], ".", color="0.55", markersize=4, label=label)
    if out.any():
        label = left_out if used.any() else "data"
        ax.plot(gate[out], (signal - pickup)[out], "x", color=OKABE_ITO[3], markersize=5, label=label)
    if fitted.any():
        ax.plot(gate[fitted], fit[fitted], color=OKABE_ITO[0], linewidth=1.8, label="fit")
    if _has_position(result):
        middle, spread = float(result["position"]), float(result["position_uncertainty"])
        ax.axvline(middle, color=OKABE_ITO[1], linewidth=1.0, label=place)
        if 0 < spread < np.inf:
            ax.axvspan(middle - spread, middle + spread, color=OKABE_ITO[1], alpha=0.3, linewidth=0)
    ax.set_xlabel(axis_label(axis))
    ax.set_ylabel(quantity_label(result["signal"]))
    count = len(ax.get_legend_handles_labels()[0])
    crowded = {"fontsize": "small", "columnspacing": 1.0, "handletextpad": 0.3} if count > 4 else {}
    # Above the data, not on them.
    ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=max(count, 4), **crowded)
    return ax


def plot_residual(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw data minus fit for the points that the fit uses; structure in the step means a wrong line shape.

    Args:
        result: as for `plot_trace`, with `residual`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: the result is no fitted trace.

    Example:
        >>> from attractron.papers.measured import DATA
        >>> trace = at.readout.charging_line(at.readout.load(DATA / "addition_line.nc"), lever_arm=0.1)
        >>> at.plotting.readings.plot_residual(trace).get_xlabel()
        'P4 (mV)'
    """
    axis = _trace_axis(result)
    ax = new_axes(height=2.0) if ax is None else ax
    used = result["used"].to_numpy() == 1
    ax.axhline(0.0, color=OKABE_ITO[0], linewidth=1.2)
    ax.plot(axis.to_numpy()[used], result["residual"].to_numpy()[used], ".", color="0.55", markersize=3)
    if _has_position(result):
        ax.axvline(float(result["position"]), color=OKABE_ITO[1], linewidth=1.0)
    ax.set_xlabel(axis_label(axis))
    ax.set_ylabel(quantity_label(result["residual"]))
    return ax


def picture_trace(result: xr.Dataset) -> Figure:
    """Fit above, residual below on the same axis; where nothing was read the title says why.

    Raises:
        InputError: the result is no fitted trace.

    Example:
        >>> from attractron.papers.measured import DATA
        >>> trace = at.readout.charging_line(at.readout.load(DATA / "addition_line.nc"), lever_arm=0.1)
        >>> len(at.plotting.readings.picture_trace(trace).axes)
        2
    """
    _trace_axis(result)
    figure = Picture(figsize=(6.0, 5.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    plot_trace(result, above).set_xlabel("")
    summary = str(result.attrs.get("summary", ""))
    if summary.startswith(REFUSED):  # the attempt is drawn all the same, and must not look like a reading
        figure.suptitle("\n".join(wrap(typeset(summary), NARROW_TITLE)), fontsize="medium", color=OKABE_ITO[3])
    plot_residual(result, below).set_ylabel("residual")  # in the unit of the panel above
    lettered((above, below))
    figure.align_ylabels()
    return figure


def _has_position(result: xr.Dataset) -> bool:
    """Where the model does not describe the trace the step has no place."""
    return "position" in result and result["position"].ndim == 0 and bool(np.isfinite(result["position"]))


def _trace_axis(result: xr.Dataset) -> xr.DataArray:
    missing = [name for name in OF_A_TRACE if name not in result]
    if missing or result["signal"].ndim != 1:
        got = f"no {', '.join(missing)}" if missing else f"dimensions {result['signal'].dims}"
        raise InputError("result", "be a fitted trace", got, "make it with readout.charging_line or interdot_line")
    return result[result["signal"].dims[0]]
