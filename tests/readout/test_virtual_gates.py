"""Virtual gates move one dot's lines and no other's."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from attractron import dots, readout
from attractron.core.errors import InputError

ARMS = {"V_L": {"L": 1.0, "R": 0.2}, "V_R": {"R": 1.1, "L": 0.3}}


def image(axes, virtual=None):
    device = dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms=ARMS)
    if virtual is not None:
        device = dots.Device(
            **{
                name: getattr(device, name)
                for name in (
                    "dots",
                    "repulsion",
                    "levels",
                    "tunnelling",
                    "islands",
                    "gates",
                    "max_electrons",
                    "parameters",
                )
            }
            | {"virtual_gates": virtual}
        )
    return dots.stability_diagram(device, axes, temperature=0.4)["detector_current"]


@pytest.fixture(scope="module")
def found():
    axes = {"V_R": np.linspace(-1.0, 3.4, 70), "V_L": np.linspace(-1.0, 3.6, 70)}
    return readout.virtual_gates(readout.read_vertex(image(axes)))


def test_the_matrix_is_that_of_the_lever_arms(found):
    matrix = found["matrix"].sel(virtual_gate=["vV_L", "vV_R"], gate=["V_L", "V_R"]).to_numpy()
    true = np.array([[1.0, 0.3 / 1.0], [0.2 / 1.1, 1.0]])
    errors = found["matrix_uncertainty"].sel(virtual_gate=["vV_L", "vV_R"], gate=["V_L", "V_R"]).to_numpy()
    assert matrix == pytest.approx(true, abs=0.01)
    assert np.all(np.abs(matrix - true) <= 4 * errors + 1e-12)
    assert found["inverse"].to_numpy() @ found["matrix"].to_numpy() == pytest.approx(np.eye(2))


@pytest.mark.thorough
def test_with_virtual_gates_the_lines_are_parallel_to_the_axes(found):
    """The device with what was read as its virtual gates, simulated and read again: M is the unit matrix."""
    to_gates = json.loads(found.attrs["paste"])["to_gates"]
    axes = {"vV_R": np.linspace(-1.0, 4.5, 70), "vV_L": np.linspace(-1.0, 4.5, 70)}
    again = readout.virtual_gates(readout.read_vertex(image(axes, to_gates)))
    assert again["matrix"].to_numpy() == pytest.approx(np.eye(2), abs=0.02)


def reading(gates, cross, errors=0.01):
    return xr.Dataset(
        {
            "cross_lever_arm": (("dot", "axis"), cross),
            "cross_lever_arm_uncertainty": (("dot", "axis"), np.where(np.eye(2) > 0, 0, errors)),
        },
        {"axis": list(gates)},
    )


@given(st.lists(st.floats(-0.3, 0.3), min_size=6, max_size=6))
def test_pairs_make_up_a_matrix_of_three_gates(entries):
    true = np.eye(3)
    true[~np.eye(3, dtype=bool)] = entries
    names = ["P1", "P2", "P3"]
    pairs = [(0, 1), (1, 2), (0, 2)]
    readings = [reading([names[a], names[b]], true[np.ix_([a, b], [a, b])]) for a, b in pairs]
    result = readout.virtual_gates(*readings)
    assert result["matrix"].sel(virtual_gate=[f"v{n}" for n in names], gate=names).to_numpy() == pytest.approx(true)
    assert "taken as zero" not in result.attrs["summary"]


def test_a_pair_that_nobody_read_is_said():
    result = readout.virtual_gates(
        reading(["P1", "P2"], [[1, 0.2], [0.1, 1]]), reading(["P2", "P3"], [[1, 0.3], [0.2, 1]])
    )
    assert "P3 and P1" in result.attrs["summary"]
    assert int(result["known"].sel(virtual_gate="vP1", gate="P3")) == 0


def test_readings_that_differ_are_averaged_and_said():
    result = readout.virtual_gates(
        reading(["P1", "P2"], [[1, 0.20], [0.1, 1]]), reading(["P2", "P1"], [[1, 0.1], [0.30, 1]])
    )
    entry = (
        result["matrix"].sel(virtual_gate="vP1", gate="P2"),
        result["matrix_uncertainty"].sel(virtual_gate="vP1", gate="P2"),
    )
    assert float(entry[0]) == pytest.approx(0.25)
    assert float(entry[1]) == pytest.approx(0.05)  # half of what they differ by
    assert "differ by" in result.attrs["summary"]


def test_uncertainty_of_the_inverse():
    """By drawing matrices: what first order says of the inverse's spread."""
    cross, error = np.array([[1, 0.3], [0.2, 1]]), 0.01
    result = readout.virtual_gates(reading(["P1", "P2"], cross, error))
    draws = np.random.default_rng(1).normal(0, error, (4000, 2, 2)) * (1 - np.eye(2))
    spread = np.linalg.inv(cross + draws).std(axis=0)
    assert result["inverse_uncertainty"].to_numpy() == pytest.approx(spread, rel=0.05)


def test_what_no_matrix_can_be_made_of():
    with pytest.raises(InputError, match="at least one"):
        readout.virtual_gates()
    with pytest.raises(InputError, match="read_vertex"):
        readout.virtual_gates(xr.Dataset())
    with pytest.raises(InputError, match="parallel"):
        readout.virtual_gates(reading(["P1", "P2"], [[1, 1.0], [1.0, 1]]))
