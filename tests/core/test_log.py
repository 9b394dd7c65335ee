"""What is told while work goes on: one line each, once, wherever the work is done."""

import logging
import subprocess
import sys

import pytest

from attractron.core import log

QUIET = "import logging; from attractron.core import log; "


def said(code, **options):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, **options)
    return done.stderr


def test_a_library_tells_warnings_only():
    assert said(QUIET + "log.LOG.info('compiling'); log.LOG.warning('Numba is missing')") == "Numba is missing\n"


def test_the_command_line_tells_both_and_never_twice():
    code = QUIET + "log.tell(); log.tell(); log.LOG.info('compiling\\nnow'); log.LOG.warning('Numba is missing')"
    assert said(code) == "attractron: compiling now\nattractron: Numba is missing\n"


def test_a_worker_that_keeps_quiet_tells_nothing():
    assert said(QUIET + "logging.basicConfig(); log.keep_quiet(); log.LOG.error('compiling')") == ""


def test_nobody_who_listens_is_no_reason_to_end():
    full = "import sys; log.tell(); sys.stderr = open('/dev/full', 'w', buffering=1); "
    code = QUIET + full + "log.LOG.info('x'); print(1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "1\n"


TOLD = """
import os
from attractron.core import log
from attractron.studies.executors import compute

def work(task):
    log.LOG.info(f"compiling in {os.getpid()}")
    return task

if __name__ == "__main__":
    log.tell()
    print(sorted(compute(work, range(4), workers=WORKERS)))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_one_of_several_workers_tells(tmp_path, workers):
    """Kernels tell once in a process; of all processes only one tells."""
    (tmp_path / "script.py").write_text(TOLD.replace("WORKERS", str(workers)), encoding="utf-8")
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "[0, 1, 2, 3]\n"
    (line,) = set(done.stderr.splitlines())
    assert line.startswith("attractron: compiling in ")


def test_the_level_is_the_one_that_was_asked_for(monkeypatch):
    monkeypatch.setattr(log.LOG, "handlers", [])
    monkeypatch.setattr(log.LOG, "level", log.LOG.level)
    log.tell(logging.WARNING)
    assert not log.LOG.isEnabledFor(logging.INFO)
