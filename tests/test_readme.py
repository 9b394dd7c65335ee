"""The README does as written: its Python runs and says what its comments say, its commands work one after another."""

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

import attractron

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ALL = re.findall(r"^    (attractron [^#\n]+)", README, flags=re.MULTILINE)
GRID = [line for line in ALL if "phases" in line]
COMMANDS = [line for line in ALL if line not in GRID]


def test_python_examples() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    scope: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), scope)
    assert len(blocks) == 5
    interaction = attractron.dots.effective_interaction(scope["device"])
    assert f"{interaction:.3f} meV: attraction" in README
    drawn = attractron.dots.effective_interaction(attractron.geometry.device(scope["found"]))
    assert f"{drawn:.3f} meV: this drawing pairs" in README
    assert f"({float(scope['found']['repulsion'].sel(dot='L', dot_2='R')):.3f} meV between L and R)" in README
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
        *2 * ["show"],
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
    assert (tmp_path / "cut.csv").read_text(encoding="utf-8").count("\n") == 202
    assert (tmp_path / "report" / "report.html").exists()
    assert (tmp_path / "back" / "my-device-read.png").stat().st_size > 10_000


@pytest.mark.thorough
def test_a_grid_here_and_on_a_cluster(tmp_path: Path) -> None:
    """The phase diagram of the README on fewer points: killed half-way and gone on with, then on a cluster."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    (text,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "phases.toml").write_text(text.replace("points = 1000", "points = 200"), encoding="utf-8")
    here, there, shown = (["attractron", *shlex.split(line)[1:]] for line in GRID)

    def command(words: list[str]) -> list[str]:
        return [sys.executable, "-m", *words]

    killed = subprocess.Popen(command(here), cwd=tmp_path)
    log = tmp_path / "phases" / "phases.log.jsonl"
    limit = time.monotonic() + 120
    while not (log.exists() and log.read_text(encoding="utf-8").count('"block"') > 5):
        assert time.monotonic() < limit
        assert killed.poll() is None
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    assert "not complete" in subprocess.check_output(command(shown), cwd=tmp_path, text=True)
    subprocess.run(command(here), cwd=tmp_path, check=True)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        words = [cluster.scheduler_address if word.startswith("tcp://") else word for word in there]
        subprocess.run(command(words), cwd=tmp_path, check=True)
    found = [chunks(tmp_path / name / "phases.zarr") for name in ("phases", "cluster")]
    assert found[0] == found[1]
    assert len(found[0]) > 100


def chunks(store: Path) -> dict[str, bytes]:
    """Every chunk of the result, byte for byte."""
    files = (path for path in store.glob("*/c/**/*") if path.is_file())
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_to_files(link: str) -> None:
    assert (Path(__file__).parents[1] / link).exists()
