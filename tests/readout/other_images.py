"""Simulated images over two gates that hold no vertex which could be read, for tests and for the benchmark; seeded.

Each is what a laboratory has beside charge stability diagrams of one vertex, in noise of up to a sixth of its range
(white, 1/f in the order of the pixels, or both). Of `crossing` lines the place where they meet may be given, but no
sign; of the others nothing.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter, gaussian_filter1d
from scipy.special import expit

Draw = np.random.Generator
Grid = np.ndarray


def other_image(seed: int, kind: str | None = None) -> tuple[xr.DataArray, str]:
    """An image of something else and what it is; the kinds take turns."""
    name = list(KINDS)[seed % len(KINDS)] if kind is None else kind
    draw = np.random.default_rng([seed, 17])
    shape = draw.integers(56, 110, 2)
    x, y = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing="ij")
    clean = KINDS[name](draw, x, y)
    clean = clean / max(float(np.ptp(clean)), 1e-9)
    size = draw.choice([0.003, 0.02, 0.06, 0.16]) * draw.uniform(0.5, 1.0)
    values = clean + size * noise(draw, clean.shape) if name != "noise" else clean
    scale, offset = np.exp(draw.uniform(-3, 6)) * draw.choice([-1.0, 1.0]), draw.normal(0, 100)
    names = ("V_L", "V_R")
    axes = {
        axis: (axis, draw.normal(0, 50) + draw.uniform(1, 30) * np.linspace(-1, 1, size), {"units": "mV"})
        for axis, size in zip(names, shape, strict=True)
    }
    return xr.DataArray(scale * values + offset, dims=names, coords=axes, attrs={"units": "pA"}), name


def noise(draw: Draw, shape: tuple[int, ...], exponent: float | None = None) -> Grid:
    """White noise and 1/f noise along the rows in any mixture, of variance one."""
    exponent = draw.uniform(0.7, 2.0) if exponent is None else exponent
    size = int(np.prod(shape))
    frequencies = np.fft.rfftfreq(size)
    frequencies[0] = np.inf
    drift = np.fft.irfft(np.fft.rfft(draw.standard_normal(size)) * frequencies ** (-exponent / 2), size).reshape(shape)
    part = draw.choice([0.0, draw.random(), 1.0])
    return np.sqrt(1 - part) * draw.standard_normal(shape) + np.sqrt(part) * drift / drift.std()


def line(draw: Draw, x: Grid, y: Grid, angle: float | None = None, reach: float = 0.5) -> Grid:
    """Distance from a straight line through the window."""
    phi = draw.uniform(0, np.pi) if angle is None else angle
    return np.cos(phi) * (x - draw.uniform(-reach, reach)) + np.sin(phi) * (y - draw.uniform(-reach, reach))


def slope(draw: Draw, x: Grid, y: Grid) -> Grid:
    """A detector's response to the gates themselves."""
    return draw.choice([0.0, 0.3]) * (draw.uniform(-1, 1) * x + draw.uniform(-1, 1) * y)


