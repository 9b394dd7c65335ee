"""Kinds of dots: a study gives what the same calls give in Python, and points at the right line when they refuse."""

import json
import re

import numpy as np
import pytest

from attractron import dots, studies
from attractron.core.errors import InputError
from attractron.dots import PolarizerChain, cluster_energies, filling
from attractron.studies import KINDS, compute_study, template

MODEL = {"W": 0.83, "U": 2.41, "delta": 2.2, "t": 0.05}
BLOCK = 'kind = "building-block"\nmodel = { W = 0.83, U = 2.41, delta = 2.2, t = 0.05 }\n'
GATES = '[axes]\nV = { start = 0, stop = "3500 µV", points = 15 }\ndelta_V = { start = -2, stop = 2, points = 17 }\n'
AXES = {"V": np.linspace(0, 3.5, 15), "delta_V": np.linspace(-2, 2, 17)}


def verdict_of(study):
    return study.question.verdict(study, compute_study(study))


def same(found, direct):
    """All variables, coordinates and their attributes are the same to the last bit."""
    assert set(found.variables) == set(direct.variables)
    for name in direct.variables:
        assert found[name].identical(direct[name]), name
    for name in ("question", "method", "parameters", "options", "validity", "references"):
        assert found.attrs[name] == direct.attrs[name], name


DETECTOR = """\
[question]
temperature = 0.1
origin = "centre"
[question.detector]
background = "0.5 nA"
slope = { V = 3.0, delta = 0.5 }
weights = { L = -80, R = -8 }
tunnel_broadening = "20 µeV"
white_noise = 2.0
pink_noise = 5.0
seed = 7
"""


def test_a_diagram_is_that_of_one_call_noise_included(study):
    sensor = dots.Detector(
        background=500.0,
        slope={"V": 3.0, "delta": 0.5},
        weights={"L": -80, "R": -8},
        tunnel_broadening=0.02,
        white_noise=2.0,
        pink_noise=5.0,
        seed=7,
    )
    device = dots.building_block(**MODEL)
    direct = dots.stability_diagram(device, AXES, temperature=0.1, origin="centre", detector=sensor)
    same(compute_study(study(BLOCK + DETECTOR + GATES), workers=2), direct)


def test_any_knob_may_be_an_axis_and_a_number_fixes_one(study):
    axes = {"delta": np.array([0.5, 2.2]), **AXES}
    direct = dots.stability_diagram(dots.building_block(**{**MODEL, "U": 2.6}), axes)
    text = BLOCK + GATES.replace("[axes]", '[axes]\nU = 2.6\ndelta = [0.5, "2200 µeV"]')
    found = compute_study(study(text))
    same(found, direct)
    assert found["charge_state"].dims == ("delta", "V", "delta_V")
    fixed = compute_study(study(BLOCK + GATES.replace("delta_V = {", "delta_V = 0.5 #")))
    np.testing.assert_array_equal(fixed["V"], AXES["V"])
    assert fixed["charge_state"].dims == ("V",)


def test_the_effective_interaction(study):
    device = dots.building_block(**MODEL)
    alone = study(BLOCK + '[question]\nname = "effective-interaction"\ntemperature = "2 K"\n')
    assert float(compute_study(alone)["effective_interaction"]) == dots.effective_interaction(device, temperature=2.0)
    text = (
        BLOCK + '[question]\nname = "effective-interaction"\npair = ["R", "L"]\n[axes]\nU = [2, 3]\ndelta = [1, 2, 3]\n'
    )
    direct = dots.effective_interaction(
        device, {"U": np.array([2.0, 3.0]), "delta": np.array([1.0, 2.0, 3.0])}, pair=("R", "L")
    )
    same(compute_study(study(text)), direct)
    said = verdict_of(study(text))
    binding = -direct["effective_interaction"].to_numpy()
    assert said.numbers["two_delta_highest"] == (binding.max(), "meV")
    assert said.numbers["two_delta_lowest"] == (binding.min(), "meV")
    assert said.text.endswith("the most at U = 3 meV, delta = 3 meV.")


VERDICT = BLOCK + '[question]\nname = "verdict"\n[uncertainty]\nW = "20 µeV"\nU = 0.01\n'


def test_the_verdict_and_its_uncertainty(study):
    direct = dots.verdict(dots.building_block(**MODEL), uncertainty={"W": 0.02, "U": 0.01})
    asked = study(VERDICT)
    same(compute_study(asked), direct)
    said = verdict_of(asked)
    assert said.text == direct.attrs["summary"]
    assert said.numbers == {name: (float(value), value.attrs["units"]) for name, value in direct.items()}


