"""Bias triangles read back: rate equations of two dots in series, and what is none."""

import json

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.measurement import ReadOptions, read_data
from attractron.measurement.options import lever_arm_table
from attractron.plotting import picture
from attractron.readout import read_triangles
from tests.readout.transport_images import other_image, pair_current, scan_noise, triangles_image

ARMS = np.array([[0.10, 0.025], [0.02, 0.11]])
PAIR = {"arms": ARMS, "place": (3.0, -2.0), "bias": 1.0, "interdot": 0.35, "width": 0.015}
GATES = np.linspace(-16.0, 12.0, 80), np.linspace(-18.0, 10.0, 90)


def status(result):
    return flag_names(result["status"])[int(result["status"])]


def image(values, seed=0, noise=0.005):
    draw = np.random.default_rng(seed)
    noisy = values / np.abs(values).max() + scan_noise(values.shape, noise, noise / 2, draw)
    coords = {
        name: (name, gate[: values.shape[axis]], {"units": "mV"})
        for axis, (name, gate) in enumerate(zip(("P1", "P2"), GATES, strict=True))
    }
    return xr.DataArray(100 * noisy, coords, ("P1", "P2"), attrs={"units": "pA", "long_name": "I"})


def within(result, name, value, deviations=4.0):
    apart = np.abs(result[name].to_numpy() - value) / result[f"{name}_uncertainty"].to_numpy()
    assert np.all(apart < deviations), (name, result[name].to_numpy(), value, apart)


@pytest.fixture(scope="module")
def data():
    return image(pair_current(*GATES, **PAIR))


@pytest.fixture(scope="module")
def found(data):
    return read_triangles(data, bias="1 mV")


def test_all_lever_arms_follow_from_the_bias(found):
    assert status(found) == "triangles"
    within(found, "lever_arm", ARMS)
    within(found, "interdot_energy", 0.35)
    within(found, "detuning_lever_arm", ARMS[1] - ARMS[0])
    electrons = np.array([3.0, -2.0])
    within(found, "triple_point", [[electrons, electrons + np.linalg.solve(ARMS, [0.35, 0.35])]])
    assert np.abs(found["lever_arm"] - ARMS).max() < 0.01 * ARMS.max()
    assert np.isnan(found["excited_state"])
    assert int(found["upper_dot"]) == 1
    assert "electrons go from the dot of P1 to that of P2" in found.attrs["summary"]


def test_lever_arms_are_written_as_the_option_takes_them(found):
    table = lever_arm_table(found.attrs["lever_arms"])
    rows = [[arms[gate] for gate in ("P1", "P2")] for arms in table.values()]
    assert np.allclose(rows, found["lever_arm"], atol=1e-4)


def test_energies_scale_with_the_bias(data, found):
    twice = read_triangles(data, bias=-2.0)
    assert np.allclose(twice["lever_arm"], 2 * found["lever_arm"], rtol=1e-3)
    assert float(twice["interdot_energy"]) == pytest.approx(2 * float(found["interdot_energy"]), rel=1e-3)


@pytest.mark.thorough
def test_the_answer_depends_on_no_scale_order_or_precision(data, found):
    others = [
        read_triangles((data * -1e-9 + 1e-8).isel(P1=slice(None, None, -1)), bias=1.0),
        read_triangles(data.astype(np.float32), bias=1.0),
    ]
    for other in others:
        assert np.abs((other["lever_arm"] - found["lever_arm"]) / found["lever_arm_uncertainty"]).max() < 0.1
    turned = read_triangles(data.T, bias=1.0)
    change = turned["lever_arm"].to_numpy()[::-1, ::-1] - found["lever_arm"].to_numpy()
    assert np.abs(change / found["lever_arm_uncertainty"].to_numpy()).max() < 0.5


def test_electrons_may_flow_the_other_way():
    values = pair_current(*GATES, **PAIR | {"upper": 1})
    result = read_triangles(image(values), bias=1.0)
    within(result, "lever_arm", ARMS)
    assert int(result["upper_dot"]) == 2


def test_an_excited_state_adds_a_line_parallel_to_the_base():
    values = pair_current(*GATES, **PAIR | {"excited": 0.45})
    result = read_triangles(image(values), bias=1.0)
    within(result, "excited_state", 0.45)
    within(result, "lever_arm", ARMS)


def test_one_triangle_leaves_the_base_open():
    result = read_triangles(image(pair_current(*GATES, **PAIR | {"blocked": True})), bias=1.0)
    assert status(result) in ("one_triangle", "not_described")
    assert np.isnan(result["lever_arm"]).all()


@pytest.mark.thorough
def test_several_pairs_are_averaged():
    """A honeycomb of four, two of them whole in the window."""
    gates = np.linspace(-16.0, 34.0, 120), np.linspace(-18.0, 10.0, 90)
    total = sum(pair_current(*gates, **PAIR | {"place": (place, -2.0)}) for place in (3.0, 26.0))
    coords = {name: (name, gate, {"units": "mV"}) for name, gate in zip(("P1", "P2"), gates, strict=True)}
    noisy = total + 0.005 * total.max() * np.random.default_rng(1).standard_normal(total.shape)
    result = read_triangles(xr.DataArray(noisy, coords, ("P1", "P2"), attrs={"units": "pA"}), bias=1.0)
    assert result.sizes["pair"] == 2
    assert result.attrs["summary"].startswith("2 pairs of bias triangles")
    within(result, "lever_arm", ARMS)


@pytest.mark.parametrize("seed", range(10))
def test_other_things_give_no_number(seed):
    values, what = other_image(seed)
    result = read_triangles(values.rename(V_SD="P1", V_g="P2"), bias=1.0)
    assert status(result) != "triangles", what
    assert np.isnan(result["lever_arm"]).all()
    assert picture(result).axes


@pytest.mark.validation
def test_lever_arms_of_seeded_pairs():
    read = 0
    for seed in range(12):
        values, truth = triangles_image(seed)
        result = read_triangles(values, bias=truth.bias)
        if status(result) == "triangles":
            read += 1
            within(result, "lever_arm", truth.arms)
            within(result, "interdot_energy", truth.interdot)
    assert read >= 8


def test_the_bias_is_needed(data):
    with pytest.raises(InputError, match="--bias"):
        read_triangles(data)
    with pytest.raises(InputError, match="not zero"):
        read_triangles(data, bias=0.0)


def test_a_file_is_read_from_end_to_end(data, tmp_path):
    path = tmp_path / "scan.npz"
    np.savez(path, **{"P1 (mV)": GATES[0], "P2 (mV)": GATES[1], "current (pA)": data.to_numpy()})
    options = ReadOptions(reading="bias-triangles", axes=["P1", "P2"], bias="1 mV")
    reading = read_data(path, tmp_path / "out", options)
    assert reading.found
    summary = json.loads(reading.files[2].read_text(encoding="utf-8"))
    assert summary["numbers"]["lever_arm"]["over"] == [["dot of P1", "dot of P2"], ["P1", "P2"]]
