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
OF_FOLDERS = ("catalogue", "figures_and_claims", "kernels", "laws", "overlaps", "published", "recorded_claims")

# A clock a year on; below, another seed of hashes, another user and another temporary folder too.
ELSEWHERE = """
import sys, time, datetime
real = time.time
time.time = lambda: real() + 3e7
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def file_of(name):
    return name.partition("::")[0]


def test_names_are_the_same_everywhere(request, tmp_path):
    """Those of this session, however few files were asked for, are those of their files elsewhere, in their order."""
    options = ["--collect-only", "--verbosity=-1", "--assert=plain", "-m", "", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONHASHSEED": "2", "USER": "another", "CI": ""},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    here = {item.nodeid: None for item in request.session.items}
    there = [name for name in done.stdout.splitlines() if name in here]
    assert sorted(there, key=file_of) == sorted(here, key=file_of)  # files may have been asked for in any order


@pytest.mark.parametrize("file", FILES, ids=Path.as_posix)
def test_files_are_named_by_the_room_or_the_question_that_they_test(file):
    """tests/<folder>/test_<room>.py; or how several rooms begin, a question that the folder exports, a whole folder."""
    name, folder = file.stem.removeprefix("test_"), ROOT / "src" / "attractron" / file.parent
    exported = getattr(importlib.import_module(".".join(("attractron", *file.parent.parts))), "__all__", ())
    assert name in (*OF_FOLDERS, *exported) or list(folder.glob(f"{name}*.py")), f"no room of {file.parent} is {name}"
