"""Vertices read from simulated images: truth is what the image was made from (see vertex_images)."""

import json

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import Detector, Device, Gate, stability_diagram
from attractron.readout.vertex.vertex import read_vertex
from tests.readout.vertex_images import image_below_resolution, vertex_image

SIZE = (90, 100)


def status(result: xr.Dataset) -> str:
    return flag_names(result["status"])[int(result["status"])]


def small(seed: int, **given):
    return vertex_image(seed, pixels=SIZE, **{"length": 30.0, "noise": 0.1, "contrast": 0.4, **given})


@pytest.fixture(scope="module")
def example():
    image, truth = small(2)
    return image, truth, read_vertex(image, lever_arms=truth.lever_arms)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (0, 2, 3))])
def test_interaction_sign_and_triple_points(seed: int) -> None:
    image, truth = small(seed, contrast=None, noise=0.15)
    result = read_vertex(image, lever_arms=truth.lever_arms)
    assert status(result) == ("attractive" if seed % 2 else "repulsive")
    read, error = float(result["effective_interaction"]), float(result["effective_interaction_uncertainty"])
    assert abs(read - truth.interaction) < 4 * error
    assert error < 0.15 * abs(truth.interaction)
    found, errors = result["triple_point"].values, result["triple_point_uncertainty"].values
    assert min((np.abs(found - points) / errors).max() for points in (truth.points, truth.points[::-1])) < 6


def test_interaction_below_resolution() -> None:
    image, truth = image_below_resolution(4)
    result = read_vertex(image, lever_arms=truth.lever_arms)
    assert status(result) == "below_resolution"
    assert float(result["interaction_line_length"]) < float(result["resolution"])
    assert "below resolution" in result.attrs["summary"]


@pytest.mark.validation
def test_two_vertices_in_view_are_said() -> None:
    """Two electrons on one dot, repelling each other by 3 meV: a second vertex stands beside the first."""
    device = Device(
        dots=("a", "b"),
        repulsion=np.array([[3.0, 1.0], [1.0, 20.0]]),
        gates={"x": Gate(lever_arms={"a": 1.0, "b": 0.2}), "y": Gate(lever_arms={"b": 1.0, "a": 0.2})},
        max_electrons=(2, 1),
    )
    axes = {"x": np.linspace(-2, 6.5, 110), "y": np.linspace(-3.5, 3.5, 100)}
    detector = Detector(weights={"a": -100.0, "b": -60.0}, white_noise=8.0)
    image = stability_diagram(device, axes, temperature=0.5, detector=detector)["detector_current"]
    result = read_vertex(image)
    assert status(result) == "several_vertices"
    assert "crop" in result.attrs["summary"]


def test_slopes_lengths_and_angles_agree_with_the_lever_arms(example) -> None:
    _, truth, result = example
    expected = np.repeat(-truth.lever_arms[:, 1] / truth.lever_arms[:, 0], 2)
    slopes, errors = (result[f"charging_line_slope{part}"].values for part in ("", "_uncertainty"))
    assert min(np.abs((slopes - order) / errors).max() for order in (expected, expected[::-1])) < 4
    assert np.tan(np.radians(result["charging_line_angle"].values)) == pytest.approx(
        result["charging_line_slope"].values
    )
    span = truth.points[1] - truth.points[0]
    assert float(result["interaction_line_length"]) == pytest.approx(np.hypot(*span), rel=0.05)
    angle = np.degrees(np.arctan(span[0] / span[1]))
    assert float(result["interaction_line_angle"]) == pytest.approx(angle, abs=3)


def test_charging_lines_lead_from_the_triple_points_to_the_edge(example) -> None:
    image, _, result = example
    lines = result["charging_line"].values
    assert lines[[0, 1, 2, 3], 0] == pytest.approx(result["triple_point"].values[[0, 1, 0, 1]])
    low, high = (np.array([reduce(image[name].values) for name in image.dims]) for reduce in (np.min, np.max))
    ends = (lines[:, 1] - low) / (high - low)
    assert np.minimum(np.abs(ends), np.abs(1 - ends)).min(axis=1) == pytest.approx(np.zeros(4), abs=3e-3)
    runs = lines[:, 1] - lines[:, 0]
    found, errors = (result[f"charging_line_slope{part}"].values for part in ("", "_uncertainty"))
    assert np.abs(runs[:, 0] / runs[:, 1] - found).max() < 4 * errors.max()  # slopes are those at the triple points


