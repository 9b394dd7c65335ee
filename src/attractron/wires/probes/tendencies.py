"""Which correlations the gapless primary wire tends to, followed along the flow: powers mixed by Q, and logarithms.

A correlation at the distance r of an operator of the running dimension d is

    R(r) = exp(-2∫_0^{ln r/α} d(l) dl),      d = M_cc/2 + spin (density waves),   (M⁻¹)_cc/2 + spin (pairs),

with the spin parts of `attractron.wires.probes.after_flow`: cos √2φ_s of the charge-density wave and of singlets,
sin √2φ_s and cos √2θ_s of spin-density waves and triplets along z and across it, equal on the SU(2) line. There
dy_s/dl = -y_s² makes them, with charge numbers that have settled,

    R_SDW ~ r^{-1-M_cc} ln^{1/2}(r),      R_CDW ~ r^{-1-M_cc} ln^{-3/2}(r),

and triplets and singlets the same with (M⁻¹)_cc: same powers, and the logarithm decides for the spin-density wave
(Giamarchi and Schulz 1989). Here y_s and K̃_c come from (16), whose source Σ c y²/4 lowers y_s on the way before it
dies: logarithms start from what is left of y_s.
"""

from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, positive
from attractron.core.results import dataset
from attractron.wires.model import CoupledWires
from attractron.wires.probes.after_flow import Trajectory, trajectory

ORDERS = ("CDW", "SDW", "SDW across", "singlet", "triplet", "triplet across")


def tendencies(wires: CoupledWires, *, length: float = 20.0, **conventions: Any) -> xr.Dataset:
    """Correlations of the primary's orders over the distance, along the flow (this module's equations).

    Args:
        wires: the initial couplings.
        length: l = ln r/α of the longest distance, > 0.
        conventions: as of `attractron.wires.flow`.

    Returns:
        Dataset over `l` = ln r/α and `order` (spins along z, unless across): `log_correlation`, ln R, -∞ once an order
        is gapped; `exponent` 2d, the power of 1/r there; over `order` `power`, 2d for y_s = 0 at the end, and over `l`
        and `order` `logarithmic`, ln R + power l, what is left of R without its power (not a number with a gap); scalar
        `y_s_end`.

    Raises:
        InputError: as `attractron.wires.flow`; a length that is not positive.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.8, K=0.6, y_s=0.2, y=0.0)
        >>> found = at.wires.tendencies(wires, length=100.0)
        >>> last = found.isel(l=-1)
        >>> [round(float(last.logarithmic.sel(order=o) / np.log(1 + 0.2 * 100)), 3) for o in ("SDW", "CDW")]
        [0.5, -1.5]
    """
    path = trajectory(wires, positive("length", length), **conventions)
    dims = _dimensions(path)
    logs = np.array([-2 * _integral(path, each) for each in dims])
    gapped = bool(path.gapped.any())
    spin = np.array([0.0 if gapped else 1.0, *[np.inf if gapped else 1.0] * 2] * 2)
    settled = spin + np.repeat([path.density[-1], path.pair[-1]], 3)
    with np.errstate(invalid="ignore"):  # no power is left of what has a gap: not a number
        logarithmic = logs + settled[:, None] * path.ells
    y_s_end = float(path.y_s[-1])
    return dataset(
        {
            "log_correlation": (("order", "l"), logs, "1", "logarithm of the correlation"),
            "exponent": (("order", "l"), 2 * dims, "1", "running power of 1/r"),
            "power": ("order", settled, "1", "power of 1/r at the end"),
            "logarithmic": (("order", "l"), logarithmic, "1", "logarithm of what is not a power"),
            "y_s_end": ((), y_s_end, "1", "y_s at the end"),
        },
        {
            "order": ("order", list(ORDERS), "1", "order of the primary wire"),
            "l": ("l", path.ells, "1", "logarithm of the distance over α"),
        },
        question="wires.tendencies",
        parameters=wires.describe(),
        options={"length": length, **{name: repr(value) for name, value in conventions.items()}},
        method="R = exp(-2∫d dl) along the trajectory, dimensions to first order in y_s",
        validity=(
            "One loop; amplitudes are not known, powers and logarithms are. Ground state, a clean and long wire.",
            "Past a gap its phase's dimensions, orders that it gaps being cut off at once.",
        ),
        references=("shavit_oreg2020", "giamarchi_schulz1989", "attractron"),
    )


def _dimensions(path: Trajectory) -> FloatArray:
    """d of every order (order, l)."""
    wave, pair = path.density / 2, path.pair / 2
    spins = (path.cosine, path.sine, path.dual)
    return np.array([*(wave + each for each in spins), *(pair + each for each in spins)])


def _integral(path: Trajectory, dimension: FloatArray) -> FloatArray:
    """∫d dl, infinite past a gap of the order."""
    finite = np.isfinite(dimension)
    return np.where(finite, path.integral(np.where(finite, dimension, 0.0)), np.inf)
