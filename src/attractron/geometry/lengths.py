"""Drawings by named lengths: functions of keywords (nm) that return a layout, a preset or the user's own."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, get_type_hints

import numpy as np

from attractron.core.checks import finite, mapping, nearest, shown
from attractron.core.errors import InputError
from attractron.core.units import Unit
from attractron.geometry.clouds import Gaussian, Metallic, ParticleInABox, Uniform
from attractron.geometry.layout import Layout

Draw = Callable[..., Layout]
"""A function of named lengths that returns a layout."""

Progress = Callable[[int, int], None]
"""Hears after every step how many are done, and how many there are."""


def drawing(draw: Any, fixed: Mapping[str, Any] | None, varied: Iterable[Any] = ()) -> Draw:
    """The drawing with some of its keywords fixed, or an InputError, also where one of them is `varied`."""
    if not callable(draw):
        raise InputError("draw", "be a function of named lengths that returns a layout", shown(draw))
    values = {} if fixed is None else dict(mapping("fixed", fixed, lambda _, key: str(key), lambda _, value: value))
    for name in values:
        check_name("fixed", draw, name)
        if name in varied:
            raise InputError("fixed", "hold other keywords than those that are varied", repr(name))
    return partial(draw, **values) if values else draw


def check_name(argument: str, draw: Draw, name: Any) -> str:
    """A keyword of the drawing, or an InputError that names the nearest."""
    parameters = _parameters(draw)
    if any(each.kind is each.VAR_KEYWORD for each in parameters.values()) and isinstance(name, str):
        return name
    known = [key for key, each in parameters.items() if each.kind in (each.KEYWORD_ONLY, each.POSITIONAL_OR_KEYWORD)]
    if name not in known:
        remedy = nearest(str(name), known)
        raise InputError(argument, f"name keywords of the drawing ({', '.join(known)})", shown(name), remedy)
    return str(name)


def lengths_of(draw: Draw) -> dict[str, float]:
    """The named lengths that have a value, in nm: keywords with numbers, or of these what is marked as a `Length`."""
    found = {}
    for name, parameter in _parameters(draw).items():
        value = parameter.default
        if not isinstance(value, bool) and isinstance(value, int | float | np.number):
            found[name] = float(value)
    bare = getattr(draw, "func", draw)
    hints = get_type_hints(bare, include_extras=True) if inspect.isroutine(bare) else {}
    marked = {name for name, hint in hints.items() if Unit("nm") in getattr(hint, "__metadata__", ())}
    return {name: value for name, value in found.items() if name in marked or not marked}


def checked_lengths(argument: str, draw: Draw, names: Iterable[Any] | None) -> dict[str, float]:
    """Values of the lengths that are named, of all of them for None; or an InputError."""
    known = lengths_of(draw)
    if names is None:
        if not known:
            raise InputError(argument, "be named where the drawing's keywords have no defaults", "None", "use `fixed`")
        return known
    if isinstance(names, str):
        raise InputError(argument, "be a list of names", shown(names))
    found = {}
    for name in names:
        check_name(argument, draw, name)
        if name not in known:
            raise InputError(argument, f"name lengths with a value ({', '.join(known)})", shown(name), "use `fixed`")
        found[name] = known[name]
    return found


def layout_at(draw: Draw, argument: str, **lengths: float) -> Layout:
    """The layout at these lengths; what is wrong with it is said together with them."""
    missing = [
        name
        for name, each in _parameters(draw).items()
        if each.default is each.empty
        and each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
        and name not in lengths
    ]
    if missing:
        raise InputError("fixed", "give every keyword of the drawing a value", f"none for {', '.join(missing)}")
    try:
        found = draw(**lengths)
    except InputError as error:
        raise InputError(argument, f"give a layout at {in_words(lengths)}", f"an error ({error})") from error
    if not isinstance(found, Layout):
        raise InputError("draw", "return a Layout", shown(found))
    return found


def in_words(lengths: Mapping[str, float]) -> str:
    """Lengths as text."""
    return ", ".join(f"{name} = {value:g} nm" for name, value in lengths.items())


def scaled_shapes(draw: Draw, factor: float, keep: Iterable[str]) -> dict[str, Any]:
    """Keywords that are shapes of clouds, scaled."""
    found: dict[str, Any] = {}
    for name, parameter in _parameters(draw).items():
        shape = parameter.default
        if name in keep:
            continue
        if isinstance(shape, ParticleInABox | Uniform | Metallic):
            found[name] = replace(shape, length=factor * shape.length)
        elif isinstance(shape, Gaussian):
            found[name] = replace(shape, rms=factor * shape.rms)
    return found


def positive_axis(argument: str, values: Any) -> None:
    """An InputError where a value of an axis is not positive."""
    for k, value in enumerate(values):
        if finite(f"{argument}[{k}]", value) <= 0:
            raise InputError(f"{argument}[{k}]", "be positive", f"{value:g}")


def _parameters(draw: Draw) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(draw).parameters
    except (TypeError, ValueError):
        raise InputError("draw", "be a function with named keywords", shown(draw)) from None
