"""Capacitance matrices from outside: our own out and in again, units, names, and matrices that are not Maxwell's."""

import re

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.dots import CapacitanceModel, pairing_energy
from attractron.geometry import (
    Layout,
    Metallic,
    WireDot,
    device,
    electrostatics,
    from_maxwell_matrix,
    rectangle,
)

DOTS = ("L", "R", "T", "B")
C = np.array(
    [[50.0, -10.0, -20.0, -5.0], [-10.0, 50.0, -5.0, -20.0], [-20.0, -5.0, 90.0, 0.0], [-5.0, -20.0, 0.0, 90.0]]
)
NAMES = ("L", "R", "V_L", "V_R")


def array(values=C, names=NAMES, **attributes):
    coords = {"metal": list(names), "metal_2": list(names)}
    return xr.DataArray(values, dims=("metal", "metal_2"), coords=coords, attrs={"units": "aF", **attributes})


def text(values, corner="", unit="", names=NAMES, mark=","):
    rows = [mark.join([corner, *(f"{name}{unit}" for name in names)])]
    return "\n".join(
        rows + [mark.join([name, *map(repr, row)]) for name, row in zip(names, values.tolist(), strict=True)]
    )


@pytest.fixture(scope="module")
def solved():
    """Four metallic dots over three gates, one of them grounded."""
    shape = Metallic(length=300, segments=8)
    places = {"L": ((-200, 0, 0), "x"), "R": ((200, 0, 0), "x"), "T": ((0, 500, 100), "y"), "B": ((0, 0, 100), "y")}
    clouds = tuple(WireDot(name=n, centre=c, along=a, shape=shape) for n, (c, a) in places.items())
    gates = [rectangle(n, x=(x, x + 250), y=(-900, 900), z=-90) for n, x in (("V_L", -300), ("V_R", 20))]
    lid = rectangle("S", x=(-500, 500), y=(-900, 900), z=200, grounded=True)
    return electrostatics(Layout(metals=(*gates, lid), clouds=clouds), resolution=0.6)


@pytest.mark.parametrize("kind", ["array", "dataset", "csv", "netcdf"])
def test_out_and_in_again(solved, kind, tmp_path):
    matrix = solved["capacitance"]
    if kind == "csv":
        source = tmp_path / "solver.csv"
        source.write_text(text(matrix.values / 1e3, unit=" (fF)", names=[str(n) for n in matrix["metal"].values]))
    elif kind == "netcdf":
        source = tmp_path / "solver.nc"
        matrix.to_dataset(name="capacitance").to_netcdf(source)
    else:
        source = matrix if kind == "array" else solved
    found = from_maxwell_matrix(source, DOTS, grounded=("S",))
    assert found["repulsion"].values == pytest.approx(solved["repulsion"].values, rel=1e-9)
    assert list(found["gate"].values) == list(solved["gate"].values)
    assert found["lever_arm"].values == pytest.approx(solved["lever_arm"].values, abs=1e-12)
    assert found["missing_charge"].values == pytest.approx(solved["missing_charge"].values, abs=1e-12)
    assert pairing_energy(device(found)) == pytest.approx(pairing_energy(device(solved)), rel=1e-9)
    for name in ("repulsion", "lever_arm", "capacitance"):
        assert {k: found[name].attrs[k] for k in ("units",)} == {k: solved[name].attrs[k] for k in ("units",)}
    assert (found["repulsion_error"].max() > 0) == (kind == "dataset")


def test_conductors_have_the_same_repulsion():
    """A capacitance model of the dots alone: gates are ground in it."""
    model = CapacitanceModel(names=("L", "R"), C=C[:2, :2], system=("L", "R"))
    found = from_maxwell_matrix(array(), ("L", "R"))
    assert found["repulsion"].values == pytest.approx(model.repulsion, rel=1e-12)
    # Two equal dots: even and odd charges see (C_g ± C_x)/(C_ii ± C_12).
    even, odd = 25 / 40, 15 / 60
    assert found["lever_arm"].sel(gate="V_L").values == pytest.approx([(even + odd) / 2, (even - odd) / 2])
    assert (found["lever_arm"].sum("gate") + found["missing_charge"]).values == pytest.approx(1)


def test_the_order_of_metals_does_not_matter():
    place = [2, 0, 3, 1]
    mixed = from_maxwell_matrix(array(C[np.ix_(place, place)], [NAMES[k] for k in place]), ("L", "R"))
    xr.testing.assert_allclose(mixed["repulsion"], from_maxwell_matrix(array(), ("L", "R"))["repulsion"])


