"""A device out of a study file fitted to a whole measured diagram, and what summary.json says of the fit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import Detector
from attractron.fitting import fit_diagram
from attractron.studies.kinds.catalogue import KINDS
from attractron.studies.parse import read_study
from attractron.studies.study import Study


def device_study(path: str | Path, data: xr.Dataset) -> Study:
    """A study of a stability diagram whose device has the gates of the data.

    Raises:
        InputError: whatever is wrong with the file; another question; a temperature of zero; gates that the data lack.
    """
    study = read_study(path, KINDS)
    if study.question_name != "stability-diagram":
        raise InputError(
            str(path), "ask for a stability diagram", repr(study.question_name), 'name = "stability-diagram"'
        )
    if study.options.temperature == 0:
        raise InputError(f"{path}, temperature", "be positive, the fit starts with it", "0 K", "that of the cryostat")
    known = list(study.model.knobs)
    for axis in map(str, data["signal"].dims):
        if axis not in known:
            raise InputError(f"{path}", f"have the gates of the data, {axis!r} too", ", ".join(known))
    return study


def fit_device(study: Study, data: xr.Dataset, vertex: xr.Dataset, free: Sequence[str] | None) -> xr.Dataset:
    """The device fitted to the diagram, from the vertex that was read in it.

    Raises:
        InputError: data that are a derivative, and what `fitting.fit_diagram` refuses.
    """
    if data.attrs["derivative"]:
        raise InputError("device", "be fitted to a current", "a derivative", "integrate it, or leave the device out")
    return fit_diagram(
        data["signal"],
        study.model,
        temperature=study.options.temperature,
        detector=study.options.given().get("detector", Detector()),
        free=free,
        vertex=vertex,
    )


def fit_summary(fit: xr.Dataset) -> dict[str, Any]:
    """What a fit found, for summary.json: parameters that the data do not fix have no value (NaN)."""
    names, units = (fit[name].to_numpy().tolist() for name in ("parameter", "units"))
    meanings = flag_names(fit["status"])
    return {
        "summary": fit.attrs["summary"],
        "effective_interaction": {
            "value": float(fit["effective_interaction"]),
            "uncertainty": float(fit["effective_interaction_uncertainty"]),
            "unit": "meV",
        },
        "parameters": {
            name: {
                "value": float(fit["value"][at]),
                "uncertainty": float(fit["uncertainty"][at]),
                "unit": str(units[at]),
                "status": meanings[int(fit["status"][at])],
            }
            for at, name in enumerate(names)
        },
        "reduced_chi_square": float(fit["reduced_chi_square"]),
        "method": fit.attrs["method"],
        "validity": fit.attrs["validity"],
    }
