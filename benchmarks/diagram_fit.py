"""`python -m benchmarks.diagram_fit`: the time to fit a whole charge stability diagram of 1000 x 1000 pixels."""

from tests.fitting.diagram_images import ANCHOR, simulated

from attractron.fitting import fit_diagram
from benchmarks.measure import Figure, keep_to_one_core, report, seconds_once


def timed() -> Figure:
    """Fitting 1000 x 1000 pixels with 16 free parameters, reading of the vertex included."""
    sample = simulated(3, shape=(1000, 1000))
    free = [name for name in sample.truth if name != ANCHOR]

    def call() -> object:
        return fit_diagram(sample.image, sample.start, temperature=sample.temperature, free=free)

    values = sorted(seconds_once(call) for _ in range(3))
    return Figure(
        what="whole diagram fitted, 1000 x 1000 pixels, 16 parameters",
        unit="s",
        best=values[0],
        median=values[1],
        runs=3,
        bound=20.0,
    )


if __name__ == "__main__":
    keep_to_one_core()
    report([timed()])
