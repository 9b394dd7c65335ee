"""What a progress bar says."""

from contextlib import contextmanager

from attractron import console
from attractron.studies.events import Progress


class Bar:
    """Stands for rich's progress, and remembers what it was told."""

    def __init__(self):
        self.said = []

    def add_task(self, description, total):
        self.said.append((description, 0, total))
        return 0

    def update(self, task, completed, total, description):
        self.said.append((description, completed, total))


def test_points_are_counted(monkeypatch):
    bar = Bar()

    @contextmanager
    def shown(*, guessed):
        assert not guessed, "rich guesses from all points, those of earlier runs, too"
        yield bar

    monkeypatch.setattr(console, "_bar", shown)
    with console.study_progress("s.toml") as tell:
        tell(Progress(done=0, points=20, failed=0, rate=0.0))
        tell(Progress(done=10, points=20, failed=1, rate=2.0))
    assert bar.said == [
        ("s.toml", 0, None),
        ("s.toml", 0, 20),
        ("s.toml, 2 points a second, about 5 s left, 1 failed", 10, 20),
    ]


def test_a_line_is_said_now_and_then_where_nobody_looks(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: now[0])
    with console.study_progress("s.toml") as tell:
        for seconds in range(0, 40, 2):
            now[0] = float(seconds)
            tell(Progress(done=seconds, points=2000, failed=seconds // 30, rate=1.0))
    assert capsys.readouterr() == (
        "",
        "attractron: s.toml: 16 of 2000 points, 1 points a second, about 33 min left\n"
        "attractron: s.toml: 32 of 2000 points, 1 points a second, about 33 min left, 1 failed\n",
    )
