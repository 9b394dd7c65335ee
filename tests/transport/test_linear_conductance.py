"""The linear conductance at any coupling: against what is exact, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import Device
from attractron.transport import (
    Junction,
    Lead,
    NrgOptions,
    differential_conductance,
    linear_conductance,
)

from .junctions import published
from .nrg.oracles import free_level, kondo_temperature


def dots(levels, repulsion, Gammas, kelvin=0.1, **more):
    """Dots "A", "B", …: "S" (a third of the width) and "D" on the first one, one lead on each of the others."""
    names = "ABCDEFG"[: len(levels)]
    widths = [("S", "A", Gammas[0] / 3), ("D", "A", 2 * Gammas[0] / 3)]
    widths += [(f"on{name}", name, Gamma) for name, Gamma in zip(names[1:], Gammas[1:], strict=True)]
    leads = [Lead(name=name, dot=dot, Gamma=Gamma, temperature=kelvin) for name, dot, Gamma in widths]
    return Junction(device=Device(dots=tuple(names), repulsion=repulsion, levels=levels, **more), leads=leads)


@st.composite
def free_dots(draw, count):
    Gammas = [draw(st.floats(0.2, 1.0)) for _ in range(count)]
    levels = [draw(st.floats(-1.5, 1.5)) for _ in range(count)]
    return Gammas, levels, [draw(st.floats(0.03, 2.0)) for _ in range(2)]


def check_free(Gammas, levels, kT, accuracy, times):
    kelvin = sorted({round(each / K_B, 6) for each in kT})
    junction = dots(levels, np.zeros((len(levels),) * 2), Gammas)
    found = linear_conductance(junction, {"temperature": kelvin}, accuracy=accuracy)
    for number, each in enumerate(kelvin):
        at = found.isel(temperature=number)
        g, _ = free_level(levels[0], Gammas[0], K_B * each)
        assert abs(float(at["conductance"]) - 4 * (1 / 3) * (2 / 3) * g) < times * float(at["conductance_error"])
        for dot in range(len(levels)):
            n = free_level(levels[dot], Gammas[dot], K_B * each)[1]
            assert abs(float(at["occupation"][dot]) - n) < times * float(at["occupation_error"][dot]) + 1e-4


@settings(max_examples=4)
@given(free_dots(2))
def test_free_levels_are_exact(drawn):
    """Twice the error at most, whatever the couplings, levels and temperatures of two dots without repulsion."""
    check_free(*drawn, accuracy=0.05, times=2)


@pytest.mark.thorough
@settings(max_examples=3)
@given(free_dots(2))
def test_free_levels_are_exact_to_a_part_in_hundred(drawn):
    check_free(*drawn, accuracy=0.01, times=2)


@pytest.mark.thorough
@settings(max_examples=2)
@given(free_dots(3))
def test_three_free_levels_are_exact(drawn):
    check_free(*drawn, accuracy=0.05, times=2)


def test_at_low_temperature_charges_say_the_conductance():
    """Friedel's sum rule, g = sin²(π⟨n⟩) at T → 0, for two dots that repel each other by three widths."""
    junction = dots([-0.4, -0.1], [[0, 0.6], [0.6, 0]], [0.2, 0.3], kelvin=2e-3)
    found = linear_conductance(junction, {}, options=NrgOptions(kept=250))
    expected = 8 / 9 * np.sin(np.pi * float(found["occupation"].sel(dot="A"))) ** 2
    assert float(found["conductance"]) == pytest.approx(expected, rel=0.01)


def test_particles_and_holes_conduct_alike():
    """About the centre of the pair's vertex: G(aV) = G(-aV), n → 1 - n."""
    rough = NrgOptions(kept=150, twists=2, steps=(0.36,))  # the symmetry is exact at any number of states
    at = [linear_conductance(published(), {"V": V}, origin="centre", options=rough) for V in (0.04, -0.04)]
    assert float(at[0]["conductance"]) == pytest.approx(float(at[1]["conductance"]), rel=1e-6)
    np.testing.assert_allclose(at[0]["occupation"], 1 - at[1]["occupation"], atol=1e-8)


