"""The range in which a lever arm can lie."""

from typing import Any

from attractron.core.checks import finite
from attractron.core.errors import InputError
from attractron.core.units import to_unit

LARGEST = 1.0
"""meV/mV: a gate moves a level by at most the whole of its voltage."""

SMALLEST = 1e-6
"""meV/mV; no gate that is swept couples less."""

ROUNDING = 1e-9


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
