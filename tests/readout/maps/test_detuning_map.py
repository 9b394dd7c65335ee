"""Interdot lines row after row: couplings, their trend, and what all rows have in common."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.readout import detuning_map, interdot_line
from attractron.readout.maps import detuning_map as detuning
from attractron.readout.maps.common_scale import common
from tests.readout.maps.detuning_maps import detuning_map_of

QUICK = {"rows": 6, "columns": 71, "noise": 0.005}


def status(result, name="status"):
    return flag_names(result[name])[int(result[name])]


@pytest.fixture(scope="module")
def simulated():
    return detuning_map_of(3, **QUICK)


def test_rows_are_read_as_traces_are(simulated):
    image, truth = simulated
    found = detuning_map(image, lever_arm=truth.lever_arm, temperature=truth.temperature)
    row = xr.Dataset({"signal": image[4]})
    alone = interdot_line(row, lever_arm=truth.lever_arm, temperature=truth.temperature)
    for name in ("tunnel_coupling", "tunnel_coupling_uncertainty", "position"):
        assert float(found[name][4]) == pytest.approx(float(alone[name]), rel=1e-6)
    assert status(found) == "read"
    assert status(found, "trend_status") == "exponential"
    assert abs(float(found["trend_rate"]) - truth.rate) < 4 * float(found["trend_rate_uncertainty"])


@pytest.mark.parametrize("name", ["temperature", pytest.param("lever_arm", marks=pytest.mark.thorough)])
def test_what_all_rows_share_is_fitted(simulated, name):
    image, truth = simulated
    options = {"temperature": truth.temperature, "lever_arm": truth.lever_arm} | {name: "common"}
    found = detuning_map(image, **options)
    key = {"temperature": "common_temperature", "lever_arm": "lever_arm"}[name]
    uncertainty = float(found[f"{key}_uncertainty"])
    assert 0 < uncertainty < 0.15 * getattr(truth, name)
    assert abs(float(found[key]) - getattr(truth, name)) < 4 * uncertainty


def test_temperature_and_lever_arm_share_a_factor(simulated):
    """A curve depends on α/T: twice the lever arm gives twice the temperature, and twice t."""
    image, truth = simulated
    found = []
    for factor in (1, 2):
        data = detuning._map(image[-3:], "eps", False)
        asked = detuning._asked(data, "common", factor * truth.lever_arm, None, False)
        numbers, rows = detuning._with_steps_in(data, asked)
        found.append(common(rows, "temperature", detuning._start(rows, asked, numbers, "temperature")))
    assert found[1].value == pytest.approx(2 * found[0].value, rel=1e-3)
    assert found[1].uncertainty == pytest.approx(2 * found[0].uncertainty, rel=1e-2)
    assert found[1].changes[:, 0] == pytest.approx(2 * found[0].changes[:, 0], rel=2e-2, abs=1e-5)


@pytest.mark.thorough
def test_the_second_axis_may_be_the_temperature():
    draw = np.random.default_rng(1)
    kelvin, gate = np.linspace(0.05, 0.3, 6), np.linspace(-4.0, 4.0, 81)
    gap = np.hypot(0.08 * gate, 2 * 0.02)
    signal = 0.08 * gate / gap * np.tanh(gap / (2 * K_B * kelvin[:, None])) + 0.005 * draw.normal(size=(6, 81))
    axes = {"T": ("T", kelvin, {"units": "K"}), "eps": ("eps", gate, {"units": "mV"})}
    image = xr.DataArray(signal, axes, ("T", "eps"))
    found = detuning_map(image, lever_arm="common")
    assert float(found["lever_arm"]) == pytest.approx(0.08, abs=4 * float(found["lever_arm_uncertainty"]))
    t, error = found["tunnel_coupling"].values, found["tunnel_coupling_uncertainty"].values
    assert (np.abs(t[:3] - 0.02) < 4 * error[:3]).all()
    assert status(found, "trend_status") == "not_asked"


def test_the_detuning_is_the_axis_along_which_there_are_steps(simulated):
    image, truth = simulated
    options = {"lever_arm": truth.lever_arm, "temperature": truth.temperature}
    turned = detuning_map(image[::2].transpose()[::-1], **options)
    named = detuning_map(image[::2], along="eps", **options)
    np.testing.assert_array_equal(turned["tunnel_coupling"], named["tunnel_coupling"])
    assert turned["residual"].dims == ("eps", "V_B")


def test_rows_without_a_step_have_no_number(simulated):
    image, truth = simulated
    spoilt = image.copy()
    spoilt[2] = np.random.default_rng(1).normal(size=image.shape[1])
    found = detuning_map(spoilt, lever_arm=truth.lever_arm, temperature=truth.temperature, along="eps")
    assert np.isnan(float(found["tunnel_coupling"][2]))
    assert int(found["rows_read"]) == image.shape[0] - 1
    assert "1 of 6 rows" in found.attrs["validity"]


def test_a_map_without_lines_gives_no_numbers(simulated):
    image, truth = simulated
    noise = image.copy(data=np.random.default_rng(2).normal(size=image.shape))
    for options in ({"temperature": truth.temperature}, {"temperature": "common"}):
        found = detuning_map(noise, lever_arm=truth.lever_arm, along="eps", **options)
        assert status(found) == "no_lines"
        assert np.isnan(found["tunnel_coupling"]).all()
        assert np.isnan(float(found["trend_rate"]))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"lever_arm": 0.1}, "temperature"),
        ({"lever_arm": "common", "temperature": "fit"}, "ratio"),
        ({"lever_arm": 0.1, "temperature": "axis"}, "in K"),
        ({"temperature": 0.1}, "lever_arm"),
        ({"lever_arm": 0.1, "temperature": 0.1, "along": "nothing"}, "along"),
    ],
)
def test_options_that_do_not_fit_are_refused(simulated, options, match):
    with pytest.raises(InputError, match=match):
        detuning_map(simulated[0], **options)


@pytest.mark.validation
@pytest.mark.parametrize("shared", ["temperature", "lever_arm"])
def test_pulls_of_what_is_shared(shared):
    pulls = []
    for seed in range(30):
        image, truth = detuning_map_of(seed, rows=10, columns=101)
        options = {"temperature": truth.temperature, "lever_arm": truth.lever_arm} | {shared: "common"}
        found = detuning_map(image, along="eps", **options)
        key = {"temperature": "common_temperature", "lever_arm": "lever_arm"}[shared]
        pulls.append((float(found[key]) - getattr(truth, shared)) / float(found[f"{key}_uncertainty"]))
    assert np.std(pulls) == pytest.approx(1.0, abs=0.35)
