"""Coulomb peaks of known parameters, what is no Coulomb peak, and the laws that readings obey."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots.detector import one_over_f
from attractron.readout import coulomb_peak
from attractron.readout.trace.peak_shapes import single_level

GATE = np.linspace(-5.0, 5.0, 201)
ALPHA = 0.1


def trace(signal, gate=GATE):
    return xr.Dataset({"signal": ("P", signal, {"units": "nA"})}, {"P": ("P", gate, {"units": "mV"})})


def peak(kelvin=0.3, gamma=0.0, height=2.0, position=0.7, gate=GATE):
    shape = single_level(gate - position, K_B * max(kelvin, 1e-6) / ALPHA, gamma / ALPHA)[0]
    return 0.1 + 0.01 * gate + height * shape


def white(seed, size=GATE.size):
    return np.random.default_rng(seed).standard_normal(size)


def status(found):
    return flag_names(found["status"])[int(found["status"])]


def test_a_thermal_peak_gives_its_numbers():
    found = coulomb_peak(trace(peak() + 0.02 * white(1)), lever_arm=ALPHA)
    assert status(found) == "described"
    for name, value in {
        "temperature": 0.3,
        "position": 0.7,
        "height": 2.0,
        "slope": 0.01,
        "background": 0.1,
        "asymmetry": 0.0,
        "width": 3.5255 * K_B * 0.3 / ALPHA,
        "area": 2.0 * 4 * K_B * 0.3 / ALPHA,
    }.items():
        assert abs(float(found[name]) - value) < 3.5 * float(found[f"{name}_uncertainty"]), name
    assert float(found["temperature_uncertainty"]) < 0.005
    assert int(found["tunnel_broadening_status"]) == 1
    assert 0 < float(found["tunnel_broadening_upper_bound"]) < 0.03
    low, high = found["temperature_interval"].to_numpy()
    assert low < float(found["temperature"]) < high
    assert float(found["temperature_lower_bound"]) < low  # a broadening may stand in for part of the width
    assert "3.53 k_B T" in found.attrs["summary"]


def test_the_convention_is_named_and_its_spread_is_there():
    data = trace(peak() + 0.02 * white(2))
    level, metal = (coulomb_peak(data, lever_arm=ALPHA, shape=shape) for shape in ("single-level", "metallic"))
    ratio = float(metal["temperature"] / level["temperature"])
    assert ratio == pytest.approx(3.5255 / 4.3546, rel=0.02)
    either = coulomb_peak(data, lever_arm=ALPHA)
    both = either["temperature_of_shape"]
    assert float(both.sel(shape="metallic")) == pytest.approx(float(metal["temperature"]), rel=1e-6)
    assert float(both.sel(shape="single-level")) == float(either["temperature"]) == float(level["temperature"])
    assert "metallic island (4.35 k_B T wide) it would be" in either.attrs["summary"]
    assert "it would be" not in metal.attrs["summary"]


def test_a_metallic_peak_is_told_where_the_noise_allows():
    u = ALPHA * (GATE - 0.7) / (K_B * 0.3)
    found = coulomb_peak(trace(0.1 + u / np.sinh(u) + 0.001 * white(3)), lever_arm=ALPHA)
    assert found.attrs["shape"] == "metallic"
    assert float(found["temperature"]) == pytest.approx(0.3, rel=0.01)


def test_tunnel_broadening_is_fitted_where_the_shape_asks_for_it():
    found = coulomb_peak(trace(peak(0.2, 0.1) + 0.02 * white(4)), lever_arm=ALPHA)
    for name, value in {"temperature": 0.2, "tunnel_broadening": 0.1}.items():
        assert abs(float(found[name]) - value) < 3.5 * float(found[f"{name}_uncertainty"]), name
        low, high = found[f"{name}_interval"].to_numpy()
        assert low < value < high
    cold = coulomb_peak(trace(peak(0.0, 0.15) + 0.02 * white(5)), lever_arm=ALPHA)
    assert float(cold["tunnel_broadening"]) == pytest.approx(0.15, rel=0.05)
    assert int(cold["temperature_status"]) == 1
    assert 0 < float(cold["temperature_upper_bound"]) < 0.15
    assert "below" in cold.attrs["summary"]


def test_a_known_temperature_gives_broadening_or_lever_arm():
    data = trace(peak(0.2, 0.1) + 0.02 * white(6))
    found = coulomb_peak(data, lever_arm=ALPHA, temperature="200 mK")
    assert abs(float(found["tunnel_broadening"]) - 0.1) < 3.5 * float(found["tunnel_broadening_uncertainty"]) < 0.01
    found = coulomb_peak(trace(peak() + 0.02 * white(7)), temperature=0.3)
    assert abs(float(found["lever_arm"]) - ALPHA) < 3.5 * float(found["lever_arm_uncertainty"]) < 0.01
    assert "lever arm of 0.1" in found.attrs["summary"]
    plain = coulomb_peak(trace(peak() + 0.02 * white(7)))
    assert "temperature" not in plain
    assert "a lever arm turns this into a temperature" in plain.attrs["summary"]


OTHERS = {
    "step": (expit(GATE / 0.3), "a step: read it with --as charging-line"),
    "two peaks": (peak() + peak(position=-2.0), "two peaks: crop it to one"),
    "Gaussian peak": (np.exp(-((GATE / 0.8) ** 2) / 2), "a Gaussian peak"),
    "pinch-off": (np.logaddexp(0.0, (GATE - 0.5) / 0.6), "a channel that opens"),
    "Fano resonance": ((1 + GATE / 0.5) ** 2 / (1 + (GATE / 0.5) ** 2), "a Fano resonance"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_coulomb_peak_gives_no_number(name):
    signal, said = OTHERS[name]
    found = coulomb_peak(trace(signal + 0.01 * white(8)), lever_arm=ALPHA)
    assert status(found) == "another_shape"
    assert str(found["candidate"].values[0]) == name
    assert said in found.attrs["summary"]
    assert np.isnan(found["temperature"])
    assert np.isnan(found["position"])
    assert np.isfinite(found["fit"]).all()


def temperature_of(data):
    """In K; NaN also where a single wild point is refused for what it is."""
    try:
        found = coulomb_peak(data, lever_arm=ALPHA)
    except InputError as error:
        if "points within the peak" not in str(error):
            raise
        return np.nan
    return float(found["temperature"]) if status(found) != "described" else 0.0


@pytest.mark.parametrize(
    "seeds", [1, pytest.param(4, marks=pytest.mark.thorough), pytest.param(60, marks=pytest.mark.validation)]
)
def test_noise_is_no_peak(seeds):
    """A random walk has maxima that any peak follows: its noise could have made them."""
    for seed in range(seeds):
        pink, walk = one_over_f(GATE.size, np.random.default_rng(seed)) + 0.2 * white(seed), np.cumsum(white(seed))
        for noise in (white(seed), pink, walk):
            assert np.isnan(temperature_of(trace(noise)))


def test_an_energy_needs_no_lever_arm():
    data = trace(peak() + 0.02 * white(1), ALPHA * GATE)
    data["P"].attrs["units"] = "meV"
    found, gate = coulomb_peak(data), coulomb_peak(trace(peak() + 0.02 * white(1)), lever_arm=ALPHA)
    assert float(found["temperature"]) == pytest.approx(float(gate["temperature"]), rel=1e-4)
    assert found["position"].attrs["units"] == "meV"
    with pytest.raises(InputError, match="`lever_arm` must be left out where the axis is an energy"):
        coulomb_peak(data, lever_arm=ALPHA)


def test_a_peak_at_the_edge_is_said():
    found = coulomb_peak(trace(peak(position=4.9) + 0.01 * white(9)), lever_arm=ALPHA)
    assert status(found) == "at_edge"
    assert "not wholly in view" in found.attrs["summary"]


def test_a_peak_without_its_background_is_not_in_view():
    """On a free straight line the bend of a channel that opens passes for a peak of most of the window."""
    found = coulomb_peak(trace(peak(kelvin=2.0, position=0.0) + 0.01 * white(9)), lever_arm=ALPHA)
    assert status(found) == "at_edge"


def test_no_dot_shows_single_electrons_at_ten_kelvin():
    found = coulomb_peak(trace(peak() + 0.02 * white(1), 50 * GATE), lever_arm=ALPHA)
    assert status(found) == "not_described"
    assert np.isnan(found["temperature"])
    assert "as wide as 15" in found.attrs["summary"]


@pytest.mark.parametrize(("kelvin", "gamma"), [(0.0, 0.1), (0.1, 0.05)])
def test_amperes_are_read_like_nanoamperes(kelvin, gamma):
    """Fits that end at an absolute gradient never start in amperes, and what they leave passes for noise."""
    signal = peak(kelvin, gamma) + 0.02 * white(12)
    nano, amperes = (coulomb_peak(trace(factor * signal), lever_arm=ALPHA) for factor in (1.0, 1e-9))
    assert nano["score"].values == pytest.approx(amperes["score"].values, abs=0.05)
    for name in ("tunnel_broadening", "tunnel_broadening_uncertainty", "position_uncertainty"):
        assert float(nano[name]) == pytest.approx(float(amperes[name]), rel=1e-3)


@pytest.mark.validation
def test_pulls_with_white_and_pink_noise():
    """40 seeds: the pulls' r.m.s. is one to within four standard deviations."""
    pulls = []
    for seed in range(20):
        pink = one_over_f(GATE.size, np.random.default_rng(1000 + seed))
        for noise in (0.1 * white(seed), 0.03 * white(seed) + 0.05 * pink):
            found = coulomb_peak(trace(peak() + noise), lever_arm=ALPHA, shape="single-level", tunnel_broadening=0)
            truth = {"temperature": 0.3, "position": 0.7, "height": 2.0}
            pulls.append([(float(found[k]) - v) / float(found[f"{k}_uncertainty"]) for k, v in truth.items()])
    np.testing.assert_allclose(np.sqrt(np.mean(np.square(pulls), axis=0)), 1, atol=4 / np.sqrt(80))


