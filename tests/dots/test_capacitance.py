"""Conductors against textbook capacitors, and what is refused."""

import pickle

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.dots import building_block, effective_interaction
from attractron.dots.capacitance import CapacitanceModel, building_block_parameters, maxwell_matrix

NAMES = ("L", "R", "T", "B")


def block(*, W=0.83, U=2.41, far=0.4, dipole=(16.0, 14.0), floating=("T", "B"), potentials=(0.0, 0.0, 1.2, 0.0)):
    """Two sites and a dipole with W = M_LR, U = M_LB - M_LT, far = M_LT; self-energies of 8 meV on the sites."""
    top, bottom = dipole
    M = [[8, W, far, far + U], [W, 8, far, far + U], [far, far, top, 1.5], [far + U, far + U, 1.5, bottom]]
    return CapacitanceModel(
        names=NAMES,
        C=maxwell_matrix(M),
        system=("L", "R"),
        floating=(floating,),
        electrons=(1,),
        potentials=potentials,
    )


def pair_of(C=((2.0, -1.0), (-1.0, 3.0)), **fields):
    return CapacitanceModel(names=("a", "b"), C=np.array(C), system=("a", "b"), **fields)


def test_double_dot_of_the_textbook():
    # van der Wiel et al., Rev. Mod. Phys. 75, 1, section II: E_C1 = (e²/C_1) / (1 - C_m²/C_1C_2), the same for 2, and
    # E_Cm = (e²/C_m) / (C_1C_2/C_m² - 1), where C_1 and C_2 are all capacitances of a dot, C_m included.
    C_1, C_2, C_m = 50.0, 80.0, 20.0
    M = pair_of([[C_1, -C_m], [-C_m, C_2]]).repulsion
    shared = 1 - C_m**2 / (C_1 * C_2)
    assert M[0, 0] == pytest.approx(160.2176634 / C_1 / shared, rel=1e-13)
    assert M[1, 1] == pytest.approx(160.2176634 / C_2 / shared, rel=1e-13)
    assert M[0, 1] == pytest.approx(160.2176634 / C_m / (C_1 * C_2 / C_m**2 - 1), rel=1e-13)


def test_maxwell_matrix_and_repulsion_are_inverse():
    model = block()
    assert maxwell_matrix(model.repulsion) == pytest.approx(model.C, abs=1e-12)
    assert model.repulsion @ model.C == pytest.approx(160.2176634 * np.eye(4), abs=1e-10)


def test_parameters_of_the_building_block():
    # δ: half of the difference of the self-energies, ½(16 - 14), and the potentials, 1.2 meV.
    assert building_block_parameters(block()) == pytest.approx({"W": 0.83, "U": 2.41, "delta": 2.2}, abs=1e-12)


def test_parameters_make_the_device_of_the_paper():
    device = building_block(**building_block_parameters(block(potentials=(0, 0, 1.41, 0))), t=0.05)
    assert effective_interaction(device) == pytest.approx(-1.4820737965, abs=1e-9)


def test_the_bottom_is_the_conductor_that_repels_more():
    upside_down = block(floating=("B", "T"))
    assert building_block_parameters(upside_down) == pytest.approx(building_block_parameters(block()), abs=1e-14)


def test_uncoupled_dipole_has_no_U():
    assert building_block_parameters(block(U=0.0))["U"] == pytest.approx(0.0, abs=1e-12)


def test_grounded_are_those_not_named():
    model = CapacitanceModel(
        names=("g", "b", "x", "a", "y"), C=np.eye(5), system=("a", "b"), floating=(("x",),), electrons=(2,)
    )
    assert model.grounded == ("g", "y")
    assert model.index("a") == 3


