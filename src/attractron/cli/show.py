"""`attractron show`: what is in a result or in a part of it, as text, table, picture, or a file of its own."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attractron import console
from attractron.cli.app import app
from attractron.cli.values import ends, names, selection
from attractron.core.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

KEPT = ".nc"
"""How the name of a part that is kept ends."""


@app.command()
def show(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="A result: .nc, .zarr or the folder of a run, also while it runs.")
    ],
    sel: Annotated[
        list[str] | None,
        typer.Option("--sel", metavar="AXIS=VALUE,…", help="A part: V=1.2,dot=L (the nearest there is), V=0:2."),
    ] = None,
    cut: Annotated[
        str | None,
        typer.Option("--cut", metavar="START : STOP", help='Along a line: "V=0,delta_V=-1 : V=3,delta_V=1".'),
    ] = None,
    points: Annotated[int | None, typer.Option("--points", metavar="N", help="Of the line; 201 by default.")] = None,
    plot: Annotated[
        str | None, typer.Option("--plot", metavar="VARIABLE", help="Draw it; with --csv, write it instead.")
    ] = None,
    over: Annotated[
        str | None, typer.Option("--over", metavar="AXIS[,AXIS]", help="Draw over these: to the right, and upwards.")
    ] = None,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Write its picture: .png, .pdf or .svg.")
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write its numbers, a row a point.")] = None,
    table: Annotated[
        bool, typer.Option("--table", help="With --csv: one variable, its second axis to the right.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.nc", help="Keep the part as a result.")] = None,
) -> None:
    """Tell what is in a result or in a part of it, draw any of it, and write it as numbers."""
    from attractron import plotting
    from attractron.core.cuts import POINTS, line_cut, select
    from attractron.core.files import read_dataset, write_dataset

    wanted, line = selection(sel or []), None if cut is None else ends(cut)
    picture = _picture_file(result, png, None if csv is not None and png is None and not over else plot, over)
    if picture is not None:
        plotting.picture_format(picture)
    _check(result, points=points, cut=cut, table=table, csv=csv, out=out)

    def part(whole: "xr.Dataset") -> "xr.Dataset":
        chosen = select(whole, wanted)
        if line is None:
            return chosen
        return line_cut(chosen, start=line[0], stop=line[1], points=POINTS if points is None else points)

    found = read_dataset(result, part)
    for name, given in wanted.items():
        if name in found.coords and not found[name].ndim and found[name].dtype.kind in "iuf":
            unit = str(found[name].attrs.get("units", "1"))
            console.say(f"{name} = {float(found[name]):.6g} {unit}".removesuffix(" 1") + f" (the nearest to {given})")
    console.describe(found)
    if csv is not None:
        _write_csv(found, csv, plot, table=table)
    if out is not None:
        console.say(f"Wrote {write_dataset(found, out)}")
    if picture is not None:
        console.say(f"Wrote {plotting.save(plotting.picture(found, plot, names(over) or ()), picture)}")
    elif plotting.main_variable(found) is not None and not (wanted or cut or csv or out):
        draw = ["attractron", "show", str(result), "--png", result.with_suffix(".png").name]
        console.say(f"\nIts picture: {shlex.join(draw)}")


def _picture_file(result: Path, png: Path | None, plot: str | None, over: str | None) -> Path | None:
    """Where the picture goes, if there is to be one."""
    if png is not None or not (plot or over):
        return png
    return Path("-".join(filter(None, (result.resolve().stem, plot))) + ".png")


def _check(
    result: Path, *, points: int | None, cut: str | None, table: bool, csv: Path | None, out: Path | None
) -> None:
    """Options go together, and the part does not take the place of the whole."""
    if points is not None and cut is None:
        raise InputError("--points", "go with --cut", points, 'for example --cut "V=0 : V=3"')
    if table and csv is None:
        raise InputError("--table", "go with --csv", "none", "--csv FILE.csv")
    if out is not None and out.suffix != KEPT:
        raise InputError("--out", f"end in {KEPT}", str(out))
    for path in (csv, out):
        if path is not None and path.resolve() == result.resolve():
            raise InputError(str(path), "be another file than the result", "the same")


def _write_csv(found: "xr.Dataset", path: Path, variable: str | None, *, table: bool) -> None:
    from attractron import plotting
    from attractron.core.tables import write_csv

    name = variable or plotting.main_variable(found) or next(map(str, found.data_vars), None)
    if name is None:
        raise InputError("result", "have a variable", "none")
    left = write_csv(found, path, variable=name, table=table)
    others = f"; without what depends on other axes: {', '.join(left)} (choose with --plot)" if left else ""
    console.say(f"Wrote {path}{others}")
