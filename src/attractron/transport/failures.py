"""What rates cannot answer: refused before the run where it shows at once, marked and explained where it is a point."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.transport.junction import Junction
from attractron.transport.kinetics import closed_classes, components
from attractron.transport.solution import Knobs, Model, joined


def check_supported(junction: Junction, processes: str) -> None:
    """Refuse what the rates beyond first order do not hold for.

    Raises:
        InputError: leads at different temperatures, spin, or several electrons on a dot.
    """
    if processes == "sequential":
        return
    if junction.temperature is None:
        raise InputError(
            "processes",
            "be 'sequential' for leads at different temperatures, since the higher orders rest on one temperature",
            repr(processes),
        )
    if junction.device.spin or max(junction.device.limits) > 1:
        raise InputError(
            "processes",
            "be 'sequential' for dots with spin or several electrons, since the higher orders know one level a dot",
            repr(processes),
        )


def check_connected(junction: Junction, model: Model) -> None:
    """Refuse charge states that no process connects.

    Raises:
        InputError: with the parts by name; the steady state would depend on how it began.
    """
    table = model.tables[0]
    parts = components(table.initial, table.final, len(model.landscape.energy))
    if len(parts) > 1:
        bare = [dot for dot in junction.device.dots if dot not in {lead.dot for lead in junction.leads}]
        raise InputError(
            "leads",
            "connect all charge states, else the steady state depends on how it began",
            f"{len(parts)} separate parts, {_named(model, parts)}",
            f"put a lead on {', '.join(bare)}",
        )


def state_names(model: Model) -> list[str]:
    """Charge states as text, "(1,0,1)", in the order of the dots."""
    return ["(" + ",".join(f"{count:.0f}" for count in charge) + ")" for charge in model.landscape.charges]


class Failure(NamedTuple):
    """Points without values.

    Attributes:
        failed, points: how many of how many.
        text: where the first one is and why it has none; empty when all are well.
    """

    failed: int
    points: int
    text: str

    def notes(self) -> list[str]:
        """A sentence, or none when all is well."""
        said = f"{self.failed} of {self.points} points have no single steady state; {self.text}."
        return [said] if self.failed else []

    def refuse_all(self) -> None:
        """Refuse a grid without any value.

        Raises:
            InputError: no point has values.
        """
        if self.failed == self.points:
            raise InputError(
                "axes",
                "hold a point with one steady state",
                f"none of {self.points}; {self.text}",
                "raise the temperature or include processes of higher order",
            )


def failure(model: Model, knobs: Knobs, status: NDArray[np.int8]) -> Failure:
    """Which points have no values, and why, from the first of them.

    Args:
        model: the numbers of a junction.
        knobs: the axes.
        status: codes over the flattened grid of the axes (point,).
    """
    failed = np.flatnonzero(status)
    if failed.size == 0:
        return Failure(0, status.size, "")
    index = np.unravel_index(failed[0], [np.size(value) for value in knobs.values()]) if knobs else ()
    values = {name: float(np.ravel(value)[i]) for (name, value), i in zip(knobs.items(), index, strict=True)}
    where = ", ".join(f"{name} = {value:.6g}" for name, value in values.items()) or "the junction's own values"
    why = "rates are out of the range that can be calculated"
    if status[failed[0]] == 1:
        classes = _closed_at(model, np.array(list(values.values())))
        why = f"all rates out of {_named(model, classes)} vanish in floating point"
    return Failure(failed.size, status.size, f"at {where} {why}")


def _closed_at(model: Model, values: FloatArray) -> list[list[int]]:
    """The sets of states that are never left, at one point of the knobs."""
    energy, mu = model.landscape.at(values[None])
    forward, backward = joined(model.rates(energy, mu))
    return closed_classes(forward[0], backward[0], *model.ends, energy.shape[1])


def _named(model: Model, parts: list[list[int]], most: int = 4) -> str:
    """Sets of charge states by name, as many as a message holds."""
    names = state_names(model)
    texts = [
        "{" + ", ".join(names[state] for state in part[:most]) + (", …}" if len(part) > most else "}")
        for part in parts[:most]
    ]
    return " and ".join(texts) + (" and more" if len(parts) > most else "")
