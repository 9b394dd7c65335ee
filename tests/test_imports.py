"""Imports point one way, and importing the package loads nothing heavy.

    cli → explorer, papers, measurement → studies → fitting → plotting and the physics → core

The physics folders know nothing of each other (transport and geometry may use dots), nor of plotting; plotting
knows only core.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import attractron

ROOT = Path(attractron.__file__).parent
FLOORS = [
    {"core"},
    {"dots", "geometry", "transport", "wires", "lattice", "readout", "plotting"},
    {"fitting"},
    {"studies", "compare"},
    {"papers", "measurement", "explorer"},
    {"cli", "console"},
    {"__main__"},
]
LEVEL = {folder: level for level, folders in enumerate(FLOORS) for folder in folders}
NEIGHBOURS = {("transport", "dots"), ("geometry", "dots"), ("cli", "console")}
HEAVY = [
    "numpy",
    "scipy",
    "xarray",
    "pandas",
    "matplotlib",
    "pint",
    "pydantic",
    "h5py",
    "h5netcdf",
    "joblib",
    "jinja2",
    "bokeh",
]


def modules():
    return [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "__init__.py"]


def folder(path):
    return path.relative_to(ROOT).with_suffix("").parts[0]


def targets(source, package):
    """Folders of attractron that a module names: by imports at any depth of the code, or as `attractron.folder`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(
                    [*package.split(".")[: len(package.split(".")) - node.level + 1], *filter(None, [base])]
                )
            names = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "attractron":
            names = [f"attractron.{node.attr}"]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "attractron" and len(parts) > 1 and not parts[1].startswith("_"):
                yield parts[1]


def runs_back(own, other):
    return own != other and LEVEL[other] >= LEVEL[own] and (own, other) not in NEIGHBOURS


def arrows_back(source, own, package):
    return sorted({other for other in targets(source, package) if runs_back(own, other)})


def package_of(path):
    return ".".join(("attractron", *path.relative_to(ROOT).parts[:-1]))


def test_every_folder_has_its_floor():
    assert {folder(path) for path in modules()} <= set(LEVEL)
    assert len(modules()) > 10


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    assert not arrows_back(path.read_text(encoding="utf-8"), folder(path), package_of(path))


@pytest.mark.parametrize(
    ("source", "own", "back"),
    [
        ("from attractron.core.errors import InputError", "dots", []),
        ("from attractron import plotting", "dots", ["plotting"]),
        ("import attractron.studies.run as r", "core", ["studies"]),
        ("def f():\n    if True:\n        from attractron.papers import x", "studies", ["papers"]),
        ("from ..papers import x", "studies", ["papers"]),
        ("from .. import papers, core", "studies", ["papers"]),
        ("from . import schema", "studies", []),
        ("import attractron\nattractron.papers.x()", "studies", ["papers"]),
        ("import attractron\nattractron.__version__", "core", []),
        ("from attractron.dots import x", "transport", []),
        ("from attractron.transport import x", "dots", ["transport"]),
        ("from attractron.dots import x", "plotting", ["dots"]),
        ("from attractron import cli, core", "papers", ["cli"]),
    ],
)
def test_the_reader_of_imports_sees_them_all(source, own, back):
    assert arrows_back(source, own, f"attractron.{own}") == back


def python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    "start",
    [
        "import attractron",
        "import attractron.cli",
        "import attractron.core.errors, attractron.console",
    ],
)
def test_nothing_heavy_is_loaded(start):
    assert python(f"{start}\nimport sys\nprint(*(name for name in {HEAVY} if name in sys.modules))") == []


def test_statistics_and_signals_are_loaded_where_they_are_used():
    """They take as long to load as all else that a reading needs."""
    start = "from attractron import papers, studies\nfrom attractron.papers import catalogue\ncatalogue.all_figures()"
    slow = ["scipy.stats", "scipy.signal"]
    assert python(f"{start}\nimport sys\nstudies.KINDS\nprint(*(name for name in {slow} if name in sys.modules))") == []


def test_former_names_lead_to_what_is_called_otherwise_now():
    assert attractron.compare.fit_diagram is attractron.fitting.fit_diagram  # a module of its own once it is imported
    assert attractron.studies.read_data is attractron.measurement.read_data
    assert attractron.studies.Options is attractron.measurement.Options is attractron.measurement.ReadOptions
    assert attractron.studies.Reading is attractron.measurement.Reading is attractron.measurement.Measurement


def test_former_names_can_be_imported_from():
    lines = "from attractron.compare import fit_diagram\nimport attractron.fitting\n"
    assert python(f"{lines}print(fit_diagram is attractron.fitting.fit_diagram)") == ["True"]


def test_folders_load_when_they_are_used():
    assert python("import attractron, sys\nattractron.dots\nprint('attractron.dots' in sys.modules)") == ["True"]


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("import attractron", 0.3),
        ("import sys; sys.argv = ['attractron', '--help']; from attractron.cli import main; main()", 0.5),
        ("import sys; sys.argv = ['attractron', '--version']; from attractron.cli import main; main()", 0.5),
        ("import sys; sys.argv = ['attractron', 'run', '--help']; from attractron.cli import main; main()", 0.5),
    ],
)
def test_starting_is_quick(code, limit):
    """Processor time of a whole process, the interpreter's own start included: what a wait is on an idle machine."""
    clock = "import atexit, time; atexit.register(lambda: print(time.process_time()))\n"
    assert min(float(python(clock + code)[-1]) for _ in range(5)) < limit
