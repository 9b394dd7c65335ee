"""What a medium can do to the repulsion of two electrons: continuous charge screens it, whole electrons can flip it.

The energy of conductors is E(q) = ½ qᵀMq + vᵀq with M = e² C⁻¹ (`CapacitanceModel`).

**The bound.** M has no negative entry. Put charges q ≥ 0 on the conductors and let m be the one of lowest potential
φ_m: q_m = φ_m Σ_j C_mj + Σ_j |C_mj| (φ_m − φ_j), so that φ_m < 0 would make q_m ≥ 0 a sum of terms ≤ 0, all of them
zero: m touches no ground and its neighbours have the same potential; the same holds for these and in the end for a
whole cluster without ground, which a non-singular C excludes. Relaxing a continuous charge changes C but not its kind:
to hold a conductor at a fixed potential strikes its row and column; to connect floating conductors, so that only their
total charge is fixed, adds their rows and their columns. Both leave a non-singular Maxwell matrix, hence a screened
interaction ≥ 0, whatever the geometry.

**The way out.** Whole electrons cannot relax: minimised over integers the energy is no quadratic form any more, and
W_eff = E(1,1) + E(0,0) − E(1,0) − E(0,1) may be negative. A single electron shared by two conductors does it, since it
does not repel itself (Hamo et al., Nature 535, 395 (2016), Fig. 2c-f).
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import nnls

from attractron.core.checks import FloatArray, axis, choice, non_negative, shown
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import E_SQUARED, K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.dots.capacitance import CapacitanceModel, inverse, names_of

Pair = tuple[str, str]
REFERENCES = ("hamo2016", "vanderwiel2002")
VALIDITY = (
    "Electrostatics of conductors: no tunnelling, ground state.",
    "Integers are electron numbers of at least zero; the minimum over them is exact.",
)

STIFF = 1e3
"""Stiffness of the springs that hold electron numbers in a relaxed problem, over that of the conductors."""


def continuum_interaction(model: CapacitanceModel, pair: Pair | None = None) -> float:
    """Interaction of two sites through a medium whose charge is continuous and relaxes: never negative.

    Grounded conductors take any charge at zero potential, the conductors of a floating group share theirs like one
    piece of metal: M_ij of the Maxwell matrix without the first and with the second joined. Potentials and numbers of
    electrons drop out.

    Theory: docs/theory/dots.md, eq-maxwell, eq-continuum.

    Args:
        model: the conductors.
        pair: two system sites, or the same one twice; the first two by default.

    Returns:
        E(1,1) + E(0,0) − E(1,0) − E(0,1) in meV.

    Raises:
        InputError: `pair` is not two system sites.

    Example:
        A grounded third conductor weakens the repulsion of the first two, but never below zero.

        >>> C = [[50.0, -5.0, -40.0], [-5.0, 50.0, -40.0], [-40.0, -40.0, 100.0]]
        >>> model = at.dots.CapacitanceModel(names=("L", "R", "P"), C=C, system=("L", "R"))
        >>> round(float(model.repulsion[0, 1]), 3), round(at.dots.continuum_interaction(model), 3)  # meV
        (4.706, 0.324)
    """
    return float(_continuum(model)[_pair(model, pair)])


def integer_interaction(model: CapacitanceModel, pair: Pair | None = None) -> float:
    """Interaction of two sites through a medium of whole electrons: it may be negative.

    Each energy is the exact minimum over all numbers of electrons 0, 1, 2, … of the medium's conductors that leave
    the totals of the floating groups as they are; the other system sites are empty. An island of metal with ±1, ±2, …
    charges is one that holds many electrons, with the potential −M n_g of as many background charges. The search
    by branch and bound is exact and quick unless a great many occupations of the medium are nearly degenerate.

    Theory: docs/theory/dots.md, eq-maxwell, eq-integer.

    Args:
        model: the conductors.
        pair: two system sites, or the same one twice; the first two by default.

    Returns:
        W_eff = E(1,1) + E(0,0) − E(1,0) − E(0,1) in meV.

    Raises:
        InputError: `pair` is not two system sites.

    Example:
        One electron that T and B share lets two others attract, which no continuous charge can.

        >>> C = [[100, 0, 0, -40], [0, 100, 0, -40], [0, 0, 60, -10], [-40, -40, -10, 90]]  # aF
        >>> model = at.dots.CapacitanceModel(names=("L", "R", "T", "B"), C=C, system=("L", "R"), floating=(("T", "B"),),
        ...                                  electrons=(1,), potentials=(0.0, 0.0, 1.0, 0.0))
        >>> round(at.dots.continuum_interaction(model), 3), round(at.dots.integer_interaction(model), 3)  # meV
        (0.262, -0.488)
    """
    return _mixed_difference(_integer_energy(model), len(model.system), *_pair(model, pair))


def screened_potentials(model: CapacitanceModel, source: str | None = None) -> xr.Dataset:
    """Potential that an electron on one site makes for another one on each site, by what the medium may do.

    φ_j = E(source and j) − E(source) − E(j) + E(0), with two electrons on the source itself for j = source: the bare
    repulsion (Fig. 2c of Hamo et al.), screened by continuous charge (Fig. 2d), and dressed by whole electrons (2f).

    Theory: docs/theory/dots.md, eq-dressed, eq-continuum, eq-integer.

    Args:
        model: the conductors.
        source: the system site with the electron; by default the first.

    Returns:
        Dataset over `site` (the system): `bare` (the medium's charges stay), `continuum`, `integer`, in meV.

    Raises:
        InputError: `source` is no system site.

    Example:
        >>> C = [[50.0, -5.0, -40.0], [-5.0, 50.0, -40.0], [-40.0, -40.0, 100.0]]
        >>> model = at.dots.CapacitanceModel(names=("L", "R", "P"), C=C, system=("L", "R"))
        >>> found = at.dots.screened_potentials(model)
        >>> found["bare"].values.round(3), found["continuum"].values.round(3)  # meV, on L and R
        (array([7.619, 4.706]), array([3.237, 0.324]))
    """
    site = 0 if source is None else model.system.index(choice("source", source, model.system))
    indices = [model.index(name) for name in model.system]
    energy, sites = _integer_energy(model), len(model.system)
    integer = [_mixed_difference(energy, sites, site, other) for other in range(sites)]
    return dataset(
        {
            "bare": ("site", model.repulsion[indices[site], indices], "meV", "bare potential"),
            "continuum": ("site", _continuum(model)[site], "meV", "potential through continuous charge"),
            "integer": ("site", integer, "meV", "potential through whole electrons"),
        },
        {"site": ("site", list(model.system), "1", "system site")},
        question="dots.screened_potentials",
        parameters=model.describe(),
        options={"source": model.system[site]},
        method="inverse Maxwell matrices; integers by exact branch and bound",
        validity=VALIDITY,
        references=REFERENCES,
    )


def interaction_scan(models: Iterable[CapacitanceModel]) -> xr.Dataset:
    """The bound and its violation over an ensemble: interaction of the first two sites of every model.

    Theory: docs/theory/dots.md, eq-continuum, eq-integer.

    Args:
        models: one or more descriptions.

    Returns:
        Dataset over `model` (its number): `bare`, `continuum` (≥ 0) and `integer` interaction in meV.

    Raises:
        InputError: no models.

    Example:
        >>> models = [at.dots.CapacitanceModel(names=("a", "b"), C=[[c, -10.0], [-10.0, c]], system=("a", "b"))
        ...           for c in (20.0, 50.0)]
        >>> at.dots.interaction_scan(models)["continuum"].values.round(3)  # meV
        array([5.341, 0.668])
    """
    ensemble = list(models)
    if not ensemble:
        raise InputError("models", "hold at least one model", "none")
    bare = [model.repulsion[model.index(model.system[0]), model.index(model.system[1])] for model in ensemble]
    continuum = [continuum_interaction(model) for model in ensemble]
    integer = [integer_interaction(model) for model in ensemble]
    return dataset(
        {
            "bare": ("model", bare, "meV", "bare interaction"),
            "continuum": ("model", continuum, "meV", "interaction through continuous charge"),
            "integer": ("model", integer, "meV", "interaction through whole electrons"),
        },
        {"model": ("model", np.arange(len(ensemble)), "1", "number of the model")},
        question="dots.interaction_scan",
        parameters={"models": [model.describe() for model in ensemble]},
        method="inverse Maxwell matrices; integers by exact branch and bound",
        validity=VALIDITY,
        references=REFERENCES,
    )


def internal_field(
    model: CapacitanceModel,
    external: ArrayLike,
    *,
    t: float,
    dipole: Pair | None = None,
    temperature: float = 0.0,
) -> xr.Dataset:
    """Field inside a dipole of two conductors: nulled by a metal, reversed by a single electron.

    Potential differences are those of T less those of B, as energies of an electron; σ = n_T − n_B is the
    polarisation. A charge distribution σ makes the potential difference U_d σ with U_d = ½(M_TT + M_BB − 2 M_TB).

    - Metal: φσ/2 + U_d σ²/4, its own repulsion included, is least at σ = −φ/U_d; then φ + U_d σ = 0 exactly.
    - Single electron: ½φσ_Z + tσ_X has no self-repulsion, hence ⟨σ_Z⟩ = −(φ/Ω) tanh(Ω/2k_BT), Ω = √(φ² + 4t²).
      A further electron finds φ + U_d⟨σ_Z⟩: opposite to φ, if t = T = 0, for all |φ| < U_d and as large as U_d;
      at T = 0 a small field is reversed when 2t < U_d.

    Theory: docs/theory/dots.md, eq-internal-field.

    Args:
        model: the conductors; none but the dipole's respond.
        external: axis of external potential differences φ in meV, measured from where the dipole is balanced
            (½(M_TT − M_BB) and v_T − v_B included).
        t: tunnel coupling of T and B in meV.
        dipole: names of T and B; by default the first floating group.
        temperature: temperature of the single electron in K.

    Returns:
        Dataset over `medium` ("metal", "single electron") and `external` (meV): `internal` potential difference
        in meV and `polarisation` σ (the metal's is not limited to ±1: it has many electrons).

    Raises:
        InputError: bad axis, negative t, temperature negative or below 1 µK, or no dipole.

    Example:
        >>> model = at.dots.CapacitanceModel(names=("L", "R", "T", "B"), C=np.diag([50.0, 50.0, 80.0, 80.0]),
        ...                                  system=("L", "R"), floating=(("T", "B"),), electrons=(1,))
        >>> at.dots.internal_field(model, [0.5], t=0.0)["internal"].values.round(3)  # meV: metal, single electron
        array([[ 0.   ],
               [-1.503]])
    """
    phi = axis("external", external)
    coupling, kelvin = non_negative("t", t), checked_temperature("temperature", temperature)
    T, B = _dipole(model, dipole)
    M = model.repulsion
    U_d = float(M[T, T] + M[B, B] - 2 * M[T, B]) / 2
    sigma = np.array([-phi / U_d, _electron_polarisation(phi, coupling, kelvin)])  # (medium, external)
    dims = ("medium", "external")
    return dataset(
        {
            "internal": (dims, phi + U_d * sigma, "meV", "internal potential difference"),
            "polarisation": (dims, sigma, "1", "polarisation"),
        },
        {
            "medium": ("medium", ["metal", "single electron"], "1", "medium"),
            "external": ("external", phi, "meV", "external potential difference"),
        },
        question="dots.internal_field",
        parameters={**model.describe(), "t": coupling, "U_d": U_d},
        options={"dipole": [model.names[T], model.names[B]], "temperature": kelvin},
        method="closed form",
        validity=("One orbital for each site of the dipole.", "The other conductors keep their charges."),
        references=("hamo2016",),
    )


def _electron_polarisation(phi: FloatArray, t: float, temperature: float) -> FloatArray:
    """⟨σ_Z⟩ of ½φσ_Z + tσ_X (meV, K); zero where both φ and t vanish."""
    gap = np.hypot(phi, 2 * t)
    thermal = np.tanh(gap / (2 * K_B * temperature)) if temperature > 0 else 1.0
    return -phi * thermal / np.where(gap > 0, gap, 1.0)


def integer_minimum(M: FloatArray, linear: FloatArray, groups: Sequence[Sequence[int]], totals: Sequence[int]) -> float:
    """Least ½zᵀMz + linearᵀz over integers z ≥ 0 with Σ_{k in group} z_k = total for every group.

    With multipliers µ ≥ 0 of z ≥ 0 and λ of the totals taken out of `linear`, the rest of the energy has its minimum
    at some c, and with M = RᵀR, R upper triangular, the whole exceeds Σ_g λ_g total_g plus that minimum by
    Σ_k [µ_k z_k + ½ (R_kk (z_k − c_k) + Σ_{j>k} R_kj (z_j − c_j))²]. No term is negative: variables are set from the
    last to the first, cheapest integers first, and a branch is left when it costs more than the best one found.
    """
    if len(linear) == 0:
        return 0.0
    R = np.asarray(np.linalg.cholesky(M).T, dtype=float)
    members = np.zeros((len(groups), len(linear)))
    for row, group in zip(members, groups, strict=True):
        row[list(group)] = 1.0
    mu, held = _multipliers(R, linear, members, np.array(totals, dtype=float))
    rest = linear - mu - held @ members
    centre = -np.linalg.solve(M, rest)
    home = {k: g for g, group in enumerate(groups) for k in group}
    left = [*totals, sys.maxsize]  # of every group, and of the open rest
    closing = {min(group) for group in groups}
    best, offset = np.inf, np.zeros(len(linear))

    def search(k: int, cost: float) -> None:
        nonlocal best
        if k < 0:
            best = cost
            return
        group = home.get(k, -1)
        target = centre[k] - float(R[k, k + 1 :] @ offset[k + 1 :]) / R[k, k]
        for z in _outward(target - mu[k] / R[k, k] ** 2, left[group] if k in closing else 0, left[group]):
            more = cost + mu[k] * z + (R[k, k] * (z - target)) ** 2 / 2
            if more >= best:
                return
            offset[k] = z - centre[k]
            left[group] -= z
            search(k - 1, more)
            left[group] += z

    search(len(linear) - 1, 0.0)
    return float(best + rest @ centre / 2 + held @ np.array(totals, dtype=float))


def _multipliers(
    R: FloatArray, linear: FloatArray, members: FloatArray, totals: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """µ and λ of the same problem over real z ≥ 0, whose minimum is the closest bound that they can give.

    Any µ ≥ 0 and any λ give a true bound, so that it is enough to hold the totals by stiff springs.
    """
    spring = STIFF * np.abs(R).max()
    rows = np.concatenate([R, spring * members])
    right = np.concatenate([-np.linalg.solve(R.T, linear), spring * totals])
    z = nnls(rows, right, maxiter=100 * len(linear))[0]
    held = -(spring**2) * (members @ z - totals)
    return np.maximum(R.T @ (R @ z) + linear - held @ members, 0.0), held


def _outward(target: float, lowest: int, highest: int) -> Iterator[int]:
    """Integers between the bounds, in order of their distance from the target."""
    start = min(max(lowest, round(target)), highest)
    ahead = 1 if target >= start else -1
    yield start
    for step in count(1):
        near = [z for z in (start + ahead * step, start - ahead * step) if lowest <= z <= highest]
        if not near:
            return
        yield from near


def _integer_energy(model: CapacitanceModel) -> Callable[[NDArray[np.int_]], float]:
    """Ground-state energy (meV) over the occupation of the system, less its vᵀn, which no interaction contains."""
    s = [model.index(name) for name in model.system]
    m = [k for k in range(len(model.names)) if k not in s]
    groups = [[m.index(model.index(name)) for name in group] for group in model.floating]
    M, v = model.repulsion, np.array(model.potentials)

    def energy(n: NDArray[np.int_]) -> float:
        own = n @ M[np.ix_(s, s)] @ n / 2
        return float(own + integer_minimum(M[np.ix_(m, m)], v[m] + M[np.ix_(m, s)] @ n, groups, model.electrons))

    return energy


def _mixed_difference(energy: Callable[[NDArray[np.int_]], float], sites: int, i: int, j: int) -> float:
    one = np.eye(sites, dtype=int)
    return energy(one[i] + one[j]) - energy(one[i]) - energy(one[j]) + energy(0 * one[i])


def _continuum(model: CapacitanceModel) -> FloatArray:
    """Repulsions (meV) of the system after grounded rows are struck and floating groups joined: shape (s, s)."""
    pieces = [(name,) for name in model.system] + list(model.floating)
    joined = np.array([[float(name in piece) for piece in pieces] for name in model.names])  # (conductor, piece)
    sites = len(model.system)
    return E_SQUARED * inverse(joined.T @ model.C @ joined)[:sites, :sites]


def _pair(model: CapacitanceModel, pair: Pair | None) -> tuple[int, int]:
    """Positions of the pair in the system."""
    names = model.system[:2] if pair is None else tuple(pair)
    if len(names) != 2:
        raise InputError("pair", "name two system sites", shown(pair))
    i, j = (model.system.index(choice("pair", name, model.system)) for name in names)
    return i, j


def _dipole(model: CapacitanceModel, dipole: Pair | None) -> tuple[int, int]:
    """Positions of T and B among all conductors."""
    if dipole is None and not model.floating:
        raise InputError("dipole", "be given for a model without a floating group", "nothing", 'dipole=("T", "B")')
    names = names_of("dipole", model.floating[0] if dipole is None else dipole, model.names)
    if len(names) != 2:
        raise InputError("dipole", "name two conductors", shown(names))
    return model.index(names[0]), model.index(names[1])
