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

Sides lie at their resonances where tunnelling between the dots is fast. At a rate γ(ε) that is slower than the leads' Γ
the electron waits in the upper dot nearly always, and the current I = γ ends only where the lower dot is emptied as
slowly: at e_l = -w ln(1 + 1/x), x = γ(1/Γ_u + 1/Γ_l), a side that bends where γ changes with ε. The rate equations of
(0,0), (1,0) and (0,1), with F = f(-e_u/w) and G = f(-e_l/w), give for equal leads

    I ∝ F G/(F G + 1 - F + x (1 + F)/2),        x = I(ε)/(I_0 - I(ε)),

I(ε) the current well within the triangle and I_0 what the leads would let pass; for holes F and G change places. Of
I_0 only I_0 > I is known: its ratio to the largest current, less one, is the slowness.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from attractron.core.checks import FloatArray

PLACE, ARMS, INTERDOT, WIDTH, BASE_WIDTH, SLOWNESS, EXCITED = slice(0, 2), slice(2, 6), 6, 7, 8, 9, 10
"""Where parameters are: V⁰ (row, column), α (dot of rows, dot of columns) x (row, column), E_m, ln w, ln of the
resonances' width, ln of how slow tunnelling between the dots is where it is fastest, E_ST."""

STEP = 1e-5
DECAY = 0.2
"""Part of the bias over which a current that relaxation carries may fall off."""

NARROW_AND_WIDE = (-8.0, 0.5)
"""Limits of the logarithm of a width over the bias."""

DETUNINGS, FAINTEST = (-0.3, 1.3, 161), 0.003
"""Over the bias, at which the current is taken down, and its least part of the largest."""


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
        current: detunings in meV and the current well within the triangles there over the largest, where tunnelling
            between the dots may be slow; None where it is fast.
    """

    rows: FloatArray
    columns: FloatArray
    bias: float
    upper: int
    holes: bool = True
    excited: bool = False
    current: tuple[FloatArray, FloatArray] | None = None

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
        width, base = self.widths(theta)
        first, epsilon, last = self.energies(theta)
        x = self._saturation(epsilon, theta)
        regions = [_window(expit(first / width), expit(last / width), x)]
        if self.holes:
            first, _, last = self.energies(theta, theta[INTERDOT])
            regions.append(_window(expit(last / width), expit(first / width), x))
            regions.append(regions[0] * regions[1])
        along = self._along(epsilon, width, base, theta)
        windows = [region * term for region in regions for term in along]
        return np.stack([*windows, *self.background()])

    def widths(self, theta: FloatArray) -> tuple[float, float]:
        """Of edges and of resonances, within what an image can show, meV."""
        logs = (np.clip(theta[place] - np.log(self.bias), *NARROW_AND_WIDE) for place in (WIDTH, BASE_WIDTH))
        width, base = (self.bias * float(np.exp(log)) for log in logs)
        return width, base

    def currents(self, theta: FloatArray, coefficients: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Detunings, and the current well within both triangles there over the largest, as `current` wants it."""
        epsilon = self.bias * np.linspace(*DETUNINGS)
        along = np.stack(self._along(epsilon, *self.widths(theta), theta))
        kinds = len(along)
        found = np.abs(coefficients[:kinds] @ along + coefficients[kinds : 2 * kinds] @ along)
        return epsilon, np.clip(found / max(float(found.max()), 1e-300), FAINTEST, 1.0)

    def _saturation(self, epsilon: FloatArray, theta: FloatArray) -> FloatArray | None:
        """x at each pixel."""
        if self.current is None:
            return None
        part = np.interp(epsilon, *self.current)
        return np.asarray(part / (1 + np.exp(theta[SLOWNESS]) - part))

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
        scales = [0.05 * self.bias / size] * 2 + [0.05 * size] * 4 + [0.05 * self.bias, 0.1, 0.1, 0.1]
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


def repulsive(theta: FloatArray) -> FloatArray:
    """The same triangles with the one at lower voltages that of electrons."""
    if theta[INTERDOT] >= 0:
        return theta
    turned = theta.copy()
    turned[PLACE] += np.linalg.solve(theta[ARMS].reshape(2, 2), np.full(2, theta[INTERDOT]))
    turned[INTERDOT] = -theta[INTERDOT]
    return turned


def _window(waiting: FloatArray, other: FloatArray, x: FloatArray | None) -> FloatArray:
    """Where a triangle is open, from the occupation behind which the electron (or hole) waits and the other one."""
    both = waiting * other
    return both if x is None else (1 + x) * both / (both + 1 - waiting + x * (1 + waiting) / 2)
