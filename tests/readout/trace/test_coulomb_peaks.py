"""Rows of Coulomb peaks: places, spacings and widths of each, what the window cuts, and what is no row."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.plotting import picture
from attractron.readout import coulomb_peaks

GATE = np.linspace(0.0, 60.0, 901)
PLACES = np.array([6.0, 15.1, 26.0, 35.2, 46.1, 55.0])
HEIGHTS = np.array([0.5, 2.0, 1.0, 0.3, 1.5, 0.8])
THERMAL = 0.4


def trace(signal, gate=GATE):
    return xr.Dataset({"signal": ("P", signal, {"units": "nA"})}, {"P": ("P", gate, {"units": "mV"})})


def row(places=PLACES, heights=HEIGHTS, gate=GATE, lorentz=False):
    def one(away):
        return 1 / (1 + (away / THERMAL) ** 2) if lorentz else np.cosh(np.clip(away / 2 / THERMAL, -300, 300)) ** -2

    return 0.1 + 0.002 * gate + sum(a * one(gate - p) for a, p in zip(heights, places, strict=True))


def white(seed, size=GATE.size):
    return np.random.default_rng(seed).standard_normal(size)


def status(found):
    return flag_names(found["status"])[int(found["status"])]


def test_every_peak_is_read():
    found = coulomb_peaks(trace(row() + 0.02 * white(1)), lever_arm=0.05)
    assert status(found) == "described"
    for name, truth in {
        "position": PLACES,
        "height": HEIGHTS,
        "spacing": np.diff(PLACES),
        "addition_energy": 0.05 * np.diff(PLACES),
        "width": np.full(6, 3.5255 * THERMAL),
        "temperature": np.full(6, 0.05 * THERMAL / K_B),
        "area": 4 * THERMAL * HEIGHTS,
    }.items():
        pulls = (found[name].to_numpy() - truth) / found[f"{name}_uncertainty"].to_numpy()
        assert np.abs(pulls).max() < 4, name
    assert float(found["spacing_mean"]) == pytest.approx(np.diff(PLACES).mean(), abs=0.01)
    assert float(found["spacing_spread"]) == pytest.approx(np.diff(PLACES).std(ddof=1), abs=0.02)
    assert "6 Coulomb peaks from 6.0" in found.attrs["summary"]
    assert found["left_out"].values.tolist() == [0, 0]


@pytest.mark.parametrize("seeds", [3, pytest.param(12, marks=pytest.mark.thorough)])
def test_pulls_are_of_width_one(seeds):
    pulls = []
    for seed in range(seeds):
        found = coulomb_peaks(trace(row() + 0.05 * white(seed)), shape="single-level")
        for name, truth in {"position": PLACES, "spacing": np.diff(PLACES), "height": HEIGHTS}.items():
            pulls.append((found[name].to_numpy() - truth) / found[f"{name}_uncertainty"].to_numpy())
    assert np.sqrt(np.mean(np.concatenate(pulls) ** 2)) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize(("window", "cut", "left"), [((6.5, 58.0), [1, 0], 5), ((0.0, 54.2), [0, 1], 5)])
def test_peaks_that_the_window_cuts_are_left_out_and_said(window, cut, left):
    inside = (window[0] <= GATE) & (window[1] >= GATE)
    found = coulomb_peaks(trace((row() + 0.02 * white(2))[inside], GATE[inside]))
    assert status(found) == "described"
    assert found["left_out"].values.tolist() == cut
    assert found.sizes["peak"] == left
    assert "cut by the window, is left out" in found.attrs["summary"]


def test_dips_lorentzians_and_reversed_axes():
    found = coulomb_peaks(trace(-row(lorentz=True) + 0.01 * white(3)).isel(P=slice(None, None, -1)), lever_arm=0.05)
    assert status(found) == "described"
    assert found.attrs["shape"] == "Lorentzian"
    np.testing.assert_allclose(found["position"], PLACES, atol=0.05)
    np.testing.assert_allclose(found["width"], 2 * THERMAL, rtol=0.1)
    assert float(found["height"].max()) < 0
    assert "temperature" not in found


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        (white(4), "none stands out of the noise"),
        pytest.param(np.cumsum(white(5)), "none stands out of the noise", marks=pytest.mark.thorough),
        (1 / (1 + np.exp(30 - GATE)) + 0.01 * white(6), "none stands out of the noise"),
        (
            row(PLACES[2:3], HEIGHTS[2:3]) + 0.02 * white(7),
            "one peak is wholly in view: read it with --as coulomb-peak",
        ),
    ],
)
def test_what_is_no_row_gives_no_number(signal, said):
    found = coulomb_peaks(trace(signal))
    assert status(found) == "no_peak"
    assert said in found.attrs["summary"]
    assert np.isnan(found["spacing_mean"])
    assert np.isnan(found["position"]).all()
    assert len(picture(found).axes) == 3


@pytest.mark.parametrize(
    "seeds", [3, pytest.param(12, marks=pytest.mark.thorough), pytest.param(100, marks=pytest.mark.validation)]
)
def test_a_random_walk_is_no_row_and_holds_no_single_peak(seeds):
    gate = np.linspace(-500.0, 500.0, 200)
    for seed in range(seeds):
        found = coulomb_peaks(trace(np.cumsum(white(seed, gate.size)), gate))
        assert status(found) == "no_peak"
        assert "none stands out of the noise" in found.attrs["summary"]


def test_bad_arguments():
    for options, message in (({"lever_arm": 5}, "lie between"), ({"shape": "square"}, "one of single-level")):
        with pytest.raises(InputError, match=message):
            coulomb_peaks(trace(row()), **options)
