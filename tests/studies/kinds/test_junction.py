"""Junctions in study files: what the same calls give in Python, and a verdict whose numbers are those of the result."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from attractron import plotting, studies, transport
from attractron.core.errors import InputError
from attractron.dots import Device, Gate
from attractron.studies import compute_study, template
from attractron.transport import Junction, Lead, pair_junction

COUPLINGS = {"Gamma_S": 0.0925, "Gamma_D": 0.0925, "Gamma_L": 0.21275, "Gamma_R": 0.41625}
MODEL = {"W": 0.435, "U": 0.925, "mu_P": 0.925, **COUPLINGS, "temperature": 0.2, "alpha": 0.61}
TABLE = "kind = 'junction'\n[model]\n" + "".join(f"{name} = {value}\n" for name, value in MODEL.items())
CENTRE = "[question]\norigin = 'centre'\n"
SLOPE = "[question]\nname = 'differential-conductance'\norigin = 'centre'\n"
GATES = "[axes]\nV = { start = -0.3, stop = 0.3, points = 35 }\ndelta_V = [0.0, 0.37, 0.41]\nV_SD = '100 µV'\n"
AXES = {"V": np.linspace(-0.3, 0.3, 35), "delta_V": np.array([0.0, 0.37, 0.41]), "V_SD": 0.1}
QUANTUM = 38740.45865  # e²/h × 1 mV in pA, from CODATA's 38.7404… µS: independent of the package's constant


def said(study):
    result = compute_study(study)
    return result, study.question.verdict(study, result)


def same(found, direct):
    """All variables, coordinates and attributes are the same to the last bit."""
    assert set(found.variables) == set(direct.variables)
    for name in direct.variables:
        assert found[name].identical(direct[name]), name
    for name in ("question", "method", "parameters", "options", "validity", "references"):
        assert found.attrs[name] == direct.attrs[name], name


@pytest.mark.parametrize("processes", ["sequential", "0e", "1e", "2e"])
def test_a_map_in_blocks_is_that_of_one_call(study, processes):
    """The notes too: marks are counted over the whole map, not over the first block."""
    direct = transport.current(pair_junction(**MODEL), AXES, processes=processes, origin="centre")
    same(compute_study(study(TABLE + CENTRE + f"processes = '{processes}'\n" + GATES), workers=2), direct)
    assert ("exceeds (e²/h)|V|" in direct.attrs["validity"]) == (processes in ("1e", "2e"))


def test_options_and_every_entry_of_the_model_arrive(study):
    text = (
        TABLE
        + "beta = 0.3\ncarriers = 'holes'\n[question]\nmethod = 'broadened'\nprocesses = '1e'\norigin = 'centre'\n"
    )
    junction = pair_junction(**MODEL, beta=0.3, carriers="holes")
    axes = {"V": 0.1, "delta_V": 0.4, "V_SD": np.array([0.1, 0.2]), "mu_P": 0.8}
    found = compute_study(study(text + "[axes]\nV = 0.1\ndelta_V = 0.4\nV_SD = [0.1, 0.2]\nmu_P = '800 µeV'\n"))
    direct = transport.current(junction, axes, processes="1e", method="broadened", origin="centre")
    np.testing.assert_allclose(found["current"], direct["current"], rtol=1e-12)
    for other in (
        transport.current(junction, axes, processes="1e", origin="centre"),
        transport.current(junction, axes, processes="1e", method="broadened"),
        transport.current(junction, axes, processes="0e", method="broadened", origin="centre"),
        transport.current(pair_junction(**MODEL, beta=0.3), axes, processes="1e", method="broadened", origin="centre"),
    ):
        assert (np.abs(found["current"] / other["current"] - 1) > 1e-3).all()


def test_the_linear_conductance(study):
    """Any couplings: what the same call gives, its notes counted over the whole, and its numbers in the verdict."""
    model = "kind = 'leads'\n[model.dots]\nA = { level = 0.1 }\n[model.leads]\n" + "".join(
        f"{name} = {{ dot = 'A', Gamma = 0.1, temperature = 0.1 }}\n" for name in ("S", "D")
    )
    question = "[question]\nname = 'linear-conductance'\naccuracy = 0.05\n"
    asked = study(model + question + "[axes]\nlevel_A = [0.0, 0.3]\ntemperature = [0.1, 1.0]\n")
    found, verdict = said(asked)
    axes = {"level_A": [0.0, 0.3], "temperature": [0.1, 1.0]}
    same(found, transport.linear_conductance(asked.model, axes, accuracy=0.05))
    assert verdict.numbers["largest_conductance"] == (float(found["conductance"].max()), "e²/h")
    assert f"{float(found['conductance'].max()):.4g} ± " in verdict.text
    assert plotting.main_variable(found) == "conductance"


def test_the_thermopower(study):
    """What the same call gives, over axes of gates and of leads; the verdict counts the changes of sign."""
    asked = study(TABLE + "[question]\nname = 'thermopower'\norigin = 'centre'\n[axes]\nmu_P = [0.2, 0.9, 1.9]\n")
    found, verdict = said(asked)
    same(found, transport.thermopower(asked.model, {"mu_P": [0.2, 0.9, 1.9]}, origin="centre"))
    assert "pairs of order Γ²" in found.attrs["validity"]
    assert verdict.numbers["largest_thermopower"] == (float(found["thermopower"][0]), "µV/K")
    assert plotting.main_variable(found) == "thermopower"
    warmed = "[question]\nname = 'thermopower'\n[axes]\nV = [0.1, 0.3]\ntemperature = [0.2, 0.4]\n"
    other = study(TABLE + warmed)
    axes = {"V": [0.1, 0.3], "temperature": [0.2, 0.4]}
    np.testing.assert_array_equal(
        said(other)[0]["thermopower"], transport.thermopower(other.model, axes)["thermopower"]
    )


def test_the_template_asks_at_the_couplings_of_the_experiment(study):
    """What its last lines say, put in place: 0.246 e²/h at the centre and 0.2 K (the value of a run at 1 %)."""
    model, _ = template("junction").split("\n[question]")
    for weak, own in (("18.5", "92.5"), ("42.55", "212.75"), ("83.25", "416.25")):
        model = model.replace(f'"{weak} µeV"', f'"{own} µeV"')
    instead = re.sub("^# ", "", template("junction").partition("\n# [question]")[2], flags=re.MULTILINE)
    instead = instead.replace("{ start = 0.0, stop = 0.2, points = 5 }", "0.0").replace(
        '"100 mK", "200 mK", "400 mK"', "0.2"
    )
    result, verdict = said(study(f"{model}\n[question]{instead}"))
    assert abs(float(result["conductance"][0]) - 0.2464) < float(result["conductance_error"][0]) < 0.05 * 0.2464
    assert "The linear conductance is 0.24" in verdict.text
    assert verdict.numbers["Gamma_over_kT"][0] == pytest.approx(24.15, abs=0.01)


def test_the_differential_conductance(study):
    text = TABLE + SLOPE + GATES
    direct = transport.differential_conductance(pair_junction(**MODEL), AXES, origin="centre")
    asked = study(text)
    found, verdict = said(asked)
    np.testing.assert_allclose(found["conductance"], direct["conductance"], rtol=1e-9, atol=1e-12)
    assert found.attrs["validity"] == direct.attrs["validity"]
    assert found.attrs["options"] == direct.attrs["options"]
    values = found["conductance"].to_numpy()
    assert verdict.numbers["largest_conductance"] == (values.flat[np.abs(values).argmax()], "e²/h")
    assert verdict.numbers["lowest_conductance"] == (values.min(), "e²/h")
    row, column = np.unravel_index(np.abs(values).argmax(), values.shape)
    place = f"at V = {AXES['V'][row]:.4g} mV, delta_V = {AXES['delta_V'][column]:.4g} mV, V_SD = 0.1 mV"
    assert verdict.text.startswith(f"The largest differential conductance is {values[row, column]:.4g} e²/h {place}.")


def test_where_the_conductance_is_negative(study):
    """Where a trap fills faster as the bias rises; a number that rounding alone makes negative is no such place."""
    axes = "[axes]\nV = [-0.8, -0.25]\nV_SD = { start = -1.2, stop = -0.6, points = 25 }\n"
    asked = study(TABLE + SLOPE + "processes = '0e'\n" + axes)
    result, verdict = said(asked)
    slopes = result["conductance"].to_numpy()
    row, column = np.unravel_index(slopes.argmin(), slopes.shape)
    assert slopes.min() < -0.1
    assert slopes.max() > 0.1
    place = f"at V = {[-0.8, -0.25][row]:.4g} mV, V_SD = {np.linspace(-1.2, -0.6, 25)[column]:.4g} mV"
    assert f"It falls to {slopes.min():.4g} e²/h {place}." in verdict.text
    rounded = result.assign(conductance=result["conductance"].clip(min=-1e-17))
    assert "falls" not in asked.question.verdict(asked, rounded).text


def test_a_linear_conductance_beyond_one_channel_is_said(study):
    _, verdict = said(study(TABLE + SLOPE + "[axes]\nV = 0.0\ndelta_V = [-0.39, 0.0]\n"))
    assert verdict.numbers["largest_conductance"][0] > 1
    assert "at V = 0 mV, delta_V = -0.39 mV, more than one channel can carry." in verdict.text
    _, verdict = said(study(TABLE + SLOPE + "[axes]\nV = 0.0\ndelta_V = [0.0, 0.9]\n"))
    assert verdict.numbers["largest_conductance"][0] < 1
    assert "channel" not in verdict.text


def test_the_verdict_of_a_current_that_breaks_the_bound(study):
    """At full Γ the third order exceeds one channel at a triple point: said first, the rest is about what remains."""
    result, verdict = said(study(TABLE + CENTRE + GATES))
    amount, mark = result["current"].to_numpy(), result["beyond_unitarity"].to_numpy()
    assert 0 < mark.sum() < mark.size
    row, column = np.unravel_index(np.abs(amount).argmax(), amount.shape)
    assert mark[row, column]
    numbers = {name: value for name, (value, _) in verdict.numbers.items()}
    assert numbers["largest_current"] == amount[row, column]
    assert numbers["largest_current_V"] == AXES["V"][row]
    assert numbers["largest_current_delta_V"] == AXES["delta_V"][column]
    assert numbers["largest_current_conductance"] == pytest.approx(amount.max() / (QUANTUM * 0.1), rel=1e-8)
    assert numbers["largest_current_conductance"] > 1
    assert verdict.text.startswith(f"The largest current is {amount.max():.4g} pA at V = ")
    assert "more than one channel can carry. Within that bound the largest is" in verdict.text
    within = np.where(mark, 0.0, amount)
    assert numbers["largest_current_within_unitarity"] == within.max()
    assert numbers["largest_current_within_unitarity_conductance"] <= 1
    assert numbers["points_beyond_unitarity"] == mark.sum()
    clamped = int((np.abs(result["clamped_effect"].to_numpy()) > 0.01 * np.abs(amount)).sum())
    assert numbers["points_clamped"] == clamped > 0
    assert f"|I| exceeds (e²/h)|V_SD| at {mark.sum()} of 105 points." in verdict.text
    assert f"set to zero matter at {clamped} of 105 points." in verdict.text
    assert "Γ = 24.2 k_BT; beyond 1 trust thresholds, slopes and orders of magnitude, not amplitudes" in verdict.text


def test_shares_are_parts_of_the_current(study):
    result, verdict = said(study(TABLE + CENTRE + "[axes]\nV = [0.0, 0.041]\nV_SD = 0.1\n"))
    numbers = {name: value for name, (value, _) in verdict.numbers.items()}
    point = result.isel(V=int(np.argmax(result["current"].to_numpy())))
    for order in ("sequential", "elastic", "second", "third"):
        part = float(point["contribution"].sel(order=order, lead="S")) / float(point["current"])
        assert numbers[f"share_{order}"] == pytest.approx(part)
    assert sum(numbers[f"share_{order}"] for order in point["order"].values) == pytest.approx(1.0)
    assert f"processes of three dots {100 * numbers['share_third']:.0f} %." in verdict.text
    third = float(point["contribution"].sel(order="third", lead="S"))
    assert f"Processes of three dots carry most at V = 0.041 mV, V_SD = 0.1 mV: {third:.4g} of" in verdict.text
    assert numbers["points_beyond_unitarity"] == 0
    assert "channel" not in verdict.text


def test_a_single_point_and_narrow_levels(study):
    narrow = TABLE
    for name, value in COUPLINGS.items():
        narrow = narrow.replace(f"{name} = {value}", f"{name} = {value / 50}")
    result, verdict = said(study(narrow + CENTRE + "processes = '0e'\n[axes]\nV_SD = 0.1\ndelta_V = 0.9\n"))
    assert result["current"].ndim == 0
    assert verdict.numbers["largest_current"] == (float(result["current"]), "pA")
    assert "at V_SD = 0.1 mV, delta_V = 0.9 mV (I/V_SD = " in verdict.text
    assert verdict.text.endswith("The widest level has Γ = 0.483 k_BT.")
    assert "carry most" not in verdict.text


def test_without_a_bias_nothing_flows(study):
    _, verdict = said(study(TABLE + "[axes]\nV = [0.0, 0.2]\n"))
    assert verdict.text == "No current flows: no lead is biased."
    assert verdict.numbers == {"largest_current": (0.0, "pA")}


def test_why_nothing_flows_although_leads_are_biased(study):
    """A lead alone on its dot takes away what it brings; source and drain at one potential beside another one."""
    alone = re.sub(r"(?m)^D_A = .*\n", "", LEADS)
    for text, why in (
        (alone, ": S_A is the only lead of A, and what it brings it takes away again"),
        (LEADS.replace("D_A = {", "D_A = { bias = 1.0,").replace('"1e"', '"0e"'), ""),
        (LEADS.replace("bias = 1.0", "bias = 0.0"), ": no lead is biased"),
    ):
        _, verdict = said(study(text))
        assert verdict.text == f"No current flows{why}."


def test_couplings_and_temperature_are_swept_around_the_question(study):
    text = TABLE + CENTRE + "[axes]\ntemperature = ['200 mK', '300 mK']\nGamma_S = [0.01, 0.02]\nV_SD = [0.1, 0.2]\n"
    asked = study(text)
    found, verdict = said(asked)
    assert found["current"].dims == ("temperature", "Gamma_S", "V_SD")
    assert found["temperature"].attrs["units"] == "K"
    for kelvin in (0.2, 0.3):
        for Gamma in (0.01, 0.02):
            junction = pair_junction(**{**MODEL, "temperature": kelvin, "Gamma_S": Gamma})
            direct = transport.current(junction, {"V_SD": np.array([0.1, 0.2])}, origin="centre")
            part = found.sel(temperature=kelvin, Gamma_S=Gamma)
            np.testing.assert_array_equal(part["current"], direct["current"])
            np.testing.assert_array_equal(part["Gamma_over_kT"], direct["Gamma_over_kT"])
    width = 0.41625 / (0.08617333262 * 0.2)
    assert verdict.numbers["Gamma_over_kT"][0] == pytest.approx(width)
    assert f"the largest width of a level is {width:.3g} k_BT" in found.attrs["validity"]


def test_the_widest_level_is_that_of_the_sweep(study):
    _, verdict = said(study(TABLE + CENTRE + "[axes]\nGamma_R = [0.1, 1.0]\nV_SD = 0.1\n"))
    assert verdict.numbers["Gamma_over_kT"][0] == pytest.approx(1.0 / (0.08617333262 * 0.2))


def test_a_held_coupling_is_that_of_the_junction(study):
    found = compute_study(study(TABLE + CENTRE + "[axes]\nGamma_L = 0.1\nV_SD = [0.1, 0.2]\n"))
    junction = pair_junction(**{**MODEL, "Gamma_L": 0.1})
    same(found, transport.current(junction, {"V_SD": np.array([0.1, 0.2])}, origin="centre"))


COLD = TABLE.replace("temperature = 0.2", "temperature = 0.001") + CENTRE + "processes = 'sequential'\n"
"""At 1 mK sequential rates between (0,0;1) and (1,1;0) vanish in floating point, near δV = 0."""


@pytest.mark.parametrize(
    ("order", "axes"),
    [
        ("V_SD = [0.05, 0.06]\ndelta_V = [0.0, 0.6, 0.9]\n", {"V_SD": [0.05, 0.06], "delta_V": [0.0, 0.6, 0.9]}),
        ("delta_V = [0.9, 0.0]\nV_SD = [0.05, 0.06]\n", {"delta_V": [0.9, 0.0], "V_SD": [0.05, 0.06]}),  # a whole block
    ],
)
def test_points_without_a_steady_state_are_counted(study, order, axes):
    """As `current` does for the whole map, even where a block of the first axis has no value at all."""
    result, verdict = said(study(COLD + "[axes]\n" + order))
    direct = transport.current(
        pair_junction(**{**MODEL, "temperature": 0.001}), axes, processes="sequential", origin="centre"
    )
    same(result, direct)
    assert result.attrs["failure"] == direct.attrs["failure"]
    points = direct["current"].size
    assert int(np.isnan(result["current"].to_numpy()).sum()) == 2
    assert f"2 of {points} points have no single steady state and no value." in verdict.text
    said_why = f"2 of {points} points have no single steady state; at {next(iter(axes))} = "
    assert said_why in result.attrs["validity"]
    assert "all rates out of {(0,0,1)} and {(1,1,0)} vanish in floating point." in result.attrs["validity"]
    assert verdict.numbers["points_without_value"] == (2, "1")
    assert np.isfinite(verdict.numbers["largest_current"][0])


def test_a_slope_without_a_steady_state_is_marked(study):
    text = COLD.replace("[question]\n", "[question]\nname = 'differential-conductance'\n")
    result, verdict = said(study(text + "[axes]\ndelta_V = [0.0, 0.9]\nV_SD = 0.05\n"))
    axes = {"delta_V": [0.0, 0.9], "V_SD": 0.05}
    junction = pair_junction(**{**MODEL, "temperature": 0.001})
    same(result, transport.differential_conductance(junction, axes, processes="sequential", origin="centre"))
    assert "1 of 2 points have no single steady state; at delta_V = 0, V_SD = 0.05" in result.attrs["validity"]
    assert verdict.numbers["points_without_value"] == (1, "1")


def test_a_parameter_around_the_question_is_named_where_it_leaves_no_value(study):
    text = TABLE + CENTRE + "processes = 'sequential'\n"
    result, _ = said(study(text + "[axes]\ntemperature = [0.2, 0.001]\ndelta_V = 0.0\nV_SD = [0.05, 0.06]\n"))
    assert np.isnan(result["current"].to_numpy()).tolist() == [[False] * 2, [True] * 2]
    said_why = (
        "2 of 4 points have no single steady state; with temperature = 0.001, at delta_V = 0, V_SD = 0.05 all rates"
    )
    assert said_why in result.attrs["validity"]


def test_a_study_without_any_value_is_refused(study):
    with pytest.raises(InputError) as caught:
        compute_study(study(COLD + "[axes]\nV_SD = [0.05, 0.06]\ndelta_V = 0.0\n"))
    assert re.match(
        r"`s\.toml, line 15: axes` must hold a point with one steady state: got none of 2; at V_SD", str(caught.value)
    )


def two_dots(**changes):
    """The junction of the template `leads`, by hand."""
    device = Device(
        dots=("A", "B"),
        levels=np.array([0.0, 0.05]),
        repulsion=np.array([[0.0, 0.6], [0.6, 0.0]]),
        gates={"V_A": Gate(lever_arms={"A": 0.10, "B": 0.02}), "V_B": Gate(lever_arms={"A": 0.02, "B": 0.10})},
    )
    source = Lead(name="S_A", dot="A", Gamma=0.01, temperature=0.2, bias=1.0)
    second = Lead(name="S_B", dot="B", Gamma=0.008, temperature=0.2, bias=1.0, lever_arms={"B": 0.1})
    leads = (
        source,
        replace(source, name="D_A", bias=0.0),
        second,
        replace(second, name="D_B", bias=0.0, lever_arms={}),
    )
    return Junction(device=device, leads=leads, **changes)


def test_any_leads_on_any_dots(study):
    text = template("leads").replace("points = 25", "points = 9")
    axes = {"V_A": np.linspace(-6, 12, 9), "V_B": np.linspace(-6, 12, 9), "V_SD": 0.1}
    same(compute_study(study(text)), transport.current(two_dots(), axes, processes="1e"))
    other = text.replace('source = "S_A" ', 'source = "D_B" ')
    direct = transport.current(two_dots(source="D_B"), axes, processes="1e")
    found, verdict = said(study(other))
    np.testing.assert_array_equal(found["current"], direct["current"])
    assert "it leaves D_B by sequential tunnelling" in verdict.text
    assert verdict.numbers["largest_current"][0] < 0
    swept = study(text.replace("V_B = { start", "level_B = { start"))
    assert compute_study(swept)["current"].dims == ("V_A", "level_B")


LEADS = template("leads")
NO_AXES = "[axes]\nV_SD = 0.1\n"

CASES = [
    # the study, the key that is named, what its line begins with, what is said
    (TABLE.replace("Gamma_S = 0.0925", "Gamma_S = 0"), "model.Gamma_S", "Gamma_S = 0", "be positive: got 0"),
    (TABLE.replace("temperature = 0.2", "temperature = 0"), "model.temperature", "temperature", "be above zero"),
    (TABLE.replace("U =", "u ="), "model.u", "u =", "did you mean 'U'?"),
    (TABLE + "[question]\nprocesses = '3e'\n", "question.processes", "processes", "be one of sequential, 0e, 1e, 2e"),
    (TABLE + "[axes]\nV_sd = 0.1\n", "axes.V_sd", "V_sd", "did you mean 'V_SD'?"),
    (TABLE + NO_AXES + "Gamma_D = -1.0\n", "axes.Gamma_D", "Gamma_D = -1.0", "be positive: got -1"),
    (TABLE + NO_AXES + "Gamma_D = [-1.0, 1.0]\n", "axes.Gamma_D[0]", "Gamma_D = [", "be positive: got Gamma_D = -1"),
    (TABLE + NO_AXES + "temperature = [0.0, 0.2]\n", "axes.temperature[0]", "temperature = [", "be above zero"),
    (TABLE + NO_AXES + "temperature = 0.0\n", "axes.temperature", "temperature = 0.0", "be above zero"),
    (TABLE + NO_AXES + "[uncertainty]\nW = 0.1\n", "uncertainty", "[uncertainty]", "for the question 'current'"),
    (LEADS.replace('D_B = { dot = "B"', 'D_B = { dot = "C"'), "model.leads.D_B.dot", "D_B", "name dots of the device"),
    (LEADS.replace('B", Gamma = "8 µeV", temperature = "200 mK" }', 'B", Gamma = -1.0, temperature = "200 mK" }'),
     "model.leads.D_B.Gamma", "D_B", "be positive"),
    (LEADS.replace('source = "S_A"', 'source = "S"'), "model.source", "source", "name a lead (S_A, D_A, S_B, D_B)"),
    (LEADS.replace("A = {}", "A = { max_electrons = 2, on_site = 1.0 }"), "question.processes", "processes",
     "be 'sequential' for dots with spin or several electrons"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "line", "says"), CASES)
def test_refusals_have_their_place(study, text, place, line, says):
    with pytest.raises(InputError) as caught:
        compute_study(study(text))
    message = str(caught.value)
    found = re.match(r"`s\.toml, line (\d+): (.*?)` must ", message)
    assert found, message
    assert found[2] == place
    assert says in message
    assert text.splitlines()[int(found[1]) - 1].startswith(line)


def test_the_picture_and_the_summary_of_the_template(study, tmp_path):
    text = template("junction").replace("points = 61", "points = 7").replace("points = 90", "points = 6")
    text = text.replace('V_SD = "100 µV"', "#").replace("# V_SD = {", "V_SD = {")
    done = studies.run(study(text), tmp_path / "out")
    assert plotting.main_variable(done.result) == "current"
    assert done.result["current"].dims == ("V", "V_SD")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["numbers"]["largest_current"]["unit"] == "pA"
    assert summary["numbers"]["share_third"]["value"] > 0.05
    assert summary["verdict"].startswith("The largest current is ")
    slopes = studies.run(study(text.replace('"current"', '"differential-conductance"')), tmp_path / "slopes").result
    assert plotting.main_variable(slopes) == "conductance"


def test_numba_is_not_loaded_before_the_run(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(TABLE + NO_AXES, encoding="utf-8")
    code = f"import sys; from attractron import studies; studies.read({str(path)!r}); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
