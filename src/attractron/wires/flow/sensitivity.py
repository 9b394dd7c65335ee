"""How the scales depend on the initial couplings: exact derivatives, by the variational equations of the flow.

With dx/dl = f(l, x, π) the derivatives δ = dx/da of the state by an initial parameter a obey

    dδ/dl = (∂f/∂x) δ + (∂f/∂π) dπ/da = Im f(l, x + iεδ, π + iε dπ/da)/ε,      δ(0) = dx_0/da,

π being what the equations hold as constants (l*_i, the vectors v_i, cos θ). A step ε = 1e-30 along the imaginary axis
subtracts nothing and truncates nothing in double precision. Where the event function g(x) reaches zero,
dl/da = -(∂g·δ)/(∂g·f), with what g has of l and l* itself where a cut-off is in it. At a sharp cut-off f jumps at l*_i,
and δ by (f_before - f_after) dl*_i/da.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import xarray as xr
from scipy.integrate import solve_ivp

from attractron.core.checks import FloatArray, choice
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.flow.equations import CUT, OFF, SIZE, UNCUT, equations, fall
from attractron.wires.flow.events import WITH_CUTOFF, log_strength
from attractron.wires.flow.integrate import Flows, begin, prepare, solve
from attractron.wires.flow.scheme import Scheme, chosen
from attractron.wires.flow.validity import METHOD, REFERENCES, bare_strong, notes, source_grows
from attractron.wires.model import KNOBS, CoupledWires, initial_couplings

STEP = 1e-30
"""Of the imaginary part."""
RTOL, ATOL = 1e-11, 1e-13


def sensitivity(
    wires: CoupledWires,
    parameters: Iterable[str] | None = None,
    *,
    scheme: Scheme | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """Derivatives of l_spin and l_trion by initial parameters (this module's equations).

    Args:
        wires: the initial couplings.
        parameters: names of knobs; by default all by which the flow is differentiable: those that are given and not at
            the point where they cease to matter (y = 0, mismatch = 0).
        scheme: all conventions (`attractron.wires.Scheme`); flows are followed to both events.
        conventions: fields of the scheme by name, instead of it: `cutoff`, `y_threshold`, `ys_threshold`,
            `strong_coupling`, `l_max`, `feedback`, `spin`, `phase_factor`.

    Returns:
        Dataset with the dimension `parameter`: `dl_spin` and `dl_trion`, not a number where there is no such event (its
        l is infinite); scalars `l_spin`, `l_trion`. A gap changes by -Δ dl. All are dimensionless.

    Raises:
        InputError: an unknown parameter, or one by which there is no derivative at this point; as `flow`.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=-0.2, y=0.0)
        >>> found = at.wires.sensitivity(wires, ["y_s"])  # l_spin = 1/|y_s| - 1
        >>> float(found.l_spin), found.dl_spin.values.round(6).tolist()
        (4.0, [25.0])
    """
    conventional = chosen(scheme, conventions, stop="both")
    fields = asdict(wires)
    conventional.check(fields)
    differentiable = [name for name in KNOBS if not _reason(name, fields, conventional)]
    names = differentiable if parameters is None else [_checked(name, fields, conventional) for name in parameters]
    flows = prepare(initial_couplings(fields), wires.beta, conventional)
    ends = solve(flows, both=True)
    starts = [_begin_derivative(fields, name, wires.beta, conventional) for name in names]
    at_start = np.stack([x for x, _ in starts], axis=1)  # (state, parameter)
    constants = np.stack([par for _, par in starts], axis=1)
    derivatives = [_event_derivative(flows, what, float(ends.where[0, what]), at_start, constants) for what in range(2)]
    return dataset(
        {
            "dl_spin": ("parameter", derivatives[0], "1", "derivative of l_spin by an initial parameter"),
            "dl_trion": ("parameter", derivatives[1], "1", "derivative of l_trion by an initial parameter"),
            "l_spin": ((), ends.where[0, 0], "1", "l where y_s is strong"),
            "l_trion": ((), ends.where[0, 1], "1", "l where y is strong"),
        },
        {"parameter": ("parameter", names, "1", "initial parameter")},
        question="wires.sensitivity",
        parameters=wires.describe(),
        options=conventional.describe(),
        method=f"variational equations along the flow; {METHOD}",
        validity=notes(conventional, source_grows(flows, ends, conventional), bare_strong(flows)),
        references=REFERENCES,
    )


def _checked(name: str, fields: dict[str, Any], scheme: Scheme) -> str:
    choice("parameters", name, KNOBS)
    if reason := _reason(name, fields, scheme):
        raise InputError("parameters", "name parameters by which the flow has a derivative", repr(name), reason)
    return name


def _reason(name: str, fields: dict[str, Any], scheme: Scheme) -> str:
    """Why there is no derivative by a parameter; empty where there is."""
    if fields[name] is None:
        return f"{name} is not given"
    if fields[name] == 0 and name in ("y", "y_2", "mismatch", "mismatch_2", "mass"):
        return f"{name} = 0 is a point where the flow changes its form"
    if name == "theta" and fields["K_s"] is None:
        return "theta needs a K_s"
    if name == "V_theta_ratio" and scheme.feedback == "published":
        return 'off the line (13) there is the "complete" feedback alone'
    return ""


def _begin_derivative(fields: dict[str, Any], name: str, beta: float, scheme: Scheme) -> tuple[FloatArray, FloatArray]:
    """Derivatives of the state at l = 0 (9,) and of the constants (10,) by a parameter."""
    x, par = begin(initial_couplings(fields | {name: fields[name] + 1j * STEP}), beta, scheme)
    return x[0].imag / STEP, par[0].imag / STEP


def _event_derivative(flows: Flows, what: int, end: float, at_start: FloatArray, constants: FloatArray) -> FloatArray:
    """dl/da (parameter,) of the event (0: y_s, 1: y) at l = end."""
    if not np.isfinite(end):
        return np.full(at_start.shape[1], np.nan)
    flags, par = flows.flags[0].copy(), flows.constants(slice(0, 1))[0]
    constants = np.pad(constants, ((0, flows.table.size), (0, 0)))
    state, start = np.concatenate([flows.x[0][:, None], at_start], axis=1), 0.0  # (state, value and derivatives)
    for stop in sorted({float(value) for value in par[:2] if 0 <= value < end} | {end}):
        state = _carried(state, start, stop, par, flags, constants)
        start = stop
        for number in range(2):
            if flows.sharp and flags[number] == UNCUT and par[number] == stop < end:
                before = _slope(stop, state[:, 0], par, flags)
                flags[number] = OFF
                jump = before - _slope(stop, state[:, 0], par, flags)
                state[:, 1:] += jump[:, None] * constants[number]
    x, slope = state[:, 0], _slope(end, state[:, 0], par, flags)
    gradient = np.zeros(SIZE)
    if what == 0:
        gradient[[0, 7]] = 2 * x[[0, 7]]
        return np.asarray(-(gradient @ state[:, 1:]) / (gradient @ slope))
    live = [number for number in range(2) if flows.flags[0, number]]
    strength = {number: log_strength(number, end, x, par, flags, flows.levels) for number in live}
    first = min(live, key=lambda number: abs(strength[number] - flows.levels[1]))
    gradient[2 + first] = 1.0
    falls = 0.0  # of ln √c with l; it rises as much with l*
    if flows.levels[2] == WITH_CUTOFF and flags[first] == CUT:
        falls = fall(end, par[first], par)
    return np.asarray(-(gradient @ state[:, 1:] + falls * constants[first]) / (gradient @ slope - falls))


def _carried(
    state: FloatArray, start: float, stop: float, par: FloatArray, flags: Any, constants: FloatArray
) -> FloatArray:
    """State and derivatives (state, 1 + parameter) from one l to another."""
    if stop <= start:
        return state

    def slopes(ell: float, flat: FloatArray) -> FloatArray:
        values, found = flat.reshape(state.shape), np.empty_like(state)
        found[:, 0] = _slope(ell, values[:, 0], par, flags)
        slope = np.zeros(SIZE, dtype=complex)
        for a in range(constants.shape[1]):
            equations(ell, values[:, 0] + 1j * STEP * values[:, 1 + a], par + 1j * STEP * constants[:, a], flags, slope)
            found[:, 1 + a] = slope.imag / STEP
        return found.ravel()

    with np.errstate(all="ignore"):  # in steps that are too long
        found = solve_ivp(slopes, (start, stop), state.ravel(), "DOP853", rtol=RTOL, atol=ATOL)
    return np.asarray(found.y[:, -1].reshape(state.shape))


def _slope(ell: float, x: FloatArray, par: FloatArray, flags: Any) -> FloatArray:
    out = np.zeros(SIZE)
    equations(ell, x, par, flags, out)
    return out
