"""From layouts to devices that pair."""

import numpy as np
import pytest

import attractron as at
from attractron.core.errors import InputError
from attractron.dots import effective_interaction, pairing_energy
from attractron.geometry import crossed_nanotubes, device, electrostatics

FOUND = electrostatics(crossed_nanotubes(), resolution=0.4)
M = {(a, b): float(FOUND["repulsion"].sel(dot=a, dot_2=b)) for a in "LRTB" for b in "LRTB"}


def test_pairing_of_the_device_is_that_of_its_repulsions():
    """2Δ = min(M_LB - M_LT, M_RB - M_RT) - M_LR for t = 0."""
    pair = min(M["L", "B"] - M["L", "T"], M["R", "B"] - M["R", "T"])
    assert pairing_energy(device(FOUND)) == pytest.approx((pair - M["L", "R"]) / 2, abs=1e-12)


def test_the_site_that_pairs_less_decides():
    lopsided = FOUND.copy(deep=True)
    for pair in ({"dot": "L", "dot_2": "B"}, {"dot": "B", "dot_2": "L"}):
        lopsided["repulsion"].loc[pair] += 0.2
    made = device(lopsided)
    assert made.named()["delta"].value == pytest.approx(M["R", "B"] - M["R", "T"])
    assert pairing_energy(made) == pytest.approx((M["R", "B"] - M["R", "T"] - M["L", "R"]) / 2, abs=1e-12)


def test_it_is_the_building_block_of_its_numbers():
    made = device(FOUND, t=0.07, delta=1.3)
    U = (M["L", "B"] - M["L", "T"] + M["R", "B"] - M["R", "T"]) / 2
    block = at.dots.building_block(W=M["L", "R"], U=U, delta=1.3, t=0.07)
    assert effective_interaction(made) == pytest.approx(effective_interaction(block), abs=1e-6)
    assert made.with_parameters(t=0.0, delta=1.0) == device(FOUND, delta=1.0)


def test_gates_by_name():
    made = device(FOUND, carriers="holes")
    assert set(made.gates) == set(FOUND["gate"].values)
    assert {"V", "delta_V", "delta", "t"} < set(made.knobs)
    arms = FOUND["lever_arm"].sel(gate="V_L", dot=list(made.dots)).values
    assert made.lever_arms("V_L") == pytest.approx(-arms)
    assert made.lever_arms("V")[0] == pytest.approx(-arms[0] - float(FOUND["lever_arm"].sel(gate="V_R", dot="L")))


def test_a_stability_diagram_comes_out_of_a_drawing():
    made = device(FOUND)
    V = np.linspace(-20, 20, 9)
    diagram = at.dots.stability_diagram(made, {"V_L": V, "V_R": V})
    assert set(np.unique(diagram["occupation"].sel(dot="L"))) <= {0.0, 1.0}


def test_no_island_and_no_detuning():
    plain = device(FOUND, islands=())
    assert plain.open_dots == ("L", "R", "T", "B")
    assert device(FOUND, levels={"L": 0.3}, delta=0.0).levels.tolist() == [0.3, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"islands": (("T", "X"),)}, "name dots"),
        ({"islands": (), "delta": 1.0}, "one island of two dots"),
        ({"levels": {"X": 1.0}}, "one of L, R, T, B"),
        ({"t": "much"}, "number"),
        ({"delta": float("inf")}, "finite"),
    ],
)
def test_bad_arguments_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        device(FOUND, **options)


def test_the_source_is_a_layout_or_its_electrostatics():
    with pytest.raises(InputError, match="layout"):
        device(FOUND.drop_vars("repulsion"))
    with pytest.raises(InputError, match="Layout"):
        device(0.83)
