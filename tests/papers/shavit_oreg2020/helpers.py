"""What the tests of several figures share."""

import math
from typing import Any

from scipy.integrate import solve_ivp

from attractron.wires import CoupledWires


def published_flow(wires: CoupledWires, chi: float, end: float) -> Any:
    """(16) on the SU(2) line with the tanh, by SciPy: y_s, ln y, 1/K̃, 1/K̃_c over l."""
    Q, l_star = wires.Q, -math.log(wires.mismatch)

    def slope(ell: float, x: Any) -> list[float]:
        y_s, ln_y, inverse_K, inverse_K_c = x
        source = math.exp(2 * ln_y) / (1 + math.exp(2 * (ell - l_star) / chi))
        growth = 2 - 1 / (2 * inverse_K_c) - (1 + y_s / 2) / 2 - (1 - Q / math.sqrt(2)) ** 2 / inverse_K - y_s / 2
        return [-(y_s**2) - source / 4, growth, source / 4, source / 8]

    start = [wires.y_s, math.log(wires.y), 1 / wires.K_tilde, 1 / wires.K_c_tilde]
    return solve_ivp(slope, (0.0, end), start, method="DOP853", rtol=1e-11, atol=1e-13, dense_output=True)
