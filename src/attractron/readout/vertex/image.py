"""A measured image as the fit needs it: checked, in units of its own window, on a smooth background.

The detector's slow response to the gates, in which charging lines stand, is plain or as rich as an image asks for. Most
images need a quadratic. A detector that is tuned through one of its own Coulomb peaks, or that saturates, needs more:
polynomials of higher order, or what a detector with one electrochemical potential gives, a ridge f(u) with
u = cos θ x + sin θ y over the window, f a cubic spline. Its knots are several times as far apart as charging lines are
wide, so that it cannot take a charging line's place. Large images are fitted in blocks of pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.interpolate import BSpline
from scipy.ndimage import distance_transform_edt

from attractron.core.checks import FloatArray, axis, choice, shown
from attractron.core.errors import InputError
from attractron.readout.vertex.pick_up import PickUp
from attractron.readout.vertex.scan_lines import aligned, subtracted
from attractron.readout.vertex.sensor import Sensor
from attractron.readout.vertex.switching import Switching

EXTENT = 1.02
"""Half length of a ridge's spline over the largest |u|: its ends are not quite reached."""


@dataclass(frozen=True, kw_only=True)
class Background:
    """A linear family of smooth backgrounds.

    Attributes:
        order: of the polynomial in x and y.
        angle: θ of the ridge's gradient, rad.
        intervals: of the ridge's spline; no ridge if zero.
    """

    order: int = 2
    angle: float = 0.0
    intervals: int = 0

    def terms(self, rows: FloatArray, columns: FloatArray) -> FloatArray:
        """Over the window, (term, rows, columns): P_i(x) P_j(y) with i + j up to the order, then splines in u."""
        x, y = (np.polynomial.legendre.legvander(places, self.order).T for places in (rows, columns))
        powers = [(i, total - i) for total in range(self.order + 1) for i in range(total, -1, -1)]
        products = [np.multiply.outer(x[i], y[j]) for i, j in powers]
        return np.stack([*products, *self._ridge(rows, columns)])

    def _ridge(self, rows: FloatArray, columns: FloatArray) -> FloatArray:
        if self.intervals == 0:
            return np.empty((0, len(rows), len(columns)))
        c, s = np.cos(self.angle), np.sin(self.angle)
        u = np.add.outer(c * rows, s * columns)
        reach = EXTENT * (abs(c) + abs(s))
        step = 2 * reach / self.intervals
        knots = -reach + step * np.arange(-3, self.intervals + 4)
        count = self.intervals + 3
        splines = BSpline(knots, np.eye(count), 3)(u)
        # Three are left out because 1, u and u² are in the polynomial already.
        further = np.setdiff1d(np.arange(count), [0, count // 2, count - 1])
        return np.asarray(np.moveaxis(splines[..., further], -1, 0))


PLAIN = Background()


FEWEST_PIXELS = 16
"""Along each axis: fewer do not show four lines."""

MOST_MISSING = 0.2
"""Part of the pixels that may be NaN."""

WILD = ((1.0, 5.0), (10.0, 1e3))
"""Per cent left out at each end, and distance from all others over their range, from which on a pixel is missing."""

MOST_CLIPPED = 0.08
"""Part of the pixels that may lie exactly at the lowest or the highest value of a noisy image."""

COARSE = 10, 0.6
"""Values of an image up to which they are levels, and part of neighbouring pixels that may then be alike: with noise of
half the distance of two levels it is 0.45."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """Values over two axes, the window being the square [-1, 1] x [-1, 1].

    Attributes:
        values: signal in units of its own standard deviation, (rows, columns), missing pixels filled.
        missing: where the signal was missing.
        axes: gate voltages of rows and columns in mV.
        names: of the two axes.
        scale: what `values` were divided by, in `units`.
        units: of the signal.
        derivative: None for a current, else the axis (0 or 1) along which the values are a derivative.
        window: middle and half extent in mV where the axes do not span it.
        levelled: None, or the axis along which the mean of every line was taken out of the values.
        background: the family of backgrounds that the image is read on.
        sensor: None, or the family of responses of a detector on its own Coulomb peak, in the background's place.
        pick_up: None, or the waves that every line has lost.
        switching: None, or the states of a detector that switches, a further term of the background.
        lag: pixels by which every other line was shifted against those beside it before it was moved back.
    """

    values: FloatArray
    missing: NDArray[np.bool_]
    axes: tuple[FloatArray, FloatArray]
    names: tuple[str, str]
    scale: float
    units: str = "a.u."
    derivative: int | None = None
    window: tuple[FloatArray, FloatArray] | None = None
    levelled: int | None = None
    background: Background = PLAIN
    sensor: Sensor | None = None
    pick_up: PickUp | None = None
    switching: Switching | None = None
    lag: float = 0.0

    @property
    def frame(self) -> tuple[FloatArray, FloatArray]:
        """Middle and half extent of the window in mV, one value an axis."""
        return self.window or (
            np.array([(values.max() + values.min()) / 2 for values in self.axes]),
            np.array([np.ptp(values) / 2 for values in self.axes]),
        )

    @property
    def places(self) -> tuple[FloatArray, FloatArray]:
        """Coordinates of rows and of columns in the window."""
        middle, half = self.frame
        rows, columns = ((values - m) / h for values, m, h in zip(self.axes, middle, half, strict=True))
        return rows, columns

    def coarse(self, size: int) -> "Image":
        """The image in blocks of pixels, about `size` of them along each axis, in the same window."""
        blocks = [max(1, round(length / size)) for length in self.values.shape]
        if blocks == [1, 1]:
            return self
        values = block_means(self.values, blocks)
        return replace(
            self,
            pick_up=None if self.pick_up is None else self.pick_up.coarse(blocks[self.pick_up.axis]),
            switching=None
            if self.switching is None
            else replace(self.switching, states=block_means(self.switching.states, blocks)),
            values=values if self.levelled is None else level(values, self.levelled),
            missing=block_means(self.missing.astype(float), blocks) > 0.5,
            axes=(
                block_means(self.axes[0][:, None], [blocks[0], 1])[:, 0],
                block_means(self.axes[1][None], [1, blocks[1]])[0],
            ),
            window=self.frame,
        )

    def observed(self, images: FloatArray) -> FloatArray:
        """Models of the current (…, rows, columns) turned into what the image shows."""
        if self.derivative is not None:
            images = np.gradient(images, self.places[self.derivative], axis=self.derivative - 2)
        if self.levelled is not None:
            images = level(images, self.levelled)
        return images if self.pick_up is None else self.pick_up.removed(images)

    def without_pick_up(self, waves: PickUp) -> "Image":
        """The image less its waves."""
        waves = waves.of_levelled() if self.levelled == waves.axis else waves
        return replace(self, values=waves.removed(self.values), pick_up=waves)

    def level(self, axis: int) -> "Image":
        """The image less the mean of every line along an axis."""
        levelled = replace(self, values=level(self.values, axis), levelled=axis)
        return levelled if self.pick_up is None else levelled.without_pick_up(self.pick_up)

    def without_lag(self, axis: int, pixels: float) -> "Image":
        """The image with every other line along an axis moved back."""
        values = aligned(self.values, axis, pixels)
        values = values if self.levelled is None else level(values, self.levelled)
        return replace(self, values=values if self.pick_up is None else self.pick_up.removed(values), lag=pixels)

    @cached_property
    def background_terms(self) -> FloatArray:
        """What the detector may show besides the dots, (term, rows, columns), each term linear in the fit."""
        terms = self.background.terms(*self.places)
        if self.switching is not None:
            terms = np.concatenate([terms, self.switching.states[None]])
        if self.levelled is not None:
            terms = level(terms, self.levelled)
            terms = terms[np.ptp(terms, axis=(1, 2)) > 1e-9]  # a term that changes from line to line only is gone
        return terms if self.pick_up is None else self.pick_up.removed(terms)


def level(images: FloatArray, axis: int) -> FloatArray:
    """Images (…, rows, columns) less the mean of every line along an axis (0 or 1)."""
    return np.asarray(images - images.mean(axis=axis - 2, keepdims=True))


def prepare(image: xr.DataArray | xr.Dataset, quantity: str, along: str | None) -> Image:
    """Check an image and bring it into the form that the fit needs.

    Args:
        image: a DataArray, or a Dataset with the variable `signal` (or a single variable), over two axes in mV.
        quantity: "current" or "derivative".
        along: the axis along which a derivative was taken; the last one by default.

    Returns:
        The image.

    Raises:
        InputError: see `attractron.readout.read_vertex`.
    """
    array, values = trimmed(image)
    choice("quantity", quantity, ("current", "derivative"))
    names = tuple(str(name) for name in array.dims)
    derivative = None
    if quantity == "derivative":
        derivative = names.index(choice("along", along or names[-1], names))
    elif along is not None:
        raise InputError("along", "be left out for a current", repr(along), 'say quantity="derivative"')
    axes = tuple(_axis(array, name) for name in names)
    missing = ~np.isfinite(values) | _wild(values)
    values = np.where(missing, np.nan, values)
    _check_values(values, missing)
    filled = _filled(values, missing)
    levelled = subtracted(values) if derivative is None else None
    filled = filled - filled.mean() if levelled is None else level(filled, levelled)
    scale = float(filled.std())
    return Image(
        values=filled / scale,
        missing=missing,
        axes=(axes[0], axes[1]),
        names=(names[0], names[1]),
        scale=scale,
        units=str(array.attrs.get("units", "a.u.")),
        derivative=derivative,
        levelled=levelled,
    )


def trimmed(image: Any) -> tuple[xr.DataArray, FloatArray]:
    """The signal over its two axes and its values, without rows and columns at the edges that hold nothing.

    A scan that was stopped leaves them empty.
    """
    array = _array(image)
    try:
        values = np.asarray(array.to_numpy(), dtype=float)
    except (TypeError, ValueError):
        raise InputError("image", "hold real numbers", f"dtype {array.dtype}") from None
    spans = []
    for across in (1, 0):
        there = np.flatnonzero(np.isfinite(values).any(axis=across))
        spans.append(slice(there[0], there[-1] + 1) if there.size else slice(None))
    array, values = array[spans[0], spans[1]], values[spans[0], spans[1]]
    if min(array.shape) < FEWEST_PIXELS:
        raise InputError("image", f"have at least {FEWEST_PIXELS} measured points along each axis", str(array.shape))
    return array, values


def _array(image: Any) -> xr.DataArray:
    if isinstance(image, xr.Dataset):
        names = [str(name) for name in image.data_vars]
        if "signal" not in names and len(names) != 1:
            raise InputError("image", "have a variable named `signal`", shown(names), "pass result['the_one']")
        image = image["signal" if "signal" in names else names[0]]
    if not isinstance(image, xr.DataArray):
        raise InputError("image", "be an xarray DataArray or Dataset", type(image).__name__)
    if image.ndim != 2 or min(image.shape) < FEWEST_PIXELS:
        shape = ", ".join(f"{name}: {size}" for name, size in image.sizes.items())
        raise InputError("image", f"have two axes of at least {FEWEST_PIXELS} points", f"({shape})")
    return image


def _axis(array: xr.DataArray, name: str) -> FloatArray:
    if name not in array.coords:
        raise InputError("image", f"have gate voltages for its axis {name!r}", "none")
    unit = array[name].attrs.get("units", "mV")
    if unit != "mV":
        raise InputError("image", f"have its axis {name!r} in mV", shown(unit), "convert it, or pick the gate axes")
    return axis(f"image[{name!r}]", array[name].to_numpy())


def _wild(values: FloatArray) -> NDArray[np.bool_]:
    """Pixels far outside the range of all others: spikes, and numbers that stand for none."""
    wild = np.zeros(values.shape, dtype=bool)
    if not np.isfinite(values).any():
        return wild
    for part, reach in WILD:
        low, high = np.nanpercentile(values, [part, 100 - part])
        with np.errstate(over="ignore"):
            away = np.nan_to_num(np.maximum(low - values, values - high), nan=0.0)
        wild |= (away > reach * (high - low)) & (high > low)
    return wild


def _check_values(values: FloatArray, missing: NDArray[np.bool_]) -> None:
    if missing.mean() > MOST_MISSING:
        raise InputError(
            "image",
            f"have at most {MOST_MISSING:.0%} of its pixels missing",
            f"{missing.mean():.0%} NaN or far out of range",
            "crop to the part that was measured",
        )
    present = values[~missing]
    if np.ptp(present) <= 1e-12 * np.abs(present).max():
        raise InputError("image", "vary from pixel to pixel", f"the value {present[0]:g} everywhere")
    _check_levels(values, present)
    clipped = _clipped(values)
    if clipped > MOST_CLIPPED:
        raise InputError(
            "image",
            "come from a detector that is not saturated",
            f"{clipped:.0%} of the pixels exactly at the end of its range",
            "crop to the part that is not clipped, or retune the detector",
        )


def _check_levels(values: FloatArray, present: FloatArray) -> None:
    """Of few values, noise must carry pixels from one to the next: else steps are as high as the levels have them.

    Four that add up, v_1 + v_4 = v_2 + v_3, may be the four charge states of two dots without noise.
    """
    if len(np.unique(present[: 100 * COARSE[0]])) > COARSE[0]:  # no need to sort a million values
        return
    levels = np.unique(present)
    if len(levels) > COARSE[0]:
        return
    if len(levels) == 4 and abs(levels[0] + levels[3] - levels[1] - levels[2]) < 1e-6 * np.ptp(levels):
        return
    pairs = [np.diff(values, axis=axis) for axis in (0, 1)]
    alike = np.mean(np.concatenate([pair[np.isfinite(pair)] == 0 for pair in pairs]))
    if len(levels) == 2 or alike > COARSE[1]:
        named = " and ".join(f"{level:g}" for level in levels) if len(levels) == 2 else f"from {levels[0]:g} on"
        raise InputError(
            "image",
            "hold the detector's signal",
            f"{len(levels)} values only, {named}: behind a threshold, or digitised more coarsely than its noise, "
            "the heights of steps are lost",
            "read the signal from before that",
        )


def _clipped(values: FloatArray) -> float:
    """Part of the pixels that are exactly at one end of the range, in an image whose other pixels carry noise.

    Plateaus of a noiseless image are at the ends of its range too; there the pixels in between do not scatter.
    Coarsely digitised values pile up on every level, clipped ones on the last level only.
    """
    ends = [np.sum(values == end) / values.size for end in (np.nanmin(values), np.nanmax(values))]
    if max(ends) <= MOST_CLIPPED:
        return 0.0
    scatter = np.abs(np.diff(values, 2, axis=1)).ravel()
    inside = (values > np.nanmin(values)) & (values < np.nanmax(values))
    middle = (inside[:, :-2] & inside[:, 1:-1] & inside[:, 2:]).ravel() & np.isfinite(scatter)
    if not middle.any() or np.median(scatter[middle]) < 1e-4 * np.nanstd(values):
        return 0.0
    _, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    most = counts[1:-1].max(initial=1)
    return max((float(count) / values.size for count in (counts[0], counts[-1]) if count > 4 * most), default=0.0)


def _filled(values: FloatArray, missing: NDArray[np.bool_]) -> FloatArray:
    """Missing pixels take the value of the nearest one that is there."""
    if not missing.any():
        return values
    nearest = distance_transform_edt(missing, return_distances=False, return_indices=True)
    return np.asarray(values[tuple(nearest)])


def block_means(values: FloatArray, blocks: Sequence[int]) -> FloatArray:
    """Means over whole blocks; what is left over at the end is dropped."""
    rows, columns = (length // block for length, block in zip(values.shape, blocks, strict=True))
    whole = values[: rows * blocks[0], : columns * blocks[1]]
    return np.asarray(whole.reshape(rows, blocks[0], columns, blocks[1]).mean(axis=(1, 3)))
