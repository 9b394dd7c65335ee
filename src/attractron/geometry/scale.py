"""The same drawing smaller: all of it, or with the gates left where they are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, positive, shown
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable
from attractron.core.units import Temperature
from attractron.geometry.lengths import (
    Draw,
    Progress,
    checked_lengths,
    drawing,
    layout_at,
    positive_axis,
    scaled_shapes,
)
from attractron.geometry.scans import scanned

ENERGIES = {"two_delta": 2.0, "delta": 1.0}
"""Energies that temperatures are taken of, in pairing energies."""


def scaling(
    draw: Draw,
    factors: ArrayLike,
    *,
    keep: Iterable[str] = (),
    size: str | None = None,
    temperature: Temperature = 300.0,
    fixed: Mapping[str, Any] | None = None,
    resolution: str | float = "normal",
    method: str = "panels",
    islands: Sequence[Sequence[str]] = (("T", "B"),),
    detector: str | None = None,
    memory: float = 4.0,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Repulsions and pairing of a drawing whose lengths are all multiplied by a factor, but for those that are kept.

    With nothing kept, energies go exactly as 1/factor. With gates left behind they do not: bare Coulomb repulsion of
    four dots in these proportions may pair less, or not at all, so that the attraction is lost on the way down.

    Theory: docs/theory/geometry.md, eq-energies.

    Args:
        draw: a function of named lengths that returns a layout: a preset, or your own.
        factors: what lengths are multiplied by, positive, rising or falling.
        keep: names of lengths (or of a cloud's shape) that stay.
        size: name of a length that stands for the size of the device, quoted beside the factor.
        temperature: T of `factor_at`, K.
        fixed: values of keywords, in place of their defaults.
        resolution: of `electrostatics`.
        method: "panels", or "images" where all metals are solid planes.
        islands: the two dots that share an electron, the far site first; two other dots pair.
        detector: a dot that only senses the others, and neither pairs nor attracts.
        memory: GB that may be used.
        progress: hears after every point how many are done, and of how many.

    Returns:
        What `distance_scan` returns, over `factor`; `temperature` (factor, energy), E/k_B in K for E of 2Δ
        ("two_delta") and Δ ("delta"), NaN where nothing pairs; `factor_at` (energy), that of the largest device with
        E ≥ k_B T, NaN if there is none among the factors; with `size` the coordinate `size` (nm) along the factors and
        `size_at` (energy). With nothing kept `factor_at` follows from the law, beyond the factors too.

    Raises:
        InputError: factors that are not positive, unknown lengths, nothing that scales, a drawing that cannot be.

    Example:
        Crossed tubes, all of them smaller or only the tubes: gates 130 nm away no longer help dots of 40 nm.

        >>> planes = {"fixed": {"solid_planes": True}, "method": "images"}
        >>> whole = at.geometry.scaling(at.geometry.crossed_nanotubes, [1, 0.1], size="dot", **planes)
        >>> left = at.geometry.scaling(at.geometry.crossed_nanotubes, [1, 0.1],
        ...                            keep=["height", "polarizer_height", "radius"], **planes)
        >>> [(2 * found["pairing_energy"]).values.round(2).tolist() for found in (whole, left)]
        [[1.12, 11.2], [1.12, -2.33]]
        >>> whole["size_at"].values.round(1).tolist()
        [17.3, 8.7]
    """
    bare = drawing(draw, fixed)
    values = axis("factors", factors)
    positive_axis("factors", values)
    warm = positive("temperature", temperature)
    lengths, kept = _lengths(bare, keep)
    if size is not None:
        checked_lengths("size", bare, [size])
    layouts = []
    for factor in values:
        given = {name: float(factor) * value for name, value in lengths.items()}
        shapes = scaled_shapes(bare, float(factor), kept)
        layouts.append(layout_at(drawing(bare, shapes), "factors", **given))
    coords: dict[str, Variable] = {"factor": ("factor", values, "1", "what lengths are multiplied by")}
    if size is not None:
        along = values if size in lengths else np.ones_like(values)
        sizes = along * checked_lengths("size", bare, [size])[size]
        coords["size"] = ("factor", sizes, "nm", size.replace("_", " "))
    coords["energy"] = ("energy", list(ENERGIES), "1", "energy")
    result = scanned(
        layouts,
        coords,
        {},
        resolution=resolution,
        method=method,
        islands=islands,
        detector=detector,
        memory=memory,
        progress=progress,
        question="geometry.scaling",
        options={
            "keep": sorted(kept),
            "lengths": lengths,
            "size": size,
            "temperature": warm,
            "resolution": resolution,
            "method": method,
            "islands": [list(each) for each in islands],
            "detector": detector,
        },
    )
    return _with_temperatures(result, warm, exact=not kept)


def _lengths(draw: Draw, keep: Iterable[str]) -> tuple[dict[str, float], set[str]]:
    if isinstance(keep, str):
        raise InputError("keep", "be a list of names", shown(keep))
    kept = set(keep)
    shapes = scaled_shapes(draw, 1.0, ())
    checked_lengths("keep", draw, sorted(kept - set(shapes)))
    found = {name: value for name, value in checked_lengths("draw", draw, None).items() if name not in kept}
    if not found and not set(shapes) - kept:
        raise InputError("keep", "leave something that scales", "every length")
    return found, kept


def _with_temperatures(result: xr.Dataset, temperature: float, *, exact: bool) -> xr.Dataset:
    factors, pairing = result["factor"].values, result["pairing_energy"].values
    energies = np.outer(pairing, list(ENERGIES.values()))
    aim = K_B * temperature
    if exact:  # E ∝ 1/factor
        at = factors[0] * energies[0] / aim if pairing[0] > 0 else np.full(len(ENERGIES), np.nan)
    else:
        at = np.array([_largest(factors, energies[:, k], aim) for k in range(len(ENERGIES))])
    text = f"of the largest device whose energy is k_B times {temperature:g} K"
    added = {
        "temperature": (("factor", "energy"), np.where(energies > 0, energies / K_B, np.nan), "K", "energy over k_B"),
        "factor_at": ("energy", at, "1", f"factor {text}"),
    }
    if "size" in result.coords:
        sizes = result["size"].values
        still = len(factors) > 1 and sizes[0] == sizes[-1]
        size = sizes[0] if still else at * sizes[0] / factors[0]
        added["size_at"] = ("energy", np.where(np.isnan(at), np.nan, size), "nm", f"size {text}")
    labelled = {
        name: xr.Variable(dims, data, {"units": unit, "long_name": words})
        for name, (dims, data, unit, words) in added.items()
    }
    found = result.assign(labelled)
    lost = [f"{factor:g}" for factor, each in zip(factors, pairing, strict=True) if each <= 0]
    if lost:
        found.attrs["validity"] += f" Nothing pairs at the factor {', '.join(lost)}."
    if exact:
        found.attrs["validity"] += (
            " Electrostatics alone scales as 1/size; tunnelling and levels have scales of their own."
        )
    return found


def _largest(factors: FloatArray, energies: FloatArray, aim: float) -> float:
    """Largest factor at which an energy reaches the aim, by straight lines in the factor's logarithm; NaN if none."""
    order = np.argsort(factors)
    x, y = np.log(factors[order]), energies[order] - aim
    for k in range(len(x) - 1, 0, -1):
        if y[k - 1] >= 0 > y[k]:
            return float(np.exp(x[k] + (x[k - 1] - x[k]) * y[k] / (y[k] - y[k - 1])))
    return float(np.exp(x[-1])) if y[-1] >= 0 else np.nan
