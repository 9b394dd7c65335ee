"""Carriers that pass a dot coherently and leave its charge as it is: currents without transitions.

While the charges of all other dots stand still, a dot of one level is a resonance between its leads, and its current
is exact to all orders: Breit and Wigner's, which has the sequential current as its first order in Γ,

    I_a→b = (e/ħ) (Γ_a Γ_b / Γ) [∫dω (f_a - f_b) L(ω - ε) - f_a(ε) + f_b(ε)],    L(x) = (Γ/2π) / (x² + Γ²/4),

Γ the sum over the dot's leads, ε its level beside the frozen charges. The difference is weighted with the probability
of these charges and added to the currents; rates stay as they are. The integral stands with those of second order
(`attractron.transport.integrals.second_order.breit_wigner`).

Theory: docs/theory/transport.md, eq-elastic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from attractron.core.checks import FloatArray
from attractron.transport.integrals.arguments import COLDEST
from attractron.transport.integrals.second_order import breit_wigner
from attractron.transport.junction import Junction
from attractron.transport.processes import Indices


@dataclass(frozen=True, eq=False)
class Channels:
    """Pairs of leads on one dot beside frozen charges of all others.

    Attributes:
        empty, filled: numbers of the states with the dot empty and filled (channel,).
        first, second: numbers of the two leads (channel,).
        width: full width of the level, meV (channel,).
        strength: Γ_a Γ_b / Γ, meV (channel,).
    """

    empty: Indices
    filled: Indices
    first: Indices
    second: Indices
    width: FloatArray
    strength: FloatArray


def channels(junction: Junction, charges: FloatArray) -> Channels:
    """All elastic channels of a junction whose dots hold at most one carrier."""
    device = junction.device
    place = {tuple(charge): number for number, charge in enumerate(charges)}
    dots = [device.index(lead.dot) for lead in junction.leads]
    rows = []
    for first, second in combinations(range(len(dots)), 2):
        if dots[first] == dots[second]:
            width = sum(lead.Gamma for lead, dot in zip(junction.leads, dots, strict=True) if dot == dots[first])
            strength = junction.leads[first].Gamma * junction.leads[second].Gamma / width
            unit = np.eye(len(device.dots))[dots[first]]
            for number in np.flatnonzero(charges[:, dots[first]] == 0):
                rows.append((number, place[tuple(charges[number] + unit)], first, second, width, strength))
    columns = np.array(rows, dtype=float).reshape(-1, 6).T
    empty, filled, one, other = columns[:4].astype(np.intp)
    return Channels(empty, filled, one, other, columns[4], columns[5])


def elastic_flow(table: Channels, energy: FloatArray, mu: FloatArray, populations: FloatArray, kT: float) -> FloatArray:
    """Flow from the first to the second lead of every channel beyond the sequential one, ħ × rate in meV.

    Args:
        table: the channels.
        energy: of the charge states, meV (point, state).
        mu: chemical potentials of the leads, meV (point, lead).
        populations: of the charge states (point, state).
        kT: of all leads, meV.

    Returns:
        (point, channel); NaN where k_BT is too small beside the energies.
    """
    level = energy[:, table.filled] - energy[:, table.empty]
    weight = populations[:, table.filled] + populations[:, table.empty]
    passed = within_range(breit_wigner, level - mu[:, table.first], level - mu[:, table.second], table.width, kT)
    return weight * table.strength * passed


def elastic_lead_flow(
    table: Channels, energy: FloatArray, mu: FloatArray, populations: FloatArray, kT: float
) -> FloatArray:
    """Carriers that leave each lead through elastic channels (point, lead); arguments as for `elastic_flow`."""
    total = np.zeros_like(mu)
    flow = elastic_flow(table, energy, mu, populations, kT)
    for lead in range(mu.shape[1]):
        total[:, lead] = flow[:, table.first == lead].sum(axis=1) - flow[:, table.second == lead].sum(axis=1)
    return total


def within_range(
    integral: Callable[[FloatArray, FloatArray, FloatArray, float], FloatArray],
    first: FloatArray,
    second: FloatArray,
    width: FloatArray,
    kT: float,
) -> FloatArray:
    """An elastic integral of two levels (point, channel) and a width (channel,); NaN where it has no digits."""
    full_width = np.broadcast_to(width, first.shape)
    within = np.maximum(np.maximum(np.abs(first), np.abs(second)), full_width) * COLDEST < kT
    found = np.full(first.shape, np.nan)
    found[within] = integral(first[within], second[within], full_width[within], kT)
    return found