def triangles(draw: Draw, x: Grid, y: Grid) -> Grid:
    """Bias triangles: current within two triangles, one turned over or not, perhaps with lines of excited states.

    µ_1 and µ_2 of two dots in series; current flows where bias > µ_1 > µ_2 > 0, of holes the same shifted by the
    interaction (van der Wiel et al., Rev. Mod. Phys. 75, 1 (2002), figure 8).
    """
    cross = draw.uniform(0.05, 0.4, 2)
    bias, W, kT = draw.uniform(0.35, 1.0), draw.uniform(0.05, 0.5), draw.uniform(0.01, 0.05)
    a, b = draw.uniform(-0.5, 0.5, 2)
    turn = draw.choice([-1.0, 1.0], 2)
    first, second = turn[0] * (x - a) + cross[0] * turn[1] * (y - b), turn[1] * (y - b) + cross[1] * turn[0] * (x - a)
    decay, excited, size = draw.uniform(0.2, 3.0), draw.uniform(0.15, 0.6) * bias, draw.choice([0.0, 0.5, 1.0])
    total = np.zeros_like(x)
    many = draw.random() < 0.3
    period = draw.uniform(1.2, 1.8)
    places = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)] if many else [(0, 0)]
    for i, j in places:
        for shift in (0.0, W):
            one, two = first - i * period - shift, second - j * period - shift
            inside = expit((bias / 2 - one) / kT) * expit((one - two) / kT) * expit((two + bias / 2) / kT)
            detuning = (one - two) / bias
            rate = np.exp(-decay * detuning) + size * np.exp(-(((one - two - excited) / (3 * kT)) ** 2))
            rate = rate + draw.choice([0.0, 2.0]) * np.exp(-(((one - two) / (2 * kT)) ** 2))
            total = total + inside * rate
    return total


def diamonds(draw: Draw, x: Grid, y: Grid) -> Grid:
    """Coulomb diamonds, bias along the first axis: current, or its derivative along the bias."""
    period, C, kT = draw.uniform(0.5, 3.0), draw.uniform(0.3, 0.7), draw.uniform(0.01, 0.06)
    height, offset, asymmetry = draw.uniform(0.4, 2.5), draw.uniform(0, 1), draw.uniform(0.05, 1.0)
    energy = height * ((y / period + offset + 0.5) % 1.0 - 0.5)
    spacing = draw.uniform(0.2, 0.6) * draw.choice([1.0, 1e3])
    total = np.zeros_like(x)
    for ladder, weight in ((0.0, 1.0), (spacing, 0.6), (-spacing, 0.6)):
        for level in (energy - height, energy, energy + height):
            source, drain = level + ladder - C * x, level + ladder + (1 - C) * x
            left, right = expit(source / kT), expit(drain / kT)
            total = total + weight * asymmetry / (asymmetry + 0.5) * (right - left)
    total = total + draw.uniform(0, 0.3) * x
    return np.gradient(total, axis=0) if draw.random() < 0.4 else total


def pinch_off(draw: Draw, x: Grid, y: Grid) -> Grid:
    """A channel that closes: by one combination of gates, or by each of two, with plateaus or not."""
    widths = np.exp(draw.uniform(np.log(0.02), np.log(0.4), 2))
    angle = draw.uniform(0, 0.4)
    one, two = line(draw, x, y, angle), line(draw, x, y, np.pi / 2 - draw.uniform(0, 0.4))
    if draw.random() < 0.3:
        return expit((one + two) / widths[0])
    plateaus = expit(one / widths[0]) + (expit((one - 0.5) / widths[0]) if draw.random() < 0.4 else 0.0)
    if draw.random() < 0.5:
        return plateaus * expit(two / widths[1])
    # Two barriers in series: their resistances add.
    return 1 / (1 / expit(one / widths[0]) + 1 / expit(two / widths[1]))


def stripes(draw: Draw, x: Grid, y: Grid) -> Grid:
    """The charging lines of one dot: two to eight, evenly or unevenly spaced, perhaps bent or fanning out."""
    count, width = draw.integers(2, 9), draw.uniform(0.01, 0.06)
    u = line(draw, x, y, reach=0.2)
    u = u + draw.choice([0.0, draw.uniform(-0.15, 0.15)]) * x * y
    places = np.linspace(-0.9, 0.9, count) + draw.choice([0.0, 0.25]) * draw.uniform(-1, 1, count) / count
    total = sum(expit((u - place) / width) for place in places)
    if draw.random() < 0.3:
        total = np.gradient(total, axis=int(draw.integers(2)))
    saw = draw.choice([0.0, count / 1.8])  # a detector that the gates pull back
    return total - saw * u + slope(draw, x, y)


