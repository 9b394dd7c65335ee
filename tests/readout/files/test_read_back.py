"""An axis that a file holds twice: the signal tells whether the gate was where it was set or where it was read back."""

import numpy as np
import pytest
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.measurement import ReadOptions, read_data
from attractron.readout import charging_line
from attractron.readout.files.load import load
from attractron.readout.files.read_back import following

SET = np.linspace(-5.0, 5.0, 401)
KELVIN = 0.2


def jittering(level=0.15, seed=1):
    return SET + level * np.random.default_rng(seed).standard_normal(SET.size)


def written(path, there, back, unit="V", scale=1e-3):
    """A table of set points and what was read back (V by default); the signal is a charging step at `there`."""
    signal = expit(0.1 * (there - 0.3) / (K_B * KELVIN)) + 0.01 * np.random.default_rng(5).standard_normal(SET.size)
    rows = (f"{s * 1e-3:.9g},{b * scale:.9g},{y:.6g}" for s, b, y in zip(SET, back, signal, strict=True))
    path.write_text(f"P1 (V),P1_meas ({unit}),sensor (nA)\n" + "\n".join(rows))
    return path


@pytest.mark.parametrize(("unit", "scale"), [("V", 1e-3), ("mV", 1.0)])
def test_a_gate_that_jitters_is_where_it_was_read(tmp_path, unit, scale):
    back = jittering()
    data = load(written(tmp_path / "a.csv", back, back, unit, scale))
    np.testing.assert_allclose(data["P1"], np.sort(back), rtol=1e-6, atol=1e-6)
    assert "P1 is as P1_meas reads it back" in data.attrs["said"]
    found = charging_line(data, lever_arm=0.1)
    assert abs(float(found["temperature"]) - KELVIN) < 3 * float(found["temperature_uncertainty"]) < 0.03


def test_a_meter_that_scatters_is_left_out(tmp_path):
    data = load(written(tmp_path / "a.csv", SET, jittering()))
    np.testing.assert_allclose(data["P1"], SET, atol=1e-6)
    assert "the signal does not follow that, it is left out" in data.attrs["validity"]
    assert "said" not in data.attrs


def test_set_points_that_the_user_names_stay(tmp_path):
    back = jittering()
    data = load(written(tmp_path / "a.csv", back, back), axes=["P1"])
    np.testing.assert_allclose(data["P1"], SET, atol=1e-6)
    assert "P1_meas holds P1 once more" in data.attrs["validity"]
    other = load(written(tmp_path / "a.csv", back, back), axes=["P1_meas"], variable="sensor")
    np.testing.assert_allclose(np.sort(other["P1_meas"]), np.sort(back), atol=1e-6)


def test_an_offset_is_said_in_the_sentence(tmp_path):
    file = written(tmp_path / "a.csv", SET, SET + 0.1)
    text = read_data(file, tmp_path / "out", ReadOptions(lever_arms="0.1")).text
    assert "P1_meas holds P1 once more, 0.0% of the range apart (r.m.s.) and 1.0% on average: it is left out." in text


@pytest.mark.parametrize("level", [0.02, 0.3])
def test_the_share_of_the_difference_that_the_signal_follows(level):
    """Half of the variance of δ the gate's own and half the meter's: regression gives one half."""
    gate = jittering(level)
    meter = gate + level * np.random.default_rng(9).standard_normal(SET.size)
    noise = 0.002 * np.random.default_rng(8).standard_normal(SET.size)
    for there, expected in ((meter, 1.0), (gate, 0.5), (SET, 0.0)):
        beta, error = following(SET, meter, np.tanh(there) + noise)
        assert abs(beta - expected) < max(4 * error, 0.25)  # a smooth curve is less steep
    assert following(SET, meter, noise)[1] > 0.3 or abs(following(SET, meter, noise)[0]) < 4


def test_what_cannot_be_told_is_said():
    assert following(SET[:5], SET[:5], SET[:5]) == (0.0, float("inf"))
    assert following(SET, SET, np.tanh(SET)) == (0.0, float("inf"))
