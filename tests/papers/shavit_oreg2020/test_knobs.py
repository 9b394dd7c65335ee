"""Maps and sweeps against single setups, and claims against datasets that contradict them."""

import numpy as np
import xarray as xr

from attractron.core.results import flag_names
from attractron.papers.shavit_oreg2020 import knobs
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import flow, phase_name
from attractron.wires.experiment import INSULATING
from tests.papers.judged import statuses

NAME = "shavit-knobs"


def test_the_maps_are_those_of_single_setups(made: xr.Dataset) -> None:
    names = flag_names(made["region_0"])
    for gate, distance in ((3, 0), (5, 1), (6, 3), (8, 8)):
        at = made["region_0"].isel(gate=gate, distance=distance)
        if int(at) < INSULATING:
            setup = knobs.SETUP.with_parameters(gate=float(at["gate"]), distance=float(at["distance"]))
            end = flow(setup.wires(), cutoff=CUTOFFS[knobs.CHOSEN], feedback="complete")
            assert names[int(at)] == phase_name(end)


def test_the_field_and_the_gate_move_the_same_resonance(made: xr.Dataset) -> None:
    """Where trions are found, µ² - m² = (ħv_F k_F)² within their width: 1.2 meV/T against 0.1 meV/mV."""
    plane = made["region_1"]
    field, gate = np.meshgrid(made["field"], made["gate"])
    m = 59 - 1.2 * field[plane.values == knobs.TRION]
    k = np.sqrt((0.1 * gate[plane.values == knobs.TRION]) ** 2 - m**2) / 526.57
    assert k.size > 2
    assert np.abs(k - 0.02).max() < 0.002


def test_claims_see_other_knobs(made: xr.Dataset) -> None:
    away = made.assign(along_distance=made["along_distance"].isel(fine_distance=slice(None, None, -1)))
    assert statuses(NAME, away)[3:5] == ["fails"] * 2
    nothing = made.assign(along_gate=(made["along_gate"] * 0).assign_attrs(made["along_gate"].attrs))
    assert statuses(NAME, nothing)[0] == "fails"
    for number, name in ((5, "decay"), (6, "y_ratio"), (7, "repulsion"), (9, "window_per_field"), (10, "milli_k")):
        assert statuses(NAME, made.assign({name: made[name] * 1.01}))[number] == "fails", name
