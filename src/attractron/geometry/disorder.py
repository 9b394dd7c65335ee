"""Drawings as they come out: lengths that scatter about those that were meant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from scipy.special import betainc, ndtri

from attractron.core.checks import FloatArray, finite, mapping, positive, whole
from attractron.core.errors import InputError
from attractron.core.results import Variable
from attractron.geometry.lengths import Draw, Progress, checked_lengths, drawing, layout_at
from attractron.geometry.scans import TAKEN, scanned

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles that are reported."""


def disorder(
    draw: Draw,
    rms: Mapping[str, float],
    *,
    samples: int = 150,
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
    resolution: str | float = "normal",
    method: str = "panels",
    islands: Sequence[Sequence[str]] = (("T", "B"),),
    detector: str | None = None,
    memory: float = 4.0,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Pairing of many copies of a drawing whose lengths scatter normally and independently.

    Args:
        draw: a function of named lengths that returns a layout: a preset, or your own.
        rms: name of a length → standard deviation about its value, nm.
        samples: copies, drawn as a Latin hypercube: each length takes evenly spread quantiles.
        seed: of the draws.
        fixed: values of keywords, in place of their defaults.
        resolution: of `electrostatics`.
        method: "panels", or "images" where all metals are solid planes.
        islands: the two dots that share an electron, the far site first; two other dots pair.
        detector: a dot that only senses the others, and neither pairs nor attracts.
        memory: GB that may be used.
        progress: hears after every copy how many are done, and of how many.

    Returns:
        What `distance_scan` returns, over `sample`, and the scattered lengths over it; `pairing_energy_mean` and
        `pairing_energy_std` in meV, `pairing_energy_quantile` (quantile), and `fraction_paired`, of Δ > 0.

    Raises:
        InputError: an unknown length, a spread that is not positive, a copy that cannot be drawn.

    Example:
        The minimum over both sites makes the mean less than the nominal 1.12 meV.

        >>> found = at.geometry.disorder(at.geometry.crossed_nanotubes,
        ...                              {"distance": 10, "shift_x": 10, "shift_y": 10}, samples=40,
        ...                              fixed={"solid_planes": True}, method="images")
        >>> bool(found["pairing_energy_mean"] < 0.54), float(found["fraction_paired"])
        (True, 1.0)
    """
    bare = drawing(draw, fixed)
    spread = spreads("rms", bare, rms)
    taken = TAKEN & set(spread)
    if taken:
        raise InputError("rms", "not name what the result has", repr(sorted(taken)[0]), "rename the keyword")
    values = checked_lengths("rms", bare, spread)
    scattered = np.array(list(values.values())) + draws(spread, samples, seed)
    layouts = [layout_at(bare, "rms", **dict(zip(values, map(float, row), strict=True))) for row in scattered]
    more: dict[str, Variable] = {
        name: ("sample", scattered[:, k], "nm", name.replace("_", " ")) for k, name in enumerate(values)
    }
    result = scanned(
        layouts,
        {
            "sample": ("sample", np.arange(samples), "1", "copy of the drawing"),
            "quantile": ("quantile", list(LEVELS), "1", "fraction of copies below"),
        },
        more,
        resolution=resolution,
        method=method,
        islands=islands,
        detector=detector,
        memory=memory,
        progress=progress,
        question="geometry.disorder",
        options={
            "rms": spread,
            "samples": samples,
            "seed": seed,
            "resolution": resolution,
            "method": method,
            "detector": detector,
        },
    )
    return result.assign(dict(_statistics(result["pairing_energy"].values)))


def spreads(argument: str, draw: Draw, rms: Any) -> dict[str, float]:
    """Standard deviations by the names of lengths, or an InputError."""
    found = dict(mapping(argument, rms, lambda _, key: str(key), positive))
    if not found:
        raise InputError(argument, "name at least one length", "none")
    checked_lengths(argument, draw, found)
    return found


def draws(rms: Mapping[str, float], samples: int, seed: int) -> FloatArray:
    """Displacements, (sample, length) in nm: a Latin hypercube of normal quantiles."""
    number = whole("samples", samples, at_least=2)
    generator = np.random.default_rng(whole("seed", seed))
    quantiles = ndtri((np.arange(number) + 0.5) / number)
    return np.stack([each * quantiles[generator.permutation(number)] for each in rms.values()], axis=1)


def weights_of_quantile(level: float, samples: int) -> FloatArray:
    """Weights of sorted values whose sum is their quantile, smooth in them all (Harrell and Davis 1982)."""
    if not 0 < finite("quantile", level) < 1:
        raise InputError("quantile", "lie between 0 and 1", f"{level:g}")
    edges = betainc((samples + 1) * level, (samples + 1) * (1 - level), np.arange(samples + 1) / samples)
    return np.asarray(np.diff(edges))


def _statistics(pairing: FloatArray) -> Iterator[tuple[str, xr.Variable]]:
    entries: dict[str, Variable] = {
        "pairing_energy_mean": ((), pairing.mean(), "meV", "mean pairing energy"),
        "pairing_energy_std": ((), pairing.std(ddof=1), "meV", "standard deviation of the pairing energy"),
        "pairing_energy_quantile": ("quantile", np.quantile(pairing, LEVELS), "meV", "quantiles of the pairing energy"),
        "fraction_paired": ((), (pairing > 0).mean(), "1", "fraction of copies that pair"),
    }
    for name, (dims, data, unit, text) in entries.items():
        yield name, xr.Variable(dims, data, {"units": unit, "long_name": text})
