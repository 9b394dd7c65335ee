"""Curves over one knob, and a curve on a map."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.plotting import lines
from attractron.plotting.style import OKABE_ITO
from attractron.wires.trion import TrionLiquid, free_trion_line, trion_phase
from tests.plotting.results import result

LIQUID = TrionLiquid(K_c=1.0, K=1.0)


def test_one_curve():
    ax = lines.plot(result(delta=30), variable="two_delta")
    curve, zero = ax.lines
    np.testing.assert_array_equal(curve.get_ydata(), np.arange(30) - 1.0)
    np.testing.assert_array_equal(curve.get_xdata(), np.linspace(0, 1, 30))
    assert list(zero.get_ydata()) == [0.0, 0.0], "the sign changes: zero is marked"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("δ (meV)", "binding (meV)")
    assert ax.get_legend() is None
    assert len(lines.plot(result(delta=30), variable="first").lines) == 1


@pytest.mark.parametrize("sizes", [{"delta": 30, "U": 3}, {"U": 3, "delta": 30}])
def test_a_few_curves(sizes):
    found = result(**sizes)
    ax = lines.plot(found, variable="first")
    assert ax.get_xlabel() == "δ (meV)"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["U = 0 meV", "U = 0.5 meV", "U = 1 meV"]
    assert [curve.get_color() for curve in ax.lines] == list(OKABE_ITO[:3])
    for number, curve in enumerate(ax.lines):
        np.testing.assert_array_equal(curve.get_ydata(), found["first"].isel(U=number))


def test_the_direction_can_be_chosen():
    ax = lines.plot(result(delta=5, U=3), variable="first", x="U")
    assert ax.get_xlabel() == "U (meV)"
    assert len(ax.lines) == 5


def test_names_are_not_joined_by_lines():
    named = result(site=3).assign_coords(site=["L", "R", "B"])
    (points,) = lines.plot(named, variable="first").lines
    assert (points.get_linestyle(), points.get_marker()) == ("None", "o")
    (curve,) = lines.plot(result(delta=30), variable="first").lines
    assert (curve.get_linestyle(), curve.get_marker()) == ("-", "None")


def test_what_lines_cannot_draw():
    with pytest.raises(InputError, match="`U` must have at most 8 values, one a curve: got 9; draw a map"):
        lines.plot(result(delta=30, U=9), variable="first")
    with pytest.raises(InputError, match="`first` must have one or two dimensions: got 3"):
        lines.plot(result(delta=3, U=3, t=3), variable="first")
    with pytest.raises(InputError, match="`x` must be one of delta: got 'W'"):
        lines.plot(result(delta=3), variable="first", x="W")
    with pytest.raises(InputError, match="`variable` must be one of number, first, two_delta"):
        lines.plot(result(delta=3), variable="second")


def test_map_of_the_trion_liquid_with_its_line():
    K, V = np.linspace(0.9, 1.1, 5), np.linspace(2.7, 2.99, 7)
    line = free_trion_line(LIQUID, {"K": K}, {"V_phi": (2.7, 2.99)})
    ax = lines.plot_on_map(trion_phase(LIQUID, {"K": K, "V_phi": V}), line=line, label="free")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["free"]
    np.testing.assert_array_equal(ax.lines[-1].get_ydata(), line["V_phi"])
    assert ax.lines[-1].get_linestyle() == "-"
    assert ax.get_xlabel() == "K"
    other = free_trion_line(LIQUID, {"K_c": K}, {"V_phi": (2.7, 2.99)})
    with pytest.raises(InputError, match="`line` must have the variables K, V_phi: got K_c, V_phi"):
        lines.plot_on_map(trion_phase(LIQUID, {"K": K, "V_phi": V}), line=other)


def test_a_curve_with_several_branches_is_dotted():
    K, V = np.linspace(0.9, 1.1, 5), np.linspace(2.7, 2.99, 7)
    line = free_trion_line(LIQUID, {"K": K}, {"V_phi": (2.7, 2.99)})
    folded = line.isel(point=[0, 1, 1, 0])
    assert lines.plot_on_map(trion_phase(LIQUID, {"K": K, "V_phi": V}), line=folded).lines[-1].get_linestyle() == "None"
