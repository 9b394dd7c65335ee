"""QCoDeS: databases, which are written here as it writes them (schema and blobs of version 0.58), and its old HDF5."""

import io
import json
import os
import sqlite3
from itertools import product

import h5py
import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.readout.files.load import load
from tests.readout.files.small_image import COLUMNS, IMAGE, ROWS, X, Y, check

SCHEMA = """
CREATE TABLE experiments (exp_id INTEGER PRIMARY KEY, name TEXT, sample_name TEXT);
CREATE TABLE runs (run_id INTEGER PRIMARY KEY, exp_id INTEGER, name TEXT, result_table_name TEXT,
    result_counter INTEGER, run_timestamp INTEGER, completed_timestamp INTEGER, is_completed BOOL, parameters TEXT,
    guid TEXT, run_description TEXT);
CREATE TABLE layouts (layout_id INTEGER PRIMARY KEY, run_id INTEGER, parameter TEXT, label TEXT, unit TEXT,
    inferred_from TEXT);
CREATE TABLE dependencies (dependent INTEGER, independent INTEGER, axis_num INTEGER);
"""


def blob(values):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(values), version=(3, 0), allow_pickle=False)
    return file.getvalue()


def add_run(path, rows, measured=("I",), kind="numeric", shapes=None, name="csd"):
    """A run with gates P4 and P3; not a number is stored as text, arrays and complex numbers as NumPy writes them."""
    new = not path.exists()
    with sqlite3.connect(path) as base:
        if new:
            base.executescript(SCHEMA)
        number = 1 + base.execute("SELECT count(*) FROM runs").fetchone()[0]
        table = f"results-1-{number}"
        names = ("P4", "P3", *measured)
        base.execute(
            f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, {", ".join(f"{each} {kind}" for each in names)})'
        )
        text = json.dumps({"version": 3, "interdependencies_": {}, "shapes": shapes})
        base.execute(
            "INSERT INTO runs (run_id, name, result_table_name, is_completed, run_description) VALUES (?, ?, ?, 0, ?)",
            (number, name, table, text),
        )
        keys = []
        for each in names:
            entry = (number, each, f"Label of {each}", "mV" if each.startswith("P") else "pA")
            insert = "INSERT INTO layouts (run_id, parameter, label, unit) VALUES (?, ?, ?, ?)"
            keys.append(base.execute(insert, entry).lastrowid)
        for key, (axis, on) in product(keys[2:], enumerate(keys[:2])):
            base.execute("INSERT INTO dependencies VALUES (?, ?, ?)", (key, on, axis))
        cells = [["nan" if isinstance(cell, float) and np.isnan(cell) else cell for cell in row] for row in rows]
        base.executemany(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({",".join("?" * len(names))})', cells)
    return path


NUMBERS = list(zip(X.ravel().tolist(), Y.ravel().tolist(), IMAGE.ravel().tolist(), strict=True))


def test_numbers_row_by_row(tmp_path):
    read = load(add_run(tmp_path / "x.db", NUMBERS))
    check(read)
    assert read["signal"].attrs == {"units": "pA", "long_name": "Label of I"}
    assert read["P4"].attrs["long_name"] == "Label of P4"
    assert read.attrs["source"] == "run 1 (csd) of x.db"
    check(load(tmp_path / "x.db", axes=["P4", "P3"], variable="I"))
    check(load(tmp_path / "x.db", axes=["Label of P4", "P3"]).rename({"Label of P4": "P4"}))


@pytest.mark.parametrize("shapes", [None, {"I": [6, 5]}])
def test_a_run_that_was_killed(tmp_path, shapes):
    read = load(add_run(tmp_path / "x.db", NUMBERS[:17], shapes=shapes))
    np.testing.assert_array_equal(read["P4"], ROWS[:4])
    np.testing.assert_array_equal(read["signal"].to_numpy().ravel()[:17], IMAGE.ravel()[:17])
    assert int(read["signal"].isnull().sum()) == 3
    assert ("13 points (of the 6 x 5 planned, never taken)" in read.attrs["validity"]) == (shapes is not None)


def test_numbers_that_are_none(tmp_path):
    rows = [(a, b, float("nan") if at == 7 else v) for at, (a, b, v) in enumerate(NUMBERS)]
    read = load(add_run(tmp_path / "x.db", rows))["signal"]
    assert np.flatnonzero(np.isnan(read)).tolist() == [7]


@pytest.mark.parametrize("shapes", [None, {"I": [6, 5]}])
def test_arrays_line_by_line(tmp_path, shapes):
    """The slow gate as a number, which is that of all points of its row."""
    rows = [(float(row), blob(COLUMNS), blob(line)) for row, line in zip(ROWS, IMAGE, strict=True)]
    check(load(add_run(tmp_path / "x.db", rows, kind="array", shapes=shapes)))
    check(load(add_run(tmp_path / "y.db", [(blob(X), blob(Y), blob(IMAGE))], kind="array", shapes=shapes)))


def test_several_runs_are_listed_and_named(tmp_path):
    path = add_run(tmp_path / "x.db", NUMBERS)
    add_run(path, [], name="nothing was measured")
    add_run(path, [(a, b, 2 * v, -v) for a, b, v in NUMBERS], measured=("I", "Q"), name="both")
    with pytest.raises(InputError, match=r"got 2 runs: 1 csd: I over P4, P3 \| 3 both: I over.*say.*--variable 3/I"):
        load(path)
    check(load(path, variable="1"))
    check(load(path, variable="1/I"))
    np.testing.assert_array_equal(load(path, variable="3/Q")["signal"], -IMAGE)
    np.testing.assert_array_equal(load(path, variable="Q")["signal"], -IMAGE)  # the only run that measured it
    for variable, message in (
        ("3", r"name what run 3 of x.db measured \(3/I, 3/Q\): got '3'"),
        ("3/P", r"name what run 3 of x.db measured \(3/I, 3/Q\): got '3/P'"),
        ("2", "`variable` must name one run of x.db, which holds 2 runs"),
        ("I", "`variable` must name one run of x.db, which holds 2 runs"),
    ):
        with pytest.raises(InputError, match=message):
            load(path, variable=variable)


def test_two_quantities_of_one_run(tmp_path):
    path = add_run(tmp_path / "x.db", [(a, b, v, 3 * v) for a, b, v in NUMBERS], measured=("I", "Q"))
    with pytest.raises(InputError, match=r"hold one quantity over its axes: got 2 \(I, Q\)"):
        load(path)
    np.testing.assert_array_equal(load(path, variable="Q")["signal"], 3 * IMAGE)


def test_databases_that_hold_nothing(tmp_path):
    with pytest.raises(InputError, match="must hold results: got a database of runs without any"):
        load(add_run(tmp_path / "x.db", []))
    with sqlite3.connect(tmp_path / "y.db") as base:
        base.execute("CREATE TABLE notes (text)")
    with pytest.raises(InputError, match="an SQLite database, but not one of QCoDeS"):
        load(tmp_path / "y.db")
    (tmp_path / "z.db").write_bytes(add_run(tmp_path / "w.db", NUMBERS).read_bytes()[:6000])
    with pytest.raises(InputError, match=r"be a readable QCoDeS database file: got \(SQLite: "):
        load(tmp_path / "z.db")


def test_a_database_that_is_being_written_to(tmp_path):
    """In WAL mode the newest rows are in a file beside it; reading leaves the database as it is."""
    path = add_run(tmp_path / "x.db", NUMBERS[:10])
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode = WAL")
    base.executemany('INSERT INTO "results-1-1" (P4, P3, I) VALUES (?, ?, ?)', NUMBERS[10:])
    base.commit()
    before = path.read_bytes()
    check(load(path))
    assert path.read_bytes() == before
    base.close()


def test_a_database_of_wal_mode_alone(tmp_path):
    """Copied without the files beside it: none is made."""
    with sqlite3.connect(add_run(tmp_path / "x.db", NUMBERS)) as base:
        base.execute("PRAGMA journal_mode = WAL")
    base.close()
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "x.db").write_bytes((tmp_path / "x.db").read_bytes())
    check(load(folder / "x.db"))
    assert os.listdir(folder) == ["x.db"]  # noqa: PTH208


