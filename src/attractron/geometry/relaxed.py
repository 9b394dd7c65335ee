"""Carriers that avoid each other: the energy of few of them in their dots' levels, with the screened repulsion.

Every dot is the well whose ground state its cloud is: a hard box for `ParticleInABox`, a harmonic well for `Gaussian`
and `PlaneDot`. With its levels e_n and orbitals f_n, and G the Green's function of medium and grounded metals,

    H = Σ_i e_n(i) + Σ_i<j V_ij,      V_ij[nn', mm'] = (e²/4πε0) ∬ f_n f_n'(r) G(r, r') g_m g_m'(r'),

is diagonalised in products of the lowest levels of each dot, one carrier in each, held to be distinguishable. V_ij of
the lowest levels alone is the frozen repulsion; light carriers, with levels far apart, have no other.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.special import eval_hermite

from attractron.core.checks import FloatArray, positive, whole
from attractron.core.constants import COULOMB
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.geometry.cloud_energies import repulsion
from attractron.geometry.clouds import Cloud, Gaussian, ParticleInABox, PlaneDot, gauss
from attractron.geometry.electrostatics import METHODS, check_method, surroundings
from attractron.geometry.images import Images, images_of
from attractron.geometry.layout import Layout, layout_of
from attractron.geometry.pairing import ENERGIES, Roles, energies, roles_of
from attractron.geometry.solution import Meshes, charges, check_memory, cut_all, factor_of, remainder
from attractron.geometry.triangles import Mesh

POINTS, PLANE_POINTS = 96, 24
"""Gauss points along a wire, and along each direction of a plane."""

AGREE = 1e-3
"""Relative difference of the frozen repulsion on these points from the exact one, beyond which dots are too close."""

CARRIERS = ("frozen", "relaxed")


class Well(NamedTuple):
    """Levels (state,) in meV, points (point, 3), orbitals times root weights (state, point), a wire's radius²."""

    levels: FloatArray
    points: FloatArray
    orbitals: FloatArray
    square: float


