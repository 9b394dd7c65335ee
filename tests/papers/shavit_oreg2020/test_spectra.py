"""Claims of tunnelling and spectra against datasets that contradict them."""

import xarray as xr

from attractron.papers.catalogue import all_figures

NAME = "shavit-spectra"


def failing(result: xr.Dataset) -> set[str]:
    return {claim.reading for claim in all_figures()[NAME].claims(result) if claim.status == "fails"}


def test_a_wire_without_a_gap_is_noticed(made: xr.Dataset) -> None:
    ungapped = made["conductance"].copy()
    ungapped.loc[{"phase": "paired", "wire": "primary"}] = ungapped.sel(phase="decoupled", wire="primary")
    assert failing(made.assign(conductance=ungapped)) == {"primary_paired"}


def test_another_power_is_noticed(made: xr.Dataset) -> None:
    steeper = made["zero_bias"] * made["temperature"] ** 0.01
    assert "temperature_power" in failing(made.assign(zero_bias=steeper))


def test_a_shifted_threshold_is_noticed(made: xr.Dataset) -> None:
    assert failing(made.assign(lowest=made["lowest"] + 1e-5)) == {"edge"}
