"""Cumulants against closed forms, against the eigenvalue they come from, and against laws of fluctuations."""

from functools import partial

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B, PA_PER_MEV
from attractron.core.errors import InputError
from attractron.dots import Device
from attractron.transport import Junction, Lead, current, factorial_cumulants, noise_spectrum, waiting_times
from attractron.transport.counting.counting_field import Transitions, transitions
from attractron.transport.counting.cumulants import cumulants, without_charging, zero_frequency
from attractron.transport.integrals.second_order import elastic_second_order
from attractron.transport.solve import ORDERS, make_model
from tests.transport.junctions import junctions, published, random_junction

CENTRE = {"V": 0.02, "delta_V": 0.0, "V_SD": 0.1}


def single_level(*, level=0.0, S=0.01, D=0.02, kT=0.02, bias=0.1):
    leads = (
        Lead(name="S", dot="P", Gamma=S, temperature=kT / K_B, mu=bias),
        Lead(name="D", dot="P", Gamma=D, temperature=kT / K_B),
    )
    device = Device(dots=("P",), repulsion=np.zeros((1, 1)), levels=np.array([level]))
    return Junction(device=device, leads=leads)


def transitions_at(junction, knobs, processes="2e", origin="centre"):
    model = make_model(junction, list(knobs), processes, "finite-part", origin)
    return transitions(model, np.array([list(knobs.values())], dtype=float))


def eigenvalue(block, moved, field):
    """λ(χ), the eigenvalue of the matrix with the counting field that starts from 0."""
    every = block.matrix()[0]
    weights = np.exp(complex(field) * moved)
    tilted = block.matrix(weights.real)[0] + 1j * block.matrix(weights.imag)[0]
    values = np.linalg.eigvals(tilted - np.diag(every.sum(axis=0)))
    return values[values.real.argmax()]


@given(st.floats(-0.1, 0.2), st.floats(0.1, 10), st.floats(0.01, 0.1), st.floats(-0.2, 0.2))
@settings(max_examples=25)
def test_single_level_at_any_temperature(level, ratio, kT, bias):
    """The 2x2 matrix has λ(χ) = -Γ/2 + √{Γ²/4 + Γ_SΓ_D[f_S(1-f_D)(e^χ-1) + f_D(1-f_S)(e^-χ-1)]} (Bagrets, Nazarov)."""
    S, D = 0.01, 0.01 * ratio
    with mpmath.workdps(50):
        f_S, f_D = (1 / (1 + mpmath.exp((mpmath.mpf(level) - mu) / kT)) for mu in (mpmath.mpf(bias), 0))
        on, off = S * D * f_S * (1 - f_D), S * D * f_D * (1 - f_S)

        def generator(chi):
            return mpmath.sqrt((S + D) ** 2 / mpmath.mpf(4) + on * mpmath.expm1(chi) + off * mpmath.expm1(-chi))

        expected = [float(mpmath.diff(generator, 0, order)) for order in range(1, 6)]
    found = cumulants(single_level(level=level, D=D, kT=kT, bias=bias), {}, processes="sequential", orders=5)
    assert found.cumulant.values / PA_PER_MEV == pytest.approx(expected, rel=1e-9, abs=1e-13 * S)


@pytest.mark.parametrize("ratio", [0.03, 0.5, 1.0, 4.0])
def test_single_level_at_large_bias(ratio):
    """f_S = 1, f_D = 0: F = (Γ_S²+Γ_D²)/Γ², C_3/C_1 = (Γ_S⁴-2Γ_S³Γ_D+6Γ_S²Γ_D²-2Γ_SΓ_D³+Γ_D⁴)/Γ⁴, S = 2eIF."""
    S, D = 0.01, 0.01 * ratio
    found = cumulants(single_level(level=1.0, D=D, bias=2.0, kT=0.01), {}, processes="sequential")
    first, second, third, _ = found.cumulant.values
    assert first == pytest.approx(PA_PER_MEV * S * D / (S + D), rel=1e-12)
    assert float(found.fano) == pytest.approx((S**2 + D**2) / (S + D) ** 2, rel=1e-12)
    skewness = (S**4 - 2 * S**3 * D + 6 * S**2 * D**2 - 2 * S * D**3 + D**4) / (S + D) ** 4
    assert third / first == pytest.approx(skewness, rel=1e-11)
    assert float(found.noise) == pytest.approx(2 * 1.602176634e-7 * first * second / first, rel=1e-12)


