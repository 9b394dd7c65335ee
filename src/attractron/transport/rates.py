"""Rates of all processes, from energies and chemical potentials.

    Γ_{i→f} = (1/ħ) ∏_j Γ_j / (2π)^(k-1) · J_k,    J_k = ∫∏dy f(y_1)…f(y_k) δ(Σy - Δ) |A_k|²

(golden rule with the T-matrix; Kaasbjerg and Jauho, PRL 116, 196801 (2016)). J_1 = f(Δ); beyond that intermediate
states on shell make |A|² divergent, and J_k is taken in one of the prescriptions of
`attractron.transport.integrals.second_order` and `attractron.transport.integrals.third_order`. The estimate with
constant denominators holds off shell only: where an intermediate state is within 2πk_BT of shell the finite part stands
in for it.

Theory: docs/theory/transport.md, eq-energy, eq-rate, eq-amplitudes, eq-finite-part.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.transport.integrals.arguments import COLDEST
from attractron.transport.integrals.second_order import broadened, finite_part
from attractron.transport.integrals.third_order import constant_estimate, third_order_integral
from attractron.transport.processes import Forms, Processes

METHODS = {
    "finite-part": "finite parts of the second and third order (Turek and Matveev's regularisation)",
    "broadened": "second order with intermediate states of the dots' own width, third order in finite parts",
    "constant": "second order in finite parts, third order estimated with constant denominators off shell",
}
"""How intermediate states on shell are treated."""

SHELL = 2 * np.pi
"""Distance from shell in k_BT within which an estimate with constant denominators means nothing."""


class Rates(NamedTuple):
    """ħ times the rates of a table's processes, meV (point, process); regularised ones may be negative."""

    forward: FloatArray
    backward: FloatArray


def rates(
    table: Processes,
    forms: Forms,
    Gamma: FloatArray,
    kT: FloatArray,
    widths: FloatArray,
    method: str,
    wanted: NDArray[np.bool_] | None = None,
) -> Rates:
    """ħ times the rates of all processes of a table, both ways.

    Args:
        table: the processes, all of one order.
        forms: their energies, meV.
        Gamma: couplings of the leads, meV (lead,).
        kT: temperatures of the leads, meV (lead,); all the same beyond first order.
        widths: full width of the level that each lead fills, ΣΓ over its dot, meV (lead,).
        method: one of `METHODS`.
        wanted: of higher order, which are calculated (point, process); the others are zero.

    Returns:
        Rates in meV. Those of higher order are calculated downhill; uphill they follow from local detailed balance,
        Γ_{f→i} = e^{Δ/k_BT} Γ_{i→f}, which the integrals obey.
    """
    couplings = Gamma[table.leads].prod(axis=1) / (2 * np.pi) ** (table.order - 1)
    if table.order == 1:
        x = forms.Delta / kT[table.leads[:, 0]]
        return Rates(couplings * table.ways * expit(-x), couplings * table.ways_back * expit(x))
    uphill = forms.Delta > 0
    a, b = (np.where(uphill[..., None], -back, there) for there, back in ((forms.a, forms.b), (forms.b, forms.a)))
    Delta = -np.abs(forms.Delta)
    # Beyond this range, far outside any device's, the integrals have no digits: such rates are no numbers.
    within = np.maximum(np.abs(Delta), np.maximum(np.abs(a), np.abs(b)).max(axis=-1)) * COLDEST < kT[0]
    half_width = np.broadcast_to(widths[table.leads].sum(axis=1) / 2, Delta.shape)
    integral = np.full(Delta.shape, np.nan)
    if wanted is not None:
        integral[within], within = 0.0, within & wanted
    integral[within] = _integral(a[within], b[within], Delta[within], float(kT[0]), half_width[within], method)
    downward = couplings * integral
    upward = downward * np.exp(Delta / kT[0])
    return Rates(np.where(uphill, upward, downward), np.where(uphill, downward, upward))


def clamped(found: Rates) -> tuple[Rates, Rates]:
    """The rates with negative ones set to zero, and how much that adds to each, meV."""
    kept, added = (Rates(*(np.maximum(sign * rate, 0.0) for rate in found)) for sign in (1.0, -1.0))
    return kept, added


def _integral(
    a: FloatArray, b: FloatArray, Delta: FloatArray, kT: float, half_width: FloatArray, method: str
) -> FloatArray:
    if a.shape[-1] == 3:
        nearest = np.minimum(*(np.abs(Delta[:, None] / 3 - poles).min(axis=-1) for poles in (a, b)))
        off = (nearest > SHELL * kT) & (method == "constant")
        found = np.empty(Delta.shape)
        found[off] = constant_estimate(a[off], b[off], Delta[off], kT)
        found[~off] = third_order_integral(a[~off], b[~off], Delta[~off], kT)
        return found
    if method == "broadened":
        return np.asarray(broadened(a[:, 0], b[:, 0], Delta, kT, half_width))
    return np.asarray(finite_part(a[:, 0], b[:, 0], Delta, kT))
