"""Plain Python and compiled code give the same bits, in every kernel of transport, up to the ends of its range."""

import numpy as np
import pytest

from attractron.transport.integrals.arguments import COLDEST
from attractron.transport.integrals.second_order import second_order_integrals
from attractron.transport.integrals.third_order import third_order_integrals
from attractron.transport.master_equation import steady_states

KINDS = {"finite part": 0, "broadened": 1, "Landauer": 2, "elastic of second order": 3}


def energies(rng, number, count):
    """Energies and k_BT (number,): most of some ten k_BT, some from 1e-3 to the largest, some equal, some zero."""
    scale = 10.0 ** rng.uniform(-3, 5, number)
    scale[: 2 * number // 3] = 20.0
    values = rng.normal(size=(count, number)) * scale
    kind = rng.integers(0, 6, number)
    values[:, kind == 0] = np.round(values[:, kind == 0] / 5) * 5  # so that sums and differences vanish
    values[1, kind == 1] = values[0, kind == 1]
    values[rng.integers(0, count, number), np.arange(number)] *= kind != 2
    values[1, kind == 3] = values[0, kind == 3] * (1 + 1e-9)
    kT = np.exp(rng.normal(size=number))
    largest = np.maximum(np.abs(values).max(axis=0), 1.0)
    return values * kT * np.minimum(1.0, 0.99 / (COLDEST * largest)), kT


def same(one, other):
    np.testing.assert_array_equal(one.view(np.int64), other.view(np.int64))


@pytest.mark.parametrize("kind", KINDS)
def test_second_order(kind):
    values, kT = energies(np.random.default_rng(KINDS[kind]), 400, 4)
    values[3] = np.maximum(np.abs(values[3]), 1e-4 * kT)
    if kind != "broadened":
        values[2] = np.clip(values[2], -1e3 * kT, 1e3 * kT)  # a trapezoid over |Δ| would take long in plain Python
    found = np.empty((2, kT.size))
    second_order_integrals.plain(KINDS[kind], *values, kT, found[0])
    second_order_integrals.compiled(KINDS[kind], *values, kT, found[1])
    assert np.isfinite(found).all()
    same(*found)


def test_third_order():
    values, kT = energies(np.random.default_rng(3), 100, 7)
    values[6] = np.clip(values[6], -60 * kT, 60 * kT)
    a, b = (np.ascontiguousarray(values[poles].T) for poles in (slice(0, 3), slice(3, 6)))
    found = np.empty((2, kT.size))
    lines = third_order_integrals.plain(a, b, values[6], kT, found[0])
    assert lines == third_order_integrals.compiled(a, b, values[6], kT, found[1])
    assert 0 < lines < kT.size / 2  # both ways are taken
    assert np.isfinite(found).all()
    same(*found)


@pytest.mark.parametrize("decades", [1.0, 20.0, 150.0, 300.0])
@pytest.mark.parametrize("states", [2, 4, 9, 16])
def test_steady_states(states, decades):
    """Sums of nine and more NumPy would pair; beyond 280 decades logarithms are taken."""
    rng = np.random.default_rng(states)
    initial, final = np.triu_indices(states, 1)
    forward, backward = 10.0 ** rng.uniform(-decades, 0, (2, 30, initial.size))
    forward[::3] *= rng.random((10, initial.size)) < 0.5
    backward[::3] *= rng.random((10, initial.size)) < 0.5
    forward[1, 0] = np.nan
    populations, status = np.empty((2, 30, states)), np.empty((2, 30), np.int8)
    steady_states.plain(forward, backward, initial, final, populations[0], status[0])
    steady_states.compiled(forward, backward, initial, final, populations[1], status[1])
    assert (status[0] == status[1]).all()
    assert (np.isnan(populations[0]).any(axis=1) == (status[0] != 0)).all()
    np.testing.assert_array_equal(populations[0], populations[1])
