"""A result holds its study: it can be made again, and its model had back."""

import pickle

import numpy as np
import pytest
import xarray as xr

from attractron import studies
from attractron.core.errors import InputError
from attractron.core.files import write_dataset

TEXT = """\
kind = "building-block"
model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
question = { name = "effective-interaction" }
[axes]
delta = [1.0, 2.0]
"""


def test_a_result_is_made_again(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text(TEXT, encoding="utf-8")
    result = studies.compute_study(studies.read(path, {"U": 2.0}))
    write_dataset(result, tmp_path / "r.nc")
    again = studies.read(tmp_path / "r.nc")
    assert again.document.name == "r.toml"
    assert again.document.text == TEXT.replace("U = 2.41", "U = 2.0")
    xr.testing.assert_identical(studies.compute_study(again), result)
    model = studies.model_of(result)
    assert model.parameters["U"].value == 2.0
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).repulsion, model.repulsion)


def test_what_holds_no_study(tmp_path):
    write_dataset(xr.Dataset({"a": 1.0}), tmp_path / "r.nc")
    with pytest.raises(InputError, match=r"`r\.nc` must be the result of a study"):
        studies.read(tmp_path / "r.nc")
    (tmp_path / "half.nc").write_bytes((tmp_path / "r.nc").read_bytes()[:100])
    with pytest.raises(InputError, match="must be a NetCDF-4 file"):
        studies.read(tmp_path / "half.nc")
    with pytest.raises(InputError, match="`result` must be the result of a study"):
        studies.model_of(xr.Dataset())
