"""Arrays of paired wires: a study gives what the same calls give in Python, from numbers or from a flow."""

import re

import numpy as np
import pytest

from attractron import studies, wires
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.studies import compute_study, template
from attractron.wires import ArrayOfWires, CoupledWires, Frozen, Sharp, Tanh

NUMBERS = 'kind = "array"\n[model]\nU_perp = 0.1\nt_perp = "50 µeV"\nK_c = 0.8\nl_spin = 4.0\nLambda = 10.0\n'
ARRAY = ArrayOfWires(K_c=0.8, l_spin=4.0, U_perp=0.1, t_perp=0.05, Lambda=10.0)
PAIR = {"K_c": 0.85, "K": 0.4, "y_s": 0.1, "y": 0.1, "upsilon": 0.1, "mismatch": 0.05}
WIRES = '[model.wires]\nLambda = "10 meV"\n' + "".join(f"{name} = {value}\n" for name, value in PAIR.items())
FROM_WIRES = 'kind = "array"\n[model]\nU_perp = 0.1\nt_perp = 0.01\ndelta = 0.001\n' + WIRES
AXES = "[axes]\nU_perp = [0.02, 0.1, 0.3]\ndelta = [0.0, 0.001, 0.01]\n"
FLOW = '[question]\nname = "flow"\n'


def test_a_phase_diagram_is_that_of_one_call(study):
    one = study(NUMBERS + '[question]\norder = "first"\n' + AXES)
    found = compute_study(one, workers=2)
    axes = {"U_perp": [0.02, 0.1, 0.3], "delta": [0.0, 0.001, 0.01]}
    direct = {order: wires.array_phases(ARRAY, axes, order=order) for order in ("first", "second")}
    for name in direct["first"].data_vars:
        assert found[name].identical(direct["first"][name]), name
    assert found.attrs["validity"] == direct["first"].attrs["validity"]
    np.testing.assert_array_equal(found["phase_by_scheme"], [each["phase"] for each in direct.values()])
    np.testing.assert_array_equal(found["unanimous"], direct["first"]["phase"] == direct["second"]["phase"])


def test_the_diagram_in_words(study):
    one = study(NUMBERS + AXES)
    found = compute_study(one)
    said = one.question.verdict(one, found)
    shares = [value for name, (value, _) in said.numbers.items() if name.startswith("share")]
    assert sum(shares) == pytest.approx(1.0)
    warm = found["transition_temperature"].where(found["phase"] == 1).max()
    assert said.numbers["highest_temperature_superconductor"] == (float(warm), "K")
    assert f"superconductor is stable up to {float(warm):.3g} K, at U_perp = " in said.text
    assert said.numbers["points_outside"] == (int((~found["valid"]).sum()), "1")


def test_the_flow_of_one_array(study):
    one = study(NUMBERS + FLOW)
    found, direct = compute_study(one), wires.array_flow(ARRAY)
    for name in direct.data_vars:
        assert found[name].identical(direct[name]), name
    said = one.question.verdict(one, found)
    assert said.numbers["transition_temperature"] == (float(direct["transition_temperature"]), "K")
    assert said.text.startswith("Charges of neighbours alternate: a π-CDW, below 1.49 K.")
    assert (said.numbers["d_J"][0], said.numbers["d_U"][0]) == ARRAY.dimensions
    colder = study(NUMBERS.replace('"50 µeV"', "0.5") + FLOW)
    assert "The hopping is not below the spin gap" in colder.question.verdict(colder, compute_study(colder)).text
    assert "already" not in said.text


def test_neighbours_that_attract_each_other(study):
    """cos(2φ_c-) has its maximum, not its minimum, where charges alternate; 4·0.1·e^(0.257·4) = 1.12 is strong."""
    one = study(NUMBERS.replace("U_perp = 0.1", "U_perp = -0.1") + FLOW)
    said = one.question.verdict(one, compute_study(one)).text
    assert said.startswith("Charges of neighbours line up: a charge density wave in phase, below 2.13 K.")
    assert "The π-CDW coupling is strong at the spin gap already" in said
    weak = study(NUMBERS.replace("U_perp = 0.1", "U_perp = -0.05") + FLOW)
    assert "already" not in weak.question.verdict(weak, compute_study(weak)).text


