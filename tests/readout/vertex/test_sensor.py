"""A detector on its own Coulomb peak: the response against its derivatives, and images that are made with one."""

import numpy as np
import pytest
import xarray as xr
from scipy.interpolate import BSpline

from attractron.core.results import flag_names
from attractron.dots import Device, Gate, stability_diagram
from attractron.readout.vertex.fit import SHAPES
from attractron.readout.vertex.model import central_differences, derivatives, occupations
from attractron.readout.vertex.sensor import Sensor, sensor
from attractron.readout.vertex.vertex import read_vertex

PLACES = (np.linspace(-1, 1, 15), np.linspace(-1, 1, 17))
FAMILY = sensor(PLACES, 0.7, np.array([0.3, -0.2]), 9)
SHAPE = np.array([0.3, -0.1, 1.3, 0.1, 0.2, 0.5, -2.0, -2.1, -2.5, -1.0, 0.01, -0.02, -2.2])


def parameters(family: Sensor = FAMILY) -> np.ndarray:
    draw = np.random.default_rng(0)
    return np.concatenate([[0.3, -0.2, 0.05, -0.1], draw.normal(size=family.size - 2)])


def test_derivatives_are_those_of_the_signal() -> None:
    def signal(every: np.ndarray) -> np.ndarray:
        return FAMILY.signal(every[SHAPES:], occupations(every[:SHAPES], *PLACES), *PLACES)

    every = np.concatenate([SHAPE, parameters()])
    found = FAMILY.slopes(every[SHAPES:], *derivatives(SHAPE, *PLACES), *PLACES)
    assert np.moveaxis(found, 0, -1) == pytest.approx(central_differences(signal, every), abs=1e-6)


def test_shifts_move_the_response_as_the_gates_do() -> None:
    """A full dot shifts u by s: the signal is that of empty dots where u is larger by s (δ = κ = 0, no B)."""
    own = parameters()
    own[2:4], own[-3:] = 0.0, 0.0
    full = np.stack([np.ones((15, 17)), np.zeros((15, 17))])
    c, s = np.cos(FAMILY.angle), np.sin(FAMILY.angle)
    moved = (PLACES[0] + own[0] * c, PLACES[1] + own[0] * s)
    shifted = FAMILY.signal(own, full, *PLACES)
    assert shifted == pytest.approx(FAMILY.signal(own, np.zeros_like(full), *moved), abs=1e-10)


def test_the_basis_is_that_of_cubic_splines() -> None:
    """Against scipy's, of uniform knots; the ends included."""
    knots = FAMILY.low + (FAMILY.high - FAMILY.low) / 9 * np.arange(-3, 13)
    u = np.linspace(FAMILY.low, FAMILY.high, 101)
    expected = BSpline(knots, np.eye(12), 3)(u).T
    np.testing.assert_allclose(FAMILY.basis(u), expected, atol=1e-12)
    np.testing.assert_allclose(FAMILY.basis(u.astype(np.float32)), expected, atol=3e-6)


def test_beyond_its_ends_the_response_is_straight() -> None:
    weights = parameters()[4:-3]
    u = FAMILY.high + np.array([0.1, 0.2, 0.4])
    values = weights @ FAMILY.basis(u)
    assert values[2] - values[1] == pytest.approx(2 * (values[1] - values[0]))
    assert (values[1] - values[0]) / 0.1 == pytest.approx(float(FAMILY.slope(weights, np.array(FAMILY.high))))


def test_more_knots_hold_the_same_response() -> None:
    family, own = FAMILY.refined(parameters(), 27)
    n = occupations(SHAPE, *PLACES)
    assert family.signal(own, n, *PLACES) == pytest.approx(FAMILY.signal(parameters(), n, *PLACES), abs=1e-3)


def on_a_peak(W: float, *, noise: float, pixels: int = 48) -> xr.DataArray:
    """Two dots with the lever arms of ARMS and ε = 0 at the origin, seen by a cosh⁻² peak that both shift."""
    gates = {name: Gate(lever_arms=dict(zip("ab", arms, strict=True))) for name, arms in zip("xy", ARMS.T, strict=True)}
    device = Device(dots=("a", "b"), repulsion=np.array([[0.0, W], [W, 0.0]]), gates=gates)
    axes = {name: np.linspace(-11.0, 18.0, pixels) for name in ("x", "y")}
    n = stability_diagram(device, axes, temperature=0.15)["occupation"]
    u = 0.018 * n["x"] + 0.05 * n["y"] + 0.35 * n.sel(dot="a", drop=True) - 0.25 * n.sel(dot="b", drop=True)
    peak = 1 / np.cosh((u - 0.2) / 0.5) ** 2
    return peak + noise * np.random.default_rng(3).normal(size=peak.shape)


ARMS = np.array([[0.10, 0.03], [0.04, 0.09]])


@pytest.mark.thorough
def test_a_vertex_on_the_flank_of_a_peak() -> None:
    """Charges shift the peak in opposite directions; steps of either sign; W = 0.9 meV."""
    image = on_a_peak(0.9, noise=0.02)
    result = read_vertex(image, lever_arms=ARMS, steps="gates")
    assert flag_names(result["status"])[int(result["status"])] == "repulsive"
    assert abs(float(result["effective_interaction"]) - 0.9) < 3 * float(result["effective_interaction_uncertainty"])
    assert float(result["effective_interaction_uncertainty"]) < 0.02
    far = (result["triple_point"] - np.array([[0.0, 0.0], [6.923, 6.923]])) / result["triple_point_uncertainty"]
    assert np.abs(far).max() < 3
    assert "on its own Coulomb peak" in result.attrs["validity"]
