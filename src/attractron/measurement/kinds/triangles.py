"""Bias triangles in an image of the current through two dots over two gates."""

import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions
from attractron.readout import read_triangles


def _triangles(data: xr.Dataset, options: ReadOptions) -> xr.Dataset:
    if data.attrs["derivative"]:
        raise InputError("quantity", "be a current for bias triangles", "a derivative", "read the current itself")
    return read_triangles(data["signal"], bias=options.bias)


NAMES = (
    "axis candidate data detuning_lever_arm dot edge edge_width end excited_state interdot_energy lever_arm line model "
    "pair residual score status triangle triple_point upper_dot"
)

KINDS = {"bias-triangles": ReadingKind(read=_triangles, dimensions=2, takes=("bias",), own_names=NAMES)}
