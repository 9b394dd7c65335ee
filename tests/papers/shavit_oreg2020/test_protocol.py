"""Sweep and survey against single flows, and claims against datasets that contradict them."""

import itertools

import numpy as np
import xarray as xr

from attractron.core.results import flag_names
from attractron.papers.shavit_oreg2020 import protocol
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import Sharp, flow, phase_name
from tests.papers.judged import statuses

NAME = "shavit-protocol"


def test_the_sweep_is_that_of_single_flows(made: xr.Dataset) -> None:
    """k from the band by hand, e^(-l*) = |k_F - k|α_0, one flow for each of some µ."""
    hbar_v = 6.582119569e-4 * 8e5
    k = np.sqrt(made["mu"].values ** 2 - 2.5**2) / hbar_v
    mismatch = 50.0 * np.abs(np.sqrt(3.0**2 - 2.5**2) / hbar_v - k)
    np.testing.assert_allclose(made["mismatch"], mismatch, atol=1e-12)
    names = flag_names(made["phase"])
    for cutoff, number in itertools.product(CUTOFFS, range(0, made.sizes["mu"], 11)):
        end = flow(protocol.WIRES.with_parameters(mismatch=float(mismatch[number])), cutoff=CUTOFFS[cutoff])
        assert names[int(made["phase"].sel(cutoff=cutoff)[number])] == phase_name(end)
    G = {"decoupled": 2.0, "paired": 2.0, "trion": 4 / 3}
    for name in CUTOFFS:
        swept = made.sel(cutoff=name)
        np.testing.assert_allclose(swept["conductance"], [G[names[int(code)]] for code in swept["phase"]])


def test_the_survey_finds_what_lies_just_beyond_the_trion_phase(made: xr.Dataset) -> None:
    """By bisection of the mismatch at which the trion phase ends, one flow at a time."""
    for number in (0, 4, 8):
        wires = protocol.WIRES.with_parameters(y_s=0.6, y=float(made["y"][number]))
        low, high = 1e-6, 0.9
        while high / low > 1.02:
            middle = np.sqrt(low * high)
            inside = phase_name(flow(wires.with_parameters(mismatch=middle), cutoff=Sharp())) == "trion"
            low, high = (middle, high) if inside else (low, middle)
        beyond = phase_name(flow(wires.with_parameters(mismatch=high), cutoff=Sharp()))
        found = made["found"].sel(cutoff="sharp", y_s=0.6)[number]
        assert flag_names(made["found"])[int(found)] == beyond


def test_claims_of_the_protocol_see_other_sweeps(made: xr.Dataset) -> None:
    flat = made.assign(conductance=2.0 + 0 * made["conductance"])
    assert statuses(NAME, flat)[:3] == ["fails"] * 3
    unpaired = made.assign(phase=xr.where(made["phase"] == 1, 0, made["phase"]).assign_attrs(made["phase"].attrs))
    assert statuses(NAME, unpaired)[3:6] == ["fails"] * 3
    never = made.assign(returned=made["returned"] & False)
    assert statuses(NAME, never)[3:6] == ["fails"] * 3
    weak = made["found"].where(made["y"] > 0.02, 0).assign_attrs(made["found"].attrs)
    assert statuses(NAME, made.assign(found=weak))[6] == "open"  # all choices of l_max must agree
    never_weak = made["found_weakest"].where(False, 0).astype(int).assign_attrs(made["found_weakest"].attrs)
    assert statuses(NAME, made.assign(found=weak, found_weakest=never_weak))[6] == "holds"
    always = never_weak.where(False, 1).astype(int).assign_attrs(never_weak.attrs)
    assert statuses(NAME, made.assign(found_weakest=always))[6] == "fails"
