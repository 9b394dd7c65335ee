"""How a study is cut: every point in one block, blocks by sizes alone, and what is missing of a grid that has grown."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from attractron.studies.boxes import FEW, LARGEST, MOST, SINGLE, beyond, boxes, chunk_shape, count, volume

SIZES = st.lists(st.integers(1, 40), min_size=0, max_size=3).map(tuple)


def painted(sizes, cut):
    """How often each point lies in a box."""
    times = np.zeros(sizes, int)
    for box in cut:
        times[tuple(slice(a, b) for a, b in box)] += 1
    return times


@given(SIZES, st.data())
def test_blocks_cover_every_point_once(sizes, data):
    outer = data.draw(st.integers(0, len(sizes)))
    chunks = chunk_shape(sizes, outer)
    cut = list(boxes(sizes, chunks))
    assert (painted(sizes, [box for _, box in cut]) == 1).all()
    assert len(cut) == count(sizes, chunks) == len({place for place, _ in cut})
    assert all(a == n * length for place, box in cut for n, length, (a, _) in zip(place, chunks, box, strict=True))


def test_blocks_are_few_and_not_too_large():
    assert count((101,), chunk_shape((101,), 0)) == 26
    assert FEW <= count((1000, 1000), chunk_shape((1000, 1000), 0)) <= 2 * FEW
    assert volume(next(boxes((1000, 1000), chunk_shape((1000, 1000), 0)))[1]) < 2 * LARGEST
    many = (20_000, 20_000)
    assert count(many, chunk_shape(many, 0)) <= 2 * MOST
    assert chunk_shape((10_000,), 1) == (SINGLE,), "what is asked point by point is stored often"
    assert chunk_shape((5, 1000), 1) == (5, 1000), "the question's own axes stay whole"


@given(SIZES, st.data())
def test_what_a_grid_has_grown_by_is_covered_once(sizes, data):
    stops = tuple(data.draw(st.integers(0, size)) for size in sizes)
    missing = painted(sizes, beyond(tuple((0, size) for size in sizes), stops))
    known = painted(sizes, [tuple((0, stop) for stop in stops)])
    assert (missing + known == 1).all()
