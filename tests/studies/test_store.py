"""Runs that are stopped, killed, damaged, extended and tried again: the arrays are those of an undisturbed run."""

import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import AttractronError, InputError, OutputError
from attractron.core.files import read_dataset
from attractron.core.results import flag_names
from attractron.core.version import __version__
from attractron.studies.grid import compute_study
from attractron.studies.parse import read_study
from attractron.studies.run import run
from attractron.studies.store import COMPUTED, Store
from tests.studies.lever import KINDS
from tests.studies.stopping import StopError, stopped_after

ROW = """\
kind = "lever"
model = { slope = 1.5, offset = 0.25 }
[axes]
x = { start = -1, stop = 1, points = 101 }
"""
SWEEP = ROW + "slope = { start = 1, stop = 4, points = 10 }\noffset = [0.0, 1.0, 2.0, 5.0, 10.0]\n"
LIST = ROW.replace("{ start = -1, stop = 1, points = 101 }", "[-1.0, -0.5, 0.0]")
MANY = "slope = { start = 1, stop = 20, points = 20 }\n"
LONGER = LIST.replace("0.0]", "0.0, 0.5, 1.0, 2.0]")


@pytest.fixture
def study(tmp_path):
    def read(text=ROW):
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


def chunks(folder):
    """Every file of the arrays, byte for byte."""
    store = folder / "s.zarr"
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.name != "zarr.json" and "blocks" not in path.parts
    }


