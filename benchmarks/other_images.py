"""`python -m benchmarks.other_images`: what is read from images of other things than one vertex: no number.

200 images (`tests/readout/other_images.py`) from their seeds: bias triangles, Coulomb diamonds, pinch-offs, stripes,
charges that latch, single lines, lines that cross, noise, photographs, peaks of the detector, honeycombs, smooth
maxima, interference. Of crossing lines the place may be read, but no sign. `--first 1000` takes other seeds, `--rows
FILE` keeps every image's answer. Ends with status 1 when a number was read.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.readout.other_images import other_image

from attractron.core.results import flag_names
from attractron.readout import read_vertex
from benchmarks.measure import Figure, concluded, report

IMAGES = 200

SIGNED = ("repulsive", "attractive")


def row(seed: int) -> dict[str, object]:
    """What one image shows, and what was said of it."""
    image, kind = other_image(seed)
    start = time.process_time()
    result = read_vertex(image)
    status = flag_names(result["status"])[int(result["status"])]
    nothing = ("no_vertex", "several_vertices", *(("below_resolution",) if kind == "crossing" else ()))
    return {
        "seed": seed,
        "kind": kind,
        "status": status,
        "false": status not in nothing,
        "seconds": time.process_time() - start,
        "summary": result.attrs["summary"],
    }


def figures(rows: list[dict]) -> list[Figure]:
    """The score of the set."""
    scores = {
        "false readings": (sum(row["false"] for row in rows), 0),
        "signs given": (sum(row["status"] in SIGNED for row in rows), 0),
        "crossing lines said to be below resolution": (
            sum(row["status"] == "below_resolution" for row in rows if row["kind"] == "crossing")
            / max(sum(row["kind"] == "crossing" for row in rows), 1),
            None,
        ),
    }
    return [
        Figure(what=what, unit="", best=value, median=value, runs=len(rows), bound=bound)
        for what, (value, bound) in scores.items()
    ]


def main() -> int:
    """Read all, print what is false."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.other_images", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument("--images", type=int, default=IMAGES, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rows", help="file for one line of JSON an image")
    given = parser.parse_args()
    start = time.perf_counter()
    rows = []
    with ProcessPoolExecutor(given.workers) as pool:
        for found in pool.map(row, range(given.first, given.first + given.images)):
            rows.append(found)
            if found["false"] and not given.report:
                print("false:", found, flush=True)
    if given.report:
        report(figures(rows))
        return 0
    if given.rows:
        Path(given.rows).write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    print(f"{time.perf_counter() - start:.0f} s")
    return concluded(figures(rows))


if __name__ == "__main__":
    sys.exit(main())
