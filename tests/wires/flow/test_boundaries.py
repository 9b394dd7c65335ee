"""Boundaries as curves: the phase differs at ±1e-5 along every normal; islands are closed curves."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, phase_boundary
from attractron.wires.flow.boundaries import curves, pulled, spread_evenly
from attractron.wires.flow.phase_diagram import phases_at
from attractron.wires.flow.scheme import Scheme

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
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 31), np.linspace(0, 1, 31), indexing="ij"), axis=-1)
    found = curves(disc, disc(grid.reshape(-1, 2)).reshape(31, 31), 12)
    assert sorted((pair, closed) for pair, _, closed in found) == [
        ((0, 1), False),
        ((0, 1), True),
        ((0, 2), False),
        ((1, 2), False),
    ]
    for pair, line, closed in found:
        even, normal = spread_evenly(line, closed, 40)
        even, done = pulled(disc, even, normal, [0.01, 0.03], 30)
        assert done.all()
        if pair == (1, 2):
            np.testing.assert_allclose(even[:, 0], 0.35, atol=1e-9)
        else:
            centre, radius = ((0.8, 0.8), 0.08) if closed else ((0.35, 0.4), 0.2)
            np.testing.assert_allclose(np.hypot(*(even - centre).T), radius, atol=1e-9)
        if closed:
            steps = np.hypot(*np.diff(np.concatenate([even, even[:1]]), axis=0).T)
            np.testing.assert_allclose(steps, steps.mean(), rtol=0.1)


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