def occupations(draw: Draw, x: Grid, y: Grid, count: int, W: float, kT: float, spacing: float) -> tuple[Grid, Grid]:
    """Thermal <n_1> and <n_2> of two dots with up to `count` electrons each."""
    cross = draw.uniform(0.0, 0.35, 2)
    offset = draw.uniform(-0.25, 0.25, 2)
    centre = (count - 1) * (spacing + W) / 2
    first, second = x + cross[0] * y + centre + offset[0], y + cross[1] * x + centre + offset[1]
    energies, numbers = [], []
    for n in range(count + 1):
        for m in range(count + 1):
            own = spacing * (n * (n - 1) + m * (m - 1)) / 2
            energies.append(own + n * m * W - n * first - m * second)
            numbers.append((n, m))
    E = np.array(energies)
    weights = np.exp(-(E - E.min(axis=0)) / kT)
    weights /= weights.sum(axis=0)
    n, m = np.tensordot(np.array(numbers).T, weights, axes=1)
    return n, m


def honeycomb(draw: Draw, x: Grid, y: Grid) -> Grid:
    """Several vertices of two dots with up to two or three electrons each."""
    count = int(draw.integers(2, 4))
    spacing = 1.1 if count == 2 else draw.uniform(0.5, 0.8)
    n, m = occupations(draw, x, y, count, draw.uniform(0.1, 0.3), draw.uniform(0.008, 0.03), spacing)
    return n + draw.uniform(0.4, 1.0) * m + slope(draw, x, y)


def latching(draw: Draw, x: Grid, y: Grid) -> Grid:
    """One vertex of which one dot follows late, by a time that is another in every row."""
    scale = draw.uniform(0.05, 0.3)
    sign = draw.choice([-1.0, 1.0])
    late = np.minimum(draw.exponential(scale, x.shape[0]), 0.8)[:, None]
    cross, W, width = draw.uniform(0.05, 0.4, 2), sign * draw.uniform(0.15, 0.4), draw.uniform(0.01, 0.03)
    a, b = draw.uniform(-0.3, 0.3, 2)
    first, second = (x - a) + cross[0] * (y - b), (y - b - late) + cross[1] * (x - a)
    E = np.array([0 * first, -first, -second, W - first - second])
    weights = np.exp(-(E - E.min(axis=0)) / width)
    weights /= weights.sum(axis=0)
    return weights[1] + weights[3] + draw.uniform(0.5, 1.0) * (weights[2] + weights[3]) + slope(draw, x, y)


def single_line(draw: Draw, x: Grid, y: Grid) -> Grid:
    """One charging line, perhaps with long tails, or as a peak."""
    width = np.exp(draw.uniform(np.log(0.01), np.log(0.2)))
    u = line(draw, x, y) / width
    step = draw.choice([0, 1, 2])
    shape = expit(u) if step == 0 else np.arctan(u) / np.pi if step == 1 else np.cosh(np.clip(u, -30, 30) / 2) ** -2.0
    return shape + slope(draw, x, y)


def crossing(draw: Draw, x: Grid, y: Grid) -> Grid:
    """Lines of two dots that do not feel each other."""
    angle = draw.uniform(0, np.pi)
    a, b = draw.uniform(-0.3, 0.3, 2)
    other = angle + draw.uniform(0.5, np.pi - 0.5)
    widths = draw.uniform(0.01, 0.06, 2)
    steps = [
        expit((np.cos(phi) * (x - a) + np.sin(phi) * (y - b)) / width)
        for phi, width in zip((angle, other), widths, strict=True)
    ]
    return steps[0] + draw.uniform(0.4, 1.0) * draw.choice([-1, 1]) * steps[1] + slope(draw, x, y)


def nothing(draw: Draw, x: Grid, y: Grid) -> Grid:
    """Noise and nothing else: white, 1/f, a random walk, rows that jump, or blurred in both directions."""
    values = noise(draw, x.shape, draw.uniform(0.5, 2.2))
    kind = draw.integers(4)
    if kind == 1:
        values = values + draw.standard_normal(len(x))[:, None]
    if kind == 2:
        values = gaussian_filter1d(values, draw.uniform(0.5, 3), axis=1)
    if kind == 3:
        values = gaussian_filter(values, draw.uniform(0.5, 3))
    return values


