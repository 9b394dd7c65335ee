"""A copy of the package in which one piece of a formula is broken, and what is asked of it in a process of its own.

That process is forked (where there are forks) from one that has loaded all libraries already and nothing of the
package: several hundred formulas are broken, and loading would take longer than calculating.
"""

import multiprocessing
import sys
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PACKAGE = Path(str(find_spec("attractron").origin)).parent

LIBRARIES = [
    "pytest",
    "hypothesis.strategies",
    "hypothesis.internal.conjecture.engine",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.ndimage",
    "scipy.optimize",
    "scipy.sparse.linalg",
    "scipy.signal",
    "scipy.sparse.csgraph",
    "scipy.special",
    "scipy.special.cython_special",
    "scipy.stats",
    "xarray",
    "dask.array",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.patheffects",
    "pydantic.main",
    "pydantic.plugin._loader",
    "jinja2",
    "pint",
    "h5py",
    "contourpy",
    "threadpoolctl",
    "sqlite3",
    "tomllib",
    "urllib.request",
]
"""What the package takes long to load, and the runner of the tests; Dask, which xarray loads where it is installed."""

LONGEST = 600.0
"""Seconds after which a broken formula counts as one that never ends."""


def copied(folder: Path, path: Path, text: str) -> None:
    """The package, in `folder`, with another text in one of its files; all else is linked to."""
    here, there = PACKAGE, folder / PACKAGE.name
    there.mkdir()
    for part in path.relative_to(PACKAGE).parts:
        for entry in here.iterdir():
            if entry.name not in (part, "__pycache__"):
                (there / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
        here, there = here / part, there / part
        if here.is_dir():
            there.mkdir()
    there.write_text(text, encoding="utf-8")


def asked_of(folder: Path, function: Callable[..., Any], *given: Any) -> Any:
    """What a function of a module that loads nothing of the package answers there, with the copy in this folder."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(LIBRARIES)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(str(folder), theirs, function, given))
    process.start()
    theirs.close()
    try:
        assert ours.poll(LONGEST), f"{function.__name__}{given} is not finished after {LONGEST:g} s"
        return ours.recv()  # EOFError: the copy raised what stands on standard error
    finally:
        process.kill()
        process.join()


def _answer(folder: str, pipe: Connection, function: Callable[..., Any], given: tuple[Any, ...]) -> None:
    assert "attractron" not in sys.modules, "the package was loaded before its copy was asked for"
    sys.path.insert(0, folder)
    pipe.send(function(*given))
