"""What trajectories say of (16): finite differences, and the least-squares fit of each equation's terms to them.

Nothing here is of the flow's own code: the derivative of a number by central differences, of error h² in the step h, on
one side; on the other the terms that the paper prints, each with a coefficient that is fitted.
"""

import math
from collections.abc import Mapping
from functools import partial

import numpy as np
import xarray as xr
from scipy.integrate import quad
from scipy.optimize import brentq

from attractron.core.checks import FloatArray
from attractron.papers.figures import Readings

Numbers = dict[str, float]
"""Coefficients and other numbers by name."""

Running = Mapping[str, FloatArray]
"""y_s, K_s, y, y_2, K_c_tilde, K_tilde, Q and l of the same flows (flow, l)."""

REACH = 4
"""Points to both sides of the coarsest difference."""

ROOT2 = math.sqrt(2.0)


def running(result: xr.Dataset, kind: str) -> Running:
    """The trajectories of one kind, and their l."""
    found = {str(name): own.values for name, own in result.data_vars.items() if own.dims == (f"{kind}_flow", "l")}
    return {name.removeprefix(f"{kind}_"): own for name, own in found.items()} | {"l": result["l"].values}


def inner(values: FloatArray) -> FloatArray:
    """The points at which `slope` is taken, whatever its reach."""
    return np.asarray(values[..., REACH:-REACH])


def slope(values: FloatArray, own: Running, reach: int) -> FloatArray:
    """d/dl by central differences with `reach` points to both sides."""
    middle, ell = np.arange(REACH, own["l"].size - REACH), own["l"]
    return np.asarray(
        (values[..., middle + reach] - values[..., middle - reach]) / (ell[middle + reach] - ell[middle - reach])
    )


def fitted(left: FloatArray, terms: Mapping[str, FloatArray]) -> Numbers:
    """Coefficients of terms whose sum is nearest to the left side, by name; none for a trajectory that ends early."""
    if not np.isfinite(left).all():
        return dict.fromkeys(terms, math.nan)
    columns = np.stack([np.broadcast_to(own, left.shape).ravel() for own in terms.values()], axis=1)
    return dict(zip(terms, np.linalg.lstsq(columns, left.ravel(), rcond=None)[0].tolist(), strict=True))


def squares(own: Running) -> FloatArray:
    """y_1² + y_2², the source without its cut-off."""
    return np.asarray(own["y"] ** 2 + own["y_2"] ** 2)


def published(own: Running, reach: int) -> Numbers:
    """Coefficients of every term of (16), from flows without cut-off (c = 1)."""
    d = partial(slope, own=own, reach=reach)
    at = {name: inner(values) for name, values in own.items()}
    source = inner(squares(own))
    dimension = {"K_c": at["K_c_tilde"], "K_s": at["K_s"], "K": at["K_tilde"], "y_s": at["y_s"]}
    found: Numbers = {}
    equations = {
        "a": fitted(d(own["y_s"]), {"y_s": at["y_s"], "K_s": at["K_s"] * at["y_s"], "source": source}),
        "b": fitted(d(1 / own["K_s"]), {"y_s": at["y_s"] ** 2, "source": source}),
        "c": fitted(d(np.log(own["y"])), {"one": np.ones(1), **dimension}),
        "d": fitted(d(np.log(own["y_2"])), {"one": np.ones(1), **dimension}),
        "e": fitted(d(1 / own["K_tilde"]), {"y_1": at["y"] ** 2, "y_2": at["y_2"] ** 2}),
        "f": fitted(d(1 / own["K_c_tilde"]), {"y_1": at["y"] ** 2, "y_2": at["y_2"] ** 2}),
    }
    for letter, coefficients in equations.items():
        found |= {f"{letter}_{name}": value for name, value in coefficients.items()}
    return found


def preserving(own: Running) -> Numbers:
    """The same of (16b) in the form that keeps the SU(2) line, an equation for K_s and not for 1/K_s."""
    terms = {"y_s": inner(own["y_s"]) ** 2, "source": inner(squares(own))}
    return {f"kept_{name}": value for name, value in fitted(slope(own["K_s"], own, 1), terms).items()}


