"""The trigamma function against SciPy's on the real axis, and its recurrence off it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import polygamma

from attractron.core.trigamma import trigamma


@given(x=st.floats(0.5, 1e4))
def test_trigamma_on_the_real_axis(x):
    assert trigamma(np.array([x + 0j]))[0].real == pytest.approx(float(polygamma(1, x)), rel=1e-13)


@given(x=st.floats(0.5, 20), y=st.floats(-50, 50))
def test_trigamma_obeys_its_recurrence(x, y):
    z = np.array([x + 1j * y])
    # Relative to ψ'(z) itself: the difference of two equal numbers has no relative accuracy.
    assert abs(trigamma(z) - trigamma(z + 1) - 1 / z**2)[0] < 1e-13 * abs(1 / z**2)[0] * max(1.0, abs(z[0]))
