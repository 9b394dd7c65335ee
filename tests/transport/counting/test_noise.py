"""Spectra against closed forms and against the motion of charges; waiting times against Brandes' and against rates."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import ELEMENTARY_CHARGE, PA_PER_MEV, PER_NS
from attractron.core.errors import InputError
from attractron.transport.counting.cumulants import cumulants
from attractron.transport.counting.noise import noise_spectrum
from attractron.transport.counting.waiting_times import waiting_times
from attractron.transport.solve import ORDERS
from tests.transport.counting.test_cumulants import CENTRE, single_level, transitions_at
from tests.transport.junctions import junctions, published

S, D = 0.01, 0.03


def large_bias():
    return single_level(level=1.0, S=S, D=D, bias=2.0, kT=0.01)


def test_hbar_in_the_units_of_the_package():
    assert pytest.approx(1 / 6.582119569e-4, rel=1e-9) == PER_NS


def test_single_level():
    """Large bias, Γ = Γ_S+Γ_D: S_SS = 2eI[1 - 2Γ_SΓ_D/(Γ²+ω²)]; and S_SD, I_D counted out of the drain.

    After an electron has come the level is full, ⟨I_D(τ)⟩ = -Γ_D(p + (1-p)e^{-Γτ}); after one has gone it is empty,
    ⟨I_S(τ)⟩ = Γ_S(1-p)(1 - e^{-Γτ}) + …; with p = Γ_S/Γ: S_SD = -2eI[Γ_D(1-p)/(Γ+iω)+ Γ_S p/(Γ-iω)].
    """
    frequency = np.array([0.0, 0.3, 2.0, 9.0, 100.0])
    omega, width = 2 * np.pi * frequency / PER_NS, S + D
    shot = 2 * ELEMENTARY_CHARGE * PA_PER_MEV * S * D / width
    own = noise_spectrum(large_bias(), {}, frequency, leads=("S", "S"), processes="sequential")
    assert own.spectrum.values == pytest.approx(shot * (1 - 2 * S * D / (width**2 + omega**2)), rel=1e-11)
    assert np.abs(own.spectrum_imaginary.values).max() < 1e-14 * shot
    cross = noise_spectrum(large_bias(), {}, frequency, leads=("S", "D"), processes="sequential")
    p = S / width
    expected = -shot * (D * (1 - p) / (width + 1j * omega) + S * p / (width - 1j * omega))
    assert cross.spectrum.values == pytest.approx(expected.real, rel=1e-11)
    assert cross.spectrum_imaginary.values == pytest.approx(expected.imag, rel=1e-11, abs=1e-14 * shot)
    assert float(cross.simultaneous) == 0.0


@pytest.mark.parametrize("processes", sorted(ORDERS))
def test_limits(processes):
    """ω → 0: the second cumulant; ω → ∞: the shot noise of the jumps, reached as ω⁻²."""
    junction = published(0.1)
    found = noise_spectrum(junction, CENTRE, [0.0, 1e6, 2e6], leads=("S", "S"), processes=processes, origin="centre")
    expected = cumulants(junction, CENTRE, processes=processes, origin="centre").noise
    assert float(found.spectrum[0]) == pytest.approx(float(expected), rel=1e-9)
    assert found.spectrum[1:].values == pytest.approx(float(found.simultaneous), rel=1e-8)
    pair = noise_spectrum(junction, CENTRE, [0.0], leads=("L", "R"), processes=processes, origin="centre")
    assert abs(float(pair.spectrum[0])) < 1e-12 * float(found.simultaneous)


@given(junctions(), st.floats(0.1, 300.0))
@settings(max_examples=15)
def test_currents_add_up_to_the_motion_of_charge(junction, frequency):
    """Σ_a I_a over the leads of a dot is dn/dt: Σ_ab S_ab = ω² S_nn, S_nn from the eigenvectors of the rate matrix."""
    knobs = {"V_1": 0.1, "V_SD": 0.2}
    block = transitions_at(junction, knobs, "2e", "absolute")
    every = block.matrix()[0]
    values, vectors = np.linalg.eig(every - np.diag(every.sum(axis=0)))
    omega = 2 * np.pi * frequency / PER_NS
    p, steady = block.populations[0], np.abs(values).argmin()

    def charge_noise(n, m):
        there, back = ((x @ vectors) * np.linalg.solve(vectors, y * p) for x, y in ((n, m), (m, n)))
        others = np.arange(values.size) != steady
        return 2 * (there / -(values + 1j * omega) + back / -(values - 1j * omega))[others].sum()

    charges = np.array(
        [[c >> place & 1 for place in reversed(range(len(junction.device.dots)))] for c in range(p.size)]
    )
    names = {dot: [lead.name for lead in junction.leads if lead.dot == dot] for dot in junction.device.dots}
    scale = 2 * ELEMENTARY_CHARGE * PA_PER_MEV
    for first, second in (("A", "A"), ("A", "B")):
        total = 0
        for a in names[first]:
            for b in names[second]:
                found = noise_spectrum(junction, knobs, [frequency], leads=(a, b))
                total += float(found.spectrum[0]) + 1j * float(found.spectrum_imaginary[0])
        n, m = (charges[:, junction.device.index(dot)] for dot in (first, second))
        expected = scale / 2 * omega**2 * charge_noise(n, m)
        assert total == pytest.approx(expected, rel=1e-6, abs=1e-10 * scale * block.rate.max())


def test_pairs_move_together_and_strangers_apart():
    """Slow currents of L and R follow each other where pairs come and go, and oppose each other where (1,0) ↔ (0,1)."""
    for U, sign in ((0.925, 1), (0.2, -1)):
        junction = published(0.05, U=U, mu_P=U)
        one, other, both = (
            float(noise_spectrum(junction, CENTRE | {"V": 0.0}, [0.01], leads=leads, origin="centre").spectrum[0])
            for leads in (("L", "L"), ("R", "R"), ("L", "R"))
        )
        assert both / np.sqrt(one * other) == pytest.approx(sign, abs=1e-3)


def test_waiting_times_of_a_single_level():
    """Large bias: w(τ) = Γ_SΓ_D/(Γ_D-Γ_S) (e^{-Γ_Sτ} - e^{-Γ_Dτ}), coming and going alike (Brandes 2008)."""
    times = np.array([0.0, 0.01, 0.05, 0.2, 1.0])
    for direction in ("in", "out"):
        found = waiting_times(large_bias(), {}, times, dots=["P"], direction=direction, processes="sequential")
        rates = PER_NS * np.array([S, D])
        expected = rates.prod() / (rates[1] - rates[0]) * (np.exp(-rates[0] * times) - np.exp(-rates[1] * times))
        assert found.waiting_time.values[0, 0] == pytest.approx(expected, rel=1e-9, abs=1e-12 * rates[0])
        assert float(found.mean_waiting_time[0]) == pytest.approx((1 / rates).sum(), rel=1e-12)
        assert float(found.rate[0]) == pytest.approx(1 / (1 / rates).sum(), rel=1e-12)


@pytest.mark.parametrize("direction", ["in", "out"])
def test_waiting_times_are_distributions(direction):
    """∫w = probability, Σ_b probability = 1, Σ_a rate_a p_ab = rate_b, Σ_a rate_a mean_a = 1, mean = ∫τ Σ_b w_ab."""
    junction = published(0.3)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    edges = np.append(0.0, np.geomspace(1e-4, 1e3, 18))
    times = np.concatenate([low + (high - low) * (nodes + 1) / 2 for low, high in pairwise(edges)])
    weight = np.concatenate([(high - low) / 2 * weights for low, high in pairwise(edges)])
    found = waiting_times(junction, CENTRE, times, dots=["L", "R"], direction=direction, origin="centre")
    assert list(found.first.values) == ["L", "R", "L+R"]
    rate, probability = found.rate.values, found.probability.values
    assert (found.waiting_time.values @ weight) == pytest.approx(probability, rel=1e-6)
    assert probability.sum(axis=1) == pytest.approx(1.0, rel=1e-12)
    assert rate @ probability == pytest.approx(rate, rel=1e-10)
    assert rate @ found.mean_waiting_time.values == pytest.approx(1.0, rel=1e-10)
    means = found.waiting_time.values.sum(axis=1) @ (weight * times)
    assert means == pytest.approx(found.mean_waiting_time.values, rel=1e-6)


def test_kinds_are_those_that_the_processes_know():
    found = waiting_times(published(0.1), {"V": [0.0, 0.1]}, [0.1], dots=["P", "L"], processes="sequential")
    assert list(found.second.values) == ["P", "L"]
    assert found.waiting_time.dims == ("first", "second", "time", "V")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: noise_spectrum(published(), CENTRE, [1.0], leads="LR"),
            "`leads` must name two leads: got 'LR'; for example",
        ),
        (
            lambda: noise_spectrum(published(), CENTRE, [1.0], leads=("L", "P")),
            "`leads` must be one of S, D, L, R: got",
        ),
        (
            lambda: noise_spectrum(published(), CENTRE, [-1.0], leads=("L", "R")),
            "`frequency` must be zero or positive: got -1.0",
        ),
        (lambda: waiting_times(published(), CENTRE, [-1.0], dots=["L"]), "`times` must be zero or positive: got -1.0"),
        (lambda: waiting_times(published(), CENTRE, 1.0, dots=["L"]), "`times` must be one-dimensional"),
        (
            lambda: waiting_times(published(), CENTRE, [1.0], dots="L"),
            "`dots` must be a list of different dots: got 'L'",
        ),
        (lambda: waiting_times(published(), CENTRE, [1.0], dots=["L", "L"]), "`dots` must be a list of different dots"),
        (lambda: waiting_times(published(), CENTRE, [1.0], dots=["S"]), "`dots` must be one of L, R, P: got 'S'"),
        (
            lambda: waiting_times(published(), CENTRE, [1.0], dots=["L"], direction="up"),
            "`direction` must be one of in, out: got 'up'",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(message)
