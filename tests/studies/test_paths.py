"""Numbers of [model] by their place in it: those of every template, and models that differ in one of them."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.studies import KINDS, compute_study, template
from attractron.studies.paths import numbers_of, with_numbers


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_a_template_can_be_changed_and_only_that(study, kind):
    table = study(template(kind)).table
    places = numbers_of(table)
    for place in places:
        changed = with_numbers(table, {place: 2})
        others = {name for name in places if name != place}
        assert all(at(changed, name) == at(table, name) for name in others)
        assert at(changed, place) == 2
    assert type(with_numbers(table, {}).made()) is type(table.made())


def at(table, place):
    for part in place.split("."):
        if isinstance(table, dict):
            table = table[part]
        else:
            table = table[int(part)] if isinstance(table, list | tuple) else getattr(table, part)
    return table


LEADS = template("leads").split("[axes]")[0] + "[axes]\nV_A = [-2.0, 0.0]\nV_SD = 0.1\n"


def test_a_coupling_of_a_lead_is_an_axis(study):
    swept = compute_study(study(LEADS + 'leads.S_A.Gamma = ["5 µeV", "10 µeV"]\n'))
    assert swept["current"].dims == ("leads.S_A.Gamma", "V_A")
    assert swept["leads.S_A.Gamma"].attrs["units"] == "meV"
    for Gamma in (5, 10):
        text = LEADS.replace('S_A = { dot = "A", Gamma = "10 µeV"', f'S_A = {{ dot = "A", Gamma = "{Gamma} µeV"')
        alone = compute_study(study(text))["current"].to_numpy()
        assert swept["current"].sel({"leads.S_A.Gamma": Gamma / 1000}).to_numpy().tobytes() == alone.tobytes()


def test_dots_of_samples_differ(study):
    text = "[samples]\npoints = 3\n[samples.of]\ndots.A.level = { mean = 0, deviation = 0.1 }\n"
    found = compute_study(study(LEADS + text + "repulsion.A-B = { low = 0.5, high = 0.7 }\n"))
    assert found["dots.A.level"].dims == found["repulsion.A-B"].dims == ("sample",)
    assert np.ptp(found["current"].to_numpy(), axis=found["current"].dims.index("sample")).min() > 0


def test_a_place_may_be_held(study):
    held = study(LEADS + "leads.S_A.Gamma = 0.02\n")
    assert held.model.leads[0].Gamma == 0.02
    swept = study(LEADS + "leads.S_A.Gamma = 0.02\ndots.A.level = [0, 0.1]\nU_AB = 0.5\n")
    query = swept.query({}, {"dots.A.level": 0.1})
    assert (query.model.leads[0].Gamma, query.model.device.named()["U_AB"].value) == (0.02, 0.5)


BAD = [
    ("leads.S_A.Gama = [0.01, 0.02]", "axes.leads.S_A.Gama", "got 'leads.S_A.Gama'; did you mean 'leads.S_A.Gamma'?"),
    (
        "leads.S_A.Gamma = [0.01, -0.02]",
        "axes.leads.S_A.Gamma[1]",
        "be positive: got leads.S_A.Gamma = -0.02 meV; point 1",
    ),
    (
        "dots.A.max_electrons = [1, 1.5]",
        "axes.dots.A.max_electrons[1]",
        "be a whole number: got dots.A.max_electrons = 1.5",
    ),
    ("leads.S_A.Gamma = -1", "axes.leads.S_A.Gamma", "be positive: got -1"),
]


@pytest.mark.parametrize(("axes", "place", "says"), BAD)
def test_bad_places_say_where_and_what(study, axes, place, says):
    with pytest.raises(InputError) as caught:
        study(LEADS + axes + "\n")
    assert f": {place}` must " in str(caught.value)
    assert says in str(caught.value)
