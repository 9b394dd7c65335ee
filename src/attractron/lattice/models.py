"""Microscopic chains: which species hop and how they repel, as lists of terms (`attractron.lattice.terms`).

Sites i = 0 … L-1; sums over neighbours close the ring when `boundary` is "periodic". Energies in any one unit, that of
the hopping for instance. Interactions of the named models are repulsive (≥ 0); `TermList` takes terms of either sign.
Occupations are not shifted by ½, there are no chemical potentials, no constants but those written.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Protocol

from attractron.core.checks import choice, members, shown, sized, true_or_false, whole
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.units import Number
from attractron.lattice.terms import Species, Term, check_hermitian, hopping, repulsion

BOUNDARIES = ("open", "periodic")


class Model(Protocol):
    """What every chain has.

    Example:
        >>> chain = at.lattice.PrimarySecondary(length=4, t=1, U=4, V1=0, t_sec=0.5, V_sec=2, V_sec2=0, V=6)
        >>> [species.name for species in chain.species]
        ['up', 'down', 'sec']
    """

    @property
    def species(self) -> tuple[Species, ...]:
        """What lives on the sites, in the order of the sign convention."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The Hamiltonian."""

    def describe(self) -> dict[str, Any]:
        """Parameters, JSON-safe."""


class _Chain(ShownAsTable):
    """Sites in a row or on a ring, with hoppings and repulsions."""

    length: int
    boundary: str

    def describe(self) -> dict[str, Any]:
        """Parameters, JSON-safe."""
        return {"model": type(self).__name__, **asdict(self)}  # type: ignore[call-overload]

    def _check(self, hoppings: tuple[str, ...], repulsions: tuple[str, ...], shortest: int = 3) -> None:
        object.__setattr__(self, "length", whole("length", self.length, at_least=1))
        choice("boundary", self.boundary, BOUNDARIES)
        length: int = self.length
        if self.boundary == "periodic" and length < shortest:
            raise InputError("length", f"be at least {shortest} on this ring", length, 'take boundary="open"')
        for name in hoppings:
            object.__setattr__(self, name, sized(name, getattr(self, name)))
        for name in repulsions:
            strength = sized(name, getattr(self, name))
            if strength < 0:
                raise InputError(name, "be zero or positive", f"{strength:g}", "TermList takes attraction, too")
            object.__setattr__(self, name, strength)

    def _pairs(self, distance: int = 1) -> list[tuple[int, int]]:
        """Sites i and i + distance, around the ring if it is one."""
        length: int = self.length
        if self.boundary == "periodic":
            return [(i, (i + distance) % length) for i in range(length)]
        return [(i, i + distance) for i in range(length - distance)]


