"""Shapes are told apart by their BIC, and not by a residual that none of them explains."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.readout.model_selection import DECISIVE, Candidate, compare

POINTS = 200


def test_a_parameter_costs_the_logarithm_of_the_number_of_points():
    found = compare({"line": Candidate(150.0, 2), "parabola": Candidate(150.0, 3)}, POINTS)
    assert found.names == ("line", "parabola")
    assert found.scores == pytest.approx((0.0, np.log(POINTS)))
    assert not found.decisive
    assert found.open_between() == ("line", "parabola")


def test_what_no_shape_explains_does_not_decide():
    """χ² of 1980 for 198 degrees of freedom: the noise is ten times what was thought, and 30 more of it say nothing."""
    sure = compare({"one": Candidate(150.0, 2), "other": Candidate(180.0, 2)}, POINTS)
    unsure = compare({"one": Candidate(1980.0, 2), "other": Candidate(2010.0, 2)}, POINTS)
    assert sure.decisive
    assert sure.scores[1] == pytest.approx(30.0)
    assert not unsure.decisive
    assert unsure.scores[1] == pytest.approx(3.0)


def test_what_could_not_be_fitted_is_no_candidate():
    found = compare({"fitted": Candidate(100.0, 3), "failed": Candidate(np.inf, 4)}, POINTS)
    assert (found.best, found.runner_up, found.decisive) == ("fitted", "", True)
    with pytest.raises(InputError, match="could be fitted"):
        compare({"failed": Candidate(np.inf, 4)}, POINTS)


@given(seed=st.integers(0, 999))
def test_a_straight_line_is_rarely_taken_for_more(seed):
    """Under the smaller model the gain in χ² of k more parameters is χ²_k: beyond DECISIVE + k ln n in < 1e-4."""
    rng = np.random.default_rng(seed)
    x, noise = np.linspace(-1, 1, POINTS), rng.normal(size=POINTS)
    squares = {
        f"degree {degree}": Candidate(
            float(np.sum((noise - np.polynomial.Polynomial.fit(x, noise, degree)(x)) ** 2)), degree + 1
        )
        for degree in (1, 4)
    }
    found = compare(squares, POINTS)
    assert found.best == "degree 1" or found.scores[1] < DECISIVE
