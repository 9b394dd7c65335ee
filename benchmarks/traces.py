"""`python -m benchmarks.traces`: how well charging lines are read from simulated traces, and what is no line refused.

200 traces of each kind of noise and 200 of other things, from their seeds (`tests/readout/line_traces.py`); and the
time to read 100 000 and 1 000 000 points. `--traces N` takes fewer, `--first 1000` other seeds, `--kinds white,hum`
some kinds only, `--rows FILE` keeps every reading. Ends with status 1 when a bound is missed.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
from scipy.special import expit
from tests.readout.line_traces import KINDS, LEVER_ARM, OTHERS, labelled, line_trace, other_trace

from attractron.core.constants import K_B
from attractron.core.results import flag_names
from attractron.readout import charging_line
from benchmarks.measure import Figure, concluded, report, seconds

TRACES = 200
READ = ("described", "open")
SIZES = {100_000: 2.0, 1_000_000: 10.0}
"""Points of a long trace, and the seconds in which it is to be read."""


def status_of(result) -> str:
    return flag_names(result["status"])[int(result["status"])]


def line(kind: str, seed: int) -> dict[str, object]:
    data, truth = line_trace(kind, seed)
    result = charging_line(data, lever_arm=LEVER_ARM, tunnel_broadening="fit" if kind == "mixture" else None)
    low, high = result["temperature_interval"].to_numpy().tolist()
    known = flag_names(result["temperature_status"])[int(result["temperature_status"])]
    return {
        "kind": kind,
        "seed": seed,
        "status": status_of(result),
        "shape": result.attrs["shape"],
        "resolved": known in ("resolved", "open"),
        "covered": bool(low <= truth.temperature <= high),
        **{
            f"{name}_pull": (float(result[name]) - getattr(truth, name)) / float(result[f"{name}_uncertainty"])
            for name in ("temperature", "position", "step_height")
        },
        "summary": result.attrs["summary"],
    }


def other(kind: str, seed: int) -> dict[str, object]:
    result = charging_line(other_trace(kind, seed), lever_arm=LEVER_ARM)
    return {"kind": kind, "seed": seed, "status": status_of(result), "summary": result.attrs["summary"]}


def scores(kind: str, rows: list[dict]) -> list[Figure]:
    """Part read, pulls and coverage of one kind."""
    read = [row for row in rows if row["status"] in READ]
    count = len(rows)
    # A Lorentzian step that is read as such has a bound of the temperature only.
    pulls = np.array([row["temperature_pull"] for row in read if row["resolved"]])
    places = np.array([row["position_pull"] for row in read])
    covered = float(np.mean([row["covered"] for row in read])) if read else 0.0

    def figure(what: str, value: float, bound: float | None = None, at_least: bool = False) -> Figure:
        return Figure(
            what=f"{kind}: {what}", unit="", best=value, median=value, runs=count, bound=bound, at_least=at_least
        )

    return [
        figure("lines read", len(read) / count, 0.9, at_least=True),
        figure("95 % intervals of the temperature that cover", covered, 0.92, at_least=True),
        figure("width of pulls of the temperature less 1, magnitude", abs(float(pulls.std(ddof=1)) - 1), 0.15),
        figure("width of pulls of the position less 1, magnitude", abs(float(places.std(ddof=1)) - 1), 0.2),
        figure("largest pull of the temperature, magnitude", float(np.abs(pulls).max())),
    ]


def timed(size: int, bound: float) -> Figure:
    """Reading a long trace."""
    rng = np.random.default_rng(1)
    gate = np.linspace(-10, 10, size)
    signal = expit(LEVER_ARM * (gate - 1) / (K_B * 0.3)) + 0.1 * gate / 10 + 0.2 * rng.normal(size=size)
    signal += 0.5 * np.cos(2 * np.pi * 0.0237 * np.arange(size))
    data = labelled(gate, signal)
    values = seconds(lambda: charging_line(data, lever_arm=LEVER_ARM), 2)
    return Figure(
        what=f"charging line read from {size} points with hum",
        unit="s",
        best=min(values),
        median=float(np.median(values)),
        runs=2,
        bound=bound,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.traces", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument("--traces", type=int, default=TRACES, help="how many traces of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--kinds", default=",".join((*KINDS, "others", "times")), help="some of these")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rows", help="file for one line of JSON a trace")
    given = parser.parse_args()
    wanted = given.kinds.split(",")
    start = time.perf_counter()
    seeds = range(given.first, given.first + given.traces)
    rows: list[dict] = []
    found: list[Figure] = []
    with ProcessPoolExecutor(given.workers) as pool:
        for kind in (kind for kind in KINDS if kind in wanted):
            lines = list(pool.map(line, repeat(kind), seeds))
            rows += lines
            found += scores(kind, lines)
        if "others" in wanted:
            each = -(-given.traces // len(OTHERS))
            names = [kind for kind in OTHERS for _ in range(each)]
            numbers = [given.first + number for _ in OTHERS for number in range(each)]
            others = list(pool.map(other, names, numbers))
            rows += others
            false = sum(row["status"] in READ for row in others)
            found.append(
                Figure(
                    what="numbers read from traces of other things",
                    unit="",
                    best=false,
                    median=false,
                    runs=len(others),
                    bound=0,
                )
            )
    if "times" in wanted:
        found += [timed(size, bound) for size, bound in SIZES.items()]
    if given.report:
        report(found)
        return 0
    if given.rows:
        Path(given.rows).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    print(f"{time.perf_counter() - start:.0f} s")
    return concluded(found)


if __name__ == "__main__":
    sys.exit(main())
