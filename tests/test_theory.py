"""Equations of docs/theory and docstrings belong together: every one is linked, every link leads to one."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from docstrings import THEORY, with_literal_equations

import attractron

SOURCE = Path(attractron.__file__).parent
FOLDER = Path(__file__).parents[1] / "docs" / "theory"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}


def labels(page):
    """The labels of a page's equations, in order."""
    return re.findall(r"^\$\$ \((eq-[\w-]+)\)$", PAGES[page], flags=re.MULTILINE)


@cache
def links():
    """(page, label) → where docstrings name it."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "Theory: docs/" not in text:
            continue
        kinds = ast.Module | ast.ClassDef | ast.FunctionDef
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
        docstrings = [ast.get_docstring(node) or "" for node in nodes]
        lines = [line for docstring in docstrings for line in docstring.splitlines() if "Theory: docs/" in line]
        assert len(lines) == text.count("Theory: docs/"), f"{path.name}: a link outside of a docstring"
        for line in lines:
            link = THEORY.match(line)
            assert link, f"{path.name}: {line!r} is no line `Theory: docs/theory/PAGE.md, eq-…, eq-….`"
            for label in link[3].split(", "):
                found.setdefault((link[2], label), []).append(path.name)
    return found


@pytest.mark.parametrize("page", [page for page in PAGES if page != "index"])
def test_every_equation_is_linked_from_a_docstring(page):
    assert len(labels(page)) == PAGES[page].count("\n$$ (") > 5
    assert PAGES[page].count("\n$$\n") == len(labels(page))  # no equation without a number
    assert [label for label in labels(page) if (page, label) not in links()] == []


def test_every_link_of_a_docstring_leads_to_an_equation():
    known = {(page, label) for page in PAGES for label in labels(page)}
    assert {each: where for each, where in links().items() if each not in known} == {}


def test_labels_are_given_once_and_pages_are_listed():
    every = [label for page in PAGES for label in labels(page)]
    assert len(set(every)) == len(every)
    listed = re.search(r"```{toctree}\n(.*?)```", PAGES["index"], flags=re.DOTALL)[1].split()
    assert sorted([*listed, "index"]) == sorted(PAGES)


def test_every_page_evaluates_what_it_says():
    for page in PAGES.keys() - {"index"}:
        assert "```{code-cell}" in PAGES[page]
        assert re.search(r":tags: \[remove-cell\]\n(?:.*\n)*?assert ", PAGES[page]), f"{page}: nothing is checked"


def test_a_link_of_a_docstring_becomes_one_of_the_site():
    assert with_literal_equations(["    Theory: docs/theory/dots.md, eq-w-eff, eq-odds."]) == [
        "    Theory: :doc:`/theory/dots`, equations :eq:`eq-w-eff`, :eq:`eq-odds`."
    ]


def test_what_the_page_on_trust_quotes_is_what_results_say():
    prose = re.sub(r"^```.*?^```$", "", (FOLDER.parent / "trust.md").read_text(encoding="utf-8"), flags=re.M | re.S)
    quoted = [text.rstrip(".,").lower() for text in re.findall(r'(?<!=)"([^"=`]{15,})"', prose.replace("\n", " "))]
    joined = " ".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")).lower()
    said = re.sub(r'"\s*\n\s*f?"', "", joined)
    assert len(quoted) >= 5
    assert [text for text in quoted if text not in said] == []
