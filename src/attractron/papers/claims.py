"""Claims of a paper, each beside what was computed, with a status that is worked out and never typed in.

A claim holds when the computed value agrees with the published one:

- a number: |computed - published| ≤ tolerance;
- a bound, written "≥ 0" or "< 25.85": "≥" and "≤" allow the tolerance, ">" and "<" must clear it;
- words or yes/no: equal.

It differs when it does not agree with the published value but does agree with the one that the paper's own formulas
give (`instead`), and the note names both. It is open when it depends on something that the paper does not give, and
agrees for some choices of that and not for others (`choices`); the record says for which. Otherwise it fails.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict, get_args

import numpy as np

from attractron.core.checks import finite, non_negative, shown
from attractron.core.errors import InputError

Value = bool | float | str
Status = Literal["holds", "differs", "open", "fails"]

STATUSES: tuple[Status, ...] = get_args(Status)

_NUMBER = r"[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_BOUND = re.compile(rf"([<>≤≥])\s*({_NUMBER})")


class Record(TypedDict):
    """A claim as it stands in claims.json."""

    figure: str
    claim: str
    source: str
    published: Value
    computed: Value | None
    tolerance: float | None
    unit: str
    status: Status
    note: str
    read_back: bool


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of a paper and what the figure's own dataset says to it.

    Args:
        figure: name of the figure, e.g. "hamo-2a".
        claim: the paper's sentence, quoted.
        source: paper, page, figure or equation.
        published: a number in `unit`, a bound such as "≥ 0", words, or yes/no.
        computed: the same from the figure's dataset; None (or NaN) when nothing was found there, which fails.
        tolerance: in `unit`, for numbers and bounds; None for words and yes/no, which must be equal.
        unit: of published, computed and tolerance; "1" for a pure number, "" for words.
        note: where the tolerance comes from and what else must be known.
        instead: for a claim that is known to differ, the value that is right by the paper's own formulas; the note
            must then contain this value and the published one.
        read_back: the picture gives back a number that went into it; no prediction.
        depends_on: what the claim depends on and the paper does not give, e.g. "the tunnelling t".
        choices: what is computed for each choice of that, by the choice's name, `computed` being the figure's own.
        reading: name of what was computed, in the figure's readings.

    Raises:
        InputError: kinds of value that cannot be compared, a missing note, or one without the numbers.

    Example:
        >>> where = {"figure": "hamo-2b", "claim": "Δ = 790 µeV ≈ 8 K", "source": "Hamo et al. (2016), p. 396"}
        >>> note = "790 µeV are k_B × 9.17 K, and not 8 K."
        >>> kelvin = {"published": 8.0, "computed": 9.17, "tolerance": 0.5, "unit": "K", "note": note}
        >>> at.papers.Claim(**where, **kelvin).status
        'fails'
        >>> at.papers.Claim(**where, **kelvin, instead=9.17).status
        'differs'
        >>> cold = {"published": 790.0, "computed": 745.0, "tolerance": 5.0, "unit": "µeV", "note": "One pixel."}
        >>> by_t = {"t = 0.01 meV": 786.0, "t = 0.1 meV": 701.0}
        >>> at.papers.Claim(**where, **cold, depends_on="t, which is not given", choices=by_t).status
        'open'
    """

    figure: str
    claim: str
    source: str
    published: Value
    computed: Value | None
    tolerance: float | None = None
    unit: str = ""
    note: str
    instead: Value | None = None
    read_back: bool = False
    depends_on: str = ""
    choices: Mapping[str, Value | None] | None = None
    reading: str = ""
    status: Status = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "computed", _plain(self.computed))
        if self.choices is not None:
            object.__setattr__(self, "choices", {name: _plain(value) for name, value in self.choices.items()})
        for name in ("figure", "claim", "source", "note"):
            if not getattr(self, name).strip():
                raise InputError(name, "be given for every claim", repr(getattr(self, name)))
        _check_kinds(self)
        if self.instead is not None:
            _check_note(self.note, self.published, self.instead)
        object.__setattr__(self, "status", self._judged())

    def _judged(self) -> Status:
        agreeing, others = self._by_choice()
        holds = _agrees(self.published, self.computed, self.tolerance)
        if holds and not others:
            return "holds"
        if holds or agreeing:
            return "open"
        if self.instead is not None and _agrees(self.instead, self.computed, self.tolerance):
            return "differs"
        return "fails"

    def _by_choice(self) -> tuple[list[str], list[str]]:
        """The choices for which the claim holds, and the others, each with its value."""
        found: tuple[list[str], list[str]] = ([], [])
        for name, value in (self.choices or {}).items():
            chosen = found[0] if _agrees(self.published, value, self.tolerance) else found[1]
            chosen.append(f"{name} ({_with_unit(value, self.tolerance, self.unit)})")
        return found

    def _full_note(self) -> str:
        """The note, and on what an open claim depends."""
        if not self.choices:
            return self.note
        holding, others = (", ".join(names) or "none" for names in self._by_choice())
        return f"{self.note} Depends on {self.depends_on}. Holds for: {holding}. Not for: {others}."

    def record(self) -> Record:
        """The claim as it is written to claims.json; its note says for which choices an open claim holds."""
        return Record(
            figure=self.figure,
            claim=self.claim,
            source=self.source,
            published=self.published,
            computed=self.computed,
            tolerance=self.tolerance,
            unit=self.unit,
            status=self.status,
            note=self._full_note(),
            read_back=self.read_back,
        )


def bound(text: Value) -> tuple[str, float] | None:
    """The sign and the number of a bound such as "≥ 0", or None for anything else."""
    match = _BOUND.fullmatch(text.strip()) if isinstance(text, str) else None
    return (match[1], _number(match[2])) if match else None


