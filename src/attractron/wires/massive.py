"""A secondary with a mass: where it conducts, what cuts the couplings off, and the phases over mass and potential.

A secondary with the bands ±√(ħ²u²k² + m²) around its own momentum, and the chemical potential µ, conducts for |µ| > m
with k = √(µ² - m²)/ħu. Below, it is gapped. Shavit and Oreg (2020, Appendix B) cut the couplings off where the
secondary "realizes" its gap, at the length ħu/|m - µ|,

    l*_m = ln [Λ_sec/|m - µ|],      Λ_sec = ħu/α_0                                                          (B1)

and g_1, g_2 at min(l*, l*_m), with e^{-l*} = |k_F - k|α_0 for carriers that fit and (k_F + k)α_0 for the others. The
mass that they see is that of the band edge, so that the two regions are

    |µ| < m:  k = 0, both couplings at max(k_F α_0, (m - |µ|)/Λ_sec);      |µ| > m:  |k_F ∓ k| α_0, no mass,

and the wires fit on the hyperbola µ² = m² + (ħuk_F)². (B1) taken at its word on both sides would cut the couplings of a
secondary that conducts well, where µ is far above m: `reading="literal"`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, choice, member, positive
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.phase_diagram import answers_at
from attractron.wires.flow.scheme import Scheme, chosen
from attractron.wires.flow.validity import METHOD, REFERENCES, notes
from attractron.wires.model import CoupledWires

READINGS = ("gapped", "literal")

KNOBS = {
    "mass": ("meV", "mass m of the secondary, half of its gap"),
    "mu": ("meV", "chemical potential of the secondary"),
}


class Scales(NamedTuple):
    """What (B1) and the bands give, all of one shape."""

    k: FloatArray
    mismatch: FloatArray
    mismatch_2: FloatArray
    mass: FloatArray


def massive_scales(
    mass: ArrayLike, mu: ArrayLike, *, k_F: float, velocity: float, alpha_0: float, reading: str = "gapped"
) -> Scales:
    """k in 1/nm, and mismatch, mismatch_2 and mass as of `CoupledWires`, none above 1 (this module's equations).

    Args:
        mass: m ≥ 0, meV; any shape.
        mu: chemical potential, meV, broadcast with it.
        k_F: of the primary, 1/nm.
        velocity: ħu of the secondary, meV nm.
        alpha_0: short-distance cut-off, nm.
        reading: "gapped" or "literal".
    """
    own, level = np.broadcast_arrays(np.asarray(mass, dtype=float), np.abs(np.asarray(mu, dtype=float)))
    k = np.sqrt(np.maximum(level**2 - own**2, 0.0)) / velocity
    cut = np.abs(own - level) * alpha_0 / velocity
    if reading == "gapped":
        cut = np.where(level < own, cut, 0.0)
    return Scales(k, *(np.minimum(each, 1.0) for each in (np.abs(k_F - k) * alpha_0, (k_F + k) * alpha_0, cut)))


def massive_secondary(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    k_F: float,
    velocity: float,
    alpha_0: float,
    reading: str = "gapped",
    scheme: Scheme | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """Phases over the mass and the chemical potential of the secondary (Shavit and Oreg 2020, Appendix B).

    Theory: docs/theory/wires.md, eq-mass.

    Args:
        wires: the initial couplings; their mismatch and mass do not matter.
        axes: "mass" and "mu", both in meV; arrays make dimensions, a number fixes one.
        k_F: Fermi momentum of the primary, 1/nm.
        velocity: ħu of the secondary, meV nm.
        alpha_0: short-distance cut-off, nm.
        reading: "gapped", (B1) where the secondary has a gap; "literal", everywhere.
        scheme: all conventions of the flow; or conventions by name, as for `attractron.wires.flow`.

    Returns:
        Dataset over the axes: `phase` with CF flags; `k` in 1/nm; `l_star` and `l_mass`, l* and l*_m (infinite: none);
        `l_spin` and `l_trion` as of `attractron.wires.phase_diagram`.

    Raises:
        InputError: not these two axes, a negative mass, other numbers that are not positive, an unknown choice.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
        >>> axes = {"mass": [0.0, 9.0, 11.0, 30.0], "mu": 10.0}
        >>> found = at.wires.massive_secondary(wires, axes, k_F=0.01, velocity=500.0, alpha_0=10.0)
        >>> found.l_mass.values.round(3).tolist(), found.phase.values.tolist()
        ([inf, inf, 3.912, 0.916], [2, 2, 2, 1])
    """
    member("wires", wires, CoupledWires)
    for name, value in (("k_F", k_F), ("velocity", velocity), ("alpha_0", alpha_0)):
        positive(name, value)
    choice("reading", reading, READINGS)
    knobs = over_axes("axes", axes, KNOBS)
    if len(knobs) != len(KNOBS):
        raise InputError("axes", "name mass and mu", ", ".join(knobs))
    values = knobs.open_grid
    if np.min(values["mass"]) < 0:
        raise InputError("mass", "be zero or positive", float(np.min(values["mass"])))
    found = massive_scales(values["mass"], values["mu"], k_F=k_F, velocity=velocity, alpha_0=alpha_0, reading=reading)
    scales = Scales(*(np.broadcast_to(each, knobs.shape).ravel() for each in found))
    conventional = chosen(scheme, conventions)
    swept = {"mismatch": scales.mismatch, "mismatch_2": scales.mismatch_2, "mass": scales.mass}
    fields = wires.fields(over_axes("axes", {}, ())) | swept
    conventional.check(fields)
    flat = answers_at(fields, wires.beta, conventional)
    with np.errstate(divide="ignore"):
        l_star, l_mass = (-np.log(each) + 0.0 for each in (scales.mismatch, scales.mass))
    variables = {
        "k": (scales.k, "1/nm", "Fermi momentum of the secondary"),
        "l_star": (l_star, "1", "l* of the mismatch"),
        "l_mass": (l_mass, "1", "l* of the mass"),
        **{name: flat[name] for name in ("phase", "l_spin", "l_trion")},
    }
    result = dataset(
        {name: (knobs.dims, knobs.over(array), unit, text) for name, (array, unit, text) in variables.items()},
        knobs.labelled(KNOBS),
        question="wires.massive_secondary",
        parameters=wires.describe(),
        options={
            **conventional.describe(),
            **{"k_F": k_F, "velocity": velocity, "alpha_0": alpha_0, "reading": reading, "fixed": knobs.fixed},
        },
        method=METHOD,
        validity=[
            *notes(conventional, flat["source_grows"][0], flat["bare_strong"][0]),
            "The mass cuts the couplings off and does nothing else; it does not flow.",
            "Near a band edge the band is not linear: K, the velocity and the cut-off are kept as they are.",
        ],
        references=REFERENCES,
    )
    result["phase"].attrs.update(flags(PHASES))
    return result
