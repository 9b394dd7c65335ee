"""Conductors: what a Maxwell capacitance matrix says about the energy of whole or continuous charges.

Conductors carry q_i electrons each (any real number in a metal). With Maxwell's capacitance matrix C the energy is

    E(q) = ½ qᵀ M q + vᵀ q,    M = e² C⁻¹,    e² = 160.2176634 meV·aF,

because one electron raises a capacitor of 1 aF to e/(1 aF) = 0.1602176634 V, and v holds the potential energies that
gates impose. C is symmetric, its off-diagonal entries are zero or negative (−C_ij is the capacitance between i and j)
and its row sums are zero or positive: the capacitance to ground, which stands for gates and everything else whose
charge is never discrete (such an electrode needs no conductor of its own).
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cho_factor, cho_solve

from attractron.core.checks import FloatArray, choice, finite, shown, symmetric_matrix, whole
from attractron.core.constants import E_SQUARED
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable

ROUNDING = 1e-9
"""How far, relative to its largest entry, a capacitance matrix may miss Maxwell's conditions."""

SINGULAR = 1e-10
"""Lowest eigenvalue, relative to the largest entry, below which the capacitance matrix counts as singular."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CapacitanceModel(ShownAsTable):
    """System sites and a medium, as conductors with a Maxwell capacitance matrix.

    Every conductor is of one of three kinds: a `system` site, whose whole number of electrons is given; a member of a
    `floating` group, which shares a fixed number of electrons with the others of its group; or, if it is named in
    neither, `grounded`: it exchanges electrons with a lead at zero potential. The last two are the medium.

    Theory: docs/theory/dots.md, eq-maxwell.

    Args:
        names: names of the n conductors.
        C: Maxwell capacitance matrix (n, n) in aF; misses of Maxwell's conditions within rounding are mended.
        system: names of the system sites, two or more.
        floating: groups of names.
        electrons: number of electrons of each group.
        potentials: potential energy v of an electron on each of the n conductors in meV; empty for zero everywhere.
            Gates that induce n_g electrons are v = −M n_g. The detuning of a dipole of two like conductors T and B
            is v_T − v_B.

    Raises:
        InputError: C is not a non-singular Maxwell matrix, a conductor is unknown or named twice, or lengths differ.

    Example:
        Two dots of 50 aF each, a fifth of it between them: a repulsion of 0.67 meV.

        >>> pair = at.dots.CapacitanceModel(names=("a", "b"), C=[[50.0, -10.0], [-10.0, 50.0]], system=("a", "b"))
        >>> pair.repulsion.round(3)  # meV
        array([[3.338, 0.668],
               [0.668, 3.338]])
    """

    names: tuple[str, ...]
    C: FloatArray
    system: tuple[str, ...]
    floating: tuple[tuple[str, ...], ...] = ()
    electrons: tuple[int, ...] = ()
    potentials: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        names = names_of("names", self.names)
        system = names_of("system", self.system, names)
        if len(system) < 2:
            raise InputError("system", "name at least two conductors", shown(system))
        groups = tuple(
            names_of(f"floating[{k}]", group, names) for k, group in enumerate(_sequence("floating", self.floating))
        )
        names_of("system and floating", (*system, *(name for group in groups for name in group)))
        electrons = tuple(
            whole(f"electrons[{k}]", number) for k, number in enumerate(_sequence("electrons", self.electrons))
        )
        if len(electrons) != len(groups):
            raise InputError("electrons", f"have one number for each of the {len(groups)} groups", shown(electrons))
        given = _sequence("potentials", self.potentials)
        potentials = tuple(finite(f"potentials[{k}]", v) for k, v in enumerate(given)) or (0.0,) * len(names)
        if len(potentials) != len(names):
            raise InputError("potentials", f"have one value for each of the {len(names)} conductors", shown(potentials))
        self._set(names=names, C=_maxwell(self.C, names), system=system)
        self._set(floating=groups, electrons=electrons, potentials=potentials)

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def grounded(self) -> tuple[str, ...]:
        """Conductors that exchange electrons with a lead: those named neither in `system` nor in `floating`."""
        named = {*self.system, *(name for group in self.floating for name in group)}
        return tuple(name for name in self.names if name not in named)

    @property
    def repulsion(self) -> FloatArray:
        """M = e² C⁻¹ in meV, shape (n, n): the mutual repulsions when no charge moves.

        ½ M_ii n_i² = ½ M_ii n_i (n_i − 1) + ½ M_ii n_i: the same conductors as a `Device` have `repulsion` M and
        `levels` v_i + ½ M_ii.
        """
        return E_SQUARED * inverse(self.C)

    def index(self, name: str) -> int:
        """Position of a conductor in the arrays."""
        return self.names.index(choice("name", name, self.names))

    def describe(self) -> dict[str, Any]:
        """The model as JSON-safe data, for the attributes of results."""
        return {**asdict(self), "C": self.C.tolist()}


def maxwell_matrix(repulsion: ArrayLike) -> FloatArray:
    """Maxwell capacitance matrix C = e² M⁻¹ of conductors with given repulsions.

    Args:
        repulsion: symmetric, positive definite matrix M (n, n) in meV.

    Returns:
        C (n, n) in aF. It is for `CapacitanceModel` to say whether conductors with this matrix exist.

    Raises:
        InputError: M is no symmetric positive definite matrix.
    """
    M = _symmetric("repulsion", repulsion)
    lowest = np.linalg.eigvalsh(M)[0]
    if lowest <= 0:
        raise InputError("repulsion", "be positive definite", f"lowest eigenvalue {lowest:.4g} meV")
    return E_SQUARED * inverse(M)


def building_block_parameters(model: CapacitanceModel) -> dict[str, float]:
    """W, U and δ of the building block that two sites and a dipole of conductors make.

    With one electron in the dipole, and B the conductor that repels the sites more strongly than T does,

        W = M_LR,    U = M_LB − M_LT,    δ = ½(M_TT − M_BB) + v_T − v_B,

    (the half self-energies are the work of charging the conductor that the electron sits on). The common part
    (n_L + n_R) M_LT only moves the gate voltages at which the sites fill.

    Args:
        model: two system sites and one floating group of two conductors that share one electron, nothing else.

    Returns:
        {"W", "U", "delta"} in meV, keyword arguments of `building_block`.

    Raises:
        InputError: other conductors, another number of electrons, or U different for the two sites.
    """
    if len(model.system) != 2 or [len(g) for g in model.floating] != [2] or model.electrons != (1,) or model.grounded:
        got = f"system {model.system}, floating {model.floating} with {model.electrons}, grounded {model.grounded}"
        raise InputError("model", "be two system sites and two floating conductors that share one electron", got)
    M, v = model.repulsion, model.potentials
    L, R, T, B = (model.index(name) for name in (*model.system, *model.floating[0]))
    U_L, U_R = M[L, B] - M[L, T], M[R, B] - M[R, T]
    if abs(U_L - U_R) > 1e-6 * M.max():
        remedy = "describe a lopsided block by its matrix, `model.repulsion`"
        raise InputError("model", "couple both sites alike to the dipole", f"U = {U_L:.6g} and {U_R:.6g} meV", remedy)
    upright = 1.0 if U_L >= 0 else -1.0
    delta = (M[T, T] - M[B, B]) / 2 + v[T] - v[B]
    return {"W": float(M[L, R]), "U": float(upright * (U_L + U_R) / 2), "delta": float(upright * delta)}


def inverse(matrix: FloatArray) -> FloatArray:
    """Inverse by Cholesky decomposition.

    The factor of a Maxwell matrix has no positive entry off its diagonal, so that substitution only ever adds numbers
    of one sign: rounding cannot turn an entry of the inverse negative.
    """
    found = cho_solve(cho_factor(matrix, lower=True), np.eye(len(matrix)))
    return np.asarray((found + found.T) / 2, dtype=float)


def names_of(argument: str, value: Any, known: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Distinct names, all of them known, or an InputError."""
    names = _sequence(argument, value)
    if not all(isinstance(name, str) for name in names):
        raise InputError(argument, "hold names", shown(value), 'for example ("L", "R")')
    if not names or len(set(names)) < len(names):
        raise InputError(argument, "name each conductor once", shown(names))
    for name in names if known is not None else ():
        choice(argument, name, known or ())
    return names


