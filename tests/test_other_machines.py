"""What other people's machines use: workflow, hooks, forms and recipe say what the project says."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import attractron
from attractron.papers.catalogue import all_figures

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_the_workflow_tests_every_python_that_the_project_names():
    jobs = read(".github/workflows/test.yml")["jobs"]
    matrix = jobs["test"]["strategy"]["matrix"]
    named = [each.rsplit(" ")[-1] for each in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", each)]
    assert matrix["python"] == named
    assert {each.split("-")[0] for each in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert jobs["install"]["strategy"]["matrix"]["from"] == ["whl", "tar.gz"]


def test_the_workflow_names_files_targets_and_figures_that_exist():
    text = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    assert all((ROOT / name).exists() for name in re.findall(r'-r ([^\s"]+)', text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in re.findall(r"make (\w+)", text))
    (figures,) = re.findall(r"attractron reproduce (.*) --quick", text)
    assert set(figures.split()) <= set(all_figures())


def test_hooks_run_what_make_style_runs():
    hooks = [hook for repo in read(".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]
    assert [hook["id"] for hook in hooks] == ["ruff", "ruff-format", "mypy"]
    for hook in hooks:
        tool = Path(shlex.split(hook["entry"])[0]).name
        done = subprocess.run([sys.executable, "-m", tool, "--version"], capture_output=True, text=True, check=True)
        assert tool in done.stdout


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*-*.yml")), ids=lambda path: path.stem
)
def test_forms_ask_for_something(path):
    form = read(path)
    assert form["name"]
    assert form["description"]
    assert len({part["id"] for part in form["body"]}) == len(form["body"])
    assert any(part.get("validations", {}).get("required") for part in form["body"])


def test_the_recipe_needs_what_the_project_needs():
    """By conda's names; Numba, an extra on the package index, has builds for every system there."""
    recipe = read("conda/recipe/recipe.yaml")
    names = {"matplotlib": "matplotlib-base"}
    parts = [re.fullmatch(r"(\w+)(>=.*)", each).groups() for each in PROJECT["dependencies"]]
    wanted = {f"{names.get(name, name)} {least}" for name, least in parts}
    run = set(recipe["requirements"]["run"]) - {"python >=${{ python_min }}"}
    assert {each for each in run if not each.startswith("numba")} == wanted
    assert recipe["context"]["version"] == attractron.__version__
    assert PROJECT["requires-python"] == f">={recipe['context']['python_min']}"
    assert recipe["build"]["python"]["entry_points"] == [f"attractron = {PROJECT['scripts']['attractron']}"]
    assert recipe["about"]["summary"] == PROJECT["description"]
