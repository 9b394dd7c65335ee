"""A refused image is read as what it shows, or its sentence says what to type; kinds here are quick stand-ins."""

import dataclasses

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flags
from attractron.measurement import ReadOptions, read_data
from attractron.measurement.readings import READINGS, choose
from attractron.measurement.recognised import recognised
from attractron.readout import load
from tests.readout.honeycomb_images import honeycomb_image
from tests.readout.transport_images import diamonds_image, other_image, triangles_image


def result(name, status, instead="", vertices=4):
    found = xr.Dataset(
        {"status": ((), 0), "electron": ("vertex", np.zeros(vertices))},
        attrs={"summary": f"{name}: {status}.", "instead": instead},
    )
    found["status"].attrs.update(flags({0: status}))
    return found


def image(path, rows="P1", columns="P2", label="sensor (nA)"):
    values = np.random.default_rng(0).standard_normal((20, 20))
    np.savez(path, **{f"{rows} (mV)": np.linspace(0, 9, 20), f"{columns} (mV)": np.linspace(-5, 5, 20), label: values})
    return load(path, axes=[rows, columns])


@pytest.fixture
def data(tmp_path):
    return image(tmp_path / "image.npz")


def kinds(**statuses):
    """The kinds with readings that say at once what they are told to, and the options that they got."""
    asked = {}

    def read(name):
        def reading(data, options):
            asked.setdefault(name, []).append(options)
            status = statuses.get(name.replace("-", "_"), "no_vertex")
            return result(name, status(options) if callable(status) else status)

        return reading

    found = {name: dataclasses.replace(kind, read=read(name)) for name, kind in READINGS.items()}
    return found, asked


def tried(data, options, vertex, **statuses):
    found, asked = kinds(**statuses)
    name, read = recognised(data, options, "vertex", vertex, found)
    return name, read.attrs["summary"], asked


def test_a_vertex_that_is_read_stays_one(data):
    assert tried(data, ReadOptions(), result("vertex", "repulsive")) == ("vertex", "vertex: repulsive.", {})


def test_several_vertices_are_read_as_a_honeycomb(data):
    arms = ReadOptions(lever_arms="P1=0.1, P2=0.03; P1=0.04, P2=0.09")
    name, text, asked = tried(data, arms, result("vertex", "several_vertices"), honeycomb="described")
    assert (name, text) == ("honeycomb", "honeycomb: described.")
    assert asked["honeycomb"][0].lever_arms == arms.lever_arms


def test_a_honeycomb_of_one_vertex_is_the_one_that_was_refused(data):
    found, _ = kinds()
    found["honeycomb"] = dataclasses.replace(found["honeycomb"], read=lambda *_: result("one", "described", vertices=1))
    assert recognised(data, ReadOptions(), "vertex", result("vertex", "several_vertices"), found)[0] == "vertex"


def test_who_asked_for_a_vertex_is_told_what_to_type(data):
    vertex = result("vertex", "several_vertices")
    name, text, _ = tried(data, ReadOptions(reading="vertex"), vertex, honeycomb="described")
    assert (name, text) == ("vertex", "vertex: several_vertices. Read it with --as honeycomb.")


def test_options_that_the_other_kind_does_not_take_are_named(data):
    vertex = result("vertex", "several_vertices")
    name, text, _ = tried(data, ReadOptions(temperature="100 mK"), vertex, honeycomb="described")
    assert name == "vertex"
    assert text.endswith("Read it with --as honeycomb, without --temperature.")


def test_bias_triangles_ask_for_the_bias(data):
    vertex = result("vertex", "no_vertex", "bias triangles")
    name, text, asked = tried(data, ReadOptions(), vertex, bias_triangles="triangles")
    assert name == "vertex"
    assert text.endswith('Read it with --as bias-triangles --bias "1 mV", the bias being that which was applied.')
    assert list(asked) == ["bias-triangles"]


def test_triangles_may_have_looked_like_something_else(data):
    vertex = result("vertex", "no_vertex", "one smooth maximum")
    assert tried(data, ReadOptions(), vertex)[1] == "vertex: no_vertex."
    text = tried(data, ReadOptions(), vertex, bias_triangles="triangles")[1]
    assert text.startswith("No vertex can be read: the image shows bias triangles. Read it with --as bias-triangles")


def test_diamonds_ask_for_the_axis_of_the_bias(data):
    vertex = result("vertex", "no_vertex", "Coulomb diamonds")
    one = tried(data, ReadOptions(), vertex, coulomb_diamonds=lambda o: "diamonds" if o.bias == "P2" else "no_diamonds")
    assert one[1].endswith("Read it with --as coulomb-diamonds --bias P2.")
    vertex = result("vertex", "no_vertex", "Coulomb diamonds")
    both = tried(data, ReadOptions(), vertex, coulomb_diamonds="diamonds")
    assert both[1].endswith("--as coulomb-diamonds --bias P1 or --bias P2, whichever is the bias.")