def test_a_gap_from_a_flow_is_told_for_every_cut_off(study):
    one = study(FROM_WIRES + FLOW)
    said = one.question.verdict(one, compute_study(one)).text
    for name, cutoff in {"tanh": Tanh(), "sharp": Sharp(), "frozen": Frozen()}.items():
        gap = 10.0 * np.exp(-float(wires.flow(CoupledWires(**PAIR), cutoff=cutoff)["l_spin"])) / K_B
        assert f"{gap:.3g} K by {name}" in said
    assert "here tanh" in said
    given = study(NUMBERS + FLOW)
    assert "cut-off" not in given.question.verdict(given, compute_study(given)).text


def test_from_the_flow_of_its_wires(study):
    flow = wires.flow(CoupledWires(**PAIR))
    assert study(FROM_WIRES + FLOW).model == ArrayOfWires.from_flow(
        flow, U_perp=0.1, t_perp=0.01, Lambda=10.0, delta=0.001
    )
    chosen = FROM_WIRES + '[model.conventions]\ncutoff = "sharp"\n' + FLOW
    sharp = wires.flow(CoupledWires(**PAIR), cutoff=Sharp())
    assert study(chosen).model.l_spin == float(sharp["l_spin"]) != float(flow["l_spin"])
    given = FROM_WIRES.replace("[model]\n", "[model]\nK_c = 0.9\nLambda = 20\n") + FLOW
    assert (study(given).model.K_c, study(given).model.Lambda) == (0.9, 20.0)


def test_results_are_drawn_and_written(study, tmp_path):
    for text in (NUMBERS + FLOW, NUMBERS + AXES, NUMBERS + "[axes]\nt_perp = [0.01, 0.02]\n"):
        outcome = studies.run(study(text), tmp_path / str(len(text)))
        assert [path.suffix for path in outcome.files] == [".zarr" if "[axes]" in text else ".nc", ".png", ".json"]


CASES = [
    # the study, the key that is named, what its line begins with, what is said
    (
        NUMBERS.replace("K_c = 0.8\n", "") + AXES,
        "model: K_c",
        "[model]",
        "be given: got nothing; add K_c = ..., or the",
    ),
    (FROM_WIRES.replace('Lambda = "10 meV"\n', "") + FLOW, "model: Lambda", "[model]", "be given: got nothing"),
    (
        FROM_WIRES.replace("y = 0.1\n", "y = 0.9\n") + FLOW,
        "model.wires",
        "[model.wires]",
        "end in the paired phase: got tr",
    ),
    (FROM_WIRES.replace("K = 0.4", "K = -1") + FLOW, "model.wires.K", "K = -1", "be positive: got -1.0"),
    (
        FROM_WIRES.replace("[model]\n", "[model]\nK_c = 0.9\n").replace("K_c = 0.85", "K_c = 0") + FLOW,
        "model.wires.K_c",
        "K_c = 0",
        "be positive: got 0.0",
    ),
    (FROM_WIRES.replace("K = 0.4\n", "") + FLOW, "model.wires.K", "[model.wires]", "be given: got nothing"),
    (
        FROM_WIRES + "[model.conventions]\ncompare = 'nothing'\n" + FLOW,
        "model.conventions.compare",
        "compare",
        "be one of",
    ),
    (NUMBERS.replace("U_perp = 0.1", "U_perp = 5") + FLOW, "model.U_perp", "U_perp", "lie in (-0.625, 0.625): got 5.0"),
    (NUMBERS + FLOW + AXES, "axes", "[axes]", "be left out for the flow: got U_perp, delta; ask for the phase-diagram"),
    (
        NUMBERS + "[axes]\nU_perp = [0.1, 3.0]\n",
        "axes.U_perp[1]",
        "U_perp = [",
        "lie in (-0.625, 0.625): got U_perp = 3",
    ),
    (
        NUMBERS + '[question]\norder = "third"\n' + AXES,
        "question.order",
        "order",
        "be 'first' or 'second': got 'third'",
    ),
    (NUMBERS, "axes", "kind", "have at least one axis with several points"),
]


@pytest.mark.parametrize(("text", "place", "line", "says"), CASES)
def test_refusals_have_their_place(study, text, place, line, says):
    with pytest.raises(InputError) as caught:
        compute_study(study(text))
    message = str(caught.value)
    found = re.match(r"`s\.toml, line (\d+): (.*?)` must ", message)
    assert found, message
    assert found[2] == place
    assert says in message
    assert text.splitlines()[int(found[1]) - 1].startswith(line)


def test_the_template_has_both_orders(study):
    text = re.sub(r"points = \d+", "points = 9", template("array"))
    one = study(text)
    said = one.question.verdict(one, compute_study(one))
    assert 0 < said.numbers["share_superconductor"][0] < 1
    assert 0 < said.numbers["share_pi-CDW"][0] < 1
