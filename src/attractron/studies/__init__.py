"""Study files: a description of a device and a question go in; a stored, labelled result and a verdict come out.

study = attractron.studies.read("my-device.toml")
attractron.studies.run(study, "results", workers=2).verdict.text
"""

import importlib
from pathlib import Path
from typing import Any

from attractron.studies.grid import compute_study
from attractron.studies.kinds.catalogue import KINDS, template
from attractron.studies.parse import read_study
from attractron.studies.run import Outcome, run
from attractron.studies.study import Study

__all__ = ["KINDS", "Outcome", "Study", "compute_study", "read", "run", "template"]


def read(path: str | Path) -> Study:
    """Read and check a study file of any kind.

    Raises:
        InputError: whatever is wrong with the file, with its line and key.

    Example:
        >>> text = '''
        ... kind = "building-block"
        ... model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
        ... question = { name = "verdict" }
        ... '''
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp()) / "device.toml"
        >>> _ = path.write_text(text, encoding="utf-8")
        >>> at.studies.read(path).model.dots
        ('L', 'R', 'T', 'B')
    """
    return read_study(path, KINDS)


def __getattr__(name: str) -> Any:
    """What reads measured data stands in `attractron.measurement`; here by its former name."""
    if name in ("Options", "Reading", "read_data"):
        return getattr(importlib.import_module("attractron.measurement"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
