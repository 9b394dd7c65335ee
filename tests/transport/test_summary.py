"""The paragraph of a result, from the dataset alone; tests/studies/kinds/test_junction.py has what it says by case."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.transport import charge_stability, current, differential_conductance, summary
from attractron.transport.summary import _of_shares, numbers
from tests.transport.junctions import published

AXES = {"V": np.array([0.0, 0.3]), "W": 0.4, "V_SD": 0.1}


def test_a_current_says_where_it_is_the_largest():
    result = current(published(0.01), AXES, processes="0e", origin="centre")
    place = f"at V = {AXES['V'][int(abs(result.current.values).argmax())]:g} mV, W = 0.4 meV, V_SD = 0.1 mV"
    assert summary(result).startswith(f"The largest current is {float(result.current.max()):.4g} pA {place} (I/V_SD = ")
    assert "it leaves S by sequential tunnelling " in summary(result)
    assert numbers(result)["largest_current"] == (float(result.current.max()), "pA")
    assert numbers(result)["largest_current_W"] == (0.4, "meV")
    assert numbers(result)["points"] == (2, "1")


def test_it_is_the_same_from_a_file(tmp_path):
    for question in (current, differential_conductance):
        result = question(published(), {"V": [0.0, 0.1]}, processes="1e", origin="centre")
        result.to_netcdf(tmp_path / f"{question.__name__}.nc", engine="h5netcdf")
        with xr.open_dataset(tmp_path / f"{question.__name__}.nc", engine="h5netcdf") as kept:
            assert summary(kept) == summary(result)
        del result.attrs["axes"]  # as results of earlier versions are
        assert summary(result).startswith(("No current flows: no lead is biased.", "The largest differential"))


def test_other_questions_have_none():
    with pytest.raises(InputError, match=r"`result` must answer transport\.current or transport\.differential_cond"):
        summary(charge_stability(published(), {"V": [0.0, 0.1]}))


@pytest.mark.parametrize(("shares", "says"), [((1.17, -0.17), True), ((1.0, -0.001), False), ((0.6, 0.4), False)])
def test_shares_outside_of_the_whole_are_explained(shares, says):
    said = _of_shares(dict(zip(("first", "second"), shares, strict=True)))
    assert ("takes away from the current" in said) == says
