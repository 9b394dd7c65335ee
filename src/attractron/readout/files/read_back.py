"""An axis that a file holds twice, as it was set and as it was read back: which of the two the signal follows.

What is read back differs from the set points because the gate does, or because the meter that read it does. In the
first case the set points blur every step of the signal, in the second what was read back does. With δ the difference,
the signal tells which it is: where it is steep, what a smooth curve s over the set points leaves is

    r = β s' δ + noise,

with β = 1 where the gate was where it was read, and β = 0 where it was where it was set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from attractron.core.checks import FloatArray
from attractron.readout.files.containers import Array
from attractron.readout.files.units import scale

ALIKE = 0.02
"""By how much what is read back of an axis may differ from it, relative to its range."""

FEWEST = 5
"""Points from which on that can be said."""

ROUNDING = 1e-6
"""Difference of the two over their range below which it is rounding."""

FOLLOWS = 0.5
"""β from which on the signal follows what was read back."""

TOLD = 4.0
"""β over its uncertainty from which on it is known."""

SMOOTH = 2.0
"""Points, and differences of the two, over which a curve is smooth."""


def reads_back(array: Array, axis: Array | None) -> bool:
    """Set points of an axis once more, as they were read back: in a unit of its kind, on a line of slope one."""
    both = _both(array, axis)
    if both is None:
        return False
    x, y = both
    known = np.isfinite(x) & np.isfinite(y)
    if np.count_nonzero(known) < FEWEST or np.ptp(x[known]) == 0:
        return False
    slope, offset = np.polyfit(x[known], y[known], 1)
    away = np.std(y[known] - slope * x[known] - offset)
    return bool(abs(slope - 1) < ALIKE and away < ALIKE * np.ptp(x[known]))


def _both(array: Array, axis: Array | None) -> tuple[FloatArray, FloatArray] | None:
    """The axis and what may be the same once more, in the unit of the axis; None where units or sizes differ."""
    if axis is None or array.values.dtype.kind not in "fiu" or axis.values.dtype.kind not in "fiu":
        return None
    own, other = scale(axis.unit), scale(array.unit)
    if own is None or other is None or array.unit is None or own.unit != other.unit:
        return None
    x, y = (np.asarray(each.values, dtype=float).squeeze() for each in (axis, array))
    return (x, other(y) / own.factor - own.offset / own.factor) if x.shape == y.shape and x.ndim == 1 else None


def followed(found: Array, arrays: Mapping[str, Array], chosen: bool) -> tuple[Array, dict[str, Array]]:
    """A trace over the gate that its signal follows, and what is to be said of that.

    Args:
        found: the trace, with one axis.
        arrays: of the file.
        chosen: the axis was named by the user: it stays.
    """
    arrays = dict(arrays)
    if found.axes is None or len(found.axes) != 1 or found.values.ndim != 1:
        return found, arrays
    name = found.axes[0]
    axis = arrays.get(name)
    for other, array in arrays.items():
        if other == name or array is found or not reads_back(array, axis):
            continue
        both = _both(array, axis)
        if both is None or axis is None or both[0].shape != found.values.shape:
            continue
        told = _told(name, other, both, np.asarray(found.values, dtype=float), chosen)
        if told.moved:
            arrays[name] = replace(axis, values=both[1])
        if told.loud:
            return replace(found, said=(*found.said, told.text)), arrays
        return replace(found, notes=(*found.notes, told.text)), arrays
    return found, arrays


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What is said of an axis that is there twice, whether what was read back is taken, and it matters."""

    text: str
    moved: bool = False
    loud: bool = False


def _told(name: str, other: str, both: tuple[FloatArray, FloatArray], signal: FloatArray, chosen: bool) -> _Told:
    x, y = both
    known = np.isfinite(x) & np.isfinite(y)
    span, mean = float(np.ptp(x[known])), float(np.mean((y - x)[known]))
    away = float(np.std((y - np.polyval(np.polyfit(x[known], y[known], 1), x))[known]))
    apart = f"{away / span:.1%} of the range apart (r.m.s.) and {abs(mean) / span:.1%} on average"
    if chosen or away <= ROUNDING * span:
        loud = abs(mean) > ROUNDING * span and not chosen
        return _Told(text=f"{other} holds {name} once more, {apart}: it is left out.", loud=loud)
    slope, error = following(x, y, signal)
    if slope > FOLLOWS and slope > TOLD * error and np.isfinite(y).all():
        text = (
            f"{name} is as {other} reads it back, {apart}: the signal follows that. --axes {name} takes the set points."
        )
        return _Told(text=text, moved=True, loud=True)
    if slope < FOLLOWS and 1 - slope > TOLD * error:
        return _Told(text=f"{other} reads {name} back, {apart}: the signal does not follow that, it is left out.")
    text = (
        f"{other} reads {name} back, {apart}: the signal does not tell which of the two it follows. "
        f"--axes {other} takes that, which is left out here."
    )
    return _Told(text=text, loud=True)


def following(x: FloatArray, y: FloatArray, signal: FloatArray) -> tuple[float, float]:
    """β and its uncertainty: 1 where the signal follows y, 0 where it follows x; (n,) each.

    Example:
        >>> from attractron.readout.files.read_back import following
        >>> rng = np.random.default_rng(0)
        >>> x = np.linspace(-5, 5, 400)
        >>> y = x + 0.1 * rng.standard_normal(400)  # the gate was there
        >>> beta, error = following(x, y, np.tanh(2 * y) + 0.01 * rng.standard_normal(400))
        >>> abs(beta - 1) < 0.1, error < 0.1
        (True, True)
    """
    known = np.isfinite(x) & np.isfinite(y) & np.isfinite(signal)
    order = np.argsort(x[known], kind="stable")
    x, y, s = (each[known][order] for each in (x, y, signal))
    if x.size < 4 * FEWEST or np.ptp(x) == 0:
        return 0.0, float("inf")
    apart = y - np.polyval(np.polyfit(x, y, 1), x)
    spacing = float(np.ptp(x)) / (x.size - 1)
    width = float(np.clip(SMOOTH * max(float(np.std(apart)) / spacing, 1.0), 1.0, x.size / 8))

    def smooth(values: FloatArray) -> FloatArray:
        return np.asarray(gaussian_filter1d(values, width, mode="nearest"))

    rise = np.gradient(smooth(s)) / np.maximum(np.gradient(smooth(x)), 1e-6 * spacing)
    # Where the gate was y its curve is smooth over y: what x leaves of it is s' δ, less what smoothing takes of that.
    moved = rise * apart
    moved = moved - smooth(moved)
    rest = s - smooth(s)
    power = float(moved @ moved)
    if power == 0 or np.std(apart) <= ROUNDING * np.ptp(x):
        return 0.0, float("inf")
    beta = float(moved @ rest) / power
    left = rest - beta * moved
    return beta, float(np.sqrt(np.sum((moved * left) ** 2)) / power)