@given(st.integers(0, 10**6))
@settings(max_examples=25)
def test_cumulants_are_derivatives_of_the_eigenvalue(seed):
    """λ is analytic in χ: its Taylor coefficients by Cauchy's integral on a circle, which converges exponentially."""
    rng = np.random.default_rng(seed)
    initial, final = np.indices((5, 5)).reshape(2, -1)
    moved = rng.integers(-1, 3, initial.size).astype(float)
    rate = rng.uniform(0.3, 1.0, (1, initial.size))
    zeros = np.zeros((initial.size, 1))
    block = Transitions(initial, final, zeros, zeros, rate, np.ones((1, 5)), np.zeros(1), np.zeros(1, dtype=np.int8))
    every = block.matrix()[0]
    vectors = np.linalg.eig(every - np.diag(every.sum(axis=0)))
    p = vectors.eigenvectors[:, vectors.eigenvalues.real.argmax()].real
    block = Transitions(
        initial, final, zeros, zeros, rate, (p / p.sum())[None], np.zeros(1), np.zeros(1, dtype=np.int8)
    )
    angles = 2 * np.pi * np.arange(32) / 32
    values = np.array([eigenvalue(block, moved, 0.2 * np.exp(1j * angle)) for angle in angles])
    expected = [
        np.prod(np.arange(1, m + 1)) * np.mean(values * np.exp(-1j * m * angles)).real / 0.2**m for m in range(1, 6)
    ]
    assert zero_frequency(block, moved, 5)[0] == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("processes", sorted(ORDERS))
def test_leads_alone_on_their_dot_have_no_cumulants(processes):
    axes = {"V": np.linspace(-0.5, 0.5, 4), "delta_V": 0.1, "V_SD": 0.3}
    for lead in ("L", "R"):
        found = cumulants(published(0.1), axes, processes=processes, lead=lead, origin="centre")
        assert (found.cumulant == 0).all()
        assert np.isnan(found.fano).all()


@given(junctions(), st.sampled_from(sorted(ORDERS)))
@settings(max_examples=20)
def test_changes_of_a_function_of_the_state_do_not_count(junction, processes):
    block = transitions_at(junction, {"V_1": 0.1, "V_SD": 0.1}, processes, "absolute")
    for lead in range(len(junction.leads)):
        expected = zero_frequency(block, block.carried[:, lead], 2)
        found = zero_frequency(block, without_charging(junction, block, lead), 2)
        assert found == pytest.approx(expected, rel=1e-7, abs=1e-10 * block.rate.max())


def test_what_leaves_the_source_arrives_at_the_drain():
    source, drain = (cumulants(published(0.1), CENTRE, lead=lead, origin="centre").cumulant.values for lead in "SD")
    assert drain == pytest.approx(source * [-1, 1, -1, 1], rel=1e-9)


@pytest.mark.parametrize("processes", sorted(ORDERS))
@pytest.mark.parametrize("V", [0.0, 0.2])
def test_fluctuation_theorem(processes, V):
    """Σ n over P's leads is conserved and rates obey local detailed balance: λ(χ) = λ(-χ - (µ_S - µ_D)/k_BT)."""
    junction = published(0.1)
    block = transitions_at(junction, {**CENTRE, "V": V}, processes)
    affinity = CENTRE["V_SD"] / (K_B * 0.2)
    moved = block.carried[:, 0]
    for field in (-1.3, 0.4, 1.0):
        here, there = (eigenvalue(block, moved, each) for each in (field, -field - affinity))
        assert here.real == pytest.approx(there.real, rel=1e-8)


@pytest.mark.parametrize("processes", sorted(ORDERS))
@pytest.mark.parametrize("V", [0.0, 0.3])
def test_fluctuations_and_dissipation(processes, V):
    """In equilibrium S = 4k_BTG and odd cumulants vanish; next, ∂C_2/∂V = k_BT ∂²C_1/∂V² by the fluctuation theorem."""
    junction, step = published(0.1), 2e-4
    axes = {"V": V, "delta_V": 0.1, "V_SD": step * np.arange(-2, 3)}
    found = cumulants(junction, axes, processes=processes, origin="centre")
    first, second = found.cumulant.values[:2]
    kT = K_B * 0.2
    weights = np.array([1, -8, 0, 8, -1]) / (12 * step)
    conductance = weights @ first
    assert float(found.noise[2]) == pytest.approx(4 * kT * conductance * 1.602176634e-7, rel=1e-6)
    assert found.cumulant.values[[0, 2], 2] == pytest.approx(0.0, abs=1e-9 * second[2])
    bend = np.array([-1, 16, -30, 16, -1]) @ first / (12 * step**2)
    assert weights @ second == pytest.approx(kT * bend, rel=1e-3, abs=1e-5 * conductance)


@given(junctions())
@settings(max_examples=15)
def test_the_first_cumulant_of_sequential_jumps_is_the_current(junction):
    point = {"V_1": 0.1, "V_SD": 0.2}
    found = cumulants(junction, point, processes="sequential", orders=1)
    expected = float(current(junction, point, processes="sequential").current)
    assert float(found.current) == pytest.approx(expected, rel=1e-8, abs=1e-9)
    assert "noise" not in found


def test_the_current_differs_in_the_order_of_the_elastic_part_alone():
    """The exact elastic current less its orders Γ and Γ² is of order Γ⁴ where f is flat over the level."""
    differences = []
    for scale in (1.0, 0.5, 0.25):
        junction = single_level(level=0.4, S=0.01 * scale, D=0.02 * scale)
        exact = current(junction, {}, processes="0e").current
        differences.append(float(cumulants(junction, {}, processes="0e").current - exact))
    assert np.log2(np.divide(differences[:-1], differences[1:])) == pytest.approx([4, 4], abs=0.1)


