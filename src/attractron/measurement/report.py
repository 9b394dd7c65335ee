"""From a file of measured or simulated data to what it says: reading, picture and summary.json, in one call.

A device out of a study file fitted to a whole diagram, and what summary.json says of it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attractron.core.checks import choice, nearest
from attractron.core.errors import InputError
from attractron.core.files import together, write_dataset, write_text
from attractron.core.results import flag_names
from attractron.measurement.lever_arms import ONE, axes_given, lever_arm_table, one_lever_arm, windows
from attractron.studies.kinds.catalogue import KINDS
from attractron.studies.kinds.dots import DiagramOptions, detector_of
from attractron.studies.parse import read_study
from attractron.studies.run import made
from attractron.studies.study import Study

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
        InputError: data that are a derivative, and what `fitting.fit_diagram` refuses.
    """
    from attractron.fitting import fit_diagram

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


READINGS = ("vertex", "charging-line", "interdot-line")

TAKEN = {
    "vertex": ("lever_arms", "interaction", "temperature", "along", "steps", "device", "free"),
    "charging-line": ("lever_arms", "tunnel_broadening", "slopes"),
    "interdot-line": ("lever_arms", "temperature", "slopes"),
}
"""The options that each reading takes."""

NOTHING_READ = ("no_vertex", "several_vertices", "not_described")
"""Statuses of data that were understood but hold nothing that can be read."""

FEWEST = 3
"""Points that a crop has to leave of an axis."""

OWN_NAMES = {
    "vertex": "axis charging_line charging_line_angle charging_line_slope data dot effective_interaction end "
    "interaction_line_angle interaction_line_length lever_arm line model point residual resolution status step "
    "triple_point",
    "charging-line": "background chi_squared fit misfit misfit_probability noise position residual signal slope "
    "slope_change status step_height temperature tunnel_broadening used",
    "interdot-line": "background chi_squared fit misfit misfit_probability noise position residual signal slope "
    "slope_change status step_height temperature tunnel_coupling used",
}
"""Names in the results of a reading, some of them also with an ending: no axis can be called so."""

ENDINGS = ("_uncertainty", "_upper_bound", "_status")


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a file is to be read; None means what the file says, or the reading's default.

    Attributes:
        reading: one of `READINGS`; by default a vertex for two axes, a charging line for one.
        variable: the quantity in the file.
        axes: its axes, slowest first; "P4=-20:0" with its ends in mV where the file has no values of it.
        axis_unit: of axes whose unit the file does not give, "mV" or "V".
        quantity: "current" or "derivative".
        crop: part of the picture, as text: "P3=-20:0, P4=-10".
        lever_arms: as text: one number for a trace, two dots for a picture (see `studies.lever_arms`).
        interaction: |W_eff| if it is known, with a unit or in meV.
        temperature: with a unit or in K.
        tunnel_broadening: with a unit or in meV, or "fit".
        along: the axis of a derivative.
        steps: "same-sign" or "gates".
        slopes: "same" or "separate".
        device: a study file whose device is fitted to the whole diagram; its temperature and detector are the start.
        free: parameters that the fit may change; by default all but the largest lever arm.
    """

    reading: str | None = None
    variable: str | None = None
    axes: Sequence[str] | None = None
    axis_unit: str | None = None
    quantity: str | None = None
    crop: str | None = None
    lever_arms: str | None = None
    interaction: float | str | None = None
    temperature: float | str | None = None
    tunnel_broadening: float | str | None = None
    along: str | None = None
    steps: str | None = None
    slopes: str | None = None
    device: str | Path | None = None
    free: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read: the result, a sentence on it, and the files that hold it.

    Attributes:
        result: of `readout.read_vertex`, `charging_line` or `interdot_line`.
        fit: of `fitting.fit_diagram`, where a device was given.
        text: the result in a sentence.
        found: False where the picture holds nothing that can be read.
        files: result, picture and summary.
    """

    result: "xr.Dataset"
    fit: "xr.Dataset | None"
    text: str
    found: bool
    files: tuple[Path, ...]


