"""Devices as they are drawn: lengths as axes, what is said of pairing and its errors, pictures with the device."""

import json
import re

import numpy as np
import pytest

from attractron import dots, geometry, plotting, transport
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.studies import compute_study, template
from attractron.studies.kinds.drawn_device import KEPT
from tests.papers.overlaps import faults

QUICK = 'kind = "crossed-nanotubes"\n[model]\nsolid_planes = true\n'
PAIRING = QUICK + '[question]\nname = "pairing"\n'
DIAGRAM = template("crossed-nanotubes").replace("points = 101", "points = 12").replace("t = 0.02 ", "t = 0.0 ")


def answered(study):
    result = compute_study(study)
    return result, study.question.verdict(study, result)


def test_pairing_is_that_of_the_drawing(study):
    one = study(QUICK + 'distance = "0.1 µm"\nt = 0.05\n[question]\nname = "pairing"\n')
    result, said = answered(one)
    made = geometry.device(geometry.crossed_nanotubes(distance=100, solid_planes=True), t=0.05)
    assert float(result["two_delta"]) == pytest.approx(2 * dots.pairing_energy(made), rel=1e-12)
    assert said.text.startswith(f"This drawing pairs by 2Δ = {float(result['two_delta']):.4g} meV. W = ")
    assert said.numbers["U"][0] == pytest.approx(said.numbers["U_near"][0] - said.numbers["far_site"][0])
    assert "seconds" not in result, "the same study has the same bytes"
    assert json.loads(result.attrs["parameters"])["lengths"]["distance"] == 100


def test_a_length_is_an_axis(study):
    result, said = answered(study(PAIRING + "[axes]\ndistance = [80, 280]\nrms = [50, 60]\n"))
    for rms in (50, 60):
        lengths = {"solid_planes": True, "shape": geometry.Gaussian(rms=rms)}
        found = geometry.distance_scan(geometry.crossed_nanotubes, [80, 280], fixed=lengths, method="images")
        row = result.sel(rms=rms)
        np.testing.assert_allclose(row["two_delta"], 2 * found["pairing_energy"], rtol=1e-9)
        np.testing.assert_allclose(row["repulsion"], found["repulsion"], rtol=1e-9)
    assert "the most at distance = 80 nm, rms = 50 nm" in said.text
    assert plotting.main_variable(result) == "two_delta"


def test_uncertain_lengths_are_carried_to_the_pairing(study):
    """An adjoint solution of another code has d(2Δ)/dd = -0.00990 meV/nm between finite gates, a bit more than here."""
    _, said = answered(study(PAIRING + "[uncertainty]\ndistance = 10\nheight = 5\n"))
    assert "distance 0.096 meV, height 0.0012 meV" in said.text
    assert said.numbers["two_delta_uncertainty"][0] == pytest.approx(np.hypot(0.096, 0.0012), rel=0.01)
    _, open_sign = answered(
        study(PAIRING.replace("[question]", "distance = 285\n[question]") + "[uncertainty]\ndistance = 10\n")
    )
    assert "a sign that the uncertainty leaves open" in open_sign.text


def test_the_diagram_of_a_drawing_has_its_electrostatics_and_its_picture(study):
    result, said = answered(study(DIAGRAM.replace('# resolution = "fine" ', 'resolution = "coarse" ')))
    found = geometry.electrostatics(geometry.crossed_nanotubes(), resolution="coarse", mass=0.02)
    for name in KEPT:
        np.testing.assert_array_equal(result[name], found[name])
    assert {"0", "1"} == set("".join(map(str, result["charge_state"].attrs["flag_meanings"]))) - set("(), _")
    assert "frozen clouds, which is the largest uncertainty: carriers of 0.02 electron masses" in said.text
    assert said.numbers["two_delta_relaxed"][0] == pytest.approx(0.59, abs=0.01)
    degenerate = 2 * np.log(2) * 0.05 * K_B  # of T and B beside one electron, where pairing is best
    assert said.numbers["two_delta"][0] == pytest.approx(1.117 - degenerate, abs=2e-3)
    figure = plotting.picture(result)
    assert [ax.get_title(loc="left")[:3] for ax in figure.axes[:4]] == ["(a)", "(b)", "(c)", "(d)"]
    assert faults(figure) == []


def test_without_the_second_chip_there_is_W_alone(study):
    result, said = answered(study(QUICK + 'polarizer = false\n[question]\nname = "effective-interaction"\n'))
    W = float(
        geometry.electrostatics(geometry.crossed_nanotubes(solid_planes=True, polarizer=False), method="images")[
            "repulsion"
        ][0, 1]
    )
    assert float(result["effective_interaction"]) == pytest.approx(W)
    assert f"repel by W = {W:.4g}" in said.text
    assert set(said.numbers) == {"W", "W_error"}


def test_carriers_that_avoid_each_other_are_said_beside_frozen_ones(study):
    """In boxes of 400 nm, m = 0.007: 2Δ = 0.694 meV of two carriers at a time, by another code; three at once less."""
    _, said = answered(study(QUICK + 'mass = 0.007\n[question]\nname = "pairing"\n'))
    assert 0.6 < said.numbers["two_delta_relaxed"][0] < 0.9
    assert "2Δ becomes" in said.text
    _, without = answered(study(QUICK + 'mass = 0.007\ndensity = "uniform"\n[question]\nname = "pairing"\n'))
    assert "tens of per cent" in without.text, "a uniform charge is no ground state"


