"""The docs say what is: examples of docs/wires.md run and give its numbers, what docs and docstrings name is there."""

import ast
import builtins
import importlib
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import attractron
from attractron.studies import KINDS
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, crossover_temperatures, phase_diagram
from attractron.wires.flow.events import PHASES

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "wires.md").read_text(encoding="utf-8")


def test_examples_of_wires():
    scope = {}
    for block in re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL):
        exec(compile(block, "wires.md", "exec"), scope)
    said = {
        name: re.search(rf'^{name} = .*# "?([\w.]+)', TEXT, flags=re.MULTILINE)[1] for name in ("name", "gap", "pairs")
    }
    assert (scope["name"], scope["pairs"]) == (said["name"], said["pairs"])
    assert f"{scope['gap']:.2f}" == said["gap"]
    assert 0 < scope["band"] < 1


@pytest.mark.parametrize(
    ("row", "cutoff", "factor"),
    [
        ("tanh (published)", Tanh(1.5), 1.0),
        ("sharp", Sharp(), 1.0),
        ("frozen", Frozen(1.5), 1.0),
        ("tanh, literal y", Tanh(1.5), 8**-0.5),
    ],
)
def test_shares_of_the_phases(row, cutoff, factor):
    found = []
    axes = {"mismatch": np.linspace(0.005, 0.9, 100), "y": factor * np.linspace(0.01, 0.6, 100)}
    for K in (0.4, 0.8):
        pair = CoupledWires(K_c=0.9, K=K, y_s=0.1, y=0.2, upsilon=0.12)
        phase = phase_diagram(pair, axes, cutoff=cutoff)["phase"]
        found += [float((phase == code).mean()) for code in (1, 2)]
    line = next(each for each in TEXT.splitlines() if each.startswith(f"| {row} |"))
    assert [f"{share:.2f}" for share in found] == re.findall(r"\d\.\d\d", line)


def test_on_cooling_the_sequence_depends_on_what_is_strong():
    pair = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1)
    paired_first = []
    for threshold in (1.0, 4.0):
        found = crossover_temperatures(pair, {"mismatch": np.exp(-np.linspace(0.5, 8, 31))}, y_threshold=threshold)
        paired_first.append(bool(((found["spin_scale"] > found["trion_scale"]) & (found["trion_scale"] > 0)).any()))
    assert paired_first == [False, True]


def test_every_question_and_origin_is_named():
    for kind in ("wires", "array"):
        assert all(f"`{question}`" in TEXT for question in KINDS[kind].questions)
    assert all(f"[model.{origin}]" in TEXT for origin in ("chains", "interactions"))
    for phase in PHASES.values():
        assert f"| {phase} |" in TEXT


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", TEXT))
def test_links_lead_to_files(link):
    assert (ROOT / "docs" / link).exists()


WHERE = (ROOT / "docs" / "where.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^\| (.+) \| `([^`]+)` \| `([^`]+)` \|$", WHERE, flags=re.MULTILINE)
SOURCE = Path(attractron.__file__).parent


def test_thirty_questions_and_more_are_answered():
    assert len(QUESTIONS) >= 30


@pytest.mark.parametrize(("question", "file", "name"), QUESTIONS)
def test_what_is_asked_for_is_where_it_is_said_to_be(question, file, name):
    text = (SOURCE / file).read_text(encoding="utf-8")
    if file.endswith(".py"):
        assert re.search(rf"^(def|class) {name}\b|^{name}\b.* = ", text, flags=re.MULTILINE), question
    else:
        assert name in text, question


def test_every_folder_is_named():
    named = set(re.findall(r"`([\w/]+)/`", WHERE.split("## Thirty")[0].split("## Folders")[1]))
    packages = {
        path.parent.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("__init__.py") if path.parent != SOURCE
    }
    ours = {folder for folder in packages if not folder.startswith(("papers/", "studies/"))}
    assert named - {"kinds"} == ours


PAGES = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "theory").glob("*.md")]
PROSE = [*SOURCE.rglob("*.py"), *PAGES, *(ROOT / "benchmarks").glob("*.*"), ROOT / "README.md"]


@cache
def found(name):
    """Whether a dotted name leads to a module or to what stands in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        return all((thing := getattr(thing, part, None)) is not None for part in parts[cut:])
    return False


@cache
def names_of_code():
    """Every name and every word in a string of the package, docstrings apart."""
    words = set(dir(builtins))
    for path in (*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words |= {path.stem, *path.parent.parts}
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value.value = ""
            fields = (value for _, value in ast.iter_fields(node) if isinstance(value, str))
            words |= {word for value in fields for word in re.findall(r"\w+", value)}
    return words


def test_modules_that_prose_names_exist():
    named = {
        (path.name, name)
        for path in PROSE
        for name in re.findall(r"\battractron(?:\.[A-Za-z_]\w*)+", path.read_text(encoding="utf-8"))
    }
    assert sorted(each for each in named if not found(each[1])) == []


def test_names_between_backticks_exist():
    """What a docstring or a page calls by its name has this name still."""
    missing = [
        f"{path.name}, line {number}: {name}"
        for path in PROSE
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for name in re.findall(r"`([A-Za-z_][\w.]*)`", line)
        if not names_of_code().issuperset(filter(None, name.split(".")))
    ]
    assert missing == []
