"""The repulsion of parallel wires: its transform by quadrature, its limits, and how it falls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ellipkm1

from attractron.core.constants import COULOMB
from attractron.wires.coulomb import between_lines, within_line

AROUND = {"gate_distance": 50.0, "permittivity": 10.0}


@pytest.mark.parametrize("q", [0.0, 0.01, 0.05])
def test_between_lines_is_the_transform_of_a_charge_and_its_image(q):
    def potential(x):
        return COULOMB / 10 * (1 / np.hypot(x, 20.0) - 1 / np.sqrt(x**2 + 20.0**2 + 100.0**2))

    how = {"weight": "cos", "wvar": q} if q else {}
    direct = 2 * quad(potential, 0, np.inf, **how)[0]
    assert between_lines(q, 20.0, **AROUND) == pytest.approx(direct, rel=1e-7)


@pytest.mark.parametrize("q", [0.02, 0.3])
def test_within_a_line_is_the_mean_around_the_cylinder(q):
    """Two rings of the radius a at a distance x: the mean of 1/r is (2/π) K(m)/√(x² + 4a²), 1 - m = x²/(x² + 4a²)."""
    a = 3.0

    def rings(x):
        far = x**2 + 4 * a**2
        return COULOMB / 10 * (2 / np.pi * ellipkm1(x**2 / far) / np.sqrt(far) - 1 / np.hypot(x, 100.0))

    # The logarithm at x = 0 is kept apart from the oscillating rest.
    near = quad(lambda x: rings(x) * np.cos(q * x), 0, 30, points=[1e-6, 1e-3, 0.1], limit=400)[0]
    far = quad(lambda x: rings(x + 30) * np.cos(q * 30), 0, np.inf, weight="cos", wvar=q)[0]
    far -= quad(lambda x: rings(x + 30) * np.sin(q * 30), 0, np.inf, weight="sin", wvar=q)[0]
    assert within_line(q, a, **AROUND) == pytest.approx(2 * (near + far), rel=1e-5)


def test_small_momenta_see_the_logarithm():
    errors = [abs(between_lines(q, 10.0, **AROUND) - between_lines(0.0, 10.0, **AROUND)) for q in (1e-3, 1e-4)]
    assert errors[1] < errors[0] / 50  # as q² ln q
    assert between_lines(0.0, 10.0, **AROUND) == pytest.approx(288.0 * np.log(np.hypot(10, 100) / 10), rel=1e-4)
    assert within_line(0.0, 5.0, **AROUND) == pytest.approx(288.0 * np.log(100 / 5), rel=1e-4)


def test_backscattering_falls_exponentially_with_the_distance():
    q, d = 0.5, np.array([40.0, 42.0])
    ratio = np.divide(*between_lines(q, d, gate_distance=1e4, permittivity=1.0)[::-1])
    assert ratio == pytest.approx(np.exp(-q * 2) * np.sqrt(40 / 42), rel=1e-3)


@given(st.floats(1e-4, 1.0), st.floats(5.0, 200.0), st.floats(10.0, 1e3))
def test_repulsion_falls_with_momentum_and_distance_and_never_attracts(q, d, D):
    around = {"gate_distance": D, "permittivity": 4.0}
    values = [float(between_lines(*each, **around)) for each in ((0.0, d), (q, d), (2 * q, d), (q, 1.5 * d))]
    assert values[0] >= values[1] >= values[2] >= 0
    assert values[1] >= values[3] >= 0
