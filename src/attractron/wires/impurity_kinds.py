"""Which impurity matters when: the dimension of each kind in each phase.

An impurity at one point is the 2k_F part of a density (Shavit and Oreg 2020, Appendix C): cos(√2φ_s) cos(√2φ_c) where
it scatters both spins of the primary alike, cos(√2(φ_c + σφ_s)) where it scatters one of them, cos(2φ) in the
secondary. With M the correlations of (φ_c, φ) (`attractron.wires.dimensions`), M_cc = K_c + Q²K and M_φφ = K on the
line (13) with the tilded numbers of (14),

    phase       both spins      one spin        secondary
    decoupled   (M_cc + K_s)/2  (M_cc + K_s)/2  M_φφ         K_s = 1
    paired      M_cc/2          M_cc/2          M_φφ         √2φ_s is pinned; of one spin cos(√2φ_c) cos(√2φ_s) is left
    trion       K_f/3           K_f/3           K_f/3        all are cos(2φ_f/√3)

and an impurity of dimension d grows as dg/dl = (1 - d) g: it is relevant for d < 1. Only in the trion phase does an
impurity of the secondary stop the primary's current, and the other way round; K_f > 3 makes all of them irrelevant.
"""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import over_axes
from attractron.core.checks import choice, member
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.model import KNOBS, CoupledWires, initial_couplings
from attractron.wires.trion import KINETIC, liquid_fields, luttinger_parameter, sectors

KINDS = ("both spins", "one spin", "secondary")
PHASES = ("decoupled", "paired", "trion")

MARGINAL = 1.0
"""Dimension of an impurity at one point that neither grows nor decays."""

OF_THE_QUADRATIC_PART = ("K_c", "K", "upsilon", "u_ratio", "V_theta_ratio")
"""Parameters of the wires on which the dimensions depend."""


def impurity_dimensions(
    wires: CoupledWires, axes: Mapping[str, ArrayLike] | None = None, *, kinetic: str = "complete"
) -> xr.Dataset:
    """Dimensions of the three kinds of impurity in the three phases (this module's table).

    Args:
        wires: the wires; only their quadratic part matters, which is taken as it is given.
        axes: its parameters that vary, K_c, K, upsilon, u_ratio, V_theta_ratio; arrays make dimensions.
        kinetic: which K_f is meant, "complete" or "published" (see `attractron.wires.trion`).

    Returns:
        Dataset over `kind` (both spins, one spin, secondary), `in_phase` (decoupled, paired, trion) and the axes:
        `dimension` and `relevant` (dimension < 1); over the axes `K_f`.

    Raises:
        InputError: a ladder as the secondary, an unknown parameter, wires that are unstable.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.8, K=0.4, y_s=0.1, y=0.1)
        >>> found = at.wires.impurity_dimensions(wires)
        >>> found.dimension.sel(kind=["both spins", "secondary"]).values.round(3).tolist()
        [[0.9, 0.4, 0.2], [0.4, 0.4, 0.2]]
    """
    member("wires", wires, CoupledWires)
    choice("kinetic", kinetic, KINETIC)
    if wires.beta != 2:
        raise InputError("wires", "have a wire as the secondary (beta = 2)", f"beta = {wires.beta:g}")
    knobs = over_axes("axes", axes or {}, OF_THE_QUADRATIC_PART)
    fields = wires.fields(knobs)
    start = initial_couplings(fields)
    determinant = start.p * start.q - start.r**2
    density, secondary, K_f = np.broadcast_arrays(
        start.q / determinant, start.p / determinant, luttinger_parameter(sectors(**liquid_fields(fields)), kinetic)
    )
    primary = ((density + 1) / 2, density / 2, K_f / 3)
    dimension = np.broadcast_to(
        np.array([primary, primary, (secondary, secondary, K_f / 3)]), (len(KINDS), len(PHASES), *knobs.shape)
    )
    dims = ("kind", "in_phase", *knobs.dims)
    return dataset(
        {
            "dimension": (dims, dimension, "1", "scaling dimension of the impurity"),
            "relevant": (dims, dimension < MARGINAL, "1", "impurity grows towards low energies"),
            "K_f": (knobs.dims, np.broadcast_to(K_f, knobs.shape), "1", "Luttinger parameter of the free sector"),
        },
        {
            "kind": ("kind", list(KINDS), "1", "impurity"),
            "in_phase": ("in_phase", list(PHASES), "1", "phase"),
            **knobs.labelled(KNOBS),
        },
        question="wires.impurity_dimensions",
        parameters=wires.describe(),
        options={"kinetic": kinetic, "fixed": knobs.fixed},
        method="correlations of the quadratic Hamiltonian; pinned fields are numbers",
        validity=(
            "Energies far below the gaps of each phase; parameters are those at the end of the flow.",
            "Decoupled: K_s = 1, to which it flows; logarithms are left out.",
        ),
        references=("shavit_oreg2020", "kane_fisher1992"),
    )
