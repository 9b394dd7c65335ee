"""Studies where they are kept: in files of their own, or in the results that they made."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attractron.core.errors import InputError
from attractron.core.files import read_attributes
from attractron.core.remote import address_of, local_path
from attractron.studies.toml import Document, parse_toml, read_toml

NETCDF = b"\x89HDF\r\n\x1a\n"
"""First bytes of a result."""


def document_of(path: str | Path) -> Document:
    """A study file, or the study in a result: a file, a store (also by its address) or the folder of a run.

    Raises:
        InputError: there is no such file, it is neither, or a result of no study.
    """
    address = address_of(path)
    if address is not None and local_path(address) is None:
        return stored_study(read_attributes(address), address)
    source = Path(path)
    if not source.is_dir() and not (source.is_file() and _begins_as_result(source)):
        return read_toml(path)
    return stored_study(read_attributes(source), source.name)


def _begins_as_result(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(NETCDF)) == NETCDF
    except OSError:
        return False  # reading it as a study says why


def stored_study(attributes: Mapping[str, Any], name: str) -> Document:
    """The study that the attributes of a result hold; `name` stands for the file.

    Raises:
        InputError: they hold none.
    """
    text = attributes.get("study")
    if not isinstance(text, str):
        expected = "be the result of a study (with the attribute `study`)"
        raise InputError(name, expected, "none", "results of `attractron run` have it")
    return parse_toml(text, name=f"{Path(name).stem}.toml")
