"""The ground floor: errors, units, checks, labelled results with provenance, files and references."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attractron.core.cuts import line_cut, select
    from attractron.core.tables import write_csv

__all__ = ["line_cut", "select", "write_csv"]

_ROOMS = {"line_cut": "cuts", "select": "cuts", "write_csv": "tables"}


def __getattr__(name: str) -> Any:
    """What works on any result, loaded where it is used: errors and units are light."""
    if name in _ROOMS:
        return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
