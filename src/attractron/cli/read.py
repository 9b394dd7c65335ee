"""`attractron read`: measured diagrams and traces."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from attractron import console
from attractron.cli.app import app
from attractron.cli.stopping import StoppedError
from attractron.cli.values import bare_value, names
from attractron.core.errors import InputError


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
        bool,
        typer.Option(
            "--posterior", help="Samples of the posterior, too (vertices, honeycombs, lines, peaks; needs emcee)."
        ),
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
            axes=names(axes),
            axis_unit=axis_unit,
            quantity=quantity,
            average=average,
            sweep=sweep,
            crop=crop,
            near=near,
            lever_arms=lever_arms,
            interaction=bare_value(interaction),
            temperature=bare_value(temperature),
            tunnel_broadening=bare_value(tunnel_broadening),
            along=along,
            steps=steps,
            slopes=slopes,
            shape=shape,
            bias=bare_value(bias),
            applied=applied,
            series_resistance=bare_value(series_resistance),
            posterior=posterior or None,
            device=device,
            free=names(free),
        )
        with _options_by_name():
            check_plausible(options, yes=yes)
            found = measurement.read_data(data, Path(data_name(data)) if out is None else out, options)
    except KeyboardInterrupt:
        raise StoppedError("stopped before the reading was finished: nothing was written") from None
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
