"""Factorial cumulants against closed forms, the sign rule, ordinary cumulants and a simulated record."""

from math import factorial

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B, PER_NS
from attractron.core.errors import InputError
from attractron.transport.counting.counting_field import detected
from attractron.transport.counting.cumulants import zero_frequency
from attractron.transport.counting.factorial_cumulants import _cumulants, factorial_cumulants
from attractron.transport.junction import spin_junction
from tests.transport.counting.test_cumulants import CENTRE, single_level, transitions_at
from tests.transport.junctions import published


@pytest.mark.parametrize("s", [1.0, 0.0, 2.5])
def test_single_level(s):
    """Large bias: M = ⟨1|exp(t[[-Γ_S, Γ_D], [zΓ_S, -Γ_D]])|p⟩, differentiated at z = s with fifty digits."""
    S, D, times = 0.01, 0.03, [0.001, 0.1, 2.0]
    junction = single_level(level=1.0, S=S, D=D, bias=2.0, kT=0.01)
    found = factorial_cumulants(junction, {}, times, dots=["P"], processes="sequential", orders=5, s=s)
    for number, time in enumerate(times):
        with mpmath.workdps(50):
            tau = time * mpmath.mpf(PER_NS)

            def generator(z, tau=tau):
                matrix = mpmath.expm(tau * mpmath.matrix([[-S, D], [z * mpmath.mpf(S), -D]]))
                p = mpmath.matrix([mpmath.mpf(D), mpmath.mpf(S)]) / (mpmath.mpf(S) + D)
                return mpmath.log(sum(matrix * p))

            expected = [float(mpmath.diff(generator, s, order)) for order in range(1, 6)]
        assert found.factorial_cumulant.values[:, number] == pytest.approx(expected, rel=1e-8, abs=1e-13)


def test_a_window_of_any_length_keeps_its_digits():
    """A level between a full and an empty lead: M = ⟨1|e^{Lt}|p⟩ from the eigenvalues λ± of a matrix of two states,

        M = [(m - λ₋)e^{λ₊t} - (m - λ₊)e^{λ₋t}]/(λ₊ - λ₋),    λ± = [-s ± √(s² - 4SD(1 - z))]/2,    s = S + D,

    since M is a sum of both exponentials with M(0) = 1 and dM/dt(0) = ⟨1|L|p⟩ = m = (z - 1)SD/s.
    """
    S, D, times = 1e-6, 0.03, [1e-3, 1e3, 1e9, 1e15]
    junction = single_level(level=1.0, S=S, D=D, bias=2.0, kT=0.01)
    found = factorial_cumulants(junction, {}, times, dots=["P"], processes="sequential", orders=8)
    for number, time in enumerate(times):
        with mpmath.workdps(300):
            tau, s, SD = time * mpmath.mpf(PER_NS), mpmath.mpf(S) + D, mpmath.mpf(S) * D

            def generator(z, tau=tau, s=s, SD=SD):
                root = mpmath.sqrt(s**2 - 4 * SD * (1 - z))
                slow, fast, mean = (root - s) / 2, (-root - s) / 2, (z - 1) * SD / s
                decayed = (mean - slow) * mpmath.exp((fast - slow) * tau)
                return slow * tau + mpmath.log((mean - fast - decayed) / root)

            expected = [float(term) for term in mpmath.taylor(generator, 1, 8)[1:]]
        cumulants = found.factorial_cumulant.values[:, number] / [factorial(k) for k in range(1, 9)]
        assert cumulants == pytest.approx(expected, rel=1e-8, abs=1e-14 * expected[0])
    assert not found.interaction.any()


@pytest.mark.parametrize("s", [0.0, 0.5, 1.0, 4.0])
def test_carriers_that_come_at_random(s):
    """Poisson's ln M = λt(z - 1), where two states are left at one rate: C_s,1 = λt for any s, all others zero."""
    series = np.zeros((1, 5, 2, 2))
    series[0, 0] = [[-2.0, 2.0 * s], [2.0 * s, -2.0]]
    series[0, 1] = [[0.0, 2.0], [2.0, 0.0]]
    for tau in (1e-3, 1.0, 1e4):
        found = _cumulants(series, np.full((1, 2), 0.5), tau, s)[0]
        assert found == pytest.approx([2 * tau, 0.0, 0.0, 0.0], rel=1e-12, abs=1e-13 * tau)


