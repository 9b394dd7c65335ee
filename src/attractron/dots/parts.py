"""What devices are made of: islands, gates and parameters, frozen and with their types checked when they are made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from attractron.core.checks import FloatArray, finite, shown, whole
from attractron.core.errors import InputError
from attractron.core.units import LeverArm, Voltage

Key = TypeVar("Key")
Value = TypeVar("Value")
Kind = TypeVar("Kind")


class ReadOnly(Mapping[Key, Value]):
    """A mapping that does not change, a copy of the one given; unlike `types.MappingProxyType` it pickles."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[Key, Value]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: Key) -> Value:
        return self._items[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


@dataclass(frozen=True, kw_only=True)
class Island:
    """Dots that share a fixed number of electrons; tunnelling is allowed among them only.

    Attributes:
        dots: names of the dots.
        electrons: how many electrons (or holes) they share.

    Raises:
        InputError: `dots` are not names, `electrons` is not a whole number of at least 0.
    """

    dots: tuple[str, ...]
    electrons: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "dots", names("dots", self.dots))
        object.__setattr__(self, "electrons", whole("electrons", self.electrons))


@dataclass(frozen=True, kw_only=True)
class Gate:
    """A gate electrode.

    Attributes:
        lever_arms: dot → α in meV/mV, the shift of its chemical potential with the gate voltage; several entries are
            cross-capacitances.
        offset: the voltage V_g⁰ in mV from which the shift is counted.

    Raises:
        InputError: `lever_arms` does not map names to finite numbers, or `offset` is not one.
    """

    lever_arms: Mapping[str, LeverArm]
    offset: Voltage = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "lever_arms", weights("lever_arms", self.lever_arms))
        object.__setattr__(self, "offset", finite("offset", self.offset))


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A named knob of the Hamiltonian, which depends on it linearly: H(p) = H(p₀) + (p - p₀) ∂H/∂p.

    Attributes:
        value: p₀ in meV.
        repulsion: (dot, dot) → ∂U_ij/∂p.
        levels: dot → ∂ε_i/∂p.
        tunnelling: (dot, dot) → ∂t_ij/∂p.

    Raises:
        InputError: `value` is not a finite number, or a derivative does not map dots or pairs of dots to such.
    """

    value: float
    repulsion: Mapping[tuple[str, str], float] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    tunnelling: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", finite("value", self.value))
        object.__setattr__(self, "levels", weights("levels", self.levels))
        for name in ("repulsion", "tunnelling"):
            object.__setattr__(self, name, _table(name, getattr(self, name), _pair, finite))


def names(argument: str, values: Any) -> tuple[str, ...]:
    """A tuple of names, or an InputError; one text is not taken for a tuple of letters."""
    if isinstance(values, str | bytes) or not isinstance(values, Sequence | np.ndarray):
        raise InputError(argument, "be a tuple of names", shown(values))
    for value in values:
        if not isinstance(value, str):
            raise InputError(argument, "be a tuple of names", f"{shown(value)} among them")
    return tuple(str(value) for value in values)


def members(argument: str, values: Any, kind: type[Kind]) -> tuple[Kind, ...]:
    """A tuple of objects of one kind, or an InputError."""
    if not isinstance(values, list | tuple):
        raise InputError(argument, f"be a tuple of {kind.__name__}", shown(values))
    return tuple(member(f"{argument}[{number}]", value, kind) for number, value in enumerate(values))


def member(argument: str, value: Any, kind: type[Kind]) -> Kind:
    """An object of this kind, or an InputError."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise InputError(argument, f"be {article} {kind.__name__}", shown(value))
    return value


def table(argument: str, values: Any, entry: Callable[[str, Any], Value]) -> ReadOnly[str, Value]:
    """A mapping of names to checked entries that does not change, or an InputError."""
    return _table(argument, values, _name, entry)


def weights(argument: str, values: Any) -> ReadOnly[str, float]:
    """A mapping of names to finite numbers that does not change, or an InputError."""
    return table(argument, values, finite)


def reals(argument: str, values: Any) -> FloatArray:
    """A new array of real numbers, or an InputError: nothing ragged, no text, no imaginary parts left out."""
    try:
        given = np.asarray(values)
        if given.dtype.kind in "biufO":
            return np.array(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        pass
    raise InputError(argument, "be an array of real numbers", shown(values))


def true_or_false(argument: str, value: Any) -> bool:
    """A truth value, or an InputError; what is merely not empty does not count as true."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(argument, "be True or False", shown(value))
    return bool(value)


def _table(
    argument: str, values: Any, key: Callable[[str, Any], Key], entry: Callable[[str, Any], Value]
) -> ReadOnly[Key, Value]:
    if not isinstance(values, Mapping):
        raise InputError(argument, "be a mapping", shown(values))
    return ReadOnly({key(argument, each): entry(f"{argument}[{each!r}]", value) for each, value in values.items()})


def _name(argument: str, key: Any) -> str:
    if not isinstance(key, str):
        raise InputError(argument, "have names as keys", shown(key))
    return str(key)


def _pair(argument: str, key: Any) -> tuple[str, str]:
    if not isinstance(key, tuple) or len(key) != 2 or not all(isinstance(dot, str) for dot in key):
        raise InputError(argument, "have pairs of dots as keys", shown(key))
    return str(key[0]), str(key[1])
