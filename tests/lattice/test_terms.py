"""Lists of terms: signs of fermions across species, adjoints, what is refused."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.lattice import Factor, Species, Term, TermList, hopping, repulsion
from attractron.lattice.hamiltonian import after, operator
from attractron.lattice.terms import OPERATORS, conserved, normal_form
from tests.lattice.fock_space import matrix, operators

SPECIES = (Species("a", 2), Species("b", 2), Species("p", 1, "two-level"))
TABLE = operators(SPECIES)
FACTORS = st.builds(Factor, st.sampled_from(OPERATORS), st.sampled_from(["a", "b"]), st.integers(0, 1)) | st.builds(
    Factor, st.sampled_from(OPERATORS), st.just("p"), st.just(0)
)


def even(factors):
    return sum(each.operator != "number" and each.species != "p" for each in factors) % 2 == 0


@settings(max_examples=150, deadline=None)
@given(st.lists(FACTORS, max_size=5).filter(even))
def test_the_normal_form_is_the_same_operator(factors):
    """In the oracle's order of modes, too, which is not the package's."""
    term = Term(1.5, tuple(factors))
    again = [Term(value, monomial) for monomial, value in normal_form(SPECIES, [term]).items()]
    assert abs(matrix(SPECIES, [term], TABLE) - matrix(SPECIES, again, TABLE)).max() < 1e-12


@settings(max_examples=60, deadline=None)
@given(st.lists(FACTORS, max_size=4), st.lists(FACTORS, max_size=4))
@example(
    [Factor("create", "a", 0), Factor("annihilate", "b", 0)], [Factor("create", "b", 0), Factor("annihilate", "a", 0)]
)
@example([Factor("annihilate", "b", 1)], [Factor("create", "a", 0)])
def test_matrices_multiply_as_operators_do(one, other):
    """Products of matrices between sectors are matrices of products: the representation is one of the algebra."""
    for sector in ((1, 1, None), (2, 1, None), (1, 0, None)):
        second = normal_form(SPECIES, [Term(1.0, tuple(other))])
        both = normal_form(SPECIES, [Term(1.0, (*one, *other))])
        if not any(second.values()) or not any(both.values()):
            continue
        middle = after(SPECIES, sector, next(iter(second)))
        if not all(n is None or 0 <= n <= 2 for n in middle):
            continue
        first = normal_form(SPECIES, [Term(1.0, tuple(one))])
        if not any(first.values()):
            continue
        product = operator(SPECIES, first, middle) @ operator(SPECIES, second, sector)
        assert abs(product - operator(SPECIES, both, sector)).sum() == 0


def test_fermions_of_different_species_anticommute():
    pair, turned = (("create", "a", 0), ("annihilate", "b", 1)), (("annihilate", "b", 1), ("create", "a", 0))
    assert normal_form(SPECIES, [Term(1, pair), Term(1, turned)]) == {pair: 0.0}


def test_a_list_without_its_adjoint_is_refused():
    hop, back = hopping(1.0, "a", 0, 1)
    assert TermList(species=SPECIES, terms=(back, hop)).terms == (back, hop)
    with pytest.raises(InputError, match="be Hermitian together"):
        TermList(species=SPECIES, terms=(hop,))
    with pytest.raises(InputError, match="be Hermitian together"):
        TermList(species=SPECIES, terms=(hop, Term(+1.0, back.factors)))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Term(np.inf), "`coefficient` must be finite"),
        (lambda: Term(1, (("creat", "a", 0),)), "did you mean 'create'"),
        (lambda: Term(1, (("create", "a"),)), r"hold \(operator, species, site\)"),
        (lambda: Term(1, (("create", "a", -1),)), "`site` must be at least 0"),
        (lambda: Term(1, 3), "be a tuple of"),
        (lambda: Species("up down", 2), "be a name"),
        (lambda: Species("up", 63), "be at most 62"),
        (lambda: Species("up", 2, "boson"), "be one of fermion, two-level"),
        (lambda: TermList(species=SPECIES, terms=(repulsion(1, ("c", 0)),)), "be one of a, b, p"),
        (lambda: TermList(species=SPECIES, terms=(repulsion(1, ("a", 2)),)), "be below 2 for 'a'"),
        (lambda: TermList(species=SPECIES, terms=(Term(1, (("create", "a", 0),)),)), "even number of fermionic"),
        (lambda: TermList(species=(SPECIES[0],) * 2, terms=()), "have different names"),
    ],
)
def test_bad_terms_are_refused(make, says):
    with pytest.raises(InputError, match=says):
        make()


def test_what_changes_a_number_does_not_conserve_it():
    pairing = (("create", "a", 0), ("create", "a", 1))
    assert conserved(SPECIES, hopping(1.0, "a", 0, 1)) == (True, True, False)
    assert conserved(SPECIES, [Term(1.0, pairing)]) == (False, True, False)
