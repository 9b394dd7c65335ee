"""The question itself: labels, axes, marks of validity, refusals, blocks."""

import json

import numpy as np
import pytest

from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.files import read_dataset, write_dataset
from attractron.core.references import reference
from attractron.core.results import flag_names
from attractron.dots import Device, Gate
from attractron.transport import Junction, Lead, cumulants, current, solve
from tests.transport.junctions import published, random_junction

AXES = {"V": np.linspace(-0.1, 0.1, 5), "V_SD": np.array([0.05, 0.1, 0.4])}


def test_labels_and_provenance(tmp_path):
    result = current(published(), AXES | {"delta_V": 0.01}, origin="centre")
    assert result.current.dims == ("V", "V_SD")
    assert result.lead_current.dims == ("lead", "V", "V_SD")
    assert result.contribution.dims == ("order", "lead", "V", "V_SD")
    assert result.populations.dims == ("state", "V", "V_SD")
    assert result.occupation.dims == ("dot", "V", "V_SD")
    assert result.order.values.tolist() == ["sequential", "elastic", "second", "third"]
    assert result.state.values.tolist()[:3] == ["(0,0,0)", "(0,0,1)", "(0,1,0)"]
    for name in (*result.data_vars, *result.coords):
        assert result[name].attrs["units"]
        assert result[name].attrs["long_name"]
    assert result.current.attrs["units"] == "pA"
    assert result.V_SD.attrs["units"] == "mV"
    assert json.loads(result.attrs["options"]) == {
        "processes": "2e",
        "method": "finite-part",
        "origin": "centre",
        "fixed": {"delta_V": 0.01},
    }
    assert json.loads(result.attrs["parameters"])["leads"][0]["Gamma"] == 0.0925
    for key in result.attrs["references"].split(", "):
        assert reference(key).used_for
    again = read_dataset(write_dataset(result, tmp_path / "current.nc"))
    assert again.equals(result)
    assert again.attrs == result.attrs


def test_axes_are_only_a_way_to_ask_several_times():
    """Gates, bias and parameters in any order and nesting give the values of single questions."""
    grid = current(published(0.2), {"W": [0.1, 0.435], "V_SD": [0.1, 0.3], "V_L": [0.0, 0.05], "V_R": 0.02})
    assert grid.current.dims == ("W", "V_SD", "V_L")
    for i, W in enumerate([0.1, 0.435]):
        for j, bias in enumerate([0.1, 0.3]):
            single = current(published(0.2, W=W), {"V_L": 0.05, "V_R": 0.02, "V_SD": bias})
            assert float(grid.current[i, j, 1]) == pytest.approx(float(single.current), rel=1e-10)
    both = current(published(0.2), {"V": 0.035, "delta_V": 0.015, "V_SD": 0.3}, origin="absolute")
    assert float(both.current) == pytest.approx(float(grid.current[1, 1, 1]), rel=1e-10)


def test_blocks_do_not_show(monkeypatch):
    whole = current(published(), AXES, origin="centre")
    monkeypatch.setattr(solve, "BLOCK", 1)
    pieces = current(published(), AXES, origin="centre")
    assert pieces.identical(whole)


def test_each_choice_holds_its_orders():
    for processes, orders in solve.ORDERS.items():
        result = current(published(), {"V_SD": 0.1}, processes=processes, origin="centre")
        assert tuple(result.order.values) == orders
        assert result.contribution.sum("order").values == pytest.approx(result.lead_current.values, abs=1e-8)


def test_pairs_carry_the_peak():
    """The title of the paper's Fig. 4: at the degeneracy of (0,0) and (1,1) three-dot processes carry the current."""
    result = current(published(), {"V": 0.025, "V_SD": 0.1}, origin="centre")
    source = result.contribution.sel(lead="S")
    assert float(result.current) == pytest.approx(232.59, abs=0.01)
    assert float(source.sel(order="third")) > 0.7 * float(result.current)
    assert float(source.sel(order="sequential")) < 0.1 * float(result.current)


def test_one_dot_and_no_axes():
    leads = tuple(Lead(name=name, dot="P", Gamma=0.01, temperature=0.1, mu=mu) for name, mu in (("S", 0.1), ("D", 0)))
    junction = Junction(device=Device(dots=("P",), repulsion=np.zeros((1, 1))), leads=leads)
    for processes in solve.ORDERS:
        result = current(junction, {}, processes=processes)
        assert result.current.dims == ()
        assert float(result.current) > 0


