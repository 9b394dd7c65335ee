"""Files: written whole or not at all, read with an error that says what is wrong.

`atomic` is for one file, `together` for several that belong together: all of them are written, or none.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np
import xarray as xr

from attractron.core.errors import InputError, OutputError
from attractron.core.hdf5 import check_hdf5
from attractron.core.remote import address_of, file_system, local_path

Part = TypeVar("Part")

IN_MEMORY = 1 << 26
"""Largest result in bytes that is made in memory before it is written."""

COMPRESSED = 1000
"""Values of an array beyond which it is compressed in a file."""

ORDER = "variables"
"""Attribute of a store of ours: its variables in the order of the result; a folder has none."""

COMPUTED = "computed"
"""Variable of a result that is not complete: which points have a value."""

AGAIN, MOMENT = 20, 0.1
"""So often, and so many seconds apart, a store is read again that is just made larger."""

HIDDEN = ".attractron."
"""How folders begin in which files wait until all of them are written."""


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """A temporary path beside `path` that replaces it when the block ends well and vanishes when it does not.

    Raises:
        OutputError: the folder cannot be written, or the disk is full; nothing half-written stays.
    """
    target = Path(path)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=target.suffix, dir=target.parent)
        os.close(descriptor)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {_reason(error)}") from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {_reason(error)}") from error
    finally:
        temporary.unlink(missing_ok=True)


def folder(path: str | Path) -> Path:
    """The folder, made if need be and shown to be writable, before any work starts.

    Raises:
        OutputError: it is a file, or cannot be made or written.
    """
    target = Path(path)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target, prefix=".probe."):
            pass
    except OSError as error:
        raise OutputError(f"cannot write to the folder {target}: {_reason(error)}") from error
    return target


@contextmanager
def together(path: str | Path) -> Iterator[Path]:
    """A hidden folder whose files move to the folder `path` when the block ends well and vanish when it does not.

    Args:
        path: the folder; it is made when there is none. Files of the same names in it are replaced.

    Raises:
        OutputError: the folder cannot be written, or the disk is full; what was there before stays.
    """
    target = folder(path)
    with tempfile.TemporaryDirectory(dir=target, prefix=HIDDEN) as name:
        hidden = Path(name)
        try:
            yield hidden
            for file in sorted(hidden.iterdir()):
                file.replace(target / file.name)
        except OutputError as error:
            raise OutputError(str(error).replace(str(hidden), str(target))) from error
        except OSError as error:
            raise OutputError(f"cannot write to the folder {target}: {error.strerror or error}") from error


def check_owner(summary: Path, name: str, instead: str = "choose another --out") -> dict[str, Any] | None:
    """What a summary says of the run that wrote it; None where there is none. Files of one run never replace another's.

    Args:
        summary: a `summary.json`, which names the study or the measured file that it is about.
        name: of the study or file that is to be written about.
        instead: what to do.

    Raises:
        OutputError: it is about another one.
    """
    text = summary.read_text(encoding="utf-8", errors="replace") if summary.exists() else None
    return owner_in(text, str(summary.parent), name, instead)


def owner_in(text: str | None, place: str, name: str, instead: str) -> dict[str, Any] | None:
    """As `check_owner`, of the text of a summary in a place, if there is one."""
    if text is None:
        return None
    try:
        content: Any = json.loads(text)
    except ValueError:
        content = {}
    made = content if isinstance(content, dict) else {}
    owner = made.get("study") or made.get("file") or "another program"
    if owner != name:
        raise OutputError(f"{place} holds what came of {owner}: {instead}")
    return made


def write_text(path: str | Path, text: str) -> Path:
    """Write text atomically, as UTF-8."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return Path(path)


