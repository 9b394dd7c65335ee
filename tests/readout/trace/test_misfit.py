"""A wrong model gives no number, an inexact one a wider error; what other shapes look like is said by their name."""

import numpy as np
import pytest
import xarray as xr
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.core.results import flag_names
from attractron.papers.measured import DATA
from attractron.readout.files.load import load
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.misfit import SHAPE_ERROR
from attractron.readout.trace.trace import charging_line, interdot_line
from tests.readout.line_traces import LEVER_ARM, OTHERS, other_trace

GATE = np.linspace(-8.0, 8.0, 300)
ALPHA, KELVIN = 0.1, 0.4
CHARGE = expit(ALPHA * (GATE - 1.3) / (K_B * KELVIN))


def trace(signal, derivative=0):
    data = {"signal": ("P", signal, {"units": "pA"})}
    return xr.Dataset(data, {"P": ("P", GATE, {"units": "mV"})}, {"derivative": derivative})


def white(seed):
    return np.random.default_rng(seed).standard_normal(GATE.size)


def status(found):
    return flag_names(found["status"])[int(found["status"])]


def test_the_measured_trace_is_described_and_its_derivative_is_not():
    found = charging_line(load(DATA / "addition_line.nc"), lever_arm=ALPHA)
    assert status(found) == "described"
    assert float(found["misfit"]) < 0.05
    wrong = charging_line(load(DATA / "addition_line.nc", quantity="derivative"), lever_arm=ALPHA)
    assert status(wrong) != "described"
    assert wrong.attrs["summary"].startswith("No charging line can be read: ")
    assert np.isnan(wrong["temperature"])
    assert np.isnan(wrong["position_uncertainty"])
    assert flag_names(wrong["temperature_status"])[int(wrong["temperature_status"])] == "not_read"
    assert np.isfinite(wrong["fit"]).any()  # the picture still shows what was tried


def test_a_peak_is_named():
    peak = np.gradient(CHARGE, GATE)
    found = charging_line(trace(peak + 0.002 * white(1)), lever_arm=ALPHA)
    assert status(found) == "not_described"
    assert "a Coulomb peak: read it with --as coulomb-peak" in found.attrs["summary"]
    assert str(found["candidate"].to_numpy()[0]) == "Coulomb peak"
    between = interdot_line(trace(peak + 0.002 * white(1)), lever_arm=ALPHA, temperature="fit")
    assert status(between) == "not_described"


@pytest.mark.parametrize("kind", ["tanh pinch-off", "long tail", "quadratic", "random walk", "jump", "two lines"])
def test_what_is_no_step_gives_no_number(kind):
    found = charging_line(other_trace(kind, 1), lever_arm=LEVER_ARM)
    assert status(found) not in ("described", "open")
    assert np.isnan(found["temperature"])
    assert np.isnan(found["temperature_upper_bound"])


@pytest.mark.parametrize(
    "seeds", [pytest.param(1, marks=pytest.mark.thorough), pytest.param(10, marks=pytest.mark.validation)]
)
@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_step_gives_no_number_ever(kind, seeds):
    statuses = [status(charging_line(other_trace(kind, 20 + seed), lever_arm=LEVER_ARM)) for seed in range(seeds)]
    assert not {"described", "open"} & set(statuses)


def test_slow_structure_far_from_the_step_widens_the_uncertainty():
    pulls = []
    for seed in [3]:
        bent = 0.03 * np.sin(1.2 * GATE + 0.02 * GATE**2)
        found = charging_line(trace(CHARGE + bent + 0.003 * white(seed)), lever_arm=ALPHA)
        if np.isfinite(found["temperature"]):
            pulls.append((float(found["temperature"]) - KELVIN) / float(found["temperature_uncertainty"]))
    assert np.abs(pulls).max() < 3.5


def test_a_kink_in_the_step_is_said():
    dent = 0.04 * np.exp(-0.5 * ((GATE - 0.6) / 0.35) ** 2)
    found = charging_line(trace(CHARGE + dent + 0.003 * white(0)), lever_arm=ALPHA)
    assert status(found) != "described" or "The model is not exact" in found.attrs["summary"]


def test_the_shape_error_covers_a_detector_that_is_not_linear():
    for kappa in (0.2, -0.2):
        response = CHARGE + kappa * CHARGE * (1 - CHARGE)
        found = charging_line(trace(response + 1e-3 * white(3)), lever_arm=ALPHA)
        assert status(found) == "described"
        assert 0.004 < abs(float(found["temperature"]) / KELVIN - 1) < 2 * SHAPE_ERROR
        assert abs(float(found["temperature"]) - KELVIN) < 2 * float(found["temperature_uncertainty"])


def test_the_shape_error_is_that_of_all_energies():
    """Energies that are all wrong by ε change T and Γ, or T and t, by ε and nothing else."""
    smooth = trace(lead_occupation(ALPHA * (GATE - 1.3), 0.25, 0.1)[0])
    found = charging_line(smooth, lever_arm=ALPHA, tunnel_broadening="fit")
    for name in ("temperature", "tunnel_broadening"):
        assert float(found[f"{name}_uncertainty"]) == pytest.approx(SHAPE_ERROR * float(found[name]), rel=0.03)
    assert float(found["position_uncertainty"]) < 1e-5


@pytest.mark.thorough
def test_the_shape_error_of_a_coupling_is_larger_where_the_temperature_is_held():
    """With T held the coupling alone must make up for the width, and more so the less it broadens the step."""
    relative = []
    for t in (0.1, 0.05, 0.02):
        smooth = trace(interdot_occupation(ALPHA * (GATE - 1.3), 0.2, t**2)[0])
        found = interdot_line(smooth, lever_arm=ALPHA, temperature=0.2)
        relative.append(float(found["tunnel_coupling_uncertainty"]) / t)
    assert 0.99 * SHAPE_ERROR < relative[0] < relative[1] < relative[2]
