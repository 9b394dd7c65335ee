"""Pick-up of the mains is found beside a step, with its harmonics and its drift; noise and steps alone have none."""

import numpy as np
import pytest
from scipy.special import expit

from attractron.readout.trace.pickup import columns, find_pickup, folded
from attractron.readout.trace.record import prepared
from attractron.readout.trace.shapes import background
from attractron.readout.trace.steps import explore
from attractron.readout.trace.trace import _measured
from tests.readout.line_traces import LEVER_ARM, line_trace


def parts(size, frequency, overtones, drift=0.0, seed=0):
    rng, time = np.random.default_rng(seed), np.arange(size, dtype=float)
    phase = frequency * time + drift * ((time - size / 2) / (size / 2)) ** 2
    wave = sum(np.cos(2 * np.pi * m * phase + rng.uniform(0, 6)) / m for m in range(1, overtones + 1))
    return time, wave, expit((time - 0.4 * size) / (size / 40)), 0.05 * rng.standard_normal(size)


@pytest.mark.parametrize(("frequency", "overtones", "drift"), [(0.0236, 7, 0.0), (0.3922, 3, 0.0), (0.0747, 4, 0.2)])
def test_pickup_is_found_and_taken_out(frequency, overtones, drift):
    time, wave, step, noise = parts(1000, frequency, overtones, drift)
    signal = 3 * wave + step + noise
    fixed = background(time, 3)
    found = find_pickup(time, signal, fixed)
    found = find_pickup(time, signal, np.column_stack([fixed, step]), found, slowest=3)
    assert len(found) == 1
    assert folded(found[0].frequency) == pytest.approx(frequency, abs=1e-5)
    assert set(found[0].overtones) >= set(range(1, overtones + 1))
    everything = np.column_stack([fixed, step, columns(found, time)])
    left = signal - everything @ np.linalg.lstsq(everything, signal, rcond=None)[0]
    assert np.std(left) < 1.1 * 0.05


def test_an_amplitude_that_changes_is_one_though_the_step_is_left():
    """What a step leaves is in all the powers that are compared: only what they fall by tells amplitude from phase."""
    time, wave, step, _ = parts(800, 0.0544, 1)
    signal = (1 + 0.4 * time / 800) * wave + step + 0.01 * np.random.default_rng(0).standard_normal(800)
    (found,) = find_pickup(time, signal, background(time, 3))
    assert found.orders == 1


def test_a_step_and_noise_and_drift_have_no_pickup():
    rng, false = np.random.default_rng(1), 0
    for number in range(60):
        time, _, step, noise = parts(300, 0.1, 1, seed=number)
        walk = 0.03 * np.cumsum(rng.standard_normal(300)) * (number % 2)
        false += len(find_pickup(time, step + noise + walk, background(time, 3)))
    assert false <= 1


def test_frequencies_are_folded():
    assert [folded(each) for each in (0.2, 0.7, 1.1, 2.45)] == pytest.approx([0.2, 0.3, 0.1, 0.45])


@pytest.mark.parametrize(
    "seed",
    [
        22010,  # the third of six harmonics is folded next to zero, beside the step
        22016,  # the nineteenth of the third harmonic would lie on the first one
        22019,  # a line that swells is not all taken away, and others are beneath it
    ],
)
def test_harmonics_that_sampling_folds_hide_no_step(seed):
    trace, truth = line_trace("hum", seed)
    _, found = explore(prepared(_measured(trace, LEVER_ARM).record))
    assert [abs(each.position - truth.position) < 0.1 for each in found.guesses] == [True]