def test_bounds_of_validity_are_said():
    notes = current(published(), AXES, origin="centre").attrs["validity"]
    assert "largest width of a level is 24.2 k_BT" in notes
    assert "not for amplitudes" in notes
    assert "Koller et al. 2010, Timm 2011" in notes
    weak = current(published(0.01), AXES, origin="centre", processes="sequential")
    assert "not for amplitudes" not in weak.attrs["validity"]
    assert "neither cotunnelling" in weak.attrs["validity"]
    assert weak.Gamma_over_kT.values == pytest.approx(np.array([92.5, 92.5, 212.75, 416.25]) / 1723.4666, rel=1e-6)
    estimate = current(published(), {"V_SD": 0.1}, method="constant", origin="centre")
    assert "15-20 %" in estimate.attrs["validity"]
    assert float(estimate.current) == pytest.approx(126.35, rel=0.2)


def test_clamped_rates_and_broken_bounds_are_marked():
    """Near a triple point at full Γ the third order exceeds (e²/h)V; along the line between them it does not."""
    axes = {"V": np.array([0.025]), "delta_V": np.array([0.0, 0.2]), "V_SD": 0.1}
    result = current(published(), axes, origin="centre")
    most = PA_PER_MEV / (2 * np.pi) * 0.1
    assert result.beyond_unitarity.values.tolist() == [[False, True]]
    assert (np.abs(result.current.values) > most).tolist() == [[False, True]]
    assert "At 1 of 2 points |I| exceeds (e²/h)|V|" in result.attrs["validity"]
    assert abs(float(result.clamped_effect[0, 1])) > 0.1 * float(result.current[0, 1])
    assert abs(float(result.clamped_effect[0, 0])) < 0.01 * float(result.current[0, 0])
    assert "At 1 of 2 points the current would change by more than 1 %" in result.attrs["validity"]
    gentle = current(published(), {**axes, "delta_V": 0.0}, origin="centre")
    assert "negative" not in gentle.attrs["validity"]
    assert "exceeds" not in gentle.attrs["validity"]


def cold(**changes):
    """At 1 mK blockaded states are left with rates of e^-2000."""
    return published(0.01, temperature=1e-3, **changes)


def test_points_without_a_steady_state_are_marked_and_the_rest_kept():
    """Between (0,0;1) and (1,1;0) no sequential rate survives; where single electrons move, all is well."""
    axes = {"delta_V": np.array([0.0, 0.6]), "V_SD": 0.05}
    result = current(cold(), axes, processes="sequential", origin="centre")
    names = flag_names(result.status)
    assert [names[int(code)] for code in result.status] == ["several_steady_states", "ok"]
    assert np.isnan(result.current.values).tolist() == [True, False]
    assert np.isnan(result.populations.values[:, 0]).all()
    alone = current(cold(), {"delta_V": 0.6, "V_SD": 0.05}, processes="sequential", origin="centre")
    assert float(result.current[1]) == float(alone.current)
    assert "1 of 2 points have no single steady state; at delta_V = 0, V_SD = 0.05" in result.attrs["validity"]
    assert "all rates out of {(0,0,1)} and {(1,1,0)} vanish" in result.attrs["validity"]
    saved = current(cold(), axes, processes="2e", origin="centre")
    assert not saved.status.any()


def test_where_the_elastic_current_has_no_digits_a_point_is_marked():
    """At 0.2 mK k_BT is 1e-5 of 1.7 meV: a polarizer whose level is further from the leads has no elastic current."""
    junction = published(1e-4, temperature=2e-4)
    axes = {"mu_P": np.array([0.9, 5.0]), "V_SD": 0.1, "delta_V": 0.9}
    result = current(junction, axes, processes="0e", origin="centre")
    assert result.status.values.tolist() == [0, 2]
    assert np.isnan(result.current.values).tolist() == [False, True]
    assert np.isnan(result.populations.values).all(axis=0).tolist() == [False, True]
    assert "at mu_P = 5, V_SD = 0.1, delta_V = 0.9 rates are out of the range" in result.attrs["validity"]
    counted = cumulants(junction, axes, processes="0e", origin="centre")
    assert counted.status.values.tolist() == [0, 2]
    with pytest.raises(
        InputError, match="`axes` must hold a point with one steady state: got none of 1; at mu_P = 5, "
    ):
        current(junction, {**axes, "mu_P": 5.0}, processes="0e", origin="centre")


def test_a_map_of_nothing_else_is_refused():
    with pytest.raises(InputError, match=r"`axes` must hold a point .* none of 1; at V_SD = 0.05 all rates out of"):
        current(cold(), {"V_SD": 0.05}, processes="sequential", origin="centre")


def test_energies_beyond_the_integrals_are_marked():
    """10⁵ k_BT and more: the integrals have no digits there."""
    axes = {"V": np.array([0.0, 3e3]), "V_SD": 0.1}
    result = current(published(), axes, origin="centre")
    names = flag_names(result.status)
    assert [names[int(code)] for code in result.status] == ["ok", "out_of_range"]
    assert "out of the range that can be calculated" in result.attrs["validity"]


