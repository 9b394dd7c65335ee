"""What a progress bar says."""

from contextlib import contextmanager

from attractron import console


class Bar:
    """Stands for rich's progress, and remembers what it was told."""

    def __init__(self):
        self.said = []

    def add_task(self, description, total):
        self.said.append((description, 0, total))
        return 0

    def update(self, task, advance):
        description, done, total = self.said[-1]
        self.said.append((description, done + advance, total))


def test_blocks_are_counted(monkeypatch):
    bar = Bar()

    @contextmanager
    def shown():
        yield bar

    monkeypatch.setattr(console, "_bar", shown)
    with console.block_progress("s.toml") as track:
        assert list(track("ab", 2)) == ["a", "b"]
    assert bar.said == [("s.toml", done, 2) for done in range(3)]


def test_nothing_is_shown_where_nobody_looks(capsys):
    with console.block_progress("s.toml") as track:
        assert list(track("ab", 2)) == ["a", "b"]
    assert capsys.readouterr() == ("", "")