def relaxed(
    layout: Layout,
    *,
    mass: float,
    states: int = 8,
    islands: Sequence[Sequence[str]] | None = None,
    resolution: str | float = "normal",
    method: str = "panels",
    memory: float = 4.0,
) -> xr.Dataset:
    """Repulsions of carriers that avoid each other, next to those of frozen clouds (the module has the equations).

    The difference is the largest uncertainty of what `electrostatics` gives. Relaxed energies are no sums over pairs:
    the pairing energy is that of the energies E(n_L, n_R, σ) themselves, with one carrier at most on L and R, and one
    on the island of T and B, at the detuning where pairing is best,

        2Δ = max_δ [E(1, 0) + E(0, 1) - E(0, 0) - E(1, 1)],      each the lesser over σ = T, B,      for t → 0.

    Theory: docs/theory/geometry.md, eq-relaxed.

    Args:
        layout: with frozen clouds, none of them `Uniform`, which is no ground state.
        mass: of the carriers in electron masses.
        states: levels of each dot on a wire; in planes all those of the shells that hold as many.
        islands: the two dots that share an electron, the far site first; by default (("T", "B"),) where they are.
        resolution: of `electrostatics`.
        method: "panels", or "images" where all metals are solid planes.
        memory: GB that may be used.

    Returns:
        Dataset over `carriers` ("frozen", "relaxed"): `repulsion` (carriers, dot, dot_2) of different dots, and of four
        dots with an island `W`, `U`, `U_near`, `far_site`, `pairing_energy` (carriers), all in meV; `repulsion_error`,
        the difference of two meshes; `level_spacing` (dot), from the lowest level to the next.

    Raises:
        InputError: fewer than two dots, metallic or uniform ones, dots that touch from the side.

    Example:
        Two wires beside each other, of a mass for which the spacing of levels is 0.9 meV.

        >>> box = at.geometry.ParticleInABox(length=400)
        >>> dots = (at.geometry.WireDot(name="a", centre=(0, 0, 0), along="x", shape=box),
        ...         at.geometry.WireDot(name="b", centre=(0, 125, 0), along="x", shape=box))
        >>> found = at.geometry.relaxed(at.geometry.Layout(clouds=dots), mass=0.007)
        >>> found["repulsion"].sel(dot="a", dot_2="b").values.round(2).tolist()
        [9.55, 7.68]
    """
    layout_of("layout", layout)
    mass, states = positive("mass", mass), whole("states", states, at_least=2)
    check_method(method, layout)
    factor = factor_of(resolution)
    if len(layout.dots) < 2:
        raise InputError("layout", "have two dots or more", ", ".join(layout.dots) or "none")
    if layout.metallic:
        raise InputError("layout", "have no metallic dots", ", ".join(layout.metallic), "they have no levels")
    if layout.tubes:
        raise InputError("layout", "have no tubes", ", ".join(tube.name for tube in layout.tubes), "leave them out")
    wells = [_well(cloud, mass, states) for cloud in layout.clouds]
    if islands is None:
        islands = (("T", "B"),) if {"T", "B"} < set(layout.dots) and len(layout.dots) == 4 else ()
    roles = roles_of(layout.dots, islands) if islands else None
    meshes = cut_all([layout], factor)
    check_memory(meshes, memory)
    found = [_energies(wells, each, roles) for each in _interactions(layout, wells, meshes[0])]
    said: dict[str, tuple[tuple[str, ...], str]] = {
        "repulsion": (("carriers", "dot", "dot_2"), "repulsion of carriers on two dots")
    }
    said |= {name: (("carriers",), what) for name, what in ENERGIES.items() if roles}
    variables: dict[str, Variable] = {}
    for name, (dims, what) in said.items():
        variables[name] = (dims, found[0][name], "meV", what)
        error = abs(found[len(found) // 2][name] - found[-1][name])
        variables[f"{name}_error"] = (dims, error, "meV", f"difference of two meshes: {what}")
    spacing = np.array([well.levels[1] - well.levels[0] for well in wells])
    return dataset(
        {**variables, "level_spacing": ("dot", spacing, "meV", "from the lowest level of a dot to the next")},
        {
            "carriers": ("carriers", list(CARRIERS), "1", "whether clouds yield"),
            "dot": ("dot", list(layout.dots), "1", "dot"),
            "dot_2": ("dot_2", list(layout.dots), "1", "second dot"),
        },
        question="geometry.relaxed",
        parameters=layout.describe(),
        method=f"exact diagonalisation in {' × '.join(str(len(well.levels)) for well in wells)} levels; "
        f"{METHODS[method]}",
        validity=_validity(layout, mass, roles),
        references=("hamo2016",),
        options={"mass": mass, "states": states, "resolution": resolution, "method": method},
    )


def _validity(layout: Layout, mass: float, roles: Roles | None) -> Iterator[str]:
    yield f"One carrier of {mass:g} electron masses in each dot, the well of which it is the ground state; no spin."
    yield "A carrier's own images do not bend its well; dots do not overlap."
    if roles:
        yield "With an island, three carriers at once relax in the pairing energy; t → 0."
    yield from surroundings(layout)


def _well(cloud: Cloud, mass: float, states: int) -> Well:
    if isinstance(cloud, PlaneDot):
        return _plane_well(cloud, cloud.spacing(mass), states)
    shape = cloud.shape
    if isinstance(shape, ParticleInABox):
        reach = shape.reach
        n = np.arange(1.0, states + 1)
        levels = shape.spacing(mass) / 3 * n**2
    elif isinstance(shape, Gaussian):
        reach = shape.rms * (np.sqrt(2.0) * np.sqrt(2 * states + 1) + 4)
        n = np.arange(float(states))
        levels = shape.spacing(mass) * (n + 0.5)
    else:
        remedy = "draw ParticleInABox or Gaussian"
        raise InputError(
            "layout", "have clouds that are ground states", f"{cloud.name!r}, {type(shape).__name__}", remedy
        )
    nodes, weights = gauss(POINTS)
    u = reach * nodes
    if isinstance(shape, ParticleInABox):
        orbitals = np.sqrt(1 / reach) * np.sin(n[:, None] * np.pi * (u + reach) / (2 * reach))
    else:
        orbitals = _oscillator(n, u, shape.rms)
    points = np.array(cloud.centre) + u[:, None] * cloud.axis
    return Well(levels, points, np.asarray(orbitals * np.sqrt(reach * weights)), cloud.radius**2)


def _plane_well(dot: PlaneDot, spacing: float, states: int) -> Well:
    """All levels of as many shells of the round well as hold `states`."""
    shells = int(np.ceil((np.sqrt(8 * states + 1) - 1) / 2))
    numbers = np.array([(n, shell - n) for shell in range(shells) for n in range(shell + 1)])
    reach = dot.rms * (np.sqrt(2.0) * np.sqrt(2 * shells + 1) + 4)
    nodes, weights = gauss(PLANE_POINTS)
    one = _oscillator(np.arange(float(shells)), reach * nodes, dot.rms) * np.sqrt(reach * weights)
    orbitals = np.einsum("ax,ay->axy", one[numbers[:, 0]], one[numbers[:, 1]]).reshape(len(numbers), -1)
    x, y = np.meshgrid(reach * nodes, reach * nodes, indexing="ij")
    points = np.array(dot.centre) + np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], axis=1)
    return Well(spacing * (numbers.sum(axis=1) + 1.0), points, orbitals, 0.0)


