"""Every kind of model that a study file can describe, and a file to start from for each."""

from importlib.resources import files

from attractron.core.checks import choice
from attractron.studies.array_kind import ARRAY
from attractron.studies.chain_kind import POLARIZER_CHAIN
from attractron.studies.dot_kinds import DOT_KINDS
from attractron.studies.junction_kind import JUNCTION_KINDS
from attractron.studies.schema import Kind
from attractron.studies.wire_kinds import WIRE_KINDS

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
