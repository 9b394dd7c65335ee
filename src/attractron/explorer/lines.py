"""The lines of Python that give what a picture shows."""

from collections.abc import Mapping
from inspect import signature
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray
from attractron.plotting.style import even_ratios
from attractron.studies.kinds.wires_questions import arguments_of_flow
from attractron.studies.study import Study
from attractron.wires.flow.scheme import Scheme

MAKERS = {
    "building-block": ("dots", "building_block", "device"),
    "chain": ("dots", "chain", "device"),
    "junction": ("transport", "pair_junction", "junction"),
}
"""Kind → folder, function and name of its model."""

HEAD = "import numpy as np\n\nimport attractron as at\n\n"


def lines_of(study: Study) -> str:
    """Python that computes the result of a study; its last line but one makes `result`, and the last draws it.

    Models that are a call of the library are written as that call, all others as their study file.
    """
    written = _of_wires(study) if study.kind.name == "wires" else _of_maker(study)
    return (written or _of_file(study)) + "at.plotting.picture(result)\n"


def _of_maker(study: Study) -> str | None:
    if study.kind.name not in MAKERS or study.held or study.dimensions == () or study.own >= {"sites"}:
        return None
    folder, maker, name = MAKERS[study.kind.name]
    options, given = study.options.given(), study.table.given()
    if not all(_is_plain(value) for value in (*options.values(), *given.values())):
        return None
    model = f"{name} = at.{folder}.{maker}({_arguments(given)})\n"
    question = study.question_name.replace("-", "_")
    if study.question_name == "verdict":
        return None
    rest = f", {_arguments(options)}" if options else ""
    return f"{HEAD}{model}result = at.{folder}.{question}({name}, {_axes(study.axes)}{rest})\n"


def _of_wires(study: Study) -> str | None:
    model = study.model
    if model.origin != "numbers" or study.question_name not in ("flow", "phase-diagram") or study.held:
        return None
    options = study.options.complete()
    usual = signature(Scheme).parameters
    scheme = arguments_of_flow(model, options, study.axes)
    own = "".join(f", {name}={_written(each)}" for name, each in scheme.items() if each != usual[name].default)
    wires = f"wires = at.wires.CoupledWires({_arguments({**model.source, **model.numbers})})\n"
    if study.question_name == "phase-diagram":
        return f"{HEAD}{wires}result = at.wires.phase_diagram(wires, {_axes(study.axes)}{own})\n"
    length, points = options["length"], options["points"]
    axes = {**study.axes, "l": np.linspace(0.0, length, points)}
    return f"{HEAD}{wires}result = at.wires.flow(wires, axes={_axes(axes)}, Lambda={model.bandwidth!r}{own})\n"


def _of_file(study: Study) -> str:
    kept = [line for line in study.document.text.splitlines() if not line.startswith("#")]
    text = "\n".join(kept).strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return (
        "from pathlib import Path\n\nimport attractron as at\n\n"
        f'Path("study.toml").write_text("""\\\n{text}\n""", encoding="utf-8")\n'
        'result = at.studies.compute_study(at.studies.read("study.toml"))\n'
    )


def _axes(axes: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f'"{name}": {_values(value)}' for name, value in axes.items()) + "}"


def _values(value: FloatArray | float) -> str:
    """An axis as a call of NumPy where it is one, exactly; else its numbers."""
    if np.ndim(value) == 0:
        return repr(float(value))
    points = np.asarray(value)
    first, last, number = float(points[0]), float(points[-1]), points.size
    for call in ("geomspace", "linspace") if even_ratios(points) else ("linspace",):
        if np.array_equal(getattr(np, call)(first, last, number), points):
            return f"np.{call}({first!r}, {last!r}, {number})"
    return repr(points.tolist())


def _arguments(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_written(value)}" for name, value in given.items() if value is not None)


def _written(value: Any) -> str:
    return repr(value) if _is_plain(value) else f"at.wires.{value!r}"


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | None | tuple | list)
