"""What data say about the parameters of a fit, from Fisher's matrix alone: which they fix, and which combinations.

With the eigenvalues λ_k and eigenvectors v_k of the matrix in units of each parameter's range r, a combination
Σ_p a_p θ_p has the variance Σ_k (a r · v_k)²/λ_k; directions whose standard deviation 1/√λ_k exceeds a part of the
range are not fixed. Null directions (λ = 0 up to rounding) count as infinitely uncertain. Both subspaces are written in
echelon form: each vector is then one parameter, and how much of the others goes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr

from attractron.core.checks import FloatArray

LIMIT = 0.2
"""Part of a parameter's range that its uncertainty may reach if the data are said to fix it."""

ROUNDING = 1e-13
"""Eigenvalues over the largest below which they are zero."""

LEAK = 1e-3
"""Part of a combination along null directions that is rounding."""

ECHELON = 1e-6
"""Entries of an echelon form, whose pivots are 1, below which they are rounding."""

SMALL = 0.02
"""Coefficients of a combination or a move, relative to its largest, that are left out of its name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Identifiability:
    """What Fisher's matrix says.

    Attributes:
        names: of the parameters.
        ranges: r of each.
        eigenvalues: falling, in units of the ranges.
        eigenvectors: (direction, parameter), in units of the ranges.
    """

    names: tuple[str, ...]
    ranges: FloatArray
    eigenvalues: FloatArray
    eigenvectors: FloatArray

    @property
    def loose(self) -> NDArray[np.bool_]:
        """Directions that the data do not fix."""
        return np.asarray((self.eigenvalues < LIMIT**-2) | self._null)

    @property
    def _null(self) -> NDArray[np.bool_]:
        return np.asarray(self.eigenvalues <= ROUNDING * self.eigenvalues.max())

    def uncertainty(self, coefficients: FloatArray) -> float:
        """Standard deviation of Σ_p a_p θ_p; infinite if a null direction changes it."""
        parts = self.eigenvectors @ (coefficients * self.ranges)
        size = float(np.linalg.norm(parts))
        if size == 0:
            return 0.0
        # Rounding turns the eigenvectors: a combination without a null direction still has a little of it.
        if float(np.linalg.norm(parts[self._null])) > LEAK * size:
            return float("inf")
        seen = ~self._null
        return float(np.sqrt(np.sum(parts[seen] ** 2 / self.eigenvalues[seen])))

    def uncertainties(self) -> FloatArray:
        """Standard deviation of every parameter."""
        return np.array([self.uncertainty(row) for row in np.eye(len(self.names))])

    def covariance(self) -> FloatArray:
        """Of the parameters, along the directions that are not null, (parameter, parameter)."""
        seen = ~self._null
        vectors = self.eigenvectors[seen] * self.ranges
        return np.asarray(vectors.T / self.eigenvalues[seen] @ vectors)

    def determined(self) -> NDArray[np.bool_]:
        """Parameters that the data fix by themselves."""
        return np.asarray(self.uncertainties() < LIMIT * self.ranges)

    def undone(self) -> FloatArray:
        """Moves of the parameters that the data do not see, one parameter leading each by 1, (move, parameter)."""
        rows, leaders = _echelon(self.eigenvectors[self.loose])
        return np.asarray(rows * self.ranges / self.ranges[leaders, None])

    def combinations(self) -> FloatArray:
        """Coefficients of the combinations that the data fix, of parameters that they do not fix singly.

        (combination, parameter); each combination has the coefficient 1 for a parameter that no other one contains.
        """
        single = self.determined()
        unfixed = np.flatnonzero(~single)
        if unfixed.size == 0:
            return np.zeros((0, len(self.names)))
        # What is orthogonal to all moves that the data do not see, within the parameters that take part in them.
        moves = self.eigenvectors[self.loose][:, unfixed]
        _, sizes, vectors = np.linalg.svd(moves)
        rank = int(np.sum(sizes > 1e-3))
        rows, leaders = _echelon(vectors[rank:])
        ranges = self.ranges[unfixed]
        found = np.zeros((len(unfixed) - rank, len(self.names)))
        found[:, unfixed] = rows / ranges * ranges[leaders, None]
        return found

    def moves_freely(self, direction: FloatArray) -> bool:
        """Whether the data do not see a move of the parameters."""
        scaled = direction / self.ranges
        size = float(np.linalg.norm(scaled))
        if size == 0:
            return False
        seen = self.eigenvectors[~self.loose] @ scaled
        return float(np.linalg.norm(seen)) < 10 * LEAK * size


def identifiability(names: Sequence[str], ranges: FloatArray, information: FloatArray) -> Identifiability:
    """Eigenvalues and eigenvectors of Fisher's matrix, which is given in units of the ranges."""
    values, vectors = np.linalg.eigh((information + information.T) / 2)
    return Identifiability(
        names=tuple(names),
        ranges=ranges,
        eigenvalues=np.maximum(values[::-1], 0.0),  # a matrix of products has none below zero, but for rounding
        eigenvectors=vectors.T[::-1].copy(),
    )


def words(names: Sequence[str], coefficients: FloatArray, sizes: FloatArray) -> str:
    """A combination such as "W - 0.98 delta + offset.L", without what is small in units of `sizes`."""
    parts = np.abs(coefficients / sizes)
    text = ""
    for name, value, part in zip(names, coefficients, parts, strict=True):
        if part < SMALL * parts.max():
            continue
        size = "" if abs(abs(value) - 1) < 5e-3 else f"{abs(value):.3g} "
        sign = (" - " if value < 0 else " + ") if text else ("-" if value < 0 else "")
        text += f"{sign}{size}{name}"
    return text


def _echelon(rows: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """Reduced row echelon form of orthonormal rows, rounding set to zero, and the columns of its pivots, rising.

    Pivots are chosen by the norms of columns, which rounding does not turn as it turns the vectors of one eigenvalue.
    """
    if not len(rows):
        return rows, np.zeros(0, dtype=np.intp)
    leaders = np.sort(qr(rows, mode="r", pivoting=True)[1][: len(rows)])
    found = np.linalg.solve(rows[:, leaders], rows)
    return np.where(np.abs(found) < ECHELON, 0.0, found), np.asarray(leaders, dtype=np.intp)