def _sequence(argument: str, value: Any) -> tuple[Any, ...]:
    """The items as a tuple; text and single values are refused."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InputError(argument, "be a sequence", shown(value), f"write ({shown(value)},) for a single entry")
    return tuple(value)


def _symmetric(argument: str, values: ArrayLike) -> FloatArray:
    """A symmetric matrix without the rounding by which the one given missed it (a copy), or an InputError."""
    matrix = symmetric_matrix(argument, values, ROUNDING)
    return np.asarray((matrix + matrix.T) / 2)


def _maxwell(values: ArrayLike, names: tuple[str, ...]) -> FloatArray:
    """A non-singular Maxwell matrix, read-only, mended within rounding, or an InputError."""
    C = _symmetric("C", values)
    if len(C) != len(names):
        raise InputError("C", f"have a row for each of the {len(names)} conductors", f"shape {C.shape}")
    size, off = np.abs(C).max(), C - np.diag(np.diag(C))
    i, j = np.unravel_index(np.argmax(off), off.shape)
    if off[i, j] > ROUNDING * size:
        got = f"{off[i, j]:.6g} aF at {names[i]}, {names[j]}"
        remedy = "write minus the capacitance between two conductors"
        raise InputError("C", "have no positive entry off its diagonal", got, remedy)
    off = np.minimum(off, 0.0)
    ground = np.diag(C) + off.sum(axis=1)
    if ground.min() < -ROUNDING * size:
        got = f"a sum of {ground.min():.6g} aF in the row of {names[int(np.argmin(ground))]}"
        remedy = "a diagonal entry is the sum of all capacitances of its conductor, the one to ground included"
        raise InputError("C", "have no row with a negative sum", got, remedy)
    mended: FloatArray = off + np.diag(np.maximum(np.diag(C), -off.sum(axis=1)))
    lowest = np.linalg.eigvalsh(mended)[0]
    if lowest <= SINGULAR * size:
        remedy = "every cluster of conductors needs a capacitance to ground"
        raise InputError("C", "be non-singular", f"lowest eigenvalue {lowest:.3g} aF", remedy)
    mended.flags.writeable = False
    return mended
