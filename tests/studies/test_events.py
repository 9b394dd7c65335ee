"""How fast a run is and how long it lasts: of what it computes itself, by a clock that the tests turn."""

import importlib

import pytest

from attractron.studies.events import Events
from attractron.studies.parse import read_study
from attractron.studies.run import run
from tests.studies.lever import KINDS
from tests.studies.stopping import StopError, stopped_after


@pytest.fixture
def told():
    """Events by a clock that is turned by hand, and what a listener hears of them."""
    heard = []

    def made(**given):
        now = [100.0]
        return Events(log=None, points=1000, listener=heard.append, clock=lambda: now[0], **given), now

    return made, heard


def test_points_of_earlier_runs_and_the_time_before_the_first_block_do_not_count(told):
    made, heard = told
    events, now = made(done=900)
    now[0] += 60  # what is there is looked through, workers start
    events.started()
    assert heard[-1].rate == 0
    assert heard[-1].left is None, "nothing is known yet, which is no rate of 900 points in a minute"
    for _ in range(3):
        now[0] += 5
        events.block(points=10, failed=0, seconds=5)
        assert heard[-1].rate == pytest.approx(2), "from the first block on"
        assert heard[-1].left == pytest.approx((1000 - heard[-1].done) / 2)
    assert heard[-1].done == 930


def test_the_first_of_several_workers_speaks_for_all_of_them(told):
    made, heard = told
    events, now = made(at_once=4)
    now[0] += 5
    for _ in range(4):
        events.block(points=10, failed=0, seconds=5)
    assert [each.rate for each in heard] == pytest.approx([8, 8, 8, 8])
    now[0] += 5
    events.block(points=10, failed=0, seconds=5)
    assert heard[-1].rate == pytest.approx(5), "50 points in ten seconds"


def test_a_study_with_a_loss_as_its_goal_has_no_time_left(told):
    made, heard = told
    events, now = made(most=True)
    now[0] += 1
    events.block(points=10, failed=0, seconds=1)
    assert heard[-1].rate == 10
    assert heard[-1].left is None


TEXT = """\
kind = "lever"
model = { slope = 1.5 }
question = { name = "height", fail_at = 0.95 }
[axes]
x = { start = 0, stop = 1, points = 96 }
"""


def test_points_that_are_tried_again_are_not_done(tmp_path, monkeypatch):
    path = tmp_path / "s.toml"
    path.write_text(TEXT, encoding="utf-8")
    heard = []
    with pytest.raises(StopError):
        run(read_study(path, KINDS), tmp_path / "out", listener=stopped_after(10))
    clock = iter(range(10_000))
    running = importlib.import_module("attractron.studies.run")  # its function has the same name
    monkeypatch.setattr(running, "Events", lambda **given: Events(**given, clock=lambda: float(next(clock))))
    failed = run(read_study(path, KINDS), tmp_path / "out", listener=heard.append).failures
    begun = heard[0].done
    assert 0 < begun < 96
    first = heard[1]
    assert first.rate < 100, "of its own three points or so, by the clock, not of those before"
    assert first.rate > 0
    assert heard[-1].done == 96
    again = []
    run(read_study(path, KINDS), tmp_path / "out", retry=True, listener=again.append)
    assert (again[0].done, again[-1].done) == (96 - len(failed), 96)
    assert all(each.left is None or each.left >= 0 for each in again)
