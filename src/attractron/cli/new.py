"""`attractron new`: study files to start from."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app
from attractron.core.errors import OutputError


@app.command()
def new(
    kind: Annotated[str | None, typer.Argument(help="Kind of model; none lists them.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to a file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    list_only: Annotated[bool, typer.Option("--list", help="List the kinds and their questions.")] = False,
) -> None:
    """Print a commented study file to start from; it runs as it is."""
    from attractron import studies
    from attractron.core.files import write_text

    if list_only or kind is None:
        kinds = studies.KINDS.values()
        rows = [(entry.name, entry.about, ", ".join(entry.questions)) for entry in kinds]
        console.table(("kind", "model", "questions"), rows)
        return
    text = studies.template(kind)
    if out is None:
        sys.stdout.write(text)
        return
    if out.exists() and not force:
        raise OutputError(f"{out} exists already: choose another name, or overwrite it with --force")
    console.say(f"Wrote {write_text(out, text)}. Run it: {shlex.join(['attractron', 'run', str(out)])}")
