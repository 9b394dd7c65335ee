"""The same parameters through several theories, side by side.

`fit_diagram` is reachable here, too, under its former name.
"""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray, finite
from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.fitting import fit_diagram
from attractron.transport import (
    Junction,
    current,
    differential_conductance,
    hierarchy_current,
    linear_conductance,
)
from attractron.transport.channels import Points, at_points
from attractron.transport.energies import carrier_sign
from attractron.transport.hierarchy.reservoirs import WIDEST, widest
from attractron.transport.integrals.second_order import landauer
from attractron.transport.junction import BIAS
from attractron.transport.lead_axes import lead_knobs, with_leads
from attractron.transport.question import LONG_NAMES

__all__ = ["fit_diagram", "transport"]

RATES = ("sequential", "0e", "1e", "2e")

HOLDS = {0: "off", 1: "holds", 2: "no exact value here", 3: "out of range"}
"""What is said of a method at a point; the codes of the variable `holds`."""

SMALL = 0.01
"""Bias in k_BT for the slope of Landauer's formula."""


def transport(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    tolerance: float = 0.05,
    accuracy: float = 0.01,
    origin: str = "absolute",
) -> xr.Dataset:
    """What every method says of a junction's current or linear conductance, and where it holds: measured, not asserted.

    Without a bias the linear conductance: by rates of four sets of processes, Landauer's formula, the numerical
    renormalisation group ("nrg") and the hierarchy of equations of motion ("hierarchy"). With "V_SD" among the axes the
    current, by all of these but "nrg". A method holds where it is within `tolerance` of one that is exact there: the
    hierarchy, where its own error is below the tolerance, else the renormalisation group, likewise. That one itself is
    judged by its own error alone. Landauer's formula
    passes the source's dot beside the charges of all others, which stand still with their weights in equilibrium:

        I = (e/ħ) Σ_b (Γ_aΓ_b/Γ) Σ_q w_q ∫dω (f_a - f_b) L(ω - ε_q),    w_q ∝ Σ_n e^{-E(q, n)/k_BT}.

    Args:
        junction: dots with one level each and leads at one temperature, at most four dots.
        axes: knob → values, as for `attractron.transport.current`.
        tolerance: relative.
        accuracy: that the exact methods are asked for.
        origin: "absolute" or "centre", as for `attractron.transport.current`.

    Returns:
        Dataset over (theory, axes): `value` in e²/h or pA (NaN where a method does not answer), `error` (NaN for rates
        and Landauer), `holds` with CF flags: "holds", "off", "no exact value here" and "out of range"; `Gamma_over_kT`
        of the widest level over the axes.

    Raises:
        InputError: as for `attractron.transport.current` and `attractron.transport.linear_conductance`.

    Example:
        A level without repulsion, as wide as 2.3 k_BT: golden-rule rates are off, all others hold.

        >>> leads = [
        ...     at.transport.Lead(name=name, dot="P", Gamma=0.01, temperature=0.1, bias=bias)
        ...     for name, bias in (("S", 1), ("D", 0))
        ... ]
        >>> junction = at.transport.Junction(device=at.dots.Device(dots=("P",), repulsion=[[0.0]]), leads=leads)
        >>> found = at.compare.transport(junction, {"V_SD": 0.02})
        >>> found["holds"].values.tolist()  # sequential, 0e, 1e, 2e, landauer, hierarchy
        [0, 1, 1, 1, 1, 1]
    """
    if not 0 < finite("tolerance", tolerance) < 1:
        raise InputError("tolerance", "be a relative difference between 0 and 1", tolerance, "0.05 is five per cent")
    knobs = lead_knobs(junction)
    over = over_axes("axes", axes, (*junction.knobs, *knobs))
    biased = BIAS in over
    points = at_points(junction, over, origin, 1)
    ratio = widest(junction, points.Gamma, points.kT)
    question = current if biased else differential_conductance
    name = "current" if biased else "conductance"
    values = {each: _flat(question(junction, axes, processes=each, origin=origin)[name]) for each in RATES}
    values["landauer"] = _landauer(junction, points, biased)
    errors: dict[str, FloatArray] = {}
    if not biased:
        found = linear_conductance(junction, axes, origin=origin, accuracy=accuracy)
        values["nrg"], errors["nrg"] = _flat(found["conductance"]), _flat(found["conductance_error"])

    def warm(at: dict[str, float]) -> tuple[float, float]:
        if biased:
            point = hierarchy_current(junction, at, origin=origin, accuracy=accuracy)
        else:
            point = linear_conductance(junction, at, origin=origin, accuracy=accuracy, method="hierarchy")
        return float(point[name]), float(point[f"{name}_error"])

    values["hierarchy"], errors["hierarchy"] = _where(over, ratio <= WIDEST, warm)
    methods = list(values)
    value = np.array([values[each] for each in methods])
    error = np.array([errors.get(each, np.full(over.size, np.nan)) for each in methods])
    holds = _holds(value, error, tolerance)
    dims = ("theory", *over.dims)
    unit, text = ("pA", f"current out of lead {junction.source}") if biased else ("e²/h", "linear conductance")
    units = {knob: "mV" if knob == BIAS else junction.device.unit(knob) for knob in junction.knobs}
    result = dataset(
        {
            "value": (dims, over.over(value), unit, text),
            "error": (dims, over.over(error), unit, f"error of the {text}"),
            "holds": (dims, over.over(holds), "1", "whether the method holds"),
            "Gamma_over_kT": (over.dims, over.over(ratio), "1", "Γ/k_BT of the widest level"),
        },
        {
            **over.coordinates(
                lambda each: units[each] if each in units else knobs[each][0],
                lambda each: LONG_NAMES.get(each, each) if each in units else knobs[each][1],
            ),
            "theory": ("theory", methods, "1", "theory"),
        },
        question="compare.transport",
        parameters=with_leads(junction, {k: v for k, v in over.fixed.items() if k in knobs}).describe(),
        options={"tolerance": tolerance, "accuracy": accuracy, "origin": origin, "fixed": over.fixed},
        method="T-matrix rates, Landauer's formula, numerical renormalisation group, hierarchy of equations of motion",
        validity=[
            f"A method holds where it is within {100 * tolerance:g} % of an exact one whose own error is smaller; "
            "where no exact one answers nothing is said. The exact one itself, the hierarchy or else the "
            "renormalisation group, is judged by its own error alone; where both answer the second is held against the "
            "first."
        ],
        references=("kaasbjerg_jauho2016", "wilson1975", "bulla2008", "jin_zheng_yan2008", "meir_wingreen1992"),
    )
    result["holds"].attrs.update(flags(HOLDS))
    result["value"].attrs["ancillary_variables"] = "error"
    result.attrs["axes"] = ", ".join(over)
    return result


