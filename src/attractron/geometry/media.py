"""What fills the space: vacuum, or a dielectric half space whose surface carries the gates."""

from dataclasses import dataclass
from typing import Any

from attractron.core.checks import finite
from attractron.core.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Vacuum:
    """Nothing but vacuum.

    Example:
        >>> at.geometry.Vacuum()
        Vacuum()
    """


@dataclass(frozen=True, kw_only=True)
class HalfSpace:
    """A dielectric below z = 0, vacuum above; metals and dots lie at z ≤ 0.

    Attributes:
        permittivity: relative permittivity ε of the dielectric, at least 1.

    Raises:
        InputError: ε is below 1.

    Example:
        Gallium arsenide.

        >>> at.geometry.HalfSpace(permittivity=12.9)
        HalfSpace(permittivity=12.9)
    """

    permittivity: float

    def __post_init__(self) -> None:
        value = finite("permittivity", self.permittivity)
        if value < 1:
            raise InputError("permittivity", "be at least 1, that of vacuum", f"{value:g}")
        object.__setattr__(self, "permittivity", value)


Medium = Vacuum | HalfSpace


def medium_of(argument: str, value: Any) -> Medium:
    """A medium, or an InputError."""
    if not isinstance(value, Vacuum | HalfSpace):
        raise InputError(argument, "be Vacuum() or HalfSpace(permittivity=…)", repr(value))
    return value
