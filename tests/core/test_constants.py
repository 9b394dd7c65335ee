"""Constants against SciPy's."""

import pytest
from scipy import constants as si

from attractron.core import constants

MEV = 1e-3 * si.e


def test_constants_are_those_of_the_si():
    assert pytest.approx(si.k / MEV, rel=2e-11) == constants.K_B
    assert pytest.approx(1e12 * si.e, rel=1e-15) == constants.ELEMENTARY_CHARGE
    assert pytest.approx(si.e**2 / 1e-18 / MEV, rel=1e-14) == constants.E_SQUARED
    assert pytest.approx(1e12 * si.e * MEV / si.hbar, rel=1e-14) == constants.PA_PER_MEV
    assert pytest.approx(1e9 * si.e**2 / si.h, rel=1e-14) == constants.CONDUCTANCE_QUANTUM
    assert pytest.approx(1e-9 * MEV / si.hbar, rel=1e-14) == constants.PER_NS
    assert pytest.approx(1e9 * si.hbar / MEV, rel=1e-14) == constants.HBAR_MEV_NM
