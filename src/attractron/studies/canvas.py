"""Arrays of a result that are filled piece by piece: a block from its points, and a whole study from its blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.errors import AttractronError, InputError
from attractron.core.results import flag_names, flags
from attractron.studies.boxes import Box

Flags = dict[str, dict[int, str]]
"""Variable → code → its name."""


@dataclass(frozen=True, kw_only=True)
class Array:
    """A variable of the result without its values.

    Attributes:
        dims: its dimensions.
        dtype: of its values.
        attrs: unit and long name, without the codes of flags.
        coordinate: whether it is one.
    """

    dims: tuple[str, ...]
    dtype: np.dtype[Any]
    attrs: Mapping[str, Any]
    coordinate: bool


@dataclass(kw_only=True)
class Canvas:
    """A result over some dimensions, of which pieces are painted.

    Attributes:
        outer: dimensions varied around the question: every variable of a piece has them in front of its own.
        sizes: all dimensions of the study → points on this canvas.
        varied: what is varied around the question; what pieces say of it holds at a single point.
        arrays: name → what it is, once a piece is known.
        values: name → values.
        codes: of the flags in all pieces.
        attrs: of the first piece.
        labels: of the study's axes that pieces have, too: unit and long name.
    """

    outer: tuple[str, ...]
    sizes: Mapping[str, int]
    varied: frozenset[str] = frozenset()
    arrays: dict[str, Array] = field(default_factory=dict)
    values: dict[str, NDArray[Any]] = field(default_factory=dict)
    codes: Flags = field(default_factory=dict)
    attrs: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)

    def paint(self, piece: xr.Dataset, region: Mapping[str, slice]) -> None:
        """Put a piece, which does not have the outer dimensions, where it belongs.

        Args:
            piece: a result over the inner dimensions, all or some of each.
            region: dimension → the part of the canvas that it covers; one point of each outer dimension.

        Raises:
            AttractronError: what does not depend on the study's axes differs from piece to piece.
        """
        piece = piece.drop_vars(self.varied, errors="ignore")
        self._prime(piece)
        for name, variable in piece.variables.items():
            if self._own(str(name), variable):
                continue
            array, given = self.arrays[str(name)], variable.to_numpy()
            if "flag_values" in variable.attrs:
                self.codes.setdefault(str(name), {}).update(flag_names(piece[name]))
            self._room(str(name), given)
            if not self.spans(array):
                self._same(str(name), given)
                continue
            place = tuple(region.get(dim, slice(None)) for dim in array.dims)
            target = self.values[str(name)]
            target[place] = given.reshape(target[place].shape)

    def join(self, part: "Canvas", box: Box) -> None:
        """Put a canvas over a part of this one where it belongs."""
        region = {name: slice(a, b) for name, (a, b) in zip(self.sizes, box, strict=True)}
        if not part.arrays:
            return
        if not self.arrays:
            self.attrs, self.labels = part.attrs, part.labels
        for name, array in part.arrays.items():
            values = part.values[name]
            if name not in self.arrays:
                shape = [self.sizes.get(dim, size) for dim, size in zip(array.dims, values.shape, strict=True)]
                self.arrays[name] = array
                self.values[name] = np.full(shape, blank(array.dtype), array.dtype) if self.spans(array) else values
            self._room(name, values)
            if self.spans(array):
                self.values[name][tuple(region.get(dim, slice(None)) for dim in array.dims)] = values
            else:
                self._same(name, values)
        for name, codes in part.codes.items():
            self.codes.setdefault(name, {}).update(codes)

    def spans(self, array: Array) -> bool:
        """Whether it depends on the study's axes."""
        return any(dim in self.sizes for dim in array.dims)

    def _prime(self, piece: xr.Dataset) -> None:
        """Arrays for what the first piece holds."""
        if self.arrays:
            if set(self.arrays) != {str(n) for n, v in piece.variables.items() if not self._own(str(n), v)}:
                raise AttractronError(f"a part of the study has other variables ({', '.join(map(str, piece))})")
            return
        self.attrs = dict(piece.attrs)
        for name, variable in piece.variables.items():
            if self._own(str(name), variable):
                self.labels[str(name)] = dict(variable.attrs)
                continue
            coordinate = name in piece.coords
            dims = tuple(map(str, variable.dims)) if coordinate else (*self.outer, *map(str, variable.dims))
            kept = {key: value for key, value in variable.attrs.items() if key not in ("flag_values", "flag_meanings")}
            array = Array(dims=dims, dtype=variable.dtype, attrs=kept, coordinate=coordinate)
            self.arrays[str(name)] = array
            if not self.spans(array):
                self.values[str(name)] = variable.to_numpy()
                continue
            own = dict(zip(variable.dims, variable.shape, strict=True))
            shape = tuple(self.sizes.get(dim, own.get(dim, 1)) for dim in dims)
            self.values[str(name)] = np.full(shape, blank(variable.dtype), variable.dtype)

    def _own(self, name: str, variable: xr.Variable) -> bool:
        """Whether it is an axis of the study itself."""
        return name in self.sizes and variable.dims == (name,)

    def _room(self, name: str, given: NDArray[Any]) -> None:
        """Texts may be longer than those of the first piece; numbers keep their type."""
        array = self.arrays[name]
        if given.dtype == array.dtype:
            return
        if given.dtype.kind != "U" or array.dtype.kind != "U":
            raise AttractronError(f"{name} is {given.dtype} in a part of the study and {array.dtype} in another")
        wide = np.promote_types(given.dtype, array.dtype)
        self.arrays[name] = Array(dims=array.dims, dtype=wide, attrs=array.attrs, coordinate=array.coordinate)
        self.values[name] = self.values[name].astype(wide)

    def _same(self, name: str, given: NDArray[Any]) -> None:
        known = self.values[name]
        equal = known.shape == given.shape and (known.tobytes() == given.tobytes() or bool(np.all(known == given)))
        if not equal and self.arrays[name].coordinate and self.outer:
            expected = "leave the other axes of a result as they are"
            raise InputError(f"axes[{self.outer[-1]!r}]", expected, "axes that differ from point to point")
        if not equal:
            raise AttractronError(f"{name} differs between parts of the study, though it does not depend on its axes")

    def dataset(self, axes: Mapping[str, xr.Variable]) -> xr.Dataset:
        """The result, with the study's axes as coordinates.

        Args:
            axes: coordinate → its values along a dimension of the study.
        """
        found = {name: variable(array, self.values[name], self.codes.get(name)) for name, array in self.arrays.items()}
        coords = {name: found.pop(name) for name, array in self.arrays.items() if array.coordinate}
        return xr.Dataset(found, {**axes, **coords}, self.attrs)


def variable(array: Array, values: NDArray[Any], codes: Mapping[int, str] | None) -> xr.Variable:
    """An array with its labels."""
    named = flags(dict(sorted(codes.items()))) if codes else {}
    return xr.Variable(array.dims, values, {**array.attrs, **named})


def blank(dtype: np.dtype[Any]) -> Any:
    """What stands where nothing was computed: not a number, an empty text, no."""
    if dtype.kind in "fc":
        return np.nan
    return "" if dtype.kind == "U" else np.zeros((), dtype)[()]
