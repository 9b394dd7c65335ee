"""Every model has its pictures, which have numbers, and changes reach those that they belong to."""

import pytest

from attractron.core.errors import InputError
from attractron.explorer.models import MODELS, changes_for, check, pictures, pictures_of
from attractron.explorer.view import answer, study_from
from attractron.studies.kinds.catalogue import template
from attractron.studies.toml import parse_toml

SHOWN = {
    "building-block": ["stability-diagram", "effective-interaction"],
    "chain": ["effective-interaction"],
    "device": ["stability-diagram", "effective-interaction"],
    "planar-dots": ["stability-diagram", "effective-interaction", "potential"],
    "layout": ["stability-diagram", "effective-interaction", "potential"],
    "junction": ["current", "current"],
    "leads": ["current"],
    "wires": ["flow", "phase-diagram"],
}


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind != "crossed-nanotubes"])
def test_pictures_of_every_model(kind):
    assert [study_from(text).question_name for text in pictures(kind)] == SHOWN[kind]


@pytest.mark.parametrize("kind", ["chain", "device", "wires"])
def test_all_pictures_have_numbers(kind):
    for text in pictures(kind):
        found = answer(text, {}, fine=False)
        assert not found.refusal
        assert found.result is not None


def test_the_phase_diagram_alone_gets_the_flow_beside_it():
    text = """
    kind = "wires"
    model = { K_c = 0.85, K = 0.4, y_s = 0.1, y = 0.1, upsilon = 0.1, mismatch = 0.05 }
    question = { name = "phase-diagram", compare = "nothing", cutoff = "sharp" }
    [axes]
    y = { start = 0.01, stop = 0.6, points = 8 }
    mismatch = { start = 0.01, stop = 0.6, points = 9 }
    """
    first, second = (study_from(each) for each in pictures_of(parse_toml(text, name="mine.toml")))
    assert (first.question_name, second.question_name) == ("phase-diagram", "flow")
    assert second.options.cutoff == "sharp"
    assert first.points == 72


def test_changes_go_to_what_has_them():
    diagram, interaction = (study_from(text) for text in pictures("building-block"))
    changes = {"model.U": 2.0, "axes.V": 1.0, "axes.delta": 2.0, "question.origin": "centre"}
    assert changes_for(diagram, changes) == {"model.U": 2.0, "axes.delta": 2.0, "question.origin": "centre"}
    assert changes_for(interaction, changes) == {"model.U": 2.0}, "a voltage that it does not hold"
    potential = study_from(pictures("layout")[2])
    assert changes_for(potential, {"axes.V_L": 60.0, "axes.V": 1.0}) == {"axes.V_L": 60.0}


def test_a_drawing_without_a_potential_has_no_picture_of_it():
    text = template("layout").replace("[question]", "[model.planes.back]\nz = -300\n\n[question]")
    shown = [study_from(each).question_name for each in pictures_of(parse_toml(text, name="mine.toml"))]
    assert shown == ["stability-diagram", "effective-interaction"]


def test_other_kinds_cannot_be_chosen():
    with pytest.raises(InputError, match="model"):
        check("lattice")
    assert check("wires") == "wires"
