"""`python -m benchmarks.studies`: what storing costs a point, how a million points run, and what memory they take.

Overheads are of the questions of tests/studies/lever.py, multiplications: the time of a study with its store,
less that of the question alone, over its points. The diagram is that of coupled wires of the README. Times are wall
times, since workers are processes; the machine should be doing nothing else.
"""

import argparse
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.studies.lever import KINDS

from attractron.studies.boxes import volume
from attractron.studies.executors import Cluster
from attractron.studies.grid import Layout
from attractron.studies.parse import read_study
from attractron.studies.run import run
from benchmarks.measure import ROOT, Figure, concluded, figure, report

ARRAYS = """\
kind = "lever"
model = {{ slope = 1.5 }}
question = {{ name = "profile" }}
[axes]
x = {{ start = 0.0, stop = 1.0, points = {points} }}
"""
SINGLE = """\
kind = "lever"
model = {{ slope = 1.5 }}
[axes]
slope = {{ start = 1.0, stop = 2.0, points = {points} }}
"""
PHASES = """\
kind = "wires"
model = {{ K_c = 0.85, K = 0.4, y_s = 0.1, y = 0.1, upsilon = 0.1, mismatch = 0.05 }}
question = {{ name = "phase-diagram", compare = "{compare}" }}
[axes]
mismatch = {{ start = 0.001, stop = 0.9, points = {points}, spacing = "log" }}
y = {{ start = 0.01, stop = 0.6, points = {points} }}
"""


def phases(points: int, compare: str = "nothing") -> str:
    """The diagram of the README, under one convention or all of them."""
    return PHASES.format(points=points, compare=compare)


def overhead(text: str, points: int, runs: int = 3) -> list[float]:
    """Seconds a point that storing adds to asking."""
    found = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "s.toml"
            path.write_text(text.format(points=points), encoding="utf-8")
            study = read_study(path, KINDS)
            layout = Layout(study)
            asked = timed(lambda layout=layout: [layout.result(box) for box in layout.blocks()])
            stored = timed(lambda study=study, folder=folder: run(study, Path(folder) / "out"))
            found.append((stored - asked) / points)
    return found


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def command(text: str, *words: str) -> tuple[float, float]:
    """Wall time in seconds of `attractron run`, and the peak memory of its largest process in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "phases.toml").write_text(text, encoding="utf-8")
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "attractron", "run", "phases.toml", *words], cwd=folder, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise RuntimeError(f"attractron run ended with status {status}")
        return time.perf_counter() - start, used.ru_maxrss / 2 ** (20 if sys.platform != "darwin" else 30)


def stored_size(text: str, points: int) -> dict[str, float]:
    """Blocks, points of one, files and bytes of the store of a study."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.toml"
        path.write_text(text.format(points=points), encoding="utf-8")
        study = read_study(path, KINDS)
        run(study, Path(folder) / "out")
        sizes = [file.stat().st_size for file in (Path(folder) / "out/s.zarr").rglob("*") if file.is_file()]
        blocks = Layout(study).blocks()
        return {"blocks": len(blocks), "points": volume(blocks[0]), "files": len(sizes), "bytes": sum(sizes)}


def nothing(_task: int) -> None:
    """A task that is all overhead."""


def scheduler_load(tasks: int) -> tuple[float, float]:
    """Tasks a second of one worker that has nothing to compute, and processor seconds of its scheduler for one."""
    import psutil  # of dask.distributed

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"], **quiet)
    worker = subprocess.Popen([*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"], **quiet)
    try:
        cluster = Cluster(address, patience="60s")
        list(cluster.results(nothing, range(10)))
        before, start = sum(psutil.Process(scheduler.pid).cpu_times()[:2]), time.perf_counter()
        list(cluster.results(nothing, range(tasks)))
        spent = time.perf_counter() - start
        return tasks / spent, (sum(psutil.Process(scheduler.pid).cpu_times()[:2]) - before) / tasks
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


def tell_load() -> int:
    """The tables of docs/studies.md."""
    for name, text, sizes in (("over arrays", ARRAYS, (10**4, 10**5, 10**6)), ("one by one", SINGLE, (10**3, 10**4))):
        for points in sizes:
            found = stored_size(text, points)
            print(f"| {name} | {points:,} | " + " | ".join(f"{value:,.0f}" for value in found.values()) + " |")
    for tasks in (500, 2000):
        rate, seconds = scheduler_load(tasks)
        print(f"{tasks} tasks: {rate:.0f} a second, {1e3 * seconds:.2f} ms of the scheduler's processor each")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.studies", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument("--points", type=int, default=1000, help="of each axis of the diagram")
    parser.add_argument("--load", action="store_true", help="only the load of a scheduler and the size of stores")
    given = parser.parse_args()
    os.chdir(ROOT)
    if given.load:
        return tell_load()
    arrays = overhead(ARRAYS, 1_000_000)
    single = overhead(SINGLE, 10_000)
    command(phases(20), "--workers", "2")  # what is compiled once
    two = [command(phases(given.points), "--workers", "2")[0] for _ in range(2)]
    _, large = command(phases(given.points))
    _, small = command(phases(given.points // 4))
    heavy = phases(given.points // 2, "conventions")
    one, both = command(heavy)[0], command(heavy, "--workers", "2")[0]
    found = [
        figure("store, a point of a question over arrays", "µs", [1e6 * value for value in arrays], 20),
        figure("store, a point asked alone", "ms", [1e3 * value for value in single], 2),
        figure(f"phase diagram of wires, {given.points} x {given.points}, two workers", "s", two, 60),
        Figure(
            what=f"{given.points // 2} x {given.points // 2}, all conventions: times faster with two workers",
            unit="times",
            best=one / both,
            median=one / both,
            runs=1,
            bound=1.7,
            at_least=True,
        ),
        figure("peak memory of 16 times the points, less that of one", "GiB", [large - small], 0.1),
    ]
    if given.report:
        report(found)
        return 0
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    return concluded(found)


if __name__ == "__main__":
    sys.exit(main())
