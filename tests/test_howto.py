"""The pages of docs/howto do as written: their Python runs, their commands work, their links lead somewhere."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "docs" / "howto"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", PAGES[page], flags=re.DOTALL)


def test_every_page_is_in_the_index_and_short():
    listed = re.search(r"```{toctree}\n(.*?)```", PAGES["index"], flags=re.DOTALL)[1].split()
    assert sorted([*listed, "index"]) == sorted(PAGES)
    assert max(len(text.splitlines()) for text in PAGES.values()) < 50


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_python_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {}
    for block in blocks(page, "python"):
        exec(compile(block, f"{page}.md", "exec"), scope)
    expected = {
        "python": lambda: abs(scope["lowest"] + 1.482) < 1e-3 and (tmp_path / "sweep.svg").exists(),
        "measured-file": lambda: "K" in scope["summary"] and scope["figure"].axes,
        "drawing": lambda: scope["interaction"] < 0,
        "own-kind": lambda: "0.2 meV" in scope["TwoLevels"](t=0.2)._repr_html_(),
        "own-cutoff": lambda: set(scope["phases"]) == {"Gaussian", "sharp"},
    }
    assert expected[page]()


@pytest.mark.thorough
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "shell")])
def test_commands_work(page, tmp_path):
    for text in blocks(page, "toml"):
        (tmp_path / re.search(r"`(\w+\.toml)`", PAGES[page])[1]).write_text(text, encoding="utf-8")
    for line in "".join(blocks(page, "shell")).splitlines():
        words = [sys.executable, "-m", *shlex.split(line)]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}: {done.stderr}"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_pages(page):
    """Headings of pages are Sphinx's to check."""
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGES[page]):
        target = FOLDER / link
        assert any(path.exists() for path in (target, target.with_suffix(".md"), target.with_suffix(".ipynb")))
