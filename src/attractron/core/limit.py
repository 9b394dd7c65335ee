"""A time limit that is kept: what may take too long is computed in a process of its own, which is killed then.

The process belongs to the thread that asks, is started once and asked again and again. It may stand in a library that
never returns, wait for ever or crash: only what it was at is lost, and the next question goes to a fresh one. It is a
plain child with pipes, so that it can be had in this process, in loky's and in the threads of a Dask worker alike,
whose processes may not have children of the kind that `multiprocessing` makes.
"""

import faulthandler
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

import cloudpickle

from attractron.core.errors import AttractronError
from attractron.core.log import keep_quiet

LOADING = 5.0
"""Seconds that the first question of all may take longer: libraries are loaded and compiled in it."""

STARTING = 120.0
"""Seconds after which a child that does not answer has not started."""

IDLE = 60.0
"""Seconds without a question after which a child ends by itself; the next question starts another."""

ALIVE = 0.5
"""Seconds between two looks whether the process that started it still lives."""

GRACE = 1.0
"""Seconds beyond its limit after which a child that was left alone in a library ends by itself."""

LONGEST = 1e7
"""Seconds that anything waits at most, some months."""

LIBRARIES = ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMBA", "NUMEXPR")
"""Of which each has its own variable for how many threads there are."""

_BOOT = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from attractron.core.limit import serve
serve()
"""


class TooLongError(AttractronError):
    """It took longer than it may."""


class _Ended(Exception):  # noqa: N818 (not an error, where a child was idle)
    """The child has ended."""


class Child:
    """A process that computes one function of task after task.

    Args:
        content: the function, as `cloudpickle` packs it.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.process = subprocess.Popen(
            [sys.executable, "-c", _BOOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **{f"{name}_NUM_THREADS": "1" for name in LIBRARIES}},
            start_new_session=os.name != "nt",  # Ctrl-C is for the process that asks
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        self.end = weakref.finalize(self, _end, self.process)
        self._sent(sys.path)
        self._sent(content)
        try:
            self._received(STARTING)
        except (_Ended, TooLongError) as error:
            raise AttractronError("a process for what has a time limit does not start") from error

    def ask(self, task: Any, seconds: float, extra: float = 0.0) -> Any:
        """The function of a task.

        Raises:
            TooLongError: it takes longer than `seconds` (and what is `extra`); the child is gone.
            AttractronError: the child crashed.
            Exception: what the function raises.
        """
        self._sent((seconds + extra, task))
        good, found = self._received(seconds + extra, seconds)
        if good:
            return found
        raise found

    def _sent(self, message: Any) -> None:
        stream = self.process.stdin
        assert stream is not None
        try:
            stream.write(pickle.dumps(message))
            stream.flush()
        except OSError as error:
            raise self._ended() from error
        except BaseException:
            self.end()
            raise

    def _received(self, seconds: float, said: float | None = None) -> Any:
        stream = self.process.stdout
        assert stream is not None
        late, lock = threading.Event(), threading.Lock()

        def kill() -> None:
            if lock.acquire(blocking=False):  # else the answer is there
                late.set()
                self.process.kill()

        timer = threading.Timer(min(seconds, LONGEST), kill)
        timer.daemon = True
        timer.start()
        try:
            found = pickle.load(stream)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            if not late.is_set():
                raise self._ended() from error
            self.end()
            raise TooLongError(
                f"took longer than {said or seconds:.3g} s; with a longer time limit, --retry tries again"
            ) from None
        except BaseException:
            self.end()
            raise
        finally:
            timer.cancel()
        if not lock.acquire(blocking=False):  # it came with the last second
            self.end()
        return found

    def _ended(self) -> Exception:
        """Why the child is no more."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        code = self.process.returncode
        self.end()
        if code == 0:
            return _Ended()
        by = f"by {signal.Signals(-code).name}" if code is not None and code < 0 else f"with code {code}"
        return AttractronError(f"its process ended {by}, perhaps for want of memory or by a fault of a library")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):  # what was not sent
                stream.close()


class _Own(threading.local):
    """The child of a thread, and what it has answered."""

    child: Child | None = None
    loaded: bytes | None = None
    good: Any = None
    """What it answered fastest."""
    fastest: float = 0.0


_OWN = _Own()


def within(seconds: float, content: bytes, task: Any) -> Any:
    """A function of a task, computed in the child of this thread.

    A fresh child is asked first what one before it has answered: what it loads and compiles is not counted. The first
    of all has `LOADING` for it.

    Args:
        seconds: that it may take.
        content: the function, as `cloudpickle` packs it.
        task: what can be pickled.

    Raises:
        TooLongError: it takes longer.
        AttractronError: its process crashed.
        Exception: what the function raises.
    """
    extra = 0.0
    if _OWN.loaded != content:
        _OWN.loaded, _OWN.good, extra = content, None, LOADING
    for _ in range(3):
        child = _OWN.child
        if child is None or not child.end.alive or child.content != content:
            end_child()
            child = _OWN.child = Child(content)
            if _OWN.good is not None:
                try:
                    child.ask(_OWN.good, seconds, LOADING)
                except Exception:  # noqa: BLE001 (not what is asked; it goes without)
                    _OWN.good, extra = None, LOADING
                    continue
        began = time.monotonic()
        try:
            found = child.ask(task, seconds, extra)
        except _Ended:  # it was idle
            continue
        spent = time.monotonic() - began
        if _OWN.good is None or spent < _OWN.fastest:
            _OWN.good, _OWN.fastest = task, spent
        return found
    raise AttractronError("a process for what has a time limit ends again and again")


def end_child() -> None:
    """End the child of this thread, if it has one."""
    if _OWN.child is not None:
        _OWN.child.end()
        _OWN.child = None


def serve() -> None:
    """What a child does: take a function, then one task after the other, until nobody asks."""
    # What the function prints must not get between the answers.
    answers: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    keep_quiet()
    idle_since: list[float] = []
    threading.Thread(target=_watch, args=(os.getppid(), idle_since), daemon=True, name="ends when idle").start()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        function: Callable[[Any], Any] = cloudpickle.loads(pickle.load(sys.stdin.buffer))
        _answer(answers, (True, None))
        while True:
            idle_since[:] = [time.monotonic()]
            try:
                seconds, task = pickle.load(sys.stdin.buffer)
            except (EOFError, OSError):
                os._exit(0)
            idle_since.clear()
            # Needs neither this thread nor the interpreter: nobody is left to kill a child whose parent was killed.
            faulthandler.dump_traceback_later(min(seconds, LONGEST) + GRACE, exit=True, file=nowhere)
            try:
                found = (True, function(task))
            except BaseException as error:  # noqa: BLE001 (all that is raised here is raised there)
                found = (False, _portable(error))
            faulthandler.cancel_dump_traceback_later()
            _answer(answers, found)


def _answer(stream: BinaryIO, found: tuple[bool, Any]) -> None:
    try:
        content = pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 (whatever pickling says)
        content = pickle.dumps((False, AttractronError(f"its answer cannot be sent: {error}")))
    stream.write(content)
    stream.flush()


def _portable(error: BaseException) -> BaseException:
    """An error that can be raised in another process: itself, or what it says."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 (whatever its class makes of it)
        return AttractronError(f"{type(error).__name__}: {error}")
    return error


def _watch(parent: int, idle_since: list[float]) -> None:
    """Ends this process when its parent has ended, or nobody has asked for long."""
    while os.name == "nt" or os.getppid() == parent:
        time.sleep(ALIVE)
        if idle_since and time.monotonic() - idle_since[0] > IDLE:
            os._exit(0)
    os._exit(1)