def _flat(values: xr.DataArray) -> FloatArray:
    return np.asarray(values.to_numpy(), dtype=float).ravel()


def _where(
    over: Axes, asked: NDArray[np.bool_], answer: Callable[[dict[str, float]], tuple[float, float]]
) -> tuple[FloatArray, FloatArray]:
    """Values and errors at the points of a grid that are asked for, NaN elsewhere."""
    found = np.full((2, over.size), np.nan)
    for number, point in enumerate(product(*(np.atleast_1d(values) for values in over.values()))):
        if asked[number]:
            found[:, number] = answer(dict(zip(over, map(float, point), strict=True)))
    return found[0], found[1]


def _landauer(junction: Junction, points: Points, biased: bool) -> FloatArray:
    """Current in pA, or its slope in e²/h, beside charges that stand still (point,)."""
    device, source = junction.device, junction.source_number
    dots = [device.index(lead.dot) for lead in junction.leads]
    own = dots[source]
    others = [lead for lead, dot in enumerate(dots) if dot == own and lead != source]
    cube = points.energies.reshape(-1, *(2,) * len(device.dots))
    empty, full = (cube.take(n, axis=1 + own).reshape(len(cube), -1) for n in (0, 1))  # (point, charges of others)
    kT = points.kT[:, :1]
    boltzmann = np.exp(-(empty - cube.reshape(len(cube), -1).min(axis=1, keepdims=True)) / kT)
    boltzmann = boltzmann + np.exp(-(full - cube.reshape(len(cube), -1).min(axis=1, keepdims=True)) / kT)
    weight = boltzmann / boltzmann.sum(axis=1, keepdims=True)
    level = full - empty
    width = points.Gamma[:, np.equal(dots, own)].sum(axis=1, keepdims=True)
    total = np.zeros(len(cube))
    for other in others:
        strength = points.Gamma[:, source] * points.Gamma[:, other] / width[:, 0]
        shift = [points.mu[:, [lead]] for lead in (source, other)] if biased else [SMALL * kT / 2, -SMALL * kT / 2]
        first, second = (level - each for each in shift)
        passed = np.stack(
            [landauer(*row) for row in zip(first, second, np.broadcast_to(width, level.shape), kT[:, 0], strict=True)]
        )
        total += strength * (weight * passed).sum(axis=1)
    return carrier_sign(junction) * PA_PER_MEV * total if biased else 2 * np.pi * total / (SMALL * kT[:, 0])


def _holds(value: FloatArray, error: FloatArray, tolerance: float) -> NDArray[np.int8]:
    """Codes of `HOLDS` (method, point); the last methods are the exact ones, the better one first asked."""
    trusted = np.where(np.abs(error) <= tolerance * np.abs(value), value, np.nan)
    exact = np.full(value.shape[1], np.nan)
    for row in trusted:  # the hierarchy stands last, and is preferred
        exact = np.where(np.isfinite(row), row, exact)
    near = np.abs(value - exact) <= tolerance * np.abs(exact)
    codes = np.where(np.isnan(exact), 2, near.astype(int))
    return np.where(np.isnan(value), 3, codes).astype(np.int8)
