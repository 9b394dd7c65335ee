"""Maps over detuning and a second axis: the data with what was found on them, what is left, and what follows."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

from attractron.core.results import flag_names
from attractron.plotting.readings import plot_image, say_above
from attractron.plotting.style import OKABE_ITO, axis_label, legend_below, lettered, needs, new_axes, new_figure

OF_PHOTONS = ("data", "residual", "line_position")
OF_DETUNING = ("data", "residual", "position", "tunnel_coupling", "row_status")
"""Variables that a picture needs."""


def plot_photon_lines(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw a map with the lines on which n photons move an electron.

    Args:
        result: of a photon-assisted reading, with `data` and `line_position` (side, photon, frequency axis).
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: the dataset is no such reading.

    Example:
        >>> import xarray as xr
        >>> image = (("f", "eps"), np.eye(3), {"units": "nA", "long_name": "sensor"})
        >>> place = (("side", "photon", "f"), [[[0.5, 1.0, 1.5]]], {"units": "mV"})
        >>> axes = {"f": ("f", np.arange(3.0), {"units": "GHz"}), "eps": ("eps", np.arange(3.0), {"units": "mV"})}
        >>> reading = {"data": image, "residual": image, "line_position": place}
        >>> ax = at.plotting.maps.plot_photon_lines(xr.Dataset(reading, axes | {"side": [1], "photon": [1]}))
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['1 photon']
    """
    needs(result, OF_PHOTONS)
    ax = new_axes() if ax is None else ax
    plot_image(result, ax, variable="data")
    across = str(result["data"].dims[1])
    places = result["line_position"]
    frequency = next(str(dim) for dim in places.dims if dim not in ("side", "photon"))
    for number, photons in enumerate(result["photon"].to_numpy()):
        for count, side in enumerate(result["side"].to_numpy()):
            place = places.sel(side=side, photon=photons)
            x, y = place.to_numpy(), place[frequency].to_numpy()
            pair = (x, y) if frequency != across else (y, x)
            label = f"{photons} photon{'s' if photons > 1 else ''}" if count == 0 else None
            ax.plot(*pair, color="white", linewidth=2.4)
            ax.plot(*pair, color=OKABE_ITO[number % len(OKABE_ITO)], linewidth=1.2, linestyle="--", label=label)
    if np.isfinite(places.to_numpy()).any():
        legend_below(ax, 3)
    return ax


def picture_photons(result: xr.Dataset) -> Figure:
    """The map, the photon lines found on it, and what the fit leaves, under what was read.

    Raises:
        InputError: the dataset is no photon-assisted reading.

    Example:
        >>> import xarray as xr
        >>> image = (("f", "eps"), np.eye(3), {"units": "nA", "long_name": "sensor"})
        >>> place = (("side", "photon", "f"), np.full((1, 1, 3), np.nan), {"units": "mV"})  # none was found
        >>> axes = {"f": ("f", np.arange(3.0), {"units": "GHz"}), "eps": ("eps", np.arange(3.0), {"units": "mV"})}
        >>> reading = {"data": image, "residual": image, "line_position": place}
        >>> figure = at.plotting.maps.picture_photons(xr.Dataset(reading, axes | {"side": [1], "photon": [1]}))
        >>> [ax.get_title(loc="left") for ax in figure.axes[:3]]
        ['(a)  data', '(b)  lines found', '(c)  data less fit']
    """
    needs(result, OF_PHOTONS)
    figure = new_figure(13.5, 4.4)
    axes = figure.subplots(1, 3, sharex=True, sharey=True)
    plot_image(result, axes[0], variable="data")
    plot_photon_lines(result, axes[1]).set_ylabel("")
    plot_image(result, axes[2], variable="residual").set_ylabel("")
    lettered(axes, ("data", "lines found", "data less fit"))
    say_above(figure, result)
    return figure


