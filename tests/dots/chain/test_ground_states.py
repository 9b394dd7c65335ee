"""Ground patterns of infinite lattice gases against all periodic patterns written out."""

from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from operator import mul

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.dots.chain.ground_states import (
    cluster_sizes,
    ground_pattern,
    order_of,
    pattern_energy,
    pattern_filling,
    plateaus,
    step_at,
)

whole = st.integers(-12, 12)


def met(pattern, furthest):
    """Pairs at distances 1 … furthest that begin in one period of a repeated pattern, counted one by one."""
    size = len(pattern)
    return tuple(
        sum(pattern[place] * pattern[(place + distance) % size] for place in range(size))
        for distance in range(1, furthest + 1)
    )


def energy_of(pattern, site, pairs):
    """Energy per site of a repeated pattern, exactly."""
    return Fraction(site * sum(pattern) + sum(map(mul, pairs, met(pattern, len(pairs)))), len(pattern))


@cache
def contents(furthest):
    """(period, electrons, pairs) of all patterns with periods up to 2^r.

    Ground states are simple cycles of the graph of 2^r windows, so longer periods are not needed.
    """
    periods = range(1, 2**furthest + 1)
    patterns = (pattern for size in periods for pattern in product((0, 1), repeat=size))
    return {(len(pattern), sum(pattern), met(pattern, furthest)) for pattern in patterns}


def least_energies(site, pairs):
    """Least energy per site at each filling, over all patterns."""
    best = {}
    for size, electrons, numbers in contents(len(pairs)):
        energy = Fraction(site * electrons + sum(map(mul, pairs, numbers)), size)
        filling = Fraction(electrons, size)
        best[filling] = min(best.get(filling, energy), energy)
    return best


def envelope(site, pairs):
    """Corners (filling, energy) of the lower convex hull over all patterns: Andrew's monotone chain, exactly."""
    hull = []
    for point in sorted(least_energies(site, pairs).items()):
        while len(hull) > 1 and _turns_down(*hull[-2:], point):
            hull.pop()
        hull.append(point)
    return hull


def _turns_down(first, second, third):
    return (second[1] - first[1]) * (third[0] - first[0]) >= (third[1] - first[1]) * (second[0] - first[0])


@given(site=whole, pairs=st.lists(whole, min_size=1, max_size=3))
def test_plateaus_are_the_corners_of_the_convex_envelope(site, pairs):
    found = plateaus(float(site), np.array(pairs, dtype=float), 1e-9)
    corners = [(Fraction(sum(pattern), len(pattern)), energy_of(pattern, site, pairs)) for pattern in found]
    assert corners == envelope(site, pairs)


def test_patterns_on_a_side_of_the_envelope_are_no_plateaus():
    # W₁ = W₂ = W₃ = 1: 11000 has one pair in five sites, 1010 two in four, 11100 four in five (one of them across
    # the repeat), so fillings 2/5, 1/2, 3/5 cost 1/5, 1/2, 4/5: a straight line, with 1/2 a ground state at one µ only.
    assert [energy_of(pattern, 0, (1, 1, 1)) for pattern in ((1, 1, 0, 0, 0), (1, 0, 1, 0), (1, 1, 1, 0, 0))] == [
        Fraction(1, 5),
        Fraction(1, 2),
        Fraction(4, 5),
    ]
    found = plateaus(0.0, np.ones(3), 1e-12)
    assert [pattern_filling(pattern) for pattern in found] == [0.0, 0.25, 0.4, 0.6, 0.75, 1.0]


@given(site=whole, pairs=st.lists(whole, min_size=1, max_size=3))
def test_ground_pattern_has_the_least_energy_of_all(site, pairs):
    pattern = ground_pattern(float(site), np.array(pairs, dtype=float))
    assert energy_of(pattern, site, pairs) == min(least_energies(site, pairs).values())


@given(site=whole, pairs=st.lists(whole, min_size=1, max_size=4), data=st.data())
def test_energy_of_a_pattern_term_by_term(site, pairs, data):
    pattern = tuple(data.draw(st.lists(st.integers(0, 1), min_size=1, max_size=9)))
    found = pattern_energy(pattern, float(site), np.array(pairs, dtype=float))
    assert found == pytest.approx(float(energy_of(pattern, site, pairs)), abs=1e-12)


@pytest.mark.parametrize("reach", [6, 8])
def test_convex_repulsion_gives_the_most_uniform_patterns(reach):
    # Hubbard 1978: with convex repulsion of range r every filling p/q that the range resolves has the most uniform
    # pattern, so the first electrons sit r + 1 sites apart and no two are neighbours below half filling.
    pairs = 1.0 / np.arange(1, reach + 1) ** 2
    found = plateaus(0.0, pairs, 1e-12)
    assert found[1] == (1,) + (0,) * reach
    assert all(cluster_sizes(pattern) == {1} for pattern in found[1:] if pattern_filling(pattern) <= 0.5)
    densities = [pattern_filling(pattern) for pattern in found]
    assert densities == sorted(densities)
    # Electrons and holes: filling f is as wide as 1 - f.
    np.testing.assert_allclose(densities, 1 - np.array(densities)[::-1], atol=1e-12)
    steps = [step_at(low, high, 0.0, pairs) for low, high in pairwise(found)]
    assert (np.diff(steps) > 0).all()
    np.testing.assert_allclose(np.add(steps, steps[::-1]), 2 * pairs.sum(), atol=1e-9)


@pytest.mark.parametrize(
    ("pattern", "sizes", "name"),
    [
        ((0,), set(), "empty"),
        ((1,), set(), "full"),
        ((1, 0), {1}, "single electrons"),
        ((1, 1, 0, 0), {2}, "pairs"),
        ((1, 0, 0, 1), {2}, "pairs"),
        ((1, 1, 1, 0), {3}, "larger clusters"),
        ((1, 1, 0, 1, 0), {1, 2}, "mixed clusters"),
    ],
)
def test_patterns_are_named_by_their_clusters(pattern, sizes, name):
    assert cluster_sizes(pattern) == sizes
    assert order_of(pattern) == name
