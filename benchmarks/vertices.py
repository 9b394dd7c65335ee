"""`python -m benchmarks.vertices`: how well vertices are read from simulated images, and how fast.

200 images with a vertex, 200 that detectors disturb (pick-up, telegraph switches, drift, a detector on its own Coulomb
peak), 50 without, 20 with an interaction below resolution (`tests/readout/vertex_images.py`), all from their seeds; and
the time to read 1000 x 1000 pixels. `--first 1000` takes other seeds, `--rows FILE` keeps every image's reading. Ends
with status 1 when a bound is missed.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from tests.readout.vertex_images import (
    KINDS,
    disturbed_image,
    image_below_resolution,
    image_without_vertex,
    vertex_image,
)

from attractron.core.results import flag_names
from attractron.readout import read_vertex
from benchmarks.measure import Figure, concluded, report, seconds

VERTICES, EMPTY, SMALL = 200, 50, 20

SURE = 5.0
"""Standard deviations beyond which a reading is wrong and sure."""


def status_of(result) -> str:
    return flag_names(result["status"])[int(result["status"])]


def vertex(seed: int) -> dict[str, object]:
    return {"kind": "plain", **read(seed, *vertex_image(seed))}


def disturbed(seed: int) -> dict[str, object]:
    """The kinds take turns."""
    kind = KINDS[seed % len(KINDS)]
    return {"kind": kind, **read(seed, *disturbed_image(seed // len(KINDS), kind))}


def read(seed: int, image, truth) -> dict[str, object]:
    result = read_vertex(image, lever_arms=truth.lever_arms)
    found = result["triple_point"].values
    apart = min(np.abs(found - points).max() for points in (truth.points, truth.points[::-1]))
    return {
        "seed": seed,
        "status": status_of(result),
        "W_eff": truth.interaction,
        "read": float(result["effective_interaction"]),
        "uncertainty": float(result["effective_interaction_uncertainty"]),
        "apart_mV": float(apart),
        **{name: getattr(truth, name) for name in ("length", "contrast", "noise", "pink")},
    }


def empty(seed: int) -> dict[str, object]:
    return {"seed": seed, "status": status_of(read_vertex(image_without_vertex(seed)))}


def small(seed: int) -> dict[str, object]:
    image, truth = image_below_resolution(seed)
    return {"seed": seed, "status": status_of(read_vertex(image, lever_arms=truth.lever_arms)), "length": truth.length}


def summary(vertices: list[dict], empties: list[dict], smalls: list[dict]) -> dict[str, float]:
    """The score of the set."""
    sign = {1: "repulsive", -1: "attractive"}
    read = [row for row in vertices if row["status"] in sign.values()]
    errors = np.array([row["read"] / row["W_eff"] - 1 for row in read])
    pulls = np.array([(row["read"] - row["W_eff"]) / row["uncertainty"] * np.sign(row["W_eff"]) for row in read])
    return {
        "W_eff within 5 %, of all": float(np.sum(np.abs(errors) < 0.05) / len(vertices)),
        "sign given": len(read) / len(vertices),
        "wrong signs": sum(row["status"] != sign[int(np.sign(row["W_eff"]))] for row in read),
        "mean pull, magnitude": abs(float(pulls.mean())),
        "width of pulls less 1, magnitude": abs(float(pulls.std(ddof=1)) - 1),
        "largest pull, magnitude": float(np.abs(pulls).max()),
        "vertices reported where there are none": sum(row["status"] != "no_vertex" for row in empties),
        "signs reported below resolution": sum(row["status"] in sign.values() for row in smalls),
        "below resolution said": sum(row["status"] == "below_resolution" for row in smalls) / max(len(smalls), 1),
    }


def by_kind(rows: list[dict]) -> dict[str, float]:
    """The score of images that detectors disturb."""
    scores = {}
    for kind in KINDS:
        own = [row for row in rows if row["kind"] == kind]
        good = [row for row in own if row["status"] in ("repulsive", "attractive")]
        within = sum(abs(row["read"] / row["W_eff"] - 1) < 0.05 for row in good)
        scores[f"{kind}: W_eff within 5 %, of all"] = within / max(len(own), 1)
        scores[f"{kind}: wrong signs"] = sum(row["read"] * row["W_eff"] < 0 for row in good)
        scores[f"{kind}: wrong and sure"] = sum(
            abs(row["read"] - row["W_eff"]) > SURE * row["uncertainty"] for row in good
        )
    return scores


def timed() -> Figure:
    """Reading 1000 x 1000 pixels."""
    image, _ = vertex_image(3, length=200, pixels=(1000, 1000), noise=0.1)
    values = seconds(lambda: read_vertex(image), 3)
    return Figure(
        what="vertex read from 1000 x 1000 pixels",
        unit="s",
        best=min(values),
        median=sorted(values)[1],
        runs=3,
        bound=2.0,
    )


def figures(score: dict[str, float], count: int) -> list[Figure]:
    bounds = {
        "W_eff within 5 %, of all": (0.95, True),
        "wrong signs": (0, False),
        "mean pull, magnitude": (0.2, False),
        "width of pulls less 1, magnitude": (0.3, False),
        "vertices reported where there are none": (0, False),
        "signs reported below resolution": (0, False),
        "hum: W_eff within 5 %, of all": (0.95, True),
        "drift: W_eff within 5 %, of all": (0.9, True),
        **{f"{kind}: {what}": (0, False) for kind in KINDS for what in ("wrong signs", "wrong and sure")},
    }
    rows = []
    for name, value in score.items():
        bound, at_least = bounds.get(name, (None, False))
        rows.append(Figure(what=name, unit="", best=value, median=value, runs=count, bound=bound, at_least=at_least))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vertices", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument(
        "--vertices",
        type=int,
        default=VERTICES,
        help="how many images with a vertex, and as many that detectors disturb",
    )
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rows", help="file for one line of JSON an image")
    given = parser.parse_args()
    start = time.perf_counter()
    with ProcessPoolExecutor(given.workers) as pool:
        vertices = list(pool.map(vertex, range(given.first, given.first + given.vertices)))
        others = list(pool.map(disturbed, range(given.first, given.first + given.vertices)))
        empties = list(pool.map(empty, range(given.first, given.first + EMPTY)))
        smalls = list(pool.map(small, range(given.first, given.first + SMALL)))
    score = summary(vertices, empties, smalls)
    found = [*figures(score, len(vertices)), *figures(by_kind(others), len(others) // len(KINDS)), timed()]
    if given.report:
        report(found)
        return 0
    if given.rows:
        lines = [json.dumps(row) + "\n" for row in (*vertices, *others, *empties, *smalls)]
        Path(given.rows).write_text("".join(lines), encoding="utf-8")
    for row in (*vertices, *others):
        if abs(row["read"] / row["W_eff"] - 1) < 0.05 and row["status"] in ("repulsive", "attractive"):
            continue
        print("missed:", {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()})
    print(f"{time.perf_counter() - start:.0f} s")
    return concluded(found)


if __name__ == "__main__":
    sys.exit(main())
