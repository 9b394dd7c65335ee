"""Measurements on wires from a study file: what the calls in Python give, with a verdict; what needs units says so."""

import numpy as np
import pytest

from attractron import studies, wires
from attractron.core.errors import InputError
from attractron.studies import compute_study

MODEL = """
kind = "wires"
[model]
K_c = 0.9
K = 0.4
y_s = 0.1
y = {y}
upsilon = 0.12
mismatch = 0.05
Lambda = "10 meV"
[question]
{question}
"""
PAIR = {"K_c": 0.9, "K": 0.4, "y_s": 0.1, "upsilon": 0.12, "mismatch": 0.05}


@pytest.fixture
def study(tmp_path):
    def read(y, question, more=""):
        path = tmp_path / "s.toml"
        path.write_text(MODEL.format(y=y, question=question) + more, encoding="utf-8")
        return studies.read(path)

    return read


@pytest.mark.parametrize(("y", "words"), [(0.0, "power law"), (0.1, "above"), (0.4, "above")])
@pytest.mark.parametrize("wire", ["primary", "secondary"])
def test_tunnelling_is_that_of_the_end_of_the_flow(study, y, words, wire):
    asked = study(y, f'name = "tunnelling"\ntemperature = "50 mK"\nbias = "2 mV"\npoints = 5\nwire = "{wire}"')
    found = compute_study(asked)
    end = wires.end_of_flow(wires.flow(wires.CoupledWires(y=y, **PAIR), Lambda=10.0))
    direct = wires.tunnelling(np.linspace(0, 2, 5), temperature=0.05, wire=wire, **end)
    np.testing.assert_array_equal(found.conductance, direct.conductance)
    said = asked.question.verdict(asked, found)
    if wire == "primary":
        assert words in said.text
    assert said.numbers["gap"] == (float(direct.gap), "meV")


def test_tunnelling_over_a_parameter(study):
    more = "[axes]\ny = [0.0, 0.1, 0.4]\n"
    asked = study(0.1, 'name = "tunnelling"\npoints = 3', more)
    found = compute_study(asked)
    assert dict(found.sizes) == {"y": 3, "bias": 3}
    assert (found.gap.values > 0).tolist() == [False, True, True]
    assert "Of the 3 points" in asked.question.verdict(asked, found).text


def test_an_impurity_is_followed_along_the_flow(study):
    asked = study(0.1, 'name = "impurity"\nimpurity = "2 meV"\nlowest = "1 µeV"\npoints = 7')
    found = compute_study(asked)
    direct = wires.flowing_impurity(found.omega.values, wires.CoupledWires(y=0.1, **PAIR), g=2.0, Lambda=10.0)
    np.testing.assert_array_equal(found.conductance, direct.conductance)
    assert "The phase is paired. The impurity cuts the wire below" in asked.question.verdict(asked, found).text


@pytest.mark.parametrize(("y", "lowest"), [(0.4, 4 / 3), (0.1, 2.0)])
def test_the_fractional_conductance_needs_trions(study, y, lowest):
    question = 'name = "fractional-conductance"\nvelocity = "200 meV nm"\nwire_length = "10 µm"\npoints = 5'
    asked = study(y, question)
    found = compute_study(asked)
    assert float(found.primary.min()) == pytest.approx(lowest, abs=1e-3)
    assert ("recovery_temperature" in found) == (y == 0.4)
    said = asked.question.verdict(asked, found)
    assert said.numbers["lowest_conductance"][0] == float(found.primary.min())


def test_units_are_asked_for(tmp_path):
    path = tmp_path / "s.toml"
    text = MODEL.format(y=0.1, question='name = "tunnelling"').replace('Lambda = "10 meV"\n', "")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="Lambda"):
        compute_study(studies.read(path))


def fractional(study, **options):
    given = {"velocity": "200 meV nm", "wire_length": "10 µm", **options}
    lines = "\n".join(f'{name} = "{value}"' for name, value in given.items())
    asked = study(0.3, f'name = "fractional-conductance"\npoints = 9\n{lines}')
    return asked.question.verdict(asked, compute_study(asked))


def test_a_plateau_is_quoted_only_where_leads_leave_it(study):
    text = fractional(study).text
    assert "4/3" not in text
    assert "1.333" in text
    assert "bring 2 e²/h back" not in text  # below 1e-100 K, which nobody asked for
    short = fractional(study, wire_length="50 nm")
    assert "too short for a plateau" in short.text
    assert short.numbers == {}
