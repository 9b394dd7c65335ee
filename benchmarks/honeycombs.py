"""`python -m benchmarks.honeycombs`: how well all vertices of simulated honeycombs are read, and how fast.

100 images of 2 to 20 vertices (`tests/readout/honeycomb_images.py`) from their seeds, 50 images without a vertex, and
the time for ten vertices. A vertex that was read within 3 % of the window of a true one is found; one that is nowhere
near a true one is false. `--first 1000` takes other seeds. Ends with status 1 when a bound is missed.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from tests.readout.honeycomb_images import honeycomb_image
from tests.readout.vertex_images import image_without_vertex

from attractron.readout import read_honeycomb
from benchmarks.measure import Figure, concluded, report, seconds

IMAGES, EMPTY = 100, 50

NEAR = 0.03
"""Of half the window."""


def honeycomb(seed: int) -> dict[str, object]:
    image, truth = honeycomb_image(seed)
    start = time.process_time()
    result = read_honeycomb(image, lever_arms=truth.lever_arms)
    spent = time.process_time() - start
    half = np.array([np.ptp(image[name].to_numpy()) / 2 for name in image.dims])
    read = (
        result["vertex_status"].to_numpy() < 2 if int(result["status"]) == 0 else np.zeros(result.sizes["vertex"], bool)
    )
    points = result["triple_point"].to_numpy()[read] if read.any() else np.zeros((0, 2, 2))
    middles = points.mean(axis=1)
    apart = [np.hypot(*((middles - place) / half).T).min(initial=np.inf) for place in truth.middles]
    strange = [np.hypot(*((truth.everywhere - place) / half).T).min(initial=np.inf) for place in middles]
    values = result["effective_interaction"].to_numpy()[read] if read.any() else np.zeros(0)
    errors = result["effective_interaction_uncertainty"].to_numpy()[read] if read.any() else np.ones(0)
    return {
        "seed": seed,
        "true": len(truth.middles),
        "found": int(np.sum(np.array(apart) < NEAR)),
        "false": int(np.sum(np.array(strange) > NEAR)),
        "ratios": (values / truth.interaction).tolist(),
        "pulls": ((values - truth.interaction) / errors).tolist(),
        "seconds": spent,
        "summary": result.attrs["summary"],
    }


def empty(seed: int) -> bool:
    return int(read_honeycomb(image_without_vertex(seed))["status"]) == 0


def figures(rows: list[dict], empties: list[bool]) -> list[Figure]:
    ratios = np.concatenate([np.array(row["ratios"]) for row in rows])
    pulls = np.concatenate([np.array(row["pulls"]) for row in rows])
    true = sum(row["true"] for row in rows)
    score = {
        "honeycombs: vertices found, of all well in view": (sum(row["found"] for row in rows) / true, 0.95, True),
        "honeycombs: vertices where there are none": (sum(row["false"] for row in rows), 0, False),
        "honeycombs: W_eff within 5 %, of those read": (float(np.mean(np.abs(ratios - 1) < 0.05)), 0.95, True),
        "honeycombs: wrong signs": (int(np.sum(ratios < 0)), 0, False),
        "honeycombs: width of pulls less 1, magnitude": (abs(float(pulls.std(ddof=1)) - 1), 0.2, False),
        "honeycombs: read in images without a vertex": (sum(empties), 0, False),
        "honeycombs: median time of an image, s": (float(np.median([row["seconds"] for row in rows])), 10.0, False),
    }
    return [
        Figure(what=name, unit="", best=value, median=value, runs=len(rows), bound=bound, at_least=at_least)
        for name, (value, bound, at_least) in score.items()
    ]


def timed() -> Figure:
    """Ten vertices in 500 x 500 pixels."""
    image, _ = honeycomb_image(4, pixels=(500, 500), noise=0.1)
    values = seconds(lambda: read_honeycomb(image), 3)
    return Figure(
        what="honeycomb of ten vertices read from 500 x 500 pixels",
        unit="s",
        best=min(values),
        median=sorted(values)[1],
        runs=3,
        bound=10.0,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.honeycombs", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument("--images", type=int, default=IMAGES, help="how many honeycombs")
    parser.add_argument("--empty", type=int, default=EMPTY, help="how many images without a vertex")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.workers) as pool:
        rows = list(pool.map(honeycomb, range(given.first, given.first + given.images)))
        empties = list(pool.map(empty, range(given.first, given.first + given.empty)))
    found = [*figures(rows, empties), timed()]
    if given.report:
        report(found)
        return 0
    for row in rows:
        if row["found"] < row["true"] or row["false"] or any(abs(ratio - 1) > 0.05 for ratio in row["ratios"]):
            ratios = np.round(row["ratios"], 3).tolist()
            print(f"{row['seed']}: {row['found']} of {row['true']}, {row['false']} false, {ratios}, {row['summary']}")
    return concluded(found)


if __name__ == "__main__":
    sys.exit(main())
