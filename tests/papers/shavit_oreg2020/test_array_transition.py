"""Temperatures by SciPy, dimensions by hand, and claims against datasets that contradict them."""

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import solve_ivp

from attractron.papers.shavit_oreg2020 import array_transition
from attractron.wires import Sharp, flow
from tests.papers.judged import statuses

NAME = "shavit-array-kt"


def test_the_scale_of_the_transition_by_scipy(made: xr.Dataset) -> None:
    """dJ/dl = (2 - 1/K)J, dK/dl = J²/4, until J = 1."""

    def slopes(_: float, state: np.ndarray) -> list[float]:
        return [(2 - 1 / state[1]) * state[0], state[0] ** 2 / 4]

    def strong(_: float, state: np.ndarray) -> float:
        return float(state[0] - 1)

    strong.terminal = True  # type: ignore[attr-defined]
    strong.direction = 1  # type: ignore[attr-defined]
    for number in (12, 18, 23):
        begin = [float(made["ratio"][number]) ** 2, array_transition.K_TRANSITION]
        found = solve_ivp(slopes, (0, 500), begin, "DOP853", events=strong, rtol=1e-11, atol=1e-13)
        assert float(made["lingering"][number]) == pytest.approx(found.t_events[0][0], rel=1e-6)


def test_dimensions_are_those_of_the_flow_of_the_spin(made: xr.Dataset) -> None:
    path = flow(array_transition.WIRES, cutoff=Sharp(), axes={"l": [float(made["along"][100])]})
    K_c, K_s = float(path["running_K_c_tilde"][0]), float(path["running_K_s"][0])
    wanted = [1 / K_c + K_s, K_c + 1 / K_s, K_c + K_s]
    np.testing.assert_allclose(made["dimension"].isel(l=100), wanted, rtol=1e-6)


def test_claims_see_other_transitions(made: xr.Dataset) -> None:
    assert statuses(NAME, made.assign(onset_l=xr.ones_like(made["onset_l"])))[0] == "fails"
    assert statuses(NAME, made.assign(lingering=made["lingering"] * 1.1))[1] == "fails"
    assert statuses(NAME, made.assign(power_transition=made["power_transition"] ** 1.1))[3] == "fails"
    assert statuses(NAME, made.assign(dimension=4 - made["dimension"]))[5:7] == ["fails"] * 2
    for number, name in ((9, "dual_l"), (10, "repelled_K"), (11, "wave_start"), (12, "wave_l")):
        assert statuses(NAME, made.assign({name: made[name] * 1.01}))[number] == "fails", name
