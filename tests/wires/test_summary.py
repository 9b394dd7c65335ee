"""What is said of a result is what is in it, whoever asked: a study or Python."""

import math

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.wires import (
    ArrayOfWires,
    CoupledWires,
    array_flow,
    array_phases,
    crossover_temperatures,
    equal_gap,
    flow,
    phase_diagram,
    scheme_comparison,
    summary,
    superconducting,
)
from attractron.wires.summary import numbers

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
AXES = {"mismatch": [0.01, 0.1, 0.5], "y": [0.05, 0.2, 0.5]}
ARRAY = ArrayOfWires(K_c=0.9, l_spin=5.0, U_perp=0.05, t_perp=0.01, Lambda=10.0)


def test_a_flow_says_its_phase_gap_order_and_conductance():
    found = flow(WIRES, Lambda=10.0)
    gap = 10 * math.exp(-float(found.l_spin))
    text, own = summary(found), numbers(found)
    assert own["gap"] == (pytest.approx(gap), "meV")
    assert f"{gap:.3g} meV (k_B times {gap / K_B:.3g} K)" in text
    assert text.startswith("Electrons of the primary pair: the gap opens at l_spin")
    pairs = superconducting(float(found.K_c_tilde_end), float(found.K_tilde_end), float(found.Q_end))
    assert f"{'superconducting correlations' if pairs else 'density waves'} dominate" in text
    assert own["conductance"] == (pytest.approx(2.0), "e²/h")
    assert f"{gap / 10:.3g} Λ" in summary(flow(WIRES))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"y": 0.0}, "the wires are decoupled"),
        ({"y": 0.6}, "bind a carrier of the secondary, a trion: the gap opens at l_trion"),
        ({"y_s": 0.9, "K_s": 0.5, "y": 0.0}, "bind as triplets"),
        ({"y": 1.2}, "A bare coupling is strong from the start, outside perturbation theory"),
    ],
)
def test_every_phase_has_its_words(changes, says):
    assert says in summary(flow(WIRES.with_parameters(**changes)))


def test_what_was_fixed_beside_the_axes_counts():
    """The wires of the sentence are those that flowed, not those of before."""
    fixed = summary(flow(WIRES, axes={"y_s": 0.15}))
    assert fixed == summary(flow(WIRES.with_parameters(y_s=0.15)))
    assert "(its own is +0.15)" in fixed


def test_a_diagram_says_shares_and_the_largest_gap():
    found = phase_diagram(WIRES, AXES)
    own = numbers(found)
    assert sum(value for name, (value, _) in own.items() if name.startswith("share_")) == pytest.approx(1)
    paired = found["l_spin"].where(found["phase"] == 1)
    assert own["l_spin"] == (float(paired.min()), "1")
    place = paired.isel(paired.argmin(...))
    assert f"bound most at mismatch = {float(place.mismatch):.4g}, y = {float(place.y):.4g}: the gap is" in summary(
        found
    )


def test_the_strongest_effective_attraction_and_temperatures():
    attraction = equal_gap(phase_diagram(WIRES, AXES))
    assert numbers(attraction)["effective_attraction"][0] == float(attraction.effective_attraction.min())
    cooling = crossover_temperatures(WIRES.with_parameters(y=0.05), {}, Lambda=10.0)
    assert f"{float(cooling.spin_temperature):.3g} K" in summary(cooling)


def test_arrays():
    flowed = array_flow(ARRAY)
    assert f"below {float(flowed.transition_temperature):.3g} K" in summary(flowed)
    diagram = array_phases(ARRAY, {"t_perp": np.linspace(0.001, 0.02, 5)})
    own = numbers(diagram)
    for code, name in ((1, "superconductor"), (2, "pi-CDW")):
        warmest = float(diagram.transition_temperature.where(diagram["phase"] == code).max())
        assert own.get(f"highest_temperature_{name}", (math.nan, "K")) == (pytest.approx(warmest, nan_ok=True), "K")
    assert sum(value for name, (value, _) in own.items() if name.startswith("share_")) == pytest.approx(1)


def test_another_result_is_refused():
    with pytest.raises(InputError, match=r"`result` must answer wires.flow, .*: got wires.scheme_comparison"):
        summary(scheme_comparison(WIRES, {"y": [0.1]}))
