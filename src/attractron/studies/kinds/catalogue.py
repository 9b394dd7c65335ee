"""Every kind of model that a study file can describe, and a file to start from for each."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

from attractron.core.checks import choice, shown
from attractron.core.errors import AttractronError
from attractron.studies.study import Kind

_ROOMS = {
    "building-block": ("device", "BUILDING_BLOCK"),
    "chain": ("device", "CHAIN"),
    "device": ("device", "DEVICE"),
    "crossed-nanotubes": ("drawn", "CROSSED_NANOTUBES"),
    "planar-dots": ("drawn", "PLANAR_DOTS"),
    "layout": ("drawn_layout", "LAYOUT"),
    "polarizer-chain": ("polarizer_chain", "POLARIZER_CHAIN"),
    "junction": ("junction", "JUNCTION"),
    "leads": ("junction", "LEADS"),
    "wires": ("wires", "WIRES"),
    "ladder": ("ladder", "LADDER"),
    "array": ("array", "ARRAY"),
    "wire-and-tube": ("wire_and_tube", "WIRE_AND_TUBE"),
    "lattice": ("lattice", "LATTICE"),
}
"""Kind → the room in which it stands, and its name there."""


GROUP = "attractron.studies.kinds"
"""Entry points by which an installed package brings kinds of its own: NAME = "package.module:KIND"."""


class Catalogue(Mapping[str, Kind]):
    """Kinds by name: those of this package, those that others bring, and those that are given.

    The physics of a kind is loaded when it is asked for: a device of dots waits for no wires.

    Args:
        given: name → kind.
    """

    def __init__(self, given: Mapping[str, Kind] | None = None) -> None:
        self._given = dict(given or {})

    def beside(self, given: Mapping[str, Kind] | None) -> "Catalogue":
        """The same with kinds that are given."""
        return Catalogue(given)

    def __getitem__(self, name: str) -> Kind:
        if name in _ROOMS:
            room, constant = _ROOMS[name]
            kind: Kind = getattr(import_module(f"attractron.studies.kinds.{room}"), constant)
            return kind
        return self._given[name] if name in self._given else _loaded(_brought()[name])

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys((*_ROOMS, *self._given, *_brought()))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        return any(name in names for names in (_ROOMS, self._given, _brought()))


def _brought() -> dict[str, EntryPoint]:
    """Kinds of other packages."""
    return {each.name: each for each in entry_points(group=GROUP)}


def _loaded(entry: EntryPoint) -> Kind:
    """A kind of another package.

    Raises:
        AttractronError: it cannot be imported, or is no kind.
    """
    whose = f"the kind {entry.name!r} of {entry.dist.name if entry.dist else 'another package'} ({entry.value})"
    try:
        kind = entry.load()
    except Exception as error:
        raise AttractronError(f"{whose} cannot be loaded: {type(error).__name__}: {error}") from error
    if not isinstance(kind, Kind):
        raise AttractronError(f"{whose} is no attractron.studies.Kind but {shown(kind)}")
    if kind.name != entry.name:
        raise AttractronError(f"{whose} calls itself {kind.name!r}: give both the same name")
    return kind


KINDS = Catalogue()


def template(name: str) -> str:
    """A commented study file of a kind that runs as it is.

    Raises:
        InputError: no such kind; the nearest is named.

    Example:
        >>> print(at.studies.template("building-block").splitlines()[4])
        kind = "building-block"
    """
    kind = choice("kind", name, KINDS)
    if kind not in _ROOMS:
        return KINDS[kind].template or f'kind = "{kind}"\n\n[model]\n\n[question]\n\n[axes]\n'
    return files("attractron.studies").joinpath(f"templates/{kind}.toml").read_text(encoding="utf-8")
