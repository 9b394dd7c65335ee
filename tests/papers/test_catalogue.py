import re
from typing import Any

import pytest

from attractron.core.errors import InputError
from attractron.papers.catalogue import all_figures, in_order, select

MOST_LINES = 13
"""Of Python beside a figure, blank ones left out."""

KNOWN = ["hamo-2a", "hamo-2a-more", "hamo-2b", "hamo-3a", "hamo-3d-e", "hamo-s6"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([], KNOWN),
        (["hamo-2b"], ["hamo-2b"]),
        (["hamo-3"], ["hamo-3a", "hamo-3d-e"]),
        (["hamo-s6", "hamo-2"], ["hamo-2a", "hamo-2a-more", "hamo-2b", "hamo-s6"]),
        (["hamo-2a", "hamo-2a", "hamo-2b"], ["hamo-2a", "hamo-2b"]),
        ("hamo-2a", ["hamo-2a"]),
        (["hamo-2a", "hamo-2a-more"], ["hamo-2a", "hamo-2a-more"]),
    ],
)
def test_figures_are_chosen_by_name_or_beginning(wanted: list[str], expected: list[str]) -> None:
    assert select(wanted, KNOWN) == expected


@pytest.mark.parametrize(
    ("wanted", "hint"), [(["hamo-2a", "hamo-2x"], "did you mean 'hamo-2"), (["zebra"], "got 'zebra'"), ([""], "got ''")]
)
def test_an_unknown_figure_is_refused_with_the_nearest_name(wanted: list[str], hint: str) -> None:
    with pytest.raises(InputError, match="`figure` must be the name of a figure") as error:
        select(wanted, KNOWN)
    assert hint in str(error.value)


def test_a_name_is_used_once_and_fit_for_a_file(toy: Any) -> None:
    assert list(in_order([toy("b")], [toy("a")])) == ["b", "a"]
    with pytest.raises(InputError, match="one figure only"):
        in_order([toy("a")], [toy("a")])
    for name in ("", "A", "a/b", "a b", "-a"):
        with pytest.raises(InputError, match=re.escape(repr(name))):
            toy(name)


WITH_LINES = {name: figure.python for name, figure in all_figures().items() if figure.python}


@pytest.mark.parametrize("name", WITH_LINES)
def test_the_lines_of_python_beside_a_figure_are_few(name: str) -> None:
    text = WITH_LINES[name]
    assert "import attractron as at\n" in text
    assert sum(bool(line.strip()) for line in text.splitlines()) <= MOST_LINES


@pytest.mark.validation  # the build of the site runs them all for its gallery
@pytest.mark.parametrize("name", WITH_LINES)
def test_the_lines_of_python_beside_a_figure_run(name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(WITH_LINES[name], f"<{name}>", "exec"), {})
