"""`attractron cite`: the publications that results rest on."""

from pathlib import Path
from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app
from attractron.core.errors import InputError


@app.command()
def cite(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="[RESULT.nc | KEY]...", help="Result files or keys; all by default.")
    ] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="As BibTeX.")] = False,
) -> None:
    """Print the publications that a result rests on, or all of them."""
    from attractron.core.references import REFERENCES, reference

    keys = [key for entry in what or REFERENCES for key in _keys(entry)]
    for key in dict.fromkeys(keys):
        entry = reference(key)
        console.say(console.bibtex(key, entry) if bibtex else f"{key}: {entry} Used for {entry.used_for}.")


def _keys(entry: str) -> list[str]:
    """The references of a result file, this package where it names none, or the key itself."""
    from attractron.core.files import read_dataset

    if not (entry.endswith((".nc", ".zarr")) or Path(entry).exists()):
        return [entry]
    attributes = read_dataset(entry).attrs
    if "references" not in attributes:
        raise InputError(entry, "be a result of attractron (with the attribute `references`)", "none")
    return [key for key in str(attributes["references"]).split(", ") if key] or ["attractron"]
