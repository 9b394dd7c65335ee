"""What a kind of reading is: which data and options it takes, and the function of `readout` that makes it."""

from collections.abc import Callable
from dataclasses import dataclass

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.options import ONE_LEVER_ARM, ReadOptions, one_lever_arm
from attractron.readout import without_series_resistance

NOTHING_READ = (
    "no_vertex",
    "several_vertices",
    "not_described",
    "no_peak",
    "no_diamonds",
    "no_triangles",
    "one_triangle",
    "another_shape",
    "at_edge",
    "no_step",
    "several_steps",
    "out_of_view",
    "too_few_points",
    "saturated",
    "no_lines",
    "no_pairs",
    "lines_do_not_move",
    "undecided",
)
"""Statuses of data that were understood but hold nothing that can be read."""

ENDINGS = ("_uncertainty", "_interval", "_upper_bound", "_lower_bound", "_status")
"""Of names in results."""


@dataclass(frozen=True, kw_only=True)
class ReadingKind:
    """One kind of reading.

    Attributes:
        read: (data, options) → the result.
        dimensions: of the data: an image has two, a trace one.
        takes: options that not every reading takes.
        own_names: words that are names in its result, some of them also with an ending: an axis called so gets an
            underscore behind its name.
        axis_units: units that its axes may have, as `readout.load` gives them.
    """

    read: Callable[[xr.Dataset, ReadOptions], xr.Dataset]
    dimensions: int
    takes: tuple[str, ...]
    own_names: str
    axis_units: tuple[str, ...] = ("mV",)

    def has(self, name: str) -> bool:
        """Its result holds something of that name."""
        return any(name.removesuffix(ending) in self.own_names.split() for ending in ("", *ENDINGS))


def across_sample(signal: xr.DataArray, bias: str, options: ReadOptions) -> xr.DataArray:
    """A map over the bias across the sample, where a resistance in series with it is given."""
    if options.series_resistance is None:
        return signal
    return without_series_resistance(signal, bias, options.series_resistance)


def with_resistance(result: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    """The result of such a map, with what was done to it."""
    if options.series_resistance is not None:
        said = f"The bias is that across the sample, less by the drop at {options.series_resistance} in series with it."
        if not isinstance(options.series_resistance, str):
            said = said.replace(" in series", " Ω in series")
        result.attrs["series_resistance"] = str(options.series_resistance)
        result.attrs["validity"] = f"{result.attrs['validity']} {said}"
    return result


def the_lever_arm(options: ReadOptions) -> float:
    """The one lever arm of a trace over a gate.

    Raises:
        InputError: none was given, or it is no lever arm of a gate.
    """
    if options.lever_arms is None:
        raise InputError("lever-arms", "be given for a trace, whose temperature it sets", "none", ONE_LEVER_ARM)
    return one_lever_arm(options.lever_arms)


def the_lever_arm_if_any(data: xr.Dataset, options: ReadOptions) -> float | None:
    """The same for a trace over any axis: one that is an energy or a frequency needs none.

    Raises:
        InputError: none was given for a gate, or it is no lever arm of a gate.
    """
    gate = str(data[data["signal"].dims[0]].attrs["units"]) == "mV"
    return the_lever_arm(options) if gate or options.lever_arms is not None else None
