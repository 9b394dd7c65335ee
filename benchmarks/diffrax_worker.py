"""The flows of `benchmarks.flows` by diffrax: reads points and parameters from standard input, writes times and l.

Double precision, Dopri8 with rtol 1e-12, one vectorised and compiled call for all flows: [0, l*] with both events, then
[l*, l*+60] with that of y_s, events located by root-finding. Run by the Python that DIFFRAX_PYTHON names.
"""

import json
import sys
import time

import diffrax
import jax
import jax.numpy as jnp
import optimistix

jax.config.update("jax_enable_x64", True)

RUNS = 3


def slope(ell, state, args):
    """(16) on the SU(2) line, y_2 = 0: y_s, ln y, 1/K̃_c, 1/K̃."""
    y_s, ln_y, p, q = state
    l_star, weight, chi = args
    source = jnp.exp(2 * ln_y - jnp.logaddexp(0.0, 2 * (ell - l_star) / chi))
    return jnp.stack([-y_s * y_s - source / 4, 1.5 - 0.5 / p - 0.75 * y_s - weight / q, source / 8, source / 4])


def spin(t, y, args, **kwargs):
    return y[0] + 1.0


def strong(t, y, args, **kwargs):
    return y[1]


def stage(start, stop, state, args, events):
    """The state at the end of a stage, its l, and which event ended it."""
    found = diffrax.diffeqsolve(
        diffrax.ODETerm(slope),
        diffrax.Dopri8(),
        start,
        stop,
        0.05,
        state,
        args,
        stepsize_controller=diffrax.PIDController(rtol=1e-12, atol=1e-14),
        event=diffrax.Event(events, optimistix.Newton(rtol=1e-12, atol=1e-12)),
        saveat=diffrax.SaveAt(t1=True),
        max_steps=10_000,
        throw=False,
    )
    return found.ys[-1], found.ts[-1], found.event_mask


def flow(mismatch, y, start):
    """l of the deciding event, infinite without one."""
    y_s, p, q, weight, chi = start
    l_star = -jnp.log(mismatch)
    args = (l_star, weight, chi)
    state, at, first = stage(0.0, l_star, jnp.stack([y_s, jnp.log(y), p, q]), args, [spin, strong])
    state, later, second = stage(l_star, l_star + 60.0, state, args, [spin])
    tail = jnp.where(state[0] < 0, l_star + 59.0 - 1 / state[0], jnp.inf)
    return jnp.where(first[0] | first[1], at, jnp.where(second[0], later, tail))


def main() -> None:
    question = json.load(sys.stdin)
    points, start = jnp.array(question["points"]), jnp.array(question["start"])
    run = jax.jit(jax.vmap(flow, in_axes=(0, 0, None)))
    answer = jax.block_until_ready(run(points[:, 0], points[:, 1], start))
    times = []
    for _ in range(RUNS):
        clock = time.process_time()
        jax.block_until_ready(run(points[:, 0], points[:, 1], start))
        times.append(time.process_time() - clock)
    found = [float(value) if jnp.isfinite(value) else None for value in answer]
    json.dump({"seconds": times, "l": found, "version": diffrax.__version__}, sys.stdout)


if __name__ == "__main__":
    main()
