"""Nested loops are recognised from their columns, and only those."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from attractron.readout.files.load import load
from attractron.readout.files.raster import loops, on_loops
from tests.readout.files.small_image import HEADER, IMAGE, X, Y, check

LINES = st.lists(
    st.lists(st.integers(-99, 99), min_size=2, max_size=5, unique=True).map(sorted), min_size=1, max_size=3
)


@given(lines=LINES, falling=st.integers(0, 7), missing=st.integers(0, 30), data=st.data())
def test_any_loops_and_no_others(lines, falling, missing, data):
    """Built by `itertools.product`, as a scan does; whoever changes one set point makes it another scan."""
    axes = [np.array(line[:: -1 if falling >> at & 1 else 1], dtype=float) for at, line in enumerate(lines)]
    grids = np.meshgrid(*axes, indexing="ij")
    block = grids[0].size // axes[0].size
    size = max(grids[0].size - missing, block + 1)
    columns = [grid.ravel()[:size] for grid in grids]
    found = loops(columns)
    assert found is not None
    outer = -(-size // block)
    for axis, points in zip(axes, found, strict=True):
        np.testing.assert_array_equal(points, axis[:outer] if axis is axes[0] else axis)
    values = np.arange(float(size))
    image = on_loops(values, found)
    for at in range(size):
        place = tuple(
            int(np.searchsorted(np.sort(axis), column[at])) for axis, column in zip(found, columns, strict=True)
        )
        assert image[place] == at
    assert np.isnan(image).sum() == image.size - size
    if len(axes) > 1:
        columns[data.draw(st.integers(0, len(axes) - 1))][data.draw(st.integers(0, size - 1))] += 0.5
        found = loops(columns)
        assert found is None or any(0.5 in np.mod(points, 1) for points in found)


def test_columns_are_read_in_both_orders(tmp_path):
    for number, (first, second, values) in enumerate(
        ((X, Y, IMAGE), (X.T, Y.T, IMAGE.T), (X[::-1], Y[::-1], IMAGE[::-1]))
    ):
        columns = dict(zip(HEADER.split(","), (first.ravel(), second.ravel(), values.ravel()), strict=True))
        np.savez(tmp_path / f"{number}.npz", **columns)
        check(load(tmp_path / f"{number}.npz"))