def test_a_swept_verdict_is_one_for_each_point(study):
    found = compute_study(study(VERDICT + "[axes]\ndelta = [1.0, 2.0]\n"))
    for delta in (1.0, 2.0):
        direct = dots.verdict(dots.building_block(**{**MODEL, "delta": delta}), uncertainty={"W": 0.02, "U": 0.01})
        for name in direct.data_vars:
            assert float(found[name].sel(delta=delta)) == float(direct[name])
    assert json.loads(found.attrs["parameters"])["delta"] == MODEL["delta"]


def test_a_device_given_dot_by_dot(study):
    text = template("device")
    found = study(text).model
    assert found.dots == ("L", "R", "T", "B")
    np.testing.assert_array_equal(found.levels, [0, 0.1, 1.2, -1.2])
    np.testing.assert_array_equal(
        found.repulsion, [[0, 0.83, 0, 2.41], [0.83, 0, 0, 2.35], [0, 0, 0, 0], [2.41, 2.35, 0, 0]]
    )
    np.testing.assert_array_equal(found.tunnelling[2:, 2:], [[0, 0.05], [0.05, 0]])
    assert found.islands == (dots.Island(dots=("T", "B"), electrons=1),)
    assert found.gates["V_R"] == dots.Gate(lever_arms={"L": 0.02, "R": 0.1}, offset=5.0)
    assert set(found.knobs) == {
        *("V_L", "V_R", "V_P", "V", "delta_V"),
        *("U_LR", "U_LB", "U_RB", "level_R", "level_T", "level_B", "t_TB"),
    }
    several = text.replace("L = {}", "L = { on_site = 8.0, max_electrons = 2 }")
    assert study(several).model.repulsion[0, 0] == 8.0
    assert study(several).model.limits == (2, 1, 1, 1)


def test_a_device_without_a_pair_says_so(study):
    text = 'kind = "device"\nmodel = { dots = { A = {} }, gates = { V = { lever_arms = { A = 1 } } } }\n'
    said = verdict_of(study(text + "[axes]\nV = [-1, 1]\n"))
    assert said.text == "The device has no two open dots, so there are no two electrons to pair."


def test_what_is_infinite_stays_valid_json(study, tmp_path):
    asked = study(BLOCK.replace("W = 0.83", "W = -0.1") + '[question]\nname = "verdict"\n')
    studies.run(asked, tmp_path / "out")
    text = (tmp_path / "out" / "summary.json").read_text(encoding="utf-8")
    numbers = json.loads(text, parse_constant=pytest.fail)["numbers"]
    assert numbers["pairing_temperature"] == {"value": "inf", "unit": "K"}


CHAIN = """\
kind = "polarizer-chain"
[model]
sites = 30
W = ["830 µeV", 0.2]
U = 2.41
delta = 1.2
t = 0.05
"""


def test_the_filling_of_a_long_chain(study):
    chain = PolarizerChain(sites=30, W=(0.83, 0.2), U=2.41, delta=1.2, t=0.05)
    axes = {"mu": np.linspace(1, 4, 40), "W": np.array([0.5, 1.0])}
    direct = filling(chain, axes, temperature=0.5)
    asked = study(
        CHAIN + '[question]\ntemperature = "0.5 K"\n[axes]\nmu = { start = 1, stop = 4, points = 40 }\nW = [0.5, 1]\n'
    )
    same(compute_study(asked, workers=2), direct)
    assert "µ = " in verdict_of(asked).text


def test_clusters_on_a_long_chain(study):
    asked = study(CHAIN + '[question]\nname = "cluster-energies"\nsizes = [1, 2, 5]\n[axes]\nW = [0.5, 1.0]\n')
    found = compute_study(asked)
    assert found["binding"].dims == ("W", "size")
    for nearest in (0.5, 1.0):
        chain = PolarizerChain(sites=30, W=(nearest, 0.2), U=2.41, delta=1.2, t=0.05)
        np.testing.assert_array_equal(found["binding"].sel(W=nearest), cluster_energies(chain, [1, 2, 5])["binding"])


DEVICE = template("device")
SENSOR = "[question.detector]\n"
MU = "[axes]\nmu = [1, 2]\n"

