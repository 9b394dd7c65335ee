"""The application and its end: whatever goes wrong is one line and an exit code, never a traceback."""

import os
import sys
import traceback
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from attractron import console
from attractron.cli.stopping import STOPPED, StoppedError
from attractron.core import log
from attractron.core.errors import AttractronError
from attractron.core.version import __version__

MOST_SAID = 160
"""Characters of an error that nobody expected."""

TRACEBACK = "ATTRACTRON_TRACEBACK"
"""Environment variable with which an error that nobody expected shows where it comes from."""

app = typer.Typer(
    name="attractron",
    help="Electrons that attract by repulsion: does a device pair, how strongly, and what will be measured?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> NoReturn:
    """Run the command line: bad input and bad files are one line and exit code 2, never a traceback."""
    _set_streams()
    os.environ["MPLBACKEND"] = "agg"  # whatever the user's is: pictures go to files
    log.tell()
    try:
        code = _run()
    except AttractronError as error:
        code = _failed(str(error))
    except StoppedError as stop:
        sys.stderr.write(f"attractron: {stop}\n")
        code = stop.code
    except BrokenPipeError:
        code = _drop_output()
    except OSError as error:
        _drop_output()
        code = _failed(f"cannot write {error.filename or 'the output'}: {error.strerror or error}")
    except MemoryError as error:
        code = _failed(f"not enough memory ({error}); use fewer points")
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        code = _failed(_unexpected(error))
    sys.exit(code)


def _set_streams() -> None:
    """Redirected output is UTF-8 everywhere, as study files have to be; output that is closed goes nowhere."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, TextIOWrapper(FileIO(os.devnull, "w"), encoding="utf-8"))
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _unexpected(error: Exception) -> str:
    """An error of ours in one line, with its place in the package."""
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if "attractron" in frame.filename]
    place = f"{Path(places[-1].filename).name}, line {places[-1].lineno}" if places else "its libraries"
    what = f"{type(error).__name__}: {error}"
    what = what if len(what) <= MOST_SAID else f"{what[:MOST_SAID]}…"
    return f"unexpected: {what} ({place}); please report this with the file; {TRACEBACK}=1 shows more"


def _run() -> int:
    """The exit code of the command, with everything written: a full disk shows before the end, not after."""
    try:
        app(prog_name="attractron")
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0
    if code == STOPPED:  # Ctrl-C anywhere else: typer ends without a word
        sys.stderr.write("attractron: stopped\n")
    sys.stdout.flush()
    return code


def _failed(message: str) -> int:
    sys.stderr.write(f"attractron: error: {' '.join(message.split())}\n")
    return 2


def _drop_output() -> int:
    """Nobody takes the output: drop the rest of it, or Python would try once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _print_version(wanted: bool) -> None:
    if wanted:
        console.say(f"attractron {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Electrons that attract by repulsion: does a device pair, how strongly, and what will be measured?"""
