"""`python -m benchmarks.coverage`: do 95 % intervals and bounds of readings of traces cover the truth in 95 %?

1000 simulated traces of each case, from their seeds, with the truth well resolved, near its edge (t, T, Γ at about one
standard deviation) and on it. Intervals are `<name>_interval` where the result has one, and otherwise ± 1.96 of the
uncertainty. They have to cover 95 ± 2 %, and one-sided bounds at least 93 %: what is zero lies below every bound.
`--cases NAME` and `--traces N` take a part; `--first 5000` takes other seeds. Ends with status 1 when one does not.
"""

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots.detector import one_over_f
from attractron.readout import charging_line, coulomb_peak, interdot_line
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.peak_shapes import single_level
from benchmarks.measure import Figure, report

TRACES = 1000
GATE = np.linspace(-6.0, 6.0, 161)
ALPHA = 0.1
PLACE = 0.4
LOWEST, HIGHEST = 0.93, 0.97
Truth = dict[str, float]


class Case(NamedTuple):
    """A curve with its noise and how it is read."""

    curve: np.ndarray
    noise: float
    pink: float
    read: Callable[[xr.Dataset], xr.Dataset]
    truth: Truth


def trace(signal: np.ndarray) -> xr.Dataset:
    data = {"signal": ("P", signal, {"units": "nA"})}
    return xr.Dataset(data, {"P": ("P", GATE, {"units": "mV"})}, {"derivative": 0})


def charging(kelvin: float, gamma: float, noise: float, pink: float = 0.0, fitted: bool = True) -> Case:
    curve = 1 + 0.02 * GATE + lead_occupation(ALPHA * (GATE - PLACE), kelvin, gamma)[0]
    truth = {"temperature": kelvin, "position": PLACE, "step_height": 1.0, "slope": 0.02}
    return Case(
        curve,
        noise,
        pink,
        lambda data: charging_line(data, lever_arm=ALPHA, tunnel_broadening="fit" if fitted else gamma),
        truth | ({"tunnel_broadening": gamma} if fitted else {}),
    )


def interdot(kelvin: float, t: float, noise: float, pink: float = 0.0, fitted: bool = False) -> Case:
    curve = 1 + 0.02 * GATE + interdot_occupation(ALPHA * (GATE - PLACE), kelvin, t**2)[0]
    truth = {"tunnel_coupling": t, "position": PLACE, "step_height": 1.0, "slope": 0.02}
    return Case(
        curve,
        noise,
        pink,
        lambda data: interdot_line(data, lever_arm=ALPHA, temperature="fit" if fitted else kelvin),
        truth | ({"temperature": kelvin} if fitted else {}),
    )


def coulomb(kelvin: float, gamma: float, noise: float, pink: float = 0.0, fitted: bool = True) -> Case:
    curve = 0.1 + 0.02 * GATE + single_level(GATE - PLACE, K_B * kelvin / ALPHA, gamma / ALPHA)[0]
    truth = {"temperature": kelvin, "position": PLACE, "height": 1.0, "slope": 0.02}
    return Case(
        curve,
        noise,
        pink,
        lambda data: coulomb_peak(
            data, lever_arm=ALPHA, tunnel_broadening="fit" if fitted else gamma, shape="single-level"
        ),
        truth | ({"tunnel_broadening": gamma} if fitted else {}),
    )


