"""Where the measured files are, and what a reading of one rests on."""

from pathlib import Path
from typing import TYPE_CHECKING

from attractron.readout import load

if TYPE_CHECKING:
    import xarray as xr

DATA = Path(__file__).parent / "data"
"""The files, with their licence and the published readings."""

SOURCE = "QuTech-Delft/qtt, example data, commit f7de35da"


def measured(name: str) -> "xr.Dataset":
    """One of the measured files."""
    return load(DATA / name)


def sourced(reading: "xr.Dataset", data: "xr.Dataset") -> "xr.Dataset":
    """The reading with the file that it was made from, and the reference to it before the others."""
    others = str(reading.attrs["references"])
    references = f"qtt2023, {others}" if others else "qtt2023"
    return reading.assign_attrs(references=references, file=data.attrs["file"], source=data.attrs["source"])
