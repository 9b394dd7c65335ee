"""All vertices of an image of a charge detector's signal over two gates."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.kinds.vertex import NAMES, derivative_axis
from attractron.measurement.options import ReadOptions, lever_arm_table, windows
from attractron.readout import read_honeycomb


def _honeycomb(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    derivative = bool(data.attrs["derivative"])
    return read_honeycomb(
        data["signal"],
        lever_arms=None if options.lever_arms is None else lever_arm_table(options.lever_arms),
        near=None if options.near is None else _place(options.near),
        quantity="derivative" if derivative else "current",
        along=derivative_axis(data, options) if derivative else options.along,
        steps=options.steps or "same-sign",
    )


def _place(text: str) -> dict[str, float]:
    """Where the vertex is that is wanted, axis → mV: "P1=3, P2=-5".

    Raises:
        InputError: another form, or a range.
    """
    found = {}
    for axis, value in windows(text, argument="near").items():
        if isinstance(value, tuple):
            raise InputError(f"near, {axis}", "be one value in mV", f"{value[0]:g} to {value[1]:g}", '"P1=3, P2=-5"')
        found[axis] = value
    return found


KINDS = {
    "honeycomb": ReadingKind(
        read=_honeycomb,
        dimensions=2,
        takes=("lever_arms", "along", "steps", "near", "posterior"),
        own_names=f"{NAMES} addition_energy candidate cross_lever_arm electron lattice_vector mean_interaction "
        "mean_interaction_spread mean_length mean_length_spread occupation score vertex vertex_status",
    ),
}
