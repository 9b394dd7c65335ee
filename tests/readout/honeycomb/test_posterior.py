"""The posterior of a honeycomb: its density, its quantities, and that samples agree with the reading."""

from functools import cache

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.readout import posterior, read_honeycomb
from attractron.readout.honeycomb.posterior import honeycomb_posterior
from tests.readout.honeycomb_images import honeycomb_image


@cache
def read(seed, **options):
    image, truth = honeycomb_image(seed, pixels=(70, 76), across=1.6, noise=0.08, **options)
    return truth, read_honeycomb(image, lever_arms=truth.lever_arms)


@pytest.mark.parametrize(
    "seed", [pytest.param(4, marks=pytest.mark.thorough), pytest.param(3, marks=pytest.mark.validation)]
)
def test_what_is_sampled_is_what_was_read(seed):
    """At the fitted parameters the quantities are those of the reading, signs and means included; density falls."""
    truth, result = read(seed)
    found = honeycomb_posterior(result)
    each = found.vertices(found.target.start)
    assert each[:, 0] == pytest.approx(result["interaction_line_length"].to_numpy(), rel=1e-3)
    assert each[:, 1] == pytest.approx(result["effective_interaction"].to_numpy(), rel=1e-3)
    assert (np.sign(each[:, 1]) == np.sign(truth.interaction)).all()
    assert found.weights[1] @ each[:, 1] == pytest.approx(float(result["mean_interaction"]), rel=1e-3)
    best = found.target.logarithm(found.target.start)
    for at in found.target.watched:
        for sign in (-1, 1):
            moved = found.target.start.copy()
            moved[at] += sign * 4 * found.target.scales[at]
            assert found.target.logarithm(moved) < best - 2


@pytest.mark.validation
@pytest.mark.parametrize(("seed", "tunnelling"), [(4, None), (3, None), (6, 3.0)])
def test_samples_agree_with_the_reading(seed, tunnelling):
    """Where the profile is Gaussian: means within 0.3 and widths within 20 % of the reading's standard deviations.

    It is where tunnelling is seen. Else t² ≥ 0 cuts it off, and W_eff goes along.
    """
    within = 0.7 if tunnelling is None else 0.3
    _, result = read(seed, tunnelling=tunnelling)
    samples = posterior(result, seed=3)
    names = samples["parameter"].to_numpy().tolist()
    assert float(samples["effective_sample_size"].min()) > 1000
    mean, deviation = samples["posterior_mean"].to_numpy(), samples["posterior_deviation"].to_numpy()
    for name in ("effective_interaction", "interaction_line_length"):
        for vertex in result["vertex"].to_numpy():
            at, one = names.index(f"{name}_{vertex}"), result.sel(vertex=vertex)
            error = float(one[f"{name}_uncertainty"])
            assert mean[at] == pytest.approx(float(one[name]), abs=within * error)
            assert deviation[at] == pytest.approx(error, rel=0.2 if tunnelling else 0.4)
    assert mean[names.index("mean_interaction")] == pytest.approx(float(result["mean_interaction"]), rel=0.02)


@pytest.mark.validation
def test_an_image_that_shows_something_else_has_no_posterior():
    """A result whose image was lost: flat but for one row."""
    _, result = read(4)
    other = result.assign(data=result["data"] * 0 + np.arange(result["data"].shape[0])[:, None] % 7)
    with pytest.raises(InputError, match="read alike again"):
        honeycomb_posterior(other)
