"""Every exported function and class shows an example that runs."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import attractron
from attractron import plotting

FOLDERS = (
    "compare",
    "core",
    "dots",
    "explorer",
    "fitting",
    "geometry",
    "lattice",
    "measurement",
    "papers",
    "plotting",
    "readout",
    "studies",
    "transport",
    "wires",
)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def exported():
    """(name, object) of all that the folders export, and of the functions of plotting's modules."""
    for folder in FOLDERS:
        module = importlib.import_module(f"attractron.{folder}")
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                yield f"{folder}.{name}", thing
    for found in pkgutil.iter_modules(plotting.__path__):
        module = importlib.import_module(f"attractron.plotting.{found.name}")
        for name, thing in vars(module).items():
            if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_"):
                yield f"plotting.{found.name}.{name}", thing


@pytest.mark.parametrize(("name", "thing"), [pytest.param(*each, id=each[0]) for each in exported()])
def test_the_example_runs(name, thing):
    text = inspect.getdoc(thing) or ""
    assert ">>>" in text, f"{name} has no example"
    example = doctest.DocTestParser().get_doctest(text, {"at": attractron, "np": np}, name, None, 0)
    failures = []
    doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(example, out=failures.append)
    assert not failures, "".join(failures)