def test_what_was_tried_and_refused_is_said(data):
    vertex = result("vertex", "no_vertex", "Coulomb diamonds")
    name, text, _ = tried(data, ReadOptions(), vertex, coulomb_diamonds="no_diamonds")
    assert name == "vertex"
    assert text.endswith("Read as Coulomb diamonds it is refused, too: coulomb-diamonds: no_diamonds.")
    assert "--as" not in text


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, "vertex"),
        ({"near": "P1=3, P2=1"}, "honeycomb"),
        ({"bias": "1 mV"}, "bias-triangles"),
        ({"bias": "P2"}, "coulomb-diamonds"),
        ({"lever_arms": "P1=0.1, P2=0.03; P1=0.04, P2=0.09"}, "vertex"),
    ],
)
def test_options_say_which_kind_is_meant(data, options, kind):
    assert choose(data, ReadOptions(**options)) == kind


def test_an_image_over_a_field_is_told_how_it_is_read(tmp_path):
    values = np.random.default_rng(0).standard_normal((20, 30))
    np.savez(tmp_path / "x.npz", **{"B (T)": np.linspace(0, 6, 20), "P1 (mV)": np.linspace(0, 9, 30), "I": values})
    data = load(tmp_path / "x.npz")
    with pytest.raises(InputError, match=r'for a vertex: got T; read its lines with --as detuning-map, .* "B=3"'):
        choose(data, ReadOptions())
    with pytest.raises(InputError, match="for a vertex: got T; if the file is wrong"):
        choose(data, ReadOptions(reading="vertex"))


def test_an_axis_that_is_called_like_a_bias_makes_diamonds(tmp_path):
    data = image(tmp_path / "image.npz", rows="Vsd")
    assert choose(data, ReadOptions()) == "coulomb-diamonds"
    arms = "Vsd=0.1, P2=0.03; Vsd=0.04, P2=0.09"
    assert choose(data, ReadOptions(lever_arms=arms)) == "vertex"  # an option that diamonds do not take
    named = image(tmp_path / "other.npz")
    named["P2"].attrs["long_name"] = "Bias voltage"
    assert choose(named, ReadOptions()) == "coulomb-diamonds"


@pytest.mark.thorough
def test_the_axis_of_the_bias_may_have_any_name(tmp_path):
    """`line` is a name of the result's own: the option goes by the name in the file."""
    values, truth = diamonds_image(3, count=2, shape=(60, 80))
    gate, bias = values["V_g"].to_numpy(), values["V_SD"].to_numpy()
    path = tmp_path / "scan.npz"
    values = values.transpose("V_SD", "V_g").to_numpy()
    np.savez(path, **{"line (mV)": bias, "P1 (mV)": gate, "I (pA)": values})
    reading = read_data(path, tmp_path / "out", ReadOptions(axes=["line", "P1"], bias="line"))
    assert reading.found
    assert float(reading.result["lever_arm"]) == pytest.approx(truth.alpha, rel=0.05)


def test_diamonds_that_nobody_asked_for_say_why(tmp_path):
    data = image(tmp_path / "image.npz", rows="Vsd")
    found, _ = kinds()
    refused = recognised(data, ReadOptions(), "coulomb-diamonds", result("diamonds", "no_diamonds"), found)[1]
    assert "because Vsd is called like a bias: if both axes are gates, say --as vertex." in refused.attrs["summary"]
    assert refused.attrs["summary"].endswith("--as pair-current.")
    asked = recognised(data, ReadOptions(bias="Vsd"), "coulomb-diamonds", result("diamonds", "no_diamonds"), found)[1]
    assert asked.attrs["summary"] == "diamonds: no_diamonds."


def written(path, values):
    values = values.rename("signal")
    values.drop_vars([name for name in values.coords if name not in values.dims]).to_netcdf(path, engine="h5netcdf")
    return path


@pytest.mark.validation
def test_the_options_that_are_said_work_when_typed(tmp_path):
    """A honeycomb, bias triangles and diamonds, each as its file alone, and then with the options of the sentence."""
    honeycomb = written(tmp_path / "honeycomb.nc", honeycomb_image(2)[0])
    assert "vertices have both triple points in view" in read_data(honeycomb, tmp_path / "h").text

    values, truth = triangles_image(1)
    path = written(tmp_path / "triangles.nc", values)
    refused = read_data(path, tmp_path / "t")
    assert not refused.found
    assert '--as bias-triangles --bias "1 mV"' in refused.text
    read = read_data(path, tmp_path / "t", ReadOptions(reading="bias-triangles", bias=f"{truth.bias} mV"))
    assert np.abs(read.result["lever_arm"].to_numpy() / truth.arms - 1).max() < 0.05

    values, truth = diamonds_image(4)
    assert "Coulomb diamond" in read_data(written(tmp_path / "named.nc", values), tmp_path / "d").text
    path = written(tmp_path / "diamonds.nc", values.rename(V_SD="B1", V_g="P1"))
    refused = read_data(path, tmp_path / "d")
    assert not refused.found
    assert "--as coulomb-diamonds --bias B1" in refused.text
    read = read_data(path, tmp_path / "d", ReadOptions(reading="coulomb-diamonds", bias="B1"))
    assert float(read.result["lever_arm"]) == pytest.approx(truth.alpha, rel=0.05)


@pytest.mark.validation
@pytest.mark.parametrize("seed", range(0, 10, 3))
def test_other_images_alone_give_no_number(seed, tmp_path):
    values, what = other_image(seed)
    found = read_data(written(tmp_path / "image.nc", values.rename(V_SD="P2", V_g="P1")), tmp_path)
    assert not found.found or what == "vertex", (what, found.text)