def _oscillator(n: FloatArray, u: FloatArray, rms: float) -> FloatArray:
    """Orbitals of a harmonic well whose ground state has this standard deviation: (state, point)."""
    x = u / (np.sqrt(2) * rms)
    norm = np.array([np.sqrt(2.0**k * factorial(int(k)) * np.sqrt(2 * np.pi) * rms) for k in n])
    found = np.array([eval_hermite(int(k), x) for k in n]) * np.exp(-(x**2) / 2)
    return np.asarray(found / norm[:, None])


Interactions = dict[tuple[int, int], FloatArray]
"""V of pairs of dots in meV, (state, state, other state, other state)."""


def _interactions(layout: Layout, wells: Sequence[Well], meshes: Meshes) -> list[Interactions]:
    """Extrapolated, and on each of two meshes; where there are no panels, one that is exact."""
    images = images_of(layout.medium, tuple(plane.z for plane in layout.planes))
    direct = _direct(layout, wells, images)
    if not meshes[0]:
        return [direct]
    fine, coarse = (_screened(layout, wells, direct, mesh, images) for mesh in meshes)
    left = remainder(meshes)
    return [{pair: V + left * (V - coarse[pair]) for pair, V in fine.items()}, fine, coarse]


def _direct(layout: Layout, wells: Sequence[Well], images: Images) -> Interactions:
    found = {}
    for i, j in combinations(range(len(wells)), 2):
        one, other = wells[i], wells[j]
        G = np.zeros((len(one.points), len(other.points)))
        for weight, sign, shift in zip(images.weight, images.sign, images.shift, strict=True):
            mirrored = other.points * [1.0, 1.0, sign] + [0.0, 0.0, shift]
            square = sum((a[:, None] - b) ** 2 for a, b in zip(one.points.T, mirrored.T, strict=True))
            G += weight / np.sqrt(square + (one.square + other.square) / 2)
        half = np.einsum("np,mp,pq->nmq", one.orbitals, one.orbitals, G, optimize=True)
        V = COULOMB * np.einsum("nmq,kq,lq->nmkl", half, other.orbitals, other.orbitals, optimize=True)
        exact = COULOMB * repulsion(layout.clouds[i], layout.clouds[j], images)
        if abs(V[0, 0, 0, 0] - exact) > AGREE * abs(exact):
            got = f"{layout.dots[i]!r} and {layout.dots[j]!r} too close"
            remedy = "leave out the mass: relaxed energies are of carriers whose clouds do not overlap"
            raise InputError("layout", "have dots apart from each other", got, remedy)
        found[i, j] = V
    return found


