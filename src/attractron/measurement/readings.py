"""The three readings: which data and options each of them takes, and the function of `readout` that makes it."""

from collections.abc import Callable
from dataclasses import dataclass, fields

import xarray as xr

from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.measurement.options import ONE_LEVER_ARM, ReadOptions, lever_arm_table, one_lever_arm
from attractron.readout import charging_line, interdot_line, read_vertex

NOTHING_READ = ("no_vertex", "several_vertices", "not_described")
"""Statuses of data that were understood but hold nothing that can be read."""


@dataclass(frozen=True, kw_only=True)
class ReadingKind:
    """One kind of reading.

    Attributes:
        read: (data, options) → the result.
        dimensions: of the data: an image has two, a trace one.
        takes: options that not every reading takes.
        own_names: words that are names in its result, some of them also with an ending: no axis can be called so.
    """

    read: Callable[[xr.Dataset, ReadOptions], xr.Dataset]
    dimensions: int
    takes: tuple[str, ...]
    own_names: str


def choose(data: xr.Dataset, options: ReadOptions) -> str:
    """Name of the reading that is wanted, of an image a vertex and of a trace a charging line if none is said.

    Raises:
        InputError: data, names of their axes, or options that do not fit the reading.
    """
    sizes = data["signal"].sizes
    name = choice("as", options.reading or ("vertex" if len(sizes) == 2 else "charging-line"), READINGS)
    reading = READINGS[name]
    if len(sizes) != reading.dimensions:
        axes = ", ".join(f"{axis}: {size}" for axis, size in sizes.items())
        number, remedy = "one axis", ""
        if len(sizes) == 2:
            number, remedy = "two axes", f'cut along one gate with crop, for example "{next(iter(sizes))}=-10"'
        raise InputError("as", f"fit the data, which have {number} ({axes})", name, remedy)
    for axis in map(str, sizes):  # a name that the result uses itself would only show after seconds of work
        if any(axis.removesuffix(ending) in reading.own_names.split() for ending in ("", *ENDINGS)):
            wanted = "have another name than what the result holds"
            raise InputError(f"{data.attrs['file']}: axis {axis!r}", wanted, repr(axis), "rename it in the file")
    if options.free is not None and options.device is None:
        raise InputError("free", "come with a device", "none", "give its study file with device")
    particular = {option for each in READINGS.values() for option in each.takes}
    for option in (entry.name for entry in fields(ReadOptions)):
        if option in particular and option not in reading.takes and getattr(options, option) is not None:
            takes = ", ".join(each.replace("_", "-") for each in reading.takes)
            raise InputError(option.replace("_", "-"), f"be left out for a {name}", "one", f"it takes {takes}")
    return name


def _vertex(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
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


def _charging_line(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    return charging_line(
        data,
        lever_arm=_lever_arm(options),
        tunnel_broadening=options.tunnel_broadening,
        slopes=options.slopes or "same",
    )


def _interdot_line(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    if options.temperature is None:
        raise InputError("temperature", "be given for an interdot line", "none", 'say "75 mK", or "fit"')
    return interdot_line(
        data, lever_arm=_lever_arm(options), temperature=options.temperature, slopes=options.slopes or "same"
    )


def _lever_arm(options: ReadOptions) -> float:
    if options.lever_arms is None:
        raise InputError("lever-arms", "be given for a trace, whose temperature it sets", "none", ONE_LEVER_ARM)
    return one_lever_arm(options.lever_arms)


def _along(data: xr.Dataset, options: ReadOptions) -> str:
    """The axis along which a derivative was taken: said by the user, or in the quantity's name ("dI/dP3", "dI_dP3")."""
    names = [str(name) for name in data["signal"].dims]
    if options.along is not None:
        return options.along
    label = str(data["signal"].attrs["long_name"])
    named = [name for name in names if label.replace(" ", "").endswith((f"/d{name}", f"_d{name}"))]
    if len(named) != 1:
        raise InputError("along", f"name the axis of the derivative ({', '.join(names)})", "none", "say --along AXIS")
    return named[0]


ENDINGS = ("_uncertainty", "_upper_bound", "_status")

_OF_AN_IMAGE = (
    "axis charging_line charging_line_angle charging_line_slope data dot effective_interaction end "
    "interaction_line_angle interaction_line_length lever_arm line model point residual resolution status step "
    "triple_point"
)
_OF_A_TRACE = (
    "background chi_squared fit misfit misfit_probability noise position residual signal slope slope_change status "
    "step_height temperature used"
)

READINGS = {
    "vertex": ReadingKind(
        read=_vertex,
        dimensions=2,
        takes=("lever_arms", "interaction", "temperature", "along", "steps", "device", "free"),
        own_names=_OF_AN_IMAGE,
    ),
    "charging-line": ReadingKind(
        read=_charging_line,
        dimensions=1,
        takes=("lever_arms", "tunnel_broadening", "slopes"),
        own_names=f"{_OF_A_TRACE} tunnel_broadening",
    ),
    "interdot-line": ReadingKind(
        read=_interdot_line,
        dimensions=1,
        takes=("lever_arms", "temperature", "slopes"),
        own_names=f"{_OF_A_TRACE} tunnel_coupling",
    ),
}
"""By the names of `--as`."""
