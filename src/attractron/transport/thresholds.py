"""Turn-on lines of the current through the polarizer: where they lie, and where a calculated or measured map has them.

From (1,1;0), states written (n_L,n_R;n_P), an electron of the source enters P while s electrons leave L and R:

    0e: (1,1;0) → (1,1;1),    1e: (1,1;0) → (1,0;1) or (0,1;1),    2e: (1,1;0) → (0,0;1).

Each costs the difference of charging energies; the bias pays for it. Hence lines of slope s in the gate voltage.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, finite, non_negative, positive, shown
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.transport.junction import BIAS, lever_arm_of_bias

FLOOR = 1e-9
"""Part of a map's largest value below which its numbers are taken for rounding."""

LEVELS = (1.0, 0.1)
"""Levels of the contours, in units of the geometric mean of the signal at the midpoints."""

ESTIMATORS = ("midpoint", *(f"contour at {level:g}" for level in LEVELS))

FEWEST = 3
"""Columns that a straight line needs to be more than its own ends."""


def threshold_lines(W: float, U: float, mu_P: float, beta: float = 0.0) -> xr.Dataset:
    """The lowest bias at which s = 0, 1, 2 electrons of L and R help an electron of the source into P.

        0e:  (1 - β) eV = 2U - µ_P
        1e:  (1 - β) eV = (3U - W)/2 - µ_P + αV
        2e:  (1 - β) eV = U - µ_P + 2αV

    with αV counted from the centre, µ_L = µ_R = (U + W)/2 + αV, the leads of L and R at potential 0, V_SD ≥ 0 and
    temperature 0. From left to right 2e, 1e and 0e are the lowest; they meet at αV = (U ∓ W)/2, whatever µ_P and β.
    At µ_P = U and β = 0 these corners lie at eV = U - W, which is 2Δ, and eV = U. Without 2e, 0e and 1e conduct there
    only right of αV = (U - W)/2: left of it (0,1;1) → (0,0;1) is downhill, and (0,0;1) is a trap.

    Theory: docs/theory/transport.md, eq-thresholds.

    Args:
        W: repulsion between an electron on L and one on R, meV.
        U: repulsion between an electron on L or R and one on P, meV.
        mu_P: chemical potential of P, meV.
        beta: lever arm β of the source on P.

    Returns:
        Dataset over `process` ("0e", "1e", "2e"): `slope` and `intercept`, of the line V_SD(αV); `start`, αV from which
        the line is the lowest of the three, and `start_bias`, V_SD there. meV, and mV for biases.

    Raises:
        InputError: not 0 ≤ W < U; β outside [0, 1); µ_P outside W … 2U - W, where (0,0) and (1,1) meet nowhere.

    Example:
        >>> lines = at.transport.threshold_lines(W=0.435, U=0.925, mu_P=0.925)
        >>> lines["slope"].values.tolist(), lines["start_bias"].values.round(3).tolist()  # 0e, 1e, 2e
        ([0.0, 1.0, 2.0], [0.925, 0.49, 0.0])
    """
    W, U, mu_P, beta = non_negative("W", W), finite("U", U), finite("mu_P", mu_P), lever_arm_of_bias(beta)
    if not W < U:
        raise InputError("U", f"be larger than W = {W:g} meV, else the electrons of L and R do not attract", U)
    if not W < mu_P < 2 * U - W:
        raise InputError(
            "mu_P",
            f"lie between W and 2U - W, {W:g} and {2 * U - W:g} meV, where (0,0) and (1,1) meet",
            mu_P,
            "µ_P = U is the particle-hole symmetric point",
        )
    electrons = np.arange(3)
    intercept = np.array([2 * U - mu_P, (3 * U - W) / 2 - mu_P, U - mu_P]) / (1 - beta)
    slope = electrons / (1 - beta)
    start = np.array([(U + W) / 2, (U - W) / 2, (mu_P - U) / 2])
    return dataset(
        {
            "slope": ("process", slope, "mV/meV", "slope dV_SD/d(αV) of the turn-on line"),
            "intercept": ("process", intercept, "mV", "bias of the line at αV = 0"),
            "start": ("process", start, "meV", "αV from which the line is the lowest"),
            "start_bias": ("process", intercept + slope * start, "mV", "bias where it begins"),
        },
        {"process": ("process", [f"{count}e" for count in electrons], "1", "electrons of L and R that take part")},
        question="transport.threshold_lines",
        parameters={"W": W, "U": U, "mu_P": mu_P, "beta": beta},
        method="differences of charging energies",
        validity=["Temperature 0, levels without width; positive bias, from the state (1,1;0)."],
        references=["hamo2016"],
    )


