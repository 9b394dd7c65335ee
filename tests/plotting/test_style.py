"""What pictures share."""

from attractron.plotting.style import symbol


def test_symbols():
    names = {
        "delta": "δ",
        "delta_V": "δV",
        "mu": "µ",
        "V_L": r"$V_{\mathrm{L}}$",
        "t_TB": r"$t_{\mathrm{TB}}$",
        "W": "W",
    }
    assert {name: symbol(name) for name in names} == names
