"""Rates between charge states from second-quantised operators, knowing nothing of events, a_j or b_j.

Dots and leads are fermionic modes of one Fock space (Jordan and Wigner's signs), one orbital a lead: filled where the
process may take a carrier from it, empty where it may put one. With H_T = Σ_a (d†_a c_a + c†_a d_a) the amplitude is

    A = ⟨f| H_T [G H_T]^(k-1) |i⟩,    G = 1/(E_i - H_0),

summed over all paths that the operators allow; orderings, signs and intermediate states come out of the matrices. Lead
orbitals have the energies ω_a = µ_a + σ_a y_a: a carrier taken brings ω, one put there costs ω, so that either
supplies y_a + σ_a µ_a with weight f(y_a). Rates follow by quadrature on contours beside the real axis.
"""

from functools import cache, reduce
from itertools import combinations, product

import numpy as np

CONTOURS = {1: [(0.0,)], 2: [(1, -1), (-1, 1)], 3: [(1, 1, -2), (1, -2, 1), (-2, 1, 1)]}
"""Im y of the events in π k_BT/3; for two events any offset gives the same."""

STEP = {1: 1.0, 2: 0.1, 3: 0.36}
"""Of the trapezoid in k_BT."""


@cache
def annihilators(modes):
    """Matrices of all annihilation operators on the Fock space."""
    sign, lower, one = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    return [reduce(np.kron, [sign] * mode + [lower] + [one] * (modes - mode - 1)) for mode in range(modes)]


@cache
def hop(modes, dot, orbital):
    """d†c + c†d."""
    c = annihilators(modes)
    there = c[dot].T @ c[orbital]
    return there + there.T


def number(occupation):
    """Position of a Fock state in the matrices."""
    return int("".join(map(str, occupation)), 2)


def occupations(state, modes):
    """Occupations of the Fock state at a position."""
    return tuple(int(bit) for bit in f"{state:0{modes}b}")


class Enumeration:
    """All processes of up to three events for dots of one level, spinless.

    Args:
        energy: E(n) of a tuple of charges, meV.
        lead_dots, mu, Gamma: of the leads.
        kT: of all leads, meV.
    """

    def __init__(self, energy, dots, lead_dots, mu, Gamma, kT):
        self.energy, self.dots, self.lead_dots = energy, dots, lead_dots
        self.mu, self.Gamma, self.kT = mu, Gamma, kT
        self.states = list(product((0, 1), repeat=dots))

    def rates(self, order):
        """[(initial, final, {lead: carriers that left it}, ħ × rate)] of every process of one order, both ways."""
        found = []
        for leads in combinations(range(len(self.lead_dots)), order):
            if len({self.lead_dots[lead] for lead in leads}) == order:
                for initial in range(len(self.states)):
                    found.append(self._process(initial, leads))
        return found

    def _process(self, initial, leads):
        """One choice of leads: each dot's charge decides whether its lead's orbital is full."""
        modes = self.dots + len(leads)
        H_T = sum(hop(modes, self.lead_dots[lead], self.dots + number) for number, lead in enumerate(leads))
        charges = self.states[initial]
        full = tuple(1 - charges[self.lead_dots[lead]] for lead in leads)
        start = charges + full
        final_charges = list(charges)
        for lead in leads:
            final_charges[self.lead_dots[lead]] ^= 1
        end = tuple(final_charges) + tuple(1 - n for n in full)
        paths = self._paths(H_T, start, end, len(leads))
        sigma = [1 if n else -1 for n in full]
        rate = self._integrate(paths, start, end, leads, sigma)
        return initial, self.states.index(tuple(final_charges)), dict(zip(leads, sigma, strict=True)), rate

    def _paths(self, H_T, start, end, order):
        """[(product of matrix elements, [intermediate occupations])] of all paths of the given length."""
        paths = [(1.0, [number(start)])]
        for _ in range(order):
            paths = [
                (weight * H_T[state, path[-1]], [*path, state])
                for weight, path in paths
                for state in np.flatnonzero(H_T[:, path[-1]])
            ]
        modes = len(start)
        return [
            (weight, [occupations(state, modes) for state in path[1:-1]])
            for weight, path in paths
            if path[-1] == number(end)
        ]

    def _integrate(self, paths, start, end, leads, sigma):
        """∏Γ/(2π)^(k-1) Re ∫dy f…f A², mean over the contours, by the trapezoid in a wide window."""
        paid = sum(s * self.mu[lead] for s, lead in zip(sigma, leads, strict=True))
        Delta = self.energy(end[: self.dots]) - self.energy(start[: self.dots]) - paid
        order, kT = len(leads), self.kT
        step = STEP[order] * kT
        line = np.arange(min(0, Delta) - 20 * kT, max(0, Delta) + 20 * kT, step)
        grids = [grid.ravel() for grid in np.meshgrid(*[line] * (order - 1), indexing="ij")]
        values = []
        for offsets in CONTOURS[order]:
            y = [grid + 1j * offset * np.pi * kT / 3 for grid, offset in zip(grids, offsets, strict=False)]
            y.append(Delta - sum(y))
            weight = reduce(np.multiply, [1 / (np.exp(energy / kT) + 1) for energy in y])
            heavy = np.abs(weight) > 1e-9 * np.abs(weight).max()
            amplitude = self._amplitude(paths, start, leads, sigma, [np.compress(np.ravel(heavy), each) for each in y])
            total = np.sum(np.compress(np.ravel(heavy), weight) * amplitude**2)
            values.append(np.real(total) * step ** (order - 1))
        return np.prod(self.Gamma[list(leads)]) / (2 * np.pi) ** (order - 1) * np.mean(values)

    def _amplitude(self, paths, start, leads, sigma, y):
        """Σ over paths of the product of matrix elements and 1/(E_i - E_m)."""
        orbitals = [self.mu[lead] + s * energy for lead, s, energy in zip(leads, sigma, y, strict=True)]

        def level(n):
            filled = zip(n[self.dots :], orbitals, strict=True)
            return self.energy(n[: self.dots]) + sum(charge * orbital for charge, orbital in filled)

        below = level(start)
        return sum(weight * reduce(np.multiply, [1 / (below - level(n)) for n in path], 1.0) for weight, path in paths)
