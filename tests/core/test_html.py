"""Models show themselves in a notebook: every one of them, with units, and nothing that a name could smuggle in."""

import importlib
import inspect
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser

import numpy as np
import pytest

import attractron as at
from attractron.core.html import table, unit_of
from attractron.core.units import LeverArm

MODELS = {
    name: getattr(module, name)
    for module in (importlib.import_module(f"attractron.{each}") for each in ("dots", "geometry", "transport", "wires"))
    for name in module.__all__
    if inspect.isclass(getattr(module, name)) and is_dataclass(getattr(module, name))
}
BLOCK = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
LEAD = at.transport.Lead(name="S", dot="L", Gamma=0.01, temperature=0.2)
DRAWN = at.geometry.crossed_nanotubes()
TUBE = at.wires.Nanotube(Delta_0=5.0, Delta_so=0.4, Delta_Phi=2.0)
SAMPLES = [
    at.dots.CapacitanceModel(names=("L", "R"), C=[[50, -10], [-10, 40]], system=("L", "R")),
    at.dots.Detector(background=500.0, weights={"L": -100.0}, seed=0),
    BLOCK,
    at.dots.Gate(lever_arms={"L": 0.1, "R": 0.02}, offset=5.0),
    at.dots.Island(dots=("T", "B"), electrons=1),
    at.dots.Parameter(value=2.4, levels={"T": 0.5}),
    at.dots.PolarizerChain(sites=1000, W=0.83, U=2.41, delta=1.2, t=0.05),
    DRAWN,
    DRAWN.metals[0],
    DRAWN.clouds[0],
    DRAWN.medium,
    LEAD,
    at.transport.pair_junction(
        W=0.4, U=0.9, mu_P=0.9, Gamma_S=0.1, Gamma_D=0.1, Gamma_L=0.2, Gamma_R=0.4, temperature=0.2, alpha=1.0
    ),
    at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2),
    at.wires.CustomCutoff(lambda x: -np.log1p(np.exp(2 * x)), name="soft"),
    at.wires.Scheme(cutoff=at.wires.Tanh(chi=1.5)),
    at.wires.Sharp(),
    at.wires.Electrons(density=0.1, v_F=500.0, U=100.0),
    at.wires.TwoValleys(K_c_plus=0.8),
    TUBE,
]


class Text(HTMLParser):
    """The cells of a table, and whether every tag that is opened is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.tags = [], "", set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data + "\n"


def read(html):
    found = Text()
    found.feed(html)
    assert found.open == []
    return found


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_a_table_and_says_what_its_parameters_are(name):
    """What a docstring leaves out would stand in the table without a word."""
    assert "_repr_html_" in dir(MODELS[name])
    assert MODELS[name].__doc__


@pytest.mark.parametrize("model", SAMPLES, ids=lambda model: type(model).__name__)
def test_a_table_has_every_parameter(model):
    found = read(model._repr_html_())
    assert found.tags <= {"div", "strong", "table", "tbody", "tr", "th", "td", "br", "code"}
    words = found.text.split("\n")
    assert words[0] == type(model).__name__
    given = [f.name for f in fields(model) if not f.name.startswith("_") and getattr(model, f.name) is not None]
    assert set(given) <= set(words)


def test_values_have_units_and_words():
    text = read(LEAD._repr_html_()).text
    assert "0.01 meV" in text
    assert "0.2 K" in text
    assert "L: 0.1 meV/mV" in read(at.dots.Gate(lever_arms={"L": 0.1})._repr_html_()).text
    assert unit_of(LeverArm) == "meV/mV"


def test_what_the_docstring_says_stands_beside_the_value():
    assert (
        "the voltage V_g⁰ in mV from which the shift is counted."
        in read(table(at.dots.Gate(lever_arms={"L": 1.0}))).text
    )


def test_large_arrays_are_told_not_listed():
    number = 30
    device = at.dots.Device(dots=[f"D{i}" for i in range(number)], repulsion=np.zeros((number, number)))
    text = read(device._repr_html_()).text
    assert "30 × 30 numbers from 0 to 0" in text
    assert "… (30)" in text
    assert "D29" not in text


def test_names_are_escaped():
    html = at.dots.Island(dots=("<script>alert(1)</script>", "B&B"), electrons=1)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "B&amp;B" in html
