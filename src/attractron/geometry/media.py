"""What fills the space: vacuum, a dielectric half space whose surface carries the gates, or an oxide between both."""

from dataclasses import dataclass
from typing import Any

from attractron.core.checks import finite, positive
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable

MOST = 0.98
"""Product of an oxide's reflections up to which its images are summed."""


@dataclass(frozen=True, kw_only=True)
class Vacuum(ShownAsTable):
    """Nothing but vacuum.

    Example:
        >>> at.geometry.Vacuum()
        Vacuum()
    """


@dataclass(frozen=True, kw_only=True)
class HalfSpace(ShownAsTable):
    """A dielectric below z = 0, vacuum above; metals and dots lie at z ≤ 0.

    Theory: docs/theory/geometry.md, eq-half-space, eq-images.

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


@dataclass(frozen=True, kw_only=True)
class OxideStack(ShownAsTable):
    """A substrate below z = 0, an oxide on it, and vacuum or a cap above; gates lie on the oxide.

    Dots lie in the substrate. Metals are sheets at z = `thickness`, or lie at z ≤ 0.

    Theory: docs/theory/geometry.md, eq-images.

    Attributes:
        substrate: relative permittivity below z = 0, at least 1.
        oxide: relative permittivity of the oxide.
        thickness: of the oxide, nm.
        above: relative permittivity above it.

    Raises:
        InputError: a permittivity below 1, a thickness that is not positive, an oxide whose permittivity is so far from
            both others that its mirror images do not end.

    Example:
        Silicon with 10 nm of its oxide.

        >>> at.geometry.OxideStack(substrate=11.7, oxide=3.9, thickness=10)
        OxideStack(substrate=11.7, oxide=3.9, thickness=10.0, above=1.0)
    """

    substrate: float
    oxide: float
    thickness: float
    above: float = 1.0

    def __post_init__(self) -> None:
        for name in ("substrate", "oxide", "above"):
            value = finite(name, getattr(self, name))
            if value < 1:
                raise InputError(name, "be at least 1, that of vacuum", f"{value:g}")
            object.__setattr__(self, name, value)
        object.__setattr__(self, "thickness", positive("thickness", self.thickness))
        first, second = self.reflections
        if abs(first * second) > MOST:
            got = f"{self.above:g}, {self.oxide:g} and {self.substrate:g}, which reflect {abs(first * second):.3g}"
            raise InputError("oxide", f"reflect less than {MOST:g} of a charge there and back", got)

    @property
    def reflections(self) -> tuple[float, float]:
        """Seen from the oxide, (ε2 - ε1)/(ε2 + ε1) at its upper face and (ε2 - ε3)/(ε2 + ε3) at its lower one."""
        upper, middle, lower = self.above, self.oxide, self.substrate
        return (middle - upper) / (middle + upper), (middle - lower) / (middle + lower)


Medium = Vacuum | HalfSpace | OxideStack


def medium_of(argument: str, value: Any) -> Medium:
    """A medium, or an InputError."""
    if not isinstance(value, Medium):
        raise InputError(argument, "be Vacuum(), HalfSpace(permittivity=…) or OxideStack(…)", repr(value))
    return value