def test_outliers_are_left_out():
    signal = peak() + 0.02 * white(10)
    signal[[30, 107, 180]] += [3.0, -2.0, 1.0]
    found = coulomb_peak(trace(signal), lever_arm=ALPHA)
    assert set(np.flatnonzero(found["used"] == 0)) == {30, 107, 180}
    assert abs(float(found["temperature"]) - 0.3) < 3.5 * float(found["temperature_uncertainty"])


@settings(max_examples=3, deadline=None)
@given(
    offset=st.floats(-100, 100),
    scale=st.floats(1e-12, 1e6),
    sign=st.sampled_from([1, -1]),
    falling=st.booleans(),
    single=st.booleans(),
)
def test_answers_follow_scales_signs_directions_and_precision(offset, scale, sign, falling, single):
    signal = peak() + 0.02 * white(11)
    first = coulomb_peak(trace(signal), lever_arm=ALPHA)
    moved = sign * scale * signal
    other = trace(moved.astype(np.float32) if single else moved, GATE + offset)
    found = coulomb_peak(other.isel(P=slice(None, None, -1 if falling else 1)), lever_arm=ALPHA)
    for suffix in ("", "_uncertainty"):
        assert float(found[f"temperature{suffix}"]) == pytest.approx(float(first[f"temperature{suffix}"]), rel=2e-3)
    assert float(found["height"]) == pytest.approx(sign * scale * float(first["height"]), rel=1e-4)
    assert float(found["position"]) == pytest.approx(float(first["position"]) + offset, rel=1e-5, abs=1e-4)


def test_bad_arguments():
    data = trace(peak())
    for options, message in (
        ({"lever_arm": 2}, "`lever_arm` must lie between"),
        ({"shape": "round"}, "`shape` must be one of single-level, metallic"),
        ({"temperature": "fit"}, "`lever_arm` must be given where a temperature"),
        ({"temperature": -1}, "`temperature` must be positive"),
        ({"tunnel_broadening": "20 µeV"}, "`lever_arm` must be given with a tunnel broadening"),
        ({"lever_arm": 0.1, "tunnel_broadening": "fit", "shape": "metallic"}, "`tunnel_broadening` must be left out"),
    ):
        with pytest.raises(InputError, match=message):
            coulomb_peak(data, **options)
    for other, message in (
        (trace(np.ones(GATE.size)), "show a peak: got a flat line"),
        (trace(peak(0.03) + 0.001 * white(1)), "have at least 3 points within the peak"),
        (data.isel(P=slice(0, 10)), "have at least 20 points"),
        (data.rename(signal="x"), "got x; read it with readout.load"),
    ):
        with pytest.raises(InputError, match=message):
            coulomb_peak(other, lever_arm=ALPHA)