def old_hdf5(path, taken=30, unit="mV"):
    """As `HDF5Format` of QCoDeS 0.1 and qtt: one column each, the shape an attribute, the slow axis stored once."""
    arrays = {
        "P4": (ROWS[: -(-taken // 5)], (6,), (), "Plunger 4"),
        "P3": (Y.ravel()[:taken], (6, 5), ("P4",), "Plunger 3"),
        "measured": (IMAGE.ravel()[:taken], (6, 5), ("P4", "P3"), "measured"),
    }
    with h5py.File(path, "w") as file:
        file.attrs["__format_tag"] = "hdf5"
        for name, (values, shape, setters, label) in arrays.items():
            item = file.create_dataset(f"Data Arrays/{name}", data=values[:, None], maxshape=(None, 1))
            item.attrs["shape"] = shape
            item.attrs["set_arrays"] = np.array(setters, dtype="S") if setters else np.array([b""])
            item.attrs["label"], item.attrs["name"] = label, name
            item.attrs["is_setpoint"] = str(name != "measured")
            item.attrs["unit" if unit else "units"] = unit or np.array([b""])
        file.create_group("metadata").attrs["note"] = "x"
    return path


def test_old_hdf5(tmp_path):
    read = load(old_hdf5(tmp_path / "x.hdf5"))
    check(read)
    assert read["P4"].attrs["long_name"] == "Plunger 4"
    check(load(old_hdf5(tmp_path / "y.h5", unit=None), units="mV"))
    stopped = load(old_hdf5(tmp_path / "z.hdf5", taken=17))
    np.testing.assert_array_equal(stopped["P4"], ROWS[:4])
    assert int(stopped["signal"].isnull().sum()) == 3
    assert "13 points (behind the last one written)" in stopped.attrs["validity"]