def _screened(
    layout: Layout, wells: Sequence[Well], direct: Interactions, mesh: Sequence[Mesh], images: Images
) -> Interactions:
    """With what the panels of one mesh take away."""
    columns = []
    for well in wells:
        one, other = np.triu_indices(len(well.levels))
        columns.append((well.points, (well.orbitals[one] * well.orbitals[other]).T))
    solved = charges(layout, mesh, images, columns=columns)
    ends = np.cumsum([0, *(charge.shape[1] for _, charge in columns)])
    found = {}
    for (i, j), V in direct.items():
        p, q = solved.potential[:, ends[i] : ends[i + 1]], solved.induced[:, ends[j] : ends[j + 1]]
        taken = COULOMB * p.T @ q
        own, its = (_places(len(wells[k].levels)) for k in (i, j))
        found[i, j] = V - taken[own][..., its]
    return found


def _places(states: int) -> NDArray[np.intp]:
    """Where the product of two orbitals stands among those of `triu_indices`."""
    found = np.zeros((states, states), dtype=np.intp)
    one, other = np.triu_indices(states)
    found[one, other] = found[other, one] = np.arange(len(one))
    return found


def _energies(wells: Sequence[Well], V: Interactions, roles: Roles | None) -> dict[str, FloatArray]:
    """Frozen and relaxed energies, (carriers, …), by their names in the result."""
    count = len(wells)
    M = np.full((2, count, count), np.nan)
    for (i, j), each in V.items():
        M[0, i, j] = M[0, j, i] = each[0, 0, 0, 0]
        M[1, i, j] = M[1, j, i] = ground_energy(wells, V, (i, j))
    found = {"repulsion": M}
    if roles is not None:
        found |= energies(M, roles)
        found["pairing_energy"] = np.array([found["pairing_energy"][0], _pairing(wells, V, M[1], roles)])
    return found


def ground_energy(wells: Sequence[Well], V: Interactions, dots: Sequence[int]) -> float:
    """What one carrier in each of some dots has more energy together than apart, meV."""
    shape = tuple(len(wells[dot].levels) for dot in dots)
    levels = sum(np.ix_(*(wells[dot].levels - wells[dot].levels[0] for dot in dots)))
    H = np.diag(np.asarray(levels, dtype=float).ravel()).reshape(*shape, *shape)
    for a, b in combinations(range(len(dots)), 2):
        pair = (dots[a], dots[b])
        each = V[pair] if pair in V else V[pair[::-1]].transpose(2, 3, 0, 1)
        spectators = [k for k in range(len(dots)) if k not in (a, b)]
        for rest in np.ndindex(*(shape[k] for k in spectators)):
            where: list[slice | int] = [slice(None)] * len(dots)
            for k, state in zip(spectators, rest, strict=True):
                where[k] = state
            H[(*where, *where)] += each.transpose(0, 2, 1, 3)
    size = int(np.prod(shape))
    return float(eigh(H.reshape(size, size), eigvals_only=True, subset_by_index=[0, 0])[0])


def _pairing(wells: Sequence[Well], V: Interactions, M: FloatArray, roles: Roles) -> float:
    """Δ for t → 0, at the best of the detunings at which a configuration changes its site."""
    L, R, T, B = roles
    both = {site: ground_energy(wells, V, (L, R, site)) for site in (T, B)}

    def twice(delta: float) -> float:
        """2Δ, with T at 0 and B at -δ."""
        one = [min(M[k, T], M[k, B] - delta) for k in (L, R)]
        return float(one[0] + one[1] - min(0.0, -delta) - min(both[T], both[B] - delta))

    kinks = [0.0, M[L, B] - M[L, T], M[R, B] - M[R, T], both[B] - both[T]]
    return max(twice(float(delta)) for delta in kinks) / 2
