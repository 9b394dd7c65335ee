"""Maps over the detuning of two dots: interdot lines over a second axis, and photon-assisted transitions."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions, one_lever_arm
from attractron.readout import detuning_map, photon_assisted
from attractron.readout.maps.detuning_result import COMMON


def _detuning_map(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    arms = options.lever_arms
    return detuning_map(
        data,
        lever_arm=arms if arms is None or arms.strip() == COMMON else one_lever_arm(arms),
        temperature=options.temperature,
        along=options.along,
        slopes=options.slopes,
    )


def _photon_assisted(data: xr.Dataset, _options: ReadOptions) -> xr.Dataset:
    units = {str(dim): str(data[dim].attrs["units"]) for dim in data["signal"].dims}
    if "GHz" not in units.values():
        got = ", ".join(f"{name} in {unit}" for name, unit in units.items())
        remedy = 'if one is a frequency without unit, say --axis-unit "AXIS=GHz"; over power or time nothing is read'
        raise InputError("data", "be over a detuning and a microwave frequency for photon-assisted", got, remedy)
    return photon_assisted(data)


KINDS = {
    "detuning-map": ReadingKind(
        read=_detuning_map,
        dimensions=2,
        takes=("lever_arms", "temperature", "along", "slopes"),
        own_names=(
            "common_temperature data lever_arm model position residual row rows_read status step_height temperature "
            "trend trend_centre trend_coupling trend_probability trend_rate tunnel_coupling"
        ),
        axis_units=("mV", "meV", "GHz", "K", "T", "s", "1"),
    ),
    "photon-assisted": ReadingKind(
        read=_photon_assisted,
        dimensions=2,
        takes=(),
        own_names=(
            "candidate chi_squared data lever_arm line_position line_width misfit misfit_probability model noise "
            "photon photons position residual score side status tunnel_coupling"
        ),
        axis_units=("mV", "meV", "GHz", "K", "T", "s", "1"),
    ),
}
