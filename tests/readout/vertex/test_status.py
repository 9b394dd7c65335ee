"""What a reading says of images that one vertex, or the lever arms given, do not describe; and that it looks once."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from attractron.core.results import flag_names
from attractron.dots import Detector, Device, Gate, building_block, effective_interaction, stability_diagram
from attractron.readout.vertex import fallbacks
from attractron.readout.vertex.geometry import geometry
from attractron.readout.vertex.model import CENTRE
from attractron.readout.vertex.status import NO_VERTEX, judge
from attractron.readout.vertex.vertex import read_vertex
from tests.readout.other_images import other_image
from tests.readout.vertex.test_goodness_of_fit import SHAPE, made
from tests.readout.vertex_images import image_without_vertex

ARMS = {"V_L": {"L": 1.0, "R": 0.2}, "V_R": {"L": 0.25, "R": 0.9}}
MATRIX = np.array([[1.0, 0.25], [0.2, 0.9]])
TEMPERATURE = 0.15


def status(result: xr.Dataset) -> str:
    return flag_names(result["status"])[int(result["status"])]


def narrow(seed: int, *, delta: float = 2.41, broadening: float = 0.0, **weights: float) -> tuple[xr.DataArray, float]:
    """A vertex in a window about twice as large as it is if delta = U (attractive), and its W_eff."""
    U, W, t = 2.41, 0.83, 0.05
    device = building_block(W=W, U=U, delta=delta, t=t, lever_arms=ARMS)
    energies = [U * N / 2 - np.hypot((delta - U * N) / 2, t) for N in (0, 2)]
    centre = np.linalg.solve(MATRIX, [(energies[1] - energies[0] + W) / 2] * 2)
    axes = {"V_L": centre[0] + np.linspace(-2.2, 2.4, 100), "V_R": centre[1] + np.linspace(-2.4, 2.0, 90)}
    detector = Detector(
        background=500.0,
        weights={"L": -100.0, "R": -45.0} | weights,
        slope={"V_L": 8.0, "V_R": -5.0},
        white_noise=8.0,
        pink_noise=4.0,
        tunnel_broadening=broadening,
        seed=seed,
    )
    diagram = stability_diagram(device, axes, temperature=TEMPERATURE, detector=detector)
    return diagram["detector_current"], float(effective_interaction(device, temperature=TEMPERATURE))


def pull(result: xr.Dataset, W_eff: float) -> float:
    return (float(result["effective_interaction"]) - W_eff) / float(result["effective_interaction_uncertainty"])


@pytest.fixture(scope="module")
def attractive() -> tuple[xr.DataArray, float]:
    return narrow(3)


@pytest.mark.parametrize(
    "arms",
    [
        [[1.0, 0.0], [0.0, 0.9]],  # cross arms forgotten
        pytest.param([[1.0, -0.2], [-0.25, 0.9]], marks=pytest.mark.thorough),  # their signs taken wrongly
        pytest.param([[1.1, 0.25], [0.2, 0.9]], marks=pytest.mark.thorough),
    ],
)
def test_the_uncertainty_covers_lever_arms_that_contradict_the_image(attractive, arms) -> None:
    image, W_eff = attractive
    result = read_vertex(image, lever_arms=arms)
    assert status(result) == "attractive"
    assert abs(pull(result, W_eff)) < 2
    assert "Check the lever arms" in result.attrs["summary"]


def test_lever_arms_that_agree_with_the_image_leave_the_uncertainty_small(attractive) -> None:
    image, W_eff = attractive
    result = read_vertex(image, lever_arms=MATRIX)
    assert abs(pull(result, W_eff)) < 3
    assert float(result["effective_interaction_uncertainty"]) < 0.01 * abs(W_eff)
    assert "Check" not in result.attrs["summary"]


def test_lever_arms_that_contradict_each_other_are_the_reason_in_the_summary(attractive) -> None:
    result = read_vertex(attractive[0], lever_arms=[[1.3, 0.2], [0.25, 0.7]])
    assert status(result) == "no_vertex"
    assert "contradict the lever arms" in result.attrs["summary"]


def test_steps_that_oppose_the_lever_arms_leave_no_sign(attractive) -> None:
    image, W_eff = attractive
    one_wrong = MATRIX * [[1.0], [-1.0]]
    result = read_vertex(image, lever_arms=one_wrong)
    assert status(result) == "below_resolution"
    assert np.isnan([result["effective_interaction"], result["effective_interaction_uncertainty"]]).all()
    assert not np.isnan(result["triple_point"]).any()
    assert "stays open" in result.attrs["summary"]
    assert "opposite directions" in result.attrs["summary"]
    assert f"{abs(W_eff):.2f}" in result.attrs["summary"]


@pytest.mark.thorough
def test_a_detector_that_sees_the_dots_oppositely_may_be_said() -> None:
    image, W_eff = narrow(3, R=60.0)
    assert status(read_vertex(image, lever_arms=MATRIX)) == "below_resolution"
    known = read_vertex(image, lever_arms=MATRIX, steps="gates")
    assert status(known) == "attractive"
    assert abs(pull(known, W_eff)) < 3


@pytest.mark.parametrize(
    "seed", [14, pytest.param(16, marks=pytest.mark.thorough), pytest.param(41, marks=pytest.mark.thorough)]
)
def test_tunnel_broadening_in_a_narrow_window(seed: int) -> None:
    image, W_eff = narrow(seed, broadening=0.15)
    result = read_vertex(image, lever_arms=MATRIX)
    assert status(result) == "attractive"
    assert abs(pull(result, W_eff)) < 3
    assert float(result["effective_interaction_uncertainty"]) < 0.05 * abs(W_eff)


@pytest.mark.thorough
@pytest.mark.parametrize("pixels", [1.5, 3.0])
@pytest.mark.parametrize("delta", [2.41, 0.0])
def test_smoothed_images(delta: float, pixels: float) -> None:
    image, W_eff = narrow(12, delta=delta)
    smooth = image.copy(data=gaussian_filter1d(image.values, pixels, axis=1))
    result = read_vertex(smooth, lever_arms=MATRIX)
    assert status(result) == ("attractive" if W_eff < 0 else "repulsive")
    assert abs(pull(result, W_eff)) < 3


@pytest.mark.parametrize(
    ("highest", "seed"),
    [
        pytest.param((7.0, 7.0), 1, marks=pytest.mark.validation),
        pytest.param((9.0, 9.0), 2, marks=pytest.mark.validation),
        pytest.param((10.5, 10.5), 1, marks=pytest.mark.validation),
        pytest.param((3.6, 2.0), 1, marks=pytest.mark.thorough),
    ],
    ids=["two", "three", "beyond", "a half"],
)
def test_more_than_one_vertex_is_said(highest: tuple[float, float], seed: int) -> None:
    """Up to three electrons on both dots; the last window holds half of a second vertex at its edge."""
    device = Device(
        dots=("L", "R"),
        repulsion=np.array([[3.0, 0.8], [0.8, 3.0]]),
        gates={name: Gate(lever_arms=arms) for name, arms in ARMS.items()},
        max_electrons=(3, 3),
    )
    axes = {"V_L": np.linspace(-2.0, highest[0], 110), "V_R": np.linspace(-2.0, highest[1], 100)}
    detector = Detector(weights={"L": -100.0, "R": -50.0}, white_noise=8.0, pink_noise=4.0, seed=seed)
    image = stability_diagram(device, axes, temperature=TEMPERATURE, detector=detector)["detector_current"]
    result = read_vertex(image, lever_arms=MATRIX)
    assert status(result) in ("several_vertices", "no_vertex")
    assert "left over" in result.attrs["summary"]


@pytest.mark.parametrize("axis", [pytest.param("V_L", marks=pytest.mark.thorough), "V_R"])
def test_a_derivative_that_is_not_said_is_suspected(attractive, axis: str) -> None:
    result = read_vertex(attractive[0].differentiate(axis))
    assert status(result) == "no_vertex"
    assert "derivative" in result.attrs["summary"]


@pytest.mark.parametrize(
    ("seed", "says"),
    [
        (2, ""),
        pytest.param(4, "rows that jump", marks=pytest.mark.thorough),
        pytest.param(26, "triangles", marks=pytest.mark.thorough),
        pytest.param(11, "maximum", marks=pytest.mark.validation),
        pytest.param(23, "more than one vertex", marks=pytest.mark.validation),
        pytest.param(8, "", marks=pytest.mark.validation),
        pytest.param(308, "", marks=pytest.mark.validation),
    ],
)
def test_other_images_give_no_number_and_say_what_they_are(seed: int, says: str) -> None:
    """See `other_images`; the benchmark of that name reads 200 of them."""
    result = read_vertex(other_image(seed)[0])
    assert status(result) in ("no_vertex", "several_vertices")
    assert says in result.attrs["summary"]
    for name in ("triple_point", "charging_line", "step", "interaction_line_length", "resolution"):
        assert np.isnan(result[name]).all()
    assert np.isfinite(result["attempted_charging_line"]).all()
    assert result.attrs["runner_up"] == str(result["candidate"].values[1])
    assert float(result["score"][0]) == 0


@settings(max_examples=6)
@given(st.sampled_from([0, 1]), st.sampled_from([-1, 1]), st.floats(0.0, 0.3))
def test_a_vertex_at_the_edge_of_the_window_is_none(axis: int, side: int, beyond: float) -> None:
    """Its middle so far out that one triple point, or one of its lines, is not in view."""
    shape = SHAPE.copy()
    shape[CENTRE[axis]] = side * (0.8 + beyond)
    fitted = made(0.05, shape=shape)
    verdict = judge(fitted, geometry(fitted, None, "same-sign", None))
    assert verdict.status == NO_VERTEX
    assert "view" in " ".join(verdict.reasons)


@pytest.mark.validation
def test_the_same_numbers_in_single_precision_give_the_same_answer() -> None:
    image = other_image(4)[0]
    summaries = [read_vertex(image.astype(kind)).attrs["summary"] for kind in ("float64", "float32")]
    assert summaries[0] == summaries[1]


@pytest.mark.parametrize(
    "seed", [0, pytest.param(1, marks=pytest.mark.thorough), pytest.param(2, marks=pytest.mark.thorough)]
)
def test_without_a_vertex_is_searched_once_and_gives_no_number(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, a background, noise: a residual that is noise alone holds nothing that another search could find."""
    fits = []
    monkeypatch.setattr(fallbacks, "fit", lambda *given: fits.append(given) or fitted(*given))
    result = read_vertex(image_without_vertex(seed))
    assert status(result) == "no_vertex"
    assert np.isnan(result["triple_point"]).all()
    assert result.attrs["summary"].startswith("No vertex")
    assert "is not seen" in result.attrs["summary"]
    assert len(fits) == 1


