"""Phases: maps over two knobs, orders of arrays, boundaries as curves, and staircases of conductances over one knob."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.files import COMPUTED
from attractron.core.results import flag_names
from attractron.plotting import lines
from attractron.plotting.style import (
    COLOUR_MAP,
    OKABE_ITO,
    alone,
    edges,
    name_regions,
    new_axes,
    panels,
    phase_name,
    quantity_label,
    scale_axes,
    typeset,
    with_unit,
)

TINT = 0.45
"""Part of the phase's colour in its tint; the rest is white, so that labels can be read."""

SMALLEST_REGION = 0.01
"""Part of the picture below which a phase has no label."""

HATCH = "////"

DECADES = 6
"""Range of the colours below the highest temperature of an order."""

BOUNDARY_COLOURS = (OKABE_ITO[6], OKABE_ITO[1], OKABE_ITO[3])
"""Of boundaries unless others are given: black, vermilion, purple."""

SCALES = ("l_spin", "l_trion")
STAIRS = ("conductance", "cross_conductance")
NAMES_AT, ROOM = 0.98, 0.45
"""Height of the names of phases above curves, and the room for them in heights of the curves."""

GREYS = ("1.0", "0.93", "0.85", "0.77")


def plot(dataset: xr.Dataset, ax: Axes | None = None, *, variable: str = "phase") -> Axes:
    """Draw phases over two knobs as tinted regions with names; the first dimension runs to the right.

    Args:
        dataset: `variable` with CF flags over two dimensions; hatched where `unanimous`, if it is there, is false.
        ax: axes to draw on; new ones by default.
        variable: the phase codes.

    Returns:
        The axes.

    Raises:
        InputError: not over two dimensions of at least two points.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
        >>> x, y = np.linspace(0.01, 0.9, 4), np.linspace(0.01, 0.6, 4)
        >>> ax = at.plotting.phases.plot(at.wires.phase_diagram(wires, {"mismatch": x, "y": y}))
        >>> sorted(text.get_text() for text in ax.texts)
        ['paired', 'trion']
    """
    x, y, dataset = _upright(dataset, variable)
    ax = new_axes() if ax is None else ax
    across, up = dataset[x].to_numpy(), dataset[y].to_numpy()
    names = flag_names(dataset[variable])
    drawn = np.searchsorted(list(names), dataset[variable].to_numpy())
    colours = tints(len(names))[drawn]
    if COMPUTED in dataset and dataset[COMPUTED].dims == (y, x):  # of a result that is not complete
        drawn = np.where(dataset[COMPUTED], drawn, -1)
        colours[drawn == -1] = 1.0
    scale_axes(ax, across, up)
    ax.pcolormesh(edges(across), edges(up), colours)
    corners = _corners(across), _corners(up)
    for code in np.unique(drawn)[:-1]:  # the last one's boundaries are all drawn by its neighbours
        ax.contour(*corners, _pixels(drawn == code), levels=[0.5], colors="black", linewidths=1.0)
    if "unanimous" in dataset and dataset["unanimous"].dims == (y, x) and not dataset["unanimous"].all():
        disputed = _pixels(~dataset["unanimous"].to_numpy())
        ax.contourf(*corners, disputed, levels=[0.5, 1.5], colors="none", hatches=[HATCH])
        disagree = Patch(facecolor="none", edgecolor="black", hatch=HATCH, label="conventions disagree")
        ax.legend(handles=[disagree], frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    name_regions(ax, across, up, drawn, dict(enumerate(map(phase_name, names.values()))), SMALLEST_REGION)
    ax.set_xlabel(quantity_label(dataset[x]))
    ax.set_ylabel(quantity_label(dataset[y]))
    return ax


def tints(number: int) -> FloatArray:
    """Colours (number, 3) of phases: the first, where nothing happens, grey; then light Okabe and Ito colours.

    Example:
        >>> at.plotting.phases.tints(3).shape
        (3, 3)
    """
    colours = np.array([to_rgb("0.75"), *map(to_rgb, OKABE_ITO)])[:number]
    return np.asarray(1 - TINT * (1 - colours))


def picture(result: xr.Dataset) -> Figure:
    """The picture of phases over one knob (the scales), two (a map) or three (maps).

    Raises:
        InputError: phases over no knob or more than three.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
        >>> figure = at.plotting.phases.picture(at.wires.phase_diagram(wires, {"y": np.linspace(0.01, 0.6, 5)}))
        >>> figure.axes[0].get_ylabel()
        'l'
    """
    squeezed = result.squeeze()
    dims = [str(dim) for dim in squeezed["phase"].dims]
    if not 1 <= len(dims) <= 3:
        raise InputError("result", "have phases over one to three knobs", f"{len(dims)}")
    if len(dims) < 3:
        return alone(plot if len(dims) == 2 else plot_scales)(squeezed)
    return panels(squeezed, min(dims, key=squeezed.sizes.__getitem__), plot)


def plot_scales(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the scales of the flow over one knob, the phases as grey bands behind them.

    Args:
        result: `l_spin`, `l_trion` and `phase` (CF flags) over one dimension.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
        >>> ax = at.plotting.phases.plot_scales(at.wires.phase_diagram(wires, {"y": np.linspace(0.01, 0.6, 5)}))
        >>> len(ax.lines)
        2
    """
    ax = new_axes() if ax is None else ax
    knob = result[str(result["phase"].dims[0])]
    _bands(ax, knob.to_numpy(), result["phase"], NAMES_AT, "top")
    scales = SCALES if SCALES[0] in result else ("spin_temperature", "trion_temperature")
    for name, colour in zip(scales, OKABE_ITO, strict=False):
        values = result[name].where(np.isfinite(result[name]))
        ax.plot(knob, values, color=colour, label=quantity_label(result[name]), marker="o", markersize=3)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + ROOM * (high - low))
    ax.set_xlabel(quantity_label(knob))
    ax.set_ylabel("l" if scales is SCALES else f"gap over k_B ({result[scales[0]].attrs['units']})")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def plot_staircases(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw conductances as staircases over a knob, the phases that they belong to as grey bands behind them.

    Args:
        dataset: variables `conductance`, `cross_conductance` and `phase` (with CF flags) over one dimension.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> steps = at.wires.protocol(["decoupled", "paired", "trion"], [0.0, 1.0, 2.0])
        >>> ax = at.plotting.phases.plot_staircases(steps)
        >>> ax.get_ylabel(), [text.get_text() for text in ax.texts]
        ('conductance (e²/h)', ['decoupled', 'paired', 'trion'])
    """
    ax = new_axes() if ax is None else ax
    knob = dataset[str(dataset["phase"].dims[0])]
    _bands(ax, knob.to_numpy(), dataset["phase"])
    for name, colour in zip(STAIRS, OKABE_ITO, strict=False):
        # Between two points the place of the step is unknown: it is drawn halfway.
        label = typeset(str(dataset[name].attrs["long_name"]))
        ax.plot(knob, dataset[name], color=colour, drawstyle="steps-mid", linewidth=1.8, label=label)
    ax.axhline(0.0, color="0.5", linewidth=0.8, zorder=1)
    ax.margins(y=0.12)
    ax.set_xlabel(quantity_label(knob))
    ax.set_ylabel(with_unit("conductance", dataset["conductance"]))
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def plot_boundaries(paths: xr.DataArray, ax: Axes | None = None, *, colours: Sequence[str] = BOUNDARY_COLOURS) -> Axes:
    """Draw boundaries that are known as curves, one for each pair of phases, over a map.

    Args:
        paths: over (pair, vertex, axis), the first of `axis` to the right; a vertex that is not a number ends a piece.
        ax: axes to draw on, whose limits stay; new ones by default.
        colours: of the pairs.

    Returns:
        The axes.

    Raises:
        InputError: other dimensions, or more pairs than colours.

    Example:
        >>> import xarray as xr
        >>> path = xr.DataArray([[[0.1, 0.0], [0.4, 0.6]]], {"pair": ["paired, trion"]}, ("pair", "vertex", "axis"))
        >>> [line.get_label() for line in at.plotting.phases.plot_boundaries(path).lines]
        ['paired, trion']
    """
    if set(paths.dims) != {"pair", "vertex", "axis"} or paths.sizes["axis"] != 2:
        raise InputError("paths", "be over pair, vertex and axis (of two)", dict(paths.sizes))
    if paths.sizes["pair"] > len(colours):
        raise InputError("colours", "be one for each pair", len(colours), f"there are {paths.sizes['pair']} pairs")
    limits = None if ax is None else ax.axis()
    ax = new_axes() if ax is None else ax
    for pair, colour in zip(paths["pair"].to_numpy(), colours, strict=False):
        right, up = paths.sel(pair=pair).transpose("axis", "vertex").to_numpy()
        if np.isfinite(right).any():
            ax.plot(right, up, color=colour, linewidth=2.0, label=str(pair))
    if limits is not None:
        ax.axis(limits)
    return ax


def plot_array(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the phases of an array of wires on the temperature of their order, which is the colour.

    The first dimension runs to the right, axes with even ratios are logarithmic. Where nothing orders the picture is
    grey; points outside the validity are hatched.

    Args:
        dataset: `phase` (CF flags), `transition_temperature` and `valid` over the same two dimensions.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: not over two dimensions of at least two points, or no point with an order.

    Example:
        >>> array = at.wires.ArrayOfWires(K_c=0.8, l_spin=4.0, U_perp=0.1, t_perp=0.05, Lambda=10.0)
        >>> found = at.wires.array_phases(array, {"U_perp": [0.05, 0.1], "t_perp": [0.01, 0.02, 0.05]})
        >>> at.plotting.phases.plot_array(found).get_yscale()
        'linear'
    """
    x, y, dataset = _upright(dataset, "phase")
    across, up = dataset[x].to_numpy(), dataset[y].to_numpy()
    temperature = np.ma.masked_less_equal(dataset["transition_temperature"].to_numpy(), 0.0)
    if temperature.count() == 0:
        raise InputError("dataset", "have a point with an order", "none with a transition temperature above 0")
    ax = new_axes() if ax is None else ax
    ax.set_facecolor("0.85")
    lowest, highest = float(temperature.min()), float(temperature.max())
    norm = LogNorm(max(highest * 10.0**-DECADES, lowest), highest)
    colours = ax.pcolormesh(across, up, temperature, shading="nearest", cmap=COLOUR_MAP, norm=norm)
    extend = "min" if lowest < highest * 10.0**-DECADES else "neither"
    label = quantity_label(dataset["transition_temperature"])
    ax.figure.colorbar(colours, ax=ax, label=label, extend=extend)
    codes, names = dataset["phase"].to_numpy(), flag_names(dataset["phase"])
    for code in names:
        if 0 < np.count_nonzero(codes == code) < codes.size:
            ax.contour(across, up, (codes == code).astype(float), levels=[0.5], colors="white", linewidths=1.2)
    named = {code: phase_name(name) for code, name in names.items()}
    name_regions(ax, across, up, codes, named, SMALLEST_REGION)
    if not dataset["valid"].all():
        hidden = ~dataset["valid"].to_numpy()
        ax.contourf(across, up, hidden.astype(float), levels=[0.5, 1.5], colors="none", hatches=["///"])
    scale_axes(ax, across, up)
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    ax.set_xlabel(quantity_label(dataset[x]))
    ax.set_ylabel(quantity_label(dataset[y]))
    return ax


def picture_array(result: xr.Dataset) -> Figure:
    """The map of an array's orders; temperatures over one knob; without an order anywhere, the phases.

    Example:
        >>> array = at.wires.ArrayOfWires(K_c=0.8, l_spin=4.0, U_perp=0.1, t_perp=0.05, Lambda=10.0)
        >>> found = at.wires.array_phases(array, {"U_perp": [0.05, 0.1]})
        >>> len(at.plotting.phases.picture_array(found).axes)
        1
    """
    squeezed = result.squeeze()
    temperature = squeezed["transition_temperature"]
    if temperature.ndim == 1:
        return alone(lambda found, ax: lines.plot(found, ax, variable="transition_temperature"))(squeezed)
    if temperature.ndim == 2 and bool((temperature > 0).any()):
        return alone(plot_array)(squeezed)
    return picture(result)


def _upright(dataset: xr.Dataset, variable: str) -> tuple[str, str, xr.Dataset]:
    """Dimensions to the right and upwards, and the data over (up, right) with both rising.

    Raises:
        InputError: not over two dimensions of at least two points.
    """
    dims = [str(dim) for dim in dataset[variable].dims]
    if len(dims) != 2 or min(dataset[variable].shape) < 2:
        raise InputError("dataset", "have two dimensions of at least two points", dict(dataset[variable].sizes))
    x, y = dims
    return x, y, dataset.sortby(dims).transpose(y, x, ...)


def _bands(ax: Axes, knob: FloatArray, phase: xr.DataArray, at: float = 0.5, va: str = "center") -> None:
    """Phases over a knob as grey bands with their names, at a part of the height."""
    codes, names = phase.to_numpy(), flag_names(phase)
    logarithmic = scale_axes(ax, knob)
    between = np.sqrt(knob[1:] * knob[:-1]) if logarithmic else (knob[1:] + knob[:-1]) / 2
    changes = np.flatnonzero(np.diff(codes))
    borders = [knob[0], *between[changes], knob[-1]]
    for left, right, code in zip(borders[:-1], borders[1:], [codes[0], *codes[changes + 1]], strict=True):
        ax.axvspan(left, right, color=GREYS[int(code) % len(GREYS)], linewidth=0, zorder=0)
        place = np.sqrt(left * right) if logarithmic else (left + right) / 2
        name = phase_name(names[int(code)])
        ax.text(place, at, name, transform=ax.get_xaxis_transform(), ha="center", rotation=90, va=va)


def _corners(points: FloatArray) -> FloatArray:
    """Both ends of every pixel, so that contours follow the pixels and not straight lines between their centres."""
    return np.repeat(edges(points), 2)[1:-1]


def _pixels(inside: np.ndarray) -> FloatArray:
    """A mask at the corners of its pixels."""
    return np.repeat(np.repeat(inside.astype(float), 2, axis=0), 2, axis=1)


scales = plot_scales
"""Its former name."""
