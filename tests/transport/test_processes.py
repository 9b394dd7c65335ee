"""The table of processes: complete, each once, with the linear forms of its definition."""

from itertools import combinations, product

import numpy as np
import pytest

from attractron.transport.processes import forms, processes


def charges(*limits):
    return np.array(list(product(*(range(limit + 1) for limit in limits))), dtype=float)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_papers_junction_has_all_processes_once(order):
    """Every state, every set of dots, every choice of leads; half of them, since the way back is the same row."""
    lead_dots, names = [2, 2, 0, 1], charges(1, 1, 1)
    table = processes(names, lead_dots, order)
    sets = [leads for leads in combinations(range(4), order) if len({lead_dots[lead] for lead in leads}) == order]
    assert len(table) == 8 * len(sets) // 2
    rows = {(int(i), tuple(leads)) for i, leads in zip(table.initial, table.leads, strict=True)}
    assert len(rows) == len(table)
    assert (table.final > table.initial).all()
    for p in range(len(table)):
        change = np.zeros(3)
        for j in range(order):
            dot, sign = lead_dots[table.leads[p, j]], table.signs[p, j]
            change[dot] += sign
            step = sign * np.eye(3)[dot]
            assert (names[table.after[p, j]] == names[table.initial[p]] + step).all()
            assert (names[table.before[p, j]] == names[table.final[p]] - step).all()
        assert (names[table.final[p]] == names[table.initial[p]] + change).all()


def test_linear_forms_by_hand():
    """(1,0) → (0,1) by one event out of dot 0 into lead 0 and one from lead 1 into dot 1, numbers picked apart."""
    table = processes(charges(1, 1), [0, 1], 2)
    energy, mu = np.array([[0.0, 10.0, 200.0, 3000.0]]), np.array([[0.5, 0.25]])  # (0,0) (0,1) (1,0) (1,1)
    row = [(table.initial == 1) & (table.final == 2)][0].nonzero()[0]  # (0,1) → (1,0): lead 0 in, lead 1 out
    assert row.size == 1
    assert table.signs[row[0]].tolist() == [1, -1]
    Delta, a, b = (form[0, row[0]] for form in forms(table, energy, mu))
    assert Delta == 200 - 10 - 0.5 + 0.25
    assert a.tolist() == [3000 - 10 - 0.5, 0 - 10 + 0.25]
    assert b.tolist() == [200 - 0 - 0.5, 200 - 3000 + 0.25]


def test_several_electrons_and_spin():
    """One dot with up to two electrons: 0 ⇄ 1 and 1 ⇄ 2, two spin states at odd charge."""
    table = processes(charges(2), [0, 0], 1, spin=True)
    assert sorted(zip(table.initial, table.final, table.leads[:, 0], strict=True)) == [
        (0, 1, 0),
        (0, 1, 1),
        (1, 2, 0),
        (1, 2, 1),
    ]
    up = table.initial == 0
    assert table.ways[up].tolist() == [2, 2]
    assert table.ways_back[up].tolist() == [1, 1]
    assert table.ways[~up].tolist() == [1, 1]
    assert table.ways_back[~up].tolist() == [2, 2]


@pytest.mark.parametrize("order", [2, 3])
def test_too_few_dots_make_an_empty_table(order):
    table = processes(charges(1), [0, 0, 0], order)
    assert len(table) == 0
    assert table.order == order
    Delta, a, b = forms(table, np.zeros((5, 2)), np.zeros((5, 3)))
    assert Delta.shape == (5, 0)
    assert a.shape == b.shape == (5, 0, order)
