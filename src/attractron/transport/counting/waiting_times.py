"""Waiting times between detected jumps: how soon a carrier follows another, and on which dots.

Pairs show in what follows a detected jump.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.linalg import expm

from attractron.core.checks import FloatArray, choice
from attractron.core.constants import PER_NS
from attractron.transport.counting.counting_field import (
    DIRECTIONS,
    Transitions,
    detected,
    dot_numbers,
    evaluated,
    last_state,
    positive_axis,
)
from attractron.transport.junction import Junction
from attractron.transport.master_equation import resolvent_with_loss
from attractron.transport.question import labelled, prepared


def waiting_times(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    times: ArrayLike,
    *,
    dots: Sequence[str],
    direction: str = "in",
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
) -> xr.Dataset:
    """Waiting times between detected jumps (Brandes 2008).

    A detector sees every carrier that comes onto one of some dots (or leaves it). Its jumps fall into kinds, by the
    dots that change together: "L", "R", "L+R". After one of kind a, the next one is of kind b and comes within dτ after
    τ with probability

        w_ab(τ) dτ = ⟨1|J_b e^{Kτ} J_a|p⟩ dτ / ⟨1|J_a|p⟩,    K = L - Σ_c J_c,

    p the steady state and J_c the jumps of kind c. Σ_b∫w_ab dτ = 1, and the mean time from one to the next is the
    inverse of the rate of all. For jumps without correlations w is an exponential, and the next kind does not ask
    for the last.

    Theory: docs/theory/transport.md, eq-waiting.

    Args:
        junction: the junction.
        axes, processes, method, origin: as for `attractron.transport.current`.
        times: τ in ns, zero or positive, rising or falling.
        dots: the dots that the detector sees.
        direction: "in" or "out".

    Returns:
        Dataset over the axes: `waiting_time` (first, second, time, …) in 1/ns; `probability` (first, second, …), its
        integral; `mean_waiting_time` (first, …) in ns until the next jump of any kind; `rate` (first, …) in 1/ns;
        `clamped` and `status` as for `attractron.transport.current`. Where a kind does not occur its rows are zero.

    Raises:
        InputError: as for `attractron.transport.current`; no such dots; times that are no axis or negative.

    Example:
        From one electron on the dot to the next takes e/I; right after one there is no place for another.

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.01, temperature=0.1, bias=0.5)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.01, temperature=0.1, bias=-0.5)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> found = at.transport.waiting_times(junction, {"V_SD": 1.0}, [0.0], dots=["P"], processes="sequential")
        >>> round(float(found["mean_waiting_time"][0]), 4), float(found["waiting_time"][0, 0, 0])  # ns, 1/ns
        (0.1316, 0.0)
    """
    numbers = dot_numbers(junction, dots)
    choice("direction", direction, DIRECTIONS)
    tau = positive_axis("times", times)
    over, model = prepared(junction, axes, processes, method, origin)
    kinds = [kind for kind in range(1, 2 ** len(dots)) if kind.bit_count() <= len(model.tables)]
    found = evaluated(
        model, over, partial(_waiting, dots=numbers, direction=direction, kinds=kinds, times=tau * PER_NS)
    )
    density, probability, mean, rate = found.values
    names = ["+".join(dot for place, dot in enumerate(dots) if kind >> place & 1) for kind in kinds]
    return labelled(
        model,
        over,
        found.status,
        {
            "waiting_time": (("first", "second", "time"), PER_NS * density, "1/ns", "density of waiting times"),
            "probability": (("first", "second"), probability, "1", "probability of the kind of the next jump"),
            "mean_waiting_time": (("first",), mean / PER_NS, "ns", "mean time to the next jump"),
            "rate": (("first",), PER_NS * rate, "1/ns", "rate of jumps of a kind"),
            "clamped": found.clamped,
        },
        {
            "time": ("time", tau, "ns", "waiting time"),
            "first": ("first", names, "1", "kind of the first jump"),
            "second": ("second", names, "1", "kind of the next jump"),
        },
        question="waiting_times",
        method="survival between the detected jumps of a Markov chain",
        options={"dots": list(dots), "direction": direction},
        validity=["The detector misses nothing, and its back-action is not included."],
        references=("brandes2008",),
        elastic="order-Γ²",
    )


def _waiting(
    block: Transitions, dots: list[int], direction: str, kinds: list[int], times: FloatArray
) -> tuple[FloatArray, ...]:
    """Densities (point, first, second, time), probabilities, means (point, first), rates; units of ħ/meV."""
    kind = detected(block, dots, direction) @ 2.0 ** np.arange(len(dots))
    seen = np.stack([block.matrix((kind == each).astype(float)) for each in kinds], axis=1)  # (point, kind, f, i)
    silent = block.matrix((kind == 0).astype(float))
    leaving = seen.sum(axis=2)  # (point, kind, i)
    after = np.einsum("pkfi,pi->pfk", seen, block.populations)
    rate = after.sum(axis=1)
    start = after / np.where(rate > 0, rate, 1.0)[:, None, :]
    staying = -resolvent_with_loss(silent, leaving.sum(axis=1), last_state(block), start)  # time spent in each state
    diagonal = silent.sum(axis=1) + leaving.sum(axis=1)
    evolution = silent - diagonal[:, :, None] * np.eye(diagonal.shape[1])
    usable = np.where(np.isfinite(evolution), evolution, 0.0)
    density = [np.einsum("pbi,pij,pja->pab", leaving, expm(usable * tau), start) for tau in times]
    return np.stack(density, axis=-1), np.einsum("pbi,pia->pab", leaving, staying), staying.sum(axis=1), rate
