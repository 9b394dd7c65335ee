"""The coupling measured with its cut-off, √c|y|, and an infrared length: against SciPy's dense integration."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar

from attractron.core.errors import InputError
from attractron.wires import (
    CoupledWires,
    Frozen,
    Scheme,
    Sharp,
    Tanh,
    crossover_temperatures,
    flow,
    phase_diagram,
    phase_name,
)
from tests.wires.oracle import Problem
from tests.wires.random_wires import CUTOFFS, random_flow

FIG_5 = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1)
FIG_4 = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12)
MEASURED = {"strong_coupling": "with_cutoff", "stop": "both"}


def dense(problem: Problem, end: float) -> tuple[np.ndarray, object]:
    """SciPy's flow up to `end` or y_s = ±50, with a look at least every 0.02: points of l, and the solution."""

    def pole(ell, state):
        return math.hypot(state[0], state[1]) - 50.0

    pole.terminal = True
    found = solve_ivp(
        problem, (0.0, end), problem.start, "DOP853", rtol=1e-11, atol=1e-13, dense_output=True, events=pole
    )
    return np.linspace(0.0, found.t[-1], 2 + int(50 * found.t[-1])), found.sol


def strength(problem: Problem, which: int, ell: np.ndarray, solution: object) -> np.ndarray:
    """ln √c_i|y_i|."""
    ln_c = -np.logaddexp(0.0, 2 * (ell - problem.l_star[which]) / problem.chi)
    return solution(ell)[3 + which] + (0.0 if math.isinf(problem.l_star[which]) else ln_c / 2)


def first_rise(values: np.ndarray, ell: np.ndarray, function: object) -> float:
    """The first zero of a function from below among points."""
    if values[0] >= 0:
        return 0.0
    crossed = np.flatnonzero(values >= 0)
    if not crossed.size:
        return math.inf
    return float(brentq(function, ell[crossed[0] - 1], ell[crossed[0]], xtol=1e-13))


def expected(wires: CoupledWires, name: str, chi: float, threshold: float, end: float = 60.0, **options: str):
    """l_spin and l_trion up to `end` by SciPy, and the l that it reached."""
    problem = Problem(wires, name, chi, **options)
    ell, solution = dense(problem, end)
    spins = np.hypot(*solution(ell)[:2]) - 1
    spin = first_rise(spins, ell, lambda at: math.hypot(*solution(at)[:2]) - 1)
    trion = [
        first_rise(
            strength(problem, which, ell, solution) - math.log(threshold),
            ell,
            lambda at, which=which: float(strength(problem, which, at, solution)) - math.log(threshold),
        )
        for which in np.flatnonzero(problem.present)
    ]
    return spin, min(trion, default=math.inf), float(ell[-1])


@pytest.mark.parametrize(
    ("l_star", "spin", "trion"), [(2, 4.424e-4, 1.035e-6), (3, 4.721e-3, 1.991e-3), (4, 1.117e-2, 2.214e-2)]
)
def test_scales_of_fig_5_by_scipy(l_star, spin, trion):
    """With the paper's parameters: paired first at l* = 3, trions at once at l* = 4."""
    wires = FIG_5.with_parameters(mismatch=math.exp(-l_star))
    l_spin, l_trion, _ = expected(wires, "tanh", 1.5, 1.0)
    scales = math.exp(-l_spin), math.exp(-l_trion) / (1 + math.exp(2 * (l_trion - l_star) / 1.5))
    assert scales == (pytest.approx(spin, rel=4e-4), pytest.approx(trion, rel=4e-4))
    found = crossover_temperatures(wires, {}, strong_coupling="with_cutoff")
    assert float(found.spin_scale) == pytest.approx(scales[0], rel=1e-9)
    assert float(found.trion_scale) == pytest.approx(scales[1], rel=1e-9)


def test_random_flows_cross_where_scipy_does():
    """No crossing is stepped over: SciPy looks every 0.02, and thresholds are drawn around the maximum at l*."""
    rng, seen = np.random.default_rng(5), set()
    for _ in range(100):
        wires, name, chi, options = random_flow(rng)
        if name == "sharp":
            continue
        threshold = float(rng.uniform(0.05, 2.0))
        scheme = Scheme(cutoff=CUTOFFS[name](chi), y_threshold=threshold, **MEASURED, **options)
        l_spin, l_trion, end = expected(wires, name, chi, threshold, **options)
        found = flow(wires, scheme=scheme, axes={"l": [0.0]})
        for own, by_scipy in ((float(found.l_spin), l_spin), (float(found.l_trion), l_trion)):
            if by_scipy == math.inf:
                assert own > end * (1 - 1e-6), (wires, name, chi, threshold, options)
            else:
                assert own == pytest.approx(by_scipy, rel=1e-7, abs=1e-9), (wires, name, chi, threshold, options)
        locked = l_trion < -math.log(wires.mismatch) and wires.y_2 == 0.0
        if locked and l_trion < l_spin:
            assert phase_name(found) == "trion"
        seen.add((l_spin < math.inf, l_trion < math.inf))
    assert len(seen) == 4


