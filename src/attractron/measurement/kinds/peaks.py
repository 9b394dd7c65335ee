"""Coulomb peaks of a current or conductance over a gate."""

import xarray as xr

from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions, one_lever_arm
from attractron.readout import coulomb_peak


def _coulomb_peak(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    return coulomb_peak(
        data,
        lever_arm=None if options.lever_arms is None else one_lever_arm(options.lever_arms),
        temperature=options.temperature,
        tunnel_broadening=options.tunnel_broadening,
        shape=options.shape,
    )


NAMES = (
    "area asymmetry background candidate chi_squared end fit height lever_arm lever_arm_of_shape misfit "
    "misfit_probability noise position residual score shape signal slope status temperature temperature_of_shape "
    "tunnel_broadening used width"
)

KINDS = {
    "coulomb-peak": ReadingKind(
        read=_coulomb_peak,
        dimensions=1,
        takes=("lever_arms", "temperature", "tunnel_broadening", "shape"),
        own_names=NAMES,
        axis_units=("mV", "meV", "GHz"),
    ),
}
