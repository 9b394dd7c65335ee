"""What a study is made of: a kind of model with its questions, each with the schema of its table in the file.

Numbers may carry units in the file ("830 µeV"); the types here convert them, once, to the units of the package.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.units import to_unit
from attractron.studies.toml import Document

if TYPE_CHECKING:
    import xarray as xr

Axes = dict[str, FloatArray | float]
"""Knob → its values (a dimension of the result), or the value at which it is held."""


def number(argument: str, value: Any, unit: str) -> float:
    """A number, or text with a unit, as a float in `unit`; a truth value is neither."""
    if isinstance(value, bool):
        raise InputError(argument, f"be a number in {unit}", str(value).lower())
    return to_unit(argument, value, unit)


def _quantity(unit: str, check: Callable[[str, Any], float] = checks.finite) -> BeforeValidator:
    def convert(value: Any, info: ValidationInfo) -> float:
        name = info.field_name or "value"
        return check(name, number(name, value, unit))

    return BeforeValidator(convert)


Energy = Annotated[float, _quantity("meV")]
"""meV, or text with a unit."""
Voltage = Annotated[float, _quantity("mV")]
"""mV, or text with a unit."""
LeverArm = Annotated[float, _quantity("meV/mV")]
"""meV/mV, or text with a unit."""
Current = Annotated[float, _quantity("pA")]
"""pA, or text with a unit."""
Temperature = Annotated[float, _quantity("K", checks.non_negative)]
"""K, not negative, or text with a unit."""
Length = Annotated[float, _quantity("nm")]
"""nm, or text with a unit."""
InverseLength = Annotated[float, _quantity("nm^-1")]
"""nm⁻¹ (a density, a momentum), or text with a unit."""
LineEnergy = Annotated[float, _quantity("meV*nm")]
"""meV nm (ħ × velocity, an interaction between points of a wire), or text with a unit."""


class Schema(BaseModel):
    """Base of all tables: unknown keys are errors, and a number is not taken for a truth value or the reverse."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Options(Schema):
    """Base of the options of a question: the table `[question]`."""

    name: str = ""


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
        options: its checked options.
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
    answer: "Callable[[Query], xr.Dataset]"
    verdict: "Callable[[Study, xr.Dataset], Verdict]"
    options: type[Options] = Options
    knobs: tuple[str, ...] | None = None
    needs: tuple[str, ...] = ()
    uncertain: bool = False
    finish: "Callable[[Study, xr.Dataset], xr.Dataset] | None" = None


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of model that a study file can describe.

    Attributes:
        name: value of `kind` in the file, and name of its template.
        about: one line for lists.
        schema: schema of the table `[model]`.
        build: checked table → physics model.
        parameters: model → {parameter: unit}; `vary` changes them, axes and uncertainties may name them.
        controls: model → {knob: unit} of the knobs that are no parameters: gates, a bias, a chemical potential.
        vary: (model, {parameter: value}) → model.
        describe: model → its parameters, JSON-safe.
        questions: name → question; the first one is the default.
        start: what whoever waits for the first block may wait for.
    """

    name: str
    about: str
    schema: type[Schema]
    build: Callable[[Any], Any]
    parameters: Callable[[Any], Mapping[str, str]]
    controls: Callable[[Any], Mapping[str, str]]
    vary: Callable[[Any, Mapping[str, float]], Any]
    describe: Callable[[Any], Mapping[str, Any]]
    questions: Mapping[str, Question]
    start: str = ""


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study file that has passed every check: what is left to do is to compute."""

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
