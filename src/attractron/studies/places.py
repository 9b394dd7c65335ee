"""Where the files of a run stand, that no other run writes there, and what may be overwritten."""

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from attractron.core.errors import InputError, OutputError
from attractron.core.files import HIDDEN, check_owner, folder
from attractron.studies.toml import Document

LOG = ".log.jsonl"
SUMMARY = "summary.json"
INSTEAD = "choose another --out, or overwrite it with --force"

SUFFIXES = (".zarr", ".nc")
"""Of results: a store that is filled block by block, or one file that is written at the end."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The files of a run.

    Attributes:
        result: the store, or a file of NetCDF.
        picture: of the result.
        summary: the verdict, and how it came about.
        log: what happened, a line of JSON each.
    """

    result: str
    picture: Path
    summary: Path
    log: Path

    @property
    def folder(self) -> Path:
        """The folder of them."""
        return self.summary.parent

    @property
    def store(self) -> str:
        """The folder of the store, which workers in other folders find, too."""
        return str(Path(self.result).absolute())

    @property
    def in_one_file(self) -> bool:
        """Whether the result is written as NetCDF at the end."""
        return self.result.endswith(".nc")

    def check(self, study: Document, *, force: bool) -> None:
        """Make the folder, and look whether the files of another run are in the way.

        Raises:
            OutputError: the folder cannot be written; it holds the files of another run, or of this study with other
                numbers, and `force` was not said.
        """
        folder(self.folder)
        if force:
            return
        made = check_owner(self.summary, study.name, INSTEAD)
        beside = [file.name for file in self.folder.glob(f"*{LOG}") if file != self.log]
        if beside and self.summary.name == SUMMARY:
            raise OutputError(f"{self.folder} holds what came of {beside[0].removesuffix(LOG)}: {INSTEAD}")
        if made is None and self.in_one_file and Path(self.result).exists():
            raise OutputError(f"{self.result} exists already: {INSTEAD}")
        if made is not None and self.in_one_file:
            for key, there, here in differences(str(made.get("study_text", "")), study.data):
                raise OutputError(f"{self.result} is of {key} = {there}, not {here}: {INSTEAD}")

    def clear(self) -> None:
        """Delete picture and summary of an earlier run: no file stands beside a result that it does not belong to."""
        for file in (self.picture, self.summary):
            file.unlink(missing_ok=True)

    def clear_leftovers(self) -> None:
        """Delete what a killed run was just writing into its folder; to be called by who holds the lock."""
        for hidden in self.folder.glob(f"{HIDDEN}*"):
            shutil.rmtree(hidden, ignore_errors=True)

    def lock(self) -> FileLock:
        """Held by one run at a time, and let go by the system however that ends.

        Raises:
            OutputError: another run holds it.
        """
        lock = FileLock(self.folder / f".{self.log.name.removesuffix(LOG)}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise OutputError(f"another run is writing {self.result}: wait for it, or choose another --out") from error
        except OSError as error:
            raise OutputError(f"cannot lock {self.result}: {error.strerror or error}") from error
        return lock


def place_of(out: str | Path, stem: str, *, single: bool = False) -> Place:
    """Where a run writes: `out` is a folder, or the result itself (DIR/NAME.zarr, DIR/NAME.nc).

    Args:
        out: as above.
        stem: of the files in a folder.
        single: a study without axes, whose numbers are one file in any folder.

    Example:
        >>> from attractron.studies.places import place_of
        >>> place_of("results", "device").result
        'results/device.zarr'
        >>> place_of("results/first.nc", "device").summary.name
        'first.summary.json'
    """
    text = str(out)
    if "://" in text:
        raise InputError("out", "be a folder or a file of a file system", repr(text), "mount the store's address")
    path = Path(out)
    if path.suffix in SUFFIXES:
        name = path.with_suffix("").name
        return Place(
            result=str(path),
            picture=path.with_name(f"{name}.png"),
            summary=path.with_name(f"{name}.summary.json"),
            log=path.with_name(f"{name}{LOG}"),
        )
    return Place(
        result=str(path / (f"{stem}.nc" if single else f"{stem}.zarr")),
        picture=path / f"{stem}.png",
        summary=path / SUMMARY,
        log=path / f"{stem}{LOG}",
    )


def differences(there: str, here: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """What differs between the text of a study and a document: dotted key, value there, value here; None for nothing.

    Example:
        >>> from attractron.studies.places import differences
        >>> differences("kind = 'chain'\\nmodel.W = 1", {"kind": "chain", "model": {"W": 2}})
        [('model.W', 1, 2)]
    """
    try:
        before, now = _flat(tomllib.loads(there)), _flat(here)
    except tomllib.TOMLDecodeError:
        return [("study", "no study", "one")]
    keys = dict.fromkeys([*before, *now])
    return [(key, before.get(key), now.get(key)) for key in keys if before.get(key) != now.get(key)]


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A document as dotted key → value."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        found.update(_flat(value, f"{name}.") if isinstance(value, dict) else {name: value})
    return found
