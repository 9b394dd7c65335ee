"""Triple points read off computed diagrams, at random pixel phases and lever arms."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import fsolve

from attractron.core.errors import InputError
from attractron.dots import (
    Device,
    Gate,
    Island,
    building_block,
    chain,
    effective_interaction,
    stability_diagram,
    triple_points,
)


@settings(max_examples=40)
@given(
    U=st.floats(0.0, 3.0),
    delta=st.floats(0.0, 3.0),
    cross=st.floats(0.0, 0.3),
    phase=st.floats(0.0, 1.0),
    arm=st.floats(0.5, 1.0),
)
def test_interaction_is_read_to_a_fraction_of_a_pixel(
    U: float, delta: float, cross: float, phase: float, arm: float
) -> None:
    """Lines with more than 60 pixels each are located to well below one pixel, whatever the grid's phase."""
    arms = {"V_L": {"L": arm, "R": cross}, "V_R": {"R": 0.8, "L": cross}}
    device = building_block(W=0.83, U=U, delta=delta, t=0.05, lever_arms=arms)
    exact = effective_interaction(device)
    step = 0.03
    axes = {"V": -6 + step * (phase + np.arange(401)), "delta_V": -7 + step * (phase + np.arange(467))}
    assume(abs(exact) > 3 * step)
    vertex = triple_points(stability_diagram(device, axes, origin="centre"))
    assert float(vertex["effective_interaction"]) == pytest.approx(exact, abs=0.5 * float(vertex["resolution"]))


def test_orientation_and_positions() -> None:
    """Bare: vertical, at µ = 0 and µ = W. Attractive at t = 0, δ = U: horizontal, at δV = ∓|W_eff|/2, V = (U + W)/2."""
    axes = {"V": np.linspace(-1, 4, 251), "delta_V": np.linspace(-2.5, 2.5, 251)}
    bare = triple_points(stability_diagram(building_block(W=0.83, U=0.0, delta=1.0, t=0.05), axes))
    assert float(bare["angle"]) == pytest.approx(90.0, abs=1.0)
    assert sorted(bare["V_point"].values) == pytest.approx([0.0, 0.83], abs=0.01)
    paired = triple_points(stability_diagram(building_block(W=0.83, U=2.41, delta=2.41, t=0.0), axes))
    assert float(paired["angle"]) == pytest.approx(0.0, abs=1.0)
    assert sorted(paired["delta_V_point"].values) == pytest.approx([-0.79, 0.79], abs=0.01)
    assert paired["V_point"].values == pytest.approx([1.62, 1.62], abs=0.01)
    assert float(paired["length"]) == pytest.approx(1.58, abs=0.02)


def test_resolution_is_that_of_the_largest_step() -> None:
    """Pixels of 0.02 and 0.05 mV along V_L, of 0.04 mV along V_R: µ_L and µ_R change by 0.05 and 0.04 meV at most."""
    coarse_then_fine = np.concatenate([np.arange(-2.0, 1.0, 0.05), np.arange(1.0, 5.0, 0.02)])
    axes = {"V_L": coarse_then_fine, "V_R": np.arange(-2.0, 5.0, 0.04)}
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    vertex = triple_points(stability_diagram(device, axes))
    assert float(vertex["resolution"]) == pytest.approx((0.05 + 0.04) / 2, rel=1e-9)
    assert float(vertex["effective_interaction"]) == pytest.approx(effective_interaction(device), abs=0.045)
    assert vertex.attrs["validity"] == "Charging lines are taken to be straight, as constant lever arms make them."