def read_data(path: str | Path, out: str | Path, options: Options | None = None) -> Reading:
    """Read a measured diagram or trace and write `<data>-read.nc`, `<data>-read.png` and `summary.json` to a folder.

    With a device, whose fit to the whole diagram follows the reading, also `<data>-fit.nc` and `<data>-fit.png`.

    Args:
        path: the file (see `readout.load`).
        out: the folder; it is made when there is none.
        options: how the file is to be read.

    Returns:
        The reading.

    Raises:
        InputError: a file that cannot be read, options that do not fit it, or what the reading itself refuses.
        OutputError: the folder cannot be written, or the disk is full; nothing half-written stays.
    """
    from attractron.plotting import picture, save

    chosen = options or Options()
    data = data_of(path, chosen)
    reading = _reading(data, chosen)
    study = device_study(chosen.device, data) if chosen.device is not None else None
    result = READERS[reading](data, chosen)
    found = _status(result) not in NOTHING_READ
    results = {"read": result}
    if study is not None and found:
        results["fit"] = fit_device(study, data, result, chosen.free)
    for entry in results.values():
        entry.attrs.update(file=data.attrs["file"], source=data.attrs["source"])
    files: list[Path] = []
    with together(out) as hidden:  # a reading takes seconds: what cannot be read leaves no folder behind
        for name, entry in results.items():
            stem = f"{data_name(path)}-{name}"
            files += [write_dataset(entry, hidden / f"{stem}.nc"), save(picture(entry), hidden / f"{stem}.png")]
        files.append(write_text(hidden / "summary.json", summary(result, reading, results.get("fit"))))
    files = [Path(out) / file.name for file in files]
    text = "\n".join(str(entry.attrs["summary"]) for entry in results.values())
    return Reading(result=result, fit=results.get("fit"), text=text, found=found, files=tuple(files))


def data_name(path: str | Path) -> str:
    """The name of a file without its ending, ".csv.gz" being one."""
    return Path(path).name.removesuffix(".gz").rpartition(".")[0] or Path(path).stem


def data_of(path: str | Path, options: Options) -> "xr.Dataset":
    """The data of a file, cropped if that is wanted.

    Raises:
        InputError: as `readout.load`; a window that names other axes or holds too few points.
    """
    from attractron.readout import load

    data = load(
        path,
        variable=options.variable,
        axes=None if options.axes is None else axes_given(options.axes),
        units=options.axis_unit,
        quantity=options.quantity,
    )
    return data if options.crop is None else _cropped(data, windows(options.crop))


