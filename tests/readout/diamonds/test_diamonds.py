"""Diamonds read back: rate equations of a level and of a metal, `transport`, and images of other things."""

import json
import re

import numpy as np
import pytest
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import Device, Gate
from attractron.measurement import ReadOptions, read_data
from attractron.plotting import picture
from attractron.readout import read_diamonds
from attractron.transport import Junction, Lead, current, differential_conductance
from tests.readout.transport_images import diamonds_image, dot_current, labelled, other_image, scan_noise

AXES = {"gate": np.linspace(0, 90, 91), "bias": np.linspace(-3, 3, 81)}
DOT = {"alpha": 0.1, "eta": 0.4, "points": (20.0, 45.0, 72.0), "offset": 0.1, "width": 0.05, "rates": (0.8, 1.0)}


def status(result):
    return flag_names(result["status"])[int(result["status"])]


def noisy(values, seed=0, noise=0.01):
    draw = np.random.default_rng(seed)
    size = np.ptp(values)
    return values + size * scan_noise(values.shape, noise, noise / 2, draw)


def within(result, name, value, deviations=4.0):
    apart = np.abs(result[name].to_numpy() - value) / result[f"{name}_uncertainty"].to_numpy()
    assert np.all(apart < deviations), (name, result[name].to_numpy(), value, apart)


@pytest.fixture(scope="module")
def level():
    return labelled(noisy(dot_current("level", **AXES, **DOT)), AXES["bias"], AXES["gate"])


@pytest.fixture(scope="module")
def found(level):
    return read_diamonds(level)


def test_a_level_gives_lever_arm_energies_and_offset(found):
    assert status(found) == "diamonds"
    within(found, "lever_arm", 0.1)
    within(found, "slope_positive", 0.1 / 0.6)
    within(found, "slope_negative", -0.1 / 0.4)
    within(found, "source_share", 0.4)
    within(found, "bias_offset", 0.1)
    within(found, "degeneracy_point", [20.0, 45.0, 72.0])
    within(found, "addition_energy", [2.5, 2.7])
    within(found, "addition_energy_from_height", [2.5, 2.7])
    assert float(found["lever_arm_uncertainty"]) < 0.002
    assert "windows is that of one level" in found.attrs["validity"]
    assert found.attrs["summary"].startswith("Two Coulomb diamonds: lever arm of V_g 0.")
    assert float(found["temperature_upper_bound"]) == pytest.approx(0.05 / K_B, rel=0.2)


def test_a_metallic_island_is_read_as_well():
    image = labelled(noisy(dot_current("metal", **AXES, **DOT)), AXES["bias"], AXES["gate"])
    result = read_diamonds(image)
    within(result, "lever_arm", 0.1)
    within(result, "addition_energy", [2.5, 2.7])
    assert "tunnel_rate_ratio" not in result  # its current has no plateaus
    assert "windows is that of a metallic island" in result.attrs["validity"]


def test_tunnel_rates_follow_from_the_plateaus_of_a_level_with_spin():
    """Empty or singly occupied: I(+)/I(-) = (2Γ_S + Γ_D)/(2Γ_D + Γ_S)."""
    dot = DOT | {"points": (45.0,), "rates": (2.0, 1.0)}
    result = read_diamonds(labelled(noisy(dot_current("spin", **AXES, **dot)), AXES["bias"], AXES["gate"]))
    assert status(result) == "single_crossing"
    assert "addition_energy" not in result
    within(result, "current_ratio", 5 / 4)
    within(result, "tunnel_rate_ratio", 2.0)


def test_excited_states_leave_the_onsets_free():
    """Each level has a second one 0.6 meV above: further steps parallel to the edges, which neither simple form has."""
    dot = DOT | {"points": (45.0,), "width": 0.04}
    values = dot_current("level", **AXES, **dot, excited=0.6)
    result = read_diamonds(labelled(noisy(values, noise=0.003), AXES["bias"], AXES["gate"]))
    assert "onsets at the edges are free" in result.attrs["validity"]
    within(result, "lever_arm", 0.1)


def junction():
    """One level with a lever arm of 0.12 meV/mV, of which the source takes 0.35 of its potential with it."""
    dot = Device(dots=("d",), repulsion=[[0.0]], gates={"P": Gate(lever_arms={"d": 0.12})})
    source = Lead(name="S", dot="d", Gamma=1e-4, temperature=0.4, bias=-1.0, lever_arms={"d": 0.35})
    return Junction(device=dot, leads=[source, Lead(name="D", dot="d", Gamma=1e-4, temperature=0.4)])


@pytest.mark.parametrize("quantity", ["current", "conductance"])
def test_the_lever_arm_of_transport_comes_back(quantity):
    axes = {"V_SD": np.linspace(-1.5, 1.5, 61), "P": np.linspace(-15.0, 15.0, 71)}
    if quantity == "current":
        signal = current(junction(), axes, processes="sequential")["current"]
    else:
        signal = differential_conductance(junction(), axes, processes="sequential")["conductance"]
    image = xr.DataArray(noisy(signal.to_numpy()), signal.coords, signal.dims, attrs=signal.attrs)
    result = read_diamonds(image, quantity=quantity)
    assert status(result) == "single_crossing"
    within(result, "lever_arm", 0.12)
    within(result, "degeneracy_point", 0.0)


