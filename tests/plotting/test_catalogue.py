"""The picture of any result: its own, or curves, maps or panels by its dimensions; no global state, written whole."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib import rc_context, rcParams

from attractron import plotting, wires
from attractron.core.errors import InputError, OutputError
from attractron.plotting import lines
from attractron.wires import ArrayOfWires, CoupledWires, Nanotube, TrionLiquid, bands, protocol
from tests.plotting.results import result

PAIR = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
ARRAY = ArrayOfWires(K_c=0.8, l_spin=4.0, U_perp=0.1, t_perp=0.05, Lambda=10.0)
TUBE = Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.5)


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
    return [title[5:] for ax in figure.axes if (title := ax.get_title(loc="left"))]


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


def test_results_of_wires_have_pictures_of_their_own():
    flowed = wires.array_flow(ARRAY)
    (ax,) = plotting.picture(flowed).axes
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), flowed["J"])
    assert ax.get_yscale() == "log"
    grid = wires.array_phases(ARRAY, {"U_perp": [0.05, 0.1], "t_perp": [0.01, 0.02, 0.05]})
    assert plotting.picture(grid).axes[1].get_ylabel().endswith("(K)"), "a colour bar of temperatures"
    alone = plotting.picture(grid.isel(U_perp=0))
    assert len(alone.axes) == 1
    nowhere = grid.assign(transition_temperature=0 * grid["transition_temperature"])
    assert len(plotting.picture(nowhere).axes) == 1, "phases alone where nothing orders"
    steps = protocol(["decoupled", "paired", "trion"], [0.0, 1.0, 2.0])
    assert plotting.picture(steps).axes[0].get_ylabel() == "conductance (e²/h)"
    drawn = plotting.picture(bands(TUBE, np.linspace(-0.02, 0.02, 11), mu=-3.0))
    assert len(drawn.axes[0].lines) == 9, "eight bands and the Fermi level"


def test_main_variables():
    liquid = wires.trion_phase(TrionLiquid(K_c=1.0, K=1.0), {"K": [0.9, 1.0]})
    assert plotting.main_variable(liquid) == "K_f_complete"
    assert plotting.main_variable(wires.trion_phase(TrionLiquid(K_c=1.0, K=1.0))) is None
    assert plotting.main_variable(wires.flow(PAIR)) == "running_y_s"
    channel = wires.secondary_channel(TUBE, {"gate": [-2.0, -1.0]}, k_F=0.01, alpha_0=5.0)
    assert plotting.main_variable(channel) == "mismatch"
    rung = wires.Rung(t=1.0, U=4.0, V_rung=2.0, electrons=2)
    assert plotting.main_variable(wires.little(rung, [1.0, 2.0])) == "attraction"


def test_an_empty_curve_is_told():
    empty = wires.free_trion_line(TrionLiquid(K_c=1.0, K=1.0), {"K": [0.9, 1.0]}, {"V_phi": (0.0, 0.1)})
    with pytest.raises(InputError, match="`result` must have points to be drawn: got none along point"):
        plotting.picture(empty)


def test_saving(tmp_path):
    figure = plotting.picture(result(delta=3))
    assert plotting.save(figure, tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OutputError, match="cannot write"):
        plotting.save(figure, tmp_path / "missing" / "x.png")
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]


@pytest.mark.parametrize(("name", "begins"), [("x.PDF", b"%PDF"), ("x.svg", b"<?xml"), ("x.y.png", b"\x89PNG")])
def test_a_picture_is_what_its_name_says(tmp_path, name, begins):
    assert plotting.save(plotting.picture(result(delta=3)), tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize("name", ["x.jpg", "x", "png"])
def test_a_name_that_says_nothing_known_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"must end in one of \.png, \.pdf, \.svg: got"):
        plotting.save(plotting.picture(result(delta=3)), tmp_path / name)


def test_a_users_own_style_costs_no_picture(tmp_path):
    """LaTeX that is not installed, a font that is none, a backend that opens windows."""
    plain = plotting.save(plotting.picture(result(delta=3)), tmp_path / "plain.png").read_bytes()
    with rc_context({"text.usetex": True, "font.family": "No Such Font", "savefig.dpi": 7, "lines.linewidth": 9}):
        assert plotting.save(plotting.picture(result(delta=3)), tmp_path / "styled.png").read_bytes() == plain
        assert rcParams["savefig.dpi"] == 7, "it is theirs still"


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
