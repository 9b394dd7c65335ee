"""The bias across a sample behind a resistance, such as that of filters: a map over it from one over the source's."""

import numpy as np
import xarray as xr

from attractron.core import checks
from attractron.core.checks import FloatArray, shown
from attractron.core.errors import InputError
from attractron.core.units import to_unit

FEWEST = 2
"""Points along the bias, at least."""


def without_series_resistance(image: xr.DataArray, bias: str, resistance: float | str) -> xr.DataArray:
    """A current over the bias across the sample, V = V_source - I R, on the same axis.

    Every column over the bias is interpolated from its own biases, which the current makes unlike those of its
    neighbours; beyond them it is NaN. A current that flows against the bias by its sign is one of the other convention.

    Theory: docs/theory/readout.md, eq-series.

    Args:
        image: the current, with a unit; the bias in mV.
        bias: name of its axis.
        resistance: R in Ω, or text with a unit: all that is in series with the sample.

    Returns:
        The same map, with what was done in `attrs["series_resistance"]`.

    Raises:
        InputError: a resistance that is not positive, or so large that the bias across the sample falls as the source's
            rises; a signal without a unit of a current; no such axis.

    Example:
        Of a source at 1 mV and 10 nA through 20 kΩ the sample has 0.8 mV:

        >>> import xarray as xr
        >>> axis = ("V_SD", np.linspace(-1, 1, 5), {"units": "mV"})
        >>> image = xr.DataArray(10 * axis[1], {"V_SD": axis}, ("V_SD",), attrs={"units": "nA"})
        >>> sample = at.readout.without_series_resistance(image, "V_SD", "20 kOhm")
        >>> float(sample.sel(V_SD=0.5)) / 0.5  # conductance, nA/mV: 1/(100 - 20) kΩ
        12.5
    """
    if bias not in image.dims:
        raise InputError("bias", f"name an axis ({', '.join(map(str, image.dims))})", repr(bias))
    spelt = resistance.replace("Ohm", "ohm") if isinstance(resistance, str) else resistance
    ohms = checks.positive("series_resistance", to_unit("series_resistance", spelt, "ohm"))
    unit = str(image.attrs.get("units", ""))
    try:
        nanoampere = to_unit("units", f"1 {unit}", "nA")
    except InputError as error:
        raise InputError("series_resistance", "come with a current in a unit of one", shown(unit)) from error
    ordered = image.sortby(bias)
    V = np.asarray(ordered[bias].to_numpy(), dtype=float)
    checks.axis(bias, V)
    values = np.moveaxis(ordered.to_numpy().astype(float), ordered.get_axis_num(bias), -1)
    known = np.where(np.isfinite(values), values, 0.0)
    sign = 1.0 if float(np.sum((known - np.median(known)) * (V - V.mean()))) >= 0 else -1.0
    drop = sign * values * nanoampere * ohms * 1e-6  # nA Ω = 1e-6 mV
    columns = [_on_axis(V, V - lost, column) for lost, column in zip(_rows(drop), _rows(values), strict=True)]
    found = np.moveaxis(np.reshape(columns, values.shape), -1, ordered.get_axis_num(bias))
    return ordered.copy(data=found).assign_attrs(series_resistance=f"bias across the sample, less I x {ohms:g} Ω")


def _rows(values: FloatArray) -> FloatArray:
    return values.reshape(-1, values.shape[-1])


def _on_axis(V: FloatArray, across: FloatArray, current: FloatArray) -> FloatArray:
    """A column at the biases of the axis; NaN beyond those across the sample."""
    there = np.isfinite(across)
    if there.sum() < FEWEST:
        return np.full_like(V, np.nan)
    order = np.argsort(across[there])
    x, y = across[there][order], current[there][order]
    if np.mean(np.diff(across[there]) > 0) < 0.5:
        raise InputError(
            "series_resistance",
            "be less than that of wires and sample together",
            "a bias that falls as the source's rises",
        )
    return np.asarray(np.interp(V, x, y, left=np.nan, right=np.nan))
