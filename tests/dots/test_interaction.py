"""The effective interaction against closed forms, published numbers and the exact many-body ensemble."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import (
    Device,
    Parameter,
    building_block,
    chain,
    dressed_potential,
    effective_interaction,
    interaction_derivatives,
    pairing_energy,
    stability_diagram,
)
from tests.dots.fock import ensemble, hamiltonian
from tests.dots.strategies import devices

energy = st.floats(0.0, 4.0)


def closed_form(W: float, U: float, delta: float, t: float) -> float:
    """E(N) = ½UN - √((δ - UN)²/4 + t²) + W [N = 2]: the 2 × 2 matrix of the polarizer beside N electrons has the
    diagonal ±½δ plus UN on the bottom site, hence mean ½UN and half difference ½(δ - UN)."""
    ground = [U * n / 2 - np.sqrt((delta - U * n) ** 2 / 4 + t**2) for n in range(3)]
    return W + ground[2] + ground[0] - 2 * ground[1]


def closed_form_thermal(W: float, U: float, delta: float, t: float, temperature: float) -> float:
    """The polarizer's partition function beside N electrons is e^{-βUN/2} 2cosh(β√((δ - UN)²/4 + t²))."""
    kT = K_B * temperature
    roots = [np.sqrt((delta - U * n) ** 2 / 4 + t**2) for n in range(3)]
    free = [U * n / 2 - kT * np.logaddexp(root / kT, -root / kT) for n, root in enumerate(roots)]
    return W + free[2] + free[0] - 2 * free[1]


# From an independent code, to the digits given there; the first is the measured 2Δ = 2 · 790 µeV of Fig. 2b.
PUBLISHED = [
    (2.41, 2.41, 0.0, -1.58),
    (2.41, 2.41, 0.05, -1.4820737965),
    (2.41, 2.41, 0.3, -1.0535659846),
    (2.6, 0.39, 0.05, 0.4354333708),
    (2.6, 1.01, 0.05, -0.1799242341),
    (2.6, 2.57, 0.05, -1.6675195567),
]


@pytest.mark.parametrize(("U", "delta", "t", "expected"), PUBLISHED)
def test_numbers_of_an_independent_code(U: float, delta: float, t: float, expected: float) -> None:
    device = building_block(W=0.83, U=U, delta=delta, t=t)
    assert effective_interaction(device) == pytest.approx(expected, abs=1e-10)
    assert pairing_energy(device) == pytest.approx(-expected / 2, abs=1e-10)


@given(W=energy, U=energy, delta=st.floats(-5, 5), t=energy)
def test_closed_form_of_the_polarizer(W: float, U: float, delta: float, t: float) -> None:
    device = building_block(W=W, U=U, delta=delta, t=t)
    assert effective_interaction(device) == pytest.approx(closed_form(W, U, delta, t), abs=1e-12)


@given(W=energy, U=energy, delta=st.floats(-5, 5), t=energy, temperature=st.floats(0.01, 300))
def test_closed_form_at_a_temperature(W: float, U: float, delta: float, t: float, temperature: float) -> None:
    device = building_block(W=W, U=U, delta=delta, t=t)
    expected = closed_form_thermal(W, U, delta, t, temperature)
    assert effective_interaction(device, temperature=temperature) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("delta", "expected"), [(-0.5, 0.5), (0.0, 0.5), (0.7, -0.2), (2.0, -1.5), (3.0, -0.5), (5.0, 0.5)]
)
def test_without_tunnelling_the_interaction_is_piecewise_linear(delta: float, expected: float) -> None:
    """W outside 0 ≤ δ ≤ 2U, W - δ up to U, W - (2U - δ) beyond; here W = 0.5, U = 2."""
    assert effective_interaction(building_block(W=0.5, U=2.0, delta=delta, t=0.0)) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=30)