CASES = [
    # the study, the key that is named, what its line begins with, what is said
    (
        DEVICE.replace("L-R =", "L-X ="),
        "model.repulsion.L-X",
        "L-X",
        "join two dots, such as L-R: got 'L-X'; did you mean",
    ),
    (DEVICE.replace("R-B = 2.35", "R-L = 2"), "model.repulsion.R-L", "R-L", "be given once: got R-L beside L-R"),
    (DEVICE.replace("T-B =", "L-R ="), "model.tunnelling", "[model.tunnelling]", "connect two dots of one island"),
    (
        DEVICE.replace("electrons = 1", "electrons = 3"),
        "model.islands[0].electrons",
        "electrons = 3",
        "fit on the island",
    ),
    (DEVICE.replace('"T", "B"', '"T", "X"'), "model.islands[0].dots", 'dots = ["T", "X"]', "name dots of the device"),
    (DEVICE.replace("T = -0.05", "X = -0.05"), "model.gates.V_P.lever_arms", "V_P = ", "name dots of the device"),
    (DEVICE.replace("V_R = -1", "V_X = -1"), "model.virtual_gates.delta_V", "delta_V = ", "name gates of the device"),
    (DEVICE.replace('"830 µeV"', '"830 apples"'), "model.repulsion.L-R", "L-R", "the unit 'apples' is unknown"),
    (
        DEVICE.replace("level = 0.1", "levle = 0.1"),
        "model.dots.R.levle",
        "R = ",
        "be one of level, on_site, max_electrons",
    ),
    (CHAIN.replace("0.2", '"0.2 T"') + MU, "model.W", "W = ", "be given in units of meV: got '0.2 T'"),
    (DEVICE.replace("R = { level", "R-2 = { level"), "model.dots.R-2", "R-2 = ", "have a name without '-'"),
    (CHAIN + MU + "[uncertainty]\nW = 0.1\n", "uncertainty", "[uncertainty]", "be left out for the question 'filling'"),
    (CHAIN.replace("0.2", "-0.2") + MU, "model.W[1]", "W = ", "be zero or positive: got -0.2"),
    (CHAIN, "axes", "kind = ", "have the axis mu with several points for the question 'filling'"),
    (BLOCK.replace("t = 0", "max_electrons = 2, t = 0"), "model: on_site", "model = ", "be given when max_electrons"),
    (
        BLOCK + '[question]\nname = "effective-interaction"\npair = ["L", "T"]\n',
        "question.pair",
        "pair",
        "name open dots",
    ),
    (BLOCK + '[question]\nname = "verdict"\n' + GATES, "axes.V", "V = ", "be an axis of the question 'verdict'"),
    (BLOCK + SENSOR + "slope = { X = 1 }\n" + GATES, "question.detector.slope", "slope = ", "name knobs of the device"),
    (BLOCK + SENSOR + "white_noise = -1\n" + GATES, "question.detector.white_noise", "white", "be zero or positive"),
    (BLOCK + SENSOR + "weights = { X = 1 }\n" + GATES, "question: dot", "[question.d", "be one of L, R, T, B: got 'X'"),
]


@pytest.mark.parametrize(("text", "place", "line", "says"), CASES)
def test_refusals_of_the_physics_have_their_place(study, text, place, line, says):
    with pytest.raises(InputError) as caught:
        compute_study(study(text))
    message = str(caught.value)
    found = re.match(r"`s\.toml, line (\d+): (.*?)` must ", message)
    assert found, message
    assert found[2] == place
    assert says in message
    assert line in text.splitlines()[int(found[1]) - 1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_complete(kind):
    entry = KINDS[kind]
    assert entry.name == kind
    assert entry.about
    assert all(question.about for question in entry.questions.values())
    assert template(kind).count(f'kind = "{kind}"') == 1


def test_the_verdict_is_at_the_voltages_that_the_study_holds(study):
    """A gate on the polarizer detunes it: held at another voltage the device pairs less, and the paragraph says so."""
    text = template("device").replace("V_P = 0.0", "V_P = 10.0")
    assert "V_P = 10.0" in text
    checked = study(text)
    result = compute_study(checked)
    two_delta, _ = checked.question.verdict(checked, result).numbers["two_delta"]
    vertex = dots.triple_points(result)
    assert two_delta == pytest.approx(-float(vertex["effective_interaction"]), abs=float(vertex["resolution"]))
    assert two_delta < 1.0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"axes.V": {"start": -30, "stop": -20, "points": 9}, "axes.delta_V": {"start": -2, "stop": 2, "points": 9}},
            "one charge state all over it. Charges change within V from -0.2 to 3.4 mV and delta_V from -1.8 to 1.8 mV",
        ),
        ({"carriers": "holes"}, "2Δ would be 1.482 meV."),
        ({"model.lever_arms": "{ V_L = { L = 0.1 }, V_R = { R = 0.1 } }"}, "2Δ would be 1.482 meV."),
        ({}, "2Δ would be 1.482 meV."),
    ],
)
def test_an_empty_picture_says_why(tmp_path, changes, says):
    path = tmp_path / "s.toml"
    path.write_text(studies.template("building-block").replace("points = 201", "points = 9"), encoding="utf-8")
    study = studies.read(path, changes)
    text = study.question.verdict(study, studies.compute_study(study)).text
    assert says in text
    assert ("The picture is empty" in text) == ("axes.V" in changes)
