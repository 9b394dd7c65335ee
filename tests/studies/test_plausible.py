"""A forgotten µ is asked about, with its line; what templates say and what is meant is not."""

import pytest

from attractron import studies
from attractron.core.constants import K_B, PLANCK
from attractron.core.errors import InputError
from attractron.core.units import equivalent
from attractron.studies.plausible import check_plausible, numbers_of


@pytest.fixture
def study(tmp_path):
    def read(kind, changes):
        path = tmp_path / "s.toml"
        path.write_text(studies.template(kind).replace("points = 201", "points = 5"), encoding="utf-8")
        return studies.read(path, changes)

    return read


@pytest.mark.parametrize("kind", studies.KINDS)
def test_templates_are_of_devices(study, kind):
    check_plausible(study(kind, {}))
    assert len(list(numbers_of(study(kind, {})))) > 5


IMPLAUSIBLE = [
    ("building-block", {"W": "0.83 MeV"}, r"model.W` must be at most 200 meV, .*: got 8.3e\+08 meV"),
    ("building-block", {"U": 2410}, "line 9: model.U` must be at most 200 meV, .*: got 2410 meV; check the unit; if"),
    ("building-block", {"t": 1e-30}, "model.t` must be zero or at least 1e-09 meV"),
    ("building-block", {"temperature": 1e9}, "question.temperature` must be at most 400 K"),
    ("building-block", {"axes.V.start": 0, "axes.V.stop": "3.5 GV"}, "axes.V` must be at most 100000 mV"),
    ("building-block", {"uncertainty.W": 900}, "uncertainty.W` must be at most 200 meV"),
    ("device", {"model.dots.R.level": 500}, "model.dots.R.level` must be at most 200 meV"),
    ("device", {"model.gates.V_P.offset": "1e6 V"}, "model.gates.V_P.offset` must be at most 100000 mV"),
    ("device", {"model.gates.V_P.lever_arms.T": 50}, "model.gates.V_P.lever_arms.T` must be at most 2 meV/mV"),
    ("building-block", {"axes.V": "[0, 1, 1e9]"}, r"axes.V\[2\]` must be at most 100000 mV"),
    ("device", {"axes.V_P": 1e7}, "axes.V_P` must be at most 100000 mV"),
    ("polarizer-chain", {"W": "[0.83, 500.0]"}, r"model.W\[1\]` must be at most 200 meV"),
    ("leads", {"model.leads.S_A.Gamma": 1e3}, "model.leads.S_A.Gamma` must be at most 200 meV"),
    ("wires", {"Lambda": "10 MeV"}, r"model.Lambda` must be at most 10000 meV, where devices have energies of bands"),
    ("wire-and-tube", {"model.tube.field": 800}, "model.tube.field` must be at most 100 T"),
]


@pytest.mark.parametrize(("kind", "changes", "message"), IMPLAUSIBLE)
def test_what_no_device_has_is_asked_about(study, kind, changes, message):
    with pytest.raises(InputError, match=message):
        check_plausible(study(kind, changes))
    check_plausible(study(kind, changes), yes=True)


def test_frequencies_and_temperatures_are_energies_and_it_is_said(study):
    read = study(
        "building-block", {"W": "200 GHz", "t": "0.5 K", "axes.delta": '["0 meV", "9.6 K"]', "model.delta": "1 meV"}
    )
    assert read.model.parameters["W"].value == pytest.approx(200 * PLANCK, rel=1e-12)
    assert read.model.parameters["t"].value == pytest.approx(0.5 * K_B, rel=1e-12)
    assert read.notes == (
        "W = 200 GHz is taken as the energy h f = 0.827134 meV.",
        "t = 0.5 K is taken as the energy k_B T = 0.0430867 meV.",
        "delta = 9.6 K is taken as the energy k_B T = 0.827264 meV.",
    )


@pytest.mark.parametrize("text", ["1 rad/s", "20 degC", "5 nm", "1 1/s", "GHz", "50 mK/mV", "1 THzz"])
def test_what_is_no_energy(text):
    assert equivalent(text) is None
