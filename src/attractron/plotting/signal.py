"""A measured picture beside what was fitted to it: data, model and residual as maps over two gates."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.plotting.style import COLOUR_MAP, axis_label, with_unit

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDEST = 150
"""Characters of a line of the title."""


def picture(result: "xr.Dataset") -> "Figure":
    """Data, fit and residual of a fitted diagram beside each other, under what the fit says.

    Raises:
        InputError: the dataset is no fit over two gates.
    """
    absent = [name for name in ("data", "model", "residual") if name not in result]
    if absent or result["data"].ndim != 2:
        raise InputError("result", "have data, model and residual over two gates", f"no {', '.join(absent) or 'map'}")
    return side_by_side(result, ("data", "model", "residual"), ("data", "fit", "data less fit"))


def side_by_side(result: "xr.Dataset", names: Sequence[str], titles: Sequence[str]) -> "Figure":
    """Maps of variables of a result on common axes, with the result's summary above."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.5, 4.4), layout="constrained")
    panels = figure.subplots(1, len(names), sharex=True, sharey=True)
    for ax, name, title in zip(panels, names, titles, strict=True):
        draw(result, ax, name)
        ax.set_title(title)
        if ax is not panels[0]:
            ax.set_ylabel("")
    figure.suptitle("\n".join(wrap(str(result.attrs.get("summary", "")), WIDEST)), fontsize="medium")
    return figure


def draw(result: "xr.Dataset", ax: "Axes", name: str) -> None:
    """Draw `data`, `model` or `residual` over both gates, the last axis to the right; a residual is centred on zero."""
    up, across = (str(dim) for dim in result[name].dims)
    values = result[name].sortby([up, across])
    # The middle 99 % of the values: a few bad pixels do not darken the picture. A fit has the data's colours.
    low, high = np.nanpercentile(result["data"] if name == "model" else values, [0.5, 99.5])
    if name == "residual":
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    mesh = ax.pcolormesh(
        values[across].to_numpy(),
        values[up].to_numpy(),
        values.to_numpy(),
        cmap=COLOUR_MAP if name != "residual" else "PuOr",
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
