"""What a study is made of: a kind of model with its questions, and what a study file has chosen among them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import xarray as xr

from attractron.core.axes import Axes
from attractron.studies.schemas import Options, Schema
from attractron.studies.toml import Document


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the user wanted to know: a paragraph, and its numbers as name → (value, unit)."""

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
    """

    model: Any
    axes: Axes
    options: Any
    uncertainty: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question that a study can put to a model.

    Attributes:
        about: one line for lists.
        answer: query → result, a pure function at the top of a module, so that workers can load it.
        verdict: (study, result) → what the result says.
        options: schema of the table `[question]`.
        knobs: the knobs that `answer` takes as axes; None for every knob of the model. Parameters that it does not
            take are varied around it, point by point.
        needs: axes without which the question makes no sense; "*" stands for any one.
        uncertain: whether uncertainties of the parameters enter its answer or its verdict.
        finish: (study, result) → result, for what cannot be done block by block, such as the noise of a whole scan.
    """

    about: str
    answer: Callable[[Query], xr.Dataset]
    verdict: Callable[["Study", xr.Dataset], Verdict]
    options: type[Options] = Options
    knobs: tuple[str, ...] | None = None
    needs: tuple[str, ...] = ()
    uncertain: bool = False
    finish: Callable[["Study", xr.Dataset], xr.Dataset] | None = None


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
    """

    name: str
    about: str
    table: type[Schema]
    parameters: Callable[[Any], Mapping[str, str]]
    controls: Callable[[Any], Mapping[str, str]]
    vary: Callable[[Any, Mapping[str, float]], Any]
    describe: Callable[[Any], Mapping[str, Any]]
    questions: Mapping[str, Question]


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study file that has passed every check: what is left to do is to compute.

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
    model: Any
    question_name: str
    options: Any
    axes: Axes
    uncertainty: Mapping[str, float]

    @property
    def question(self) -> Question:
        """The question that the file asks."""
        return self.kind.questions[self.question_name]

    @property
    def units(self) -> dict[str, str]:
        """Knob → unit."""
        return {**self.kind.controls(self.model), **self.kind.parameters(self.model)}
