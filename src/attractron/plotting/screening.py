"""Pictures of screening: potentials on the sites, the field inside a dipole, interactions over an ensemble."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, new_axes, quantity_label, typeset, with_unit

BLUE, VERMILLION, BLACK = OKABE_ITO[0], OKABE_ITO[1], OKABE_ITO[6]
COLOURS = {"bare": BLACK, "continuum": BLUE, "integer": VERMILLION}


def plot_potentials(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Bars for each site: bare, continuum and integer potential.

    Args:
        dataset: variables `bare`, `continuum`, `integer` over `site`, with units and long names.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> C = np.array([[3.0, 0, -1, -1], [0, 3.0, -1, -1], [-1, -1, 3.0, -1], [-1, -1, -1, 3.0]])
        >>> model = at.dots.CapacitanceModel(names=[*"LRTB"], C=C, system=[*"LR"], floating=[[*"TB"]], electrons=[1])
        >>> ax = at.plotting.screening.plot_potentials(at.dots.screened_potentials(model))
        >>> ax.get_ylabel(), [label.get_text() for label in ax.get_xticklabels()]
        ('potential (meV)', ['L', 'R'])
    """
    ax = new_axes() if ax is None else ax
    places, width = np.arange(dataset.sizes["site"]), 0.8 / len(COLOURS)
    for number, (name, colour) in enumerate(COLOURS.items()):
        shift = (number - (len(COLOURS) - 1) / 2) * width
        ax.bar(
            places + shift, dataset[name].values, width, color=colour, label=typeset(dataset[name].attrs["long_name"])
        )
    ax.axhline(0.0, color="0.3", linewidth=0.8)
    ax.set_xticks(places, [str(name) for name in dataset["site"].values])
    ax.set_xlabel(quantity_label(dataset["site"]))
    ax.set_ylabel(with_unit("potential", dataset["bare"]))
    ax.legend(frameon=False)
    return ax


def plot_internal_field(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Internal against external potential difference, one line for each medium; dashed where nothing screens.

    Args:
        dataset: variable `internal` over `medium` (two) and `external`, with units and long names.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> C = np.array([[3.0, 0, -1, -1], [0, 3.0, -1, -1], [-1, -1, 3.0, -1], [-1, -1, -1, 3.0]])
        >>> model = at.dots.CapacitanceModel(names=[*"LRTB"], C=C, system=[*"LR"], floating=[[*"TB"]], electrons=[1])
        >>> ax = at.plotting.screening.plot_internal_field(at.dots.internal_field(model, [-2.0, 0.0, 2.0], t=0.1))
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['no medium', 'metal', 'single electron']
    """
    ax = new_axes() if ax is None else ax
    external = dataset["external"]
    ax.axhline(0.0, color="0.7", linewidth=0.8)
    ax.axvline(0.0, color="0.7", linewidth=0.8)
    ax.plot(external, external, color=BLACK, linestyle="--", label="no medium")
    for medium, colour in zip(dataset["medium"].values, (BLUE, VERMILLION), strict=True):
        ax.plot(external, dataset["internal"].sel(medium=medium), color=colour, label=str(medium))
    ax.set_xlabel(quantity_label(external))
    ax.set_ylabel(quantity_label(dataset["internal"]))
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return ax


def plot_interaction_scan(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Every model as a point: interaction through whole electrons against that through continuous charge.

    Both in units of the bare interaction, so that models of all sizes share the axes; the attractive ones lie in the
    shaded half. Models without bare interaction are left out.

    Args:
        dataset: variables `bare`, `continuum`, `integer` over `model`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: no model has a bare interaction.

    Example:
        >>> C = np.array([[3.0, 0, -1, -1], [0, 3.0, -1, -1], [-1, -1, 3.0, -1], [-1, -1, -1, 3.0]])
        >>> model = at.dots.CapacitanceModel(names=[*"LRTB"], C=C, system=[*"LR"], floating=[[*"TB"]], electrons=[1])
        >>> ax = at.plotting.screening.plot_interaction_scan(at.dots.interaction_scan([model]))
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['repulsive: 1', 'attractive: 0']
    """
    coupled = dataset["bare"].values > 0
    if not coupled.any():
        raise InputError("dataset", "hold a model with a bare interaction", "none", "connect the sites")
    ax = new_axes() if ax is None else ax
    continuum, integer = (
        dataset[name].values[coupled] / dataset["bare"].values[coupled] for name in ("continuum", "integer")
    )
    for chosen, colour, name in ((integer >= 0, BLUE, "repulsive"), (integer < 0, VERMILLION, "attractive")):
        label = f"{name}: {int(chosen.sum())}"
        ax.scatter(continuum[chosen], integer[chosen], s=9, color=colour, alpha=0.6, label=label)
    bottom = min(1.15 * integer.min(), -0.1)
    ax.axhspan(bottom, 0.0, color=VERMILLION, alpha=0.1, linewidth=0)
    ax.axvline(0.0, color="0.3", linewidth=0.8)
    ax.set_ylim(bottom=bottom)
    ax.set_xlabel(f"{dataset['continuum'].attrs['long_name']} / bare")
    ax.set_ylabel(f"{dataset['integer'].attrs['long_name']} / bare")
    ax.legend(frameon=False)
    return ax
