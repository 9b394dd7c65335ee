"""Events are found inside a step, maxima too."""

import math

import numpy as np
import pytest

from attractron.wires import CoupledWires, Sharp
from attractron.wires.flow.equations import OFF, equations
from attractron.wires.flow.events import BARE, where_strong
from attractron.wires.flow.integrate import prepare
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.stepper import ROWS, STAGES, advance


def single_step(x, par, flags, h):
    K = np.zeros((ROWS, 9))
    equations(0.0, x, par, flags, K[0])
    advance(0.0, x, h, par, flags, K, K[STAGES + 1])
    return K


def test_a_maximum_inside_a_step_is_not_stepped_over():
    """y_s = -0.9 with X = 2 dies out and takes the growth of y with it: ln y rises and falls again within one step."""
    wires = CoupledWires(K_c=1.0, K=0.8, y_s=-0.9, y=1.0, K_s=2.0)
    flows = prepare(wires.initial_couplings(), 2.0, Scheme(cutoff=Sharp()))
    x, par, flags, levels = flows.x[0], flows.par[0], flows.flags[0], np.array([10.0, 0.0, BARE, math.inf])
    flags[0] = OFF  # no source: ln y is linear in its start
    top = max(single_step(x, par, flags, h)[STAGES + 1, 2] for h in np.linspace(0.01, 1.5, 150))
    x[2] = -top / 2
    h = 1.5
    K = single_step(x, par, flags, h)
    assert x[2] < 0 > K[STAGES + 1, 2]
    at = where_strong(1, 0.0, x, h, par, flags, levels, K)
    assert 0 < at < h
    assert single_step(x, par, flags, at)[STAGES + 1, 2] == pytest.approx(0.0, abs=1e-13)
    x[2] = -2 * top
    assert where_strong(1, 0.0, x, h, par, flags, levels, single_step(x, par, flags, h)) == -1
