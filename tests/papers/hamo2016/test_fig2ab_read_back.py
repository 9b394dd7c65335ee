"""W and Δ read back from noisy images: against the closed form of their devices, and wrong datasets."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from attractron.core.constants import K_B
from tests.papers.judged import claims, statuses


@pytest.fixture(params=["2a", "2b"])
def reading(request: pytest.FixtureRequest, quick: Callable[[str], xr.Dataset]) -> tuple[xr.Dataset, str]:
    name = f"hamo-{request.param}-read"
    return quick(name), name


def free_interaction(U: float, delta: float, W: float, T: float) -> float:
    """W_eff(T) at t = 0 where k_B T is far below δ, U and 2U - δ.

    The polarizer's electron is on top, δ above the bottom, or on the bottom, where N electrons of the system cost it
    NU. For U = 0 it stays on the bottom: W. Otherwise with N = 0 it is on the bottom, energy 0, with N = 2 on top,
    energy δ, and with N = 1 on top or U - δ higher: F(1) = δ - k_BT ln(1 + e^(-(U - δ)/k_BT)). Hence
    W_eff = W + F(2) + F(0) - 2 F(1) = W - δ + 2 k_BT ln(1 + e^(-(U - δ)/k_BT)).
    """
    return W if U == 0 else float(W - delta + 2 * K_B * T * np.log1p(np.exp((delta - U) / (K_B * T))))


def test_every_reading_is_that_of_its_device_within_its_uncertainty(reading: tuple[xr.Dataset, str]) -> None:
    result, _ = reading
    for row in result.transpose("U", ...).groupby("U"):
        U, read = float(row[0]), row[1]
        pulls = (read["reading"] - free_interaction(U, 2.41, 0.83, 0.1)) / read["reading_uncertainty"]
        assert float(abs(pulls).max()) < 3
        assert float(read["reading_uncertainty"].max()) < 0.004
        assert np.unique(read["reading"]).size == read["seed"].size


def test_the_reading_shown_is_the_first_and_its_noise_is_as_said(reading: tuple[xr.Dataset, str]) -> None:
    result, _ = reading
    for suffix in ("", "_uncertainty"):
        assert float(result[f"reading{suffix}"][0, 0]) == float(result[f"effective_interaction{suffix}"])
    assert float(result["residual"].std()) == pytest.approx(15 * np.sqrt(2), rel=0.1)
    assert dict(result["data"].sizes) == {"V": 200, "delta_V": 188}


def test_the_sentence_about_uncertainties_is_the_readings_own(reading: tuple[xr.Dataset, str]) -> None:
    result, name = reading
    assert claims(name, result)[2].claim in result.attrs["validity"]


RIGHT = {"hamo-2a-read": ["holds"] * 3, "hamo-2b-read": ["holds"] * 4 + ["open"]}


def test_claims_fail_on_a_dataset_that_contradicts_them(reading: tuple[xr.Dataset, str]) -> None:
    result, name = reading
    right = RIGHT[name]
    assert statuses(name, result) == right
    value, error = (result[f"effective_interaction{suffix}"] for suffix in ("", "_uncertainty"))
    published = 0.83 if name == "hamo-2a-read" else -1.58
    for side in (-1, 1):
        near, far = (result.assign(effective_interaction=published + side * many * error) for many in (2.9, 3.1))
        assert statuses(name, near) == right
        assert statuses(name, far) == ["fails", *right[1:]]
    assert statuses(name, result.assign(effective_interaction=-value))[0] == "fails"
    assert statuses(name, result.assign(status=result["status"].copy(data=3 - int(result["status"]))))[1] == "fails"
    # Errors stated too small by three, and readings far apart.
    assert statuses(name, result.assign(reading_uncertainty=result["reading_uncertainty"] / 6))[2] == "fails"
    one_off = result["reading"].copy()
    one_off[0, -1] = published + 6 * float(result["reading_uncertainty"][0, -1])
    assert statuses(name, result.assign(reading=one_off))[2] == "fails"


def test_what_was_typed_in_counts_as_read_back(reading: tuple[xr.Dataset, str]) -> None:
    result, name = reading
    assert [claim.read_back for claim in claims(name, result)][:3] == [True, True, False]


def test_an_image_without_a_vertex_fails(reading: tuple[xr.Dataset, str]) -> None:
    result, name = reading
    names = ("effective_interaction", "effective_interaction_uncertainty", "reading", "reading_uncertainty")
    blank = result.assign({name: result[name] * np.nan for name in names})
    blank = blank.assign(status=result["status"].copy(data=0))
    assert set(statuses(name, blank)[:4]) == {"fails"}
    lost = result["reading"].copy()
    lost[0, 1] = np.nan
    assert statuses(name, result.assign(reading=lost))[2] == "fails"


@pytest.mark.parametrize(
    ("pairing", "expected"),
    [(0.790, ["fails", "open"]), (0.784, ["holds", "open"]), (0.778, ["fails", "open"])],
)
def test_what_temperature_takes_is_read_and_not_assumed(
    quick: Callable[[str], xr.Dataset], pairing: float, expected: list[str]
) -> None:
    result = quick("hamo-2b-read")
    other = result.assign(reading=-2 * pairing + 0 * result["reading"])
    assert statuses("hamo-2b-read", other)[3:] == expected
    cold = other.assign(Delta_of_T=0.9 * other["Delta_of_T"])
    assert statuses("hamo-2b-read", cold)[4] == ("open" if pairing == 0.790 else "fails")
