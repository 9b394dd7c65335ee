"""What a process loads before it can compute: workers load it, too, and a run of half a minute feels it."""

import subprocess
import sys


def test_statistics_are_loaded_by_samples_only():
    code = "import sys, attractron.studies.run; print('scipy.stats' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "False", "it takes as long as everything else together"
