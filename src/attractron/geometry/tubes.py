"""Tubes: thin wires of metal, such as the parts of a nanotube beside its dots. Lengths in nm."""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import positive, true_or_false
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.geometry.clouds import Metallic, WireDot, triple
from attractron.geometry.metals import Triple, name_of


@dataclass(frozen=True, kw_only=True)
class Tube(ShownAsTable):
    """A thin wire of metal on one potential, cut into segments of constant charge.

    It leaves a gap to the contact that it comes from; what matters is where it screens.

    Attributes:
        name: of the lead.
        start, stop: (x, y, z) of its ends in nm.
        radius: in nm.
        segments: pieces of constant charge, each longer than the radius.
        grounded: held at zero; otherwise it is a gate.

    Raises:
        InputError: ends that are one, radius 0, segments shorter than the radius.

    Example:
        >>> lead = at.geometry.Tube(name="lead", start=(-498, 0, 0), stop=(-400, 0, 0), grounded=True)
        >>> lead.wire.shape
        Metallic(length=98.0, segments=24)
    """

    name: str
    start: Triple
    stop: Triple
    radius: float = 1.5
    segments: int = 24
    grounded: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", name_of(self.name))
        for end in ("start", "stop"):
            object.__setattr__(self, end, triple(end, getattr(self, end)))
        if self.start == self.stop:
            raise InputError("stop", "be another point than `start`", f"{self.stop} for both")
        object.__setattr__(self, "radius", positive("radius", self.radius))
        true_or_false("grounded", self.grounded)
        _ = self.wire  # checks the rest

    @property
    def wire(self) -> WireDot:
        """The same as a metallic piece of wire."""
        first, last = np.array(self.start), np.array(self.stop)
        x, y, z = ((first + last) / 2).tolist()
        along = tuple((last - first).tolist())
        shape = Metallic(length=float(np.linalg.norm(last - first)), segments=self.segments)
        return WireDot(name=self.name, centre=(x, y, z), along=along, shape=shape, radius=self.radius)
