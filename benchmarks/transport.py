"""`python -m benchmarks.transport`: the time of currents by every choice of processes, and how it grows with dots.

Times a point are those of `current`, labels included, over a map of 121 x 121 points of the pair experiment at 0.2 K.
QmeQ would be the peer, but does not build with the versions that this package needs, so that none is measured here.
"""

from collections.abc import Callable, Mapping

import numpy as np
from tests.transport.junctions import published, random_junction

from attractron.transport import Junction, current, third_order_integral
from attractron.transport.processes import forms
from attractron.transport.solve import make_model
from benchmarks.measure import Figure, keep_to_one_core, report, seconds

POINTS = 121
ALPHA = 0.61

Axes = Mapping[str, np.ndarray | float]

GATES: Axes = {"V": np.linspace(-1, 1, POINTS), "delta_V": np.linspace(-1.5, 1.5, POINTS), "V_SD": 0.1}
"""Fig. 4d: the vertex at a bias below all thresholds, mV."""
BIAS: Axes = {"V": np.linspace(0, 1, POINTS), "V_SD": np.linspace(0, 1.2, POINTS)}
"""Fig. 4f: along the line between (0,0) and (1,1), mV."""

SIZES = ((2, 4), (3, 4), (3, 6), (4, 4), (4, 8), (5, 5), (5, 8))
"""Dots and leads of the junctions whose cost is compared."""


def figure(what: str, unit: str, times: list[float], scale: float = 1.0, bound: float | None = None) -> Figure:
    """The figure of several times in seconds."""
    values = sorted(scale * time for time in times)
    return Figure(what=what, unit=unit, best=values[0], median=values[len(values) // 2], runs=len(values), bound=bound)


def map_call(junction: Junction, axes: Axes, processes: str) -> Callable[[], object]:
    """What is timed."""
    return lambda: current(junction, axes, processes=processes, origin="centre")


def a_point() -> list[Figure]:
    """µs a point of every choice of processes, and of the highest one without its integrals."""
    junction, scale = published(alpha=ALPHA), 1e6 / POINTS**2
    bounds = {"sequential": 2.0, "0e": None, "1e": 20.0, "2e": 100.0}
    times = {processes: seconds(map_call(junction, GATES, processes), runs=3) for processes in bounds}
    found = [
        figure(f"current of the pair experiment, {processes}, a point", "µs", times[processes], scale, bound)
        for processes, bound in bounds.items()
    ]
    a, b, Delta, kT = third_order_arguments(junction)
    integrals = min(seconds(lambda: third_order_integral(a, b, Delta, kT), runs=3))
    rest = [time - integrals for time in times["2e"]]
    what = "current of the pair experiment, 2e without the third-order integrals, a point"
    return [*found, figure(what, "µs", rest, scale, 100.0)]


def third_order_arguments(junction: Junction) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Of all processes of three dots on the map, downhill, as the rates ask for them."""
    model = make_model(junction, list(GATES), "2e", "finite-part", "centre")
    grid = np.meshgrid(*GATES.values(), indexing="ij")
    energies = forms(model.tables[2], *model.energies.at(np.stack([axis.ravel() for axis in grid], axis=1)))
    uphill = (energies.Delta > 0)[..., None]
    a, b = np.where(uphill, -energies.b, energies.a), np.where(uphill, -energies.a, energies.b)
    return a, b, -np.abs(energies.Delta), float(model.kT[0])


def both_maps() -> Figure:
    """Both maps of Fig. 4 by every choice of processes that the figure compares."""
    junction = published(alpha=ALPHA)
    calls = [map_call(junction, axes, processes) for axes in (GATES, BIAS) for processes in ("0e", "1e", "2e")]
    times = seconds(lambda: [call() for call in calls], runs=3)
    return figure(f"Fig. 4d and 4f, {POINTS} x {POINTS}, by 0e, 1e and 2e, one core", "s", times, bound=10.0)


def sizes() -> list[Figure]:
    """µs a point for more dots and leads."""
    found = []
    for dots, leads in SIZES:
        junction = random_junction(1, dots=dots, lead_dots=[lead % dots for lead in range(leads)])
        for processes, points in (("sequential", 4001), ("1e", 1001), ("2e", 201)):
            times = seconds(map_call(junction, {"V_SD": np.linspace(-0.3, 0.3, points)}, processes), runs=3)
            found.append(figure(f"{dots} dots, {leads} leads, {processes}, a point", "µs", times, 1e6 / points))
    return found


def figures() -> list[Figure]:
    """Everything."""
    return [*a_point(), both_maps(), *sizes()]


if __name__ == "__main__":
    keep_to_one_core()
    report(figures())