@given(device=devices(spin=False, opened=2), temperature=st.floats(0.3, 20.0), mu=st.floats(-3, 3))
def test_sign_of_the_correlation_is_the_sign_of_the_interaction(device, temperature: float, mu: float) -> None:
    """P(1,1) P(0,0) / P(1,0) P(0,1) = exp(-W_eff/k_BT) in the exact ensemble, at any gate voltage.

    Only two open dots, so that no third one is traced over. The island's own gate shift is the same for all four.
    """
    axes = {"V_1": mu, "V_2": -mu / 2}
    exact = {charges: _log_weight(device, charges, axes, temperature) for charges in product((0, 1), repeat=2)}
    log_ratio = exact[1, 1] + exact[0, 0] - exact[1, 0] - exact[0, 1]
    assert -K_B * temperature * log_ratio == pytest.approx(
        effective_interaction(device, temperature=temperature), abs=1e-8
    )


def _log_weight(device, charges: tuple[int, int], axes: dict[str, float], temperature: float) -> float:
    island = [device.index(dot) for dot in device.islands[0].dots]
    mu = device.gate_origin() + sum(device.lever_arms(name) * value for name, value in axes.items())
    mu[island] = device.gate_origin()[island]
    total, number = hamiltonian(device, mu)
    counts = np.array([np.diag(n) for n in number])
    keep = counts[island].sum(axis=0) == device.islands[0].electrons
    for dot, charge in zip(device.open_dots, charges, strict=True):
        keep &= counts[device.index(dot)] == charge
    members = np.flatnonzero(keep)
    levels = np.linalg.eigvalsh(total[np.ix_(members, members)])
    return float(np.logaddexp.reduce(-levels / (K_B * temperature)))


@given(
    W=energy,
    U=st.floats(0.1, 4.0),
    delta=st.floats(-5, 5),
    t=st.floats(0.3, 4.0),
    temperature=st.sampled_from([0.0, 1.0, 30.0]),
)
def test_derivatives_converge_to_central_differences_with_second_order(
    W: float, U: float, delta: float, t: float, temperature: float
) -> None:
    """A central difference errs by h²f'''/6 + h⁴f⁽⁵⁾/120: halving h quarters the error, but for the second term, which
    t ≥ 0.3 meV keeps below 1e-8, and rounding."""
    values = {"W": W, "U": U, "delta": delta, "t": t}
    slopes = interaction_derivatives(building_block(**values), temperature=temperature)["effective_interaction_slope"]
    for name in values:
        exact = float(slopes.sel(parameter=name, side="above"))
        errors = []
        for step in (0.004, 0.002):
            ends = [
                effective_interaction(
                    building_block(**{**values, name: values[name] + s * step}), temperature=temperature
                )
                for s in (1, -1)
            ]
            errors.append(abs((ends[0] - ends[1]) / (2 * step) - exact))
        assert errors[1] < 0.26 * errors[0] + 1e-8


def test_at_a_kink_both_derivatives_are_exact() -> None:
    """t = 0, δ = U: W_eff = W - δ below and W - (2U - δ) above; in U the roles are W - (2U - δ) below, W - δ above."""
    slopes = interaction_derivatives(building_block(W=0.83, U=2.41, delta=2.41, t=0.0))["effective_interaction_slope"]
    assert slopes.sel(parameter="delta").values.tolist() == pytest.approx([-1.0, 1.0])
    assert slopes.sel(parameter="U").values.tolist() == pytest.approx([-2.0, 0.0])
    assert slopes.sel(parameter="W").values.tolist() == pytest.approx([1.0, 1.0])
    # In t: E(0) and E(2) have no linear term, E(1) = ½U - |t| enters with -2.
    assert slopes.sel(parameter="t").values.tolist() == pytest.approx([-2.0, 2.0])


def test_sweeps_equal_single_points() -> None:
    """Over every parameter at once; a gate that moves the island counts too."""
    arms = {"V_L": {"L": 1.0}, "V_R": {"R": 1.0}, "V_B": {"B": 0.8}}
    device = building_block(W=0.8, U=2.0, delta=1.5, t=0.1, lever_arms=arms)
    axes = {"t": [0.1, 0.4], "W": [0.5, 0.9], "delta": [1.0, 2.5], "V_B": [-0.5, 0.5], "U": [1.5, 3.0]}
    swept = effective_interaction(device, {**axes, "V_L": 0.3})["effective_interaction"]
    assert swept.dims == tuple(axes)
    for index in np.ndindex(swept.shape):
        t, W, delta, gate, U = (axes[name][i] for name, i in zip(axes, index, strict=True))
        # The gate on B lowers it against T, which is a larger detuning.
        assert float(swept[index]) == pytest.approx(closed_form(W, U, delta + 0.8 * gate, t), abs=1e-12)


