"""Counting a dot whose electrons attract: charge and number seen in one rate matrix, claims that fail on other data."""

from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.special import expit

from attractron.core.constants import K_B, PER_NS
from attractron.papers.ours.factorial_cumulants import GAMMA, KELVIN, U, beginning, ratio
from tests.papers.judged import by_reading


def counted_by_hand(interaction: float, time: float, most: int = 20) -> np.ndarray:
    """P(N), N below `most`, from the rate matrix of charge 0, 1, 2 and N together, in equilibrium at ε = -U/2."""
    single, kT = -interaction / 2, K_B * KELVIN
    on = [2 * GAMMA * PER_NS * ways * expit(-x / kT) for ways, x in ((2, single), (1, single + interaction))]
    off = [2 * GAMMA * PER_NS * ways * expit(x / kT) for ways, x in ((1, single), (2, single + interaction))]
    rates = np.zeros((3 * most, 3 * most))
    for number in range(most):
        for charge in (0, 1):
            below, above = 3 * number + charge, 3 * number + charge + 1
            rates[below, above] += off[charge]
            rates[above, above] -= off[charge]
            rates[below, below] -= on[charge]
            if number + 1 < most:
                rates[above + 3, below] += on[charge]
    p = np.array([1.0, on[0] / off[0], on[0] * on[1] / off[0] / off[1]])
    start = np.concatenate([p / p.sum(), np.zeros(3 * most - 3)])
    return np.asarray((expm(rates * time) @ start).reshape(most, 3).sum(axis=1))


@pytest.mark.parametrize("interaction", ["attraction", "none", "repulsion"])
def test_what_is_counted_in_a_window(interaction: str, quick: Any) -> None:
    """C_0,1 = P(1)/P(0), C_0,2 = 2P(2)/P(0) - C_0,1², and at s = 1 from the moments, in windows with few carriers."""
    result = quick("factorial-cumulants").sel(interaction=interaction)
    signs = {"attraction": -U, "none": 0.0, "repulsion": U}
    number = 8
    P = counted_by_hand(signs[interaction], float(result["time"][number]))
    found = result["factorial_cumulant"].isel(time=number).sel(cumulant_order=[1, 2])
    one = P[1] / P[0]
    assert found.sel(s=0.0).values == pytest.approx([one, 2 * P[2] / P[0] - one**2], rel=1e-8)
    N = np.arange(P.size)
    mean = (N * P).sum()
    assert found.sel(s=1.0).values == pytest.approx([mean, (N * (N - 1) * P).sum() - mean**2], rel=1e-6)


def test_attraction_begins_with_the_other_sign(quick: Any) -> None:
    attraction, none, repulsion = beginning()
    assert attraction > 0 > max(none, repulsion)
    assert (ratio(quick("factorial-cumulants"), "repulsion", 1.0) < 0).all()


def test_claims_fail_on_data_that_contradict_them(quick: Any) -> None:
    name = "factorial-cumulants"
    result = quick(name)
    turned = by_reading(name, result.assign({key: result[key].roll(interaction=1) for key in ("broken", "beginning")}))
    assert {turned[key] for key in ("broken_none", "orders_attraction", "orders_ordinary", "beginning")} == {"fails"}
    assert turned["at_any_time"] == "fails"
    everywhere = by_reading(name, result.assign(broken=result["broken"] | True))
    assert {everywhere["broken_repulsion"], everywhere["late_ordinary"]} == {"fails"}
    own = result["factorial_cumulant"]
    other = by_reading(
        name,
        result.assign(factorial_cumulant=own * (1 + 0.1 * (own["interaction"] == "repulsion") * own["cumulant_order"])),
    )
    assert other["grows_alike"] == "fails"
