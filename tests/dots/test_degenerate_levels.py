"""Islands' levels that count as degenerate at T = 0: those within 1e-9 meV, no more and no less."""

import numpy as np
import pytest

from attractron.dots import Device, Gate, Island, building_block, interaction_derivatives, stability_diagram

ROUNDING = pytest.mark.parametrize(("split", "shared"), [(1e-12, True), (7e-10, True), (1.5e-9, False), (1e-6, False)])


@ROUNDING
def test_occupations_are_shared_between_degenerate_levels(split: float, shared: bool) -> None:
    """A polarizer without tunnelling and with δ = split has its electron on the bottom site, unless it is degenerate;
    an island of three dots, two of them at the same level, shares it among these."""
    device = building_block(W=0.5, U=2.0, delta=split, t=0.0)
    occupation = stability_diagram(device, {"V": -1.0})["occupation"]
    assert occupation.values.tolist() == [0.0, 0.0, *((0.5, 0.5) if shared else (0.0, 1.0))]
    three = Device(
        dots=("a", "b", "c"),
        repulsion=np.zeros((3, 3)),
        levels=[0.0, split, 1.0],
        islands=(Island(dots=("a", "b", "c"), electrons=1),),
        gates={"V": Gate(lever_arms={"a": 1.0})},
    )
    found = stability_diagram(three, {"V": 0.0})["occupation"].values.tolist()
    assert found == ([0.5, 0.5, 0.0] if shared else [1.0, 0.0, 0.0])


@ROUNDING
def test_derivatives_differ_between_sides_of_a_kink_only(split: float, shared: bool) -> None:
    """W_eff = W - δ below δ = U and W - (2U - δ) above: slopes -1 and +1, at the kink one on either side."""
    slopes = interaction_derivatives(building_block(W=0.5, U=2.0, delta=2.0 + split, t=0.0))
    found = slopes["effective_interaction_slope"].sel(parameter="delta")
    assert found.values.tolist() == [-1.0 if shared else 1.0, 1.0]
