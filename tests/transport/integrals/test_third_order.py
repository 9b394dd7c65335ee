"""The third-order integral: three independent ways, laws, guards, and an order of convergence."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.transport.integrals.third_order import constant_estimate, third_order_integral, third_order_integrals
from attractron.transport.integrals.third_order_line import line
from tests.transport.cotunnelling import third_order_processes
from tests.transport.third_order import by_line, by_quadrature, quadrature

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "data" / "reference" / "third_order_integral.json").read_text(encoding="utf-8")
)
POINTS = REFERENCE["third_order"]
T = 17.234666524
WAYS = {"closed": third_order_integral, "line": by_line, "quadrature": by_quadrature}

energy = st.floats(-30.0, 30.0) | st.integers(-30, 30).map(float)
triple = st.tuples(energy, energy, energy)


def size(a, b, Delta, step=0.5):
    """∬|f f f| (Σ|p_j||q_k|)² on the contour Im y = (c, c, -2c) and the others, c = π/3: what errors count beside."""

    def fermi(z):
        small = np.exp(np.where(z.real > 0, -z, z))
        return np.abs(np.where(z.real > 0, small, 1) / (1 + small))

    x = np.arange(min(Delta, 0.0) - 15, max(Delta, 0.0) + 15, step)
    total = 0.0
    for shifts in np.pi / 3 * np.array([[1, 1, -2], [1, -2, 1], [-2, 1, 1]]):
        y = [x[:, None] + 1j * shifts[0], x + 1j * shifts[1], Delta - x[:, None] - x + 1j * shifts[2]]
        p, q = ([1 / np.abs(y[j] - poles[j]) for j in range(3)] for poles in (a, b))
        amplitude = sum(p[j] * q[k] for j, k in itertools.permutations(range(3), 2))
        total += (fermi(y[0]) * fermi(y[1]) * fermi(y[2]) * amplitude**2).sum() * step**2 / 3
    return total


@pytest.mark.parametrize("way", WAYS)
def test_references(way):
    a, b, Delta, kT, expected = (np.array([point[key] for point in POINTS]) for key in ("a", "b", "Delta", "T", "J3"))
    np.testing.assert_allclose(WAYS[way](a, b, Delta, kT), expected, rtol=1e-11)


def test_rate_of_the_reference():
    a, b, Delta = (column[6:8] for column in third_order_processes(25.0, 100.0))  # P = 0, L = R = 1; source and drain
    rates = 92.5 * 212.75 * 416.25 / (4 * np.pi**2) * third_order_integral(a, b, Delta, T)
    assert rates.sum() == pytest.approx(REFERENCE["rate_110_to_001"]["finite_part"], rel=1e-6)


@settings(max_examples=20)
@given(a=triple, b=triple, Delta=energy)
def test_three_ways_agree(a, b, Delta):
    closed, by_line, both = (way(np.array(a), np.array(b), Delta, 1.0) for way in WAYS.values())
    allowed = 1e-12 * size(a, b, Delta)
    assert abs(by_line - both) <= allowed
    assert abs(closed - both) <= 2e-10 * abs(both) + allowed


@pytest.mark.parametrize(("trapezoid", "distance"), [(quadrature, np.pi / 3), (line, np.pi / 2)])
def test_trapezoids_converge_exponentially(trapezoid, distance):
    """Errors fall as exp(-2πd/step), d the distance of the nearest pole; the largest of some, for their phase."""
    coarse, fine = np.linspace(0.8, 0.9, 6), np.linspace(0.4, 0.45, 6)
    decay = []
    for index in (0, 2, 4):
        point = POINTS[index]
        poles, Delta = np.stack([point["a"], point["b"]], axis=1), point["Delta"]
        errors = [max(abs(trapezoid(poles, Delta, step) - point["J3"]) for step in steps) for steps in (coarse, fine)]
        decay.append(np.log(errors[0] / errors[1]) / (1 / fine[-1] - 1 / coarse[-1]))
    assert np.mean(decay) == pytest.approx(2 * np.pi * distance, rel=0.25)


@pytest.mark.parametrize("way", WAYS)
def test_without_interaction_it_vanishes(way):
    """U = W = 0: all s are zero, in numbers that add up without rounding. A₃ is then zero, not only its integral."""
    ways, Delta = np.array([1.25, -2.5, 0.75]), -0.5
    kept = WAYS[way](ways, ways, ways.sum() + 4.0, 1.0)
    assert abs(kept) > 1e-6
    assert abs(WAYS[way](ways, ways, ways.sum(), 1.0)) < 1e-30
    assert Delta == ways.sum()


def test_it_vanishes_as_the_fourth_power_of_the_interaction():
    """A₃ does not change when a and b are exchanged: with a, b = m ∓ λκ/2, Δ = Σm it is even in λ and zero at λ = 0."""
    scale = 0.5 ** np.arange(1, 9)[:, None]
    middle, apart = np.array([0.75, -1.5, 2.25]), scale * np.array([2.0, 1.5, 1.5])
    value = third_order_integral(middle - apart / 2, middle + apart / 2, middle.sum(), 1.0)
    np.testing.assert_allclose(value[2:-1] / value[3:], 16.0, rtol=0.05)
    rest = value / scale[:, 0] ** 4
    np.testing.assert_allclose(np.diff(rest)[2:-1] / np.diff(rest)[3:], 4.0, rtol=0.05)


@settings(max_examples=40)
@given(a=triple, b=triple, Delta=energy)
def test_laws(a, b, Delta):
    a, b = np.array(a), np.array(b)
    allowed = 1e-11 * size(a, b, Delta, 1.0)
    value = third_order_integral(a, b, Delta, 1.0)
    orders = [list(order) for order in itertools.permutations(range(3))]
    assert np.abs(third_order_integral(a[orders], b[orders], Delta, 1.0) - value).max() <= 4e-10 * abs(value) + allowed
    uphill = np.exp(-Delta) * by_line(-a, -b, -Delta, 1.0)
    assert abs(by_line(a, b, Delta, 1.0) - uphill) <= allowed
    assert abs(value - uphill) <= 2e-10 * abs(value) + allowed


@given(a=triple, b=triple, Delta=energy, power=st.integers(-10, 10))
def test_it_scales(a, b, Delta, power):
    scale = 2.0**power  # by powers of two without rounding
    scaled = third_order_integral(scale * np.array(a), scale * np.array(b), scale * Delta, scale)
    assert scale**2 * scaled == third_order_integral(a, b, Delta, 1.0)


@pytest.mark.parametrize("kind", ["a = b", "two a = b", "all a = b", "s = 0", "both"])
def test_guards_do_not_show(kind):
    """Towards equal poles and vanishing s, over all orders of magnitude: the closed form, its guards, and the line."""
    apart = np.concatenate([[0.0], 10.0 ** -np.arange(16, 0.5, -0.5)])
    a, b = np.array([2.3, -4.1, 0.7]), np.array([-1.9, 3.2, 5.6])
    a, b, Delta = (np.broadcast_to(array, (apart.size, 3)).copy() for array in (a, b, -3.3 * np.ones(3)))
    Delta = Delta[:, 0]
    together = {"a = b": [0], "two a = b": [0, 2], "all a = b": [0, 1, 2], "s = 0": [], "both": [1]}[kind]
    for j in together:
        b[:, j] = a[:, j] + (1 + j) * apart
    if kind in ("s = 0", "both"):
        b[:, 2] = Delta - a[:, 0] - a[:, 1] - apart
    np.testing.assert_allclose(third_order_integral(a, b, Delta, 1.0), by_line(a, b, Delta, 1.0), rtol=2e-10)


def test_sums_too_small_to_divide_by():
    """1/s² overflows: found in random arguments as an infinite value with an infinite error."""
    orders = [list(order) for order in itertools.permutations(range(3))]
    tiny = np.array([0.0, 1e-310, 1e-225, 1e-160, 1e-20])[:, None]
    b = np.concatenate([1.0 + 0 * tiny, 1.0 + 0 * tiny, tiny], axis=1)[:, orders]
    value = third_order_integral(np.zeros(3), b, 0.0, 1.0)
    np.testing.assert_allclose(value, value[0, 0], rtol=1e-12)


def test_the_line_stays_away_from_resonances():
    """a_2 + b_1 ≈ Δ: with y_1 left for the trapezoid, single terms would be a thousand times their sum."""
    orders = [list(order) for order in itertools.permutations(range(3))]
    a, b = np.array([1340.0, -492.25, -620.5]), np.array([489.75, 356.875, 105.5])
    expected = by_quadrature(a, b, -4.75, 1.0)
    np.testing.assert_allclose(by_line(a[orders], b[orders], -4.75, 1.0), expected, rtol=1e-12)


def test_the_closed_form_serves_a_map():
    """61 × 61 biases and gate voltages of the experiment: one integral in a thousand at most is too much for it."""
    a, b, Delta = third_order_processes(np.linspace(-100, 600, 61)[:, None], np.linspace(-1e3, 1e3, 61))
    results = np.empty(Delta.size)
    temperature = np.full(Delta.size, T)
    fill = third_order_integrals.compiled
    count = fill(a.reshape(-1, 3), b.reshape(-1, 3), Delta.ravel(), temperature, results)
    assert np.isfinite(results).all()
    assert count <= Delta.size // 1000


@pytest.mark.parametrize("scale", [1e3, 1e4, 1e5])
def test_energies_far_beyond_the_temperature(scale):
    """Nothing overflows, and the ways that remain agree with the quadrature within 1e-9."""
    a, b = scale * np.random.default_rng(4).uniform(-1.0, 1.0, size=(2, 12, 3))
    Delta = np.repeat([-20.0, 0.0, 5.0], 4)
    expected = by_quadrature(a[::4], b[::4], Delta[::4], 1.0)
    for way in (third_order_integral, by_line):
        value = way(a, b, Delta, 1.0)
        assert np.isfinite(value).all()
        np.testing.assert_allclose(value[::4], expected, rtol=1e-9)
    far = third_order_integral(a[:3], b[:3], [-scale, scale, 800.0], 1.0)
    assert np.isfinite(far).all()
    assert (np.abs(far[1:]) < 1e-300).all()


def test_constant_estimate_of_the_reference():
    a, b, Delta = third_order_processes(25.0, 100.0)
    process = 2 * 3  # from P = 0, L = R = 1 with the source
    rate = 92.5 * 212.75 * 416.25 / (4 * np.pi**2) * constant_estimate(a[process], b[process], Delta[process], T)
    assert float(rate) == pytest.approx(REFERENCE["rate_110_to_001"]["constant"], rel=1e-13)


def test_constant_estimate_far_from_the_shell():
    """Corrections of J₃ to the estimate fall as the inverse square of the energies, those of first order cancel."""
    a, b = np.array([825.0, 245.0, 260.0]), np.array([-1025.0, -245.0, -300.0])
    a, b = (np.array([[1.0], [4.0], [16.0]]) * energies for energies in (a, b))
    ratio = third_order_integral(a, b, -1.0, 1.0) / constant_estimate(a, b, -1.0, 1.0) - 1
    np.testing.assert_allclose(ratio[:-1] / ratio[1:], 16.0, rtol=0.1)


def test_constant_estimate_on_the_shell():
    a, b = np.array([[1.0, 2.0, 3.0], [0.5, 2.0, 3.0]]), np.array([-1.0, -2.0, -3.0])
    found = constant_estimate(a, b, [1.5, 1.5], 1.0)
    assert np.isfinite(found[0])
    assert np.isposinf(found[1])
    assert np.isposinf(constant_estimate(b, a[1], 1.5, 1.0))


def test_shapes():
    assert third_order_integral([1, 2, 3], [4, 5, 6], 0.0, 1.0).shape == ()
    assert third_order_integral(np.ones((4, 1, 3)), np.arange(3.0), np.zeros(5), 1.0).shape == (4, 5)
    assert third_order_integral(np.ones((0, 3)), np.ones(3), 0.0, 1.0).shape == (0,)
    assert constant_estimate(np.ones((5, 1, 3)), np.ones((2, 3)), 0.0, 1.0).shape == (5, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"a": [1, 2]}, r"`a` must have a last axis of length 3, one energy per event: got shape \(2,\)"),
        ({"b": 1.0}, r"`b` must have a last axis of length 3, one energy per event: got shape \(\)"),
        ({"a": [1, 2, np.nan]}, "`a` must be finite: got nan"),
        ({"Delta": "0 meV"}, "`Delta` must be an array of numbers: got '0 meV'"),
        ({"kT": [1.0, -1.0]}, "`kT` must be positive: got -1.0"),
        ({"kT": 1e-5}, "`kT` must be at least 1e-05 of the largest energy: got 1e-05"),
        (
            {"Delta": np.zeros(2), "kT": np.ones(3)},
            r"`a, b, Delta, kT` must have shapes that broadcast together: got .*Delta \(2,\), kT \(3,\)",
        ),
    ],
)
def test_bad_input(change, message):
    arguments = {"a": [1, 2, 3], "b": [3, 4, 5], "Delta": 0.0, "kT": 1.0} | change
    for question in (third_order_integral, constant_estimate):
        with pytest.raises(InputError, match=f"^{message}$"):
            question(**arguments)
