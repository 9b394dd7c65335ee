"""Whether the numbers of a study are those of a solid-state device; a forgotten µ makes them a thousand times larger.

Asked at the command line only: in Python whatever can be calculated is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from attractron.core.errors import InputError
from attractron.core.units import equivalent
from attractron.studies.axes import place_of
from attractron.studies.schemas import Schema, unit_of
from attractron.studies.study import Study
from attractron.studies.toml import Keys
from attractron.studies.validation import validated

RANGES = {
    "meV": (1e-9, 200.0, "energies of dots, from widths of leads to the charging energy of a donor"),
    "mV": (1e-9, 1e5, "gates and biases"),
    "K": (1e-4, 400.0, "temperatures, from a demagnetisation cryostat to above room temperature"),
    "meV/mV": (1e-6, 2.0, "lever arms: no gate shifts a level by more than e times its voltage, but for rounding"),
    "pA": (1e-6, 1e9, "currents"),
    "nm": (1e-2, 1e8, "lengths, from a fraction of an atom to ten centimetres"),
    "nm^-1": (1e-8, 1e2, "densities and momenta"),
    "meV*nm": (1e-3, 2e5, "ħ times velocities up to that of light, and interactions"),
    "T": (1e-9, 100.0, "magnetic fields"),
    "m/s": (1.0, 3e8, "velocities up to that of light"),
}
"""Unit → the size of what solid-state devices have in it, beside zero, and what that is; here and nowhere else."""

WIRES = ("wires", "ladder", "array", "wire-and-tube")
BAND = (1e-9, 1e4, "energies of bands, up to 10 eV")
"""Kinds of study with bandwidths, and their energies in meV."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """A number that a study file gives: where, in which unit, its largest size, and as it is written."""

    keys: Keys
    unit: str
    size: float
    text: object


def check_plausible(study: Study, *, yes: bool = False) -> None:
    """The numbers of a study are of a size that devices have.

    Args:
        study: from `read_study`.
        yes: whether other numbers are meant.

    Raises:
        InputError: the first number that is not, with its line.
    """
    for given in () if yes else numbers_of(study):
        check_size_of(study.document.where(given.keys), given.size, given.unit, band=study.kind.name in WIRES)


def check_size_of(argument: str, value: float, unit: str, *, band: bool = False) -> None:
    """A number in a unit is of a size that devices have.

    Raises:
        InputError: it is larger, or smaller and not zero.

    >>> check_size_of("U", 2.41, "meV")
    >>> check_size_of("U", 2410, "meV")
    Traceback (most recent call last):
    attractron.core.errors.InputError: `U` must be at most 200 meV, where devices have energies of dots, ...
    """
    least, most, what = BAND if band and unit == "meV" else RANGES.get(unit, (0.0, np.inf, ""))
    size, remedy = abs(value), "check the unit; if it is meant, go on with --yes"
    if size > most:
        raise InputError(
            argument, f"be at most {most:g} {unit}, where devices have {what}", f"{value:g} {unit}", remedy
        )
    if 0 < size < least:
        raise InputError(argument, f"be zero or at least {least:g} {unit}", f"{value:g} {unit}", remedy)


def energies_said(study: Study) -> list[str]:
    """What was done with energies that are given as frequencies or as temperatures."""
    said = []
    for given in numbers_of(study):
        found = equivalent(given.text) if given.unit == "meV" and isinstance(given.text, str) else None
        if found is not None:
            said.append(f"{given.keys[-1]} = {given.text} is taken as the energy {found[1]} = {found[0]:.6g} meV.")
    return list(dict.fromkeys(said))


def numbers_of(study: Study) -> Iterator[Given]:
    """All numbers with a unit that the file gives, those of an axis by the largest of them."""
    document = study.document
    yield from _of_table(validated(study.kind.table, document, ("model",)), ("model",), document.data)
    yield from _of_table(study.options, ("question",), document.data)
    for name, values in study.swept.items():
        keys = place_of(document, name, int(np.abs(values).argmax()))
        yield Given(keys=keys, unit=study.units[name], size=float(np.abs(values).max()), text=None)
    for table in ("axes", "uncertainty"):
        for name, value in document.data.get(table, {}).items():
            held = study.axes.fixed.get(name, study.uncertainty.get(name))
            if name in study.units and held is not None and not isinstance(value, dict | list):
                yield Given(keys=(table, name), unit=study.units[name], size=abs(held), text=value)
    yield from _texts_of_axes(study)


def _texts_of_axes(study: Study) -> Iterator[Given]:
    """Ends and points of axes as they are written, by their size in the unit of the knob: for what is said of them."""
    for name, value in study.document.data.get("axes", {}).items():
        if name in study.units and isinstance(value, dict | list):
            for text in value.values() if isinstance(value, dict) else value:
                if isinstance(text, str) and equivalent(text) is not None:
                    yield Given(keys=("axes", name), unit=study.units[name], size=0.0, text=text)
                    break  # once for an axis is enough


def _of_table(table: Schema, keys: Keys, raw: Any) -> Iterator[Given]:
    """Numbers of a table and of the tables in it that the file gives."""
    raw = raw.get(keys[-1], {}) if isinstance(raw, dict) else {}
    for name in (name for name in raw if name in table.model_fields_set):
        field = type(table).model_fields[name]
        unit = unit_of(field.annotation, field.metadata)
        yield from _of_value(getattr(table, name), unit, field.annotation, (*keys, name), raw[name])


def _of_value(value: Any, unit: str | None, annotation: Any, keys: Keys, raw: Any) -> Iterator[Given]:
    if isinstance(value, Schema):
        yield from _of_table(value, keys, {keys[-1]: raw})
    elif isinstance(value, dict):
        inner = get_args(annotation)[-1] if get_args(annotation) else None
        for name, entry in value.items():
            yield from _of_value(entry, unit_of(inner), inner, (*keys, name), raw.get(name))
    elif isinstance(value, list | tuple):
        for number, entry in enumerate(value):
            text = raw[number] if isinstance(raw, list) else raw
            yield from _of_value(entry, unit, None, (*keys, number), text)
    elif unit is not None and isinstance(value, int | float) and not isinstance(value, bool):
        yield Given(keys=keys, unit=unit, size=abs(float(value)), text=raw)