def summary(result: "xr.Dataset", reading: str, fit: "xr.Dataset | None" = None) -> str:
    """The reading, the fit, and how they came about, as the text of summary.json; what is not known is null."""
    content = {
        "file": result.attrs["file"],
        "source": result.attrs["source"],
        "reading": reading,
        "summary": result.attrs["summary"],
        "status": _status(result),
        "numbers": {name: _number(result, name) for name in _numbers(result)},
        "options": json.loads(result.attrs["options"]),
        "method": result.attrs["method"],
        "validity": result.attrs["validity"],
        "references": [key for key in result.attrs["references"].split(", ") if key],
        **({} if fit is None else {"fit": fit_summary(fit)}),
        "made": made(),
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _vertex(data: "xr.Dataset", options: Options) -> "xr.Dataset":
    from attractron.readout import read_vertex

    derivative = bool(data.attrs["derivative"])
    return read_vertex(
        data["signal"],
        lever_arms=None if options.lever_arms is None else lever_arm_table(options.lever_arms),
        interaction=options.interaction,
        temperature=options.temperature,
        quantity="derivative" if derivative else "current",
        along=_along(data, options) if derivative else options.along,
        steps=options.steps or "same-sign",
    )


def _charging_line(data: "xr.Dataset", options: Options) -> "xr.Dataset":
    from attractron.readout import charging_line

    return charging_line(
        data,
        lever_arm=_lever_arm(options),
        tunnel_broadening=options.tunnel_broadening,
        slopes=options.slopes or "same",
    )


def _interdot_line(data: "xr.Dataset", options: Options) -> "xr.Dataset":
    from attractron.readout import interdot_line

    if options.temperature is None:
        raise InputError("temperature", "be given for an interdot line", "none", 'say "75 mK", or "fit"')
    return interdot_line(
        data, lever_arm=_lever_arm(options), temperature=options.temperature, slopes=options.slopes or "same"
    )


READERS: Mapping[str, "Callable[[xr.Dataset, Options], xr.Dataset]"] = {
    "vertex": _vertex,
    "charging-line": _charging_line,
    "interdot-line": _interdot_line,
}


def _reading(data: "xr.Dataset", options: Options) -> str:
    """What is to be read, and whether data and options fit it."""
    image = data["signal"].ndim == 2
    reading = options.reading or ("vertex" if image else "charging-line")
    choice("as", reading, READINGS)
    if image != (reading == "vertex"):
        axes = ", ".join(f"{name}: {size}" for name, size in data["signal"].sizes.items())
        remedy = f'cut along one gate with crop, for example "{data["signal"].dims[0]}=-10"' if image else ""
        raise InputError(
            "as", f"fit the data, which have {'two axes' if image else 'one axis'} ({axes})", reading, remedy
        )
    _check_axis_names(data, reading)
    if options.free is not None and options.device is None:
        raise InputError("free", "come with a device", "none", "give its study file with device")
    for entry in fields(Options):
        known = {option for taken in TAKEN.values() for option in taken}
        if entry.name in known and getattr(options, entry.name) is not None and entry.name not in TAKEN[reading]:
            takes = ", ".join(option.replace("_", "-") for option in TAKEN[reading])
            raise InputError(entry.name.replace("_", "-"), f"be left out for a {reading}", "one", f"it takes {takes}")
    return reading


def _check_axis_names(data: "xr.Dataset", reading: str) -> None:
    """Refuse axes that are called as something in the result is, before any work starts."""
    own = OWN_NAMES[reading].split()
    for axis in map(str, data["signal"].dims):
        if axis in own or any(axis == f"{name}{ending}" for name in own for ending in ENDINGS):
            wanted = "have another name than what the result holds"
            raise InputError(f"{data.attrs['file']}: axis {axis!r}", wanted, repr(axis), "rename it in the file")


def _lever_arm(options: Options) -> float:
    if options.lever_arms is None:
        raise InputError("lever-arms", "be given for a trace, whose temperature it sets", "none", ONE)
    return one_lever_arm(options.lever_arms)


def _along(data: "xr.Dataset", options: Options) -> str:
    """The axis along which a derivative was taken: said by the user, or in the quantity's name ("dI/dP3", "dI_dP3")."""
    names = [str(name) for name in data["signal"].dims]
    if options.along is not None:
        return options.along
    label = str(data["signal"].attrs["long_name"])
    named = [name for name in names if label.replace(" ", "").endswith((f"/d{name}", f"_d{name}"))]
    if len(named) != 1:
        raise InputError("along", f"name the axis of the derivative ({', '.join(names)})", "none", "say --along AXIS")
    return named[0]


def _cropped(data: "xr.Dataset", wanted: Mapping[str, tuple[float, float] | float]) -> "xr.Dataset":
    for axis, window in wanted.items():
        if axis not in data["signal"].dims:
            names = [str(name) for name in data["signal"].dims]
            raise InputError("crop", f"name axes of the data ({', '.join(names)})", repr(axis), nearest(axis, names))
        values = data[axis].to_numpy()
        if data["signal"].ndim == 1 and not isinstance(window, tuple):
            remedy = f'for example "{axis}={values.min():.3g}:{values.max():.3g}"'
            raise InputError(
                f"crop, {axis}", "be a range: nothing is left of a trace at one point", f"{window:g}", remedy
            )
        low, high = window if isinstance(window, tuple) else (window, window)
        if high < values.min() or low > values.max():
            span = f"{values.min():g} to {values.max():g} mV"
            raise InputError(f"crop, {axis}", f"lie within the data, {span}", f"{low:g} to {high:g} mV")
        if isinstance(window, tuple):
            inside = np.flatnonzero((values >= low) & (values <= high))
            if inside.size < FEWEST:
                raise InputError(f"crop, {axis}", f"leave at least {FEWEST} points", f"{inside.size}", "widen it")
            data = data.isel({axis: inside})
        else:
            data = data.isel({axis: int(np.argmin(np.abs(values - low)))})
    return data


def _status(result: "xr.Dataset") -> str | None:
    return flag_names(result["status"])[int(result["status"])] if "status" in result else None


def _numbers(result: "xr.Dataset") -> list[str]:
    """Names of what is a number with an uncertainty, or a bound; pictures and curves are in the other files."""
    large = set(result["signal" if "signal" in result else "data"].dims)
    return [
        str(name)
        for name, variable in result.data_vars.items()
        if not large & set(variable.dims) and not str(name).endswith("_uncertainty") and name != "status"
    ]


def _number(result: "xr.Dataset", name: str) -> dict[str, Any]:
    variable = result[name]
    names = {str(dim): result[dim].to_numpy().tolist() for dim in variable.dims if dim in result.coords}
    content: dict[str, Any] = {"value": json_safe(variable.to_numpy().tolist()), "unit": variable.attrs["units"]}
    if "flag_meanings" in variable.attrs and not variable.dims:
        content["meaning"] = flag_names(variable)[int(variable)]
    if f"{name}_uncertainty" in result:
        content["uncertainty"] = json_safe(result[f"{name}_uncertainty"].to_numpy().tolist())
    if variable.dims:
        content["over"] = [names.get(str(dim), str(dim)) for dim in variable.dims]
    return content
