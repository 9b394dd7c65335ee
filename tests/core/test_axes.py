"""Axes: what sweeping and fixing knobs makes of a result."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.axes import over_axes
from attractron.core.errors import InputError

KNOBS = ["V", "delta_V", "U"]


@given(st.permutations(KNOBS), st.lists(st.integers(0, 4), min_size=3, max_size=3), st.integers(1, 30))
def test_blocks_cover_the_grid_in_order(names, sizes, most):
    """Size 0 stands for a fixed knob."""
    values = {name: np.arange(size) + 0.5 if size else 7.0 for name, size in zip(names, sizes, strict=True)}
    axes = over_axes("axes", values, KNOBS)
    assert axes.dims == tuple(name for name in names if np.ndim(values[name]))
    assert axes.fixed == {name: 7.0 for name in names if not np.ndim(values[name])}
    grid = np.meshgrid(*axes.swept.values(), indexing="ij")
    collected = {name: np.full(axes.size, np.nan) for name in axes.dims}
    for own, block in axes.blocks(most):
        assert own.stop - own.start <= most
        for name, points in block.items():
            collected[name][own] = points
    for name, expected in zip(axes.dims, grid, strict=True):
        assert np.array_equal(axes.over(collected[name]), expected)
        assert np.array_equal(np.broadcast_to(axes.open_grid[name], axes.shape), expected)
    assert axes.open_grid.items() >= axes.fixed.items()


def test_coordinates_have_units_and_names():
    axes = over_axes("axes", {"V": [0, 1], "U": 2.0}, KNOBS)
    (name, values, unit, long_name) = axes.coordinates(lambda name: "mV", lambda name: f"gate {name}")["V"]
    assert (name, values.tolist(), unit, long_name) == ("V", [0.0, 1.0], "mV", "gate V")
    assert axes.labelled({"V": ("mV", "gate V"), "U": ("meV", "U")}).keys() == {"V"}


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        (5, "map knob names"),
        ({"delta_v": [0, 1]}, "did you mean 'delta_V'"),
        ({"V": [0, 0]}, "strictly"),
        ({"V": []}, "at least one"),
        ({"V": [[0]]}, "one-dimensional"),
        ({"V": np.nan}, "finite"),
    ],
)
def test_bad_axes_are_refused(axes, words):
    with pytest.raises(InputError, match=words):
        over_axes("axes", axes, KNOBS)
