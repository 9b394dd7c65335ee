"""Time and memory of Attractron's own calculations. `python -m benchmarks.diagrams NAME…` measures some of them."""

import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.measure import Figure, figure, keep_to_one_core, report, seconds


def axes(points: int) -> dict[str, np.ndarray]:
    """Gate axes of a square diagram that shows all four charge states of the building block."""
    return {"V": np.linspace(-1.5, 4.5, points), "delta_V": np.linspace(-2.5, 2.5, points)}


def zero_temperature() -> Figure:
    """The ground states of the building block, labelled."""
    from attractron.dots import building_block, stability_diagram

    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    values = seconds(lambda: stability_diagram(device, axes(1000)), runs=31)
    return figure(
        "labelled diagram of the building block, 1000 x 1000, T = 0", "ms", [1e3 * value for value in values], 50
    )


def thermal() -> Figure:
    """Thermal occupations and detector current of the building block, labelled."""
    from attractron.dots import building_block, stability_diagram

    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    values = seconds(lambda: stability_diagram(device, axes(1000), temperature=0.05), runs=31)
    return figure(
        "labelled diagram of the building block, 1000 x 1000, T = 50 mK", "ms", [1e3 * value for value in values], 150
    )


def island() -> Figure:
    """A general island: six sites, three electrons, random repulsion and tunnelling; 20 states a pixel."""
    from attractron.dots import Device, Gate, Island, stability_diagram

    random = np.random.default_rng(1)
    dots = tuple(f"D{site}" for site in range(6))
    repulsion, tunnelling = (np.triu(random.uniform(0.1, 1.0, (6, 6)), 1) for _ in range(2))
    arms = random.uniform(0.2, 1.0, (2, 6))
    device = Device(
        dots=dots,
        repulsion=repulsion + repulsion.T,
        tunnelling=tunnelling + tunnelling.T,
        islands=(Island(dots=dots, electrons=3),),
        gates={f"V_{gate}": Gate(lever_arms=dict(zip(dots, arms[gate], strict=True))) for gate in range(2)},
    )
    gates = {"V_0": np.linspace(-3, 3, 200), "V_1": np.linspace(-3, 3, 200)}
    values = seconds(lambda: stability_diagram(device, gates), runs=3)
    return figure("six sites on one island, three electrons, exact diagonalisation, 200 x 200", "s", values, 5)


def chain() -> Figure:
    """Filling against chemical potential by transfer matrix."""
    from attractron.dots import PolarizerChain, filling

    long = PolarizerChain(sites=100_000, W=0.83, U=2.41, delta=2.41, t=0.05)
    mu = np.linspace(-3, 4, 200)
    values = seconds(lambda: filling(long, {"mu": mu}, temperature=0.05), runs=7)
    return figure("filling of a chain of 100 000 sites, 200 chemical potentials, T = 50 mK", "s", values, 1)


def memory() -> Figure:
    """Largest resident memory of this process, which makes one large diagram and nothing else."""
    import resource  # Unix only

    from attractron.dots import building_block, stability_diagram

    diagram = stability_diagram(building_block(W=0.83, U=2.41, delta=2.41, t=0.05), axes(4000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    what = f"peak memory of a 4000 x 4000 diagram (its data: {diagram.nbytes / 2**30:.2f} GiB)"
    return figure(what, "GiB", [peak / 2**30], 2)


def importing() -> Figure:
    """Import of the package in a fresh interpreter, whose own start is not counted."""
    code = "import time; start = time.perf_counter(); import attractron; print(time.perf_counter() - start)"
    command = [sys.executable, "-c", code]
    times = [float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(11)]
    return figure("import attractron", "s", times[1:], 0.3)


def help_text() -> Figure:
    """The command's help, from the start of the process to its end."""
    command = [str(Path(sysconfig.get_path("scripts"), "attractron")), "--help"]
    values = seconds(lambda: subprocess.run(command, check=True, capture_output=True), 10, time.perf_counter)
    return figure("attractron --help", "s", values, 0.5)


BENCHMARKS: dict[str, Callable[[], Figure]] = {
    "zero-temperature": zero_temperature,
    "thermal": thermal,
    "island": island,
    "chain": chain,
    "memory": memory,
    "import": importing,
    "help": help_text,
}


if __name__ == "__main__":
    keep_to_one_core()
    report([BENCHMARKS[name]() for name in sys.argv[1:]])
