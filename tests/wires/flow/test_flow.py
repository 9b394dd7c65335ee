"""Flows: reference flows, an independent integration, closed forms and symmetries."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import parameters_of
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, flow, phase_name
from tests.wires.oracle import Problem, ending
from tests.wires.random_wires import CUTOFFS, random_flow

DATA = Path(__file__).parents[1] / "data"
EXAMPLE = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12, mismatch=0.1)


def table(name):
    content = json.loads((DATA / name).read_text(encoding="utf-8"))
    return [dict(zip(content["columns"], row, strict=True)) for row in content["flows"]], content


def where(result):
    """l of the event that decided."""
    return {"trion": float(result.l_trion), "decoupled": None}.get(phase_name(result), float(result.l_spin))


def end_only(wires, **options):
    return flow(wires, axes={"l": [0.0]}, **options)


def test_reference_flows_on_the_line():
    entries, _ = table("flows.json")
    assert len(entries) == 126
    for entry in entries:
        wires = CoupledWires(
            K_c=entry["K_c0"],
            K=entry["K0"],
            y_s=entry["y_s0"],
            y=entry["y0"],
            upsilon=entry["upsilon"],
            mismatch=math.exp(-entry["l_star"]),
        )
        result = end_only(wires, cutoff=CUTOFFS[entry["scheme"]](entry["chi"]))
        assert phase_name(result) == entry["phase"]
        assert where(result) == (None if entry["l"] is None else pytest.approx(entry["l"], rel=1e-9))


def test_reference_flows_off_the_line():
    entries, content = table("flows_general.json")
    assert len(entries) == 103
    fixed = content["parameters"]
    for entry in entries:
        wires = CoupledWires(
            K_c=0.9,
            K=fixed["K0"],
            K_s=fixed["Ks0"],
            y_s=fixed["ys0"],
            y=entry["y0"],
            upsilon=fixed["v"],
            mismatch=math.exp(-entry["lstar"]),
        )
        assert wires.K_c_tilde == pytest.approx(fixed["Kc0"], rel=1e-12)
        result = flow(wires, spin="published")
        assert phase_name(result) == {1: "paired", 2: "trion"}[entry["code"]]
        assert where(result) == pytest.approx(entry["l_stop"], abs=1e-9)
        last = result.isel(l=-1)
        for name, column in (("y_s", "ys"), ("K_s", "Ks"), ("K_tilde", "K"), ("K_c_tilde", "Kc")):
            assert float(last[f"running_{name}"]) == pytest.approx(entry[column], rel=1e-8, abs=1e-9)
        assert float(last.running_y) == pytest.approx(entry["y"], rel=1e-8)
        assert float(result.K_tilde_end) == pytest.approx(entry["K"], rel=1e-8)


@pytest.mark.parametrize(
    ("K", "upsilon", "chi", "y_s", "y", "l_star", "l_spin", "l_trion", "phase"),
    [
        (0.6, 0.15, 1.0, 0.15, 0.12, 3, 20.45086, 3.77922, "paired"),
        (0.6, 0.15, 1.0, 0.15, 0.12, 2, math.inf, 3.87724, "decoupled"),
        (0.4, 0.10, 1.5, 0.10, 0.10, 3, 5.355637, 3.226176, "paired"),
        (0.4, 0.10, 1.5, 0.10, 0.10, 5, 4.240670, 3.196641, "trion"),
    ],
)
def test_both_scales(K, upsilon, chi, y_s, y, l_star, l_spin, l_trion, phase):
    wires = CoupledWires(K_c=0.85, K=K, y_s=y_s, y=y, upsilon=upsilon, mismatch=math.exp(-l_star))
    result = flow(wires, cutoff=Tanh(chi), stop="both", Lambda=10.0)
    assert phase_name(result) == phase
    assert float(result.l_spin) == pytest.approx(l_spin, abs=6e-6)
    assert float(result.l_trion) == pytest.approx(l_trion, abs=6e-6)
    assert float(result.spin_gap) == pytest.approx(10 * math.exp(-l_spin), rel=1e-5)
    assert float(result.trion_temperature) == pytest.approx(10 * math.exp(-l_trion) / K_B, rel=1e-5)


def test_random_flows_are_those_of_scipy():
    rng = np.random.default_rng(20)
    for _ in range(120):
        wires, name, chi, options = random_flow(rng)
        result = end_only(wires, cutoff=CUTOFFS[name](chi), **options)
        phase, expected = ending(Problem(wires, name, chi, **options))
        assert phase_name(result) == phase, (wires, name, chi, options)
        assert where(result) == (None if expected is None else pytest.approx(expected, rel=1e-8)), (
            wires,
            name,
            chi,
            options,
        )


def test_the_line_is_kept_by_one_form_and_left_by_the_other():
    """At y = 0 and y_s > 0 on the SU(2) line y_s is marginally irrelevant; (16b) as published runs to y_s = +1."""
    for y_s, length in ((0.1, 114.7), (0.2, 39.8)):
        wires = CoupledWires(K_c=0.9, K=0.4, K_s=1 + y_s / 2, y_s=y_s, y=0.0)
        kept, drifting = flow(wires, axes={"l": [0, 100, 1e6]}), flow(wires, spin="published")
        assert phase_name(kept) == "decoupled"
        np.testing.assert_allclose(kept.running_y_s, y_s / (1 + y_s * kept.l), rtol=1e-10)
        np.testing.assert_array_equal(kept.running_K_s, 1 + kept.running_y_s / 2)
        assert phase_name(drifting) == "triplet"
        assert float(drifting.l_spin) == pytest.approx(length, abs=0.05)
        invariant = drifting.running_y_s**2 / 2 - 4 * (1 / drifting.running_K_s + np.log(drifting.running_K_s))
        np.testing.assert_allclose(invariant, invariant[0], rtol=1e-11)


def test_the_line_is_kept_with_the_other_wire():
    on = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, K_s=1.05, y=0.05, y_2=0.1, upsilon=0.3, mismatch=0.02)
    result = flow(on, feedback="complete")
    np.testing.assert_array_equal(result.running_K_s, 1 + result.running_y_s / 2)
    assert result.attrs["options"] == flow(on.with_parameters(K_s=None), feedback="complete").attrs["options"]


@given(st.floats(0.5, 1.5), st.floats(-0.9, 0.9), st.floats(0.3, 1.2))
def test_without_the_other_wire_the_flow_is_kosterlitz_and_thouless(K_s, y_s, threshold):
    """X² - y_s² is kept; gap if and only if X < |y_s|; tan and tanh give the length."""
    wires = CoupledWires(K_c=0.9, K=0.4, y_s=y_s, K_s=K_s, y=0.0)
    X = 2 * (K_s - 1)
    if abs(abs(X) - abs(y_s)) < 1e-3 or abs(y_s) < 1e-3 or abs(y_s) > 0.9 * threshold:
        return
    result = end_only(wires, ys_threshold=threshold)
    A = X * X - y_s * y_s
    if abs(y_s) < X:
        assert phase_name(result) == "decoupled"
        return
    assert phase_name(result) == ("paired" if y_s < 0 else "triplet")
    end, a = -math.sqrt(threshold**2 + A), math.sqrt(abs(A))
    length = (math.atan(X / a) - math.atan(end / a)) / a if A < 0 else (math.atanh(a / end) - math.atanh(a / X)) / a
    assert float(result.l_spin) == pytest.approx(length, rel=1e-8)


def test_no_largest_l_enters():
    """The critical y of this point tends to 0.18068 as an l_max of 30, 60, 200 gives 0.2046, 0.1929, 0.1844: with y_s =
    1/w below threshold such a run misses pairs whose l = w + … is longer, and 1/(y - y_c) is the l to come."""
    wires = CoupledWires(K_c=0.85, K=0.6, y_s=0.15, y=0.1, upsilon=0.15, mismatch=math.exp(-2))

    def l_spin(y):
        return float(end_only(wires.with_parameters(y=y), cutoff=Tanh(1.0)).l_spin)

    for l_max, y in ((30, 0.2046), (60, 0.1929), (200, 0.1844)):
        assert l_spin(y - 2e-4) > l_max > l_spin(y + 2e-4)
    low, high = 0.15, 0.2
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (middle, high) if math.isinf(l_spin(middle)) else (low, middle)
    assert low == pytest.approx(0.18068, abs=1e-5)
    distances = np.array([1e-6, 1e-7, 1e-8])
    np.testing.assert_allclose(np.diff(np.log([l_spin(high + d) for d in distances])), math.log(10), rtol=0.01)


@given(st.integers(0, 2**32 - 1))
def test_exchanging_the_couplings_is_exchanging_the_carriers(seed):
    """Q → -Q with y_1 ↔ y_2."""
    wires, name, chi, options = random_flow(np.random.default_rng(seed))
    wires = wires.with_parameters(y_2=0.15)
    other = wires.with_parameters(
        y=wires.y_2,
        y_2=wires.y,
        mismatch=wires.mismatch_2,
        mismatch_2=wires.mismatch,
        carriers="particles" if wires.carriers == "holes" else "holes",
    )
    first, second = (end_only(each, cutoff=CUTOFFS[name](chi), **options) for each in (wires, other))
    assert phase_name(first) == phase_name(second)
    for quantity in ("l_spin", "l_trion", "K_c_tilde_end", "K_tilde_end"):
        assert float(first[quantity]) == pytest.approx(float(second[quantity]), rel=1e-7, nan_ok=True)
    assert float(first.Q_end) == pytest.approx(-float(second.Q_end), rel=1e-7, abs=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_the_sign_of_y_is_a_shift_of_the_field(seed):
    wires, name, chi, options = random_flow(np.random.default_rng(seed))
    other = wires.with_parameters(y=-wires.y, y_2=-wires.y_2)
    first, second = (end_only(each, cutoff=CUTOFFS[name](chi), **options) for each in (wires, other))
    assert first.drop_attrs().equals(second.drop_attrs())


def test_a_phase_between_the_spins_turns_pairing_round():
    """θ → 2π - θ changes nothing; θ = π pushes y_s up where 0 pulled it down; and only there do both forms agree on
    the rate of θ, so that they are the same without any, and differ with one."""
    wires = CoupledWires(K_c=0.9, K=0.4, K_s=1.05, y_s=0.1, y=0.2, mismatch=0.3)
    pulled, pushed = (end_only(wires.with_parameters(theta=theta)) for theta in (0.0, math.pi))
    assert (phase_name(pulled), phase_name(pushed)) == ("paired", "triplet")
    for theta in (0.0, 1.0):
        turned = wires.with_parameters(theta=theta)
        published, complete = (end_only(turned, phase_factor=form) for form in ("published", "complete"))
        assert (float(published.l_spin) == float(complete.l_spin)) == (theta == 0.0)
        mirrored = end_only(turned.with_parameters(theta=2 * math.pi - theta), phase_factor="complete")
        assert float(mirrored.l_spin) == pytest.approx(float(complete.l_spin), rel=1e-9)
    assert "running_theta" in flow(wires.with_parameters(theta=1.0), phase_factor="complete")


def test_an_attraction_far_below_rounding_still_pairs():
    """(1 + l)² overflows for l = 1/|y_s| = 1e200: the closed form is exact without a source all the same."""
    result = end_only(CoupledWires(K_c=0.9, K=1.0, y_s=-1e-200, y=0.0), stop="both")
    assert phase_name(result) == "paired"
    assert float(result.l_spin) == pytest.approx(1e200)


@pytest.mark.parametrize(("y_s", "angle"), [(-1e-11, math.pi / 2), (-1e-100, 1.0), (-1e-284, 1.0)])
def test_so_does_one_by_the_published_form(y_s, angle):
    """l = 1/|y_s| on the SU(2) line, which K_s = 1 is to rounding for the smaller two, and π/2|y_s| at X = 0."""
    wires = CoupledWires(K_c=0.9, K=1.0, y_s=y_s, y=0.0, K_s=1.0)
    assert float(end_only(wires, spin="published").l_spin) == pytest.approx(angle / abs(y_s), rel=1e-9)


@given(
    K=st.floats(0.05, 2.5),
    y_s=st.one_of(st.sampled_from([0.0, 0.1, -0.1, 1e-9, -1e-9]), st.floats(-1.2, 1.2)),
    y=st.sampled_from([0.0, 1e-12, 0.01, 0.5, 1.2]),
    y_2=st.sampled_from([0.0, 0.3]),
    K_s=st.one_of(st.none(), st.just(1.0), st.floats(0.5, 2.0)),
    mismatch=st.sampled_from([0.0, 1e-300, 0.1, 1.0]),
    theta=st.sampled_from([0.0, 2.0]),
    cutoff=st.sampled_from([Tanh(), Tanh(0.3), Sharp(), Frozen()]),
    spin=st.sampled_from(["line-preserving", "published"]),
    phase_factor=st.sampled_from(["published", "complete"]),
)
def test_every_flow_ends_with_both_scales_known(K, y_s, y, y_2, K_s, mismatch, theta, cutoff, spin, phase_factor):
    free = K_s is not None
    wires = CoupledWires(
        K_c=0.9, K=K, y_s=y_s, y=y, y_2=y_2, K_s=K_s, mismatch=mismatch, upsilon=-0.4, theta=theta if free else 0.0
    )
    options = {"cutoff": cutoff, "spin": spin if free else "line-preserving", "phase_factor": phase_factor}
    result = end_only(wires, stop="both", **options)
    assert not np.isnan(result.l_spin)
    assert not np.isnan(result.l_trion)
    assert phase_name(result) == phase_name(end_only(wires, **options))


def test_a_trajectory_obeys_the_equations():
    """Central differences of the printed trajectory against (16) in the paper's variables, of second order."""
    problem = Problem(EXAMPLE, "tanh", 1.5)
    for h, bound in ((2e-3, 4e-6), (1e-3, 1e-6)):
        result = flow(EXAMPLE, axes={"l": [1.0 - h, 1.0, 1.0 + h]})
        middle = result.isel(l=1)
        state = [
            middle.running_y_s,
            0,
            middle.running_K_s,
            np.log(middle.running_y),
            0,
            1 / middle.running_K_c_tilde,
            0,
            1 / middle.running_K_tilde,
            0,
        ]
        slope = problem(1.0, np.array([float(value) for value in state]))
        columns = [
            result.running_y_s,
            np.log(result.running_y),
            1 / result.running_K_c_tilde,
            1 / result.running_K_tilde,
        ]
        found = [float(column[2] - column[0]) / (2 * h) for column in columns]
        np.testing.assert_allclose(found, slope[[0, 3, 5, 7]], atol=bound)


