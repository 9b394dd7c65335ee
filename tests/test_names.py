"""Names of tests do not depend on time, order or machine: workers that collect different ones run none."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# A clock a year on; below, another seed of hashes and another user too.
ELSEWHERE = """
import sys, time, datetime
real = time.time
time.time = lambda: real() + 3e7
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def collected(command, folder, **environment):
    done = subprocess.run(
        [sys.executable, *command, "--collect-only", "--verbosity=-1", "-m", "", "-p", "no:cacheprovider", "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(folder), **environment},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_names_are_the_same_everywhere(tmp_path):
    here = collected(["-m", "pytest"], tmp_path, PYTHONHASHSEED="1")
    there = collected(["-c", ELSEWHERE], tmp_path, PYTHONHASHSEED="2", USER="another", CI="")
    assert len(here) > 100
    assert here == there
