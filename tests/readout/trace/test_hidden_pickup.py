"""Pick-up that a spectrum does not show is found beside the step, and what is none is not called one."""

import numpy as np
import pytest
from scipy.special import expit

from attractron.dots.detector import one_over_f
from attractron.readout.trace.hidden_pickup import with_hidden
from attractron.readout.trace.record import prepared
from attractron.readout.trace.steps import explore
from attractron.readout.trace.trace import _measured
from tests.readout.line_traces import labelled

SIZE, PLACE, WIDTH = 300, 1.0, 0.3


def trace(wave, seed=1):
    gate = np.linspace(-10, 10, SIZE)
    noise = 0.02 * np.random.default_rng(seed).standard_normal(SIZE)
    return _measured(labelled(gate, expit((gate - PLACE) / WIDTH) + wave + noise), 1.0).record


def cycles(periods, drift):
    time = np.arange(SIZE) / SIZE
    return 2 * np.pi * (periods * time + drift * (2 * time - 1) ** 2)


@pytest.mark.parametrize(
    "wave",
    [
        0.7 * np.cos(cycles(11.7, 0.11)),
        0.6 * np.cos(cycles(6.5, -0.12)),
        1.5 * np.cos(cycles(SIZE / 5.083, 0.0)) + 0.5 * np.sin(5 * cycles(SIZE / 5.083, 0.0)),
    ],
    ids=["drifting", "slow and drifting", "harmonic folded next to zero"],
)
def test_it_is_found_beside_the_step(wave):
    record, found = explore(prepared(trace(wave)))
    assert [round(each.position, 1) for each in found.guesses] != [PLACE]
    record, found = with_hidden(record, found)
    (step,) = found.guesses
    assert step.position == pytest.approx(PLACE, abs=0.05)
    assert step.width == pytest.approx(WIDTH, rel=0.2)


def test_slow_noise_is_no_pickup():
    """It is as likely as noise: a wave of four parameters has to gain more than chance finds."""
    for seed in range(4):
        record, found = explore(prepared(trace(0.1 * one_over_f(SIZE, np.random.default_rng(seed)), seed)))
        assert with_hidden(record, found)[0].pickups == record.pickups == ()
