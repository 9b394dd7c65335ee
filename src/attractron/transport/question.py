"""What all questions about a junction share: checked axes on the way in, labels and what to trust on the way out."""

from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import Axes, over_axes
from attractron.core.checks import choice
from attractron.core.results import Variable, dataset, flags
from attractron.transport.junction import BIAS, Junction
from attractron.transport.master_equation import STATUS
from attractron.transport.rates import METHODS
from attractron.transport.solve import ORDERS, Model, make_model
from attractron.transport.validity import (
    LITERATURE,
    check_connected,
    check_supported,
    failure,
    method_text,
    notes,
)

ORIGINS = ("absolute", "centre")

LONG_NAMES = {"V": "mean gate voltage V", "delta_V": "gate voltage detuning δV", BIAS: "bias V_SD"}

Flat = tuple[tuple[str, ...], NDArray[Any], str, str]
"""Dimensions but those of the axes, data with the points of the flattened grid last, units, long name."""


def prepared(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    processes: str,
    method: str,
    origin: str,
    default: Mapping[str, float] | None = None,
) -> tuple[Axes, Model]:
    """Checked axes, with defaults for what is not among them, and the junction ready for numbers over them.

    Raises:
        InputError: as for `attractron.transport.current`.
    """
    given = over_axes("axes", axes, junction.knobs)
    over = Axes({**given, **{knob: value for knob, value in (default or {}).items() if knob not in given}})
    choice("processes", processes, ORDERS)
    choice("method", method, METHODS)
    choice("origin", origin, ORIGINS)
    check_supported(junction, processes)
    model = make_model(junction, list(over), processes, method, origin)
    check_connected(model)
    return over, model


def labelled(
    model: Model,
    axes: Axes,
    status: NDArray[Any],
    variables: Mapping[str, Flat],
    coords: Mapping[str, Variable] | None = None,
    *,
    question: str,
    method: str = "",
    options: Mapping[str, Any] | None = None,
    validity: Sequence[str] = (),
    references: Sequence[str] = (),
    elastic: str = "exact",
    part: bool = False,
) -> xr.Dataset:
    """The result of a question over its axes, with `status`, provenance, and what the answer rests on.

    Args:
        model: the junction and how it was asked about.
        axes: the axes.
        status: codes of `attractron.transport.master_equation.STATUS` (point,).
        variables: numbers over the flattened grid.
        coords: of the dimensions that the variables have beside the axes.
        question: name of the function that was asked.
        method: how it is answered once the steady state is known, in a phrase.
        options: of this question alone.
        validity: what to know about this question alone, one sentence each.
        references: of this question alone.
        elastic: how elastic passage enters, one of `attractron.transport.validity.ELASTIC`.
        part: whether more of the grid is asked about elsewhere, so that no value at all is no error.

    Raises:
        InputError: no point has values.
    """
    failed = failure(model, axes, status)
    if not part:
        failed.refuse_all()
    chosen = model.chosen, model.method
    every: dict[str, Flat] = {**variables, "status": ((), status, "1", "what became of the point")}
    result = dataset(
        {
            name: ((*inner, *axes.dims), axes.over(flat), unit, long_name)
            for name, (inner, flat, unit, long_name) in every.items()
        },
        {
            **axes.coordinates(lambda knob: _unit(model.junction, knob), lambda knob: LONG_NAMES.get(knob, knob)),
            **(coords or {}),
        },
        question=f"transport.{question}",
        parameters=model.junction.describe(),
        options={
            "processes": model.chosen,
            "method": model.method,
            "origin": model.origin,
            "fixed": axes.fixed,
            **(options or {}),
        },
        method="; ".join(filter(None, (method, method_text(*chosen, elastic)))),
        validity=[*notes(model.junction, *chosen, elastic), *validity, *failed.notes()],
        references=(*references, *LITERATURE[model.chosen]),
    )
    result["status"].attrs.update(flags(STATUS))
    result.attrs["axes"] = ", ".join(axes)
    return result.assign_attrs(failure=failed.text) if failed.failed else result


def _unit(junction: Junction, knob: str) -> str:
    return "mV" if knob == BIAS else junction.device.unit(knob)
