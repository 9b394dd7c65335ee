"""Tables of study files, from the annotations of what they describe: no parameter is stated twice.

A function or a class of the physics is the schema of a table: its parameters are the keys, their annotations say which
values and which unit (`attractron.core.units`), what has a default may be left out. A mapping of names to things, such
as gates, is a table of tables. From what the file gives, `Schema.made` calls the source.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import Parameter, signature
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, create_model

from attractron.core import checks
from attractron.core.errors import InputError
from attractron.core.units import Unit, to_energy, to_unit

PLAIN = (bool, int, float, str, type(None))
"""What stands in a table as it is."""


class Schema(BaseModel):
    """Base of all tables: unknown keys are errors, and a number is not taken for a truth value or the reverse."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    made_by: ClassVar[tuple[Callable[..., Any], ...]] = ()
    """What the table describes the arguments of."""
    named_by: ClassVar[str] = ""
    """The argument that is the table's own key in a table of tables, such as the name of a lead."""

    def given(self) -> dict[str, Any]:
        """What the file gives, as arguments of the source; what a table within describes is made."""
        return {name: _made(name, getattr(self, name)) for name in self._arguments() if name in self.model_fields_set}

    def complete(self) -> dict[str, Any]:
        """All arguments, those that the file leaves out by their defaults."""
        return {name: _made(name, getattr(self, name)) for name in self._arguments()}

    def made(self, **beside: Any) -> Any:
        """What the table describes.

        Raises:
            InputError: what the source refuses, as `table.argument` where it stands in a table within.
        """
        return self.made_by[0](**self.given(), **beside)

    @classmethod
    def units(cls) -> dict[str, str]:
        """Key → unit, of the keys that are one number; "1" for a number without a unit.

        >>> from attractron.dots import stability_diagram
        >>> options_of(stability_diagram).units()
        {'temperature': 'K'}
        """
        found = {
            name: unit_of(each.annotation, each.metadata) or ("1" if _is_float(each.annotation) else None)
            for name, each in cls.model_fields.items()
        }
        return {name: unit for name, unit in found.items() if unit}

    def _arguments(self) -> Iterator[str]:
        return iter(type(self).model_fields)


class Options(Schema):
    """Base of the options of a question: the table `[question]`."""

    name: str = ""

    def _arguments(self) -> Iterator[str]:
        return (name for name in type(self).model_fields if name != "name")


class Arguments(Schema):
    """Base of tables whose arguments are passed on as they are."""

    def made(self, **beside: Any) -> dict[str, Any]:
        """All arguments, with their defaults."""
        return self.complete() | beside


def table_of(source: Callable[..., Any], *bases: type[Schema], leave_out: tuple[str, ...] = (), **beside: Any) -> Any:
    """The schema of a table that describes the arguments of a function or a class.

    Args:
        source: what is described.
        bases: schemas whose keys the table has too.
        leave_out: parameters that are no keys of the table.
        beside: key → (annotation, default) that the table has instead of a parameter of that name, or beside them.

    Example:
        >>> table = at.studies.table_of(at.dots.PolarizerChain)
        >>> text = {"sites": 4, "W": "830 µeV", "U": 2.41, "delta": 2.41, "t": 0.05}
        >>> table.model_validate(text).made().W  # meV
        0.83
    """
    own = {name: entry for name, entry in signature_of(source).items() if name not in leave_out}
    fields: dict[str, Any] = {
        name: (_accepted(annotation), default) for name, (annotation, default) in (own | beside).items()
    }
    made: Any = create_model(source.__name__, __base__=bases or (Schema,), __doc__=source.__doc__, **fields)
    made.made_by = (source,)
    return made


def options_of(question: Callable[..., Any], *, leave_out: tuple[str, ...] = (), **beside: Any) -> Any:
    """The schema of the options of a question: its arguments that can be given by name only, as for `table_of`.

    Example:
        >>> at.studies.options_of(at.dots.stability_diagram).model_validate({"temperature": "50 mK"}).given()
        {'temperature': 0.05}
    """
    placed = (name for name, each in signature(question).parameters.items() if each.kind is not Parameter.KEYWORD_ONLY)
    return table_of(question, Options, leave_out=(*placed, *leave_out), **beside)


