"""Every kind of model that a study file can describe, and a file to start from for each."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.resources import files

from attractron.core.checks import choice
from attractron.studies.study import Kind

_ROOMS = {
    "building-block": ("device", "BUILDING_BLOCK"),
    "chain": ("device", "CHAIN"),
    "device": ("device", "DEVICE"),
    "polarizer-chain": ("polarizer_chain", "POLARIZER_CHAIN"),
    "junction": ("junction", "JUNCTION"),
    "leads": ("junction", "LEADS"),
    "wires": ("wires", "WIRES"),
    "ladder": ("ladder", "LADDER"),
    "array": ("array", "ARRAY"),
    "wire-and-tube": ("wire_and_tube", "WIRE_AND_TUBE"),
}
"""Kind → the room in which it stands, and its name there."""


class _Catalogue(Mapping[str, Kind]):
    """Kinds by name. The physics of a kind is loaded when it is asked for: a device of dots waits for no wires."""

    def __getitem__(self, name: str) -> Kind:
        room, constant = _ROOMS[name]
        kind: Kind = getattr(import_module(f"attractron.studies.kinds.{room}"), constant)
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(_ROOMS)

    def __len__(self) -> int:
        return len(_ROOMS)


KINDS = _Catalogue()


def template(name: str) -> str:
    """A commented study file of a kind that runs as it is.

    Raises:
        InputError: no such kind; the nearest is named.

    Example:
        >>> print(at.studies.template("building-block").splitlines()[4])
        kind = "building-block"
    """
    kind = choice("kind", name, KINDS)
    return files("attractron.studies").joinpath(f"templates/{kind}.toml").read_text(encoding="utf-8")