fitted = fallbacks.fit


def corner_of_current(noise: float = 0.02) -> xr.DataArray:
    """One smooth maximum at the corner of the window, as a dot's current over bias and gate: no vertex."""
    x, y = np.linspace(-1, 1, 44)[:, None], np.linspace(-1, 1, 48)
    values = np.exp(-((x - 0.9) ** 2 + (y + 0.8) ** 2 + 0.5 * (x - 0.9) * (y + 0.8)) / 0.18)
    values = values + noise * np.random.default_rng(3).normal(size=values.shape)
    axes = {"V_L": ("V_L", 8 * x[:, 0], {"units": "mV"}), "V_R": ("V_R", 200 * y - 700, {"units": "mV"})}
    return xr.DataArray(values, dims=("V_L", "V_R"), coords=axes)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "scale", "offset"),
    [("float32", 1.0, 0.0), pytest.param("float64", -1e-9, 3e-7, marks=pytest.mark.validation)],
)
def test_a_corner_of_current_is_refused_in_any_precision_scale_and_offset(
    kind: str, scale: float, offset: float
) -> None:
    image = corner_of_current()
    plain, other = read_vertex(image), read_vertex((scale * image + offset).astype(kind))
    assert status(plain) == status(other) == "no_vertex"
    assert plain.attrs["summary"][:60] == other.attrs["summary"][:60]


@pytest.mark.parametrize(
    "part",
    [pytest.param(slice(0, 48), marks=pytest.mark.thorough), pytest.param(slice(24, 80), marks=pytest.mark.validation)],
)
def test_a_part_of_bias_triangles_is_refused_too(part: slice) -> None:
    image = other_image(26)[0]
    result = read_vertex(image[part, part])
    assert status(result) in ("no_vertex", "several_vertices")
