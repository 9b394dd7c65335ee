"""What Fisher's matrix says, on matrices whose null directions are known."""

import numpy as np
import pytest

from attractron.fitting.identifiability import LIMIT, identifiability, words

NAMES = ("a", "b", "c")


def of(*rows: tuple[float, ...], ranges: tuple[float, ...] = (1.0, 1.0, 1.0)):
    """Knowledge from data rows · θ measured with unit error, in the parameters' own units."""
    matrix = np.array(rows) * np.array(ranges)
    return identifiability(NAMES, np.array(ranges), matrix.T @ matrix)


def test_uncertainties_are_those_of_the_inverse_matrix():
    rows = np.array([(30.0, 1.0, 0.0), (2.0, 40.0, 5.0), (0.0, 3.0, 50.0), (9.0, 9.0, 9.0)])
    known = of(*rows, ranges=(1.0, 2.0, 5.0))
    exact = np.linalg.inv(rows.T @ rows)
    np.testing.assert_allclose(known.uncertainties(), np.sqrt(np.diag(exact)), rtol=1e-12)
    np.testing.assert_allclose(known.covariance(), exact, rtol=1e-10, atol=1e-15)
    assert known.uncertainty(np.array([1.0, -1.0, 0.0])) == pytest.approx(
        np.sqrt(exact[0, 0] + exact[1, 1] - 2 * exact[0, 1])
    )
    assert known.determined().all()
    assert known.combinations().shape == (0, 3)
    assert known.undone().shape == (0, 3)


def test_a_null_direction_is_named_and_what_it_leaves_is_known():
    """Only a - b/2 and c are measured: a and b may move together, b twice as fast."""
    known = of((200.0, -100.0, 0.0), (0.0, 0.0, 70.0))
    np.testing.assert_array_equal(known.determined(), [False, False, True])
    assert np.isinf(known.uncertainties()[:2]).all()
    assert known.uncertainties()[2] == pytest.approx(1 / 70)
    np.testing.assert_allclose(known.undone(), [[0.5, 1.0, 0.0]], atol=1e-9)
    np.testing.assert_allclose(known.combinations(), [[1.0, -0.5, 0.0]], atol=1e-9)
    assert known.uncertainty(known.combinations()[0]) == pytest.approx(1 / 200)
    assert known.moves_freely(np.array([1.0, 2.0, 0.0]))
    assert not known.moves_freely(np.array([1.0, 2.1, 0.0]))
    assert not known.moves_freely(np.zeros(3))


def test_combinations_and_moves_are_in_the_parameters_own_units():
    """The same data with b in units a hundred times as small."""
    known = of((200.0, -1.0, 0.0), (0.0, 0.0, 70.0), ranges=(1.0, 100.0, 1.0))
    (move,), (combination,) = known.undone(), known.combinations()
    assert move[1] / move[0] == pytest.approx(200.0)
    assert combination[1] / combination[0] == pytest.approx(-1 / 200)
    assert move @ combination == pytest.approx(0.0, abs=1e-9)


def test_a_parameter_that_is_measured_badly_is_not_determined():
    known = of((1 / (1.01 * LIMIT), 0.0, 0.0), (0.0, 1 / (0.99 * LIMIT), 0.0), (0.0, 0.0, 100.0))
    np.testing.assert_array_equal(known.determined(), [False, True, True])
    assert known.uncertainties()[0] == pytest.approx(1.01 * LIMIT)


def test_precise_data_do_not_make_rounding_into_knowledge():
    """With an error of 1e-9 the null eigenvalue is rounding, and yet far above one."""
    known = of((1e9, -1e9, 0.0), (0.0, 0.0, 1e9))
    np.testing.assert_array_equal(known.determined(), [False, False, True])
    assert np.isinf(known.uncertainties()[0])


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [((1.0, -0.982, 0.0), "a - 0.982 b"), ((-1.0, 0.001, 2.0), "-a + 2 c"), ((0.0, 0.0, 1.0), "c")],
)
def test_words(coefficients, text):
    assert words(NAMES, np.array(coefficients), np.ones(3)) == text
    assert words(NAMES, np.array(coefficients), np.array([1.0, 1.0, 1e-9])).endswith("c") == bool(coefficients[2])
