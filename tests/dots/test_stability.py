"""Diagrams against the exact ensemble of the whole Fock space, limits, and laws that hold for any device."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import Detector, Device, Gate, Island, building_block, effective_interaction, stability_diagram
from attractron.dots import stability as grid_module
from tests.dots.fock import ensemble
from tests.dots.strategies import devices

BLOCK = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
AXES = {"V": np.linspace(0.3, 3.1, 23), "delta_V": np.linspace(-1.5, 1.4, 17)}


@settings(max_examples=60)
@given(device=devices(), first=st.floats(-3, 3), second=st.floats(-3, 3), temperature=st.floats(0.5, 40.0))
def test_any_device_against_its_whole_fock_space(
    device: Device, first: float, second: float, temperature: float
) -> None:
    """Gates address open dots and the island alike; occupations, ground energy and charge gap must all agree."""
    mu = device.gate_origin() + first * device.lever_arms("V_1") + second * device.lever_arms("V_2")
    exact = ensemble(device, mu, temperature)
    point = stability_diagram(device, {"V_1": [first, first + 1.0], "V_2": second}, temperature=temperature)
    point = point.isel(V_1=0)
    assert float(point["energy"]) == pytest.approx(exact.energy, abs=1e-9)
    assert float(point["gap"]) == pytest.approx(exact.gap, abs=1e-9)
    assert point["occupation"].values == pytest.approx(exact.occupation, abs=1e-9)


@settings(max_examples=20)
@given(device=devices())
def test_pixels_solved_together_equal_pixels_solved_alone(device: Device) -> None:
    """The fast path (islands solved once) and the driven path (pixel by pixel) agree, whatever the axes' order."""
    first, second = np.array([-1.0, 0.3, 0.9]), np.array([0.7, -0.2])
    whole = stability_diagram(device, {"V_1": first, "V_2": second}, temperature=0.7)
    other = stability_diagram(device, {"V_2": second, "V_1": first}, temperature=0.7)
    assert whole["occupation"].dims == ("dot", "V_1", "V_2")
    assert other["gap"].dims == ("V_2", "V_1")
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            alone = stability_diagram(device, {"V_1": a, "V_2": b}, temperature=0.7)
            for name in ("energy", "gap", "occupation"):
                assert whole[name].isel(V_1=i, V_2=j).values == pytest.approx(alone[name].values, abs=1e-10)
                assert other[name].isel(V_1=i, V_2=j).values == pytest.approx(alone[name].values, abs=1e-10)


def test_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = stability_diagram(BLOCK, AXES, temperature=0.4)
    monkeypatch.setattr(grid_module, "BLOCK", 1)
    xr.testing.assert_identical(whole, stability_diagram(BLOCK, AXES, temperature=0.4))


def test_low_temperature_tends_to_the_ground_state_exponentially() -> None:
    """Away from lines the thermal weight of the next state is at most e^{-gap/k_BT} a state."""
    ground = stability_diagram(BLOCK, AXES)
    for temperature in (0.2, 0.1):
        thermal = stability_diagram(BLOCK, AXES, temperature=temperature)
        difference = abs(thermal["occupation"] - ground["occupation"]).max("dot")
        bound = 4 * np.exp(-np.minimum(ground["gap"], 2.41) / (K_B * temperature))
        assert bool((difference <= bound + 1e-12).all())


def test_ground_states_of_the_paired_vertex() -> None:
    """(0,0) and (1,1) meet at V = e₂/2 along |δV| ≤ |W_eff|/2 (Fig. 2b); at its centre the odd states cost Δ."""
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.0)
    centre = stability_diagram(device, {"V": [-1e-6, 1e-6], "delta_V": [0.0]}, origin="centre")
    names = flag_names(centre["charge_state"])
    assert [names[code] for code in centre["charge_state"].values[:, 0]] == ["(0,0)", "(1,1)"]
    # With the other even state left out, the next one is odd: ask at a point where it is 2 µeV away.
    energies = [
        float(stability_diagram(device, {"V": 0.0, "delta_V": shift}, origin="centre")["gap"])
        for shift in (0.0, 0.789, 0.791)
    ]
    assert energies[0] == pytest.approx(0.0, abs=1e-12)
    end = stability_diagram(device, {"V": 0.0, "delta_V": [0.789, 0.791]}, origin="centre")["charge_state"].values
    assert [names.get(int(code), "odd") for code in end] == ["(0,0)", "odd"]
    assert -effective_interaction(device) / 2 == pytest.approx(0.79)


def test_origin_is_the_particle_hole_symmetric_point() -> None:
    """At δ = U the diagram is symmetric: n_i(-V, -δV) = 1 - n_i(V, δV) about µ = (U + W)/2."""
    axis = np.linspace(-2, 2, 21)
    diagram = stability_diagram(BLOCK, {"V": axis, "delta_V": axis}, temperature=0.3, origin="centre")
    system = diagram["occupation"].sel(dot=["L", "R"]).values
    assert system + system[:, ::-1, ::-1] == pytest.approx(np.ones_like(system), abs=1e-12)
    shifted = stability_diagram(BLOCK, {"V": axis + (2.41 + 0.83) / 2, "delta_V": axis}, temperature=0.3)
    assert shifted["occupation"].values == pytest.approx(diagram["occupation"].values, abs=1e-12)


def test_holes_mirror_electrons() -> None:
    """A hole diagram is the electron one with the gates' signs flipped; the detector sees the opposite charge."""
    holes = building_block(W=0.83, U=2.41, delta=2.41, t=0.05, carriers="holes")
    mirrored = {name: -values for name, values in AXES.items()}
    electron = stability_diagram(BLOCK, AXES, temperature=0.2)
    hole = stability_diagram(holes, mirrored, temperature=0.2)
    assert hole["occupation"].values == pytest.approx(electron["occupation"].values, abs=1e-12)
    assert hole["detector_current"].values == pytest.approx(-electron["detector_current"].values, abs=1e-12)


