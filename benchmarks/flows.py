"""`python -m benchmarks.flows`: flows of coupled wires, one by one beside SciPy and diffrax, as diagrams and as curves.

The peers integrate the same flows on the SU(2) line (y_2 = 0, tanh cut-off, published feedback) to the same tolerances:
SciPy's DOP853 from equations written for it with plain floats, in the two stages that keep every event; diffrax in
`diffrax_worker.py`, all flows in one vectorised call, in its own environment when DIFFRAX_PYTHON names its Python.
"""

import json
import math
import os
import subprocess
import time
from functools import partial
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from tests.wires.oracle import Problem, ending
from tests.wires.random_wires import CUTOFFS, random_flow

from attractron.core.axes import Axes
from attractron.wires import CoupledWires, Sharp, phase_boundary, phase_diagram
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.integrate import prepare, solve
from attractron.wires.flow.scheme import Scheme
from attractron.wires.model import initial_couplings
from benchmarks.measure import Figure, figure, keep_to_one_core, report, seconds

FIG_4 = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
CHI = 1.5
SIZE = 200
AXES = {"mismatch": np.linspace(0.005, 0.9, SIZE), "y": np.linspace(0.01, 0.6, SIZE)}
GRID = {"mismatch": np.linspace(0.005, 0.9, 33), "y": np.linspace(0.01, 0.6, 33)}
"""Where boundaries are searched."""
RANDOM = 10_000
WORKER = Path(__file__).resolve().parent / "diffrax_worker.py"


def panels() -> None:
    """Three diagrams of 200 x 200 flows."""
    for K in (0.4, 0.6, 0.8):
        phase_diagram(FIG_4.with_parameters(K=K), AXES)


def sample(number: int) -> np.ndarray:
    """Points (number, 2) of Fig. 4's window."""
    window = np.array([[values[0], values[-1]] for values in AXES.values()])
    return window[:, 0] + np.random.default_rng(4).random((number, 2)) * np.ptp(window, axis=1)


def ours(points: np.ndarray) -> np.ndarray:
    """l of the deciding event (flow,), infinite without one."""
    fields = FIG_4.fields(Axes({})) | {"mismatch": points[:, 0], "y": points[:, 1]}
    ends = solve(prepare(initial_couplings(fields), 2.0, Scheme()), both=False, workers=1)
    return np.where(ends.phase == 2, ends.where[:, 1], ends.where[:, 0])


def by_scipy(points: np.ndarray) -> np.ndarray:
    """The same by DOP853: [0, l*] with both events, then y_s alone up to l* + 60, then the closed tail."""
    return np.array([_one_by_scipy(-math.log(mismatch), y) for mismatch, y in points])


def _one_by_scipy(l_star: float, y: float) -> float:
    weight, rate = (1 - FIG_4.Q / math.sqrt(2)) ** 2, 2 / CHI

    def slope(ell: float, state: np.ndarray) -> tuple[float, float, float, float]:
        y_s, ln_y, p, q = state
        u = rate * (ell - l_star)
        source = math.exp(2 * ln_y - (u + math.log1p(math.exp(-u)) if u > 0 else math.log1p(math.exp(u))))
        return -y_s * y_s - source / 4, 1.5 - 0.5 / p - 0.75 * y_s - weight / q, source / 8, source / 4

    def spin(ell: float, state: np.ndarray) -> float:
        return float(state[0] + 1)

    def strong(ell: float, state: np.ndarray) -> float:
        return float(state[1])

    spin.terminal = strong.terminal = True
    state = np.array([FIG_4.y_s, math.log(y), 1 / FIG_4.K_c_tilde, 1 / FIG_4.K_tilde])
    for start, stop, events in ((0.0, l_star, [spin, strong]), (l_star, l_star + 60, [spin])):
        found = solve_ivp(slope, (start, stop), state, "DOP853", rtol=1e-12, atol=1e-14, events=events)
        times = [time for times in found.t_events for time in times]
        if times:
            return float(times[0])
        state = found.y[:, -1]
    return l_star + 60 - 1 / state[0] - 1 if state[0] < 0 else math.inf


