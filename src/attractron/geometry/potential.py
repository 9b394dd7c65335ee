"""The potential that gates make where carriers are to be: wells and barriers along a wire.

    φ(r) = Σ_g V_g φ_g(r),      φ_g = 1 on the gate g, 0 on all other metal,

the lever arm that a point charge at r would have. An electron there has the energy -eφ.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, choice, finite, mapping, nearest, shown, whole
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.core.units import Length
from attractron.geometry.electrostatics import METHODS, surroundings
from attractron.geometry.images import images_of
from attractron.geometry.layout import Layout, layout_of
from attractron.geometry.media import OxideStack
from attractron.geometry.panels import potentials
from attractron.geometry.solution import charges, check_memory, cut_all, factor_of, remainder

NO_OTHERS = "No other carriers: their charge is not there."


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
    check_places(layout, places)
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
        method=METHODS["images" if layout.planes else "panels"],
        validity=(NO_OTHERS, *surroundings(layout)),
        references=("hamo2016",),
        options={"resolution": resolution, "voltages": given},
    )


def potential_along(
    layout: Layout,
    axes: Mapping[str, ArrayLike] | None = None,
    *,
    through: str | None = None,
    along: str | None = None,
    start: Length = -500.0,
    stop: Length = 500.0,
    points: int = 201,
    resolution: str | float = "normal",
    memory: float = 4.0,
) -> xr.Dataset:
    """Potential energy of an electron along a straight line through a dot, over gate voltages.

    Equations as for `potential_energy`; it is linear in the voltages, so that any number of them costs one solution.

    Args:
        layout: metals, medium, and the dots of which one names the line.
        axes: gate → mV, numbers or arrays; an array makes a dimension. Gates that are not named are at 0.
        through: the dot whose centre the line goes through; the first one by default.
        along: "x" or "y"; by default along the wire of that dot, x for a dot in a plane.
        start, stop: ends of the line, in the drawing's own x or y, nm.
        points: along it.
        resolution, memory: as for `electrostatics`.

    Returns:
        Dataset over the axes and the position `x` or `y`: `potential_energy` and `potential_energy_error` in meV, the
        difference of two meshes.

    Raises:
        InputError: no gate of that name, no dot of that name, a line without length, and as `potential_energy`.

    Example:
        A strip below the middle of a tube: at 10 mV it makes a well there, at -10 mV a barrier.

        >>> strip = at.geometry.rectangle("G", x=(-50, 50), y=(-500, 500), z=-100)
        >>> dot = at.geometry.WireDot(name="L", centre=(0, 0, 0), along="x",
        ...                           shape=at.geometry.ParticleInABox(length=300))
        >>> drawn = at.geometry.Layout(metals=(strip,), clouds=(dot,))
        >>> found = at.geometry.potential_along(drawn, {"G": [-10.0, 10.0]}, points=3, resolution="coarse")
        >>> found["potential_energy"].values.round(1).tolist()  # at x = -500, 0 and 500 nm
        [[2.6, 6.3, 2.6], [-2.6, -6.3, -2.6]]
    """
    layout_of("layout", layout)
    over = over_axes("axes", {} if axes is None else axes, layout.gates)
    clouds = {cloud.name: cloud for cloud in layout.clouds}
    if not clouds:
        raise InputError("layout", "have a dot that the line goes through", "none")
    cloud = clouds[choice("through", next(iter(clouds)) if through is None else through, clouds)]
    direction = choice("along", getattr(cloud, "along", "x") if along is None else along, "xy")
    low, high = finite("start", start), finite("stop", stop)
    if high <= low:
        raise InputError("stop", f"be greater than start = {low:g} nm", f"{high:g} nm")
    position = np.linspace(low, high, whole("points", points, at_least=2))
    places = np.tile(np.asarray(cloud.centre, dtype=float), (position.size, 1))
    places[:, "xy".index(direction)] = position
    check_places(layout, places)
    arms, errors = _along(layout, tuple(map(tuple, places)), resolution, memory)
    volts = np.array([np.broadcast_to(over.open_grid.get(gate, 0.0), over.shape) for gate in layout.gates])
    energy, error = -np.moveaxis(volts, 0, -1) @ arms, np.moveaxis(abs(volts), 0, -1) @ errors
    dims = (*over.dims, direction)
    return dataset(
        {
            "potential_energy": (dims, energy, "meV", "potential energy of an electron"),
            "potential_energy_error": (dims, error, "meV", "its difference on two meshes"),
        },
        {
            **over.coordinates(lambda _gate: "mV"),
            direction: (direction, position, "nm", f"position along {direction}"),
        },
        question="geometry.potential_along",
        parameters=layout.describe(),
        method=METHODS["images" if layout.planes else "panels"],
        validity=(NO_OTHERS, *surroundings(layout)),
        references=("hamo2016",),
        options={"through": cloud.name, "along": direction, "resolution": resolution, "fixed": over.fixed},
    )


@lru_cache(maxsize=8)
def _along(
    layout: Layout, places: tuple[tuple[float, ...], ...], resolution: str | float, memory: float
) -> tuple[FloatArray, FloatArray]:
    """Voltages change nothing of what is solved."""
    return _lever_arms(layout, np.array(places), resolution, memory)


def check_places(layout: Layout, places: FloatArray) -> None:
    """An InputError for a layout or points whose potential cannot be given."""
    if layout.planes and layout.finite_metals:
        raise InputError("layout", "have planes or finite metals, not both, for a potential", "both")
    if any(metal.floating for metal in layout.finite_metals) or layout.wires:
        raise InputError("layout", "have no metal that floats, whose voltage is not given", "one that does")
    if isinstance(layout.medium, OxideStack) and places[:, 2].max(initial=0.0) > 0:
        raise InputError("points", "lie below the oxide, at z ≤ 0", f"z = {places[:, 2].max():g} nm")


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
