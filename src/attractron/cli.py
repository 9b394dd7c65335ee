"""The command line: parse, call, print. Heavy libraries load in the command that needs them."""

import os
import re
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

MOST_SAID = 160
"""Characters of an error that nobody expected."""

MOST_DRAWN = 3
"""Axes of a picture at most."""

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""

TERMINATED = 143
"""The same after SIGTERM."""

try:
    import typer

    from attractron import console
    from attractron.core import log
    from attractron.core.errors import AttractronError, InputError, OutputError
    from attractron.core.version import __version__
except KeyboardInterrupt:
    sys.stderr.write("attractron: stopped\n")
    sys.exit(STOPPED)


class _StoppedError(Exception):
    """Ctrl-C, or SIGTERM, in a command that can say how to go on."""

    def __init__(self, said: str, code: int = STOPPED) -> None:
        super().__init__(said)
        self.code = code


app = typer.Typer(
    name="attractron",
    help="Electrons that attract by repulsion: does a device pair, how strongly, and what will be measured?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


TRACEBACK = "ATTRACTRON_TRACEBACK"
"""Environment variable with which an error that nobody expected shows where it comes from."""


def main() -> NoReturn:
    """Run the command line: bad input and bad files are one line and exit code 2, never a traceback."""
    _set_streams()
    os.environ["MPLBACKEND"] = "agg"  # whatever the user's is: pictures go to files
    log.tell()
    try:
        code = _run()
    except AttractronError as error:
        code = _failed(str(error))
    except _StoppedError as stop:
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
        raise _StoppedError(str(stop)) from None
    console.claims_table(claims)
    console.say(f"Wrote {out / 'report.html'}")
    if any(claim.status == "fails" for claim in claims):
        raise typer.Exit(1)


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
            help="A folder, by default the study's name (of several studies, with one in it each); NAME.zarr, NAME.nc.",
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
        str | None, typer.Option("--time-limit", metavar="TIME", help="That a point may take, '30 s'.")
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

    limit = None if time_limit is None else to_unit("--time-limit", _value(time_limit), "s")
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
        target = path.stem if out is None else str(Path(out) / path.stem) if several else out
        try:
            with _terminable(), console.study_progress(path.name) as listener:
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
            raise _StoppedError(
                f"stopped before the study was finished. Go on with: {_again()}",
                TERMINATED if isinstance(stop, _Terminated) else STOPPED,
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


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does."""


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM in the block ends it in order."""

    def end(_number: int, _frame: object) -> None:
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():  # only the main thread may set signals
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@app.command()
def read(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A file or URL: NetCDF, HDF5, QCoDeS' .db, MATLAB, NumPy, text; also zipped (docs/reading.md).",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for what is read; by default the data's name.")
    ] = None,
    lever_arms: Annotated[
        str | None,
        typer.Option(
            "--lever-arms", help="In meV/mV: '0.1' for a trace, 'P3=0.1, P4=0.02; P3=0.03, P4=0.09' for two dots."
        ),
    ] = None,
    interaction: Annotated[
        str | None, typer.Option("--interaction", help="Known interaction, '0.83 meV': gives the lever arms.")
    ] = None,
    temperature: Annotated[
        str | None,
        typer.Option("--temperature", help="Of the electrons, '75 mK': scales a diagram; or 'fit' (interdot line)."),
    ] = None,
    tunnel_broadening: Annotated[
        str | None, typer.Option("--tunnel-broadening", help="Of a charging line, '20 µeV', or 'fit'.")
    ] = None,
    reading: Annotated[
        str | None,
        typer.Option("--as", metavar="READING", help="What to read: vertex, charging-line, coulomb-peak, …"),
    ] = None,
    crop: Annotated[
        str | None, typer.Option("--crop", help="Part of the data, 'P3=-20:0', or a cut along a line, 'P4=-10'.")
    ] = None,
    near: Annotated[
        str | None,
        typer.Option("--near", help="Which of several to read: its place in mV, 'P1=3, P2=-5' or '3'."),
    ] = None,
    variable: Annotated[str | None, typer.Option("--variable", help="The quantity, if the file has several.")] = None,
    axes: Annotated[
        str | None,
        typer.Option(
            "--axes", metavar="A,B", help="Its axes, slowest first; 'P4=-20:0,eps=-50ueV:50ueV' for a bare matrix."
        ),
    ] = None,
    axis_unit: Annotated[
        str | None,
        typer.Option("--axis-unit", help="'V', where the file has none; by axis to overrule it, 'P1=V, eps=ueV'."),
    ] = None,
    quantity: Annotated[str | None, typer.Option("--quantity", help="current or derivative.")] = None,
    average: Annotated[
        str | None, typer.Option("--average", metavar="AXIS", help="Dimension of repeats to average over.")
    ] = None,
    sweep: Annotated[
        str | None, typer.Option("--sweep", help="up or down: one of two sweeps, by default both.")
    ] = None,
    along: Annotated[
        str | None, typer.Option("--along", metavar="AXIS", help="Axis of a derivative, or of the detuning.")
    ] = None,
    steps: Annotated[
        str | None, typer.Option("--steps", help="What gives the sign without lever arms: same-sign or gates.")
    ] = None,
    slopes: Annotated[str | None, typer.Option("--slopes", help="Background beside a step: same or separate.")] = None,
    shape: Annotated[
        str | None, typer.Option("--shape", help="Of a thermal Coulomb peak: single-level or metallic.")
    ] = None,
    bias: Annotated[
        str | None,
        typer.Option("--bias", help="The bias, '1 mV', of triangles, of pair-current over gates; else its axis."),
    ] = None,
    applied: Annotated[
        str | None, typer.Option("--applied", help="How a bias is applied: source (default) or symmetric.")
    ] = None,
    series_resistance: Annotated[
        str | None,
        typer.Option("--series-resistance", help="Of filters, '10 kOhm': the sample's bias is less."),
    ] = None,
    posterior: Annotated[
        bool, typer.Option("--posterior", help="Samples of the posterior, too (vertices, lines, peaks; needs emcee).")
    ] = False,
    device: Annotated[
        Path | None, typer.Option("--device", metavar="STUDY.toml", help="Fit this device to the whole diagram, too.")
    ] = None,
    free: Annotated[
        str | None, typer.Option("--free", metavar="A,B", help="What that fit may change: 'W,temperature,offset.L'.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Unusual numbers are meant.")] = False,
) -> None:
    """Read a measured diagram or trace: interaction and its sign, temperature, tunnel coupling.

    Ends with code 1 where a diagram shows no vertex or more than one, or where no such line describes a trace.
    """
    try:
        from attractron import measurement
        from attractron.measurement.options import check_plausible
        from attractron.measurement.read import data_name

        options = measurement.ReadOptions(
            reading=reading,
            variable=variable,
            axes=_names(axes),
            axis_unit=axis_unit,
            quantity=quantity,
            average=average,
            sweep=sweep,
            crop=crop,
            near=near,
            lever_arms=lever_arms,
            interaction=_value(interaction),
            temperature=_value(temperature),
            tunnel_broadening=_value(tunnel_broadening),
            along=along,
            steps=steps,
            slopes=slopes,
            shape=shape,
            bias=_value(bias),
            applied=applied,
            series_resistance=_value(series_resistance),
            posterior=posterior or None,
            device=device,
            free=_names(free),
        )
        with _options_by_name():
            check_plausible(options, yes=yes)
            found = measurement.read_data(data, Path(data_name(data)) if out is None else out, options)
    except KeyboardInterrupt:
        raise _StoppedError("stopped before the reading was finished: nothing was written") from None
    console.say(found.text)
    console.say("Wrote " + ", ".join(str(path) for path in found.files))
    if not found.found:
        raise typer.Exit(1)


_OPTION_OF = {"units": "axis-unit", "lever_arm": "lever-arms"}
"""Arguments in Python that are called otherwise on the command line."""


@contextmanager
def _options_by_name() -> Iterator[None]:
    """Errors name options as they are typed: --lever-arms, not lever_arms."""
    from dataclasses import fields

    from attractron.measurement import ReadOptions

    try:
        yield
    except InputError as error:
        head = "".join(re.findall(r"^[a-z_-]+", error.argument))
        option = _OPTION_OF.get(head, head).replace("_", "-")
        known = {"as", *(entry.name.replace("_", "-") for entry in fields(ReadOptions))}
        argument = f"--{option}{error.argument[len(head) :]}" if option in known else error.argument
        remedy = re.sub(r" \(in Python: [^()]*\)", "", error.remedy)
        raise InputError(argument, error.expected, error.got, remedy) from error


def _value(text: str | None) -> float | str | None:
    """A bare number as such; text with a unit, or a word, stays text."""
    from attractron.measurement.options import bare_number

    return None if text is None else bare_number(text)


def _names(text: str | None) -> list[str] | None:
    """Names between commas."""
    return None if text is None else [name.strip() for name in text.split(",")]


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
