"""The shapes that may describe a map of photon lines, each fitted to it, and whether lines are lines."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.linalg import toeplitz
from scipy.ndimage import gaussian_filter1d

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B, PLANCK
from attractron.readout.maps.photon_model import (
    CURVED,
    FIXED,
    NOTHING,
    ONE_SIDE,
    SHAPES,
    STRAIGHT,
    Fit,
    PhotonModel,
    fit,
)
from attractron.readout.maps.photon_search import Guess, search
from attractron.readout.model_selection import DECISIVE
from attractron.readout.vertex.scan_noise import estimate

PHOTONS = ((1,), (1, 2), (1, 2, 3))
"""Numbers of photons that are tried."""

COHERENT = 0.75
"""|Σ A|/Σ |A| of the amplitudes of a line over its rows, at least: noise and other structures have either sign."""

SHARED = 0.35
"""Part of the rows in which it is in view on which a line has to rest, at least; amplitudes that are distributed as
those of a Gaussian field have a half."""

FEWEST = 4.0
"""Rows on which a line has to rest, at least."""

IN_VIEW = 0.5
"""Length of a line's column in a row over the largest, from which on it is in view."""

LONGEST = 4
"""Waves in a row that do not count for its noise, as many as the parameters of a row about."""

STARTS = 2


@dataclass(frozen=True, kw_only=True)
class Fits:
    """Fits of all shapes, in units of the noise."""

    by_name: dict[str, Fit]
    shapes: dict[str, Fit]
    data: FloatArray


def fit_all(gate: FloatArray, frequency: FloatArray, signal: FloatArray) -> Fits:
    """All shapes, first in white noise, then in that which the residual shows."""
    guesses = search(gate, frequency, signal)
    base = PhotonModel(gate=gate, frequency=frequency)
    shaped = _best_shape(_of_guesses(base, signal, guesses, (1, -1)), signal)
    # More photons only for the shape that describes the lines: their tails would stand in for another shape.
    shaped = _best_shape(_with_photons(shaped, signal), signal)
    whiten = _whitener(signal - shaped.curve)
    shapes = {shape: _refit(shaped, signal, shape=shape, whiten=whiten) for shape in SHAPES}
    best = min(shapes.values(), key=_criterion)
    one = min(
        (
            _of_guesses(replace(best.model, sides=(side,), kind=ONE_SIDE), signal, guesses, (side,), best)
            for side in (1, -1)
        ),
        key=_criterion,
    )
    return Fits(
        by_name={
            CURVED: best,
            STRAIGHT: _refit(best, signal, kind=STRAIGHT),
            ONE_SIDE: one,
            FIXED: _fixed(best, signal),
            NOTHING: _refit(best, signal, kind=NOTHING),
        },
        shapes=shapes,
        data=signal,
    )


def _best_shape(found: Fit, signal: FloatArray) -> Fit:
    return min((_refit(found, signal, shape=shape) for shape in SHAPES), key=_criterion)


def _start(guess: Guess, frequency: FloatArray) -> dict[str, float]:
    """Parameters to start from; t not at zero, where χ² has no slope in t."""
    smallest = 0.05 * PLANCK * float(frequency.max())
    return {
        "lever_arm": float(np.log(guess.lever_arm)),
        "position": guess.position,
        "coupling_squared": max(guess.coupling, smallest) ** 2,
        "width": float(np.log(guess.width)),
        "temperature": float(np.log(max(guess.width, 1e-9) / K_B)),
    }


def _of_guesses(
    model: PhotonModel, signal: FloatArray, guesses: list[Guess], sides: tuple[int, ...], known: Fit | None = None
) -> Fit:
    """The best fit from the best guesses of these sides."""
    starts = [_start(guess, model.frequency) for guess in guesses if guess.sides == sides][:STARTS]
    starts += [] if known is None else [known.values]
    return min((fit(model, signal, start) for start in starts), key=lambda each: each.squares)


def _refit(known: Fit, signal: FloatArray, **changes: Any) -> Fit:
    return fit(replace(known.model, **changes), signal, known.values)


def _criterion(found: Fit) -> float:
    """BIC."""
    return found.squares + found.parameters * float(np.log(found.curve.size))


