"""Kinds of other packages: the example of docs/studies.md, as an installed package brings it to the command line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr

from attractron import studies
from attractron.core.errors import AttractronError

DOCS = (Path(__file__).parents[3] / "docs" / "studies.md").read_text(encoding="utf-8").partition("## Own kinds")[2]
CODE = re.search(r"```python\n(.*?)```", DOCS, flags=re.DOTALL)[1]
ENTRY = re.search(r"```toml\n(.*?)```", DOCS, flags=re.DOTALL)[1]


@pytest.fixture
def package(tmp_path):
    """A folder with the example and the metadata of an installed package."""
    (tmp_path / "two_levels.py").write_text(CODE, encoding="utf-8")
    info = tmp_path / "two_levels-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: two-levels\nVersion: 1.0\n", encoding="utf-8")
    name, value = re.search(r'^([\w-]+) = "(.*)"$', ENTRY, flags=re.MULTILINE).groups()
    (info / "entry_points.txt").write_text(f"[attractron.studies.kinds]\n{name} = {value}\n", encoding="utf-8")
    return tmp_path


def attractron(package, *words):
    path = os.pathsep.join([str(package), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, "-m", "attractron", *words],
        cwd=package,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.mark.thorough
def test_an_installed_package_brings_a_kind_to_the_command_line(package):
    assert "two levels that tunnel" in attractron(package, "new", "--list").stdout
    attractron(package, "new", "two-levels", "--out", "s.toml")
    done = attractron(package, "run", "s.toml")
    assert "The levels are at least 0.1 meV apart." in done.stdout, done.stderr
    summary = json.loads((package / "s" / "summary.json").read_text(encoding="utf-8"))
    assert summary["numbers"]["least"]["value"] == 0.1
    assert (package / "s" / "s.png").exists()
    with xr.open_zarr(package / "s" / "s.zarr") as result:
        assert float(result["splitting"].sel(detuning=1)) == pytest.approx((1 + 0.01) ** 0.5)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import nothing_of_this_name", "cannot be loaded: ModuleNotFoundError"),
        ("TWO_LEVELS = 3", "is no attractron.studies.Kind but 3"),
        (CODE.replace('name="two-levels"', 'name="others"'), "calls itself 'others'"),
    ],
)
def test_a_kind_that_cannot_be_used_is_said_in_a_line(package, monkeypatch, code, says):
    monkeypatch.syspath_prepend(package)
    monkeypatch.delitem(sys.modules, "two_levels", raising=False)
    (package / "two_levels.py").write_text(code, encoding="utf-8")
    (package / "s.toml").write_text('kind = "two-levels"', encoding="utf-8")
    with pytest.raises(AttractronError, match=says):
        studies.read(package / "s.toml")


def test_in_python_it_is_given(package):
    names: dict = {"__name__": "two_levels"}
    exec(CODE, names)
    path = package / "s.toml"
    path.write_text('kind = "two-levels"\nmodel = { t = 0.2, detuning = 0.3 }', encoding="utf-8")
    own = {"two-levels": names["TWO_LEVELS"]}
    result = studies.compute_study(studies.read(path, kinds=own))
    assert float(result["splitting"]) == pytest.approx(0.5)
    assert studies.model_of(result, kinds=own).t == 0.2
