"""Arrays of energies at the door of the integrals."""

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, shown
from attractron.core.errors import InputError

COLDEST = 1e-5
"""Least ratio of k_BT to the largest energy: below it integrals take seconds and lose their digits."""


def energies(argument: str, values: ArrayLike) -> FloatArray:
    """Finite energies of any shape, or an InputError."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(argument, "be an array of numbers", shown(values)) from None
    if not np.isfinite(array).all():
        raise InputError(argument, "be finite", array[~np.isfinite(array)].flat[0])
    return array


def positive_energies(argument: str, values: ArrayLike) -> FloatArray:
    """Positive finite energies, or an InputError."""
    array = energies(argument, values)
    if not (array > 0).all():
        raise InputError(argument, "be positive", array[array <= 0].flat[0])
    return array


def energies_of_events(argument: str, values: ArrayLike) -> FloatArray:
    """Finite energies with a last axis of three events, or an InputError."""
    array = energies(argument, values)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise InputError(argument, "have a last axis of length 3, one energy per event", f"shape {array.shape}")
    return array


def in_one_shape(arrays: dict[str, FloatArray], *, per_event: tuple[str, ...] = ()) -> list[FloatArray]:
    """The arrays in one shape by NumPy's rules, or an InputError; last axes of events stay apart.

    The last array is k_BT, which must not be too small beside the others.
    """
    shapes = [array.shape[:-1] if name in per_event else array.shape for name, array in arrays.items()]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        given = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise InputError(", ".join(arrays), "have shapes that broadcast together", given) from None
    sizes = [np.abs(array).max(axis=-1) if name in per_event else np.abs(array) for name, array in arrays.items()]
    *others, kT = (np.broadcast_to(size, shape) for size in sizes)
    cold = kT < COLDEST * np.maximum.reduce(others)
    if cold.any():
        raise InputError(list(arrays)[-1], f"be at least {COLDEST:g} of the largest energy", kT[cold].flat[0])
    return [
        np.broadcast_to(array, shape + array.shape[len(own) :])
        for array, own in zip(arrays.values(), shapes, strict=True)
    ]
