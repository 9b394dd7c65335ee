"""Electrostatics of a layout: repulsions of its dots, lever arms of its gates, capacitances of its metals.

With G the Green's function of the medium and its images, and metals cut into panels of constant charge,

    P_ij = mean of G over panels i, j      p_i = mean over a panel and cloud i      S_ij = ∬ ρ_i G ρ_j
    q_i = P⁻¹ p_i                          M_ij = (e²/4πε0)(S_ij - p_i · q_j)
    α_gi = Σ q_i over the panels of g      C_gh = 4πε0 Σ (P⁻¹) over the panels of g and h

-q_i is what an electron on dot i induces on grounded metal. By reciprocity it is also how far 1 mV on a gate moves the
dot, which needs no further solution. What is missing from Σ_g α_gi = 1 ends at infinity. Metallic dots are grounded
at first, then let go (`floating.py`).

Two meshes are solved and extrapolated; the error that is said is the difference of the two, several times what is left.
"""

import time
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, choice, positive
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.geometry.clouds import WireDot
from attractron.geometry.layout import Layout, layout_of
from attractron.geometry.media import HalfSpace, OxideStack
from attractron.geometry.segments import distance
from attractron.geometry.solution import Solution, check_memory, count, cut_all, extrapolated, factor_of

NOTHING = 1e-9
"""Charge that is rounding."""

METHODS = {"panels": "Galerkin boundary elements", "images": "mirror images of solid planes"}


def electrostatics(
    layout: Layout,
    *,
    resolution: str | float = "normal",
    method: str = "panels",
    mass: float | None = None,
    memory: float = 4.0,
) -> xr.Dataset:
    """Repulsions, lever arms and capacitances of a layout (equations in the module's docstring).

    Theory: docs/theory/geometry.md, eq-clouds, eq-panels, eq-capacitance.

    Args:
        layout: metals, medium and clouds.
        resolution: "coarse", "normal", "fine", or a number that multiplies the panels along each side.
        method: "panels", or "images" for a layout whose only metals are solid planes, exact and quick.
        mass: of the carriers in electron masses; with it, the spacing of levels is set against the repulsion.
        memory: GB that may be used.

    Returns:
        Dataset with `repulsion` (dot, dot_2) in meV, `lever_arm` (gate, dot) in meV/mV, positive for electrons,
        `missing_charge` (dot), which ends at infinity, and `capacitance` (metal, metal_2) in aF, Maxwell's: off its
        diagonal zero or negative; `repulsion_error`, `lever_arm_error`, `capacitance_error`, the difference of the two
        meshes from which they are extrapolated, and twice that of half as many segments on metallic wires; `panels`,
        the number on the finer mesh, and `seconds`. Grounded metals are no gates; planes have no capacitance that is
        finite. Metallic dots are among dots, M = e² C⁻¹, and as conductors among metals.

    Raises:
        InputError: an unknown method or resolution, finite metals with method="images", more memory needed than given,
            a resolution so low that both meshes are alike.

    Example:
        A dot above a gate and a plane, which together take up all of its charge.

        >>> dot = at.geometry.WireDot(name="L", centre=(0, 0, 0), along="x",
        ...                           shape=at.geometry.ParticleInABox(length=400))
        >>> gate = at.geometry.rectangle("G", x=(-75, 75), y=(-500, 500), z=-100)
        >>> drawn = at.geometry.Layout(metals=(gate, at.geometry.Plane(name="back", z=-200)), clouds=(dot,))
        >>> found = at.geometry.electrostatics(drawn, resolution="coarse")
        >>> round(float(found["lever_arm"].sum()), 9)
        1.0
    """
    layout_of("layout", layout)
    check_method(method, layout)
    factor = factor_of(resolution)
    positive("memory", memory)
    started = time.perf_counter()
    meshes = cut_all([layout], factor)
    check_memory(meshes, memory)
    best, steps = extrapolated(layout, meshes[0])
    errors = [abs(step) for step in steps]
    size = count(meshes[0][0])
    return _labelled(layout, best, errors, size, time.perf_counter() - started, method, resolution, mass)


def check_method(method: str, layout: Layout) -> None:
    """An InputError for an unknown method, or for one that cannot treat the layout."""
    choice("method", method, METHODS)
    if method == "images" and layout.finite_metals:
        got = f"the finite metal {layout.finite_metals[0].name!r}"
        raise InputError("method", "be 'panels' where metals are not all solid planes", got)


