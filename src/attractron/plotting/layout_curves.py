"""Curves of drawings: the potential along a wire, and how the pairing depends on each length."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from attractron.plotting.style import OKABE_ITO, quantity_label


def plot_potential(result: xr.Dataset, ax: Axes) -> Axes:
    """Draw a potential energy along its points, over the length of the way through them.

    Example:
        >>> planes = (at.geometry.Plane(name="low", z=-1), at.geometry.Plane(name="high", z=3))
        >>> drawn = at.geometry.Layout(metals=planes)
        >>> found = at.geometry.potential_energy(drawn, {"high": 4.0}, [[0, 0, 0], [3, 0, 0], [3, 0, 2]])
        >>> ax = at.plotting.layout_curves.plot_potential(found, at.plotting.style.new_axes())
        >>> ax.lines[0].get_xdata().tolist()
        [0.0, 3.0, 5.0]
    """
    places = np.stack([result[axis].values for axis in "xyz"], axis=1)
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
    ax.plot(way, result["potential_energy"], color=OKABE_ITO[0])
    ax.set(xlabel="way through the points (nm)", ylabel=quantity_label(result["potential_energy"]))
    return ax


def plot_slopes(result: xr.Dataset, ax: Axes) -> Axes:
    """Draw by how many per cent the pairing energy changes with each per cent of a length, the largest on top.

    Example:
        >>> found = at.geometry.sensitivities(at.geometry.crossed_nanotubes, ["distance", "height"], method="images",
        ...                                   fixed={"solid_planes": True})
        >>> ax = at.plotting.layout_curves.plot_slopes(found, at.plotting.style.new_axes())
        >>> [label.get_text() for label in ax.get_yticklabels()]
        ['height', 'distance']
    """
    slopes = result["pairing_energy_log_slope"].dropna("length")
    slopes = slopes.isel(length=np.argsort(abs(slopes.values)))
    ax.barh(np.arange(slopes.size), slopes, color=[OKABE_ITO[0 if value > 0 else 1] for value in slopes.values])
    ax.set_yticks(np.arange(slopes.size), [str(name).replace("_", " ") for name in slopes["length"].values])
    ax.axvline(0.0, color="0.4", linewidth=0.8)
    ax.set(xlabel="relative change of Δ per that of a length", ylabel="length")
    return ax
