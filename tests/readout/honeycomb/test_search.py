"""The search finds a honeycomb whose second dot makes the smaller steps and shifts the lines of the first one far."""

import numpy as np
import pytest

from attractron.readout.honeycomb.fit import triple_points
from attractron.readout.honeycomb.search import search
from attractron.readout.vertex.image import prepare
from tests.readout.honeycomb_images import honeycomb_image


@pytest.mark.parametrize(
    "seed",
    [pytest.param(14, marks=pytest.mark.thorough), *(pytest.param(n, marks=pytest.mark.validation) for n in (26, 42))],
)
def test_large_shifts_do_not_hide_the_smaller_step(seed):
    """Two families of straight lines are no measure here: shifts of a quarter of a spacing, steps of a third."""
    image, truth = honeycomb_image(seed, pixels=(90, 80))
    prepared = prepare(image, "current", None)
    states, shape = search(prepared)
    middle, half = prepared.frame
    places = [
        triple_points(states, shape, k, m).mean(axis=0) for k in range(states.lines[0]) for m in range(states.lines[1])
    ]
    found = np.array(places) * half + middle
    nearest = [np.hypot(*((found - place) / half).T).min() for place in truth.middles]
    assert max(nearest) < 0.05
