"""Docstrings are plain text with symbols such as K_c, |ε| and indented equations; here they become reStructuredText.

A line of a docstring links equations of a page of docs/theory by their labels, which `help` shows as they are:

    Theory: docs/theory/dots.md, eq-w-eff, eq-free-energy.
"""

import inspect
import re
import sys
from typing import Any

THEORY = re.compile(r"^(\s*)Theory: docs/theory/(\w+)\.md, (eq-[\w-]+(?:, eq-[\w-]+)*)\.$")
SECTION = re.compile(r"^(Args|Attributes|Example|Examples|Raises|Returns|Yields):$")
PROMPT = re.compile(r"^\s*(>>>|\.\.\.)")
SPECIAL = re.compile(r"(\||\*|(?<=\w)_(?!\w)|(?<=^[A-Z])\.|(?<=: [A-Z])\.(?=\s|$))")


def setup(app: Any) -> dict[str, Any]:
    app.connect("autodoc-process-docstring", _process, priority=100)  # before napoleon's, at 500
    return {"parallel_read_safe": True}


def _process(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = with_literal_equations(lines)
    if any("module's docstring" in line for line in lines) and what in ("class", "function"):
        module = sys.modules[thing.__module__]
        text = with_literal_equations(inspect.cleandoc(module.__doc__ or "").splitlines())
        lines += ["", f".. rubric:: The docstring of the module {module.__name__}", "", *text, ""]


def with_literal_equations(lines: list[str]) -> list[str]:
    """Indented blocks after text become literal ones, which keep their lines; elsewhere characters are escaped."""
    found: list[str] = []
    literal, example = False, False
    for line, before in zip(lines, ["", *lines], strict=False):
        indented = line.startswith("    ")
        if line.strip() and not indented:
            literal, example = False, bool(re.match(r"^Examples?:$", line))
        elif indented and not literal and not before.strip():
            last = next((each for each in reversed(found) if each.strip()), "")
            if last and not last.startswith("    ") and not SECTION.match(last) and not last.endswith("::"):
                found += [".. code-block:: text", ""]
                literal = True
            elif last.endswith("::"):
                literal = True
        if theory := THEORY.match(line):
            line = with_links(*theory.groups())
        found.append(line if literal or example or PROMPT.match(line) else escaped(line))
    return found


def with_links(indent: str, page: str, labels: str) -> str:
    """The line of a docstring that names equations, as links to the page and to each of them."""
    names = labels.split(", ")
    word = "equations" if len(names) > 1 else "equation"
    return f"{indent}Theory: :doc:`/theory/{page}`, {word} {', '.join(f':eq:`{name}`' for name in names)}."


def escaped(line: str) -> str:
    """A line of text in which only what stands in backticks is markup."""
    parts = line.split("`")
    return "`".join(SPECIAL.sub(r"\\\1", part) if at % 2 == 0 else part for at, part in enumerate(parts))
