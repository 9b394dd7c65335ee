"""A charge detector among the dots of a layout, and junctions with drawn contacts."""

from dataclasses import replace

import numpy as np
import pytest

import attractron as at
from attractron.core.errors import InputError
from attractron.geometry import ParticleInABox, WireDot, crossed_nanotubes, detector, device, electrostatics

SENSOR = WireDot(name="CD", centre=(0, -250, 125), along="y", shape=ParticleInABox(length=80))
PLANES = crossed_nanotubes(solid_planes=True)
FOUND = electrostatics(replace(PLANES, clouds=(*PLANES.clouds, SENSOR)), method="images")


def test_each_electron_shifts_it_by_its_repulsion():
    made = detector(FOUND, "CD", sensitivity=-50.0, background=7.0)
    M = FOUND["repulsion"].sel(dot="CD")
    assert set(made.weights) == set("LRTB")
    for dot, weight in made.weights.items():
        assert weight == pytest.approx(-50.0 * float(M.sel(dot_2=dot)))
    assert made.weights["B"] < made.weights["T"] < 0  # B is nearer
    assert made.weights["L"] == pytest.approx(made.weights["R"])
    assert made.slope["V_G"] == pytest.approx(50.0 * float(FOUND["lever_arm"].sel(gate="V_G", dot="CD")))


def test_its_current_steps_by_the_weights_of_the_charges_in_a_diagram():
    """I(n) - I(n') between pixels is their charges' weights plus the cross-talk of the gates."""
    found = electrostatics(replace(crossed_nanotubes(), clouds=(*PLANES.clouds, SENSOR)), resolution=0.4)
    sensor, made = detector(found, "CD", sensitivity=-100.0), device(found, detector="CD")
    assert made.dots == ("L", "R", "T", "B")
    axes = {"V": np.linspace(-5, 15, 5), "delta_V": np.linspace(-6, 6, 5)}
    diagram = at.dots.stability_diagram(made, axes, detector=sensor)
    expected = sum(sensor.weights[dot] * diagram["occupation"].sel(dot=dot) for dot in made.dots)
    expected = expected + sum(sensor.slope[name] * diagram[name] for name in axes)
    assert diagram["detector_current"].values == pytest.approx(expected.transpose("V", "delta_V").values)
    assert sensor.slope["V"] == pytest.approx(sensor.slope["V_L"] + sensor.slope["V_R"])
    assert sensor.slope["delta_V"] == pytest.approx(sensor.slope["V_L"] - sensor.slope["V_R"], abs=1e-12)
    assert sensor.slope["V_L"] > 0


def test_the_device_without_it_is_that_of_the_other_dots():
    bare = electrostatics(PLANES, method="images")
    assert device(FOUND, detector="CD") == device(bare)
    with pytest.raises(InputError, match="two dots"):
        device(FOUND, detector="CD", islands=(("T", "B"), ("L", "R")), delta=1.0)


def test_a_junction_of_drawn_contacts():
    """Lead by lead: the contacts' lever arms are what levels follow of a bias; W, U come from the repulsions."""
    drawn = crossed_nanotubes()
    drawn = replace(
        drawn, clouds=tuple(replace(c, name="P") if c.name == "B" else c for c in drawn.clouds if c.name != "T")
    )
    found = electrostatics(drawn, resolution=0.4)
    arms = {gate: found["lever_arm"].sel(gate=gate).to_series().to_dict() for gate in ("P_S", "P_D")}
    lead, cold = at.transport.Lead, {"Gamma": 0.01, "temperature": 0.2}
    made = at.transport.Junction(
        device=device(found, islands=(), levels={"P": -0.4}),
        leads=(
            lead(name="S", dot="P", bias=1.0, lever_arms=arms["P_S"], **cold),
            lead(name="D", dot="P", **cold),
            lead(name="L", dot="L", **cold),
            lead(name="R", dot="R", **cold),
        ),
    )
    assert {"V_L", "V_R", "V", "delta_V", "V_SD"} <= set(made.knobs)
    M = found["repulsion"]
    assert made.device.repulsion[0, 2] == pytest.approx(float(M.sel(dot="L", dot_2="P")))
    current = at.transport.current(made, {"V_SD": np.array([-2.0, 0.0, 2.0])}, processes="sequential")["current"].values
    assert current[0] < 0 < current[2]
    assert current[1] == pytest.approx(0, abs=1e-9 * current[2])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dot": "X"}, "X"),
        ({"sensitivity": float("nan")}, "finite"),
        ({"sensitivity": 0.0}, "not be zero"),
        ({"white_noise": -1.0}, "white_noise"),
    ],
)
def test_bad_detectors_are_refused(options, words):
    with pytest.raises(InputError, match=words):
        detector(FOUND, **{"dot": "CD", "sensitivity": -50.0, **options})


def test_what_is_no_electrostatics_is_refused():
    with pytest.raises(InputError, match="result of electrostatics"):
        detector(FOUND.drop_vars("lever_arm"), "CD", sensitivity=1.0)
    with pytest.raises(InputError, match="CD"):
        device(FOUND, detector="X")
