"""The current through a polarizer over two gates at a fixed bias, as a function of the few parameters that it may fix.

    I(u) = I₀ + s I_T(αV, αδV; W, U, Γ_S, Γ_D, Γ_L, Γ_R, T, V_SD),    (αV, αδV) = A (u - u_0),    µ_P = U, β = 0,

u being both gates in half lengths of their axes from the middle, and A any 2 x 2 matrix: the gates may be those of both
dots or their mean and difference, with any cross-talk. The dots may be exchanged, αδV → -αδV with Γ_L ↔ Γ_R, which
changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from attractron.core.checks import FloatArray
from attractron.fitting.pair_flow import JUNCTION, junction_of
from attractron.fitting.pair_model import (
    GATES,
    HIGHEST,
    LOWEST,
    Pixels,
    spread,
)

PLACE = ("place_first", "place_second")
"""u_0."""

ARMS = ("mean_first", "mean_second", "detuning_first", "detuning_second")
"""A, row by row, meV."""

ENERGIES = ("gap", "share")
"""ln 2Δ and W/U, instead of ln U and ln W/U: these maps fix the first alone."""

SHARES = (0.05, 0.95)
"""Of W/U: for W or U - W far below U the integrals of third order lose their closed form."""

NAMES = (*PLACE, *ARMS, *ENERGIES, *(name for name in JUNCTION if name not in ("U", "ratio")))


@dataclass(frozen=True, eq=False, kw_only=True)
class GateMap(Pixels):
    """A map over two gates.

    Attributes:
        first: (n,), from -1 to 1 over the whole axis.
        second: (m,), likewise.
        bias: V_SD, mV.
    """

    first: FloatArray
    second: FloatArray
    bias: float

    @property
    def names(self) -> tuple[str, ...]:
        """As `NAMES`."""
        return NAMES

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        """Of the parameters."""
        own = dict.fromkeys(PLACE, (-1.5, 1.5)) | dict.fromkeys(ARMS, (-100.0, 100.0))
        own |= {"gap": (float(np.log(1e-3)), float(np.log(50.0))), "share": SHARES}
        return own | {name: (LOWEST[name], HIGHEST[name]) for name in NAMES if name in JUNCTION}

    @property
    def geometry(self) -> tuple[str, ...]:
        """As `PLACE` and `ARMS`."""
        return (*PLACE, *ARMS)

    def knobs(self, point: Mapping[str, float]) -> FloatArray:
        """Both energies, no farther out than any line, and the bias."""
        U = junction_of(point)["U"]
        energies = [np.clip(each, GATES[0] * U, GATES[1] * U) for each in self.energies(point)]
        return np.stack([*energies, np.full_like(self.values, self.bias)])

    def energies(self, point: Mapping[str, float]) -> tuple[FloatArray, FloatArray]:
        """αV and αδV of every pixel, meV (n, m)."""
        x, y = self.first[:, None] - point["place_first"], self.second[None, :] - point["place_second"]
        mean, detuning = arms(point) @ np.stack([np.ravel(x + 0 * y), np.ravel(y + 0 * x)])
        shape = (self.first.size, self.second.size)
        return mean.reshape(shape), detuning.reshape(shape)

    def around(self, place: FloatArray, *sides: FloatArray) -> "GateMap":
        """The rectangle of pixels around a parallelogram, given by its middle and half of each side."""
        reach = np.sum(np.abs(sides), axis=0)
        i, j = (
            np.flatnonzero(np.abs(axis - middle) <= half)
            for axis, middle, half in zip((self.first, self.second), place, reach, strict=True)
        )
        grid = np.ix_(i, j)
        return replace(
            self, first=self.first[i], second=self.second[j], values=self.values[grid], noise=self.noise[grid]
        )

    def thinned(self, rows: int, columns: int) -> "GateMap":
        """Some of its pixels, evenly spread."""
        i, j = spread(self.first.size, rows), spread(self.second.size, columns)
        grid = np.ix_(i, j)
        return replace(
            self, first=self.first[i], second=self.second[j], values=self.values[grid], noise=self.noise[grid]
        )


def arms(point: Mapping[str, float]) -> FloatArray:
    """A, meV (mean and detuning, first and second)."""
    return np.array([point[name] for name in ARMS]).reshape(2, 2)
