"""Lever arms, windows and axes as text."""

import pytest

from attractron.core.errors import InputError
from attractron.measurement.options import lever_arm_table, one_lever_arm, windows


@pytest.mark.parametrize("text", ["0.1", " 0.1 ", "100 µeV/mV", "0.1 meV/mV", "0.1 eV/V"])
def test_one_lever_arm(text: str) -> None:
    assert one_lever_arm(text) == pytest.approx(0.1, rel=1e-15)


def test_two_dots() -> None:
    expected = {"dot 1": {"P3": 0.1, "P4": 0.02}, "dot 2": {"P3": 0.03, "P4": 0.09}}
    assert lever_arm_table("P3=0.1, P4=0.02; P3=0.03, P4=0.09") == expected
    assert lever_arm_table("P3=100 µeV/mV,P4=20µeV/mV;P3=0.03,P4=0.09;") == expected
    assert lever_arm_table("L: a=1; R: b=-0.2, a=0") == {"L": {"a": 1.0}, "R": {"b": -0.2, "a": 0.0}}


def test_windows_are_ranges_or_cuts() -> None:
    assert windows("P3=-20:0, P4=-10") == {"P3": (-20.0, 0.0), "P4": -10.0}
    assert windows("P3=0:-0.02V") == {"P3": (-20.0, 0.0)}


@pytest.mark.parametrize(
    ("function", "text", "message"),
    [
        (one_lever_arm, "P3=0.1", "this file holds a trace"),
        (one_lever_arm, "0.1 K", "units of meV/mV"),
        (one_lever_arm, "", "number"),
        (one_lever_arm, "-0.1", "positive"),
        (one_lever_arm, "0", "positive"),
        (one_lever_arm, "1e-30", "between 1e-06 and 1 meV/mV: got 1e-30"),
        (one_lever_arm, "100", "between 1e-06 and 1 meV/mV: got 100 meV/mV"),
        (lever_arm_table, "P3=1e300; P4=1", "dot 1, P3.*between 1e-06 and 1 meV/mV"),
        (lever_arm_table, "P3=1; P4=-1e-9", "dot 2, P4.*between 1e-06 and 1 meV/mV"),
        (lever_arm_table, "0.1", "two dots"),
        (lever_arm_table, "P3=1;P3=1;P3=1", "two dots"),
        (lever_arm_table, "P3=1;P3", "form"),
        (lever_arm_table, "P3=1;P3=much", "dot 2, P3"),
        (lever_arm_table, "L: P3=1; L: P4=1", "names of their own"),
        (windows, "P3", "form"),
        (windows, "P3=1:2:3", "range"),
        (windows, "P3=1:1", "range"),
        (windows, "P3=1:", "crop, P3"),
        (windows, "P3=nan:1", "crop, P3"),
    ],
)
def test_other_text_is_refused(function, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        function(text)
