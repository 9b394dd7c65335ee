"""Coulomb diamonds in an image of a current or a conductance over a gate and the bias."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.kinds.kind import ReadingKind, across_sample, with_resistance
from attractron.measurement.options import ReadOptions
from attractron.readout import read_diamonds
from attractron.readout.bias_axis import BIAS
from attractron.readout.files.names import ALSO_CALLED, NAME_IN_FILE


def _diamonds(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    named = bias_axes(data)
    bias = options.bias if options.bias is not None else named[0] if len(named) == 1 else None
    signal = data["signal"]
    if options.series_resistance is not None:
        if data.attrs["derivative"]:
            raise InputError("series_resistance", "come with the current itself", "a derivative")
        if bias is None:
            raise InputError("series_resistance", "come with the axis of the bias", "none", "say --bias AXIS")
        signal = across_sample(signal, str(bias), options)
    result = read_diamonds(
        signal,
        bias=None if bias is None else str(bias),
        applied=options.applied or "source",
        quantity="conductance" if data.attrs["derivative"] else None,
    )
    return with_resistance(result, options)


def bias_axes(data: xr.Dataset) -> list[str]:
    """Axes that are called like a bias by any name that the file has for them (V_SD, Bias, source-drain voltage)."""
    found = []
    for axis in map(str, data["signal"].dims):
        attributes = data[axis].attrs
        names = [
            axis,
            attributes.get(NAME_IN_FILE, ""),
            attributes.get("long_name", ""),
            *attributes.get(ALSO_CALLED, ()),
        ]
        if any(BIAS.search(str(name)) for name in names):
            found.append(axis)
    return found


NAMES = (
    "addition_energy addition_energy_from_height axis bias_offset candidate current_ratio data degeneracy_point "
    "diamond edge edge_width end lever_arm line mean_addition_energy model point point_lever_arm residual score "
    "slope_negative slope_positive source_share status temperature tunnel_rate_ratio"
)

KINDS = {
    "coulomb-diamonds": ReadingKind(
        read=_diamonds, dimensions=2, takes=("bias", "applied", "series_resistance"), own_names=NAMES
    ),
}
