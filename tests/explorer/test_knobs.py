"""Numbers and words that the page offers: which, where they stand in the file, and how far their sliders go."""

from functools import cache

import pytest

from attractron.explorer.knobs import choices_of, key_of, knobs_of, nice, range_of, rounded, value_of
from attractron.explorer.models import MODELS, pictures
from attractron.explorer.view import study_from
from attractron.studies.changes import changed


@cache
def first(kind):
    return study_from(pictures(kind)[0])


def by_name(study):
    return {knob.name: knob for knob in knobs_of(study)}


def test_the_building_block_has_its_parameters_and_the_temperature():
    knobs = by_name(first("building-block"))
    assert {name: (knob.value, knob.unit) for name, knob in knobs.items()} == {
        "W": (0.83, "meV"),
        "U": (2.41, "meV"),
        "delta": (2.41, "meV"),
        "t": (0.05, "meV"),
        "temperature": (0.05, "K"),
    }
    assert [name for name, knob in knobs.items() if knob.log] == ["t", "temperature"]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("planar-dots", {"side": "nm", "t": "meV", "delta": "meV"}),
        ("wires", dict.fromkeys(("K_c", "K", "y_s", "y", "upsilon", "mismatch", "chi"), "1") | {"Lambda": "meV"}),
        ("leads", {"U_AB": "meV", "Gamma_S_A": "meV", "V_SD": "mV", "temperature": "K"}),
        ("junction", {"W": "meV", "Gamma_S": "meV", "temperature": "K", "delta_V": "mV"}),
        ("layout", {"gates.P_B.z": "nm", "dots.B.centre.2": "nm"}),
        ("device", {"U_LR": "meV", "V_P": "mV", "gates.V_R.offset": "mV"}),
    ],
)
def test_what_a_model_is_made_of_can_be_changed(kind, wanted):
    knobs = by_name(first(kind))
    assert {name: knobs[name].unit for name in wanted} == wanted


def virtual(knob):
    """What is both a parameter and a number of a table, as U_LR and repulsion.L-R are: one of them goes first."""
    return knob.name.startswith(("repulsion.", "tunnelling.", "dots.", "leads.")) and "centre" not in knob.name


@pytest.mark.parametrize("kind", [kind for kind in MODELS if kind != "crossed-nanotubes"])
def test_every_number_changes_where_it_stands_and_lies_on_its_slider(kind):
    study = first(kind)
    knobs = knobs_of(study)
    assert len(knobs) >= 3
    for knob in knobs:
        assert knob.low <= knob.value <= knob.high
        assert knob.low < knob.high
        assert not knob.log or knob.low > 0
    changes = {knob.key: rounded(1.01 * knob.value) for knob in knobs if knob.value and not virtual(knob)}
    after = study_from(changed(study.document, changes).text)
    for knob in knobs:
        if knob.key in changes:
            assert value_of(after, knob.name) == changes[knob.key], knob


def test_words_that_may_be_changed():
    found = {choice.name: choice.allowed for choice in choices_of(first("junction"))}
    assert found["processes"] == ("sequential", "0e", "1e", "2e")
    assert found["method"] == ("finite-part", "broadened", "constant")
    assert {choice.name: choice.value for choice in choices_of(first("wires"))}["cutoff"] == "tanh"


def test_held_axes_are_changed_where_they_are_held():
    study = first("device")
    assert key_of(study, "V_P") == "axes.V_P"
    assert key_of(study, "U_LR") == "axes.U_LR"
    assert key_of(study, "temperature") == "question.temperature"


@pytest.mark.parametrize(
    ("name", "value", "unit", "wanted"),
    [
        ("temperature", 0.0, "K", (0.0, 1.0, False)),
        ("Gamma_S", 0.02, "meV", (0.001, 1.0, True)),
        ("mismatch", 0.05, "1", (0.001, 1.0, True)),
        ("level_T", -1.2, "meV", (-3.0, 3.0, False)),
        ("V_P", 0.0, "mV", (-40.0, 40.0, False)),
        ("distance", 125.0, "nm", (50.0, 400.0, False)),
        ("K_c", 2.5, "1", (0.1, 2.5, False)),
    ],
)
def test_ranges(name, value, unit, wanted):
    assert range_of(name, value, unit, window=31.0) == wanted


@pytest.mark.parametrize(("value", "wanted"), [(0.0213, 0.03), (31.0, 40.0), (1.0, 1.0), (9.5, 10.0)])
def test_round_numbers(value, wanted):
    assert nice(value) == wanted
