"""Where blocks of work are computed: in this process, on several, or on a cluster. The blocks never depend on which."""

import importlib
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol, TypeVar

import cloudpickle
from threadpoolctl import threadpool_limits

from attractron.core.checks import whole
from attractron.core.errors import AttractronError
from attractron.core.log import LOG, keep_quiet, tell

Task = TypeVar("Task")
Result = TypeVar("Result")

TRIES = 3
"""So often a block is begun whose worker dies, for want of memory or by a signal, before the run gives up."""

ALIVE = 0.5
"""Seconds between two looks of a worker whether the process that started it still lives."""


class Executor(Protocol):
    """What computes a function of many tasks."""

    def results(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """The function of every task as they are ready, in any order; what the function raises, this raises."""


class InProcess:
    """One task after the other, here."""

    def results(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """As `Executor` says."""
        with threadpool_limits(limits=1):
            for task in tasks:
                yield function(task)


class Workers:
    """Several processes on this machine (loky, by joblib), with one thread for linear algebra each.

    A worker that dies takes the run with it only when it dies three times at the same work: what it was at is begun
    again. Workers end with the process that started them, however that ends.

    Args:
        count: of processes.
    """

    def __init__(self, count: int) -> None:
        self.count = count

    def results(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """As `Executor` says."""
        left, tries, packed = dict(enumerate(tasks)), 0, _packed(function)
        while left:
            before = len(left)
            try:
                for number, result in self._once(packed, left):
                    del left[number]
                    yield result
            except BrokenProcessPool as error:
                tries = 1 if len(left) < before else tries + 1
                if tries >= TRIES:
                    raise AttractronError(
                        "workers were ended from outside again and again, perhaps for want of memory; use fewer"
                    ) from error
                LOG.info("a worker was ended from outside; what it was at is computed again")

    @contextmanager
    def starting(self, function: Callable[[Task], Result]) -> Iterator[None]:
        """The processes start and load the function while the block runs; at its end they are waited for."""
        loading = self._begun(_loaded, dict.fromkeys(range(self.count), _packed(function)))
        try:
            yield
        finally:  # after an error, too: loky does not take it well to be ended while it starts
            with suppress(BrokenProcessPool):  # who needs the worker that died begins again
                list(loading)

    def _once(self, function: Callable[[Task], Result], tasks: dict[int, Task]) -> Iterator[tuple[int, Result]]:
        results = self._begun(function, tasks)
        try:
            for result in results:  # noqa: UP028 (`yield from` would close joblib's generator itself, and warn)
                yield result
        finally:
            with warnings.catch_warnings(action="ignore"):  # of results that nobody waits for after an error
                results.close()

    def _begun(self, function: Callable[[Task], Result], tasks: dict[int, Task]) -> Any:
        """Joblib's generator of (number, result), whose first tasks are on their way."""
        # Joblib and the processes that it starts only where they are asked for.
        from joblib import Parallel, delayed, parallel_config

        with (
            parallel_config(backend="loky", n_jobs=self.count, inner_max_num_threads=1),
            _unheard_by_children(),
        ):
            level = LOG.getEffectiveLevel()
            jobs = (
                delayed(_in_worker)(function, number, task, os.getpid(), level if place == 0 else None)
                for place, (number, task) in enumerate(list(tasks.items()))
            )
            return Parallel(return_as="generator_unordered", batch_size=1)(jobs)


class Cluster:
    """Workers of a Dask cluster (`pip install "attractron[cluster]"`): another machine's, or a local one's.

    Args:
        address: of the scheduler, as `tcp://host:8786`.
        ahead: tasks that each thread of a worker has waiting: the scheduler never knows more than these.
        patience: how long the scheduler may take to answer.
    """

    def __init__(self, address: str, *, ahead: int = 2, patience: str = "30s") -> None:
        self.address, self.ahead, self.patience = address, ahead, patience

    def results(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """As `Executor` says.

        Raises:
            AttractronError: dask.distributed is missing, the scheduler does not answer or goes away, workers die.
        """
        try:
            dask: Any = importlib.import_module("distributed")  # only where it is asked for
        except ImportError as error:
            raise AttractronError('a cluster needs dask.distributed: pip install "attractron[cluster]"') from error
        try:
            client = dask.Client(self.address, timeout=self.patience, set_as_default=False)
        except (OSError, ValueError) as error:
            raise AttractronError(f"no scheduler answers at {self.address}; start one: dask scheduler") from error
        with client:
            if not tasks:
                return
            client.wait_for_workers(1, timeout=self.patience)
            room = self.ahead * max(1, sum(client.nthreads().values()))
            waiting, packed = iter(tasks), _packed(function)

            def begin(count: int) -> list[Any]:
                return [client.submit(_on_one_thread, packed, task, pure=False) for task in islice(waiting, count)]

            running = dask.as_completed(begin(room), loop=client.loop)
            try:
                for future in running:
                    result = self._result_of(future, dask)
                    running.update(begin(1))
                    yield result
            finally:
                running.clear()

    def _result_of(self, future: Any, dask: Any) -> Any:
        """What a future came to; trouble of the cluster itself as an error that users know."""
        try:
            return future.result()
        except dask.KilledWorker as error:
            raise AttractronError(f"workers of {self.address} were ended from outside again and again") from error
        except (dask.CancelledError, dask.comm.core.CommClosedError) as error:
            raise AttractronError(f"the scheduler {self.address} went away; run again to go on") from error


def executor(workers: int = 1, scheduler: str | None = None, tasks: int | None = None) -> Executor:
    """What computes on so many workers, never more than there are tasks, or on a scheduler's.

    Raises:
        InputError: `workers` is not a whole number of at least 1.

    Example:
        >>> from attractron.studies.executors import executor
        >>> type(executor(2)).__name__
        'Workers'
    """
    count = whole("workers", workers, at_least=1)
    if scheduler is not None:
        return Cluster(scheduler)
    count = count if tasks is None else min(count, max(tasks, 1))
    return InProcess() if count == 1 else Workers(count)


def compute(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int = 1,
    scheduler: str | None = None,
) -> Iterator[Result]:
    """The function of every task, as they are ready.

    Linear algebra runs on one thread everywhere: several are not faster at these sizes, they fight over the cores
    with the workers, and sums in another order would change the last bits of a result.

    Args:
        function: a function or method that a worker can load.
        tasks: what to compute.
        workers: 1 computes in this process; more start that many, but never more than there are tasks.
        scheduler: address of a Dask scheduler, whose workers compute.

    Raises:
        InputError: `workers` is not a whole number of at least 1, or what the function raises.
        AttractronError: workers die again and again.
    """
    return executor(workers, scheduler, len(tasks)).results(function, tasks)


def starting(
    function: Callable[[Task], Result], *, workers: int = 1, scheduler: str | None = None, tasks: int
) -> AbstractContextManager[None]:
    """Workers that `compute` will use with this function start while the block runs; nothing where there are none.

    Args:
        function: as of `compute`.
        workers: as of `compute`.
        scheduler: as of `compute`.
        tasks: how many there will be.
    """
    where = executor(workers, scheduler, tasks)
    return where.starting(function) if isinstance(where, Workers) else nullcontext()


@dataclass(frozen=True)
class _Packed:
    """A function on its way to workers: packed once for all tasks, and unpacked once in every worker."""

    content: bytes

    def __call__(self, task: Any) -> Any:
        return _unpacked(self.content)(task)


def _packed(function: Callable[..., Any]) -> _Packed:
    return _Packed(cloudpickle.dumps(function))


@lru_cache(maxsize=4)
def _unpacked(content: bytes) -> Callable[[Any], Any]:
    function: Callable[[Any], Any] = cloudpickle.loads(content)
    return function


def _loaded(function: _Packed) -> None:
    _unpacked(function.content)


def _on_one_thread(function: Callable[[Task], Result], task: Task) -> Result:
    with threadpool_limits(limits=1):
        return function(task)


def _in_worker(
    function: Callable[[Task], Result], number: int, task: Task, parent: int, level: int | None
) -> tuple[int, Result]:
    """The function of one task. All workers have the same to tell: the one with the first task does."""
    _end_with(parent)
    if level is not None:
        tell(level)
    elif not LOG.handlers:
        keep_quiet()
    return number, function(task)


_watching: list[int] = []


def _end_with(parent: int) -> None:
    """From now on this process ends when its parent does, even if that was killed."""
    if _watching or os.name == "nt":  # where a process keeps the number of a parent that is gone
        return
    _watching.append(parent)

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(ALIVE)
        os._exit(1)

    threading.Thread(target=look, daemon=True, name="ends with its parent").start()


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
