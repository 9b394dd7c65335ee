"""Runs into object stores: what holds in a folder holds there, and a lease keeps a second run out."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import fsspec
import pytest
import xarray as xr

from attractron.core.errors import InputError, OutputError
from attractron.core.files import read_dataset
from attractron.studies import lease as leases
from attractron.studies.grid import compute_study
from attractron.studies.parse import read_study
from attractron.studies.run import run
from attractron.studies.stored import document_of
from tests.studies.lever import KINDS
from tests.studies.stopping import StopError, stopped_after

ROW = """\
kind = "lever"
model = { slope = 1.5, offset = 0.25 }
[axes]
x = { start = -1, stop = 1, points = 5 }
"""
LONGER = ROW.replace("stop = 1, points = 5", "stop = 2, points = 7")


@pytest.fixture
def study(tmp_path):
    def read(text=ROW):
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


@pytest.fixture(scope="module")
def server():
    """An object store with the protocol of Amazon's, in a process of its own."""
    pytest.importorskip("s3fs", reason="the extra 'remote' is not installed")
    pytest.importorskip("moto", reason="a server for tests is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.validation)])
def place(request, monkeypatch):
    """A prefix in which nothing is."""
    if request.param == "s3":
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("server"))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        with suppress(FileExistsError):
            fsspec.filesystem("s3").mkdir("bucket")
    address = f"{request.param}://bucket/{request.node.name.partition('[')[0]}"
    yield address
    with suppress(FileNotFoundError):
        fsspec.filesystem(request.param).rm(address, recursive=True)


def files_of(place):
    return fsspec.filesystem(place.partition(":")[0], use_listings_cache=False)


def content(place):
    """Every object of the arrays of the store there, byte for byte."""
    files = files_of(place)
    found = {name.rpartition("s.zarr/")[2]: files.cat_file(name) for name in sorted(files.find(f"{place}/s.zarr"))}
    return {
        name: value for name, value in found.items() if not name.endswith("zarr.json") and not name.startswith("blocks")
    }


def test_all_files_of_a_run_are_at_its_address(study, place):
    done = run(study(), place)
    assert done.files == (f"{place}/s.zarr", f"{place}/s.png", f"{place}/summary.json")
    names = sorted(name.rpartition("/")[2] for name in files_of(place).ls(place, detail=False))
    assert names == ["s.log.jsonl", "s.png", "s.zarr", "summary.json"], "and no lease"
    memory = compute_study(study())
    xr.testing.assert_identical(done.result, memory)
    for shown in (place, f"{place}/s.zarr", Path(place)):
        xr.testing.assert_identical(read_dataset(shown), memory)
    with xr.open_zarr(f"{place}/s.zarr") as plain:  # without a line of ours
        assert plain["height"].identical(memory["height"])
        assert plain.attrs["study"] == ROW
    assert document_of(f"{place}/s.zarr").data == study().document.data
    log = files_of(place).cat_file(f"{place}/s.log.jsonl").decode()
    assert [json.loads(line)["event"] for line in log.splitlines()][-1] == "complete"


def test_a_stopped_run_goes_on_there_and_grows(study, place):
    with pytest.raises(StopError):
        run(study(), place, listener=stopped_after(2))
    heard = []
    done = run(study(), place, listener=heard.append)
    assert heard[0].done >= 2, "what was there was not computed again"
    xr.testing.assert_identical(done.result, compute_study(study()))
    with pytest.raises(InputError, match=r"`axes\.x\.stop` must be 1 as in .*add points to an axis with --extend"):
        run(study(LONGER), place)
    longer = run(study(LONGER), place, extend=True).result
    xr.testing.assert_identical(longer, compute_study(study(LONGER)))
    assert run(study(), place, force=True).result.sizes["x"] == 5


