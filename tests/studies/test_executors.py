"""One contract for every executor: all values once, on one BLAS thread, errors whole, and nothing left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cloudpickle
import numpy as np
import pytest

from attractron.core.errors import AttractronError, InputError
from attractron.core.limit import end_child, within
from attractron.studies.executors import Cluster, InProcess, Workers, compute, executor, starting

SLOWLY = [pytest.param(how, marks=pytest.mark.thorough) for how in ("workers", "cluster")]
HOW = ["in process", "workers", pytest.param("cluster", marks=pytest.mark.thorough)]


@pytest.fixture(scope="module")
def scheduler():
    """Address of a cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(params=HOW)
def computer(request):
    if request.param == "cluster":
        return Cluster(request.getfixturevalue("scheduler"))
    return Workers(2) if request.param == "workers" else InProcess()


def square(number):
    if number == 7:
        raise InputError("number", "not be seven", number, "take eight")
    return number**2


def threads(_task):
    from threadpoolctl import threadpool_info

    np.ones((200, 200)) @ np.ones((200, 200))
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_every_task_is_computed_once(computer):
    assert sorted(computer.results(square, range(7))) == [0, 1, 4, 9, 16, 25, 36]
    assert list(computer.results(square, [])) == []


def test_an_input_error_arrives_whole(computer):
    with pytest.raises(InputError) as caught:
        list(computer.results(square, range(9)))
    error = caught.value
    assert (error.argument, error.expected, str(error.got), error.remedy) == (
        "number",
        "not be seven",
        "7",
        "take eight",
    )


def test_leaving_early_is_quiet(computer):
    results = computer.results(square, range(6))
    assert next(results) in (0, 1, 4)
    results.close()
    assert sorted(computer.results(square, range(3))) == [0, 1, 4]


def test_linear_algebra_runs_on_one_thread(computer, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "16")  # joblib would share these cores out among the workers
    assert all(count == [1] * len(count) and count for count in computer.results(threads, range(3)))


def stuck(number):
    """Three calls that never come back, of which no signal handler of Python's hears."""
    if number == 3:
        ctypes.PyDLL(None).sleep(60)  # in C, without letting go of the interpreter
    if number == 5:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(60)
    if number == 6:
        os.kill(os.getpid(), signal.SIGSEGV)
    return number


def limited(packed):
    def work(number):
        try:
            return within(0.5, packed, number)
        except AttractronError as error:
            return str(error)

    return work


@pytest.mark.skipif(os.name == "nt", reason="the ways to hang are those of POSIX")
@pytest.mark.parametrize(
    "computer",
    [HOW[0], *(pytest.param(how, marks=pytest.mark.thorough) for how in ("workers", "cluster"))],
    indirect=True,
)
def test_a_time_limit_is_kept_whatever_the_calculation_does(computer):
    stuck.__module__ = "__main__"  # packed by value: a fresh process need not load this file
    found = list(computer.results(limited(cloudpickle.dumps(stuck)), range(8)))
    end_child()
    late = "took longer than 0.5 s; with a longer time limit, --retry tries again"
    crashed = "its process ended by SIGSEGV, perhaps for want of memory or by a fault of a library"
    assert sorted(found, key=str) == [0, 1, 2, 4, 7, crashed, late, late]


@pytest.mark.skipif(os.name == "nt", reason="the ways to hang are those of POSIX")
def test_what_hangs_ends_with_a_parent_that_was_killed():
    """The child is in C and lets nobody run: it ends a second after its limit."""
    code = (
        "import ctypes, os, sys, cloudpickle\n"
        "from attractron.core.limit import within\n"
        "def hang(task):\n    print(os.getpid(), file=sys.stderr, flush=True)\n"
        "    return ctypes.PyDLL(None).sleep(60) if task else 0\n"
        "packed = cloudpickle.dumps(hang)\nwithin(0.5, packed, 0)\nwithin(0.5, packed, 1)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    child = [int(parent.stderr.readline()) for _ in range(2)][-1]
    parent.kill()
    parent.wait()
    parent.stderr.close()
    killed = time.monotonic()
    assert alive(child)
    while alive(child):
        assert time.monotonic() < killed + 3
        time.sleep(0.05)


@pytest.mark.parametrize("bad", [0, -1, 1.5, True])
def test_a_number_of_workers_is_a_positive_whole_number(bad):
    with pytest.raises(InputError, match="`workers` must be"):
        compute(square, [1], workers=bad)


def test_never_more_workers_than_tasks():
    assert isinstance(executor(8, tasks=1), InProcess)
    assert executor(8, tasks=3).count == 3


def test_a_scheduler_that_does_not_answer_is_named():
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with pytest.raises(AttractronError, match="no scheduler answers at tcp"):
        list(Cluster("tcp://127.0.0.1:1", patience="1s").results(square, [1]))


def die_once(task):
    marker, number = task
    if number == 1 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.thorough
def test_what_a_killed_worker_was_at_is_computed_again(tmp_path):
    found = Workers(2).results(die_once, [(tmp_path / "died", n) for n in range(4)])
    assert sorted(found) == [0, 1, 2, 3]
    assert (tmp_path / "died").exists()


def die(_task):
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.thorough
def test_work_that_kills_every_worker_is_an_error_of_ours():
    with pytest.raises(AttractronError, match="ended from outside again and again"):
        list(Workers(2).results(die, range(3)))


ORPHANS = """
import os, time
from pathlib import Path
from attractron.studies.executors import Workers

def work(folder):
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    list(Workers(2).results(work, [{folder!r}] * 2))
"""


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the number of a parent that is gone")
def test_workers_end_with_a_parent_that_was_killed(tmp_path):
    (tmp_path / "pids").mkdir()
    script = tmp_path / "script.py"
    script.write_text(ORPHANS.replace("{folder!r}", repr(str(tmp_path / "pids"))))
    parent = subprocess.Popen([sys.executable, str(script)])
    limit = time.monotonic() + 60
    while len(list((tmp_path / "pids").iterdir())) < 2:
        assert time.monotonic() < limit
        time.sleep(0.05)
    workers = [int(path.name) for path in (tmp_path / "pids").iterdir()]
    parent.kill()
    parent.wait()
    killed = time.monotonic()
    while any(map(alive, workers)):
        assert time.monotonic() < killed + 2
        time.sleep(0.05)


def test_workers_start_while_something_else_is_done():
    with starting(square, workers=2, tasks=8):
        time.sleep(0.1)
    assert sorted(compute(square, range(4), workers=2)) == [0, 1, 4, 9]
    with pytest.raises(InputError, match="no good"), starting(square, workers=2, tasks=8):
        raise InputError("study", "be good", "no good")
    assert sorted(compute(square, range(4), workers=2)) == [0, 1, 4, 9]


def test_nothing_starts_where_one_process_computes():
    for given in ({"workers": 1, "tasks": 8}, {"workers": 4, "tasks": 1}, {"scheduler": "tcp://nobody:1", "tasks": 8}):
        with starting(square, **given):
            assert given
