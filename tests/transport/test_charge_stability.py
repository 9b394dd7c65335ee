"""The stability diagram of a junction is that of its currents."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.core.results import flag_names, parameters_of
from attractron.transport import charge_stability, current
from tests.transport.junctions import junctions, published

AXES = {"V": np.linspace(-0.5, 0.5, 6), "delta_V": np.linspace(-0.7, 0.7, 5)}


@given(junctions(equilibrium=True), st.sampled_from(["absolute", "centre"]), st.floats(-2.0, 2.0))
@settings(max_examples=20)
def test_occupations_are_those_of_the_currents_without_bias(junction, origin, gate):
    """Detailed balance makes the steady state of any rates the Boltzmann distribution."""
    found = charge_stability(junction, {"V_1": gate}, origin=origin)["occupation"]
    for processes in ("sequential", "2e"):
        steady = current(junction, {"V_1": gate}, processes=processes, origin=origin)["occupation"]
        np.testing.assert_allclose(found, steady, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("origin", ["absolute", "centre"])
def test_it_lies_on_the_map_of_the_current(origin):
    """The same axes in the same order; the ground state is the most populated one at low temperature."""
    junction = published(temperature=0.02, alpha=0.61, mu_P=0.9)
    diagram = charge_stability(junction, AXES, origin=origin)
    result = current(junction, AXES, processes="sequential", origin=origin)
    assert diagram["charge_state"].dims == result["current"].dims
    names = flag_names(diagram["charge_state"])
    likely = result["state"].values[result["populations"].transpose("V", "delta_V", "state").argmax("state")]
    assert (np.vectorize(names.__getitem__)(diagram["charge_state"].values) == likely).all()
    result.assign(charge_state=diagram["charge_state"])
    assert diagram.attrs["question"] == "transport.charge_stability"
    assert parameters_of(diagram) == parameters_of(result)
    assert "detector_current" not in diagram


@pytest.mark.parametrize(
    ("change", "axes", "says"),
    [
        (lambda lead: replace(lead, temperature=0.3), AXES, "`leads` must be in equilibrium without bias: got diff"),
        (lambda lead: replace(lead, mu=0.1), AXES, "`leads` must be in equilibrium without bias: got leads with `mu`"),
        (lambda lead: lead, {"V_SD": 0.1}, "`axes['V_SD']` must name a knob of the model (V_L, V_R, V, delta_V, W, U,"),
    ],
)
def test_bad_input(change, axes, says):
    junction = published()
    changed = replace(junction, leads=(change(junction.leads[0]), *junction.leads[1:]))
    with pytest.raises(InputError) as caught:
        charge_stability(changed, axes)
    assert str(caught.value).startswith(says)
