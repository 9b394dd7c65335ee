"""The closed form of a flow without source."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from attractron.wires.flow.tail import l_to_strong


@given(st.floats(0.01, 0.9), st.floats(-1.5, 1.5))
def test_the_closed_tail_is_the_quadrature(y, X):
    """∫dX/(X² - A) from the end to the start, by quadrature in y for X < 0 and with the pole-free form in X else."""
    invariant = X * X - y * y
    found = l_to_strong(y, X, invariant, 1.0)
    if invariant >= 0 and X >= 0:
        assert found == math.inf
        return
    end = -math.sqrt(1 + invariant)
    split = np.linspace(end, X, 40)
    parts = [quad(lambda x: 1 / (x * x - invariant), a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(split)]
    if abs(invariant) > 1e-6:
        assert found == pytest.approx(sum(parts), rel=1e-7)


def test_the_closed_tail_is_smooth_at_the_line():
    y = 0.2
    on_the_line = 1 / y - 1
    assert l_to_strong(y, -y, 0.0, 1.0) == pytest.approx(on_the_line, rel=1e-15)
    for shift in (1e-6, -1e-6):
        moved = l_to_strong(y, -y + shift, (-y + shift) ** 2 - y * y, 1.0)
        twice = l_to_strong(y, -y + 2 * shift, (-y + 2 * shift) ** 2 - y * y, 1.0)
        assert twice - on_the_line == pytest.approx(2 * (moved - on_the_line), rel=1e-3)


@pytest.mark.parametrize("y", [1e-2, 1e-5, 1e-9, 1e-15, 1e-100])
def test_a_tiny_coupling_keeps_its_digits(y):
    """X = -1 grows y as e^l at first; exactly, with a = √(1 - y²) and D = X - y, L = ln[(a - X)Y/(y (a + |X_Y|))]/a."""
    a = math.sqrt((1 - y) * (1 + y))
    exact = math.log((a + 1) / (y * (a + math.sqrt(1 + a * a)))) / a
    assert l_to_strong(y, -1.0, (1 - y) * (1 + y), 1.0) == pytest.approx(exact, rel=1e-14)