def one_bare_dot():
    device = Device(dots=("A", "B"), repulsion=np.array([[0, 0.3], [0.3, 0]]))
    return Junction(device=device, leads=(Lead(name="l", dot="A", Gamma=0.01, temperature=0.1),))


def several_electrons(**changes):
    device = Device(dots=("A",), repulsion=np.array([[0.5]]), **changes)
    return Junction(device=device, leads=(Lead(name="l", dot="A", Gamma=0.01, temperature=0.1),))


def two_temperatures():
    leads = tuple(Lead(name=f"{T}", dot="A", Gamma=0.01, temperature=T) for T in (0.1, 0.2))
    return Junction(device=Device(dots=("A",), repulsion=np.zeros((1, 1))), leads=leads)


@pytest.mark.parametrize(
    ("junction", "axes", "options", "message"),
    [
        (published(), {"v": [0, 1]}, {}, r"`axes\['v'\]` must name a knob of the model .*V_SD, Gam.*did you mean 'V'"),
        (published(), {"V": [0, np.nan]}, {}, r"`axes\['V'\]` must be finite"),
        (published(), {"V": [[0, 1]]}, {}, r"`axes\['V'\]` must be one-dimensional"),
        (published(), {"V": [1, 0, 2]}, {}, r"`axes\['V'\]` must rise or fall strictly"),
        (published(), {"V": []}, {}, r"`axes\['V'\]` must have at least one point"),
        (published(), 3, {}, "`axes` must map knob names to values"),
        (published(), {}, {"processes": "3e"}, "`processes` must be one of sequential, 0e, 1e, 2e"),
        (published(), {}, {"method": "reg"}, "`method` must be one of finite-part, broadened, constant"),
        (published(), {}, {"origin": "middle"}, "`origin` must be one of absolute, centre"),
        (two_temperatures(), {}, {}, "`processes` must be 'sequential' for leads at different temperatures.*'2e'"),
        (several_electrons(max_electrons=2), {}, {"processes": "0e"}, "'sequential' for dots with spin or several"),
        (several_electrons(spin=True), {}, {"processes": "1e"}, "'sequential' for dots with spin or several"),
        (
            one_bare_dot(),
            {},
            {"processes": "sequential"},
            r"`leads` must connect all charge states, .* got 2 separate parts, \{\(0,0\), \(1,0\)\} and "
            r"\{\(0,1\), \(1,1\)\}; put a lead on B",
        ),
    ],
)
def test_bad_questions(junction, axes, options, message):
    with pytest.raises(InputError, match=message):
        current(junction, axes, **options)


def test_a_level_beside_no_gate_stays_where_it_is():
    """origin="centre" is about gate voltages: A starts at the centre, B, which no gate addresses, at its own level."""
    device = Device(
        dots=("A", "B"),
        repulsion=np.array([[0, 0.4], [0.4, 0]]),
        levels=np.array([0.0, -0.3]),
        gates={"V": Gate(lever_arms={"A": 1.0})},
    )
    leads = tuple(Lead(name=dot, dot=dot, Gamma=0.01, temperature=0.3) for dot in ("A", "B"))
    junction = Junction(device=device, leads=leads)
    centre = current(junction, {"V": 0.0}, processes="sequential", origin="centre")
    absolute = current(junction, {"V": 0.2}, processes="sequential")
    assert centre.occupation.values == pytest.approx(absolute.occupation.values, rel=1e-12)


def test_more_dots_than_the_papers():
    """Five dots, seven leads: 32 states, all orders."""
    junction = random_junction(3, dots=5, lead_dots=[0, 0, 1, 2, 3, 4, 4])
    result = current(junction, {"V_SD": [0.0, 0.2]})
    assert result.sizes["state"] == 32
    assert result.lead_current.sum("lead").values == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("processes", ["0e", "1e", "2e"])
def test_the_cold_end(processes):
    """From 5 to 20 mK populations pass 1e-300, and the current goes to its limit as T² beside a blocked level."""
    kelvin = np.array([0.005, 0.01, 0.012, 0.015, 0.02])
    junctions = [published(0.2, temperature=T) for T in kelvin]
    knobs = {"V": 0.01, "V_SD": 0.1}
    found = [float(current(each, knobs, processes=processes, origin="centre").current) for each in junctions]
    slopes = np.diff(found) / np.diff(kelvin**2)
    assert (np.abs(found - np.mean(found)) < 0.01 * np.mean(found)).all()
    assert slopes == pytest.approx(slopes[0], rel=0.5)
