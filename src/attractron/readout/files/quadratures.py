"""Complex signals and pairs of quadratures: the one direction of the IQ plane along which the signal moves."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays

PAIRS = (
    *(("re", "im"), ("real", "imag"), ("real", "imaginary")),
    *(("amplitude", "phase"), ("amp", "phase"), ("ampl", "phase"), ("magnitude", "phase"), ("mag", "phase")),
    *(("abs", "arg"), ("abs", "phase"), ("r", "theta"), ("r", "phi"), ("r", "phase")),
)
"""Words in the names of two quantities that can only be one complex one; I and Q are also a current and a charge."""

ANGLES = ("phase", "arg", "theta", "phi")

OUTLIER = 5.0
"""Differences of neighbours over their median from which on they are steps or spikes, not noise."""

BENT = 0.02
"""Part of what varies beyond the noise that may be in the other quadrature before that is said."""

_WORDS = re.compile(r"[^\W\d_]+")


def paired(path: Path, arrays: Arrays, variable: str | None) -> tuple[Arrays, str | None]:
    """Arrays with one complex array for two quadratures: those that the user names ("I,Q"), or the only evident pair.

    Raises:
        InputError: quadratures of different shape, an angle without unit.
    """
    if variable is not None:
        parts = [part.strip() for part in variable.split(",")]
        if variable in arrays or len(parts) != 2 or not set(parts) <= set(arrays):
            return arrays, variable
        return arrays | {variable: _complex(path, arrays, (parts[0], parts[1]))}, variable
    pairs = [(a, b) for a in arrays for b in arrays if _are_pair(a, b) and _alike(arrays[a], arrays[b])]
    if len(pairs) != 1:
        return arrays, None
    name = ",".join(pairs[0])
    found = _complex(path, arrays, pairs[0])
    return {other: array for other, array in arrays.items() if other not in pairs[0]} | {name: found}, None


def _are_pair(first: str, second: str) -> bool:
    """The same name but for two words that tell the quadratures apart."""
    one, other = _WORDS.findall(first.casefold()), _WORDS.findall(second.casefold())
    different = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) and len(different) == 1 and different[0] in PAIRS


def _alike(one: Array, other: Array) -> bool:
    real = one.values.dtype.kind in "fiu" and other.values.dtype.kind in "fiu"
    return real and one.values.shape == other.values.shape and one.values.size > 1 and one.axes == other.axes


def may_be_quadratures(one: Array, other: Array) -> bool:
    """Two real quantities over the same axes, in one unit."""
    return _alike(one, other) and one.unit == other.unit


def _complex(path: Path, arrays: Arrays, names: tuple[str, str]) -> Array:
    first, second = (arrays[name] for name in names)
    if not _alike(first, second):
        got = f"shapes {first.values.shape} and {second.values.shape}"
        raise InputError("variable", "name two real quantities over the same axes", got)
    x, y = (np.asarray(array.values, dtype=float) for array in (first, second))
    if not any(word in _WORDS.findall(names[1].casefold()) for word in ANGLES):
        return replace(first, values=x + 1j * y)
    unit = second.unit or ("deg" if np.nanmax(np.abs(y)) > 2.01 * np.pi else None)
    if unit is None:
        wanted, remedy = "have a unit, deg or rad", 'name it in the file, for example "phase (deg)"'
        raise InputError(f"{path}: {names[1]!r}", wanted, "none", remedy)
    angle = y if unit.casefold().startswith("rad") else np.deg2rad(y)
    size = 10 ** (x / 20) if (first.unit or "").casefold() == "db" else x
    return replace(first, values=size * np.exp(1j * angle), unit=None if size is not x else first.unit)


def real_signal(found: Array) -> Array:
    r"""A complex signal as its part along the direction in which it varies; a real one as it is.

    With the covariance C of (I, Q) over all points, and C_n that of the noise, half of that of the differences of
    neighbours along the last axis, the direction is the eigenvector of C - C_n with the largest eigenvalue: noise that
    is larger in one quadrature does not turn it, as it would a fit of one quadrature against the other.

    Returns:
        Re(z) cos θ + Im(z) sin θ, with -90° < θ ≤ 90°.
    """
    if found.values.dtype.kind != "c":
        return found
    z = np.where(np.isfinite(found.values), found.values, np.nan)
    known = z[np.isfinite(z)]
    if known.size == 0:
        return replace(found, values=z.real)
    noise = _noise(z)
    total = np.cov(_plane(known))
    _, vectors = np.linalg.eigh(total - noise)
    along = vectors[:, -1] * (1 if vectors[0, -1] > 0 or (vectors[0, -1] == 0 and vectors[1, -1] > 0) else -1)
    across = np.array([-along[1], along[0]])
    angle = float(np.rad2deg(np.arctan2(along[1], along[0])))
    varies, rest = (float(side @ (total - noise) @ side) for side in (along, across))
    part = max(rest, 0.0) / varies if varies > 0 else 0.0
    notes = [f"Complex: the signal is its part along {angle:.1f}° of the IQ plane, in which it varies most."]
    if part > BENT:
        notes.append(f"The other quadrature holds {part:.0%} of what varies beyond the noise: a bent path, or drift.")
    else:
        notes.append(
            f"In the other quadrature there is noise (r.m.s. {np.sqrt(max(float(across @ total @ across), 0.0)):.3g})."
        )
    return replace(found, values=z.real * along[0] + z.imag * along[1], notes=(*found.notes, *notes))


def _plane(z: NDArray[Any]) -> FloatArray:
    return np.stack([z.real, z.imag])


def _noise(z: NDArray[Any]) -> FloatArray:
    """Covariance of the noise, from how neighbours differ where they do not step."""
    steps = np.diff(z, axis=-1)
    steps = steps[np.isfinite(steps)]
    if steps.size < 2:
        return np.zeros((2, 2))
    size = np.abs(steps)
    steps = steps[size <= OUTLIER * np.median(size)] if np.median(size) > 0 else steps[:0]
    x = _plane(steps)
    return np.asarray(x @ x.T / (2 * max(steps.size, 1)))