CASES = {
    "Coulomb peak": coulomb(0.4, 0.0, 0.05, fitted=False),
    "Coulomb peak, 1/f noise": coulomb(0.4, 0.0, 0.02, 0.03, fitted=False),
    "Coulomb peak, T and Γ": coulomb(0.4, 0.12, 0.01),
    "Coulomb peak, Γ near 0": coulomb(0.4, 0.02, 0.03),
    "Coulomb peak, Γ = 0": coulomb(0.4, 0.0, 0.03),
    "Coulomb peak, T near 0": coulomb(0.1, 0.15, 0.03),
    "charging line": charging(0.4, 0.0, 0.05, fitted=False),
    "charging line, 1/f noise": charging(0.4, 0.0, 0.02, 0.03, fitted=False),
    "charging line, T and Γ": charging(0.4, 0.12, 0.02),
    "charging line, Γ near 0": charging(0.4, 0.03, 0.05),
    "charging line, Γ = 0": charging(0.4, 0.0, 0.05),
    "charging line, T near 0": charging(0.1, 0.15, 0.05),
    "charging line, T → 0": charging(0.01, 0.15, 0.05),
    "interdot line": interdot(0.2, 0.06, 0.05),
    "interdot line, 1/f noise": interdot(0.2, 0.06, 0.02, 0.03),
    "interdot line, t near 0": interdot(0.4, 0.02, 0.08),
    "interdot line, t = 0": interdot(0.4, 0.0, 0.08),
    "interdot line, T and t": interdot(0.4, 0.06, 0.02, fitted=True),
    "interdot line, T → 0": interdot(0.02, 0.06, 0.05, fitted=True),
    "interdot line, both near 0": interdot(0.15, 0.02, 0.08, fitted=True),
}


def judged(name: str, seed: int) -> dict[str, bool | None]:
    """Whether each quantity's interval, and its bound, hold the truth; None where nothing was read."""
    case, rng = CASES[name], np.random.default_rng(seed)
    noise = case.noise * rng.standard_normal(GATE.size)
    if case.pink:
        noise += case.pink * one_over_f(4 * GATE.size, rng)[: GATE.size]  # slower than the trace, too
    try:
        found = case.read(trace(case.curve + noise))
    except InputError:
        return {}
    hits: dict[str, bool | None] = {}
    for quantity, truth in case.truth.items():
        if not np.isfinite(found[quantity]):
            return {}
        if f"{quantity}_interval" in found:
            low, high = found[f"{quantity}_interval"].to_numpy()
            # The lowest temperature of a fit is as good as zero.
            hits[quantity] = bool((low <= truth or low < 1e-4) and truth <= high)
        else:
            hits[quantity] = bool(abs(found[quantity] - truth) < 1.96 * found[f"{quantity}_uncertainty"])
        if f"{quantity}_upper_bound" in found:
            hits[f"{quantity}, bound"] = bool(truth <= found[f"{quantity}_upper_bound"])
    return hits


def coverage(name: str, seeds: range, pool: ProcessPoolExecutor) -> tuple[dict[str, float], int]:
    """Share of covered truths of each quantity among the traces that were read, and how many were."""
    rows = [row for row in pool.map(judged, [name] * len(seeds), seeds, chunksize=10) if row]
    return {key: float(np.mean([row[key] for row in rows])) for key in (rows[0] if rows else {})}, len(rows)


def figures(names: list[str], seeds: range, workers: int, tell: bool) -> list[Figure]:
    """Two figures a quantity, told as they come: a bound has no upper limit of its coverage."""
    found: list[Figure] = []
    with ProcessPoolExecutor(workers) as pool:
        for name in names:
            shares, count = coverage(name, seeds, pool)
            first = len(found)
            for quantity, share in shares.items():
                least = Figure(
                    what=f"{name}: {quantity}",
                    unit="",
                    best=share,
                    median=share,
                    runs=count,
                    bound=LOWEST,
                    at_least=True,
                )
                found.append(least)
                if not quantity.endswith("bound"):
                    found.append(replace(least, what=f"{name}: {quantity}, at most", bound=HIGHEST, at_least=False))
            for row in found[first:] if tell else []:
                if row.at_least or row.verdict == "MISSED":
                    print(f"{row.what}: {row.best:.3f} of {row.runs} {row.verdict}", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    parser.add_argument("--traces", type=int, default=TRACES)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cases", nargs="*", default=list(CASES), help="how their names begin")
    given = parser.parse_args()
    start = time.perf_counter()
    names = [name for name in CASES if name.startswith(tuple(given.cases))]
    found = figures(names, range(given.first, given.first + given.traces), given.workers, tell=not given.report)
    if given.report:
        report(found)
        return 0
    print(f"{time.perf_counter() - start:.0f} s")
    return int(any(row.verdict == "MISSED" for row in found))


if __name__ == "__main__":
    sys.exit(main())
