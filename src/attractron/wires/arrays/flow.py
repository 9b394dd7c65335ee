"""Competition of Josephson and π-CDW coupling in an array of paired wires: the flow below the spin gap.

With g_J/(2π²α²) cos√2(θ_i - θ_j) on every bond, J = g_J/(πu) and U likewise, and modes of the stack with K_k and
participation s_k (`attractron.wires.arrays.model`):

    dJ/dl = (2 - d_J) J,      dU/dl = (2 - d_U) U,      dK_k/dl = (s_k/4)(J² - K_k² U²);

for two wires d_J = 1/K, d_U = K, dK/dl = (J² - K²U²)/4. The coefficient is that of the wire's own equations: a cosine
of vᵀφ with coupling y feeds d(M⁻¹)/dl = y² vvᵀ/16, here v = √2(e_i - e_j) summed over bonds; for vᵀθ it feeds M. All is
unchanged by J ↔ U with K_k → 1/K_k. The product of both cosines has conformal spin 1 and generates nothing uniform; the
couplings of second neighbours that products of adjacent bonds generate are neglected. `order="first"` keeps K_k fixed:
then J reaches 1 at l_spin + ln(1/J)/(2 - d_J) and

    T_c ~ Δ_s (J/Δ_s)^{1/(2 - d_J)} / k_B.

Start. The Josephson coupling exists below the spin gap only: it starts at l_spin, where the cut-off is Δ_s, with
J = (t_⊥/Δ_s)² (t_⊥²/Δ_s in units of Δ_s). The π-CDW coupling is there from the beginning: the 2k_F densities
(2/πα) cos√2φ_s cos√2φ_c of neighbours make it U = 4xb, x = U_⊥/(πu_c), b the ratio of the 2k_F part of U_⊥ to its
smooth part; with the spin cosines it has the dimension d_U + 1, so that it arrives at l_spin as

    U(l_spin) = 4xb F e^{(1 - d_U) l_spin},      F = exp(-2∫(d_s - ½)dl) over [0, l_spin],

d_s the dimension of one spin cosine, ½ + ¾y_s on the SU(2) line; F = (1 + l_spin)^{3/2} for the bare attraction with
the same gap. Beyond ln 1/(δα_0) a difference of densities ends its growth and its part in dK_k/dl.

The coupling that first reaches the threshold, 1 by default (a convention), decides. Without the π-CDW coupling and with
d_J > 2 the Josephson coupling of two wires fades for ever if J² < 8[2K - ln K - 1 - ln 2] and K < ½, since
J² - 8(2K - ln K) is conserved.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.wires.arrays.model import ArrayOfWires

BoolArray = NDArray[np.bool_]

DECOUPLED, SUPERCONDUCTOR, PI_CDW, UNDECIDED = 0, 1, 2, 3
PHASES = {DECOUPLED: "decoupled", SUPERCONDUCTOR: "superconductor", PI_CDW: "pi-CDW", UNDECIDED: "undecided"}

SAME = 1e-9
"""Couplings that become strong at scales as close as this leave the phase undecided."""

NONE = -1e4
"""ln of a coupling that is absent."""

TOLERANCE = 1e-10
MOST_STEPS = 20_000

FADED = -60.0
"""ln of an irrelevant Josephson coupling (d_J > 2 + 1e-6) that can no longer change any K."""


class Start(NamedTuple):
    """Flows at the spin gap, one for each point.

    Attributes:
        ln_J, ln_U: logarithms of the couplings (point,).
        ln_K: of the modes (point, mode).
        cut: l beyond the spin gap at which the π-CDW coupling is cut off (point,).
    """

    ln_J: FloatArray
    ln_U: FloatArray
    ln_K: FloatArray
    cut: FloatArray


def start(array: ArrayOfWires) -> Start:
    """Couplings at l_spin (module's docstring), for one array."""
    bare = 4 * abs(array.U_perp) * array.backscattering * array.spin_factor
    with np.errstate(divide="ignore"):
        ln_J = np.maximum(2 * np.log(array.t_perp / array.spin_gap), NONE)
        ln_U = np.maximum(np.log(bare) + (1 - array.dimensions[1]) * array.l_spin, NONE)
        cut = -np.log(array.delta) - array.l_spin
    ln_U = ln_U if cut > 0 else NONE
    return Start(np.atleast_1d(ln_J), np.atleast_1d(ln_U), np.log(array.K_modes)[None], np.atleast_1d(cut))


def slopes(state: FloatArray, s: FloatArray, uncut: FloatArray) -> FloatArray:
    """d/dl of (ln J, ln U, ln K_1, …) (point, 2 + mode); U grows and feeds back where `uncut` is 1, and rests at 0.

    An absent coupling stays absent: its stand-in `NONE` would reach strong coupling after l of 10⁴.
    """
    ln_J, ln_U, ln_K = state[:, :1], state[:, 1:2], state[:, 2:]
    d_J, d_U = np.mean(s * np.exp(-ln_K), axis=1), np.mean(s * np.exp(ln_K), axis=1)
    feedback = s / 4 * (np.exp(2 * ln_J - ln_K) - uncut[:, None] * np.exp(2 * ln_U + ln_K))
    grows_J, grows_U = ln_J[:, 0] > NONE / 2, uncut * (ln_U[:, 0] > NONE / 2)
    return np.concatenate([(grows_J * (2 - d_J))[:, None], (grows_U * (2 - d_U))[:, None], feedback], axis=1)


def first_order(flows: Start, s: FloatArray, level: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Phases and l beyond the spin gap where the winner's logarithm is `level`, for fixed K_k; infinite: decoupled."""
    rates = slopes(np.column_stack([flows.ln_J, flows.ln_U, flows.ln_K]), s, np.ones_like(flows.cut))[:, :2].T
    with np.errstate(divide="ignore", invalid="ignore"):
        l_J, l_U = (
            np.where(ln >= level, 0.0, np.where((rate > 0) & (ln > NONE), (level - ln) / rate, np.inf))
            for ln, rate in zip((flows.ln_J, flows.ln_U), rates, strict=True)
        )
    l_U = np.where(l_U <= flows.cut, l_U, np.inf)
    return _winner(l_J, l_U), np.minimum(l_J, l_U)


def second_order(flows: Start, s: FloatArray, level: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """The same with K_k flowing: an embedded Runge-Kutta pair of order 5, every flow with its own steps."""
    state = np.column_stack([flows.ln_J, flows.ln_U, flows.ln_K])
    at, h = np.zeros(len(state)), np.full(len(state), 0.1)
    phase, strong = first_order(flows, s, level)
    todo = np.where((flows.ln_J >= level) | (flows.ln_U >= level), False, True)
    phase, strong = np.where(todo, UNDECIDED, phase), np.where(todo, np.nan, strong)
    ended: list[tuple[NDArray[Any], ...]] = []  # flows that end in a step, which is divided further for all at once
    for _ in range(MOST_STEPS):
        faded = todo & _never(state, s, at >= flows.cut)
        phase[faded], strong[faded] = DECOUPLED, np.inf
        todo &= ~faded
        run = np.flatnonzero(todo)
        if not run.size:
            break
        # Steps end where the dephasing cuts the π-CDW coupling off: the equations jump there.
        uncut = (at[run] < flows.cut[run]).astype(float)
        step = np.minimum(h[run], np.where(uncut > 0, flows.cut[run] - at[run], np.inf))
        new, error = _step(state[run], s, uncut, step)
        accepted = error <= 1  # the local error falls as step⁵, hence the power 1/5 below
        h[run] = step * np.clip(0.9 * np.maximum(error, 1e-10) ** -0.2, 0.2, 4.0)
        rises = np.column_stack([new[:, 0] >= level, (new[:, 1] >= level) & (uncut > 0)]) & accepted[:, None]
        ends = rises.any(axis=1)
        if ends.any():
            ended.append((run[ends], uncut[ends], step[ends], rises[ends]))
            todo[run[ends]] = False
        moved = run[accepted & ~ends]
        state[moved] = new[accepted & ~ends]
        reached = np.isclose(at[moved] + step[accepted & ~ends], flows.cut[moved], rtol=1e-14, atol=0)
        at[moved] = np.where(reached, flows.cut[moved], at[moved] + step[accepted & ~ends])
    if ended:
        where, uncut, step, rises = (np.concatenate(each) for each in zip(*ended, strict=True))
        l_J, l_U = (_where_strong(state[where], s, uncut, step, (which, level), rises[:, which]) for which in (0, 1))
        phase[where], strong[where] = _winner(l_J, l_U), at[where] + np.minimum(l_J, l_U)
    return phase, strong


def _winner(l_J: FloatArray, l_U: FloatArray) -> FloatArray:
    lead = np.where(np.isinf(l_J) & np.isinf(l_U), 0.0, np.where(l_J < l_U, -1.0, 1.0))
    close = np.isfinite(l_J) & np.isfinite(l_U)
    close[close] = np.abs(l_J[close] - l_U[close]) <= SAME * (1 + l_J[close])
    decided = np.select([lead < 0, lead > 0], [SUPERCONDUCTOR, PI_CDW], DECOUPLED)
    return np.where(close, UNDECIDED, decided)


def _never(state: FloatArray, s: FloatArray, cut: BoolArray) -> BoolArray:
    """Flows in which nothing grows any more: one coupling is cut off or absent, and the other fades or is absent."""
    ln_J, ln_U, ln_K = state[:, 0], state[:, 1], state[:, 2:]
    no_J, no_U = ln_J <= NONE / 2, cut | (ln_U <= NONE / 2)
    return np.asarray((no_U & (no_J | _fades(ln_J, ln_K, s))) | (no_J & _fades(ln_U, -ln_K, s)))


def _fades(ln_J: FloatArray, ln_K: FloatArray, s: FloatArray) -> BoolArray:
    """Whether J alone dies out (module's docstring; U with 1/K for K): exact for two wires, on a ring once tiny."""
    if s.size == 1:
        K = np.exp(ln_K[:, 0])
        separatrix = 8 * (2 * K - ln_K[:, 0] - 1 - np.log(2))
        return np.asarray((K < 0.5) & (np.exp(2 * ln_J) <= separatrix))
    return np.asarray((np.mean(s * np.exp(-ln_K), axis=1) > 2 + 1e-6) & (ln_J < FADED))


# Coefficients of Dormand and Prince's pair 5(4).
A = (
    (),
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
DIFFERENCE = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)


def _step(state: FloatArray, s: FloatArray, uncut: FloatArray, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One step: the new state and its estimated error in units of the tolerance (point,)."""
    found: list[FloatArray] = []
    new = state
    with np.errstate(over="ignore", invalid="ignore"):  # in steps that are too long: their error is not finite
        for row in A:
            new = state + h[:, None] * _summed(row, found)
            found.append(slopes(new, s, uncut))
        error = h[:, None] * _summed(DIFFERENCE, found)
        largest = np.max(np.abs(error) / (TOLERANCE * (1 + np.abs(state))), axis=1)
    return new, np.where(np.isfinite(largest), largest, 1e10)


def _summed(weights: tuple[float, ...], found: list[FloatArray]) -> FloatArray:
    """Σ w k; absent weights take no time, and without any there is no change."""
    total: FloatArray | None = None
    for weight, k in zip(weights, found, strict=True):
        if weight:
            total = weight * k if total is None else np.add(total, weight * k, out=total)
    return np.zeros(1) if total is None else total


def _where_strong(
    state: FloatArray, s: FloatArray, uncut: FloatArray, h: FloatArray, event: tuple[int, float], rises: BoolArray
) -> FloatArray:
    """Where in the step ln J (0) or ln U (1) passes a level, by bisection with steps of the method; else infinite."""
    which, level = event
    found = np.full_like(h, np.inf)
    if not rises.any():
        return found
    state, uncut, high = state[rises], uncut[rises], h[rises]
    low = np.zeros_like(high)
    for _ in range(45):
        middle = (low + high) / 2
        above = _step(state, s, uncut, middle)[0][:, which] >= level
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    found[rises] = high
    return found
