"""A current or a conductance over two axes in mV, checked and scaled, for readings of transport images."""

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.checks import FloatArray, axis
from attractron.core.errors import InputError
from attractron.readout.vertex.image import block_means, trimmed

MOST_MISSING = 0.3
"""Part of the pixels that may be NaN."""


@dataclass(frozen=True, kw_only=True)
class TransportImage:
    """Values over rows and columns.

    Attributes:
        values: signal less its median over `scale`, zero where it is missing, (rows, columns).
        there: 1 where a pixel was measured, else 0.
        axes: of rows and of columns, mV.
        names: of the two axes.
        scale: what the values were divided by, in `units`.
        offset: their median, in `units`.
        units: of the signal.
        label: what the signal is called.
        blocks: pixels of the data in one of these, along each axis.
    """

    values: FloatArray
    there: FloatArray
    axes: tuple[FloatArray, FloatArray]
    names: tuple[str, str]
    scale: float
    offset: float
    units: str
    label: str
    blocks: tuple[int, int] = (1, 1)

    @property
    def half(self) -> FloatArray:
        """Half extent of each axis, mV."""
        return np.array([np.ptp(values) / 2 for values in self.axes])

    @property
    def middle(self) -> FloatArray:
        """Middle of each axis, mV."""
        return np.array([(values.max() + values.min()) / 2 for values in self.axes])

    @property
    def pixel(self) -> FloatArray:
        """Mean distance of neighbours along each axis, mV."""
        return np.array([np.ptp(values) / (values.size - 1) for values in self.axes])

    def coarse(self, size: int) -> "TransportImage":
        """The image in blocks of pixels, about `size` of them along each axis."""
        blocks = [max(1, round(length / size)) for length in self.values.shape]
        if blocks == [1, 1]:
            return self
        there = block_means(self.there, blocks)
        values = np.divide(block_means(self.values, blocks), there, out=np.zeros_like(there), where=there > 0)
        return replace(
            self,
            values=values,
            there=(there > 0.5).astype(float),
            blocks=(blocks[0] * self.blocks[0], blocks[1] * self.blocks[1]),
            axes=(
                block_means(self.axes[0][:, None], [blocks[0], 1])[:, 0],
                block_means(self.axes[1][None], [1, blocks[1]])[0],
            ),
        )

    def part(self, cuts: tuple[slice, ...]) -> "TransportImage":
        """Some rows and columns of it."""
        return replace(
            self,
            values=self.values[cuts],
            there=self.there[cuts],
            axes=(self.axes[0][cuts[0]], self.axes[1][cuts[1]]),
        )

    def compressed(self) -> "TransportImage":
        """The square root of the magnitude with the sign of each value: faint and strong currents count alike."""
        return replace(self, values=np.sign(self.values) * np.sqrt(np.abs(self.values)))

    def turned(self) -> "TransportImage":
        """Rows and columns exchanged."""
        return replace(
            self,
            values=self.values.T.copy(),
            there=self.there.T.copy(),
            axes=self.axes[::-1],
            names=self.names[::-1],
            blocks=self.blocks[::-1],
        )


def prepare(image: xr.DataArray | xr.Dataset) -> TransportImage:
    """Check an image: two axes in mV of at least 16 points, real numbers, not constant.

    Raises:
        InputError: anything else.
    """
    array, values = trimmed(image)
    missing: NDArray[np.bool_] = ~np.isfinite(values)
    if missing.mean() > MOST_MISSING:
        wanted = f"have at most {MOST_MISSING:.0%} of its pixels missing"
        raise InputError("image", wanted, f"{missing.mean():.0%} NaN", "crop to the part that was measured")
    names = tuple(str(name) for name in array.dims)
    axes = []
    for name in names:
        if name not in array.coords:
            raise InputError("image", f"have voltages for its axis {name!r}", "none")
        unit = str(array[name].attrs.get("units", "mV"))
        if unit != "mV":
            raise InputError("image", f"have its axis {name!r} in mV", repr(unit), "convert it")
        axes.append(axis(f"image[{name!r}]", array[name].to_numpy()))
    present = values[~missing]
    if np.ptp(present) <= 1e-12 * np.abs(present).max():
        raise InputError("image", "vary from pixel to pixel", f"the value {present[0]:g} everywhere")
    scale = float(np.ptp(np.percentile(present, [0.5, 99.5]))) or float(np.ptp(present))
    return TransportImage(
        values=np.where(missing, 0.0, (values - np.median(present)) / scale),
        offset=float(np.median(present)),
        there=(~missing).astype(float),
        axes=(axes[0], axes[1]),
        names=(names[0], names[1]),
        scale=scale,
        units=str(array.attrs.get("units", "a.u.")),
        label=str(array.attrs.get("long_name", array.name or "signal")),
    )
