"""Files of Coulomb peaks read from end to end."""

import json

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.measurement import ReadOptions, read_data


def table(path, signal, gate):
    np.savetxt(path, np.stack([gate, signal], axis=1), delimiter=",", header="P (mV),current (pA)", comments="")
    return path


@pytest.fixture(scope="module")
def peak(tmp_path_factory):
    """At 1.0 mV, T = 0.25 K at 0.08 meV/mV, height 2, background 0.1."""
    gate = np.linspace(-10.0, 10.0, 301)
    signal = 0.1 + 2 * np.cosh(0.08 * (gate - 1.0) / (2 * K_B * 0.25)) ** -2
    signal += 0.02 * np.random.default_rng(5).standard_normal(gate.size)
    return table(tmp_path_factory.mktemp("data") / "peak.csv", signal, gate)


def test_a_peak_becomes_a_temperature(peak, tmp_path):
    reading = read_data(peak, tmp_path, ReadOptions(reading="coulomb-peak", lever_arms="0.08"))
    assert reading.found
    assert float(reading.result["temperature"]) == pytest.approx(0.25, rel=0.02)
    summary = json.loads(reading.files[2].read_text(encoding="utf-8"))
    assert summary["reading"] == "coulomb-peak"
    assert summary["status"] == "described"
    assert summary["numbers"]["position"]["value"] == pytest.approx(1.0, abs=0.01)
    assert summary["numbers"]["temperature_of_shape"]["over"] == [["single-level", "metallic"]]
    assert {"thermal peak, one level", "Gaussian peak"} < set(summary["numbers"]["score"]["over"][0])


def test_a_peak_is_recognised(peak, tmp_path):
    reading = read_data(peak, tmp_path, ReadOptions(lever_arms="0.08"))
    assert json.loads(reading.files[2].read_text(encoding="utf-8"))["reading"] == "coulomb-peak"
    with pytest.raises(InputError, match="slopes"):  # an option of steps asks for a step
        read_data(peak, tmp_path, ReadOptions(reading="coulomb-peak", lever_arms="0.08", slopes="same"))
    line = read_data(peak, tmp_path / "line", ReadOptions(lever_arms="0.08", slopes="same"))
    assert not line.found
    assert "charging line" in line.text


def test_what_is_no_peak_is_said_and_kept(tmp_path):
    noise = np.random.default_rng(6).standard_normal(200)
    path = table(tmp_path / "noise.csv", noise, np.linspace(0, 10, 200))
    reading = read_data(path, tmp_path / "out", ReadOptions(reading="coulomb-peak", lever_arms="0.08"))
    assert not reading.found
    assert reading.text.startswith("No Coulomb peak can be read")
    assert all(file.exists() for file in reading.files)


def test_rows_and_options(peak, tmp_path):
    reading = read_data(peak, tmp_path / "out", ReadOptions(reading="coulomb-peaks"))
    assert not reading.found
    assert "read it with --as coulomb-peak" in reading.text
    with pytest.raises(InputError, match="posterior"):
        read_data(peak, tmp_path / "none", ReadOptions(reading="coulomb-peaks", posterior=True))
    with pytest.raises(InputError, match="slopes"):
        read_data(peak, tmp_path / "none", ReadOptions(reading="coulomb-peak", slopes="same"))
    assert not (tmp_path / "none").exists()


def test_a_row_is_recognised_without_lever_arms_and_steps_are_none(tmp_path):
    """Neither a lever arm nor the name of the kind is asked for, where the spacings need none."""
    gate = np.linspace(-40.0, 40.0, 401)
    noise = 0.02 * np.random.default_rng(6).standard_normal(gate.size)
    row = sum(height * np.cosh((gate - place) / 1.5) ** -2 for place, height in ((-22, 1), (1, 0.7), (21, 0.9)))
    reading = read_data(table(tmp_path / "row.csv", row + noise, gate), tmp_path / "row", ReadOptions())
    assert "3 Coulomb peaks" in reading.text
    assert json.loads(reading.files[2].read_text(encoding="utf-8"))["reading"] == "coulomb-peaks"
    steps = sum(np.tanh((gate - place) / 1.5) for place in (-22, 1, 21))
    with pytest.raises(InputError, match="lever-arms"):
        read_data(table(tmp_path / "steps.csv", steps + noise, gate), tmp_path / "steps", ReadOptions())


@pytest.mark.validation
def test_samples_are_written_beside_the_reading(peak, tmp_path):
    reading = read_data(peak, tmp_path, ReadOptions(reading="coulomb-peak", lever_arms="0.08", posterior=True))
    names = ["peak-read.nc", "peak-read.png", "peak-posterior.nc", "peak-posterior.png", "summary.json"]
    assert [file.name for file in reading.files] == names
    parameters = json.loads(reading.files[-1].read_text(encoding="utf-8"))["posterior"]["parameters"]
    assert parameters["temperature"]["mean"] == pytest.approx(0.25, rel=0.1)
    assert parameters["tunnel_broadening"]["interval"][0] >= 0
