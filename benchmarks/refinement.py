"""Adaptive studies against grids: points and seconds until a boundary of a phase diagram is known so well.

    python -m benchmarks.refinement [--quick]

Over a line and over a plane of a phase diagram of coupled wires. A grid knows the boundary to its step; its points are
counted, and computed where they are at most 10⁶. Exits with 1 where the adaptive study needs more points than
the grid for anything finer than a tenth.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from attractron import studies

MODEL = """\
kind = "wires"
model = { K_c = 0.85, K = 0.4, y_s = 0.1, y = 0.1, upsilon = 0.1, mismatch = 0.05 }
question = { name = "phase-diagram", compare = "nothing" }
"""
ENDS = {"mismatch": (0.001, 0.9), "y": (0.01, 0.6)}
LARGEST = 1_000_000

COARSE = 0.1
"""To know a boundary so well a grid needs fewer points, which is as it should be."""


def timed(text: str) -> tuple[float, studies.Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.toml"
        path.write_text(MODEL + text, encoding="utf-8")
        study = studies.read(path)
        began = time.perf_counter()
        outcome = studies.run(study, folder)
        return time.perf_counter() - began, outcome


def grid(names: list[str], part: float) -> tuple[int, float | None]:
    points = round(1 / part) + 1
    if points ** len(names) > LARGEST * 1.01:
        return points ** len(names), None
    axes = "".join(
        f"{name} = {{ start = {ENDS[name][0]}, stop = {ENDS[name][1]}, points = {points} }}\n" for name in names
    )
    return points ** len(names), timed(f"[axes]\n{axes}")[0]


def refined(names: list[str], part: float, batch: int) -> tuple[int, float]:
    of = "".join(f"{name} = {{ start = {ENDS[name][0]}, stop = {ENDS[name][1]} }}\n" for name in names)
    seconds, outcome = timed(f"[adaptive]\nloss = {part}\nbatch = {batch}\n[adaptive.of]\n{of}")
    return outcome.result.sizes["point"], seconds


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    cases = [(["mismatch"], 0.01, 8), (["mismatch"], 0.001, 8), (["mismatch", "y"], 0.1, 32)]
    if not quick:
        cases += [(["mismatch"], 1e-5, 8), (["mismatch", "y"], 0.03, 32), (["mismatch", "y"], 0.01, 64)]
        cases += [(["mismatch", "y"], 0.001, 512)]
    timed("[axes]\nmismatch = [0.1, 0.2]\n")  # what is loaded once is not counted
    worse = False
    print("over            known to  batch  adaptive points  seconds  grid points  seconds")
    for names, part, batch in cases:
        points, seconds = refined(names, part, batch)
        of_grid, there = grid(names, part)
        worse = worse or (part < COARSE and points > of_grid)
        said = "-" if there is None else f"{there:.1f}"
        print(
            f"{', '.join(names):15} {part:8g} {batch:6d} {points:16d} {seconds:8.1f} {of_grid:12d} {said:>8}",
            flush=True,
        )
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
