"""What happens in a run, as lines of JSON for machines and as progress for people."""

import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from attractron.studies.folders import Journal


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        done: points that have been asked for, those of earlier runs included.
        points: of the study.
        failed: points without a result.
        rate: points a second of this run alone; 0 before the first.
        most: whether there may be fewer points in the end, of a study that has a loss as its goal.
    """

    done: int
    points: int
    failed: int
    rate: float
    most: bool = False

    @property
    def left(self) -> float | None:
        """Seconds that are left at this rate; None where that is not known."""
        return None if self.most or not self.rate else (self.points - self.done) / self.rate


Listener = Callable[[Progress], None]
"""Hears of every block that is done."""


@dataclass(kw_only=True)
class Events:
    """Writes what happens to the log, and tells a listener how far the run is.

    The rate is that of what this run computes: its clock runs from when the first of its blocks was begun. What was
    looked through or waited for before does not count, neither do points of earlier runs nor the block before the
    start, in which things are compiled. While blocks are fewer than those computed at once, it is that of the finished
    ones times so many.

    Attributes:
        log: file of a JSON object a line, which grows; None for no log.
        points: of the study.
        done: points that need not be computed any more.
        listener: hears of progress.
        at_once: blocks that are computed at the same time.
        most: as of `Progress`.
        clock: seconds.
    """

    log: Journal | None
    points: int
    done: int = 0
    failed: int = 0
    listener: Listener | None = None
    at_once: int = 1
    most: bool = False
    clock: Callable[[], float] = time.monotonic
    began: float | None = None
    new: int = 0
    blocks: int = 0

    def tell(self, event: str, **more: Any) -> None:
        """A line of the log."""
        if self.log is None:
            return
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **more}
        self.log.write(json.dumps(line, ensure_ascii=False))

    def started(self, **more: Any) -> None:
        """The run begins, or goes on."""
        self.tell("started", process=os.getpid(), host=socket.gethostname(), points=self.points, done=self.done, **more)
        self._report()

    def block(self, *, points: int, failed: int, seconds: float, **more: Any) -> None:
        """A block is done and written."""
        if self.began is None:
            self.began = self.clock() - seconds
        self.blocks += 1
        self.new += points
        self.done += points
        self.failed += failed
        self.tell("block", points=points, failed=failed, seconds=round(seconds, 6), done=self.done, **more)
        self._report()

    def _rate(self) -> float:
        if self.began is None:
            return 0.0
        spent = self.clock() - self.began
        return self.new * max(1.0, self.at_once / self.blocks) / spent if spent > 0 else 0.0

    def _report(self) -> None:
        if self.listener is not None:
            self.listener(
                Progress(done=self.done, points=self.points, failed=self.failed, rate=self._rate(), most=self.most)
            )
