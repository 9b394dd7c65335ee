"""Simulated transport through one dot over gate and bias, and images of other things, for tests and the benchmark.

Rate equations of a chain of charge states: W_{N→N+1} and back through each lead, a level (g_in f, g_out (1 - f)) or a
metallic island (orthodox theory: x/(1 - e^(-x/k_BT))). The chain has no loops, so that neighbouring populations
balance, p_N W_{N→N+1} = p_{N+1} W_{N+1→N}; the current is that through the drain.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter
from scipy.special import expit

AROUND = 3
"""Degeneracy points beyond each end of those in view."""


@dataclass(frozen=True, kw_only=True)
class DotTruth:
    """What an image of diamonds was made from; meV and mV."""

    kind: str
    alpha: float
    eta: float
    points: np.ndarray
    offset: float
    width: float
    rates: tuple[float, float]

    @property
    def energies(self) -> np.ndarray:
        return self.alpha * np.diff(self.points)


def metal(x):
    """x/(1 - e^(-x)), 1 at zero."""
    near = np.abs(x) < 1e-9
    x = np.clip(np.where(near, 1.0, x), -500, 500)
    return np.where(near, 1.0, -x / np.expm1(-x))


def dot_current(kind, gate, bias, *, alpha, eta, points, offset, width, rates, excited=None):
    """Current over (bias, gate) of a `metal`, a `level` without spin, or a `spin` that is filled in pairs.

    `excited`: energy above each level of a further one that fills it as fast, and relaxes at once.
    """
    v = (bias - offset)[:, None]
    log_p, ways = [np.zeros((bias.size, gate.size))], []
    for number, place in enumerate(points):
        into = alpha * (gate - place)[None, :] + eta * v  # the level lies below the drain by this
        energies = into / width, (into - v) / width
        g_in, g_out = ((2, 1), (1, 2))[number % 2] if kind == "spin" else (1, 1)
        fills, empties = [], []
        for x, rate in zip(energies, (rates[1], rates[0]), strict=True):
            if kind == "metal":
                fills.append(rate * metal(x))
                empties.append(rate * metal(-x))
                continue
            more = 0.0 if excited is None else expit(x - excited / width)
            fills.append(rate * (g_in * expit(x) + more))
            empties.append(rate * g_out * expit(-x))
        ways.append((fills, empties))
        log_p.append(log_p[-1] + np.log(fills[0] + fills[1]) - np.log(empties[0] + empties[1]))
    p = np.array(log_p)
    p = np.exp(p - p.max(axis=0))
    p /= p.sum(axis=0)
    return sum(p[n] * fills[0] - p[n + 1] * empties[0] for n, (fills, empties) in enumerate(ways))


def scan_noise(shape, white, pink, draw, fast=1):
    """White noise and 1/f noise along the scan, r.m.s. of each."""
    count = shape[0] * shape[1]
    frequencies = np.fft.rfftfreq(2 * count)
    frequencies[0] = frequencies[1]
    series = np.fft.irfft(np.fft.rfft(draw.standard_normal(2 * count)) * frequencies**-0.5, 2 * count)[:count]
    drift = series / series.std()
    drift = drift.reshape(shape) if fast == 1 else drift.reshape(shape[::-1]).T
    return white * draw.standard_normal(shape) + pink * drift


def labelled(values, bias, gate, units="pA"):
    coords = {"V_SD": ("V_SD", bias, {"units": "mV"}), "V_g": ("V_g", gate, {"units": "mV"})}
    return xr.DataArray(values, coords, ("V_SD", "V_g"), attrs={"units": units, "long_name": "I"})


def diamonds_image(seed, kind=None, *, count=None, shape=None, noise=None) -> tuple[xr.DataArray, DotTruth]:
    """One to four points in view; what is not given is drawn from the seed. Noise over the largest current."""
    draw = np.random.default_rng([seed, 41])
    kind = kind or ("level", "metal")[seed % 2]
    drawn = int(draw.integers(1, 5))
    count = drawn if count is None else count
    alpha, eta, energy = draw.uniform(0.03, 0.3), draw.uniform(0.25, 0.75), draw.uniform(1, 5)
    inside = np.cumsum(energy * draw.uniform(0.9, 1.1, count) / alpha)
    around = np.arange(1, AROUND + 1) * energy / alpha
    points = np.concatenate([inside[0] - around[::-1], inside, inside[-1] + around])
    span = np.ptp(inside) + energy / alpha * draw.uniform(0.4, 1.2)
    drawn = draw.integers(90, 180, 2)
    shape = tuple(drawn) if shape is None else shape
    gate = inside.mean() + span * np.linspace(-0.5, 0.5, shape[1])
    largest = energy * draw.uniform(0.5, 1.3)
    bias = np.linspace(-largest, largest, shape[0])
    offset, width = draw.uniform(-0.1, 0.1) * largest, energy * draw.uniform(0.008, 0.03)
    rates = draw.uniform(0.5, 1.5), 1.0
    current = dot_current(
        kind, gate, bias, alpha=alpha, eta=eta, points=points, offset=offset, width=width, rates=rates
    )
    current *= 100 / np.abs(current).max()
    drawn = draw.uniform(0.005, 0.04)
    noise = 100 * (drawn if noise is None else noise)
    pink = draw.uniform(0, 0.7)
    current += scan_noise(shape, noise * np.sqrt(1 - pink**2), noise * pink, draw, int(draw.integers(2)))
    image = labelled(current + draw.uniform(-20, 20), bias, gate)
    if draw.random() < 0.3:
        image = image.T
    if draw.random() < 0.3:
        image = image.isel(V_g=slice(None, None, -1))
    truth = DotTruth(kind=kind, alpha=alpha, eta=eta, points=inside, offset=offset, width=width, rates=rates)
    return image, truth


OTHERS = (
    "noise",
    "pinch-off",
    "stripes",
    "line",
    "crossing lines",
    "vertex",
    "photograph",
    "triangles",
    "open",
    "drift",
)


def other_image(seed) -> tuple[xr.DataArray, str]:
    """An image over gate and bias, or two gates that are called so, of something else."""
    draw = np.random.default_rng([seed, 43])
    what = OTHERS[seed % len(OTHERS)]
    shape = tuple(draw.integers(70, 150, 2))
    y, x = np.meshgrid(np.linspace(-1, 1, shape[0]), np.linspace(-1, 1, shape[1]), indexing="ij")
    angle, soft = draw.uniform(0, np.pi, 2), draw.uniform(0.02, 0.1)
    u, v = (np.cos(a) * x + np.sin(a) * y - draw.uniform(-0.4, 0.4) for a in angle)
    if what == "noise":
        values = np.zeros(shape)
    elif what == "pinch-off":
        values = (y + 0.1) * expit((x - draw.uniform(-0.5, 0.5)) / draw.uniform(0.05, 0.3))
    elif what == "stripes":
        values = np.cos(draw.uniform(4, 20) * u)
    elif what == "line":
        values = expit(u / soft)
    elif what == "crossing lines":
        values = expit(u / soft) + draw.uniform(0.3, 1) * expit(v / soft)
    elif what == "vertex":
        both = expit(u / soft) + expit(v / soft)
        values = both + draw.uniform(0.2, 0.6) * expit(u / soft) * expit(v / soft) + 0.3 * x
    elif what == "photograph":
        values = sum(
            gaussian_filter(draw.standard_normal(shape), size) * size for size in np.exp(draw.uniform(0.5, 3.5, 4))
        )
    elif what == "triangles":
        w = -np.cos(angle[0] + 2) * x - np.sin(angle[0] + 2) * y + 0.4
        values = expit(u / soft) * expit(v / soft) * expit(w / soft)
    elif what == "open":
        values = y * (1 + 0.3 * np.cos(6 * x + draw.uniform(0, 6))) + 0.2 * y**3
    else:
        values = np.cumsum(draw.standard_normal(shape).ravel()).reshape(shape)
    values = values / max(np.ptp(values), 1e-9) + scan_noise(shape, draw.uniform(0.003, 0.08), 0.02, draw)
    return labelled(100 * values, 2 * np.linspace(-1, 1, shape[0]), 50 * np.linspace(-1, 1, shape[1])), what
