"""Chains with shared polarizers against all configurations written out, Ising's solution and exact limits."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import chain as device_chain
from attractron.dots import stability_diagram
from attractron.dots.chain.model import PolarizerChain
from attractron.dots.chain.questions import cluster_energies, correlation, filling, pair_energies, steps
from tests.dots.chain_enumeration import beside, chains, classical_ground_states, enumerate_chain, levels, pair_sum

potentials = st.floats(-2.0, 8.0).map(lambda value: round(value, 3))
temperatures = st.floats(0.5, 300.0)


def make(**changes):
    return PolarizerChain(**{"sites": 1000, "W": 0.5, "U": 2.41, "delta": 2.41, "t": 0.05, **changes})


def value(result, name):
    return result[name].item()


def neighbours(chain, occupied):
    """⟨n_i n_{i+1}⟩ over the bonds between sites, for each configuration."""
    if chain.boundary == "periodic":
        return (occupied * np.roll(occupied, -1, axis=1)).mean(axis=1)
    return (occupied[:, :-1] * occupied[:, 1:]).mean(axis=1)


# Filling


@given(chain=chains(furthest=6), mu=potentials, kelvin=temperatures)
def test_filling_is_the_average_over_all_configurations(chain, mu, kelvin):
    ensemble = enumerate_chain(chain, mu, kelvin)
    found = filling(chain, {"mu": mu}, temperature=kelvin)
    electrons = ensemble.occupied.sum(axis=1)
    mean = ensemble.mean(electrons)
    variance = ensemble.mean((electrons - mean) ** 2)
    density = mean / chain.sites
    expected = {
        "filling": density,
        "filling_low": density,
        "filling_high": density,
        "grand_potential": ensemble.grand_potential / chain.sites,
        "fluctuation": variance / chain.sites,
        "compressibility": variance / (chain.sites * K_B * kelvin),
    }
    if chain.sites > 1:
        pairs = ensemble.mean(neighbours(chain, ensemble.occupied))
        expected |= {"neighbour_pairs": pairs, "neighbour_correlation": pairs - density**2}
    for name, number in expected.items():
        assert value(found, name) == pytest.approx(number, rel=1e-9, abs=1e-12), name


@given(chain=chains(furthest=6), mu=potentials)
def test_ground_state_energy_is_the_lowest_of_all_configurations(chain, mu):
    ensemble = enumerate_chain(chain, mu, 0.0)
    found = filling(chain, {"mu": mu})
    assert value(found, "grand_potential") * chain.sites == pytest.approx(ensemble.grand_potential, abs=1e-9)
    electrons = ensemble.occupied[ensemble.weight > 0].sum(axis=1)
    assert value(found, "filling_low") * chain.sites == pytest.approx(electrons.min(), abs=1e-9)
    assert value(found, "filling_high") * chain.sites == pytest.approx(electrons.max(), abs=1e-9)


small = st.integers(0, 3)


@given(
    sites=st.integers(1, 5),
    pairs=st.lists(small, min_size=1, max_size=2),
    U=small,
    delta=st.integers(-2, 5),
    mu=st.integers(-2, 10),
    boundary=st.sampled_from(["open", "periodic"]),
)
def test_ground_states_that_are_degenerate_count_alike(sites, pairs, U, delta, mu, boundary):
    # Whole numbers and t = 0 make degeneracies frequent, those of the polarizers' own states included.
    shortest = 2 * len(pairs) + 1 if boundary == "periodic" else 1
    chain = PolarizerChain(
        sites=max(sites, shortest), W=tuple(map(float, pairs)), U=U, delta=delta, t=0.0, boundary=boundary
    )
    occupied, energy = classical_ground_states(chain, mu)
    electrons = occupied.sum(axis=1)
    found = filling(chain, {"mu": mu})
    assert value(found, "grand_potential") * chain.sites == pytest.approx(energy, abs=1e-9)
    assert value(found, "filling") * chain.sites == pytest.approx(electrons.mean(), abs=1e-9)
    assert value(found, "filling_low") * chain.sites == pytest.approx(electrons.min(), abs=1e-9)
    assert value(found, "filling_high") * chain.sites == pytest.approx(electrons.max(), abs=1e-9)
    assert value(found, "fluctuation") * chain.sites == pytest.approx(electrons.var(), abs=1e-9)
    assert value(found, "compressibility") == (np.inf if electrons.min() < electrons.max() else 0.0)
    if chain.sites > 1:
        assert value(found, "neighbour_pairs") == pytest.approx(neighbours(chain, occupied).mean(), abs=1e-9)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("part", "degenerate"), [(0.01, True), (0.6, True), (1.5, False), (100, False)])
def test_energies_within_1e_12_of_the_scale_are_degenerate(sign, part, degenerate):
    """One site without polarizer or neighbours costs -µ; the scale |µ| + |t| is 1 meV to 12 digits."""
    mu = sign * part * 1e-12
    found = filling(make(sites=1, W=0.0, U=0.0, delta=0.0, t=1.0), {"mu": mu})
    ground = (0.0, 0.5, 1.0) if degenerate else (float(mu > 0),) * 3
    assert tuple(value(found, name) for name in ("filling_low", "filling", "filling_high")) == ground


def test_zero_temperature_is_the_limit_of_low_ones():
    # On the step (0 → 1 at µ = δ + W) and off it, to exp(-1/k_B T) = exp(-116).
    chain = make(sites=6, W=1.0, U=3.0, delta=3.0, t=0.0, boundary="periodic")
    axes = {"mu": [3.0, 4.0, 5.0]}
    cold, colder = filling(chain, axes), filling(chain, axes, temperature=0.1)
    for name in ("filling", "fluctuation", "neighbour_pairs"):
        np.testing.assert_allclose(colder[name], cold[name], atol=1e-12)
    np.testing.assert_allclose(cold["filling"], [0.0, 0.5, 1.0], atol=1e-12)
    np.testing.assert_allclose(cold["filling_low"], [0.0, 0.0, 1.0])
    np.testing.assert_allclose(cold["filling_high"], [0.0, 1.0, 1.0])


@pytest.mark.parametrize("kelvin", [0.0, 3.0])
def test_a_short_chain_is_the_device_of_dots(kelvin):
    parameters = {"W": 0.83, "U": 2.41, "delta": 1.7, "t": 0.2}
    mu = np.linspace(0.1, 5.3, 23)
    diagram = stability_diagram(device_chain(sites=4, **parameters), {"V": mu}, temperature=kelvin)
    found = filling(PolarizerChain(sites=4, **parameters), {"mu": mu}, temperature=kelvin)
    expected = diagram["occupation"].sel(dot=["S1", "S2", "S3", "S4"]).mean("dot")
    np.testing.assert_allclose(found["filling"], expected, atol=1e-10)


def ising(W, mu, kelvin):
    """(βh, βK, λ₋/λ₊, m of the infinite chain) of the Ising chain that the lattice gas is.

    With n = (1 + s)/2: Σ(-µ n + W n n') = const - h Σ s - K Σ s s', h = µ/2 - W/2 (two bonds a site), K = -W/4; the
    textbook solution is λ± = e^K cosh h ± √(e^{2K} sinh² h + e^{-2K}), m = sinh h/√(sinh² h + e^{-4K}) (h, K in k_B T).
    """
    h, K = (mu - W) / (2 * K_B * kelvin), -W / (4 * K_B * kelvin)
    root = np.sqrt(np.exp(2 * K) * np.sinh(h) ** 2 + np.exp(-2 * K))
    ratio = (np.exp(K) * np.cosh(h) - root) / (np.exp(K) * np.cosh(h) + root)
    return ratio, np.sinh(h) / np.sqrt(np.sinh(h) ** 2 + np.exp(-4 * K))


@given(sites=st.integers(3, 10**6), W=st.floats(0.0, 2.0), mu=st.floats(-2.0, 3.0), kelvin=st.floats(5.0, 300.0))
def test_without_coupling_the_chain_is_isings(sites, W, mu, kelvin):
    # U = 0 decouples the polarizers. Ring: m = m_∞ (1 - x)/(1 + x) with x = (λ₋/λ₊)^N.
    chain = make(sites=sites, W=W, U=0.0, delta=1.3, t=0.4, boundary="periodic")
    found = filling(chain, {"mu": mu}, temperature=kelvin)
    ratio, magnetisation = ising(W, mu, kelvin)
    power = ratio**sites
    expected = (1 + magnetisation * (1 - power) / (1 + power)) / 2
    assert value(found, "filling") == pytest.approx(expected, abs=1e-10)


@given(chain=chains(boundary="periodic", longest=40), shift=st.floats(-3.0, 3.0), kelvin=temperatures)
def test_a_ring_is_symmetric_between_electrons_and_holes(chain, shift, kelvin):
    # n → 1 - n maps µ to 2µ₀ - µ with µ₀ = 2(p₁ - p₀) + Σ_d V_d: half filling at µ₀, from one electron's energies.
    single = cluster_energies(chain, [1], temperature=kelvin)
    centre = value(single, "energy") + sum(chain.repulsion) + value(single, "attraction")
    above = filling(chain, {"mu": centre + shift}, temperature=kelvin)
    below = filling(chain, {"mu": centre - shift}, temperature=kelvin)
    assert value(above, "filling") + value(below, "filling") == pytest.approx(1.0, abs=1e-9)
    assert value(above, "fluctuation") == pytest.approx(value(below, "fluctuation"), rel=1e-8, abs=1e-10)


def test_filling_converges_as_one_over_the_length_on_a_line():
    # The two ends add a constant to N: error = c/N up to e^{-N/ξ}, so that doubling N halves it.
    infinite = value(filling(make(sites=10**9, boundary="periodic"), {"mu": 2.8}, temperature=8.0), "filling")
    errors = [
        value(filling(make(sites=n), {"mu": 2.8}, temperature=8.0), "filling") - infinite for n in (200, 400, 800)
    ]
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 2.0, rtol=1e-6)


def test_filling_converges_exponentially_on_a_ring():
    # error = c e^{-N/ξ} (1 + O(e^{-N/ξ})), with ξ from the spectrum.
    ring = {"boundary": "periodic", "W": (0.3, 0.02)}
    kelvin, mu = 4.0, 2.7
    infinite = value(filling(make(sites=10**9, **ring), {"mu": mu}, temperature=kelvin), "filling")
    length = value(correlation(make(**ring), [1], mu=mu, temperature=kelvin), "correlation_length")
    lengths = np.array([8, 12, 16]) * round(length)
    errors = [
        value(filling(make(sites=n, **ring), {"mu": mu}, temperature=kelvin), "filling") - infinite for n in lengths
    ]
    np.testing.assert_allclose(-np.diff(np.log(np.abs(errors))) * length, np.diff(lengths), rtol=1e-3)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("kelvin", [4.0, 50.0])
def test_filling_and_compressibility_are_derivatives(boundary, kelvin):
    # ∫ n dµ = Ω(a) - Ω(b) and ∫ ∂n/∂µ dµ = n(b) - n(a), by Gauss and Legendre's rule (exponentially accurate).
    nodes, weights = np.polynomial.legendre.leggauss(300)
    chain = make(sites=50, W=(0.7, 0.4), boundary=boundary)
    mu = 3.0 + 1.5 * nodes
    inside = filling(chain, {"mu": mu}, temperature=kelvin)
    ends = filling(chain, {"mu": [1.5, 4.5]}, temperature=kelvin)
    work, rise = (1.5 * float(weights @ inside[name].values) for name in ("filling", "compressibility"))
    assert work == pytest.approx(-float(np.diff(ends["grand_potential"])[0]), rel=1e-9)
    assert rise == pytest.approx(float(np.diff(ends["filling"])[0]), rel=1e-9)


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("W", [0.5, (0.5, 0.6, 0.3)])
def test_a_million_sites_neither_overflow_nor_lose_count(boundary, W):
    chain = make(sites=10**6, W=W, boundary=boundary)
    found = filling(chain, {"mu": np.linspace(2.0, 8.0, 40)}, temperature=[0, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000])
    for name in set(found.data_vars) - {"compressibility"}:
        assert np.isfinite(found[name]).all(), name
    density = found["filling"].values
    assert density.min() > -1e-12
    assert density.max() < 1 + 1e-12
    assert (np.diff(density, axis=1) > -1e-9).all()
    assert (found["fluctuation"].values >= 0).all()
    # At 1 mK nothing is thermally excited away from the steps.
    off_step = found["fluctuation"].values[0] == 0
    assert off_step.sum() > 30
    np.testing.assert_allclose(density[1, off_step], density[0, off_step], atol=1e-5)


def test_filling_has_the_axes_asked_for():
    chain = make(sites=7, W=(0.5, 0.3))
    found = filling(chain, {"W": [0.2, 0.5], "mu": [1.0, 2.0, 3.0], "t": 0.1}, temperature=[0.0, 2.0])
    assert found["filling"].dims == ("temperature", "W", "mu")
    assert found["filling"].shape == (2, 2, 3)
    alone = filling(make(sites=7, W=(0.2, 0.3), t=0.1), {"mu": 2.0}, temperature=2.0)
    assert value(found.isel(temperature=1, W=0, mu=1), "filling") == pytest.approx(value(alone, "filling"), rel=1e-12)
    assert alone["filling"].dims == ()
    assert value(alone, "temperature") == 2.0
    assert json.loads(found.attrs["options"])["fixed"] == {"t": 0.1}


# Clusters and pairs


def configuration_energy(chain, occupied, kelvin):
    """Free energy of one configuration, polarizers from their matrices."""
    states = np.array([occupied])
    spectra = [levels(chain, electrons) for electrons in beside(chain, states)[0]]
    if kelvin == 0:
        polarizers = sum(low for low, _ in spectra)
    else:
        polarizers = sum(-K_B * kelvin * np.logaddexp(*(-energies / (K_B * kelvin))) for energies in spectra)
    return pair_sum(chain, states)[0] + polarizers


@given(chain=chains(longest=9), kelvin=st.one_of(st.just(0.0), temperatures), data=st.data())
def test_clusters_cost_what_their_configuration_costs(chain, kelvin, data):
    reach = np.size(chain.W)
    size = data.draw(st.integers(1, chain.sites - reach if chain.boundary == "periodic" else chain.sites))
    place = data.draw(st.integers(0, chain.sites - size))
    occupied = np.zeros(chain.sites, dtype=int)
    empty = configuration_energy(chain, occupied, kelvin)
    occupied[place] = 1
    one = configuration_energy(chain, occupied, kelvin) - empty
    occupied[place : place + size] = 1
    cluster = configuration_energy(chain, occupied, kelvin) - empty
    found = cluster_energies(chain, [size], temperature=kelvin)
    assert value(found, "energy") == pytest.approx(cluster, abs=1e-10)
    assert value(found, "binding") == pytest.approx(cluster - size * one, abs=1e-10)
    assert value(found, "binding_per_electron") == pytest.approx((cluster - size * one) / size, abs=1e-10)


@given(chain=chains(longest=9), kelvin=st.one_of(st.just(0.0), temperatures), data=st.data())
def test_pairs_cost_what_their_configuration_costs(chain, kelvin, data):
    most = chain.sites // 2 if chain.boundary == "periodic" else chain.sites - 1
    assume(most >= 1)
    distance = data.draw(st.integers(1, most))
    place = data.draw(st.integers(0, chain.sites - 1 - distance))
    energies = []
    for sites in ([], [place], [place, place + distance]):
        occupied = np.zeros(chain.sites, dtype=int)
        occupied[sites] = 1
        energies.append(configuration_energy(chain, occupied, kelvin))
    found = pair_energies(chain, [distance], temperature=kelvin)
    assert value(found, "pair_energy") == pytest.approx(energies[2] - 2 * energies[1] + energies[0], abs=1e-10)
    bare = (*np.atleast_1d(chain.W), *np.zeros(9))[distance - 1]
    assert value(found, "repulsion") == pytest.approx(bare)


def test_sharing_a_polarizer_gains_the_detuning():
    # Fig. 3d, e at t = 0, δ ≤ U: one electron costs 2δ, neighbours W - δ; n electrons (n - 1)(W - δ).
    chain = make(W=0.5, U=2.0, delta=1.2, t=0.0)
    clusters = cluster_energies(chain, np.arange(1, 6))
    np.testing.assert_allclose(clusters["energy"][0], 2 * 1.2)
    np.testing.assert_allclose(clusters["binding"], np.arange(5) * (0.5 - 1.2), atol=1e-12)
    np.testing.assert_allclose(pair_energies(chain, [1, 2, 3])["pair_energy"], [0.5 - 1.2, 0.0, 0.0], atol=1e-12)


def test_longer_repulsion_stops_clusters():
    # Σ_d (n - d) W_d - (n - 1) δ: with W = (0.5, 1.5), δ = 2: binding per electron 0, -3/4, -1/2, -3/8: pairs are best.
    chain = make(W=(0.5, 1.5), U=2.0, delta=2.0, t=0.0)
    found = cluster_energies(chain, [1, 2, 3, 4])["binding_per_electron"]
    np.testing.assert_allclose(found, [0.0, -3 / 4, -1 / 2, -3 / 8], atol=1e-12)


# Correlations


@given(chain=chains(longest=8), mu=potentials, kelvin=st.floats(2.0, 300.0))
def test_correlations_are_averages_over_all_configurations(chain, mu, kelvin):
    ensemble = enumerate_chain(chain, mu, kelvin)
    distances = np.arange(chain.sites // 2 + 1)
    found = correlation(chain, distances, mu=mu, temperature=kelvin)
    middle = (chain.sites + 1) // 2 - 1
    here = ensemble.occupied[:, middle]
    for distance in distances:
        there = ensemble.occupied[:, middle + distance]
        both = ensemble.mean(here * there)
        expected = both - ensemble.mean(here) * ensemble.mean(there)
        at = found.sel(distance=distance)
        assert value(at, "pair_probability") == pytest.approx(both, abs=1e-12)
        assert value(at, "filling") == pytest.approx(ensemble.mean(there), abs=1e-12)
        assert value(at, "correlation") == pytest.approx(expected, abs=1e-12)


@given(W=st.floats(0.1, 2.0), mu=st.floats(-2.0, 3.0), kelvin=st.floats(5.0, 100.0))
def test_correlations_keep_their_relative_accuracy(W, mu, kelvin):
    # Ising: ⟨ss'⟩ - m² = (1 - m²)(λ₋/λ₊)^d, a quarter of it in n, however small; ξ = -1/ln|λ₋/λ₊|.
    distances = np.arange(1, 60)
    found = correlation(make(sites=5000, W=W, U=0.0), distances, mu=mu, temperature=kelvin)
    ratio, magnetisation = ising(W, mu, kelvin)
    assume(1e-4 < abs(ratio) < 0.95)
    expected = (1 - magnetisation**2) / 4 * ratio**distances
    np.testing.assert_allclose(found["correlation"], expected, rtol=1e-8)
    assert value(found, "correlation_length") == pytest.approx(-1 / np.log(abs(ratio)), rel=1e-8)


@given(chain=chains(boundary="open"), mu=potentials, kelvin=st.floats(5.0, 300.0))
def test_correlation_length_is_in_the_spectrum_of_the_transfer_matrix(chain, mu, kelvin):
    # Oracle: the matrix written out between windows of r sites, without logarithms and without scaling.
    kT, reach = K_B * kelvin, len(chain.repulsion)
    polarizer = [-np.logaddexp(*(-levels(chain, electrons) / kT)) for electrons in range(3)]
    matrix = np.zeros((2**reach, 2**reach))
    for source in range(2**reach):
        history = [(source >> place) & 1 for place in range(reach)]
        for added in (0, 1):
            energy = added * (np.dot(chain.repulsion, history) - mu) / kT + polarizer[history[0] + added]
            matrix[source, (2 * source + added) % 2**reach] = np.exp(-energy)
    sizes = np.sort(np.abs(np.linalg.eigvals(matrix / matrix.max())))
    ratio = sizes[-2] / sizes[-1]
    assume(0.02 < ratio < 0.999)  # eigenvalues far below the largest are ill-conditioned in any method
    found = correlation(chain, [0], mu=mu, temperature=kelvin)
    assert value(found, "correlation_length") == pytest.approx(-1 / np.log(ratio), rel=1e-6)


def test_correlations_decay_with_the_correlation_length():
    chain = make(sites=20_000, W=(0.3, 0.03, 0.02))
    distances = np.arange(150, 300)
    found = correlation(chain, distances, mu=2.6, temperature=4.0)
    rates = -np.diff(np.log(found["correlation"].values))
    np.testing.assert_allclose(rates * value(found, "correlation_length"), 1.0, rtol=1e-6)


@given(chain=chains(boundary="periodic", longest=41), mu=potentials, kelvin=temperatures)
def test_correlations_add_up_to_the_fluctuation(chain, mu, kelvin):
    # On a ring (⟨n²⟩ - ⟨n⟩²)/N = Σ_d C(d) over all N distances; on an even ring the farthest site counts once.
    found = correlation(chain, np.arange(chain.sites // 2 + 1), mu=mu, temperature=kelvin)["correlation"].values
    total = found[0] + 2 * found[1:].sum() - (0.0 if chain.sites % 2 else found[-1])
    expected = value(filling(chain, {"mu": mu}, temperature=kelvin), "fluctuation")
    assert total == pytest.approx(expected, abs=1e-10)


def test_correlation_lengths_are_known_up_to_long_range_order():
    # Where empty and full chains coexist (h = 0) λ₋/λ₊ = tanh K with K = (δ - W)/4k_B T: ξ ≈ e^{2K}/2.
    # A polarizer with t = 0 has no free energy beyond e^{-δ/k_B T}, so small here that w = -δ; µ = 2(p₁ - p₀) + W + w.
    chain = make(W=0.5, U=4.0, delta=2.0, t=0.0)
    for length, relative in ((1e4, 1e-6), (1e6, 1e-9), (1e10, 1e-5)):
        K = np.arctanh(np.exp(-1 / length))
        found = correlation(chain, [0], mu=2.0 + 0.5, temperature=(2.0 - 0.5) / (4 * K * K_B))
        assert value(found, "correlation_length") == pytest.approx(length, rel=relative)
    found = correlation(chain, [0], mu=2.0 + 0.5, temperature=0.2)
    assert value(found, "correlation_length") == np.inf


def test_correlations_at_low_temperature_are_long_ranged_on_a_step():
    # W + w < 0: at µ = 2(p₁ - p₀) + W + w empty and full rings coexist, walls between them cost many k_B T.
    chain = make(sites=1001, W=0.5, delta=2.41, t=0.0, boundary="periodic")
    found = correlation(chain, [0, 250, 500], mu=2.41 + 0.5, temperature=0.01)
    np.testing.assert_allclose(found["correlation"], 0.25, rtol=1e-6)
    assert value(found, "correlation_length") == np.inf


def test_independent_sites_are_uncorrelated():
    found = correlation(make(W=0.0, U=0.0), [0, 1, 5], mu=0.3, temperature=10.0)
    density = 1 / (1 + np.exp(-0.3 / (K_B * 10.0)))
    np.testing.assert_allclose(found["correlation"], [density * (1 - density), 0.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(found["filling"], density)


# Steps


@pytest.mark.parametrize("W", [0.3, 0.9, 1.1, 2.0])
def test_steps_with_neighbours_repulsion_alone(W):
    # t = 0, δ = 1 ≤ U: one step 0 → 1 at µ = δ + W if W < δ, else 0 → 1/2 → 1 at 2δ and 2δ + 2(W - δ) = 2W.
    found = steps(make(W=W, U=1.5, delta=1.0, t=0.0))
    if W < 1:
        np.testing.assert_allclose(found["mu"], [1 + W])
        assert list(found["plateau"].values) == ["0", "1"]
        assert found.attrs["verdict"] == "phase separation"
    else:
        np.testing.assert_allclose(found["mu"], [2.0, 2 * W])
        assert list(found["plateau"].values) == ["0", "10", "1"]
        np.testing.assert_allclose(found["jump"], 0.5)
        assert found.attrs["verdict"] == "single electrons"


@pytest.mark.parametrize(("part", "plateaus"), [(-1.0, 2), (0.1, 2), (0.9, 2), (2.5, 3), (1e3, 3)])
def test_plateaus_thinner_than_1e_12_of_the_scale_are_rounding(part, plateaus):
    """With W₁ + w = ε > 0 single electrons win by ε/2 per site at most over the coexistence of empty and full; the
    scale W + U + δ is 3 meV. The plateau is 2ε long in µ."""
    found = steps(make(W=1.0 + part * 3e-12, U=1.0, delta=1.0, t=0.0))
    assert found.sizes["plateau"] == plateaus


def test_longer_repulsion_lets_pairs_win():
    # t = 0, δ = 2 ≤ U, W = (0.5, 1.5): V = (-1.5, 1.5). A pair costs 4δ + V₁, so 1100 enters at µ = 2δ + V₁/2 = 3.25;
    # holes enter the full chain in pairs at the mirror image, µ = 2(2δ + V₁ + V₂) - 3.25 = 4.75.
    found = steps(make(W=(0.5, 1.5), U=2.0, delta=2.0, t=0.0))
    np.testing.assert_allclose(found["mu"], [3.25, 4.75])
    assert list(found["plateau"].values) == ["0", "1100", "1"]
    names = flag_names(found["order"])
    assert [names[code] for code in found["order"].values] == ["empty", "pairs", "full"]
    np.testing.assert_allclose(found["filling_above"], [0.5, 1.0])
    np.testing.assert_allclose(found["filling_below"], [0.0, 0.5])
    np.testing.assert_array_equal(found["electrons"], [0, 2, 1])
    np.testing.assert_array_equal(found["period"], [1, 4, 1])
    assert found.attrs["verdict"] == "pairs"
    assert found.attrs["summary"] == (
        "The first electrons enter at µ = 3.25 meV, where the filling jumps from 0 to 1/2 (pattern 1100): pairs. "
        "2 steps in all, the last at µ = 4.75 meV."
    )


@given(chain=chains(furthest=3, boundary="open"))
def test_long_chains_fill_in_these_steps(chain):
    # In the middle of each plateau a line of N sites has the plateau's filling and energy, up to its ends: O(1/N).
    chain = PolarizerChain(sites=10**6, W=chain.W, U=chain.U, delta=chain.delta, t=chain.t)
    found = steps(chain)
    mu = found["mu"].values
    middles = np.concatenate([[mu[0] - 1], (mu[:-1] + mu[1:]) / 2, [mu[-1] + 1]])
    widths = np.concatenate([[1.0], np.diff(mu) / 2, [1.0]])
    assume(widths.min() > 1e-2)
    long = filling(chain, {"mu": middles})
    np.testing.assert_allclose(long["filling"], found["filling"], atol=1e-3)
    expected = found["energy"].values - middles * found["filling"].values
    np.testing.assert_allclose(long["grand_potential"], expected, atol=1e-4)


def test_long_chains_of_long_range_fill_in_these_steps():
    # Range 5 is walked site by site until it settles; with convex repulsion most uniform patterns, 1/6 to 5/6.
    chain = make(sites=10**6, W=(3.0, 1.6, 0.9, 0.45, 0.15), delta=0.5)
    found = steps(chain)
    np.testing.assert_allclose(
        found["filling"], [0, 1 / 6, 1 / 5, 1 / 4, 1 / 3, 2 / 5, 1 / 2, 3 / 5, 2 / 3, 3 / 4, 4 / 5, 5 / 6, 1]
    )
    mu = found["mu"].values
    middles = (mu[:-1] + mu[1:]) / 2
    long = filling(chain, {"mu": middles})
    np.testing.assert_allclose(long["filling"], found["filling"][1:-1], atol=1e-5)
    warm = filling(chain, {"mu": middles}, temperature=0.01)
    np.testing.assert_allclose(warm["filling"], found["filling"][1:-1], atol=1e-5)


# All questions


def test_sizes_and_distances_may_fall():
    chain = make(sites=12, W=(0.5, 0.2))
    for ask, dim in (
        (cluster_energies, "size"),
        (pair_energies, "distance"),
        (lambda chain, distances: correlation(chain, distances, mu=2.0, temperature=5.0), "distance"),
    ):
        xr.testing.assert_equal(ask(chain, [5, 3, 1]), ask(chain, [1, 3, 5]).isel({dim: slice(None, None, -1)}))


@pytest.mark.parametrize(
    "result",
    [
        lambda chain: filling(chain, {"mu": [1.0, 2.0]}, temperature=[0.0, 1.0]),
        lambda chain: cluster_energies(chain, [1, 2]),
        lambda chain: pair_energies(chain, [1, 2]),
        lambda chain: correlation(chain, [0, 1], mu=1.0, temperature=1.0),
        steps,
    ],
)
def test_results_are_labelled_and_survive_a_file(result, tmp_path):
    found = result(make(W=(0.5, 0.2)))
    assert all(variable.attrs["units"] and variable.attrs["long_name"] for variable in found.variables.values())
    assert json.loads(found.attrs["parameters"])["W"] == [0.5, 0.2]
    assert "do not hop" in found.attrs["validity"]
    found.to_netcdf(tmp_path / "result.nc", engine="h5netcdf")
    xr.testing.assert_equal(xr.load_dataset(tmp_path / "result.nc", engine="h5netcdf"), found)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda chain: filling(chain, {"delta": [1.0]}), '`axes` must hold "mu": got .*add the chemical potential'),
        (lambda chain: filling(chain, {"mu": 1.0, "V": 2.0}), "must name a knob of the model"),
        (lambda chain: filling(chain, {"mu": [1.0, 1.0]}), "must rise or fall strictly"),
        (lambda chain: filling(chain, {"mu": 1.0, "W": [-1.0, 1.0]}), r"`axes\['W'\]` must be zero or positive"),
        (lambda chain: filling(chain, {"mu": 1.0}, temperature=-1.0), "`temperature` must be zero or positive"),
        (lambda chain: filling(chain, {"mu": 1.0}, temperature=[1.0, 1e-9]), "must be zero or at least 1e-06 K"),
        (lambda chain: cluster_energies(chain, [0, 1]), "`sizes` must be whole numbers from 1 to 10 on this chain"),
        (lambda chain: cluster_energies(chain, [1, 2.5]), "`sizes` must be whole numbers .*: got 2.5"),
        (lambda chain: cluster_energies(chain, [1], temperature=np.inf), "`temperature` must be finite"),
        (lambda chain: pair_energies(chain, [10]), "`distances` must be whole numbers from 1 to 9 on this chain"),
        (
            lambda chain: correlation(chain, [6], mu=1.0, temperature=1.0),
            "`distances` must be whole numbers from 0 to 5",
        ),
        (
            lambda chain: correlation(chain, [1], mu=1.0, temperature=0.0),
            "`temperature` must be above zero: .*see `steps`",
        ),
        (lambda chain: correlation(chain, [1], mu="high", temperature=1.0), "`mu` must be a number"),
    ],
)
def test_bad_questions_are_refused(ask, message):
    with pytest.raises(InputError, match=message):
        ask(make(sites=10))


def test_clusters_and_pairs_on_a_ring_stay_apart_from_themselves():
    ring = make(sites=9, W=(0.5, 0.2), boundary="periodic")
    with pytest.raises(InputError, match="from 1 to 7 on this chain"):
        cluster_energies(ring, [8])
    with pytest.raises(InputError, match="from 1 to 4 on this chain"):
        pair_energies(ring, [5])