@pytest.mark.parametrize("s", [0.0, 0.7, 3.0])
def test_spins_without_interaction_add_up(s):
    """Two levels are two single levels: cumulants add up, whatever s."""
    both = spin_junction(U=0.0, E_Z=0.05, Gamma_S=0.01, Gamma_D=0.02, temperature=0.2)
    options = {"processes": "sequential", "s": s, "orders": 6}
    found = factorial_cumulants(both, {"V": 0.01, "V_SD": 0.1}, [0.01, 1.0, 100.0], dots=["up", "down"], **options)
    kT = K_B * 0.2
    alone = [
        factorial_cumulants(
            single_level(level=level, S=0.01, D=0.02, bias=0.1, kT=kT), {}, [0.01, 1.0, 100.0], dots=["P"], **options
        )["factorial_cumulant"].values
        for level in (-0.01 + 0.025, -0.01 - 0.025)
    ]
    assert found["factorial_cumulant"].values == pytest.approx(sum(alone), rel=1e-8, abs=1e-10)
    assert not found["interaction"].any()


def test_rare_switching_between_two_streams():
    """Two pairs of states with one carrier a cycle, at mean rates 1/2 and 1, joined by rates of 1e-30.

    In a window far shorter than 1e30 the stream is one or the other: N is 3t/4 ± t/4, whose cumulants beyond the mean
    are (t/4)², 0, -2(t/4)⁴ to leading order in t.
    """
    tau, series = 1e14, np.zeros((1, 5, 4, 4))
    for first, rate in ((0, 1.0), (2, 2.0)):
        series[0, :2, first + 1, first] = rate
        series[0, 0, first, first + 1] = rate
    series[0, 0, 2, 0] = series[0, 0, 0, 2] = 1e-30
    series[0, 0] -= np.diag(series[0, 0].sum(axis=0))
    found = _cumulants(series, np.full((1, 4), 0.25), tau)
    assert found[0, [0, 1, 3]] == pytest.approx([0.75 * tau, (tau / 4) ** 2, -2 * (tau / 4) ** 4], rel=1e-10)
    assert abs(found[0, 2]) < 1e-10 * tau**3


@given(
    st.floats(0.05, 2.0),
    st.floats(-0.2, 0.2),
    st.floats(-0.2, 0.2),
    st.floats(-0.5, 0.5),
    st.sampled_from(["in", "out"]),
    st.sampled_from([0.0, 0.2, 1.0, 3.0]),
)
@settings(max_examples=12)
def test_without_interaction_signs_alternate(scale, V, delta_V, bias, direction, s):
    junction = published(scale, U=0.0, W=0.0, mu_P=0.05)
    times = np.geomspace(1e-3, 1e12, 6)
    knobs = {"V": V, "delta_V": delta_V, "V_SD": bias}
    for dots in (["L", "R"], ["P"]):
        found = factorial_cumulants(junction, knobs, times, dots=dots, direction=direction, orders=6, s=s)
        assert not found.interaction.any()


def test_interactions_show_in_the_sign():
    """Electrons that come in pairs have C_F,2 > 0; where they repel each other as much there is hardly any."""
    pairs, apart = (
        factorial_cumulants(
            published(0.05, U=U, mu_P=U), CENTRE | {"V": 0.0}, [1.0, 10.0], dots=["L", "R"], origin="centre"
        )
        for U in (0.925, 0.2)
    )
    assert pairs.interaction.values[1].all()
    of_pairs, of_strangers = (
        found.factorial_cumulant.values[1] / found.factorial_cumulant.values[0] for found in (pairs, apart)
    )
    assert (of_pairs > 0.8).all()
    assert (np.abs(of_strangers) < 0.01).all()


@pytest.mark.parametrize("processes", ["sequential", "1e", "2e"])
def test_short_and_long_windows(processes):
    """C_F,1 = t × rate; t → 0: C_F,2 = 2t × rate of pairs; t → ∞: slopes C_1, C_2 - C_1, C_3 - 3C_2 + 2C_1."""
    junction = published(0.3, temperature=1.0)
    block = transitions_at(junction, CENTRE, processes)
    seen = detected(block, [0, 1], "in").sum(axis=1)
    often = PER_NS * block.rate[0] * block.populations[0, block.initial]
    short, long = 1e-8, np.array([4e3, 8e3])
    found = factorial_cumulants(
        junction, CENTRE, [short, *long], dots=["L", "R"], processes=processes, origin="centre"
    ).factorial_cumulant.values
    assert found[0] == pytest.approx(np.array([short, *long]) * (often @ seen), rel=1e-9)
    pairs = 2 * short * often[seen == 2].sum()
    assert found[1, 0] == pytest.approx(pairs, rel=1e-4, abs=1e-5 * found[0, 0])
    first, second, third = PER_NS * zero_frequency(block, seen, 3)[0]
    slopes = (found[:, 2] - found[:, 1]) / (long[1] - long[0])
    expected = [first, second - first, third - 3 * second + 2 * first]
    assert slopes[:3] == pytest.approx(expected, rel=1e-5, abs=1e-7 * first)