def signature_of(source: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """Parameter → (annotation, default) of a function or a class; the default is … where there is none."""
    return {
        name: (parameter.annotation, _default(source, parameter))
        for name, parameter in signature(source).parameters.items()
        if parameter.kind is not Parameter.VAR_KEYWORD
    }


def units_of(source: Callable[..., Any]) -> dict[str, str]:
    """Parameter → unit, of a function or a class whose annotations name units.

    >>> from attractron.dots import PolarizerChain
    >>> units_of(PolarizerChain)["delta"]
    'meV'
    """
    found = {name: _unit_of(parameter.annotation) for name, parameter in signature(source).parameters.items()}
    return {name: unit for name, unit in found.items() if unit}


def unit_of(annotation: Any, metadata: Iterable[Any] = ()) -> str | None:
    """The unit of a key of a table, None where there is none."""
    return _unit_in(metadata) or _unit_of(annotation)


def _unit_of(annotation: Any) -> str | None:
    """The unit that an annotation names, "or None" or not; None where there is none."""
    if _is_union(annotation):
        return next((unit for part in get_args(annotation) if (unit := _unit_of(part))), None)
    return _unit_in(getattr(annotation, "__metadata__", ()))


def _unit_in(metadata: Iterable[Any]) -> str | None:
    return next((part.name for part in metadata if isinstance(part, Unit)), None)


def _is_float(annotation: Any) -> bool:
    """A plain number, or one that may be left out."""
    return annotation is float or (_is_union(annotation) and set(get_args(annotation)) == {float, type(None)})


def number(argument: str, value: Any, unit: str) -> float:
    """A number, or text with a unit, as a float in `unit`; a truth value is neither."""
    if isinstance(value, bool):
        raise InputError(argument, "be a number" if unit == "1" else f"be a number in {unit}", str(value).lower())
    return checks.sized(argument, to_energy(argument, value) if unit == "meV" else to_unit(argument, value, unit))


def _accepted(annotation: Any) -> Any:
    """The annotation of a key for pydantic: units are converted, classes are tables, tuples are lists."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if _is_union(annotation):
        return Union[tuple(_accepted(part) for part in parts)]  # noqa: UP007 (of parts that are known at run time)
    if unit := _unit_of(annotation):
        several = any(get_origin(part) is tuple for part in get_args(parts[0]))
        return Annotated[Any, BeforeValidator(_converter(unit, several=several)), Unit(unit)]
    if annotation in PLAIN or origin is Literal or (isinstance(annotation, type) and issubclass(annotation, Schema)):
        return annotation
    if origin in (tuple, list):
        return list[_accepted(parts[0])]  # type: ignore[misc]
    if origin in (dict, Mapping):
        return dict[str, _named(parts[1])]  # type: ignore[misc]
    return table_of(annotation)


def _named(annotation: Any) -> Any:
    """What a table of tables holds: what has a name has it from its key."""
    if isinstance(annotation, type) and "name" in signature(annotation).parameters:
        entry = table_of(annotation, leave_out=("name",))
        entry.named_by = "name"
        return entry
    return _accepted(annotation)


def _default(source: Callable[..., Any], parameter: Parameter) -> Any:
    if parameter.default is Parameter.empty:
        return ...
    made = getattr(source, "__dataclass_fields__", {}).get(parameter.name)
    if made is not None and callable(made.default_factory):
        return Field(default_factory=made.default_factory)
    return parameter.default


def _converter(unit: str, *, several: bool) -> Callable[[Any, ValidationInfo], Any]:
    """To the unit; a temperature below zero is none."""
    check = checks.non_negative if unit == "K" else checks.finite

    def convert(value: Any, info: ValidationInfo) -> float | tuple[float, ...]:
        name = info.field_name or "value"
        if several and isinstance(value, list):
            return tuple(check(f"{name}[{n}]", number(f"{name}[{n}]", item, unit)) for n, item in enumerate(value))
        return check(name, number(name, value, unit))

    return convert


def _made(path: str, value: Any, key: str = "") -> Any:
    """A value, with the tables in it made; `key` is where it stands in a table of tables."""
    if isinstance(value, list):
        return tuple(_made(f"{path}[{n}]", item) for n, item in enumerate(value))
    if isinstance(value, dict):
        return {name: _made(f"{path}[{name!r}]", item, name) for name, item in value.items()}
    if not isinstance(value, Schema):
        return value
    try:
        return value.made(**({value.named_by: key} if value.named_by else {}))
    except InputError as error:
        raise InputError(f"{path}.{error.argument}", error.expected, error.got, error.remedy) from None


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)