def test_steps_are_the_detectors(example) -> None:
    assert np.sort(np.abs(example[2]["step"].values)) == pytest.approx([40.0, 100.0], rel=0.1)


def test_a_known_interaction_gives_the_lever_arms(example) -> None:
    image, truth, _ = example
    result = read_vertex(image, interaction=abs(truth.interaction))
    arms = result["lever_arm"].values
    if abs(arms[0] @ truth.lever_arms[1]) > abs(arms[0] @ truth.lever_arms[0]):
        arms = arms[::-1]
    assert np.abs(arms) == pytest.approx(np.abs(truth.lever_arms), rel=0.1, abs=0.05)


def test_order_and_direction_of_the_axes_do_not_matter(example) -> None:
    image, truth, result = example
    turned = image.transpose()[::-1]
    arms = {dot: dict(zip(image.dims, row, strict=True)) for dot, row in zip("RL", truth.lever_arms[::-1], strict=True)}
    other = read_vertex(turned, lever_arms=arms)
    assert float(other["effective_interaction"]) == pytest.approx(float(result["effective_interaction"]), rel=0.01)
    swapped = other["triple_point"].values[:, ::-1]
    reach = float(result["interaction_line_length"])
    assert np.sort(swapped, axis=0) == pytest.approx(np.sort(result["triple_point"].values, axis=0), abs=0.02 * reach)


def test_uneven_axes_and_missing_pixels(example) -> None:
    image, truth, _ = example
    rows = np.unique(np.round(np.linspace(0, 1, 80) ** 1.2 * (SIZE[0] - 1)).astype(int))
    damaged = image.isel({image.dims[0]: rows}).copy()
    damaged.values[20:22] = np.nan
    damaged.values[np.random.default_rng(0).random(damaged.shape) < 0.05] = np.nan
    result = read_vertex(damaged, lever_arms=truth.lever_arms)
    assert float(result["effective_interaction"]) == pytest.approx(truth.interaction, rel=0.05)


def test_derivative_of_the_current() -> None:
    image, truth = small(1, noise=0.02)
    name = image.dims[1]
    result = read_vertex(image.differentiate(name), quantity="derivative", along=name, lever_arms=truth.lever_arms)
    assert status(result) == "attractive"
    assert float(result["effective_interaction"]) == pytest.approx(truth.interaction, rel=0.05)


def test_the_sign_rests_on_the_assumption_that_is_named() -> None:
    """A dot whose electrons raise the signal: `same-sign` is wrong there, gates and lever arms are right."""
    device = Device(
        dots=("a", "b"),
        repulsion=np.array([[0.0, 1.0], [1.0, 0.0]]),
        gates={"x": Gate(lever_arms={"a": 1.0, "b": 0.2}), "y": Gate(lever_arms={"b": 1.0, "a": 0.2})},
    )
    axes = {"x": np.linspace(-2, 3, 80), "y": np.linspace(-2, 3, 80)}
    detector = Detector(weights={"a": -100.0, "b": 60.0}, white_noise=5.0)
    odd = stability_diagram(device, axes, temperature=0.5, detector=detector)["detector_current"]
    assert status(read_vertex(odd, steps="gates")) == "repulsive"
    assert status(read_vertex(odd)) == "attractive"
    known = read_vertex(odd, lever_arms=[[1.0, 0.2], [0.2, 1.0]], steps="gates")
    assert float(known["effective_interaction"]) == pytest.approx(1.0, rel=0.03)


def test_the_result_says_how_it_was_made_and_is_repeatable(example) -> None:
    image, truth, result = example
    again = read_vertex(image, lever_arms=truth.lever_arms)
    xr.testing.assert_identical(again, result)
    assert json.loads(result.attrs["options"])["steps"] == "same-sign"
    assert "meV" in result.attrs["summary"]
    assert "lever arms decide" in result.attrs["validity"]
    assert all({"units", "long_name"} <= set(variable.attrs) for variable in result.variables.values())
    assert result["residual"].values == pytest.approx((result["data"] - result["model"]).values)


