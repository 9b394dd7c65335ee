"""`attractron run`: studies computed, and gone on with."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app
from attractron.cli.stopping import StoppedError, terminable
from attractron.cli.values import bare_value
from attractron.core.errors import InputError

MOST_DRAWN = 3
"""Axes of a picture at most."""


@app.command()
def run(
    study: Annotated[
        list[Path],
        typer.Argument(
            metavar="STUDY.toml...", help="Study files (`attractron new` makes one), or results to be made again."
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="PLACE",
            help="A folder, by default the study's name (of several studies, with one in it each); NAME.zarr, NAME.nc; "
            "of this machine, or s3://bucket/….",
        ),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Instead of what the file says: U=2.0, axes.V.points=50."),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", metavar="N", help="Processes to compute on.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Compute on the workers of a Dask scheduler.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Begin anew in place of what is there.")] = False,
    extend: Annotated[bool, typer.Option("--extend", help="Add the points that the axes have grown by.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Compute points that failed again.")] = False,
    time_limit: Annotated[
        str | None, typer.Option("--time-limit", metavar="TIME", help="That a point, or a block, may take: '30 s'.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Unusual numbers, and more than 10 million points, are meant.")
    ] = False,
) -> None:
    """Compute studies, or go on with them: result, picture and verdict of each.

    Ends with code 1 where points failed; what was stopped or killed is gone on with by the same command.
    """
    from attractron import studies
    from attractron.core.units import to_unit
    from attractron.studies.changes import assignments
    from attractron.studies.plausible import check_plausible

    limit = None if time_limit is None else to_unit("--time-limit", bare_value(time_limit), "s")
    wanted = assignments(changes or [])
    several = len(study) > 1
    checked = [(path, studies.read(path, wanted)) for path in study]
    for _, each in checked:
        check_plausible(each, yes=yes)
    names = [path.stem for path in study]
    if len(set(names)) < len(names):
        raise InputError("STUDY.toml", "be files of different names", ", ".join(names), "run them one by one")
    failed = False
    for path, each in checked:
        target = path.stem if out is None else f"{out.rstrip('/')}/{path.stem}" if several else out
        try:
            with terminable(), console.study_progress(path.name) as listener:
                outcome = studies.run(
                    each,
                    target,
                    workers=workers,
                    scheduler=scheduler,
                    force=force,
                    extend=extend,
                    retry=retry,
                    time_limit=limit,
                    yes=yes,
                    listener=listener,
                )
        except KeyboardInterrupt as stop:
            raise StoppedError(
                f"stopped before the study was finished. Go on with: {_again()}",
                stop,
            ) from None
        console.say(f"{path.name}: {outcome.verdict.text}" if several else outcome.verdict.text)
        console.say("Wrote " + ", ".join(map(str, outcome.files)))
        if len(each.dimensions) > MOST_DRAWN:
            console.say(f"No picture is drawn over {len(each.dimensions)} axes: hold all but {MOST_DRAWN} of them.")
        failed = failed or bool(outcome.failures)
    if failed:
        console.say(f"Try the points that failed again: {_again('--retry')}")
        raise typer.Exit(1)


def _again(*more: str) -> str:
    """The command that was given, which goes on; only the first time it began anew."""
    return shlex.join(["attractron", *(word for word in sys.argv[1:] if word not in ("--force", *more)), *more])