@pytest.mark.parametrize(
    "written",
    [
        text(C / 1e3, corner="fF"),
        text(C / 1e18, unit=" (F)", mark=";"),
        text(C / 1e6, unit="[pF]", mark="\t"),
        "# a solver\n\n" + text(C, corner="aF"),
        text(C / 1e18, names=("1.00e+00", "2.0e+00", "3", "4")).replace(
            ",1.00e+00,2.0e+00,3,4", "i, C[i][1] (F), C[i][2] (F), C[i][3] (F), C[i][4] (F)"
        ),
        text(C / 1e3, unit=" (fF)", mark="  "),
        text(C / 1e3, corner="fF", mark=";").replace(".", ","),
        # Rows in another order than columns.
        "\n".join(np.array(text(C, corner="aF").split("\n"))[[0, 3, 1, 4, 2]]),
        # Remarks and header after %, numbers only.
        "% Model, a.mph\n% Version, 6.1\n% " + text(C / 1e6, unit=" (pF)").replace("\n", "\nx").replace(",L", "L", 1),
        # The listing of FastCap.
        "Running\nCAPACITANCE MATRIX, femtofarads\n      1   2   3   4\n"
        + "\n".join(
            f"{n}%GROUP{k} {k} {' '.join(map(repr, row))}"
            for k, (n, row) in enumerate(zip(NAMES, (C / 1e3).tolist(), strict=True), 1)
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_units_and_shapes_of_tables(written, encoding, tmp_path):
    written = re.sub(r"\nx[LRV_]+,", "\n", written)
    (tmp_path / "solver.csv").write_text(written, encoding=encoding)
    found = from_maxwell_matrix(tmp_path / "solver.csv", ("L", "R"), names=NAMES)
    assert found["repulsion"].values == pytest.approx(from_maxwell_matrix(array(), ("L", "R"))["repulsion"].values)


def test_what_a_solver_misses_is_an_error_bar():
    values = C.copy()
    values[0, 1], values[2, 3] = -10.2, 0.01
    found = from_maxwell_matrix(array(values), ("L", "R"))
    for wrong in (-10.2, -10.0):
        other = C.copy()
        other[0, 1] = other[1, 0] = wrong
        step = abs(from_maxwell_matrix(array(other), ("L", "R"))["repulsion"] - found["repulsion"])
        assert (step <= 1.05 * found["repulsion_error"]).all()
    assert (found["capacitance"].sel(metal="V_L", metal_2="V_R") == 0).all()
    assert "another solver" in found.attrs["validity"]


WRONG = C.copy()
WRONG[0, 1] = -13


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        (array(abs(C)), {}, "zero or negative off the diagonal: got 20 aF between L and V_L; a table of mutual"),
        (array(-C), {}, "positive on the diagonal"),
        (array(WRONG), {}, "be symmetric: got -13 and -10 aF between L and R"),
        (array(C - 30 * np.eye(4)), {}, "no row with a negative sum"),
        (array(np.array([[1.0, -1.0], [-1.0, 1.0]]), ("L", "R")), {}, "without capacitance to ground"),
        (array(C * np.nan), {}, "finite"),
        (xr.DataArray(C[:3], dims=("a", "b")), {}, "square"),
        (array(units="F/m"), {}, "aF"),
        (array().drop_attrs(), {}, "the source names none"),
        (array(), {"unit": "fF"}, "the source's own, aF"),
        (array(names=("L", "L", "a", "b")), {}, "each of 4 metals once"),
        (array(), {"names": ("L", "R")}, "each of 4 metals once"),
        (array(), {"dots": ("L", "Q")}, "Q"),
        (array(), {"dots": ()}, "name metals that float"),
        (array(), {"grounded": ("L",)}, "name no dots"),
        (array(), {"grounded": "V_L"}, "tuple of names"),
        (array().to_dataset(name="c").assign(d=array()), {}, "variable `capacitance`"),
        ("nowhere.csv", {}, "no file nowhere.csv"),
        (0.83, {}, "a DataArray"),
    ],
)
def test_what_is_no_maxwell_matrix(source, options, words):
    with pytest.raises(InputError, match=words):
        from_maxwell_matrix(source, **{"dots": ("L", "R"), **options})


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "nothing in"),
        ("aF,L,R\nL,1,-0.2\nX,-0.2,1", "same names"),
        ("aF,L,R\nL,1,-0.2", "square"),
        ("aF,L,R\nL,1,much\nR,-0.2,1", "numbers"),
        (",L (aF),R (fF)\nL,1,-0.2\nR,-0.2,1", "one unit"),
        (",L,R\nL,1,-0.2\nR,-0.2,1", "names none"),
    ],
)
def test_tables_that_are_none(written, words, tmp_path):
    (tmp_path / "solver.csv").write_text(written)
    with pytest.raises(InputError, match=words):
        from_maxwell_matrix(tmp_path / "solver.csv", ("L", "R"))


def test_a_file_that_is_no_netcdf(tmp_path):
    (tmp_path / "solver.nc").write_text("no")
    with pytest.raises(InputError, match="neither"):
        from_maxwell_matrix(tmp_path / "solver.nc", ("L", "R"))
