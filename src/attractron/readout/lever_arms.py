"""Lever arms that a user gives: one, in the range in which it can lie, or those of two dots to two gates.

What the data say of lever arms, and the scale of energy that follows, is in `attractron.readout.vertex.interaction`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray, choice, finite, shown
from attractron.core.constants import PLANCK
from attractron.core.errors import InputError
from attractron.core.units import to_unit

LARGEST = 1.0
"""meV/mV: a gate moves a level by at most the whole of its voltage."""

SMALLEST = 1e-6
"""meV/mV; no gate that is swept couples less."""

ROUNDING = 1e-9

ENERGY_PER_UNIT = {"mV": None, "meV": 1.0, "GHz": PLANCK}
"""Of axes: meV in a unit of them; of a gate the lever arm says it."""


def energy_per_unit(argument: str, value: Any, unit: str) -> float:
    """By how much a unit of an axis moves a level, in meV: the lever arm of a gate, 1 for an energy, h for a frequency.

    Args:
        argument: the lever arm's name in messages.
        value: the lever arm, or None.
        unit: of the axis, "mV", "meV" or "GHz".

    Raises:
        InputError: a gate without lever arm, an energy with one, and as for `lever_arm`.
    """
    known = ENERGY_PER_UNIT[unit]
    if known is None and value is None:
        raise InputError(argument, "be given for an axis in mV", "none", 'for example 0.1 or "100 µeV/mV"')
    if known is None:
        return lever_arm(argument, value)
    if value is not None and value != 1:
        what = "an energy" if unit == "meV" else "a frequency f, which is an energy h f"
        remedy = 'if it is a gate the file is wrong: say --axis-unit "AXIS=mV" (in Python: {"AXIS": "mV"})'
        raise InputError(argument, f"be left out where the axis is {what}", shown(value), remedy)
    return known


def lever_arm(argument: str, value: Any, *, signed: bool = False) -> float:
    """A lever arm in meV/mV within (0, 1], or of either sign or zero if `signed`.

    Args:
        argument: its name in messages.
        value: a number in meV/mV, or text with a unit.
        signed: a dot of holes has negative lever arms, and none to a gate that does not reach it.

    Raises:
        InputError: no lever arm, one above 1 meV/mV or below 1e-6 meV/mV.
    """
    alpha = finite(argument, to_unit(argument, value, "meV/mV"))
    if signed and alpha == 0:
        return alpha
    if alpha <= 0 and not signed:
        raise InputError(argument, "be positive", alpha)
    if not SMALLEST <= abs(alpha) <= LARGEST * (1 + ROUNDING):
        wanted = f"lie between {SMALLEST:g} and {LARGEST:g} meV/mV"
        raise InputError(argument, wanted, f"{alpha:g} meV/mV", "a gate moves a level by at most its own voltage")
    return alpha


def lever_arm_matrix(given: Any, names: tuple[str, str]) -> FloatArray:
    """Lever arms as an array (dot, axis), meV/mV, or an InputError."""
    if isinstance(given, Mapping):
        if len(given) != 2 or not all(isinstance(entry, Mapping) for entry in given.values()):
            raise InputError("lever_arms", "map two dots to {axis: meV/mV}", shown(given), f"axes {', '.join(names)}")
        for dot, entry in given.items():
            for name in entry:
                choice(f"lever_arms[{dot!r}]", name, names)
        given = [
            [finite(f"lever_arms[{dot!r}]", entry.get(name, 0.0)) for name in names] for dot, entry in given.items()
        ]
    try:
        matrix = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise InputError("lever_arms", "be numbers in meV/mV", shown(given)) from None
    if matrix.shape != (2, 2) or not np.isfinite(matrix).all():
        raise InputError("lever_arms", "be two dots times two axes of finite numbers", shown(matrix.tolist()))
    size = float(np.abs(matrix).max()) or 1.0  # keeps squares in range
    lengths = np.hypot(*(matrix / size).T)
    if abs(np.linalg.det(matrix / size)) <= 1e-3 * lengths.prod():
        raise InputError("lever_arms", "have charging lines that cross", shown(matrix.tolist()))
    return matrix
