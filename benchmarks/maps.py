"""`python -m benchmarks.maps`: how well maps over detuning are read from simulated ones, and how fast.

200 photon-assisted maps, 200 maps of interdot lines (a third each with everything given, a common temperature, a common
lever arm) and 200 maps of other things, all from seeds (`tests/readout/maps`); and as many as `--pairs` says of the
pair current over gate and bias, over two gates, and of other things, which take minutes each (`tests/fitting`).
`--first 1000` takes other seeds; `--count 0` leaves out all but the pair current. Ends with status 1 when a bound is
missed.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from tests.readout.maps.detuning_maps import detuning_map_of
from tests.readout.maps.photon_maps import other_map, photon_map

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.readout import detuning_map, photon_assisted
from benchmarks import pair_maps
from benchmarks.measure import Figure, concluded, report, seconds

COUNT = 200
PAIRS = 8
READ = ("lines", "one_line")


def status_of(result) -> str:
    return flag_names(result["status"])[int(result["status"])]


def pull(result, name: str, truth: float) -> float:
    return float((result[name] - truth) / result[f"{name}_uncertainty"])


def squared_pulls(result, truth) -> np.ndarray:
    """Pulls of t², in which t is measured."""
    t, error = (np.atleast_1d(result[f"tunnel_coupling{end}"].to_numpy()) for end in ("", "_uncertainty"))
    return np.asarray((t**2 - np.atleast_1d(truth) ** 2) / ((t + error) ** 2 - t**2))


def photons(seed: int) -> dict[str, object]:
    image, truth = photon_map(seed)
    result = photon_assisted(image)
    row: dict[str, object] = {"seed": seed, "status": status_of(result)}
    if row["status"] in READ:
        row["error"] = float(result["lever_arm"]) / truth.lever_arm - 1
        row["pulls"] = [pull(result, name, getattr(truth, name)) for name in ("lever_arm", "position")]
        row["t"] = float(squared_pulls(result, truth.tunnel_coupling)[0])
        row["bounded"] = float(result["tunnel_coupling_upper_bound"]) >= truth.tunnel_coupling
    return row


def detunings(seed: int) -> dict[str, object]:
    image, truth = detuning_map_of(seed)
    shared = (None, "temperature", "lever_arm")[seed % 3]
    options = {"temperature": truth.temperature, "lever_arm": truth.lever_arm}
    result = detuning_map(image, along="eps", **(options | ({} if shared is None else {shared: "common"})))
    row: dict[str, object] = {"seed": seed, "status": status_of(result)}
    if row["status"] == "read":
        found = squared_pulls(result, truth.couplings)
        row["t"] = found[np.isfinite(found)].tolist()
        bounds = result["tunnel_coupling_upper_bound"].to_numpy()
        row["bounded"] = (bounds >= truth.couplings)[np.isfinite(bounds)].tolist()
        row["rate"] = pull(result, "trend_rate", truth.rate)
        if shared is not None:
            key = {"temperature": "common_temperature"}.get(shared, shared)
            row["shared"] = pull(result, key, getattr(truth, shared))
    return row


def other(seed: int) -> dict[str, object]:
    image, what = other_map(seed)
    row: dict[str, object] = {"seed": seed, "what": what, "photons": status_of(photon_assisted(image))}
    if what != "interdot line":  # whose rows are such lines
        try:
            row["detuning"] = status_of(detuning_map(image, lever_arm=0.1, temperature=0.1, along="eps"))
        except InputError:
            row["detuning"] = "refused"
    return row


def summary(lines: list[dict], maps: list[dict], others: list[dict]) -> dict[str, float]:
    """The score of the set."""
    read, told = [row for row in lines if "pulls" in row], [row for row in maps if "t" in row]
    pulls = np.array([row["pulls"] for row in read])
    rows = np.concatenate([row["t"] for row in told])
    rates = np.array([row["rate"] for row in told if np.isfinite(row["rate"])])
    shared = np.array([row["shared"] for row in told if "shared" in row])
    return {
        "photon maps read": len(read) / len(lines),
        "lever arm within 5 %, of those": float(np.mean([abs(row["error"]) < 0.05 for row in read])),
        "width of pulls of lever arm and position less 1, magnitude": abs(float(pulls.std(ddof=1)) - 1),
        "width of pulls of t² less 1, magnitude": abs(float(np.std([row["t"] for row in read], ddof=1)) - 1),
        "95 % bounds of t that hold": float(np.mean([row["bounded"] for row in read])),
        "detuning maps read": len(told) / len(maps),
        "width of pulls of t² of rows less 1, magnitude": abs(float(rows.std(ddof=1)) - 1),
        "95 % bounds of t of rows that hold": float(np.mean(np.concatenate([row["bounded"] for row in told]))),
        "width of pulls of the trend's rate less 1, magnitude": abs(float(rates.std(ddof=1)) - 1),
        "width of pulls of what rows share less 1, magnitude": abs(float(shared.std(ddof=1)) - 1),
        "photon lines in other things": sum(row["photons"] in READ for row in others),
        "detuning maps in other things": sum(row.get("detuning") == "read" for row in others),
    }


BOUNDS = {
    "photon maps read": (0.85, True),
    "lever arm within 5 %, of those": (0.97, True),
    "width of pulls of lever arm and position less 1, magnitude": (0.2, False),
    "detuning maps read": (0.97, True),
    "95 % bounds of t of rows that hold": (0.92, True),
    "photon lines in other things": (0, False),
}


def timed() -> list[Figure]:
    """A photon-assisted map of 81 x 201 pixels, and 60 interdot lines."""
    photon, truth = photon_map(2, rows=81, columns=201)[0], detuning_map_of(2, rows=60)
    options = {"temperature": truth[1].temperature, "lever_arm": truth[1].lever_arm, "along": "eps"}
    calls = {
        "photon-assisted map of 81 x 201 pixels": lambda: photon_assisted(photon),
        "60 interdot lines": lambda: detuning_map(truth[0], **options),
    }
    found = []
    for what, call in calls.items():
        values = seconds(call, 3)
        found.append(Figure(what=what, unit="s", best=min(values), median=sorted(values)[1], runs=3, bound=10.0))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.maps", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument("--count", type=int, default=COUNT, help="how many maps of each kind")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="how many maps of the pair current of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    start = time.perf_counter()
    seeds = range(given.first, given.first + given.count)
    with ProcessPoolExecutor(given.workers) as pool:
        lines, maps, others = (list(pool.map(each, seeds)) for each in (photons, detunings, other))
        few = range(given.first, given.first + given.pairs)
        score, rows = pair_maps.scored(pool, few) if few else ({}, [])
    found = timed() if seeds else []
    scores = [(summary(lines, maps, others), len(seeds))] if seeds else []
    for values, runs in [*scores, (score, len(few))]:
        for name, value in values.items():
            bound, at_least = (BOUNDS | pair_maps.BOUNDS).get(name, (None, False))
            found.append(
                Figure(what=name, unit="", best=value, median=value, runs=runs, bound=bound, at_least=at_least)
            )
    if given.report:
        report(found)
        return 0
    for row in lines:
        if "pulls" not in row or np.abs(row["pulls"]).max() > 3:
            print("missed:", row)
    for row in others:
        if row["photons"] in READ or row.get("detuning") == "read":
            print("false:", row)
    for row in rows:
        print("pair current:", row)
    print(f"{time.perf_counter() - start:.0f} s")
    return concluded(found)


if __name__ == "__main__":
    sys.exit(main())
