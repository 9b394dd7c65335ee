"""Every shape's derivatives are those that differences converge to; limits and limits of limits."""

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.shapes import (
    Lopsided,
    Opening,
    Peak,
    Relaxation,
    Step,
    Sum,
    fermi_occupation,
    lorentzian_occupation,
)

GATE = np.linspace(-8.0, 8.0, 41)


def step(line, *, derivative=False, slopes=1):
    free = ("position", "temperature", "own")
    return Step(line=line, lever_arm=0.1, free=free, held={}, spacing=0.4, slopes=slopes, derivative=derivative)


LINE = np.array([0.7, 0.5, 0.06])
SHAPES = {
    "lead": (step(lead_occupation), LINE),
    "lead, derivative": (step(lead_occupation, derivative=True, slopes=0), LINE),
    "interdot": (step(interdot_occupation), LINE),
    "lead, bent": (step(lead_occupation, slopes=2), LINE),
    "thermal": (step(fermi_occupation), LINE),
    "Lorentzian": (step(lorentzian_occupation), LINE),
    "peak": (Peak(), np.array([0.7, 1.1])),
    "Lorentzian peak": (Peak(lorentzian=True), np.array([0.7, 1.1])),
    "opening": (Opening(), np.array([-2.0, 0.8, 3.0, 1.7])),
    "kink": (Opening(saturates=False), np.array([-2.0, 0.8])),
    "relaxation": (Relaxation(side=-1), np.array([1.0, 2.5, 0.9])),
    "lopsided": (Lopsided(), np.array([1.0, 0.9, 2.2])),
    "sum": (Sum(parts=(step(fermi_occupation), Peak())), np.array([0.7, 0.5, 0.06, -3.0, 0.8])),
}


@pytest.mark.parametrize("name", SHAPES)
def test_derivatives(name):
    """Halving the step of a central difference divides its error by four, or there is none."""
    shape, point = SHAPES[name]
    values, exact = shape(GATE, point)
    assert values.shape == (GATE.size, shape.count)
    assert exact.shape == (GATE.size, shape.count, len(shape.names))
    for at in range(point.size):

        def distance(part, at=at):
            change = np.zeros(point.size)
            change[at] = part * abs(point[at])
            above, below = shape(GATE, point + change)[0], shape(GATE, point - change)[0]
            return float(np.abs((above - below) / (2 * change[at]) - exact[..., at]).max())

        first, second = distance(0.05), distance(0.025)
        assert first < 1e-8 or first / second == pytest.approx(4, rel=0.15)


def test_a_derivative_is_that_of_the_current():
    small = 1e-5
    shape = step(lead_occupation, slopes=0)
    above, below = (shape(GATE + sign * small, LINE)[0] for sign in (1, -1))
    found = step(lead_occupation, derivative=True, slopes=0)(GATE, LINE)[0]
    np.testing.assert_allclose(found, (above - below) / (2 * small), atol=1e-5)


def test_equivalent_widths():
    """4 k_B T/α of a Fermi step and πΓ/2α of a Lorentzian one."""
    assert step(fermi_occupation).width(LINE) == pytest.approx(4 * K_B * 0.5 / 0.1)
    assert step(lorentzian_occupation).width(LINE) == pytest.approx(np.pi * 0.06 / 2 / 0.1)


def test_limits_of_the_step_beside_a_lead():
    energy = np.linspace(-1, 1, 41)
    for limit, arguments, of in (
        (fermi_occupation, (0.5, 0.0), (0.5, 0.0)),
        (lorentzian_occupation, (0.0, 0.2), (1e-4, 0.2)),
    ):
        np.testing.assert_allclose(limit(energy, *arguments)[0], lead_occupation(energy, *of)[0], atol=1e-6)


def test_what_opens_without_saturating_first_is_a_fermi_step():
    """Two bends next to each other are the derivative of one, which is a Fermi function."""
    near = 1e-4
    values = Opening()(GATE, np.array([0.5 - near / 2, 0.7, near, 0.7]))[0]
    expected = fermi_occupation(GATE - 0.5, 0.7 / K_B, 0.0)[0]
    np.testing.assert_allclose((values[:, 0] - values[:, 1]) / near, expected, atol=1e-6)
    np.testing.assert_allclose(Lopsided()(GATE, np.array([0.5, 0.7, 1.0]))[0][:, 0], expected, atol=1e-12)


def test_a_sharp_relaxation_is_a_saturating_exponential():
    found = Relaxation()(GATE, np.array([-1.0, 2.0, 1e-3]))[0][:, 0]
    expected = np.where(GATE > -1, 1 - np.exp(-np.maximum(GATE + 1, 0) / 2.0), 0.0)
    np.testing.assert_allclose(found, expected, atol=1e-3)
