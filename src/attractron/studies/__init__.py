"""Study files: a description of a device and a question go in; a stored, labelled result and a verdict come out.

study = attractron.studies.read("my-device.toml")
attractron.studies.run(study, "results", workers=2).verdict.text
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from attractron.studies.changes import changed
from attractron.studies.grid import compute_study
from attractron.studies.kinds.catalogue import KINDS, template
from attractron.studies.parse import study_of
from attractron.studies.run import Outcome, run
from attractron.studies.schemas import options_of, table_of
from attractron.studies.stored import document_of, stored_study
from attractron.studies.study import Kind, Query, Question, Study, Verdict

__all__ = [
    "KINDS",
    "Kind",
    "Outcome",
    "Query",
    "Question",
    "Study",
    "Verdict",
    "compute_study",
    "model_of",
    "options_of",
    "read",
    "run",
    "table_of",
    "template",
]


def read(
    path: str | Path, changes: Mapping[str, Any] | None = None, *, kinds: Mapping[str, Kind] | None = None
) -> Study:
    """Read and check a study file of any kind, or the study of a result file.

    Args:
        path: the file; a result (NetCDF) holds the study that it answers.
        kinds: name → kind, beside those that are known: your own, which no installed package brings
            (docs/studies.md, "Own kinds").
        changes: key → value instead of what the file says: {"U": 2.0, "axes.V.points": 50}. The text of the study,
            which its result keeps, is the changed one.

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
    document = document_of(path)
    return study_of(changed(document, changes) if changes else document, KINDS.beside(kinds))


def model_of(result: xr.Dataset, *, kinds: Mapping[str, Kind] | None = None) -> Any:
    """The model that a result of a study is about, with the parameters that the study holds.

    Args:
        result: of a study.
        kinds: your own, as for `read`.

    Raises:
        InputError: a result of no study.

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
        >>> result = at.studies.compute_study(at.studies.read(path, {"U": 2.0}))
        >>> at.studies.model_of(result).parameters["U"].value
        2.0
    """
    return study_of(stored_study(result.attrs, "result"), KINDS.beside(kinds)).model


def __getattr__(name: str) -> Any:
    """What reads measured data stands in `attractron.measurement`; here by its former name."""
    if name in ("Options", "Reading", "read_data"):
        return getattr(importlib.import_module("attractron.measurement"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
