"""`python -m benchmarks.geometry`: time, error and memory of drawings against panels; scans, optimisation."""

import resource

import attractron as at
from attractron.core.constants import COULOMB, E_SQUARED
from benchmarks.measure import Figure, figure, keep_to_one_core, report, seconds, seconds_once

PLANES = {"solid_planes": True}
DISTANCES = [80, 90, 100, 110, 125, 140, 160, 180, 200, 230, 260, 300]
FIVE = {
    "distance": (80, 300),
    "height": (60, 500),
    "polarizer_height": (60, 500),
    "top_distance": (350, 800),
    "dot": (200, 300),
}
W = 0.51900
"""meV, crossed nanotubes by other code on three meshes, extrapolated; ± 0.0001."""
SQUARE = 0.3667896
"""Capacitance of a square of side 1 over 4πε0 (literature, to 3e-6)."""


def once(what: str, value: float, unit: str, bound: float | None = None) -> Figure:
    """A figure of one run."""
    return Figure(what=what, unit=unit, best=value, median=value, runs=1, bound=bound)


def peak() -> float:
    """Largest resident memory so far, bytes."""
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def by_panels() -> list[Figure]:
    """Crossed nanotubes and a square on finer and finer meshes; the largest one decides the memory."""
    found, before, size = [], peak(), 0.0
    sheet = at.geometry.Layout(metals=(at.geometry.rectangle("square", x=(0, 1), y=(0, 1), z=0),))
    for resolution, plate in ((1.0, 8), (1.4, 11.5), (2.0, 17), (2.9, 24)):
        results = []
        time = seconds_once(
            lambda r=resolution, into=results: into.append(
                at.geometry.electrostatics(at.geometry.crossed_nanotubes(), resolution=r)
            )
        )
        result = results[0]
        size = max(size, float(result["panels"]))
        name = f"crossed nanotubes, {int(result['panels'])} panels"
        here = {"dot": "L", "dot_2": "R"}
        off = abs(float(result["repulsion"].sel(here)) / W - 1)
        said = float(result["repulsion_error"].sel(here)) / W
        found.append(once(name, time, "s", 3 if resolution == 1.4 else None))
        found.append(once(f"{name}: W from the reference, which is known to 2e-4", off, "", 2e-3))
        found.append(once(f"{name}: error said of W", said, ""))
        flat = at.geometry.electrostatics(sheet, resolution=plate)
        unit = E_SQUARED / COULOMB
        error = abs(float(flat["capacitance"][0, 0]) / unit / SQUARE - 1)
        found.append(once(f"square, {int(flat['panels'])} panels: error of its capacitance", error, "", 2e-5))
        size = max(size, float(flat["panels"]))
    ratio = (peak() - before) / (8 * size**2)
    found.append(once(f"peak memory at {int(size)} panels, in matrices of 8 n² bytes", ratio, "times", 2.0))
    return found


def others() -> list[Figure]:
    """Image model, scan, sensitivities, optimisation."""
    tubes = at.geometry.crossed_nanotubes
    layout = tubes(**PLANES)
    image = seconds(lambda: at.geometry.electrostatics(layout, method="images"), 5)
    scan = seconds(lambda: at.geometry.distance_scan(tubes, DISTANCES), 1)
    best = seconds(lambda: at.geometry.optimise(tubes, FIVE, fixed=PLANES), 2)
    mean = seconds_once(
        lambda: at.geometry.optimise(
            tubes,
            FIVE,
            fixed=PLANES,
            objective="mean",
            disorder={"distance": 10, "shift_x": 10, "shift_y": 10},
            starts=1,
        )
    )
    slopes = seconds_once(lambda: at.geometry.sensitivities(tubes))
    return [
        figure("crossed nanotubes between solid planes, image model", "s", image, 0.2),
        figure("12 distances of crossed nanotubes, normal resolution", "s", scan, 15),
        figure("five lengths optimised from three starts, image model", "s", best, 10),
        once("the same, mean of 32 copies with disorder, one start", mean, "s"),
        once("derivatives by all 14 lengths, normal resolution", slopes, "s"),
    ]


if __name__ == "__main__":
    keep_to_one_core()
    at.geometry.electrostatics(at.geometry.crossed_nanotubes(), resolution=0.4)  # imports
    report([*by_panels(), *others()])
