"""Where the files of a run stand, that no other run writes there, and what may be overwritten."""

import tomllib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attractron.core.errors import OutputError
from attractron.core.files import owner_in
from attractron.core.remote import address_of
from attractron.studies.folders import Folder, Lock, folder_of, parted
from attractron.studies.toml import Document

LOG = ".log.jsonl"
SUMMARY = "summary.json"
INSTEAD = "choose another --out, or overwrite it with --force"

SUFFIXES = (".zarr", ".nc")
"""Of results: a store that is filled block by block, or one file that is written at the end."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The files of a run, all of them in one folder.

    Attributes:
        folder: where they are.
        result: name of the store, or of a file of NetCDF.
        picture: of the result.
        summary: the verdict, and how it came about.
        log: what happened, a line of JSON each.
    """

    folder: Folder
    result: str
    picture: str
    summary: str
    log: str

    @property
    def address(self) -> str:
        """Of the result, as it was asked for."""
        return str(self.folder.at(self.result))

    @property
    def store(self) -> str:
        """Address of the store, which workers in other folders find, too."""
        where = self.folder.at(self.result)
        return where if isinstance(where, str) else str(where.absolute())

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
        self.folder.check()
        if force:
            return
        made = owner_in(self.folder.read(self.summary), self._in, study.name, INSTEAD)
        names = self.folder.names()
        beside = [name for name in names if name.endswith(LOG) and name != self.log]
        if beside and self.summary == SUMMARY:
            raise OutputError(f"{self._in} holds what came of {beside[0].removesuffix(LOG)}: {INSTEAD}")
        if made is None and self.in_one_file and self.result in names:
            raise OutputError(f"{self.address} exists already: {INSTEAD}")
        if made is not None and self.in_one_file:
            for key, there, here in differences(str(made.get("study_text", "")), study.data):
                raise OutputError(f"{self.address} is of {key} = {there}, not {here}: {INSTEAD}")

    @property
    def _in(self) -> str:
        return str(self.folder.at("x"))[:-2]

    def clear(self) -> None:
        """Delete picture and summary of an earlier run: no file stands beside a result that it does not belong to."""
        for name in (self.picture, self.summary):
            self.folder.delete(name)

    def lock(self) -> AbstractContextManager[Lock]:
        """Held by one run at a time.

        Raises:
            OutputError: another run holds it.
        """
        return self.folder.lock(self.log.removesuffix(LOG), self.result)


def place_of(out: str | Path, stem: str, *, single: bool = False) -> Place:
    """Where a run writes: `out` is a folder, or the result itself (DIR/NAME.zarr, DIR/NAME.nc); of this machine, or an
    address that fsspec knows.

    Args:
        out: as above.
        stem: of the files in a folder.
        single: a study without axes, whose numbers are one file in any folder.

    Example:
        >>> from attractron.studies.places import place_of
        >>> place_of("s3://bucket/results", "device").address
        's3://bucket/results/device.zarr'
        >>> place_of("results/first.nc", "device").summary
        'first.summary.json'
    """
    text = address_of(out) or str(out)
    if text.endswith(SUFFIXES):
        folder, result = parted(text)
        name = result.rpartition(".")[0]
        return Place(
            folder=folder, result=result, picture=f"{name}.png", summary=f"{name}.summary.json", log=f"{name}{LOG}"
        )
    return Place(
        folder=folder_of(text),
        result=f"{stem}.nc" if single else f"{stem}.zarr",
        picture=f"{stem}.png",
        summary=SUMMARY,
        log=f"{stem}{LOG}",
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
