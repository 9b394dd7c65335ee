"""Bands over momentum: colours tell the spin, line styles the valley."""

from typing import TYPE_CHECKING

from attractron.plotting.style import OKABE_ITO, new_axes, quantity_label

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLES = ("-", "--", ":", "-.")


def plot(dataset: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw all bands, the Fermi level as a black line.

    Args:
        dataset: variable `energy` over `spin`, `valley`, `branch` and `q`, measured from the Fermi level.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.
    """
    ax = new_axes() if ax is None else ax
    for spin, colour in zip(dataset["spin"].values, OKABE_ITO, strict=False):
        for valley, style in zip(dataset["valley"].values, STYLES, strict=False):
            curves = dataset["energy"].sel(spin=spin, valley=valley).transpose("q", "branch")
            drawn = ax.plot(dataset["q"], curves, color=colour, linestyle=style, linewidth=1.6)
            drawn[0].set_label(f"spin {spin:+d}, valley {valley:+d}")
    ax.axhline(0.0, color="black", linewidth=1.0)
    ax.set_xlabel(quantity_label(dataset["q"]))
    ax.set_ylabel(quantity_label(dataset["energy"]))
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return ax


def picture(result: "xr.Dataset") -> "Figure":
    """The bands on a figure of their own."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.0, 4.5), layout="constrained")
    plot(result, figure.add_subplot())
    return figure
