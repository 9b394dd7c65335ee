"""Metals that float: dots of many electrons, whose charge is given and whose potential follows.

With all other metals grounded, segments s of metallic wires and clouds n have the energies D and induce -A on metals.
Wires at potentials φ (an electron's energy) carry s = D_ss⁻¹ (a φ - D_sn n), a telling which wire a segment belongs to:
grounded, they join the metals with

    α°_W = aᵀ D_ss⁻¹ D_sn      C_WW = e² aᵀ D_ss⁻¹ a      C_gW = -e² A_gs D_ss⁻¹ a

and screen what there was: M° = D_nn - D_ns D_ss⁻¹ D_sn, α°_g = A_gn - A_gs D_ss⁻¹ D_sn, C_gh + e² A_gs D_ss⁻¹ A_hsᵀ.
Then metals F that float, with Q_F electrons on them, take the potentials φ = e² C_FF⁻¹ (Q + α°_F n):

    M = [[M° + α°_Fᵀ e² C_FF⁻¹ α°_F,  α°_Fᵀ e² C_FF⁻¹], [e² C_FF⁻¹ α°_F,  e² C_FF⁻¹]]
    α = [α°_g - C_gF C_FF⁻¹ α°_F,  -C_gF C_FF⁻¹]
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, block_diag, cho_factor, cho_solve

from attractron.core.checks import FloatArray
from attractron.core.constants import E_SQUARED
from attractron.core.errors import AttractronError
from attractron.geometry import segments
from attractron.geometry.layout import Layout


class Grounded(NamedTuple):
    """A layout whose metals are all at zero potential.

    Attributes:
        repulsion: of clouds, and of segments of wires, in meV: (element, element).
        arms: what an electron there takes of -1 from each metal: finite ones first, then planes, (metal, element).
        capacitance: Maxwell's, in aF: (metal, finite metal).
    """

    repulsion: FloatArray
    arms: FloatArray
    capacitance: FloatArray


def let_go(layout: Layout, grounded: Grounded) -> Grounded:
    """Repulsions and lever arms of all dots; arms of metals that do not float, capacitances of finite metals and wires.

    Args:
        layout: which metals float.
        grounded: all of them grounded, wires among them.
    """
    finite = len(layout.finite_metals) + len(layout.wires)
    if not layout.metallic:
        return grounded._replace(capacitance=grounded.capacitance[:finite])
    free = set(layout.metallic)
    floating = np.array(
        [metal.floating for metal in layout.finite_metals]
        + [wire.name in free for wire in layout.wires]
        + [False for _ in layout.planes]
    )
    M, arms = float_metals(*grounded, floating)
    dots = [cloud.name for cloud in layout.frozen]
    dots += [metal.name for metal in layout.finite_metals if metal.floating] + [
        wire.name for wire in layout.metallic_wires
    ]
    order = [dots.index(dot) for dot in layout.dots]
    return Grounded(M[np.ix_(order, order)], arms[:, order], grounded.capacitance[:finite])


def with_fewer_segments(layout: Layout, grounded: Grounded) -> Grounded:
    """The same with every two segments of a wire joined."""
    joined = block_diag(np.eye(len(layout.frozen)), *(segments.merged(wire.segments) for wire in layout.wires))
    return grounded._replace(
        repulsion=joined.T @ grounded.repulsion @ joined,
        arms=grounded.arms @ joined,
    )


def float_metals(
    repulsion: FloatArray, arms: FloatArray, capacitance: FloatArray, floating: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Repulsions and lever arms with some of the metals floating (equations in the module's docstring).

    Args:
        repulsion: M° of the clouds in meV, (cloud, cloud).
        arms: α° of all metals, (metal, cloud).
        capacitance: Maxwell's matrix in aF, (metal, metal), of which only the columns of floating metals are used.
        floating: whether each metal floats, (metal,).

    Returns:
        M in meV (clouds and floating metals, the same) and lever arms (metals that do not float, clouds and floating
        metals).
    """
    rest, columns = ~floating, np.flatnonzero(floating)
    own = E_SQUARED * cho_solve(cho_factor(capacitance[np.ix_(columns, columns)], lower=True), np.eye(len(columns)))
    own = (own + own.T) / 2
    across = own @ arms[floating]  # (floating, cloud)
    found = np.block([[repulsion + arms[floating].T @ across, across.T], [across, own]])
    taken = -capacitance[np.ix_(np.flatnonzero(rest), columns)] @ np.hstack([across, own]) / E_SQUARED
    taken[:, : arms.shape[1]] += arms[rest]
    return found, taken


def with_wires(layout: Layout, grounded: Grounded) -> Grounded:
    """Wires grounded too: instead of their segments, metals between the finite ones and the planes."""
    finite, clouds, D, A = len(layout.finite_metals), len(layout.frozen), grounded.repulsion, grounded.arms
    if not layout.wires:
        return grounded
    owner = np.concatenate([np.full(wire.segments, k) for k, wire in enumerate(layout.wires)])
    if len(owner) > len(D) - clouds:  # segments were joined
        owner = np.concatenate([np.full(wire.segments // 2, k) for k, wire in enumerate(layout.wires)])
    a = np.eye(len(layout.wires))[owner]
    try:
        factors = cho_factor(D[clouds:, clouds:], lower=True)
    except LinAlgError as error:
        raise AttractronError("the matrix of the segments is not positive definite: take fewer of them") from error
    from_clouds, from_wires, from_metals = np.split(
        cho_solve(factors, np.hstack([D[clouds:, :clouds], a, A[:, clouds:].T])), [clouds, clouds + a.shape[1]], axis=1
    )
    M = D[:clouds, :clouds] - D[:clouds, clouds:] @ from_clouds
    arms = A[:, :clouds] - A[:, clouds:] @ from_clouds
    C_metals = grounded.capacitance + E_SQUARED * A[:, clouds:] @ from_metals[:, :finite]
    C_own, C_across = E_SQUARED * a.T @ from_wires, -E_SQUARED * A[:, clouds:] @ from_wires  # (metal, wire)
    return Grounded(
        (M + M.T) / 2,
        np.vstack([arms[:finite], a.T @ from_clouds, arms[finite:]]),
        np.block(
            [
                [C_metals[:finite], C_across[:finite]],
                [C_across[:finite].T, (C_own + C_own.T) / 2],
                [C_metals[finite:], C_across[finite:]],
            ]
        ),
    )
