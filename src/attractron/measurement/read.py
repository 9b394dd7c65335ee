"""What `attractron read` writes: from a file of measured data to a result, its picture and summary.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import nearest
from attractron.core.errors import InputError
from attractron.core.files import check_owner, together, write_dataset, write_text
from attractron.core.results import flag_names, provenance
from attractron.measurement.axis_names import by_label, name_axes, renamed
from attractron.measurement.device import device_study, fit_device, fit_summary
from attractron.measurement.hysteresis import hysteresis
from attractron.measurement.kinds.kind import NOTHING_READ
from attractron.measurement.options import ReadOptions, axes_given, units_given, windows
from attractron.measurement.readings import READINGS, choose
from attractron.measurement.recognised import recognised, status_of
from attractron.plotting import picture, save
from attractron.readout import load, posterior
from attractron.readout.files.archives import file_name

FEWEST_POINTS = 3
"""That a crop has to leave of an axis."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A measured file that was read: the result, a sentence on it, and the files that hold it.

    Attributes:
        result: of `readout.read_vertex`, `charging_line` or `interdot_line`.
        fit: of `fitting.fit_diagram`, where a device was given.
        text: the result in a sentence.
        found: False where the data hold nothing that can be read.
        files: result, picture and summary.
        down: the result of the sweep down, where the file holds one up, which is `result`, and one down.

    Example:
        >>> import tempfile
        >>> from attractron.papers.measured import DATA
        >>> options = at.measurement.ReadOptions(lever_arms="0.1")
        >>> measurement = at.measurement.read_data(DATA / "addition_line.nc", tempfile.mkdtemp(), options)
        >>> measurement.found, measurement.fit is None
        (True, True)
    """

    result: xr.Dataset
    fit: xr.Dataset | None
    text: str
    found: bool
    files: tuple[Path, ...]
    down: xr.Dataset | None = None


def read_data(path: str | Path, out: str | Path, options: ReadOptions | None = None) -> Measurement:
    """Read a measured diagram or trace and write `<data>-read.nc`, `<data>-read.png` and `summary.json` to a folder.

    With a device, whose fit to the whole diagram follows the reading, also `<data>-fit.nc` and `<data>-fit.png`; with
    `posterior` also `<data>-posterior.nc` and `<data>-posterior.png`. Of a file with sweeps up and down both are read,
    the one down to `<data>-read-down.nc`, and the hysteresis is said.

    Args:
        path: the file (see `readout.load`).
        out: the folder; it is made when there is none.
        options: how the file is to be read.

    Returns:
        What was read.

    Raises:
        InputError: a file that cannot be read, options that do not fit it, or what the reading itself refuses.
        OutputError: the folder cannot be written, holds what came of another file, or the disk is full; nothing
            half-written stays.

    Example:
        >>> import tempfile
        >>> from attractron.papers.measured import DATA
        >>> options = at.measurement.ReadOptions(lever_arms="0.1")
        >>> measurement = at.measurement.read_data(DATA / "addition_line.nc", tempfile.mkdtemp(), options)
        >>> [file.name for file in measurement.files]
        ['addition_line-read.nc', 'addition_line-read.png', 'summary.json']
    """
    chosen = options or ReadOptions()
    check_owner(Path(out) / "summary.json", file_name(path))
    reading, results, both = _results(path, chosen)
    said = [str(result.attrs["summary"]) for result in results.values()]
    if both and chosen.sweep is None:
        _, other, _ = _results(path, replace(chosen, sweep="down", device=None, free=None, posterior=None))
        results["read-down"] = other["read"]
        shifts = hysteresis(results["read"], results["read-down"])
        said = [f"Sweep up: {said[0]}", f"Sweep down: {other['read'].attrs['summary']}", *said[1:]]
        said += [each["sentence"] for each in shifts]
    return Measurement(
        result=results["read"],
        fit=results.get("fit"),
        text="\n".join(said),
        found=all(status_of(result) not in NOTHING_READ for name, result in results.items() if name != "fit"),
        files=_write(Path(out), data_name(path), results, reading),
        down=results.get("read-down"),
    )


def _results(path: str | Path, options: ReadOptions) -> tuple[str, dict[str, xr.Dataset], bool]:
    """The reading that was chosen, its result and the fit of a device, and whether the file holds another sweep."""
    data, options = _load(path, options)
    reading = choose(data, options)
    named, its_options = renamed(data, options, READINGS[reading].has)
    result = READINGS[reading].read(named, its_options)
    reading, result = recognised(data, options, reading, result, READINGS)
    data, options = renamed(data, options, READINGS[reading].has)
    study = None if options.device is None else device_study(options.device, data)
    results = {"read": result}
    if study is not None and status_of(results["read"]) not in NOTHING_READ:
        results["fit"] = fit_device(study, data, results["read"], options.free)
    if options.posterior and status_of(results["read"]) not in NOTHING_READ:
        results["posterior"] = posterior(results["read"])
    for result in results.values():
        name_axes(result, data)
        result.attrs.update(file=data.attrs["file"], source=data.attrs["source"])
        result.attrs["validity"] = f"{data.attrs['validity']} {result.attrs['validity']}"
    if "said" in data.attrs:
        results["read"].attrs["summary"] += f" {data.attrs['said']}"
    return reading, results, "sweeps" in data.attrs


def data_name(path: str | Path) -> str:
    """The name of a file without its ending, ".csv.gz" being one: of its results and, by default, of their folder."""
    name = file_name(path)
    unpacked = name.removesuffix(".gz").removesuffix(".zip")
    return unpacked.rpartition(".")[0] or unpacked or Path(name).stem or "data"


def _load(path: str | Path, options: ReadOptions) -> tuple[xr.Dataset, ReadOptions]:
    """The data of a file, cropped if that is wanted, and the options with its axes by their names in the data.

    Raises:
        InputError: as `readout.load`; a window that names other axes or holds too few points.
    """
    data = load(
        path,
        variable=options.variable,
        axes=None if options.axes is None else axes_given(options.axes),
        units=None if options.axis_unit is None else units_given(options.axis_unit),
        quantity=options.quantity,
        average=options.average,
        sweep=options.sweep,
    )
    options = by_label(data, options)
    if options.crop is None:
        return data, options
    units = {str(axis): data[axis].attrs["units"] for axis in data["signal"].dims}
    return _cropped(data, windows(options.crop, units)), options


def _cropped(data: xr.Dataset, wanted: Mapping[str, tuple[float, float] | float]) -> xr.Dataset:
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
            unit = data[axis].attrs["units"]
            span = f"{values.min():g} to {values.max():g} {unit}"
            raise InputError(f"crop, {axis}", f"lie within the data, {span}", f"{low:g} to {high:g} {unit}")
        if isinstance(window, tuple):
            inside = np.flatnonzero((values >= low) & (values <= high))
            if inside.size < FEWEST_POINTS:
                wanted_points = f"leave at least {FEWEST_POINTS} points"
                raise InputError(f"crop, {axis}", wanted_points, f"{inside.size}", "widen it")
            data = data.isel({axis: inside})
        else:
            data = data.isel({axis: int(np.argmin(np.abs(values - low)))})
    return data


def _write(out: Path, stem: str, results: Mapping[str, xr.Dataset], reading: str) -> tuple[Path, ...]:
    """All files or none: a reading takes seconds, so what cannot be read leaves no folder behind."""
    with together(out) as hidden:
        files: list[Path] = []
        for name, result in results.items():
            files.append(write_dataset(result, hidden / f"{stem}-{name}.nc"))
            files.append(save(picture(result), hidden / f"{stem}-{name}.png"))
        others = {name.removeprefix("read-"): result for name, result in results.items()}
        files.append(write_text(hidden / "summary.json", _summary(reading, **others)))
    return tuple(out / file.name for file in files)


def _summary(
    reading: str,
    read: xr.Dataset,
    fit: xr.Dataset | None = None,
    posterior: xr.Dataset | None = None,
    down: xr.Dataset | None = None,
) -> str:
    """The reading, the fit, and how they came about, as the text of summary.json; what is not known is null."""
    content = {
        "file": read.attrs["file"],
        "source": read.attrs["source"],
        "reading": reading,
        "summary": read.attrs["summary"],
        "status": status_of(read),
        "numbers": {name: _number(read, name) for name in _numbers(read)},
        "options": json.loads(read.attrs["options"]),
        "method": read.attrs["method"],
        "validity": read.attrs["validity"],
        "references": [key for key in read.attrs["references"].split(", ") if key],
        **({} if fit is None else {"fit": fit_summary(fit)}),
        **({} if posterior is None else {"posterior": _posterior_summary(posterior)}),
        **({} if down is None else {"down": _down(read, down)}),
        "made": provenance(),
    }
    return json.dumps(_json_safe(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _posterior_summary(samples: xr.Dataset) -> dict[str, Any]:
    """Mean, deviation and 95 % interval of each parameter; the samples are in their own file."""
    names = [str(name) for name in samples["parameter"].to_numpy()]
    parameters = {
        name: {
            "mean": float(samples["posterior_mean"][at]),
            "deviation": float(samples["posterior_deviation"][at]),
            "interval": samples["posterior_interval"].to_numpy()[at].tolist(),
            "unit": str(samples["units"].to_numpy()[at]),
            "effective_sample_size": float(samples["effective_sample_size"][at]),
        }
        for at, name in enumerate(names)
    }
    return {"summary": samples.attrs["summary"], "seed": int(samples.attrs["seed"]), "parameters": parameters}


def _down(up: xr.Dataset, down: xr.Dataset) -> dict[str, Any]:
    """What the sweep down gives, and where it lies compared with the one up."""
    return {
        "summary": down.attrs["summary"],
        "status": status_of(down),
        "numbers": {name: _number(down, name) for name in _numbers(down)},
        "hysteresis": hysteresis(up, down),
    }


def _numbers(result: xr.Dataset) -> list[str]:
    """Names of what is a number with an uncertainty, or a bound; images and curves are in the other files.

    So is what was tried and refused.
    """
    large = set(result["signal" if "signal" in result else "data"].dims)
    return [
        str(name)
        for name, variable in result.data_vars.items()
        if not large & set(variable.dims)
        and not str(name).endswith("_uncertainty")
        and not str(name).startswith("attempted_")
        and name != "status"
    ]


def _number(result: xr.Dataset, name: str) -> dict[str, Any]:
    variable = result[name]
    names = {str(dim): result[dim].to_numpy().tolist() for dim in variable.dims if dim in result.coords}
    content: dict[str, Any] = {"value": variable.to_numpy().tolist(), "unit": variable.attrs["units"]}
    if "flag_meanings" in variable.attrs and not variable.dims:
        content["meaning"] = flag_names(variable)[int(variable)]
    if f"{name}_uncertainty" in result:
        content["uncertainty"] = result[f"{name}_uncertainty"].to_numpy().tolist()
    if variable.dims:
        content["over"] = [names.get(str(dim), str(dim)) for dim in variable.dims]
    return content


def _json_safe(value: Any) -> Any:
    """The same with null for what JSON has no number for: NaN and infinity."""
    if isinstance(value, dict):
        return {name: _json_safe(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_json_safe(entry) for entry in value]
    return value if not isinstance(value, float) or isfinite(value) else None
