"""Side by side with qarray: the same charge stability diagram, the same occupations, and the time that each takes.

qarray (https://pypi.org/project/qarray) finds the charge configuration n that minimises the capacitive energy

    ½ (n - q)ᵀ M (n - q),   M inverse capacitance, q = M⁻¹µ the continuous charges that the gates induce.

It has no island of fixed charge and no tunnelling, so that the building block (two sites, a polarizer, t = 0) must be
put to it as open dots. `four_dots` keeps T and B as dots and holds one electron on them by their gates; `three_dots`
is what a user who folds the polarizer by hand could write. Both have M_ii = 60 meV, far above everything else, which
only shifts µ_i while n_i is 0 or 1.
"""

import contextlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from attractron.dots import building_block, stability_diagram
from benchmarks.measure import Figure, keep_to_one_core, report, seconds_once

W, U = 0.83, 2.41
DELTAS = (2.30, 2.52)
"""meV. Either side of δ = U (the ground states depend on U only beyond it); at δ = U the one-electron states are
degenerate and any two codes may choose differently. Times are taken at the first."""

V, DELTA_V = np.linspace(-1.5, 4.5, 1000), np.linspace(-2.5, 2.5, 1000)
ON_SITE = 60.0
FACTOR = 10.0
"""How many times faster Attractron is to be for the same device; `three_dots` is a smaller one, and only reported."""

HERE = Path(__file__).resolve().parent
REQUIREMENTS, ENVIRONMENT = HERE / "qarray-requirements.txt", HERE / ".qarray-env"
PYTHON_VARIABLE = "QARRAY_PYTHON"
PYTHON_VERSIONS = ((3, 11), (3, 12))

