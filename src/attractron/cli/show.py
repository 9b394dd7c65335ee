"""`attractron show`: what is in a result, and its picture."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app


@app.command()
def show(
    result: Annotated[Path, typer.Argument(metavar="RESULT.nc", help="A result file.")],
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Write its picture: .png, .pdf or .svg.")
    ] = None,
) -> None:
    """Tell what is in a result file, and draw its picture."""
    from attractron import plotting
    from attractron.core.files import read_dataset

    if png is not None:
        plotting.picture_format(png)
    dataset = read_dataset(result)
    console.describe(dataset)
    if png is not None:
        console.say(f"Wrote {plotting.save(plotting.picture(dataset), png)}")
    elif plotting.main_variable(dataset) is not None:
        draw = ["attractron", "show", str(result), "--png", result.with_suffix(".png").name]
        console.say(f"\nIts picture: {shlex.join(draw)}")
