"""`attractron explore`: the same questions in a browser."""

from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app
from attractron.cli.stopping import terminable


@app.command()
def explore(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[STUDY.toml or RESULT]",
            help="A study file, a result, or a kind of model (`attractron new` lists them); by default the building "
            "block.",
        ),
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", help="Of 127.0.0.1; by default any that is free.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    time_limit: Annotated[
        str | None, typer.Option("--time-limit", metavar="TIME", help="That a picture may take: '30 s'.")
    ] = None,
) -> None:
    """Drag parameters in a browser on this machine and see pictures, phases and the verdict change."""
    from attractron import explorer
    from attractron.cli.values import bare_value
    from attractron.core.checks import positive
    from attractron.core.units import to_unit
    from attractron.explorer.worker import LIMIT

    given = None if time_limit is None else to_unit("--time-limit", bare_value(time_limit), "s")
    limit = LIMIT if given is None else positive("--time-limit", given)

    def ready(url: str) -> None:
        console.say(f"The explorer is at {url} (this machine only; Ctrl-C ends it)")
        console.flush()

    console.say("Loading; what is compiled is compiled now, once on a machine …")
    console.flush()
    with terminable():
        explorer.serve(what, port=port, browser=browser, limit=limit, ready=ready)
