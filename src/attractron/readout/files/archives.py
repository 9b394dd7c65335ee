"""Files that are somewhere else, or packed: at a URL, in a zip archive, behind `.gz`."""

import gzip
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from attractron.core.errors import InputError
from attractron.core.files import is_store, result_in
from attractron.readout.files.formats import FORMATS, PACKED
from attractron.readout.files.limits import check_package, unpacked

GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
"""First bytes of what is packed; the second of an archive that is empty."""

BROKEN = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What unpacking raises at files that are cut off, damaged, or locked with a password."""

LISTED = 12
"""Files of an archive that an error lists."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_url(path: str | Path) -> bool:
    """A path that names where a file is fetched from: "https://…", "s3://…"."""
    return isinstance(path, str) and _URL.match(path) is not None


def file_name(path: str | Path) -> str:
    """The name of a file, of one at a URL without what stands behind "?" or "#"."""
    return Path(re.split(r"[?#]", path)[0] if isinstance(path, str) and is_url(path) else path).name


@contextmanager
def opened(path: str | Path) -> Iterator[Path]:
    """The file as it can be read here: fetched and unpacked where need be.

    Raises:
        InputError: no such file, a folder, an empty file, an archive without a file of data or with several, a file at
            a URL that cannot be fetched.
    """
    with TemporaryDirectory(prefix="attractron-") as folder:
        shown = str(path)
        local, inside = (_fetched(shown, Path(folder) / "fetched"), "") if is_url(path) else _there(Path(path))
        if local.is_dir():
            yield local
            return
        for depth in range(3):  # a zip archive of files that are packed themselves
            try:
                packed = _unpacked(local, Path(folder) / str(depth), shown, inside)
            except InputError as error:
                argument = shown if error.argument == "the package" else error.argument
                raise InputError(argument, error.expected, error.got, error.remedy) from None
            except BROKEN as error:
                reason = " ".join(str(error).split())[:120]
                raise InputError(shown, "be a readable compressed file", f"({reason})", "it may be cut off") from error
            if packed is None:
                break
            local, inside = packed, ""
        if local.stat().st_size == 0:
            raise InputError(shown, "hold data", "an empty file")
        yield local


def _there(path: Path) -> tuple[Path, str]:
    """A file and "", or an archive and the name of a file in it ("runs.zip/17.nc")."""
    if path.is_dir():
        store = result_in(path)
        if is_store(store):
            return store, ""
        raise InputError(str(path), "be a file, or a Zarr store", "a folder")
    if path.exists():
        return path, ""
    for parent in path.parents:
        if parent.is_file() and zipfile.is_zipfile(parent):
            return parent, path.relative_to(parent).as_posix()
    raise InputError(str(path), "be a file", "no such file")


def _fetched(url: str, folder: Path) -> Path:
    try:
        import fsspec
    except ImportError:
        remedy = 'install it with pip install "attractron[remote]", or fetch the file first'
        raise InputError(url, "be a file on this machine, without fsspec", "a URL", remedy) from None
    folder.mkdir()
    local = folder / (file_name(url) or "data")
    try:
        with fsspec.open(url, "rb") as remote, local.open("wb") as file:
            shutil.copyfileobj(remote, file)
    except ImportError as error:  # the part of fsspec for this kind of URL
        reason = " ".join(str(error).split())
        raise InputError(url, "be a URL that fsspec can open here", f"({reason})", "or fetch the file first") from error
    except Exception as error:  # each kind of server fails with errors of its own
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:160]
        raise InputError(url, "be a file that can be fetched", f"({reason})") from error
    return local


def _unpacked(path: Path, folder: Path, shown: str, inside: str) -> Path | None:
    """What a packed file holds, None where it is not packed."""
    with path.open("rb") as file:
        first = file.read(4)
    if first.startswith(GZIP) or path.suffix.lower() == ".gz":
        folder.mkdir()
        local = folder / (path.name[:-3] if path.suffix.lower() == ".gz" else path.name)
        with gzip.open(path) as packed, local.open("wb") as file:
            unpacked(packed, file, path.stat().st_size)
        return local
    if first not in ZIP or not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        name = _member(archive, shown, inside)
        if name is None:
            return None
        entry = archive.getinfo(name)
        check_package(entry.file_size, entry.compress_size)
        folder.mkdir()
        local = folder / PurePosixPath(name).name
        with archive.open(name) as packed, local.open("wb") as file:
            unpacked(packed, file, entry.compress_size)
    return local


def _member(archive: zipfile.ZipFile, shown: str, inside: str) -> str | None:
    """The one file of data of an archive, or the one that is asked for; None where its arrays are those of NumPy."""
    files = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    files = [name for name in files if not (name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("."))]
    if inside:
        fitting = [name for name in files if name == inside] or [name for name in files if name.endswith(f"/{inside}")]
        if len(fitting) == 1:
            return fitting[0]
        raise InputError(shown, f"be one of the files of the archive: {_listed(files)}", repr(inside))
    if files and all(name.endswith(".npy") for name in files):
        return None
    if "[Content_Types].xml" in files:
        raise InputError(shown, "be a file of data", "a workbook of Excel or the like", "save it as CSV")
    endings = (*(ending for each in FORMATS for ending in each.endings), *PACKED)
    known = [name for name in files if name.lower().endswith(endings)]
    data = files if len(files) == 1 else known
    if not files:
        raise InputError(shown, "hold a file of data", "an empty archive")
    if len(data) != 1:
        listed = data or files
        raise InputError(
            shown, "hold one file of data", f"{len(listed)} ({_listed(listed)})", f"name one: {shown}/{listed[0]}"
        )
    return data[0]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:LISTED]) + (f", … ({len(names)} in all)" if len(names) > LISTED else "")