def test_a_trajectory_ends_at_its_last_event():
    result = flow(EXAMPLE, axes={"l": np.linspace(0, 4, 9)})
    for name in ("running_y", "running_y_2", "running_y_s"):
        assert (np.isfinite(result[name]) == (result.l <= result.l_trion)).all()
    assert float(flow(EXAMPLE).l[-1]) == float(result.l_trion)
    assert parameters_of(result)["Q"] == pytest.approx(0.18)


def test_axes_make_dimensions():
    result = flow(EXAMPLE, axes={"y": [0.1, 0.2, 0.3], "mismatch": [0.5, 0.1], "K": 0.5, "l": [0.0, 0.1]})
    assert result.phase.dims == ("y", "mismatch")
    assert result.running_y_s.dims == ("y", "mismatch", "l")
    one = flow(EXAMPLE.with_parameters(y=0.3, mismatch=0.5, K=0.5), axes={"l": [0.0, 0.1]})
    point = result.isel(y=2, mismatch=0)
    for name in one.data_vars:
        np.testing.assert_array_equal(point[name], one[name])


def test_couplings_that_are_strong_from_the_start_are_marked():
    strong = flow(EXAMPLE.with_parameters(y=1.5))
    assert (phase_name(strong), float(strong.l_trion), bool(strong.bare_strong)) == ("trion", 0.0, True)
    assert "outside perturbation theory" in strong.attrs["validity"]
    paired = flow(EXAMPLE.with_parameters(y_s=-1.5))
    assert (phase_name(paired), float(paired.l_spin), bool(paired.bare_strong)) == ("paired", 0.0, True)
    # Strong, but cut off at once: no trions.
    assert phase_name(flow(EXAMPLE.with_parameters(y=1.5, mismatch=1.0))) == "paired"
    assert not flow(EXAMPLE).bare_strong


