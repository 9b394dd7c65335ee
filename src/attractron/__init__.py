"""Attractron: electrons that attract by repulsion, made calculable.

A description of a device goes in; labelled numbers, a verdict with its uncertainty, and a picture come out.
Sub-packages load when they are first used, so that importing the package stays light::

    import attractron as at
    device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)  # meV
    at.dots.effective_interaction(device)  # -1.482 meV: attraction
"""

import importlib
from typing import TYPE_CHECKING, Any

from attractron.core.version import __version__

if TYPE_CHECKING:
    from attractron import (
        compare,
        core,
        dots,
        explorer,
        fitting,
        geometry,
        lattice,
        measurement,
        papers,
        plotting,
        readout,
        studies,
        transport,
        wires,
    )

__all__ = [
    "__version__",
    "compare",
    "core",
    "dots",
    "explorer",
    "fitting",
    "geometry",
    "lattice",
    "measurement",
    "papers",
    "plotting",
    "readout",
    "studies",
    "transport",
    "wires",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