@pytest.mark.parametrize("s", [0.0, 0.4, 3.0])
def test_short_windows_with_pairs(s):
    """t → 0: ln M = t Σ_n r_n (z^n - 1), C_s,1 = t(r_1 + 2s r_2) and C_s,2 = 2t r_2, r_n the rates of n at once."""
    junction, short = published(0.3, temperature=1.0), 1e-8
    block = transitions_at(junction, CENTRE)
    seen = detected(block, [0, 1], "in").sum(axis=1)
    often = PER_NS * block.rate[0] * block.populations[0, block.initial]
    single, pairs = (often[seen == number].sum() for number in (1, 2))
    found = factorial_cumulants(junction, CENTRE, [short], dots=["L", "R"], origin="centre", s=s, orders=2)
    expected = [short * (single + 2 * s * pairs), 2 * short * pairs]
    assert found["factorial_cumulant"].values[:, 0] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("direction", "sign"), [("in", 1), ("out", -1)])
def test_what_a_detector_counts(direction, sign):
    block = transitions_at(published(0.1), CENTRE)
    seen = detected(block, [0, 1], direction)
    assert (seen == (block.charged[:, :2] == sign)).all()
    assert seen.sum(axis=1).max() == 2


def counted(block, seen, tau, windows, generator):
    """Numbers seen in windows of a simulated record, one jump at a time (Gillespie), from the steady state."""
    states = block.populations.shape[1]
    of = [np.flatnonzero(block.initial == state) for state in range(states)]
    total = [block.rate[0, own].sum() for own in of]
    edges = [np.cumsum(block.rate[0, own]) for own in of]
    numbers = np.zeros(windows)
    for window in range(windows):
        state, time = generator.choice(states, p=block.populations[0]), 0.0
        while (time := time + generator.exponential(1 / total[state])) < tau:
            place = np.searchsorted(edges[state], generator.uniform(0, total[state]), side="right")
            jump = of[state][min(place, of[state].size - 1)]
            numbers[window] += seen[jump]
            state = block.final[jump]
    return numbers


def test_a_simulated_record():
    """⟨N⟩, ⟨N(N-1)⟩ and ⟨N(N-1)(N-2)⟩ of 4000 windows, each within five of its own standard errors."""
    junction = published(0.3, temperature=1.0)
    block = transitions_at(junction, CENTRE)
    seen = detected(block, [0, 1], "in").sum(axis=1)
    time = 0.05
    found = factorial_cumulants(junction, CENTRE, [time], dots=["L", "R"], origin="centre").factorial_cumulant.values
    first, second, third = found[:3, 0]
    moments = [first, second + first**2, third + 3 * first * second + first**3]
    numbers = counted(block, seen, time * PER_NS, 4000, np.random.default_rng(1))
    for order, expected in enumerate(moments, start=1):
        samples = np.prod([numbers - k for k in range(order)], axis=0)
        assert samples.mean() == pytest.approx(expected, abs=5 * samples.std() / np.sqrt(numbers.size))
        assert samples.std() / np.sqrt(numbers.size) < 0.2 * expected


def test_windows_with_few_carriers_in_a_simulated_record():
    """P(1)/P(0) = C_1, 2P(2)/P(0) = C_2 + C_1², 6P(3)/P(0) = C_3 + 3C_2 C_1 + C_1³ with C_m = C_0,m, in five errors."""
    junction = spin_junction(U=-0.35, Gamma_S=0.001, Gamma_D=0.001, temperature=1.0)
    knobs, time = {"V": -0.1, "V_SD": 0.2}, 1.0
    block = transitions_at(junction, knobs, "sequential")
    seen = detected(block, [0, 1], "in").sum(axis=1)
    found = factorial_cumulants(
        junction, knobs, [time], dots=["up", "down"], s=0.0, processes="sequential", origin="centre"
    )
    one, two, three = found["factorial_cumulant"].values[:3, 0]
    numbers = counted(block, seen, time * PER_NS, 6000, np.random.default_rng(2))
    counts = np.bincount(numbers.astype(int), minlength=4)
    expected = np.array([one, (two + one**2) / 2, (three + 3 * two * one + one**3) / 6])
    error = expected * np.sqrt(1 / counts[1:4] + 1 / counts[0])
    assert (np.abs(counts[1:4] / counts[0] - expected) < 5 * error).all()
    assert (error < 0.1 * expected).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"orders": 9}, "`orders` must be at most 8: got 9"),
        ({"times": [2.0, 1.0, 1.0]}, "`times` must rise or fall strictly from point to point"),
        ({"s": -0.5}, "`s` must be zero or positive, where the rule of signs holds: got -0.5"),
        ({"dots": []}, "`dots` must be a list of different dots: got []"),
        ({"direction": "both"}, "`direction` must be one of in, out: got 'both'"),
    ],
)
def test_bad_input(options, message):
    with pytest.raises(InputError) as caught:
        factorial_cumulants(published(), CENTRE, **{"times": [1.0], "dots": ["L"], **options})
    assert str(caught.value).startswith(message)
