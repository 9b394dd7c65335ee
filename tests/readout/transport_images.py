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


@dataclass(frozen=True, kw_only=True)
class PairTruth:
    """What an image of bias triangles was made from; meV and mV."""

    arms: np.ndarray
    interdot: float
    bias: float
    place: np.ndarray
    excited: float | None
    upper: int


def pair_current(
    rows,
    columns,
    *,
    arms,
    place,
    bias,
    interdot,
    width,
    upper=0,
    excited=None,
    blocked=False,
    leads=(1.0, 1.0),
    fastest=0.4,
):
    """Current through two dots in series over two gates, by rate equations of (0,0), (1,0), (0,1) and (1,1).

    Each lead fills its dot with Γ f and empties it with Γ (1 - f), at a potential higher by `interdot` where the other
    dot is filled; `leads` are both Γ. The electron falls from the upper to the lower dot at a rate that has a resonance
    of the height `fastest` and a tail, and climbs at e^(-ε/k_BT) of it; an excited state of the lower dot, at once
    relaxed, adds one. `blocked`: (1,1) cannot be reached (the hole triangle is missing).
    """
    x, y = np.meshgrid(rows - place[0], columns - place[1], indexing="ij")
    potentials = [-arm[0] * x - arm[1] * y for arm in arms]
    mu_u, mu_l = potentials[upper], potentials[1 - upper]
    epsilon = mu_u - mu_l

    def falls(energy):
        down = np.where(energy > 0, 1.0, np.exp(np.clip(energy / width, -200, 0)))
        tail = 0.125 * np.exp(-np.clip(energy, 0, None) / bias)
        return fastest * down * (tail + 1 / (1 + (energy / (1.5 * width)) ** 2))

    down = falls(epsilon) + (0 if excited is None else 0.5 * falls(epsilon - excited))
    up = down * np.exp(np.clip(-epsilon / width, -200, 0)) * np.where(epsilon > 0, 1, 0) + np.where(
        epsilon > 0, 0, down * np.exp(np.clip(-epsilon / width, 0, 200))
    )
    W = np.zeros((*x.shape, 4, 4))  # (…, to, from); states 00, u, l, ul

    def lead(rate, empty, full, energy, potential):
        W[..., full, empty] += rate * expit((potential - energy) / width)
        W[..., empty, full] += rate * expit((energy - potential) / width)

    lead(leads[0], 0, 1, mu_u, bias)
    lead(leads[1], 0, 2, mu_l, 0.0)
    if not blocked:
        lead(leads[0], 2, 3, mu_u + interdot, bias)
        lead(leads[1], 1, 3, mu_l + interdot, 0.0)
    W[..., 2, 1] += down
    W[..., 1, 2] += up
    states = 3 if blocked else 4
    W = W[..., :states, :states]
    W = W - np.eye(states) * W.sum(axis=-2)[..., None, :]
    W[..., 0, :] = 1.0  # normalisation takes the place of one equation
    right = np.zeros((*x.shape, states, 1))
    right[..., 0, 0] = 1.0
    p = np.linalg.solve(W, right)[..., 0]
    return down * p[..., 1] - up * p[..., 2]


def triangles_image(seed, *, noise=None, excited=None) -> tuple[xr.DataArray, PairTruth]:
    """One pair of triangles; what is not given is drawn from the seed."""
    draw = np.random.default_rng([seed, 47])
    own, cross = draw.uniform(0.05, 0.15, 2), draw.uniform(0.1, 0.4, 2)
    arms = np.array([[own[0], cross[0] * own[1]], [cross[1] * own[0], own[1]]])
    bias, upper = draw.uniform(0.5, 3), int(draw.integers(2))
    interdot = bias * draw.uniform(0.15, 0.6)
    drawn = bias * draw.uniform(0.3, 0.7) if draw.random() < 0.3 else None
    excited = drawn if excited is None else excited
    corners = [(0, 0), (bias, bias), (bias, 0)] if upper == 0 else [(0, 0), (bias, bias), (0, bias)]
    outline = np.array([-np.linalg.solve(arms, np.array(c) - s) for c in corners for s in (0, interdot)])
    low, high = outline.min(axis=0), outline.max(axis=0)
    span, shape = high - low, draw.integers(60, 120, 2)
    rows, columns = (
        np.linspace(low[k] - draw.uniform(0.3, 0.6) * span[k], high[k] + draw.uniform(0.3, 0.6) * span[k], shape[k])
        for k in (0, 1)
    )
    place = draw.uniform(-500, 500, 2)
    rates = np.random.default_rng([seed, 48])
    current = pair_current(
        rows,
        columns,
        arms=arms,
        place=(0, 0),
        bias=bias,
        interdot=interdot,
        width=bias * draw.uniform(0.012, 0.03),
        upper=upper,
        excited=excited,
        leads=np.exp(rates.uniform(-1, 1, 2)),
        fastest=np.exp(rates.uniform(np.log(0.1), np.log(1.0))),
    )
    current *= 100 * draw.choice([-1, 1]) / np.abs(current).max()
    drawn = draw.uniform(0.003, 0.03)
    noise = 100 * (drawn if noise is None else noise)
    pink = draw.uniform(0, 0.7)
    current += scan_noise(current.shape, noise * np.sqrt(1 - pink**2), noise * pink, draw, int(draw.integers(2)))
    coords = {
        "P1": ("P1", rows + place[0], {"units": "mV"}),
        "P2": ("P2", columns + place[1], {"units": "mV"}),
    }
    image = xr.DataArray(current, coords, ("P1", "P2"), attrs={"units": "pA", "long_name": "I"})
    truth = PairTruth(arms=arms, interdot=interdot, bias=bias, place=place, excited=excited, upper=upper)
    return image, truth
