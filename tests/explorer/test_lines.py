"""The lines of Python run and give the numbers of the picture."""

import ast

import matplotlib as mpl
import numpy as np
import pytest

import attractron as at
from attractron.explorer.lines import lines_of
from attractron.explorer.models import changes_for, pictures
from attractron.explorer.view import answer, study_from, with_points

CHANGES = {
    "building-block": {"model.U": 2.0, "question.origin": "centre"},
    "wires": {"model.y": 0.2, "question.cutoff": "frozen", "question.chi": 0.7},
    "leads": {"axes.U_AB": 0.5},
    "junction": {"question.processes": "sequential", "model.Gamma_S": 0.01},
}


@pytest.mark.parametrize(("kind", "changes"), CHANGES.items())
def test_the_lines_give_the_numbers(kind, changes, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in pictures(kind):
        shown = answer(with_points(text, 7), changes_for(study_from(text), changes), fine=True)
        scope = {}
        exec(compile(lines_of(study_from(shown.text)), "lines", "exec"), scope)
        name = at.plotting.main_variable(shown.result) or "phase"
        np.testing.assert_array_equal(scope["result"][name], shown.result[name])


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        ("building-block", "at.dots.building_block("),
        ("junction", "at.transport.pair_junction(W=0.435, "),
        ("wires", "at.wires.CoupledWires("),
    ],
)
def test_what_is_a_call_of_the_library_is_written_as_one(kind, called):
    for text in pictures(kind):
        lines = lines_of(study_from(text))
        assert called in lines
        assert "studies" not in lines
        ast.parse(lines)


def test_a_text_with_quotes_survives():
    text = pictures("leads")[0].replace('kind = "leads"', '# a """ and a \\\\\nkind = "leads"')
    assert mpl.get_backend()
    ast.parse(lines_of(study_from(text)))
