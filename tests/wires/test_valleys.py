"""Two valleys: dimensions against free electrons, the whole quadratic form and closed forms; what pairs need."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires import TwoValleys, valley_couplings, valley_orders
from attractron.wires.dimensions import normal_modes, scaling_dimension
from attractron.wires.valleys import GAPS, OPERATORS, PAIRS, QUARTETS, WAVE, _dimensions, _vectors

positive = st.floats(0.2, 3.0)


def test_free_electrons():
    """Every electron counts ½: one of two electrons has the dimension 1, of four 2 less what it shares."""
    free = _dimensions(np.ones((4, 1)), {})[:, 0]
    for operator, dimension in zip(OPERATORS, free, strict=True):
        assert dimension == pytest.approx(1.0 if len(operator.name.split()) == 2 else 2.0)


def test_an_electron_is_a_mover_of_one_sector_each():
    phi, theta = _vectors([(1, (1, 1, -1))])  # R, valley 1, spin down
    assert phi == (-0.5, 0.5, -0.5, 0.5)
    assert theta == (0.5, -0.5, 0.5, -0.5)


@given(positive, positive, positive, positive)
def test_without_gaps_it_is_the_quadratic_form_of_the_hamiltonian(a, b, c, d):
    K = np.array([a, b, c, d])
    modes = normal_modes(np.diag(1 / K), np.diag(K))
    found = _dimensions(K[:, None], {})[:, 0]
    for operator, dimension in zip(OPERATORS[::7], found[::7], strict=True):
        assert dimension == pytest.approx(scaling_dimension(modes, operator.phi, operator.theta))


@given(positive, positive)
def test_closed_forms_of_what_survives(plus, minus):
    tube = TwoValleys(K_c_plus=plus, K_c_minus=minus)
    between = valley_orders(tube, "between valleys")["dimension"].values
    assert between == pytest.approx([plus, 1 / (4 * plus), 1 / plus])
    within = valley_orders(tube, "within valleys")["dimension"].values
    assert within[[WAVE, QUARTETS]] == pytest.approx([plus / 4, 1 / plus])
    assert np.isinf(within[PAIRS])
    spins = valley_orders(tube, "spin within valleys")["dimension"].values
    assert spins[[WAVE, PAIRS]] == pytest.approx([min((plus + minus) / 4, plus), (1 / plus + 1 / minus) / 4])


@given(positive, positive, positive)
def test_exchanging_the_valleys_of_one_mover_is_a_duality(plus, minus, spin):
    """Gaps of the spins between valleys at K_- are those within valleys at 1/K_-: pairs and waves of either kind."""
    here = valley_orders(TwoValleys(K_c_plus=plus, K_c_minus=minus, K_s_plus=spin), "spin between valleys")
    there = valley_orders(TwoValleys(K_c_plus=plus, K_c_minus=1 / minus, K_s_plus=spin), "spin within valleys")
    assert here["dimension"].values == pytest.approx(there["dimension"].values)


@pytest.mark.parametrize("gaps", GAPS)
@given(positive)
def test_gaps_raise_nothing(gaps, plus):
    """A pinned field costs nothing: what it does not gap becomes more relevant, never less."""
    K = np.array([[plus], [1.0], [0.9], [1.0]])
    free, gapped = _dimensions(K, {})[:, 0], _dimensions(K, GAPS[gaps])[:, 0]
    assert ((gapped <= free + 1e-12) | np.isinf(gapped)).all()


def test_pairs_need_one_half_and_one_valley_alone_needs_one():
    plus = np.array([0.49, 0.51, 0.99, 1.01])
    two = valley_orders(TwoValleys(K_c_plus=1.0), "between valleys", {"K_c_plus": plus})
    assert (two["margin"] > 0).values.tolist() == [False, True, True, True]
    unlocked = valley_orders(TwoValleys(K_c_plus=1.0), "spin within valleys", {"K_c_plus": plus})
    assert (unlocked["margin"] > 0).values.tolist() == [False, False, False, True]


def test_couplings_at_free_electrons_and_their_duality():
    free = valley_couplings(TwoValleys(K_c_plus=1.0), K=1.0)
    assert free["secondary"].values == pytest.approx(2.0)
    one = valley_couplings(TwoValleys(K_c_plus=0.4, K_c_minus=0.8, K_s_minus=1.1), K=0.5)
    other = valley_couplings(TwoValleys(K_c_plus=0.4, K_c_minus=1 / 0.8, K_s_minus=1 / 1.1), K=0.5)
    assert one["secondary"].values == pytest.approx(other["secondary"].values[::-1])
    assert one["secondary"].values[0] == pytest.approx((0.4 + 1 + 0.8 + 1.1) / 4 + 0.5)


def test_repulsion_of_the_total_charge():
    assert TwoValleys.from_forward_scattering(0.75).K_c_plus == pytest.approx(0.5)
    with pytest.raises(InputError, match="collapse"):
        TwoValleys.from_forward_scattering(-0.3)
    with pytest.raises(InputError, match="gaps"):
        valley_orders(TwoValleys(K_c_plus=1.0), "betwen valleys")
    with pytest.raises(InputError, match="K_c_plus"):
        TwoValleys(K_c_plus=0.0)
