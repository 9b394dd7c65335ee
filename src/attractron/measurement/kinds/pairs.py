"""Maps of the current through a polarizer, over gate and bias or over two gates: what they say of a pair of dots."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.fitting import fit_pair_current, fit_pair_gates
from attractron.measurement.kinds.diamonds import bias_axes
from attractron.measurement.kinds.kind import ReadingKind, across_sample, with_resistance
from attractron.measurement.options import ReadOptions, lever_arm_table, one_lever_arm


def _pair_current(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    if data.attrs["derivative"]:
        raise InputError("data", "be a current for pair-current", "a derivative", "integrate it over the bias")
    axes, named = [str(axis) for axis in data["signal"].dims], bias_axes(data)
    if options.bias is None and len(named) != 1:
        wanted = (
            f"name the axis of the bias ({', '.join(axes)}), or say at which bias a map over two gates was measured"
        )
        got = "both axes look like it" if named else "none"
        raise InputError("bias", wanted, got, f'say --bias {axes[0]}, or --bias "0.1 mV"')
    bias = named[0] if options.bias is None else options.bias
    if bias in axes:
        result = fit_pair_current(
            across_sample(data["signal"], str(bias), options),
            bias=str(bias),
            lever_arm=None if options.lever_arms is None else one_lever_arm(options.lever_arms),
            temperature=options.temperature,
        )
        return with_resistance(result, options)
    if options.series_resistance is not None:
        raise InputError("series_resistance", "be left out at one bias", "a map over two gates", "give a smaller bias")
    return fit_pair_gates(
        data["signal"],
        bias=bias,
        lever_arms=None if options.lever_arms is None else lever_arm_table(options.lever_arms),
        temperature=options.temperature,
    )


NAMES = (
    "Gamma_D Gamma_LR Gamma_S U W axis bias_offset candidate centre charging_line_angle chi_squared corner corner_bias "
    "corner_gate data dot end energy_status lever_arm line_angle line_end line_length misfit misfit_probability model "
    "noise process residual score slope status temperature turn_on two_Delta"
)

KINDS = {
    "pair-current": ReadingKind(
        read=_pair_current,
        dimensions=2,
        takes=("bias", "lever_arms", "temperature", "series_resistance"),
        own_names=NAMES,
        axis_units=("mV", "meV"),
    ),
}
