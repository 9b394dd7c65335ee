"""Results as tables: the same numbers back, units in the header, words for flags, nothing where nothing is known."""

import csv

import numpy as np
import pytest

from attractron.core import tables
from attractron.core.errors import InputError
from tests.core.test_cuts import RESULT, X, Y, Z


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_row_a_point(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "AT_ONCE", 12)  # several parts
    left = tables.write_csv(RESULT, tmp_path / "a.csv", variable="phase")
    header, *body = rows(tmp_path / "a.csv")
    assert header == [
        *("x (mV)", "y (mV)", "also (mV)", "phase (1)"),
        *("Re wave (1)", "Im wave (1)", "edge (mV)", "dot[L] (1)", "dot[R] (1)", "single (1)"),
    ]
    assert left == ["field"], "it depends on z, too"
    assert len(body) == X.size * Y.size
    read = {name: np.array(column) for name, column in zip(header, zip(*body, strict=True), strict=True)}
    assert np.array_equal(read["x (mV)"].astype(float), np.repeat(X, Y.size))
    assert np.array_equal(read["Im wave (1)"].astype(float), RESULT["wave"].to_numpy().imag.ravel())
    assert set(read["phase (1)"]) == {"none", "paired", "trion"}
    assert np.array_equal(read["dot[R] (1)"].astype(float), np.tile(Y, X.size))
    assert set(read["single (1)"]) == {"3.0"}


def test_a_variable_over_two_axes_as_a_table(tmp_path):
    tables.write_csv(RESULT.isel(z=0), tmp_path / "a.csv", variable="field", table=True)
    header, *body = rows(tmp_path / "a.csv")
    assert header[0] == "field (meV): x (mV) down, y (mV) right"
    assert np.array_equal(np.array(header[1:], float), Y)
    assert np.array_equal(np.array(body, float)[:, 1:], RESULT["field"][:, :, 0])
    for variable in ("wave", "field", "dot"):
        with pytest.raises(InputError, match="be of real numbers or flags over two axes of numbers"):
            tables.write_csv(RESULT, tmp_path / "b.csv", variable=variable, table=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_what_was_not_computed_is_empty(tmp_path):
    known = np.arange(X.size * Y.size).reshape(X.size, Y.size) % 2 == 0
    part = RESULT.assign(computed=(("x", "y"), known)).sel(z=Z[0])
    for table in (False, True):
        tables.write_csv(part, tmp_path / "a.csv", variable="phase", table=table)
        header, *body = rows(tmp_path / "a.csv")
        columns = range(1, 1 + Y.size) if table else [header.index("phase (1)")]
        cells = [row[n] for row in body for n in columns]
        assert [cell != "" for cell in cells] == known.ravel().tolist()
    tables.write_csv(part.isel(x=0, y=0), tmp_path / "a.csv", variable="phase")
    assert len(rows(tmp_path / "a.csv")) == 2


def test_unknown_variables_and_too_many_columns(tmp_path):
    with pytest.raises(InputError, match="did you mean 'phase'"):
        tables.write_csv(RESULT, tmp_path / "a.csv", variable="phases")
    wide = RESULT.assign(parts=(("x", "part"), np.zeros((X.size, tables.WIDEST + 5))))
    with pytest.raises(InputError, match="make at most 1000 columns"):
        tables.write_csv(wide, tmp_path / "a.csv", variable="parts")
    assert list(tmp_path.iterdir()) == []