def test_a_source_that_is_not_cut_is_marked():
    """x = 3/2 - K̃_c/2 - (1-Q/√2)²K̃ is 0.746 here, more than 1/χ = 2/3 and less than 1/χ = 1."""
    wires = EXAMPLE.with_parameters(mismatch=0.7)
    assert 1.5 - wires.dimensions[0] == pytest.approx(0.746, abs=0.001)
    assert bool(flow(wires).source_grows)
    assert "does not stop the source" in flow(wires).attrs["validity"]
    assert not flow(wires, cutoff=Tanh(1.0)).source_grows
    assert not flow(wires, cutoff=Sharp()).source_grows
    assert not flow(wires, cutoff=Frozen(1.5)).source_grows


@pytest.mark.parametrize(
    ("changes", "options", "message"),
    [
        (
            {},
            {"cutoff": "tanh"},
            r"`cutoff` must be Tanh\(chi\), Sharp\(\), Frozen\(chi\) or a CustomCutoff: got 'tanh'",
        ),
        ({}, {"stop": "last"}, "`stop` must be one of first, both: got 'last'"),
        ({}, {"feedback": "full"}, "`feedback` must be one of published, complete: got 'full'"),
        ({}, {"spin": "free"}, "`spin` must be one of line-preserving, published"),
        ({}, {"phase_factor": "none"}, "`phase_factor` must be one of published, complete"),
        ({}, {"y_threshold": 0.0}, "`y_threshold` must be positive: got 0.0"),
        ({}, {"ys_threshold": -1}, "`ys_threshold` must be positive: got -1.0"),
        ({}, {"Lambda": 0}, "`Lambda` must be positive: got 0.0"),
        ({}, {"spin": "published"}, '`spin` must be "line-preserving" where K_s is None: .*give K_s'),
        ({"V_theta_ratio": 0.0}, {}, r'`feedback` must be "complete" off the line \(13\): got \'published\''),
        ({}, {"axes": {"x": [1]}}, r"`axes\['x'\]` must name a knob of the model \(K_c, K, K_s"),
        ({}, {"axes": {"l": [1, 0]}}, r"`axes\['l'\]` must rise from 0 or later: got 1 to 0"),
        ({}, {"axes": {"mismatch": [0.5, 1.5]}}, r"`mismatch` must lie in \[0, 1\]: got 1.5"),
        ({}, {"axes": {"theta": [0.0, 1.0]}}, r"`theta` must be 0 on the SU\(2\) line"),
    ],
)
def test_bad_input(changes, options, message):
    with pytest.raises(InputError, match=message):
        flow(EXAMPLE.with_parameters(**changes), **options)


def test_bad_cut_offs():
    for cutoff in (Tanh, Frozen):
        with pytest.raises(InputError, match=r"`chi` must be positive: got 0\.0"):
            cutoff(0)
