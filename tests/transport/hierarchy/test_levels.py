"""Conductances of the pair junction by the hierarchy beside those of the renormalisation group: `make validation`."""

import pytest

from attractron.core.constants import K_B
from attractron.transport import HierarchyOptions, hierarchy_current, linear_conductance

from ..junctions import published
from ..nrg.test_conductance import PAIR

pytestmark = pytest.mark.validation

ROWS = [row for row in PAIR if 416.25 * row[0] < 10 * row[4] and row[4] > 40]


@pytest.mark.parametrize("row", ROWS)
def test_the_pair_junction_where_both_methods_hold(row):
    """Within the errors of both and 0.2 % for the other one's band; below 0.3 % wherever the other one is that good."""
    factor, V, delta_V, more, kT, G, error, *n = row
    axes = {"V": V / 1e3, "delta_V": delta_V / 1e3, "temperature": kT / 1e3 / K_B}
    junction = published(factor, mu_P=0.925 + more / 1e3)
    found = linear_conductance(junction, axes, origin="centre", method="hierarchy")
    apart = abs(float(found["conductance"]) - G)
    assert apart < error + float(found["conductance_error"]) + 0.002 * G
    assert apart < max(0.003 * G, error)
    for mean, expected, width in zip(found["occupation"], n, found["occupation_error"], strict=True):
        assert abs(float(mean) - expected) < 3e-3 + float(width)


@pytest.mark.parametrize("factor", [0.3, 1.0])
def test_a_current_with_more_entries_is_within_the_error(factor):
    """100 µV at k_BT = 76.1 µeV: four times as many entries."""
    junction = published(factor, temperature=0.0761317 / K_B)
    axes = {"V": 0.0, "V_SD": 0.1}
    few = hierarchy_current(junction, axes, origin="centre")
    more = hierarchy_current(junction, axes, origin="centre", options=HierarchyOptions(entries=400_000))
    assert abs(float(few["current"] - more["current"])) < float(few["current_error"])
    assert float(few["current_error"]) < 0.003 * float(few["current"])
