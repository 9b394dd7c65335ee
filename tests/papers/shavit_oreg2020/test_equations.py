"""The fits against trajectories of known equations, printed numbers against their formulas, and spoilt datasets."""

import math

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import equations, equations_readings
from tests.papers.judged import claims, statuses

NAME = "shavit-equations"


def test_differences_are_of_second_order_and_exact_for_parabolas() -> None:
    ell = np.linspace(0.0, 1.0, 21)
    own = {"l": ell}
    for reach in (1, 2, 4):
        np.testing.assert_allclose(equations_readings.slope(ell**2, own, reach), 2 * ell[4:-4], atol=1e-12)
    errors = [np.abs(equations_readings.slope(ell**3, own, reach) - 3 * ell[4:-4] ** 2).max() for reach in (1, 2, 4)]
    assert errors[1] / errors[0] == pytest.approx(4.0, rel=1e-9)
    assert errors[2] / errors[1] == pytest.approx(4.0, rel=1e-9)


def test_the_fit_returns_what_went_in() -> None:
    x = np.linspace(0.0, 1.0, 30).reshape(2, 15)
    found = equations_readings.fitted(3.0 - 2 * np.sin(x), {"one": np.ones(1), "sine": np.sin(x)})
    assert found == pytest.approx({"one": 3.0, "sine": -2.0})


def test_coefficients_converge_as_the_square_of_the_step(made: xr.Dataset) -> None:
    found = equations_readings.readings(made)
    assert found["order"] == pytest.approx(2.0, abs=0.1)
    assert found["step_error"] < 1e-3


def test_printed_numbers_are_those_of_the_printed_formulas(made: xr.Dataset) -> None:
    published = {claim.reading: claim.published for claim in claims(NAME, made)}
    K_c, K, u, V = equations.K_C, equations.K, equations.U_RATIO, equations.V_PHI
    upsilon, Q = math.sqrt(K_c * K / u) * V / math.pi, V * K_c / math.pi
    K_c_tilde, K_tilde = K_c * math.sqrt(1 - (u * upsilon) ** 2), K / math.sqrt(1 - upsilon**2)
    l_star = [-math.log((equations.K_F + sign * equations.K_SEC) * equations.ALPHA_0) for sign in (1, -1)]
    assert (
        published
        | {
            "upsilon": pytest.approx(upsilon, abs=1e-9),
            "Q": pytest.approx(Q, abs=1e-9),
            "K_c_tilde": pytest.approx(K_c_tilde, abs=1e-9),
            "K_tilde": pytest.approx(K_tilde, abs=1e-9),
            "mode_dimension_1": pytest.approx(K_c_tilde / 2 + (1 - Q / math.sqrt(2)) ** 2 * K_tilde, abs=1e-9),
            "mode_dimension_2": pytest.approx(K_c_tilde / 2 + (1 + Q / math.sqrt(2)) ** 2 * K_tilde, abs=1e-9),
            "mode_cdw": pytest.approx((K_c_tilde + Q**2 * K_tilde) / 2, abs=1e-9),
            "mode_sc": pytest.approx(1 / (2 * K_c_tilde), abs=1e-9),
            "velocity_charge": pytest.approx(math.sqrt(1 - (u * upsilon) ** 2), abs=1e-9),
            "velocity_secondary": pytest.approx(u * math.sqrt(1 - upsilon**2), abs=1e-9),
            "starting_l_1": pytest.approx(l_star[0], abs=1e-9),
            "starting_l_2": pytest.approx(l_star[1], abs=1e-9),
            "c_K": pytest.approx(-((1 - equations.Q / math.sqrt(2)) ** 2), abs=1e-5),
            "d_K": pytest.approx(-((1 + equations.Q / math.sqrt(2)) ** 2), abs=1e-5),
        }
        == published
    )


def test_a_trajectory_that_is_another_one_is_noticed(made: xr.Dataset) -> None:
    faster = made.assign(published_K_tilde=1 / (2 / made["published_K_tilde"] - 1 / made["published_K_tilde"][:, 0]))
    found = {claim.reading: claim.status for claim in claims(NAME, faster)}
    assert found["e_y_1"] == found["e_y_2"] == "fails"
    kept = made.assign(alone_K_s=1 + made["alone_y_s"] / 2)
    assert {claim.reading: claim.status for claim in claims(NAME, kept)}["third_order"] == "holds"
    assert statuses(NAME, made.assign(loop=made["loop"] / 8))[-2:] == ["holds", "fails"]
