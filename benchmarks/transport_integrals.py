"""`python -m benchmarks.transport_integrals`: time of an integral of second and third order, and of their ways out.

The arguments are those of all third-order processes of the pair experiment over gate voltage and bias at 0.2 K, as many
of them as the experiment has; the closed forms serve nearly all. Ends with status 1 when a bound is missed.
"""

import argparse
import sys
from collections.abc import Callable

import numpy as np
from tests.transport.cotunnelling import third_order_processes
from tests.transport.third_order import by_line

from attractron.transport.integrals.second_order import broadened, finite_part
from attractron.transport.integrals.third_order import third_order_integral
from benchmarks.measure import Figure, figure, keep_to_one_core, report, seconds

KT = 17.234666524
"""k_BT of 0.2 K in µeV, the unit of the energies here."""


def arguments() -> tuple[np.ndarray, ...]:
    """Of every third-order process at 31 x 31 points."""
    a, b, Delta = third_order_processes(np.linspace(-100, 600, 31)[:, None], np.linspace(-1e3, 1e3, 31))
    return a.reshape(-1, 3), b.reshape(-1, 3), Delta.ravel()


def timed(what: str, call: Callable[[], np.ndarray], bound: float) -> Figure:
    """µs an integral."""
    count = call().size
    return figure(what, "µs", [1e6 * value / count for value in seconds(call, runs=5)], bound)


def figures() -> list[Figure]:
    a, b, Delta = arguments()
    some = slice(None, None, 50)
    return [
        timed(
            "third-order integral, closed form, map of the experiment",
            lambda: third_order_integral(a, b, Delta, KT),
            15,
        ),
        timed(
            "third-order integral, line integral",
            lambda: by_line(a[some], b[some], Delta[some], KT),
            1000,
        ),
        timed("second-order integral, finite part", lambda: finite_part(a[:, 0], b[:, 1], Delta, KT), 1),
        timed("second-order integral, broadened", lambda: broadened(a[:, 0], b[:, 1], Delta, KT, 250.0), 1),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transport_integrals", description=__doc__)
    parser.add_argument("--report", action="store_true", help="hand the figures over as JSON only")
    given = parser.parse_args()
    keep_to_one_core()
    found = figures()
    if given.report:
        report(found)
        return 0
    for row in found:
        print(f"{row.what}: {row.best:.3g} {row.unit} (median {row.median:.3g}) {row.verdict}")
    return int(any(row.verdict == "MISSED" for row in found))


if __name__ == "__main__":
    sys.exit(main())
