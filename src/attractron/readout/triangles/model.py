"""Current through two dots in series at a fixed bias: two triangles, for electrons and for holes, with soft edges.

With the chemical potentials µ_i = -Σ_j α_ij (V_j - V_j⁰), a bias e|V| = B, and the upper dot u at the lead from which
electrons come and the lower dot l at the other one, current flows where

    e_u = B - µ_u ≥ 0,    ε = µ_u - µ_l ≥ 0,    e_l = µ_l ≥ 0,        e_u + ε + e_l = B.

So each side of the triangle is one resonance, and the three, as parts of a bias that is known, give all four lever arms
(van der Wiel et al., Rev. Mod. Phys. 75, 1 (2003), section III; Hanson et al., Rev. Mod. Phys. 79, 1217 (2007),
section VIII). Holes flow where the same holds with µ_i + E_m, E_m the interdot energy: the same triangle, moved along
its base ε = 0. Along ε, the detuning, the current may be anything smooth, with a resonance at its base and a further
step where an excited state comes within reach (a triplet, at ε = E_ST); where both triangles overlap it has
coefficients of its own. Edges have the width w of a Fermi step, resonances are
Lorentzians of a width of their own.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from attractron.core.checks import FloatArray

PLACE, ARMS, INTERDOT, WIDTH, BASE_WIDTH, EXCITED = slice(0, 2), slice(2, 6), 6, 7, 8, 9
"""Where parameters are: V⁰ (row, column), α (dot of rows, dot of columns) x (row, column), E_m, ln w, ln of the
resonances' width, E_ST."""

STEP = 1e-5
DECAY = 0.2
"""Part of the bias over which a current that relaxation carries may fall off."""

NARROW_AND_WIDE = (-8.0, 0.5)
"""Limits of the logarithm of a width over the bias."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where the model stands, and what of it is wanted.

    Attributes:
        rows: gate voltages of the pixels along rows, mV, (rows, columns).
        columns: the same along columns.
        bias: B in meV.
        upper: the dot at the lead from which electrons come: 0, that of the gate along rows, or 1.
        holes: there is a second triangle.
        excited: there is a step of an excited state.
    """

    rows: FloatArray
    columns: FloatArray
    bias: float
    upper: int
    holes: bool = True
    excited: bool = False

    @property
    def count(self) -> int:
        """Of the parameters θ."""
        return EXCITED + int(self.excited)

    def energies(self, theta: FloatArray, shift: float = 0.0) -> tuple[FloatArray, FloatArray, FloatArray]:
        """e_u, ε and e_l in meV with both potentials raised by a shift."""
        arms = theta[ARMS].reshape(2, 2)
        x, y = self.rows - theta[0], self.columns - theta[1]
        potentials = [shift - arm[0] * x - arm[1] * y for arm in arms]
        upper, lower = potentials[self.upper], potentials[1 - self.upper]
        return self.bias - upper, upper - lower, lower

    def basis(self, theta: FloatArray) -> FloatArray:
        """All terms, (term, rows, columns)."""
        width, base = (
            self.bias * float(np.exp(np.clip(theta[place] - np.log(self.bias), *NARROW_AND_WIDE)))
            for place in (WIDTH, BASE_WIDTH)
        )
        first, epsilon, last = self.energies(theta)
        regions = [expit(first / width) * expit(last / width)]
        if self.holes:
            first, _, last = self.energies(theta, theta[INTERDOT])
            regions.append(expit(first / width) * expit(last / width))
            regions.append(regions[0] * regions[1])
        along = self._along(epsilon, width, base, theta)
        windows = [region * term for region in regions for term in along]
        return np.stack([*windows, *self.background()])

    def background(self) -> FloatArray:
        """An offset and what else flows that changes little."""
        x = (self.rows - self.rows.mean()) / (np.ptp(self.rows) / 2)
        y = (self.columns - self.columns.mean()) / (np.ptp(self.columns) / 2)
        return np.stack([np.ones_like(x), x, y])

    def derivatives(self, theta: FloatArray, coefficients: FloatArray) -> FloatArray:
        """Of the model by θ with its coefficients held, (θ, rows, columns)."""
        there = np.tensordot(coefficients, self.basis(theta), axes=(0, 0))
        found = []
        for number, scale in enumerate(self.scales(theta)):
            moved = theta.copy()
            moved[number] += STEP * scale
            found.append((np.tensordot(coefficients, self.basis(moved), axes=(0, 0)) - there) / (STEP * scale))
        return np.stack(found)

    def scales(self, theta: FloatArray) -> FloatArray:
        """Natural changes of the parameters."""
        size = float(np.abs(theta[ARMS]).max())
        scales = [0.05 * self.bias / size] * 2 + [0.05 * size] * 4 + [0.05 * self.bias, 0.1, 0.1]
        return np.array(scales + [0.05 * self.bias] * self.excited)

    def _along(self, epsilon: FloatArray, width: float, base: float, theta: FloatArray) -> list[FloatArray]:
        """What may flow as a function of the detuning."""
        onset, part = expit(epsilon / width), epsilon / self.bias
        resonance = 1 / (1 + (epsilon / base) ** 2)
        found = [
            onset,
            onset * part,
            onset * part**2,
            onset * np.exp(-np.clip(part, 0, None) / DECAY),
            resonance,
            resonance * onset,
        ]
        if self.excited:
            beyond = epsilon - theta[EXCITED]
            found += [expit(beyond / width), 1 / (1 + (beyond / base) ** 2)]
        return found
