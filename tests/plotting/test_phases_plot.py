"""Pictures of phases, flows and temperatures: what is drawn is what the dataset says."""

import numpy as np
import pytest

from attractron import plotting, wires
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.plotting import flows, phases
from attractron.wires import ArrayOfWires, CoupledWires, Nanotube, TrionLiquid, bands, protocol

PAIR = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
NAMES = {0: "decoupled", 1: "paired", 2: "trion"}


def made(codes, question="tests.phases", **extra):
    """Phases over (a, b), or (a,), with scales that are their codes."""
    codes = np.asarray(codes, dtype=np.int8)
    dims = ("a", "b", "c")[: codes.ndim]
    result = dataset(
        {
            "phase": (dims, codes, "1", "phase"),
            "l_spin": (dims, np.where(codes == 1, 3.0, np.inf), "1", "spin scale"),
            "l_trion": (dims, np.where(codes == 2, 2.0, np.nan), "1", "trion scale"),
            **{name: (dims, np.asarray(values), "1", name) for name, values in extra.items()},
        },
        {
            dim: (dim, np.linspace(0.0, 1.0, size), "meV", f"knob {dim}")
            for dim, size in zip(dims, codes.shape, strict=True)
        },
        question=question,
        parameters={},
        method="",
        validity=(),
        references=(),
    )
    result["phase"].attrs.update(flags(NAMES))
    return result


MAP = np.repeat([[0, 0, 1, 2], [0, 1, 1, 2], [0, 1, 2, 2]], 2, axis=0)


def test_a_map_has_the_tint_of_every_phase_at_its_place():
    ax = phases.plot(made(MAP))
    drawn = np.asarray(ax.collections[0].get_array())
    np.testing.assert_array_equal(drawn, phases.tints(3)[MAP.T])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("knob a (meV)", "knob b (meV)")
    assert sorted(text.get_text() for text in ax.texts) == ["decoupled", "paired", "trion"]
    assert not ax.get_title(loc="right")


def test_names_stand_in_their_regions():
    result = made(MAP)
    for text in phases.plot(result).texts:
        code = int(result["phase"].sel(a=text.get_position()[0], b=text.get_position()[1]))
        assert NAMES[code] == text.get_text()


def test_falling_axes_are_drawn_rising():
    falling = made(MAP).isel(a=slice(None, None, -1), b=slice(None, None, -1))
    drawn = np.asarray(phases.plot(falling).collections[0].get_array())
    np.testing.assert_array_equal(drawn, phases.tints(3)[MAP.T])


def test_disputed_points_are_hatched():
    agreed = np.ones(MAP.shape, dtype=bool)
    assert not phases.plot(made(MAP, unanimous=agreed)).get_title(loc="right")
    agreed[0, 0] = False
    ax = phases.plot(made(MAP, unanimous=agreed))
    assert ax.get_title(loc="right") == "// conventions disagree"
    (hatched,) = [each for each in ax.collections if getattr(each, "hatches", [None]) == [phases.HATCH]]
    (path,) = hatched.get_paths()
    np.testing.assert_allclose(path.get_extents().get_points(), [[-0.1, -1 / 6], [0.1, 1 / 6]], err_msg="its pixel")


def test_tints_are_light_and_differ():
    found = phases.tints(5)
    assert (found.min(axis=1) > 0.5).all() or (found.mean(axis=1) > 0.5).all()
    assert len({tuple(each) for each in found}) == 5


def test_the_number_of_knobs_chooses_the_picture():
    assert len(phases.picture(made(MAP)).axes) == 1
    (line,) = phases.picture(made([0, 1, 1, 2])).axes
    np.testing.assert_array_equal(line.lines[0].get_ydata(), [np.nan, 3, 3, np.nan])
    np.testing.assert_array_equal(line.lines[1].get_ydata(), [np.nan, np.nan, np.nan, 2])
    panels = phases.picture(made(np.repeat(MAP[None], 3, axis=0))).axes
    assert [ax.get_title(loc="left") for ax in panels] == ["a = 0 meV", "a = 0.5 meV", "a = 1 meV"]
    with pytest.raises(InputError, match="one to three knobs: got 0"):
        phases.picture(made(1))
    with pytest.raises(InputError, match="two dimensions of at least two points"):
        phases.plot(made([0, 1]))


def test_the_trajectory_of_a_flow():
    result = wires.flow(PAIR)
    (ax,) = plotting.picture(result).axes
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), result["running_y_s"])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["y_s", "|y|", "K_s", "K̃_c", "K̃", "Q"], "y₂ is absent from these wires"
    assert ax.lines[-1].get_xdata()[0] == float(result["l_spin"])
    assert ax.get_title(loc="left") == "paired"
    over_knobs = wires.flow(PAIR, axes={"y": [0.0, 0.1, 0.6], "l": [0.0, 1.0]})
    assert len(plotting.picture(over_knobs).axes[0].lines) == 2, "scales, not trajectories"


def test_temperatures_and_what_lies_between():
    found = wires.crossover_temperatures(PAIR, {"mismatch": [0.01, 0.1, 0.5]}, Lambda=10.0)
    (ax,) = plotting.picture(found).axes
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), found["spin_temperature"])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), found["trion_temperature"])
    assert (ax.get_yscale(), ax.get_ylabel()) == ("log", "temperature (K)")
    bare = wires.crossover_temperatures(PAIR, {"mismatch": [0.01, 0.1, 0.5]})
    assert flows.plot_temperatures(bare).get_ylabel() == "k_BT/Λ"
    none = wires.crossover_temperatures(PAIR.with_parameters(y=0.0), {"mismatch": [0.01, 0.1]})
    assert flows.plot_temperatures(none).get_yscale() == "linear", "nothing to draw, and no error"


ARRAY = ArrayOfWires(K_c=0.8, l_spin=4.0, U_perp=0.1, t_perp=0.05, Lambda=10.0)
TUBE = Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.5)


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
