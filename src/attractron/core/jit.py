"""Compiled code, behind one door: kernels are plain Python, and Numba compiles them when that pays.

A kernel is an entry, marked with `@cached_jit`, and the functions that it calls, marked with `@jit`. As they stand
they are plain Python. `Kernel.for_items` chooses, for a given amount of work, between that and a compiled twin, in
which every marked function stands compiled in the place of the plain one. Both give the same bits: neither
reassociates, and the kernels use nothing whose rounding the two have not in common (a test compares them).

When compiling pays: it costs `compilation` seconds once, or `LOADING` where an earlier process has kept the result on
disk. Plain Python serves until it has taken, or is about to take, as long as that: whatever work follows, the time is
at most about twice what the better choice would have taken. The estimates stand beside each kernel, and nowhere else.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from dis import get_instructions
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from inspect import getfile
from pathlib import Path
from threading import Lock
from types import CodeType, FunctionType
from typing import Any, Generic, ParamSpec, TypeVar, cast

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")
Function = TypeVar("Function", bound=Callable[..., object])

LOG = logging.getLogger("attractron")

LOADING = 1.0
"""Seconds to import Numba and to load a kernel that was kept on disk."""

PIECE = 0.02
"""Seconds of work in plain Python after which it is asked again whether compiling pays."""

TRUST = 10
"""How many measured items weigh as much as the estimate of their time."""

LONG = 5.0
"""Seconds of work in plain Python from which on a missing Numba is mentioned."""

SLOW = (
    "Numba is not installed: everything works, large calculations are slower by up to 100 "
    '(pip install "attractron[compiled]").'
)

JITTED: set[object] = set()
"""Functions that stand compiled inside a compiled kernel."""

KERNELS: "list[Kernel[..., Any]]" = []
"""All entries, for tests."""


def jit(function: Function) -> Function:
    """Mark a function that kernels call; it stays plain Python by itself."""
    JITTED.add(function)
    return function


def cached_jit(*, compilation: float, item: float) -> Callable[[Callable[P, R]], "Kernel[P, R]"]:
    """Mark a function as a kernel's entry.

    Args:
        compilation: seconds that compiling it takes, all that it calls included.
        item: seconds that one item of its work takes in plain Python.
    """

    def entry(function: Callable[P, R]) -> "Kernel[P, R]":
        kernel = Kernel(function, compilation, item)
        KERNELS.append(kernel)
        return kernel

    return entry


@dataclass(eq=False)
class Kernel(Generic[P, R]):
    """A function that exists in plain Python and, from when that pays, compiled.

    Attributes:
        function: in plain Python.
        compilation: seconds that compiling takes.
        item: seconds that one item takes in plain Python.
        spent: seconds spent in plain Python so far, in this process.
    """

    function: Callable[P, R]
    compilation: float
    item: float
    spent: float = 0.0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def for_items(self, number: float) -> Callable[P, R]:
        """The function to call for that many items of work."""
        seconds = number * self.item
        with self._lock:
            if "compiled" in vars(self):
                return self.compiled
            if not available():
                if self.spent + seconds > LONG:
                    _say_once(SLOW)
                return self.plain
            if self.spent + seconds < min(LOADING, self.compilation):  # before the disk is looked at
                return self.plain
            kept = self.kept_on_disk()
            if self.spent + seconds < (LOADING if kept else self.compilation):
                return self.plain
            if not kept:
                name, module = self.function.__name__.strip("_"), self.function.__module__.removeprefix("attractron.")
                LOG.info("compiling %s (%s), once (about %.0f s) …", name, module, self.compilation)
            return self.compiled

    def pieces(self, number: int) -> Iterator[tuple[Callable[P, R], slice]]:
        """That many items of work in pieces, each with the function to call for it.

        Single items may take a hundred times as long as `item` says, where a window or a series is long. So plain
        Python comes in short pieces, and the time that they take decides who does the rest.
        """
        start, size, seconds, taken = 0, 1, self.item, TRUST * self.item
        while start < number:
            function = self.for_items((number - start) * seconds / self.item)
            stop = min(number, start + size) if function == self.plain else number
            before = time.perf_counter()
            yield function, slice(start, stop)
            taken += time.perf_counter() - before
            seconds = taken / (TRUST + stop)
            start, size = stop, max(1, min(2 * size, int(PIECE / seconds)))

    def plain(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The function in plain Python, with the IEEE arithmetic of compiled code: no error at a division by zero."""
        start = time.perf_counter()
        try:
            with np.errstate(all="ignore"):
                return self.function(*args, **kwargs)
        finally:
            self.spent += time.perf_counter() - start

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """The compiled twin, which Numba keeps on disk where that can be read and written."""
        from numba import njit

        twin = _twin(cast(FunctionType, self.function), {})
        twin.__qualname__ = self.name_on_disk
        unkept: Callable[P, R] = njit(nogil=True, error_model="numpy")(twin)
        try:
            kept: Callable[P, R] = njit(nogil=True, error_model="numpy", cache=True)(twin)
        except (RuntimeError, OSError):  # Numba found no folder for its cache, or the one that was named is none
            return unkept

        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            for _ in range(2):
                try:
                    return kept(*args, **kwargs)
                except Exception as error:  # noqa: BLE001 (kernels raise nothing: the disk is full, or a file broken)
                    _say_once(f"compiled code cannot be kept on disk, or what was there is broken ({error}).")
                    for file in self._files():
                        with suppress(OSError):
                            file.unlink()
            return unkept(*args, **kwargs)

        return call

    @cached_property
    def name_on_disk(self) -> str:
        """The name under which Numba keeps the kernel.

        Numba's own key is the text of the entry's file alone; a function of another file could change and the old
        numbers would come back. So the name has a fingerprint of all the code and all the constants that go in.
        """
        fingerprint = sha256()
        for function in _reached(cast(FunctionType, self.function), {}):
            fingerprint.update(repr(_content(function.__code__)).encode())
            for name in _names(function):
                value = function.__globals__[name]
                if isinstance(value, int | float | complex | tuple | np.ndarray):
                    fingerprint.update(f"{name} {np.asarray(value).tolist()!r}".encode())
        return f"{self.function.__name__}_{fingerprint.hexdigest()[:16]}"

    def kept_on_disk(self) -> bool:
        """Whether an earlier process left the compiled kernel where Numba will find it, newer than its source."""
        written = Path(getfile(self.function)).stat().st_mtime
        return any(file.suffix == ".nbi" and file.stat().st_mtime >= written for file in self._files())

    def _files(self) -> Iterator[Path]:
        """Indexes and code of the kernel that Numba has kept."""
        chosen = os.environ.get("NUMBA_CACHE_DIR")
        folder = Path(chosen) if chosen else Path(getfile(self.function)).parent / "__pycache__"
        return folder.glob(f"{'**/' if chosen else ''}*{self.name_on_disk}*.nb[ic]")


