"""`--set`: the text of a study with other values says what its result is of, and keeps its comments."""

import tomllib

import pytest

from attractron import studies
from attractron.core.errors import InputError
from attractron.studies.changes import assignments, changed
from attractron.studies.toml import parse_toml, spans

TEXT = """\
kind = "building-block"  # the kind
model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
[question]   # asked
temperature = 0.1
[axes]
V = { start = 0.0, stop = 3.5, points = 21 }  # gate
U = [1.0,
     2.0]
"""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"W": "0.5"}, ('W = "830 µeV"', "W = 0.5")),
        ({"W": "500 µeV"}, ('"830 µeV"', '"500 µeV"')),
        ({"model.U": 2}, ("U = 2.41", "U = 2")),
        ({"V.points": 3}, ("points = 21", "points = 3")),
        ({"axes.V.points": "50"}, ("points = 21", "points = 50")),
        ({"axes.U": {"start": 1, "stop": 2, "step": 0.5}}, ("[1.0,\n     2.0]", "{ start = 1, stop = 2, step = 0.5 }")),
        ({"axes.U": "[1.5, 2.5]"}, ("[1.0,\n     2.0]", "[1.5, 2.5]")),
        ({"temperature": "50 mK"}, ("temperature = 0.1", 'temperature = "50 mK"')),
        ({"carriers": "holes"}, ("t = 0.05 }", 't = 0.05, carriers = "holes" }')),
        ({"question.origin": "centre"}, ("# asked\n", '# asked\norigin = "centre"\n')),
        ({"uncertainty.W": "20 µeV"}, ("     2.0]\n", '     2.0]\n\n[uncertainty]\nW = "20 µeV"\n')),
        ({"kind": "chain"}, ('"building-block"', '"chain"')),
        ({"question.name": "a\nb"}, ("# asked\n", '# asked\nname = "a\\nb"\n')),
    ],
)
def test_one_value_changes_and_nothing_else(changes, expected):
    document = changed(parse_toml(TEXT), changes)
    assert document.text == TEXT.replace(*expected)


def test_line_ends_of_windows_do_no_harm():
    assert changed(parse_toml(TEXT.replace("\n", "\r\n")), {"W": 0.5}).data["model"]["W"] == 0.5


def test_a_key_in_two_tables_is_to_be_named_with_its_table():
    with pytest.raises(InputError, match=r"`--set U` must say which .* write model.U or axes.U"):
        changed(parse_toml(TEXT), {"U": 2.0})
    with pytest.raises(InputError, match=r"name a key of a table, which model\.U is not"):
        changed(parse_toml(TEXT), {"model.U.x": 2.0})


def test_what_is_typed():
    with pytest.raises(InputError, match="must be of the form KEY=VALUE"):
        assignments(["U"])
    with pytest.raises(InputError, match="give a key once"):
        assignments(["U=1", "U=2"])


@pytest.mark.parametrize("kind", studies.KINDS)
def test_values_stand_where_the_text_has_them(kind):
    text = studies.template(kind)
    document, found = parse_toml(text), spans(text)
    for keys in document.lines:
        value = document.data
        for key in keys:
            value = value[key]
        if keys in found and not isinstance(value, dict | list):
            assert tomllib.loads(f"x = {text[slice(*found[keys])]}") == {"x": value}
