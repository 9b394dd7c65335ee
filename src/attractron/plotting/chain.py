"""Pictures of chains: filling against chemical potential, energies of clusters and of pairs."""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, axis_label, new_axes, quantity_label, setting, with_unit

MOST_CURVES = len(OKABE_ITO)
BARE = "bare repulsion"


def plot_filling(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Filling over the chemical potential, one curve for each value of a second dimension; staircases at T = 0.

    Args:
        dataset: variable `filling` over `mu` and at most one more dimension, with the coordinate `temperature`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: no dimension `mu`, more than one other dimension, or more curves than colours.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=20, W=0.83, U=2.41, delta=1.2, t=0.05)
        >>> found = at.dots.filling(chain, {"mu": np.linspace(0.5, 3, 11)}, temperature=[0.0, 0.5])
        >>> [text.get_text() for text in at.plotting.chain.plot_filling(found).get_legend().get_texts()]
        ['temperature = 0 K', 'temperature = 0.5 K']
    """
    others = [dim for dim in dataset["filling"].dims if dim != "mu"]
    if "mu" not in dataset["filling"].dims or len(others) > 1:
        raise InputError(
            "dataset", "have the dimension mu and at most one more", str(dataset["filling"].dims), "use .isel(...)"
        )
    curves = [dataset.isel({others[0]: index}) for index in range(dataset.sizes[others[0]])] if others else [dataset]
    if len(curves) > MOST_CURVES:
        raise InputError(str(others[0]), f"have at most {MOST_CURVES} values, one a curve", len(curves))
    ax = new_axes() if ax is None else ax
    for colour, curve in zip(OKABE_ITO, curves, strict=False):
        label = setting(str(others[0]), curve[others[0]].values[()], dataset[others[0]]) if others else None
        _curve(ax, curve, colour, label)
    ax.set_xlabel(axis_label(dataset["mu"]))
    ax.set_ylabel(quantity_label(dataset["filling"]))
    ax.set_ylim(-0.05, 1.05)
    if others:
        ax.legend(frameon=False)
    return ax


def plot_clusters(dataset: xr.Dataset, ax: Axes | None = None, *, label: str | None = None) -> Axes:
    """Binding energy per electron against the size of a cluster; below zero clusters are bound.

    Args:
        dataset: variable `binding_per_electron` over `size`.
        ax: axes to draw on, perhaps with other chains on them; new ones by default.
        label: name of this chain for a legend.

    Returns:
        The axes.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=20, W=0.83, U=2.41, delta=1.2, t=0.05)
        >>> at.plotting.chain.plot_clusters(at.dots.cluster_energies(chain, range(1, 5))).get_xlabel()
        'electrons in the cluster'
    """
    return _marks(dataset, "binding_per_electron", "size", ax, label)


def plot_pairs(dataset: xr.Dataset, ax: Axes | None = None, *, label: str | None = None) -> Axes:
    """Energy of a pair against its distance, with the bare repulsion as open grey squares; negative ones attract.

    Args:
        dataset: variables `pair_energy` and `repulsion` over `distance`.
        ax: axes to draw on, perhaps with other chains on them; new ones by default.
        label: name of this chain for a legend.

    Returns:
        The axes.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=20, W=0.83, U=2.41, delta=1.2, t=0.05)
        >>> ax = at.plotting.chain.plot_pairs(at.dots.pair_energies(chain, range(1, 4)), label="20 sites")
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['20 sites', 'bare repulsion']
    """
    ax = _marks(dataset, "pair_energy", "distance", ax, label)
    bare = dataset["repulsion"]
    ax.plot(dataset["distance"], bare, "s", color="0.5", markerfacecolor="none", markersize=9, label=BARE)
    named = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))  # the repulsion once for all chains
    ax.legend(named.values(), named.keys(), frameon=False)
    return ax


def _curve(ax: Axes, curve: xr.Dataset, colour: str, label: str | None) -> None:
    frozen = float(curve["temperature"]) == 0
    # Between two points of a staircase the place of a riser is unknown: it is drawn halfway.
    style = "steps-mid" if frozen else "default"
    # A staircase is drawn thin and on top of the curves that round it.
    width, order = (1.0, 3) if frozen else (1.6, 2)
    ax.plot(curve["mu"], curve["filling"], color=colour, drawstyle=style, linewidth=width, zorder=order, label=label)


def _marks(dataset: xr.Dataset, variable: str, over: str, ax: Axes | None, label: str | None) -> Axes:
    ax = new_axes() if ax is None else ax
    earlier = sum(line.get_marker() == "o" for line in ax.lines)
    colour = OKABE_ITO[earlier % len(OKABE_ITO)]
    ax.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
    ax.plot(dataset[over], dataset[variable], "o-", color=colour, label=label)
    ax.set_xlabel(with_unit(str(dataset[over].attrs["long_name"]), dataset[over]))
    ax.set_ylabel(quantity_label(dataset[variable]))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if label is not None:
        ax.legend(frameon=False)
    return ax
