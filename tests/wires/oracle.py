"""Flows by SciPy, from equations (16) written in the paper's own variables: the judge of the compiled ones.

Variables: y_s, K_s, ln y_1, ln y_2 (y itself leaves the range of floats) and either 1/K̃_c, 1/K̃ ("published") or M⁻¹,
a matrix ("complete"). Dimensions of the cosines come from the shifted K̃'s with Q, or from vᵀMv/4 with M inverted
numerically. The SU(2) line has K_s = 1 + y_s/2 put in, not integrated. The relative phase, when it flows, is kept as
the spin phases of complex couplings: with z = y_s e^{iδ} multiplying cos(√8φ_s - δ) and g = e^{iϑ}, θ = 2ϑ, the spin
phase of the wires' couplings,

    dz/dl = -X z - S g²,        d(y_i g)/dl = (… ) y_i g - ½ z ḡ y_i,

so that dg/dl is the part of -½ z ḡ that turns g.
"""

import math

import numpy as np
from scipy.integrate import solve_ivp


class Problem:
    """One flow; `wires` is a CoupledWires, the rest as the arguments of `flow`."""

    def __init__(
        self, wires, scheme="tanh", chi=1.5, *, feedback="published", spin="line-preserving", phase_factor="published"
    ):
        self.scheme, self.chi, self.spin, self.phase, self.complete = (
            scheme,
            chi,
            spin,
            phase_factor,
            feedback == "complete",
        )
        self.beta, self.Q, self.theta, self.line = wires.beta, wires.Q, wires.theta, wires.K_s is None
        self.l_star = np.array(wires.l_star)
        K_s = 1 + wires.y_s / 2 if self.line else wires.K_s
        p, q = 1 / wires.K_c_tilde, 1 / wires.K_tilde
        r = p * self.Q if self.complete else 0.0
        logarithms = [math.log(abs(y)) if y else -math.inf for y in (wires.y, wires.y_2)]
        self.present = np.isfinite(logarithms)
        logarithms = np.where(self.present, logarithms, 0.0)
        self.start = np.array([wires.y_s, 0.0, K_s, *logarithms, p, r, q + r * self.Q, wires.theta])

    def sources(self, ell, logarithms):
        """c_i and c_i y_i²."""
        if self.scheme == "sharp":
            c = (ell < self.l_star).astype(float)
            return c, self.present * c * np.exp(2 * c * logarithms)
        ln_c = -np.logaddexp(0.0, 2 * (ell - self.l_star) / self.chi)
        return np.exp(ln_c), self.present * np.exp(2 * logarithms + ln_c)

    def dimensions(self, p, r, q):
        signs = np.array([1, -1])
        if not self.complete:
            return 0.5 / p + (self.beta - signs * math.sqrt(2) * self.Q) ** 2 / 4 / q
        M = np.linalg.inv([[p, r], [r, q]])
        v = np.array([[math.sqrt(2), self.beta], [math.sqrt(2), -self.beta]])
        return np.einsum("ia,ab,ib->i", v, M, v) / 4

    def __call__(self, ell, state):
        y_s, imaginary, K_s, ln_1, ln_2, p, r, q, theta = state
        K_s = 1 + y_s / 2 if self.line else K_s
        c, sources = self.sources(ell, np.array([ln_1, ln_2]))
        S, z, turning = sources.sum() / 4, y_s + 1j * imaginary, self.phase == "complete"
        g2 = np.exp(1j * theta) if turning else np.cos(self.theta)
        dz = -2 * (K_s - 1) * z - S * g2
        pull = z / np.exp(1j * theta) if turning else z  # z ḡ², seen from y_i
        dy = (2 - self.dimensions(p, r, q) - K_s / 2 - pull.real / 2) * (c if self.scheme == "frozen" else 1)
        dtheta = -pull.imag if turning else 0.0
        dK_s = -(abs(z) ** 2 / 2 + S / 2) * (K_s**2 if self.spin == "published" else 1)
        cross = math.sqrt(2) * self.beta * (sources[0] - sources[1]) / 16 if self.complete else 0.0
        return np.array(
            [dz.real, dz.imag, dK_s, *dy, sources.sum() / 8, cross, self.beta**2 * sources.sum() / 16, dtheta]
        )


def ending(problem, y_threshold=1.0, rtol=1e-12, atol=1e-14):
    """Phase and ell of the event that decides it, None without one: both events up to each l*, then y_s alone."""

    def spin(ell, state):
        return math.hypot(state[0], state[1]) - 1

    def strong(which):
        def event(ell, state):
            counts = problem.present[which] and ell <= problem.l_star[which]
            return state[3 + which] - math.log(y_threshold) if counts else -1.0

        return event

    events = [spin, strong(0), strong(1)]
    for event in events:
        event.terminal, event.direction = True, 1
    state, ell = problem.start, 0.0
    stops = sorted({float(stop) for stop in problem.l_star if np.isfinite(stop) and stop > 0})
    for stop in [*stops, *(l_far for l_far in 50.0 * 2.0 ** np.arange(14))]:
        if stop <= ell:
            continue
        sides = problem.l_star.copy()
        if problem.scheme == "sharp":  # the stage's own side of every l*
            problem.l_star = np.where(problem.l_star <= ell, -np.inf, np.inf)
        found = solve_ivp(problem, (ell, stop), state, "DOP853", rtol=rtol, atol=atol, events=events)
        problem.l_star = sides
        for number, times in enumerate(found.t_events):
            if len(times):
                name = "trion" if number else ("paired" if found.y[0, -1] < 0 else "triplet")
                return name, float(times[0])
        state, ell = found.y[:, -1], stop
        source = problem.sources(ell, state[3:5])[1].sum()
        if ell >= max(stops, default=0.0) and _silent(problem, ell, state, source):
            return _tail(problem, ell, state)
    return "undecided", None


def _silent(problem, ell, state, source):
    above = 1.5 - problem.dimensions(*state[5:8]) > 1 / problem.chi - abs(state[0])
    grows = problem.scheme == "tanh" and (problem.present & above).any()
    return source < 1e-22 * min(1.0, state[0] ** 2) and not (grows and source > 0)


def _tail(problem, ell, state):
    """Without source y_s' = -X y_s, X' = -y_s²; on the line 1/y_s grows by one per ell."""
    y_s, X = state[0], 2 * (state[2] - 1)
    if problem.line:
        return ("paired", ell - 1 / y_s - 1) if y_s < 0 else ("decoupled", None)
    published, y = problem.spin == "published", math.hypot(y_s, state[1])
    kept = 4 * (1 / state[2] + math.log(state[2]) - 1) - y**2 / 2 if published else X * X - y**2
    if X > 0 and kept >= 0:
        return "decoupled", None

    def spin(ell, pair):
        return abs(pair[0]) - 1

    spin.terminal, spin.direction = True, 1
    found = solve_ivp(
        lambda ell, pair: [-pair[1] * pair[0], -(pair[0] ** 2) * ((1 + pair[1] / 2) ** 2 if published else 1)],
        (ell, 1e12),
        [math.copysign(y, y_s), X],
        "DOP853",
        rtol=1e-12,
        atol=1e-15,
        events=spin,
    )
    return ("paired" if y_s < 0 else "triplet"), float(found.t_events[0][0])
