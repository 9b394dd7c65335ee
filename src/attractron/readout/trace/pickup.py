r"""Periodic pick-up in a trace: 50 or 60 Hz and its harmonics, at whatever frequency sampling has folded them to.

A detector that is read once per gate step sees the mains as lines of the spectrum, f cycles a point, with harmonics
m f folded into 0 … 1/2. A line stands out of the periodogram: of noise the power at one frequency is distributed
exponentially, so that among N frequencies some power exceeds L ln(N/p) with a probability p, L being the level of the
noise around it (the median over ln 2). What is smooth, a step as much as drift, raises that level and no single line.

The mains and the clock of a measurement drift against each other. All harmonics share one phase φ(t), a polynomial in
the number t of the point, and each has amplitudes of its own,

    Σ_m [a_m cos mφ(t) + b_m sin mφ(t)],

which enter the fit of the step as columns, as do ∂/∂φ along the phase's own coefficients: what a pick-up of unknown
frequency could hide is in the uncertainties.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from attractron.core.checks import FloatArray

CHANCE = 1e-5
"""Probability that noise alone shows a line anywhere in the spectrum."""

FAINTEST = 1e-4
"""Amplitude of a line, the range of the trace being one, below which it does no harm."""

OVERTONE = 1e-3
"""Probability that noise alone shows a harmonic of a line that was found."""

SLOWEST = 6
"""Periods of a line within the trace, at least: slower ones are not told from a background."""

MOST_LINES = 8
"""Pick-ups of frequencies of their own, at most."""

MOST_OVERTONES = 20
NEIGHBOURS = 25
"""Frequencies on either side that tell the level of the noise."""

TOUCHING = 4.0
"""Frequencies, in units of one period a trace, within which a line is the remainder of one that drifts."""

GAP = 3
"""Distance of a harmonic from the one before it, at most: sampling folds some far one next to every line."""

ORDERS = 5
"""Coefficients of the phase, at most: frequency, its drift, …"""

CYCLES = (0.0, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 4.0, -4.0)
"""Cycles by which a drifting frequency may be ahead at the ends of the trace: where the fit of the phase starts."""

PREFERRED = 2.0
"""How much more than a changing frequency a changing amplitude has to explain."""

STRETCHES = 2000
"""Stretches of a trace over which a wave is summed where its frequency is refined."""

FEWEST = 40
"""Points below which no line is looked for."""


@dataclass(frozen=True, kw_only=True)
class Pickup:
    """One pick-up with its harmonics.

    Attributes:
        phase: coefficients of φ(t)/2π in (t - c), (t - c)²/h, …, c and h being middle and half length of the trace.
        overtones: m of the harmonics that are there.
        orders: of the polynomial by which the amplitude changes along the trace.
    """

    phase: tuple[float, ...]
    overtones: tuple[int, ...] = (1,)
    orders: int = 0

    @property
    def frequency(self) -> float:
        """Cycles a point in the middle of the trace, folded into 0 … 1/2."""
        return folded(self.phase[0])

    @property
    def period(self) -> float:
        """Points a period."""
        return 1 / self.frequency


def folded(frequency: float) -> float:
    """The frequency within 0 … 1/2 that samples cannot tell from this one."""
    return float(abs(frequency - np.round(frequency)))


def columns(pickups: Sequence[Pickup], time: FloatArray) -> FloatArray:
    """cos mφ and sin mφ of all pick-ups, times powers of the time where their amplitude changes, (n, columns)."""
    _, reduced = _powers(time, 1)
    found = np.empty((time.size, sum(2 * len(each.overtones) * (each.orders + 1) for each in pickups)))
    at = 0
    for each in pickups:
        turn = np.exp(2j * np.pi * _phase(each, time))
        turned, reached = turn, 1
        for overtone in each.overtones:
            for _ in range(overtone - reached):
                turned = turned * turn
            reached = overtone
            for power in range(each.orders + 1):
                found[:, at], found[:, at + 1] = turned.real, turned.imag
                if power:
                    found[:, at : at + 2] *= (reduced**power)[:, None]
                at += 2
    return found


def tangents(pickups: Sequence[Pickup], time: FloatArray, signal: FloatArray) -> FloatArray:
    """Derivatives of the pick-up that is in the signal by the coefficients of its phase, (n, coefficients)."""
    found = [np.empty((time.size, 0))]
    for each in pickups:
        powers, _ = _powers(time, len(each.phase))
        found.append(_tangents(each, time, signal, powers))
    return np.concatenate(found, axis=1)


def find_pickup(
    time: FloatArray, signal: FloatArray, background: FloatArray, known: Sequence[Pickup] = (), slowest: int = SLOWEST
) -> tuple[Pickup, ...]:
    """The pick-ups in a trace.

    Args:
        time: number of every point in the order in which it was taken, (n,).
        signal: (n,), without spikes.
        background: columns of what else is in the trace, (n, columns); a constant at least.
        known: pick-ups that were found before, with less of the background.
        slowest: periods within the trace that a line has to have.
    """
    if time.size < FEWEST:
        return tuple(known)
    basis = np.linalg.qr(background)[0]
    rest = signal - basis @ (basis.T @ signal)
    found = tuple(_locked(each, time, rest, basis, [o for o in known if o is not each]) for each in known)
    seen: list[float] = []
    spent: list[float] = []
    for _ in range(3 * MOST_LINES):
        left = _without(rest, found, time, basis)
        line = _strongest(left, time, slowest, spent)
        if line is None or len(found) >= MOST_LINES:
            break
        if any(abs(line - other) < 0.2 / time.size for other in seen):
            spent.append(line)  # what no phase and amplitude takes away must not hide other lines
            continue
        seen.append(line)
        found = _joined(found, line, time, rest, basis)
        found = (*found[:-1], _with_overtones(found[-1], time, rest, basis, found[:-1], slowest))
    return _grouped(found, time, rest, basis)


def lock(
    each: Pickup, time: FloatArray, signal: FloatArray, background: FloatArray, others: Sequence[Pickup] = ()
) -> tuple[Pickup, float]:
    """A pick-up at the phase at which it explains most beside a background and others, and the power that is left.

    Args:
        each: where the search starts; a last coefficient of zero is looked for over several cycles.
        time: number of every point in the order in which it was taken, (n,).
        signal: (n,), without spikes.
        background: columns of what else is in the trace, (n, columns).
        others: further pick-ups.
    """
    basis = np.linalg.qr(background)[0]
    rest = signal - basis @ (basis.T @ signal)
    found = _locked(each, time, rest, basis, others)
    return found, _power_left((*others, found), time, rest, basis)


def _phase(each: Pickup, time: FloatArray) -> FloatArray:
    return np.asarray(_powers(time, len(each.phase))[0] @ np.array(each.phase))


def _powers(time: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """(t - c)^j / h^(j-1), (n, j), and (t - c)/h."""
    middle, half = (time[0] + time[-1]) / 2, max((time[-1] - time[0]) / 2, 1.0)
    reduced = (time - middle) / half
    return np.stack([half * reduced**power for power in range(1, count + 1)], axis=1), reduced


def _coefficients(columns: FloatArray, target: FloatArray) -> FloatArray:
    """Least squares by the normal equations: waves are nearly orthogonal, and traces may be long."""
    norms = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    norms[norms == 0] = 1.0
    gram = columns.T @ columns / np.outer(norms, norms)
    return np.asarray(np.linalg.pinv(gram, rcond=1e-10, hermitian=True) @ (columns.T @ target / norms) / norms)


def _without(rest: FloatArray, found: Sequence[Pickup], time: FloatArray, basis: FloatArray) -> FloatArray:
    """What is left beside the pick-ups that were found."""
    if not found:
        return rest
    waves = columns(found, time)
    waves = waves - basis @ (basis.T @ waves)
    return np.asarray(rest - waves @ _coefficients(waves, rest))


def _tapered(left: FloatArray) -> FloatArray:
    """Periodogram with a Hann taper, whose lines have no wings, at whole numbers of periods a trace."""
    return np.asarray(np.abs(np.fft.rfft(left * np.hanning(left.size))) ** 2)


def _level(power: FloatArray) -> FloatArray:
    """Level of the noise around every frequency."""
    half = min(NEIGHBOURS, max(power.size // 6, 4))
    blocks = max(power.size // (2 * half), 1)
    length = power.size // blocks
    logs = np.log(np.maximum(power, 1e-300))
    medians = np.median(logs[: blocks * length].reshape(blocks, length), axis=1)
    middles = length * (np.arange(blocks) + 0.5)
    level = np.exp(np.interp(np.arange(power.size), middles, medians)) / np.log(2)
    # Next to zero the spectrum falls steeply, and a median over many frequencies lies below it.
    for at in range(1, min(3 * half, power.size)):
        near = power[max(at - at // 2 - 1, 1) : at + max(at // 2, 1) + 2]
        level[at] = max(level[at], float(np.median(near)) / np.log(2))
    return np.asarray(level)


def _strongest(left: FloatArray, time: FloatArray, slowest: int, spent: Sequence[float]) -> float | None:
    """Frequency of the line that stands out most beside those that are spent, None where none does; cycles a point."""
    power = _tapered(left)
    ratio = power / _level(power)
    for line in spent:
        at = round(line * left.size)
        ratio[max(at - 2, 0) : at + 3] = 0.0
    ratio[:slowest], ratio[-2:] = 0.0, 0.0  # at 1/2 a wave has one amplitude, not two
    at = int(np.argmax(ratio))
    # A tapered line covers three frequencies; with a spectrum of few the level is known to 20 % only.
    if ratio[at] <= 1.5 * np.log(ratio.size / CHANCE) or 4 * np.sqrt(power[at]) < FAINTEST * left.size:
        return None
    return _refined(left, time, at / left.size)


def _refined(left: FloatArray, time: FloatArray, start: float) -> float:
    """The frequency next to the start at which a wave explains most."""
    best = start
    width = 0.5 / left.size
    # Against the start the trials turn by half a cycle a trace at most: sums over short stretches hold them.
    length = max(left.size // STRETCHES, 1)
    at = np.arange(0, left.size, length)
    sums = np.add.reduceat(left * np.exp(-2j * np.pi * start * time), at)
    middles = np.add.reduceat(time, at) / np.diff([*at, left.size])
    for _ in range(4):
        trial = best + width * np.linspace(-1, 1, 5)
        power = [abs(np.sum(sums * np.exp(-2j * np.pi * (each - start) * middles))) for each in trial]
        best, width = float(trial[int(np.argmax(power))]), width / 2.5
    return best


def _joined(
    found: tuple[Pickup, ...], line: float, time: FloatArray, rest: FloatArray, basis: FloatArray
) -> tuple[Pickup, ...]:
    """The pick-ups with one more line: a new one, a harmonic, or what a drifting one leaves beside itself."""
    touching, close = TOUCHING / time.size, 3.0 / time.size
    for at, each in enumerate(found):
        others = found[:at] + found[at + 1 :]
        for overtone in range(1, min(max(each.overtones) + GAP, MOST_OVERTONES) + 1):
            apart = abs(folded(overtone * each.phase[0]) - folded(line))
            if overtone in each.overtones and apart < touching:
                drifts, swells = len(each.phase) < ORDERS, each.orders < 3
                if not (drifts or swells):
                    return found
                longer, gain = None, 0.0
                before = _power_left(found, time, rest, basis)
                if drifts:
                    longer = _locked(replace(each, phase=(*each.phase, 0.0)), time, rest, basis, others)
                    gain = before - _power_left((*others, longer), time, rest, basis)
                if swells:
                    other = _locked(replace(each, orders=each.orders + 1), time, rest, basis, others)
                    # A changing amplitude takes two columns a harmonic: it has to be worth them.
                    if longer is None or before - _power_left((*others, other), time, rest, basis) > PREFERRED * gain:
                        longer = other
                return found if longer is None else (*others, longer)
            if (
                overtone > 1
                and overtone not in each.overtones
                and apart < close
                and not repeated(each, overtone, time.size)
            ):
                trial = replace(each, overtones=tuple(sorted((*each.overtones, overtone))))
                return (*others, _locked(trial, time, rest, basis, others))
    return (*found, _locked(Pickup(phase=(line,)), time, rest, basis, found))


def repeated(each: Pickup, overtone: int, size: int) -> bool:
    """A harmonic that sampling folds onto zero or onto one that is there already, as far as a trace tells them."""
    at = folded(overtone * each.phase[0])
    return at < 1e-9 or any(abs(at - folded(other * each.phase[0])) < 1.5 / size for other in each.overtones)


def _power_left(found: Sequence[Pickup], time: FloatArray, rest: FloatArray, basis: FloatArray) -> float:
    left = _without(rest, found, time, basis)
    return float(left @ left)


def _locked(each: Pickup, time: FloatArray, rest: FloatArray, basis: FloatArray, others: Sequence[Pickup]) -> Pickup:
    """The phase at which the pick-up explains most: Gauss and Newton from the best of some starts."""
    target = _without(rest, others, time, basis)
    powers, _ = _powers(time, len(each.phase))
    starts = [each]
    if len(each.phase) > 1 and each.phase[-1] == 0.0:
        half = (time[-1] - time[0]) / 2
        starts = [replace(each, phase=(*each.phase[:-1], cycles / half)) for cycles in CYCLES]
    best = min(starts, key=lambda trial: _power_left((trial,), time, target, basis))
    left = _power_left((best,), time, target, basis)
    for _ in range(12):
        waves = columns((best,), time)
        slopes = _tangents(best, time, target, powers)
        both = np.concatenate([waves, slopes], axis=1)
        both = both - basis @ (basis.T @ both)
        change = _coefficients(both, target)[waves.shape[1] :]
        for part in (1.0, 0.3, 0.1):
            phase = tuple((np.array(best.phase) + part * change).tolist())
            trial = replace(best, phase=phase)
            now = _power_left((trial,), time, target, basis)
            if now < left:
                break
        else:
            break
        done = left - now < 1e-9 * left
        best, left = trial, now
        if done:
            break
    return best


def _tangents(each: Pickup, time: FloatArray, signal: FloatArray, powers: FloatArray) -> FloatArray:
    """Derivatives of the wave by the coefficients of the phase, at the amplitudes that the signal asks for."""
    waves = columns((each,), time)
    amplitudes = _coefficients(waves, signal - signal.mean())
    slope = np.zeros(time.size)
    block = 2 * (each.orders + 1)
    for at, overtone in enumerate(each.overtones):
        for power in range(each.orders + 1):
            here = at * block + 2 * power
            cosine, sine = waves[:, here], waves[:, here + 1]
            slope += 2 * np.pi * overtone * (amplitudes[here + 1] * cosine - amplitudes[here] * sine)
    return np.asarray(slope[:, None] * powers)


def _with_overtones(
    each: Pickup,
    time: FloatArray,
    rest: FloatArray,
    basis: FloatArray,
    others: Sequence[Pickup],
    slowest: int,
) -> Pickup:
    """The pick-up with those harmonics besides that stand out where, drifting along, they have to be.

    Where most harmonics stand out the ones between them are there too: one that sampling folds next to zero is hidden
    by what is slow, a step above all.
    """
    left = _without(rest, (*others, each), time, basis)
    taper = np.hanning(left.size)
    level = _level(_tapered(left))
    phase = _phase(each, time)
    hidden: list[int] = []
    more: list[int] = []
    for overtone in range(2, MOST_OVERTONES + 1):
        at = round(folded(overtone * each.phase[0]) * left.size)
        known = replace(each, overtones=(*each.overtones, *more))
        if overtone > max(known.overtones) + GAP:
            break
        if overtone in each.overtones or not slowest <= at < level.size - 2 or repeated(known, overtone, time.size):
            continue
        if any(
            abs(folded(overtone * each.phase[0]) - folded(m * o.phase[0])) < 1.5 / left.size
            for o in others
            for m in o.overtones
        ):
            continue
        power = abs(np.vdot(np.exp(2j * np.pi * overtone * phase), left * taper)) ** 2
        (more if power > level[at] * np.log(MOST_OVERTONES / OVERTONE) else hidden).append(overtone)
    known = replace(each, overtones=(*each.overtones, *more))
    if 2 * len(known.overtones) > max(known.overtones) > 2:
        more += [at for at in hidden if at < max(known.overtones) and not repeated(known, at, time.size)]
    if not more:
        return each
    trial = replace(each, overtones=tuple(sorted((*each.overtones, *more))))
    return _locked(trial, time, rest, basis, others)


def _grouped(found: tuple[Pickup, ...], time: FloatArray, rest: FloatArray, basis: FloatArray) -> tuple[Pickup, ...]:
    """Lines that are harmonics of one of them counted as such, where that leaves no more of the trace."""
    for base in sorted(found, key=lambda each: each.frequency):
        if base not in found or len(base.phase) > 1:
            continue
        gathered, rest_of = set(base.overtones), []
        for other in found:
            if other is base:
                continue
            names = [_overtone_of(base, m * other.phase[0], time.size) for m in other.overtones]
            if all(names) and not other.orders and len(other.phase) == 1:
                gathered |= set(names)
            else:
                rest_of.append(other)
        if len(rest_of) == len(found) - 1:
            continue
        fewer = len(found) - 1 - len(rest_of)
        trial = _locked(replace(base, overtones=tuple(sorted(gathered))), time, rest, basis, rest_of)
        before, after = (_power_left(each, time, rest, basis) for each in (found, (*rest_of, trial)))
        if after < before * (1 + 12 * (fewer + 1) / time.size):
            found = (*rest_of, trial)
    return found


def _overtone_of(base: Pickup, frequency: float, size: int) -> int:
    """Which harmonic of a pick-up a frequency is, 0 for none."""
    apart = [abs(folded(m * base.phase[0]) - folded(frequency)) for m in range(1, MOST_OVERTONES + 1)]
    best = int(np.argmin(apart))
    return best + 1 if apart[best] < 1.5 / size else 0
