"""A trace as it was taken, with what is no line in it: spikes, pick-up of the mains, jumps and telegraph switching."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.readout.trace.pickup import SLOWEST, Pickup, columns, find_pickup, tangents
from attractron.readout.trace.search import averaged, despiked
from attractron.readout.trace.shapes import background
from attractron.readout.trace.switches import Switches, find_switches

Mask = NDArray[np.bool_]

HIGHEST = 3
"""Order of the polynomial that a background may be."""

FEWEST_IN_WIDTH = 16
"""Points that an equivalent width of the step keeps when points are averaged."""

MANY_POINTS, MOST_POINTS = 2500, 8000
"""Points beyond which a trace is averaged as its step allows, and beyond which it is cut around the step."""

SLOWEST_BESIDE = 3
"""Periods of pick-up within a trace whose step is known."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Record:
    """A trace with its points in the order of a rising gate.

    Attributes:
        gate: (n,).
        time: number of every point in the order in which it was taken, (n,).
        signal: (n,), of a range of about one.
        used: points that are no spikes, (n,).
        pickups: periodic pick-up.
        switches: jumps and telegraph switching.
        derivative: the data are dI/dV.
        repeats: standard deviation of the noise of a point where it was measured several times, 0 where it was not.
        spread: noise of every point over that, where repeats or the step tell it, (n,); None where all are alike.
        on_step: noise in the middle of the step over that beside it.
    """

    gate: FloatArray
    time: FloatArray
    signal: FloatArray
    used: Mask
    pickups: tuple[Pickup, ...] = ()
    switches: Switches = field(default_factory=Switches)
    derivative: bool = False
    repeats: float = 0.0
    spread: FloatArray | None = None
    on_step: float = 1.0

    @property
    def spacing(self) -> float:
        """Of the gate."""
        return float(np.median(np.diff(self.gate)))

    @property
    def span(self) -> float:
        """Length of the trace."""
        return float(self.gate[-1] - self.gate[0])

    def background(self, order: int) -> FloatArray:
        """A polynomial, (n, order + 1)."""
        return background(self.gate, order)

    @property
    def orders(self) -> range:
        """Orders of the polynomial that the background may be."""
        return range(0, HIGHEST) if self.derivative else range(1, HIGHEST + 1)

    @cached_property
    def waves(self) -> FloatArray:
        """Columns of the pick-up, and of what its frequencies leave open, (n, columns)."""
        waves = columns(self.pickups, self.time)
        if not waves.shape[1]:
            return waves
        return np.concatenate([waves, tangents(self.pickups, self.time, self._pickup)], axis=1)

    @cached_property
    def nuisance(self) -> FloatArray:
        """Columns of all that is neither line nor background, (n, columns)."""
        return np.concatenate([self.waves, self.switches.columns(self.gate.size)], axis=1)

    @property
    def quiet(self) -> FloatArray:
        """The signal without pick-up, (n,)."""
        return np.asarray(self.signal - self._pickup)

    def clean(self) -> FloatArray:
        """The signal without pick-up and spikes; the level of a detector that switches is no spike, (n,)."""
        switching = self._switching
        return despiked(self.quiet - switching) + switching

    @property
    def relative_noise(self) -> FloatArray | None:
        """Noise of every point over the common one, what is open of the switching in it, (n,); None: all are alike."""
        doubt = self.switches.doubt
        if doubt is None:
            return self.spread
        return np.asarray(np.sqrt(1 + doubt) * (1.0 if self.spread is None else self.spread))

    @cached_property
    def _pickup(self) -> FloatArray:
        """The pick-up itself, (n,)."""
        waves = columns(self.pickups, self.time)
        if not waves.shape[1]:
            return np.zeros_like(self.signal)
        others = np.concatenate([self.background(HIGHEST), self.switches.columns(self.gate.size)], axis=1)
        return _explained(np.concatenate([waves, others], axis=1), self.signal, waves.shape[1])

    @property
    def _switching(self) -> FloatArray:
        """The switching itself, (n,)."""
        levels = self.switches.levels
        if levels is None:
            return np.zeros_like(self.signal)
        known = np.concatenate([levels[:, None], self.waves, self.background(HIGHEST)], axis=1)
        return _explained(known, self.signal, 1)


