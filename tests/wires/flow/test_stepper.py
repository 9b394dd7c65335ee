"""The order of a step and of the estimate of its error."""

import math

import numpy as np

from attractron.wires import CoupledWires, Tanh
from attractron.wires.flow.equations import equations
from attractron.wires.flow.integrate import prepare
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.stepper import ROWS, STAGES, advance, error_of


def fixed_steps(number, span=3.0):
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.2, y=0.3, y_2=0.1, upsilon=0.3, K_s=1.2, theta=0.7, mismatch=0.3)
    scheme = Scheme(cutoff=Tanh(1.0), feedback="complete", phase_factor="complete", spin="published")
    flows = prepare(wires.initial_couplings(), 2.0, scheme)
    x, K = flows.x[0].copy(), np.zeros((ROWS, 9))
    h = span / number
    for step in range(number):
        equations(step * h, x, flows.par[0], flows.flags[0], K[0])
        advance(step * h, x, h, flows.par[0], flows.flags[0], K, K[STAGES + 1])
        x = K[STAGES + 1].copy()
    return x


def test_the_order_is_eight():
    exact = fixed_steps(160)
    numbers = np.array([6, 8, 10])
    errors = np.array([np.abs(fixed_steps(number) - exact).max() for number in numbers])
    orders = -np.diff(np.log(errors)) / np.diff(np.log(numbers))
    assert np.all((orders > 7.5) & (orders < 8.5)), orders
    assert errors[-1] < 1e-9


def test_the_error_estimate_is_of_the_size_of_the_error():
    """It falls as the eighth power of the step."""
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.2, y=0.3, mismatch=0.3)
    flows = prepare(wires.initial_couplings(), 2.0, Scheme())
    K, found = np.zeros((ROWS, 9)), []
    for h in (1.6, 0.4):
        equations(0.0, flows.x[0], flows.par[0], flows.flags[0], K[0])
        advance(0.0, flows.x[0], h, flows.par[0], flows.flags[0], K, K[STAGES + 1])
        found.append(error_of(flows.x[0], K[STAGES + 1], h, K))
    assert 7 < math.log(found[0] / found[1]) / math.log(4) < 9