def turn_on_line(
    signal: xr.DataArray, between: tuple[float, float], *, temperature: float, beta: float = 0.0
) -> xr.Dataset:
    """The straight line along which a current turns on, from a map over a gate and the bias, by several estimators.

    Where amplitudes vary little over k_BT, k electrons that tunnel together at the cost x k_BT do so at a rate

        e^(-x/2) g_k(x),    g_1 = 1/(2 cosh(x/2)),  g_2 = x/(2 sinh(x/2)),  g_3 = (x² + π²)/(4 cosh(x/2)),  …

    with g even in any order, since x → -x is the way back and local detailed balance fixes the ratio. The logarithmic
    slope is therefore half the thermal one exactly on threshold, and the midpoint

        d ln I/dV_SD = (1 - β) e/2k_BT

    finds it in the line shape without knowledge of the order. It is biased upwards where the amplitude grows with the
    bias within k_BT, and where thermally activated processes of lower order take over.
    Contours at the mean signal of the midpoints and at a tenth of it are biased by amplitudes that vary along the line
    and by up to k_BT ln 10; how far the three are apart is the uncertainty.

    The elastic current has no threshold and must be taken off before: from a calculated map its `contribution`, from a
    measured one a column in which nothing else flows. Noise must be small beside the signal over a few k_BT of bias.

    Theory: docs/theory/transport.md, eq-turn-on.

    Args:
        signal: the inelastic current over two dimensions, a gate and "V_SD" (mV), both rising; NaN is left out.
        between: range of the gate in which to look.
        temperature: of the leads, K.
        beta: lever arm β of the source on the dot that fills.

    Returns:
        Dataset: `turn_on` (estimator, gate) in mV, NaN where a column shows none; per estimator the straight line
        through them, `estimated_slope` and `estimated_bias` at `middle` of the range; `slope` and `bias`, those of the
        midpoints, with `slope_uncertainty` and `bias_uncertainty`, the largest difference to another estimator.

    Raises:
        InputError: not a map over V_SD and one more axis; fewer than three columns in the range, or with a turn-on.

    Example:
        A process of two electrons whose cost is 0.3 meV + αV - eV_SD, at 0.2 K:

        >>> import xarray as xr
        >>> gate, bias = np.linspace(0.0, 0.4, 5), np.linspace(0.0, 1.0, 200)
        >>> cost = (0.3 + gate[:, None] - bias) / (0.0861733 * 0.2)
        >>> signal = xr.DataArray(cost / np.expm1(cost), {"V": gate, "V_SD": bias})
        >>> line = at.transport.turn_on_line(signal, (0.0, 0.4), temperature=0.2)
        >>> round(float(line["slope"]), 2), round(float(line["bias"]), 2)  # mV at V = 0.2 mV
        (1.0, 0.5)
    """
    half = (1 - lever_arm_of_bias(beta)) / (2 * K_B * positive("temperature", temperature))
    gate = _gate(signal)
    low, high = _ends(between)
    chosen = signal.sel({gate: slice(low, high)}).transpose(gate, BIAS)
    across, V, values = chosen[gate].to_numpy(), chosen[BIAS].to_numpy(), chosen.to_numpy()
    if across.size < FEWEST:
        raise InputError("between", f"hold at least {FEWEST} points of the gate", f"{across.size} within {between}")
    largest = float(np.abs(signal).max())  # NaN is skipped, and where all are NaN none is above it
    logs = np.log(np.where(values > FLOOR * largest, values, np.nan))
    found = _turn_ons(V, logs, half)
    columns = int(np.isfinite(found).sum(axis=1).min())
    if columns < FEWEST:
        raise InputError(
            "signal",
            f"turn on in at least {FEWEST} columns of the range",
            columns,
            "take the elastic current off, widen the range, or take finer steps of the bias",
        )
    middle = float(np.mean(across))
    lines = np.array([_line(across - middle, each) for each in found])
    apart = np.abs(lines[1:] - lines[0]).max(axis=0)
    gate_unit = str(chosen[gate].attrs.get("units", "1"))
    return dataset(
        {
            "turn_on": (("estimator", gate), found, "mV", "bias at which the current turns on"),
            "estimated_slope": ("estimator", lines[:, 0], f"mV/{gate_unit}", "slope of the straight line"),
            "estimated_bias": ("estimator", lines[:, 1], "mV", "bias of the straight line at the middle"),
            "slope": ((), lines[0, 0], f"mV/{gate_unit}", "slope of the turn-on line"),
            "slope_uncertainty": ((), apart[0], f"mV/{gate_unit}", "difference of the estimators"),
            "bias": ((), lines[0, 1], "mV", "bias of the turn-on line at the middle"),
            "bias_uncertainty": ((), apart[1], "mV", "difference of the estimators"),
            "middle": ((), middle, gate_unit, "middle of the columns"),
        },
        {
            "estimator": ("estimator", list(ESTIMATORS), "1", "how the turn-on was found"),
            gate: (gate, across, gate_unit, str(chosen[gate].attrs.get("long_name", gate))),
        },
        question="transport.turn_on_line",
        parameters={"temperature": temperature, "beta": beta},
        options={"between": [low, high]},
        method="half of the thermal logarithmic slope, and two level contours; straight lines by least squares",
        validity=[
            "Midpoints rest on local detailed balance, on amplitudes that vary little over k_BT, and on one process "
            "that dominates."
        ],
        references=["hamo2016"],
    )


