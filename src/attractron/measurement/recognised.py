"""What a refused image shows instead: read as that where the options allow it, or else the options to type."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

import xarray as xr

from attractron.core.results import flag_names
from attractron.measurement.axis_names import renamed
from attractron.measurement.kinds.diamonds import bias_axes
from attractron.measurement.kinds.kind import NOTHING_READ, ReadingKind
from attractron.measurement.options import ReadOptions
from attractron.readout.files.names import NAME_IN_FILE

SHOWN = {
    "several vertices": ("honeycomb",),
    "bias triangles": ("bias-triangles", "honeycomb"),
    "Coulomb diamonds": ("honeycomb", "coulomb-diamonds"),
}
"""What the attribute `instead` of a refused vertex may say, and the kinds that may read it."""

CALLED = {
    "honeycomb": "Read as a honeycomb",
    "bias-triangles": "Read as bias triangles",
    "coulomb-diamonds": "Read as Coulomb diamonds",
}

ANY_BIAS = "1 mV"
"""With which triangles are tried where none is given: whether they are some does not depend on it."""


def recognised(
    data: xr.Dataset, options: ReadOptions, name: str, result: xr.Dataset, kinds: Mapping[str, ReadingKind]
) -> tuple[str, xr.Dataset]:
    """A reading that was refused, as that of another kind which it shows, or with the options for it in its sentence.

    The other kind is tried. A honeycomb that is read takes the place of a vertex that nobody asked for; bias triangles
    need the bias, and diamonds without an axis that is called like one to be told which it is, so that the options are
    said. What was tried and refused, too, is said as well.

    Args:
        data: with `signal`.
        options: as they were given.
        name: of the kind that was read.
        result: its result.
        kinds: by their names.
    """
    if name == "coulomb-diamonds" and options.reading is None and options.bias is None:
        _because(data, result)
    others = _shown(result) if name == "vertex" else ()
    refused = ""
    for other in others:
        dropped = [option for option in _given(options, kinds) if option not in kinds[other].takes]
        kept = replace(options, reading=other, **dict.fromkeys(dropped))
        tried: list[tuple[ReadOptions, xr.Dataset]] = []
        for each in _with_bias(data, kept, other):
            named, its_options = renamed(data, each, kinds[other].has)
            tried.append((each, kinds[other].read(named, its_options)))
        read = [(each, found) for each, found in tried if _holds(found, other)]
        if read and other == "honeycomb" and options.reading is None and not dropped:
            return other, read[0][1]
        if read:
            sentence = _command(data, [each for each, _ in read], other, dropped)
            result.attrs["summary"] = f"{_said(result, other)} {sentence}"
            return name, result
        if other != "bias-triangles" or result.attrs.get("instead") == "bias triangles":
            refused = f" {CALLED[other]} it is refused, too: {tried[0][1].attrs['summary']}"
    result.attrs["summary"] = f"{result.attrs['summary']}{refused}"
    return name, result


def status_of(result: xr.Dataset) -> str | None:
    """The word for what was found."""
    return flag_names(result["status"])[int(result["status"])] if "status" in result else None


def _shown(result: xr.Dataset) -> tuple[str, ...]:
    """Kinds of reading that a refused vertex points at, in the order in which they are tried.

    A honeycomb looks like families of lines that cross with opposite steps, or like islands, to who expects one vertex,
    and one pair of triangles like many things, of which none is named then if they are none.
    """
    if status_of(result) == "several_vertices":
        return ("honeycomb",)
    unnamed = ("bias-triangles",) if status_of(result) == "no_vertex" else ()
    return SHOWN.get(str(result.attrs.get("instead", "")), unnamed)


def _said(result: xr.Dataset, other: str) -> str:
    """What was said of a vertex that another kind reads; not that it looks like a third kind, and how that is read."""
    instead = str(result.attrs.get("instead", ""))
    if not instead or other in SHOWN.get(instead, ()):
        return str(result.attrs["summary"])
    result.attrs["instead"] = next(name for name, kinds in SHOWN.items() if other in kinds)
    return f"No vertex can be read: the image shows {result.attrs['instead']}."


def _because(data: xr.Dataset, result: xr.Dataset) -> None:
    """Why a refused image was taken for diamonds, which nobody had asked for."""
    if status_of(result) in NOTHING_READ:
        axis = bias_axes(data)[0]
        why = f"It was read so because {axis} is called like a bias: if both axes are gates, say --as vertex."
        why += " The current through a polarizer that a pair of dots shifts wants --as pair-current."
        result.attrs["summary"] = f"{result.attrs['summary']} {why}"


def _holds(found: xr.Dataset, name: str) -> bool:
    """A reading in the place of a refused vertex is one; a honeycomb of one vertex is the vertex that was refused."""
    return status_of(found) not in NOTHING_READ and (name != "honeycomb" or found.sizes.get("vertex", 0) > 1)


def _given(options: ReadOptions, kinds: Mapping[str, ReadingKind]) -> list[str]:
    """Options that not every kind takes and that were given."""
    particular = {option for kind in kinds.values() for option in kind.takes}
    return [
        entry.name for entry in fields(options) if entry.name in particular and getattr(options, entry.name) is not None
    ]


def _with_bias(data: xr.Dataset, options: ReadOptions, name: str) -> Iterator[ReadOptions]:
    """The options with what the kind needs to know of the bias, in all ways that it may be."""
    if name == "bias-triangles":
        yield replace(options, bias=ANY_BIAS if options.bias is None else options.bias)
    elif name == "coulomb-diamonds":
        for axis in bias_axes(data) or [str(dim) for dim in data["signal"].dims]:
            yield replace(options, bias=axis)
    else:
        yield options


def _command(data: xr.Dataset, read: list[ReadOptions], name: str, dropped: list[str]) -> str:
    """How to read it, to be typed as it stands."""
    text = f"--as {name}"
    ending = "".join(f", without --{option.replace('_', '-')}" for option in dropped)
    if name == "bias-triangles":
        return f'Read it with {text} --bias "{ANY_BIAS}"{ending}, the bias being that which was applied.'
    if name == "coulomb-diamonds":
        axes = [str(data[str(each.bias)].attrs.get(NAME_IN_FILE, each.bias)) for each in read]
        quoted = [f'"{axis}"' if " " in axis else axis for axis in axes]
        choice = " or ".join(f"--bias {axis}" for axis in quoted)
        return f"Read it with {text} {choice}{ending}{', whichever is the bias' if len(axes) > 1 else ''}."
    return f"Read it with {text}{ending}."
