"""Triple points read off computed diagrams, at random pixel phases and lever arms."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.dots import building_block, chain, effective_interaction, stability_diagram, triple_points


@settings(max_examples=40)
@given(
    U=st.floats(0.0, 3.0),
    delta=st.floats(0.0, 3.0),
    cross=st.floats(0.0, 0.3),
    phase=st.floats(0.0, 1.0),
    arm=st.floats(0.5, 1.0),
)
def test_interaction_is_read_to_a_fraction_of_a_pixel(
    U: float, delta: float, cross: float, phase: float, arm: float
) -> None:
    """Lines with more than 60 pixels each are located to well below one pixel, whatever the grid's phase."""
    arms = {"V_L": {"L": arm, "R": cross}, "V_R": {"R": 0.8, "L": cross}}
    device = building_block(W=0.83, U=U, delta=delta, t=0.05, lever_arms=arms)
    exact = effective_interaction(device)
    step = 0.03
    axes = {"V": -6 + step * (phase + np.arange(401)), "delta_V": -7 + step * (phase + np.arange(467))}
    assume(abs(exact) > 3 * step)
    vertex = triple_points(stability_diagram(device, axes, origin="centre"))
    assert float(vertex["effective_interaction"]) == pytest.approx(exact, abs=0.5 * float(vertex["resolution"]))


def test_orientation_and_positions() -> None:
    """Bare: vertical, at µ = 0 and µ = W. Attractive at t = 0, δ = U: horizontal, at δV = ∓|W_eff|/2, V = (U + W)/2."""
    axes = {"V": np.linspace(-1, 4, 251), "delta_V": np.linspace(-2.5, 2.5, 251)}
    bare = triple_points(stability_diagram(building_block(W=0.83, U=0.0, delta=1.0, t=0.05), axes))
    assert float(bare["angle"]) == pytest.approx(90.0, abs=1.0)
    assert sorted(bare["V_point"].values) == pytest.approx([0.0, 0.83], abs=0.01)
    paired = triple_points(stability_diagram(building_block(W=0.83, U=2.41, delta=2.41, t=0.0), axes))
    assert float(paired["angle"]) == pytest.approx(0.0, abs=1.0)
    assert sorted(paired["delta_V_point"].values) == pytest.approx([-0.79, 0.79], abs=0.01)
    assert paired["V_point"].values == pytest.approx([1.62, 1.62], abs=0.01)
    assert float(paired["length"]) == pytest.approx(1.58, abs=0.02)


def test_other_pairs_of_a_chain() -> None:
    device = chain(sites=3, W=0.5, U=2.0, delta=1.5, t=0.0)
    axes = {"V_1": np.linspace(1.5, 5, 141), "V_2": np.linspace(1.5, 5, 141), "V_3": -3.0}
    vertex = triple_points(stability_diagram(device, axes), pair=("S1", "S2"))
    assert float(vertex["effective_interaction"]) == pytest.approx(-1.0, abs=0.02)


def test_what_cannot_be_read_is_said() -> None:
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    empty = stability_diagram(device, {"V": np.linspace(-3, -2, 20), "delta_V": np.linspace(-1, 1, 20)})
    with pytest.raises(InputError, match="show the charging line between"):
        triple_points(empty)
    line = stability_diagram(device, {"V": np.linspace(-3, -2, 20)})
    with pytest.raises(InputError, match="two gate axes"):
        triple_points(line)
    with pytest.raises(InputError, match="name two open dots"):
        triple_points(empty, pair=("L", "T"))
