"""One line across a diagram: a charging line or an interdot line in a trace."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.kinds.kind import ReadingKind, the_lever_arm_if_any
from attractron.measurement.options import ReadOptions
from attractron.readout import charging_line, interdot_line


def _charging_line(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    return charging_line(
        data,
        lever_arm=the_lever_arm_if_any(data, options),
        tunnel_broadening=options.tunnel_broadening,
        slopes=options.slopes or "same",
    )


def _interdot_line(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    if options.temperature is None:
        raise InputError("temperature", "be given for an interdot line", "none", 'say "75 mK", or "fit"')
    return interdot_line(
        data,
        lever_arm=the_lever_arm_if_any(data, options),
        temperature=options.temperature,
        slopes=options.slopes or "same",
    )


NAMES = (
    "background chi_squared end fit misfit misfit_probability noise position residual signal slope slope_change status "
    "step_height temperature used"
)

KINDS = {
    "charging-line": ReadingKind(
        read=_charging_line,
        dimensions=1,
        takes=("lever_arms", "tunnel_broadening", "slopes", "posterior"),
        own_names=f"{NAMES} tunnel_broadening",
        axis_units=("mV", "meV", "GHz"),
    ),
    "interdot-line": ReadingKind(
        read=_interdot_line,
        dimensions=1,
        takes=("lever_arms", "temperature", "slopes", "posterior"),
        own_names=f"{NAMES} tunnel_coupling",
        axis_units=("mV", "meV", "GHz"),
    ),
}
