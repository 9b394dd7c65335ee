"""How a figure is measured: in a fresh process, on one core and with one thread; and what it was measured on."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
"""Environment in which OpenBLAS, MKL, Accelerate, Numba, Rust's Rayon and XLA use one thread."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        what: what was measured.
        unit: "ms", "s", "GiB", "times" or "pixels".
        best: over the runs; for a ratio that of the two best times. This one is held against the bound.
        median: over the runs; for a ratio that of the two medians.
        runs: how many runs were timed, after one that was not.
        bound: the limit, or None where the number is only reported.
        at_least: the bound is a lower one.
    """

    what: str
    unit: str
    best: float
    median: float
    runs: int
    bound: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Whether the bound holds."""
        if self.bound is None:
            return ""
        return "holds" if (self.best >= self.bound if self.at_least else self.best <= self.bound) else "MISSED"


def figure(what: str, unit: str, values: Sequence[float], bound: float) -> Figure:
    """The figure of several runs, the smallest being the best, with an upper bound."""
    return Figure(
        what=what, unit=unit, best=min(values), median=statistics.median(values), runs=len(values), bound=bound
    )


def seconds(call: Callable[[], object], runs: int, clock: Callable[[], float] = time.process_time) -> list[float]:
    """Times of a call in seconds; a first call, which imports and compiles, is not counted.

    Processor time, all threads together, is on one core the wall time of an idle machine, and other processes do not
    lengthen it. A call that starts processes needs `time.perf_counter`.
    """
    call()
    return [seconds_once(call, clock) for _ in range(runs)]


def seconds_once(call: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Time of one call in seconds."""
    start = clock()
    call()
    return clock() - start


def alone(module: str, *arguments: str) -> list[Figure]:
    """The figures that `python -m MODULE ARGUMENTS` reports, run in a fresh process on one core with one thread.

    Raises:
        RuntimeError: the process failed; the message is the last line of its errors.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError((done.stderr.strip() or f"{module} ended with status {done.returncode}").splitlines()[-1])
    return [Figure(**entry) for entry in json.loads(done.stdout)]


def report(figures: Sequence[Figure]) -> None:
    """Hand figures to the process that called `alone`."""
    print(json.dumps([asdict(entry) for entry in figures]))


def concluded(figures: Sequence[Figure]) -> int:
    """Print figures with their verdicts; the exit status, 1 where a bound is missed."""
    for entry in figures:
        print(f"{entry.what}: {entry.best:.4g} {entry.unit} {entry.verdict}")
    return int(any(entry.verdict == "MISSED" for entry in figures))


def keep_to_one_core() -> None:
    """Bind this process and those that it starts to one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def machine() -> dict[str, object]:
    """Processor, cores, system and versions: enough to judge a time by, and nothing that names the machine."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("attractron", "numpy", "scipy", "xarray")},
    }


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    names = (
        [line.partition(":")[2].strip() for line in listing.read_text().splitlines() if line.startswith("model name")]
        if listing.exists()
        else []
    )
    return names[0] if names else platform.processor() or platform.machine()
