"""Units as files write them; what stands in brackets and is none belongs to the name."""

import pytest

from attractron.core.errors import InputError
from attractron.readout.files.units import Scale, given_scale, scale, split_unit


@pytest.mark.parametrize(
    ("label", "name", "unit"),
    [
        *(
            ("P3 (mV)", "P3", "mV"),
            ("VG [V]", "VG", "V"),
            ("f{GHz}", "f", "GHz"),
            ("V <mV>", "V", "mV"),
            ("(mV)", "", "mV"),
        ),
        *(("I / nA", "I", "nA"), ("V_g/mV", "V_g", "mV"), ("P3_mV", "P3_mV", "mV"), ("drive µV", "drive µV", "µV")),
        *(
            ("Volts", "Volts", None),
            ("VG (Volts)", "VG", "Volts"),
            ("B (Gauss)", "B", "Gauss"),
            ("I (e²/h)", "I", "e²/h"),
        ),
        *(("gate [left]", "gate [left]", None), ("dI/dV", "dI/dV", None), ("dI/dV (pA/mV)", "dI/dV", "pA/mV")),
        *(("n/a", "n/a", None), ("ε/h", "ε/h", None), ("V_{g,1}^*", "V_{g,1}^*", None), ("P1_V", "P1_V", None)),
        *(("repeat (#)", "repeat", None), ("counts (arb. units)", "counts", None), ("A)", "A)", None), ("", "", None)),
    ],
)
def test_name_and_unit_of_a_label(label, name, unit):
    assert split_unit(label) == (name, unit)


@pytest.mark.parametrize("unit", ["A", "nA", "dBm", "banana", "2 V", "MHZ", "(", "V*", "g"])
def test_other_units_are_none_of_an_axis(unit):
    assert scale(unit) is None
    with pytest.raises(InputError, match="be a unit of a voltage, energy"):
        given_scale("units", unit)


def test_letters_as_they_are_written():
    """Mega is not milli, but no gate has megavolts."""
    assert scale("MeV") == Scale(unit="meV", factor=1e9)
    assert scale("mev") == scale("meV") == Scale(unit="meV")
    assert scale("MV") == scale("mv") == scale("mV") == Scale(unit="mV")
    assert scale("GHZ") == Scale(unit="GHz")