def complete(own: Running) -> Numbers:
    """The complete feedback on M⁻¹ = [[1/K̃_c, Q/K̃_c], [Q/K̃_c, 1/K̃ + Q²/K̃_c]], and the dimension vᵀMv/4 in (16c)."""
    p, r = 1 / own["K_c_tilde"], own["Q"] / own["K_c_tilde"]
    q = 1 / own["K_tilde"] + own["Q"] ** 2 / own["K_c_tilde"]
    terms = {"y_1": inner(own["y"]) ** 2, "y_2": inner(own["y_2"]) ** 2}
    found: Numbers = {}
    for name, entry in {"p": p, "r": r, "q": q}.items():
        found |= {f"complete_{name}_{term}": value for term, value in fitted(slope(entry, own, 1), terms).items()}
    M = np.linalg.inv(np.moveaxis(np.array([[p, r], [r, q]]), (0, 1), (-2, -1)))
    v = np.array([ROOT2, 2.0])
    spin = inner(own["K_s"] + own["y_s"]) / 2
    dimension = {"one": np.ones(1), "dimension": inner(v @ M @ v / 4)}
    return found | {
        f"complete_{name}": value for name, value in fitted(slope(np.log(own["y"]), own, 1) + spin, dimension).items()
    }


def cut_off(own: Running) -> Numbers:
    """c of both couplings from (16f): where it is ½, and its values around there; y beyond l* without c."""
    found: Numbers = {}
    for row, name in enumerate(("y", "y_2")):
        c = 8 * slope(1 / own["K_c_tilde"][row], own, 1) / inner(own[name][row]) ** 2
        ell = inner(own["l"])
        steepness, height = np.polyfit(ell, np.log(1 / c - 1), 1)
        middle = -height / steepness
        found |= {f"l_star_{row + 1}": float(middle), f"c_slope_{row + 1}": float(steepness)}
        if row == 0:
            found |= {
                f"c_{label}": float(np.interp(middle + shift, ell, c))
                for label, shift in (("before", -0.75), ("at", 0.0), ("after", 0.75))
            }
    first = {name: values[0] if values.ndim == 2 else values for name, values in own.items()}
    at = {name: inner(values) for name, values in first.items()}
    bracket = slope(np.log(first["y"]), first, 1) + (at["K_c_tilde"] + at["K_s"] + at["y_s"]) / 2
    found |= {
        f"beyond_{name}": value for name, value in fitted(bracket, {"one": np.ones(1), "K": at["K_tilde"]}).items()
    }
    return found


def on_the_line(own: Running) -> Numbers:
    """The SU(2) line: how far K_s leaves it, and the equation of y_s on it."""
    terms = {"y_s": inner(own["y_s"]) ** 2, "source": inner(squares(own))}
    return {
        "line_drift": float(np.abs(own["K_s"] - 1 - own["y_s"] / 2).max()),
        **{f"line_{name}": value for name, value in fitted(slope(own["y_s"], own, 1), terms).items()},
    }


def alone(result: xr.Dataset) -> Numbers:
    """(16b) as published without the second wire: its invariant, its drift off the line, and where y_s = +1."""
    y_s, K_s = result["alone_y_s"].values, result["alone_K_s"].values
    invariant = _invariant(y_s, K_s)
    ell = result["long_l"].values
    first = {"l": ell}
    distance = 2 * (K_s - 1) - y_s
    early = slice(0, 40)
    left, D, y = (each[:, early] for each in (slope(distance, first, 1), inner(distance), inner(y_s)))
    return {
        "invariant_drift": float(np.nanmax(np.abs(invariant - invariant[:, :1]))),
        "third_order": fitted(left, {"cube": y**3, "D": D * y, "fourth": y**4, "D_square": D * y**2})["cube"],
        **{
            f"end_{name}": float(value)
            for name, value in zip(("weak", "strong"), result["alone_end"].values, strict=True)
        },
        **{f"end_{name}_quadrature": _end(start) for name, start in (("weak", 0.1), ("strong", 0.2))},
    }