Model = dict[str, np.ndarray]
Ask = Callable[[str, float, dict[str, Any]], tuple[float, np.ndarray]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Contender:
    """A way to ask qarray; `runs` are timed."""

    name: str
    model: str
    options: dict[str, Any]
    runs: int = 9


BRUTE_FORCE = {"algorithm": "brute_force", "implementation": "jax", "max_charge_carriers": 1}
CONTENDERS = (
    Contender(
        name="default algorithm, Rust, four dots",
        model="four_dots",
        options={"algorithm": "default", "implementation": "rust"},
    ),
    Contender(
        name="default algorithm, JAX, four dots",
        model="four_dots",
        options={"algorithm": "default", "implementation": "jax"},
        runs=3,
    ),
    Contender(name="brute force, JAX, four dots", model="four_dots", options=BRUTE_FORCE | {"batch_size": 20_000}),
    Contender(
        name="default algorithm, Rust, three dots",
        model="three_dots",
        options={"algorithm": "default", "implementation": "rust"},
    ),
    Contender(name="brute force, JAX, three dots", model="three_dots", options=BRUTE_FORCE | {"batch_size": 50_000}),
)
"""The batch sizes are the fastest of 1000 to 1 000 000."""


def four_dots(delta: float) -> Model:
    """Dots L, R, T, B: M_LR = W, M_LB = M_RB = U + 1, M_LT = M_RT = 1, M_TB = 10 meV.

    With n_T + n_B = 1 the couplings are W n_L n_R + (U n_B + 1)(n_L + n_R): the building block's, after a shift of
    µ_L and µ_R by 1. With N = n_L + n_R and a potential of 7 meV that T and B share, an empty pair lies higher by
    7 - N - min(δ/2, UN - δ/2) and a full one by 3 + (U + 1) N - min(δ/2, UN - δ/2): 3.7 meV or more, and the result
    is checked to have n_T + n_B = 1 in every pixel.
    """
    inverse_capacitance = np.array(
        [
            [ON_SITE, W, 1.0, U + 1.0],
            [W, ON_SITE, 1.0, U + 1.0],
            [1.0, 1.0, ON_SITE, 10.0],
            [U + 1.0, U + 1.0, 10.0, ON_SITE],
        ]
    )
    return _model(inverse_capacitance, site=1.0, others=(7.0 - delta / 2, 7.0 + delta / 2))


def three_dots(delta: float) -> Model:
    """Dots L, R, B with n_T = 1 - n_B put in by hand: M_LR = W, M_LB = M_RB = U, and B bound by δ."""
    inverse_capacitance = np.array([[ON_SITE, W, U], [W, ON_SITE, U], [U, U, ON_SITE]])
    return _model(inverse_capacitance, site=0.0, others=(delta,))


def _model(inverse_capacitance: np.ndarray, *, site: float, others: tuple[float, ...]) -> Model:
    v, dv = np.meshgrid(V, DELTA_V, indexing="ij")
    shifts = [site + v + dv, site + v - dv, *(np.full_like(v, potential) for potential in others)]
    potentials = np.stack(shifts, axis=-1) + ON_SITE / 2  # (V, delta_V, dot)
    return {
        "inverse_capacitance": inverse_capacitance,
        "charges": potentials @ np.linalg.inv(inverse_capacitance).T,
    }


def enumeration(delta: float) -> tuple[np.ndarray, np.ndarray]:
    """Occupations of L and R and the gap, by writing out the energies of all eight states: the judge of both codes."""
    v, dv = np.meshgrid(V, DELTA_V, indexing="ij")
    states = list(itertools.product((0, 1), repeat=3))
    energies = np.stack(
        [
            delta * (0.5 - b) + U * b * (left + right) + W * left * right - (v + dv) * left - (v - dv) * right
            for left, right, b in states
        ]
    )
    lowest, second = np.partition(energies, 1, axis=0)[:2]
    return np.array(states)[energies.argmin(axis=0), :2], second - lowest


def environment() -> Path:
    """qarray's own virtual environment, made on first use and again when its pins change; its Python.

    Raises:
        RuntimeError: no Python that qarray's pins support.
    """
    binaries = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
    stamp = ENVIRONMENT / "requirements.txt"
    if not (stamp.exists() and stamp.read_text() == REQUIREMENTS.read_text()):
        subprocess.run([_supported_python(), "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        pip = [str(binaries / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--only-binary", ":all:", "-r", str(REQUIREMENTS)], check=True, stdout=sys.stderr)
        stamp.write_text(REQUIREMENTS.read_text())
    return binaries / "python"


def _supported_python() -> str:
    python = os.environ.get(PYTHON_VARIABLE, sys.executable)
    ask = [python, "-c", "import sys; print(*sys.version_info[:2])"]
    found = tuple(int(part) for part in subprocess.run(ask, check=True, capture_output=True, text=True).stdout.split())
    if found not in PYTHON_VERSIONS:
        wanted = " or ".join(".".join(map(str, pair)) for pair in PYTHON_VERSIONS)
        raise RuntimeError(f"qarray's pins need Python {wanted}: got {found}; set {PYTHON_VARIABLE} to one")
    return python


@contextlib.contextmanager
def qarray(python: Path) -> Iterator[Ask]:
    """A function that has qarray compute a model: (name, δ, options) → seconds, occupations (V, delta_V, dot)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for make, delta in itertools.product((four_dots, three_dots), DELTAS):
            np.savez(folder / f"{make.__name__}-{delta}.npz", **make(delta))
        command = [str(python), str(HERE / "qarray_worker.py"), name]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:

            def ask(model: str, delta: float, options: dict[str, Any]) -> tuple[float, np.ndarray]:
                print(json.dumps({"model": f"{model}-{delta}", "options": options}), file=worker.stdin, flush=True)
                answer = worker.stdout.readline()
                if not answer:
                    raise RuntimeError("qarray's process ended early")
                return json.loads(answer)["seconds"], np.load(folder / "occupation.npy")

            yield ask


def ours(delta: float) -> Any:
    """Attractron's diagram: a labelled Dataset."""
    return stability_diagram(building_block(W=W, U=U, delta=delta, t=0.0), {"V": V, "delta_V": DELTA_V})


def count_differing(ask: Ask) -> list[Figure]:
    """Hold the occupations of L and R of both codes against enumeration."""
    counts = dict.fromkeys(("attractron", *(f"qarray, {contender.name}" for contender in CONTENDERS)), 0)
    for delta in DELTAS:
        expected, gap = enumeration(delta)
        unambiguous = gap > 1e-9  # meV
        counts["attractron"] += _differing(ours(delta).occupation.values, expected, unambiguous)
        for contender in CONTENDERS:
            _, occupation = ask(contender.model, delta, contender.options)
            if contender.model == "four_dots" and (occupation[..., 2:].sum(axis=-1) != 1).any():
                raise RuntimeError("the polarizer of the four-dot model must hold one electron everywhere")
            counts[f"qarray, {contender.name}"] += _differing(np.moveaxis(occupation, -1, 0), expected, unambiguous)
    what = f"pixels of {len(DELTAS) * V.size * DELTA_V.size} that differ from enumeration"
    return [
        Figure(what=f"{what}: {name}", unit="pixels", best=count, median=count, runs=1, bound=0)
        for name, count in counts.items()
    ]


def _differing(occupation: np.ndarray, expected: np.ndarray, unambiguous: np.ndarray) -> int:
    """Pixels off the degeneracy lines whose occupations (dot, V, delta_V) of L and R are not the expected ones."""
    wrong = (np.rint(np.moveaxis(occupation[:2], 0, -1)) != expected).any(axis=-1)
    return int((wrong & unambiguous).sum())


def race(ask: Ask) -> list[Figure]:
    """Time both in turns, so that whatever else the machine does falls on both."""
    delta = DELTAS[0]
    figures = []
    for contender in CONTENDERS:
        ours(delta)  # these two are not counted: they import and compile
        ask(contender.model, delta, contender.options)
        own, theirs = [], []
        for _ in range(contender.runs):
            own.append(seconds_once(lambda: ours(delta)))
            theirs.append(ask(contender.model, delta, contender.options)[0])
        figures += [
            _time(f"qarray, {contender.name}", theirs),
            _time("attractron, in turns with it", own),
            _ratio(contender, theirs, own),
        ]
    return figures


def _time(name: str, values: list[float]) -> Figure:
    return Figure(
        what=f"time of the diagram: {name}",
        unit="s",
        best=min(values),
        median=statistics.median(values),
        runs=len(values),
    )


def _ratio(contender: Contender, theirs: list[float], own: list[float]) -> Figure:
    return Figure(
        what=f"how many times faster than qarray, {contender.name}",
        unit="times",
        best=min(theirs) / min(own),
        median=statistics.median(theirs) / statistics.median(own),
        runs=len(theirs),
        bound=FACTOR if contender.model == "four_dots" else None,
        at_least=True,
    )


def main() -> None:
    """Compare on one core, in this process and one that it starts."""
    python = environment()
    keep_to_one_core()
    with qarray(python) as ask:
        report([*count_differing(ask), *race(ask)])


if __name__ == "__main__":
    main()