IMAGE, TRUTH = small(2)
SATURATED = IMAGE.clip(min=float(IMAGE.quantile(0.3)))


def flat(values) -> xr.DataArray:
    return IMAGE.copy(data=np.broadcast_to(values, IMAGE.shape).astype(np.asarray(values).dtype))


@pytest.mark.parametrize(
    ("image", "options", "message"),
    [
        (IMAGE.values, {}, "DataArray"),
        (IMAGE[0], {}, "two axes"),
        (IMAGE[:5], {}, "at least 16"),
        (xr.Dataset({"a": IMAGE, "b": IMAGE}), {}, "signal"),
        (IMAGE.assign_coords({IMAGE.dims[0]: IMAGE[IMAGE.dims[0]].assign_attrs(units="meV")}), {}, "in mV"),
        (IMAGE.drop_vars(IMAGE.dims[0]), {}, "gate voltages"),
        (flat(np.nan), {}, "missing"),
        (flat(1.0), {}, "vary"),
        (flat("x"), {}, "real numbers"),
        (SATURATED, {}, "saturated"),
        (float(IMAGE.median()) < IMAGE, {}, "2 values only, 0 and 1: behind a threshold"),
        (np.round(IMAGE / float(IMAGE.max() - IMAGE.min()) * 4), {}, "values only, from .*digitised more coarsely"),
        (IMAGE, {"steps": "up"}, "same-sign"),
        (IMAGE, {"quantity": "charge"}, "derivative"),
        (IMAGE, {"along": "V_L"}, "left out"),
        (IMAGE, {"quantity": "derivative", "along": "V_X"}, "be one of"),
        (IMAGE, {"lever_arms": [[1.0, 0.0], [2.0, 0.0]]}, "cross"),
        (IMAGE, {"lever_arms": [1.0, 2.0]}, "two dots"),
        (IMAGE, {"lever_arms": {"L": {"V_9": 1.0}, "R": {}}}, "be one of"),
        (IMAGE, {"lever_arms": {"L": 1.0}}, "map two dots"),
        (IMAGE, {"lever_arms": "one"}, "numbers"),
        (IMAGE, {"interaction": -1.0}, "positive"),
        (IMAGE, {"seed": 0.5}, "whole number"),
    ],
)
def test_what_cannot_be_read_is_said(image, options, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_vertex(image, **options)


def test_plateaus_of_a_noiseless_image_are_not_saturation() -> None:
    image, truth = small(2, noise=0.0)
    result = read_vertex(image, lever_arms=truth.lever_arms)
    assert float(result["effective_interaction"]) == pytest.approx(truth.interaction, rel=0.03)


def test_spikes_fill_values_and_rows_that_were_never_measured_are_left_out(example) -> None:
    image, truth, _ = example
    damaged = image.copy()
    damaged.values[-12:] = np.nan  # both lines of each dot stay in view
    damaged.values[3] = 9.97e36
    damaged.values[10, 10] = 1e6
    read = read_vertex(damaged, lever_arms=truth.lever_arms)
    assert read["data"].shape[0] == image.shape[0] - 12
    away = abs(float(read["effective_interaction"]) - truth.interaction)
    assert away < 4 * float(read["effective_interaction_uncertainty"])


@pytest.mark.validation
def test_three_dots_are_said() -> None:
    """A third dot's line crosses those of two: no pair of them stands for the image."""
    repulsion = np.array([[0.0, 0.8, 0.3], [0.8, 0.0, 0.3], [0.3, 0.3, 0.0]])
    arms = ({"a": 1.0, "b": 0.2, "c": 0.7}, {"b": 0.9, "a": 0.25, "c": 0.65})
    device = Device(
        dots=("a", "b", "c"),
        repulsion=repulsion,
        levels=np.array([0.0, 0.0, 0.9]),
        gates={"x": Gate(lever_arms=arms[0]), "y": Gate(lever_arms=arms[1])},
    )
    axes = {"x": np.linspace(-2, 3, 100), "y": np.linspace(-2, 3, 110)}
    detector = Detector(weights={"a": -100.0, "b": -60.0, "c": -80.0}, white_noise=8.0)
    image = stability_diagram(device, axes, temperature=0.1, detector=detector)["detector_current"]
    assert status(read_vertex(image)) == "several_vertices"
