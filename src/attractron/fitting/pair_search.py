"""Where a fit of a map of the pair current starts: templates of the current held against the order of its pixels.

By how much the current grows from regime to regime depends on couplings that are not known yet. Which pixel has more
of it does so less: candidates are ranked by the rank correlation of their template with the map.
"""

from functools import lru_cache

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.fitting.pair_model import PairMap, modelled

RATIOS = (0.2, 0.4, 0.6, 0.8)
"""W/U of the templates."""

COUPLING = 0.1
"""Γ/U of the templates."""

COLD = 0.02
"""k_BT/U of the templates."""

RANGE = ((-1.0, 1.6), (0.0, 1.8))
"""Of αV/U and eV_SD/U; where the bias is negative, I(-αV, -V_SD) = -I(αV, V_SD) at µ_P = U."""

PIXELS = (15, 15)

PLACES = np.linspace(-0.6, 0.6, 13)
"""Of the centre, from the middle in lengths of the axis."""

ALIKE, BETTER = 0.6, 0.8
"""Least rank correlation of the best template, and most of what the bias alone leaves of it that it may leave."""


@lru_cache(maxsize=1)
def _templates() -> tuple[tuple[float, RegularGridInterpolator], ...]:
    """W/U, and the current over αV/U and eV_SD/U."""
    gate, bias = np.linspace(*RANGE[0], 27), np.linspace(*RANGE[1], 19)
    blank = np.zeros((gate.size, bias.size))
    grid = PairMap(gate=gate, bias=bias, values=blank, noise=blank + 1, span=(0.0, 1.0), current=True)
    found = []
    for ratio in RATIOS:
        image = modelled(_point(0.0, 1.0, 1.0, ratio), grid, "2e")
        found.append((ratio, RegularGridInterpolator((gate, bias), image, bounds_error=False, fill_value=None)))
    return tuple(found)


def _point(centre: float, lever_arm: float, U: float, ratio: float) -> dict[str, float]:
    return {
        "centre": centre,
        "lever_arm": float(np.log(lever_arm)),
        "bias_offset": 0.0,
        "U": float(np.log(U)),
        "ratio": float(np.log(ratio)),
        **dict.fromkeys(("Gamma_S", "Gamma_D", "Gamma_LR"), float(np.log(COUPLING * U))),
        "excess": 0.05,
        "temperature": float(np.log(COLD * U / K_B)),
    }


def starts(pairs: PairMap, lever_arm: float | None, count: int) -> list[tuple[int, dict[str, float]]]:
    """The most promising parameters, with the sign of the gate, best first; none where no template is like the map.

    A map whose pixels are ordered as well by the bias alone (a conductor, diamonds) holds no turn-on lines.

    Args:
        pairs: the map.
        lever_arm: α, if it is known.
        count: how many.
    """
    small = pairs.thinned(*PIXELS)
    middle, length = pairs.span
    floor = 2 * float(np.median(small.noise))
    values = np.where(np.abs(small.values) > floor, small.values, 0.0)
    target = _ranks(values.ravel())
    most = float(np.abs(pairs.bias).max())
    found: list[tuple[float, int, dict[str, float]]] = []
    for U in most * np.geomspace(0.35, 1.5, 10):
        V = small.bias / U
        arms = [lever_arm] if lever_arm else [reach * U / length for reach in np.geomspace(0.5, 4.0, 9)]
        for arm in arms:
            for sign in (1, -1):
                energy = sign * arm * (small.gate - middle - PLACES[:, None] * length)[..., None] / U
                at = np.broadcast_arrays(energy * np.where(V < 0, -1, 1), np.abs(V))  # (place, gate, bias)
                for ratio, template in _templates():
                    scores = _ranks((np.sign(V) * template(tuple(at))).reshape(PLACES.size, -1)) @ target
                    for place, score in zip(PLACES.tolist(), scores.tolist(), strict=True):
                        found.append((score, sign, _point(place, float(arm), float(U), ratio)))
    found.sort(key=lambda each: -each[0])
    by_bias = float(target @ _ranks(np.broadcast_to(small.bias, values.shape).ravel()))
    if found[0][0] < ALIKE or 1 - found[0][0] > BETTER * (1 - by_bias):
        return []
    distinct: list[tuple[int, dict[str, float]]] = []
    for _, sign, point in found:
        if all(sign != other or _apart(point, known) for other, known in distinct):
            distinct.append((sign, point))
        if len(distinct) == count:
            break
    return distinct


def _apart(one: dict[str, float], other: dict[str, float]) -> bool:
    return any(abs(one[name] - other[name]) > limit for name, limit in (("centre", 0.15), ("U", 0.2), ("ratio", 0.5)))


def _ranks(values: FloatArray) -> FloatArray:
    """Ranks of the pixels (…, pixel), of mean 0 and length 1."""
    from scipy.stats import rankdata

    ranks = rankdata(values, axis=-1) - (values.shape[-1] + 1) / 2
    norm = np.linalg.norm(ranks, axis=-1, keepdims=True)
    return np.asarray(ranks / np.where(norm > 0, norm, 1.0))
