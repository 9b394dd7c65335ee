"""Coulomb peaks of a current or conductance over a gate."""

import xarray as xr

from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions, one_lever_arm
from attractron.readout import coulomb_peak, coulomb_peak_series, coulomb_peaks


def _coulomb_peak(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    return coulomb_peak(
        data,
        lever_arm=None if options.lever_arms is None else one_lever_arm(options.lever_arms),
        temperature=options.temperature,
        tunnel_broadening=options.tunnel_broadening,
        shape=options.shape,
    )


def _coulomb_peaks(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    arm = None if options.lever_arms is None else one_lever_arm(options.lever_arms)
    return coulomb_peaks(data, lever_arm=arm, shape=options.shape)


def _coulomb_peak_series(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    return coulomb_peak_series(data, shape=options.shape or "single-level")


NAMES = (
    "area asymmetry background candidate chi_squared end fit height lever_arm lever_arm_of_shape misfit "
    "misfit_probability noise position residual score shape signal slope status temperature temperature_of_shape "
    "tunnel_broadening used width"
)

KINDS = {
    "coulomb-peak": ReadingKind(
        read=_coulomb_peak,
        dimensions=1,
        takes=("lever_arms", "temperature", "tunnel_broadening", "shape", "posterior"),
        own_names=NAMES,
        axis_units=("mV", "meV", "GHz"),
    ),
    "coulomb-peak-series": ReadingKind(
        read=_coulomb_peak_series,
        dimensions=2,
        takes=("shape",),
        own_names=(
            "base_temperature bath_temperature candidate chi_squared covariance end fit lever_arm lever_arm_of_shape "
            "misfit_probability other parameter row score shape signal status width width_fit"
        ),
        axis_units=("K", "mV"),
    ),
    "coulomb-peaks": ReadingKind(
        read=_coulomb_peaks,
        dimensions=1,
        takes=("lever_arms", "shape"),
        own_names=(
            "addition_energy addition_energy_mean addition_energy_spread area candidate chi_squared end fit gap height "
            "left_out misfit misfit_probability noise peak position residual score signal spacing spacing_mean "
            "spacing_spread status temperature used width"
        ),
        axis_units=("mV", "meV", "GHz"),
    ),
}