def _invariant(y_s: FloatArray | float, K_s: FloatArray | float) -> FloatArray:
    return np.asarray(np.square(y_s) / 2 - 4 * (1 / np.asarray(K_s) + np.log(K_s)))


def _end(y_s: float) -> float:
    """l at which y_s = +1 for (16a, b) as printed with y = 0, by quadrature of dK_s/dl = -K_s² y_s²/2."""
    start = 1 + y_s / 2
    kept = float(_invariant(y_s, start))

    def square(K_s: float) -> float:
        return 2 * (kept + 4 * (1 / K_s + math.log(K_s)))

    end = brentq(lambda K_s: square(K_s) - 1, 0.1, 1.0)
    return float(quad(lambda K_s: 2 / (K_s * K_s * square(K_s)), end, start, points=[1.0], limit=400)[0])


def model(result: xr.Dataset) -> Numbers:
    """(13), (14), υ and l*, and the normalisation."""
    modes = result["modes"].values
    operator_product, literal = result["y_of_V"].values.tolist()
    loop = float(result["loop"]) / (2 * math.pi**2)  # -dy_s/dl (πv/V)²/π² = loop: y_s = U/(πv), dU/dl = -V²/(2πv)
    velocity = np.sort(result["velocity"].values)
    apart = result["apart"].values
    l_star, mismatches = result["l_star"].values, result["mismatches"].values
    return {
        **{name: float(result[name]) for name in ("upsilon", "K_c_tilde", "K_tilde", "Q", "V_theta_ratio")},
        "off_line": float(np.abs(result["dimensions"].values - modes[:, :2]).max()),
        **{
            f"mode_{name}": float(modes[0, number])
            for number, name in enumerate(("dimension_1", "dimension_2", "cdw", "sc"))
        },
        "velocity_charge": float(velocity[1]),
        "velocity_secondary": float(velocity[0]),
        "apart_cdw": float(apart[2]),
        "apart_1": float(apart[0]),
        **{f"starting_l_{n + 1}": float(l_star[n]) for n in range(2)},
        **{f"mismatch_{n + 1}": float(mismatches[n]) for n in range(2)},
        "loop_ratio": operator_product**2 / 4 / loop,
        "literal_ratio": loop / (literal**2 / 4),
        **{name: float(result[name]) for name in ("upsilon_of_V", "listed_upsilon", "U_y_s", "U_K_c", "U_K_s")},
        "exponent_CDW": float(result["exponent"][1, 0]),
        "exponent_SDW": float(result["exponent"][0, 1]),
        "exponent_SC": float(result["exponent"][1, 2]),
        "condition_K_c": float(result["tried_K_c"][int(np.argmax(np.diff(result["condition"].values)))]),
        "condition_above": bool(result["condition"][-1]),
    }


def readings(result: xr.Dataset) -> Readings:
    """Every coefficient as read from trajectories, and the model's numbers."""
    own = running(result, "published")
    fine, middle, coarse = (published(own, reach) for reach in (1, 2, 4))
    steps = [max(abs(two[name] - one[name]) for name in one) for one, two in ((fine, middle), (middle, coarse))]
    particles, turned = running(result, "particles"), running(result, "turned")
    at = {name: inner(values) for name, values in particles.items()}
    left = 2 - slope(np.log(particles["y"]), particles, 1) - (at["K_c_tilde"] + at["K_s"] + at["y_s"]) / 2
    twisted = {name: inner(values) for name, values in turned.items()}
    pulled = slope(turned["y_s"], turned, 1) - (2 - 2 * twisted["K_s"]) * twisted["y_s"]
    return {
        **fine,
        "step_error": steps[0],
        "order": math.log2(steps[1] / steps[0]),
        "particles_K": fitted(left, {"K": at["K_tilde"]})["K"],
        "turned_source": fitted(pulled, {"source": inner(squares(turned))})["source"],
        **preserving(running(result, "preserving")),
        **complete(running(result, "complete")),
        **cut_off(running(result, "cut")),
        **on_the_line(running(result, "line")),
        **alone(result),
        **model(result),
    }
