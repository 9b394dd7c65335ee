"""Shapes of Coulomb peaks against the convolutions that they are, and derivatives against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from attractron.core.constants import K_B
from attractron.readout.trace.lineshapes import lead_occupation
from attractron.readout.trace.peak_shapes import FULL_WIDTHS, SHAPES, area, full_width, metallic, single_level

AWAY = np.array([-3.1, -0.7, -0.05, 0.0, 0.01, 0.4, 2.2])


def test_a_level_is_the_slope_of_its_occupation():
    """-∂f/∂µ averaged over a Lorentzian is ∂n/∂µ of the charging line, whose oracle is a quadrature."""
    kelvin, gamma = 0.2, 0.06
    slope = lead_occupation(AWAY, kelvin, gamma)[1][0]
    top = lead_occupation(np.zeros(1), kelvin, gamma)[1][0]
    np.testing.assert_allclose(single_level(AWAY, K_B * kelvin, gamma)[0], slope / top, rtol=1e-12)


def test_limits():
    np.testing.assert_allclose(single_level(AWAY, 0.3, 0.0)[0], np.cosh(AWAY / 0.6) ** -2, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(single_level(AWAY, 1e-6, 0.5)[0], 1 / (1 + (AWAY / 0.25) ** 2), rtol=1e-9)
    series = np.array([0.0199, 0.0201]) * 0.3
    values, slopes = metallic(series, 0.3, 0.0)
    assert np.ptp(values - (1 - (series / 0.3) ** 2 / 6 + 7 * (series / 0.3) ** 4 / 360)) < 1e-12
    assert slopes[0, 0] / series[0] == pytest.approx(slopes[0, 1] / series[1], rel=1e-4)


@pytest.mark.parametrize(("name", "thermal", "lorentz"), [("single-level", 0.3, 0.0), ("single-level", 0.1, 0.4)])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_derivatives_are_those_that_differences_converge_to(name, thermal, lorentz, which):
    """Halving the step of a central difference divides its distance from the derivative by four."""
    arguments = [AWAY, thermal, lorentz + (0.2 if which == 2 else 0.0)]

    def distance(step):
        ends = [
            SHAPES[name](*(value + sign * step * (at == which) for at, value in enumerate(arguments)))[0]
            for sign in (1, -1)
        ]
        return np.abs((ends[0] - ends[1]) / (2 * step) - SHAPES[name](*arguments)[1][which]).max()

    assert distance(0.01) / distance(0.005) == pytest.approx(4, rel=0.06)


@pytest.mark.parametrize("which", [0, 1])
def test_derivatives_of_the_metallic_shape(which):
    ends = [metallic(AWAY + sign * 1e-5 * (which == 0), 0.3 + sign * 1e-5 * (which == 1), 0.0)[0] for sign in (1, -1)]
    np.testing.assert_allclose(metallic(AWAY, 0.3, 0.0)[1][which], (ends[0] - ends[1]) / 2e-5, atol=1e-8)


@pytest.mark.parametrize(("name", "thermal", "lorentz"), [("single-level", 0.3, 0.2), ("metallic", 0.3, 0.0)])
def test_areas_and_widths(name, thermal, lorentz):
    whole = quad(lambda x: SHAPES[name](np.array([x]), thermal, lorentz)[0][0], -np.inf, np.inf, limit=200)[0]
    assert area(name, thermal, lorentz) == pytest.approx(whole, rel=1e-6)
    half = full_width(name, thermal, lorentz) / 2
    assert SHAPES[name](np.array([half]), thermal, lorentz)[0][0] == pytest.approx(0.5, abs=1e-4)
    assert (FULL_WIDTHS["single-level"], FULL_WIDTHS["metallic"]) == pytest.approx((3.525, 4.355), abs=1e-3)


@given(
    name=st.sampled_from(list(SHAPES)),
    away=st.floats(-50, 50),
    thermal=st.floats(1e-3, 10),
    lorentz=st.floats(0, 10),
)
def test_peaks_are_even_and_between_zero_and_one(name, away, thermal, lorentz):
    (right, left), _ = SHAPES[name](np.array([away, -away]), thermal, lorentz)
    assert right == pytest.approx(left, abs=1e-12)
    assert -1e-12 <= right <= 1 + 1e-12