@dataclass(frozen=True, kw_only=True)
class PrimarySecondary(_Chain):
    """Electrons with spin beside a chain of spinless ones: a primary and a secondary wire on a lattice.

        H = -t Σ_{iσ} (c†_iσ c_{i+1,σ} + h.c.) + U Σ_i n_i↑ n_i↓ + V1 Σ_i n_i n_{i+1}
            - t_sec Σ_i (d†_i d_{i+1} + h.c.) + V_sec Σ_i n^d_i n^d_{i+1} + V_sec2 Σ_i n^d_i n^d_{i+2} + V Σ_i n^d_i n_i

    with n_i = n_i↑ + n_i↓. Species: up, down, sec; each number is conserved. The secondary's holes are what pairs the
    electrons: V favours an electron where there is a hole.

    Attributes:
        length: sites L; at least 3 on a ring, at least 5 with V_sec2.
        t: hopping of the primary electrons.
        U: repulsion on a site.
        V1: repulsion of electrons on neighbouring sites.
        t_sec: hopping of the secondary.
        V_sec, V_sec2: its repulsion between neighbours and second neighbours.
        V: repulsion between the wires.
        boundary: "open" or "periodic".

    Raises:
        InputError: a negative repulsion, a number that is not finite, too short a ring.

    Example:
        >>> chain = at.lattice.PrimarySecondary(length=24, t=1, U=4, V1=0, t_sec=0.5, V_sec=2, V_sec2=0, V=6)
        >>> len(chain.terms)
        347
    """

    length: int
    t: Number
    U: Number
    V1: Number
    t_sec: Number
    V_sec: Number
    V_sec2: Number
    V: Number
    boundary: str = "open"

    def __post_init__(self) -> None:
        self._check(("t", "t_sec"), ("U", "V1", "V_sec", "V_sec2", "V"), 5 if self.V_sec2 else 3)

    @cached_property
    def species(self) -> tuple[Species, ...]:
        """Up, down, sec."""
        return tuple(Species(name, self.length) for name in ("up", "down", "sec"))

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The Hamiltonian."""
        return tuple(self._each())

    def _each(self) -> Iterator[Term]:
        yield from _electrons(self._pairs(), self.length, self.t, self.U, self.V1)
        for i, j in self._pairs():
            yield from hopping(self.t_sec, "sec", i, j)
            yield repulsion(self.V_sec, ("sec", i), ("sec", j))
        for i, j in self._pairs(2):
            yield repulsion(self.V_sec2, ("sec", i), ("sec", j))
        for i in range(self.length):
            yield from (repulsion(self.V, (spin, i), ("sec", i)) for spin in ("up", "down"))


@dataclass(frozen=True, kw_only=True)
class PrimaryLadder(_Chain):
    """Electrons with spin beside a two-leg Hubbard ladder, whose near leg repels them.

        H = H_primary(t, U, V1) - t_leg Σ_{iℓσ} (d†_iℓσ d_{i+1,ℓσ} + h.c.) - t_rung Σ_{iσ} (d†_i0σ d_i1σ + h.c.)
            + U_sec Σ_{iℓ} n_iℓ↑ n_iℓ↓ + V_rung Σ_i n_i0 n_i1 + back_gate Σ_i n_i0 + V Σ_i n_i0 (n_i↑ + n_i↓)

    Species: up, down, sec_up, sec_down; site 2i + ℓ of the last two is leg ℓ of rung i, ℓ = 0 the near leg.

    Attributes:
        length: rungs L; at least 3 on a ring.
        t, U, V1: hopping of the primary electrons, repulsion on a site and between neighbours.
        t_leg, t_rung: hopping along the legs and across the rungs.
        U_sec: repulsion on a site of the ladder.
        V: repulsion of the primary electrons and those on the near leg.
        V_rung: repulsion across a rung.
        back_gate: energy of the near leg above the far one, either sign.
        boundary: "open" or "periodic".

    Raises:
        InputError: a negative repulsion, a number that is not finite, too short a ring.

    Example:
        >>> chain = at.lattice.PrimaryLadder(length=3, t=1, U=2, t_leg=1, t_rung=0.5, U_sec=4, V=3)
        >>> chain.species[2].sites
        6
    """

    length: int
    t: Number
    U: Number
    t_leg: Number
    t_rung: Number
    U_sec: Number
    V: Number
    V1: Number = 0.0
    V_rung: Number = 0.0
    back_gate: Number = 0.0
    boundary: str = "open"

    def __post_init__(self) -> None:
        self._check(("t", "t_leg", "t_rung", "back_gate"), ("U", "V1", "U_sec", "V_rung", "V"))

    @cached_property
    def species(self) -> tuple[Species, ...]:
        """Up, down, and those of the ladder on 2L sites."""
        sites = {"up": 1, "down": 1, "sec_up": 2, "sec_down": 2}
        return tuple(Species(name, legs * self.length) for name, legs in sites.items())

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The Hamiltonian."""
        return tuple(self._each())

    def _each(self) -> Iterator[Term]:
        yield from _electrons(self._pairs(), self.length, self.t, self.U, self.V1)
        spins = ("sec_up", "sec_down")
        for i, j in self._pairs():
            for leg in (0, 1):
                for spin in spins:
                    yield from hopping(self.t_leg, spin, 2 * i + leg, 2 * j + leg)
        for i in range(self.length):
            near, far = 2 * i, 2 * i + 1
            for spin in spins:
                yield from hopping(self.t_rung, spin, near, far)
                yield repulsion(self.back_gate, (spin, near))
                yield from (repulsion(self.V_rung, (spin, near), (other, far)) for other in spins)
                yield from (repulsion(self.V, (primary, i), (spin, near)) for primary in ("up", "down"))
            yield from (repulsion(self.U_sec, ("sec_up", site), ("sec_down", site)) for site in (near, far))


