"""Answers come from a process that is stopped in time, and nothing is compiled while somebody waits."""

import math
import time

import pytest

from attractron.core import jit
from attractron.explorer import worker
from attractron.explorer.models import pictures
from attractron.explorer.worker import Asked, Worker, calculate


def test_all_pictures_are_answered_at_once():
    answers = calculate(([Asked(text=text, changes={"model.U": 2.0}) for text in pictures("building-block")], False))
    assert [answer.refusal for answer in answers] == ["", ""]
    assert all("U = 2.0" in answer.text for answer in answers)


def test_what_is_wrong_with_a_study_is_an_answer():
    (answer,) = calculate(([Asked(text="kind = 3")], True))
    assert "kind" in answer.refusal


def test_after_warming_nothing_else_is_compiled(monkeypatch):
    warm, cold = jit.Kernel(len, 1.0, 1.0), jit.Kernel(len, 1.0, 1.0)
    monkeypatch.setattr(worker, "KERNELS", [warm, cold])
    monkeypatch.setattr(jit.Kernel, "kept_on_disk", lambda _: False)

    def answered(_asked, *, fine):
        assert warm.spent == cold.spent == math.inf
        vars(warm)["compiled"] = len
        return fine

    monkeypatch.setattr(worker, "_answered", answered)
    worker.warm()
    assert warm.for_items(1) is len
    assert cold.for_items(1e15) == cold.plain


def test_one_that_takes_too_long_is_stopped_and_the_next_is_answered(monkeypatch):
    """With a stand-in for the calculation: the process itself is tested in `core.limit`."""
    asked = []

    def within(seconds, _content, task):
        asked.append((seconds, task))
        if task is not None and task[1]:
            raise worker.TooLongError("too long")
        return []

    monkeypatch.setattr(worker, "within", within)
    works = Worker(limit=0.5)
    (answer,) = works.ask([Asked(text="t")], fine=True).result()
    assert "longer than 0.5 s" in answer.refusal
    assert [task for _, task in asked] == [([Asked(text="t")], True), None]
    assert works.ask([], fine=False).result() == []


@pytest.mark.validation
def test_a_process_of_its_own_is_killed():
    works = Worker(limit=3.0)
    text = pictures("junction")[0]
    began = time.monotonic()
    assert (
        not works.ask([Asked(text=text, changes={"question.processes": "sequential"})], fine=False).result()[0].refusal
    )
    works.limit = 0.01
    works.content = works.content
    assert "longer" in works.ask([Asked(text=text)], fine=True).result()[0].refusal
    assert time.monotonic() - began < 60
    works.end()
