"""Coulomb diamonds in an image of a current or a conductance over a gate and the bias."""

import xarray as xr

from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions
from attractron.readout import read_diamonds


def _diamonds(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    return read_diamonds(
        data["signal"],
        bias=None if options.bias is None else str(options.bias),
        applied=options.applied or "source",
        quantity="conductance" if data.attrs["derivative"] else None,
    )


NAMES = (
    "addition_energy addition_energy_from_height axis bias_offset candidate current_ratio data degeneracy_point "
    "diamond edge edge_width end lever_arm line mean_addition_energy model point point_lever_arm residual score "
    "slope_negative slope_positive source_share status temperature tunnel_rate_ratio"
)

KINDS = {
    "coulomb-diamonds": ReadingKind(read=_diamonds, dimensions=2, takes=("bias", "applied"), own_names=NAMES),
}
