"""The classical bound on random conductors, integers against enumeration, and the field inside a dipole."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import parameters_of
from attractron.dots import Device, Island, effective_interaction
from attractron.dots.capacitance import CapacitanceModel, maxwell_matrix
from attractron.dots.screening import (
    continuum_interaction,
    integer_interaction,
    integer_minimum,
    interaction_scan,
    internal_field,
    screened_potentials,
)

LETTERS = tuple("abcdefgh")
WIDE = st.one_of(st.just(0.0), st.floats(0.01, 100.0))  # capacitances over four decades, many of them absent
EVEN = st.floats(1.0, 10.0)


def maxwell(mutual, ground):
    """C from the capacitances of the pairs and those to ground."""
    size = len(ground)
    c = np.zeros((size, size))
    c[np.triu_indices(size, 1)] = mutual
    c += c.T
    return np.diag(c.sum(axis=1) + ground) - c


@st.composite
def models(draw, capacitances=EVEN, most=6, grounded=True, most_electrons=2, sizes=(1, 2, 3)):
    """Two or more system sites; the others split into floating groups and grounded conductors, at random."""
    size = draw(st.integers(3, most))
    mutual = draw(arrays(float, size * (size - 1) // 2, elements=capacitances))
    ground = draw(arrays(float, size, elements=capacitances))
    C = maxwell(mutual, ground)
    for k in range(size - 1):  # a thin chain to ground, so that no cluster is without
        C[k : k + 2, k : k + 2] += 0.02 * np.array([[1, -1], [-1, 1]])
    C[0, 0] += 0.02
    order = draw(st.permutations(LETTERS[:size]))
    sites = draw(st.integers(2, size - 1))
    system, medium, floating = list(order[:sites]), list(order[sites:]), []
    while medium:
        length = draw(st.sampled_from(sizes))
        if length <= len(medium) and not (grounded and draw(st.booleans())):
            floating.append(tuple(medium.pop() for _ in range(length)))
        elif grounded:
            medium.pop()
        else:
            system.append(medium.pop())
    return CapacitanceModel(
        names=LETTERS[:size],
        C=C,
        system=tuple(system),
        floating=tuple(floating),
        electrons=tuple(draw(st.integers(0, most_electrons)) for _ in floating),
        potentials=tuple(draw(arrays(float, size, elements=st.floats(-60.0, 10.0)))),
    )


def where(model):
    """Positions of the system and of the medium."""
    system = [model.index(name) for name in model.system]
    return system, [k for k in range(len(model.names)) if k not in system]


def occupations(model, pair=(0, 1)):
    """System occupations with their signs in E(i, j) + E(0) - E(i) - E(j)."""
    i, j = np.eye(len(model.system))[list(pair)]
    return ((1, i + j), (1, 0 * i), (-1, i), (-1, j))


# --- continuous charge ------------------------------------------------------------------------------------------------


@given(models(WIDE, most=8))
def test_no_continuous_medium_makes_attraction(model):
    pairs = itertools.combinations_with_replacement(model.system, 2)
    assert (model.repulsion >= 0).all()
    assert all(continuum_interaction(model, pair) >= 0 for pair in pairs)


@given(models())
def test_relaxed_system_is_again_a_maxwell_matrix(model):
    screened = [[continuum_interaction(model, (i, j)) for j in model.system] for i in model.system]
    C = 160.2176634 * np.linalg.inv(screened)
    off = C - np.diag(np.diag(C))
    assert np.abs(C - C.T).max() <= 1e-9
    assert (off <= 1e-9).all()
    assert (C.sum(axis=1) >= -1e-9).all()


def relaxed_energy(model, n):
    """Least ½qᵀMq + vᵀq over real charges of the medium with the totals of the groups (Lagrange multipliers λ):

    M_mm q_m + Aλ = -(v_m + M_ms n),   Aᵀq_m = totals,   A[k, g] = 1 where k belongs to group g.
    """
    s, m = where(model)
    M, v = model.repulsion, np.array(model.potentials)
    A = np.array([[float(model.names[k] in group) for group in model.floating] for k in m]).reshape(len(m), -1)
    zero = np.zeros((A.shape[1], A.shape[1]))
    right = np.concatenate([-(v[m] + M[np.ix_(m, s)] @ n), np.array(model.electrons, dtype=float)])
    q = np.zeros(len(model.names))
    q[s] = n
    q[m] = np.linalg.solve(np.block([[M[np.ix_(m, m)], A], [A.T, zero]]), right)[: len(m)]
    return q @ M @ q / 2 + v @ q


@given(models())
def test_continuum_against_constrained_minimisation(model):
    for pair in itertools.combinations_with_replacement(range(len(model.system)), 2):
        expected = sum(sign * relaxed_energy(model, n) for sign, n in occupations(model, pair))
        found = continuum_interaction(model, tuple(model.system[k] for k in pair))
        assert found == pytest.approx(expected, abs=1e-9)


@given(models())
def test_what_moves_lowers_the_energy_of_a_site(model):
    s, _ = where(model)
    for name, k in zip(model.system, s, strict=True):
        assert continuum_interaction(model, (name, name)) <= model.repulsion[k, k] + 1e-12
    if not model.floating:  # a floating rod from one site to the other may raise it, ground cannot
        assert continuum_interaction(model) <= model.repulsion[s[0], s[1]] + 1e-12


def test_a_complete_shield_screens_to_zero():
    C = maxwell([0.0, 5.0, 7.0], [0.0, 0.0, 1.0])  # sites L and R see nothing but the conductor P
    shielded = CapacitanceModel(names=("L", "R", "P"), C=C, system=("L", "R"))
    assert shielded.repulsion[0, 1] > 0
    assert continuum_interaction(shielded) == 0.0


def test_a_leaky_shield_screens_with_the_square_of_its_capacitance():
    # M_LR = e² c / (C_L C_R - c²) with a direct capacitance c and C_L = C_R = c + s: order -2 in s.
    shields = np.array([1e2, 1e3, 1e4])
    left = [
        continuum_interaction(
            CapacitanceModel(names=("L", "R", "P"), C=maxwell([1.0, s, s], [0, 0, 1.0]), system=("L", "R"))
        )
        for s in shields
    ]
    assert np.diff(np.log10(left)) == pytest.approx([-2, -2], abs=0.01)


def test_a_floating_rod_carries_the_potential_across():
    # T near L and B near R: joined, they bring the sites closer than they are, W - U_L U_R / (2 U_d) with U_L U_R < 0.
    rod = CapacitanceModel(
        names=("L", "R", "T", "B"),
        C=maxwell([0.01, 5.0, 0.0, 0.0, 5.0, 0.01], [1.0, 1.0, 1.0, 1.0]),
        system=("L", "R"),
        floating=(("T", "B"),),
        electrons=(0,),
    )
    M = rod.repulsion
    U_L, U_R = M[0, 3] - M[0, 2], M[1, 3] - M[1, 2]
    expected = M[0, 1] - U_L * U_R / (M[2, 2] + M[3, 3] - 2 * M[2, 3])
    assert continuum_interaction(rod) == pytest.approx(expected, rel=1e-12)
    assert continuum_interaction(rod) > 10 * M[0, 1]


# --- whole electrons --------------------------------------------------------------------------------------------------


def listed_minimum(M, linear, groups, totals):
    """Least ½zᵀMz + linearᵀz by listing every z that could be the best.

    Above the unconstrained minimum at c the energy is ½ xᵀMx, x = z - c, of which x_k² / (2 (M⁻¹)_kk) is the least for
    a given x_k: with an excess ΔE that some allowed z has, |x_k| ≤ √(2 ΔE (M⁻¹)_kk) for the best.
    """
    size = len(linear)
    centre = -np.linalg.solve(M, linear)
    some, highest = np.maximum(np.round(centre), 0), np.zeros(size)
    for group, total in zip(groups, totals, strict=True):
        some[list(group)], highest[list(group)] = 0, total
        some[group[0]] = total
    reach = centre + np.sqrt((some - centre) @ M @ (some - centre) * np.diag(np.linalg.inv(M)))
    rest = [k for k in range(size) if k not in itertools.chain(*groups)]
    highest[rest] = np.floor(np.maximum(reach[rest], 0) + 1e-9)
    assume(np.prod(highest + 1) <= 20_000)
    z = np.stack(np.meshgrid(*[np.arange(top + 1) for top in highest], indexing="ij"), -1).reshape(-1, size)
    for group, total in zip(groups, totals, strict=True):
        z = z[z[:, list(group)].sum(axis=1) == total]
    return (np.einsum("ki,ij,kj->k", z, M, z) / 2 + z @ linear).min()


def enumerated_energy(model, n):
    s, m = where(model)
    M, v = model.repulsion, np.array(model.potentials)
    groups = [[m.index(model.index(name)) for name in group] for group in model.floating]
    inside = listed_minimum(M[np.ix_(m, m)], v[m] + M[np.ix_(m, s)] @ n, groups, model.electrons)
    return n @ M[np.ix_(s, s)] @ n / 2 + v[s] @ n + inside


@given(
    st.floats(0.2, 0.5),
    arrays(float, 3, elements=st.floats(-0.9, 0.9)),
    arrays(float, 3, elements=st.floats(-3.0, 2.0)),
    st.sampled_from([((), ()), (((0, 2),), (5,)), (((2, 1),), (3,)), (((0,), (1, 2)), (2, 4))]),
)
@example(0.2, np.array([0.7, -0.1, 0.8]), np.array([-1.8, -2.7, -1.0]), ((), ()))
@example(0.3, np.array([0.4, -0.6, -0.2]), np.array([-1.6, -0.2, 0.2]), ((), ()))
@example(0.3, np.array([-0.1, -0.1, -0.8]), np.array([-1.2, -1.9, -1.6]), ((), ()))
@example(0.2, np.array([0.6, 0.4, -0.6]), np.array([-2.9, 0.6, -2.9]), (((2, 1),), (3,)))
def test_search_on_skewed_lattices(soft, above, linear, closed):
    # Setting the soft variable, the first of the search, to its nearest integers leaves the stiff ones badly off: the
    # search has to come back, in the examples to the second, the third and a barely better one.
    R = np.diag([1.0, 1.0, soft])
    R[np.triu_indices(3, 1)] = above
    found = integer_minimum(R.T @ R, linear, *closed)
    assert found == pytest.approx(listed_minimum(R.T @ R, linear, *closed), abs=1e-9)


@given(models())
def test_integers_against_enumeration(model):
    for pair in ((0, 1), (0, 0)):
        expected = sum(sign * enumerated_energy(model, n) for sign, n in occupations(model, pair))
        found = integer_interaction(model, tuple(model.system[k] for k in pair))
        assert found == pytest.approx(expected, abs=1e-9)


@given(models(most=7, grounded=False, most_electrons=1, sizes=(2,)))
def test_integers_against_the_devices(model):
    # The same conductors as dots: ½M_ii n² = ½M_ii n(n - 1) + ½M_ii n. A dipole's dots hold at most its one electron.
    device = Device(
        dots=model.names,
        repulsion=model.repulsion,
        levels=np.array(model.potentials) + np.diag(model.repulsion) / 2,
        islands=tuple(
            Island(dots=group, electrons=number) for group, number in zip(model.floating, model.electrons, strict=True)
        ),
    )
    for pair in itertools.combinations(model.system, 2):
        assert integer_interaction(model, pair) == pytest.approx(effective_interaction(device, pair=pair), abs=1e-9)


@given(models(), st.data())
def test_order_of_the_conductors_does_not_matter(model, data):
    order = data.draw(st.permutations(range(len(model.names))))
    other = CapacitanceModel(
        names=tuple(model.names[k] for k in order),
        C=model.C[np.ix_(order, order)],
        system=model.system,
        floating=tuple(group[::-1] for group in model.floating[::-1]),
        electrons=model.electrons[::-1],
        potentials=tuple(model.potentials[k] for k in order),
    )
    assert integer_interaction(other) == pytest.approx(integer_interaction(model), abs=1e-9)
    assert continuum_interaction(other) == pytest.approx(continuum_interaction(model), abs=1e-9)


@given(models(), st.floats(0.0, 10.0))
def test_a_medium_out_of_reach_changes_nothing(model, potential):
    alone = CapacitanceModel(
        names=(*model.names, "x", "y", "z"),
        C=np.block([[model.C, np.zeros((len(model.C), 3))], [np.zeros((3, len(model.C))), 5 * np.eye(3)]]),
        system=model.system,
        floating=(*model.floating, ("x", "y")),
        electrons=(*model.electrons, 3),
        potentials=(*model.potentials, potential, 0.0, -potential),
    )
    assert continuum_interaction(alone) == pytest.approx(continuum_interaction(model), abs=1e-12)
    assert integer_interaction(alone) == pytest.approx(integer_interaction(model), abs=1e-9)


def block(delta=2.41, *, electrons=1, W=0.83, U=2.41, dipole=16.0):
    """W = M_LR, U = M_LB - M_LT and a detuning δ of the dipole of two like conductors T, B."""
    M = [[8, W, 0.4, 0.4 + U], [W, 8, 0.4, 0.4 + U], [0.4, 0.4, dipole, 1.5], [0.4 + U, 0.4 + U, 1.5, dipole]]
    return CapacitanceModel(
        names=("L", "R", "T", "B"),
        C=maxwell_matrix(M),
        system=("L", "R"),
        floating=(("T", "B"),),
        electrons=(electrons,),
        potentials=(0.0, 0.0, delta, 0.0),
    )


def test_the_building_block_without_tunnelling():
    # One electron on T or B, NU on B with N system electrons: E(N) = min(NU, δ), so W_eff = W - δ, W - (2U - δ), W.
    W, U = 0.83, 2.41
    for delta in np.linspace(-1.0, 6.0, 29):
        expected = W - max(0.0, delta if delta <= U else 2 * U - delta)
        assert integer_interaction(block(delta)) == pytest.approx(expected, abs=1e-12)


def test_the_measured_pairing_energy():
    assert -integer_interaction(block()) / 2 == pytest.approx(0.79, abs=1e-12)  # Fig. 2b: Δ = 790 µeV
    assert continuum_interaction(block()) == pytest.approx(0.83 - 2.41**2 / (2 * 14.5), abs=1e-12)  # 2 U_d = 29 meV


def test_an_empty_dipole_is_no_medium():
    assert integer_interaction(block(electrons=0)) == pytest.approx(0.83, abs=1e-13)
    assert continuum_interaction(block(electrons=0)) == continuum_interaction(block())


def test_a_dot_at_a_lead_attracts_as_well():
    # A grounded dot P holds p = 0, 1 electrons at a cost of p(uN - µ): W_eff = W + min(0, 2u - µ) - 2 min(0, u - µ)
    # + min(0, -µ), that is W - µ for 0 ≤ µ ≤ u and W - (2u - µ) up to 2u: the device of Fig. 4.
    W, u, self_energy = 0.5, 2.0, 20.0
    C = maxwell_matrix([[9.0, W, u], [W, 9.0, u], [u, u, self_energy]])
    for mu in (-1.0, 0.5, 2.0, 3.0, 5.0):
        v = (0.0, 0.0, -self_energy / 2 - mu)
        model = CapacitanceModel(names=("L", "R", "P"), C=C, system=("L", "R"), potentials=v)
        expected = W - max(0.0, mu if mu <= u else 2 * u - mu)
        assert integer_interaction(model) == pytest.approx(expected, abs=1e-12)
    assert continuum_interaction(model) == pytest.approx(W - u**2 / self_energy, abs=1e-12)


@given(st.floats(-20.0, 0.0), st.integers(1, 60))
def test_a_dot_at_a_lead_repeats_itself_with_every_electron(potential, more):
    # ½Kp² + (v + uN)p with p → p + m and v → v - mK changes by mv + muN - ½m²K: nothing that W_eff contains.
    K = 20.0
    C = maxwell_matrix([[9.0, 0.5, 2.0], [0.5, 9.0, 2.0], [2.0, 2.0, K]])
    few, many = (
        CapacitanceModel(names=("L", "R", "P"), C=C, system=("L", "R"), potentials=(0, 0, potential - 10 - m * K))
        for m in (0, more)
    )
    assert integer_interaction(many) == pytest.approx(integer_interaction(few), abs=1e-9)


@given(st.floats(-1.0, 1.0), st.floats(0.5, 50.0), st.floats(0.5, 50.0), st.floats(0.5, 50.0))
def test_finer_charge_recovers_the_continuum(shift, near, far, bridge):
    # With many electrons the dipole is a metal grain: moving n of them costs ½κ(n - n*)², κ = M_TT + M_BB - 2M_TB,
    # and |n - n*| ≤ ½ for the best n. Each energy exceeds the continuum's by at most κ/8, the interaction by κ/4.
    C = maxwell([1.0, far, near, far, near, bridge], [2.0, 2.0, 2.0, 2.0])
    M = 160.2176634 * np.linalg.inv(C)
    model = CapacitanceModel(
        names=("L", "R", "T", "B"),
        C=C,
        system=("L", "R"),
        floating=(("T", "B"),),
        electrons=(40,),
        potentials=tuple(-M @ [0.0, 0.0, 20.0 + shift, 20.0]),
    )
    kappa = M[2, 2] + M[3, 3] - 2 * M[2, 3]
    assert abs(integer_interaction(model) - continuum_interaction(model)) <= kappa / 4 + 1e-9


def random_model(rng):
    size = int(rng.integers(4, 8))
    present = rng.random(size * (size - 1) // 2) < 0.7
    return CapacitanceModel(
        names=LETTERS[:size],
        C=maxwell(present * rng.exponential(10.0, present.size), 0.1 + rng.exponential(5.0, size)),
        system=("a", "b"),
        floating=(("c", "d"),),
        electrons=(1,),
        potentials=(0.0, 0.0, *rng.uniform(-15.0, 15.0, size - 2)),
    )


def test_a_random_search_finds_attraction_among_integers_only():
    rng = np.random.default_rng(20160728)
    ensemble = [random_model(rng) for _ in range(200)]
    scan = interaction_scan(ensemble)
    assert float(scan["continuum"].min()) >= 0
    worst = ensemble[int(np.argmin(scan["integer"].values))]
    assert float(scan["integer"].min()) == integer_interaction(worst) < 0
    assert float(scan["bare"][7]) == ensemble[7].repulsion[0, 1]
    assert len(parameters_of(scan)["models"]) == 200


def test_potentials_on_the_sites():
    model = block()
    found = screened_potentials(model, "R")
    assert list(found["site"].values) == ["L", "R"]
    assert found["bare"].values == pytest.approx([0.83, 8.0], abs=1e-12)
    assert found["integer"].values == pytest.approx([0.83 - 2.41, 8.0 - 2.41], abs=1e-12)
    assert found["continuum"].values == pytest.approx(np.array([0.83, 8.0]) - 2.41**2 / 29, abs=1e-12)
    assert all(found[name].attrs["units"] == "meV" for name in ("bare", "continuum", "integer"))
    assert parameters_of(found)["C"] == model.C.tolist()


def test_the_first_site_is_the_source_and_the_first_two_the_pair():
    model = CapacitanceModel(names=("a", "b", "c"), C=maxwell([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]), system=("c", "a", "b"))
    potentials = screened_potentials(model)
    assert list(potentials["site"].values) == ["c", "a", "b"]
    for name in ("bare", "continuum", "integer"):
        assert potentials[name].values == pytest.approx(model.repulsion[2, [2, 0, 1]], abs=1e-12)
    assert continuum_interaction(model) == pytest.approx(model.repulsion[2, 0], abs=1e-12)
    assert integer_interaction(model) == pytest.approx(model.repulsion[2, 0], abs=1e-12)


# --- the field inside a dipole ----------------------------------------------------------------------------------------


def lopsided():
    """A dipole T, B of different conductors near a site and a lead."""
    return CapacitanceModel(
        names=("T", "s", "B", "g"),
        C=maxwell([1.0, 4.0, 3.0, 2.0, 0.5, 6.0], [1.0, 2.0, 3.0, 4.0]),
        system=("s", "g"),
        floating=(("T", "B"),),
        electrons=(1,),
    )


def potential_difference(M, q_top, q_bottom):
    """What charges of a dipole make between T and B, less that of half an electron on each."""
    T, B = 0, 2
    q = np.zeros(len(M))
    q[[T, B]] = q_top - 0.5, q_bottom - 0.5
    return (M @ q)[T] - (M @ q)[B]


@given(st.floats(-20.0, 20.0), st.floats(0.0, 5.0), st.floats(0.05, 20.0))
def test_single_electron_against_its_two_levels(phi, t, temperature):
    # ½φσ_Z + tσ_X by diagonalisation, its electron as a charge distribution on the conductors by the matrix M.
    level, state = np.linalg.eigh(np.array([[phi / 2, t], [t, -phi / 2]]))
    weight = np.exp(-(level - level[0]) / (K_B * temperature))
    top = float((state[0] ** 2 * weight).sum() / weight.sum())
    model = lopsided()
    found = internal_field(model, [phi], t=t, temperature=temperature).sel(medium="single electron")
    assert float(found["polarisation"][0]) == pytest.approx(2 * top - 1, abs=1e-9)
    expected = phi + potential_difference(model.repulsion, top, 1 - top)
    assert float(found["internal"][0]) == pytest.approx(expected, abs=1e-8)


@given(st.floats(-20.0, 20.0), st.floats(1e-3, 5.0))
def test_ground_state_polarisation(phi, t):
    _, state = np.linalg.eigh(np.array([[phi / 2, t], [t, -phi / 2]]))
    found = internal_field(lopsided(), [phi], t=t)["polarisation"].sel(medium="single electron")
    assert float(found[0]) == pytest.approx(state[0, 0] ** 2 - state[1, 0] ** 2, abs=1e-9)


def test_metal_against_minimisation_of_its_charges():
    # Real charges q_T + q_B = 1 of the two conductors that minimise ½qᵀMq + ½φ(q_T - q_B), less what they do at φ = 0:
    # both conductors then have one potential, so that the difference across the dipole vanishes.
    model = lopsided()
    M = model.repulsion[np.ix_([0, 2], [0, 2])]
    kkt = np.block([[M, np.ones((2, 1))], [np.ones((1, 2)), np.zeros((1, 1))]])
    rest = np.linalg.solve(kkt, [0.0, 0.0, 1.0])[:2]
    phi = np.linspace(-30, 30, 7)
    found = internal_field(model, phi, t=0.1).sel(medium="metal")
    for number, field in enumerate(phi):
        q = np.linalg.solve(kkt, [-field / 2, field / 2, 1.0])[:2]
        assert float(found["polarisation"][number]) == pytest.approx((q - rest) @ [1, -1], abs=1e-12)
    assert found["internal"].values == pytest.approx(np.zeros(7), abs=1e-12)


def test_a_whole_electron_overscreens():
    # Without tunnelling it moves altogether: the field inside is φ - U_d sign φ, against φ and as large as U_d.
    model = block()
    phi = np.array([-20.0, -14.0, -1e-6, 0.0, 1e-6, 14.0, 20.0])
    found = internal_field(model, phi, t=0.0).sel(medium="single electron")
    assert parameters_of(found)["U_d"] == pytest.approx(14.5, abs=1e-12)
    assert found["internal"].values == pytest.approx(phi - 14.5 * np.sign(phi), abs=1e-12)


@pytest.mark.parametrize(("t", "sign"), [(7.0, -1), (7.25, 0), (7.5, 1)])
def test_a_small_field_is_reversed_while_tunnelling_is_weak(t, sign):
    # Slope 1 - U_d/2t at φ = 0, with U_d = 14.5 meV.
    phi = 1e-4
    found = internal_field(block(), [phi], t=t)["internal"].sel(medium="single electron")
    assert float(found[0]) / phi == pytest.approx(1 - 14.5 / (2 * t), abs=1e-9)
    assert round(float(found[0]) / phi, 6) * sign >= 0


def test_dipole_by_name():
    # The site and the lead of the example as a dipole, and that dipole upside down: U_d is the same.
    model = lopsided()
    M = model.repulsion
    for names in (("s", "g"), ("g", "s")):
        found = internal_field(model, [1.0], t=0.0, dipole=names)
        assert parameters_of(found)["U_d"] == pytest.approx((M[1, 1] + M[3, 3] - 2 * M[1, 3]) / 2, rel=1e-13)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [continuum_interaction, integer_interaction])
def test_bad_pairs(question):
    with pytest.raises(InputError, match="`pair` must be one of L, R: got 'T'"):
        question(block(), ("L", "T"))
    with pytest.raises(InputError, match=r"`pair` must name two system sites: got \('L',\)"):
        question(block(), ("L",))


def test_bad_source_and_no_models():
    with pytest.raises(InputError, match="`source` must be one of L, R: got 'B'"):
        screened_potentials(block(), "B")
    with pytest.raises(InputError, match="`models` must hold at least one model: got none"):
        interaction_scan([])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"t": -1.0}, "`t` must be zero or positive"),
        ({"t": 0.1, "temperature": -1.0}, "`temperature` must be zero or positive"),
        ({"t": 0.1, "temperature": 1e-9}, "`temperature` must be zero or at least 1e-06 K"),
        ({"t": 0.1, "dipole": ("T",)}, "`dipole` must name two conductors"),
        ({"t": 0.1, "dipole": ("T", "Q")}, "`dipole` must be one of L, R, T, B: got 'Q'"),
        ({"t": 0.1, "dipole": ("T", "T")}, "`dipole` must name each conductor once"),
    ],
)
def test_bad_fields(options, message):
    with pytest.raises(InputError, match=message):
        internal_field(block(), [0.0, 1.0], **options)


def test_a_field_needs_an_axis_and_a_dipole():
    with pytest.raises(InputError, match="`external` must rise or fall strictly"):
        internal_field(block(), [0.0, 0.0], t=0.1)
    sites = CapacitanceModel(names=("L", "R"), C=np.eye(2), system=("L", "R"))
    with pytest.raises(InputError, match="`dipole` must be given for a model without a floating group"):
        internal_field(sites, [0.0], t=0.1)
