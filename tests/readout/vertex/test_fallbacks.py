"""One vertex in images as detectors really make them is read; more than one is not, however rich the background."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.results import flag_names
from attractron.readout.vertex import fallbacks
from attractron.readout.vertex.image import prepare
from attractron.readout.vertex.vertex import read_vertex
from tests.readout.vertex_images import Truth, vertex_image

SIZE = (90, 100)
X, Y = np.meshgrid(np.linspace(0, 1, SIZE[1]), np.linspace(0, 1, SIZE[0]))
LARGER = 100.0
"""Charge step of the images, pA."""


def single(seed: int, *, noise: float = 0.08) -> tuple[xr.DataArray, Truth]:
    return vertex_image(seed, pixels=SIZE, length=30.0, noise=noise, contrast=0.6)


def status(result: xr.Dataset) -> str:
    return flag_names(result["status"])[int(result["status"])]


def check(image: xr.DataArray, truth: Truth, note: str) -> str:
    """Read, with the right sign, an uncertainty that covers the truth, and the reason why it was not read plainly."""
    result = read_vertex(image, lever_arms=truth.lever_arms)
    assert status(result) == ("attractive" if truth.interaction < 0 else "repulsive")
    error = float(result["effective_interaction_uncertainty"])
    assert abs(float(result["effective_interaction"]) - truth.interaction) < 3 * error
    assert error < 0.1 * abs(truth.interaction)
    assert note in result.attrs["validity"]
    return str(result.attrs["validity"])


@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.validation)])
@pytest.mark.parametrize(
    ("background", "note"),
    [
        pytest.param(
            90 * np.sin(2 * np.pi * (0.8 * X + 0.5 * Y) + 1), "polynomial of order 6", marks=pytest.mark.thorough
        ),
        pytest.param(
            60 * np.sin(2 * np.pi * (1.6 * X + 1.0 * Y) + 1), "one combination of the gates", marks=pytest.mark.thorough
        ),
        # The flank of a Coulomb peak.
        pytest.param(
            400 / (1 + np.exp((0.7 * X + 0.5 * Y - 0.6) / 0.15)), "the shift by a charge", marks=pytest.mark.thorough
        ),
    ],
    ids=["wave", "short wave", "flank"],
)
def test_a_detector_that_is_tuned_through_the_image(seed: int, background: np.ndarray, note: str) -> None:
    image, truth = single(seed)
    check(image + background, truth, note)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.validation) for seed in (3, 4))])
def test_a_detector_with_its_own_peak_in_view(seed: int) -> None:
    """Another seed (5) is refused instead: the residual shows a further step, on the peak's flank."""
    image, truth = single(seed)
    check(image + 150 * np.exp(-(((X + 0.6 * Y - 0.9) / 0.15) ** 2)), truth, "one combination of the gates")


@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.validation)])
def test_a_jump_of_the_detector_between_two_rows(seed: int) -> None:
    image, truth = single(seed)
    jumped = image.copy()
    jumped.values[SIZE[0] // 3 :] += 70.0
    assert "richer" not in check(jumped, truth, "mean of every line")


@pytest.mark.parametrize("middle", [np.median, pytest.param(np.mean, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.validation)])
def test_lines_less_their_median_or_mean(seed: int, middle) -> None:
    image, truth = single(seed)
    check(image - middle(image.values, axis=1, keepdims=True), truth, "mean of every line")


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [3, pytest.param(5, marks=pytest.mark.validation)])
def test_lines_swept_there_and_back_by_a_detector_that_lags(seed: int) -> None:
    image, truth = single(seed)
    lagging = image.copy()
    lagging.values[1::2] = np.roll(lagging.values[1::2], 2, axis=1)
    check(lagging, truth, "Every other line was shifted by 2 pixels")


def test_a_plain_image_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fits = []
    monkeypatch.setattr(fallbacks, "fit", lambda *given: fits.append(given) or fitted(*given))
    image, truth = single(2)
    result = read_vertex(image, lever_arms=truth.lever_arms)
    assert len(fits) == 1
    assert "background is richer" not in result.attrs["validity"]


fitted = fallbacks.fit


@pytest.mark.parametrize("angle", [0.3, 1.2, 2.5])
def test_the_direction_of_a_ridge(angle: float) -> None:
    x, y = np.meshgrid(np.linspace(-1, 1, SIZE[0]), np.linspace(-1, 1, SIZE[1]), indexing="ij")
    wave = 150 * np.sin(6 * (np.cos(angle) * x + np.sin(angle) * y))
    found = fallbacks.ridge(prepare(single(2)[0] + wave, "current", None).coarse(24)).angle % np.pi
    assert found == pytest.approx(angle, abs=0.03)
