"""The claims of a figure in its quick form, by the package as it is or by a copy in which a formula is broken.

A copy is judged in a process of its own, forked (where there are forks) from one that has loaded all libraries already
and nothing of the package: several hundred formulas are broken, and loading would take longer than calculating.
"""

import multiprocessing
import sys
from multiprocessing.connection import Connection
from pathlib import Path

LIBRARIES = [
    "pytest",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.ndimage",
    "scipy.optimize",
    "scipy.sparse.linalg",
    "scipy.special",
    "xarray",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "pydantic",
    "jinja2",
    "pint",
    "h5py",
    "contourpy",
    "threadpoolctl",
]
"""What the package takes long to load, and the runner of the tests."""

LONGEST = 600.0
"""Seconds after which a broken formula counts as one that never ends."""


def judged(name: str) -> list[dict[str, object]]:
    """Reading, status, published and computed value, and tolerance of every claim."""
    from attractron.papers.catalogue import all_figures  # of the copy, where there is one

    figure = all_figures()[name]
    keys = ("reading", "status", "published", "computed", "tolerance")
    return [{key: getattr(claim, key) for key in keys} for claim in figure.claims(figure.compute(True))]


def judged_with(folder: Path, name: str) -> list[dict[str, object]]:
    """The same by the package in this folder; an error there is one here."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(LIBRARIES)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(str(folder), name, theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(LONGEST), f"{name} is not finished after {LONGEST:g} s"
        return list(ours.recv())  # EOFError: the copy raised what stands on standard error
    finally:
        process.kill()
        process.join()


def _answer(folder: str, name: str, pipe: Connection) -> None:
    assert "attractron" not in sys.modules, "the package was loaded before its copy was asked for"
    sys.path.insert(0, folder)
    pipe.send(judged(name))
