"""The size of 1/f noise in short series, where the highest frequency weighs most."""

import numpy as np
import pytest

from attractron.dots.detector import one_over_f


@pytest.mark.parametrize("size", [2, 3, 4, 5, 8])
def test_short_series_have_unit_variance_and_zero_mean(size: int) -> None:
    """The mean of 30 000 squares; its standard error is √(2/30 000) = 0.8 % where one amplitude is all (size 2).

    At size 2 there is the highest frequency alone: a series ±a, whose cosine counts and whose sine does not.
    """
    generator = np.random.default_rng(11)
    series = np.array([one_over_f(size, generator) for _ in range(30_000)])
    assert np.abs(series.sum(axis=1)).max() < 1e-12
    assert (series**2).mean() == pytest.approx(1.0, rel=0.03)
