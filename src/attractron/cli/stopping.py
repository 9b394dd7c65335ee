"""Commands that are stopped: Ctrl-C and SIGTERM, in order, with a word on how to go on."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""

TERMINATED = 143
"""The same after SIGTERM."""


class StoppedError(Exception):
    """Ctrl-C, or SIGTERM, in a command that can say how to go on.

    Args:
        said: the line that the user reads.
        stop: what came.
    """

    def __init__(self, said: str, stop: KeyboardInterrupt | None = None) -> None:
        super().__init__(said)
        self.code = TERMINATED if isinstance(stop, Terminated) else STOPPED


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does."""


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM in the block ends it in order."""

    def end(_number: int, _frame: object) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():  # only the main thread may set signals
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
