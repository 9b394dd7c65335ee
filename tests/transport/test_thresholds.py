"""Turn-on lines: by charging energies against the rates' own energies, and as found in maps with known lines."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.transport import current, threshold_lines, turn_on_line
from tests.transport.junctions import published

COUNTS = ("0e", "1e", "2e")


def energy(charges, mu, W, U, mu_P):
    """E(n) of the device, term by term."""
    n_L, n_R, n_P = charges
    return -mu * (n_L + n_R) - mu_P * n_P + W * n_L * n_R + U * (n_L + n_R) * n_P


@settings(deadline=None)
@given(
    W=st.floats(0.0, 1.0),
    attraction=st.floats(0.01, 1.0),
    part=st.floats(0.01, 0.99),
    beta=st.floats(0.0, 0.9),
    alpha_V=st.floats(-1.0, 1.0),
)
def test_lines_are_where_the_process_costs_nothing(W, attraction, part, beta, alpha_V):
    """On the line E(final) - E(initial) = eV - βeV, one source electron having entered P, s electrons having left."""
    U = W + attraction
    mu_P = W + part * (2 * U - 2 * W)
    lines = threshold_lines(W, U, mu_P, beta)
    mu = (U + W) / 2 + alpha_V
    for count, final in zip(COUNTS, ((1, 1, 1), (1, 0, 1), (0, 0, 1)), strict=True):
        line = lines.sel(process=count)
        bias = float(line["intercept"] + line["slope"] * alpha_V)
        cost = energy(final, mu, W, U, mu_P) - energy((1, 1, 0), mu, W, U, mu_P)
        assert cost == pytest.approx((1 - beta) * bias, abs=1e-9)


@settings(deadline=None)
@given(W=st.floats(0.0, 1.0), attraction=st.floats(0.01, 1.0), part=st.floats(0.01, 0.99), beta=st.floats(0.0, 0.9))
def test_each_line_is_the_lowest_from_its_start_on(W, attraction, part, beta):
    U = W + attraction
    lines = threshold_lines(W, U, W + part * (2 * U - 2 * W), beta)
    starts = [float(lines["start"].sel(process=count)) for count in COUNTS]
    assert starts[2] < starts[1] <= starts[0]
    assert lines["start_bias"].sel(process="2e") == pytest.approx(0.0, abs=1e-9)
    ends = {"2e": starts[1], "1e": starts[0], "0e": starts[0] + 1.0}
    for count, start in zip(COUNTS, starts, strict=True):
        middle = (start + ends[count]) / 2
        biases = lines["intercept"] + lines["slope"] * middle
        assert float(biases.sel(process=count)) == pytest.approx(float(biases.min()), abs=1e-9)


def test_the_published_thresholds():
    """At µ_P = U: U, (U-W)/2 + αV, 2αV; the 1e line from ((U-W)/2, U-W) to ((U+W)/2, U): 490 and 925 µeV, W = 435."""
    lines = threshold_lines(0.435, 0.925, 0.925)
    assert lines["slope"].values == pytest.approx([0, 1, 2])
    assert lines["intercept"].values == pytest.approx([0.925, 0.245, 0.0])
    assert lines["start"].values == pytest.approx([0.68, 0.245, 0.0])
    assert lines["start_bias"].values == pytest.approx([0.925, 0.49, 0.0])
    tilted = threshold_lines(0.435, 0.925, 0.925, beta=0.5)
    assert tilted["slope"].values == pytest.approx([0, 2, 4])
    assert float(tilted["intercept"][0]) == pytest.approx(2 * 0.925)  # the tension of Fig. 4b: 2U


def shape(order, x):
    """e^(-x/2) g_k(x): the rate of k electrons together at a cost x, J_k with a constant amplitude, from its integral.

    J_1 = 1/(1 + e^x), J_2 = ∫dy f(y) f(x - y) = x/(e^x - 1), J_3 = ∫dy f(y) J_2(x - y) = (x² + π²)/2(1 + e^x).
    """
    x = np.where(np.abs(x) < 1e-9, 1e-9, x)
    return {1: 1 / (1 + np.exp(x)), 2: x / np.expm1(x), 3: (x**2 + np.pi**2) / 2 / (1 + np.exp(x))}[order]


def test_line_shapes_are_convolutions_of_fermi_functions():
    y = np.linspace(-60, 60, 24001)
    for x in (-3.0, 0.7, 5.0):
        assert np.trapezoid(shape(1, y) * shape(1, x - y), y) == pytest.approx(shape(2, x), rel=1e-8)
        assert np.trapezoid(shape(1, y) * shape(2, x - y), y) == pytest.approx(shape(3, x), rel=1e-8)


def synthetic(order, slope, start, *, temperature=0.2, beta=0.0, steps=201, growth=0.0):
    """A map that turns on along V = start + slope × gate, its amplitude growing by e^(growth × gate)."""
    gate, bias = np.linspace(0.0, 0.3, 13), np.linspace(0.0, 1.0, steps)
    cost = (1 - beta) * (start + slope * gate[:, None] - bias) / (K_B * temperature)
    values = np.exp(growth * gate)[:, None] * shape(order, cost)
    coords = {"alpha_V": ("alpha_V", gate, {"units": "meV"}), "V_SD": bias}
    return xr.DataArray(values, coords, dims=("alpha_V", "V_SD"))


@settings(max_examples=25, deadline=None)
@given(
    order=st.sampled_from([1, 2, 3]),
    slope=st.floats(-1.0, 1.5),
    start=st.floats(0.45, 0.5),
    beta=st.sampled_from([0.0, 0.3]),
    growth=st.floats(-5.0, 5.0),
)
def test_midpoints_find_a_line_of_any_order(order, slope, start, beta, growth):
    found = turn_on_line(
        synthetic(order, slope, start, beta=beta, growth=growth), (0.04, 0.26), temperature=0.2, beta=beta
    )
    assert float(found["slope"]) == pytest.approx(slope, abs=0.01)
    assert float(found["bias"]) == pytest.approx(start + slope * 0.15, abs=1e-3)
    assert float(found["middle"]) == pytest.approx(0.15)


def test_midpoints_converge_with_the_square_of_the_step():
    """Central differences and linear interpolation: halving the step divides the error by 4."""
    errors = []
    for steps in (201, 401, 801):
        found = turn_on_line(synthetic(3, 0.7, 0.4123, steps=steps), (0.0, 0.3), temperature=0.2)
        expected = 0.4123 + 0.7 * found["alpha_V"].values
        errors.append(float(np.sqrt(np.mean((found["turn_on"].sel(estimator="midpoint") - expected) ** 2))))
    assert np.log2(errors[0] / errors[-1]) / 2 == pytest.approx(2.0, abs=0.2)


def test_contours_of_a_line_of_constant_amplitude():
    """With J_1 the mean signal at the midpoints is 1/2 and the tenth of it lies k_BT ln 19 lower."""
    found = turn_on_line(synthetic(1, 0.5, 0.45), (0.0, 0.3), temperature=0.2)
    assert found["estimated_slope"].values == pytest.approx([0.5, 0.5, 0.5], abs=2e-3)
    below = K_B * 0.2 * np.log(19)
    assert found["estimated_bias"].values == pytest.approx(0.525 - np.array([0, 0, below]), abs=1e-3)
    assert float(found["bias_uncertainty"]) == pytest.approx(below, abs=1e-3)


def test_the_uncertainty_is_the_spread_of_the_estimators():
    """A growing amplitude tilts contours, V_level = V_th - k_BT × growth × gate far below threshold, not midpoints."""
    found = turn_on_line(synthetic(1, 0.5, 0.55, growth=10.0), (0.0, 0.3), temperature=0.2)
    slopes = found["estimated_slope"].values
    assert slopes[0] == pytest.approx(0.5, abs=1e-3)
    assert slopes[2] == pytest.approx(0.5 - 10 * K_B * 0.2, abs=0.03)
    assert float(found["slope_uncertainty"]) == pytest.approx(np.abs(slopes[1:] - slopes[0]).max())


@pytest.fixture(scope="module")
def weak():
    """The current of the experiment with couplings × 0.02 at 0.1 K, and its elastic part, over (αV, V_SD)."""
    axes = {"V": np.linspace(0.0, 0.9, 46), "V_SD": np.linspace(0.0, 1.2, 241)[1:]}
    result = current(published(0.02, temperature=0.1), axes, origin="centre")
    return result["current"], result["contribution"].sel(order="elastic", lead="S")


def test_a_weakly_coupled_junction(weak):
    """An independent code read 2.08, 1.03 and 0.00 off this map; thresholds are (U-W)/2 + αV and U.

    The 2e line ends early: the weaker the couplings, the earlier thermally activated steps of lower order, a part
    1/Γ stronger each, overtake the pairs; where those grow by a tenth they move the midpoint by about k_BT.
    """
    total, elastic = weak
    kT = K_B * 0.1
    expected = {(0.02, 0.12): (2.08, 2.0, 0.0), (0.30, 0.62): (1.03, 1.0, 0.245), (0.72, 0.9): (0.0, 0.0, 0.925)}
    for between, (read, slope, start) in expected.items():
        found = turn_on_line(total - elastic, between, temperature=0.1)
        assert float(found["slope"]) == pytest.approx(read, abs=0.05)
        assert abs(float(found["slope"]) - slope) < float(found["slope_uncertainty"]) + 0.01
        assert float(found["bias"]) == pytest.approx(start + slope * float(found["middle"]), abs=kT)


def test_a_measured_map_is_freed_of_its_elastic_current_by_a_blocked_column(weak):
    """Elastic passage depends on the bias alone while the charge stands: any column that turns on later has it."""
    total, elastic = weak
    freed = total - total.sel(V=0.8, method="nearest")
    exact, found = (turn_on_line(signal, (0.3, 0.5), temperature=0.1) for signal in (total - elastic, freed))
    assert float(found["slope"]) == pytest.approx(float(exact["slope"]), abs=0.01)
    assert float(found["bias"]) == pytest.approx(float(exact["bias"]), abs=1e-3)
    with pytest.raises(InputError, match="take the elastic current off"):
        turn_on_line(total, (0.3, 0.5), temperature=0.1)


def test_of_two_turn_ons_the_one_that_rises_more_is_taken():
    """From rounding to 0.002 is more, on a logarithmic scale, than from there to 1; both are thermally steep."""
    signal = 0.002 * synthetic(1, 0.5, 0.3) + synthetic(1, 0.0, 0.8)
    found = turn_on_line(signal, (0.0, 0.3), temperature=0.2)
    assert float(found["slope"]) == pytest.approx(0.5, abs=0.01)
    assert float(found["bias"]) == pytest.approx(0.375, abs=1e-3)


def test_columns_without_a_turn_on_are_left_out():
    signal = synthetic(2, 0.0, 0.5)
    signal[3] = np.nan
    signal[5] = 1.0
    found = turn_on_line(signal, (0.0, 0.3), temperature=0.2)
    assert np.flatnonzero(np.isnan(found["turn_on"].sel(estimator="midpoint"))).tolist() == [3, 5]
    assert float(found["bias"]) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"W": -0.1}, r"`W` must be zero or positive"),
        ({"W": 1.0}, r"`U` must be larger than W = 1 meV, else the electrons of L and R do not attract"),
        ({"mu_P": 0.2}, r"`mu_P` must lie between W and 2U - W, 0.435 and 1.415 meV"),
        ({"beta": 1.0}, r"`beta` must lie in \[0, 1\)"),
        ({"U": float("nan")}, r"`U` must be finite"),
    ],
)
def test_lines_that_are_not_there_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        threshold_lines(**{"W": 0.435, "U": 0.925, "mu_P": 0.925, **arguments})


@pytest.mark.parametrize(
    ("change", "between", "words"),
    [
        (lambda signal: signal.isel(V_SD=0), (0.0, 0.3), r"`signal` must be a map over V_SD and one gate"),
        (lambda signal: signal.isel(alpha_V=slice(None, None, -1)), (0.0, 0.3), r"along alpha_V, rising"),
        (lambda signal: signal.isel(V_SD=slice(2)), (0.0, 0.3), r"have 3 points or more along V_SD"),
        (lambda signal: signal, (0.0, 0.02), r"`between` must hold at least 3 points of the gate: got 1 within"),
        (lambda signal: 0 * signal + 1, (0.0, 0.3), r"`signal` must turn on in at least 3 columns"),
        (lambda signal: 0 * signal, (0.0, 0.3), r"`signal` must turn on in at least 3 columns"),
        (lambda signal: np.nan * signal, (0.0, 0.3), r"`signal` must turn on in at least 3 columns"),
        (lambda signal: signal.to_numpy(), (0.0, 0.3), r"`signal` must be a DataArray, with its axes: got 'ndarray'"),
        (lambda signal: signal, 0.3, r"`between` must be two numbers, the ends of a range of the gate: got 0.3"),
    ],
)
def test_maps_without_a_line_are_refused(change, between, words):
    with pytest.raises(InputError, match=words):
        turn_on_line(change(synthetic(1, 0.5, 0.5)), between, temperature=0.2)
    with pytest.raises(InputError, match="temperature"):
        turn_on_line(synthetic(1, 0.5, 0.5), (0.0, 0.3), temperature=0.0)
