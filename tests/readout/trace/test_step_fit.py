"""The whole curve of a step: its derivatives by all parameters are those that differences converge to."""

import numpy as np
import pytest

from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.step_fit import NAMES, StepModel, equivalent_width

GATE = np.linspace(-8.0, 8.0, 41)
VALUES = {
    "background": 2.0,
    "slope": 0.1,
    "step_height": -1.5,
    "position": 0.7,
    "temperature": 0.5,
    "own": 0.06,
    "slope_change": 0.2,
}


def model(shape, derivative=False):
    return StepModel(shape=shape, lever_arm=0.1, centre=1.0, derivative=derivative, step=0.4)


@pytest.mark.parametrize("shape", [lead_occupation, interdot_occupation])
@pytest.mark.parametrize("derivative", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_jacobian(shape, derivative, name):
    """Halving the step of a central difference divides its error by four, or there is none in a linear parameter."""
    curve = model(shape, derivative).curve

    def distance(step):
        above, below = (curve(GATE, VALUES | {name: VALUES[name] + sign * step})[0] for sign in (1, -1))
        exact = curve(GATE, VALUES)[1][:, NAMES.index(name)]
        return float(np.abs((above - below) / (2 * step) - exact).max())

    first, second = distance(0.1 * VALUES[name]), distance(0.05 * VALUES[name])
    assert first < 1e-11 or first / second == pytest.approx(4, rel=0.1)


def test_a_derivative_is_that_of_the_current():
    step = 1e-5
    above, below = (model(lead_occupation).curve(GATE + sign * step, VALUES)[0] for sign in (1, -1))
    found = model(lead_occupation, derivative=True).curve(GATE, VALUES)[0]
    np.testing.assert_allclose(found, (above - below) / (2 * step), atol=1e-5)


def test_equivalent_width_of_a_fermi_step():
    found = equivalent_width(model(lead_occupation), VALUES | {"own": 0.0})
    assert found == pytest.approx(4 * 0.08617333262 * 0.5 / 0.1)
