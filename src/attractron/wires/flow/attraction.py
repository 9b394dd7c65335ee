"""Effective attraction: the attraction of the primary that, without a second wire, would open the same spin gap.

Following a line of equal gap in the plane of y and y_s (Shavit and Oreg 2020, Fig. 3) down to y = 0 ends at y_s < 0.
There the spin sector flows alone, to strong coupling at an l that is closed form (`attractron.wires.flow.tail`). On the
SU(2) line it is l = 1/|y_s| - 1/Y, Y the threshold, that is y_s = -1/(l + 1/Y); for a given K_s it is inverted. As a
coupling its strength is g_s = π u_s y_s.
"""

import json
import math

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from attractron.core.checks import FloatArray, positive, shown
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags, parameters_of
from attractron.wires.flow.events import DECOUPLED, PAIRED, PHASES
from attractron.wires.flow.tail import l_to_strong

SMALLEST = -340.0
"""ln of the smallest distance from the separatrix that is looked at: its square is just within the range of floats."""


def effective_attraction(l_spin: ArrayLike, *, K_s: float | None = None, ys_threshold: float = 1.0) -> FloatArray:
    """The negative initial y_s that has the spin gap Λe^{-l_spin} at y = 0 (module's docstring).

    Theory: docs/theory/wires.md, eq-effective-attraction.

    Args:
        l_spin: scale of the spin gap, > 0; infinite where there is none (any shape).
        K_s: None for the SU(2) line; otherwise the initial K_s, the same with and without the second wire.
        ys_threshold: |y_s| that counts as strong coupling, the same as in the flow.

    Returns:
        y_s < 0 in the shape of `l_spin`; 0 where l_spin is infinite: no gap, no attraction.

    Raises:
        InputError: l_spin not positive (0 is a flow that started at strong coupling) or NaN, a threshold or K_s that is
            not positive, or a gap so large that at this K_s > 1 no |y_s| below the threshold makes it.

    Example:
        >>> float(at.wires.effective_attraction(4.0))  # on the SU(2) line l_spin = 1/|y_s| - 1
        -0.2
    """
    scales = np.asarray(l_spin, dtype=float)
    if not (scales > 0).all():
        raise InputError("l_spin", "be positive", shown(scales[~(scales > 0)].ravel()[0].item()), "0 starts strong")
    positive("ys_threshold", ys_threshold)
    if K_s is None:
        return np.asarray(np.where(np.isinf(scales), 0.0, -1 / (scales + 1 / ys_threshold)))
    X = 2 * (positive("K_s", K_s) - 1)
    found = [0.0 if math.isinf(ell) else _with_stiffness(ell, X, ys_threshold) for ell in scales.ravel().tolist()]
    return np.reshape(found, scales.shape)


def equal_gap(result: xr.Dataset) -> xr.Dataset:
    """The effective attraction of every flow in a result: where the line of its gap ends at y = 0 (Fig. 3a, c).

    Theory: docs/theory/wires.md, eq-effective-attraction.

    Args:
        result: of `attractron.wires.flow.flow` or `attractron.wires.phase_diagram`, with the variables `phase` and
            `l_spin`; K_s must not be one of its axes.

    Returns:
        Dataset over the axes: `effective_attraction` (y_s < 0 where paired, 0 where decoupled, not a number elsewhere:
        no attraction in the primary wire alone makes trions), and `phase`, `l_spin`, `l_trion` and marks of the result.

    Raises:
        InputError: another result, one over K_s, or a gap that no |y_s| makes at the K_s > 1 of the wires.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> found = at.wires.equal_gap(at.wires.phase_diagram(wires, {"y": [0.0, 0.1]}))
        >>> found.effective_attraction.values.round(3).tolist()  # repulsion y_s = +0.1 of its own
        [0.0, -0.155]
    """
    if not {"phase", "l_spin"} <= set(result.data_vars):
        raise InputError("result", "have the variables phase and l_spin", list(map(str, result.data_vars)))
    options, parameters = json.loads(result.attrs["options"]), parameters_of(result)
    if "K_s" in result.dims:
        raise InputError("result", "have one K_s", "an axis K_s", "select one value of it")
    K_s = options["fixed"].get("K_s", parameters.get("K_s"))
    phase = result["phase"].to_numpy()
    paired = phase == PAIRED
    found = np.where(phase == DECOUPLED, 0.0, np.nan)
    scales = result["l_spin"].to_numpy()[paired]
    found[paired] = effective_attraction(scales, K_s=K_s, ys_threshold=options["ys_threshold"])
    dims = tuple(str(dim) for dim in result["phase"].dims)
    made = dataset(
        {
            "effective_attraction": (dims, found, "1", "bare y_s with the same spin gap at y = 0"),
            "phase": (dims, phase, "1", "phase"),
            **{
                str(name): (dims, own.to_numpy(), "1", str(own.attrs["long_name"]))
                for name, own in result.data_vars.items()
                if name in ("l_spin", "l_trion", "source_grows", "bare_strong")
            },
        },
        {name: (name, result[name], *(result[name].attrs[key] for key in ("units", "long_name"))) for name in dims},
        question="wires.equal_gap",
        parameters=parameters,
        options=options,
        method="closed form of the flow of the spin sector alone",
        validity=[str(result.attrs["validity"]), "Not a number where the phase is neither decoupled nor paired."],
        references=("shavit_oreg2020", "attractron"),
    )
    made["phase"].attrs.update(flags(PHASES))
    return made


def _scale(beyond: float, X: float, threshold: float) -> float:
    """l to strong coupling for |y_s| = max(X, 0) + beyond, with A = X² - y_s² by its factors, without cancellation."""
    low, high = (beyond, beyond + 2 * X) if X >= 0 else (abs(X + beyond), beyond - X)
    return l_to_strong(max(X, 0.0) + beyond, X, math.copysign(low * high, -X - beyond), threshold)


def _with_stiffness(ell: float, X: float, threshold: float) -> float:
    """y_s of a gap at l for a given X: its distance from the separatrix by Brent's method in the logarithm."""
    largest = threshold - max(X, 0.0)
    if largest <= 0 or _scale(largest, X, threshold) > ell:
        raise InputError("l_spin", "belong to a gap that some |y_s| below ys_threshold opens", ell, "lower K_s")
    if _scale(math.exp(SMALLEST), X, threshold) <= ell:
        return -max(X, 0.0)
    logarithm = brentq(lambda s: _scale(math.exp(s), X, threshold) - ell, SMALLEST, math.log(largest), xtol=1e-14)
    return -max(X, 0.0) - math.exp(logarithm)