def photograph(draw: Draw, x: Grid, y: Grid) -> Grid:
    """What pictures are like: things that hide each other, of all sizes (dead leaves), in uneven light, blurred."""
    shape = x.shape
    values = np.zeros(shape)
    for _ in range(int(draw.choice([4, 30, 300]))):
        size = min(1.5, 0.08 * draw.pareto(2.0) + 0.05)
        a, b = draw.uniform(-1.2, 1.2, 2)
        phi, stretch = draw.uniform(0, np.pi), draw.uniform(0.3, 1)
        u = (np.cos(phi) * (x - a) + np.sin(phi) * (y - b)) / size
        v = (np.cos(phi) * (y - b) - np.sin(phi) * (x - a)) / (size * stretch)
        inside = u**2 + v**2 < 1 if draw.random() < 0.6 else np.maximum(np.abs(u), np.abs(v)) < 1
        values = np.where(inside, draw.uniform(0, 1) + draw.uniform(-0.2, 0.2) * u, values)
    if draw.random() < 0.3:  # a texture: 1/f in both directions
        frequencies = np.hypot(*np.meshgrid(*(np.fft.fftfreq(size) for size in shape), indexing="ij"))
        frequencies[0, 0] = np.inf
        texture = np.fft.ifft2(np.fft.fft2(draw.standard_normal(shape)) / frequencies ** draw.uniform(1, 2)).real
        values = values + draw.uniform(0.1, 3) * texture / texture.std()
    return gaussian_filter(values, draw.uniform(0, 1.5)) * (1 + draw.uniform(-0.5, 0.5) * x)


def sensor_peaks(draw: Draw, x: Grid, y: Grid) -> Grid:
    """A detector's own Coulomb peaks and nothing that it detects."""
    u = line(draw, x, y, reach=0.2) + draw.uniform(-0.1, 0.1) * x * y
    width = draw.uniform(0.05, 0.3)
    places = np.arange(int(draw.integers(1, 4))) * draw.uniform(0.5, 1.2)
    places = places - places.mean() + draw.uniform(-0.3, 0.3)
    return sum(np.cosh(np.clip((u - place) / width, -30, 30)) ** -2.0 for place in places)


def corner(draw: Draw, x: Grid, y: Grid) -> Grid:
    """One smooth maximum, at the edge or within the window."""
    a, b = draw.uniform(-1.2, 1.2, 2)
    widths = draw.uniform(0.15, 0.8, 2)
    tilt = draw.uniform(-0.6, 0.6)
    r = ((x - a) / widths[0]) ** 2 + ((y - b) / widths[1]) ** 2 + tilt * (x - a) * (y - b) / widths.prod()
    return np.exp(-r / 2) if draw.random() < 0.5 else 1 / (1 + r)


def bands(draw: Draw, x: Grid, y: Grid) -> Grid:
    """Interference, or a pattern of two values."""
    wave = np.sin(draw.uniform(2, 12) * line(draw, x, y)) * np.cos(draw.uniform(0, 8) * line(draw, x, y))
    return np.sign(wave) if draw.random() < 0.4 else wave


KINDS: dict[str, Callable[[Draw, Grid, Grid], Grid]] = {
    "triangles": triangles,
    "diamonds": diamonds,
    "pinch-off": pinch_off,
    "stripes": stripes,
    "latching": latching,
    "single line": single_line,
    "crossing": crossing,
    "noise": nothing,
    "photograph": photograph,
    "sensor peaks": sensor_peaks,
    "honeycomb": honeycomb,
    "corner": corner,
    "bands": bands,
}
"""What other images show, in the order of the seeds."""
