"""What the site makes of pages and docstrings; `make docs` builds it, with warnings as errors."""

import json
import re
from pathlib import Path

import pytest
from docstrings import with_literal_equations
from gallery import index, page, plain, printed
from outer_pages import PAGES, relinked

from attractron.papers.catalogue import all_figures

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


def test_a_page_of_the_gallery_shows_picture_lines_and_what_they_print():
    figure = all_figures()["shavit-2"]
    text = page(figure, "-0.3 0.5\n")
    assert text.startswith(f"# {figure.title}\n")
    assert "![shavit-2](shavit-2.png)" in text
    assert figure.python.strip() in text
    assert "{download}`shavit-2.py`" in text
    assert "-0.3 0.5" in text
    assert "It prints" not in page(figure, "")


def test_every_figure_is_in_the_gallery():
    text = index(list(all_figures().values()))
    assert re.findall(r":link: (\S+)", text) == list(all_figures())
    assert text.split("{toctree}")[1].split()[1:-1] == list(all_figures())


def test_lines_of_the_gallery_that_fail_end_the_build(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert printed("open('a', 'w').close(); print(1 + 1)", "toy") == "2\n"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ZeroDivisionError):
        printed("1 / 0", "toy")
    assert Path.cwd() == tmp_path


def test_captions_have_no_markup_of_their_own():
    assert plain("l* = 2 <b> K_c\n $x$") == r"l\* = 2 \<b\> K\_c \$x\$"