def write_dataset(result: xr.Dataset, path: str | Path) -> Path:
    """Write a result as NetCDF-4, atomically; large arrays of numbers are compressed.

    HDF5 cannot recover from a disk that fills while it closes a file, so nothing is written through it to a disk that
    may fill: small results are made in memory, for large ones the space is reserved first.
    """
    packed = {
        name: {"zlib": True, "complevel": 1, "shuffle": True}
        for name, variable in result.variables.items()
        if variable.size > COMPRESSED and variable.dtype.kind in "biuf"
    }
    with atomic(path) as temporary:
        if result.nbytes <= IN_MEMORY:
            temporary.write_bytes(bytes(result.to_netcdf(engine="h5netcdf", encoding=packed)))
        else:
            _reserve(temporary, result.nbytes + IN_MEMORY // 4)
            result.to_netcdf(temporary, engine="h5netcdf", encoding=packed)
    return Path(path)


def _reserve(path: Path, size: int) -> None:
    """Fill a file with zeros, so that a lack of space shows as an OSError."""
    chunk = bytes(1 << 20)
    with path.open("wb") as file:
        for _ in range(-(-size // len(chunk))):
            file.write(chunk)


def read_attributes(path: str | Path) -> dict[str, Any]:
    """The attributes of a result, without its numbers.

    Raises:
        InputError: as `read_dataset`.
    """
    return _read(path, lambda opened: dict(opened.attrs))


def open_store(address: str | Path, group: str | None = None) -> xr.Dataset:
    """A Zarr store as xarray reads it: values each time they are looked at, texts and flags as in every result."""
    kind = {"consolidated": False, "zarr_format": 3}
    found = xr.open_dataset(str(address), engine="zarr", group=group, chunks=None, cache=False, backend_kwargs=kind)
    for name, variable in found.variables.items():
        if variable.dtype.kind == "T":  # of any length
            texts = variable.copy(data=np.array(variable.to_numpy().tolist(), dtype=str).reshape(variable.shape))
            found = (found.assign_coords if name in found.coords else found.assign)({name: texts})
        if "flag_values" in variable.attrs:  # JSON knows lists only
            found[name].attrs["flag_values"] = np.array(variable.attrs["flag_values"], dtype=np.int32)
    order = [name for name in found.attrs.pop(ORDER, ()) if name in found.data_vars]
    return found[[*order, *(name for name in found.data_vars if name not in order)]] if order else found


def read_dataset(path: str | Path, part: Callable[[xr.Dataset], xr.Dataset] | None = None) -> xr.Dataset:
    """Read a result into memory: a file of NetCDF-4, a Zarr store, or the folder of a run that holds one of them.

    Args:
        path: of the result.
        part: takes what is wanted of it; nothing else is read.

    Raises:
        InputError: there is no such file, or it is not a readable result; what `part` raises.
    """

    def loaded(opened: xr.Dataset) -> xr.Dataset:
        if COMPUTED in opened:  # before the values: of a store that is being written, what it says is there then
            opened = opened.assign({COMPUTED: opened[COMPUTED].load()})
        return (opened if part is None else part(opened)).load()

    return _read(path, loaded)


def _read(path: str | Path, part: Callable[[xr.Dataset], Part]) -> Part:
    """A part of a result file."""
    address = address_of(path)
    if address is not None and local_path(address) is None:
        return _read_remote(address, part)
    source = result_in(Path(path) if address is None else local_path(address) or Path(path))
    if source.is_dir():
        if not is_store(source):
            raise InputError(str(source), "be a result file or the folder of one run", "a folder")
        try:
            return _while_it_grows(source, part)
        except InputError:
            raise
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            remedy = "run its study again: what is damaged is computed again"
            raise InputError(
                str(source), "be a Zarr store", f"one that cannot be read ({_reason(error)})", remedy
            ) from error
    if not source.is_file():
        raise InputError(str(source), "be a result file", "no such file")
    check_hdf5(source)
    try:
        with h5py.File(source, "r") as file:
            file.attrs.get("_nc3_strict")  # where this fails, h5netcdf leaves half an object that complains at its end
        with xr.open_dataset(source, engine="h5netcdf") as opened:
            return part(opened)
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise InputError(
            str(source),
            "be a NetCDF-4 file",
            f"one that cannot be read ({_reason(error)})",
            "it may be truncated: make it again",
        ) from error


def _read_remote(address: str, part: Callable[[xr.Dataset], Part]) -> Part:
    """A part of a store in an object store, of the one that is there, or of a file that is fetched."""
    files, source = file_system(address), address.rstrip("/")
    try:
        if source.endswith(".nc"):
            with tempfile.TemporaryDirectory() as folder:
                local = Path(folder) / source.rpartition("/")[2]
                files.get(source, str(local))
                return _read(local, part)
        if not files.exists(f"{source}/zarr.json"):
            found = [str(name).rstrip("/").rpartition("/")[2] for name in files.ls(source, detail=False)]
            stores = [name for name in found if name.endswith(".zarr")]
            if len(stores) != 1:
                raise InputError(address, "be a Zarr store, or where one run wrote", f"{len(stores)} of them")
            source = f"{source}/{stores[0]}"
        return part(open_store(source))
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(address, "be a Zarr store or a NetCDF-4 file", "nothing there") from None
    except Exception as error:
        raise InputError(
            address, "be a Zarr store", f"one that cannot be read ({type(error).__name__}: {_reason(error)})"
        ) from error


def _while_it_grows(store: Path, part: Callable[[xr.Dataset], Part]) -> Part:
    """A part of a store, which may just be made larger: its arrays agree in their sizes a moment later."""
    for _ in range(AGAIN):
        try:
            return part(open_store(store))
        except ValueError as error:
            if "conflicting sizes" not in str(error):
                raise
            time.sleep(MOMENT)
    return part(open_store(store))


def is_store(path: Path) -> bool:
    """Whether a folder is a Zarr store."""
    return any((path / name).is_file() for name in ("zarr.json", ".zgroup"))


def result_in(path: Path) -> Path:
    """The result in the folder of a run; any other path as it is."""
    if not path.is_dir() or is_store(path):
        return path
    found = [*path.glob("*.zarr"), *path.glob("*.nc")]
    return found[0] if len(found) == 1 else path


def _reason(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(text.split())[:200]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
