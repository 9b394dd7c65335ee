"""The search finds a honeycomb whose second dot makes the smaller steps and shifts the lines of the first one far."""

import numpy as np
import pytest

from attractron.readout.honeycomb.search import _reduced, search
from attractron.readout.honeycomb.triple_points import triple_points
from attractron.readout.vertex.image import prepare
from attractron.readout.vertex.scan_lines import without_jumps
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


def test_of_bases_of_a_lattice_the_reduced_one_is_taken():
    """n_1 = n_1' - n_2 leaves E as it is: W' = W - E_1 and E_2' = E_1 + E_2 - 2 W, and back."""
    first, second, mutual = 2.0, 3.0, 0.5
    rows = np.array([[0.3, 1.1, 0.2], [1.2, 0.2, -0.1]])
    angles, sizes = np.arctan2(rows[:, 1], rows[:, 0]), np.hypot(rows[:, 0], rows[:, 1])
    root = np.sqrt(first * second)
    plain = np.array([*angles, *np.log(sizes), *rows[:, 2], mutual / root, np.log(first / second)])
    other = rows + np.array([[1.0], [0.0]]) * rows[1]
    angles, sizes = np.arctan2(other[:, 1], other[:, 0]), np.hypot(other[:, 0], other[:, 1])
    third = first + second - 2 * mutual
    shift = (mutual - first) / np.sqrt(first * third)
    turned = np.array([*angles, *np.log(sizes), *other[:, 2], shift, np.log(first / third)])
    assert _reduced(turned) == pytest.approx(plain)
    assert _reduced(plain) == pytest.approx(plain)


@pytest.mark.parametrize("axis", [0, 1])
def test_jumps_between_lines_are_taken_out(axis):
    """A line apart from the others, and a rise of all that follow; slanted steps are none."""
    rows, columns = np.meshgrid(np.arange(60.0), np.arange(70.0), indexing="ij")
    values = np.tanh((rows + 0.2 * columns - 30) / 2) + 0.01 * rows
    values = values + 0.05 * np.random.default_rng(1).standard_normal(values.shape)
    jumping = values.copy()
    jumping[20] += 0.8
    jumping[45:] -= 0.5
    found, count = without_jumps(jumping if axis == 1 else jumping.T, axis)
    assert count == 3
    away = (found if axis == 1 else found.T) - values
    assert np.abs(away - away[0]).max() < 0.05
    assert without_jumps(values, 1)[1] == 0
