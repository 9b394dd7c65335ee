"""Experimental knobs: every conversion against its own formula, and what the knobs do to the phases."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import HBAR_MEV_NM
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.wires import (
    Electrons,
    Nanotube,
    Sharp,
    WireAndTube,
    coupled_wires_from_interactions,
    experiment,
    experiment_boundary,
    flow,
    phase_name,
    polarised_window,
    secondary_channel,
)
from attractron.wires.coulomb import between_lines, within_line
from attractron.wires.experiment import INSULATING, MORE_BANDS, UNSTABLE

TUBE = Nanotube(Delta_0=60.0, Delta_so=1.0, radius=1.0, field=2.5)
SETUP = WireAndTube(tube=TUBE, k_F=0.02, v_F=400.0, distance=15.0, gate=-587.0, lever_arm=0.1)
AROUND = {"gate_distance": SETUP.gate_distance, "permittivity": SETUP.permittivity}


def test_the_couplings_are_those_of_the_interactions():
    """Against `coupled_wires_from_interactions` with the same amplitudes, written out."""
    k = np.sqrt(58.7**2 - 58.0**2) / TUBE.hbar_v
    overlap = 58.0 / 58.7
    primary = Electrons(
        density=2 * 0.02 / np.pi, v_F=400.0, U=tuple(map(float, within_line(np.array([0.0, 0.04]), 5.0, **AROUND)))
    )
    own = within_line(np.array([0.0, 2 * k]), 1.0, **AROUND) * [1, overlap**2]
    secondary = Electrons(density=k / np.pi, v_F=TUBE.hbar_v**2 * k / 58.7, U=tuple(map(float, own)))
    V = between_lines(np.array([0.0, 0.04]), 15.0, **AROUND) * [1, overlap]
    wanted = coupled_wires_from_interactions(primary, secondary, tuple(map(float, V)))
    found = SETUP.wires()
    for name in ("K_c", "K", "y_s", "y", "upsilon", "u_ratio", "mismatch", "V_theta_ratio"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), rel=1e-9), name


@given(st.floats(-59.5, -58.5), st.floats(1.3, 4.0))
@settings(max_examples=20, deadline=None)
def test_gate_and_field_set_the_momentum_of_the_band(mu, field):
    """As `secondary_channel` says, and by (A2) written out: m_1 = 60 - 1 - e v_F R B/2."""
    found = experiment(SETUP, {"gate": 10 * mu, "field": field})
    channel = secondary_channel(replace(TUBE, field=field), {"mu": mu}, k_F=0.02, alpha_0=50.0)
    half_gap = 59 - 0.5e-6 * 8e5 * field
    assert found["mu"].item() == pytest.approx(mu)
    assert found["window_low"].item() == pytest.approx(half_gap)
    k = np.sqrt(max(mu**2 - half_gap**2, 0)) / (HBAR_MEV_NM * 8e5)
    assert found["k"].item() == pytest.approx(k, abs=1e-12) == pytest.approx(channel["k"].item(), abs=1e-12)
    if int(found["phase"]) < INSULATING:
        assert found["mismatch"].item() == pytest.approx(min(1.0, abs(0.02 - k) / 0.02))


def test_phases_are_those_of_the_flow():
    for distance in (12.0, 30.0):
        one = experiment(SETUP, {"distance": distance}, cutoff=Sharp())
        wires = SETUP.with_parameters(distance=distance).wires()
        whole = flow(wires, cutoff=Sharp(), feedback="complete")
        assert flag_names(one["phase"])[int(one["phase"])] == phase_name(whole)


def test_particles_bind_less_than_holes():
    """At resonance the forward repulsion lowers the dimension for holes and raises it for particles."""
    holes, particles = (SETUP.with_parameters(gate=gate) for gate in (-589.48, 589.48))
    assert holes.wires().dimensions == pytest.approx(particles.wires().dimensions[::-1])
    assert holes.wires().dimensions[0] < 0.7 * particles.wires().dimensions[0]
    found = [experiment(setup, {}, cutoff=Sharp())["phase"] for setup in (holes, particles)]
    assert [flag_names(phase)[int(phase)] for phase in found] == ["trion", "decoupled"]
    assert phase_name(flow(particles.wires(), cutoff=Sharp(), feedback="complete")) == "decoupled"


def test_outside_the_window_nothing_is_wrong_and_sure():
    window = polarised_window(TUBE)
    low, high = 10 * float(window["low"]), 10 * float(window["high"])
    gates = [-high - 1, -low - 0.01, -low + 1]
    found = experiment(SETUP, {"gate": gates, "distance": 8.0})
    assert found["phase"].values.tolist() == [MORE_BANDS, UNSTABLE, INSULATING]
    assert np.isnan(found["K"].values[[0, 2]]).all()
    with pytest.raises(InputError, match="insulating secondary"):
        SETUP.with_parameters(gate=-low + 1).wires()


def test_boundaries_lie_between_their_regions():
    axes = {"gate": np.linspace(-578, -602, 25), "distance": np.geomspace(8, 60, 9)}
    found = experiment_boundary(SETUP, axes, points=7, cutoff=Sharp())
    edge = 10 * float(polarised_window(TUBE)["low"])
    own = (found["left"] == INSULATING) | (found["right"] == INSULATING)
    assert own.any()
    gates = found["gate"].values[own.values]
    assert np.allclose(gates[np.isfinite(gates)], -edge, atol=1e-6)
    pairs = {
        frozenset(each) for each in zip(found["left"].values.tolist(), found["right"].values.tolist(), strict=True)
    }
    assert frozenset((0, 2)) in pairs  # by the sharp cut-off trions end next to gapless wires


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tube": Nanotube(Delta_0=60, Delta_so=1, Delta_Phi=1)}, "radius and a field"),
        ({"distance": 5.0}, "above 6 nm"),
        ({"permittivity": 1.0}, "weaker than"),
        ({"v_F": -1.0}, "v_F"),
    ],
)
def test_setups_that_cannot_be(change, message):
    with pytest.raises(InputError, match=message):
        replace(SETUP, **change)


def test_axes_that_cannot_be():
    with pytest.raises(InputError, match="touch"):
        experiment(SETUP, {"distance": [4.0, 20.0]})
    with pytest.raises(InputError, match="feedback"):
        experiment(SETUP, {}, feedback="published")
    with pytest.raises(InputError, match="two arrays"):
        experiment_boundary(SETUP, {"gate": [-590.0, -580.0]})
