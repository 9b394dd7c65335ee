"""Arguments are checked at the door, with a message that says what to do."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from attractron.core import checks
from attractron.core.errors import AttractronError, InputError


def test_message_names_argument_expectation_value_and_remedy() -> None:
    error = InputError("upsilon", "lie in [0, 1)", 1.2, "at 1 the wires phase-separate")
    assert str(error) == "`upsilon` must lie in [0, 1): got 1.2; at 1 the wires phase-separate"
    assert isinstance(error, AttractronError)
    assert isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.argument, again.remedy) == (str(error), error.argument, error.remedy)


def test_a_whole_number_beyond_all_floats_is_not_finite() -> None:
    with pytest.raises(InputError, match="finite"):
        checks.finite("W", 10**400)


@given(value=st.floats())
def test_numbers(value: float) -> None:
    accepted = {
        checks.finite: np.isfinite(value),
        checks.non_negative: np.isfinite(value) and value >= 0,
        checks.positive: np.isfinite(value) and value > 0,
    }
    for check, good in accepted.items():
        if good:
            assert check("x", value) == value
        else:
            with pytest.raises(InputError, match="`x` must be"):
                check("x", value)


def test_temperatures_too_low_for_floating_point() -> None:
    assert [checks.temperature("T", value) for value in (0, 1e-6, 300.0)] == [0.0, 1e-6, 300.0]
    for value, message in ((-1.0, "zero or positive"), (1e-300, "zero or at least 1e-06 K"), (float("inf"), "finite")):
        with pytest.raises(InputError, match=message):
            checks.temperature("T", value)


@pytest.mark.parametrize("value", ["1 apple", None, [1, 2], object()])
def test_what_is_not_a_number(value: object) -> None:
    with pytest.raises(InputError, match="`x` must be a number"):
        checks.finite("x", value)


@pytest.mark.parametrize("value", [1.0, True, "1"])
def test_what_is_not_a_whole_number(value: object) -> None:
    with pytest.raises(InputError, match="`n` must be a whole number"):
        checks.whole("n", value)


@given(values=hnp.arrays(float, st.integers(1, 8), elements=st.floats(-1e6, 1e6)))
def test_axes_are_kept_as_they_are_or_refused(values: np.ndarray) -> None:
    steps = np.diff(values)
    if (steps > 0).all() or (steps < 0).all():
        np.testing.assert_array_equal(checks.axis("V", values), values)
    else:
        with pytest.raises(InputError, match="sort it and drop repeats"):
            checks.axis("V", values)


def test_nearest_name() -> None:
    assert checks.nearest("detla", ["delta", "W"]) == "did you mean 'delta'?"
    assert checks.nearest("w", ["delta", "W"]) == "did you mean 'W'?"
    assert checks.nearest("something else", ["delta", "W"]) == ""


def test_long_values_are_shortened() -> None:
    assert len(checks.shown(list(range(1000)))) == 60
