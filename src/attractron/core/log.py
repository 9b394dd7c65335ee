"""What the package tells while it works, as lines on standard error: for the command line and its workers.

Code that has something to tell uses `logging.getLogger("attractron")`; a library says nothing by itself but warnings.
"""

import logging
import sys
import warnings
from contextlib import suppress
from typing import TextIO

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
    _nothing_of_others()


def keep_quiet() -> None:
    """From now on in this process, tell nothing: another one does."""
    LOG.handlers[:] = [logging.NullHandler()]
    LOG.propagate = False
    _nothing_of_others()


def _nothing_of_others() -> None:
    """What libraries warn of, or fail at while they clean up, is for developers: it stands in the log of the package.

    Filters stay as they are: where warnings are errors they stay so.
    """
    warnings.showwarning = _warning_to_log
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable_to_log
    others = logging.getLogger()
    if not others.handlers:
        others.addHandler(logging.NullHandler())


def _warning_to_log(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    LOG.debug("%s in %s, line %d: %s", category.__name__, filename, lineno, message)


def _unraisable_to_log(unraisable: "sys.UnraisableHookArgs") -> None:
    LOG.debug("ignored: %r in %r", unraisable.exc_value, unraisable.object)
