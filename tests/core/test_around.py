"""Temperatures as an axis of dots and chains: diagrams one by one, in the order of the axes, noise over the whole."""

import json

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import (
    Detector,
    Device,
    Gate,
    PolarizerChain,
    building_block,
    effective_interaction,
    filling,
    stability_diagram,
)

DEVICE = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
V, KELVIN = np.linspace(0, 3.5, 8), np.array([0.0, 0.5, 4.0])


def test_stability_diagrams_at_several_temperatures():
    found = stability_diagram(DEVICE, {"V": V, "temperature": KELVIN, "delta_V": [0.0, 0.5]})
    assert found["occupation"].dims == ("dot", "V", "temperature", "delta_V")
    assert found["temperature"].attrs == {"units": "K", "long_name": "temperature"}
    assert "temperature" not in json.loads(found.attrs["options"])
    for kelvin in KELVIN:
        alone = stability_diagram(DEVICE, {"V": V, "delta_V": [0.0, 0.5]}, temperature=kelvin)
        for name in ("occupation", "detector_current", "charge_state"):
            np.testing.assert_array_equal(found[name].sel(temperature=kelvin), alone[name])
        assert flag_names(alone["charge_state"]).items() <= flag_names(found["charge_state"]).items()


def test_noise_is_that_of_the_whole_scan():
    noisy = Detector(white_noise=1.0, seed=1)
    found = stability_diagram(DEVICE, {"temperature": [0.1, 0.2], "V": V}, detector=noisy)
    quiet = stability_diagram(DEVICE, {"temperature": [0.1, 0.2], "V": V})
    noise = (found - quiet)["detector_current"]
    assert abs(noise.isel(temperature=0) - noise.isel(temperature=1)).min() > 0
    assert json.loads(found.attrs["options"])["detector"]["white_noise"] == 1.0


def test_interactions_at_several_temperatures_or_one():
    found = effective_interaction(DEVICE, {"temperature": KELVIN, "U": [2.3, 2.4]})
    assert found["effective_interaction"].dims == ("temperature", "U")
    one = effective_interaction(DEVICE, {"temperature": 4.0, "U": [2.3, 2.4]})
    alone = effective_interaction(DEVICE, {"U": [2.3, 2.4]}, temperature=4.0)
    np.testing.assert_array_equal(found["effective_interaction"].sel(temperature=4), alone["effective_interaction"])
    assert one.identical(alone)


def test_fillings_at_several_temperatures():
    chain = PolarizerChain(sites=10, W=0.83, U=2.41, delta=1.2, t=0.05)
    found = filling(chain, {"mu": [2.0, 2.1], "temperature": KELVIN})
    assert found["filling"].dims == ("mu", "temperature")
    np.testing.assert_array_equal(found["filling"].T, filling(chain, {"mu": [2.0, 2.1]}, temperature=KELVIN)["filling"])


def test_a_gate_of_that_name_stays_a_gate():
    gates = {"temperature": Gate(lever_arms={"L": 1.0})}
    device = Device(dots=("L", "R"), repulsion=[[0, 0.8], [0.8, 0]], gates=gates)
    assert stability_diagram(device, {"temperature": [-1.0, 1.0]})["temperature"].attrs["units"] == "mV"


@pytest.mark.parametrize(
    ("values", "says"), [([1, -1], "zero or positive"), ([1, 0, 2], "rise or fall"), ("x", "number")]
)
def test_bad_temperatures(values, says):
    with pytest.raises(InputError, match=says):
        stability_diagram(DEVICE, {"V": V, "temperature": values})
