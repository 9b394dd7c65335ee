"""The line K_f = 3 of free trions as a curve between any two parameters: left of it density waves, right of it
superconductivity of trions (or the other way round)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, choice, finite
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.trion import FREE_TRIONS, KINETIC, KNOBS, VALIDITY, TrionLiquid, sectors, stable

if TYPE_CHECKING:
    import xarray as xr

INTERVALS = 400
"""Parts of the range of `across` in which roots are looked for."""


def free_trion_line(
    model: TrionLiquid,
    along: Mapping[str, ArrayLike],
    across: Mapping[str, tuple[float, float]],
    *,
    kinetic: str = "complete",
) -> "xr.Dataset":
    """Points of the line K_f = 3 in the plane of two parameters.

    For each value of the first parameter all roots in the second one of

        b_gg (b_ff - 9 a_ff) - b_gf² = 0   (complete)   or   b_ff - 9 a_ff = 0   (published),

    which are polynomials in V_φ and V_θ and smooth for positive K and u, are bracketed in 400 parts of the range
    and polished to rounding (Brent). Points at which the wires are unstable are left out.

    Args:
        model: the liquid; its values of the two parameters do not matter.
        along: the first parameter and its values.
        across: the second parameter and the range in which roots are looked for.
        kinetic: "complete" or "published".

    Returns:
        Dataset over `point`, ordered along the first parameter, with both parameters as variables; it has no point
        where the line does not cross the range. A curve that is parallel to the second parameter is found by
        exchanging the two.

    Raises:
        InputError: not one parameter each, equal ones, unknown ones, a range that does not rise, or one that leaves
            positive K and u.
    """
    choice("kinetic", kinetic, KINETIC)
    x, y = _name("along", along), _name("across", across)
    if x == y:
        raise InputError("across", f"name another parameter than {x}", repr(y))
    values = _within(f"along[{x!r}]", x, axis(f"along[{x!r}]", along[x]))
    ends = _within(f"across[{y!r}]", y, _range(f"across[{y!r}]", across[y]))
    points = [(value, root) for value in values for root in _roots(asdict(model) | {x: value}, y, ends, kinetic)]
    found = np.array(points).reshape(-1, 2)
    return dataset(
        {name: ("point", column, *KNOBS[name]) for name, column in zip((x, y), found.T, strict=True)},
        {"point": ("point", np.arange(len(found)), "1", "number of the point")},
        question="wires.free_trion_line",
        parameters=asdict(model),
        options={"along": x, "across": {y: ends}, "kinetic": kinetic},
        method=f"Brent's method in {INTERVALS} parts of the range for each value along",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )


def _name(argument: str, values: Any) -> str:
    if not isinstance(values, Mapping) or len(values) != 1:
        raise InputError(argument, "name one parameter", repr(values), 'for example {"K": [0.2, 0.4]}')
    return choice(argument, next(iter(values)), KNOBS)


def _range(argument: str, ends: Any) -> FloatArray:
    if np.shape(ends) != (2,):
        raise InputError(argument, "be a lowest and a highest value", repr(ends))
    low, high = (finite(argument, end) for end in ends)
    if low >= high:
        raise InputError(argument, "rise", f"{low:g} to {high:g}")
    return np.array([low, high])


def _within(argument: str, name: str, values: FloatArray) -> FloatArray:
    if not name.startswith("V_") and values.min() <= 0:
        raise InputError(argument, "be positive", float(values.min()))
    return values


def _roots(fields: dict[str, Any], name: str, ends: FloatArray, kinetic: str) -> list[float]:
    from scipy.optimize import brentq

    def excess(value: Any) -> Any:
        parts = sectors(**(fields | {name: value}))
        published = parts.b_ff - FREE_TRIONS**2 * parts.a_ff
        return published if kinetic == "published" else parts.b_gg * published - parts.b_gf**2

    places = np.linspace(ends[0], ends[1], INTERVALS + 1)
    signs = np.sign(excess(places))
    exact = places[signs == 0].tolist()
    crossed = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    between = [brentq(excess, places[number], places[number + 1], xtol=1e-14, rtol=1e-14) for number in crossed]
    return [root for root in sorted(exact + between) if stable(**(fields | {name: root}))]