@given(
    y=st.floats(1e-9, 0.3),
    K=st.floats(0.3, 0.8),
    chi=st.floats(0.3, 1.5),
    l_star=st.floats(0.5, 12.0),
    above=st.booleans(),
)
@example(y=1e-9, K=0.8, chi=0.3, l_star=12.0, above=False)  # long steps: the maximum at l* lies in one of them
@example(y=1e-9, K=0.8, chi=0.3, l_star=12.0, above=True)
@example(y=0.015625, K=0.3046875, chi=1.265625, l_star=2.0, above=False)  # a flat one
def test_a_maximum_that_just_reaches_the_threshold_counts(y, K, chi, l_star, above):
    """√c y rises to a maximum near l* and falls: a threshold 1e-6 below it is crossed, one 1e-6 above is not there."""
    wires = CoupledWires(K_c=0.9, K=K, y_s=0.1, y=y, upsilon=0.12, mismatch=math.exp(-l_star))
    problem = Problem(wires, "tanh", chi)
    ell, solution = dense(problem, l_star + 3 * chi)
    values = strength(problem, 0, ell, solution)
    top = int(np.argmax(values))
    assume(0 < top < len(ell) - 1)
    assume(np.hypot(*solution(ell)[:2]).max() < 0.9)
    found = minimize_scalar(
        lambda at: -float(strength(problem, 0, at, solution)),
        bounds=(ell[top - 1], ell[top + 1]),
        method="bounded",
        options={"xatol": 1e-9},
    )
    threshold = math.exp(-found.fun + (1e-6 if above else -1e-6))
    own = flow(wires, cutoff=Tanh(chi), y_threshold=threshold, axes={"l": [0.0]}, **MEASURED)
    if above:
        assert float(own.l_trion) > ell[-1]
    else:
        reached = float(strength(problem, 0, np.array([float(own.l_trion)]), solution)[0])
        assert reached == pytest.approx(-found.fun - 1e-6, abs=1e-7)
        assert float(own.l_trion) <= found.x


@given(seed=st.integers(0, 2**32 - 1), threshold=st.floats(1e-3, 30.0))
def test_every_measured_flow_ends(seed, threshold):
    """Both scales are known, and with the cut-off a coupling is strong no earlier than without."""
    wires, name, chi, options = random_flow(np.random.default_rng(seed))
    common = {"cutoff": CUTOFFS[name](chi), "y_threshold": threshold, "stop": "both", "axes": {"l": [0.0]}, **options}
    bare, measured = (flow(wires, strong_coupling=measure, **common) for measure in ("bare", "with_cutoff"))
    assert not math.isnan(float(measured.l_trion))
    assert not math.isnan(float(measured.l_spin))
    assert float(measured.l_trion) >= float(bare.l_trion) * (1 - 1e-12)
    assert float(measured.l_spin) == pytest.approx(float(bare.l_spin), rel=1e-9)


def test_commensurate_wires_do_not_know_the_measure():
    for cutoff in (Tanh(), Sharp(), Frozen()):
        bare, measured = (
            flow(FIG_5, cutoff=cutoff, stop="both", strong_coupling=each) for each in ("bare", "with_cutoff")
        )
        assert bare.drop_attrs().equals(measured.drop_attrs())


def test_a_sharp_cut_off_leaves_nothing_to_measure():
    """Before l* both measures are one; beyond it c = 0, and y is never strong."""
    for l_star, trion in ((5.0, True), (2.0, False)):
        wires = FIG_5.with_parameters(mismatch=math.exp(-l_star))
        bare, measured = (
            flow(wires, cutoff=Sharp(), stop="both", strong_coupling=each) for each in ("bare", "with_cutoff")
        )
        assert math.isfinite(float(bare.l_trion))
        assert math.isfinite(float(measured.l_trion)) == trion
        if trion:
            assert float(measured.l_trion) == float(bare.l_trion) < l_star
    strong = FIG_5.with_parameters(y=2.0, mismatch=1.0)
    assert math.isinf(float(flow(strong, cutoff=Sharp(), **MEASURED).l_trion))


