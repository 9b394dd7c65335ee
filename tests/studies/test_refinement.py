"""Where points are put: what is there decides it, and boundaries and bends get them."""

import numpy as np
import pytest

from attractron.studies.refinement import Refinement


def plan(ends=None, **more):
    known = {"logarithmic": frozenset(), "points": 400, "loss": None, "quantity": None, "batch": 16}
    return Refinement(ends=ends or {"x": (-1.0, 3.0)}, **known | more)


def refined(plan, function, points, *, flags):
    values, loss = plan.first(), np.inf
    while next(iter(values.values())).size < points:
        more, loss = plan.following(values, function(**values), flags=flags)
        values = {name: np.concatenate([each, more[name]]) for name, each in values.items()}
    return values, loss


def test_shares_are_the_inverse_of_values():
    both = plan({"x": (5.0, -1.0), "y": (1e-3, 0.9)}, logarithmic=frozenset({"y"}), batch=11)
    shares = np.random.default_rng(0).random((20, 2))
    np.testing.assert_allclose(both.shares(both.values(shares)), shares, atol=1e-12)
    first = both.first()
    assert {each.size for each in first.values()} == {11}
    assert {(x, round(y, 9)) for x, y in zip(first["x"][:4], first["y"][:4], strict=True)} == {
        (x, y) for x in (5.0, -1.0) for y in (1e-3, 0.9)
    }
    assert np.array_equal(plan(batch=5).first()["x"], [-1, 0, 1, 2, 3])


def test_a_step_is_found_to_a_thousandth_with_few_points():
    pytest.importorskip("adaptive", reason="the extra 'adaptive' is not installed")
    values, _ = refined(plan(), lambda x: np.where(x < 0.3, 2, 7), 80, flags=True)
    x = np.sort(values["x"])
    at = np.searchsorted(x, 0.3)
    assert x[at] - x[at - 1] < 1e-3 * 4
    assert np.diff(x).max() < 0.2 * 4, "the rest is looked at, too"


def test_a_circle_is_followed():
    pytest.importorskip("adaptive", reason="the extra 'adaptive' is not installed")
    plane = plan({"x": (0.0, 1.0), "y": (0.0, 2.0)}, batch=32)
    values, loss = refined(plane, lambda x, y: (x - 0.5) ** 2 + (y / 2 - 0.5) ** 2 < 0.09, 480, flags=True)
    apart = np.abs(np.hypot(values["x"] - 0.5, values["y"] / 2 - 0.5) - 0.3)
    assert loss < 0.05
    assert np.mean(apart < 0.05) > 0.5


def test_a_bend_gets_more_points_than_what_is_straight():
    pytest.importorskip("adaptive", reason="the extra 'adaptive' is not installed")
    values, _ = refined(plan(), lambda x: np.tanh(30 * (x - 0.5)), 80, flags=False)
    assert np.mean(np.abs(values["x"] - 0.5) < 0.2) > 0.4


def test_points_without_a_value_count_as_their_neighbours():
    pytest.importorskip("adaptive", reason="the extra 'adaptive' is not installed")
    some = plan()
    values = some.first()
    known = np.where(values["x"] < 0.3, 2.0, 7.0)
    holes = known.copy()
    holes[[0, -1]] = np.nan, np.inf
    for quantity in (known, holes):
        assert np.array_equal(
            some.following(values, quantity, flags=True)[0]["x"], some.following(values, known, flags=True)[0]["x"]
        )
    assert np.isfinite(some.following(values, np.full(16, np.nan), flags=False)[0]["x"]).all()
