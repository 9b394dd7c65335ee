"""What a progress bar says before and after the first block."""

from contextlib import contextmanager

import pytest

from attractron import console


class Bar:
    """Stands for rich's progress, and remembers what it was told."""

    def __init__(self):
        self.said = []

    def add_task(self, description, total):
        self.said.append((description, 0, total))
        return 0

    def update(self, task, advance, description):
        _, done, total = self.said[-1]
        self.said.append((description, done + advance, total))


@pytest.mark.parametrize(
    ("start", "first"),
    [("", "s.toml"), ("the first run compiles", "s.toml: the first run compiles")],
)
def test_whoever_waits_for_the_first_block_is_told_why(monkeypatch, start, first):
    bar = Bar()

    @contextmanager
    def shown():
        yield bar

    monkeypatch.setattr(console, "_bar", shown)
    with console.block_progress("s.toml", start) as track:
        assert list(track("ab", 2)) == ["a", "b"]
    assert bar.said == [(first, 0, 2), ("s.toml", 1, 2), ("s.toml", 2, 2)]


def test_nothing_is_shown_where_nobody_looks(capsys):
    with console.block_progress("s.toml", "slow") as track:
        assert list(track("ab", 2)) == ["a", "b"]
    assert capsys.readouterr() == ("", "")
