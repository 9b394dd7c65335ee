"""Ground states of an infinite lattice gas: periodic patterns, exactly, as cycles of the graph of windows.

A ground state repeats a simple cycle of the graph of windows (see `attractron.dots.chain.transfer_matrix`) with the
least mean energy per site. Over all chemical potentials these patterns are the corners of the lower convex envelope of
the energy per site against the filling; the filling jumps where the line between two neighbouring corners becomes the
tangent.
"""

from collections.abc import Iterator

import numpy as np

from attractron.core.checks import FloatArray
from attractron.dots.chain.transfer_matrix import windows

Pattern = tuple[int, ...]
"""Occupations of one period."""

ORDERS = ("empty", "single electrons", "pairs", "larger clusters", "mixed clusters", "full")


def pattern_energy(pattern: Pattern, site: float, pairs: FloatArray) -> float:
    """Energy per site of a pattern repeated without end, in the unit of its arguments.

    Args:
        pattern: one period.
        site: energy of one electron.
        pairs: energies (r,) of two electrons at distance 1 … r.
    """
    occupied = np.array(pattern)
    # Whole numbers of electrons and pairs, so that equal patterns have equal energies to the last bit.
    met = [int(occupied @ np.roll(occupied, -distance)) for distance in range(1, len(pairs) + 1)]
    return (site * sum(pattern) + float(np.dot(pairs, met))) / len(pattern)


def pattern_filling(pattern: Pattern) -> float:
    """Electrons per site."""
    return sum(pattern) / len(pattern)


def ground_pattern(site: float, pairs: FloatArray) -> Pattern:
    """A pattern of least energy per site (Karp's minimum mean cycle, 1978).

    With D_k(v) the least energy of a walk of k sites that ends in window v, the least mean is
    min_v max_k (D_n(v) - D_k(v))/(n - k) for n windows, and the walk behind D_n(v) goes round a cycle that has it.

    Args:
        site: energy of one electron, less the chemical potential.
        pairs: energies (r,) of two electrons at distance 1 … r.
    """
    sources, met = windows(len(pairs))
    number = len(sources)
    cost = met @ pairs + site * (np.arange(number) & 1)[:, None]
    least, came = np.zeros((number + 1, number)), np.zeros((number, number), dtype=int)
    for length in range(number):
        walks = least[length][sources] + cost
        chosen = walks.argmin(axis=1)
        came[length] = sources[np.arange(number), chosen]
        least[length + 1] = walks[np.arange(number), chosen]
    means = (least[number] - least[:number]) / (number - np.arange(number))[:, None]
    walk = [int(means.max(axis=0).argmin())]
    for previous in came[::-1]:
        walk.append(int(previous[walk[-1]]))
    return min(_cycles(walk[::-1]), key=lambda pattern: pattern_energy(pattern, site, pairs))


def plateaus(site: float, pairs: FloatArray, tolerance: float) -> list[Pattern]:
    """The patterns that are ground states over ranges of the chemical potential, by rising filling, from 0 to 1.

    Every tangent between two corners found so far is tested with the ground pattern at its slope, until none lies
    below. Patterns on a tangent (within the tolerance, in energy per site) coexist at one point and are left out.

    Args:
        site: energy of one electron.
        pairs: energies (r,) of two electrons at distance 1 … r.
        tolerance: energy per site.
    """

    def between(low: Pattern, high: Pattern) -> list[Pattern]:
        found = ground_pattern(site - step_at(low, high, site, pairs), pairs)
        below = _depth(low, found, high, site, pairs) > tolerance
        return [*between(low, found), found, *between(found, high)] if below else []

    empty, full = (0,), (1,)
    corners: list[Pattern] = []
    for pattern in [empty, *between(empty, full), full]:
        # A pattern found at the slope of a side may lie on that side instead of at its end.
        while len(corners) > 1 and _depth(corners[-2], corners[-1], pattern, site, pairs) <= tolerance:
            corners.pop()
        corners.append(pattern)
    return corners


def step_at(low: Pattern, high: Pattern, site: float, pairs: FloatArray) -> float:
    """Chemical potential at which two patterns of different filling have the same energy per site."""
    rise = pattern_energy(high, site, pairs) - pattern_energy(low, site, pairs)
    return rise / (pattern_filling(high) - pattern_filling(low))


def as_text(pattern: Pattern) -> str:
    """A period as it is written: "1100"."""
    return "".join(map(str, pattern))


def order_of(pattern: Pattern) -> str:
    """Which of `ORDERS` a pattern shows: the size of its clusters, if they are all alike."""
    sizes = cluster_sizes(pattern)
    if not sizes:
        return "full" if pattern[0] else "empty"
    if len(sizes) > 1:
        return "mixed clusters"
    return {1: "single electrons", 2: "pairs"}.get(min(sizes), "larger clusters")


def cluster_sizes(pattern: Pattern) -> set[int]:
    """Sizes of the clusters of neighbouring electrons in a pattern that is repeated; empty for an empty or full chain.

    >>> cluster_sizes((1, 1, 0, 1, 0))
    {1, 2}
    """
    if 0 not in pattern:
        return set()
    gap = pattern.index(0)
    return {len(run) for run in as_text(pattern[gap:] + pattern[:gap]).split("0") if run}


def _depth(low: Pattern, middle: Pattern, high: Pattern, site: float, pairs: FloatArray) -> float:
    """Energy per site by which a pattern lies below the line between two others."""
    level = site - step_at(low, high, site, pairs)
    return pattern_energy(low, level, pairs) - pattern_energy(middle, level, pairs)


def _cycles(walk: list[int]) -> Iterator[Pattern]:
    """The simple cycles that a walk through windows goes round, each written from its largest rotation."""
    path: list[int] = []
    for window in walk:
        if window in path:
            first = path.index(window)
            occupied = tuple(state & 1 for state in path[first:])
            yield max(occupied[turn:] + occupied[:turn] for turn in range(len(occupied)))
            del path[first:]
        path.append(window)
