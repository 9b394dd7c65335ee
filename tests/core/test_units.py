"""Units are converted once, exactly, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.units import to_unit

TOWERS = ("1 meV**9**9**9", "1 meV^9999999", f"1 {'(' * 2000}meV{')' * 2000}", f"1{' ' * 10**6}", f"1 {'meV*' * 10**5}")
"""What would take for ever, or all of the stack."""


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("830 µeV", "meV", 0.83),
        ("830 ueV", "meV", 0.83),
        ("0.83meV", "meV", 0.83),
        ("-1e-3 eV", "meV", -1.0),
        ("50 mK", "K", 0.05),
        ("20 degC", "K", 293.15),
        ("1.5 V", "mV", 1500.0),
        ("0.6 meV/mV", "meV/mV", 0.6),
        ("600 eV/kV", "meV/mV", 0.6),
        ("3 nA", "pA", 3000.0),
    ],
)
def test_exact_conversions(text: str, unit: str, expected: float) -> None:
    assert to_unit("x", text, unit) == expected


def test_a_temperature_times_the_boltzmann_constant_is_an_energy() -> None:
    assert to_unit("x", "8 K * k_B", "meV") == pytest.approx(8 * K_B, rel=1e-9)


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_bare_numbers_pass_unchanged(value: float) -> None:
    assert to_unit("x", value, "meV") == value


@pytest.mark.parametrize(
    "text", ["830 apples", "", "meV", "1 (", "nan meV", "1 2", "0.83", "1 meV; import os", *TOWERS]
)
def test_what_is_not_a_quantity(text: str) -> None:
    with pytest.raises(InputError, match="`W` must be a number in meV, or text with a unit"):
        to_unit("W", text, "meV")


def test_wrong_dimension_and_overflow() -> None:
    with pytest.raises(InputError, match="`W` must be given in units of meV: got '5 nm'"):
        to_unit("W", "5 nm", "meV")
    with pytest.raises(InputError, match="`W` must be finite"):
        to_unit("W", "1e400 meV", "meV")


def test_numbers_without_a_unit_are_asked_for_as_such() -> None:
    with pytest.raises(InputError, match=r"must be a number: got 'abc'"):
        to_unit("K", "abc", "1")
    with pytest.raises(InputError, match=r"must be a number without a unit: got '3 kg'"):
        to_unit("K", "3 kg", "1")
    assert to_unit("K", "40 %", "1") == 0.4
