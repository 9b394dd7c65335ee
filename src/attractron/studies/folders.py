"""Where the bytes of a run go: a folder of this machine, or an address of an object store that fsspec knows.

Both write whole files or none: a folder by moving what is complete into its place, an object store by a PUT, which is
atomic there. Nothing else of a run knows which of them it writes to.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from attractron.core.errors import InputError, OutputError
from attractron.core.files import HIDDEN, folder, is_store, together
from attractron.core.remote import file_system, local_path
from attractron.studies.lease import Lease

UPLOADED = 10.0
"""Seconds after which lines of a log go to an object store, which takes whole files only."""


class Journal(Protocol):
    """A file that grows line by line."""

    def write(self, line: str) -> None:
        """One more line."""

    def close(self) -> None:
        """The last line is written."""


class Folder(Protocol):
    """Files by their names."""

    def at(self, name: str) -> Path | str:
        """Where a file is, for people and for what opens it."""

    def check(self) -> None:
        """See that it can be written.

        Raises:
            OutputError: it cannot.
        """

    def names(self) -> list[str]:
        """Of what is in it."""

    def read(self, name: str) -> str | None:
        """The text of a file, if there is one."""

    def delete(self, name: str) -> None:
        """A file, or a store, with all that is in it; nothing where there is none."""

    def is_store(self, name: str) -> bool:
        """Whether something is a Zarr store."""

    def journal(self, name: str) -> Journal:
        """A file to be gone on with."""

    def together(self) -> AbstractContextManager[Path]:
        """A folder of this machine whose files come here when the block ends well."""

    def lock(self, name: str, what: str) -> AbstractContextManager["Lock"]:
        """Held by one run at a time, which writes `what`.

        Raises:
            OutputError: another run holds it.
        """

    def clear(self) -> None:
        """Delete what a killed run was just writing; to be called by who holds the lock."""


class Lock(Protocol):
    """What a run holds."""

    def check(self) -> None:
        """See that it still holds it.

        Raises:
            OutputError: another run has taken it over.
        """


class _System:
    """A lock that the system lets go however its owner ends."""

    def check(self) -> None:
        """It cannot be lost."""


@dataclass(frozen=True)
class _Lines:
    path: Path

    def write(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def close(self) -> None:
        """Every line is there already."""


@dataclass(frozen=True)
class Local:
    """A folder of this machine, or one that it shares with others.

    Attributes:
        path: the folder.
    """

    path: Path

    def at(self, name: str) -> Path:
        """As `Folder` says."""
        return self.path / name

    def check(self) -> None:
        """As `Folder` says."""
        folder(self.path)

    def names(self) -> list[str]:
        """As `Folder` says."""
        return sorted(file.name for file in self.path.iterdir()) if self.path.is_dir() else []

    def read(self, name: str) -> str | None:
        """As `Folder` says."""
        try:
            return (self.path / name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """As `Folder` says."""
        target = self.path / name
        if target.is_dir():
            shutil.rmtree(target, ignore_errors=True)
        else:
            target.unlink(missing_ok=True)

    def is_store(self, name: str) -> bool:
        """As `Folder` says."""
        return is_store(self.path / name)

    def journal(self, name: str) -> Journal:
        """As `Folder` says."""
        return _Lines(self.path / name)

    def together(self) -> AbstractContextManager[Path]:
        """As `Folder` says."""
        return together(self.path)

    @contextmanager
    def lock(self, name: str, what: str) -> Iterator[Lock]:
        """As `Folder` says."""
        lock = FileLock(self.path / f".{name}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise OutputError(busy(self.at(what))) from error
        except OSError as error:
            raise OutputError(f"cannot lock {self.at(what)}: {error.strerror or error}") from error
        try:
            yield _System()
        finally:
            lock.release()

    def clear(self) -> None:
        """As `Folder` says."""
        for hidden in self.path.glob(f"{HIDDEN}*"):
            shutil.rmtree(hidden, ignore_errors=True)
        for file in self.path.glob("*.zarr/**/*.partial"):
            file.unlink(missing_ok=True)


@dataclass
class _Uploaded:
    """Lines that are put together every few seconds: what a killed run did not put is missing from its log."""

    files: Any
    address: str
    text: str
    since: float = 0.0

    def write(self, line: str) -> None:
        self.text += line + "\n"
        if time.monotonic() - self.since > UPLOADED:
            self.close()

    def close(self) -> None:
        self.files.pipe_file(self.address, self.text.encode())
        self.since = time.monotonic()


@dataclass(frozen=True)
class Remote:
    """A prefix of an object store.

    Attributes:
        address: as `s3://bucket/prefix`.
    """

    address: str

    @cached_property
    def _files(self) -> Any:
        return file_system(self.address)

    def at(self, name: str) -> str:
        """As `Folder` says."""
        return f"{self.address}/{name}"

    def check(self) -> None:
        """As `Folder` says."""
        files, probe = self._files, self.at(f"{HIDDEN}probe")
        try:
            files.pipe_file(probe, b"")
            files.rm_file(probe)
        except Exception as error:
            said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise OutputError(f"cannot write to {self.address}: {said}") from error

    def names(self) -> list[str]:
        """As `Folder` says."""
        try:
            found = self._files.ls(self.address, detail=False, refresh=True)
        except FileNotFoundError:
            return []
        return sorted(str(name).rstrip("/").rpartition("/")[2] for name in found)

    def read(self, name: str) -> str | None:
        """As `Folder` says."""
        try:
            return bytes(self._files.cat_file(self.at(name))).decode("utf-8", "replace")
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """As `Folder` says."""
        try:
            self._files.rm(self.at(name), recursive=True)
        except FileNotFoundError:
            return

    def is_store(self, name: str) -> bool:
        """As `Folder` says."""
        return bool(self._files.exists(f"{self.at(name)}/zarr.json"))

    def journal(self, name: str) -> Journal:
        """As `Folder` says."""
        return _Uploaded(self._files, self.at(name), self.read(name) or "")

    @contextmanager
    def together(self) -> Iterator[Path]:
        """As `Folder` says."""
        with tempfile.TemporaryDirectory(prefix=HIDDEN) as hidden:
            yield Path(hidden)
            for file in sorted(Path(hidden).iterdir()):
                self._files.pipe_file(self.at(file.name), file.read_bytes())

    @contextmanager
    def lock(self, name: str, what: str) -> Iterator[Lock]:
        """As `Folder` says."""
        with Lease(self._files, self.at(f".{name}.lock"), busy(self.at(what))) as lease:
            yield lease

    def clear(self) -> None:
        """As `Folder` says: a PUT that was not finished has left nothing."""


def busy(what: Path | str) -> str:
    """That another run is at it."""
    return f"another run is writing {what}: wait for it, or choose another --out"


def folder_of(place: str | Path) -> Folder:
    """A folder by its path or address.

    Raises:
        InputError: an address that fsspec does not know, or whose library is not installed.

    Example:
        >>> from attractron.studies.folders import folder_of
        >>> folder_of("s3://bucket/studies").at("device.zarr")
        's3://bucket/studies/device.zarr'
        >>> folder_of("studies").at("device.zarr").as_posix()
        'studies/device.zarr'
    """
    text = str(place)
    if "://" not in text:
        return Local(Path(place))
    path = local_path(text)
    return Remote(text.rstrip("/")) if path is None else Local(path)


def parted(place: str) -> tuple[Folder, str]:
    """The folder of a path or address, and the name in it.

    Raises:
        InputError: an address without a name.
    """
    if "://" not in place:
        return Local(Path(place).parent), Path(place).name
    head, _, name = place.rstrip("/").rpartition("/")
    if not name or head.endswith(":/"):
        raise InputError("out", "name a bucket and a place in it", repr(place), "s3://bucket/NAME.zarr")
    return folder_of(head), name
