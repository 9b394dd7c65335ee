"""Spectral functions over momentum and energy, with the edges of what can be added or taken out."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, edges, new_axes, quantity_label

DECADES = 3.0
"""Of colours below the strongest per cent of a map: what diverges at an edge takes none of them."""


def plot_spectrum(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw A(q, ω) with colours on a logarithmic scale, its thresholds and the energy of the charge.

    Args:
        dataset: of `attractron.wires.spectral_function`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: another dataset, or no weight anywhere.

    Example:
        >>> q, omega = np.linspace(-0.01, 0.01, 21), np.linspace(-4, 4, 31)  # 1/nm, meV
        >>> found = at.wires.spectral_function(q, omega, K_c=0.5, u_c=400.0, u_s=200.0, Lambda=20.0, spin_gap=0.5)
        >>> at.plotting.spectra.plot_spectrum(found).get_ylabel()
        'energy (meV)'
    """
    if not {"spectral_function", "threshold", "hole_threshold", "charge_edge"} <= set(dataset):
        raise InputError("dataset", "be a spectral function", str(dataset.attrs.get("question")))
    weights = dataset["spectral_function"].transpose("omega", "q")
    values = weights.to_numpy()
    there = values[np.isfinite(values) & (values > 0)]
    if not there.size:
        raise InputError("dataset", "have weight", "none", "take energies beyond the gap")
    strongest = float(np.quantile(there, 0.99))
    ax = new_axes() if ax is None else ax
    q, omega = 1e3 * dataset["q"].to_numpy(), dataset["omega"].to_numpy()
    norm = LogNorm(strongest / 10**DECADES, strongest, clip=True)
    drawn = np.ma.masked_less_equal(values, 0.0)
    mesh = ax.pcolormesh(edges(q), edges(omega), drawn, norm=norm, cmap="Greys", rasterized=True)
    ax.plot(q, dataset["threshold"], color=OKABE_ITO[0], label="threshold")
    ax.plot(q, dataset["hole_threshold"], color=OKABE_ITO[0])
    ax.plot(q, dataset["charge_edge"], "--", color=OKABE_ITO[1], label=r"charge, $u_c q$")
    ax.set(xlabel=r"$q - k_F$ (1/µm)", ylabel="energy (meV)", xlim=(q.min(), q.max()), ylim=(omega.min(), omega.max()))
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
    ax.figure.colorbar(mesh, ax=ax, label=quantity_label(weights), extend="both")
    return ax