def beside_peers() -> list[Figure]:
    """Microseconds a flow, and how many times faster."""
    many, few = sample(4000), sample(200)
    own = [1e6 / len(many) * value for value in seconds(lambda: ours(many), runs=5)]
    scipys = [1e6 / len(few) * value for value in seconds(lambda: by_scipy(few), runs=3)]
    found = [
        figure("a flow of Fig. 4, Attractron", "µs", own, 100.0),
        Figure(what="a flow of Fig. 4, SciPy DOP853", unit="µs", best=min(scipys), median=sorted(scipys)[1], runs=3),
        _ratio("how many times faster than SciPy DOP853", scipys, own, 50.0),
        _differing("flows of 200 that differ from SciPy by more than 1e-7", ours(few), by_scipy(few)),
    ]
    if python := os.environ.get("DIFFRAX_PYTHON"):
        answer = _diffrax(python, many)
        theirs = [1e6 / len(many) * value for value in answer["seconds"]]
        found += [
            Figure(
                what=f"a flow of Fig. 4, diffrax {answer['version']}, after compilation",
                unit="µs",
                best=min(theirs),
                median=sorted(theirs)[len(theirs) // 2],
                runs=len(theirs),
            ),
            _ratio("how many times faster than diffrax", theirs, own, 1.0),
            _differing("flows of 4000 that differ from diffrax by more than 1e-6", ours(many), answer["l"], 1e-6),
        ]
    return found


def _diffrax(python: str, points: np.ndarray) -> dict[str, object]:
    start = [FIG_4.y_s, 1 / FIG_4.K_c_tilde, 1 / FIG_4.K_tilde, (1 - FIG_4.Q / math.sqrt(2)) ** 2, CHI]
    question = json.dumps({"points": points.tolist(), "start": start})
    done = subprocess.run([python, str(WORKER)], input=question, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return answer | {"l": np.array([math.inf if value is None else value for value in answer["l"]])}


def _ratio(what: str, theirs: list[float], own: list[float], bound: float) -> Figure:
    middle = [sorted(values)[len(values) // 2] for values in (theirs, own)]
    best = min(theirs) / min(own)
    runs = len(theirs)
    return Figure(
        what=what, unit="times", best=best, median=middle[0] / middle[1], runs=runs, bound=bound, at_least=True
    )


def _differing(what: str, own: np.ndarray, theirs: object, tolerance: float = 1e-7) -> Figure:
    number = int(np.count_nonzero(~np.isclose(own, theirs, rtol=tolerance, atol=tolerance)))
    return Figure(what=what, unit="flows", best=number, median=number, runs=1, bound=0)


def misclassified() -> Figure:
    """Random flows of all schemes and forms whose phase or l differs from SciPy's at tight tolerance."""
    rng, wrong = np.random.default_rng(2026), 0
    for _ in range(RANDOM):
        wires, name, chi, options = random_flow(rng)
        scheme = Scheme(cutoff=CUTOFFS[name](chi), **options)
        ends = solve(prepare(wires.initial_couplings(), wires.beta, scheme), both=False)
        phase, l_event = ending(Problem(wires, name, chi, **options))
        own = {2: ends.where[0, 1], 0: None}.get(int(ends.phase[0]), ends.where[0, 0])
        same = PHASES[int(ends.phase[0])] == phase
        wrong += not (same and (l_event is None or math.isclose(own, l_event, rel_tol=1e-7)))
    return Figure(
        what=f"of {RANDOM} random flows, wrong phase or l off by 1e-7, against SciPy at rtol 1e-12",
        unit="flows",
        best=wrong,
        median=wrong,
        runs=1,
        bound=0,
    )


def figures() -> list[Figure]:
    """Everything; the diagrams first, on all cores."""
    what = f"Fig. 4, three panels of {SIZE} x {SIZE}, tanh"
    halves = [value / 2 for value in seconds(panels, runs=3)]
    walls = seconds(panels, runs=2, clock=time.perf_counter)
    found = [
        figure(f"{what}, processor time of all threads over two cores", "s", halves, 3.0),
        Figure(
            what=f"{what}, wall time, whatever else the machine does",
            unit="s",
            best=min(walls),
            median=sum(walls) / 2,
            runs=2,
        ),
    ]
    keep_to_one_core()
    for name, call in (
        ("tanh", partial(phase_boundary, FIG_4, GRID)),
        ("sharp", partial(phase_boundary, FIG_4, GRID, cutoff=Sharp())),
    ):
        what = f"all boundaries of Fig. 4, 100 points on each curve, {name}, one core"
        found.append(figure(what, "s", seconds(call, runs=3), 1.0))
    return [*found, *beside_peers(), misclassified()]


if __name__ == "__main__":
    report(figures())
