"""Clouds: the charge density of one carrier in its dot, normalised to one electron. Lengths in nm.

A dot on a wire has a density ρ(u) along the wire, which is a thin tube of radius a: charges on it are held to repel as
1/√(R² + a²), the mean over two rings. Clouds are frozen: they do not move when others come near. `Metallic` is the
opposite: a dot of many electrons, on which charge flows until its potential is the same everywhere.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray, finite, positive, shown, whole
from attractron.core.constants import HBAR_MEV_NM
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.geometry.metals import AXES, Triple, name_of

POINTS = 48
"""Gauss points along a wire."""

MOST_POINTS = 400
"""The same for a wire close to metal."""

TAIL, EDGE = 6.5, 3.0
"""Standard deviations at which a Gaussian is cut off in integrals, and up to which it must not touch metal."""

ELECTRON = 0.51099895069e9
"""Rest energy m c² of the electron in meV."""

LIGHT = 299792458.0
"""m/s."""


@dataclass(frozen=True, kw_only=True)
class _Box(ShownAsTable):
    """A cloud between two ends.

    Attributes:
        length: L in nm.
    """

    length: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", positive("length", self.length))

    @property
    def reach(self) -> float:
        """Half of the length in which the density is integrated."""
        return self.length / 2

    edge = reach

    def spacing(self, mass: float) -> float:
        """First excitation of a hard box, 3π²ħ²/2mL² in meV, of a mass in electron masses."""
        return 3 * (np.pi / self.length) ** 2 / 2 * _kinetic(mass)


@dataclass(frozen=True, kw_only=True)
class ParticleInABox(_Box):
    """Ground state of a box: ρ = (2/L) cos²(πu/L).

    Theory: docs/theory/geometry.md, eq-shapes.

    Attributes:
        length: L in nm.

    Example:
        >>> at.geometry.ParticleInABox(length=400).density(np.array([0.0, 100.0])).round(6)
        array([0.005 , 0.0025])
    """

    def density(self, u: FloatArray) -> FloatArray:
        """ρ(u) in 1/nm, within reach."""
        return np.asarray(2 / self.length * np.cos(np.pi * u / self.length) ** 2)


@dataclass(frozen=True, kw_only=True)
class Uniform(_Box):
    """A constant density over a length.

    Attributes:
        length: L in nm.

    Example:
        >>> at.geometry.Uniform(length=400).density(np.zeros(1))
        array([0.0025])
    """

    def density(self, u: FloatArray) -> FloatArray:
        """ρ(u) in 1/nm, within reach."""
        return np.full(np.shape(u), 1 / self.length)


@dataclass(frozen=True, kw_only=True)
class Gaussian(ShownAsTable):
    """Ground state of a harmonic well, a normal distribution.

    Attributes:
        rms: its standard deviation in nm.

    Example:
        >>> at.geometry.Gaussian(rms=50).density(np.zeros(1)).round(6)
        array([0.007979])
    """

    rms: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "rms", positive("rms", self.rms))

    @property
    def reach(self) -> float:
        """Half of the length in which the density is integrated."""
        return TAIL * self.rms

    @property
    def edge(self) -> float:
        """Half of the length that must be clear of metal."""
        return EDGE * self.rms

    def density(self, u: FloatArray) -> FloatArray:
        """ρ(u) in 1/nm."""
        return np.asarray(np.exp(-0.5 * (u / self.rms) ** 2) / (np.sqrt(2 * np.pi) * self.rms))

    def spacing(self, mass: float) -> float:
        """ħω = ħ²/2mσ² in meV, of a mass in electron masses."""
        return _kinetic(mass) / (2 * self.rms**2)


@dataclass(frozen=True, kw_only=True)
class Metallic(_Box):
    """A floating piece of metal: a dot of many electrons, whose levels are far closer than e²/C.

    A dot of one electron is no metal: it does not repel itself, and its charge does not crowd at the ends. Taken for
    metal, dots that touch even get the sign of the pairing wrong.

    Theory: docs/theory/geometry.md, eq-floating.

    Attributes:
        length: L in nm.
        segments: pieces of constant charge, each longer than the wire's radius.

    Raises:
        InputError: fewer than four segments, a length that is not positive.

    Example:
        >>> at.geometry.Metallic(length=300)
        Metallic(length=300.0, segments=24)
    """

    segments: int = 24

    def __post_init__(self) -> None:
        super().__post_init__()
        whole("segments", self.segments, at_least=4)

    def density(self, u: FloatArray) -> FloatArray:
        """Its mean, 1/L in 1/nm; where the charge goes follows from the layout."""
        return np.full(np.shape(u), 1 / self.length)


Shape = ParticleInABox | Uniform | Gaussian | Metallic


@dataclass(frozen=True, kw_only=True)
class WireDot(ShownAsTable):
    """A dot on a wire.

    Attributes:
        name: of the dot.
        centre: (x, y, z) in nm.
        along: "x", "y", "z" or a vector, the direction of the wire.
        shape: density along it.
        radius: of the wire, nm; it decides the repulsion of a dot with itself.

    Raises:
        InputError: radius 0, no direction, segments of metal shorter than the radius, or anything of another type.

    Example:
        >>> dot = at.geometry.WireDot(name="L", centre=(-200, 0, 0), along="x",
        ...                           shape=at.geometry.ParticleInABox(length=400))
        >>> dot.low, dot.high
        ((-400.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    """

    name: str
    centre: Triple
    along: str | Triple
    shape: Shape
    radius: float = 1.5

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", name_of(self.name))
        object.__setattr__(self, "centre", triple("centre", self.centre))
        object.__setattr__(self, "radius", positive("radius", self.radius))
        if isinstance(self.along, str):
            if self.along not in tuple(AXES):
                raise InputError("along", "be x, y, z or a vector", shown(self.along))
        else:
            object.__setattr__(self, "along", triple("along", self.along))
            if not any(self.along):
                raise InputError("along", "be a direction", shown(self.along))
        if not isinstance(self.shape, Shape):
            raise InputError("shape", "be ParticleInABox(…), Uniform(…), Gaussian(…) or Metallic(…)", shown(self.shape))
        if self.segments and self.shape.edge * 2 < self.segments * self.radius:
            got = f"{self.segments} of {2 * self.shape.edge / self.segments:.3g} nm, radius {self.radius:g} nm"
            raise InputError("segments", "be longer than the wire's radius", got, "take fewer of them")

    @property
    def segments(self) -> int:
        """Number of segments of a dot that is metallic; 0 of one that is not."""
        return self.shape.segments if isinstance(self.shape, Metallic) else 0

    @property
    def axis(self) -> FloatArray:
        """Unit vector along the wire."""
        vector = np.eye(3)[AXES.index(self.along)] if isinstance(self.along, str) else np.array(self.along)
        return np.asarray(vector / np.linalg.norm(vector))

    @property
    def low(self) -> Triple:
        """The corner of lowest coordinates of a box around it."""
        x, y, z = (float(each) for each in np.array(self.centre) - abs(self.axis) * self.shape.edge)
        return x, y, z

    @property
    def high(self) -> Triple:
        """The corner of highest coordinates of a box around it."""
        x, y, z = (float(each) for each in np.array(self.centre) + abs(self.axis) * self.shape.edge)
        return x, y, z

    def points(self, distance: float = np.inf, number: int = POINTS) -> tuple[FloatArray, FloatArray]:
        """Positions (points, 3) and charges (points,) that stand for it at a distance, more of them at a small one."""
        u, weight = gauss(int(np.clip(16 * self.shape.reach / max(distance, self.radius), number, MOST_POINTS)))
        charge = self.shape.reach * weight * self.shape.density(self.shape.reach * u)
        return np.array(self.centre) + self.shape.reach * u[:, None] * self.axis, charge / charge.sum()


@dataclass(frozen=True, kw_only=True)
class PlaneDot(ShownAsTable):
    """A round dot in a horizontal plane: a normal distribution in x and in y.

    Theory: docs/theory/geometry.md, eq-shapes.

    Attributes:
        name: of the dot.
        centre: (x, y, z) in nm.
        rms: standard deviation in each of the two directions, nm.

    Raises:
        InputError: rms is not positive, or anything of another type.

    Example:
        >>> at.geometry.PlaneDot(name="L", centre=(-130, 0, -90), rms=25).low
        (-205.0, -75.0, -90.0)
    """

    name: str
    centre: Triple
    rms: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", name_of(self.name))
        object.__setattr__(self, "centre", triple("centre", self.centre))
        object.__setattr__(self, "rms", positive("rms", self.rms))

    @property
    def low(self) -> Triple:
        """The corner of lowest coordinates of a box around it."""
        x, y, z = self.centre
        return x - EDGE * self.rms, y - EDGE * self.rms, z

    @property
    def high(self) -> Triple:
        """The corner of highest coordinates of a box around it."""
        x, y, z = self.centre
        return x + EDGE * self.rms, y + EDGE * self.rms, z

    def points(self, distance: float = np.inf) -> tuple[FloatArray, FloatArray]:
        """Positions (points, 3) and charges (points,): Gauss-Laguerre in r²/2σ², equal steps around.

        The same at every distance.
        """
        square, weight = np.polynomial.laguerre.laggauss(12)
        angles = 2 * np.pi * (np.arange(32) + 0.5) / 32
        r = self.rms * np.sqrt(2 * square)
        flat = np.stack([np.outer(r, np.cos(angles)), np.outer(r, np.sin(angles)), np.zeros((12, 32))], axis=-1)
        return np.array(self.centre) + flat.reshape(-1, 3), np.repeat(weight / weight.sum(), 32) / 32

    def spacing(self, mass: float) -> float:
        """ħω = ħ²/2mσ² in meV, of a mass in electron masses."""
        return _kinetic(mass) / (2 * self.rms**2)


Cloud = WireDot | PlaneDot


@cache
def gauss(points: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre points and weights on [-1, 1]."""
    u, weight = np.polynomial.legendre.leggauss(points)
    return u, weight


def triple(argument: str, value: Any) -> Triple:
    """Three finite numbers, or an InputError."""
    if not isinstance(value, tuple | list) or len(value) != 3:
        raise InputError(argument, "be three numbers (x, y, z)", shown(value))
    x, y, z = (finite(f"{argument}[{k}]", each) for k, each in enumerate(value))
    return x, y, z


def _kinetic(mass: float) -> float:
    """ħ²/m in meV nm², of a mass in electron masses."""
    return (HBAR_MEV_NM * LIGHT) ** 2 / (positive("mass", mass) * ELECTRON)