def test_weak_couplings_conduct_by_lowest_order():
    """T-matrix rates are exact for Γ → 0: at Γ = 0.02 k_BT they differ by order Γ/k_BT, at a level in resonance."""
    junction = dots([0.01, -0.05], [[0, 0.3], [0.3, 0]], [0.002, 0.001], kelvin=0.1 / K_B)
    found = linear_conductance(junction, {}, accuracy=0.05)
    source = Lead(name="S", dot="A", Gamma=0.002 / 3, temperature=0.1 / K_B, bias=1.0)
    biased = Junction(device=junction.device, leads=[source, *junction.leads[1:]])
    rates = differential_conductance(biased, {}, processes="1e")
    assert float(found["conductance"]) == pytest.approx(float(rates["conductance"]), rel=0.02)


def test_a_dot_with_spin_is_two_dots():
    U, Gamma, kelvin = 0.5, 0.2, 0.05
    spinful = Junction(
        device=Device(dots=("A",), repulsion=[[U]], levels=[-0.2], max_electrons=2, spin=True),
        leads=[
            Lead(name=name, dot="A", Gamma=Gamma * part, temperature=kelvin)
            for name, part in (("S", 1 / 3), ("D", 2 / 3))
        ],
    )
    two = dots([-0.2, -0.2], [[0, U], [U, 0]], [Gamma, Gamma], kelvin)
    one, other = (linear_conductance(each, {}, accuracy=0.05) for each in (spinful, two))
    assert float(one["conductance"]) == 2 * float(other["conductance"])
    assert float(one["occupation"].sum()) == pytest.approx(float(other["occupation"].sum()), rel=1e-12)


def test_kondo_scale_of_the_anderson_model():
    """Two dots with the same Γ are its two spins: χ T_L = 1/4, from the charges in a small field, far below T_L."""
    U, Gamma = 1.0, 0.25
    scale = kondo_temperature(U, Gamma)
    field = 0.05 * scale
    junction = dots([-U / 2 - field / 2, -U / 2 + field / 2], [[0, U], [U, 0]], [Gamma, Gamma], 0.02 * scale / K_B)
    found = linear_conductance(junction, {}, options=NrgOptions(kept=250))
    moment = float(found["occupation"][0] - found["occupation"][1]) / 2
    assert 4 * moment / field * scale == pytest.approx(1.0, abs=0.015)
    assert float(found["conductance"]) == pytest.approx(8 / 9, rel=0.01)


@pytest.mark.parametrize(
    ("scale", "T", "expected"),
    [(1.0, 0.131864, 0.167821), (0.3, 0.0761317, 0.026483)],
)
def test_the_pair_junction_against_another_exact_method(scale, T, expected):
    """A hierarchy of equations of motion (recorded, depth 4 to 5), centre of the vertex."""
    found = linear_conductance(published(scale), {"V": 0.0, "temperature": T / K_B}, origin="centre", accuracy=0.05)
    assert abs(float(found["conductance"]) - expected) < 2 * float(found["conductance_error"])
    assert float(found["conductance_error"]) < 0.05 * expected


def test_with_too_few_states_the_error_says_so():
    """Three dots with 300 states are 5 % low at the experiment's couplings, whatever half of them give."""
    few = NrgOptions(kept=300, twists=2, steps=(0.36,))
    found = linear_conductance(published(), {"V": 0.0, "temperature": 3.0}, origin="centre", options=few)
    assert abs(float(found["conductance"]) - 0.1444) < float(found["conductance_error"])
    assert float(found["conductance_error"]) > 0.07 * (1000 / 300 - 1) * float(found["conductance"])


def test_axes_are_points_one_by_one():
    junction = dots([0.0, 0.1], [[0, 0.3], [0.3, 0]], [0.2, 0.1])
    fast = NrgOptions(kept=60, twists=2, steps=(0.36,))
    axes = {"Gamma_onB": [0.1, 0.2], "temperature": [0.5, 0.1], "U_AB": [0.2, 0.3, 0.4]}
    found = linear_conductance(junction, axes, options=fast)
    assert found["conductance"].dims == tuple(axes)
    assert found["occupation"].dims == ("dot", *axes)
    assert found["temperature"].attrs["units"] == "K"
    here = {"Gamma_onB": 0.2, "temperature": 0.1, "U_AB": 0.4}
    alone = linear_conductance(junction, here, options=fast)
    for name in ("conductance", "conductance_error", "occupation"):
        np.testing.assert_allclose(found[name].sel(here), alone[name], rtol=1e-9)