def _explained(known: FloatArray, signal: FloatArray, first: int) -> FloatArray:
    """What the first columns take of the signal beside the others, (n,)."""
    norms = np.linalg.norm(known, axis=0)
    norms[norms == 0] = 1.0
    found = np.linalg.lstsq(known / norms, signal, rcond=1e-10)[0] / norms
    return np.asarray(known[:, :first] @ found[:first])


def prepared(record: Record) -> Record:
    """A trace with pick-up and jumps found, without any model of a line."""
    smooth = despiked(record.signal, 12.0)
    found = find_pickup(record.time, smooth, record.background(HIGHEST), slowest=SLOWEST)
    return with_pickups(record, found)


def with_pickups(record: Record, pickups: tuple[Pickup, ...]) -> Record:
    """The record with other pick-up, and the jumps that show beside that."""
    everything = np.ones(record.gate.size, dtype=bool)
    record = replace(record, pickups=pickups, switches=Switches(), used=everything)
    return record if record.derivative else replace(record, switches=find_switches(record.quiet, record.clean()))


def with_line(record: Record, feature: FloatArray, slopes: FloatArray) -> Record:
    """The record with pick-up that shows beside a fitted line.

    Args:
        record: as it was prepared.
        feature: the fitted line, (n,).
        slopes: its derivatives by its parameters, (n, parameters).
    """
    fixed = np.concatenate(
        [background(record.gate, HIGHEST), record.switches.columns(record.gate.size), slopes], axis=1
    )
    norms = np.linalg.norm(fixed, axis=0)
    fixed = fixed[:, norms > 0] / norms[norms > 0]
    smooth = np.where(record.used, record.signal, feature)
    away = despiked(smooth - feature, 12.0) + feature
    pickups = find_pickup(record.time, away, fixed, record.pickups, slowest=SLOWEST_BESIDE)
    return replace(record, pickups=pickups)


@dataclass(frozen=True, eq=False, kw_only=True)
class Points:
    """The points of a fit: some of the trace, perhaps averaged.

    Attributes:
        gate: (m,).
        signal: (m,).
        nuisance: columns of pick-up and jumps, (m, columns).
        ends: reduced gate of the whole trace is -1 and 1 here.
        block: points that were averaged into one.
        reach: half the gate between two of them.
        spread: noise of every point over the common one, (m,); None where all are alike.
    """

    gate: FloatArray
    signal: FloatArray
    nuisance: FloatArray
    ends: tuple[float, float]
    block: int
    reach: float
    spread: FloatArray | None = None

    def columns(self, order: int) -> FloatArray:
        """A polynomial of this order and the nuisance."""
        return np.concatenate([polynomial(self.gate, order, self.ends), self.nuisance], axis=1)


def polynomial(gate: FloatArray, order: int, ends: tuple[float, float]) -> FloatArray:
    """1, u, u², … with u from -1 to 1 between the ends."""
    u = (gate - (ends[0] + ends[1]) / 2) / ((ends[1] - ends[0]) / 2)
    return np.vander(u, order + 1, increasing=True)


def points_of(record: Record, place: float, width: float) -> Points:
    """The points of a fit of a step: all, or averages that keep its shape, or those around it."""
    used = record.used
    gate, signal, nuisance = record.gate[used], record.signal[used], record.nuisance[used]
    relative = record.relative_noise
    spread = np.ones(gate.size) if relative is None else relative[used]
    ends = (float(record.gate[0]), float(record.gate[-1]))
    block = 1
    if gate.size > MANY_POINTS:
        spacing = float(np.ptp(gate)) / gate.size
        block = int(np.clip(width / spacing / FEWEST_IN_WIDTH, 1, -(-gate.size // MANY_POINTS)))
        gate, signal, nuisance, spread = averaged(block, gate, signal, nuisance, spread)
    reach = block * record.spacing / 2
    if gate.size > MOST_POINTS:
        middle = int(np.searchsorted(gate, place))
        first = int(np.clip(middle - MOST_POINTS // 2, 0, gate.size - MOST_POINTS))
        near = slice(first, first + MOST_POINTS)
        gate, signal, nuisance, spread = gate[near], signal[near], nuisance[near], spread[near]
    known = None if relative is None else spread
    return Points(gate=gate, signal=signal, nuisance=nuisance, ends=ends, block=block, reach=reach, spread=known)
