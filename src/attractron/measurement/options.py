"""How a file is to be read, and the lever arms, windows and axes of it as a user types them on the command line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attractron.core.checks import shown
from attractron.core.errors import InputError
from attractron.core.units import to_energy, to_unit
from attractron.readout.lever_arms import lever_arm
from attractron.studies.plausible import check_size_of

ONE_LEVER_ARM = 'for a trace one number, "0.1" or "100 µeV/mV"'
TWO_DOTS = 'for a diagram two dots, "P3=0.1, P4=0.02; P3=0.03, P4=0.09"'


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """How a file is to be read; None means what the file says, or the reading's default.

    Attributes:
        reading: "vertex", "charging-line", "interdot-line", "coulomb-peak", "coulomb-diamonds", "detuning-map",
            "photon-assisted" or "pair-current"; by default a vertex of an image, a charging line of a trace.
        variable: the quantity in the file.
        axes: its axes, slowest first; "P4=-20:0" with its ends (mV, or with a unit) where the file has no values of it.
        axis_unit: of axes to which the file gives none, "V", or by name, which overrules the file: "P1=V, eps=ueV".
        quantity: "current" or "derivative".
        average: name of a dimension of repeats, where it is not called so.
        sweep: "up" or "down", to read one only of two sweeps.
        crop: part of the image, or a cut along one of its lines, as text: "P3=-20:0, P4=-10".
        near: which of several is wanted: its place as text, "P1=3, P2=-5" (mV); of the steps of a trace "3 mV".
        lever_arms: as text: one number for a trace (`one_lever_arm`), two dots for an image (`lever_arm_table`).
        interaction: |W_eff| if it is known, with a unit or in meV.
        temperature: with a unit or in K.
        tunnel_broadening: with a unit or in meV, or "fit".
        along: the axis of a derivative, or of the detuning.
        steps: "same-sign" or "gates".
        slopes: "same" or "separate".
        shape: of a thermal Coulomb peak, "single-level" or "metallic".
        bias: of Coulomb diamonds and the pair current the axis of the bias; of bias triangles, and of the pair current
            over two gates, the bias itself, with a unit or in mV.
        applied: how that bias is applied, "source" or "symmetric".
        series_resistance: in series with the sample, in Ω or with a unit: the bias across it is less by the drop.
        posterior: samples of the posterior, too, for what one sigma does not tell.
        device: a study file whose device is fitted to the whole diagram; its temperature and detector are the start.
        free: parameters that the fit may change; by default all but the largest lever arm.

    Example:
        >>> at.measurement.ReadOptions(lever_arms="100 µeV/mV", crop="P3=-20:0").lever_arms
        '100 µeV/mV'
    """

    reading: str | None = None
    variable: str | None = None
    axes: Sequence[str] | None = None
    axis_unit: str | None = None
    quantity: str | None = None
    average: str | None = None
    sweep: str | None = None
    crop: str | None = None
    near: str | None = None
    lever_arms: str | None = None
    interaction: float | str | None = None
    temperature: float | str | None = None
    tunnel_broadening: float | str | None = None
    along: str | None = None
    steps: str | None = None
    slopes: str | None = None
    shape: str | None = None
    bias: float | str | None = None
    applied: str | None = None
    series_resistance: float | str | None = None
    posterior: bool | None = None
    device: str | Path | None = None
    free: Sequence[str] | None = None


_ASKED = {"interaction": "meV", "temperature": "K", "tunnel_broadening": "meV", "bias": "mV"}
"""Options with a unit whose size is asked about."""


def check_plausible(options: ReadOptions, *, yes: bool = False) -> None:
    """The numbers of the options are of a size that devices have (`studies.plausible`); words and axes have none.

    Args:
        options: as a user types them.
        yes: whether other numbers are meant.

    Raises:
        InputError: the first that is not.

    Example:
        >>> from attractron.measurement.options import check_plausible
        >>> check_plausible(at.measurement.ReadOptions(temperature="75 mK"))
    """
    for name, unit in () if yes else _ASKED.items():
        value = getattr(options, name)
        try:
            number = to_energy(name, value) if unit == "meV" else to_unit(name, value, unit)
        except InputError:  # not given, "fit", the name of an axis; or wrong, which the reading says
            continue
        check_size_of(name, number, unit)


def one_lever_arm(text: str) -> float:
    """The lever arm of a trace: "0.1" (meV/mV) or "100 µeV/mV".

    Raises:
        InputError: anything else, or a lever arm that no gate has.
    """
    if "=" in text:
        raise InputError("lever-arms", f"be {ONE_LEVER_ARM}", shown(text), "this file holds a trace")
    return lever_arm("lever-arms", bare_number(text))


def lever_arm_table(text: str) -> dict[str, dict[str, float]]:
    """Lever arms of two dots, dot → {axis: meV/mV}: "P3=0.1, P4=0.02; P3=0.03, P4=0.09", with names if wanted ("L: …").

    Raises:
        InputError: not two dots, an entry without "=", or a value that is no lever arm of a gate.
    """
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) != 2:
        raise InputError("lever-arms", f"name two dots, with ';' between them: {TWO_DOTS}", shown(text))
    table: dict[str, dict[str, float]] = {}
    for number, part in enumerate(parts, start=1):
        dot, colon, entries = part.rpartition(":")
        name = dot.strip() if colon else f"dot {number}"
        table[name] = {
            axis: lever_arm(f"lever-arms, {name}, {axis}", bare_number(value), signed=True)
            for axis, value in _assignments("lever-arms", entries, TWO_DOTS)
        }
    if len(table) < 2:
        raise InputError("lever-arms", "give both dots names of their own", shown(text))
    return table


def windows(
    text: str, units: Mapping[str, str] | None = None, argument: str = "crop"
) -> dict[str, tuple[float, float] | float]:
    """Axis → its lowest and highest value, or the one at which it is cut: "P3=-20:0, P4=-10".

    Bare numbers are in the unit of their axis in `units`, or in mV.

    Raises:
        InputError: an entry of another form.
    """
    example = '"P3=-20:0, P4=-10" (mV; a range, or one value to cut along)'
    found: dict[str, tuple[float, float] | float] = {}
    for axis, value in _assignments(argument, text, example):
        unit = (units or {}).get(axis, "mV")
        ends = [to_unit(f"{argument}, {axis}", bare_number(end), unit) for end in value.split(":")]
        if len(ends) > 2 or (len(ends) == 2 and ends[0] == ends[1]):
            raise InputError(f"{argument}, {axis}", f"be a range or one value, {example}", shown(value))
        found[axis] = ends[0] if len(ends) == 1 else (min(ends), max(ends))
    return found


def axes_given(entries: Sequence[str]) -> list[str] | dict[str, list[float | str]]:
    """Names of axes, or with all their first and last values: ["P4=-20:0", "eps=-50 ueV:50 ueV"], as `load` takes them.

    Raises:
        InputError: some with ends and some without, or an entry of another form.
    """
    if not any("=" in entry for entry in entries):
        return list(entries)
    example = '"P4=-20:0, P3=-10:5" (mV; first and last value)'
    found = {}
    for axis, value in _assignments("axes", ",".join(entries), example):
        ends = [bare_number(end) for end in value.split(":")]
        if len(ends) != 2:
            raise InputError(f"axes, {axis}", f"be of the form {example}", shown(value))
        found[axis] = ends
    return found


def units_given(text: str) -> str | dict[str, str]:
    """One unit, "V", or those of axes: "P1=V, eps=ueV".

    Raises:
        InputError: an entry of another form.
    """
    return dict(_assignments("units", text, '"P1=V, eps=ueV"')) if "=" in text else text


def bare_number(text: str) -> float | str:
    """A bare number as such; text with a unit, or a word, stays text."""
    try:
        return float(text)
    except ValueError:
        return text


def _assignments(argument: str, text: str, example: str) -> Iterator[tuple[str, str]]:
    """Name and value of every "name=value" between commas; a name may hold commas, too.

    Raises:
        InputError: an entry of another form.
    """
    seen: set[str] = set()
    for entry in re.findall(r"[^=]*=[^=,]*(?:,|$)|.+$", text) or [text]:
        name, equals, value = (part.strip() for part in entry.removesuffix(",").partition("="))
        if not (name and equals and value):
            raise InputError(argument, f"be of the form {example}", shown(text))
        if name in seen:
            raise InputError(argument, "name every axis once", f"{name!r} twice")
        seen.add(name)
        yield name, value