def test_accuracy_that_is_not_reached_is_marked():
    junction = dots([0.3, 0.1], [[0, 0.3], [0.3, 0]], [0.05, 0.1], kelvin=0.05)
    rough = linear_conductance(junction, {}, accuracy=1e-4, options=NrgOptions(kept=60, twists=2, steps=(0.36,)))
    assert int(rough["status"]) == 1
    assert "error above accuracy".replace(" ", "_") in rough["status"].attrs["flag_meanings"]
    assert "At 1 of 1 points the error is above 0.01 %" in rough.attrs["validity"]


def test_a_lead_alone_on_its_dot_carries_nothing():
    junction = dots([0.0, 0.1], [[0, 0.3], [0.3, 0]], [0.2, 0.1])
    alone = Junction(device=junction.device, leads=junction.leads, source="onB")
    found = linear_conductance(alone, {}, options=NrgOptions(kept=60, twists=2))
    assert float(found["conductance"]) == 0
    assert "the only lead on B" in found.attrs["validity"]


def test_hot_dots_take_a_wider_band():
    """A free level far below k_BT: πΓ/8k_BT times the share of its leads."""
    found = linear_conductance(dots([0.0], [[0.0]], [0.001]), {"temperature": [1.0, 20.0]}, accuracy=0.05)
    expected = [8 / 9 * free_level(0.0, 0.001, K_B * kelvin)[0] for kelvin in (1.0, 20.0)]
    np.testing.assert_allclose(found["conductance"], expected, rtol=0.02)


PLAIN = dots([0.0, 0.1], [[0, 0.3], [0.3, 0]], [0.2, 0.1])


def changed(**values):
    return Junction(
        device=PLAIN.device,
        leads=[Lead(**{**{"name": "S", "dot": "A", "Gamma": 0.1, "temperature": 0.1}, **values}), *PLAIN.leads[1:]],
    )


@pytest.mark.parametrize(
    ("junction", "axes", "options", "words"),
    [
        (PLAIN, {"V_SD": 0.1}, {}, "be left out, since the linear conductance"),
        (PLAIN, {"Gamma_X": 0.1}, {}, "name a knob of the model"),
        (PLAIN, {"Gamma_S": -0.1}, {}, "positive"),
        (PLAIN, {"temperature": [0.0, 1.0]}, {}, "positive"),
        (PLAIN, {}, {"method": "rates"}, "method"),
        (PLAIN, {}, {"accuracy": 2}, "relative error between 0 and 1"),
        (PLAIN, {}, {"options": 3}, "NrgOptions"),
        (PLAIN, {"temperature": 100.0}, {"options": NrgOptions(band=10.0)}, "lie between"),
        (changed(temperature=0.2), {}, {}, "have one temperature"),
        (changed(mu=0.2), {}, {}, "one chemical potential"),
        (dots([0.0] * 5, np.zeros((5, 5)), [0.1] * 5), {}, {}, "at most 4 channels"),
        (dots([0.0] * 3, np.zeros((3, 3)), [0.1] * 3, spin=True, max_electrons=2), {}, {}, "at most 4 channels"),
        (dots([0.0], [[0.0]], [0.1], spin=True), {}, {}, "be 2 on every dot with spin"),
        (dots([0.0], [[0.0]], [0.1], max_electrons=2), {}, {}, "be 1 on every dot without spin"),
        (
            Junction(device=PLAIN.device, leads=PLAIN.leads[:2]),
            {},
            {},
            "be on every dot",
        ),
    ],
)
def test_bad_input_is_refused(junction, axes, options, words):
    with pytest.raises(InputError, match=words):
        linear_conductance(junction, axes, **options)


@pytest.mark.parametrize(
    "bad",
    [
        {"Lambda": 1.0},
        {"kept": 3},
        {"twists": 3},
        {"band": -1.0},
        {"band_ratio": 0.0},
        {"steps": ()},
        {"steps": (0.9,)},
    ],
)
def test_bad_options_are_refused(bad):
    with pytest.raises(InputError, match=next(iter(bad))):
        NrgOptions(**bad)
