"""How large a study is: a grid of more points than anyone means by accident is asked about before the start."""

from time import perf_counter

from attractron.core.axes import Axes
from attractron.core.errors import InputError
from attractron.studies.grid import Layout
from attractron.studies.study import Study

MOST_POINTS = 10**7
"""Points of a grid that is computed without asking."""

PROBED = 256
"""Points of an answer at most by which the rest is estimated."""


def check_size(study: Study, *, yes: bool = False) -> None:
    """A study of more than `MOST_POINTS` points is meant to be so.

    Args:
        study: from `read_study`.
        yes: whether it is meant.

    Raises:
        InputError: it is not, with its points and estimates of its size and its time on one process.
    """
    if yes or study.points <= MOST_POINTS:
        return
    size, seconds = estimated(study)
    got = f"{study.points:.4g} points, about {_in(size, SIZES)}, and at most some {_in(seconds, TIMES)} on one process"
    remedy = "make it smaller, or go on with --yes (in Python: yes=True)"
    raise InputError(study.document.where(("axes",)), f"have at most {MOST_POINTS:.0e} points unasked", got, remedy)


def estimated(study: Study) -> tuple[float, float]:
    """Bytes of the result and seconds, from those of a corner of the grid: what a block shares makes both too large."""
    layout = Layout(study)
    inner, outer = layout.inner, layout.outer
    most = max(1, int(PROBED ** (1 / max(len(inner.dims), 1))))
    few = {name: value[:most] for name, value in inner.swept.items()}
    query = study.query(Axes({**inner, **few}), {name: value for each in outer for name, value in each.at(0).items()})
    study.question.answer(query)  # what is loaded and compiled once is not counted
    start = perf_counter()
    found = study.question.answer(query)
    seconds = perf_counter() - start
    share = study.points / query.axes.size
    size = sum(
        variable.nbytes * (share if outer or set(variable.dims) & set(few) else 1) for variable in found.values()
    )
    return size, seconds * share


SIZES = {"TB": 1e12, "GB": 1e9, "MB": 1e6}
TIMES = {"years": 3.15e7, "days": 86400.0, "hours": 3600.0, "minutes": 60.0, "s": 1.0}


def _in(value: float, units: dict[str, float]) -> str:
    """In the largest unit of which it is at least one."""
    name, unit = next(((name, unit) for name, unit in units.items() if value >= unit), list(units.items())[-1])
    return f"{value / unit:.3g} {name}"