@given(seed=st.integers(0, 2**32 - 1), l_max=st.floats(0.3, 60.0), measure=st.sampled_from(["bare", "with_cutoff"]))
def test_an_infrared_length_hides_the_scales_beyond_it_and_no_others(seed, l_max, measure):
    wires, name, chi, options = random_flow(np.random.default_rng(seed))
    common = {"cutoff": CUTOFFS[name](chi), "strong_coupling": measure, "axes": {"l": [0.0]}, **options}
    for stop in ("first", "both"):
        whole, cut = (flow(wires, l_max=end, stop=stop, **common) for end in (math.inf, l_max))
        scales = [float(whole[each]) for each in ("l_spin", "l_trion")]
        decided = scales[1 if phase_name(whole) == "trion" else 0]
        assume(all(not abs(scale - l_max) < 1e-6 for scale in scales))
        assert phase_name(cut) == (phase_name(whole) if decided < l_max else "decoupled")
        if stop == "both":
            hidden = [scale if scale < l_max else math.inf for scale in scales]
            assert [float(cut[each]) for each in ("l_spin", "l_trion")] == pytest.approx(hidden, rel=1e-10)


@pytest.mark.parametrize(("l_max", "share"), [(20.0, 0.096), (30.0, 0.044), (math.inf, 0.0)])
def test_the_decoupled_phase_at_strong_repulsion_belongs_to_a_finite_length(l_max, share):
    """K⁰ = 0.4 of Fig. 4 under the tanh: shares of the window integrated independently of this code."""
    axes = {"mismatch": np.linspace(0.005, 0.9, 100), "y": np.linspace(0.01, 0.6, 100)}
    found = phase_diagram(FIG_4, axes, cutoff=Tanh(1.5), l_max=l_max)
    assert float((found.phase == 0).mean()) == pytest.approx(share, abs=0.002)


def test_a_trajectory_ends_at_the_infrared_length():
    found = flow(FIG_4.with_parameters(mismatch=0.8), l_max=5.0, axes={"l": np.linspace(0.0, 10.0, 21)})
    assert (np.isfinite(found.running_y_s) == (found.l <= 5.0)).all()
    assert float(flow(FIG_4.with_parameters(mismatch=0.8), l_max=5.0).l[-1]) == 5.0
    assert "l_max = 5" in found.attrs["validity"]


@pytest.mark.parametrize("y_s", [0.0, 1e-320, 0.1])
@pytest.mark.parametrize("measure", ["bare", "with_cutoff"])
def test_a_tiny_coupling_grows_all_the_same(y_s, measure):
    """Far below one the flow of ln y is linear with the exponent x at K_s = 1 + y_s/2 → 1: l_trion(y) - l_trion(y') =
    ln(y'/y)/x for y_s = 0, and with y_s = 1/w another (3/4x) ln(1 + l/w), of ∫ 3y_s/4 dl, comes to it: but for what is
    left of y_s where y is of order one, 1/(l + w) there, 0.02 at most."""
    wires = CoupledWires(K_c=0.9, K=0.4, y_s=y_s, y=1e-10, upsilon=0.12)
    x = 1.5 - wires.dimensions[0]

    def l_trion(y):
        found = flow(wires.with_parameters(y=y), strong_coupling=measure, axes={"l": [0.0]})
        assert phase_name(found) == "trion"
        return float(found.l_trion)

    near = l_trion(1e-10)
    for y in (1e-160, 1e-200, 1e-300):
        ell = l_trion(y)
        slower = 0.75 * math.log((1 + y_s * ell) / (1 + y_s * near))
        assert x * (ell - near) == pytest.approx(math.log(1e-10 / y) + slower, rel=1e-9, abs=0.2 * y_s)


def test_a_tiny_coupling_still_pairs_where_the_cut_off_does_not_stop_it():
    """x > 1/χ: the source c y² grows from below the range of numbers, until y_s < 0."""
    found = flow(CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=1e-200, upsilon=0.12, mismatch=0.9), stop="both")
    assert phase_name(found) == "paired"
    assert 600 < float(found.l_trion) < float(found.l_spin) < math.inf


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strong_coupling": "cut"}, "`strong_coupling` must be one of bare, with_cutoff: got 'cut'"),
        ({"l_max": 0.0}, "`l_max` must be positive: got 0"),
        ({"l_max": math.nan}, "`l_max` must be finite"),
        ({"l_max": -math.inf}, "`l_max` must be finite"),
    ],
)
def test_bad_input(options, message):
    with pytest.raises(InputError, match=message):
        flow(FIG_4, **options)
