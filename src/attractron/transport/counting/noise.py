"""Noise: how the currents of two leads vary together at a finite frequency.

Leads alone on their dot have no noise at zero frequency, since what enters comes out again. Pairs show in how their
currents vary together at finite frequency, and in what follows a detected jump (`waiting_times`).
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, shown
from attractron.core.constants import ELEMENTARY_CHARGE, PA_PER_MEV, PER_NS
from attractron.core.errors import InputError
from attractron.transport.counting.counting_field import (
    Transitions,
    evaluated,
    last_state,
    lead_number,
    positive_axis,
)
from attractron.transport.junction import Junction
from attractron.transport.master_equation import resolvent
from attractron.transport.question import labelled, prepared


def noise_spectrum(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    frequency: ArrayLike,
    *,
    leads: tuple[str, str],
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
) -> xr.Dataset:
    """Noise of the currents out of two leads at finite frequency (Korotkov 1994; MacDonald's formula for jumps).

        S_ab(ω) = 2∫dτ e^{iωτ} ⟨δI_a(τ) δI_b(0)⟩ = 2e² {D_ab + ⟨1|J_a G(ω) J_b|p⟩ + ⟨1|J_b G(-ω) J_a|p⟩},
        J_a = Σ_j n_ja Γ_j |f⟩⟨i|,    D_ab = Σ_j n_ja n_jb Γ_j p_i,    G(ω) = ∫_0^∞dτ e^{iωτ} (e^{Lτ} - |p⟩⟨1|),

    one-sided, of the carriers that tunnel at the leads (displacement currents are not added). It goes from the second
    cumulant at ω = 0 to 2e² D_ab, the jumps that both leads take part in, far above all rates: for leads on different
    dots D_ab is positive where they fill or empty together and negative where one gives what the other takes.

    Theory: docs/theory/transport.md, eq-noise.

    Args:
        junction: the junction.
        axes, processes, method, origin: as for `attractron.transport.current`.
        frequency: ω/2π in GHz, zero or positive, rising or falling.
        leads: names of a and b, which may be the same.

    Returns:
        Dataset over frequency and the axes: `spectrum` Re S_ab and `spectrum_imaginary` Im S_ab in pA²/Hz;
        `simultaneous` 2e² D_ab; `clamped` and `status` as for `attractron.transport.current`.

    Raises:
        InputError: as for `attractron.transport.current`; no such lead; frequencies that are no axis or negative.

    Example:
        A symmetric double barrier: half of Schottky's 2eI at zero frequency, all of it far above the rates.

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.01, temperature=0.1, bias=0.5)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.01, temperature=0.1, bias=-0.5)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> axes, frequency = {"V_SD": 1.0}, [0.0, 1e4]  # mV, GHz
        >>> found = at.transport.noise_spectrum(junction, axes, frequency, leads=("S", "S"), processes="sequential")
        >>> schottky = 2 * 1.602176634e-7 * 1217.067  # 2eI in pA²/Hz
        >>> (found["spectrum"] / schottky).values.round(4).tolist()
        [0.5, 1.0]
    """
    if isinstance(leads, str) or not isinstance(leads, Sequence) or len(leads) != 2:
        raise InputError("leads", "name two leads", shown(leads), 'for example ("L", "R")')
    a, b = (lead_number(junction, "leads", name) for name in leads)
    values = positive_axis("frequency", frequency)
    over, model = prepared(junction, axes, processes, method, origin)
    found = evaluated(model, over, partial(_spectrum, a=a, b=b, omega=2 * np.pi * values / PER_NS))
    scale = 2 * ELEMENTARY_CHARGE * PA_PER_MEV
    real, imaginary, both = (scale * value for value in found.values)
    of = f"S({leads[0]},{leads[1]})"
    return labelled(
        model,
        over,
        found.status,
        {
            "spectrum": (("frequency",), real, "pA²/Hz", f"noise {of}, real part"),
            "spectrum_imaginary": (("frequency",), imaginary, "pA²/Hz", f"noise {of}, imaginary part"),
            "simultaneous": ((), both, "pA²/Hz", f"noise {of} of jumps that both leads take part in"),
            "clamped": found.clamped,
        },
        {"frequency": ("frequency", values, "GHz", "frequency")},
        question="noise_spectrum",
        method="correlations of the jumps of a Markov chain",
        options={"leads": list(leads)},
        validity=["Jumps have no quantum noise: it holds for ħω below k_BT and the distances to resonance."],
        references=("korotkov1994",),
        elastic="order-Γ²",
    )


def _spectrum(block: Transitions, a: int, b: int, omega: FloatArray) -> tuple[FloatArray, ...]:
    """Re S_ab, Im S_ab (point, frequency) and D_ab (point,) over 2e², ħ × rate in meV."""
    rates, last, p = block.matrix(), last_state(block), block.populations[:, :, None]
    n_a, n_b = block.carried[:, a], block.carried[:, b]
    frequencies = block.rate * block.populations[:, block.initial]
    both = np.asarray(frequencies @ (n_a * n_b))
    after = np.concatenate([_fluctuation(block.matrix(n) @ p, p) for n in (n_a, n_b)], axis=2)
    # Σ_f of J: how much current flows on average from every state, (point, state)
    flow_a, flow_b = (block.matrix(n).sum(axis=1) for n in (n_a, n_b))
    total = np.empty((len(last), omega.size), dtype=complex)
    for number, value in enumerate(omega):
        x = resolvent(rates, last, -after, float(value))
        total[:, number] = both + (flow_a * x[:, :, 1]).sum(axis=1) + (flow_b * x[:, :, 0].conj()).sum(axis=1)
    return total.real, total.imag, both


def _fluctuation(after: FloatArray, p: FloatArray) -> FloatArray:
    """What a jump leaves behind, less as much of the steady state."""
    return np.asarray(after - p * after.sum(axis=1, keepdims=True))
