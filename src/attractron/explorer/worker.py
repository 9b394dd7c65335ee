"""Answers in a process of their own, which is killed where one takes longer than it may; kernels are compiled first."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import cloudpickle

from attractron.core.errors import AttractronError
from attractron.core.jit import KERNELS
from attractron.core.limit import TooLongError, end_child, within
from attractron.explorer.models import changes_for, pictures
from attractron.explorer.view import Answer, answer, study_from

LIMIT = 30.0
"""Seconds that all pictures of the page may take."""

READING = 120.0
"""Seconds that a measured picture may take to be read anew."""

WARMING = 600.0
"""Seconds that loading and compiling may take before the first answer."""

WARMED = ("building-block", "crossed-nanotubes", "junction", "wires")
"""Kinds whose kernels are compiled before the page can be opened; others use the same."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a picture is to show: a study, what is changed in it, and whether its last verdict was quick."""

    text: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    quick_verdict: bool = True


def calculate(task: tuple[Any, Any] | None) -> Any:
    """The answers of all pictures; no task warms the kernels.

    Args:
        task: what is asked and whether it is to be fine, or a function and its arguments.
    """
    if task is None:
        return warm()
    asked, fine = task
    if callable(asked):
        return asked(*fine)
    return [_answered(each, fine=fine) for each in asked]


def _answered(asked: Asked, *, fine: bool) -> Answer:
    try:
        changes = changes_for(study_from(asked.text), asked.changes)
    except AttractronError as error:
        return Answer(text=asked.text, refusal=str(error))
    return answer(asked.text, changes, fine=fine, quick_verdict=asked.quick_verdict)


def warm() -> list[Answer]:
    """Compile, or load from the disk, all kernels that pictures use; what is not among them is not compiled later.

    Other kernels stay in plain Python, or are loaded where an earlier process compiled them.
    """
    for kernel in KERNELS:
        kernel.spent = math.inf
    asked = [Asked(text=text) for kind in WARMED for text in pictures(kind)]
    answers = [_answered(each, fine=fine) for each in asked for fine in (False, True)]
    for kernel in KERNELS:
        if "compiled" not in vars(kernel):
            kernel.spent, kernel.compilation = 0.0, math.inf
    return answers


class Worker:
    """Asks one thing after the other, in a process that is killed when one takes too long.

    Args:
        limit: seconds for one question.
        apart: whether it is asked in a process of its own; else at once, here, without a limit.

    Example:
        >>> at.explorer.Worker(apart=False).ask([], fine=True).result()
        []
    """

    def __init__(self, *, limit: float = LIMIT, apart: bool = True) -> None:
        self.limit, self.apart = limit, apart
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="explorer")
        self.content = cloudpickle.dumps(calculate)

    def ask(self, asked: Sequence[Asked], *, fine: bool) -> "Future[list[Answer]]":
        """The answers, as soon as what was asked before has one."""
        if not self.apart:
            done: Future[list[Answer]] = Future()
            done.set_result(calculate((asked, fine)))
            return done
        return self.thread.submit(self._ask, list(asked), fine)

    def call(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Any function of the package, in the same process and within `READING`."""
        if not self.apart:
            done: Future[Any] = Future()
            try:
                done.set_result(function(*arguments))
            except AttractronError as error:
                done.set_exception(error)
            return done
        return self.thread.submit(within, READING, self.content, (function, arguments))

    def warm(self) -> None:
        """Have kernels compiled, before anything is asked; a worker that is not apart waits for that."""
        if not self.apart:
            return
        self.thread.submit(within, WARMING, self.content, None).result()

    def keep(self) -> None:
        """Ask nothing, so that the process does not end for want of questions."""
        if self.apart:
            self.thread.submit(within, self.limit, self.content, ([], False))

    def end(self) -> None:
        """End the process."""
        self.thread.submit(end_child)
        self.thread.shutdown()

    def _ask(self, asked: list[Asked], fine: bool) -> list[Answer]:
        try:
            found: list[Answer] = within(self.limit, self.content, (asked, fine))
        except TooLongError:
            within(WARMING, self.content, None)  # a process anew
            text = f"this took longer than {self.limit:g} s and was stopped: choose fewer points or attractron run"
            return [Answer(text=each.text, refusal=text) for each in asked]
        return found
