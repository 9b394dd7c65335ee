"""`python -m benchmarks.diamonds`: how well Coulomb diamonds and bias triangles are read from simulated images.

200 images of diamonds, 200 of triangles and 100 of other things, all from seeds (`tests/readout/transport_images.py`),
and the time of 500 x 500 pixels. `--first 1000` takes other seeds. Ends with status 1 when a bound is missed.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from tests.readout.transport_images import diamonds_image, other_image, triangles_image

from attractron.core.results import flag_names
from attractron.readout import read_diamonds, read_triangles
from benchmarks.measure import Figure, concluded, report, seconds

COUNT, OTHERS = 200, 100


def status_of(result) -> str:
    return flag_names(result["status"])[int(result["status"])]


def diamonds(seed: int) -> dict[str, object]:
    image, truth = diamonds_image(seed)
    result = read_diamonds(image)
    status = status_of(result)
    row: dict[str, object] = {"seed": seed, "status": status, "kind": truth.kind}
    if status in ("diamonds", "single_crossing"):
        row["error"] = float(result["lever_arm"]) / truth.alpha - 1
        row["pull"] = float((result["lever_arm"] - truth.alpha) / result["lever_arm_uncertainty"])
        row["points"] = result.sizes["point"] == truth.points.size
        if "addition_energy" in result and row["points"]:
            energies, spread = (result[f"addition_energy{end}"].to_numpy() for end in ("", "_uncertainty"))
            row["energy_pulls"] = list((energies - truth.energies) / spread)
    return row


def triangles(seed: int) -> dict[str, object]:
    image, truth = triangles_image(seed)
    result = read_triangles(image, bias=truth.bias)
    row: dict[str, object] = {"seed": seed, "status": status_of(result)}
    if row["status"] == "triangles":
        apart = result["lever_arm"].to_numpy() - truth.arms
        row["error"] = float(np.abs(np.diag(apart) / np.diag(truth.arms)).max())
        row["pull"] = float(np.abs(apart / result["lever_arm_uncertainty"].to_numpy()).max())
    return row


def other(seed: int) -> dict[str, object]:
    image, what = other_image(seed)
    found = status_of(read_diamonds(image)), status_of(read_triangles(image.rename(V_SD="P1", V_g="P2"), bias=1.0))
    return {"seed": seed, "what": what, "diamonds": found[0], "triangles": found[1]}


def summary(dots: list[dict], pairs: list[dict], others: list[dict]) -> dict[str, float]:
    """The score of the set."""
    read, told = ([row for row in rows if "pull" in row] for rows in (dots, pairs))
    pulls = np.array([row["pull"] for row in read])
    energies = np.array([pull for row in read for pull in row.get("energy_pulls", ())])
    return {
        "diamonds read": len(read) / len(dots),
        "lever arm within 5 %, of those": float(np.mean([abs(row["error"]) < 0.05 for row in read])),
        "all degeneracy points, of those": float(np.mean([row["points"] for row in read])),
        "width of pulls of the lever arm": float(pulls.std(ddof=1)),
        "within two deviations": float(np.mean(np.abs(pulls) < 2)),
        "largest pull, magnitude": float(np.abs(pulls).max()),
        "width of pulls of addition energies": float(energies.std(ddof=1)),
        "triangles read": len(told) / len(pairs),
        "their lever arms within 5 %, of those": float(np.mean([row["error"] < 0.05 for row in told])),
        "largest pull of these, magnitude": max(row["pull"] for row in told),
        "diamonds in other things": sum(row["diamonds"] in ("diamonds", "single_crossing") for row in others),
        "triangles in other things": sum(row["triangles"] == "triangles" for row in others),
    }


BOUNDS = {
    "diamonds read": (0.9, True),
    "lever arm within 5 %, of those": (0.95, True),
    "width of pulls of the lever arm": (1.1, False),
    "triangles read": (0.8, True),
    "their lever arms within 5 %, of those": (0.95, True),
    "diamonds in other things": (0, False),
    "triangles in other things": (0, False),
}


def timed() -> Figure:
    """Reading 500 x 500 pixels."""
    image, _ = diamonds_image(4, count=3, shape=(500, 500))
    values = seconds(lambda: read_diamonds(image), 3)
    what = "diamonds read from 500 x 500 pixels"
    return Figure(what=what, unit="s", best=min(values), median=sorted(values)[1], runs=3, bound=3.0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diamonds", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument("--count", type=int, default=COUNT, help="how many images of each kind")
    parser.add_argument("--others", type=int, default=OTHERS, help="how many of other things")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    start = time.perf_counter()
    with ProcessPoolExecutor(given.workers) as pool:
        seeds = range(given.first, given.first + given.count)
        dots, pairs = list(pool.map(diamonds, seeds)), list(pool.map(triangles, seeds))
        others = list(pool.map(other, range(given.first, given.first + given.others)))
    found = [timed()]
    for name, value in summary(dots, pairs, others).items():
        bound, at_least = BOUNDS.get(name, (None, False))
        found.append(
            Figure(what=name, unit="", best=value, median=value, runs=len(dots), bound=bound, at_least=at_least)
        )
    if given.report:
        report(found)
        return 0
    for row in (*dots, *pairs):
        if "pull" not in row or abs(row["pull"]) > 3:
            print("missed:", row)
    for row in others:
        if row["diamonds"] in ("diamonds", "single_crossing") or row["triangles"] == "triangles":
            print("false:", row)
    print(f"{time.perf_counter() - start:.0f} s")
    return concluded(found)


if __name__ == "__main__":
    sys.exit(main())
