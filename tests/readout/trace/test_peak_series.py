"""Lever arm and base temperature from peaks at several temperatures, and what is no such series."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names, quoted
from attractron.readout import coulomb_peak_series

GATE = np.linspace(-6.0, 6.0, 201)
KELVIN = np.array([0.05, 0.1, 0.2, 0.35, 0.5])
ALPHA = 0.1


def series(base=0.1, noise=0.02, seed=0, kelvin=KELVIN):
    wide = K_B * np.sqrt(kelvin**2 + base**2)[:, None] / ALPHA
    signal = 0.05 + 0.1 / wide * np.cosh((GATE - 0.5) / 2 / wide) ** -2
    signal += noise * np.random.default_rng(seed).standard_normal(signal.shape)
    axes = {"T": ("T", kelvin, {"units": "K"}), "P": ("P", GATE, {"units": "mV"})}
    return xr.Dataset({"signal": (("T", "P"), signal, {"units": "nA"})}, axes)


@pytest.mark.parametrize("seeds", [1, pytest.param(4, marks=pytest.mark.thorough)])
def test_lever_arm_and_base_temperature(seeds):
    pulls = []
    for seed in range(seeds):
        found = coulomb_peak_series(series(seed=seed))
        for name, truth in {"lever_arm": ALPHA, "base_temperature": 0.1}.items():
            pulls.append((float(found[name]) - truth) / float(found[f"{name}_uncertainty"]))
    assert np.abs(pulls).max() < 3.5
    assert seeds == 1 or np.sqrt(np.mean(np.square(pulls))) == pytest.approx(1, abs=0.75)
    assert float(found["lever_arm_uncertainty"]) < 0.003
    covariance = found["covariance"].to_numpy()
    np.testing.assert_allclose(covariance, covariance.T)
    spreads = [float(found[f"{name}_uncertainty"]) for name in ("lever_arm", "base_temperature")]
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), spreads)
    assert covariance[0, 1] > 0  # a larger arm needs a larger base for the same cold width
    assert float(found["lever_arm_of_shape"].sel(shape="metallic")) == pytest.approx(
        float(found["lever_arm"]) * 4.3546 / 3.5255, rel=1e-3
    )
    assert f"gives a lever arm of {quoted(found, 'lever_arm', 'meV/mV')}" in found.attrs["summary"]


@pytest.mark.thorough
def test_the_analytic_limit_without_noise():
    found = coulomb_peak_series(series(noise=1e-6))
    assert float(found["lever_arm"]) == pytest.approx(ALPHA, rel=1e-4)
    assert float(found["base_temperature"]) == pytest.approx(0.1, rel=1e-4)


def test_without_saturation_there_is_a_bound():
    found = coulomb_peak_series(series(base=0.0, noise=0.05))
    assert flag_names(found["base_temperature_status"])[int(found["base_temperature_status"])] == "upper_bound"
    assert 0 < float(found["base_temperature_upper_bound"]) < 0.06
    assert float(found["base_temperature_interval"][0]) == 0
    assert "base electron temperature below" in found.attrs["summary"]


@pytest.mark.thorough
def test_traces_one_by_one_in_any_order():
    data = series()
    order = [3, 0, 4, 1, 2]
    traces = [data.isel(T=at, drop=True) for at in order]
    found = coulomb_peak_series(traces, temperatures=KELVIN[order])
    expected = coulomb_peak_series(data.transpose("P", "T"))
    assert float(found["lever_arm"]) == pytest.approx(float(expected["lever_arm"]))
    np.testing.assert_array_equal(found["bath_temperature"], KELVIN)


def test_a_trace_without_a_peak_is_left_out_and_said():
    data = series()
    data["signal"][2] = np.random.default_rng(1).standard_normal(GATE.size)
    found = coulomb_peak_series(data)
    assert found["row_status"].values.tolist() == [0, 0, 1, 0, 0]
    assert "Left out, since no Coulomb peak can be read there: 200 mK." in found.attrs["validity"]
    assert float(found["lever_arm"]) == pytest.approx(ALPHA, rel=0.05)


def test_a_width_that_does_not_depend_on_temperature_gives_no_lever_arm():
    data = series()
    data["signal"][:] = series(base=0.3, kelvin=np.full(5, 0.1), seed=3)["signal"].to_numpy()
    found = coulomb_peak_series(data)
    assert flag_names(found["status"])[int(found["status"])] == "not_described"
    assert np.isnan(found["lever_arm"])
    assert "does not grow with temperature" in found.attrs["summary"]


def test_bad_arguments():
    data = series()
    for traces, options, message in (
        (data.isel(T=0), {}, "hold a signal over a temperature in K and a gate"),
        (data, {"temperatures": [1.0]}, "be left out where the data have them"),
        (data, {"shape": "round"}, "one of single-level, metallic"),
        ([data.isel(T=0)], {}, "`temperatures` must be given in K for every trace: got none"),
        (data.isel(T=slice(0, 2)), {}, "show one Coulomb peak at 3 temperatures at least"),
        (data.assign_coords(T=("T", KELVIN - 0.1, {"units": "K"})), {}, "`temperatures` must be positive"),
    ):
        with pytest.raises(InputError, match=message):
            coulomb_peak_series(traces, **options)
