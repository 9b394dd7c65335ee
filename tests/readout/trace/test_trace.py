"""Temperature, tunnel broadening and coupling from simulated traces of known parameters and from a measured one."""

import re

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import chi2

from attractron import dots
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots.detector import one_over_f
from attractron.papers.measured import DATA
from attractron.readout.files.load import load
from attractron.readout.files.repeats import averaged
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.trace import charging_line, interdot_line

GATE = np.linspace(-8.0, 8.0, 300)
ALPHA = 0.1


def trace(signal, gate=GATE, derivative=0):
    units = {"signal": {"units": "pA"}, "P": {"units": "mV"}}
    return xr.Dataset(
        {"signal": ("P", signal, units["signal"])}, {"P": ("P", gate, units["P"])}, {"derivative": derivative}
    )


def thermal(gate=GATE, position=1.3, temperature=0.4, height=-1.0, slope=0.02):
    return 5 + slope * gate + height * expit(ALPHA * (gate - position) / (K_B * temperature))


def broadened(temperature=0.25, gamma=0.1, gate=GATE, position=1.3):
    return 5 + 0.02 * gate - lead_occupation(ALPHA * (gate - position), temperature, gamma)[0]


def coupled(t=0.06, temperature=0.2, gate=GATE, position=1.3):
    return 5 + 0.02 * gate + interdot_occupation(ALPHA * (gate - position), temperature, t**2)[0]


def white(seed, size=GATE.size):
    return np.random.default_rng(seed).standard_normal(size)


def pulls(question, curve, truth, noise, seeds=200):
    """(found - true)/uncertainty over repeated noise of all that are read, (seeds, parameters): 98 % at least."""
    rows = []
    for seed in range(seeds):
        found = question(trace(curve + noise(seed)))
        rows.append([(float(found[k]) - v) / float(found[f"{k}_uncertainty"]) for k, v in truth.items()])
    drawn = np.array(rows)
    read = np.isfinite(drawn).all(axis=1)
    assert np.count_nonzero(~read) <= 0.02 * seeds
    return drawn[read]


