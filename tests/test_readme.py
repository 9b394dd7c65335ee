"""The README does as written: its Python runs and says what its comments say, its commands work one after another."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import attractron

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (attractron [^#\n]+)", README, flags=re.MULTILINE)


def test_python_examples() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    scope: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), scope)
    assert len(blocks) == 4
    interaction = attractron.dots.effective_interaction(scope["device"])
    assert f"{interaction:.3f} meV: attraction" in README
    summary = scope["answer"].attrs["summary"]
    assert summary in re.sub(r"\s*\n# ", " ", README)
    assert float(scope["map_2e"]["current"].max()) > 100
    assert attractron.wires.phase_name(scope["flow"]) == "trion"
    assert set(scope["phases"].data_vars) >= {"phase", "l_spin", "l_trion"}
    assert set(scope["diagram"].data_vars) >= {"occupation", "gap", "charge_state", "detector_current"}


def test_commands(tmp_path: Path) -> None:
    """In the order of the README, in one folder; figures on the coarse grid."""
    assert [shlex.split(line)[1] for line in COMMANDS] == [
        "new",
        *2 * ["run"],
        "show",
        *2 * ["reproduce"],
        "cite",
        "read",
    ]
    for line in COMMANDS:
        words = [sys.executable, "-m", "attractron", *shlex.split(line)[1:]]
        if "reproduce" in words:
            words.append("--quick")
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}: {done.stderr}"
    assert (tmp_path / "results" / "my-device.png").stat().st_size > 10_000
    assert (tmp_path / "report" / "report.html").exists()
    assert (tmp_path / "back" / "my-device-read.png").stat().st_size > 10_000


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_to_files(link: str) -> None:
    assert (Path(__file__).parents[1] / link).exists()
