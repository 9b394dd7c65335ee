"""Every kind of model that a study file can describe, and a file to start from for each."""

from importlib.resources import files

from attractron.core.checks import choice
from attractron.studies.kinds.array import ARRAY
from attractron.studies.kinds.device import BUILDING_BLOCK, CHAIN, DEVICE
from attractron.studies.kinds.junction import JUNCTION, LEADS
from attractron.studies.kinds.ladder import LADDER
from attractron.studies.kinds.polarizer_chain import POLARIZER_CHAIN
from attractron.studies.kinds.wires import WIRES
from attractron.studies.study import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (BUILDING_BLOCK, CHAIN, DEVICE, POLARIZER_CHAIN, JUNCTION, LEADS, WIRES, LADDER, ARRAY)
}


def template(name: str) -> str:
    """A commented study file of a kind that runs as it is.

    Raises:
        InputError: no such kind; the nearest is named.

    Example:
        >>> print(at.studies.template("building-block").splitlines()[5])
    """
    kind = choice("kind", name, KINDS)
    return files("attractron.studies").joinpath(f"templates/{kind}.toml").read_text(encoding="utf-8")