CASES = {
    "temperature": (
        lambda data: charging_line(data, lever_arm=ALPHA),
        thermal(),
        {"temperature": 0.4, "position": 1.3, "step_height": -1.0, "slope": 0.02, "background": 5.0},
    ),
    "broadening": (
        lambda data: charging_line(data, lever_arm=ALPHA, tunnel_broadening="fit"),
        broadened(),
        {"temperature": 0.25, "tunnel_broadening": 0.1},
    ),
    "coupling": (
        lambda data: interdot_line(data, lever_arm=ALPHA, temperature=0.2),
        coupled(),
        {"tunnel_coupling": 0.06, "position": 1.3},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_noise_free_traces_give_their_parameters(case):
    question, curve, truth = CASES[case]
    found = question(trace(curve))
    for name, value in truth.items():
        assert float(found[name]) == pytest.approx(value, rel=1e-5)
    assert float(abs(found["residual"]).max()) < 1e-6


def drifting(seed):
    return 0.02 * white(seed) + 0.05 * one_over_f(GATE.size, np.random.default_rng(1000 + seed))


@pytest.mark.parametrize("seeds", [2, pytest.param(6, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("case", [*CASES, "1/f noise"])
def test_few_pulls(case, seeds):
    """Their squares add up to chi-square within 0.1 % at either end, their mean to zero within 3.3 deviations."""
    question, curve, truth = CASES.get(case, CASES["temperature"])
    noise = drifting if case not in CASES else lambda seed: 0.01 * white(seed)
    drawn = pulls(question, curve, truth, noise, seeds)
    low, high = chi2.ppf([0.001, 0.999], len(drawn))
    squares = np.sum(drawn**2, axis=0)
    assert low < squares.min() <= squares.max() < high
    assert np.abs(drawn.mean(axis=0)).max() < 3.3 / np.sqrt(len(drawn))


@pytest.mark.validation
@pytest.mark.parametrize("case", CASES)
def test_pulls_with_white_noise(case):
    question, curve, truth = CASES[case]
    found = pulls(question, curve, truth, lambda seed: 0.01 * white(seed))
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=0.2)
    np.testing.assert_allclose(found.std(axis=0), 1, atol=0.3)


@pytest.mark.validation
def test_pulls_with_one_over_f_noise():
    question, curve, truth = CASES["temperature"]
    found = pulls(question, curve, {"temperature": truth["temperature"]}, drifting)
    assert abs(found.mean()) < 0.25
    assert found.std() == pytest.approx(1, abs=0.3)


def test_the_measured_trace():
    found = charging_line(load(DATA / "addition_line.nc"), lever_arm="100 µeV/mV")
    assert float(found["temperature"]) == pytest.approx(0.2539, rel=0.03)
    assert float(found["step_height"]) < 0
    assert 0 < int((found["used"] == 0).sum()) < 20
    assert found.attrs["summary"].startswith("The charging line at -4.8")
    assert "assuming no tunnel broadening" in found.attrs["summary"]


def test_a_simulated_diagram_gives_its_temperature():
    device = dots.building_block(W=0.83, U=0.0, delta=0.0, t=0.01)
    detector = dots.Detector(background=300, slope={"V_L": 2.0}, white_noise=0.5, pink_noise=0.5, seed=1)
    axes = {"V_L": np.linspace(-1.5, 1.5, 401), "V_R": -3.0}
    found = charging_line(dots.stability_diagram(device, axes, temperature=0.8, detector=detector), lever_arm=1.0)
    for name, value in {"temperature": 0.8, "position": 0.0, "slope": 2.0, "step_height": -100.0}.items():
        assert abs(float(found[name]) - value) < 4 * float(found[f"{name}_uncertainty"])
    assert float(found["temperature_uncertainty"]) < 0.03


def test_a_simulated_polarizer_gives_its_tunnelling():
    """The island of `dots` is diagonalised; its detuning is the axis, 1 meV a step of 1 mV."""
    device = dots.building_block(W=0.83, U=0.0, delta=0.0, t=0.05)
    detector = dots.Detector(background=300, weights={"T": -100.0}, white_noise=0.5, seed=2)
    axes = {"delta": np.linspace(-1.5, 1.5, 401), "V_L": -3.0, "V_R": -3.0}
    diagram = dots.stability_diagram(device, axes, temperature=0.5, detector=detector)
    diagram["delta"].attrs["units"] = "mV"
    found = interdot_line(diagram, lever_arm=1.0, temperature=0.5)
    assert abs(float(found["tunnel_coupling"]) - 0.05) < 4 * float(found["tunnel_coupling_uncertainty"]) < 0.01


@settings(max_examples=2)
@given(
    offset=st.floats(-100, 100),
    scale=st.floats(1e-3, 1e3),
    sign=st.sampled_from([1, -1]),
    falling=st.booleans(),
    unit=st.floats(0.1, 100),
)
def test_answers_follow_shifts_scales_signs_directions_and_units(offset, scale, sign, falling, unit):
    data = trace(thermal() + 0.02 * white(3))
    first = charging_line(data, lever_arm=ALPHA)
    other = data.assign_coords(P=("P", GATE * unit + offset, {"units": "mV"}))
    other["signal"] = ("P", sign * scale * data["signal"].to_numpy() + offset, {"units": "pA"})
    found = charging_line(other.isel(P=slice(None, None, -1 if falling else 1)), lever_arm=ALPHA / unit)
    for suffix in ("", "_uncertainty"):
        assert float(found[f"temperature{suffix}"]) == pytest.approx(float(first[f"temperature{suffix}"]), rel=1e-4)
        height = float(first[f"step_height{suffix}"]) * scale * (1 if suffix else sign)
        assert float(found[f"step_height{suffix}"]) == pytest.approx(height, rel=1e-4)
    assert float(found["position"]) == pytest.approx(float(first["position"]) * unit + offset, rel=1e-5, abs=1e-5)


def test_unevenly_spaced_gates_and_missing_points():
    gate = np.sort(np.random.default_rng(0).uniform(-8, 8, 400))
    signal = thermal(gate) + 0.01 * white(0, 400)
    signal[::7] = np.nan
    found = charging_line(trace(signal, gate), lever_arm=ALPHA)
    assert abs(float(found["temperature"]) - 0.4) < 4 * float(found["temperature_uncertainty"]) < 0.04
    np.testing.assert_array_equal(found["used"][::7], 0)
    np.testing.assert_array_equal(np.isnan(found["fit"][::7]), True)


@pytest.mark.parametrize("size", [20, 60, 5001])
def test_short_and_long_traces(size):
    """A long one is averaged as its step allows, also without anything beside the step."""
    gate = np.linspace(-8, 8, size)
    found = charging_line(trace(thermal(gate, temperature=1.0) + 0.01 * white(1, size), gate), lever_arm=ALPHA)
    assert flag_names(found["status"])[int(found["status"])] in ("described", "open")
    for name, value in {"temperature": 1.0, "position": 1.3}.items():
        assert abs(float(found[name]) - value) < 4 * float(found[f"{name}_uncertainty"]) < 0.8


def test_outliers_are_left_out_and_counted():
    signal = thermal() + 0.01 * white(4)
    bad = np.array([10, 60, 61, 150, 170, 250])
    signal[bad] += [3, -2, -2, 1.5, -1, 8]
    found = charging_line(trace(signal), lever_arm=ALPHA)
    assert set(bad) <= set(np.flatnonzero(found["used"].to_numpy() == 0))
    assert abs(float(found["temperature"]) - 0.4) < 4 * float(found["temperature_uncertainty"]) < 0.06
    assert "outliers of 300 points are left out" in found.attrs["validity"]


def test_a_derivative_is_fitted_as_one():
    fine = 1e-4
    slope = (thermal(GATE + fine) - thermal(GATE - fine)) / (2 * fine)
    found = charging_line(trace(slope + 0.002 * white(1), derivative=1), lever_arm=ALPHA)
    assert abs(float(found["temperature"]) - 0.4) < 4 * float(found["temperature_uncertainty"]) < 0.04
    assert float(found["step_height"]) == pytest.approx(-1, abs=0.03)
    assert found["step_height"].attrs["units"] == "pA mV"
    assert charging_line(trace(slope, derivative=1), lever_arm=ALPHA)["temperature"] == pytest.approx(0.4, rel=1e-3)


def test_slopes_may_differ_on_the_two_sides():
    kinked = thermal() + 0.05 * (GATE - 1.3) * expit(ALPHA * (GATE - 1.3) / (K_B * 0.4))
    found = charging_line(trace(kinked), lever_arm=ALPHA, slopes="separate")
    assert float(found["temperature"]) == pytest.approx(0.4, rel=1e-5)
    assert float(found["slope_change"]) == pytest.approx(0.05, rel=1e-4)


def test_a_given_broadening_is_held():
    found = charging_line(trace(broadened()), lever_arm=ALPHA, tunnel_broadening="100 µeV")
    assert float(found["temperature"]) == pytest.approx(0.25, rel=1e-4)
    assert float(found["tunnel_broadening_uncertainty"]) == 0
    assert "assuming a tunnel broadening of 100 µeV" in found.attrs["summary"]


def test_what_the_data_do_not_tell_apart_is_said():
    data = trace(thermal() + 0.02 * white(2))
    found = charging_line(data, lever_arm=ALPHA, tunnel_broadening="fit")
    assert int(found["tunnel_broadening_status"]) == 1
    assert 0 < float(found["tunnel_broadening_upper_bound"]) < 0.2
    assert "a tunnel broadening below" in found.attrs["summary"]
    assert "Correlation of temperature and tunnel broadening: -0.9" in found.attrs["validity"]
    cold = charging_line(trace(broadened(0.02, 0.3) + 0.02 * white(2)), lever_arm=ALPHA, tunnel_broadening="fit")
    assert int(cold["temperature_status"]) == 1
    assert float(cold["temperature_upper_bound"]) > 0.02


def test_a_wrong_line_shape_is_said():
    found = charging_line(trace(broadened(0.05, 0.2) + 0.003 * white(0)), lever_arm=ALPHA)
    assert "is Lorentzian, not thermal: it gives a tunnel broadening (full width) of 20" in found.attrs["summary"]
    assert "an electron temperature below" in found.attrs["summary"]
    assert 0.05 < float(found["temperature_upper_bound"]) < 0.6
    assert found.attrs["shape"] == "Lorentzian step"
    assert charging_line(trace(thermal() + 0.01 * white(0)), lever_arm=ALPHA).attrs["shape"] == "thermal step"


def test_what_is_open_is_left_open():
    """Where noise hides the shape both widths are given, each with its assumption."""
    found = charging_line(trace(thermal() + 0.15 * white(4)), lever_arm=ALPHA)
    assert flag_names(found["status"])[int(found["status"])] == "open"
    assert "is thermal or Lorentzian, which the data leave open" in found.attrs["summary"]
    for name, value in {"temperature": 0.4, "tunnel_broadening": 0.1}.items():
        assert flag_names(found[f"{name}_status"])[int(found[f"{name}_status"])] == "open"
        assert float(found[name]) == pytest.approx(value, rel=0.4)


def test_a_coupling_below_the_thermal_resolution_is_a_bound():
    found = interdot_line(trace(coupled(t=0.002) + 0.02 * white(1)), lever_arm=ALPHA, temperature="200 mK")
    assert int(found["tunnel_coupling_status"]) == 1
    assert 0.002 < float(found["tunnel_coupling_upper_bound"]) < 0.03
    assert "tunnel coupling below" in found.attrs["summary"]
    assert "hides a smaller one" in found.attrs["summary"]


SEEDS = pytest.mark.parametrize(
    "seeds", [pytest.param(8, marks=pytest.mark.thorough), pytest.param(30, marks=pytest.mark.validation)]
)


@SEEDS
def test_a_bound_follows_the_curve_where_noise_hides_the_coupling(seeds):
    """A curve that depends on t² less and less bounds it later than its slope at zero: 5 % of bounds may fail."""
    gate = np.linspace(-3.0, 3.0, 301)
    curve = coupled(t=0.02, temperature=0.1, gate=gate, position=0.0)
    failed = 0
    for seed in range(seeds):
        found = interdot_line(trace(curve + 0.3 * white(seed, gate.size), gate), lever_arm=ALPHA, temperature=0.1)
        failed += float(found["tunnel_coupling_upper_bound"]) < 0.02
    assert failed <= 3  # of 8 at 5 % each in 0.04 % of cases, of 30 in 6 %
    found = interdot_line(trace(curve + 1e-3 * white(1, gate.size), gate), lever_arm=ALPHA, temperature=0.1)
    linear = found["tunnel_coupling"] + 1.645 * found["tunnel_coupling_uncertainty"]
    assert float(found["tunnel_coupling_upper_bound"]) == pytest.approx(float(linear), rel=1e-3)


def test_temperature_and_coupling_together():
    found = interdot_line(trace(coupled(0.06, 0.4) + 0.002 * white(5)), lever_arm=ALPHA, temperature="fit")
    for name, value in {"tunnel_coupling": 0.06, "temperature": 0.4}.items():
        assert abs(float(found[name]) - value) < 4 * float(found[f"{name}_uncertainty"])
    assert "Correlation of temperature and tunnel coupling" in found.attrs["validity"]


def two_steps():
    return thermal(position=-3) - expit(ALPHA * (GATE - 3) / (K_B * 0.4))


REFUSED = {
    "no step": (0.02 * GATE + 0.1 * white(0), "no_step", "no step stands out of the noise"),
    "pink noise": (one_over_f(300, np.random.default_rng(3)), "no_step", "no step"),
    "flat": (np.ones(300), "no_step", "a flat line: is the detector on?"),
    "two": (two_steps() + 0.02 * white(1), "several_steps", "there are 2 steps, at -[23].* and [23].* mV: choose one"),
    "two clean": (two_steps(), "several_steps", "there are 2 steps, at -3 and 3 mV"),
    "saturated": (np.maximum(thermal() + 0.05 * white(2), 4.2), "saturated", "the detector is saturated"),
    "both rails": (
        np.clip(thermal() + 0.05 * white(2), thermal().min() + 0.1, thermal().max() - 0.1),
        "saturated",
        "the detector is saturated",
    ),
    "edge": (thermal(position=7.6) + 0.001 * white(1), None, "range"),
    "wide": (thermal(temperature=3.0, position=0.0) + 0.01 * white(1), None, "."),
    "sharp": (thermal(temperature=0.001) + 0.01 * white(1), "too_few_points", "sharper than a gate step"),
    "kink": (np.log1p(np.exp((GATE + 1) / 0.3)) * 0.075 + 0.01 * white(1), "not_described", "without a step"),
    "few": (np.where(np.arange(300) < 19, thermal(), np.nan), "too_few_points", "19 points are fewer than 20"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_said(case):
    signal, expected, message = REFUSED[case]
    found = charging_line(trace(signal), lever_arm=ALPHA)
    status = flag_names(found["status"])[int(found["status"])]
    assert status not in ("described", "open")
    assert expected is None or status == expected
    assert re.search(message, found.attrs["summary"])
    assert found.attrs["summary"].startswith("No charging line can be read: ")
    for name in ("temperature", "temperature_upper_bound", "position", "step_height_uncertainty"):
        assert np.isnan(found[name])
    assert found["signal"].equals(trace(signal)["signal"].assign_attrs(found["signal"].attrs))


def test_of_two_steps_that_near_to_a_place_is_read():
    signal = 0.5 * thermal(position=-3, temperature=0.3) - expit(ALPHA * (GATE - 3) / (K_B * 0.4)) + 0.01 * white(1)
    for place, kelvin in ((-2.5, 0.3), ("3.2 mV", 0.4)):
        found = charging_line(trace(signal), lever_arm=ALPHA, near=place)
        assert abs(float(found["temperature"]) - kelvin) < 4 * float(found["temperature_uncertainty"]) < 0.1
        assert "Further steps, at " in found.attrs["summary"]
    nothing = charging_line(trace(signal), lever_arm=ALPHA, near=-7.5)
    assert "there is no step near -7.5 mV; the next one is at -2.9" in nothing.attrs["summary"]
    with pytest.raises(InputError, match="`near` must lie within the data, -8 to 8 mV: got 9 mV"):
        charging_line(trace(signal), lever_arm=ALPHA, near=9)


@pytest.mark.parametrize(
    "seeds", [2, pytest.param(8, marks=pytest.mark.thorough), pytest.param(40, marks=pytest.mark.validation)]
)
def test_noise_alone_is_hardly_ever_a_step(seeds):
    found = 0
    for seed in range(seeds):
        pink = one_over_f(GATE.size, np.random.default_rng(seed))
        for signal in (white(seed), pink + 0.1 * white(seed)):
            found += bool(np.isfinite(charging_line(trace(signal), lever_arm=ALPHA)["temperature"]))
    assert found <= 1


def test_a_coarse_digitiser_is_no_saturation():
    coarse = np.round((thermal() + 0.002 * white(0)) / 0.02) * 0.02
    assert float(charging_line(trace(coarse), lever_arm=ALPHA)["temperature"]) == pytest.approx(0.4, rel=0.05)


def coarse(seed, points=301, step=0.1):
    """Readings at set points of a source of coarse steps, T = 0.2 K: means and their standard errors as `load` does."""
    rng, gate = np.random.default_rng(seed), np.linspace(-5.0, 5.0, points)
    values = expit(ALPHA * (gate - 0.3) / (K_B * 0.2)) + 0.01 * rng.standard_normal(points)
    places = np.round(gate / step).astype(int)
    places -= places.min()
    mean, noise = averaged(values, places, places.max() + 1)
    data = trace(mean, step * (np.arange(mean.size) - mean.size // 2))
    return data.assign(noise=("P", noise, {"units": "pA"}))


def test_the_noise_that_repeats_tell_weighs_the_points():
    """The source's step is 0.6 of k_B T/α: where the signal is steep readings of one set point lie apart."""
    drawn = []
    for seed in range(2):
        found = charging_line(coarse(seed), lever_arm=ALPHA)
        assert "jump" not in found.attrs["summary"]
        drawn += [
            (float(found[name]) - value) / float(found[f"{name}_uncertainty"])
            for name, value in {"temperature": 0.2, "position": 0.3}.items()
        ]
    assert np.abs(drawn).max() < 3
    some = coarse(1)
    known = some["noise"].to_numpy().copy()
    known[[3, 40]] = np.nan, 0.0
    other = charging_line(some.assign(noise=("P", known, {"units": "pA"})), lever_arm=ALPHA)
    assert float(other["temperature"]) == pytest.approx(0.2, rel=0.1)


def test_bad_arguments():
    data = trace(thermal())
    for question, options, message in (
        (charging_line, {"lever_arm": 0}, "`lever_arm` must be positive"),
        (charging_line, {"lever_arm": 1.01}, "`lever_arm` must lie between 1e-06 and 1 meV/mV: got 1.01 meV/mV"),
        (charging_line, {"lever_arm": "1e-30"}, "number in meV/mV"),
        (charging_line, {"lever_arm": 1e-30}, "between 1e-06 and 1 meV/mV: got 1e-30 meV/mV"),
        (interdot_line, {"lever_arm": 1e300, "temperature": 1}, r"between 1e-06 and 1 meV/mV: got 1e\+300"),
        (charging_line, {"lever_arm": "3 K"}, "`lever_arm` must be given in units of meV/mV"),
        (charging_line, {"lever_arm": 1, "tunnel_broadening": -1}, "`tunnel_broadening` must be zero or positive"),
        (charging_line, {"lever_arm": 1, "slopes": "both"}, "`slopes` must be one of same, separate"),
        (interdot_line, {"lever_arm": 1, "temperature": 0}, "`temperature` must be positive"),
        (interdot_line, {"lever_arm": 1, "temperature": "hot"}, "`temperature` must be a number in K"),
    ):
        with pytest.raises(InputError, match=message):
            question(data, **options)
    image = trace(thermal()).expand_dims(y=[0.0, 1.0])
    volts = data.assign_coords(P=("P", GATE, {"units": "V"}))
    for other, message in (
        (image, r"hold a signal over one axis in mV or meV or GHz: got signal over \(y, P\)"),
        (volts, "got an axis in V"),
        (data.rename(signal="x"), "got x; read it with readout.load"),
    ):
        with pytest.raises(InputError, match=message):
            charging_line(other, lever_arm=ALPHA)


@SEEDS
def test_a_temperature_that_the_coupling_hides_is_no_number(seeds):
    """At 2t = 100 k_B T the step is that at T = 0 up to exp(-100): noise cannot tell T, whatever the fit's slope says.

    At two standard deviations 2.3 % of the seeds may claim it by chance; a linear covariance claims it in a quarter.
    """
    claimed = 0
    for seed in range(seeds):
        data = trace(coupled(t=0.05, temperature=0.0116) + 0.02 * white(seed))
        found = interdot_line(data, lever_arm=ALPHA, temperature="fit")
        claimed += int(found["temperature_status"]) == 0
        assert float(found["tunnel_coupling"]) == pytest.approx(0.05, rel=0.5)
    assert claimed <= 3


def test_a_temperature_that_shows_beside_the_coupling_is_one():
    data = trace(coupled(temperature=0.5) + 0.002 * white(1))
    found = interdot_line(data, lever_arm=ALPHA, temperature="fit")
    assert int(found["temperature_status"]) == int(found["tunnel_coupling_status"]) == 0
    assert abs(float(found["temperature"]) - 0.5) < 4 * float(found["temperature_uncertainty"]) < 0.1


def test_an_axis_that_is_an_energy_or_a_frequency_needs_no_lever_arm() -> None:
    """The same curve over a gate of α = 0.1, over ε = α V and over f = ε/h: one temperature, one coupling."""
    gate = trace(thermal())
    alpha, h = 0.1, 4.135667696e-3  # meV/mV; meV/GHz
    for question, unit, factor, options in (
        (charging_line, "meV", alpha, {}),
        (interdot_line, "GHz", alpha / h, {"temperature": 0.05}),
    ):
        other = gate.assign_coords(P=("P", factor * GATE, {"units": unit}))
        over_gate, over_energy = question(gate, lever_arm=alpha, **options), question(other, **options)
        for name in ("temperature", "tunnel_broadening", "tunnel_coupling", "noise", "step_height"):
            if name in over_gate:
                np.testing.assert_allclose(over_energy[name], over_gate[name], rtol=1e-4, atol=1e-12)
        np.testing.assert_allclose(over_energy["position"], factor * over_gate["position"], rtol=1e-4)
        assert over_energy["position"].attrs["units"] == unit
        assert f" {unit} gives " in over_energy.attrs["summary"]
        with pytest.raises(InputError, match=r"be left out where the axis is .*: got 0\.1"):
            charging_line(other, lever_arm=alpha)
    with pytest.raises(InputError, match="`lever_arm` must be given for an axis in mV"):
        charging_line(gate)
