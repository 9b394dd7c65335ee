"""One line across a diagram: a charging line or an interdot line in a trace."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.kinds.kind import ReadingKind, the_lever_arm_if_any
from attractron.measurement.options import ReadOptions, bare_number, windows
from attractron.readout import charging_line, interdot_line


def _charging_line(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    return charging_line(
        data,
        lever_arm=the_lever_arm_if_any(data, options),
        tunnel_broadening=options.tunnel_broadening,
        slopes=options.slopes,
        near=_place(data, options),
    )


def _interdot_line(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    if options.temperature is None:
        raise InputError("temperature", "be given for an interdot line", "none", 'say "75 mK", or "fit"')
    return interdot_line(
        data,
        lever_arm=the_lever_arm_if_any(data, options),
        temperature=options.temperature,
        slopes=options.slopes,
        near=_place(data, options),
    )


def _place(data: xr.Dataset, options: ReadOptions) -> float | str | None:
    """Which of several steps is wanted: "3 mV", or with the name of the axis, "P3=3".

    Raises:
        InputError: another axis, or a range.
    """
    if options.near is None or "=" not in options.near:
        return None if options.near is None else bare_number(options.near)
    axis = str(data["signal"].dims[0])
    places = windows(options.near, {axis: str(data[axis].attrs["units"])}, argument="near")
    place = places.get(axis)
    if len(places) != 1 or place is None or isinstance(place, tuple):
        raise InputError("near", f"be one place on {axis}", repr(options.near), f'for example "{axis}=3"')
    return place


NAMES = (
    "background candidate chi_squared cubic curvature curvature_change end fit misfit misfit_probability noise "
    "pickup position relative_noise residual score signal slope slope_change status step_height temperature used "
    "variance_factor"
)

KINDS = {
    "charging-line": ReadingKind(
        read=_charging_line,
        dimensions=1,
        takes=("lever_arms", "tunnel_broadening", "slopes", "near", "posterior"),
        own_names=f"{NAMES} tunnel_broadening",
        axis_units=("mV", "meV", "GHz"),
    ),
    "interdot-line": ReadingKind(
        read=_interdot_line,
        dimensions=1,
        takes=("lever_arms", "temperature", "slopes", "near", "posterior"),
        own_names=f"{NAMES} tunnel_coupling",
        axis_units=("mV", "meV", "GHz"),
    ),
}
