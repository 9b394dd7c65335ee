"""The Josephson coupling alone: the Kosterlitz-Thouless flow of an array without its charge order, and its temperature.

Where the densities of neighbours differ, the π-CDW coupling is dephased, and what is left of the array's flow is

    dJ/dl = (2 - d_J) J,      dK_k/dl = s_k J²/4,      d_J = mean_k(s_k/K_k),

that of Kosterlitz and Thouless, for two wires dJ/dl = (2 - 1/K)J and dK/dl = J²/4. All modes follow one number
κ = ∫(J²/4)dl, K_k = K_k(0) + s_k κ, and

    J²(κ) = J² + 8[2κ - mean_k ln(1 + s_kκ/K_k)],      l - l_spin = ∫ 4dκ/J²(κ).

J falls while d_J > 2 and rises beyond κ*, d_J(κ*) = 2. Pairs cohere if something is left of it there,

    distance C = J²(κ*) > 0,        J_c² = 8[mean_k ln(1 + s_kκ*/K_k) - 2κ*] = 8[2K - ln K - 1 - ln 2] for two wires:

that is the separatrix, which begins at K = ½. Near it the flow lingers at κ*, and with m = mean_k(s_k/K_k)² there

    ln(Δ_s/T_c) = (2/√(mC)) [π/2 + arctan(2κ*√(m/C))]  →  2π/√(mC) = π/√C for two wires:

the transition temperature closes exponentially, with the root of the distance in the exponent.

A temperature. J reaches 1 at T_c = Λe^{-l}, where the cells of two neighbours hold together. In a plane the phase
ϕ = √2θ_c of the pairs has, per wire, the stiffness u_cK_c/2π along it (the uniform mode does not flow) and the
Josephson energy E_J = JT²/(2πu) per length across. A two-dimensional superconductor ends where its stiffness, isotropic
once lengths are rescaled, is (2/π)T, hence not above

    T_KT = (π/2) √(u_cK_c/2π · E_J) = ¼√K_c T_c,

an upper bound: vortices and the discreteness of the stack lower the stiffness further.
"""

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, member
from attractron.core.constants import K_B
from attractron.core.results import Variable, dataset
from attractron.wires.arrays.flow import Start, first_order, second_order, start
from attractron.wires.arrays.model import KNOBS, VALIDITY, ArrayOfWires

NOTES = (
    *VALIDITY,
    "The π-CDW coupling is dephased by different densities; couplings are strong at 1, a convention, so that "
    "temperatures hold up to factors of order one.",
    "The temperature of the plane is an upper bound, with the smooth part of the stiffness not renormalised.",
)


class Separatrix(NamedTuple):
    """Where the Josephson coupling is smallest: κ*, the J_c² that just reaches it, and m there; κ* = 0 for d_J ≤ 2."""

    kappa: float
    critical: float
    curvature: float


def separatrix(array: ArrayOfWires) -> Separatrix:
    """The separatrix of an array's flow (module's docstring)."""
    K, s = array.K_modes, array.participation

    def excess(kappa: float) -> float:
        """d_J - 2 at κ."""
        return float(np.mean(s / (K + s * kappa))) - 2

    kappa = 0.0
    if excess(0.0) > 0:
        kappa = brentq(excess, 0.0, 0.5, xtol=1e-15, rtol=1e-14)  # s/(K + s/2) < 2: the root lies before κ = 1/2
    critical = 8 * (float(np.mean(np.log1p(s * kappa / K))) - 2 * kappa)
    return Separatrix(kappa, max(critical, 0.0), float(np.mean((s / (K + s * kappa)) ** 2)))


