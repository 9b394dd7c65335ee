"""Checks of arguments, made at the door of every public function."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.errors import InputError

FloatArray = NDArray[np.float64]

Key = TypeVar("Key")
Value = TypeVar("Value")
Kind = TypeVar("Kind")

MOST_SHOWN = 60
"""Characters of a value in a message."""

LOWEST_TEMPERATURE = 1e-6
"""K; below it Boltzmann factors of meV are no longer resolved, and T = 0 is meant."""


SMALLEST, LARGEST = 1e-60, 1e60
"""Size of numbers that a user may give, in the units of the package: powers of them stay within the range of floats."""


def shown(value: object) -> str:
    """The value as text short enough for an error message."""
    try:
        text = " ".join(repr(value).split())
    except (ValueError, RecursionError):  # a whole number of thousands of digits, a list in a list in a list …
        text = f"a huge {type(value).__name__}"
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def finite(argument: str, value: Any) -> float:
    """A finite float, or an InputError."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(argument, "be a number", shown(value)) from None
    except OverflowError:  # a whole number beyond the range of floats
        raise InputError(argument, "be finite", shown(value)) from None
    if not np.isfinite(number):
        raise InputError(argument, "be finite", number)
    return number


def sized(argument: str, value: Any) -> float:
    """A float with which one can calculate: finite, and zero or of a size between 1e-60 and 1e60; or an InputError."""
    number = finite(argument, value)
    if number and not SMALLEST <= abs(number) <= LARGEST:
        raise InputError(argument, f"be zero or of a size between {SMALLEST:g} and {LARGEST:g}", f"{number:g}")
    return number + 0.0  # no negative zero


def non_negative(argument: str, value: Any) -> float:
    """A finite float ≥ 0, or an InputError."""
    number = finite(argument, value)
    if number < 0:
        raise InputError(argument, "be zero or positive", number)
    return number


def positive(argument: str, value: Any) -> float:
    """A finite float > 0, or an InputError."""
    number = finite(argument, value)
    if number <= 0:
        raise InputError(argument, "be positive", number)
    return number


def temperature(argument: str, value: Any) -> float:
    """A temperature in K, zero or not too low for floating point, or an InputError."""
    kelvin = non_negative(argument, value)
    if 0 < kelvin < LOWEST_TEMPERATURE:
        raise InputError(argument, f"be zero or at least {LOWEST_TEMPERATURE:g} K", kelvin)
    return kelvin


def whole(argument: str, value: Any, *, at_least: int = 0) -> int:
    """An integer not below `at_least`, or an InputError."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise InputError(argument, "be a whole number", shown(value))
    if value < at_least:
        raise InputError(argument, f"be at least {at_least}", value)
    return int(value)


def choice(argument: str, value: Any, allowed: Iterable[str]) -> str:
    """One of the allowed names, or an InputError that names the nearest."""
    names = list(allowed)
    if isinstance(value, str) and value in names:
        return value
    raise InputError(argument, f"be one of {', '.join(names)}", shown(value), nearest(str(value), names))


def nearest(name: str, names: Iterable[str]) -> str:
    """`did you mean …?`, or an empty string when nothing is close."""
    candidates = {candidate.casefold(): candidate for candidate in names}
    found = difflib.get_close_matches(name.casefold(), candidates, n=1, cutoff=0.5)
    return f"did you mean {candidates[found[0]]!r}?" if found else ""


def axis(argument: str, values: ArrayLike) -> FloatArray:
    """An axis of a diagram: one-dimensional, not empty, finite and strictly monotonic (either direction)."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(argument, "be an array of numbers", shown(values)) from None
    if array.ndim != 1:
        raise InputError(argument, "be one-dimensional", f"shape {array.shape}", "pass the axis, not the grid")
    if array.size == 0:
        raise InputError(argument, "have at least one point", "an empty axis")
    if not np.isfinite(array).all():
        raise InputError(
            argument,
            "be finite",
            f"{array[~np.isfinite(array)][0]} at index {int(np.argmin(np.isfinite(array)))}",
        )
    steps = np.diff(array)
    if steps.size and not (np.all(steps > 0) or np.all(steps < 0)):
        raise InputError(
            argument,
            "rise or fall strictly from point to point",
            shown(array.tolist()),
            "sort it and drop repeats",
        )
    return array


class ReadOnly(Mapping[Key, Value]):
    """A mapping that does not change, a copy of the one given; unlike Python's own mapping proxy it pickles."""

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
    return mapping(argument, values, _name, entry)


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


def symmetric_matrix(argument: str, values: ArrayLike, rounding: float) -> FloatArray:
    """A finite matrix, symmetric up to `rounding` of its largest entry, as it was given, or an InputError."""
    try:
        matrix = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(argument, "be a matrix of numbers", shown(values)) from None
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise InputError(argument, "be a square matrix", f"shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise InputError(argument, "be finite", shown(matrix.tolist()))
    if np.abs(matrix - matrix.T).max() > rounding * np.abs(matrix).max():
        raise InputError(argument, "be symmetric", shown(matrix.tolist()))
    return matrix


def true_or_false(argument: str, value: Any) -> bool:
    """A truth value, or an InputError; what is merely not empty does not count as true."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(argument, "be True or False", shown(value))
    return bool(value)


def mapping(
    argument: str, values: Any, key: Callable[[str, Any], Key], entry: Callable[[str, Any], Value]
) -> ReadOnly[Key, Value]:
    """A mapping of checked keys to checked entries that does not change, or an InputError."""
    if not isinstance(values, Mapping):
        raise InputError(argument, "be a mapping", shown(values))
    return ReadOnly({key(argument, each): entry(f"{argument}[{each!r}]", value) for each, value in values.items()})


def _name(argument: str, key: Any) -> str:
    if not isinstance(key, str):
        raise InputError(argument, "have names as keys", shown(key))
    return str(key)
