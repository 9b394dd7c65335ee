"""Honeycombs are read with all their vertices, and other images are not."""

import numpy as np
import pytest
import xarray as xr

from attractron import readout
from attractron.core.errors import InputError
from attractron.plotting import picture
from attractron.readout.honeycomb.search import DESCENTS, FIRST
from tests.readout.honeycomb_images import honeycomb_image
from tests.readout.other_images import other_image
from tests.readout.vertex_images import image_without_vertex, vertex_image


@pytest.fixture(scope="module")
def repulsive():
    image, truth = honeycomb_image(4, pixels=(110, 100))
    return image, truth, readout.read_honeycomb(image, lever_arms=truth.lever_arms)


def middles(result):
    return result["triple_point"].mean("point").to_numpy()


@pytest.mark.thorough
def test_every_vertex_is_found_where_it_is(repulsive):
    image, truth, result = repulsive
    half = np.array([np.ptp(image[name].to_numpy()) / 2 for name in image.dims])
    nearest = [np.hypot(*((middles(result) - place) / half).T).min() for place in truth.middles]
    assert len(truth.middles) >= 8
    assert max(nearest) < 0.01
    assert (result["vertex_status"] == 0).all()


@pytest.mark.thorough
def test_interactions_and_addition_energies(repulsive):
    _, truth, result = repulsive
    pulls = (result["effective_interaction"] - truth.interaction) / result["effective_interaction_uncertainty"]
    assert np.abs(pulls).max() < 4
    # All vertices share what the tunnelling between the dots is taken to be, which this image hardly tells.
    error = float(result["mean_interaction_uncertainty"])
    assert abs(float(result["mean_interaction"]) - truth.interaction) < min(2 * error, 0.05 * truth.interaction)
    assert np.sort(result["addition_energy"]) == pytest.approx(np.sort(truth.addition), rel=0.03)
    assert result.attrs["runner_up"]
    assert f"{result.sizes['vertex']} vertices" in result.attrs["summary"]


@pytest.mark.thorough
def test_attraction_has_its_sign():
    image, truth = honeycomb_image(3, pixels=(100, 110))
    result = readout.read_honeycomb(image, lever_arms=truth.lever_arms)
    assert (result["vertex_status"] == 1).all()
    assert float(result["mean_interaction"]) == pytest.approx(truth.interaction, rel=0.03)


@pytest.mark.validation
def test_the_one_near_a_place(repulsive):
    image, truth, result = repulsive
    place = middles(result)[3]
    near = dict(zip(map(str, image.dims), place, strict=True))
    one = readout.read_honeycomb(image, lever_arms=truth.lever_arms, near=near)
    assert one.sizes["vertex"] == 1
    assert middles(one)[0] == pytest.approx(place)


def test_a_place_is_one_in_view():
    image, _ = honeycomb_image(4, pixels=(30, 30))
    with pytest.raises(InputError, match="near"):
        readout.read_honeycomb(image, near={"P1": 0.0})
    with pytest.raises(InputError, match="in view"):
        readout.read_honeycomb(image, near=dict.fromkeys(map(str, image.dims), 10000.0))


@pytest.mark.validation
def test_scale_offset_and_precision_change_nothing(repulsive):
    image, truth, result = repulsive
    again = readout.read_honeycomb((image * 1e-9 - 3e-6).astype(np.float32), lever_arms=truth.lever_arms)
    assert float(again["mean_interaction"]) == pytest.approx(float(result["mean_interaction"]), rel=2e-3)


@pytest.mark.parametrize(
    "seed",
    [pytest.param(0, marks=pytest.mark.thorough), *(pytest.param(n, marks=pytest.mark.validation) for n in (1, 2))],
)
def test_what_is_no_honeycomb_gives_no_number(seed):
    result = readout.read_honeycomb(image_without_vertex(seed))
    assert int(result["status"]) != 0
    assert "No honeycomb" in result.attrs["summary"]
    numbers = [name for name in ("triple_point", "mean_length", "effective_interaction") if name in result]
    assert all(np.isnan(result[name]).all() for name in numbers)
    assert "refused" in picture(result).axes[1].get_title(loc="left")


@pytest.mark.validation
def test_a_wide_search_finds_what_the_first_misses(monkeypatch):
    image, truth = honeycomb_image(15000)
    result = readout.read_honeycomb(image, lever_arms=truth.lever_arms)
    assert int(result["status"]) == 0
    assert result.sizes["vertex"] >= len(truth.middles) == 4
    assert np.abs(result["effective_interaction"] / truth.interaction - 1).max() < 0.05
    monkeypatch.setattr("attractron.readout.honeycomb.search.WIDE_FIRST", FIRST)
    monkeypatch.setattr("attractron.readout.honeycomb.search.WIDE_DESCENTS", DESCENTS)
    assert int(readout.read_honeycomb(image, lever_arms=truth.lever_arms)["status"]) != 0


@pytest.mark.validation
@pytest.mark.parametrize("seed", [4, 17, 25, 30])
def test_rows_that_jump_and_crossings_without_interaction_give_no_number(seed):
    """Latching rows (4, 17, 30), and two waves that cross (25)."""
    result = readout.read_honeycomb(other_image(seed)[0])
    assert int(result["status"]) != 0
    assert "No honeycomb" in result.attrs["summary"]


@pytest.mark.thorough
def test_a_single_vertex_is_one():
    image, truth = vertex_image(1, contrast=0.6, noise=0.05)
    result = readout.read_honeycomb(image, lever_arms=truth.lever_arms)
    assert result.sizes["vertex"] == 1
    assert float(result["effective_interaction"][0]) == pytest.approx(truth.interaction, rel=0.03)


@pytest.mark.thorough
def test_the_picture_has_the_numbers(repulsive):
    *_, result = repulsive
    figure = picture(result)
    assert {text.get_text() for text in figure.axes[1].texts} >= {"1", str(result.sizes["vertex"])}


@pytest.mark.validation
def test_missing_pixels(repulsive):
    image, truth, result = repulsive
    holes = np.random.default_rng(0).random(image.shape) < 0.05
    again = readout.read_honeycomb(xr.where(holes, np.nan, image, keep_attrs=True), lever_arms=truth.lever_arms)
    assert float(again["mean_interaction"]) == pytest.approx(float(result["mean_interaction"]), rel=0.02)


@pytest.mark.validation
@pytest.mark.parametrize("seed", [304, 202])
@pytest.mark.parametrize("tunnelling", [1.0, 4.0])
def test_strong_tunnelling_is_no_interaction(seed, tunnelling):
    """Exact mixtures of all states of as many electrons; without t in the model W was 8 to 25 % off at 3 k_B T.

    In the second image the search counts one dot's charge the other way round.
    """
    image, truth = honeycomb_image(seed, pixels=(110, 100), noise=0.05, tunnelling=tunnelling)
    result = readout.read_honeycomb(image, lever_arms=truth.lever_arms)
    error = float(result["mean_interaction_uncertainty"])
    assert abs(float(result["mean_interaction"]) - truth.interaction) < 3 * error
    assert error < 0.03 * abs(truth.interaction)
