"""Repeats are averaged and tell the noise, sweeps up and down are told apart, points in any order come in order."""

import itertools

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.readout.files.load import load
from attractron.readout.files.repeats import averaged
from attractron.readout.files.sweeps import directions, sweeps

GATE = np.linspace(-2.0, 2.0, 41)
SLOW = np.linspace(0.0, 1.0, 7)
NOISE = 0.1


def step(gate, place=0.3):
    return 1 / (1 + np.exp(-(gate - place) / 0.2))


def table(path, header, *columns):
    lines = [header, *(",".join(map(repr, row)) for row in np.stack(columns, axis=1).tolist())]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_set_points_that_repeat_are_averaged_with_their_spread_as_noise(tmp_path):
    rng = np.random.default_rng(1)
    gate = np.repeat(GATE, 5)
    signal = step(gate) + NOISE * rng.standard_normal(gate.size)
    data = load(table(tmp_path / "x.csv", "P1 (mV),I (nA)", gate, signal))
    np.testing.assert_array_equal(data["P1"], GATE)
    np.testing.assert_allclose(data["signal"], signal.reshape(-1, 5).mean(axis=1), atol=1e-12)
    assert float(data["noise"].mean()) == pytest.approx(NOISE / np.sqrt(5), rel=0.15)
    assert "205 readings at 41 set points" in data.attrs["validity"]


def test_one_wild_reading_does_not_count(tmp_path):
    rng = np.random.default_rng(2)
    values = 0.01 * rng.standard_normal((7, 30))
    values[3, 11] = 50.0
    np.savez(tmp_path / "x.npz", **{"repeat": np.arange(7), "P1 (mV)": GATE[:30], "I (nA)": values + step(GATE[:30])})
    data = load(tmp_path / "x.npz", variable="I", axes=["repeat", "P1"])
    assert float(np.abs(data["signal"] - step(GATE[:30])).max()) < 0.02
    assert float(data["noise"].max()) < 0.01


@settings(max_examples=30)
@given(repeats=st.integers(2, 12), seed=st.integers(0, 10**6))
def test_standard_errors_have_the_right_size(repeats, seed):
    """z = (mean - truth)/error has variance 1 up to (1 + 4/(freedom)): 400 points, freedom of 30 each."""
    rng = np.random.default_rng(seed)
    places = np.tile(np.arange(400), repeats)
    mean, error = averaged(rng.standard_normal(places.size), places, 400)
    assert np.mean((mean / error) ** 2) == pytest.approx(1.0, abs=0.45)


@pytest.mark.parametrize("name", ["repeat", "n_avg", "Repetition", "shots"])
def test_a_dimension_of_repeats(tmp_path, name):
    rng = np.random.default_rng(3)
    values = SLOW[None, :, None] + step(GATE) + NOISE * rng.standard_normal((6, 7, 41))
    cube = xr.Dataset({"I": ((name, "P4", "P3"), values)}, {name: np.arange(6), "P4": SLOW, "P3": GATE})
    cube["P4"].attrs["units"] = cube["P3"].attrs["units"] = "mV"
    cube.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    data = load(tmp_path / "x.nc")
    np.testing.assert_allclose(data["signal"], values.mean(axis=0), atol=0.1)
    assert data["noise"].dims == ("P4", "P3")
    assert float(data["noise"].mean()) == pytest.approx(NOISE / np.sqrt(6), rel=0.1)
    assert f"Mean over 6 repeats ({name})" in data.attrs["validity"]
    other = cube.rename({name: "k"})
    other.to_netcdf(tmp_path / "y.nc", engine="h5netcdf")
    with pytest.raises(
        InputError, match=r"got 3 axes \(k: 6, P4: 7, P3: 41\); average over one of repeats with --average"
    ):
        load(tmp_path / "y.nc")
    xr.testing.assert_allclose(load(tmp_path / "y.nc", average="k")["signal"], data["signal"])
    with pytest.raises(InputError, match="`average` must name an axis of repeats, without unit: got 'P4' in mV"):
        load(tmp_path / "y.nc", average="P4")
    with pytest.raises(InputError, match="`average` must name an axis of 'I'"):
        load(tmp_path / "y.nc", average="j")