def in_words(record: Record) -> tuple[str, str, str]:
    """Published, computed and tolerance as a table shows them, with digits no finer than the tolerance warrants."""
    unit = _after_number(record["unit"])
    tolerance, published = record["tolerance"], record["published"]
    within = "equal"
    if tolerance is not None:
        two_digits = float(f"{tolerance:.2g}")
        within = f"{'' if bound(published) else '± '}{_minus(f'{two_digits:g}')}{unit}"
    return (
        f"{_worded(published, None)}{unit if tolerance is not None else ''}",
        _with_unit(record["computed"], tolerance, record["unit"]),
        within,
    )


def read_claims(path: str | Path) -> list[Record]:
    """The claims of an earlier run; an empty list when there is no such file.

    Raises:
        InputError: the file is not a list of claims.
    """
    source = Path(path)
    if not source.exists():
        return []
    try:
        records = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _not_claims(source, f"one that cannot be read ({error})") from error
    if not isinstance(records, list):
        raise _not_claims(source, f"a {type(records).__name__}")
    for record in records:
        _check_record(source, record)
    return records


def to_text(records: Iterable[Record]) -> str:
    """The claims as the text of claims.json."""
    return json.dumps(list(records), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def replaced(kept: Iterable[Record], new: Iterable[Record], order: Sequence[str]) -> list[Record]:
    """The kept claims with those of the figures in `new` exchanged, in the order of the figures.

    Figures that `order` does not know come last, as they were.
    """
    fresh = list(new)
    done = {record["figure"] for record in fresh}
    rank = {name: number for number, name in enumerate(order)}
    together = [record for record in kept if record["figure"] not in done] + fresh
    return sorted(together, key=lambda record: rank.get(record["figure"], len(rank)))


def _agrees(target: Value, computed: Value | None, tolerance: float | None) -> bool:
    if computed is None:
        return False
    if tolerance is None:
        return computed == target
    limit = bound(target)
    if limit is None:
        return abs(float(computed) - float(target)) <= tolerance
    sign, number = limit
    excess = float(computed) - number if sign in ">≥" else number - float(computed)
    return excess > tolerance if sign in "<>" else excess >= -tolerance


def _plain(value: Any) -> Value | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    number = float(value)
    return number if math.isfinite(number) else None


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, str):
        return "words" if bound(value) is None else "a bound"
    return "a number"


def _check_kinds(claim: Claim) -> None:
    kind = _kind(claim.published)
    numeric = kind in ("a number", "a bound")
    if numeric != (claim.tolerance is not None):
        expected = "be given for a number or a bound" if numeric else "be left out for words and yes or no"
        raise InputError("tolerance", expected, claim.tolerance, f"published is {shown(claim.published)}")
    if claim.tolerance is not None:
        non_negative("tolerance", claim.tolerance)
    if kind == "a number":
        finite("published", claim.published)
    wanted = "a number" if numeric else kind
    if claim.computed is not None and _kind(claim.computed) != wanted:
        raise InputError("computed", f"be {wanted}, since published is {kind}", shown(claim.computed))
    if claim.instead is not None and _kind(claim.instead) != kind:
        raise InputError("instead", f"be {kind}, since published is", shown(claim.instead))
    if bool(claim.depends_on.strip()) != bool(claim.choices):
        expected = "say what the paper leaves open where there are choices, and only there"
        raise InputError("depends_on", expected, repr(claim.depends_on))
    for name, value in (claim.choices or {}).items():
        if value is not None and _kind(value) != wanted:
            raise InputError("choices", f"be {wanted} each, since published is {kind}", f"{name}: {shown(value)}")


def _check_note(note: str, *values: Value) -> None:
    """A known difference is explained with its numbers: each value must stand in the note, however rounded."""
    written = re.findall(_NUMBER, note)
    for value in values:
        limit = bound(value)
        number = limit[1] if limit else value
        if isinstance(number, str | bool):
            found = _worded(number, None) in note
        else:
            found = any(_rounds_to(number, text) for text in written)
        if not found:
            raise InputError("note", f"contain {_worded(value, None)} where the claim differs", shown(note))


def _rounds_to(number: float, text: str) -> bool:
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return abs(_number(text) - number) <= 0.5001 * 10.0**-decimals


def _number(text: str) -> float:
    return float(text.replace("−", "-"))


def _worded(value: Value | None, tolerance: float | None) -> str:
    if value is None:
        return "not found"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value if bound(value) is None else _minus(value)
    decimals = 1 - math.floor(math.log10(tolerance)) if tolerance else 99
    if decimals > 6:
        return _minus(f"{value:.6g}")
    rounded = round(value, max(decimals, 0)) + 0.0  # no "-0"
    return _minus(f"{rounded:.{max(decimals, 0)}f}")


def _with_unit(value: Value | None, tolerance: float | None, unit: str) -> str:
    return f"{_worded(value, tolerance)}{_after_number(unit) if isinstance(value, float) else ''}"


def _after_number(unit: str) -> str:
    return {"": "", "1": "", "°": "°"}.get(unit, f" {unit}")


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _check_record(source: Path, record: object) -> None:
    keys = set(Record.__annotations__)
    if not isinstance(record, dict) or set(record) != keys:
        raise _not_claims(source, shown(record))
    if record["status"] not in STATUSES:
        raise _not_claims(source, f"the status {record['status']!r}")


def _not_claims(source: Path, got: str) -> InputError:
    return InputError(str(source), "be a list of claims", got, "remove it, or choose another folder")
