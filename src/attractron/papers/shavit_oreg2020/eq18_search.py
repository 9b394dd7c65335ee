"""How often the paired wire is a superconductor: wires drawn at random from the whole space of couplings.

A window of two knobs shows two of seven couplings. Here all of them are drawn, with a seed, from stated ranges, and
every wire flows under every cut-off and form of the feedback. The second sample, weakly repelling electrons and a slow
secondary, is where (18) has its chance; the example is one wire that pairs as a superconductor under the tanh.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import Variable
from attractron.papers.shavit_oreg2020.common import CUTOFFS, FEEDBACKS
from attractron.wires import CoupledWires, Scheme, superconducting
from attractron.wires.flow.events import PAIRED, TRION
from attractron.wires.flow.phase_diagram import answers_at

DENSITY_WAVE, SUPERCONDUCTOR = 1, 2
ORDERS = {0: "decoupled", DENSITY_WAVE: "paired, density wave", SUPERCONDUCTOR: "paired, superconductor", 3: "trion"}

SEED = 18

RANGES: dict[str, tuple[float, float]] = {
    "K_c": (0.5, 1.0),
    "K": (0.1, 1.0),
    "y_s": (0.01, 0.3),
    "y": (0.01, 0.5),
    "upsilon": (0.0, 0.95),
    "u_ratio": (0.1, 2.0),
    "mismatch": (math.exp(-6.0), 1.0),
}
"""Of the whole space: repelling electrons in both wires, every coupling below 1."""

LOGARITHMIC = ("y", "u_ratio", "mismatch")
"""Drawn evenly in the logarithm, all others evenly."""

CORNER = RANGES | {"K_c": (0.9, 1.0), "u_ratio": (0.1, 1.0)}
"""Where (18) has its chance: K_c → 1, and a secondary that is not faster."""

EXAMPLE = CoupledWires(K_c=0.97, K=0.9, y_s=0.02, y=0.15, upsilon=0.9, u_ratio=0.5, mismatch=0.3)

SAMPLES = {0: "whole space", 1: "corner", 2: "example"}


def search(quick: bool) -> dict[str, Variable]:
    """Couplings (knob, point), which sample they are of (point), and the order under each scheme (…, point)."""
    number = 256 if quick else 16384
    generator = np.random.default_rng(SEED)
    parts = [_drawn(ranges, number, generator) for ranges in (RANGES, CORNER)]
    parts.append(np.array([[getattr(EXAMPLE, name)] for name in RANGES]))
    points = np.concatenate(parts, axis=1)
    sample = np.repeat(list(SAMPLES), [part.shape[1] for part in parts]).astype("i4")
    fields = asdict(EXAMPLE) | dict(zip(RANGES, points, strict=True))
    order = [
        [_orders(fields, Scheme(cutoff=cutoff, feedback=feedback)) for feedback in FEEDBACKS]
        for cutoff in CUTOFFS.values()
    ]
    return {
        "drawn": (("knob", "point"), points, "1", "couplings of the wires that were drawn"),
        "sample": ("point", sample, "1", "sample"),
        "drawn_order": (("cutoff", "feedback", "point"), np.array(order), "1", "phase and dominant order"),
    }


def _drawn(ranges: Mapping[str, tuple[float, float]], number: int, generator: np.random.Generator) -> FloatArray:
    """Stable wires (knob, point), υu/u_c < 1."""
    rows = []
    for name, (low, high) in ranges.items():
        even = generator.uniform(size=number)
        rows.append(low * (high / low) ** even if name in LOGARITHMIC else low + (high - low) * even)
    points, names = np.array(rows), list(ranges)
    return points[:, points[names.index("upsilon")] * points[names.index("u_ratio")] < 1]


def _orders(fields: Mapping[str, Any], scheme: Scheme) -> "np.ndarray[Any, np.dtype[np.int32]]":
    """Codes of `ORDERS` (point,)."""
    found = {name: values for name, (values, _, _) in answers_at(fields, EXAMPLE.beta, scheme, workers=1).items()}
    return orders(found["phase"], *(found[f"{name}_end"] for name in ("K_c_tilde", "K_tilde", "Q")))


def orders(phase: Any, K_c: FloatArray, K: FloatArray, Q: FloatArray) -> "np.ndarray[Any, np.dtype[np.int32]]":
    """Phases, the paired one by its order, as codes of `ORDERS`."""
    paired = np.where(superconducting(K_c, K, Q), SUPERCONDUCTOR, DENSITY_WAVE)
    return np.select([phase == PAIRED, phase == TRION], [paired, 3 + 0 * paired], 0).astype("i4")