def test_a_trace_there_and_back_has_two_sweeps(tmp_path):
    gate = np.concatenate([GATE, GATE[::-1]])
    signal = np.concatenate([step(GATE, 0.2), step(GATE[::-1], 0.4)])
    path = table(tmp_path / "x.csv", "P1 (mV),I (nA)", gate, signal)
    up, down = load(path, sweep="up"), load(path, sweep="down")
    np.testing.assert_allclose(up["signal"], step(GATE, 0.2))
    np.testing.assert_allclose(down["signal"], step(GATE, 0.4))
    assert load(path)["signal"].equals(up["signal"])
    assert up.attrs["sweeps"] == "up down"
    assert "the sweep up; sweep 'down' gives the others" in up.attrs["validity"]
    with pytest.raises(InputError, match="`sweep` must be one of up, down"):
        load(path, sweep="left")
    one = table(tmp_path / "y.csv", "P1 (mV),I (nA)", GATE, step(GATE))
    with pytest.raises(InputError, match="`sweep` must be left out where the axis is swept one way"):
        load(one, sweep="up")


@pytest.mark.parametrize("order", ["row by row", "image by image"])
def test_an_image_there_and_back_has_two_sweeps(tmp_path, order):
    rows = [(slow, fast, way) for slow in SLOW for way in (0, 1) for fast in (GATE if way == 0 else GATE[::-1])]
    if order == "image by image":
        rows.sort(key=lambda row: row[2])
    slow, fast, way = (np.array(column) for column in zip(*rows, strict=True))
    signal = step(fast, 0.2 + 0.2 * way) + slow
    path = table(tmp_path / "x.csv", "P4 (mV),P3 (mV),I (nA)", slow, fast, signal)
    for chosen, place in (("up", 0.2), ("down", 0.4)):
        data = load(path, sweep=chosen)
        assert data["signal"].dims == ("P4", "P3")
        np.testing.assert_allclose(data["signal"], SLOW[:, None] + step(GATE, place))
        assert data.attrs["sweeps"] == "up down"


def test_two_images_as_a_dimension_of_two(tmp_path):
    values = np.stack([SLOW[:, None] + step(GATE, place) for place in (0.2, 0.4)])
    pair = xr.Dataset({"I": (("direction", "P4", "P3"), values)}, {"P4": SLOW, "P3": GATE})
    pair.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    np.testing.assert_allclose(load(tmp_path / "x.nc", units="mV", sweep="down")["signal"], values[1])


def test_repeats_of_an_image_are_averaged(tmp_path):
    rows = np.array([(slow, fast) for slow in SLOW for _ in range(3) for fast in GATE])
    signal = rows.sum(axis=1) + NOISE * np.random.default_rng(4).standard_normal(len(rows))
    data = load(table(tmp_path / "x.csv", "P4 (mV),P3 (mV),I (nA)", *rows.T, signal))
    assert dict(data["signal"].sizes) == {"P4": 7, "P3": 41}
    assert float(data["noise"].mean()) == pytest.approx(NOISE / np.sqrt(3), rel=0.15)


@settings(max_examples=30)
@given(order=st.permutations(range(41)))
def test_points_may_come_in_any_order(tmp_path_factory, order):
    path = tmp_path_factory.mktemp("shuffled") / "x.csv"
    at = list(order)
    data = load(table(path, "P1 (mV),I (nA)", GATE[at], np.sin(7 * GATE[at])), axes=["P1"])
    if "sweeps" not in data.attrs and data["P1"][0] < data["P1"][-1]:
        np.testing.assert_array_equal(data["P1"], GATE)
        np.testing.assert_array_equal(data["signal"], np.sin(7 * GATE))


def test_sweeps_of_an_axis():
    there = np.arange(11.0)
    assert sweeps(there) == [(0, 10)]
    assert sweeps(np.concatenate([there, there[-2::-1]])) == [(0, 10), (10, 20)]
    assert [last - first for first, last in sweeps(np.tile(np.concatenate([there, there[-2:0:-1]]), 3))] == [10] * 5 + [
        9
    ]
    jitter = there + 0.4 * np.random.default_rng(5).standard_normal(11)
    assert len(sweeps(np.repeat(jitter, 20) + 0.1 * np.random.default_rng(6).standard_normal(220))) == 1
    np.testing.assert_array_equal(directions(np.array([0.0, 2, 5, 9, 9, 5, 2, 0])), [1, 1, 1, 1, -1, -1, -1, -1])
    assert set(itertools.chain(*sweeps(np.random.default_rng(7).random(40)))) == {0, 39}
