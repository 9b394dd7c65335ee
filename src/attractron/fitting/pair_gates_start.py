"""Where fits of a map over two gates start, and the best of those that end in different minima of χ².

What the quadrants of the current leave open is which of their corners is (0,0) and which dot is coupled better; each
choice is a valley of its own, from which no fit finds into another. So are couplings of polarizer and dots exchanged.
W/U is held: 2Δ hardly depends on it, and along it a fit may go on for ever.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np

from attractron.core.constants import K_B
from attractron.fitting.pair_gates_model import ARMS, GateMap
from attractron.fitting.pair_gates_search import Quadrants
from attractron.fitting.pair_model import PairFit, fit_pairs, with_background
from attractron.fitting.pair_settle import ROUGH, ROUGHLY

SHORTER = 0.75
"""Of the segment of the quadrants over that of the charging energies: bias and temperature let the current in."""

SCALES = np.geomspace(0.8, 8.0, 6)
"""Δ over the bias, of starts."""

WARMTHS = (0.1, 0.25)
"""k_BT over the bias, of starts."""

SHARE, COUPLING, ASYMMETRY = 0.5, 0.1, 0.4
"""W/U and Γ/U of starts; and ρ of either sign."""

UNLIKE = 0.3
"""By which couplings of dots and polarizer differ from Γ of starts, either way (logarithms)."""

ERRORS = (0.1, 0.03)
"""Of the model, relative to the current, of the first fits: the faint line alone sets the scale of the energy."""

KEPT = 4
"""Of the first fits, that are refined."""


def searched(few: GateMap, found: Quadrants, held: Mapping[str, float]) -> PairFit:
    """The best fit of some of a map's pixels.

    Args:
        few: these.
        found: both odd regions of the map.
        held: parameters that are not fitted; W/U is one of them, or is held here.
    """
    held = {"share": SHARE, **held}
    first = [_rough(few, start, held) for start in _starts(few.with_error(ROUGH), found, held)]
    first.sort(key=lambda each: each.squares)
    best = min((_finer(few, each.point, held) for each in first[:KEPT]), key=lambda each: each.squares)
    other = _finer(few, exchanged(best.point), held)
    return min((best, other), key=lambda each: each.squares)


def _rough(few: GateMap, start: Mapping[str, float], held: dict[str, float]) -> PairFit:
    return fit_pairs(few.with_error(ERRORS[0]), start, held, evaluations=6, enough=ROUGHLY)


def _finer(few: GateMap, start: Mapping[str, float], held: dict[str, float]) -> PairFit:
    return fit_pairs(few.with_error(ERRORS[1]), start, held, evaluations=8, enough=ROUGHLY)


def exchanged(point: Mapping[str, float]) -> dict[str, float]:
    """With the couplings of the polarizer as strong as those of the dots were, and the other way round."""
    return _unlike(point, (point["Gamma_S"] + point["Gamma_D"]) / 2 - point["Gamma_LR"])


def _unlike(point: Mapping[str, float], by: float) -> dict[str, float]:
    """With the dots' couplings stronger by so much, and the polarizer's weaker (logarithms)."""
    moved = {"Gamma_S": -by, "Gamma_D": -by, "Gamma_LR": by}
    return {**point, **{name: point[name] + each for name, each in moved.items()}}


def _starts(rough: GateMap, found: Quadrants, held: Mapping[str, float]) -> list[dict[str, float]]:
    """Parameters of each choice, with the scale and the temperature that suit the map best."""
    free = rough.freed()
    size = abs(rough.bias)
    known = np.array([held[name] for name in ARMS]).reshape(2, 2) if ARMS[0] in held else None
    scales = SCALES if known is None else [abs(float((known @ found.segment)[1])) / SHORTER / size]
    chosen = []
    for sign in (1, -1) if known is None else (1,):
        scored: list[tuple[float, dict[str, float]]] = []
        for Delta, warmth in product(size * np.asarray(scales), WARMTHS):
            matrix = SHORTER * Delta * np.array([[sign], [1]]) * found.to_energies if known is None else known
            point = {
                "place_first": float(found.place[0]),
                "place_second": float(found.place[1]),
                **dict(zip(ARMS, matrix.ravel().tolist(), strict=True)),
                "gap": float(np.log(2 * Delta)),
                **dict.fromkeys(
                    ("Gamma_S", "Gamma_D", "Gamma_LR"), float(np.log(COUPLING * 2 * Delta / (1 - held["share"])))
                ),
                "asymmetry": 0.0,
                "temperature": float(np.log(warmth * size / K_B)),
                **held,
            }
            left = (with_background(free.orders(point, "2e"), free)[0] - free.values) / free.noise
            scored.append((float(np.sum(left**2)), point))
        best = min(scored, key=lambda each: each[0])[1]
        for rho, by in product((ASYMMETRY, -ASYMMETRY), (UNLIKE, -UNLIKE)):
            chosen.append(_unlike({**best, "asymmetry": rho}, by))
    return chosen
