"""The table `[samples]`: random or quasi-random (Sobol) points of several knobs, in one dimension."""

from collections.abc import Container, Mapping
from typing import Any, Literal

import numpy as np
from pydantic import Field
from scipy.special import ndtri

from attractron.core.checks import FloatArray, shown
from attractron.studies.knobs import check_knob, names_in
from attractron.studies.schemas import Schema, number
from attractron.studies.study import Dimension
from attractron.studies.toml import Document, Keys
from attractron.studies.validation import validated

SAMPLE = "sample"
"""The dimension."""

MOST = 10**8
"""Samples, at most."""

BITS = 30
"""Of a Sobol point: it stands for the middle of its cell, 2⁻³⁰ wide."""


class _Samples(Schema):
    points: int = Field(ge=1, le=MOST)
    seed: int = Field(0, ge=0)
    method: Literal["random", "sobol"] = "random"
    of: dict[str, Any] = Field(min_length=1)


class _Draw(Schema):
    mean: Any = None
    deviation: Any = None
    low: Any = None
    high: Any = None
    spacing: Literal["linear", "log"] = "linear"


def read_samples(
    document: Document, units: Mapping[str, str], axes: Container[str] = ()
) -> tuple[list[Dimension], list[str]]:
    """The samples of a file as a dimension, if it has any, and what there is to say of them; `axes` are no samples.

    The first n of N samples are those that n alone would be, so that a study can be extended; the numbers of a knob
    depend on the seed and its name ("random"), or on the seed and its position ("sobol").

    Raises:
        InputError: whatever is wrong with the table, with its line.
    """
    if "samples" not in document.data:
        return [], []
    given = validated(_Samples, document, ("samples",))
    named = names_in(document, ("samples", "of"), units)
    for name, keys in named.items():
        check_knob(document, keys, units, name)
        if name in axes:
            raise document.error(keys, "be sampled or in [axes]", "both", "leave one of them out")
    shares = uniform(tuple(named), given.points, seed=given.seed, method=given.method)
    values = {name: _drawn(document, keys, units[name], shares[name]) for name, keys in named.items()}
    kind = "Sobol" if given.method == "sobol" else "random"
    notes = [f"{given.points} {kind} samples of {', '.join(named)}, seed {given.seed}."]
    if given.method == "sobol" and given.points & (given.points - 1):
        fair = 2 ** (given.points.bit_length() - 1)
        notes.append(f"Sobol samples are balanced in numbers that are a power of two, such as {fair} or {2 * fair}.")
    return [Dimension(name=SAMPLE, values=values)], notes


def uniform(names: tuple[str, ...], points: int, *, seed: int, method: str) -> dict[str, FloatArray]:
    """Name → numbers in (0, 1), uniform; the first n of them are the same for any number of points ≥ n.

    Args:
        names: of what is drawn.
        points: how many.
        seed: of all of them.
        method: "random": every name draws from a generator of its own, so that neither their order nor what else is
            drawn matters; "sobol": a sequence in as many dimensions as names, scrambled (Owen 1998).

    >>> few, many = (uniform(("W",), points, seed=1, method="random")["W"] for points in (3, 100))
    >>> bool((few == many[:3]).all())
    True
    """
    if method == "sobol":
        from scipy.stats import qmc

        engine = qmc.Sobol(len(names), scramble=True, bits=BITS, rng=seed)
        table = np.concatenate([engine.random(part) for part in _powers(points)]).T + 0.5 ** (BITS + 1)
        return dict(zip(names, np.ascontiguousarray(table), strict=True))
    found = {}
    for name in names:
        stream = np.random.SeedSequence(seed, spawn_key=tuple(name.encode()))
        found[name] = np.clip(np.random.Generator(np.random.PCG64(stream)).random(points), 0.5**54, None)
    return found


def _powers(points: int) -> list[int]:
    """The points in parts that begin where a power of two ends: SciPy warns of any other first part."""
    first = 2 ** (points.bit_length() - 1)
    return [first, points - first] if points > first else [first]


def _drawn(document: Document, keys: Keys, unit: str, shares: FloatArray) -> FloatArray:
    """Uniform numbers as those of a distribution: normal, uniform, or uniform in the logarithm."""
    wanted = 'mean and deviation (normal), or low and high (uniform; with spacing = "log" in the logarithm)'
    table: Any = document.data
    for key in keys:
        table = table[key]
    if not isinstance(table, dict):
        raise document.error(keys, f"be a table with {wanted}", shown(table))
    given = validated(_Draw, document, keys)
    named = {key for key in ("mean", "deviation", "low", "high") if getattr(given, key) is not None}
    if named == {"mean", "deviation"} and "spacing" not in given.model_fields_set:
        mean, deviation = (_number(document, keys, key, given, unit) for key in ("mean", "deviation"))
        if deviation <= 0:
            raise document.error((*keys, "deviation"), "be positive", f"{deviation:g}")
        return np.asarray(mean + deviation * ndtri(shares))
    if named != {"low", "high"}:
        raise document.error(keys, f"have {wanted}", ", ".join(sorted(given.model_fields_set)) or "nothing")
    low, high = (_number(document, keys, key, given, unit) for key in ("low", "high"))
    if high <= low:
        raise document.error((*keys, "high"), f"be above low, {low:g}", f"{high:g}")
    if given.spacing == "linear":
        return low + (high - low) * shares
    if low <= 0:
        raise document.error((*keys, "low"), "be positive for samples uniform in the logarithm", f"{low:g}")
    return np.asarray(low * (high / low) ** shares)


def _number(document: Document, keys: Keys, key: str, given: Any, unit: str) -> float:
    return number(document.where((*keys, key)), getattr(given, key), unit)
