"""What happens in a run, as lines of JSON for machines and as progress for people."""

import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
        rate: points a second of this run; 0 before the first.
    """

    done: int
    points: int
    failed: int
    rate: float

    @property
    def left(self) -> float | None:
        """Seconds that are left at this rate."""
        return (self.points - self.done) / self.rate if self.rate else None


Listener = Callable[[Progress], None]
"""Hears of every block that is done."""


@dataclass(kw_only=True)
class Events:
    """Writes what happens to the log, and tells a listener how far the run is.

    Attributes:
        log: file of a JSON object a line, which grows; None for no log.
        points: of the study.
        done: points that earlier runs have computed.
        listener: hears of progress.
    """

    log: Journal | None
    points: int
    done: int = 0
    failed: int = 0
    listener: Listener | None = None
    began: float = field(default_factory=time.monotonic)
    new: int = 0

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
        self.new += points
        self.done += points
        self.failed += failed
        self.tell("block", points=points, failed=failed, seconds=round(seconds, 6), done=self.done, **more)
        self._report()

    def _report(self) -> None:
        if self.listener is not None:
            spent = time.monotonic() - self.began
            rate = self.new / spent if spent > 0 else 0.0
            self.listener(Progress(done=self.done, points=self.points, failed=self.failed, rate=rate))
