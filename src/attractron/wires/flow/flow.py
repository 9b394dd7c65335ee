"""The flow of coupled wires to low energies as a question: its phase, its scales and its trajectory.

The equations are in `attractron.wires.flow.equations`, the phases' events in `attractron.wires.flow.events`, the closed
form of the end in `attractron.wires.flow.tail`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, axis, positive
from attractron.core.checks import axes as checked_axes
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flag_names, flags
from attractron.wires.flow.cutoffs import PUBLISHED, Cutoff
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.integrate import Ends, prepare, solve, trajectories
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.validity import METHOD, REFERENCES, bare_strong, notes, source_grows, triplet_note
from attractron.wires.model import KNOBS, CoupledWires, initial_couplings

if TYPE_CHECKING:
    import xarray as xr

POINTS = 201
"""Points of a trajectory unless they are given."""


def flow(
    wires: CoupledWires,
    *,
    cutoff: Cutoff = PUBLISHED,
    y_threshold: float = 1.0,
    ys_threshold: float = 1.0,
    stop: str = "first",
    feedback: str = "published",
    spin: str = "line-preserving",
    phase_factor: str = "published",
    axes: Mapping[str, ArrayLike] | None = None,
    Lambda: float | None = None,
) -> "xr.Dataset":
    """Flow to low energies (Shavit and Oreg 2020, (16); this module's equations): phase, scales and trajectory.

    The first of two events decides the phase: y_s = -ys_threshold at l_spin (paired), or |y_i| = y_threshold at
    l_trion < l*_i (trion). If neither happens the wires are decoupled.

    Args:
        wires: the bare couplings.
        cutoff: `Tanh(chi)`, `Sharp()` or `Frozen(chi)`, see `attractron.wires.flow.cutoffs`.
        y_threshold, ys_threshold: what counts as strong coupling.
        stop: "first" ends at the event that decides the phase; "both" goes on to the other one, extrapolating, and
            counts a strong |y_i| beyond l*_i as l_trion too.
        feedback: "published" (16e, f) or the "complete" second order; off the line (13) only "complete".
        spin: the form of (16b) for a K_s that is given: "line-preserving" or "published".
        phase_factor: where θ acts: "published" in (16a) alone, or "complete".
        axes: knob → values; arrays make dimensions, numbers fix a knob. "l" gives the points of the trajectory (from 0,
            rising), by default 201 from 0 to the last event.
        Lambda: energy of l = 0 in meV, about ħv_s/α_0; adds gaps in meV and K.

    Returns:
        Dataset over the axes: `phase` with CF flags; `l_spin`, `l_trion` (infinite: never; not a number: the flow ended
        before); `K_c_tilde_end`, `K_tilde_end`, `Q_end` at the end of the flow; marks `source_grows` and `bare_strong`;
        over `l` the trajectory `running_y_s`, `running_K_s`, `running_y`, `running_y_2`, `running_K_c_tilde`,
        `running_K_tilde`, `running_Q`, and `running_theta` where it flows, not a number beyond the last event. With
        Lambda: `spin_gap` = Λe^{-l_spin} and `trion_gap` = Λe^{-l_trion} in meV, `spin_temperature` and
        `trion_temperature`, the same over k_B in K. All else is dimensionless.

    Raises:
        InputError: an unknown choice or knob, numbers outside their range, the published feedback off the line (13).
    """
    scheme = Scheme(
        cutoff=cutoff,
        y_threshold=y_threshold,
        ys_threshold=ys_threshold,
        stop=stop,
        feedback=feedback,
        spin=spin,
        phase_factor=phase_factor,
    )
    given = dict(axes or {})
    points = None if "l" not in given else trajectory_points(given.pop("l"))
    knobs = checked_axes("axes", given, KNOBS)
    energy = None if Lambda is None else positive("Lambda", Lambda)
    fields = wires.fields(knobs)
    scheme.check(fields)
    flows = prepare(initial_couplings(fields), wires.beta, scheme)
    ends = solve(flows, stop == "both")
    last = last_event(ends)
    if points is None:
        points = np.linspace(0.0, float(np.where(np.isinf(last), ends.where[:, 2], last).max()) or 1.0, POINTS)
    paths = trajectories(flows, points, last)  # beyond the last event lies a pole
    dims = tuple(name for name, values in knobs.items() if np.ndim(values))
    shape = tuple(np.size(knobs[name]) for name in dims)
    grows, strong = source_grows(flows, ends, scheme), bare_strong(flows)
    flat: dict[str, Variable] = {
        **scales(ends, energy),
        **end_parameters(ends, flows.par),
        "source_grows": ("", grows, "1", "x > 1/χ: the cut-off does not stop the source"),
        "bare_strong": ("", strong, "1", "a bare coupling is beyond its threshold"),
    }
    variables = {name: reshaped(entry, dims, shape) for name, entry in flat.items()}
    for name, entry in trajectory(paths, flows.flags[:, :2] != 0, flows.par, bool(flows.flags[:, 4].any())).items():
        variables[name] = reshaped(entry, (*dims, "l"), (*shape, len(points)))
    result = dataset(
        variables,
        {**axis_coordinates(knobs), "l": ("l", points, "1", "logarithm l of the length scale")},
        question="wires.flow",
        parameters=wires.describe(),
        options={
            **scheme.describe(),
            "Lambda": energy,
            "fixed": {name: value for name, value in knobs.items() if not np.ndim(value)},
        },
        method=METHOD,
        validity=[*notes(fields, scheme, grows, strong), *triplet_note(ends.phase)],
        references=REFERENCES,
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def phase_name(flow: "xr.Dataset") -> str:
    """The phase of one flow: "decoupled", "paired", "trion" or, off the SU(2) line only, "triplet"."""
    return flag_names(flow["phase"])[int(flow["phase"])]


def trajectory_points(values: ArrayLike) -> FloatArray:
    """Rising points of l that start at 0 or later.

    Raises:
        InputError: not an axis, negative or falling.
    """
    points = axis("axes['l']", np.atleast_1d(values))
    if points[0] < 0 or points[-1] < points[0]:
        raise InputError("axes['l']", "rise from 0 or later", f"{points[0]:g} to {points[-1]:g}")
    return points


def last_event(ends: Ends) -> FloatArray:
    """l of the last event that was looked for and happened; infinite where there was none (flow,)."""
    scales = np.where(np.isfinite(ends.where[:, :2]), ends.where[:, :2], -np.inf).max(axis=1)
    return np.asarray(np.where(np.isfinite(scales), scales, np.inf))


def scales(ends: Ends, Lambda: float | None) -> dict[str, Variable]:
    """Phase, l of the events and gaps, flat."""
    found: dict[str, Variable] = {
        "phase": ("", ends.phase, "1", "phase"),
        "l_spin": ("", ends.where[:, 0], "1", "l where y_s is strong, ln of Λ over the spin gap"),
        "l_trion": ("", ends.where[:, 1], "1", "l where y is strong, ln of Λ over the trion gap"),
    }
    if Lambda is not None:
        for number, (name, what) in enumerate((("spin", "spin gap"), ("trion", "trion gap"))):
            gap = Lambda * np.exp(-ends.where[:, number])
            found[f"{name}_gap"] = ("", gap, "meV", what)
            found[f"{name}_temperature"] = ("", gap / K_B, "K", f"{what} over k_B")
    return found


def shifted(x: FloatArray, par: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """K̃_c, K̃ and Q of states (…, 9); in the published form Q is kept in the vectors v_i = (√2, ±β - √2Q)."""
    p, r, q = x[..., 4], x[..., 5], x[..., 6]
    kept = -(par[..., 2] + par[..., 3]) / (2 * np.sqrt(2))
    return 1 / p, p / (p * q - r * r), kept + r / p


def end_parameters(ends: Ends, par: FloatArray) -> dict[str, Variable]:
    """Parameters of the quadratic part at the end of the flow, flat."""
    K_c_tilde, K_tilde, Q = shifted(ends.x, par)
    return {
        "K_c_tilde_end": ("", K_c_tilde, "1", "K̃_c at the end of the flow"),
        "K_tilde_end": ("", K_tilde, "1", "K̃ at the end of the flow"),
        "Q_end": ("", Q, "1", "Q at the end of the flow"),
    }


def trajectory(paths: FloatArray, present: NDArray[np.bool_], par: FloatArray, turning: bool) -> dict[str, Variable]:
    """Variables of states (flow, point, 9) over l, flat in the flows; present (flow, 2): couplings that are not 0."""
    K_c_tilde, K_tilde, Q = shifted(paths, par[:, None])
    y = np.where(present[:, None] | np.isnan(paths[..., 2:4]), np.exp(np.minimum(paths[..., 2:4], 700.0)), 0.0)
    found: dict[str, Variable] = {
        "running_y_s": ("", paths[..., 0], "1", "y_s"),
        "running_K_s": ("", 1 + (paths[..., 0] + paths[..., 1]) / 2, "1", "K_s"),
        "running_y": ("", y[..., 0], "1", "|y|"),
        "running_y_2": ("", y[..., 1], "1", "|y₂|"),
        "running_K_c_tilde": ("", K_c_tilde, "1", "K̃_c"),
        "running_K_tilde": ("", K_tilde, "1", "K̃"),
        "running_Q": ("", Q, "1", "Q"),
    }
    if turning:
        found["running_y_s_imaginary"] = ("", paths[..., 7], "1", "y_s'', of sin √8φ_s")
        found["running_theta"] = ("", paths[..., 8], "rad", "phase between the spins' backscattering")
    return found


def reshaped(entry: Variable, dims: tuple[str, ...], shape: tuple[int, ...]) -> Variable:
    """A flat variable over the axes."""
    _, data, unit, long_name = entry
    return dims, np.reshape(data, shape), unit, long_name


def axis_coordinates(knobs: Mapping[str, Any]) -> dict[str, Variable]:
    """Coordinates of the knobs that are arrays."""
    return {
        name: (name, values, "rad" if name == "theta" else "1", KNOBS[name])
        for name, values in knobs.items()
        if np.ndim(values)
    }