@settings(max_examples=12)
@example(cross=(0.3, 0.3), W=0.83, U=2.41, ratio=0.62, t=0.3)  # curved, and no shift along the interaction line
@given(
    cross=st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)),
    W=st.floats(0.3, 1.0),
    U=st.floats(1.0, 3.0),
    ratio=st.floats(0.0, 1.3),
    t=st.floats(0.02, 0.5),
)
def test_resolution_includes_what_gates_on_the_island_do(
    cross: tuple[float, float], W: float, U: float, ratio: float, t: float
) -> None:
    """Lever arms of both gates on B move the detuning: exact triple points solve E_s = E_s' = E_s'' with

    E_s = W n_L n_R - µ_L n_L - µ_R n_R + x - √(((δ - 2x)/2)² + t²),   x = (U (n_L + n_R) - µ_B)/2,

    and W_eff is that of the polarizer at the middle between them. Without the curvature the error is up to four times
    the change of µ over a pixel.
    """
    delta = ratio * U
    arms = {"V_L": {"L": 1.0, "R": 0.1, "B": cross[0]}, "V_R": {"R": 1.0, "L": 0.1, "B": cross[1]}}

    def energies(point: np.ndarray) -> np.ndarray:
        left, right = point[0] + point[1], point[0] - point[1]
        mu = (left + 0.1 * right, right + 0.1 * left, cross[0] * left + cross[1] * right)
        found = []
        for n, m in ((0, 0), (0, 1), (1, 0), (1, 1)):
            x = (U * (n + m) - mu[2]) / 2
            found.append(W * n * m - mu[0] * n - mu[1] * m + x - np.hypot((delta - 2 * x) / 2, t))
        return np.array(found)

    axes = {"V": np.linspace(-1.5, 4.5, 201), "delta_V": np.linspace(-2.5, 2.5, 201)}
    vertex = triple_points(stability_diagram(building_block(W=W, U=U, delta=delta, t=t, lever_arms=arms), axes))
    read, resolution = (float(vertex[name]) for name in ("effective_interaction", "resolution"))
    assume(abs(read) > resolution)
    points = np.stack([vertex["V_point"], vertex["delta_V_point"]], axis=1)
    meeting = ((0, 2, 3), (0, 1, 3)) if read < 0 else ((0, 1, 2), (3, 1, 2))
    exact = np.array(
        [
            fsolve(lambda x, states=states: np.diff(energies(x)[list(states)]), point)
            for states, point in zip(meeting, points, strict=True)
        ]
    )
    assert np.abs(points - exact).max() < 0.5 * resolution
    assert read == pytest.approx(np.array([1, -1, -1, 1]) @ energies(exact.mean(axis=0)), abs=0.7 * resolution)
    if max(map(abs, cross)) > 1e-6:
        assert "A swept gate moves the electrons of an island" in vertex.attrs["validity"]


def test_each_electron_of_an_island_may_add_to_the_shift() -> None:
    """Three dots that couple to nothing, a gate that parts their levels by 0.2 meV/mV: the lines are as straight as
    without it, and one or two electrons more may shift by 0.2 meV/mV each along the interaction line."""

    def vertex(electrons: int) -> xr.Dataset:
        device = Device(
            dots=tuple("LRabc"),
            repulsion=[[0, 0.8, 0, 0, 0], [0.8, 0, 0, 0, 0], *([[0] * 5] * 3)],
            islands=(Island(dots=("a", "b", "c"), electrons=electrons),),
            gates={"V_L": Gate(lever_arms={"L": 1.0, "c": 0.2}), "V_R": Gate(lever_arms={"R": 1.0})},
        )
        axes = {"V_L": np.arange(-1.0, 2.0, 0.02), "V_R": np.arange(-1.01, 2.0, 0.023)}
        return triple_points(stability_diagram(device, axes))

    none, one, two = (vertex(electrons) for electrons in range(3))
    span = float(np.ptp(none["V_L_point"].values))
    assert span == pytest.approx(0.8, abs=0.01)
    resolutions = [float(each["resolution"]) for each in (none, one, two)]
    assert resolutions[2] - resolutions[1] == pytest.approx(0.2 * span, rel=1e-9)
    assert resolutions[1] - resolutions[0] == pytest.approx(0.2 * span, abs=0.03)
    assert resolutions[0] == pytest.approx((0.02 + 0.023) / 2)


def test_gates_that_shift_an_island_as_a_whole_do_not_curve_lines() -> None:
    """Equal lever arms on T and B add a constant to all charge states."""
    arms = {"V_L": {"L": 1.0, "T": 0.3, "B": 0.3}, "V_R": {"R": 1.0}}
    axes = {"V": np.linspace(-1, 4, 101), "delta_V": np.linspace(-2.5, 2.5, 101)}
    moved, still = (
        triple_points(stability_diagram(building_block(W=0.83, U=2.41, delta=2.0, t=0.05, lever_arms=each), axes))
        for each in (arms, None)
    )
    assert float(moved["resolution"]) == float(still["resolution"]) == pytest.approx(0.1, rel=1e-9)
    assert moved.attrs["validity"] == still.attrs["validity"]


def test_other_pairs_of_a_chain() -> None:
    device = chain(sites=3, W=0.5, U=2.0, delta=1.5, t=0.0)
    axes = {"V_1": np.linspace(1.5, 5, 141), "V_2": np.linspace(1.5, 5, 141), "V_3": -3.0}
    vertex = triple_points(stability_diagram(device, axes), pair=("S1", "S2"))
    assert float(vertex["effective_interaction"]) == pytest.approx(-1.0, abs=0.02)


def test_what_cannot_be_read_is_said() -> None:
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    empty = stability_diagram(device, {"V": np.linspace(-3, -2, 20), "delta_V": np.linspace(-1, 1, 20)})
    with pytest.raises(InputError, match="show the charging line between"):
        triple_points(empty)
    line = stability_diagram(device, {"V": np.linspace(-3, -2, 20)})
    with pytest.raises(InputError, match="two gate axes"):
        triple_points(line)
    with pytest.raises(InputError, match="name two open dots"):
        triple_points(empty, pair=("L", "T"))
