"""What devices are made of: islands, gates and parameters, frozen and with their types checked when they are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from attractron.core.checks import finite, mapping, names, shown, weights, whole
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.units import LeverArm, Voltage


@dataclass(frozen=True, kw_only=True)
class Island(ShownAsTable):
    """Dots that share a fixed number of electrons; tunnelling is allowed among them only.

    Theory: docs/theory/dots.md, eq-device.

    Attributes:
        dots: names of the dots.
        electrons: how many electrons (or holes) they share.

    Raises:
        InputError: `dots` are not names, `electrons` is not a whole number of at least 0.

    Example:
        >>> at.dots.Island(dots=("T", "B"), electrons=1)
        Island(dots=('T', 'B'), electrons=1)
    """

    dots: tuple[str, ...]
    electrons: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "dots", names("dots", self.dots))
        object.__setattr__(self, "electrons", whole("electrons", self.electrons))


@dataclass(frozen=True, kw_only=True)
class Gate(ShownAsTable):
    """A gate electrode.

    Theory: docs/theory/dots.md, eq-gates.

    Attributes:
        lever_arms: dot → α in meV/mV, the shift of its chemical potential with the gate voltage; several entries are
            cross-capacitances.
        offset: the voltage V_g⁰ in mV from which the shift is counted.

    Raises:
        InputError: `lever_arms` does not map names to finite numbers, or `offset` is not one.

    Example:
        A gate of L that moves R a fifth as much.

        >>> gate = at.dots.Gate(lever_arms={"L": 0.10, "R": 0.02}, offset=5.0)
        >>> gate.lever_arms["R"]
        0.02
    """

    lever_arms: Mapping[str, LeverArm]
    offset: Voltage = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "lever_arms", weights("lever_arms", self.lever_arms))
        object.__setattr__(self, "offset", finite("offset", self.offset))


@dataclass(frozen=True, kw_only=True)
class Parameter(ShownAsTable):
    """A named knob of the Hamiltonian, which depends on it linearly: H(p) = H(p₀) + (p - p₀) ∂H/∂p.

    Theory: docs/theory/dots.md, eq-slopes.

    Attributes:
        value: p₀ in meV.
        repulsion: (dot, dot) → ∂U_ij/∂p.
        levels: dot → ∂ε_i/∂p.
        tunnelling: (dot, dot) → ∂t_ij/∂p.

    Raises:
        InputError: `value` is not a finite number, or a derivative does not map dots or pairs of dots to such.

    Example:
        A detuning of two sites, half of it on each.

        >>> delta = at.dots.Parameter(value=2.4, levels={"T": 0.5, "B": -0.5})
        >>> delta.levels["B"]
        -0.5
    """

    value: float
    repulsion: Mapping[tuple[str, str], float] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    tunnelling: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", finite("value", self.value))
        object.__setattr__(self, "levels", weights("levels", self.levels))
        for name in ("repulsion", "tunnelling"):
            object.__setattr__(self, name, mapping(name, getattr(self, name), _pair, finite))


def _pair(argument: str, key: Any) -> tuple[str, str]:
    if not isinstance(key, tuple) or len(key) != 2 or not all(isinstance(dot, str) for dot in key):
        raise InputError(argument, "have pairs of dots as keys", shown(key))
    return str(key[0]), str(key[1])
