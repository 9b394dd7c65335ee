"""The conductance of pairs against the golden rule added up on a grid, in place of digamma functions."""

from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.papers.ours.pair_tunnelling import GAMMA, KELVIN, W
from tests.papers.judged import by_reading

KT = K_B * KELVIN


def pair_conductance(x: float) -> float:
    """In e²/h: current of S over the bias, from the four choices of leads, at a bias far below k_BT.

    w = (Γ²/2π) ∫dy f(y) f(D - y) [1/(y - a) - 1/(y - b)]² with the cost D - µ_1 - µ_2; 1/(y - a) is regular where the
    Fermi functions are not zero, since |a| and |b| are near 58 k_BT.
    """
    cost, bias = x * KT, 1e-3 * KT
    single = (cost - W) / 2
    y = np.linspace(-30.0, 30.0, 3001) * KT

    def rate(first: float, second: float, way: int) -> float:
        release = way * (cost - first - second)
        a, b = single - first, cost - single - first
        if way < 0:
            a, b = -b, -a
        amplitude = 1 / (y - a) - 1 / (y - b)
        return float(np.trapezoid(expit(-y / KT) * expit(-(release - y) / KT) * amplitude**2, y) * GAMMA**2 / 2 / np.pi)

    leads = {"S": bias / 2, "D": -bias / 2}
    into, out = ({(one, two): rate(leads[one], leads[two], way) for one in leads for two in leads} for way in (1, -1))
    filled = sum(into.values()) / (sum(into.values()) + sum(out.values()))
    flow = sum(((1 - filled) * into[pair] - filled * out[pair]) * pair.count("S") for pair in into)
    return 2 * np.pi * flow / bias


def test_pairs_conduct_what_the_golden_rule_adds_up_to(quick: Any) -> None:
    pairs = quick("pair-tunnelling")["pairs"]
    for x in (-6.0, -1.5, 0.0, 3.0):
        assert float(pairs.sel(x=x)) == pytest.approx(pair_conductance(x), rel=1e-5)


def test_the_line_is_even_and_elastic_passage_knows_no_pairs(quick: Any) -> None:
    result = quick("pair-tunnelling")
    assert result["pairs"].values == pytest.approx(result["pairs"].values[::-1], rel=1e-6, abs=1e-12)
    assert float(result["elastic"].min() / result["elastic"].max()) > 0.8


def test_claims_fail_on_data_that_contradict_them(quick: Any) -> None:
    result = quick("pair-tunnelling")
    found = by_reading("pair-tunnelling", result.assign(pairs=1.01 * result["pairs"], total=1.01 * result["total"]))
    assert (found["total"], found["pairs"], found["ratio"]) == ("fails",) * 3
    wider = result.assign(pairs=result["pairs"] * (1 + 1e-3 * result["x"] ** 2))
    assert by_reading("pair-tunnelling", wider)["shape"] == "fails"
    assert by_reading("pair-tunnelling", result.assign(elastic=1.01 * result["elastic"]))["elastic"] == "fails"
