"""Units at the door: "830 µeV" becomes 0.83 once; inside there are plain floats in meV, mV, K, nm and pA."""

import re
from decimal import Decimal
from functools import cache
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from attractron.core.checks import finite, shown
from attractron.core.errors import InputError

if TYPE_CHECKING:
    from pint import UnitRegistry

_QUANTITY = re.compile(r"\s*(?P<number>[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)\s*(?P<unit>[^\d\s.].*?)\s*")


def to_unit(argument: str, value: Any, unit: str) -> float:
    """A number, or text with a unit, as a plain float in `unit`.

    A bare number is in `unit` already. An energy may be given as a temperature times k_B ("8 K*k_B").
    The conversion is made in decimal arithmetic, so that "830 µeV" is exactly the float 0.83.

    Args:
        argument: name for the error message.
        value: a number, or text such as "830 µeV".
        unit: the unit wanted, e.g. "meV".

    Raises:
        InputError: unknown unit, wrong dimension, or not a number.
    """
    if not isinstance(value, str):
        return finite(argument, value)
    import pint

    wanted = f"be a number in {unit}, or text with a unit such as '1.5 {unit}'"
    parts = _QUANTITY.fullmatch(value)
    if parts is None:
        raise InputError(argument, wanted, shown(value))
    registry = _registry()
    try:
        number = registry.Quantity(Decimal(parts["number"]), registry.parse_units(parts["unit"])).to(unit).magnitude
    except pint.DimensionalityError:
        raise InputError(argument, f"be given in units of {unit}", shown(value)) from None
    except (pint.PintError, AttributeError, SyntaxError, TokenError, TypeError, ValueError):
        raise InputError(argument, wanted, shown(value), f"the unit {parts['unit']!r} is unknown") from None
    return finite(argument, number)


@cache
def _registry() -> "UnitRegistry[Any]":
    import pint

    return pint.UnitRegistry(non_int_type=Decimal, cache_folder=None)
