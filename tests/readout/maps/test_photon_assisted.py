"""Maps of photon-assisted transitions: what is read, how sure it is, and maps of other things, of which nothing is."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.readout import photon_assisted
from tests.readout.maps.photon_maps import OTHERS, other_map, photon_map

QUICK = {"rows": 16, "columns": 81}


def status(result):
    return flag_names(result["status"])[int(result["status"])]


@pytest.fixture(scope="module")
def read():
    image, truth = photon_map(1, **QUICK)
    return image, truth, photon_assisted(image)


def test_what_made_the_map_is_read(read):
    _, truth, result = read
    assert status(result) == "lines"
    for name in ("lever_arm", "position"):
        assert abs(float(result[name]) - getattr(truth, name)) < 4 * float(result[f"{name}_uncertainty"])
    assert float(result["tunnel_coupling_upper_bound"]) > truth.tunnel_coupling
    assert result.attrs["runner_up"] == str(result["candidate"].values[1])
    assert "lever arm" in result.attrs["summary"]


@pytest.mark.parametrize("change", ["order and direction", "offset, scale and precision", "volts of meV"])
def test_the_same_map_in_another_form_gives_the_same(read, change):
    image, truth, result = read
    factor = 1.0
    if change == "order and direction":
        image = image.transpose()[::-1, ::-1]
    elif change == "offset, scale and precision":
        image = (30.0 - 3e-3 * image).astype(np.float32)
    else:
        image = image.assign_coords(eps=("eps", truth.lever_arm * image["eps"].values, {"units": "meV"}))
        factor = truth.lever_arm
    again = photon_assisted(image)
    assert status(again) == status(result)
    assert factor * float(again["lever_arm"]) == pytest.approx(float(result["lever_arm"]), rel=2e-4)
    assert float(again["tunnel_coupling"]) == pytest.approx(float(result["tunnel_coupling"]), rel=2e-2, abs=1e-4)
    assert again["residual"].dims == image.dims


def test_a_stopped_scan_is_read_from_its_complete_rows(read):
    image, _, result = read
    stopped = image.copy()
    stopped[:4] = np.nan
    stopped[4, 50:] = np.nan
    found = photon_assisted(stopped)
    apart = abs(float(found["lever_arm"] - result["lever_arm"]))
    assert apart < 4 * float(found["lever_arm_uncertainty"])
    assert "5 of 16 rows" in found.attrs["validity"]


@pytest.mark.parametrize(
    "kind", [0, 6, *(pytest.param(kind, marks=pytest.mark.thorough) for kind in range(len(OTHERS)) if kind % 6)]
)
def test_nothing_is_read_from_other_maps(kind):
    image, _ = other_map(kind, **QUICK)
    result = photon_assisted(image)
    assert status(result) not in ("lines", "one_line")
    assert np.isnan(float(result["lever_arm"]))
    assert np.isnan(float(result["tunnel_coupling_upper_bound"]))


@pytest.mark.parametrize(
    ("units", "match"),
    [(("dBm", "mV"), "GHz"), (("s", "mV"), "GHz"), (("GHz", "GHz"), "detuning"), (("GHz", "K"), "detuning")],
)
def test_other_axes_are_refused(units, match):
    axes = {name: (name, np.arange(1.0, 41.0), {"units": unit}) for name, unit in zip("fe", units, strict=True)}
    with pytest.raises(InputError, match=match):
        photon_assisted(xr.DataArray(np.random.default_rng(1).normal(size=(40, 40)), axes, ("f", "e")))


def test_a_flat_map_and_few_rows_are_refused():
    image, _ = photon_map(1, **QUICK)
    with pytest.raises(InputError, match="flat"):
        photon_assisted(0 * image)
    with pytest.raises(InputError, match="6 complete rows"):
        photon_assisted(image[:5])


@pytest.mark.validation
def test_pulls_and_bounds_on_seeded_maps():
    pulls, covered, count = [], 0, 0
    for seed in range(40):
        image, truth = photon_map(seed)
        result = photon_assisted(image)
        if status(result) not in ("lines", "one_line"):
            continue
        count += 1
        pulls.append(
            [
                (float(result[name]) - getattr(truth, name)) / float(result[f"{name}_uncertainty"])
                for name in ("lever_arm", "position")
            ]
        )
        covered += float(result["tunnel_coupling_upper_bound"]) > truth.tunnel_coupling
    assert count >= 34
    assert covered >= 0.85 * count
    assert np.std(pulls) == pytest.approx(1.0, abs=0.25)
