"""Sweeps up and down in one file: both are read, and the sentence says how far the line moves."""

import json

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.measurement import ReadOptions, read_data
from attractron.plotting import picture

GATE = np.linspace(-5.0, 5.0, 300)


def trace(place, seed):
    rng = np.random.default_rng(seed)
    return 3.0 / (1 + np.exp(-0.1 * (GATE - place) / (K_B * 0.3))) + 0.02 * rng.standard_normal(GATE.size)


@pytest.fixture
def there_and_back(tmp_path):
    gate, signal = np.concatenate([GATE, GATE[::-1]]), np.concatenate([trace(0.7, 1), trace(0.82, 2)[::-1]])
    path = tmp_path / "line.csv"
    np.savetxt(path, np.stack([gate, signal], axis=1), delimiter=",", header="P3 (mV),sensor (nA)", comments="")
    return path


def test_both_sweeps_are_read_and_the_hysteresis_is_said(there_and_back, tmp_path) -> None:
    reading = read_data(there_and_back, tmp_path / "out", ReadOptions(lever_arms="0.1"))
    names = ["line-read.nc", "line-read.png", "line-read-down.nc", "line-read-down.png", "summary.json"]
    assert [file.name for file in reading.files] == names
    assert reading.down is not None
    assert "Sweep up: The charging line at 0." in reading.text
    assert "Sweep down: The charging line at 0.8" in reading.text
    assert reading.text.endswith("mV higher on the way down.")
    (shift,) = json.loads(reading.files[-1].read_text(encoding="utf-8"))["down"]["hysteresis"]
    assert abs(shift["value"] - 0.12) < 3 * shift["uncertainty"] < 0.03
    assert "the sweep down; sweep 'up' gives the others" in reading.down.attrs["validity"]
    assert picture(reading.down) is not None


@pytest.mark.parametrize(("sweep", "place"), [("up", 0.7), ("down", 0.82)])
def test_one_sweep_alone(there_and_back, tmp_path, sweep, place) -> None:
    reading = read_data(there_and_back, tmp_path / "out", ReadOptions(lever_arms="0.1", sweep=sweep))
    assert reading.down is None
    assert float(reading.result["position"]) == pytest.approx(place, abs=0.02)
