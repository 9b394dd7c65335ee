"""Units of axes as files and users write them, brought to the package's own: one for each kind of quantity."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.units import is_unit, to_unit

OWN = ("mV", "meV", "GHz", "s", "T", "K")
"""Of gates and biases, energies and detunings, frequencies, times, magnetic fields, temperatures."""

NONE = "1"
"""Of an axis without a unit: numbers of points, of repeats, of settings."""

_WITHOUT = {
    *("", "1", "-", "#", "[]", "()", "n/a", "na", "none", "null", "nan", "dimensionless", "arb", "arb.", "au", "a.u"),
    *("a.u.", "arb.u.", "arb unit", "arb. unit", "arb units", "arb. units", "pt", "pts", "pt.", "pts.", "point"),
    *(
        "points",
        "px",
        "pixel",
        "pixels",
        "index",
        "idx",
        "count",
        "counts",
        "cts",
        "sample",
        "samples",
        "step",
        "steps",
    ),
    *("number", "no.", "nr.", "int", "bool", "repetition", "repetitions"),
}
"""What files write where there is no unit; to pint some of these are atomic mass units times years, and pints."""

_SPELLED = {
    **{"mv": "mV", "uv": "uV", "µv": "uV", "kv": "kV", "mev": "meV", "uev": "ueV", "µev": "ueV"},
    **{"ghz": "GHz", "khz": "kHz", "hz": "Hz", "sec": "s", "secs": "s", "°c": "degC"},
    **{"oe": "gauss", "oersted": "gauss"},
}
"""Units in other letters than their own."""

LONGEST_SYMBOL = 3
"""Letters; longer units are words, whose case does not matter."""

_GAUSS = re.compile(r"(?P<prefix>[kmµu]|kilo|milli|micro)?gauss")
_GAUSSES = {"G": "gauss", "kG": "kgauss", "mG": "mgauss"}
"""To pint they are gravitational constants."""

_PREFIX = {"k": 1e3, "kilo": 1e3, "m": 1e-3, "milli": 1e-3, "µ": 1e-6, "u": 1e-6, "micro": 1e-6}


@dataclass(frozen=True, kw_only=True)
class Scale:
    """value in `unit` = factor × value as written + offset; an unknown unit stays what it is."""

    unit: str
    factor: float = 1.0
    offset: float = 0.0

    def __call__(self, values: FloatArray) -> FloatArray:
        """Values in the unit."""
        return values * self.factor + self.offset if self.offset else values * self.factor


def _says_none(unit: str) -> bool:
    return unit.casefold() in _WITHOUT and unit != "nA"


@cache
def scale(unit: str | None) -> Scale | None:
    """How values in a unit come to the package's own; None where the unit is none that an axis of ours can have.

    Voltages come to mV, energies to meV, frequencies to GHz (a circular one over 2π), times to s, magnetic fields to T
    and temperatures to K; without a unit, or with a word that says so, they are numbers.

    Example:
        >>> from attractron.readout.files.units import scale
        >>> scale("ueV"), scale("Points").unit, scale("dBm")
        (Scale(unit='meV', factor=0.001, offset=0.0), '1', None)
    """
    text = (unit or "").strip().replace("\N{GREEK SMALL LETTER MU}", "µ")
    if _says_none(text):
        return Scale(unit=NONE)
    found = _known(text)
    if found is not None and text != "MV":  # letters as they are: MeV is not meV, but no gate has megavolts
        return found
    lower = text.casefold()
    if lower in _SPELLED:
        return _known(_SPELLED[lower])
    return _known(lower) if len(lower) > LONGEST_SYMBOL else None


def _known(unit: str) -> Scale | None:
    gauss = _GAUSS.fullmatch(_GAUSSES.get(unit, unit))
    if gauss:
        return Scale(unit="T", factor=1e-4 * _PREFIX.get(gauss["prefix"] or "", 1.0))
    for own in OWN:
        try:
            one = to_unit("unit", f"1 {unit}", own)
        except InputError:
            continue
        if own == "K":  # degrees have a zero of their own
            zero = to_unit("unit", f"0 {unit}", own)
            return Scale(unit=own, factor=one - zero, offset=zero)
        if own == "GHz" and re.search(r"rad|deg", unit):
            one /= 2 * np.pi
        return Scale(unit=own, factor=one)
    return None


def given_scale(argument: str, unit: str) -> Scale:
    """The scale of a unit that a user gave.

    Raises:
        InputError: no unit of an axis.
    """
    found = scale(unit)
    if found is None:
        wanted = "be a unit of a voltage, energy, frequency, time, field or temperature"
        raise InputError(argument, wanted, repr(unit), f"for example {', '.join(('V', 'ueV', *OWN))}")
    return found


_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}
_BEHIND_A_NAME = re.compile(r"(?P<name>.*[^\W_])(_|\s+)(?P<unit>[mµun]V|[mµu]?eV|[kMG]Hz|m[KT]|[fpnµum]A)")
_BEHIND_A_STROKE = re.compile(r"(?P<name>.*\S)\s+/\s+(?P<unit>[^/]+)|(?P<short>[^/\s]+)/(?P<long>[^/\sa-z]|[^/\s]{2,})")
_DIFFERENTIAL = re.compile(r"[d∂δΔ]")
_SIGNALS = re.compile(r"[fpnµum]?A|e[²2^]*/h|.*\ba\.?u\.?|V ?rms|dBm?|[kM]?Ω|°|deg")
"""Units of what is measured, some of which pint does not know."""


def split_unit(label: str) -> tuple[str, str | None]:
    """Name and unit of a label: "P3 (mV)", "VG [V]", "f / GHz" or "P3_mV"; None where it says none.

    What stands in brackets and is no unit belongs to the name: "gate (left)".

    Example:
        >>> from attractron.readout.files.units import split_unit
        >>> split_unit("P3 (mV)"), split_unit("gate [left]"), split_unit("dI/dV"), split_unit("bias/V")
        (('P3', 'mV'), ('gate [left]', None), ('dI/dV', None), ('bias', 'V'))
    """
    text = label.strip()
    opening = text.rfind(_BRACKETS.get(text[-1:], "\n"))
    if opening >= 0:
        name, unit = text[:opening].strip(), text[opening + 1 : -1].strip()
        if _says_none(unit):
            return name, None
        known = scale(unit) is not None or _SIGNALS.fullmatch(unit) or is_unit(unit)
        return (name, unit) if known else (text, None)
    stroke = _BEHIND_A_STROKE.fullmatch(text)
    if stroke is not None:
        name, unit = (stroke["name"], stroke["unit"]) if stroke["name"] else (stroke["short"], stroke["long"])
        is_known = scale(unit) not in (None, Scale(unit=NONE)) or _SIGNALS.fullmatch(unit)
        return (name, unit) if is_known and not _DIFFERENTIAL.match(unit) else (text, None)
    behind = _BEHIND_A_NAME.fullmatch(text)
    return (text, None) if behind is None else (text, behind["unit"])


def are_units(fields: Sequence[str]) -> bool:
    """A row of units, in brackets or not, in which fields may be empty."""
    units = [re.fullmatch(r"[(\[{<]?(.*?)[)\]}>]?", each.strip()) for each in fields]
    texts = [each[1].strip() for each in units if each is not None]
    real = [text for text in texts if not _says_none(text)]
    return bool(real) and all(scale(text) is not None or _SIGNALS.fullmatch(text) for text in real)
