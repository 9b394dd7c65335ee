"""A wire beside a nanotube as a study: its template, units, the numbers of the question, errors."""

import re

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.studies import compute_study, template
from attractron.wires import Frozen, Nanotube, WireAndTube, experiment

SMALL = re.sub(r"points = \d+", "points = 5", template("wire-and-tube"))


def test_the_template_is_the_question_in_its_units(study):
    text = SMALL.replace('"60 meV"', '"0.06 eV"').replace('"15 nm"', '"0.015 µm"')
    one = study(text.replace('"-593 mV"', '"-0.6 V"'))
    found = compute_study(one)
    tube = Nanotube(Delta_0=60.0, Delta_so=1.0, radius=3.0, field=0.8)
    setup = WireAndTube(tube=tube, k_F=0.02, v_F=400.0, distance=15.0, gate=-588.0, lever_arm=0.1)
    axes = {"gate": np.linspace(-600, -587, 5), "distance": np.linspace(10, 40, 5)}
    wanted = experiment(setup, axes, cutoff=Frozen(1.5))
    np.testing.assert_array_equal(found["phase"], wanted["phase"])
    said = one.question.verdict(one, found).text
    assert "more bands" in said
    assert "_" not in said


def test_a_parameter_may_be_an_axis_too(study):
    text = SMALL.split("[axes]")[0] + "[axes]\npermittivity = [8.0, 12.0]\ngate = [-589.9, -586.0]\n"
    found = compute_study(study(text))
    assert dict(found["phase"].sizes) == {"permittivity": 2, "gate": 2}
    assert found["y"].isel(gate=0).diff("permittivity").item() < 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('radius = "3 nm"\n', "", "radius"),
        ('distance = "15 nm"', 'distance = "5 nm"', "distance"),
        ("permittivity = 10.0", "permittivity = 1.0", "U"),
        ('cutoff = "frozen"', 'cutoff = "smooth"', "cutoff"),
    ],
)
def test_errors_name_what_is_wrong(study, old, new, said):
    assert old in SMALL
    with pytest.raises(InputError, match=said):
        compute_study(study(SMALL.replace(old, new)))
