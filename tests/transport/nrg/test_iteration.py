"""The iteration, with all states kept, against the same chains as one matrix of anticommuting fermions."""

import numpy as np
import pytest

from attractron.transport.nrg.conductance import of_shell
from attractron.transport.nrg.iteration import BASE, Site, interleaved, shells

BAND = 1.0


def annihilators(modes):
    """Jordan and Wigner's matrices of all modes."""
    lower, sign, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
    found = []
    for mode in range(modes):
        matrix = np.eye(1)
        for other in range(modes):
            matrix = np.kron(matrix, sign if other < mode else lower if other == mode else one)
        found.append(matrix)
    return found


def exact(energies, sites, probe, kT, Gamma):
    """Energies above the ground state, g and occupations by one diagonalisation."""
    dots = (energies.size - 1).bit_length()
    d = annihilators(dots + len(sites))
    counts = [each.T @ each for each in d]
    one = np.eye(len(d[0]))
    total = np.zeros_like(one)
    for state, energy in enumerate(energies):
        projector = one
        for dot in range(dots):
            full = state >> (dots - 1 - dot) & 1
            projector = projector @ (counts[dot] if full else one - counts[dot])
        total += energy * projector
    latest = list(range(dots))
    for number, site in enumerate(sites, start=dots):
        hop = site.hopping * d[number].T @ d[latest[site.channel]]
        total += hop + hop.T
        latest[site.channel] = number
    levels, vectors = np.linalg.eigh(total)
    levels = levels - levels[0]
    matrix = (vectors.T @ d[probe] @ vectors) ** 2
    factors = np.exp(levels / kT)
    partition = (1 / factors).sum()
    g = np.pi * Gamma / (2 * kT) * (matrix / (factors[:, None] + factors)).sum() / partition
    n = [((vectors * (count @ vectors)).sum(axis=0) / factors).sum() / partition for count in counts[:dots]]
    return levels, g, n


@pytest.mark.parametrize("probe", [0, 1])
def test_with_all_states_kept_it_is_exact(probe):
    """Two dots and seven sites: spectrum, d† of either dot and both charges."""
    energies = np.array([0.0, -0.05, -0.11, 0.07])
    sites = interleaved([0.03, 0.05], BAND, 3.0, 0.7, 0.11)
    assert len({site.channel for site in sites}) == 2
    flags = [False] * (len(sites) - 1) + [True]
    (shell,) = shells(energies, sites, probe, 10**6, flags)
    levels, g, n = exact(energies, sites, probe, 0.06, 0.03)
    found = np.sort(np.concatenate(list(shell.energies.values())))
    np.testing.assert_allclose(found, levels, atol=1e-12)
    assert of_shell(shell, 0.06, 0.03)[0] == pytest.approx(g, rel=1e-10)
    np.testing.assert_allclose(of_shell(shell, 0.06, 0.03)[1], n, rtol=1e-10)


def test_shells_on_the_way_are_the_chains_up_to_there():
    energies = np.array([0.0, -0.1, -0.08, 0.3])
    sites = interleaved([0.03, 0.05], BAND, 3.0, 0.4, 0.2)
    early, late = shells(energies, sites, 0, 10**6, [number in (2, len(sites) - 1) for number in range(len(sites))])
    for shell, used in ((early, sites[:3]), (late, sites)):
        assert of_shell(shell, 0.1, 0.03)[0] == pytest.approx(exact(energies, used, 0, 0.1, 0.03)[1], rel=1e-10)


def test_states_are_cut_in_a_gap():
    """Levels in the middle of the band are symmetric under N → (sites + 1) - N; no multiplet of this is torn."""
    sites = interleaved([0.05, 0.05], BAND, 6.0, 0.5, 1e-4)
    flags = [number == len(sites) - 1 for number in range(len(sites))]
    (shell,) = shells(np.zeros(4), sites, 0, 100, flags)
    full = sum(BASE**channel * (1 + sum(site.channel == channel for site in sites)) for channel in (0, 1))
    for sector, energies in shell.energies.items():
        np.testing.assert_allclose(energies, shell.energies[full - sector], atol=1e-9)
    assert 200 <= sum(len(energies) for energies in shell.energies.values()) <= 220


def test_sites_are_in_the_order_of_their_energies_and_their_chains():
    sites = interleaved([0.1, 0.2, 0.3], BAND, 6.0, 0.9, 1e-3)
    scales = [site.scale for site in sites]
    assert scales == sorted(scales, reverse=True)
    assert scales[-1] < 1e-3 <= scales[-2]
    for channel, Gamma in enumerate([0.1, 0.2, 0.3]):
        own = [site for site in sites if site.channel == channel]
        assert own[0].hopping == pytest.approx(np.sqrt(Gamma * BAND / np.pi))
        assert [site.last for site in own] == [False] * (len(own) - 1) + [True]
    assert isinstance(sites[0], Site)