@pytest.mark.parametrize("bias", [0.0, 1e-9, 0.05, -0.3, 2.0])
def test_elastic_rates(bias):
    """Net flow of order Γ², its ratio by detailed balance; without bias the slope of the flow times k_BT."""
    S, D, kT, level = 0.01, 0.02, 0.02, 0.6
    block = transitions_at(single_level(level=level, S=S, D=D, kT=kT, bias=bias), {}, "0e", "absolute")
    passing = block.initial == block.final
    there, back = (block.rate[0, passing & (block.carried[:, 0] == sign)] for sign in (1, -1))
    assert there.shape == back.shape == (2,)
    if bias > level:  # on resonance order Γ² is negative
        assert (there == 0).all()
        assert block.clamped[0] > 0
        return
    assert there == pytest.approx(back * np.exp(bias / kT), rel=1e-12)
    small = bias if abs(bias) > 1e-3 else 1e-3
    first, second = (level - small, level) if small == bias else (level - small / 2, level + small / 2)
    net = S * D / (S + D) * float(elastic_second_order(first, second, S + D, kT))
    found = there[0] - back[0] if small == bias else there[0] * small / kT
    assert found == pytest.approx(net, rel=1e-9 if small == bias else 1e-3)


def test_holes_carry_the_opposite_charge():
    """Mirrored, holes carry the same current as electrons: odd cumulants, too, have its sign."""
    values = {"W": 0.0, "U": 0.0}
    electrons, holes = (
        cumulants(published(0.01, mu_P=0.0, carriers=carriers, **values), {"V_SD": 0.3}, processes="sequential")
        for carriers in ("electrons", "holes")
    )
    assert holes.cumulant.values == pytest.approx(electrons.cumulant.values, rel=1e-9)
    assert (electrons.cumulant > 0).all()


def test_points_without_a_steady_state_stay_marked():
    """At a millikelvin no rate leaves some states: those points are NaN, the others are not touched."""
    junction = published(0.01, temperature=0.002)
    axes = {"V": np.array([-0.4, 0.0, 0.6]), "V_SD": 0.1, "delta_V": 0.0}
    found = cumulants(junction, axes, processes="sequential", origin="centre")
    expected = current(junction, axes, processes="sequential", origin="centre")
    assert found.status.values.tolist() == expected.status.values.tolist()
    assert (found.current.isnull() == (found.status != 0)).all()


def test_blocks_do_not_show(monkeypatch):
    axes = {"V": np.linspace(-0.3, 0.3, 3), "V_SD": np.linspace(0.1, 0.3, 2), "delta_V": 0.1}
    whole = cumulants(published(0.1), axes, processes="1e", origin="centre")
    monkeypatch.setattr("attractron.transport.solve.BLOCK", 64)
    parts = cumulants(published(0.1), axes, processes="1e", origin="centre")
    assert (whole.cumulant == parts.cumulant).all()
    assert whole.cumulant.dims == ("cumulant_order", "V", "V_SD")
    at = cumulants(published(0.1), {"V": 0.3, "V_SD": 0.1, "delta_V": 0.1}, processes="1e", origin="centre")
    assert at.cumulant.values == pytest.approx(whole.cumulant.sel(V=0.3, V_SD=0.1).values, rel=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lead": "s"}, "`lead` must be one of S, D, L, R: got 's'; did you mean 'S'?"),
        ({"orders": 0}, "`orders` must be at least 1: got 0"),
        ({"orders": 13}, "`orders` must be at most 12: got 13"),
        ({"orders": 2.0}, "`orders` must be a whole number: got 2.0"),
    ],
)
def test_bad_input(options, message):
    with pytest.raises(InputError) as caught:
        cumulants(published(), CENTRE, **options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "question",
    [
        cumulants,
        partial(noise_spectrum, frequency=[0.1], leads=("L", "R")),
        partial(waiting_times, times=[0.1], dots=["P"]),
        partial(factorial_cumulants, times=[0.1], dots=["L"]),
    ],
)
def test_counting_marks_points_and_refuses_a_grid_without_a_steady_state(question):
    junction = published(0.01, temperature=1e-3)
    options = {"processes": "sequential", "origin": "centre"}
    found = question(junction, {"delta_V": [0.0, 0.6], "V_SD": 0.05}, **options)
    assert found.status.values.tolist() == [1, 0]
    assert "1 of 2 points have no single steady state; at delta_V = 0, V_SD = 0.05 all" in found.attrs["validity"]
    with pytest.raises(InputError, match="`axes` must hold a point with one steady state: got none of 1; at V_SD"):
        question(junction, {"V_SD": 0.05}, **options)


def test_marks_and_words():
    found = cumulants(random_junction(1, dots=2, lead_dots=[0, 1, 1]), {"V_1": 0.1}, processes="1e")
    assert found.attrs["question"] == "transport.cumulants"
    assert "order-Γ² elastic" in found.attrs["method"]
    assert "exact" not in found.attrs["method"] + found.attrs["validity"]
    assert {"flindt2008", "bagrets_nazarov2003"} <= set(found.attrs["references"].split(", "))
    assert found.noise.attrs["units"] == "pA²/Hz"
