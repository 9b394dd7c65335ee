"""Where blocks of work are computed: in this process or on several. The blocks never depend on which."""

import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from threadpoolctl import threadpool_limits

from attractron.core.checks import whole
from attractron.core.errors import AttractronError
from attractron.core.log import LOG, keep_quiet, tell

Task = TypeVar("Task")
Result = TypeVar("Result")

BLOCKS = 32
"""At most so many blocks: enough for several workers and a smooth progress bar, few enough to cost nothing."""


def blocks(points: int, most: int = BLOCKS) -> list[slice]:
    """Cut `points` into at most `most` slices of equal length, but for the last: a function of `points` alone."""
    length = -(-points // most)
    return [slice(start, min(start + length, points)) for start in range(0, points, length)]


def compute(function: Callable[[Task], Result], tasks: Sequence[Task], *, workers: int = 1) -> Iterator[Result]:
    """The function of every task, in order, as they are ready.

    Linear algebra runs on one thread everywhere: several are not faster at these sizes, they fight over the cores
    with the workers, and sums in another order would change the last bits of a result.

    Args:
        function: defined at the top of a module, so that a worker can load it.
        tasks: what to compute.
        workers: 1 computes in this process; more start that many, but never more than there are tasks.

    Raises:
        InputError: `workers` is not a whole number of at least 1, or what the function raises.
        AttractronError: a worker died.
    """
    count = min(whole("workers", workers, at_least=1), max(len(tasks), 1))
    return _in_process(function, tasks) if count == 1 else _in_workers(function, tasks, count)


def _in_process(function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    with threadpool_limits(limits=1):
        for task in tasks:
            yield function(task)


def _in_workers(function: Callable[[Task], Result], tasks: Sequence[Task], workers: int) -> Iterator[Result]:
    # Joblib and the processes that it starts only where they are asked for.
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(backend="loky", n_jobs=workers, inner_max_num_threads=1), _errors_of_ours():
        with _unheard_by_children():
            level = LOG.getEffectiveLevel()
            jobs = (
                delayed(_in_worker)(function, task, level if number == 0 else None) for number, task in enumerate(tasks)
            )
            results = Parallel(return_as="generator", batch_size=1)(jobs)
        try:
            for result in results:  # noqa: UP028 (`yield from` would close joblib's generator itself, with a warning)
                yield result
        finally:
            with warnings.catch_warnings(action="ignore"):  # of results that nobody waits for after an error
                results.close()


def _in_worker(function: Callable[[Task], Result], task: Task, level: int | None) -> Result:
    """The function of one task. All workers have the same to tell: the one with the first task does."""
    if level is not None:
        tell(level)
    elif not LOG.handlers:
        keep_quiet()
    return function(task)


@contextmanager
def _errors_of_ours() -> Iterator[None]:
    """What workers report, and that one of them died, as errors that users know."""
    try:
        yield
    except BrokenProcessPool as error:
        raise AttractronError("a worker was ended from outside, perhaps for want of memory; use fewer") from error


@contextmanager
def _unheard_by_children() -> Iterator[None]:
    """Processes started here do not hear Ctrl-C: this process does, and ends them in order."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set signals
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
