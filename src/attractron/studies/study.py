"""What a study is made of: a kind of model with its questions, and what a study file has chosen among them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.axes import Axes
from attractron.core.checks import FloatArray
from attractron.studies.paths import numbers_of, with_numbers
from attractron.studies.refinement import Refinement
from attractron.studies.schemas import Options, Schema
from attractron.studies.toml import Document


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the user wanted to know: a paragraph, and its numbers as name → (value, unit).

    Example:
        >>> said = at.studies.Verdict(text="The device pairs.", numbers={"two_delta": (1.48, "meV")})
        >>> said.numbers["two_delta"]
        (1.48, 'meV')
    """

    text: str
    numbers: Mapping[str, tuple[float, str]]


@dataclass(frozen=True, kw_only=True)
class Query:
    """What a question is asked about.

    Attributes:
        model: the physics model.
        axes: the knobs that the question takes.
        options: its checked options, the table `[question]`.
        uncertainty: parameter → one standard deviation.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> query = at.studies.Query(model=device, axes=at.core.axes.Axes({"U": 2.0}), options=None, uncertainty={})
        >>> query.axes.fixed
        {'U': 2.0}
    """

    model: Any
    axes: Axes
    options: Any
    uncertainty: Mapping[str, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Dimension:
    """A dimension of a study's result: one knob, several that are varied together, or samples of several.

    Attributes:
        name: of the dimension: its knob, the first of those that are varied together, or "sample".
        values: knob → values, all of the same length.

    >>> dimension = Dimension(name="W", values={"W": np.array([0.8, 0.9]), "U": np.array([2.4, 2.5])})
    >>> dimension.size, dimension.at(1)
    (2, {'W': 0.9, 'U': 2.5})
    """

    name: str
    values: Mapping[str, FloatArray]

    @property
    def size(self) -> int:
        """Points."""
        return next(values.size for values in self.values.values())

    def at(self, number: int) -> dict[str, float]:
        """The knobs at one point."""
        return {name: float(values[number]) for name, values in self.values.items()}

    def index(self) -> xr.DataArray:
        """What results are laid end to end along: the values of the knob that it is named after, or a count."""
        own = self.values.get(self.name)
        attrs = (
            {"long_name": self.name} if own is not None else {"units": "1", "long_name": f"number of the {self.name}"}
        )
        points = np.arange(self.size) if own is None else own
        return xr.DataArray(xr.Variable(self.name, points, attrs), name=self.name, dims=self.name)


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question that a study can put to a model.

    Attributes:
        about: one line for lists.
        answer: query → result, a pure function at the top of a module, so that workers can load it.
        verdict: (study, result) → what the result says.
        options: schema of the table `[question]`.
        knobs: the knobs that `answer` takes as axes, or model → these; None for every knob of the model. Parameters
            that it does not take are varied around it, point by point.
        own: options that make axes of the result's own, such as the temperatures of a curve: they cannot be an axis.
        whole: knobs whose values one call serves together for the price of one: no block cuts their axes.
        needs: axes without which the question makes no sense; "*" stands for any one.
        uncertain: whether uncertainties of the parameters enter its answer or its verdict.
        finish: (study, result) → result, for what cannot be done block by block, such as the noise of a whole scan.
        rewrites: variables that `finish` changes; it may add any and changes attributes.
        window: (query, {knob: points}) → {knob: values}, for axes that the file gives no ends.

    Example:
        >>> at.studies.KINDS["building-block"].questions["effective-interaction"].about
        'the interaction of two electrons dressed by the rest of the device, over parameters'
    """

    about: str
    answer: Callable[[Query], xr.Dataset]
    verdict: Callable[["Study", xr.Dataset], Verdict]
    options: type[Options] = Options
    knobs: tuple[str, ...] | Callable[[Any], tuple[str, ...]] | None = None
    own: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    uncertain: bool = False
    finish: Callable[["Study", xr.Dataset], xr.Dataset] | None = None
    rewrites: tuple[str, ...] = ()
    window: Callable[[Query, Mapping[str, int]], Mapping[str, FloatArray]] | None = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of model that a study file can describe.

    Attributes:
        name: value of `kind` in the file, and name of its template.
        about: one line for lists.
        table: schema of the table `[model]`, which makes the model.
        parameters: model → {parameter: unit}; `vary` changes them, axes and uncertainties may name them.
        controls: model → {knob: unit} of the knobs that are no parameters: gates, a bias, a chemical potential.
        vary: (model, {parameter: value}) → model.
        describe: model → its parameters, JSON-safe.
        questions: name → question; the first one is the default.
        template: a study file to start from, of a kind that another package brings.

    Example:
        >>> kind = at.studies.KINDS["building-block"]
        >>> device = kind.table.model_validate({"W": "830 µeV", "U": 2.41, "delta": 2.41, "t": 0.05}).made()
        >>> kind.parameters(device)["W"], [*kind.questions]
        ('meV', ['stability-diagram', 'effective-interaction', 'verdict'])
    """

    name: str
    about: str
    table: type[Schema]
    parameters: Callable[[Any], Mapping[str, str]]
    controls: Callable[[Any], Mapping[str, str]]
    vary: Callable[[Any, Mapping[str, float]], Any]
    describe: Callable[[Any], Mapping[str, Any]]
    questions: Mapping[str, Question]
    template: str = ""


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study file that has passed every check: what is left to do is to compute.

    Attributes:
        document: the file.
        table: its table `[model]`, checked, with what the axes hold of it.
        kind: of its model.
        model: with the parameters that the file holds.
        question_name: what is asked.
        options: the table `[question]`, checked.
        axes: knobs that are crossed with each other, and those that are held.
        uncertainty: parameter → one standard deviation.
        dimensions: of the result: every axis that is not held, those that are varied together as one, samples last.
        held: parameters that the axes hold.
        order: all knobs of the axes and samples, as in the file.
        notes: what the reader of the result is told about its axes.
        adaptive: how further points are put, of a study whose dimension holds the first ones.

    Example:
        >>> text = '''
        ... kind = "building-block"
        ... model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
        ... question = { name = "verdict" }
        ... '''
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp()) / "device.toml"
        >>> _ = path.write_text(text, encoding="utf-8")
        >>> study = at.studies.read(path)
        >>> study.question_name, study.units["delta"]
        ('verdict', 'meV')
    """

    document: Document
    kind: Kind
    table: Schema
    model: Any
    question_name: str
    options: Any
    axes: Axes
    uncertainty: Mapping[str, float]
    dimensions: tuple[Dimension, ...] = ()
    held: Mapping[str, float] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    adaptive: Refinement | None = None

    @property
    def question(self) -> Question:
        """The question that the file asks."""
        return self.kind.questions[self.question_name]

    @cached_property
    def units(self) -> dict[str, str]:
        """Knob → unit: controls and parameters, other numbers of the model, options of the question."""
        return knobs_of(self.kind, self.table, self.model, self.question)

    @cached_property
    def own(self) -> frozenset[str]:
        """Controls and parameters, which a question may take as axes."""
        return frozenset((*self.kind.controls(self.model), *self.kind.parameters(self.model)))

    @cached_property
    def taken(self) -> frozenset[str]:
        """Of `own` what the question takes as axes."""
        knobs = self.question.knobs
        return self.own if knobs is None else self.own & {*(knobs(self.model) if callable(knobs) else knobs)}

    @property
    def swept(self) -> dict[str, FloatArray]:
        """Knob → its values, for all that are varied, crossed or not."""
        return {name: values for dimension in self.dimensions for name, values in dimension.values.items()}

    @property
    def asked(self) -> tuple[str, ...]:
        """All knobs that are varied or held, but for held parameters, in the order of the file."""
        return tuple(name for name in self.order if name in self.axes or name in self.swept)

    @property
    def points(self) -> int:
        """Points of the whole grid."""
        return prod(dimension.size for dimension in self.dimensions)

    def query(self, axes: Mapping[str, FloatArray | float], around: Mapping[str, float]) -> Query:
        """What the question is asked at one point of all that is varied around it.

        Args:
            axes: knobs that the question takes, swept or held.
            around: knob → value: parameters of the model, options of the question, or knobs that it takes, held.

        Raises:
            InputError: the model has no such values.
        """
        controls, parameters = self.kind.controls(self.model), self.kind.parameters(self.model)
        options = self.question.options.model_fields
        parts: dict[str, dict[str, float]] = {"controls": {}, "parameters": {}, "options": {}, "paths": {}}
        for name, value in around.items():
            known = (("controls", controls), ("parameters", parameters), ("options", options))
            part = next((part for part, names in known if name in names), "paths")
            parts[part][name] = value
        return Query(
            model=self._model(parts["paths"], parts["parameters"]),
            axes=Axes({**axes, **parts["controls"]}),
            options=self.options.model_copy(update=parts["options"]) if parts["options"] else self.options,
            uncertainty=self.uncertainty,
        )

    def _model(self, places: Mapping[str, float], parameters: Mapping[str, float]) -> Any:
        """The model with other numbers in its table, which is made anew then, and other parameters."""
        if not places:
            return self.kind.vary(self.model, parameters) if parameters else self.model
        model, values = with_numbers(self.table, places).made(), {**self.held, **parameters}
        return self.kind.vary(model, values) if values else model


def knobs_of(kind: Kind, table: Schema, model: Any, question: Question) -> dict[str, str]:
    """All that an axis of a study may be, with units; a control or a parameter goes before what else has its name."""
    known = {**kind.controls(model), **kind.parameters(model)}
    options = {name: unit for name, unit in question.options.units().items() if name not in question.own}
    others = {**numbers_of(table), **options}
    return known | {name: unit for name, unit in others.items() if name not in known}