def test_spin_shifts_a_charging_line_by_kT_ln_2() -> None:
    """Z = 1 + 2e^{βµ}: half filling of one electron lies at µ = -k_BT ln 2."""
    dot = Device(
        dots=("a",), repulsion=np.array([[50.0]]), gates={"V": Gate(lever_arms={"a": 1.0})}, max_electrons=2, spin=True
    )
    temperature = 2.0
    half = stability_diagram(dot, {"V": -K_B * temperature * np.log(2.0)}, temperature=temperature)
    assert float(half["occupation"].item()) == pytest.approx(0.5, abs=1e-12)


def test_parameter_axes_are_separate_devices() -> None:
    diagram = stability_diagram(
        BLOCK, {"V": AXES["V"], "delta": [0.5, 2.0], "delta_V": AXES["delta_V"]}, temperature=0.2
    )
    assert diagram["gap"].dims == ("V", "delta", "delta_V")
    assert diagram["delta"].attrs["units"] == "meV"
    for delta in (0.5, 2.0):
        alone = stability_diagram(BLOCK.with_parameters(delta=delta), AXES, temperature=0.2)
        np.testing.assert_array_equal(diagram["occupation"].sel(delta=delta).values, alone["occupation"].values)


def test_a_device_without_open_dots_has_its_excitation_gap() -> None:
    """A double dot with one electron: levels ±√((ε/2)² + t²), gap twice that, mean occupation ½(1 ± ε/gap)."""
    qubit = Device(
        dots=("a", "b"),
        repulsion=np.zeros((2, 2)),
        tunnelling=np.array([[0.0, 0.02], [0.02, 0.0]]),
        islands=(Island(dots=("a", "b"), electrons=1),),
        gates={"V": Gate(lever_arms={"a": 0.5, "b": -0.5})},
    )
    voltage = np.linspace(-0.2, 0.2, 9)
    diagram = stability_diagram(qubit, {"V": voltage})
    gap = np.hypot(voltage, 2 * 0.02)
    assert diagram["gap"].values == pytest.approx(gap, abs=1e-12)
    assert diagram["occupation"].sel(dot="a").values == pytest.approx((1 + voltage / gap) / 2, abs=1e-12)
    assert "no open dots" in diagram.attrs["validity"]


def test_scalars_fix_knobs_and_make_no_dimension() -> None:
    point = stability_diagram(BLOCK, {"V": 1.6, "delta_V": 0.0, "delta": 1.0})
    assert point["gap"].dims == ()
    assert point["occupation"].dims == ("dot",)
    assert '"fixed": {"V": 1.6' in point.attrs["options"]


@given(values=st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_axes_must_rise_or_fall(values: list[float]) -> None:
    steps = np.diff(values)
    assume(not (len(values) == 1 or (steps > 0).all() or (steps < 0).all()))
    with pytest.raises(InputError, match="rise or fall strictly"):
        stability_diagram(BLOCK, {"V": values})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"axes": {"V": []}}, "at least one point"),
        ({"axes": {"V": [[0.0, 1.0]]}}, "one-dimensional"),
        ({"axes": {"V": [0.0, np.nan]}}, "finite"),
        ({"axes": {"v": [0.0, 1.0]}}, "did you mean 'V'"),
        ({"axes": {"V": ["a"]}}, "numbers"),
        ({"axes": [1, 2]}, "map knob names"),
        ({"axes": {"V": [0.0]}, "temperature": -0.1}, "`temperature` must be zero or positive"),
        ({"axes": {"V": [0.0]}, "origin": "center"}, "did you mean 'centre'"),
        ({"axes": {"V": [0.0]}, "detector": Detector(weights={"Q": 1.0})}, "`dot` must be one of"),
        ({"axes": {"V": [0.0]}, "detector": Detector(slope={"VV": 1.0})}, "name knobs of the device"),
    ],
)
def test_bad_input(arguments: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stability_diagram(BLOCK, **arguments)


def test_result_survives_netcdf(tmp_path) -> None:
    from attractron.core.files import read_dataset, write_dataset

    diagram = stability_diagram(BLOCK, AXES, temperature=0.1)
    again = read_dataset(write_dataset(diagram, tmp_path / "diagram.nc"))
    xr.testing.assert_identical(again.drop_attrs(), diagram.drop_attrs())
    assert again.attrs == diagram.attrs
    assert flag_names(again["charge_state"]) == flag_names(diagram["charge_state"])
    for variable in diagram.variables.values():
        assert {"units", "long_name"} <= set(variable.attrs)


def test_the_centre_leaves_a_dot_without_gates_where_it_is() -> None:
    """P conducts beside L and R and only U and its own level move it: at V = 0 its energies are those of the levels."""
    device = Device(
        dots=("L", "R", "P"),
        repulsion=np.array([[0.0, 0.4, 0.9], [0.4, 0.0, 0.9], [0.9, 0.9, 0.0]]),
        levels=np.array([0.0, 0.0, -0.7]),
        gates={"V_L": Gate(lever_arms={"L": 1.0}), "V_R": Gate(lever_arms={"R": 1.0})},
    )
    assert device.gate_centre() == pytest.approx([0.65, 0.65, 0.0])
    diagram = stability_diagram(device, {"V_L": [-50.0, -40.0], "V_R": -50.0}, origin="centre")
    assert diagram["energy"].values == pytest.approx([-0.7, -0.7])
