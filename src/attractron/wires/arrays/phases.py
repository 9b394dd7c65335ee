"""Superconductor, π-CDW or decoupled wires: which coupling of neighbours wins, and at which temperature."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, choice, positive, whole
from attractron.core.constants import K_B
from attractron.core.results import dataset, flags
from attractron.wires.arrays.flow import NONE, PHASES, SUPERCONDUCTOR, Start, first_order, second_order, slopes, start
from attractron.wires.arrays.model import KNOBS, VALIDITY, ArrayOfWires

ORDERS = {
    "first": "couplings grow with fixed dimensions (the paper's comparison)",
    "second": "couplings and Luttinger parameters flow together to second order",
}

NOTES = (
    *VALIDITY,
    "The threshold of strong coupling and J = (t_perp/spin gap)² at the gap are conventions: temperatures hold up to "
    "factors of order one. They are transitions in an array with a third dimension or of Kosterlitz-Thouless type, "
    "crossovers for two wires.",
    "The hopping is the bare one; the gapless wires above the spin gap scale it by (spin gap/Λ)^((K_c + 1/K_c - 2)/4).",
    "Velocities of the modes, second-neighbour couplings and, above the spin gap, the flow of K_c are not followed.",
)

SPAN = 20.0
"""l beyond the spin gap over which a flow that never becomes strong is shown."""

HALVINGS = 14
"""Of the logarithm of the hopping, to a part in two thousand."""

STEP = 1e-10


def array_phases(
    array: ArrayOfWires, axes: Mapping[str, ArrayLike], *, order: str = "second", threshold: float = 1.0
) -> xr.Dataset:
    """Phase diagram of an array (Shavit and Oreg 2020, sec. III B; equations in `attractron.wires.arrays.flow`).

    Theory: docs/theory/wires.md, eq-array, eq-array-flow.

    Args:
        array: the array.
        axes: knob → values; one-dimensional arrays make dimensions in the order given, numbers fix a knob.
        order: "second", couplings and Luttinger parameters flow together; "first", fixed dimensions as in the paper.
        threshold: the coupling that counts as strong, a convention.

    Returns:
        Dataset over the axes: `phase` with CF flags (decoupled, superconductor, pi-CDW; undecided where both couplings
        become strong together); `l_strong` (infinite when decoupled) and `transition_temperature` Λe^{-l_strong}/k_B in
        K; `josephson` and `pi_cdw`, the couplings at l_spin; `valid`, t_perp < spin gap and both of them below 1.

    Raises:
        InputError: unknown knobs or order, a threshold ≤ 0, or a point outside the range of `ArrayOfWires`.

    Example:
        >>> array = at.wires.ArrayOfWires(K_c=0.9, l_spin=3.0, U_perp=0.01, t_perp=0.1, Lambda=10.0)
        >>> at.wires.array_phases(array, {"U_perp": [0.001, 0.2]}).phase.values.tolist()  # 1 superconductor, 2 π-CDW
        [1, 2]
    """
    knobs = over_axes("axes", axes, KNOBS)
    choice("order", order, ORDERS)
    level = float(np.log(positive("threshold", threshold)))
    points = [
        array.with_parameters(**dict(zip(knobs, values, strict=True)))
        for values in itertools.product(*(np.atleast_1d(values).tolist() for values in knobs.values()))
    ]
    flows = Start(*(np.concatenate(each) for each in zip(*map(start, points), strict=True)))
    phase, strong = (first_order if order == "first" else second_order)(flows, array.participation, level)
    l_strong = np.array([point.l_spin for point in points]) + strong
    scale = np.array([point.Lambda for point in points]) / K_B
    valid = (flows.ln_J < 0) & (flows.ln_U < 0)
    T = scale * np.exp(-l_strong)
    flat: dict[str, tuple[NDArray[Any], str, str]] = {
        "phase": (phase.astype(np.int32), "1", "phase of the array"),
        "l_strong": (l_strong, "1", "l at which the winning coupling is strong"),
        "transition_temperature": (T, "K", "temperature below which wires order together"),
        "josephson": (_coupling(flows.ln_J), "1", "Josephson coupling at the spin gap"),
        "pi_cdw": (_coupling(flows.ln_U), "1", "π-CDW coupling at the spin gap, 0 where it is dephased"),
        "valid": (valid, "1", "t_perp < spin gap and weak couplings at the spin gap"),
    }
    result = dataset(
        {name: (knobs.dims, knobs.over(values), unit, text) for name, (values, unit, text) in flat.items()},
        knobs.labelled(KNOBS),
        question="wires.array_phases",
        parameters=array.describe(),
        options={
            "order": order,
            "threshold": threshold,
            "fixed": knobs.fixed,
        },
        method=ORDERS[order],
        validity=[*NOTES, *marked(valid)],
        references=("shavit_oreg2020", "attractron"),
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def superconducting_hopping(array: ArrayOfWires, U_perp: ArrayLike, *, order: str = "second") -> FloatArray:
    """Smallest hopping, over the spin gap, at which pairs condense and charges do not order, by bisection.

    Args:
        array: the array; its own U_perp and t_perp do not matter.
        U_perp: repulsions of neighbours (point,).
        order: as for `array_phases`.

    Returns:
        t_perp/Δ_s (point,): 0 where pairs condense for any hopping above a thousandth, infinite where for none below 1.
    """
    choice("order", order, ORDERS)
    arrays = [array.with_parameters(U_perp=float(value)) for value in np.atleast_1d(U_perp)]

    def condense(ratio: FloatArray) -> NDArray[np.bool_]:
        points = [own.with_parameters(t_perp=float(t) * own.spin_gap) for own, t in zip(arrays, ratio, strict=True)]
        flows = Start(*(np.concatenate(each) for each in zip(*map(start, points), strict=True)))
        phase, _ = (first_order if order == "first" else second_order)(flows, array.participation)
        return np.asarray(phase == SUPERCONDUCTOR)

    low, high = np.full(len(arrays), np.log(1e-3)), np.zeros(len(arrays))
    always, ever = condense(np.exp(low)), condense(np.exp(high))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = condense(np.exp(middle))
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray(np.select([always, ever], [0.0, np.exp(high)], np.inf))


def array_flow(array: ArrayOfWires, *, points: int = 201, threshold: float = 1.0) -> xr.Dataset:
    """Flow of the couplings of neighbours from the spin gap to strong coupling, to second order.

    Theory: docs/theory/wires.md, eq-array-flow.

    Args:
        array: the array.
        points: of the trajectory; it ends at strong coupling, or 20 beyond the spin gap if there is none.
        threshold: the coupling that counts as strong, a convention.

    Returns:
        Dataset over `l`: `J`, `U` (not a number beyond ln 1/(δα_0), where it is dephased) and over `mode` too `K`;
        scalars `phase` with CF flags, `l_strong` and `transition_temperature` in K.

    Raises:
        InputError: less than 2 points, a threshold ≤ 0.

    Example:
        >>> array = at.wires.ArrayOfWires(K_c=0.9, l_spin=3.0, U_perp=0.05, t_perp=0.1, Lambda=10.0)
        >>> found = at.wires.array_flow(array)
        >>> at.wires.phase_name(found), round(float(found.transition_temperature), 3)  # K
        ('pi-CDW', 1.527)
    """
    level = float(np.log(positive("threshold", threshold)))
    whole("points", points, at_least=2)
    flows, s = start(array), array.participation
    phase, strong = second_order(flows, s, level)
    end = float(strong[0]) if np.isfinite(strong[0]) else SPAN
    at = np.linspace(0.0, end, points)
    state = np.concatenate([flows.ln_J, flows.ln_U, flows.ln_K[0]])
    path = np.tile(state, (points, 1))  # as it stays where a coupling is strong at the spin gap already
    cut = float(np.clip(flows.cut[0], 0.0, end))
    for first, last, uncut in ((0.0, cut, 1.0), (cut, end, 0.0)):
        inside = (at >= first) & (at <= last)
        if last > first:
            found = solve_ivp(
                lambda _, y, uncut=uncut: slopes(y[None], s, np.full(1, uncut))[0],
                *((first, last), state, "DOP853", np.union1d(at[inside], last)),
                rtol=STEP,
                atol=STEP,
            )
            path[inside], state = found.y[:, np.isin(found.t, at[inside])].T, found.y[:, -1]
    U = np.where((at <= cut) & (flows.cut[0] > 0), _coupling(path[:, 1]), np.nan)
    l_strong = array.l_spin + float(strong[0])
    result = dataset(
        {
            "J": ("l", _coupling(path[:, 0]), "1", "Josephson coupling"),
            "U": ("l", U, "1", "π-CDW coupling"),
            "K": (("l", "mode"), np.exp(path[:, 2:]), "1", "Luttinger parameter of the mode"),
            "phase": ((), np.int32(phase[0]), "1", "phase of the array"),
            "l_strong": ((), l_strong, "1", "l at which the winning coupling is strong"),
            "transition_temperature": ((), array.Lambda * np.exp(-l_strong) / K_B, "K", "temperature of the order"),
        },
        {
            "l": ("l", array.l_spin + at, "1", "logarithm of the length"),
            "mode": ("mode", np.arange(s.size), "1", "mode of the stack"),
        },
        question="wires.array_flow",
        parameters=array.describe(),
        options={"threshold": threshold},
        method="second-order flow below the spin gap",
        validity=[*NOTES, *marked((flows.ln_J < 0) & (flows.ln_U < 0))],
        references=("shavit_oreg2020", "attractron"),
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def _coupling(logarithm: FloatArray) -> FloatArray:
    """e^ln, 0 for an absent coupling."""
    return np.where(logarithm <= NONE / 2, 0.0, np.exp(logarithm))


def marked(valid: NDArray[np.bool_]) -> list[str]:
    """How many points are outside the range, for the notes on validity."""
    bad = int(np.count_nonzero(~valid))
    return [f"At {bad} of {valid.size} points t_perp or the π-CDW coupling is not weak at the spin gap."] if bad else []