def _ends(between: tuple[float, float]) -> tuple[float, float]:
    if not isinstance(between, Sequence) or len(between) != 2:
        raise InputError("between", "be two numbers, the ends of a range of the gate", shown(between))
    low, high = (finite("between", end) for end in between)
    return low, high


def _gate(signal: xr.DataArray) -> str:
    """The other axis of a map over the bias; both must rise."""
    if not isinstance(signal, xr.DataArray):
        raise InputError("signal", "be a DataArray, with its axes", shown(type(signal).__name__))
    dims = [str(dim) for dim in signal.dims]
    if len(dims) != 2 or BIAS not in dims:
        raise InputError("signal", f"be a map over {BIAS} and one gate", f"dimensions ({', '.join(dims)})")
    for dim in dims:
        if signal.sizes[dim] < FEWEST or not (np.diff(signal[dim].to_numpy()) > 0).all():
            got = f"{signal.sizes[dim]} points from {signal[dim].to_numpy()[0]:g}"
            raise InputError("signal", f"have {FEWEST} points or more along {dim}, rising", got, "sort it: sortby")
    return dims[1 - dims.index(BIAS)]


def _turn_ons(V: FloatArray, logs: FloatArray, half: float) -> FloatArray:
    """Turn-on of every column by every estimator (estimator, gate)."""
    midpoints = np.array([_midpoint(V, column, half) for column in logs])
    known = np.isfinite(midpoints)
    at = [np.interp(bias, V, column) for bias, column in zip(midpoints[known], logs[known], strict=True)]
    level = float(np.mean(at)) if at else np.nan
    contours = [[_crossing(V, column, level + np.log(part)) for column in logs] for part in LEVELS]
    return np.array([midpoints, *contours])


def _midpoint(V: FloatArray, logs: FloatArray, half: float) -> float:
    """Where the logarithmic slope falls through `half` at the end of the highest flank; NaN without a flank."""
    steep = np.where(np.isfinite(logs), np.gradient(logs, V) - half, np.nan)
    above = np.concatenate([[False], steep >= 0, [False]])  # NaN is not above
    edges = np.flatnonzero(above[1:] != above[:-1])
    flanks = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end < V.size]
    flanks = [(start, end) for start, end in flanks if np.isfinite(steep[end])]
    if not flanks:
        return np.nan
    _, end = max(flanks, key=lambda flank: float(logs[flank[1]] - logs[flank[0]]))
    return float(np.interp(0.0, -steep[end - 1 : end + 1], V[end - 1 : end + 1]))


def _crossing(V: FloatArray, logs: FloatArray, level: float) -> float:
    """Where the column first rises through the level; NaN when it does not."""
    rising = np.flatnonzero((logs[:-1] < level) & (logs[1:] >= level))
    if rising.size == 0:
        return np.nan
    cell = slice(rising[0], rising[0] + 2)
    return float(np.interp(level, logs[cell], V[cell]))


def _line(x: FloatArray, y: FloatArray) -> FloatArray:
    """Slope and value at 0 of the straight line through the points that are there."""
    there = np.isfinite(y)
    return np.asarray(np.polyfit(x[there], y[there], 1))