@pytest.mark.thorough
def test_the_answer_depends_on_no_scale_order_or_precision(level, found):
    turned = read_diamonds((level.T * 1e-9 + 5e-11).isel(V_g=slice(None, None, -1)).assign_attrs(level.attrs))
    single = read_diamonds(level.astype(np.float32))
    for name in ("lever_arm", "bias_offset", "mean_addition_energy"):
        for other in (turned, single):
            change = abs(float(other[name] - found[name]))
            assert change < 0.1 * float(found[f"{name}_uncertainty"]), name


SLOW, SLOWEST = (1, 3, 4, 6, 8), (2, 5, 7)  # stripes and the like: many places look like degeneracy points at first


def marked(seed):
    marks = [pytest.mark.thorough] * (seed in SLOW) + [pytest.mark.validation] * (seed in SLOWEST)
    return pytest.param(seed, marks=marks)


@pytest.mark.parametrize("seed", [marked(seed) for seed in range(10)])
def test_other_things_give_no_number(seed):
    image, what = other_image(seed)
    result = read_diamonds(image)
    assert status(result) in ("no_diamonds", "not_described"), what
    assert np.isnan(result["lever_arm"])
    assert picture(result).axes


@pytest.mark.validation
def test_pulls_have_width_one():
    pulls = []
    for seed in range(12):
        image, truth = diamonds_image(seed, count=2, shape=(90, 110))
        result = read_diamonds(image)
        pulls.append(float((result["lever_arm"] - truth.alpha) / result["lever_arm_uncertainty"]))
    assert 0.5 < np.std(pulls) < 1.7
    assert np.abs(pulls).max() < 4.5


def test_the_bias_has_to_be_known(level):
    renamed = level.rename(V_SD="B1")
    with pytest.raises(InputError, match="--bias B1"):
        read_diamonds(renamed)
    with pytest.raises(InputError, match="be one of"):
        read_diamonds(renamed, bias="B2")
    with pytest.raises(InputError, match="applied"):
        read_diamonds(level, applied="drain")


def test_a_file_is_read_from_end_to_end(level, tmp_path):
    path = tmp_path / "scan.npz"
    np.savez(path, **{"B1 (V)": AXES["bias"] / 1e3, "P1 (mV)": AXES["gate"], "current (pA)": level.to_numpy()})
    options = ReadOptions(reading="coulomb-diamonds", axes=["B1", "P1"], bias="B1")
    reading = read_data(path, tmp_path / "out", options)
    assert reading.found
    assert [file.name for file in reading.files] == ["scan-read.nc", "scan-read.png", "summary.json"]
    numbers = json.loads(reading.files[2].read_text(encoding="utf-8"))["numbers"]
    assert numbers["lever_arm"]["value"] == pytest.approx(0.1, rel=0.02)
    assert numbers["addition_energy"]["over"] == ["diamond"]


def jumped(by, at=60.0, **axes):
    """All that is measured beyond a gate voltage lies so far along the gate."""
    axes = AXES | axes
    before, after = (dot_current("level", **DOT, **(axes | {"gate": axes["gate"] - shift})) for shift in (0.0, by))
    return labelled(noisy(np.where(axes["gate"] > at, after, before)), axes["bias"], axes["gate"])


@pytest.mark.parametrize("by", [1.5, pytest.param(-0.8, marks=pytest.mark.thorough)])
def test_a_charge_that_jumps_within_a_diamond_is_noticed(by, found):
    """The edges beyond it tell: place, size and way are said, and that diamond's energy holds the jump alone."""
    result = read_diamonds(jumped(by))
    assert status(result) == "diamonds"
    where, size, error, way = re.search(
        r"jumped at V_g = ([\d.]+) mV: what lies beyond appears ([\d.]+) ± ([\d.]+) mV (\w+)", result.attrs["summary"]
    ).groups()
    assert float(where) == pytest.approx(60.0, abs=1.5)
    assert float(size) == pytest.approx(abs(by), abs=max(4 * float(error), 0.15 * abs(by)))
    assert way == ("higher" if by > 0 else "lower")
    within(result, "lever_arm", 0.1)
    within(result, "addition_energy", [2.5, 2.7], 2.5)
    first, second = result["addition_energy_uncertainty"].to_numpy()
    assert second == pytest.approx(np.hypot(0.1 * by, found["addition_energy_uncertainty"].to_numpy()[1]), rel=0.2)
    assert first < second / 2


def test_where_a_charge_would_jump_unseen_is_said(found):
    assert "jumped" not in found.attrs["summary"]
    assert "would not be seen" not in found.attrs["validity"]
    result = read_diamonds(jumped(0.0, bias=np.linspace(-1.1, 1.1, 51)))
    low, high = map(float, re.search(r"V_g at ([\d.]+) to ([\d.]+) mV", result.attrs["validity"]).groups())
    # Edges leave the window at 1.2 mV over their slopes from the points, ± 6 or 7 mV.
    assert 23 < low < 29
    assert 34 < high < 43
