"""One scheme for all conventions, and its shortcuts: the same flow either way, and no contradiction."""

from dataclasses import fields

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires import (
    CoupledWires,
    Frozen,
    Scheme,
    Sharp,
    crossover_temperatures,
    flow,
    phase_boundary,
    phase_diagram,
    scheme_comparison,
    sensitivity,
    superconducting_boundary,
)

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12, mismatch=0.3)
PLANE = {"mismatch": np.linspace(0.01, 0.5, 6), "y": np.linspace(0.05, 0.5, 5)}
QUESTIONS = {
    "flow": lambda **chosen: flow(WIRES, axes={"l": [0.0, 1.0]}, **chosen),
    "phase_diagram": lambda **chosen: phase_diagram(WIRES, PLANE, **chosen),
    "phase_boundary": lambda **chosen: phase_boundary(WIRES, PLANE, points=5, **chosen),
    "superconducting_boundary": lambda **chosen: superconducting_boundary(
        WIRES, {"K_c": [0.9, 1.0, 1.1], "upsilon": [0.0, 0.3]}, points=5, **chosen
    ),
    "crossover_temperatures": lambda **chosen: crossover_temperatures(WIRES, PLANE, **chosen),
    "sensitivity": lambda **chosen: sensitivity(WIRES, ["y", "K"], **chosen),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_scheme_and_its_fields_by_name_are_the_same(name):
    question, conventions = QUESTIONS[name], {"cutoff": Frozen(1.2), "feedback": "complete", "ys_threshold": 0.9}
    by_name = question(**conventions)
    assert question(scheme=Scheme(**conventions)).identical(by_name)
    assert question(scheme=Scheme(**conventions), cutoff=Frozen(1.2)).identical(by_name)
    assert not question().identical(by_name)


@pytest.mark.parametrize("name", QUESTIONS)
def test_contradictions_and_unknown_conventions_are_refused(name):
    question = QUESTIONS[name]
    with pytest.raises(InputError, match=r"`cutoff` must not contradict `scheme`: got Sharp\(\); the scheme has"):
        question(scheme=Scheme(), cutoff=Sharp())
    with pytest.raises(InputError, match=r"`cutof` must name a convention .*did you mean 'cutoff'"):
        question(cutof=Sharp())
    with pytest.raises(InputError, match="`scheme` must be a Scheme"):
        question(scheme=Sharp())


@pytest.mark.parametrize(
    "name", ["phase_boundary", "superconducting_boundary", "crossover_temperatures", "sensitivity"]
)
def test_what_a_question_decides_itself_is_no_convention_of_it(name):
    with pytest.raises(InputError, match="`stop` must name a convention"):
        QUESTIONS[name](stop="both")


def test_a_comparison_keeps_the_other_conventions():
    only = {"cutoffs": [Sharp()], "feedbacks": ["complete"], "normalisations": ["operator-product"]}
    found = scheme_comparison(WIRES, PLANE, scheme=Scheme(y_threshold=2.0), **only)
    expected = phase_diagram(WIRES, PLANE, cutoff=Sharp(), feedback="complete", y_threshold=2.0)
    np.testing.assert_array_equal(found["phase"][0], expected["phase"])


def test_every_convention_is_described():
    assert set(Scheme().describe()) == {field.name for field in fields(Scheme)}
