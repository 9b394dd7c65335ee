"""The flow of coupled wires to low energies as a question: its phase, its scales and its trajectory.

The equations are in `attractron.wires.flow.equations`, the phases' events in `attractron.wires.flow.events`, the closed
form of the end in `attractron.wires.flow.tail`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, axis, member, positive
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flag_names, flags
from attractron.wires.flow.equations import ABSENT
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.integrate import Ends, prepare, solve, trajectories
from attractron.wires.flow.scheme import Scheme, chosen
from attractron.wires.flow.validity import METHOD, REFERENCES, bare_strong, notes, source_grows, triplet_note
from attractron.wires.model import KNOBS, CoupledWires, initial_couplings

POINTS = 201
"""Points of a trajectory unless they are given."""


def flow(
    wires: CoupledWires,
    *,
    scheme: Scheme | None = None,
    axes: Mapping[str, ArrayLike] | None = None,
    Lambda: float | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """Flow to low energies (Shavit and Oreg 2020, (16)): phase, scales and trajectory.

    The first of two events decides the phase: y_s = -ys_threshold at l_spin (paired), or |y_i| = y_threshold (√c_i|y_i|
    with strong_coupling="with_cutoff") at l_trion < l*_i (trion). If neither happens by l_max the wires are decoupled.

    Theory: docs/theory/wires.md, eq-flow, eq-feedback, eq-su2, eq-cutoff, eq-scales.

    Args:
        wires: the initial couplings.
        scheme: all conventions (`attractron.wires.Scheme`).
        axes: knob → values; arrays make dimensions, numbers fix a knob. "l" gives the points of the trajectory (from 0,
            rising), by default 201 from 0 to the last event.
        Lambda: energy of l = 0 in meV, about ħv_s/α_0; adds gaps in meV and K.
        conventions: fields of the scheme by name, instead of it: `cutoff`, `y_threshold`, `ys_threshold`,
            `strong_coupling`, `l_max`, `stop`, `feedback`, `spin`, `phase_factor`.

    Returns:
        Dataset over the axes: `phase` with CF flags; `l_spin`, `l_trion` (infinite: never; not a number: the flow ended
        before); `K_c_tilde_end`, `K_tilde_end`, `Q_end` at the end of the flow; marks `source_grows` and `bare_strong`;
        over `l` the trajectory `running_y_s`, `running_K_s`, `running_y`, `running_y_2`, `running_K_c_tilde`,
        `running_K_tilde`, `running_Q`, and `running_theta` where it flows, not a number beyond the last event or l_max.
        With Lambda: `spin_gap` = Λe^{-l_spin} and `trion_gap` = Λe^{-l_trion} in meV, `spin_temperature` and
        `trion_temperature`, the same over k_B in K. All else is dimensionless.

    Raises:
        InputError: an unknown choice or knob, numbers outside their range, the published feedback off the line (13).

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> found = at.wires.flow(wires, cutoff=at.wires.Tanh(chi=1.5), Lambda=10.0)
        >>> at.wires.phase_name(found), round(float(found.l_spin), 3), round(float(found.spin_temperature), 3)
        ('paired', 5.443, 0.502)
    """
    member("wires", wires, CoupledWires)
    conventional = chosen(scheme, conventions)
    given = dict(axes or {})
    points = None if "l" not in given else _trajectory_points(given.pop("l"))
    knobs = over_axes("axes", given, KNOBS)
    energy = None if Lambda is None else positive("Lambda", Lambda)
    fields = wires.fields(knobs)
    conventional.check(fields)
    flows = prepare(initial_couplings(fields), wires.beta, conventional)
    ends = solve(flows, conventional.stop == "both")
    last = np.minimum(_last_event(ends), conventional.l_max)
    if points is None:
        points = np.linspace(0.0, float(np.where(np.isinf(last), ends.where[:, 2], last).max()) or 1.0, POINTS)
    paths = trajectories(flows, points, last)  # beyond the last event lies a pole
    grows, strong = source_grows(flows, ends, conventional), bare_strong(flows)
    variables: dict[str, Variable] = {
        name: (knobs.dims, knobs.over(values), unit, long_name)
        for name, (values, unit, long_name) in (answers(ends, flows.par, grows, strong) | _gaps(ends, energy)).items()
    }
    present, turning = flows.flags[:, :2] != ABSENT, bool(flows.flags[:, 4].any())
    for name, (values, unit, long_name) in _trajectory(paths, present, flows.par, turning).items():
        variables[name] = ((*knobs.dims, "l"), np.reshape(values, (*knobs.shape, len(points))), unit, long_name)
    result = dataset(
        variables,
        {**knobs.labelled(KNOBS), "l": ("l", points, "1", "logarithm l of the length scale")},
        question="wires.flow",
        parameters=wires.describe(),
        options={**conventional.describe(), "Lambda": energy, "fixed": knobs.fixed},
        method=METHOD,
        validity=[*notes(conventional, grows, strong), *triplet_note(ends.phase)],
        references=REFERENCES,
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def phase_name(flow: xr.Dataset) -> str:
    """The phase of one flow: "decoupled", "paired", "trion" or, off the SU(2) line only, "triplet".

    Theory: docs/theory/wires.md, eq-scales.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.4, upsilon=0.12)
        >>> at.wires.phase_name(at.wires.flow(wires))
        'trion'
    """
    return flag_names(flow["phase"])[int(flow["phase"])]


Flat = dict[str, tuple[NDArray[Any], str, str]]
"""Name → values (flow, …), unit, long name."""


def answers(ends: Ends, par: FloatArray, grows: NDArray[np.bool_], strong: NDArray[np.bool_]) -> Flat:
    """All that is known of flows but their trajectories."""
    K_c_tilde, K_tilde, Q = _shifted(ends.x, par)
    return {
        "phase": (ends.phase, "1", "phase"),
        "l_spin": (ends.where[:, 0], "1", "l where y_s is strong, ln of Λ over the spin gap"),
        "l_trion": (ends.where[:, 1], "1", "l where y is strong, ln of Λ over the trion gap"),
        "K_c_tilde_end": (K_c_tilde, "1", "K̃_c at the end of the flow"),
        "K_tilde_end": (K_tilde, "1", "K̃ at the end of the flow"),
        "Q_end": (Q, "1", "Q at the end of the flow"),
        "source_grows": (grows, "1", "x > 1/χ: the cut-off does not stop the source"),
        "bare_strong": (strong, "1", "a bare coupling is beyond its threshold"),
    }


def _gaps(ends: Ends, Lambda: float | None) -> Flat:
    """Λe^{-l} of both events."""
    found: Flat = {}
    for number, (name, what) in enumerate((("spin", "spin gap"), ("trion", "trion gap"))):
        if Lambda is not None:
            gap = Lambda * np.exp(-ends.where[:, number])
            found[f"{name}_gap"] = (gap, "meV", what)
            found[f"{name}_temperature"] = (gap / K_B, "K", f"{what} over k_B")
    return found


def _trajectory_points(values: ArrayLike) -> FloatArray:
    """Rising points of l that start at 0 or later.

    Raises:
        InputError: not an axis, negative or falling.
    """
    points = axis("axes['l']", np.atleast_1d(values))
    if points[0] < 0 or points[-1] < points[0]:
        raise InputError("axes['l']", "rise from 0 or later", f"{points[0]:g} to {points[-1]:g}")
    return points


def _last_event(ends: Ends) -> FloatArray:
    """l of the last event that was looked for and happened; infinite where there was none (flow,)."""
    scales = np.where(np.isfinite(ends.where[:, :2]), ends.where[:, :2], -np.inf).max(axis=1)
    return np.asarray(np.where(np.isfinite(scales), scales, np.inf))


def _shifted(x: FloatArray, par: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """K̃_c, K̃ and Q of states (…, 9); in the published form Q is kept in the vectors v_i = (√2, ±β - √2Q)."""
    p, r, q = x[..., 4], x[..., 5], x[..., 6]
    kept = -(par[..., 2] + par[..., 3]) / (2 * np.sqrt(2))
    return 1 / p, p / (p * q - r * r), kept + r / p


def _trajectory(paths: FloatArray, present: NDArray[np.bool_], par: FloatArray, turning: bool) -> Flat:
    """Variables of states (flow, point, 9) over l; present (flow, 2): couplings that are not 0."""
    K_c_tilde, K_tilde, Q = _shifted(paths, par[:, None])
    y = np.where(present[:, None] | np.isnan(paths[..., 2:4]), np.exp(np.minimum(paths[..., 2:4], 700.0)), 0.0)
    found: Flat = {
        "running_y_s": (paths[..., 0], "1", "y_s"),
        "running_K_s": (1 + (paths[..., 0] + paths[..., 1]) / 2, "1", "K_s"),
        "running_y": (y[..., 0], "1", "|y|"),
        "running_y_2": (y[..., 1], "1", "|y₂|"),
        "running_K_c_tilde": (K_c_tilde, "1", "K̃_c"),
        "running_K_tilde": (K_tilde, "1", "K̃"),
        "running_Q": (Q, "1", "Q"),
    }
    if turning:
        found["running_y_s_imaginary"] = (paths[..., 7], "1", "y_s'', of sin √8φ_s")
        found["running_theta"] = (paths[..., 8], "rad", "phase between the spins' backscattering")
    return found
