"""MATLAB's files: version 7.3, which is HDF5, and the older ones that SciPy reads."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from attractron.readout.files.containers import Array, Arrays, Contents, short_names
from attractron.readout.files.limits import check_array
from attractron.readout.files.units import split_unit

CLASS = "MATLAB_class"
"""Attribute of every variable of a file of version 7.3."""

HIDDEN = ("#refs#", "#subsystem#")
"""Groups in which MATLAB keeps cells and objects."""

UNITS = ("unit", "units")
VALUES = ("value", "values", "data", "val")
"""Fields of a structure that describes one array."""


def wrote(file: Any) -> bool:
    """The file is MATLAB's."""
    return any(CLASS in item.attrs for item in file.values())


def complex_numbers(records: NDArray[Any]) -> NDArray[Any] | None:
    """Records of a real and an imaginary part as complex numbers, None where they are others."""
    names = records.dtype.names or ()
    if len(names) != 2 or [name.lower()[:1] for name in names] not in (["r", "i"], ["re", "im"]):
        return None
    if [name.lower() for name in names] not in (["real", "imag"], ["r", "i"], ["re", "im"]):
        return None
    return np.asarray(records[names[0]] + 1j * records[names[1]])


def arrays(file: Any) -> Arrays:
    """Variables of version 7.3, fields of structures by "structure/field".

    MATLAB stores an array column by column, so that HDF5 sees it transposed; text as the numbers of its letters.
    """
    return _described(_tree(file, file))


def read_mat(path: Path, wanted: str | None = None) -> Contents:
    """Variables of a file of version 4 to 7."""
    from scipy.io import loadmat, whosmat

    for name, shape, _ in whosmat(path):
        check_array(path, name, shape, 8)
    loaded = loadmat(path, simplify_cells=True)
    return _described({name: value for name, value in loaded.items() if not name.startswith("__")}), {}


def _tree(group: Any, file: Any) -> dict[str, Any]:
    """Variables by name: arrays, texts, and structures as the same again."""
    found: dict[str, Any] = {}
    for name, item in group.items():
        if name in HIDDEN:
            continue
        found[name] = _tree(item, file) if isinstance(item, h5py.Group) else _variable(item, file)
    return found


def _variable(item: Any, file: Any) -> Any:
    """An array as MATLAB shows it, a text, or a list of what the cells of a cell array hold."""
    kind = item.attrs.get(CLASS, b"")
    kind = kind.decode() if isinstance(kind, bytes) else str(kind)
    if item.shape is None or "MATLAB_empty" in item.attrs:
        return "" if kind == "char" else np.empty(0)
    raw = item[()]
    if h5py.check_ref_dtype(item.dtype) is not None:
        cells = [file[reference] for reference in np.ravel(raw) if reference]
        return [_tree(cell, file) if isinstance(cell, h5py.Group) else _variable(cell, file) for cell in cells]
    if kind == "char":
        return "".join(map(chr, np.ravel(raw)))
    values = complex_numbers(raw) if raw.dtype.names is not None else raw
    return np.transpose(raw if values is None else values)


def _described(tree: Mapping[str, Any]) -> Arrays:
    """Arrays of all structures; units are those in the names, in a field `unit`, or in a variable named NAME_unit."""
    found: Arrays = {}
    _walk(tree, "", found)
    return short_names(found)


def _walk(tree: Mapping[str, Any], prefix: str, found: Arrays) -> None:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            _walk(value, f"{prefix}{key}/", found)
        elif isinstance(value, list) or (isinstance(value, np.ndarray) and value.dtype == object):
            cells = value if isinstance(value, list) else value.ravel().tolist()
            _walk({f"{key}{number}": cell for number, cell in enumerate(cells, start=1)}, prefix, found)
        elif isinstance(value, np.ndarray) and value.ndim > 0:
            own = _own_unit(tree, key) if prefix else None
            name = prefix.rstrip("/") if own else f"{prefix}{split_unit(key)[0]}"
            array = _squeezed(key, value)
            found[name] = replace(array, unit=array.unit or own or _unit_beside(tree, key))


def _own_unit(tree: Mapping[str, Any], key: str) -> str | None:
    """The unit of a structure that describes one array: it has fields for values and unit."""
    arrays = [value for value in tree.values() if isinstance(value, np.ndarray) and value.ndim > 0]
    units = [value for name, value in tree.items() if name.lower() in UNITS and isinstance(value, str) and value]
    return units[0] if units and len(arrays) == 1 and key.lower() in VALUES else None


def _unit_beside(tree: Mapping[str, Any], key: str) -> str | None:
    """The unit of an array in a variable NAME_unit, or in a structure of units."""
    for ending in UNITS:
        beside, listed = tree.get(f"{key}_{ending}"), tree.get(ending)
        found = beside if isinstance(beside, str) else listed.get(key) if isinstance(listed, Mapping) else None
        if isinstance(found, str) and found:
            return found
    return None


def _squeezed(label: str, values: NDArray[Any]) -> Array:
    """Rows and columns of numbers as lines: MATLAB has no arrays of one dimension."""
    line = values.ravel() if values.ndim == 2 and 1 in values.shape else values
    return Array(values=line, unit=split_unit(label)[1])
