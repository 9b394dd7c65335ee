"""Names of tests do not depend on time, order or machine: workers that collect different ones run none. Those of their
files are those of the house."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(path.relative_to(ROOT / "tests") for path in (ROOT / "tests").glob("*/**/test_*.py"))

# Tests of a whole folder, of which no room answers alone.
OF_FOLDERS = ("catalogue", "figures_and_claims", "kernels", "laws", "published", "recorded_claims")

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


@pytest.mark.parametrize("file", FILES, ids=Path.as_posix)
def test_files_are_named_by_the_room_or_the_question_that_they_test(file):
    """tests/<folder>/test_<room>.py; or how several rooms begin, a question that the folder exports, a whole folder."""
    name, folder = file.stem.removeprefix("test_"), ROOT / "src" / "attractron" / file.parent
    exported = getattr(importlib.import_module(".".join(("attractron", *file.parent.parts))), "__all__", ())
    assert name in (*OF_FOLDERS, *exported) or list(folder.glob(f"{name}*.py")), f"no room of {file.parent} is {name}"
