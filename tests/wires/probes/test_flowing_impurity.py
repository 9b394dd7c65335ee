"""An impurity along the flow: fixed numbers without couplings, a logarithm with y_s, gaps on the way."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires import CoupledWires, flow
from attractron.wires.probes.flowing_impurity import flowing_impurity
from attractron.wires.trion import TrionLiquid, trion_phase

OMEGA = np.geomspace(1e-4, 9.0, 21)


@pytest.mark.parametrize("upsilon", [0.0, 0.3])
def test_nothing_flows_without_couplings(upsilon):
    wires = CoupledWires(K_c=0.7, K=0.4, y_s=0.0, y=0.0, upsilon=upsilon)
    found = flowing_impurity(OMEGA, wires, g=3.0, Lambda=10.0)
    np.testing.assert_allclose(found.conductance, found.frozen, rtol=1e-9)
    assert float(found.E_cut) == pytest.approx(float(found.E_frozen), rel=1e-9)


def test_the_marginal_coupling_adds_a_logarithm():
    """d = (M + 1)/2 + ¾y_s with y_s(l) = y/(1 + y l): a factor (1 + y l)^{-3/4} of g."""
    wires = CoupledWires(K_c=0.7, K=0.4, y_s=0.2, y=0.0)
    found = flowing_impurity(OMEGA, wires, g=1.0, Lambda=10.0)
    ell = np.log(10.0 / OMEGA)
    expected = 0.1 * np.exp(0.15 * ell) * (1 + 0.2 * ell) ** -0.75
    np.testing.assert_allclose(found.strength, expected, rtol=1e-5)


def test_pairs_are_cut_at_a_higher_energy():
    paired = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
    found = flowing_impurity(OMEGA, paired, g=0.5, Lambda=10.0)
    alone = flowing_impurity(OMEGA, paired.with_parameters(y=0.0), g=0.5, Lambda=10.0)
    assert float(found.gap) > float(found.E_cut) > float(alone.E_cut)
    assert (found.conductance <= alone.conductance + 1e-12).all()


def test_below_the_gap_its_growth_is_that_of_the_pairs():
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
    omega = np.array([1e-4, 1e-3])
    found = flowing_impurity(omega, wires, g=0.05, Lambda=10.0)
    end = flow(wires)
    M = float(end.K_c_tilde_end + end.Q_end**2 * end.K_tilde_end)
    slope = np.diff(np.log(found.strength))[0] / np.diff(np.log(omega))[0]
    assert slope == pytest.approx(M / 2 - 1, rel=1e-6)


def test_trions_feel_it_as_k_f_says():
    wires = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.3, upsilon=0.1)
    omega = np.array([1e-4, 1e-3])
    found = flowing_impurity(omega, wires, g=0.01, Lambda=10.0)
    K_f = float(trion_phase(TrionLiquid.from_wires(wires)).K_f_complete)
    np.testing.assert_allclose(found.dimension, K_f / 3)
    assert (found.conductance < 4 / 3).all()


@pytest.mark.parametrize("step", [0.1, 0.05])
def test_steps_are_short_enough(monkeypatch, step):
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
    fine = flowing_impurity(OMEGA, wires, g=0.5, Lambda=10.0).strength.values
    monkeypatch.setattr("attractron.wires.probes.after_flow.STEP", step)
    np.testing.assert_allclose(flowing_impurity(OMEGA, wires, g=0.5, Lambda=10.0).strength, fine, rtol=0.02)


@pytest.mark.parametrize(
    ("argument", "omega", "g"), [("omega", [-1.0], 0.5), ("omega", [20.0], 0.5), ("g", [1.0], 11.0), ("g", [1.0], 0.0)]
)
def test_errors_name_the_argument(argument, omega, g):
    with pytest.raises(InputError, match=argument):
        flowing_impurity(omega, CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1), g=g, Lambda=10.0)


def test_what_lies_beyond_the_infrared_length_is_refused():
    wires = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
    asked = {"g": 0.5, "Lambda": 10.0}
    with pytest.raises(InputError, match="`l_max` must be at least"):
        flowing_impurity([0.001, 1.0], wires, l_max=5.0, **asked)
    free, long = (flowing_impurity([0.001, 1.0], wires, **asked, **l_max) for l_max in ({}, {"l_max": 30.0}))
    np.testing.assert_array_equal(free["conductance"], long["conductance"])


def test_the_numbers_of_the_end_do_not_depend_on_the_energies_asked_for():
    wires = CoupledWires(K_c=0.5, K=0.4, y_s=0.4, y=0.25, upsilon=0.3, mismatch=0.4)
    found = [float(flowing_impurity([low, 9.5], wires, g=1.0, Lambda=10.0).E_frozen) for low in (9.0, 1.0, 1e-4)]
    assert found == pytest.approx([found[-1]] * 3, rel=1e-9)
