"""The source distribution holds what its own tests need: all that is under version control, but for its own files."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OWN = {".gitignore", ".ci"}


@pytest.mark.thorough
def test_everything_under_version_control_is_in_it(tmp_path):
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a checkout: this source distribution was unpacked from one")
    build = f"from hatchling.build import build_sdist; print(build_sdist({str(tmp_path)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}
    )
    with tarfile.open(tmp_path / done.stdout.split()[-1]) as archive:
        packed = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    wanted = {name for name in tracked.stdout.splitlines() if name.split("/")[0] not in OWN}
    assert wanted <= packed
