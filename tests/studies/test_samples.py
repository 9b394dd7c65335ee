"""Samples of study files: their distributions, the first of them for any number, and results over them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from attractron.core.errors import InputError
from attractron.studies.grid import compute_study
from attractron.studies.parse import read_study
from attractron.studies.samples import read_samples, uniform
from attractron.studies.toml import parse_toml
from tests.studies.lever import KINDS

methods = st.sampled_from(["random", "sobol"])


@given(few=st.integers(1, 40), more=st.integers(0, 100), seed=st.integers(0, 2**32), method=methods)
def test_the_first_samples_are_the_same_for_any_number_of_them(few, more, seed, method):
    names = ("W", "U", "offset.L")
    first = uniform(names, few, seed=seed, method=method)
    all_of_them = uniform(names, few + more, seed=seed, method=method)
    for name in names:
        assert first[name].tobytes() == all_of_them[name][:few].tobytes()
        assert np.all((first[name] > 0) & (first[name] < 1))


def test_random_samples_of_a_knob_depend_on_its_name_alone():
    one, other = (uniform(names, 9, seed=3, method="random") for names in (("W", "U"), ("t", "U", "W")))
    assert one["W"].tobytes() == other["W"].tobytes()
    assert not np.array_equal(one["W"], one["U"])


def drawn(of, points=4096, method="random", seed=7):
    text = f'[samples]\npoints = {points}\nseed = {seed}\nmethod = "{method}"\nof.slope = {of}\n'
    return read_samples(parse_toml(text), {"slope": "meV"})


@pytest.mark.parametrize("method", ["random", "sobol"])
@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ('{ mean = "2.41 meV", deviation = "50 µeV" }', stats.norm(2.41, 0.05)),
        ('{ low = "-100 µeV", high = 0.3 }', stats.uniform(-0.1, 0.4)),
        ('{ low = 0.01, high = 0.1, spacing = "log" }', stats.loguniform(0.01, 0.1)),
    ],
)
def test_samples_have_their_distribution(of, expected, method):
    ((dimension,), notes) = drawn(of, method=method)
    test = stats.kstest(dimension.values["slope"], expected.cdf)
    assert test.pvalue > 1e-3
    if method == "sobol":
        assert test.statistic < 1e-3, "far below the 0.02 of random samples"
    assert f"4096 {'Sobol' if method == 'sobol' else 'random'} samples of slope, seed 7." in notes


def test_sobol_samples_say_that_they_want_a_power_of_two():
    assert drawn("{ low = 0, high = 1 }", 50, "sobol")[1][1].endswith("a power of two, such as 32 or 64.")
    assert len(drawn("{ low = 0, high = 1 }", 64, "sobol")[1]) == 1


HEAD = 'kind = "lever"\nmodel = { slope = 1.5, offset = 0.25 }\n'
SAMPLES = """\
[axes]
x = [-1.0, 1.0]
[samples]
points = 12
[samples.of]
slope = { mean = 1.5, deviation = "0.1 meV" }
temperature = { low = 0, high = "1 K" }
"""


@pytest.fixture
def lever(tmp_path):
    def read(text=SAMPLES):
        path = tmp_path / "s.toml"
        path.write_text(HEAD + text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


def test_a_result_over_samples(lever):
    found = compute_study(lever())
    assert found["height"].dims == ("sample", "x")
    assert {name: found[name].dims for name in ("sample", "slope", "temperature")} == dict.fromkeys(
        ("sample", "slope", "temperature"), ("sample",)
    )
    assert found["slope"].attrs == {"units": "meV", "long_name": "slope"}
    np.testing.assert_array_equal(found["height"], (found["slope"] * found["x"] + 0.25).transpose("sample", "x"))
    assert found.attrs["validity"].endswith("12 random samples of slope, temperature, seed 0.")
    more = compute_study(lever(SAMPLES.replace("12", "15")))
    assert more.isel(sample=slice(12))["height"].identical(found["height"])


BAD = [
    ("points = 12", "points = 0", "line 6: samples.points", "be greater than or equal to 1: got 0"),
    ("points = 12", "points = 12\nseed = -1", "line 7: samples.seed", "be greater than or equal to 0: got -1"),
    ("points = 12", "points = 12\nmethod = 'sobl'", "line 7: samples.method", "be 'random' or 'sobol': got 'sobl'"),
    ("slope = {", "slop = {", "line 8: samples.of.slop", "got 'slop'; did you mean 'slope'?"),
    ("slope = {", "x = {", "line 8: samples.of.x", "be sampled or in [axes]: got both"),
    ("slope = {", "slope = 1 # {", "line 8: samples.of.slope", "be a table with mean and deviation (normal), or low"),
    ("mean = 1.5, ", "", "line 8: samples.of.slope", "have mean and deviation (normal), or low and high"),
    ("mean = 1.5, ", "high = 1.5, ", "line 8: samples.of.slope", "got deviation, high"),
    ("0.1 meV", "-0.1 meV", "line 8: samples.of.slope.deviation", "be positive: got -0.1"),
    ("0.1 meV", "0.1 nm", "line 8: samples.of.slope.deviation", "be given in units of meV: got '0.1 nm'"),
    ("low = 0", "low = 2", "line 9: samples.of.temperature.high", "be above low, 2: got 1"),
    ('"1 K"', '1, spacing = "log"', "line 9: samples.of.temperature.low", "be positive for samples uniform in the log"),
    ("low = 0", "low = -1", "line 9: samples.of.temperature", "be zero or positive: got slope = "),
]


@pytest.mark.parametrize(("old", "new", "place", "says"), BAD)
def test_bad_samples_say_where_and_what(lever, old, new, place, says):
    assert SAMPLES.count(old) == 1
    with pytest.raises(InputError) as caught:
        lever(SAMPLES.replace(old, new))
    assert str(caught.value).startswith(f"`s.toml, {place}` must ")
    assert says in str(caught.value)


def test_a_verdict_on_many_devices(study):
    text = """
kind = "building-block"
model = { W = 0.83, U = 2.41, delta = 2.41, t = 0.05 }
question = { name = "effective-interaction" }
[samples]
points = 50
method = "sobol"
of.W = { mean = 0.83, deviation = 0.5 }
"""
    read = study(text)
    result = compute_study(read)
    said = read.question.verdict(read, result)
    two_delta = -result["effective_interaction"]
    assert said.numbers["two_delta_mean"] == (float(two_delta.mean()), "meV")
    assert said.numbers["two_delta_deviation"][0] == pytest.approx(0.5, rel=0.1), "2Δ is a constant less W"
    attract = 100 * float((two_delta > 0).mean())
    assert said.text.endswith(f"meV, and {attract:.3g} % of them attract.")
    assert "sample = " in said.text
