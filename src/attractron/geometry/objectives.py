"""What an optimisation makes large, and its slopes: pairing, its mean or quantile over disorder, any function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import COULOMB
from attractron.core.errors import InputError
from attractron.geometry.cloud_energies import repulsions
from attractron.geometry.derivatives import derivatives, stretched
from attractron.geometry.images import images_of
from attractron.geometry.layout import Layout
from attractron.geometry.lengths import Draw, layout_at
from attractron.geometry.pairing import ENERGIES, Roles, energies, slopes
from attractron.geometry.solution import Meshes, cut_all, extrapolated

OBJECTIVES = {
    "pairing_energy": "pairing energy for t = 0",
    "mean": "mean pairing energy over disorder",
    "quantile": "quantile of the pairing energy over disorder",
}
"""Objectives with a name."""

Objective = str | Callable[[dict[str, float]], float]

SMALL = 1e-4
"""Step of a function of energies, in changes of them over 1 nm."""


@dataclass(kw_only=True)
class Problem:
    """An objective as functions of lengths, of which the least counts.

    Attributes:
        draw: function of named lengths.
        names: of the lengths that are sought.
        scattered: lengths that scatter, with the values of those that are not sought.
        moves: how copies differ in them, (copy, scattered), nm; one copy with nothing for no disorder.
        factor: of the cuts of panels.
        roles: which dot is which.
        objective: one of `OBJECTIVES`, or a function of energies.
        weights: of sorted pairing energies, for a quantile.
    """

    draw: Draw
    names: Sequence[str]
    scattered: Mapping[str, float]
    moves: FloatArray
    factor: float
    roles: Roles
    objective: Objective
    weights: FloatArray | None
    base: Layout = field(init=False)
    meshes: Meshes = field(init=False)

    def cut_at(self, x: FloatArray) -> Layout:
        """Cut panels for the drawing there; those of others are the same ones, stretched."""
        self.base = layout_at(self.draw, "bounds", **self._lengths(x, np.zeros(len(self.scattered))))
        self.meshes = cut_all([self.base], self.factor)[0]
        return self.base

    def check_objective(self, x: FloatArray) -> None:
        """An InputError for a function that makes no finite number of the energies there."""
        if isinstance(self.objective, str):
            return
        expected = f"make a finite number of a dictionary of {', '.join(ENERGIES)}"
        try:
            found = self._of_energies(self._repulsion(x, self.moves[0]))
        except (KeyError, TypeError, ValueError) as error:
            raise InputError("objective", expected, f"{type(error).__name__} {error}") from error
        if not np.isfinite(found):
            raise InputError("objective", expected, found)

    def values(self, x: FloatArray) -> FloatArray:
        """f_k at x, (function,)."""
        M = np.stack([self._repulsion(x, move) for move in self.moves])
        if not isinstance(self.objective, str):
            return np.array([self._of_energies(M[0])])
        if self.objective == "pairing_energy":
            return self._both_sites(M[0])
        pairing = energies(M, self.roles)["pairing_energy"]
        return np.array([pairing.mean() if self.weights is None else self.weights @ np.sort(pairing)])

    def slopes(self, x: FloatArray) -> FloatArray:
        """df_k/dx at x, (function, length)."""
        M, dM = (np.stack(each) for each in zip(*[self._slopes(x, move) for move in self.moves], strict=True))
        if not isinstance(self.objective, str):
            step = SMALL * dM[0]
            rise = [self._of_energies(M[0] + each) - self._of_energies(M[0] - each) for each in step]
            return np.array([rise]) / (2 * SMALL)
        if self.objective == "pairing_energy":
            return self._both_sites(dM[0])
        each = np.stack([slopes(M[k], dM[k], self.roles)["pairing_energy"] for k in range(len(M))])  # (copy, length)
        if self.weights is None:
            return np.asarray(each.mean(axis=0)[None])
        order = np.argsort(energies(M, self.roles)["pairing_energy"])
        return np.asarray((self.weights @ each[order])[None])

    def _both_sites(self, M: FloatArray) -> FloatArray:
        """Δ with L and with R, or their slopes: (2, …)."""
        left, right, top, bottom = self.roles
        W = M[..., left, right]
        return np.stack([(M[..., k, bottom] - M[..., k, top] - W) / 2 for k in (left, right)])

    def _of_energies(self, M: FloatArray) -> float:
        assert not isinstance(self.objective, str)
        return float(self.objective({name: float(value) for name, value in energies(M, self.roles).items()}))

    def _lengths(self, x: FloatArray, move: FloatArray) -> dict[str, float]:
        found = dict(self.scattered) | {name: float(value) for name, value in zip(self.names, x, strict=True)}
        for name, step in zip(self.scattered, move, strict=True):
            found[name] += float(step)
        return found

    def _stretched(self, layout: Layout) -> Meshes:
        return stretched(self.meshes[0], self.base, layout), stretched(self.meshes[1], self.base, layout)

    def _repulsion(self, x: FloatArray, move: FloatArray) -> FloatArray:
        layout = layout_at(self.draw, "bounds", **self._lengths(x, move))
        if self.meshes[0] or layout.flows:
            return extrapolated(layout, self._stretched(layout))[0].repulsion
        images = images_of(layout.medium, tuple(plane.z for plane in layout.planes))
        return COULOMB * repulsions(layout.clouds, images, self.roles.pairs)

    def _slopes(self, x: FloatArray, move: FloatArray) -> tuple[FloatArray, FloatArray]:
        lengths = self._lengths(x, move)
        meshes = self._stretched(layout_at(self.draw, "bounds", **lengths))
        found = derivatives(self.draw, "bounds", lengths, list(self.names), meshes, self.roles.pairs)
        return found.repulsion, found.slopes
