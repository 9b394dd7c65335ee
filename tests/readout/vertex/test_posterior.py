"""The likelihood of a vertex is the closed form of a Gaussian integral; samples agree with the reading."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flags
from attractron.readout import posterior, read_vertex
from attractron.readout.image_likelihood import ImageLikelihood
from attractron.readout.vertex.image import prepare
from attractron.readout.vertex.model import CENTRE, INTERACTION, derivatives, occupations
from attractron.readout.vertex.posterior import vertex_posterior
from attractron.readout.vertex.scan_noise import ScanNoise
from attractron.readout.vertex.status import STATUS
from tests.readout.vertex_images import vertex_image

SHAPE = np.array([0.2, 0.05, 1.3, -0.03, 0.1, 0.4, -3.0, -2.9, -3.2, -1.0, 0.02, -0.01, -3.1])
STEPS = np.array([0.8, 0.5])


def likelihood(flattening=1.0, pixels=44):
    image = prepare(vertex_image(3, pixels=(pixels, pixels + 3), noise=0.1)[0], "current", None)
    shown = np.tensordot(STEPS, occupations(SHAPE, *image.places), axes=1)
    noise = ScanNoise(shape=image.values.shape, fast=1, white=0.02, drift=1e-4, exponent=1.0)
    values = shown + 0.1 * np.random.default_rng(1).standard_normal(shown.shape)
    expected = np.zeros((1, SHAPE.size))
    expected[0, 9] = 0.5
    return ImageLikelihood(
        image=replace(image, values=values),
        noise=noise,
        columns=lambda shape: occupations(shape, *image.places),
        fixed=image.background_terms,
        flattening=flattening,
        expected=expected,
        targets=np.array([-0.5]),
    )


@pytest.mark.parametrize("flattening", [1.0, 2.5])
def test_steps_and_background_are_integrated_out(flattening):
    """∫ exp(-|d - A a|²/2τ) da ∝ |AᵀA|^(-1/2) exp(-min/2τ), A being steps and background together."""
    found = likelihood(flattening)
    data = found.noise.whiten(found.image.values)

    def whole(shape):
        images = np.concatenate([occupations(shape, *found.image.places), found.image.background_terms])
        columns = found.noise.whiten(images).T
        left = data - columns @ np.linalg.lstsq(columns, data, rcond=None)[0]
        prior = float(0.5 * shape[9] + 0.5)
        return -0.5 * (left @ left / flattening + np.linalg.slogdet(columns.T @ columns)[1] + prior**2)

    draw = np.random.default_rng(2)
    others = [SHAPE + 0.05 * draw.standard_normal(SHAPE.size) for _ in range(5)]
    expected = [whole(shape) - whole(SHAPE) for shape in others]
    np.testing.assert_allclose([found(shape) - found(SHAPE) for shape in others], expected, rtol=1e-6, atol=1e-6)


def test_the_covariance_is_the_curvature():
    """Near noise-free data -∂²ln p/∂θ² is the inverse covariance, the change of |XᵀX| being slow."""
    found = likelihood()
    quiet = np.tensordot(STEPS, occupations(SHAPE, *found.image.places), axes=1)
    found = replace(found, image=replace(found.image, values=quiet), targets=found.expected @ SHAPE)
    values, changes = derivatives(SHAPE, *found.image.places)
    inverse = np.linalg.inv(found.covariance(np.concatenate([np.tensordot(STEPS, changes, axes=1), values])))
    for at in (1, 3, INTERACTION):
        step = np.zeros(SHAPE.size)
        step[at] = 1e-3
        curvature = -(found(SHAPE + step) - 2 * found(SHAPE) + found(SHAPE - step)) / 1e-6
        assert curvature == pytest.approx(inverse[at, at], rel=0.02)


def test_amplitudes_may_have_weak_expectations():
    """∫ exp(-|d - X a|²/2τ - |V a|²/2) da with a smooth background of flat prior, against the same as one Gaussian."""
    found = replace(likelihood(2.0), weak=np.array([[3.0, -1.0], [0.0, 2.0], [0.5, 0.5]]))
    data = found.noise.whiten(found.image.values) / np.sqrt(2.0)

    def whole(shape):
        images = np.concatenate([occupations(shape, *found.image.places), found.image.background_terms])
        columns = found.noise.whiten(images).T / np.sqrt(2.0)
        rows = np.pad(found.weak, ((0, 0), (0, len(found.image.background_terms))))
        columns, target = np.concatenate([columns, rows]), np.concatenate([data, np.zeros(len(rows))])
        left = target - columns @ np.linalg.lstsq(columns, target, rcond=None)[0]
        return -0.5 * (left @ left + np.linalg.slogdet(columns.T @ columns)[1] + float(0.5 * shape[9] + 0.5) ** 2)

    draw = np.random.default_rng(3)
    others = [SHAPE + 0.05 * draw.standard_normal(SHAPE.size) for _ in range(5)]
    expected = [whole(shape) - whole(SHAPE) for shape in others]
    np.testing.assert_allclose([found(shape) - found(SHAPE) for shape in others], expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("precision", "within"), [(float, 1e-8), (np.float32, 2e-3)])
def test_amplitudes_that_are_about_right_change_nothing(precision, within):
    """All is counted from them, so that single precision of the images does."""
    found = replace(likelihood(2.0), weak=np.array([[3.0, -1.0], [0.0, 2.0]]))
    fixed = found.columns
    other = replace(found, near=STEPS + 0.02, columns=lambda shape: fixed(shape).astype(precision))
    draw = np.random.default_rng(4)
    for _ in range(5):
        shape = SHAPE + 0.01 * draw.standard_normal(SHAPE.size)
        assert other(shape) == pytest.approx(found(shape), abs=within)


@pytest.mark.parametrize(
    "seed", [pytest.param(2, marks=pytest.mark.thorough), pytest.param(5, marks=pytest.mark.validation)]
)
def test_what_is_sampled_is_what_was_read(seed):
    """At the fitted shape the quantities are those of the reading, signs included; near it the density is highest."""
    image, truth = vertex_image(seed, pixels=(50, 56), noise=0.05)
    result = read_vertex(image, lever_arms=truth.lever_arms)
    found = vertex_posterior(result)
    at_best = dict(zip(found.names, found.quantities(found.target.start), strict=True))
    assert at_best["effective_interaction"] == pytest.approx(float(result["effective_interaction"]), rel=1e-3)
    assert np.sign(at_best["effective_interaction"]) == np.sign(truth.interaction)
    assert at_best["interaction_line_length"] == pytest.approx(float(result["interaction_line_length"]), rel=1e-3)
    points = np.array(list(at_best.values())[:4]).reshape(2, 2)
    np.testing.assert_allclose(
        points, result["triple_point"], atol=0.1 * float(result["triple_point_uncertainty"].min())
    )
    best = found.target.logarithm(found.target.start)
    for at in (*CENTRE, INTERACTION):
        moved = found.target.start.copy()
        moved[at] += 3 * found.target.scales[at]
        assert found.target.logarithm(moved) < best - 2


@pytest.mark.validation
@pytest.mark.parametrize("seed", [2, 5])
def test_samples_agree_with_the_reading(seed):
    image, truth = vertex_image(seed, pixels=(70, 80), noise=0.1)
    result = read_vertex(image, lever_arms=truth.lever_arms)
    samples = posterior(result, seed=3)
    names = samples["parameter"].to_numpy().tolist()
    mean, deviation = samples["posterior_mean"].to_numpy(), samples["posterior_deviation"].to_numpy()
    assert float(samples["effective_sample_size"].min()) > 1500
    for name in ("effective_interaction", "interaction_line_length"):
        at, error = names.index(name), float(result[f"{name}_uncertainty"])
        assert mean[at] == pytest.approx(float(result[name]), abs=0.3 * error)
        assert deviation[at] == pytest.approx(error, rel=0.2)
    points = mean[:4].reshape(2, 2)
    np.testing.assert_allclose(
        points, result["triple_point"], atol=0.4 * float(result["triple_point_uncertainty"].max())
    )


def test_no_vertex_has_no_posterior():
    result = xr.Dataset({"status": ((), 0, flags(STATUS))}, attrs={"question": "readout.read_vertex"})
    with pytest.raises(InputError, match="be asked of what was read: got no vertex"):
        posterior(result)
