"""The table `[adaptive]` of a study file: one or two knobs whose points are put where the result changes."""

from collections.abc import Container, Mapping
from typing import Any, Literal

from pydantic import Field

from attractron.core.checks import shown
from attractron.studies.knobs import check_knob, names_in
from attractron.studies.refinement import Refinement
from attractron.studies.schemas import Schema, number
from attractron.studies.study import Dimension
from attractron.studies.toml import Document, Keys
from attractron.studies.validation import validated

POINT = "point"
"""The dimension."""

MOST = 10**5
"""Points, at most, and where only a loss is the goal."""

KNOBS = 2
"""That are refined together, at most."""


class _Adaptive(Schema):
    points: int | None = Field(None, ge=8, le=MOST)
    loss: float | None = Field(None, gt=0)
    quantity: str | None = None
    batch: int = Field(32, ge=8, le=4096)
    of: dict[str, Any] = Field(min_length=1, max_length=KNOBS)


class _Range(Schema):
    start: Any
    stop: Any
    spacing: Literal["linear", "log"] = "linear"


def read_adaptive(
    document: Document, units: Mapping[str, str], axes: Container[str] = (), *, alone: bool = True
) -> tuple[list[Dimension], Refinement | None]:
    """The points of a file that begins with some and adds others, if it has the table: the first ones, and the plan.

    Args:
        document: the file.
        units: knob → unit.
        axes: knobs that the axes hold.
        alone: whether nothing else is varied.

    Raises:
        InputError: whatever is wrong with the table, with its line.
    """
    if "adaptive" not in document.data:
        return [], None
    given = validated(_Adaptive, document, ("adaptive",))
    if given.points is None and given.loss is None:
        raise document.error(("adaptive",), "have a goal, points = ... or loss = ...", "neither")
    if not alone:
        expected = "be the only table that varies something"
        raise document.error(("adaptive",), expected, "axes or samples beside it", "hold the others at a number")
    named = names_in(document, ("adaptive", "of"), units)
    ends, logarithmic = {}, set()
    for name, keys in named.items():
        check_knob(document, keys, units, name)
        if name in axes:
            raise document.error(keys, "be refined or in [axes]", "both", "leave one of them out")
        ends[name], spread = _ends(document, keys, units[name])
        logarithmic |= {name} if spread == "log" else set()
    if len(ends) > KNOBS:
        raise document.error(("adaptive", "of"), f"name one or {KNOBS} knobs", ", ".join(ends))
    plan = Refinement(
        ends=ends,
        logarithmic=frozenset(logarithmic),
        points=MOST if given.points is None else given.points,
        loss=given.loss,
        quantity=given.quantity,
        batch=given.batch,
    )
    values = {name: each[: plan.points] for name, each in plan.first().items()}
    return [Dimension(name=POINT, values=values)], plan


def _ends(document: Document, keys: Keys, unit: str) -> tuple[tuple[float, float], str]:
    table: Any = document.data
    for key in keys:
        table = table[key]
    if not isinstance(table, dict):
        raise document.error(keys, "be a table with start and stop", shown(table))
    given = validated(_Range, document, keys)
    start, stop = (number(document.where((*keys, end)), getattr(given, end), unit) for end in ("start", "stop"))
    if start == stop:
        raise document.error((*keys, "stop"), "differ from start", f"{stop:g}")
    if given.spacing == "log" and min(start, stop) <= 0:
        raise document.error(keys, "be positive from start to stop with logarithmic spacing", f"{min(start, stop):g}")
    return (start, stop), given.spacing
