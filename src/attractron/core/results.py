"""Labelled results: every variable has units and a long name, every result says how it was made.

Attributes hold text, numbers and lists of them only; parameters are JSON text, so that a result survives NetCDF
and Zarr.
"""

import json
import platform
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.version import __version__

PACKAGES = ("numpy", "scipy", "xarray", "h5netcdf", "h5py", "pydantic", "matplotlib")
"""Those on which numbers, files and pictures depend."""

Variable = tuple[tuple[str, ...] | str, Any, str, str]
"""Dimensions, data, units, long name."""


def dataset(
    variables: Mapping[str, Variable],
    coords: Mapping[str, Variable],
    *,
    question: str,
    parameters: Mapping[str, Any],
    method: str,
    validity: Iterable[str],
    references: Iterable[str],
    options: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """Assemble a labelled result.

    Args:
        variables: name → (dimensions, data, units, long name); dimensionless quantities have units "1".
        coords: the same for coordinates.
        question: qualified name of the function that answers, e.g. "dots.stability_diagram".
        parameters: the model's parameters (JSON-safe).
        method: how it was computed, in a phrase.
        validity: the approximations made and the range in which they hold, one sentence each.
        references: keys of `attractron.core.references.REFERENCES`.
        options: the options of the question (JSON-safe).

    Returns:
        Dataset with `units` and `long_name` on everything and the provenance in `attrs`.

    Raises:
        InputError: an axis, whose name may be the user's, is called as a variable or a dimension of the result is.
    """
    _check_names(variables, coords)

    def labelled(entry: Variable) -> xr.Variable:
        dims, data, units, long_name = entry
        return xr.Variable(dims, data, {"units": units, "long_name": long_name})

    return xr.Dataset(
        {name: labelled(entry) for name, entry in variables.items()},
        {name: labelled(entry) for name, entry in coords.items()},
        {
            "question": question,
            "method": method,
            "parameters": to_json(parameters),
            "options": to_json(options or {}),
            "validity": " ".join(validity),
            "references": ", ".join(references),
            "attractron_version": __version__,
        },
    )


def _check_names(variables: Mapping[str, Variable], coords: Mapping[str, Variable]) -> None:
    sizes: dict[str, int] = {}
    for name, (dims, data, _, _) in (*coords.items(), *variables.items()):
        for dim, size in zip((dims,) if isinstance(dims, str) else dims, np.shape(data), strict=False):
            if sizes.setdefault(dim, size) != size:
                raise InputError("axis", "have a name that is not the result's own", repr(dim), "rename it")
        if name in coords and name in variables:
            raise InputError("axis", "have a name that is not the result's own", repr(name), "rename it")


def provenance() -> dict[str, str]:
    """When something is made, and with which versions."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "attractron": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        **{name: version(name) for name in PACKAGES},
    }


def flags(codes: Mapping[int, str]) -> dict[str, Any]:
    """CF attributes of an integer-coded variable: `flag_values` and `flag_meanings` (spaces in names become `_`)."""
    return {
        "flag_values": np.array(list(codes), dtype=np.int32),
        "flag_meanings": " ".join(name.replace(" ", "_") for name in codes.values()),
    }


def flag_names(variable: xr.DataArray) -> dict[int, str]:
    """Code → name of a variable that was labelled with `flags`."""
    values = np.atleast_1d(variable.attrs["flag_values"])
    return dict(zip((int(value) for value in values), str(variable.attrs["flag_meanings"]).split(), strict=True))


def to_json(values: Mapping[str, Any]) -> str:
    """Parameters as one line of JSON; arrays and NumPy scalars become lists and numbers."""
    return json.dumps(values, default=_plain, ensure_ascii=False)


def parameters_of(result: xr.Dataset) -> dict[str, Any]:
    """The parameters that a result was computed with."""
    if "parameters" not in result.attrs:
        raise InputError(
            "result",
            "be a result of attractron (with the attribute `parameters`)",
            f"attributes {list(result.attrs)}",
        )
    return dict(json.loads(result.attrs["parameters"]))


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not JSON-safe")


def with_error(
    name: str, value: Any, error: Any, unit: str, text: str, dims: tuple[str, ...] = ()
) -> dict[str, Variable]:
    """A number and its `_uncertainty` as variables for `dataset`.

    Example:
        >>> from attractron.core.results import with_error
        >>> list(with_error("W", 0.8, 0.1, "meV", "interaction"))
        ['W', 'W_uncertainty']
    """
    return {name: ((), value, unit, text), f"{name}_uncertainty": ((), error, unit, f"uncertainty of the {text}")}


def quoted(result: xr.Dataset, name: str, unit: str, factor: float = 1.0) -> str:
    """A number of a result as text, value and `_uncertainty` both to the second digit of the uncertainty.

    Args:
        result: with the variables `name` and the same with `_uncertainty`.
        name: of the number.
        unit: to be written behind it.
        factor: from the variable's unit to that one.
    """
    value, uncertainty = factor * float(result[name]), factor * float(result[f"{name}_uncertainty"])
    if not 0 < uncertainty < np.inf:
        return f"{value:.5g} {unit}"
    digits = max(0, 1 - int(np.floor(np.log10(uncertainty))))
    return f"{value:.{digits}f} ± {uncertainty:.{digits}f} {unit}"