def _with_photons(found: Fit, signal: FloatArray) -> Fit:
    """More photons where they are worth their amplitudes; also where the line found is that of two."""
    best = found
    for photons in PHOTONS[1:]:
        tried = [_refit(found, signal, photons=photons)]
        for order in photons[1:]:
            values = found.values | {
                "lever_arm": found.values["lever_arm"] + float(np.log(order)),
                "coupling_squared": found.values["coupling_squared"] * order**2,
            }
            tried.append(fit(replace(found.model, photons=photons), signal, values))
        richer = min(tried, key=_criterion)
        if _criterion(richer) < _criterion(best) - DECISIVE:
            best = richer
    # A line of two photons beside none of one is a line of one, with half the lever arm.
    for order in best.model.photons[1:]:
        values = best.values | {
            "lever_arm": best.values["lever_arm"] - float(np.log(order)),
            "coupling_squared": best.values["coupling_squared"] / order**2,
            "width": best.values["width"] - float(np.log(order)),
        }
        plainer = fit(replace(best.model, photons=(1,)), signal, values)
        if _criterion(plainer) < _criterion(best):
            best = plainer
    return best


def _fixed(best: Fit, signal: FloatArray) -> Fit:
    """The best lines that do not move: two about the middle, or a single one."""
    span = float(np.ptp(best.model.gate))
    model = replace(best.model, kind=FIXED, photons=(1,))
    fits = []
    for distance in span * np.array([0.06, 0.12, 0.2, 0.3, 0.4]):
        start = best.values | {"lever_arm": -float(np.log(distance)), "width": float(np.log(0.03 * span / distance))}
        fits.append(fit(replace(model, sides=(1, -1)), signal, start))
    columns = np.std(signal - signal.mean(axis=1)[:, None], axis=0) + np.abs(np.mean(signal, axis=0))
    place = float(model.gate[int(np.argmax(gaussian_filter1d(columns, 2.0)))])
    distance = 0.25 * span
    for side in (1, -1):
        start = best.values | {
            "lever_arm": -float(np.log(distance)),
            "width": float(np.log(0.03 * span / distance)),
            "position": place - side * distance,
        }
        fits.append(fit(replace(model, sides=(side,)), signal, start))
    return min(fits, key=_criterion)


def _whitener(residual: FloatArray) -> FloatArray:
    """What makes the noise along a row white, of unit variance as that of a pixel is: the inverse of L, C = L Lᵀ."""
    size = residual.shape[1]
    # The fit takes the longest waves of a row out of the noise: it is told from the shorter ones, of parts of a row.
    part = size // LONGEST
    found = estimate(residual[:, : part * LONGEST].reshape(-1, part), levelled=1)
    # A row is short: waves longer than twice its length are its offset, which is free.
    frequencies = np.maximum(np.arange(size + 1), 1.0) / (2 * size)
    spectrum = found.white + found.drift * frequencies**-found.exponent
    covariance = np.fft.irfft(spectrum, 2 * size)[:size]
    return np.asarray(np.linalg.inv(np.linalg.cholesky(toeplitz(covariance) + 1e-9 * covariance[0] * np.eye(size))))


def lines_of(found: Fit) -> FloatArray:
    """The lines without background and step."""
    columns = found.model.columns(found.values)[:, :, 3:]
    return np.asarray(np.einsum("rck,rk->rc", columns, found.amplitudes[:, 3:]))


def coherent(found: Fit) -> bool:
    """Every line has one sign, and is seen in more than a few of the rows in which it is in view."""
    columns = found.model.columns(found.values)[:, :, 3:]
    lengths = np.sqrt(np.einsum("rck->rk", columns**2))
    strength = found.amplitudes[:, 3:] * lengths
    for line, length in zip(strength.T, lengths.T, strict=True):
        seen = line[length > IN_VIEW * length.max()]
        power = seen**2
        rows = float(power.sum() ** 2 / max(np.sum(power**2), 1e-300))
        if abs(seen.sum()) < COHERENT * np.abs(seen).sum() or rows < max(FEWEST, SHARED * seen.size):
            return False
    return True


def at_bound(found: Fit) -> bool:
    """A line wider than it is far from its mirror image, or a centre outside of the map, is none."""
    values, model = found.values, found.model
    reach = PLANCK * float(model.frequency.max()) * max(model.photons)
    outside = not model.gate[0] <= values["position"] <= model.gate[-1] if len(model.sides) == 2 else False
    return bool(np.exp(values["width"]) > 0.7 * reach or outside)


def spread_of_shapes(fits: Fits, best: Fit) -> dict[str, float]:
    """Half of what shapes that the data do not tell apart differ by."""
    same = [each for each in fits.shapes.values() if _criterion(each) < _criterion(fits.by_name[CURVED]) + DECISIVE]
    names = best.model.names
    return {name: 0.5 * float(np.ptp([each.values[name] for each in same])) if len(same) > 1 else 0.0 for name in names}
