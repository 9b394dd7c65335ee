"""What the package tells while it works, as lines on standard error: for the command line and its workers.

Code that has something to tell uses `logging.getLogger("attractron")`; a library says nothing by itself but warnings.
"""

import logging
import sys
from contextlib import suppress

LOG = logging.getLogger("attractron")


class _Lines(logging.Handler):
    """One line each, on the standard error of the moment: above a progress bar, if there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):  # nobody takes it: no reason to end the work
            sys.stderr.write(f"attractron: {' '.join(record.getMessage().split())}\n")


def tell(level: int = logging.INFO) -> None:
    """From now on in this process, write what is told at that level or above, and each line once."""
    LOG.handlers[:] = [_Lines()]
    LOG.setLevel(level)


def keep_quiet() -> None:
    """From now on in this process, tell nothing: another one does."""
    LOG.handlers[:] = [logging.NullHandler()]
    LOG.propagate = False