def available() -> bool:
    """Whether Numba is installed and not switched off."""
    return find_spec("numba") is not None and os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")


def _names(function: FunctionType) -> Iterator[str]:
    """Global names that a function uses; `co_names` alone would count attributes among them, as in `math.exp`."""
    used = {code.argval for code in get_instructions(function) if code.opname == "LOAD_GLOBAL"}
    return (name for name in sorted(used) if name in function.__globals__)


def _content(code: CodeType) -> tuple[object, ...]:
    """What a function computes: its instructions, constants and names, without lines and files."""
    return code.co_code, code.co_consts, code.co_names, code.co_varnames


def _reached(function: FunctionType, seen: dict[str, FunctionType]) -> list[FunctionType]:
    """A function and all marked ones that it calls, each once, in the order of their names."""
    key = f"{function.__module__}.{function.__qualname__}"
    if key not in seen:
        seen[key] = function
        for name in _names(function):
            value = function.__globals__[name]
            if isinstance(value, FunctionType) and value in JITTED:
                _reached(value, seen)
    return [seen[key] for key in sorted(seen)]


def _twin(function: FunctionType, twins: dict[FunctionType, Any]) -> FunctionType:
    """A copy of a function in whose globals the marked functions are compiled ones."""
    from numba import njit

    namespace = dict(function.__globals__)
    for name in _names(function):
        value = namespace[name]
        if isinstance(value, FunctionType) and value in JITTED:
            if value not in twins:
                twins[value] = njit(nogil=True, error_model="numpy")(_twin(value, twins))
            namespace[name] = twins[value]
    return FunctionType(function.__code__, namespace, function.__name__, function.__defaults__)


_SAID: set[str] = set()


def _say_once(text: str) -> None:
    if text not in _SAID:
        _SAID.add(text)
        LOG.warning(text)
