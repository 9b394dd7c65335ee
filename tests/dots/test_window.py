"""Windows of diagrams show what they are for, and follow the energies of the device."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import attractron as at
from attractron.core.errors import InputError

energies = st.floats(0.3, 4.0)
POINTS = {"V": 61, "delta_V": 61}


def ends(device, points=POINTS, **options):
    window = at.dots.diagram_window(device, points, **options)
    return np.array([(values[0], values[-1]) for values in window.values()])


@settings(max_examples=25, deadline=None)
@given(
    W=energies,
    U=energies,
    delta=energies,
    carriers=st.sampled_from(["electrons", "holes"]),
    arms=st.floats(0.02, 0.5),
    cross=st.floats(0, 0.4),
)
@example(W=1.5, U=1.5, delta=3.0, carriers="electrons", arms=0.5, cross=0.0)  # (1,1) begins where a first box ends
def test_all_four_charge_states_of_a_vertex_are_in_view(W, U, delta, carriers, arms, cross):
    lever_arms = {"V_L": {"L": arms, "R": cross * arms}, "V_R": {"L": cross * arms, "R": arms}}
    device = at.dots.building_block(W=W, U=U, delta=delta, t=0.05, carriers=carriers, lever_arms=lever_arms)
    diagram = at.dots.stability_diagram(device, at.dots.diagram_window(device, POINTS))
    states, counts = np.unique(diagram["charge_state"], return_counts=True)
    assert states.tolist() == [0, 1, 2, 3]
    assert counts.min() > 0.02 * counts.sum()


def test_the_window_is_centred_on_the_triple_points_and_twice_as_wide():
    """One electron on T, B beside n on L and R has E_n = nU/2 - √((δ - nU)²/4 + t²).

    So (1,1) meets (0,0) at V = (W + E_2 - E_0)/2, for δV up to ±2Δ/2 with 2Δ = 2E_1 - E_0 - E_2 - W. Cells of the
    coarse diagrams, which are a twentieth of the box, widen what they hold by a sixth, and rounding adds 0.1 mV.
    """
    W, U, delta, t = 0.83, 2.41, 2.41, 0.05
    E = [n * U / 2 - np.hypot((delta - n * U) / 2, t) for n in range(3)]
    two_delta, middle = 2 * E[1] - E[0] - E[2] - W, (W + E[2] - E[0]) / 2
    (low, high), (left, right) = ends(at.dots.building_block(W=W, U=U, delta=delta, t=t))
    assert two_delta < right < two_delta * (1 + 1 / 6) + 0.1
    assert left == pytest.approx(-right, abs=0.1)
    assert (low + high) / 2 == pytest.approx(middle, abs=0.1)
    assert high - low == pytest.approx(right - left, abs=0.2)


@given(power=st.integers(-3, 3))
@settings(max_examples=7, deadline=None)
def test_energies_a_power_of_ten_larger_need_a_window_as_much_larger(power):
    scale = 10.0**power
    device = at.dots.building_block(W=0.83 * scale, U=2.41 * scale, delta=2.41 * scale, t=0.05 * scale)
    expected = ends(at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)) * scale
    np.testing.assert_allclose(ends(device), expected, atol=0.11 * scale)


def test_heat_widens_it_and_origins_move_it():
    device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    cold, hot, centred = ends(device), ends(device, temperature=20.0), ends(device, origin="centre")
    assert np.diff(hot)[0] > 20 * 0.0862 * 20 > np.diff(cold)[0]
    np.testing.assert_allclose(cold[0] - centred[0], device.gate_centre()[0], atol=0.2)


def test_islands_that_keep_their_charge_have_their_line_in_view():
    device = at.dots.Device(
        dots=("L", "R"),
        repulsion=np.zeros((2, 2)),
        tunnelling=np.array([[0, 0.05], [0.05, 0]]),
        levels=np.array([0.0, 0.4]),
        islands=(at.dots.Island(dots=("L", "R"), electrons=1),),
        gates={"V_L": at.dots.Gate(lever_arms={"L": 0.1})},
    )
    diagram = at.dots.stability_diagram(device, at.dots.diagram_window(device, {"V_L": 201}))
    states = diagram["charge_state"]
    assert states.attrs["flag_meanings"] == "(0,1) (1,0)"
    crossing = float(diagram["V_L"][int((np.diff(states) != 0).argmax())])
    assert crossing == pytest.approx(-4.0, abs=0.1)  # µ_L = ε_R - ε_L would be met by 0.1 meV/mV V_L = -0.4 meV


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ({"V_X": 5}, "did you mean 'V_R'"),
        ({"V_L": 1}, "at least 2"),
        ({"V_P": 5}, "no lever arm"),
    ],
)
def test_what_has_no_window_is_said(points, says):
    device = at.dots.Device(
        dots=("L", "P"),
        repulsion=np.array([[0, 1.0], [1.0, 0]]),
        islands=(at.dots.Island(dots=("P",), electrons=1),),
        gates={
            "V_L": at.dots.Gate(lever_arms={"L": 0.1}),
            "V_P": at.dots.Gate(lever_arms={"P": 0.1}),
            "V_R": at.dots.Gate(lever_arms={}),
        },
    )
    with pytest.raises(InputError, match=says):
        at.dots.diagram_window(device, points)
