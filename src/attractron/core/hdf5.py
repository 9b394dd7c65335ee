"""Files that make the HDF5 library run for ever or crash: tried in a copy of this process before they are opened."""

import faulthandler
import importlib
import os
import signal
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py

from attractron.core.errors import InputError

SECONDS = 5
"""Of processor time that looking through a file may take: a healthy one takes milliseconds."""

WAITED = 60
"""Seconds that it may take in all, on a busy machine or a slow disk."""

WHOLE = 1 << 22
"""Bytes of a file that is read as a whole; of a larger one the structure, and the ends of its arrays."""

UNPACKED = 1 << 28
"""Bytes of an array that is read as a whole."""

INSTEAD = "it may be truncated or damaged: make it again, or take another copy"


def check_hdf5(path: str | Path) -> None:
    """See that the HDF5 library comes back from a file, whatever it says of it.

    A damaged file may lead the library in a circle, or out of its memory, and neither can be caught in the same
    process. So a copy of this process (fork) looks first, for at most `SECONDS` of processor time. Where a process
    has no such copies, as under Windows, nothing is tried.

    Args:
        path: of an HDF5 or NetCDF-4 file.

    Raises:
        InputError: the library does not come back from it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from attractron.core.files import write_dataset
        >>> from attractron.core.hdf5 import check_hdf5
        >>> import xarray as xr
        >>> with TemporaryDirectory() as folder:
        ...     check_hdf5(write_dataset(xr.Dataset({"a": ("x", [1.0, 2.0])}), f"{folder}/a.nc"))
    """
    if not hasattr(os, "fork"):
        return
    with warnings.catch_warnings(action="ignore"):  # of threads, which the copy does not have and does not need
        child = os.fork()
    if child == 0:  # pragma: no cover (in the copy, where nothing is measured)
        _look(Path(path))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        endless = number in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL)
        got = "one in which the HDF5 library runs without end" if endless else "one in which the HDF5 library crashes"
        raise InputError(str(path), "be an HDF5 or NetCDF-4 file", got, INSTEAD)


def _look(path: Path) -> None:  # pragma: no cover
    """All that a reader may look at; never returns. What the library refuses, the reader is told again."""
    try:
        resource: Any = importlib.import_module("resource")  # there is none under Windows
        faulthandler.disable()  # a crash here is said in a line, by who waits
        for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(WAITED)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        whole = path.stat().st_size <= WHOLE
        with h5py.File(path, "r") as file:
            _look_at(file, whole=whole)
            file.visititems(lambda _name, item: _look_at(item, whole=whole))
    except BaseException:  # noqa: BLE001, S110 (the reader meets it again, where it can be told)
        pass
    finally:
        os._exit(0)


def _look_at(item: Any, *, whole: bool) -> None:  # pragma: no cover
    for name in item.attrs:
        with suppress(Exception):
            item.attrs[name]
    if not isinstance(item, h5py.Dataset) or not item.shape:
        return
    with suppress(Exception):
        if whole and item.size * item.dtype.itemsize <= UNPACKED:
            item[...]
        else:
            item[(0,) * item.ndim], item[tuple(n - 1 for n in item.shape)]