@pytest.mark.parametrize(("material", "spacing"), [("gaas", 260), ("silicon", 110)])
def test_planar_dots_of_a_material(study, material, spacing):
    text = f'kind = "planar-dots"\n[model]\nmaterial = "{material}"\nsolid_plane = true\n[question]\nname = "pairing"\n'
    result, said = answered(study(text + "[uncertainty]\nspacing = 2\n"))
    draw = {"gaas": geometry.planar_gaas, "silicon": geometry.planar_silicon}[material]
    found = geometry.electrostatics(draw(solid_plane=True), method="images")
    np.testing.assert_allclose(result["repulsion"], found["repulsion"])
    assert json.loads(result.attrs["parameters"])["lengths"]["spacing"] == spacing
    assert "spacing" in said.text


def test_a_drawing_that_repels(study):
    _, said = answered(study(PAIRING.replace("[question]", "distance = 400\n[question]")))
    assert "does not pair: the electrons repel by" in said.text


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("distance = -3\n", "line 4: model.distance"),
        ("distanse = 3\n", "did you mean 'distance'"),
        ("solid_planes = false\npitch = 100\n", "strips that touch"),
        ("pitch = 240\n", "be left out with solid_planes"),
        ('density = "round"\n', "'box' or 'uniform'"),
        ("mass = -1\n", "line 4: model.mass"),
        ("polarizer = false\n", "true for the question of pairing"),
        ("[uncertainty]\ndistance = 200\n", "uncertainty.distance"),
        ("[axes]\ndistance = [100, -1]\n", "axes.distance"),
        ("[axes]\nV = [1, 2]\n", "V_G"),
    ],
)
def test_what_cannot_be_drawn_is_said_with_its_line(study, more, says):
    text = (QUICK + more).replace("solid_planes = true\nsolid_planes = false", "solid_planes = false")
    with pytest.raises(InputError, match=re.escape(says)):
        compute_study(study(text))


def test_virtual_gates_leave_the_detuning_of_the_island_where_it_is(study):
    """V_L and V_R are nearer to B than to T: without compensation the vertex, at 1.9 mV, would be one of repulsion."""
    text = template("planar-dots").replace("points = 101", "points = 41").replace("[uncertainty]\nside = 5", "")
    one = study(text.replace('# resolution = "fine"  ', 'resolution = "coarse"  '))
    result, said = answered(one)
    arms = one.model.device.lever_arms("V")
    T, B = (one.model.device.index(dot) for dot in "TB")
    assert arms[T] == pytest.approx(arms[B], abs=1e-12)
    assert "V moves V_T by 0.43" in said.text
    assert len(np.unique(result["charge_state"])) == 4
    middle = result.sel(delta_V=0, method="nearest")["charge_state"].values
    assert len(np.unique(middle)) == 2, "from (0,0) to (1,1) at once: attraction"


LEADS = """
[model.leads]
P_G = { dot = "B", Gamma = 0.02, temperature = 0.2, bias = 1.0 }
P_D = { dot = "B", Gamma = 0.02, temperature = 0.2 }
S = { dot = "L", Gamma = 0.02, temperature = 0.2 }
"""


def test_dots_with_leads_are_a_junction(study):
    text = QUICK + "levels = { B = 0.1 }" + LEADS + '[question]\nname = "current"\nprocesses = "sequential"\n'
    one = study(text + "[axes]\nV_G = [0.0, 1.0]\nV_SD = 0.1\n")
    result, said = answered(one)
    found = geometry.electrostatics(geometry.crossed_nanotubes(solid_planes=True), method="images")
    made = geometry.device(found.sel(dot=["L", "B"], dot_2=["L", "B"]), islands=(), levels={"B": 0.1})
    source, drain, lead = one.model.junction.leads
    arms = {dot: float(found["lever_arm"].sel(gate="P_G", dot=dot)) for dot in ("L", "B")}
    assert source.lever_arms == arms, "a lead that is a piece of the drawing shifts dots as that does"
    assert (drain.lever_arms, lead.dot) == ({}, "L")
    wanted = transport.current(
        transport.Junction(device=made, leads=(source, drain, lead)),
        {"V_G": [0.0, 1.0], "V_SD": 0.1},
        processes="sequential",
    )
    np.testing.assert_allclose(result["current"], wanted["current"], rtol=1e-9)
    assert f"L-B {float(found['repulsion'].sel(dot='L', dot_2='B')):.4g}" in said.text


@pytest.mark.parametrize(
    ("leads", "says"), [("", "leads` must be given"), (LEADS.replace('"L"', '"X"'), "name a dot (L, R, T, B)")]
)
def test_leads_that_cannot_be_are_said(study, leads, says):
    with pytest.raises(InputError, match=re.escape(says)):
        compute_study(study(QUICK + leads + '[question]\nname = "current"\n[axes]\nV_G = [0.0, 1.0]\n'))


def test_sizes_of_gates_that_a_plane_replaces_are_refused(study):
    text = 'kind = "planar-dots"\n[model]\nsolid_plane = true\ngate_width = 70\n[question]\nname = "pairing"\n'
    with pytest.raises(InputError, match=r"line 4: model\.gate_width` must be left out with solid_plane"):
        study(text)
