"""Every kind of model that a study file can describe, and a file to start from for each."""

from importlib.resources import files

from attractron.core.checks import choice
from attractron.studies.kinds.array import ARRAY
from attractron.studies.kinds.chain import POLARIZER_CHAIN
from attractron.studies.kinds.dots import DOT_KINDS
from attractron.studies.kinds.junction import JUNCTION_KINDS
from attractron.studies.kinds.wires_kinds import WIRE_KINDS
from attractron.studies.study import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*DOT_KINDS, POLARIZER_CHAIN, *JUNCTION_KINDS, *WIRE_KINDS, ARRAY)
}


def template(name: str) -> str:
    """A commented study file of a kind that runs as it is.

    Raises:
        InputError: no such kind; the nearest is named.
    """
    kind = choice("kind", name, KINDS)
    return files("attractron.studies").joinpath(f"templates/{kind}.toml").read_text(encoding="utf-8")