def test_a_damaged_object_is_found_there(study, place, caplog):
    whole = run(study(), place).result
    files, chunk = files_of(place), f"{place}/s.zarr/height/c/1"
    value = bytearray(files.cat_file(chunk))
    value[len(value) // 2] ^= 1
    files.pipe_file(chunk, bytes(value))
    files.rm_file(f"{place}/s.zarr/side/c/3")
    with caplog.at_level("INFO", logger="attractron"):
        xr.testing.assert_identical(run(study(), place).result, whole)
    assert caplog.text.count("does not have the values that were written; it is computed again") == 2


def test_one_file_and_others_there(study, place):
    done = run(study(), f"{place}/one.nc")
    assert done.files == (f"{place}/one.nc", f"{place}/one.png", f"{place}/one.summary.json")
    with pytest.raises(OutputError, match=r"one\.nc is of model\.slope = 1\.5, not 2"):
        run(study(ROW.replace("1.5", "2")), f"{place}/one.nc")
    files_of(place).pipe_file(f"{place}/mine.zarr/mine.txt", b"keep")
    with pytest.raises(OutputError, match="no result of attractron"):
        run(study(), f"{place}/mine.zarr", force=True)
    with pytest.raises(InputError, match="must be a Zarr store"):
        read_dataset(f"{place}/nothing.zarr")


def test_only_one_run_writes_there(study, place):
    refused = []

    def second(now):
        if not refused:
            with pytest.raises(OutputError, match=r"another run is writing .*s\.zarr.*its lock runs out in \d+ s"):
                run(study(), place)
            refused.append(now)

    run(study(), place, listener=second)
    assert refused


def test_a_lease_that_was_not_renewed_is_taken_over(study, place, monkeypatch, caplog):
    """Of a machine that is gone: nobody can tell but by its age. Of a process of this machine: at once."""
    monkeypatch.setattr(leases, "RENEWED", 0.2)
    files, address = files_of(place), f"{place}/.s.lock"
    owner = {"owner": "gone", "host": "elsewhere", "process": 1, "lasts": 60.0}
    files.pipe_file(f"{address}.4", json.dumps(owner).encode())
    with pytest.raises(OutputError, match=r"process 1 on elsewhere; should it be dead, its lock runs out in \d+ s"):
        run(study(), place)
    files.pipe_file(f"{address}.4", json.dumps({**owner, "lasts": -5.0}).encode())
    with caplog.at_level("INFO", logger="attractron"), leases.Lease(files, address, "busy") as held:
        assert held.number == 5
        assert "is taken over" in caplog.text
        assert not files.exists(f"{address}.4")
        files.pipe_file(f"{address}.6", b"{}", mode="create")
        limit = time.monotonic() + 10
        while not held.lost and time.monotonic() < limit:
            time.sleep(0.05)
        with pytest.raises(OutputError, match="another run has taken over the store"):
            held.check()
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    here = {**owner, "host": socket.gethostname(), "process": child.pid}
    files.pipe_file(f"{address}.6", json.dumps(here).encode())
    assert run(study(), place).result.sizes["x"] == 5
    assert not [name for name in files.find(place) if ".lock" in name]


def test_of_two_that_take_over_one_wins(place):
    files, address = files_of(place), f"{place}/.s.lock"
    with leases.Lease(files, address, "busy"), pytest.raises(FileExistsError):
        files.pipe_file(f"{address}.1", b"{}", mode="create")


KILLED = """
import sys
from attractron.studies.parse import read_study
from attractron.studies.run import run
from tests.studies.lever import KINDS

run(read_study(sys.argv[1], KINDS), sys.argv[2], workers=int(sys.argv[3]))
"""


@pytest.mark.validation
@pytest.mark.parametrize("place", ["s3"], indirect=True)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_there(study, tmp_path, place, workers):
    text = ROW.replace("points = 5", "points = 60")
    run(study(text), f"{place}/whole")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "s.toml"), f"{place}/killed", str(workers)]
    process = subprocess.Popen(command, env=environment)
    limit = time.monotonic() + 60
    while len(content(f"{place}/killed")) < 20 and time.monotonic() < limit:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    rows = [sum(name.startswith("height/") for name in content(f"{place}/{each}")) for each in ("killed", "whole")]
    assert 0 < rows[0] < rows[1]
    time.sleep(1.5)  # the workers end
    run(study(text), f"{place}/killed", workers=workers)
    assert content(f"{place}/killed") == content(f"{place}/whole")


@pytest.mark.validation
@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_workers_of_a_cluster_write_there(study, place):
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        done = run(study(), f"{place}/cluster", scheduler=cluster.scheduler_address)
    run(study(), f"{place}/whole")
    assert content(f"{place}/cluster") == content(f"{place}/whole")
    xr.testing.assert_identical(done.result, compute_study(study()))
