"""Negative rates set to zero: whether that matters to the current, or only to charges that go to and fro.

Regularised rates Γ_j - N_j turn negative near resonance and are set to zero; N_j > 0 is what that adds. How often the
added events happen, Σ p_i N_j, says little: most of them are undone at once by events of lower order, with which they
share the initial and the final state, and no current comes of them. What counts is how the current would change if the
rates kept their values. To first order in N, with the rate matrix L of the clamped rates, its steady state Lp = 0 and
their flows I_a = Σ_j n_ja Γ_j p_i,

    L δp = Σ_j N_j p_i (|f⟩ - |i⟩),   Σ δp = 0,        δI_a = Σ_j n_ja (Γ_j δp_i - N_j p_i).

Detailed balance holds for N as for Γ, so that without bias δI = 0 like I.

Theory: docs/theory/transport.md, eq-clamping.
"""

from collections.abc import Sequence

import numpy as np

from attractron.core.checks import FloatArray
from attractron.transport.elastic import Channels, elastic_lead_flow
from attractron.transport.master_equation import resolvent
from attractron.transport.processes import Indices, Processes
from attractron.transport.rates import Rates

ROUNDING = 1e-12
"""Part of the flows to and fro below which their difference is not told from zero."""

NUMBERS = 1 << 18
"""In the matrices that are solved at once, which bounds the memory."""


def change(
    tables: Sequence[Processes],
    elastic: Channels | None,
    found: Sequence[Rates],
    added: Sequence[Rates],
    energy: FloatArray,
    mu: FloatArray,
    populations: FloatArray,
    kT: float,
) -> FloatArray:
    """Change of the flow out of every lead if clamped rates kept their negative values, to first order in these.

    Args:
        tables: the processes.
        elastic: elastic channels, or None.
        found: ħ × rates of every table with negative ones set to zero, meV (point, process).
        added: what that added to them.
        energy: of the charge states, meV (point, state).
        mu: chemical potentials of the leads, meV (point, lead).
        populations: of the charge states with these rates (point, state).
        kT: of the leads, meV.

    Returns:
        ħ × rate in meV (point, lead): 0 where nothing is clamped, NaN where populations are or where the response has
        no digits.
    """
    total = np.zeros_like(mu)
    somewhere = np.zeros(len(mu), dtype=bool)
    for each in added:
        somewhere |= (each.forward > 0).any(axis=1) | (each.backward > 0).any(axis=1)
    states = populations.shape[1]
    chosen, most = np.flatnonzero(somewhere), max(1, NUMBERS // states**2)
    for start in range(0, chosen.size, most):
        some = chosen[start : start + most]
        kept, lost = ([Rates(*(rate[some] for rate in each)) for each in both] for both in (found, added))
        p = populations[some]
        x = _response(tables, kept, lost, p)
        parts = [lead_flow(table, each, x, mu.shape[1]) for table, each in zip(tables, kept, strict=True)]
        parts += [-lead_flow(table, each, p, mu.shape[1]) for table, each in zip(tables, lost, strict=True)]
        if elastic:
            parts.append(elastic_lead_flow(elastic, energy[some], mu[some], x, kT))
        flow = sum(parts, np.zeros_like(mu[some]))
        size = sum((frequency(table, each, p) for table, each in zip(tables, lost, strict=True)), np.zeros(some.size))
        total[some] = np.where(np.abs(flow) <= ROUNDING * size[:, None], 0.0, flow)
    return total


def _response(
    tables: Sequence[Processes], kept: Sequence[Rates], lost: Sequence[Rates], populations: FloatArray
) -> FloatArray:
    """δp (point, state)."""
    points, states = populations.shape
    matrix, b = np.zeros((states * states, points)), np.zeros((states, points))
    for table, rate, less in zip(tables, kept, lost, strict=True):
        for start, stop, there, gone in (
            (table.initial, table.final, rate.forward, less.forward),
            (table.final, table.initial, rate.backward, less.backward),
        ):
            np.add.at(matrix, stop * states + start, there.T)
            moved = (gone * populations[:, start]).T
            np.add.at(b, stop, moved)
            np.add.at(b, start, -moved)
    last: Indices = np.nan_to_num(populations).argmax(axis=1)  # the most populated state, which all others reach
    rates = np.ascontiguousarray(matrix.T).reshape(points, states, states)
    return np.asarray(resolvent(rates, last, b.T[..., None])[..., 0].real)


def lead_flow(table: Processes, found: Rates, populations: FloatArray, leads: int) -> FloatArray:
    """Carriers that leave each lead by the processes of a table, ħ × rate in meV (point, lead)."""
    flow = found.forward * populations[:, table.initial] - found.backward * populations[:, table.final]
    return np.asarray(np.einsum("np,pl->nl", flow, table.carried(leads)))


def frequency(table: Processes, found: Rates, populations: FloatArray) -> FloatArray:
    """How often the processes of a table happen, either way, ħ × rate in meV (point,)."""
    there, back = populations[:, table.initial], populations[:, table.final]
    return np.asarray((found.forward * there + found.backward * back).sum(axis=1))
