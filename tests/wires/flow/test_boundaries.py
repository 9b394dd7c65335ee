"""Boundaries as curves: the phase differs at ±1e-5 along every normal; islands are closed curves."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, flow, phase_boundary, superconducting_boundary
from attractron.wires.flow.boundaries import Plane, traced
from attractron.wires.flow.phase_diagram import phases_at
from attractron.wires.flow.scheme import Scheme
from attractron.wires.orders import superconducting_margin

WIRES = CoupledWires(K_c=0.9, K=0.6, y_s=0.1, y=0.2, upsilon=0.12)
AXES = {"mismatch": np.linspace(0.005, 0.9, 25), "y": np.linspace(0.01, 0.6, 25)}
WINDOW = np.array([np.ptp(values) for values in AXES.values()])


@pytest.mark.parametrize("cutoff", [Tanh(), Sharp(), Frozen()])
def test_phases_differ_across_every_point(cutoff):
    found = phase_boundary(WIRES, AXES, cutoff=cutoff)
    assert found.sizes["curve"] >= 2
    for curve in range(found.sizes["curve"]):
        points = np.stack([found.mismatch[curve], found.y[curve]], axis=1)
        assert np.isfinite(points).all()
        shift = 1e-5 * found.normal[curve].values * WINDOW
        left, right = (
            phases_at(WIRES, ("mismatch", "y"), np.clip(points + sign * shift, [0.005, 0.01], [0.9, 0.6]), scheme)
            for sign, scheme in ((1, Scheme(cutoff=cutoff)), (-1, Scheme(cutoff=cutoff)))
        )
        assert (left != right).all()
        assert np.mean(left == int(found.phase_left[curve])) > 0.9
        assert np.mean(right == int(found.phase_right[curve])) > 0.9


def test_where_the_boundary_is_known():
    """Commensurate wires with y = 0.6 are trions; without the other wire the sign of y_s decides, exactly at 0."""
    found = phase_boundary(WIRES.with_parameters(y=0.0), {"y_s": np.linspace(-0.5, 0.4, 8), "K": [0.3, 0.4, 0.5]})
    assert found.sizes["curve"] == 1
    np.testing.assert_allclose(found.y_s, 0.0, atol=1e-9)
    assert {int(found.phase_left[0]), int(found.phase_right[0])} == {0, 1}


def test_a_corner_cut_off_within_a_cell_is_no_curve():
    # Only the corner of this grid is paired: one of its edges crosses into the decoupled phase, the other leaves there.
    wires = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
    axes = {"mismatch": np.linspace(0.005, 0.9, 40), "y": np.linspace(0.01, 0.6, 40)}
    found = phase_boundary(wires, axes, cutoff=Tanh(1.0), feedback="complete", points=20)
    assert found.sizes["curve"] == 2
    assert np.isfinite(found["mismatch"]).all()


def test_no_boundary_is_no_curve():
    assert phase_boundary(WIRES, {"y": [0.01, 0.02], "K": [0.9, 0.95]}, cutoff=Sharp()).sizes["curve"] == 0


def disc(points):
    """Two islands, the first in two parts, in a sea of 0."""
    radius = np.hypot(points[:, 0] - 0.35, points[:, 1] - 0.4)
    inner = np.hypot(points[:, 0] - 0.8, points[:, 1] - 0.8)
    return np.where(radius < 0.2, np.where(points[:, 0] < 0.35, 1, 2), np.where(inner < 0.08, 1, 0)).astype(np.int8)


def test_islands_are_closed_curves():
    grid = np.linspace(0, 1, 31)
    found = traced(disc, Plane(WIRES, {}, ("y", "K"), (grid, grid)).sizes, 40)
    kinds = [(*sorted(curve.sides.tolist()), curve.closed) for curve in found]
    assert sorted(kinds) == [(0, 1, False), (0, 1, True), (0, 2, False), (1, 2, False)]
    for (low, high, closed), curve in zip(kinds, found, strict=True):
        points = curve.points
        assert np.isfinite(points).all()
        if (low, high) == (1, 2):
            np.testing.assert_allclose(points[:, 0], 0.35, atol=1e-9)
        else:
            centre, radius = ((0.8, 0.8), 0.08) if closed else ((0.35, 0.4), 0.2)
            np.testing.assert_allclose(np.hypot(*(points - centre).T), radius, atol=1e-9)
        if closed:
            steps = np.hypot(*np.diff(np.concatenate([points, points[:1]]), axis=0).T)
            np.testing.assert_allclose(steps, steps.mean(), rtol=0.1)
    assert traced(disc, Plane(WIRES, {}, ("y", "K"), (grid, grid)).sizes, 40, wanted=(1, 2))[0].sides.tolist() in (
        [1, 2],
        [2, 1],
    )


@pytest.mark.parametrize(
    ("axes", "options", "message"),
    [
        ({"y": [0.1, 0.2]}, {}, r"`axes` must hold two arrays of at least two points: got {'y': 2}"),
        ({"y": [0.1, 0.2], "K": [0.5]}, {}, r"`axes` must hold two arrays of at least two points"),
        ({"y": [0.1, 0.2], "K": [0.5, 0.6], "K_c": [1.0, 2.0]}, {}, "`axes` must hold two arrays"),
        ({"y": [0.1, 0.2], "K": [0.5, 0.6]}, {"points": 2}, "`points` must be at least 3"),
        ({"y": [0.1, 0.2], "mismatch": [0.5, 1.6]}, {}, r"`mismatch` must lie in \[0, 1\]"),
    ],
)
def test_bad_input(axes, options, message):
    with pytest.raises(InputError, match=message):
        phase_boundary(WIRES, axes, **options)


def test_without_coupling_of_the_wires_bare_parameters_are_those_at_the_end():
    """y = 0: nothing feeds back, and (14) gives K̃_c, K̃ and Q; a bare attraction pairs."""
    wires = CoupledWires(K_c=0.95, K=0.4, y_s=-0.2, y=0.0, upsilon=0.3, u_ratio=0.5)
    line = superconducting_boundary(wires, {"K_c": np.linspace(0.8, 1.1, 16), "upsilon": np.linspace(0, 0.8, 17)})
    assert line.sizes["curve"] == 1
    for K_c, upsilon in zip(line["K_c"].to_numpy()[0][1:-1], line["upsilon"].to_numpy()[0][1:-1], strict=True):
        at = wires.with_parameters(K_c=float(K_c), upsilon=float(upsilon))
        assert at.K_c_tilde + at.Q**2 * at.K_tilde == pytest.approx(1 / at.K_c_tilde, abs=1e-9)


def test_through_the_flow_the_condition_holds_at_its_end():
    wires = CoupledWires(K_c=0.98, K=0.4, y_s=0.05, y=0.15, upsilon=0.5, mismatch=0.2)
    axes = {"K_c": np.linspace(0.85, 1.1, 21), "upsilon": np.linspace(0.0, 0.8, 21)}
    line = superconducting_boundary(wires, axes, points=15, cutoff=Sharp())
    assert line.sizes["curve"] >= 1
    found = 0
    for K_c, upsilon in np.stack([line["K_c"].to_numpy().ravel(), line["upsilon"].to_numpy().ravel()], axis=1):
        if np.isfinite(K_c):
            end = flow(wires.with_parameters(K_c=float(K_c), upsilon=float(upsilon)), cutoff=Sharp())
            margin = superconducting_margin(end["K_c_tilde_end"], end["K_tilde_end"], end["Q_end"])
            assert abs(float(margin)) < 1e-7
            found += 1
    assert found >= 10
    # The flow lowers K̃_c: more forward scattering is needed than by the bare numbers.
    bare = superconducting_boundary(wires.with_parameters(y=0.0, y_s=-0.1), axes, points=15)
    assert np.nanmax(line["K_c"]) > np.nanmax(bare["K_c"]) - 1e-3


def test_one_order_is_no_curve():
    wires = CoupledWires(K_c=0.5, K=0.4, y_s=-0.2, y=0.0)
    line = superconducting_boundary(wires, {"K_c": [0.4, 0.5, 0.6], "upsilon": [0.0, 0.1]}, points=5)
    assert line.sizes == {"curve": 0, "point": 5}


def test_bad_conventions_of_the_orders_are_refused():
    wires = CoupledWires(K_c=0.5, K=0.4, y_s=0.1, y=0.1)
    with pytest.raises(InputError, match="`axes` must hold two arrays"):
        superconducting_boundary(wires, {"K_c": [0.4, 0.5]})
    with pytest.raises(InputError, match="`feedback` must be one of"):
        superconducting_boundary(wires, {"K_c": [0.4, 0.5], "K": [0.3, 0.4]}, feedback="none")
    with pytest.raises(InputError, match="`points` must be at least 3"):
        superconducting_boundary(wires, {"K_c": [0.4, 0.5], "K": [0.3, 0.4]}, points=1)
