"""Study files: a description of a device and a question go in; a stored, labelled result and a verdict come out.

study = attractron.studies.read("my-device.toml")
attractron.studies.run(study, "results", workers=2).verdict.text

A measured file is read as well: attractron.studies.read_data("diagram.nc", "results").text
"""

from pathlib import Path

from attractron.studies.catalogue import KINDS, template
from attractron.studies.measured import Options, Reading, read_data
from attractron.studies.reading import read_study
from attractron.studies.run import Outcome, compute_study, run
from attractron.studies.schema import Study

__all__ = ["KINDS", "Options", "Outcome", "Reading", "Study", "compute_study", "read", "read_data", "run", "template"]


def read(path: str | Path) -> Study:
    """Read and check a study file of any kind.

    Raises:
        InputError: whatever is wrong with the file, with its line and key.
    """
    return read_study(path, KINDS)
