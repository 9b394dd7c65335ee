"""A device out of a study file fitted to a whole diagram, and what summary.json says of it."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.studies.catalogue import KINDS
from attractron.studies.dot_kinds import DiagramOptions, detector_of
from attractron.studies.reading import read_study
from attractron.studies.schema import Study

if TYPE_CHECKING:
    import xarray as xr


def device_study(path: str | Path, data: "xr.Dataset") -> Study:
    """A study of a stability diagram whose device has the gates of the data.

    Raises:
        InputError: whatever is wrong with the file; another question; a temperature of zero; gates that the data lack.
    """
    study = read_study(path, KINDS)
    if not isinstance(study.options, DiagramOptions):
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


def fit_device(study: Study, data: "xr.Dataset", reading: "xr.Dataset", free: Sequence[str] | None) -> "xr.Dataset":
    """The device fitted to the diagram, from the vertex that was read in it.

    Raises:
        InputError: data that are a derivative, and what `compare.fit_diagram` refuses.
    """
    from attractron.compare import fit_diagram

    if data.attrs["derivative"]:
        raise InputError("device", "be fitted to a current", "a derivative", "integrate it, or leave the device out")
    return fit_diagram(
        data["signal"],
        study.model,
        temperature=study.options.temperature,
        detector=detector_of(study.options),
        free=free,
        vertex=reading,
    )


def fit_summary(fit: "xr.Dataset") -> dict[str, Any]:
    """What a fit found, for summary.json: parameters that the data do not fix have no value."""
    names = fit["parameter"].to_numpy().tolist()
    status = flag_names(fit["status"])
    parameters = {
        name: {
            "value": json_safe(float(fit["value"][at])),
            "uncertainty": json_safe(float(fit["uncertainty"][at])),
            "unit": str(fit["units"].to_numpy()[at]),
            "status": status[int(fit["status"][at])],
        }
        for at, name in enumerate(names)
    }
    interaction = {
        "value": json_safe(float(fit["effective_interaction"])),
        "uncertainty": json_safe(float(fit["effective_interaction_uncertainty"])),
        "unit": "meV",
    }
    return {
        "summary": fit.attrs["summary"],
        "effective_interaction": interaction,
        "parameters": parameters,
        "reduced_chi_square": json_safe(float(fit["reduced_chi_square"])),
        "method": fit.attrs["method"],
        "validity": fit.attrs["validity"],
    }


def json_safe(value: Any) -> Any:
    """Numbers and lists of them that JSON can hold: it has no NaN and no infinity."""
    if isinstance(value, list):
        return [json_safe(entry) for entry in value]
    return value if not isinstance(value, float) or isfinite(value) else None
