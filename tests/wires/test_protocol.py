"""The tuning protocol: steps of the conductance and where tuning back ends."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flags
from attractron.plotting import phases
from attractron.wires.conductance import protocol

SWEEP = ["decoupled", "paired", "trion", "trion", "paired", "decoupled"]


def test_conductance_goes_to_four_thirds_and_back():
    result = protocol(SWEEP, range(6))
    np.testing.assert_allclose(result["conductance"], [2, 2, 4 / 3, 4 / 3, 2, 2], atol=1e-14)
    np.testing.assert_allclose(result["cross_conductance"], [0, 0, -2 / 3, -2 / 3, 0, 0], atol=1e-14)
    np.testing.assert_array_equal(result["returned"], [False, True, False, False, True, False])
    assert result["returned_to_paired"]


def test_tuning_back_may_end_in_the_decoupled_phase():
    assert not protocol(["paired", "trion", "decoupled"], [3.0, 2.0, 1.0])["returned_to_paired"]
    assert not protocol(["paired", "paired"], [0, 1])["returned_to_paired"]  # no plateau to come back from


def test_phases_from_a_function_and_from_codes_agree():
    by_function = protocol(lambda mu: SWEEP[round(mu)], range(6))
    own_codes = xr.DataArray([7, 5, 3, 3, 5, 7], attrs=flags({3: "trion", 5: "paired", 7: "decoupled"}))
    xr.testing.assert_identical(by_function, protocol(own_codes, range(6)))
    xr.testing.assert_identical(by_function, protocol(protocol(SWEEP, range(6))["phase"], range(6)))


def test_particles_are_dragged_forward():
    assert protocol(["trion"], [0.0], carriers="particles")["cross_conductance"].item() == pytest.approx(2 / 3)


def test_picture_shows_both_staircases_and_names_the_phases():
    ax = phases.plot_staircases(protocol(SWEEP, range(6)))
    assert [line.get_drawstyle() for line in ax.lines[:2]] == ["steps-mid"] * 2
    assert [text.get_text() for text in ax.texts] == ["decoupled", "paired", "trion", "paired", "decoupled"]
    assert ax.get_xlabel() == "chemical potential of the secondary (meV)"


@pytest.mark.parametrize(
    ("phases", "options", "message"),
    [
        (["trion"], {}, "`phases` must have one entry for each of the 2 potentials: got 1"),
        (["trion", "pared"], {}, r"`phases\[1\]` must be one of decoupled, paired, trion: .*did you mean 'paired'"),
        ("trion", {}, "`phases` must be a function, or one name a potential"),
        (["trion", "trion"], {"carriers": "both"}, "`carriers` must be one of holes, particles"),
    ],
)
def test_bad_input(phases, options, message):
    with pytest.raises(InputError, match=message):
        protocol(phases, [0.0, 1.0], **options)
