"""Units at the door: "830 µeV" becomes 0.83 once; inside there are plain floats in meV, mV, K, nm and pA.

Which unit a parameter has is part of its annotation, `W: Energy`. To Python it is a float; study files take their
schemas from the annotations of the functions and classes that they describe, so that no parameter is stated twice.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from tokenize import TokenError
from typing import TYPE_CHECKING, Annotated, Any

from attractron.core.checks import finite, shown
from attractron.core.constants import K_B, PLANCK
from attractron.core.errors import InputError

if TYPE_CHECKING:
    from pint import Unit as PintUnit
    from pint import UnitRegistry


@dataclass(frozen=True)
class Unit:
    """Unit of a number, or of a tuple of numbers, in an annotation: `Annotated[float, Unit("meV")]`."""

    name: str


Energy = Annotated[float, Unit("meV")]
Voltage = Annotated[float, Unit("mV")]
LeverArm = Annotated[float, Unit("meV/mV")]
Current = Annotated[float, Unit("pA")]
Temperature = Annotated[float, Unit("K")]
Length = Annotated[float, Unit("nm")]
InverseLength = Annotated[float, Unit("nm^-1")]
"""A density, or a momentum."""
LineEnergy = Annotated[float, Unit("meV*nm")]
"""ħ × velocity, or an interaction between points of a wire."""
Angle = Annotated[float, Unit("rad")]
Number = Annotated[float, Unit("1")]
"""A pure number that may be an axis."""

_QUANTITY = re.compile(r"\s*(?P<number>[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)\s*(?P<unit>[^\d\s.].*?)\s*")

_NO_UNIT = re.compile(r"(\*\*|\^)[^*^/]*(\*\*|\^)|\d{3}|\({4}")
"""Powers of powers, large numbers and towers of parentheses: no unit has them, and to work them out takes for ever."""

LONGEST = 200
"""Characters of a number with its unit."""

WRONG_UNIT = (ArithmeticError, AssertionError, AttributeError, SyntaxError, TokenError, TypeError, ValueError)
"""What parsing a text that is no unit raises, beside pint's own errors."""


@cache
def is_unit(text: str) -> bool:
    """A text that is a unit of anything.

    Example:
        >>> from attractron.core.units import is_unit
        >>> is_unit("pA/mV"), is_unit("left")
        (True, False)
    """
    import pint

    try:
        _parsed(text)
    except (pint.PintError, *WRONG_UNIT):
        return False
    return True


def _parsed(text: str) -> "PintUnit":
    """A unit.

    Raises:
        ValueError: or another of `WRONG_UNIT`, or an error of pint: it is none.
    """
    if len(text) > LONGEST or _NO_UNIT.search(text):
        raise ValueError("not a unit")
    return _registry().parse_units(text)


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

    wanted = "be a number" if unit == "1" else f"be a number in {unit}, or text with a unit such as '1.5 {unit}'"
    parts = _QUANTITY.fullmatch(value) if len(value) <= LONGEST else None
    if parts is None:
        raise InputError(argument, wanted, shown(value))
    registry = _registry()
    try:
        number = registry.Quantity(Decimal(parts["number"]), _parsed(parts["unit"])).to(unit).magnitude
    except pint.DimensionalityError:
        expected = "be a number without a unit" if unit == "1" else f"be given in units of {unit}"
        raise InputError(argument, expected, shown(value)) from None
    except (pint.PintError, *WRONG_UNIT):
        raise InputError(argument, wanted, shown(value), f"the unit {parts['unit']!r} is unknown") from None
    return finite(argument, number)


_FREQUENCY = re.compile(r"[a-zµμA-Z]*?(Hz|hertz)")
_TEMPERATURE = re.compile(r"[a-zµμ]*?(K|kelvin)")


def equivalent(text: str) -> tuple[float, str] | None:
    """A frequency f or a temperature T as the energy h f or k_B T in meV, and which of the two; None for anything else.

    Angular frequencies and degrees are neither: what they mean depends on who writes them.

    Example:
        >>> from attractron.core.units import equivalent
        >>> equivalent("200 GHz"), equivalent("9.6 K"), equivalent("1 meV")
        ((0.8271335392, 'h f'), (0.827263993152, 'k_B T'), None)
    """
    parts = _QUANTITY.fullmatch(text) if len(text) <= LONGEST else None
    if parts is None:
        return None
    for form, unit, factor, name in ((_FREQUENCY, "GHz", PLANCK, "h f"), (_TEMPERATURE, "K", K_B, "k_B T")):
        if form.fullmatch(parts["unit"]):
            try:
                return to_unit("energy", text, unit) * factor, name
            except InputError:
                return None
    return None


def to_energy(argument: str, value: Any) -> float:
    """As `to_unit` in meV, of frequencies and temperatures, too.

    Example:
        >>> from attractron.core.units import to_energy
        >>> to_energy("W", "200 GHz"), to_energy("W", "0.8 eV")
        (0.8271335392, 800.0)
    """
    found = equivalent(value) if isinstance(value, str) else None
    return to_unit(argument, value, "meV") if found is None else found[0]


@cache
def _registry() -> "UnitRegistry[Any]":
    import pint

    return pint.UnitRegistry(non_int_type=Decimal, cache_folder=None)
