"""Axes of a question: which knobs of a model are swept, which are fixed, and what that makes of the result."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, axis, finite, nearest, shown
from attractron.core.errors import InputError
from attractron.core.results import Variable


@dataclass(frozen=True, eq=False)
class Axes(Mapping[str, "FloatArray | float"]):
    """Checked axes, a mapping knob → values: an array makes a dimension, in the order given, a number fixes its knob.

    >>> axes = over_axes("axes", {"V": [0.0, 1.0, 2.0], "V_SD": 0.1}, ["V", "V_SD"])
    >>> axes.dims, axes.shape, axes.fixed
    (('V',), (3,), {'V_SD': 0.1})
    """

    values_of: Mapping[str, FloatArray | float]

    def __getitem__(self, name: str) -> FloatArray | float:
        return self.values_of[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_of)

    def __len__(self) -> int:
        return len(self.values_of)

    @property
    def swept(self) -> dict[str, FloatArray]:
        """The knobs that are arrays."""
        return {name: np.asarray(value) for name, value in self.items() if np.ndim(value)}

    @property
    def fixed(self) -> dict[str, float]:
        """The knobs that are numbers."""
        return {name: float(value) for name, value in self.items() if not np.ndim(value)}

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimensions of the result."""
        return tuple(self.swept)

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the dimensions."""
        return tuple(value.size for value in self.swept.values())

    @property
    def size(self) -> int:
        """Points of the grid; 1 when no knob is swept."""
        return prod(self.shape)

    @property
    def open_grid(self) -> dict[str, Any]:
        """All values in shapes that broadcast with each other to that of the grid."""
        dims = self.dims
        return {
            name: np.reshape(value, [-1 if name == dim else 1 for dim in dims]) if np.ndim(value) else value
            for name, value in self.items()
        }

    def coordinates(self, unit: Callable[[str], str], long_name: Callable[[str], str] = str) -> dict[str, Variable]:
        """The swept knobs as coordinates of a result, with the unit and long name that the model gives a knob."""
        return {name: (name, value, unit(name), long_name(name)) for name, value in self.swept.items()}

    def labelled(self, knobs: Mapping[str, tuple[str, str]]) -> dict[str, Variable]:
        """The same from a table knob → (unit, long name)."""
        return {name: (name, value, *knobs[name]) for name, value in self.swept.items()}

    def over(self, flat: NDArray[Any]) -> NDArray[Any]:
        """An array (…, point) over the grid's points as one (…, *dims), contiguous."""
        return np.ascontiguousarray(flat).reshape((*flat.shape[:-1], *self.shape))

    def blocks(self, most: int) -> Iterator[tuple[slice, dict[str, NDArray[Any]]]]:
        """The grid in pieces of at most `most` points, the last dimension fastest: slice of the flat grid, swept values
        (point,) there."""
        swept = self.swept
        for start in range(0, self.size, most):
            own = slice(start, min(start + most, self.size))
            index = np.unravel_index(np.arange(own.start, own.stop), self.shape or (1,))
            yield own, {name: value[number] for (name, value), number in zip(swept.items(), index, strict=False)}


def over_axes(argument: str, axes: Mapping[str, ArrayLike], known: Iterable[str]) -> Axes:
    """The axes that a user gave, checked: arrays make dimensions, scalars fix a knob; every name must be a knob.

    Args:
        argument: what the user calls them.
        axes: knob → values.
        known: knobs of the model.

    Raises:
        InputError: no mapping; a name that is no knob, with the nearest that is; values that are not finite, or arrays
            that are empty, not one-dimensional or not strictly monotonic.
    """
    names = list(known)
    if not isinstance(axes, Mapping):
        raise InputError(argument, "map knob names to values", shown(axes), 'for example {"V": [0, 1, 2]}')
    checked: dict[str, FloatArray | float] = {}
    for name, value in axes.items():
        label = f"{argument}[{name!r}]"
        if name not in names:
            wanted = f"name a knob of the model ({', '.join(names)})"
            raise InputError(label, wanted, repr(name), nearest(str(name), names))
        checked[name] = finite(label, value) if np.ndim(value) == 0 else axis(label, value)
    return Axes(checked)
