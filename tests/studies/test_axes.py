"""Axes of study files: what may be one, and what a result looks like over them."""

import json

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.studies.grid import compute_study
from attractron.studies.parse import read_study
from tests.studies.lever import KINDS

HEAD = 'kind = "lever"\nmodel = { slope = 1.5, offset = 0.25 }\n'


@pytest.fixture
def lever(tmp_path):
    def read(text):
        path = tmp_path / "s.toml"
        path.write_text(HEAD + text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


BLOCK = """\
kind = "building-block"
model = { W = 0.83, U = 2.41, delta = 2.41, t = 0.05 }
[question]
name = "effective-interaction"
"""


def test_an_option_of_the_question_is_an_axis(study):
    found = compute_study(study(BLOCK + '[axes]\ntemperature = ["50 mK", 1, 5]\nU = [2.3, 2.4]\n'))
    assert found["effective_interaction"].dims == ("temperature", "U")
    np.testing.assert_array_equal(found["temperature"], [0.05, 1.0, 5.0])
    assert found["temperature"].attrs == {"units": "K", "long_name": "temperature"}
    warm = BLOCK + "temperature = 5\n"
    single = compute_study(study(warm + "[axes]\nU = [2.3, 2.4]\n"))
    np.testing.assert_array_equal(found["effective_interaction"].sel(temperature=5), single["effective_interaction"])
    assert "temperature" not in json.loads(found.attrs["options"]), "no one temperature is that of the whole"
    assert "summary" not in found.attrs


def test_an_option_is_held_among_the_axes(study):
    held = compute_study(study(BLOCK + "[axes]\ntemperature = 5\nU = [2.3, 2.4]\n"))
    assert json.loads(held.attrs["options"])["temperature"] == 5
    assert held["effective_interaction"].dims == ("U",)


def test_what_the_result_has_as_an_axis_of_its_own_is_none_of_the_study(study):
    flow = 'kind = "wires"\nmodel = { K_c = 0.85, K = 0.4, y_s = 0.1, y = 0.1 }\n[axes]\nlength = [1.0, 2.0]\n'
    with pytest.raises(InputError, match=r"axes\.length` must name a knob of the model \(K_c"):
        study(flow)
