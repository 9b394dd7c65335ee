"""The bias across a sample behind a resistance."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.readout import read_diamonds, without_series_resistance
from tests.readout.transport_images import diamonds_image


def image_of(current, bias, gate, units="nA"):
    axes = {"V_SD": ("V_SD", bias, {"units": "mV"}), "V_g": ("V_g", gate, {"units": "mV"})}
    return xr.DataArray(current, axes, ("V_SD", "V_g"), attrs={"units": units, "long_name": "I"})


def behind(sample, ohms):
    """What a source sees of a sample, I(V) in nA and mV, by the root of V_source = V + I R: rising, one for each."""
    bias, fine = sample["V_SD"].to_numpy(), np.linspace(-3, 3, 6001)
    columns = []
    for column in sample.to_numpy().T:
        inside = np.interp(fine, bias, column)
        columns.append(np.interp(bias, fine + inside * ohms * 1e-6, inside))
    return sample.copy(data=np.transpose(columns))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("units", ["nA", "A"])
def test_what_the_resistance_did_is_undone(sign, units):
    bias, gate = np.linspace(-2, 2, 401), np.linspace(0, 10, 7)
    current = (10 + 2 * gate) * np.tanh(bias[:, None]) + bias[:, None] ** 3
    sample = image_of(current, bias, gate)
    factor = sign * (1.0 if units == "nA" else 1e-9)
    seen = (factor * behind(sample, 2e4)).assign_attrs(units=units, long_name="I")
    found = without_series_resistance(seen, "V_SD", "20 kOhm") / factor
    inside = found.sel(V_SD=slice(-1.2, 1.2))
    assert np.isfinite(inside).all()
    assert inside.to_numpy() == pytest.approx(sample.sel(V_SD=slice(-1.2, 1.2)).to_numpy(), abs=0.01)
    assert np.isnan(found.sel(V_SD=2.0)).all()


def test_columns_are_found_again_in_any_order():
    bias, gate = np.linspace(-2, 2, 41), np.linspace(0, 10, 7)
    image = image_of((10 + gate) * np.tanh(bias[:, None]), bias, gate)
    one = without_series_resistance(image, "V_SD", 1e4)
    other = without_series_resistance(image.isel(V_SD=slice(None, None, -1)).T, "V_SD", 1e4)
    xr.testing.assert_allclose(one, other.transpose("V_SD", "V_g"))


@pytest.mark.thorough
def test_lever_arms_of_diamonds_are_those_of_the_sample():
    image, truth = diamonds_image(2, noise=0.005)
    volts = image.assign_attrs(units="nA").transpose("V_SD", "V_g").sortby("V_g")
    volts = volts.copy(data=0.1 * volts.to_numpy())  # 10 nA at the largest
    seen = behind(volts, 3e4)
    read = read_diamonds(without_series_resistance(seen, "V_SD", 3e4))
    assert float(read["lever_arm"]) == pytest.approx(truth.alpha, rel=0.02)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"bias": "V_SD", "resistance": -1.0}, "series_resistance"),
        ({"bias": "V", "resistance": 1.0}, "axis"),
        ({"bias": "V_SD", "resistance": "1 mV"}, "series_resistance"),
        ({"bias": "V_SD", "resistance": 1e6}, "falls"),
    ],
)
def test_what_cannot_be_is_refused(options, match):
    bias, gate = np.linspace(-2, 2, 41), np.linspace(0, 10, 7)
    with pytest.raises(InputError, match=match):
        without_series_resistance(image_of(10.0 * bias[:, None] + 0 * gate, bias, gate), **options)


def test_a_signal_that_is_no_current_is_refused():
    bias, gate = np.linspace(-2, 2, 41), np.linspace(0, 10, 7)
    with pytest.raises(InputError, match="unit"):
        without_series_resistance(image_of(bias[:, None] + 0 * gate, bias, gate, "mV"), "V_SD", 1e4)
