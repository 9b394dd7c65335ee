"""Layouts that are known: values of other code, and the paper's numbers for the lengths that were matched to them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.dots import pairing_energy
from attractron.geometry import device, electrostatics, matched_nanotubes, planar_gaas, planar_silicon

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())["half_space"]


def energies(result):
    return [float(result["repulsion"].sel(dot="L", dot_2=other)) for other in "RBTL"]


def test_planar_dots_without_gates_and_below_a_full_one():
    """W by Hankel integrals; 2Δ with an island and with a lead in place of the far site, of code with 20² cells."""
    for drawn, name, with_island, with_lead in (
        (replace(planar_gaas(), metals=()), "W", -0.187, 0.321),
        (planar_gaas(solid_plane=True), "W_plane", 0.119, 0.145),
    ):
        W, near, far, own = energies(electrostatics(drawn, method="images"))
        assert pytest.approx(KNOWN[name], rel=1e-9) == W
        assert [near - far - W, near - W] == pytest.approx([with_island, with_lead], abs=2e-3)
        if name == "W":
            assert own == pytest.approx(KNOWN["on_site"], rel=1e-9)


def test_gates_of_gallium_arsenide_stand_where_the_reference_has_them():
    b, t = np.sqrt(170**2 - 130**2), np.sqrt(170**2 - 130**2) + 260
    known = {
        "V_L": (-170, -90, -600, -60),
        "V_C": (-30, 30, -600, -90),
        "V_B": (-50, 50, b + 60, b + 140),
        "V_T": (-50, 50, t + 70, 900),
        "V_bR": (220, 600, -50, 50),
        "V_b1": (-600, -90, b + 50, b + 120),
    }
    metals = {metal.name: metal for metal in planar_gaas().metals}
    for name, sides in known.items():
        low, high = metals[name].low, metals[name].high
        assert (low[0], high[0], low[1], high[1]) == pytest.approx(sides), name


@pytest.mark.parametrize("preset", [planar_gaas, planar_silicon])
def test_planar_dots_attract(preset):
    result = electrostatics(preset())
    W, near, far, _ = energies(result)
    assert 0 < near - far - W < 0.5
    assert pairing_energy(device(result)) == pytest.approx((near - far - W) / 2, abs=1e-9)
    arms = result["lever_arm"]
    assert arms.sel(gate="V_L", dot="L").item() == pytest.approx(arms.sel(gate="V_R", dot="R").item(), rel=1e-6)
    assert arms.sel(dot="T").idxmax("gate").item() == "V_T"
    assert float(result["missing_charge"].sel(dot="L")) == pytest.approx(0.21, abs=0.01)


def test_silicon_is_gallium_arsenide_with_other_lengths():
    lengths = {"spacing": 110, "side": 75, "top_distance": 110, "depth": 45, "rms": 11}
    lengths |= {"gate_width": 36, "setback": 28, "reach": 300, "permittivity": 13}
    assert planar_silicon() == planar_gaas(**lengths)


def test_an_oxide_below_the_gates_weakens_them():
    """10 nm of alumina are 14 nm of silicon: dots repel more, and gates reach them less."""
    bare, thick = (electrostatics(planar_silicon(oxide=oxide), resolution=0.7) for oxide in (0.0, 10.0))
    assert (np.array(energies(thick)) > np.array(energies(bare))).all()
    arms = [result["lever_arm"].sel(gate="V_L", dot="L").item() for result in (bare, thick)]
    assert 0.8 * arms[0] < arms[1] < 0.9 * arms[0]


@pytest.mark.thorough
def test_lengths_that_match_the_paper():
    """W = 0.83 meV without the second chip, 2Δ = 1.58 meV with it, both within 2.5 %; W changes by a third."""
    alone = electrostatics(matched_nanotubes(polarizer=False))["repulsion"].sel(dot="L", dot_2="R").item()
    W, near, far, _ = energies(electrostatics(matched_nanotubes()))
    assert alone == pytest.approx(0.83, rel=0.025)
    assert near - far - W == pytest.approx(1.58, rel=0.025)
    assert 0.7 * alone > W


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        ({"side": 130}, "above half of the spacing, 130 nm"),
        ({"depth": 0}, "positive"),
        ({"rms": -1}, "positive"),
        ({"permittivity": 0.5}, "at least 1"),
        ({"setback": 700}, "rise"),
        ({"gate_width": 200}, "neither touch nor overlap"),
    ],
)
def test_dots_that_cannot_be(lengths, words):
    with pytest.raises(InputError, match=words):
        planar_gaas(**lengths)
