"""Jumps and further steps have to be more than the line, the noise and chance explain."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from attractron.readout.trace.beyond_chance import needed_jumps, sharp_jumps
from attractron.readout.trace.drift import TraceNoise
from attractron.readout.trace.record import Record, points_of, prepared
from attractron.readout.trace.search import Guess
from attractron.readout.trace.step_fit import fitted, gained
from attractron.readout.trace.steps import explore
from attractron.readout.trace.switches import Switches
from attractron.readout.trace.trace import _measured
from tests.readout.line_traces import LEVER_ARM, line_trace

GATE = np.linspace(0.0, 399.0, 400)
LINE = Guess(position=200.3, width=6.0)


def record(signal, seed=1, noise=0.02):
    signal = signal + noise * np.random.default_rng(seed).normal(size=GATE.size)
    return Record(gate=GATE, time=GATE, signal=signal, used=np.ones(GATE.size, dtype=bool))


def line():
    return expit((GATE - LINE.position) / LINE.width)


def beside(found, guesses):
    return fitted(found, points_of(found, LINE.position, 4 * LINE.width), guesses)


def test_jumps_on_a_line_are_left_out_and_those_of_the_detector_are_kept():
    trace = record(line() + 0.15 * (GATE > 260.5), seed=3)
    marked = replace(trace, switches=Switches(jumps=(190, 199, 207, 260)))
    kept, found = needed_jumps(marked, beside(marked, (LINE,)))
    assert kept.switches.jumps == (260,)
    assert abs(found.guesses[0].width - LINE.width) < 0.5


def test_a_step_between_two_points_beside_a_wide_line_is_a_jump():
    trace = record(line() + 0.15 * (GATE > 260.5), seed=4)
    sharp = Guess(position=260.5, width=0.1)
    changed, found = sharp_jumps(trace, beside(trace, (LINE, sharp)))
    assert changed.switches.jumps == (260,)
    assert [each.position == pytest.approx(LINE.position, abs=1) for each in found.guesses] == [True]
    # Two sharp lines may be two lines of a cold dot.
    narrow = record(1.0 * (GATE > 200.5) + 0.5 * (GATE > 260.5), seed=5)
    alone, _ = sharp_jumps(narrow, beside(narrow, (Guess(position=200.5, width=0.1), sharp)))
    assert not alone.switches.jumps


def test_a_gain_is_none_where_another_noise_alone_makes_it():
    trace = record(line(), seed=9)
    one = beside(trace, (LINE,))
    other = beside(trace, (LINE, Guess(position=300.0, width=3.0)))
    loud = replace(one, noise=TraceNoise(size=GATE.size, levels=(0.01, 0.0, 0.0, 0.0)))
    assert loud.deviance - other.deviance > 100
    assert gained(trace, loud, other) < 20
    assert gained(trace, beside(trace, ()), one) > 100


@pytest.mark.parametrize(("kind", "seed"), [("drift", 22050), ("1/f", 21009), ("drift", 21021)])
def test_slow_noise_makes_no_further_steps_and_a_steep_line_no_jumps(kind, seed):
    trace, truth = line_trace(kind, seed)
    cleared, found = explore(prepared(_measured(trace, LEVER_ARM).record))
    assert not cleared.switches.jumps
    assert [abs(each.position - truth.position) < 0.1 for each in found.guesses] == [True]