def plot_couplings(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the tunnel coupling of every row over the second axis, bounds where only these are known, and its trend.

    Args:
        result: of a reading of a detuning map.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: the dataset is no such reading.

    Example:
        >>> import xarray as xr
        >>> image = (("V_B", "eps"), np.eye(3), {"units": "nA", "long_name": "sensor"})
        >>> meV, row = {"units": "meV", "long_name": "tunnel coupling t"}, [0.01, 0.02, 0.03]
        >>> status = {"flag_values": [0, 1], "flag_meanings": "resolved upper_bound"}
        >>> rows = {"tunnel_coupling": ("V_B", row, meV), "tunnel_coupling_uncertainty": ("V_B", row, meV)}
        >>> rows |= {"tunnel_coupling_upper_bound": ("V_B", row, meV), "row_status": ("V_B", [0, 0, 1], status)}
        >>> rows |= {"position": ("V_B", row), "data": image, "residual": image}
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("V_B", "eps")}
        >>> ax = at.plotting.maps.plot_couplings(xr.Dataset(rows, axes))
        >>> ax.get_ylabel(), ax.get_yscale()
        ('tunnel coupling t (µeV)', 'log')
    """
    needs(result, OF_DETUNING)
    ax = new_axes() if ax is None else ax
    coupling = result["tunnel_coupling"]
    row = str(coupling.dims[0])
    x, y = result[row].to_numpy(), 1e3 * coupling.to_numpy()
    codes = result["row_status"].to_numpy()
    names = flag_names(result["row_status"])
    known = np.array([names[int(code)] for code in codes])
    good, bound = known == "resolved", known == "upper_bound"
    errors = 1e3 * result["tunnel_coupling_uncertainty"].to_numpy()
    if good.any():
        ax.errorbar(x[good], y[good], errors[good], fmt="o", markersize=4, color=OKABE_ITO[0], label="rows")
    if bound.any():
        most = 1e3 * result["tunnel_coupling_upper_bound"].to_numpy()
        ax.plot(x[bound], most[bound], "v", color=OKABE_ITO[1], markersize=5, label="bounds (95 %)")
    if "trend_rate" in result and np.isfinite(float(result["trend_rate"])):
        rate, at = float(result["trend_rate"]), float(result["trend_centre"])
        line = 1e3 * float(result["trend_coupling"]) * np.exp(rate * (x - at))
        ax.plot(x, line, color="black", linewidth=1.0, label="trend")
    if good.any() or bound.any():
        ax.set_yscale("log")
        for axis_formatter in (ax.yaxis.set_major_formatter, ax.yaxis.set_minor_formatter):
            axis_formatter(LogFormatter(labelOnlyBase=False, minor_thresholds=(2, 0.6)))
        legend_below(ax, 3)
    ax.set_xlabel(axis_label(result[row]))
    ax.set_ylabel("tunnel coupling t (µeV)")
    return ax


def picture_detuning(result: xr.Dataset) -> Figure:
    """The map with the place of every row's step, what the fits leave, and the coupling over the second axis.

    Raises:
        InputError: the dataset is no reading of a detuning map.

    Example:
        >>> import xarray as xr
        >>> image = (("V_B", "eps"), np.eye(3), {"units": "nA", "long_name": "sensor"})
        >>> meV, row = {"units": "meV", "long_name": "tunnel coupling t"}, [0.01, 0.02, 0.03]
        >>> status = {"flag_values": [0, 1], "flag_meanings": "resolved upper_bound"}
        >>> rows = {"tunnel_coupling": ("V_B", row, meV), "tunnel_coupling_uncertainty": ("V_B", row, meV)}
        >>> rows |= {"tunnel_coupling_upper_bound": ("V_B", row, meV), "row_status": ("V_B", [0, 0, 1], status)}
        >>> rows |= {"position": ("V_B", row), "data": image, "residual": image}
        >>> axes = {name: (name, np.arange(3.0), {"units": "mV"}) for name in ("V_B", "eps")}
        >>> figure = at.plotting.maps.picture_detuning(xr.Dataset(rows, axes))
        >>> [ax.get_title(loc="left") for ax in figure.axes[:3]]
        ['(a)  data', '(b)  data less fit', '(c)  tunnel coupling']
    """
    needs(result, OF_DETUNING)
    figure = new_figure(13.5, 4.4)
    axes = figure.subplots(1, 3)
    plot_image(result, axes[0], variable="data")
    plot_image(result, axes[1], variable="residual")
    axes[1].set_ylabel("")
    row = str(result["position"].dims[0])
    x, y = result["position"].to_numpy(), result[row].to_numpy()
    pair = (x, y) if row != str(result["data"].dims[1]) else (y, x)
    if np.isfinite(x).any():
        axes[0].plot(*pair, ".", color="white", markersize=5)
        axes[0].plot(*pair, ".", color=OKABE_ITO[1], markersize=3, label="steps")
        legend_below(axes[0], 3)
    plot_couplings(result, axes[2])
    lettered(axes, ("data", "data less fit", "tunnel coupling"))
    say_above(figure, result)
    return figure
