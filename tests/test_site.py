"""What the site makes of pages and docstrings; `make docs` builds it, with warnings as errors."""

import json
from pathlib import Path

import pytest
from docstrings import with_literal_equations
from outer_pages import PAGES, relinked

ROOT = Path(__file__).parents[1]


def test_equations_keep_their_lines_and_text_its_characters():
    lines = ["First |ε| of K_ and `a|b`.", "", "    x = |y|", "    z", "", "After.", "", "Args:", "    T: K."]
    assert with_literal_equations(lines) == [
        r"First \|ε\| of K\_ and `a|b`.",
        "",
        ".. code-block:: text",
        "",
        "    x = |y|",
        "    z",
        "",
        "After.",
        "",
        "Args:",
        r"    T: K\.",
    ]


def test_links_of_pages_from_elsewhere():
    assert relinked("[a](docs/wires.md#x) [b](CHANGELOG.md)", ".") == "[a](wires.md#x) [b](changelog.md)"
    assert relinked("[a](../CONTRIBUTING.md) [b](https://x.y/z.md)", "benchmarks") == (
        "[a](contributing.md) [b](https://x.y/z.md)"
    )


@pytest.mark.parametrize("path", PAGES.values())
def test_pages_from_elsewhere_are_there(path):
    assert (ROOT / path).read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "tours").glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert any(cell["cell_type"] == "code" for cell in cells)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
