"""MATLAB's files of both kinds, written as MATLAB does: transposed, text as numbers, structures as groups."""

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from attractron.core.errors import InputError
from attractron.readout.files.formats import MAT73, format_of
from attractron.readout.files.load import load
from tests.readout.files.small_image import COLUMNS, IMAGE, ROWS, check

PLAIN = {"P4": ROWS, "P3": COLUMNS, "I": IMAGE, "P4_unit": "mV", "P3_units": "mV", "I_unit": "pA", "note": "run 12"}
STRUCTURE = {
    "data": {
        "P4": {"value": ROWS, "unit": "mV", "label": "gate"},
        "P3": {"value": COLUMNS, "unit": "mV"},
        "I": {"value": IMAGE, "unit": "pA"},
    }
}
LISTED = {"scan": {"P4": ROWS, "P3": COLUMNS, "I": IMAGE, "units": {"P4": "mV", "P3": "mV", "I": "pA"}}}


def save73(path, tree):
    """Version 7.3: HDF5 behind 512 bytes of text, an array's dimensions turned round, text as UTF-16 code units."""
    with h5py.File(path, "w", userblock_size=512) as file:
        _fill(file, tree)
    with path.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Mon Jan  5 12:00:00 2026 HDF5 schema 1.00 .")
    return path


def _fill(group, tree):
    for name, value in tree.items():
        if isinstance(value, dict):
            _fill(group.create_group(name), value)
            group[name].attrs["MATLAB_class"] = np.bytes_("struct")
        elif isinstance(value, str):
            group[name] = np.array([[ord(letter)] for letter in value], dtype="u2")
            group[name].attrs["MATLAB_class"] = np.bytes_("char")
        else:
            values = np.atleast_2d(value)
            if np.iscomplexobj(values):
                pairs = np.zeros(values.shape, dtype=[("real", float), ("imag", float)])
                pairs["real"], pairs["imag"] = values.real, values.imag
                values = pairs
            group[name] = values.T
            group[name].attrs["MATLAB_class"] = np.bytes_("double")


@pytest.mark.parametrize("save", [savemat, save73])
@pytest.mark.parametrize("tree", [PLAIN, STRUCTURE, LISTED])
def test_variables_structures_and_units(tmp_path, save, tree):
    save(tmp_path / "x.mat", tree)
    read = load(tmp_path / "x.mat")
    check(read)
    assert read["signal"].dims == ("P4", "P3")
    assert read["signal"].attrs["units"] == "pA"


@pytest.mark.parametrize("save", [savemat, save73])
def test_a_square_image_is_not_turned(tmp_path, save):
    square = np.arange(25.0).reshape(5, 5) ** 2
    save(tmp_path / "x.mat", {"a": ROWS[:5], "b": COLUMNS, "I": square})
    read = load(tmp_path / "x.mat", axes=["a", "b"], units="mV")
    np.testing.assert_array_equal(read["signal"], square)


def test_complex_numbers(tmp_path):
    from attractron.readout.files.hdf5 import read_hdf5
    from attractron.readout.files.matlab import read_mat

    values = np.exp(1j * COLUMNS)
    savemat(tmp_path / "x.mat", {"V": COLUMNS, "Z": values})
    save73(tmp_path / "y.mat", {"V": COLUMNS, "Z": values})
    for arrays, _ in (read_mat(tmp_path / "x.mat"), read_hdf5(tmp_path / "y.mat")):
        np.testing.assert_array_equal(arrays["Z"].values, values)


def test_cells(tmp_path):
    cells = np.empty(2, dtype=object)
    cells[0], cells[1] = IMAGE, COLUMNS
    savemat(tmp_path / "x.mat", {"data": cells, "P4": ROWS})
    check(load(tmp_path / "x.mat", variable="data1", axes=["P4", "data2"], units="mV").rename(data2="P3"))
    path = save73(tmp_path / "y.mat", {"P4": ROWS})
    with h5py.File(path, "a") as file:
        for at, cell in enumerate(cells):
            _fill(file.require_group("#refs#"), {f"c{at}": cell})
        references = [file[f"#refs#/c{at}"].ref for at in range(2)]
        file.create_dataset("data", data=np.array([references], dtype=h5py.ref_dtype))
        file["data"].attrs["MATLAB_class"] = np.bytes_("cell")
    check(load(path, variable="data1", axes=["P4", "data2"], units="mV").rename(data2="P3"))


def test_a_file_that_is_cut_off(tmp_path):
    savemat(tmp_path / "x.mat", PLAIN)
    (tmp_path / "x.mat").write_bytes((tmp_path / "x.mat").read_bytes()[:300])
    with pytest.raises(InputError, match="be a readable MATLAB file"):
        load(tmp_path / "x.mat")
    assert format_of(save73(tmp_path / "y.dat", PLAIN)) is MAT73
