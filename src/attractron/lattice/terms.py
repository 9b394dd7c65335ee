"""Hamiltonians as plain lists of terms: a coefficient times a product of operators on (species, site).

    H = Σ_k g_k O_k1 O_k2 …,    O one of c† ("create"), c ("annihilate"), n = c†c ("number")

The product acts from the right, as it is written; a term without factors is a constant. Species are fermions, or
two-level systems whose operators commute with everything elsewhere (c† raises |0⟩ to |1⟩; σ_x = c† + c, σ_z = 1 - 2n).

Signs of fermions: modes are ordered by species as the model lists them, then by site, and the state of occupied modes
a < b < … is c†_a c†_b … |0⟩. Fermions of different species anticommute, as those of one species do. So `normal_form`
writes every product with its modes in rising order and one operator on each: one sign for each exchange of two
fermionic operators of different modes, and c†c = n, c c† = 1 - n on one mode. Two lists are the same operator if and
only if their normal forms are equal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from attractron.core.checks import choice, finite, members, nearest, shown, whole
from attractron.core.errors import InputError

OPERATORS = ("create", "annihilate", "number")

MOST_SITES = 62
"""Sites of a species: bits of a whole number."""

SAME = 1e-12
"""A coefficient below this part of the largest one is rounding."""

# 1, n, c, c† as matrices between |0⟩ and |1⟩: any product on one mode is a sum of these.
_MATRICES = {
    "create": np.array([[0, 0], [1, 0]]),
    "annihilate": np.array([[0, 1], [0, 0]]),
    "number": np.array([[0, 0], [0, 1]]),
}
_ADJOINT = {"create": "annihilate", "annihilate": "create", "number": "number"}


class Factor(NamedTuple):
    """One operator of a product: "create", "annihilate" or "number", of a species, on a site counted from 0.

    Example:
        >>> at.lattice.Factor("create", "up", 0).site
        0
    """

    operator: str
    species: str
    site: int


@dataclass(frozen=True)
class Species:
    """What lives on the sites: fermions of one kind, or two-level systems such as polarizers.

    Attributes:
        name: as the terms call it; its particles in a sector are n_<name>.
        sites: number of its sites, 1 to 62.
        statistics: "fermion" or "two-level".

    Raises:
        InputError: no name, no such statistics, sites out of range.

    Example:
        >>> at.lattice.Species("up", 6).statistics
        'fermion'
    """

    name: str
    sites: int
    statistics: str = "fermion"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.isidentifier():
            raise InputError("name", "be a name of letters, digits and _", shown(self.name))
        if whole("sites", self.sites, at_least=1) > MOST_SITES:
            raise InputError("sites", f"be at most {MOST_SITES}", self.sites)
        choice("statistics", self.statistics, ("fermion", "two-level"))

    @property
    def fermions(self) -> bool:
        """Whether its operators anticommute."""
        return self.statistics == "fermion"


@dataclass(frozen=True)
class Term:
    """A coefficient times a product of operators (module's docstring); plain tuples become factors.

    Attributes:
        coefficient: real, in the energy unit of the model.
        factors: (operator, species, site), acting from the right.

    Raises:
        InputError: a coefficient that is not finite, an unknown operator, a site that is no whole number.

    Example:
        >>> at.lattice.Term(2.0, (("number", "up", 0), ("number", "down", 0))).factors[0]
        Factor(operator='number', species='up', site=0)
    """

    coefficient: float
    factors: tuple[Factor, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficient", finite("coefficient", self.coefficient))
        if not isinstance(self.factors, tuple | list):
            raise InputError("factors", "be a tuple of (operator, species, site)", shown(self.factors))
        object.__setattr__(self, "factors", tuple(map(_factor, self.factors)))


def _factor(given: Any) -> Factor:
    if not isinstance(given, tuple | list) or len(given) != 3:
        raise InputError("factors", "hold (operator, species, site)", shown(given))
    operator, species, site = given
    return Factor(choice("operator", operator, OPERATORS), species, whole("site", site))


def hopping(amplitude: float, species: str, i: int, j: int) -> tuple[Term, Term]:
    """The two terms of -amplitude (c†_i c_j + c†_j c_i).

    Example:
        >>> [term.coefficient for term in at.lattice.hopping(1.0, "up", 0, 1)]
        [-1.0, -1.0]
    """
    forth, back = ((("create", species, a), ("annihilate", species, b)) for a, b in ((i, j), (j, i)))
    return Term(-amplitude, forth), Term(-amplitude, back)  # type: ignore[arg-type]


def repulsion(strength: float, *where: tuple[str, int]) -> Term:
    """strength × the product of the numbers on (species, site), …; with one of them the energy of a site.

    Example:
        >>> len(at.lattice.repulsion(4.0, ("up", 0), ("down", 0)).factors)
        2
    """
    return Term(strength, tuple(Factor("number", *each) for each in where))


Monomial = tuple[Factor, ...]
"""A product with its modes in rising order and one operator on each."""


def normal_form(species: Sequence[Species], terms: Iterable[Term]) -> dict[Monomial, float]:
    """The sum of terms with every product in the order of the modes (module's docstring): product → coefficient.

    Args:
        species: in the order that the sign convention takes.
        terms: with species and sites of these.

    Raises:
        InputError: an unknown species or site.
    """
    order = {each.name: (number, each) for number, each in enumerate(species)}
    found: dict[Monomial, float] = {}
    for term in terms:
        for monomial, value in _ordered(term, order).items():
            found[monomial] = found.get(monomial, 0.0) + value
    return found


def _ordered(term: Term, order: Mapping[str, tuple[int, Species]]) -> dict[Monomial, float]:
    modes = [_mode(factor, order) for factor in term.factors]
    odd = [factor.operator != "number" and order[factor.species][1].fermions for factor in term.factors]
    fermionic = [mode for mode, is_odd in zip(modes, odd, strict=True) if is_odd]
    exchanges = sum(a > b for number, b in enumerate(fermionic) for a in fermionic[:number])
    products: dict[tuple[int, int], Any] = {}
    for mode, factor in zip(modes, term.factors, strict=True):
        products[mode] = products.get(mode, np.eye(2, dtype=int)) @ _MATRICES[factor.operator]
    names = {number: name for name, (number, _) in order.items()}
    found: dict[Monomial, float] = {(): (-1) ** exchanges * term.coefficient}
    for (number, site), matrix in sorted(products.items(), key=lambda item: item[0]):
        found = {
            (*monomial, *(() if operator is None else (Factor(operator, names[number], site),))): value * weight
            for monomial, value in found.items()
            for operator, weight in _expanded(matrix).items()
        }
    return found


def _expanded(matrix: Any) -> dict[str | None, int]:
    """A matrix between |0⟩ and |1⟩ as a sum of 1 (None), n, c and c†."""
    (a, b), (c, d) = matrix.tolist()
    return {
        operator: weight
        for operator, weight in ((None, a), ("number", d - a), ("annihilate", b), ("create", c))
        if weight
    }


def _mode(factor: Factor, order: Mapping[str, tuple[int, Species]]) -> tuple[int, int]:
    if factor.species not in order:
        remedy = nearest(str(factor.species), order)
        raise InputError("species", f"be one of {', '.join(order)}", shown(factor.species), remedy)
    number, species = order[factor.species]
    if factor.site >= species.sites:
        raise InputError("site", f"be below {species.sites} for {species.name!r}", factor.site)
    return number, factor.site


def adjoint(monomial: Monomial, fermions: Mapping[str, bool]) -> tuple[Monomial, int]:
    """The adjoint of a product in normal form, in normal form, and its sign.

    Reversing k fermionic operators takes k(k-1)/2 exchanges.
    """
    odd = sum(factor.operator != "number" and fermions[factor.species] for factor in monomial)
    turned = tuple(Factor(_ADJOINT[factor.operator], factor.species, factor.site) for factor in monomial)
    return turned, (-1) ** (odd * (odd - 1) // 2)


def check_hermitian(species: Sequence[Species], terms: Sequence[Term]) -> None:
    """Refuse a list of terms that is no Hamiltonian.

    Raises:
        InputError: a product whose adjoint is not in the list with the same coefficient, an unknown species or site,
            an odd number of fermionic operators.
    """
    found = normal_form(species, terms)
    fermions = {each.name: each.fermions for each in species}
    for term in terms:
        if sum(each.operator != "number" and fermions[each.species] for each in term.factors) % 2:
            raise InputError("terms", "hold an even number of fermionic operators each", shown(tuple(term.factors)))
    largest = max(map(abs, found.values()), default=0.0)
    for monomial, value in found.items():
        turned, sign = adjoint(monomial, fermions)
        if abs(value - sign * found.get(turned, 0.0)) > SAME * largest:
            text = " ".join(f"{each.operator}({each.species}, {each.site})" for each in monomial)
            raise InputError("terms", "be Hermitian together", f"{text} without its adjoint", "add the adjoint term")


def conserved(species: Sequence[Species], terms: Iterable[Term]) -> tuple[bool, ...]:
    """Whether each species' number is a good quantum number; that of two-level systems is not taken for one."""
    given = members("species", list(species), Species)
    changing = {name for term in terms for name in {factor.species for factor in term.factors} if _balance(term, name)}
    return tuple(each.fermions and each.name not in changing for each in given)


def _balance(term: Term, name: str) -> int:
    """Particles of a species that a term adds."""
    own = [factor.operator for factor in term.factors if factor.species == name]
    return own.count("create") - own.count("annihilate")
