"""A vertex in an image of a charge detector's signal over two gates."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions, lever_arm_table
from attractron.readout import read_vertex


def _vertex(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    derivative = bool(data.attrs["derivative"])
    return read_vertex(
        data["signal"],
        lever_arms=None if options.lever_arms is None else lever_arm_table(options.lever_arms),
        interaction=options.interaction,
        temperature=options.temperature,
        quantity="derivative" if derivative else "current",
        along=derivative_axis(data, options) if derivative else options.along,
        steps=options.steps or "same-sign",
    )


def derivative_axis(data: xr.Dataset, options: ReadOptions) -> str:
    """The axis along which a derivative was taken: said by the user, or in the quantity's name ("dI/dP3", "dI_dP3")."""
    names = [str(name) for name in data["signal"].dims]
    if options.along is not None:
        return options.along
    label = str(data["signal"].attrs["long_name"])
    named = [name for name in names if label.replace(" ", "").endswith((f"/d{name}", f"_d{name}"))]
    if len(named) != 1:
        raise InputError("along", f"name the axis of the derivative ({', '.join(names)})", "none", "say --along AXIS")
    return named[0]


NAMES = (
    "attempted_charging_line attempted_triple_point axis candidate charging_line charging_line_angle "
    "charging_line_slope cross_lever_arm data dot effective_interaction end interaction_line_angle "
    "interaction_line_length lever_arm line misfit model point residual resolution score status step triple_point"
)

KINDS = {
    "vertex": ReadingKind(
        read=_vertex,
        dimensions=2,
        takes=("lever_arms", "interaction", "temperature", "along", "steps", "posterior", "device", "free"),
        own_names=NAMES,
    ),
}
