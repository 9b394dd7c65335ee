"""Axes around a question: knobs that it takes one value at a time, answered point by point and put together."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, Literal

import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import over_axes
from attractron.core.results import flag_names, flags, to_json

Answer = Callable[[Mapping[str, ArrayLike], dict[str, float]], xr.Dataset]
"""(the other axes, values of the knobs around) → result."""


def asked_around(
    axes: Mapping[str, ArrayLike] | None, knobs: Mapping[str, tuple[str, str]], answer: Answer
) -> xr.Dataset | None:
    """The answer over all axes where some name knobs around the question, None where none does.

    Attributes are those of the first point, but that options do not name what varies.

    Args:
        axes: as a user gave them.
        knobs: name → (unit, long name), of what the question itself takes one value at a time.
        answer: what asks the question itself.

    Raises:
        InputError: as `attractron.core.axes.over_axes`, and as the question.
    """
    if not isinstance(axes, Mapping) or not any(name in knobs for name in axes):
        return None
    outer = over_axes("axes", {name: values for name, values in axes.items() if name in knobs}, knobs)
    rest = {name: values for name, values in axes.items() if name not in knobs}
    points = product(*(values.tolist() for values in outer.swept.values()))
    results = [answer(rest, {**outer.fixed, **dict(zip(outer.dims, point, strict=True))}) for point in points]
    for name, values in reversed(outer.swept.items()):
        unit, long_name = knobs[name]
        index = xr.DataArray(xr.Variable(name, values, {"units": unit, "long_name": long_name}), name=name, dims=name)
        parts = range(0, len(results), values.size)
        results = [concatenated(results[start : start + values.size], index, data_vars="all") for start in parts]
    (whole,) = results
    dims = [name for name in axes if name in whole.dims]
    own = [name for name in whole.dims if name not in dims]
    whole = whole.transpose(*own, *dims)
    return whole.assign_attrs(options=without(str(whole.attrs["options"]), outer.dims))


def without(options: str, varied: Sequence[str]) -> str:
    """The options of one point, JSON, as those of all: without what varies.

    >>> without('{"temperature": 0.1, "fixed": {"V": 1.0}}', ("temperature",))
    '{"fixed": {"V": 1.0}}'
    """
    held: dict[str, Any] = {name: value for name, value in json.loads(options).items() if name not in varied}
    if isinstance(held.get("fixed"), dict):
        held["fixed"] = {name: value for name, value in held["fixed"].items() if name not in varied}
    return to_json(held)


def concatenated(
    parts: list[xr.Dataset], dim: str | xr.DataArray, *, data_vars: Literal["minimal", "all"]
) -> xr.Dataset:
    """Parts end to end; what does not depend on the axis must be the same in all of them.

    Raises:
        ValueError: of xarray: other axes differ from part to part.
    """
    whole = xr.concat(
        parts, dim=dim, data_vars=data_vars, coords="minimal", compat="equals", join="exact", combine_attrs="override"
    )
    for name, variable in whole.data_vars.items():
        if "flag_values" in variable.attrs:  # a part names only the codes that it contains
            codes = {code: text for part in parts for code, text in flag_names(part[name]).items()}
            variable.attrs.update(flags(dict(sorted(codes.items()))))
    return whole
