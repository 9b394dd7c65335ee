"""The effective attraction: against integration of the spin sector alone, and its closed form on the SU(2) line."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from attractron.core.errors import InputError
from attractron.wires.flow.attraction import effective_attraction, equal_gap
from attractron.wires.flow.cutoffs import Tanh
from attractron.wires.flow.flow import flow
from attractron.wires.flow.phase_diagram import phase_diagram
from attractron.wires.flow.tail import l_to_strong
from attractron.wires.model import CoupledWires


def integrated(y_s, K_s, threshold):
    """l at y_s = -threshold from dy/dl = -Xy, dX/dl = -y², integrated; X = 2(K_s - 1)."""

    def strong(_, state):
        return state[0] + threshold

    strong.terminal, strong.direction = True, -1
    X = 2 * (K_s - 1)
    found = solve_ivp(
        lambda _, s: [-s[1] * s[0], -(s[0] ** 2)], (0, 1e4), [y_s, X], events=strong, rtol=1e-11, atol=1e-13
    )
    return found.t_events[0][0]


def gap_scale(y_s, *, K_s=None, ys_threshold=1.0):
    """l at which a spin sector with y_s < 0 alone reaches strong coupling."""
    X = y_s if K_s is None else 2 * (K_s - 1)
    return l_to_strong(-y_s, X, (X - y_s) * (X + y_s), ys_threshold)


@pytest.mark.parametrize(
    ("K_s", "y_s"), [(1.1, -0.21), (1.1, -0.5), (1.0, -0.2), (0.9, -0.1), (0.9, -0.2), (0.9, -0.3)]
)
@pytest.mark.parametrize("threshold", [1.0, 0.7])
def test_the_scale_of_a_gap_is_that_of_the_integrated_flow(K_s, y_s, threshold):
    assert gap_scale(y_s, K_s=K_s, ys_threshold=threshold) == pytest.approx(integrated(y_s, K_s, threshold), rel=1e-8)


def test_on_the_symmetric_line_it_is_minus_one_over_one_plus_l():
    np.testing.assert_allclose(effective_attraction([1.0, 9.0, np.inf]), [-0.5, -0.1, 0.0], rtol=1e-15)
    # threshold 1/2: l = 1/|y_s| - 2
    assert effective_attraction(8.0, ys_threshold=0.5) == pytest.approx(-0.1)
    assert gap_scale(-0.1, K_s=0.95) == pytest.approx(gap_scale(-0.1), rel=1e-12)  # K_s = 1 + y_s/2


@given(ell=st.floats(1e-2, 1e6), K_s=st.floats(0.5, 1.0), threshold=st.floats(0.3, 2.0))
def test_the_attraction_has_the_gap_it_was_asked_for(ell, K_s, threshold):
    y_s = float(effective_attraction(ell, K_s=K_s, ys_threshold=threshold))
    assert -threshold < y_s <= 0
    if y_s < -1e-250:
        # y_s loses the digits of its distance from a separatrix, and l with them only where l ~ ln|y_s|: never.
        assert gap_scale(y_s, K_s=K_s, ys_threshold=threshold) == pytest.approx(ell, rel=1e-9)


@given(ell=st.floats(20.0, 1e3), K_s=st.floats(1.001, 1.2))
def test_a_repulsive_stiffness_is_overcome_just_beyond_its_separatrix(ell, K_s):
    """The angle at the end lies between π/2 - arcsin a and π, for a = √(y_s² - X²), and l is that angle over a."""
    y_s, X = float(effective_attraction(ell, K_s=K_s)), 2 * (K_s - 1)
    assert y_s < -X
    assert math.pi / 2 / (ell + math.pi / 2) < math.sqrt(y_s**2 - X**2) < math.pi / ell


@given(ell=st.floats(0.1, 1e3), more=st.floats(1.01, 10.0))
def test_a_smaller_gap_needs_less_attraction(ell, more):
    assert effective_attraction(ell) < effective_attraction(ell * more) < 0
    assert effective_attraction(ell, K_s=0.9) < effective_attraction(ell * more, K_s=0.9) <= 0


def test_the_lines_of_equal_gap_of_figure_3_end_at_the_effective_attraction():
    """Fig. 3c: the flow from y = 0 and the effective attraction has the gap of the coupled wires."""
    wires = CoupledWires(K_c=0.85, K=0.6, y_s=0.15, y=0.12, upsilon=0.15, mismatch=math.exp(-3))
    axes = {"y_s": np.linspace(-0.1, 0.2, 4), "y": np.linspace(0.0, 0.4, 5)}
    diagram = phase_diagram(wires, axes, cutoff=Tanh(chi=1.0))
    result = equal_gap(diagram)
    y_s = result["effective_attraction"]
    assert y_s.dims == ("y_s", "y")
    assert float(y_s[0, 0]) == pytest.approx(-0.1)  # where there is no other wire it is the bare one
    phases = diagram["phase"].to_numpy()
    assert {0, 1, 2} == set(phases.ravel())
    np.testing.assert_array_equal(y_s.to_numpy()[phases == 0], 0.0)
    assert np.isnan(y_s.to_numpy()[phases == 2]).all()
    for i, j in np.argwhere(phases == 1):
        alone = flow(wires.with_parameters(y=0.0, y_s=float(y_s[i, j])), cutoff=Tanh(chi=1.0))
        assert float(alone["l_spin"]) == pytest.approx(float(diagram["l_spin"][i, j]), rel=1e-9)


def test_lines_of_equal_gap_know_the_conventions_of_the_flow():
    wires = CoupledWires(K_c=0.85, K=0.6, K_s=1.06, y_s=0.1, y=0.12, upsilon=0.15, mismatch=math.exp(-3))
    diagram = phase_diagram(wires, {"y": [0.12, 0.14]}, cutoff=Tanh(chi=1.0), ys_threshold=0.8)
    y_s = equal_gap(diagram)["effective_attraction"].to_numpy()
    expected = [gap_scale(float(each), K_s=1.06, ys_threshold=0.8) for each in y_s]
    np.testing.assert_allclose(expected, diagram["l_spin"], rtol=1e-9)
    with pytest.raises(InputError, match="`result` must have one K_s"):
        equal_gap(phase_diagram(wires, {"K_s": [1.05, 1.06]}))
    with pytest.raises(InputError, match="`result` must have the variables phase and l_spin"):
        equal_gap(diagram.drop_vars("l_spin"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"l_spin": 0.0}, "`l_spin` must be positive: got 0.0; 0 starts strong"),
        ({"l_spin": [1.0, np.nan]}, "`l_spin` must be positive: got nan"),
        ({"l_spin": 1.0, "K_s": -1.0}, "`K_s` must be positive: got -1.0"),
        ({"l_spin": 1.0, "ys_threshold": 0.0}, "`ys_threshold` must be positive"),
        ({"l_spin": 0.1, "K_s": 1.2}, "`l_spin` must belong to a gap .*: got 0.1; lower K_s"),
        ({"l_spin": 5.0, "K_s": 2.0}, "`l_spin` must belong to a gap .*; lower K_s"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        effective_attraction(**arguments)


def test_a_weak_attraction_against_a_stiff_spin_sector_opens_no_gap():
    assert gap_scale(-0.1, K_s=1.1) == math.inf