def josephson_transition(array: ArrayOfWires, axes: Mapping[str, ArrayLike]) -> xr.Dataset:
    """The transition into the superconductor as Kosterlitz and Thouless', with its estimate (this module's equations).

    Theory: docs/theory/wires.md, eq-josephson.

    Args:
        array: the array; its `backscattering` and `delta` do not matter: the π-CDW coupling is left out.
        axes: knob → values, as for `array_phases`; arrays make dimensions, numbers fix a knob.

    Returns:
        Dataset over the axes: `josephson`, J at the spin gap; `critical_josephson`, J_c, and `critical_hopping` in meV,
        below which nothing coheres (0 where d_J ≤ 2); `distance` C; `l_strong`, l at which J is strong by the flow,
        infinite below J_c, and `transition_temperature` Λe^{-l_strong}/k_B;
        `fixed_dimension_temperature` Δ_s J^{1/(2 - d_J)}/k_B, 0 for d_J ≥ 2;
        `essential_temperature`, the closed form near the separatrix, not a number where d_J < 2 or C ≤ 0;
        `plane_temperature` ¼√K_c T_c, an upper bound for a plane of wires. All temperatures in K.

    Raises:
        InputError: unknown knobs, or a point outside the range of `ArrayOfWires`.

    Example:
        >>> array = at.wires.ArrayOfWires(K_c=0.45, l_spin=3.0, U_perp=0.0, t_perp=0.2, Lambda=10.0)
        >>> found = at.wires.josephson_transition(array, {"t_perp": [0.1, 0.4]})
        >>> float(found.critical_hopping.round(3)[0]), (found.transition_temperature > 0).values.tolist()
        (0.227, [False, True])
    """
    member("array", array, ArrayOfWires)
    knobs = over_axes("axes", axes, KNOBS)
    points = [
        array.with_parameters(**dict(zip(knobs, values, strict=True)), backscattering=0.0)
        for values in itertools.product(*(np.atleast_1d(values).tolist() for values in knobs.values()))
    ]
    flows = Start(*(np.concatenate(each) for each in zip(*map(start, points), strict=True)))
    exact, fixed = (order(flows, array.participation)[1] for order in (second_order, first_order))
    rows = np.array([_temperatures(*each) for each in zip(points, np.exp(flows.ln_J), exact, fixed, strict=True)])
    result = {
        name: (knobs.dims, knobs.over(rows[:, column]), unit, text)
        for column, (name, (unit, text)) in enumerate(COLUMNS.items())
    }
    variables: dict[str, Variable] = dict(result)
    return dataset(
        variables,
        knobs.labelled(KNOBS),
        question="wires.josephson_transition",
        parameters=array.describe(),
        options={"fixed": knobs.fixed},
        method="second-order flow of the Josephson coupling and the modes' Luttinger parameters",
        validity=NOTES,
        references=("shavit_oreg2020", "attractron"),
    )


COLUMNS = {
    "josephson": ("1", "Josephson coupling at the spin gap"),
    "critical_josephson": ("1", "Josephson coupling on the separatrix"),
    "critical_hopping": ("meV", "smallest hopping at which pairs cohere"),
    "distance": ("1", "distance C from the separatrix"),
    "l_strong": ("1", "l at which the Josephson coupling is strong"),
    "transition_temperature": ("K", "temperature at which the Josephson coupling is strong"),
    "fixed_dimension_temperature": ("K", "the same with fixed dimensions"),
    "essential_temperature": ("K", "its closed form near the separatrix"),
    "plane_temperature": ("K", "upper bound of a plane's Kosterlitz-Thouless temperature"),
}


def _temperatures(array: ArrayOfWires, J: float, exact: float, fixed: float) -> FloatArray:
    """What is known of one array, in the order of `COLUMNS`; J at the spin gap, l beyond it by both orders."""
    line, gap = separatrix(array), array.spin_gap / K_B
    distance = J**2 - line.critical
    essential = gap * np.exp(-_lingering(line, distance)) if line.kappa > 0 and distance > 0 else np.nan
    T = gap * np.exp(-exact)
    return np.array(
        [
            *(J, np.sqrt(line.critical), array.spin_gap * line.critical**0.25, distance),
            *(array.l_spin + exact, T, gap * np.exp(-fixed), essential, np.sqrt(array.K_c) / 4 * T),
        ]
    )


def _lingering(line: Separatrix, distance: float) -> float:
    """ln Δ_s/T_c near the separatrix."""
    slope = np.sqrt(line.curvature / distance)
    return float(2 / (line.curvature / slope) * (np.pi / 2 + np.arctan(2 * line.kappa * slope)))
