"""What a flow rests on, and where it leaves its range; said with every result."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.wires.flow.cutoffs import TANH, numbers
from attractron.wires.flow.equations import ABSENT, CUT, growth
from attractron.wires.flow.events import TRION, TRIPLET
from attractron.wires.flow.integrate import Ends, Flows
from attractron.wires.flow.scheme import Scheme

REFERENCES = ("shavit_oreg2020",)

METHOD = (
    "second-order flow by a Runge-Kutta pair of order 8(5,3) with located events; closed form once the source is "
    "negligible, so that no largest l enters"
)


def source_grows(flows: Flows, ends: Ends, scheme: Scheme) -> NDArray[np.bool_]:
    """Where a smooth cut-off does not cut: x_i > 1/χ at the end of a flow that no strong y_i ended before (flow,)."""
    code, chi = numbers(scheme.cutoff)
    if code != TANH:
        return np.zeros(len(ends.phase), dtype=bool)
    cut = flows.flags[:, :2] == CUT
    exponents = np.stack([growth(i, ends.x.T, flows.par.T) for i in range(2)], axis=1)  # (flow, 2)
    beyond = (cut & (exponents > 1 / chi)).any(axis=1)
    return np.asarray(beyond & (ends.phase != TRION))


def bare_strong(flows: Flows) -> NDArray[np.bool_]:
    """Where a coupling is beyond its threshold from the start, outside perturbation theory (flow,)."""
    present = flows.flags[:, :2] != ABSENT
    strong = (present & (flows.x[:, 2:4] >= flows.levels[1])).any(axis=1)
    return np.asarray(strong | (np.abs(flows.x[:, 0]) >= flows.levels[0]))


def notes(scheme: Scheme, grows: NDArray[np.bool_], strong: NDArray[np.bool_]) -> list[str]:
    """The approximations made and what the marks say, one sentence each."""
    found = [
        "The flow is of second order in y_s and y; where they reach their thresholds it ends, beyond is extrapolation.",
        "How the mismatch cuts the couplings off is a convention that moves phase boundaries: compare cut-offs.",
    ]
    if scheme.strong_coupling == "with_cutoff":
        found.append("The coupling counts as strong with its cut-off, √c|y|; without, |y|, it is strong earlier.")
    if scheme.l_max < math.inf:
        found.append(
            f"The flow ends at l_max = {scheme.l_max:g}: decoupled is what has no gap on that scale, and a smaller gap "
            "may be there."
        )
    if scheme.feedback == "published":
        found.append("The feedback on K̃ leaves out the factor (1∓Q/√2)² and the cross term ∂φ∂φ_c, as published.")
    if scheme.spin == "published":
        found.append(
            "(16b) as published leaves the SU(2) line at third order: y_s = +1 may be reached where there is no gap."
        )
    if grows.any():
        found.append(
            f"At {np.count_nonzero(grows)} of {grows.size} points x > 1/χ (`source_grows`): the tanh cut-off does not "
            "stop the source, and the gap that follows is a property of the scheme."
        )
    if strong.any():
        found.append(
            f"At {np.count_nonzero(strong)} of {strong.size} points a bare coupling is beyond its threshold "
            "(`bare_strong`): outside perturbation theory."
        )
    return found


def triplet_note(phase: NDArray[Any]) -> list[str]:
    """What the fourth phase is, where it occurs."""
    meaning = "`triplet`: y_s reaches +threshold, a spin gap with √2φ_s pinned at ±π/2 (S_z = 0 triplets) off SU(2)."
    return [meaning] if (phase == TRIPLET).any() else []
