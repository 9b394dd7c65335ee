"""Maps of the current through a polarizer over gate and bias: W and U of the pair of dots beside it."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.fitting import fit_pair_current
from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions, one_lever_arm


def _pair_current(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    if data.attrs["derivative"]:
        raise InputError("data", "be a current for pair-current", "a derivative", "integrate it over the bias")
    return fit_pair_current(
        data["signal"],
        bias=None if options.bias is None else str(options.bias),
        lever_arm=None if options.lever_arms is None else one_lever_arm(options.lever_arms),
        temperature=options.temperature,
    )


NAMES = (
    "Gamma_D Gamma_LR Gamma_S U W candidate centre chi_squared corner corner_bias corner_gate data lever_arm misfit "
    "misfit_probability model noise process residual score slope status temperature turn_on two_Delta"
)

KINDS = {
    "pair-current": ReadingKind(
        read=_pair_current,
        dimensions=2,
        takes=("bias", "lever_arms", "temperature"),
        own_names=NAMES,
        axis_units=("mV", "meV"),
    ),
}