def _labelled(
    layout: Layout,
    best: Solution,
    errors: list[FloatArray],
    size: int,
    seconds: float,
    method: str,
    resolution: str | float,
    mass: float | None,
) -> xr.Dataset:
    repulsion, arms, capacitance = best
    metals = [metal.name for metal in layout.finite_metals] + [wire.name for wire in layout.wires]
    gates = [layout.held.index(name) for name in layout.gates]
    missing = 1 - arms.sum(axis=0)
    dots, pair, over = ("dot", "dot_2"), ("metal", "metal_2"), ("gate", "dot")
    return dataset(
        {
            "repulsion": (dots, repulsion, "meV", "repulsion of an electron on each of two dots"),
            "repulsion_error": (dots, errors[0], "meV", "difference of the repulsion on two meshes"),
            "lever_arm": (over, arms[gates], "meV/mV", "lever arm of a gate on a dot, for electrons"),
            "lever_arm_error": (over, errors[1][gates], "meV/mV", "difference of the lever arm on two meshes"),
            "missing_charge": ("dot", missing, "1", "part of the induced charge that ends at infinity"),
            "capacitance": (pair, capacitance, "aF", "Maxwell capacitance matrix"),
            "capacitance_error": (pair, errors[2], "aF", "difference of the capacitance on two meshes"),
            "panels": ((), size, "1", "number of panels"),
            "seconds": ((), seconds, "s", "time that it took"),
        },
        {
            "dot": ("dot", list(layout.dots), "1", "dot"),
            "dot_2": ("dot_2", list(layout.dots), "1", "second dot"),
            "gate": ("gate", list(layout.gates), "1", "gate"),
            "metal": ("metal", metals, "1", "metal"),
            "metal_2": ("metal_2", metals, "1", "second metal"),
        },
        question="geometry.electrostatics",
        parameters=layout.describe(),
        method=METHODS[method] if method == "panels" else f"{METHODS[method]}, exact",
        validity=_validity(layout, repulsion, missing, mass),
        references=("hamo2016",),
        options={"resolution": resolution, "method": method, "mass": mass},
    )


def carriers(layout: Layout) -> Iterator[str]:
    """What is assumed of the dots."""
    if layout.frozen:
        yield (
            "Frozen clouds: repulsions are of first order; carriers that avoid each other repel less, by how much says "
            "`relaxed`."
        )
    if layout.metallic:
        yield metals_said(layout.metallic)
    for first, second in combinations(layout.wires, 2):
        if distance(first, second) < max(first.radius, second.radius):
            yield (
                f"The metals {first.name} and {second.name} touch: their repulsion grows with the number of "
                "segments; leave the gap that there is."
            )


def metals_said(dots: Sequence[str]) -> str:
    """When dots may be taken for metal."""
    return (
        f"Metallic dots ({', '.join(dots)}): right for many electrons, whose levels are far closer than e²/C; a "
        "one-electron dot is no metal, and the sign of Δ can change."
    )


def surroundings(layout: Layout) -> Iterator[str]:
    """What is assumed of the medium and of metals."""
    if isinstance(layout.medium, HalfSpace):
        yield f"A dielectric of permittivity {layout.medium.permittivity:g} fills z < 0, vacuum the rest."
    elif isinstance(layout.medium, OxideStack):
        stack = layout.medium
        yield (
            f"Permittivity {stack.substrate:g} below z = 0, {stack.oxide:g} up to {stack.thickness:g} nm, "
            f"{stack.above:g} above; no charge in the oxide or at its faces."
        )
    else:
        yield "Vacuum between the metals: no oxide, no substrate."
    yield "Metals are perfect; sheets have no thickness."


def _validity(layout: Layout, repulsion: FloatArray, missing: FloatArray, mass: float | None) -> Iterator[str]:
    yield from carriers(layout)
    if layout.dots:
        worst = int(np.argmax(missing))
        if missing[worst] > NOTHING:
            yield (
                f"Up to {missing[worst]:.2g} of an electron's induced charge (dot {layout.dots[worst]}) ends at "
                "infinity, which counts as ground."
            )
    yield from surroundings(layout)
    if mass is not None and len(layout.dots) > 1:
        yield from _levels(layout, repulsion, mass)


def _levels(layout: Layout, repulsion: FloatArray, mass: float) -> Iterator[str]:
    """The spacing of levels against the repulsion that would mix them."""
    off = repulsion - np.diag(np.diag(repulsion))
    for i, cloud in enumerate(layout.clouds):
        spacing = cloud.shape.spacing(mass) if isinstance(cloud, WireDot) else cloud.spacing(mass)
        said = f"Dot {cloud.name}: level spacing {spacing:.3g} meV for {mass:g} electron masses, "
        if cloud.name in layout.metallic:
            yield f"{said}{spacing / repulsion[i, i]:.2g} of its own repulsion; that of a metal is far below 1."
            continue
        yield f"{said}{spacing / off[i].max():.2g} of its largest repulsion with another dot."
        if spacing < off[i].max():
            yield "Below 1 the cloud yields to the repulsion: take it for an upper bound."