@dataclass(frozen=True, kw_only=True)
class ThreeComponent(_Chain):
    """Three species of fermions that hop, each pair with its own repulsion on a site.

        H = -Σ_{s, i} t_s (c†_is c_{i+1,s} + h.c.) + Σ_i (U_ab n_ia n_ib + U_ac n_ia n_ic + U_bc n_ib n_ic)

    Species: a, b, c; each number is conserved.

    Attributes:
        length: sites L; at least 3 on a ring.
        t_a, t_b, t_c: hoppings.
        U_ab, U_ac, U_bc: repulsions.
        boundary: "open" or "periodic".

    Raises:
        InputError: a negative repulsion, a number that is not finite, too short a ring.

    Example:
        >>> chain = at.lattice.ThreeComponent(length=2, t_a=1, t_b=1, t_c=1, U_ab=4, U_ac=4, U_bc=4)
        >>> round(float(at.lattice.ground_state(chain, n_a=1, n_b=1, n_c=0)["energy"]), 6)
        -0.828427
    """

    length: int
    t_a: Number
    t_b: Number
    t_c: Number
    U_ab: Number
    U_ac: Number
    U_bc: Number
    boundary: str = "open"

    def __post_init__(self) -> None:
        self._check(("t_a", "t_b", "t_c"), ("U_ab", "U_ac", "U_bc"))

    @cached_property
    def species(self) -> tuple[Species, ...]:
        """The three of them: a, b, c."""
        return tuple(Species(name, self.length) for name in "abc")

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The Hamiltonian."""
        hops = [
            term
            for name, t in (("a", self.t_a), ("b", self.t_b), ("c", self.t_c))
            for i, j in self._pairs()
            for term in hopping(t, name, i, j)
        ]
        pairs = ((self.U_ab, "a", "b"), (self.U_ac, "a", "c"), (self.U_bc, "b", "c"))
        return (*hops, *(repulsion(U, (one, i), (other, i)) for U, one, other in pairs for i in range(self.length)))


@dataclass(frozen=True, kw_only=True)
class LittleChain(_Chain):
    """Electrons that hop along a chain with a polarizer on every bond (Little 1964, Hirsch and Scalapino 1985).

        H = -t Σ_{iσ} (c†_iσ c_{i+1,σ} + h.c.) + U_H Σ_i n_i↑ n_i↓ + W Σ_i n_i n_{i+1}
            + Σ_b [½ δ σ_z + t_p σ_x]_b + U Σ_b n_B,b (n_b-1 + n_b),        n_B = (1 - σ_z)/2

    Polarizer b sits between sites b-1 and b; on an open chain b = 0 … L, so that the end sites have a polarizer on
    either side, too (without those at the ends they lose binding); on a ring b = 0 … L-1. Species: up and down (or
    electron, if spinless), conserved, and polarizer, a two-level system that is not.

    Attributes:
        length: sites L; at least 3 on a ring.
        t: hopping of the electrons.
        W: repulsion of neighbours.
        U: repulsion of an electron and an adjacent polarizer in its near position.
        delta: detuning δ of the polarizers, either sign; for δ > 0 an undisturbed polarizer is near.
        t_p: tunnelling of the polarizers.
        spinful: whether electrons have spin.
        U_H: repulsion on a site, of electrons with spin.
        boundary: "open" or "periodic".

    Raises:
        InputError: a negative repulsion, a number that is not finite, U_H of spinless electrons, too short a ring.

    Example:
        >>> chain = at.lattice.LittleChain(length=8, t=0.3, W=0.5, U=2, delta=1, t_p=0.3)
        >>> round(float(at.lattice.ground_state(chain, n_electron=0)["energy"]), 6)
        -5.247857
    """

    length: int
    t: Number
    W: Number
    U: Number
    delta: Number
    t_p: Number
    spinful: bool = False
    U_H: Number = 0.0
    boundary: str = "open"

    def __post_init__(self) -> None:
        true_or_false("spinful", self.spinful)
        self._check(("t", "delta", "t_p"), ("W", "U", "U_H"))
        if self.U_H and not self.spinful:
            raise InputError("U_H", "be 0 for spinless electrons", f"{self.U_H:g}", "set spinful=True")

    @property
    def electrons(self) -> tuple[str, ...]:
        """Names of the electrons' species."""
        return ("up", "down") if self.spinful else ("electron",)

    @cached_property
    def species(self) -> tuple[Species, ...]:
        """Electrons, and polarizers on the bonds."""
        bonds = self.length + (self.boundary == "open")
        electrons = (Species(name, self.length) for name in self.electrons)
        return (*electrons, Species("polarizer", bonds, "two-level"))

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The Hamiltonian."""
        return tuple(self._each())

    def _each(self) -> Iterator[Term]:
        names = self.electrons
        yield from _electrons(self._pairs(), self.length, self.t, self.U_H, self.W, names)
        bonds = self.species[-1].sites
        for b in range(bonds):
            yield Term(self.delta / 2)
            yield repulsion(-self.delta, ("polarizer", b))
            for operator in ("create", "annihilate"):
                yield Term(self.t_p, ((operator, "polarizer", b),))  # type: ignore[arg-type]
        for i in range(self.length):
            for b in (i, (i + 1) % bonds):
                yield from (repulsion(self.U, (name, i), ("polarizer", b)) for name in names)


@dataclass(frozen=True, kw_only=True)
class TermList(ShownAsTable):
    """Any Hamiltonian: the user's own species and terms, with couplings of either sign.

    Attributes:
        species: in the order of the sign convention (`attractron.lattice.terms`).
        terms: together Hermitian, each with an even number of fermionic operators.

    Raises:
        InputError: two species of one name, an unknown species or site, a list that is not Hermitian.

    Example:
        >>> spins = (at.lattice.Species("up", 2), at.lattice.Species("down", 2))
        >>> hops = [term for spin in ("up", "down") for term in at.lattice.hopping(1.0, spin, 0, 1)]
        >>> attract = [at.lattice.repulsion(-4.0, ("up", i), ("down", i)) for i in (0, 1)]
        >>> dimer = at.lattice.TermList(species=spins, terms=(*hops, *attract))
        >>> round(float(at.lattice.ground_state(dimer, n_up=1, n_down=1)["energy"]), 6)
        -4.828427
    """

    species: tuple[Species, ...]
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "species", members("species", self.species, Species))
        object.__setattr__(self, "terms", members("terms", self.terms, Term))
        names = [each.name for each in self.species]
        if not names or len(set(names)) < len(names):
            raise InputError("species", "have different names, one at least", shown(names))
        check_hermitian(self.species, self.terms)

    def describe(self) -> dict[str, Any]:
        """Parameters, JSON-safe."""
        return {
            "model": "TermList",
            "species": [asdict(each) for each in self.species],
            "terms": [[term.coefficient, [list(each) for each in term.factors]] for term in self.terms],
        }


def _electrons(
    pairs: list[tuple[int, int]],
    length: int,
    t: float,
    U: float,
    V1: float,
    names: tuple[str, ...] = ("up", "down"),
) -> Iterator[Term]:
    """The extended Hubbard chain; without spin U has nothing to act on."""
    for i, j in pairs:
        for name in names:
            yield from hopping(t, name, i, j)
            yield from (repulsion(V1, (name, i), (other, j)) for other in names)
    if len(names) == 2:
        yield from (repulsion(U, *((name, i) for name in names)) for i in range(length))
