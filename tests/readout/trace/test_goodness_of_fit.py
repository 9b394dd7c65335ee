"""Residuals that are no noise are told from noise; a wrong model gives no number, an inexact one a wider error."""

import numpy as np
import pytest
import xarray as xr
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.core.results import flag_names
from attractron.dots.detector import one_over_f
from attractron.papers.measured import DATA
from attractron.readout.files.load import load
from attractron.readout.trace.goodness_of_fit import SHAPE_ERROR, UNLIKELY, goodness_of_fit
from attractron.readout.trace.trace import charging_line, interdot_line

GATE = np.linspace(-8.0, 8.0, 300)
ALPHA, KELVIN = 0.1, 0.4
CHARGE = expit(ALPHA * (GATE - 1.3) / (K_B * KELVIN))


def trace(signal, derivative=0):
    data = {"signal": ("P", signal, {"units": "pA"})}
    return xr.Dataset(data, {"P": ("P", GATE, {"units": "mV"})}, {"derivative": derivative})


def white(seed):
    return np.random.default_rng(seed).standard_normal(GATE.size)


def pink(seed):
    return one_over_f(GATE.size, np.random.default_rng(seed))


def status(found):
    return flag_names(found["status"])[int(found["status"])]


NOISES = {
    "white": white,
    "pink": lambda seed: pink(seed),
    "mixed": lambda seed: white(seed) + 2 * pink(seed + 1000),
}


@pytest.mark.parametrize("noise", NOISES)
def test_noise_is_hardly_ever_taken_for_a_misfit(noise):
    # Without a fit before it the test has its nominal size: χ² with 2K degrees of freedom.
    chances = [goodness_of_fit(NOISES[noise](seed), CHARGE, 10.0).probability for seed in range(400)]
    for level in (0.01, 0.1):
        assert np.mean(np.array(chances) < level) < level + 3 * np.sqrt(level / 400)
    assert min(chances) > UNLIKELY / 10


def test_a_slow_wave_is_found_with_its_size():
    # A wave of whole periods is one harmonic: its r.m.s. over that of the step is known.
    wave = 0.1 * np.sin(6 * np.pi * np.arange(GATE.size) / GATE.size)
    found = goodness_of_fit(wave + 0.01 * white(1), CHARGE, 10.0)
    bent = CHARGE - np.polynomial.Polynomial.fit(GATE, CHARGE, 1)(GATE)
    assert found.significant
    assert found.share == pytest.approx(0.1 / np.sqrt(2) / np.std(bent), rel=0.1)
    assert found.noise == pytest.approx(0.01, rel=0.15)
    assert found.chi_squared == pytest.approx(0.005 / found.noise**2, rel=0.05)


def test_rounding_is_no_misfit():
    for residual in (np.zeros(300), 1e-14 * np.sin(GATE)):
        assert goodness_of_fit(residual, CHARGE, 10.0).probability == 1


def test_the_measured_trace_is_described_and_its_derivative_is_not():
    found = charging_line(load(DATA / "addition_line.nc"), lever_arm=ALPHA)
    assert status(found) == "described"
    assert "uncertainties are raised" not in found.attrs["summary"]
    wrong = charging_line(load(DATA / "addition_line.nc", quantity="derivative"), lever_arm=ALPHA)
    assert status(wrong) == "not_described"
    assert wrong.attrs["summary"].startswith("No charging line can be read. The model does not describe the trace")
    assert "a derivative taken for a current" in wrong.attrs["summary"]
    assert np.isnan(wrong["temperature"])
    assert np.isnan(wrong["position_uncertainty"])
    assert flag_names(wrong["temperature_status"])[int(wrong["temperature_status"])] == "not_read"
    assert float(wrong["misfit"]) > 0.5
    assert np.isfinite(wrong["fit"]).all()  # the picture still shows what was tried


def test_a_peak_is_no_step():
    peak = np.gradient(CHARGE, GATE)
    for question, options in ((charging_line, {}), (interdot_line, {"temperature": "fit"})):
        found = question(trace(peak + 0.002 * white(1)), lever_arm=ALPHA, **options)
        assert status(found) == "not_described"
        assert found.attrs["summary"].startswith("No ")


@pytest.mark.parametrize("background", [0.1 * (GATE / 8) ** 2, 0.02 * np.sin(1.2 * GATE), 0.1 * (GATE > -3)])
def test_an_inexact_model_widens_the_uncertainty(background):
    pulls = []
    for seed in range(5):
        found = charging_line(trace(CHARGE + background + 0.003 * white(seed)), lever_arm=ALPHA)
        assert status(found) == "described"
        assert "The model is not exact" in found.attrs["summary"]
        pulls.append((float(found["temperature"]) - KELVIN) / float(found["temperature_uncertainty"]))
    assert np.abs(pulls).max() < 3


def test_the_shape_error_covers_a_detector_that_is_not_linear():
    for kappa in (0.2, -0.2):
        response = CHARGE + kappa * CHARGE * (1 - CHARGE)
        found = charging_line(trace(response), lever_arm=ALPHA)
        assert 0.005 < abs(float(found["temperature"]) / KELVIN - 1) < SHAPE_ERROR
        assert float(abs(found["residual"]).max()) < 0.001
        assert abs(float(found["temperature"]) - KELVIN) < float(found["temperature_uncertainty"])


def test_the_shape_error_is_that_of_all_energies():
    """Energies that are all wrong by ε change T and Γ, or T and t, by ε and nothing else."""
    from attractron.readout.trace.lineshapes import lead_occupation

    smooth = trace(lead_occupation(ALPHA * (GATE - 1.3), 0.25, 0.1)[0])
    found = charging_line(smooth, lever_arm=ALPHA, tunnel_broadening="fit")
    for name in ("temperature", "tunnel_broadening"):
        assert float(found[f"{name}_uncertainty"]) == pytest.approx(SHAPE_ERROR * float(found[name]), rel=1e-3)
    assert float(found["position_uncertainty"]) < 1e-5


def test_the_shape_error_of_a_coupling_is_larger_where_the_temperature_is_held():
    """With T held the coupling alone must make up for the width, and more so the less it broadens the step."""
    from attractron.readout.trace.lineshapes import interdot_occupation

    relative = []
    for t in (0.1, 0.05, 0.02):
        smooth = trace(interdot_occupation(ALPHA * (GATE - 1.3), 0.2, t**2)[0])
        found = interdot_line(smooth, lever_arm=ALPHA, temperature=0.2)
        relative.append(float(found["tunnel_coupling_uncertainty"]) / t)
    assert 0.99 * SHAPE_ERROR < relative[0] < relative[1] < relative[2]
