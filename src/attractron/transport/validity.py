"""What a current rests on: the expansion, what it omits, where it leaves its range; said with every result.

What rates cannot answer is refused before the run where it shows at once, and marked and explained where it is a point
of a map.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.axes import Axes
from attractron.core.checks import FloatArray
from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.transport.junction import Junction
from attractron.transport.master_equation import closed_classes, components
from attractron.transport.rates import METHODS
from attractron.transport.solve import Model, SteadyState, joined

ROUNDING = 1e-12
"""Currents below this part of (e/ħ)Γ are not told from zero."""

CLAMPED_PART = 0.01
"""Part of the current above which the effect of clamped rates is spoken of."""

CONTENT = {
    "sequential": "golden-rule rates of first order in Γ on all dots",
    "0e": "golden-rule rates of first order in Γ on all dots",
    "1e": "T-matrix rates of first and second order in Γ",
    "2e": "T-matrix rates of first, second and third order in Γ",
}

ELASTIC = {
    "exact": (
        "Two events on one dot enter as elastic passage alone, which is exact while all other charges stand still."
    ),
    "order-Γ²": (
        "Two events on one dot enter as elastic passage of order Γ², which is a stream of single jumps; its rates are "
        "negative close to resonance and are set to zero there (`clamped`, to be kept below "
        f"{100 * CLAMPED_PART:g} % of the currents)."
    ),
}
"""How elastic passage enters currents, and what counts single jumps."""

OF_QUESTION: dict[str, tuple[str, ...]] = {
    "transport.thermopower": (
        "Linear response to differences far below T and k_BT/e.",
        "Where single electrons are blocked, elastic passage and pairs of order Γ² carry more from some temperature "
        "downwards and are not in here: compare the conductance with that of differential_conductance with "
        "processes='1e'.",
    ),
}
"""What to know about the answer to a question whatever the junction, one sentence each."""

LITERATURE = {
    "sequential": (),
    "0e": (),
    "1e": ("kaasbjerg_jauho2016", "turek_matveev2002", "koller2010", "timm2011", "he2020"),
    "2e": ("kaasbjerg_jauho2016", "turek_matveev2002", "koller2010", "timm2011", "he2020"),
}


def method_text(processes: str, method: str, elastic: str = "exact") -> str:
    """How the current is calculated, in a phrase; `elastic` is one of `ELASTIC`."""
    passage = "" if processes == "sequential" else f" and {elastic} elastic passage"
    integrals = f"; {METHODS[method]}" if processes in ("1e", "2e") else ""
    return f"steady state of rate equations: {CONTENT[processes]}{passage}{integrals}"


def notes(junction: Junction, processes: str, method: str, elastic: str = "exact") -> list[str]:
    """The approximations made, one sentence each; `elastic` is one of `ELASTIC`."""
    ratio = junction.broadening
    found = [f"The expansion is in Γ; the largest width of a level is {ratio:.3g} k_BT."]
    if ratio > 1:
        found.append(
            "Beyond Γ = k_BT such rates are safe for thresholds, slopes and low-bias orders of magnitude, not for "
            "amplitudes."
        )
    if processes == "sequential":
        return [*found, "First order knows neither cotunnelling nor the width of levels."]
    found.append(ELASTIC[elastic])
    if LITERATURE[processes]:
        found.append(
            "T-matrix rates need a prescription for intermediate states on shell, keep reducible contributions that a "
            "systematic expansion subtracts (Koller et al. 2010, Timm 2011), and have no single-electron tunnelling of "
            "fourth order in the amplitudes, which renormalises levels and widths (He et al. 2020)."
        )
    if processes == "2e" and method == "constant":
        found.append("The constant-denominator estimate is good to 15-20 % at low bias, far from shell.")
    return found


def marks(current: FloatArray, effect: FloatArray, beyond: NDArray[np.bool_]) -> list[str]:
    """What the marks of a current say, one sentence each.

    Args:
        current: of the source, over any grid.
        effect: what the current would change by without clamping, in the same unit over the same grid.
        beyond: where the current exceeds what one channel carries.
    """
    points, found = current.size, []
    many = np.count_nonzero(clamped_matter(current, effect))
    if many:
        found.append(
            f"At {many} of {points} points the current would change by more than {100 * CLAMPED_PART:g} % if "
            "regularised rates that were negative and set to zero kept their values (`clamped_effect`)."
        )
    if beyond.any():
        found.append(
            f"At {np.count_nonzero(beyond)} of {points} points |I| exceeds (e²/h)|V|, more than one channel can carry "
            "(`beyond_unitarity`)."
        )
    return found


def clamped_matter(current: FloatArray, effect: FloatArray) -> NDArray[np.bool_]:
    """Where clamping changes the current by more than `CLAMPED_PART` of it, or by what cannot be calculated."""
    small = np.abs(effect) <= CLAMPED_PART * np.abs(current)
    return np.asarray(np.isfinite(current) & ~small)


def beyond_unitarity(model: Model, steady: SteadyState, amount: FloatArray) -> NDArray[np.bool_]:
    """Where the source carries more than one channel can, by Landauer.

        |I| > (e²/h) |V|,   V its largest bias to another lead,

    which holds for leads at one temperature; with several nothing is marked.

    Args:
        model: the junction.
        steady: its steady state.
        amount: current of the source over the flattened grid, pA (point,).
    """
    if model.junction.temperature is None:
        return np.zeros(amount.shape, dtype=bool)
    most = PA_PER_MEV / (2 * np.pi) * steady.bias
    rounding = ROUNDING * PA_PER_MEV * model.Gamma[model.junction.source_number]
    return np.asarray(np.abs(amount) > most * (1 + 1e-9) + rounding)


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


def check_connected(model: Model) -> None:
    """Refuse charge states that no process connects.

    Raises:
        InputError: with the parts by name; the steady state would depend on how it began.
    """
    table = model.tables[0]
    parts = components(table.initial, table.final, model.states)
    if len(parts) > 1:
        connected = {lead.dot for lead in model.junction.leads}
        others = [dot for dot in model.junction.device.dots if dot not in connected]
        raise InputError(
            "leads",
            "connect all charge states, else the steady state depends on how it began",
            f"{len(parts)} separate parts, {_named(model, parts)}",
            f"put a lead on {', '.join(others)}",
        )


def state_names(model: Model) -> list[str]:
    """Charge states as text, "(1,0,1)", in the order of the dots."""
    return ["(" + ",".join(f"{count:.0f}" for count in charge) + ")" for charge in model.energies.charges]


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


def failure(model: Model, axes: Axes, status: NDArray[np.int8]) -> Failure:
    """Which points have no values, and why, from the first of them.

    Args:
        model: the numbers of a junction.
        axes: the axes.
        status: codes over the flattened grid of the axes (point,).
    """
    failed = np.flatnonzero(status)
    if failed.size == 0:
        return Failure(0, status.size, "")
    index = dict(zip(axes.dims, np.unravel_index(failed[0], axes.shape or (1,)), strict=False))
    values = {name: float(axes.swept[name][index[name]]) if name in index else axes.fixed[name] for name in axes}
    where = ", ".join(f"{name} = {value:.6g}" for name, value in values.items()) or "the junction's own values"
    why = "rates are out of the range that can be calculated"
    if status[failed[0]] == 1:
        classes = _closed_at(model, np.array(list(values.values())))
        why = f"all rates out of {_named(model, classes)} vanish in floating point"
    return Failure(failed.size, status.size, f"at {where} {why}")


def _closed_at(model: Model, values: FloatArray) -> list[list[int]]:
    """The sets of states that are never left, at one point of the knobs."""
    energy, mu = model.energies.at(values[None])
    forward, backward = joined(model.rates(energy, mu))
    return closed_classes(forward[0], backward[0], *model.ends, model.states)


def _named(model: Model, parts: list[list[int]]) -> str:
    """Sets of charge states by name, as many as a message holds."""
    names, most = state_names(model), 4
    texts = [
        "{" + ", ".join(names[state] for state in part[:most]) + (", …}" if len(part) > most else "}")
        for part in parts[:most]
    ]
    return " and ".join(texts) + (" and more" if len(parts) > most else "")
