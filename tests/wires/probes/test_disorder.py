"""Localisation: the flow of disorder integrated, thresholds, what free electrons say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from attractron.core.errors import InputError
from attractron.wires.probes.disorder import disorder_growth, localisation_length
from attractron.wires.trion_operators import IMPURITIES, OPERATORS, dimension


@given(path=st.floats(2.0, 1e5))
def test_free_electrons_are_localised_over_their_mean_free_path(path):
    found = localisation_length([path], K_c=1.0, alpha_0=1.0)
    assert float(found.localisation_length[0]) == pytest.approx(path, rel=1e-9)


@given(M=st.floats(0.2, 1.8), path=st.floats(50, 1e4), xi=st.floats(1.0, 30.0))
def test_disorder_is_strong_where_its_flow_says(M, path, xi):
    """dD/dl = (2 - M)D to ln ξ, (3 - M)D beyond, from 1/ℓ_0 to 1."""

    def grows(ell, D):
        return [((2 if ell < np.log(xi) else 3) - M) * D[0]]

    def strong(_, D):
        return D[0] - 1

    strong.terminal = True
    found = solve_ivp(grows, (0, 60), [1 / path], events=strong, rtol=1e-9, atol=1e-14, max_step=0.05)
    expected = np.exp(found.t_events[0][0])
    asked = localisation_length([path], K_c=M, alpha_0=1.0, phase="paired", gap_length=xi)
    assert float(asked.localisation_length[0]) == pytest.approx(expected, rel=2e-2)


@pytest.mark.parametrize(
    ("phase", "number", "threshold"), [("decoupled", "M_cc", 2.0), ("paired", "M_cc", 3.0), ("trion", "K_f", 4.5)]
)
def test_thresholds(phase, number, threshold):
    assert disorder_growth(phase, **{number: threshold}) == pytest.approx(0.0, abs=1e-12)
    assert disorder_growth(phase, **{number: threshold - 0.1}) > 0


@given(K_f=st.floats(0.3, 6.0))
def test_trions_scatter_as_their_impurities(K_f):
    for name in IMPURITIES:
        assert disorder_growth("trion", K_f=K_f) == pytest.approx(3 - 2 * float(dimension(*OPERATORS[name], K_f)))


def test_between_3_and_nine_halves_one_impurity_passes_and_many_localise():
    found = localisation_length([1e3], K_c=1.0, alpha_0=1.0, phase="trion", K_f=4.0)
    assert bool(found.one_impurity_passes)
    assert not bool(found.delocalised)
    assert np.isfinite(found.localisation_length).all()


def test_pairs_are_localised_more_and_q_helps_them():
    lengths = [
        float(localisation_length([1e4], K_c=0.8, K=0.5, Q=Q, alpha_0=1.0, phase="paired").localisation_length[0])
        for Q in (0.0, 1.0)
    ]
    assert lengths[0] < lengths[1]
    free = localisation_length([1e4], K_c=0.8, alpha_0=1.0, phase="paired")
    assert float(free.localisation_length[0]) < float(free.gapless_length[0])


@pytest.mark.parametrize(
    ("argument", "numbers"),
    [
        ("mean_free_path", {"mean_free_path": [0.5]}),
        ("alpha_0", {"alpha_0": 0.0}),
        ("K_f", {"phase": "trion"}),
        ("gap_length", {"phase": "paired", "gap_length": 0.5}),
        ("phase", {"phase": "triplet"}),
    ],
)
def test_errors_name_the_argument(argument, numbers):
    with pytest.raises(InputError, match=argument):
        localisation_length(**{"mean_free_path": [100.0], "K_c": 0.8, "alpha_0": 1.0, **numbers})
