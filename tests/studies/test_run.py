"""From a study to files: the same bits for any number of workers, swept parameters, provenance, whole files."""

import json

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError, OutputError
from attractron.core.files import read_dataset
from attractron.core.results import flag_names
from attractron.studies.grid import compute_study
from attractron.studies.parse import read_study
from attractron.studies.run import run
from tests.studies.lever import KINDS


def seen(folder):
    """What a user sees in a folder."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


HEIGHT = """\
kind = "lever"
model = { slope = 1.5, offset = 0.25 }
[axes]
x = { start = -1, stop = 1, points = 101 }
"""


@pytest.fixture
def study(tmp_path):
    def read(text=HEIGHT):
        path = tmp_path / "my study.toml"
        path.write_text(text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


SWEEP = HEIGHT + "slope = { start = 1, stop = 4, points = 10 }\noffset = [0.0, 1.0, 2.0, 5.0, 10.0]\n"


@pytest.mark.parametrize("text", [HEIGHT, SWEEP])
def test_arrays_are_the_same_to_the_last_bit_for_any_number_of_workers(study, text):
    results = [compute_study(study(text), workers=workers) for workers in (1, 2, 3)]
    for other in results[1:]:
        assert results[0].identical(other)
        for name, variable in results[0].variables.items():
            assert variable.to_numpy().tobytes() == other[name].to_numpy().tobytes()


def test_the_result_of_blocks_is_the_result(study):
    found = compute_study(study())
    whole = study().question.answer(study())
    assert found["height"].identical(whole["height"])
    assert flag_names(found["side"]) == {0: "below", 2: "above"}, "each block contains one of them"
    assert found["norm"].dims == (), "what no axis reaches is kept once"


def test_parameters_become_leading_dimensions(study):
    found = compute_study(study(SWEEP))
    assert found["height"].dims == ("slope", "offset", "x")
    assert found["slope"].attrs == {"units": "meV", "long_name": "slope"}
    slope, offset, x = (found[name] for name in ("slope", "offset", "x"))
    assert flag_names(found["side"]) == {0: "below", 1: "on_ground", 2: "above"}
    np.testing.assert_array_equal(found["height"], (slope * x + offset).transpose("slope", "offset", "x"))


def test_a_held_parameter_is_in_the_result(study):
    found = compute_study(study(HEIGHT + "slope = 3\n"))
    assert json.loads(found.attrs["parameters"]) == {"slope": 3.0, "offset": 0.25}
    assert found["height"].dims == ("x",)


def test_provenance_and_files(study, tmp_path):
    done = run(study(), tmp_path / "out", workers=2)
    assert [path.name for path in done.files] == ["my study.zarr", "my study.png", "summary.json"]
    stored = read_dataset(tmp_path / "out")
    assert stored.identical(done.result)
    assert stored.attrs["study"] == HEIGHT
    assert (tmp_path / "out" / "my study.png").read_bytes().startswith(b"\x89PNG")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["verdict"] == done.verdict.text == "The line reaches 1.75 meV."
    assert summary["numbers"] == {"highest": {"value": float(stored["height"].max()), "unit": "meV"}}
    assert summary["study_text"] == HEIGHT
    assert summary["references"] == ["attractron"]
    assert {"time", "attractron", "python", "numpy", "xarray"} <= set(summary["made"])
    assert seen(tmp_path / "out") == ["my study.log.jsonl", "my study.png", "my study.zarr", "summary.json"]


def test_the_same_study_writes_the_same_arrays(study, tmp_path):
    first = run(study(), tmp_path / "a").result
    second = run(study(), tmp_path / "b", workers=2).result
    assert first.identical(second)
    xr.testing.assert_identical(read_dataset(tmp_path / "a/my study.zarr"), read_dataset(tmp_path / "b"))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_physics_has_its_place(study, workers):
    text = HEIGHT + "[question]\nfail_at = 1.0\n"
    wanted = r"`my study\.toml, line 4: axes\.x` must stay below the point of failure: got .*; shorten it"
    with pytest.raises(InputError, match=wanted):
        compute_study(study(text), workers=workers)


def test_progress_sees_every_block(study, tmp_path):
    heard = []
    run(study(), tmp_path / "out", listener=heard.append)
    assert [now.done for now in heard] == sorted({now.done for now in heard})
    assert heard[-1].done == heard[-1].points == 101
    assert len(heard) > 10


def test_the_folder_is_probed_before_the_work(study, tmp_path):
    (tmp_path / "file").write_text("x")
    started = []
    with pytest.raises(OutputError, match="cannot write to the folder"):
        run(study(), tmp_path / "file", listener=started.append)
    assert not started
