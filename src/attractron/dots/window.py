"""Where to look: gate voltages around the triple points of a device's first electrons."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from math import floor, log10
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.checks import FloatArray, nearest, whole
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.core.units import Temperature
from attractron.dots.device import Device
from attractron.dots.stability import stability_diagram

COARSE = 500
"""Points of a coarse diagram, in which charge states are looked for, ..."""

LEAST = 12
"""... and along one gate at least."""

WIDEST = 2.0**12
"""Times the largest energy of the device up to which they are looked for."""

BEYOND = 4.0
"""Times a box that shows a triple point: the other of its vertex is up to twice the largest energy away, and well in
view only with some of what lies behind it."""

MARGIN = 2.0
"""The window by the extent of what is in it."""

THERMAL = 10.0
"""The least half-width of a window in units of k_BT: a line of a charge is 3.5 k_BT wide."""

CLOSE = 0.25
"""The least half-width of a window by the largest repulsion, for transitions that lie together or stand alone."""

UNIT = 1.0
"""meV, where all energies of a device are zero."""

_Box = dict[str, tuple[float, float]]
_Mask = NDArray[np.bool_]
_Rule = Callable[[xr.Dataset], _Mask]


def diagram_window(
    device: Device,
    points: Mapping[str, int],
    *,
    fixed: Mapping[str, float] | None = None,
    temperature: Temperature = 0.0,
    origin: str = "absolute",
) -> dict[str, FloatArray]:
    """Gate voltages over which a stability diagram shows where the first electrons come in.

    The window is centred on the triple points of states with at most one electron on each dot and two on all; of one
    gate, on the transitions between them; of islands alone, on those between their charges. It is twice as wide as
    these, measured in energy, at least 20 k_BT and half of the largest repulsion, and as wide along one gate as along
    the others. They are found in coarse diagrams at T = 0, from wide ones to narrow ones; the ends are rounded
    outwards to two digits of the width.

    Theory: docs/theory/dots.md, eq-triple-points.

    Args:
        device: the device.
        points: gate or virtual gate → points of its axis.
        fixed: voltages of other gates, mV, and values of parameters, meV.
        temperature: K.
        origin: of the voltages, as in `stability_diagram`.

    Returns:
        Gate → voltages in mV, axes for `stability_diagram`.

    Raises:
        InputError: what is no gate of the device, moves none of its dots, or changes no charge.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> window = at.dots.diagram_window(device, {"V": 101, "delta_V": 101})
        >>> {gate: (float(values[0]), float(values[-1])) for gate, values in window.items()}
        {'V': (-0.2, 3.4), 'delta_V': (-1.8, 1.8)}
    """
    kelvin = checked_temperature("temperature", temperature)
    for name, count in points.items():
        if name not in (*device.gates, *device.virtual_gates):
            gates = (*device.gates, *device.virtual_gates)
            raise InputError("points", f"name gates ({', '.join(gates) or 'none'})", repr(name), nearest(name, gates))
        whole(f"points[{name!r}]", count, at_least=2)
    reach = {name: _reach(device, name) for name in points}
    held = {name: value for name, value in (fixed or {}).items() if name not in points}
    diagram = partial(_coarse, device, held, origin, max(LEAST, round(COARSE ** (1 / len(points)))))
    box = _narrowed(diagram, _first_seen(diagram, _largest(device), reach), device)
    half = max(MARGIN * (high - low) / 2 * reach[name] for name, (low, high) in box.items())
    half = max(half, THERMAL * K_B * kelvin, CLOSE * _scale(_met(device), device.tunnelling))
    return {
        name: np.linspace(*_rounded(sum(box[name]) / 2, half / reach[name]), count) for name, count in points.items()
    }


def _reach(device: Device, gate: str) -> float:
    """The largest lever arm of a gate on a dot that it can charge, or on any where all are on islands."""
    counted = [device.index(dot) for dot in device.open_dots or device.dots]
    reach = float(np.abs(device.lever_arms(gate)[counted]).max(initial=0.0))
    if reach == 0:
        what = "an open dot" if device.open_dots else "a dot"
        raise InputError(gate, f"move {what}, so that a window can be found", "no lever arm", "give start and stop")
    return reach


def _largest(device: Device) -> float:
    """The largest energy of a device, meV."""
    return _scale(_met(device), device.levels, device.tunnelling, device.gate_origin())


def _met(device: Device) -> FloatArray:
    """The repulsions that carriers of a device can meet: none with a second one on a dot that takes one."""
    found = np.array(device.repulsion)
    single = np.flatnonzero(np.asarray(device.limits) < 2)
    found[single, single] = 0.0
    return found


def _scale(*energies: FloatArray) -> float:
    """The largest of some energies, meV."""
    return max(*(float(np.abs(each).max(initial=0.0)) for each in energies)) or UNIT


def _coarse(device: Device, held: Mapping[str, float], origin: str, points: int, box: _Box) -> xr.Dataset:
    axes = {name: np.linspace(*ends, points) for name, ends in box.items()}
    return stability_diagram(device, {**axes, **held}, origin=origin)


def _first_seen(diagram: Callable[[_Box], xr.Dataset], scale: float, reach: Mapping[str, float]) -> _Box:
    """`BEYOND` times the smallest of boxes around 0 mV, each twice as wide as the one before, that shows triple points.

    Where there are none, as with one gate or with a single dot, it is the smallest that shows three charge states
    or, if none does, two.
    """
    seen: dict[int, _Box] = {}
    factor = 1.0
    while factor <= WIDEST:
        box = {name: (-factor * scale / each, factor * scale / each) for name, each in reach.items()}
        found = diagram(box)
        if len(reach) > 1 and _meeting(found, 3, _low).any():
            return {name: (BEYOND * low, BEYOND * high) for name, (low, high) in box.items()}
        seen.setdefault(np.unique(found["charge_state"]).size, box)
        factor *= 2
    states = min((count for count in seen if count >= 3), default=2)
    if states not in seen:
        most = ", ".join(f"{name} from {low:g} to {high:g} mV" for name, (low, high) in box.items())
        raise InputError("axes", "change a charge somewhere", f"one charge state over {most}", "look at the lever arms")
    return seen[states]


def _narrowed(diagram: Callable[[_Box], xr.Dataset], box: _Box, device: Device) -> _Box:
    """The box of the triple points of the first electrons, or of the transitions where there are none."""
    rules: tuple[_Rule, ...] = (_first, _low, _any)
    for rule, rounds in ((_low, 3), (_first, 4)):
        for _ in range(rounds):
            found = diagram(box)
            tried = rules[rules.index(rule) :]
            masks = (_meeting(found, need, each) for need in (3, 2)[len(box) < 2 :] for each in tried)
            box = _around(found, next(mask for mask in masks if mask.any()))
    return box


def _meeting(diagram: xr.Dataset, states: int, rule: _Rule) -> _Mask:
    """Cells between neighbouring points at whose corners so many charge states meet, all of which follow a rule."""
    codes = diagram["charge_state"].to_numpy()
    corners = np.sort(_corners(codes), axis=0)
    distinct = 1 + (np.diff(corners, axis=0) != 0).sum(axis=0)
    return np.asarray((distinct >= states) & rule(diagram))


def _corners(values: NDArray[Any]) -> NDArray[Any]:
    """The values at the corners of all cells, (corner, …)."""
    ends = product((slice(None, -1), slice(1, None)), repeat=values.ndim)
    return np.stack([values[corner] for corner in ends])


def _first(diagram: xr.Dataset) -> _Mask:
    """No dot has two electrons and the device no three."""
    charges = _charges(diagram)
    few: _Mask = _corners(charges.sum(axis=0)).max(axis=0) <= 2
    single: _Mask = _corners(charges.max(axis=0)).max(axis=0) <= 1
    return np.asarray(_low(diagram) & few & single)


def _low(diagram: xr.Dataset) -> _Mask:
    """There are states with at most one electron."""
    return np.asarray(_corners(_charges(diagram).sum(axis=0)).min(axis=0) <= 1)


def _any(diagram: xr.Dataset) -> _Mask:
    return np.ones([size - 1 for size in diagram["charge_state"].shape], dtype=bool)


def _charges(diagram: xr.Dataset) -> FloatArray:
    """Whole charges of the ground state, (dot, …)."""
    counts = {
        code: np.array(name.strip("()").split(","), dtype=float)
        for code, name in flag_names(diagram["charge_state"]).items()
    }
    codes = diagram["charge_state"].to_numpy()
    charges = np.zeros((len(next(iter(counts.values()))), *codes.shape))
    for code, count in counts.items():
        charges[:, codes == code] = count[:, None]
    return charges


def _around(diagram: xr.Dataset, cells: _Mask) -> _Box:
    """The box of these cells, and one more around them."""
    box = {}
    for axis, name in enumerate(diagram["charge_state"].dims):
        voltages = diagram[str(name)].to_numpy()
        inside = np.flatnonzero(cells.any(axis=tuple(other for other in range(cells.ndim) if other != axis)))
        last = len(voltages) - 1
        box[str(name)] = (float(voltages[max(inside[0] - 1, 0)]), float(voltages[min(inside[-1] + 2, last)]))
    return box


def _rounded(centre: float, half: float) -> tuple[float, float]:
    """Ends rounded outwards."""
    step = 10.0 ** (floor(log10(2 * half)) - 1)
    decimals = -floor(log10(step) + 0.5)
    low, high = floor((centre - half) / step + 1e-9), -floor(-(centre + half) / step + 1e-9)
    return round(low * step, decimals), round(high * step, decimals)
