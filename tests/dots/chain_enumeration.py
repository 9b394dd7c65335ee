"""Short chains by brute force: all configurations written out, polarizers diagonalised from equations (1) to (3).

Independent of the package: no transfer matrix, no closed form for the polarizers. A polarizer with m electrons beside
it is the 2 x 2 matrix ½δσ_z + tσ_x + U m n_B, with n_B = (1 - σ_z)/2 (Hamo et al. 2016).
"""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.dots.chain.model import PolarizerChain

meV = st.floats(0.0, 3.0).map(lambda value: round(value, 3))


@st.composite
def chains(draw, *, longest=7, furthest=3, boundary=None):
    """Random chains, short enough to write out."""
    boundary = draw(st.sampled_from(["open", "periodic"])) if boundary is None else boundary
    # A ring must be longer than twice the range: three keep it short.
    given = draw(st.lists(meV, min_size=1, max_size=furthest if boundary == "open" else min(furthest, 3)))
    shortest = 2 * len(given) + 1 if boundary == "periodic" else 1
    return PolarizerChain(
        sites=draw(st.integers(shortest, max(shortest, longest))),
        W=given[0] if len(given) == 1 else tuple(given),
        U=draw(meV),
        delta=draw(st.floats(-1.0, 4.0).map(lambda value: round(value, 3))),
        t=draw(st.floats(-1.0, 1.0).map(lambda value: round(value, 3))),
        boundary=boundary,
    )


class Ensemble(NamedTuple):
    """All configurations (configuration, site), their weights (sum 1), and the grand potential in meV."""

    occupied: np.ndarray
    weight: np.ndarray
    grand_potential: float

    def mean(self, values):
        return float(self.weight @ values)


def configurations(sites):
    return np.array(list(product((0, 1), repeat=sites)))


def pair_sum(chain, occupied):
    """Σ_{i<j} W_ij n_i n_j with the shorter way round on a ring."""
    bare = (*np.atleast_1d(chain.W), *np.zeros(chain.sites))
    total = np.zeros(len(occupied))
    for i, j in combinations(range(chain.sites), 2):
        distance = min(j - i, chain.sites - j + i) if chain.boundary == "periodic" else j - i
        total += bare[distance - 1] * occupied[:, i] * occupied[:, j]
    return total


def beside(chain, occupied):
    """Electrons beside each polarizer (configuration, polarizer)."""
    if chain.boundary == "periodic":
        return occupied + np.roll(occupied, -1, axis=1)
    padded = np.pad(occupied, ((0, 0), (1, 1)))
    return padded[:, :-1] + padded[:, 1:]


def levels(chain, electrons):
    """The two energies of a polarizer with this many electrons beside it."""
    return np.linalg.eigvalsh([[chain.delta / 2, chain.t], [chain.t, -chain.delta / 2 + chain.U * electrons]])


def enumerate_chain(chain, mu, temperature):
    """The ensemble at a temperature; at T = 0 the configurations of lowest energy, to rounding."""
    occupied = configurations(chain.sites)
    energy = pair_sum(chain, occupied) - mu * occupied.sum(axis=1)
    spectra = np.array([levels(chain, electrons) for electrons in range(3)])
    if temperature == 0:
        energy = energy + spectra[:, 0][beside(chain, occupied)].sum(axis=1)
        weight = (energy < energy.min() + 1e-9).astype(float)
        return Ensemble(occupied, weight / weight.sum(), energy.min())
    kT = K_B * temperature
    log_polarizer = np.log(np.exp(-(spectra - spectra[:, :1]) / kT).sum(axis=1)) - spectra[:, 0] / kT
    log_weight = -energy / kT + log_polarizer[beside(chain, occupied)].sum(axis=1)
    top = log_weight.max()
    weight = np.exp(log_weight - top)
    return Ensemble(occupied, weight / weight.sum(), -kT * (top + np.log(weight.sum())))


def classical_ground_states(chain, mu):
    """t = 0, whole-number parameters: occupations of all ground states of sites *and* polarizers, in whole numbers.

    Every polarizer is up or down; 2E = 2ΣW n n - 2µΣn + Σ_polarizers (±δ + 2 U m [down]). Ground states are compared
    exactly, so degeneracies, those of polarizers included, are beyond doubt.
    """
    occupied = configurations(chain.sites)
    down = configurations(chain.polarizers)
    double = 2 * pair_sum(chain, occupied) - 2 * mu * occupied.sum(axis=1)
    polarizers = chain.delta * (chain.polarizers - 2 * down.sum(axis=1))
    energy = double[:, None] + polarizers + 2 * chain.U * (beside(chain, occupied) @ down.T)
    assert np.array_equal(energy, np.round(energy))
    copies = (energy == energy.min()).sum(axis=1)
    return np.repeat(occupied, copies, axis=0), energy.min() / 2