def test_dressed_potential_flips_the_neighbour_and_keeps_the_site() -> None:
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.0, on_site=8.0, max_electrons=2)
    potential = dressed_potential(device)
    assert potential["bare"].values.tolist() == [8.0, 0.83]
    # Both sites see the polarizer alike, so both are lowered by δ (t = 0, δ = U): the on-site one stays positive.
    assert potential["dressed"].values.tolist() == pytest.approx([8.0 - 2.41, 0.83 - 2.41])
    assert potential["screening"].values.tolist() == pytest.approx([-2.41, -2.41])
    with pytest.raises(InputError, match="`pair` must name open dots"):
        dressed_potential(device, "T")


@given(
    sites=st.integers(1, 4),
    spin=st.booleans(),
    temperature=st.one_of(st.just(0.0), st.floats(0.01, 300)),
    numbers=st.lists(st.floats(0.0, 10.0), min_size=10, max_size=10),
)
def test_without_islands_nothing_screens(sites: int, spin: bool, temperature: float, numbers: list[float]) -> None:
    """The dressed potential is the bare one on every site, the electron's own included, with spin and at any T."""
    repulsion = np.zeros((sites, sites))
    repulsion[np.triu_indices(sites)] = numbers[: sites * (sites + 1) // 2]
    repulsion = np.maximum(repulsion, repulsion.T)
    device = Device(dots=tuple("abcd"[:sites]), repulsion=repulsion, max_electrons=2, spin=spin)
    potential = dressed_potential(device, temperature=temperature)
    assert potential["bare"].values == pytest.approx(repulsion[0])
    assert potential["screening"].values == pytest.approx(np.zeros(sites), abs=1e-12)
    assert effective_interaction(device, pair=("a", "a"), temperature=temperature) == pytest.approx(repulsion[0, 0])


@given(
    U=energy,
    delta=st.floats(-5, 5),
    t=energy,
    temperature=st.one_of(st.just(0.0), st.floats(0.01, 300)),
    spin=st.booleans(),
)
def test_the_polarizer_screens_both_sites_alike(
    U: float, delta: float, t: float, temperature: float, spin: bool
) -> None:
    """It sees the number of electrons beside it only, and the degeneracy 2 of its own spin is the same in every F."""
    values = {"W": 0.83, "U": U, "delta": delta, "t": t, "on_site": 8.0}
    device = building_block(**values, max_electrons=2, spin=spin)
    screening = dressed_potential(device, temperature=temperature)["screening"].values
    expected = closed_form_thermal(0.0, U, delta, t, temperature) if temperature > 0 else closed_form(0.0, U, delta, t)
    assert screening == pytest.approx([expected, expected], abs=1e-10)


@settings(max_examples=20)
@given(U_LL=st.floats(0.0, 3.0), mu=st.floats(-2, 2), temperature=st.floats(0.3, 20.0), t=st.floats(0.0, 1.0))
def test_two_electrons_on_one_dot_in_the_exact_ensemble(U_LL: float, mu: float, temperature: float, t: float) -> None:
    """P(2) P(0) / P(1)² = ¼ exp(-W_eff/k_BT): one electron has two states, two make a singlet."""
    device = building_block(W=0.0, U=1.3, delta=1.0, t=t, on_site=U_LL, max_electrons=2, spin=True)
    total, number = hamiltonian(device, np.array([mu, 0.0, 0.0, 0.0]))
    counts = np.array([np.diag(n) for n in number])
    beside = (counts[2:].sum(axis=0) == 1) & (counts[1] == 0)
    log_weights = []
    for electrons in range(3):
        members = np.flatnonzero(beside & (counts[0] == electrons))
        levels = np.linalg.eigvalsh(total[np.ix_(members, members)])
        log_weights.append(float(np.logaddexp.reduce(-levels / (K_B * temperature))))
    log_ratio = log_weights[2] + log_weights[0] - 2 * log_weights[1]
    interaction = effective_interaction(device, pair=("L", "L"), temperature=temperature)
    assert log_ratio == pytest.approx(-np.log(4.0) - interaction / (K_B * temperature), abs=1e-9)


def test_chain_shares_only_the_polarizer_between_neighbours() -> None:
    """t = 0, δ ≤ U: neighbours share one of their polarizers and gain δ; further apart nothing is shared."""
    device = chain(sites=4, W=0.3, U=2.0, delta=1.2, t=0.0)
    assert effective_interaction(device) == pytest.approx(0.3 - 1.2)
    assert effective_interaction(device, pair=("S1", "S3")) == pytest.approx(0.0, abs=1e-12)


def test_pair_of_the_whole_ensemble() -> None:
    """Far in the paired regime the exact ensemble prefers (0,0) and (1,1) equally at V = e₂/2."""
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    e2 = float(effective_interaction(device)) + 2 * _addition_energy()
    exact = ensemble(device, np.array([e2 / 2, e2 / 2, 0.0, 0.0]), 0.1)
    assert exact.occupation[:2] == pytest.approx([0.5, 0.5], abs=1e-6)
    point = stability_diagram(device, {"V": e2 / 2}, temperature=0.1)
    assert point["occupation"].values == pytest.approx(exact.occupation, abs=1e-9)


def _addition_energy() -> float:
    """e₁ = E(1) - E(0) at W = 0.83, U = δ = 2.41, t = 0.05."""
    return 2.41 / 2 - 0.05 + np.hypot(2.41 / 2, 0.05)


def test_bad_input_names_the_argument() -> None:
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    with pytest.raises(InputError, match="`temperature` must be zero or positive: got -1"):
        effective_interaction(device, temperature=-1)
    with pytest.raises(InputError, match=r"`axes\['detla'\]`.*did you mean 'delta'"):
        effective_interaction(device, {"detla": [1.0, 2.0]})
    with pytest.raises(InputError, match="`pair` must name open dots"):
        effective_interaction(device, pair=("L", "B"))
    with pytest.raises(InputError, match="`dot` must be one of L, R, T, B"):
        effective_interaction(device, pair=("L", "X"))


def test_islands_that_a_parameter_may_couple_are_solved_together() -> None:
    """Swept from zero, a repulsion between two polarizers acts as when the device is made with it."""
    device = chain(sites=2, W=0.8, U=2.0, delta=1.5, t=0.3)
    coupled = replace(device, parameters={**device.named(), "X": Parameter(value=0.0, repulsion={("B0", "B1"): 1.0})})
    swept = effective_interaction(coupled, {"X": [0.0, 1.5]})["effective_interaction"].values
    alone = [effective_interaction(coupled.with_parameters(X=value)) for value in (0.0, 1.5)]
    assert swept == pytest.approx(alone, abs=1e-12)
    assert abs(swept[1] - swept[0]) > 1e-3


@pytest.mark.parametrize("pair", [("L",), ("L", "R", "R"), "LR", ("L", "L")])
def test_pairs_that_cannot_be(pair: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="`pair` must"):
        effective_interaction(building_block(W=0.83, U=2.41, delta=2.41, t=0.05), pair=pair)


def test_gates_folded_into_a_device_act_as_on_an_axis() -> None:
    arms = {"V_L": {"L": 1.0}, "V_R": {"R": 1.0}, "V_B": {"B": 0.8}}
    device = building_block(W=0.8, U=2.0, delta=1.5, t=0.1, lever_arms=arms)
    axis = effective_interaction(device, {"V_B": 0.7})["effective_interaction"]
    assert effective_interaction(device.with_gates(V_B=0.7)) == pytest.approx(float(axis), abs=1e-12)
    assert effective_interaction(device.with_gates(V=3.0)) == pytest.approx(effective_interaction(device), abs=1e-12)
    with pytest.raises(InputError, match="`V_X` must be a gate of the device"):
        device.with_gates(V_X=1.0)