def events(folder):
    return [json.loads(line) for line in (folder / "s.log.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("text", [ROW, SWEEP])
def test_a_store_holds_what_is_computed_in_memory(study, tmp_path, text):
    done = run(study(text), tmp_path / "out")
    memory = compute_study(study(text))
    xr.testing.assert_identical(done.result, memory)
    with xr.open_zarr(tmp_path / "out/s.zarr") as plain:  # without a line of ours
        np.testing.assert_array_equal(plain["height"], memory["height"])
        assert plain["height"].attrs["units"] == "meV"
        assert plain.attrs["study"] == text


@pytest.mark.parametrize(("text", "after"), [(ROW, 20), (SWEEP, 0), (SWEEP, 1)])
def test_a_stopped_run_goes_on_where_it_was(study, tmp_path, text, after):
    whole = run(study(text), tmp_path / "whole")
    with pytest.raises(StopError):
        run(study(text), tmp_path / "out", listener=stopped_after(after))
    half = read_dataset(tmp_path / "out/s.zarr")
    assert 0 < int(half[COMPUTED].sum()) < half[COMPUTED].size
    before = {name: content for name, content in chunks(tmp_path / "out").items() if "height/c" in name}
    done = run(study(text), tmp_path / "out")
    xr.testing.assert_identical(done.result, whole.result)
    assert chunks(tmp_path / "out") == chunks(tmp_path / "whole")
    assert all(chunks(tmp_path / "out")[name] == content for name, content in before.items())
    (first, second) = [each["done"] for each in events(tmp_path / "out") if each["event"] == "started"]
    assert second >= first + (int(half[COMPUTED].sum()) - first > 0), "what was there was not computed again"


def test_a_complete_run_computes_nothing(study, tmp_path):
    run(study(), tmp_path / "out")
    again = run(study(), tmp_path / "out")
    assert again.verdict.text == "The line reaches 1.75 meV."
    assert [each["event"] for each in events(tmp_path / "out")][-2:] == ["started", "complete"]


def test_another_study_is_refused_with_the_key_that_differs(study, tmp_path):
    run(study(), tmp_path / "out")
    changed = study(ROW.replace("slope = 1.5", "slope = 1.6"))
    with pytest.raises(InputError, match=r"`model\.slope` must be 1\.5 as in .*: got 1\.6; begin anew with --force"):
        run(changed, tmp_path / "out")
    assert run(changed, tmp_path / "out", force=True).result["height"].max() == pytest.approx(1.85)
    with pytest.raises(InputError, match=r"`axes\.x\.points` must be 101 .* add points to an axis with --extend"):
        run(study(ROW.replace("slope = 1.5", "slope = 1.6").replace("101", "111")), tmp_path / "out")


def test_comments_may_change(study, tmp_path):
    run(study(), tmp_path / "out")
    assert run(study("# better now\n" + ROW), tmp_path / "out").result.sizes["x"] == 101


@pytest.mark.parametrize("workers", [1, 2])
def test_an_axis_grows_without_computing_what_is_there(study, tmp_path, workers):
    asked = []
    run(study(LIST), tmp_path / "out")
    longer = study(LONGER)
    done = run(longer, tmp_path / "out", extend=True, workers=workers, listener=lambda now: asked.append(now.done))
    assert asked[0] == 3, "three points were there"
    xr.testing.assert_identical(done.result, compute_study(longer))
    xr.testing.assert_identical(read_dataset(tmp_path / "out"), done.result)


def test_both_kinds_of_axes_grow(study, tmp_path):
    run(study(LIST + "slope = [1.0, 2.0]\n"), tmp_path / "out")
    longer = study(LONGER + "slope = [1.0, 2.0, 3.0, 4.0]\n")
    done = run(longer, tmp_path / "out", extend=True)
    xr.testing.assert_identical(done.result, compute_study(longer))
    assert COMPUTED not in done.result


def test_an_axis_that_begins_otherwise_cannot_be_extended(study, tmp_path):
    run(study(LIST), tmp_path / "out")
    with pytest.raises(InputError, match=r"`axes\.x` must begin with the 3 points in .*: got 4 points from -2 to 0"):
        run(study(LIST.replace("[-1.0", "[-2.0, -1.0")), tmp_path / "out", extend=True)


FAILING = LIST.replace("[axes]", "[question]\nfail_at = 0.0\n[axes]") + "slope = [1.0, 2.0]\n"


def test_points_that_fail_do_not_stop_the_others(study, tmp_path):
    done = run(study(FAILING), tmp_path / "out")
    assert [each.place for each in done.failures] == ["slope = 1, x = 0", "slope = 2, x = 0"]
    np.testing.assert_array_equal(done.result[COMPUTED], [[True, True, False]] * 2)
    assert bool(np.isnan(done.result["height"].sel(x=0)).all())
    assert done.verdict.text.startswith("2 of 6 points have no result, so there is no verdict; the first is slope = 1")
    assert "must stay below the point of failure" in done.verdict.text
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    assert summary["failed"][0]["place"] == "slope = 1, x = 0"


def test_what_failed_is_known_when_its_block_grows(study, tmp_path):
    """The second block has room for 16 slopes: it holds one, then two."""
    for slopes in (17, 18):
        axis = f"slope = {{ start = 1, stop = {slopes}, points = {slopes} }}"
        done = run(study(FAILING.replace("slope = [1.0, 2.0]", axis)), tmp_path / "out", extend=True)
        assert [each.place for each in done.failures] == [f"slope = {n}, x = 0" for n in range(1, slopes + 1)]
        np.testing.assert_array_equal(done.result[COMPUTED], [[True, True, False]] * slopes)


def test_failed_points_are_tried_again_alone(study, tmp_path, monkeypatch):
    from tests.studies import lever

    run(study(FAILING), tmp_path / "out")
    asked = []
    answer = lever.height

    def mended(query):
        asked.append(np.asarray(query.axes["x"]).tolist())
        return answer(lever_query(query))

    def lever_query(query):
        from dataclasses import replace

        return replace(query, options=query.options.model_copy(update={"fail_at": None}))

    monkeypatch.setitem(KINDS["lever"].questions, "height", _with(KINDS["lever"].questions["height"], mended))
    assert len(run(study(FAILING), tmp_path / "out").failures) == 2, "not without being told to"
    assert asked == []
    done = run(study(FAILING), tmp_path / "out", retry=True)
    assert asked == [[0.0], [0.0]]
    assert done.failures == ()
    assert COMPUTED not in done.result
    assert flag_names(done.result["side"]) == {0: "below", 2: "above"}
    assert done.verdict.text == "The line reaches 0.25 meV."


def _with(question, answer):
    from dataclasses import replace

    return replace(question, answer=answer)


def test_a_study_that_is_refused_everywhere_is_an_error(study, tmp_path):
    text = LIST.replace("[axes]", "[question]\nfail_at = -2.0\n[axes]")
    with pytest.raises(InputError, match=r"`s\.toml, line 6: axes\.x` must stay below the point of failure"):
        run(study(text), tmp_path / "out")


@pytest.mark.parametrize("how", ["changed", "lost"])
@pytest.mark.parametrize("name", ["height", "side"])
def test_a_damaged_chunk_is_found_and_computed_again(study, tmp_path, caplog, how, name):
    whole = run(study(), tmp_path / "out").result
    (chunk, *_) = sorted((tmp_path / "out/s.zarr" / name / "c").rglob("*"))[3:]
    content = bytearray(chunk.read_bytes())
    if how == "lost":
        chunk.unlink()
    else:
        content[len(content) // 2] ^= 1
        chunk.write_bytes(content)
    with caplog.at_level("INFO", logger="attractron"):
        xr.testing.assert_identical(run(study(), tmp_path / "out").result, whole)
    assert "does not have the values that were written; it is computed again" in caplog.text
    assert [each["event"] for each in events(tmp_path / "out")].count("damaged") == 1


def test_only_one_run_writes(study, tmp_path):
    refused = []

    def second(now):
        if not refused:
            with pytest.raises(OutputError, match=r"another run is writing .*s\.zarr"):
                run(study(), tmp_path / "out")
            refused.append(now)

    run(study(), tmp_path / "out", listener=second)
    assert refused


def test_what_is_no_store_of_ours_stays(study, tmp_path):
    (tmp_path / "out/s.zarr").mkdir(parents=True)
    (tmp_path / "out/s.zarr/mine.txt").write_text("keep")
    for force in (False, True):
        with pytest.raises(OutputError, match="no result of attractron: choose another --out"):
            run(study(), tmp_path / "out", force=force)
    assert (tmp_path / "out/s.zarr/mine.txt").read_text() == "keep"


def test_half_a_store_is_begun_anew(study, tmp_path):
    run(study(), tmp_path / "out")
    Store(str(tmp_path / "out/s.zarr")).root.require_group("blocks").attrs.put({})
    assert run(study(), tmp_path / "out").result.sizes["x"] == 101


def test_a_store_of_a_later_format_is_refused(study, tmp_path):
    run(study(), tmp_path / "out")
    Store(str(tmp_path / "out/s.zarr")).root.require_group("blocks").attrs.update({"format": 99})
    with pytest.raises(InputError, match="be a store of format 1 or before: got 99; update attractron"):
        run(study(), tmp_path / "out")


def test_two_versions_do_not_compute_one_result_without_a_word(study, tmp_path):
    run(study(), tmp_path / "out")
    store = Store(str(tmp_path / "out/s.zarr"))
    store.root.require_group("blocks").attrs.update({"versions": {"attractron": ["0.0.1"]}})
    run(study(), tmp_path / "out")  # nothing is computed
    store.forget((0,))
    with pytest.raises(InputError, match=r"be gone on with by attractron 0\.0\.1, which began it: got .*--yes"):
        run(study(), tmp_path / "out")
    done = run(study(), tmp_path / "out", yes=True)
    assert done.result.sizes["x"] == 101
    assert store.root.require_group("blocks").attrs["versions"] == {"attractron": ["0.0.1", __version__]}


def test_an_object_store_out_of_reach_is_named(study, tmp_path, monkeypatch):
    class ClientError(Exception):
        """As botocore has it: no OSError."""

        __module__ = "botocore.exceptions"

    def refused(*_):
        raise ClientError("An error occurred (403) when calling the PutObject operation: Forbidden")

    monkeypatch.setattr(Store, "write", refused)
    with pytest.raises(OutputError, match=r"cannot reach .*out/s.zarr: .*\(403\).*run again to go on"):
        run(study(), tmp_path / "out")


def test_results_of_another_study_are_not_overwritten(study, tmp_path):
    run(study(), tmp_path / "out")
    other = tmp_path / "other.toml"
    other.write_text(ROW, encoding="utf-8")
    with pytest.raises(OutputError, match=r"out holds what came of s\.toml: choose another --out"):
        run(read_study(other, KINDS), tmp_path / "out")
    run(read_study(other, KINDS), tmp_path / "out", force=True)


def test_a_stopped_run_keeps_its_folder(study, tmp_path):
    with pytest.raises(StopError):
        run(study(), tmp_path / "out", listener=stopped_after(1))
    other = tmp_path / "other.toml"
    other.write_text(ROW, encoding="utf-8")
    with pytest.raises(OutputError, match="out holds what came of s: choose another --out"):
        run(read_study(other, KINDS), tmp_path / "out")


def test_one_file_at_the_end(study, tmp_path):
    done = run(study(), tmp_path / "new/first.nc")
    assert [path.name for path in done.files] == ["first.nc", "first.png", "first.summary.json"]
    xr.testing.assert_identical(read_dataset(tmp_path / "new/first.nc"), compute_study(study()))
    run(study(), tmp_path / "new/first.nc")
    with pytest.raises(OutputError, match=r"is of model\.slope = 1\.5, not 2"):
        run(study(ROW.replace("1.5", "2")), tmp_path / "new/first.nc")


@pytest.mark.skipif(os.name == "nt", reason="the way to hang is that of POSIX")
@pytest.mark.parametrize(
    ("where", "text"),
    [
        pytest.param({}, LIST, id="here", marks=pytest.mark.thorough),
        pytest.param({"workers": 2}, LIST + MANY, id="workers", marks=pytest.mark.validation),
        pytest.param({"scheduler": "cluster"}, LIST + MANY, id="cluster", marks=pytest.mark.validation),
    ],
)
def test_a_point_that_hangs_is_given_up(study, tmp_path, monkeypatch, where, text):
    """In a block that is asked at once, its points one by one; in C, where no alarm of Python's is heard."""
    from tests.studies import lever

    def slow(query):
        if np.max(query.axes["x"]) >= 0 and query.model.slope in (1.5, 3, 20):
            ctypes.PyDLL(None).sleep(60)
        return lever.height(query)

    monkeypatch.setitem(KINDS["lever"].questions, "height", _with(KINDS["lever"].questions["height"], slow))
    with cluster() if "scheduler" in where else nullcontext() as address:
        given = {"scheduler": address} if "scheduler" in where else where
        done = run(study(text), tmp_path / "out", time_limit=0.3, **given)
    places = ["x = 0"] if text == LIST else ["slope = 3, x = 0", "slope = 20, x = 0"]
    late = "took longer than 0.3 s; with a longer time limit, --retry tries again"
    assert [(each.place, each.error) for each in done.failures] == [(place, late) for place in places]


@contextmanager
def cluster():
    """Address of a cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made.scheduler_address


@pytest.mark.thorough
def test_a_study_without_axes_has_a_time_limit_too(study, tmp_path, monkeypatch):
    text = 'kind = "lever"\nmodel = { slope = 1.5 }\n'

    def slow(_query):
        time.sleep(30)

    monkeypatch.setattr("attractron.core.limit.LOADING", 0.0)
    monkeypatch.setitem(KINDS["lever"].questions, "height", _with(KINDS["lever"].questions["height"], slow))
    with pytest.raises(AttractronError, match=r"took longer than 0\.2 s"):
        run(study(text), tmp_path / "out", time_limit=0.2)


def test_what_cannot_be_kept_is_refused_before_the_start(study, tmp_path):
    with pytest.raises(InputError, match=r"`time_limit` must be positive"):
        run(study(), tmp_path / "out", time_limit=0.0)
    with pytest.raises(InputError, match=r"`nowhere://bucket` must be an address that fsspec can open here"):
        run(study(), "nowhere://bucket/s.zarr")
    with pytest.raises(InputError, match="`out` must name a bucket and a place in it"):
        run(study(), "s3://s.zarr")
    with pytest.raises(InputError, match="`out` must be within reach of all workers"):
        run(study(), "memory://bucket/s.zarr", workers=2)


def test_a_question_that_breaks_everywhere_is_an_error(study, tmp_path, monkeypatch):
    def broken(_query):
        raise ZeroDivisionError("no lever")

    monkeypatch.setitem(KINDS["lever"].questions, "height", _with(KINDS["lever"].questions["height"], broken))
    with pytest.raises(AttractronError, match="every point failed, the first one with: ZeroDivisionError: no lever"):
        run(study(LIST), tmp_path / "out")


KILLED = """
import sys
from pathlib import Path
from attractron import plotting
from attractron.studies.parse import read_study
from attractron.studies.run import run
from tests.studies.lever import KINDS

study = read_study(sys.argv[1], KINDS)
print("begins", flush=True)
run(study, sys.argv[2], workers=int(sys.argv[3]))
"""
KILLS = ROW + "slope = { start = 1, stop = 4, points = 40 }\noffset = [0.0, 1.0, 2.0, 5.0, 10.0]\n"


def phase(folder):
    """What a run was at when it was killed, by its log and its files."""
    if not (folder / "s.log.jsonl").exists():
        return "before the first block"
    if list(folder.rglob("*.partial")):
        return "in the middle of a file"
    if any(path.name.startswith(".attractron.") for path in folder.iterdir()):
        return "while the picture is drawn"
    last = events(folder)[-1]["event"]
    if last == "complete":
        return "at the end" if (folder / "summary.json").exists() else "before the picture is drawn"
    chunks, records = (len(list((folder / "s.zarr" / name).glob("**/c/**/0"))) for name in ("height", "blocks/record"))
    return "between values and record" if chunks != records else f"after the event {last!r}"


@pytest.mark.parametrize(
    "kills", [pytest.param(3, marks=pytest.mark.thorough), pytest.param(50, marks=pytest.mark.validation)]
)
def test_runs_that_are_killed_at_any_moment_end_with_the_same_bytes(study, tmp_path, kills):
    """SIGKILL at moments spread evenly over the lines of a run's log, on what the one before has left or on nothing."""
    whole = run(study(KILLS), tmp_path / "whole")
    lines = len(events(tmp_path / "whole"))
    generator = np.random.default_rng(5)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "s.toml"), str(tmp_path / "out")]
    log = tmp_path / "out/s.log.jsonl"

    def written():
        return log.read_bytes().count(b"\n") if log.exists() else 0

    phases = []
    for number in range(kills):
        if number % 4 < 2:
            shutil.rmtree(tmp_path / "out", ignore_errors=True)
        wanted = written() + (number // 4 * 4 + 2) * (lines + 1) // kills
        with subprocess.Popen(
            [*command, str(1 + number % 2)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout.readline() == b"begins\n"
            while written() < wanted and process.poll() is None:
                time.sleep(0.001)
            time.sleep(generator.uniform(0, 0.05))
            ended = process.poll() is not None
            process.kill()
        phases.append("ended before" if ended else phase(tmp_path / "out"))
    time.sleep(1)  # workers end with their parent
    done = run(study(KILLS), tmp_path / "out")
    print(f"{kills} kills: {dict(Counter(phases))}")  # noqa: T201 (docs/studies.md has it)
    assert chunks(tmp_path / "out") == chunks(tmp_path / "whole"), phases
    xr.testing.assert_identical(done.result, whole.result)
    assert not list((tmp_path / "out").rglob("*.partial"))
    assert phases.count("ended before") <= kills / 3, "the kills hit runs"


SLOW = KILLED.replace('print("begins", flush=True)\n', "").replace(
    "run(study, sys.argv[2], workers=int(sys.argv[3]))", "run(study, sys.argv[2], scheduler=sys.argv[3])"
)


@contextmanager
def started(*command):
    """A process of Dask's, until the block ends."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.validation
@pytest.mark.parametrize("comes_back", [False, True])
def test_a_run_whose_scheduler_is_killed_ends_in_order_and_goes_on(study, tmp_path, comes_back):
    """Killed in mid-run; then another one at its address, at once or when the run has ended."""
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    whole = run(study(KILLS.replace("points = 40", "points = 120")), tmp_path / "whole")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    worker = ("worker", address, "--nthreads", "1", "--no-dashboard", "--death-timeout", "20")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    command = [sys.executable, "-c", SLOW, str(tmp_path / "s.toml"), str(tmp_path / "out"), address]
    log = tmp_path / "out/s.log.jsonl"
    with ExitStack() as stack:
        killed = stack.enter_context(started(*scheduler))
        stack.enter_context(started(*worker))
        process = stack.enter_context(
            subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        )
        limit = time.monotonic() + 60
        while not (log.exists() and log.read_bytes().count(b"\n") > 4):
            assert time.monotonic() < limit
            time.sleep(0.01)
        killed.kill()
        killed.wait()
        at = time.monotonic()
        if comes_back:
            stack.enter_context(started(*scheduler))
        said = process.stderr.read()
        assert process.wait() == 1
        assert time.monotonic() < at + 60
        assert f"the scheduler {address} went away; run again to go on" in said.splitlines()[-1]
        if not comes_back:
            stack.enter_context(started(*scheduler))
        stack.enter_context(started(*worker))
        done = run(study(KILLS.replace("points = 40", "points = 120")), tmp_path / "out", scheduler=address)
    assert chunks(tmp_path / "out") == chunks(tmp_path / "whole")
    xr.testing.assert_identical(done.result, whole.result)
