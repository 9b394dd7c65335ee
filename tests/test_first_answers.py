"""First answers on a fresh machine: within seconds, as nothing is compiled for little work."""

import os
import subprocess
import sys

import pytest

START = "import time\nimport numpy as np\nimport attractron as at\n"

CURRENT = """
junction = at.transport.pair_junction(W=0.435, U=0.925, mu_P=0.925, Gamma_S=0.0925, Gamma_D=0.0925,
                                      Gamma_L=0.21275, Gamma_R=0.41625, temperature=0.2)
axes = {"V": np.linspace(-0.2, 0.4, 41), "delta_V": 0.0, "V_SD": [0.1, 0.2]}
answer = at.transport.current(junction, axes, processes="2e", origin="centre")["current"].values
"""

FLOW = """
wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12, mismatch=0.1)
answer = at.wires.flow(wires, cutoff=at.wires.Tanh(chi=1.5))["l_trion"].values
"""

INTERACTION = """
device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
answer = at.dots.effective_interaction(device)
"""

COMPILED = """
from attractron.core.jit import Kernel
Kernel.for_items = lambda self, number: self.compiled
"""

SAY = "\nprint(time.process_time(), 'numba' in __import__('sys').modules, np.asarray(answer).tobytes().hex())"


def answered(code, cache=None):
    """Processor time of a process, whether Numba was loaded, and the bits of the answer.

    Nothing is kept in `cache`, an empty folder, before; without one, what other tests left on the disk serves.
    """
    kept = {} if cache is None else {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", START + code + SAY],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **kept, "OPENBLAS_NUM_THREADS": "1"},
    )
    seconds, numba, bits = done.stdout.split()
    return float(seconds), numba == "True", bits


@pytest.mark.parametrize(("code", "limit"), [(INTERACTION, 2.0), (FLOW, 2.5), (CURRENT, 4.0)])
def test_the_first_answer_takes_seconds(tmp_path, code, limit):
    """Processor time of the whole process, the least of two: imports take 1.3 s of it on the machine of the tests."""
    times, numba, _ = zip(*(answered(code, tmp_path) for _ in range(2)), strict=True)
    assert min(times) < limit
    assert not any(numba)


@pytest.mark.thorough
@pytest.mark.parametrize("code", [FLOW, CURRENT])
def test_compiled_code_gives_the_same_bits(tmp_path, code):
    """Whole answers; the kernels themselves are compared beside their tests."""
    plain = answered(code, tmp_path)
    compiled = answered(COMPILED + code)
    assert (plain[1], compiled[1]) == (False, True)
    assert plain[2] == compiled[2]
