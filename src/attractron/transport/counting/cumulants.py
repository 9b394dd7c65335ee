"""Counting statistics: the cumulants of the number of carriers that a lead sends out in a long time.

With a counting field χ on the lead (`attractron.transport.counting.counting_field`) the rate matrix L(χ) has an
eigenvalue λ(χ) with λ(0) = 0 that generates the cumulants, C_m = ⟨⟨n^m⟩⟩/t = λ^(m)(0) (Bagrets and Nazarov 2003).
They follow order by order without numerical derivatives (Flindt et al. 2008): with L_m = Σ_j Γ_j n_j^m |f⟩⟨i|,

    C_m = Σ_{k=1}^m (m over k) ⟨1|L_k|v_{m-k}⟩,    L v_m = Σ_{k=1}^m (m over k)(C_k - L_k) v_{m-k},    Σv_m = 0,

starting from the steady state v_0. To n_j may be added the change of any function of the state, which a long time does
not see: the carriers on the lead's dot, weighted by Γ_a over the sum of the dot's couplings, are subtracted. So leads
alone on their dot have no n_j at all and no cumulants, exactly.
"""

from collections.abc import Mapping
from math import comb

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, whole
from attractron.core.constants import ELEMENTARY_CHARGE, PA_PER_MEV
from attractron.core.errors import InputError
from attractron.transport.counting.counting_field import Transitions, evaluated, last_state, lead_number
from attractron.transport.energies import carrier_sign
from attractron.transport.junction import Junction
from attractron.transport.master_equation import resolvent
from attractron.transport.question import Flat, labelled, prepared
from attractron.transport.validity import ROUNDING

MOST_ORDERS = 12
"""Highest cumulant; beyond it factorials eat the digits."""


def cumulants(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
    lead: str | None = None,
    orders: int = 4,
) -> xr.Dataset:
    """Zero-frequency cumulants of the current out of a lead, its noise and its Fano factor.

    For charges q = ±e and the cumulants C_m of `attractron.transport.counting.cumulants`,

        I = q C_1,    S = 2e² C_2,    F = C_2/|C_1|;

    S is one-sided: 2eI for single uncorrelated carriers, 4k_BTG in equilibrium.

    Elastic passage counts in order Γ² (`attractron.transport.counting.counting_field`), so that I differs from that of
    `attractron.transport.current` by what is of higher order there.

    Theory: docs/theory/transport.md, eq-counting, eq-cumulants.

    Args:
        junction: the junction.
        axes, processes, method, origin: as for `attractron.transport.current`.
        lead: whose current is counted; the source by default.
        orders: how many cumulants, 1 to 12.

    Returns:
        Dataset over the axes: `current` in pA; `noise` S in pA²/Hz and `fano` F, from two orders on (F is NaN where no
        current flows); `cumulant` (cumulant_order, …), e (q/e)^m C_m in pA, all equal to the current for single
        uncorrelated carriers; `clamped` and `status` as for `attractron.transport.current`.

    Raises:
        InputError: as for `attractron.transport.current`; no such lead; orders out of range.

    Example:
        One level with equal couplings: the Fano factor of a symmetric double barrier, C_m = I/2^(m-1).

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.01, temperature=0.1, bias=0.5)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.01, temperature=0.1, bias=-0.5)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> found = at.transport.cumulants(junction, {"V_SD": 1.0}, processes="sequential")
        >>> round(float(found["fano"]), 6), (found["cumulant"] / found["current"]).values.round(6).tolist()
        (0.5, [1.0, 0.5, 0.25, 0.125])
    """
    if whole("orders", orders, at_least=1) > MOST_ORDERS:
        raise InputError("orders", f"be at most {MOST_ORDERS}", orders)
    number = lead_number(junction, "lead", junction.source if lead is None else lead)
    over, model = prepared(junction, axes, processes, method, origin)
    found = evaluated(
        model, over, lambda block: (zero_frequency(block, without_charging(junction, block, number), orders),)
    )
    sign = carrier_sign(junction) ** np.arange(1, orders + 1)
    cumulant = sign[:, None] * found.values[0]  # (cumulant, point), meV
    name = junction.leads[number].name
    variables: dict[str, Flat] = {
        "current": ((), PA_PER_MEV * cumulant[0], "pA", f"current out of lead {name}"),
        "cumulant": (("cumulant_order",), PA_PER_MEV * cumulant, "pA", f"cumulants of the current out of lead {name}"),
    }
    if orders > 1:
        size = np.abs(cumulant[0])
        flowing = size > ROUNDING * junction.leads[number].Gamma
        fano = np.where(flowing, cumulant[1] / np.where(flowing, size, 1.0), np.nan)
        noise = 2 * ELEMENTARY_CHARGE * PA_PER_MEV * cumulant[1]
        variables["noise"] = ((), noise, "pA²/Hz", f"noise of the current out of lead {name}")
        variables["fano"] = ((), fano, "1", "Fano factor")
    variables["clamped"] = found.clamped
    return labelled(
        model,
        over,
        found.status,
        variables,
        {"cumulant_order": ("cumulant_order", np.arange(1, orders + 1), "1", "order of the cumulant")},
        question="cumulants",
        method="cumulants of a rate matrix with a counting field, order by order",
        options={"lead": name, "orders": orders},
        validity=["The noise is that of jumps, white below k_BT and eV."],
        references=("bagrets_nazarov2003", "flindt2008"),
        elastic="order-Γ²",
    )


def without_charging(junction: Junction, block: Transitions, lead: int) -> FloatArray:
    """Carriers out of the lead less the lead's share of those that stay on its dot (transition,)."""
    dot = junction.leads[lead].dot
    share = junction.leads[lead].Gamma / sum(other.Gamma for other in junction.leads if other.dot == dot)
    return np.asarray(block.carried[:, lead] - share * block.charged[:, junction.device.index(dot)])


def zero_frequency(block: Transitions, moved: FloatArray, orders: int) -> FloatArray:
    """Cumulants per time of what the transitions move (transition,), ħ C_m in meV (point, cumulant)."""
    rates, last = block.matrix(), last_state(block)
    tilts = [block.matrix(moved**order) for order in range(1, orders + 1)]
    vectors = [block.populations[:, :, None]]
    found = np.zeros((len(last), orders))
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is marked by who asked
        # The mth derivative of L(χ)v(χ) = λ(χ)v(χ) at χ = 0. Summed over all states, L v_m drops out, since a rate
        # matrix keeps probability, and Σv_k = 0 for k > 0: what is left is C_m. Then it is an equation for v_m, whose
        # right-hand side sums to zero, as it must for L to have a solution.
        for order in range(1, orders + 1):
            change = np.zeros_like(vectors[0])
            for k in range(1, order + 1):
                pushed = comb(order, k) * (tilts[k - 1] @ vectors[order - k])
                found[:, order - 1] += pushed.sum(axis=(1, 2))
                change -= pushed
            for k in range(1, order + 1):
                change += comb(order, k) * found[:, k - 1, None, None] * vectors[order - k]
            vectors.append(resolvent(rates, last, change).real)
    return found
