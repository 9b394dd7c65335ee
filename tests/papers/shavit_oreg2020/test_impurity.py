"""Energies against the published powers, and claims against datasets that contradict them."""

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import solve_ivp

from attractron.papers.shavit_oreg2020 import impurity
from tests.papers.judged import claims

NAME = "shavit-impurity"


def by_reading(made: xr.Dataset) -> dict[str, str]:
    """Status of each claim."""
    return {claim.reading: claim.status for claim in claims(NAME, made)}


def test_energies_are_the_published_powers(made: xr.Dataset) -> None:
    for K_c in impurity.MANY_K_C:
        at = made.sel(K_c=K_c)
        np.testing.assert_allclose(at["gapless_scale"], at["strength"] ** (2 / (1 - K_c)), rtol=1e-10)
        np.testing.assert_allclose(at["paired_scale"], at["strength"] ** (2 / (2 - K_c)), rtol=1e-10)
    assert float(made["E_sG"]) == pytest.approx(10.0 * 0.1 ** (2 / 1.5))


def test_the_later_energy_is_where_a_running_impurity_becomes_strong(made: xr.Dataset) -> None:
    """d ln g/dl = (1 - K_c)/2 above the spin gap and (2 - K_c)/2 below it; ln g = 0 at l = ln Λ/E_sG."""
    K_c, g = impurity.K_C, float(made["strength"][3])

    def growth(ell: float, _: np.ndarray) -> list[float]:
        return [(1 - K_c) / 2 if np.exp(-ell) > impurity.LATER else (2 - K_c) / 2]

    def strong(_: float, logarithm: np.ndarray) -> float:
        return float(logarithm[0])

    strong.terminal = True
    end = solve_ivp(growth, (0.0, 50.0), [np.log(g)], events=strong, max_step=0.01).t_events[0][0]
    assert float(made["later_scale"].sel(K_c=K_c)[3]) == pytest.approx(np.exp(-end), rel=0.02)


def test_claims_of_the_impurity_see_exchanged_wires(made: xr.Dataset) -> None:
    assert set(by_reading(made).values()) == {"holds", "open"}
    exchanged = made.assign(
        gapless_scale=made["paired_scale"], paired_scale=made["gapless_scale"], drop=-made["drop"], E_LL=made["E_sG"]
    )
    found = by_reading(exchanged)
    for name in ("gapless_power_half", "paired_power_weak", "later_ratio", "smallest_drop", "drop_between"):
        assert found[name] == "fails"
    early = by_reading(made.assign(drop=("omega", np.linspace(2.0, 1.0, made.sizes["omega"])), peak=made["peak"] - 9))
    assert (early["above_E_LL"], early["contrast"]) == ("fails", "fails")
    late = by_reading(made.assign(drop=("omega", np.linspace(0.1, 2.0, made.sizes["omega"])), peak=made["peak"] + 9))
    assert late["above_E_sG"] == "fails"
    assert by_reading(made.assign(exponent=-made["exponent"]))["cut_paired"] == "fails"
