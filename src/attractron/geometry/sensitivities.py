"""How W, U and the pairing energy change with each length of a drawing."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, positive
from attractron.core.results import Variable, dataset
from attractron.geometry.derivatives import Derivatives, derivatives
from attractron.geometry.electrostatics import METHODS, carriers, check_method, surroundings
from attractron.geometry.lengths import Draw, checked_lengths, drawing, layout_at
from attractron.geometry.pairing import ENERGIES, Roles, energies, roles_of, slopes
from attractron.geometry.solution import check_memory, cut_all, factor_of

NOTHING = 1e-4
"""Of the largest slope: a difference that is rounding."""


def sensitivities(
    draw: Draw,
    lengths: Iterable[str] | None = None,
    *,
    fixed: Mapping[str, Any] | None = None,
    resolution: str | float = "normal",
    method: str = "panels",
    islands: Sequence[Sequence[str]] = (("T", "B"),),
    detector: str | None = None,
    memory: float = 4.0,
) -> xr.Dataset:
    """Derivatives of W, U and the pairing energy by named lengths, from the charges of one solution.

        dM_ij/dp = KE Q_iᵀ (dP/dp) Q_j,      Q_i = (cloud i, -induced charges)      d ln E/d ln p = (p/E) dE/dp

    No length needs a solution of its own. Since repulsions go as 1/size, all logarithmic ones of an energy add up to
    -1 where all lengths of a drawing are named ones.

    Theory: docs/theory/geometry.md, eq-adjoint.

    Args:
        draw: a function of named lengths that returns a layout: a preset, or your own.
        lengths: names of keywords of `draw` that have a value; all of them by default.
        fixed: values of keywords, in place of their defaults: the point at which derivatives are taken.
        resolution: of `electrostatics`.
        method: "panels", or "images" where all metals are solid planes.
        islands: the two dots that share an electron, the far site first; two other dots pair.
        detector: a dot that only senses the others, and neither pairs nor attracts.
        memory: GB that may be used.

    Returns:
        Dataset over `length` (names): `value` in nm; `repulsion_slope` (length, dot, dot_2) in meV/nm; `W`, `U`,
        `U_near`, `far_site`, `pairing_energy` in meV, and of each dE/dp in meV/nm with the ending `_slope`, and
        d ln E/d ln p with `_log_slope`; `_error` of energies and of slopes, the difference of two meshes from which
        both are extrapolated. Where both open dots have the same U, but not the same slope of it, the slope is that
        towards a longer p (a kink of the `min`).

    Raises:
        InputError: an unknown length or dot, a length without a value, a drawing that cannot be.

    Example:
        2Δ of crossed tubes falls by 1.08 % for each per cent of distance.

        >>> found = at.geometry.sensitivities(at.geometry.crossed_nanotubes, ["distance", "height"],
        ...                                   fixed={"solid_planes": True}, method="images")
        >>> found["pairing_energy_log_slope"].values.round(2).tolist()
        [-1.08, 0.03]
    """
    bare = drawing(draw, fixed)
    at = checked_lengths("lengths", bare, lengths)
    layout = layout_at(bare, "draw", **at)
    roles = roles_of(layout.dots, islands, detector)
    check_method(method, layout)
    factor = factor_of(resolution)
    positive("memory", memory)
    started = time.perf_counter()
    meshes = cut_all([layout], factor)
    check_memory(meshes, memory)
    found = derivatives(bare, "lengths", at, list(at), meshes[0])
    pair = ("length", "dot", "dot_2")
    values = np.array(list(at.values()))
    return dataset(
        {
            "value": ("length", values, "nm", "value of the length"),
            "repulsion_slope": (pair, found.slopes, "meV/nm", "derivative of the repulsion of two dots"),
            "repulsion_slope_error": (pair, abs(found.slope_steps), "meV/nm", "difference of it on two meshes"),
            **_variables(found, roles, values),
            "seconds": ((), time.perf_counter() - started, "s", "time that it took"),
        },
        {
            "length": ("length", list(at), "1", "length"),
            "dot": ("dot", list(layout.dots), "1", "dot"),
            "dot_2": ("dot_2", list(layout.dots), "1", "second dot"),
        },
        question="geometry.sensitivities",
        parameters=layout.describe(),
        method=f"{METHODS[method]}, {'adjoint' if meshes[0][0] and not layout.flows else 'differences'}",
        validity=_validity(found, roles, list(at), layout),
        references=("hamo2016",),
        options={
            "lengths": at,
            "resolution": resolution,
            "method": method,
            "islands": [list(e) for e in islands],
            "detector": detector,
        },
    )


def _variables(found: Derivatives, roles: Roles, values: FloatArray) -> dict[str, Variable]:
    M, step = found.repulsion, found.repulsion_step
    best, other = energies(M, roles), energies(M - step, roles)
    rising, others = slopes(M, found.slopes, roles), slopes(M, found.slopes - found.slope_steps, roles)
    result: dict[str, Variable] = {}
    for name, text in ENERGIES.items():
        slope = rising[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = values * slope / best[name]
        error = abs(slope - others[name])
        result[name] = ((), best[name], "meV", text)
        result[f"{name}_error"] = ((), abs(best[name] - other[name]), "meV", f"difference of the {text} on two meshes")
        result[f"{name}_slope"] = ("length", slope, "meV/nm", f"derivative of the {text}")
        result[f"{name}_slope_error"] = ("length", error, "meV/nm", "difference of the derivative on two meshes")
        result[f"{name}_log_slope"] = ("length", relative, "1", f"logarithmic derivative of the {text}")
    return result


def _validity(found: Derivatives, roles: Roles, names: Sequence[str], layout: Any) -> Iterator[str]:
    yield from carriers(layout)
    yield from surroundings(layout)
    up, down = slopes(found.repulsion, found.slopes, roles)["U"], -slopes(found.repulsion, -found.slopes, roles)["U"]
    gap = abs(up - down)
    kinks = [name for name, each in zip(names, gap, strict=True) if each > NOTHING * abs(up).max()]
    if kinks:
        yield (
            f"U has a kink in {', '.join(kinks)}, where the open dots change places in the minimum: "
            "the slope is that towards longer lengths."
        )
    if layout.finite_metals:
        yield "Values are extrapolated from two meshes; errors are the difference of the two."
