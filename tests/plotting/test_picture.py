"""The picture of any result: curves, maps or panels by its dimensions, without global state, written whole."""

import subprocess
import sys

import numpy as np
import pytest

from attractron import plotting
from attractron.core.errors import InputError, OutputError
from attractron.core.results import dataset
from attractron.plotting import lines
from attractron.plotting.style import OKABE_ITO, symbol


def result(question="tests.any", **sizes):
    """Two quantities over knobs of the given sizes; the second is the first less 1."""
    coords = {name: (name, np.linspace(0.0, 1.0, size), "meV", name) for name, size in sizes.items()}
    values = np.arange(np.prod(list(sizes.values()))).reshape(tuple(sizes.values())).astype(float)
    return dataset(
        {
            "number": ((), 3.0, "1", "a number"),
            "first": (tuple(sizes), values, "meV", "first quantity"),
            "two_delta": (tuple(sizes), values - 1.0, "meV", "binding"),
        },
        coords,
        question=question,
        parameters={},
        method="",
        validity=(),
        references=(),
    )


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


def labels(figure):
    return [ax.get_ylabel() for ax in figure.axes]


def test_the_dimensions_choose_the_picture():
    assert labels(plotting.picture(result(delta=30))) == ["first quantity (meV)"]
    assert labels(plotting.picture(result(delta=30, U=8))) == ["first quantity (meV)"]
    assert labels(plotting.picture(result(delta=30, U=9))) == ["U (meV)", "first quantity (meV)"]
    single = plotting.picture(result(delta=30, U=1))
    assert labels(single) == ["first quantity (meV)"]
    assert single.axes[0].get_legend() is None, "a knob of one point is no curve's name"


def test_the_question_chooses_the_quantity():
    assert plotting.main_variable(result("dots.verdict", delta=3)) == "two_delta"
    assert plotting.main_variable(result("tests.other", delta=3)) == "first"
    assert plotting.main_variable(result("dots.verdict")) is None
    assert plotting.main_variable(result("dots.verdict", delta=1)) is None


def titles(figure):
    return [ax.get_title() for ax in figure.axes if ax.get_title()]


def test_a_third_knob_makes_panels():
    assert titles(plotting.picture(result(t=2, U=9, delta=9))) == ["t = 0 meV", "t = 1 meV"]
    assert titles(plotting.picture(result(V=9, delta_V=9, t=3))) == ["t = 0 meV", "t = 0.5 meV", "t = 1 meV"]
    many = titles(plotting.picture(result(t=101, U=9, delta=9)))
    assert many == [f"t = {value} meV" for value in ("0", "0.2", "0.4", "0.6", "0.8", "1")]


def test_a_picture_of_nothing():
    with pytest.raises(InputError, match=r"one to three dimensions to be drawn: got dimensions \(none\)"):
        plotting.picture(result())
    with pytest.raises(InputError, match=r"got dimensions \(a: 2, b: 2, c: 2, d: 2\)"):
        plotting.picture(result(a=2, b=2, c=2, d=2))


def test_saving(tmp_path):
    figure = plotting.picture(result(delta=3))
    assert plotting.save(figure, tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OutputError, match="cannot write"):
        plotting.save(figure, tmp_path / "missing" / "x.png")
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]


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


def test_no_global_state_is_touched():
    code = (
        "import sys, numpy as np, xarray as xr; from attractron import plotting\n"
        "plotting.picture(xr.Dataset({'a': ('x', np.arange(3.0))}, {'x': np.arange(3.0)}))\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_former_modules_still_lead_to_their_functions():
    from attractron.plotting import array_phases, boundaries, nanotube, protocol, signal, trace, trion, vertex

    assert plotting.vertex.plot is vertex.plot is plotting.readings.plot_vertex
    assert (trace.plot, trace.picture) == (plotting.readings.plot_trace, plotting.readings.picture_trace)
    assert signal.picture is plotting.readings.picture_fit
    assert (array_phases.plot, boundaries.plot) == (plotting.phases.plot_array, plotting.phases.plot_boundaries)
    assert (nanotube.plot, protocol.plot) == (lines.plot_bands, plotting.phases.plot_staircases)
    assert trion.plot is lines.plot_on_map
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = plotting.nothing
