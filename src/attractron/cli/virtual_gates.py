"""`attractron virtual-gates`: the matrix of several readings."""

from pathlib import Path
from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app


@app.command("virtual-gates")
def virtual_gates(
    results: Annotated[
        list[Path], typer.Argument(metavar="RESULT.nc...", help="Readings of vertices or honeycombs, two gates each.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The matrix, to paste into other software.")
    ] = Path("virtual-gates.json"),
) -> None:
    """Join readings of vertices to the matrix of their virtual gates."""
    from attractron.core.files import read_dataset, write_text
    from attractron.readout import virtual_gates as matrix_of
    from attractron.readout.virtual_gates import as_text

    found = matrix_of(*(read_dataset(path) for path in results))
    console.say(found.attrs["summary"])
    console.say(f"Wrote {write_text(out, as_text(found))}")
