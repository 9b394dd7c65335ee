"""`attractron reproduce`: the papers' figures, and what the papers say about them."""

from pathlib import Path
from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app
from attractron.cli.stopping import StoppedError


@app.command()
def reproduce(
    figures: Annotated[
        list[str] | None, typer.Argument(metavar="[FIGURE]...", help="Names, or how they begin; all by default.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the report.")] = Path("report"),
    list_only: Annotated[bool, typer.Option("--list", help="List the figures.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Coarser grids: a minute.")] = False,
) -> None:
    """Calculate the papers' figures and check what the papers say about them."""
    from attractron import papers

    if list_only:
        for paper, rows in papers.figures_by_paper().items():
            console.say(paper)
            console.table(("  figure", "panel", "title"), [(f"  {name}", *others) for name, *others in rows])
        return
    try:
        with console.figure_progress() as progress:
            claims = papers.reproduce(figures or [], out, quick=quick, progress=progress)
    except papers.Interrupted as stop:
        raise StoppedError(str(stop)) from None
    console.claims_table(claims)
    console.say(f"Wrote {out / 'report.html'}")
    if any(claim.status == "fails" for claim in claims):
        raise typer.Exit(1)