def test_model_owns_its_matrix():
    C = np.diag([1.0, 2.0])
    model = pair_of(C)
    C[0, 0] = 7.0
    assert model.C[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        model.C[0, 0] = 7.0


def test_lists_become_tuples_and_workers_get_the_same():
    model = CapacitanceModel(
        names=list(NAMES),
        C=np.eye(4).tolist(),
        system=["L", "R"],
        floating=[["T", "B"]],
        electrons=[1],
        potentials=np.arange(4),
    )
    assert (model.system, model.floating, model.potentials) == (("L", "R"), (("T", "B"),), (0.0, 1.0, 2.0, 3.0))
    assert pickle.loads(pickle.dumps(model)).describe() == model.describe()


def test_rounding_is_mended():
    # Row 0 sums to -1e-12, row 1 has an entry of the wrong sign: both far below a relative 1e-9.
    C = np.array([[1.0, -1.0 - 1e-12, 0.0], [-1.0 - 1e-12, 3.0, 1e-12], [0.0, 1e-12, 1.0]])
    model = CapacitanceModel(names=("a", "b", "c"), C=C, system=("a", "b"))
    assert (model.C - np.diag(np.diag(model.C)) <= 0).all()
    assert (model.C.sum(axis=1) >= 0).all()
    assert np.abs(model.C - C).max() <= 2e-12


@pytest.mark.parametrize(
    ("C", "message"),
    [
        (np.eye(3), r"`C` must have a row for each of the 2 conductors: got shape \(3, 3\)"),
        ([[1.0, 2.0]], r"`C` must be a square matrix: got shape \(1, 2\)"),
        (np.zeros((0, 0)), r"`C` must be a square matrix: got shape \(0, 0\)"),
        ([[1.0, "x"], [0.0, 1.0]], "`C` must be a matrix of numbers"),
        ([[1.0, np.nan], [np.nan, 1.0]], "`C` must be finite"),
        ([[2.0, -1.0], [-1.1, 2.0]], "`C` must be symmetric"),
        ([[2.0, 1.0], [1.0, 2.0]], "positive entry off its diagonal: got 1 aF at a, b; write minus the capacitance"),
        ([[2.0, -1.0], [-1.0, 0.5]], "no row with a negative sum: got a sum of -0.5 aF in the row of b"),
        ([[1.0, -1.0], [-1.0, 1.0]], "`C` must be non-singular: .*needs a capacitance to ground"),
        (np.zeros((2, 2)), "`C` must be non-singular"),
    ],
)
def test_matrices_that_are_not_maxwell(C, message):
    with pytest.raises(InputError, match=message):
        CapacitanceModel(names=("a", "b"), C=C, system=("a", "b"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"names": "LRTB"}, r"`names` must be a sequence: got 'LRTB'"),
        ({"names": (1, 2, 3, 4)}, r"`names` must hold names: got \(1, 2, 3, 4\)"),
        ({"names": ("L", "L", "T", "B")}, "`names` must name each conductor once"),
        ({"system": "L"}, r"`system` must be a sequence: got 'L'; write \('L',\)"),
        ({"system": None}, "`system` must be a sequence: got None"),
        ({"system": ("L",)}, "`system` must name at least two conductors"),
        ({"system": ("L", "Q")}, "`system` must be one of L, R, T, B: got 'Q'"),
        ({"floating": ("T", "B")}, r"`floating\[0\]` must be a sequence: got 'T'"),
        ({"floating": ((),)}, r"`floating\[0\]` must name each conductor once: got \(\)"),
        ({"floating": (("R", "B"),)}, "`system and floating` must name each conductor once"),
        ({"electrons": 1}, r"`electrons` must be a sequence: got 1; write \(1,\)"),
        ({"electrons": ()}, "`electrons` must have one number for each of the 1 groups"),
        ({"electrons": (-1,)}, r"`electrons\[0\]` must be at least 0: got -1"),
        ({"electrons": (0.5,)}, r"`electrons\[0\]` must be a whole number"),
        ({"potentials": (1.0,)}, "`potentials` must have one value for each of the 4 conductors"),
        ({"potentials": (0, 0, 0, np.inf)}, r"`potentials\[3\]` must be finite"),
    ],
)
def test_models_that_make_no_sense(fields, message):
    sound = {"names": NAMES, "C": np.eye(4), "system": ("L", "R"), "floating": (("T", "B"),), "electrons": (1,)}
    with pytest.raises(InputError, match=message):
        CapacitanceModel(**(sound | fields))


def test_repulsions_that_make_no_capacitance():
    with pytest.raises(InputError, match="`repulsion` must be positive definite: got lowest eigenvalue -1 meV"):
        maxwell_matrix([[1.0, 2.0], [2.0, 1.0]])


def test_repulsions_that_no_conductors_have():
    # M_LR < M_LB M_BR / M_BB: the dipole's bottom alone would carry more potential from L to R than there is.
    with pytest.raises(InputError, match=r"positive entry off its diagonal: got .* at L, R"):
        block(dipole=(16.0, 8.0))


def test_unknown_conductor():
    with pytest.raises(InputError, match="`name` must be one of a, b: got 'c'"):
        pair_of().index("c")


@pytest.mark.parametrize(
    ("names", "system", "floating", "electrons", "got"),
    [
        (NAMES, ("L", "R"), (), (), r"grounded \('T', 'B'\)"),
        (NAMES, ("L", "R"), (("T", "B"),), (2,), r"with \(2,\)"),
        ((*NAMES, "G"), ("L", "R"), (("T", "B"),), (1,), r"grounded \('G',\)"),
        ((*NAMES, "G"), ("L", "R", "G"), (("T", "B"),), (1,), r"system \('L', 'R', 'G'\)"),
        ((*NAMES, "G"), ("L", "R"), (("T", "B", "G"),), (1,), r"floating \(\('T', 'B', 'G'\),\)"),
    ],
)
def test_only_a_building_block_has_its_parameters(names, system, floating, electrons, got):
    model = CapacitanceModel(names=names, C=np.eye(len(names)), system=system, floating=floating, electrons=electrons)
    with pytest.raises(InputError, match=f"`model` must be two system sites and two floating .*{got}"):
        building_block_parameters(model)


def test_a_lopsided_block_has_no_single_U():
    lopsided = np.diag([10.0, 10.0, 10.0, 10.0])
    lopsided[0, 3] = lopsided[3, 0] = -1.0
    model = CapacitanceModel(names=NAMES, C=lopsided, system=("L", "R"), floating=(("T", "B"),), electrons=(1,))
    with pytest.raises(InputError, match=r"couple both sites alike to the dipole: got U = 1\.61836 and 0 meV"):
        building_block_parameters(model)
