"""The potential that gates make where carriers are to be: wells and barriers along a wire.

    φ(r) = Σ_g V_g φ_g(r),      φ_g = 1 on the gate g, 0 on all other metal,

the lever arm that a point charge at r would have. An electron there has the energy -eφ.
"""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, finite, mapping, nearest, shown
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.geometry.electrostatics import surroundings
from attractron.geometry.images import images_of
from attractron.geometry.layout import Layout, layout_of
from attractron.geometry.media import OxideStack
from attractron.geometry.panels import potentials
from attractron.geometry.solution import charges, check_memory, cut_all, factor_of, remainder


def potential_energy(
    layout: Layout,
    voltages: Mapping[str, float],
    points: ArrayLike,
    *,
    resolution: str | float = "normal",
    memory: float = 4.0,
) -> xr.Dataset:
    """Potential energy of an electron at points, without other carriers (equations in the module's docstring).

    Theory: docs/theory/geometry.md, eq-clouds.

    Args:
        layout: metals and medium; its clouds only say where panels are fine.
        voltages: gate → mV; all others are at 0.
        points: (points, 3) in nm, in the space between the metals.
        resolution: as for `electrostatics`.
        memory: GB that may be used.

    Returns:
        Dataset over `point`: `potential_energy` in meV, the `lever_arm` (gate, point) of a point charge in meV/mV,
        both with `_error`, the difference of two meshes, and the coordinates `x`, `y`, `z`.

    Raises:
        InputError: an unknown gate, points of another shape, metals that float, planes beside finite metals.

    Example:
        Along a line between a plane and a strip at 10 mV: an electron is drawn under the strip.

        >>> strip = at.geometry.rectangle("G", x=(-50, 50), y=(-500, 500), z=-100)
        >>> drawn = at.geometry.Layout(metals=(strip,))
        >>> found = at.geometry.potential_energy(drawn, {"G": 10.0}, [[0, 0, 0], [400, 0, 0]], resolution="coarse")
        >>> found["potential_energy"].values.round(2).tolist()
        [-6.48, -3.01]
    """
    layout_of("layout", layout)
    given = dict(mapping("voltages", voltages, lambda _, key: str(key), finite))
    for name in given:
        if name not in layout.gates:
            known = ", ".join(layout.gates)
            raise InputError("voltages", f"name gates ({known})", shown(name), nearest(name, layout.gates))
    places = np.asarray(points, dtype=float)
    if places.ndim != 2 or places.shape[1] != 3 or not np.isfinite(places).all():
        raise InputError("points", "be rows of finite x, y, z", f"an array of shape {places.shape}")
    if layout.planes and layout.finite_metals:
        raise InputError("layout", "have planes or finite metals, not both, for a potential", "both")
    if any(metal.floating for metal in layout.finite_metals) or layout.wires:
        raise InputError("layout", "have no metal that floats, whose voltage is not given", "one that does")
    if isinstance(layout.medium, OxideStack) and places[:, 2].max(initial=0.0) > 0:
        raise InputError("points", "lie below the oxide, at z ≤ 0", f"z = {places[:, 2].max():g} nm")
    arms, errors = _lever_arms(layout, places, resolution, memory)
    volts = np.array([given.get(gate, 0.0) for gate in layout.gates])
    return dataset(
        {
            "potential_energy": ("point", -volts @ arms, "meV", "potential energy of an electron"),
            "potential_energy_error": ("point", abs(volts) @ errors, "meV", "its difference on two meshes"),
            "lever_arm": (("gate", "point"), arms, "meV/mV", "lever arm of a gate on a point charge"),
            "lever_arm_error": (("gate", "point"), errors, "meV/mV", "its difference on two meshes"),
        },
        {
            "gate": ("gate", list(layout.gates), "1", "gate"),
            "x": ("point", places[:, 0], "nm", "x"),
            "y": ("point", places[:, 1], "nm", "y"),
            "z": ("point", places[:, 2], "nm", "z"),
        },
        question="geometry.potential_energy",
        parameters=layout.describe(),
        method="Galerkin boundary elements",
        validity=("No other carriers: their charge is not there.", *surroundings(layout)),
        references=("hamo2016",),
        options={"resolution": resolution, "voltages": given},
    )


def _lever_arms(
    layout: Layout, points: FloatArray, resolution: str | float, memory: float
) -> tuple[FloatArray, FloatArray]:
    """(gate, point), extrapolated, and the difference of two meshes."""
    images = images_of(layout.medium, tuple(plane.z for plane in layout.planes))
    if layout.planes:
        order = [plane.name for plane in layout.planes]
        arms = images.share(points[:, 2])[[order.index(gate) for gate in layout.gates]]
        return arms, np.zeros_like(arms)
    meshes = cut_all([layout], factor_of(resolution))
    check_memory(meshes, memory)
    fine, coarse = ((potentials(points, mesh, images) @ charges(layout, mesh, images).charged).T for mesh in meshes[0])
    names = [metal.name for metal in layout.finite_metals]
    gates = [names.index(gate) for gate in layout.gates]
    step = (fine - coarse)[gates]
    return fine[gates] + remainder(meshes[0]) * step, abs(step)
