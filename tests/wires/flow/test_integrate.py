"""Flows in plain Python and compiled: the same bits under all conventions."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest

from attractron.wires import CoupledWires, Sharp, Tanh, flow, phase_diagram
from attractron.wires.flow import integrate, stepper
from attractron.wires.flow.scheme import Scheme
from tests.wires.random_wires import CUTOFFS, random_flow


def ends(mode, flows, both):
    x, phase, where = flows.x.copy(), np.empty(len(flows.x), dtype=np.int8), np.empty((len(flows.x), 3))
    options = np.array([flows.sharp, both], dtype=np.int64)
    getattr(integrate._solve, mode)(x, flows.par, flows.flags, flows.levels, options, phase, where)
    return x.tobytes(), phase.tobytes(), where.tobytes()


def path(mode, flows):
    states = np.full((30, 9), np.nan)
    reached = getattr(integrate._trace, mode)(
        flows.x[0].copy(), flows.par[0], flows.flags[0], flows.sharp, np.linspace(0.0, 3.0, 30), states
    )
    return reached, states.tobytes()


def test_plain_and_compiled_flows_have_the_same_bits():
    rng, phases = np.random.default_rng(11), set()
    for number in range(60):
        wires, name, chi, options = random_flow(rng)
        measured = {} if number % 2 else {"strong_coupling": "with_cutoff", "l_max": 40.0 if number % 4 else math.inf}
        scheme = Scheme(cutoff=CUTOFFS[name](chi), **options, **measured)
        flows = integrate.prepare(wires.initial_couplings(), wires.beta, scheme)
        for both in (False, True):
            plain, compiled = (ends(mode, flows, both) for mode in ("plain", "compiled"))
            assert plain == compiled, (wires, name, chi, options)
            phases.add(plain[1])
        if number % 6 == 0:
            assert path("plain", flows) == path("compiled", flows)
    assert len(phases) >= 3


@pytest.mark.parametrize("y_s", [1e-200, -1e-12, 5.0, -50.0, 1e8])
def test_so_do_flows_at_the_edge_of_the_range(y_s):
    for spin, y in (("line-preserving", 1e-150), ("published", 1e12)):
        wires = CoupledWires(K_c=0.9, K=0.4, y_s=y_s, y=y, y_2=1e3, K_s=0.5, theta=0.4, mismatch=0.1)
        scheme = Scheme(spin=spin, phase_factor="complete")
        flows = integrate.prepare(wires.initial_couplings(), wires.beta, scheme)
        assert ends("plain", flows, True) == ends("compiled", flows, True)


@pytest.mark.parametrize("y_s", [0.0, 1e-320, -1e-320, 5e-324])
def test_so_do_flows_without_coupling_of_their_own(y_s):
    """Where y_s = 0 only a source makes it; where it is below the range of normal numbers its squares vanish."""
    for y in (0.0, 1e-160, 1e-6, 0.999):
        wires = CoupledWires(K_c=2.2, K=2.5, y_s=y_s, y=y, upsilon=0.95, mismatch=0.1, carriers="particles")
        for scheme in (
            Scheme(ys_threshold=1e3),
            Scheme(cutoff=Sharp(), feedback="complete"),
            Scheme(ys_threshold=1e-9),
        ):
            flows = integrate.prepare(wires.initial_couplings(), wires.beta, scheme)
            for both in (False, True):
                assert ends("plain", flows, both) == ends("compiled", flows, both)


def test_a_trajectory_ends_soon_at_a_pole(monkeypatch):
    """With both events asked for, points go beyond the pole of y_s: where l goes on no more, steps are useless."""
    wires = CoupledWires(K_c=2.12, K=1.14, K_s=0.7, y_s=1e-3, y=1e-9, upsilon=0.1, mismatch=0.0)
    scheme = Scheme(cutoff=Tanh(1.5), stop="both", feedback="complete", spin="published")
    flows = integrate.prepare(wires.initial_couplings(), wires.beta, scheme)
    steps = []
    monkeypatch.setattr(integrate, "advance", lambda *args: steps.append(args[2]) or stepper.advance(*args))
    states, points = np.full((3, 9), np.nan), np.array([1.0, 5.0, 1e3])
    reached = integrate._trace.plain(flows.x[0].copy(), flows.par[0], flows.flags[0], flows.sharp, points, states)
    assert reached == 2
    assert np.isfinite(states[1]).all()
    assert len(steps) < 1000


def test_plain_python_serves_few_flows_and_threads_do_not_matter(monkeypatch):
    wires = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
    axes = {"mismatch": np.linspace(0.01, 0.9, 5)}
    monkeypatch.setattr(integrate, "CHUNK", 2)
    monkeypatch.setattr(integrate._solve, "for_items", lambda number: integrate._solve.plain)
    monkeypatch.setattr(integrate._trace, "for_items", lambda number: integrate._trace.plain)
    plain = phase_diagram(wires, axes), flow(wires.with_parameters(mismatch=0.1))
    monkeypatch.setattr(integrate._solve, "for_items", lambda number: integrate._solve.compiled)
    monkeypatch.setattr(integrate._trace, "for_items", lambda number: integrate._trace.compiled)
    compiled = phase_diagram(wires, axes, workers=3), flow(wires.with_parameters(mismatch=0.1))
    assert all(first.identical(second) for first, second in zip(plain, compiled, strict=True))


def test_a_first_flow_does_not_wait_for_numba(tmp_path):
    code = (
        "import sys, attractron as at; wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, mismatch=0.1)\n"
        "print(at.wires.phase_name(at.wires.flow(wires)), 'numba' in sys.modules)"
    )
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["paired", "False"]
