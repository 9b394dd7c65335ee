"""Seeded traces across a charging line with all that laboratories add to them, and traces of other things.

`line_trace(kind, seed)` gives a trace with its truth; `other_trace(kind, seed)` one that shows no single charging step.
The lever arm is `LEVER_ARM` throughout.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.dots.detector import one_over_f
from attractron.readout.trace.lineshapes import lead_occupation

LEVER_ARM = 0.1


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a trace was made with: K, meV, mV."""

    temperature: float
    tunnel_broadening: float
    position: float
    step_height: float


def labelled(gate, signal):
    """A trace as `load` gives it."""
    axis = {"P": ("P", gate, {"units": "mV", "long_name": "P"})}
    return xr.Dataset({"signal": ("P", signal, {"units": "nA", "long_name": "sensor"})}, axis, {"derivative": 0})


def _white(rng, size):
    return rng.normal(size=size)


def _pink(rng, size):
    return 0.5 * rng.normal(size=size) + rng.uniform(0.3, 1.0) * one_over_f(size, rng)


def _drift(rng, size):
    return rng.normal(size=size) + rng.uniform(0.05, 0.4) * np.cumsum(rng.normal(size=size))


def _hum(rng, size):
    """Pick-up of 0.3 to 5 steps, periods of 2.2 to 100 points, up to 7 harmonics, its frequency drifting slightly."""
    time = np.arange(size)
    longest = min(100.0, size / 7)
    frequency = 1 / np.exp(rng.uniform(np.log(2.2), np.log(longest)))
    middle = (time - size / 2) / (size / 2)
    phase = frequency * time + rng.uniform(-0.15, 0.15) * middle**2
    wave = np.cos(2 * np.pi * phase + rng.uniform(0, 2 * np.pi))
    for overtone in range(2, int(rng.integers(1, 8)) + 1):
        wave += rng.uniform(0.05, 0.5) * np.cos(2 * np.pi * overtone * phase + rng.uniform(0, 2 * np.pi))
    return wave * np.exp(rng.uniform(np.log(0.3), np.log(5.0)))


def _telegraph(rng, size):
    """Two levels, 0.3 to 2 steps apart, 8 to 60 switches."""
    chance = rng.uniform(8, 60) / size
    return (np.cumsum(rng.random(size) < chance) % 2) * rng.uniform(0.3, 2.0)


KINDS = ("white", "1/f", "drift", "hum", "telegraph", "mixture", "reversed", "jump")
NOISES = {"1/f": _pink, "drift": _drift}


def line_trace(kind, seed):
    """A charging line."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    size = int(rng.choice([200, 400, 800]))
    gate = np.linspace(-10.0, 10.0, size) + rng.uniform(-500, 500)
    middle = float(gate.mean())
    width = np.exp(rng.uniform(np.log(2.0), np.log(size / 20))) * 20 / size  # k_B T/α in mV
    truth = Truth(
        temperature=LEVER_ARM * width / K_B,
        tunnel_broadening=0.0,
        position=middle + rng.uniform(-3.0, 3.0),
        step_height=float(rng.choice([-1, 1]) * np.exp(rng.uniform(-3, 3))),
    )
    if kind == "mixture":
        part = rng.uniform(0.3, 0.8)
        truth = Truth(
            temperature=truth.temperature * part,
            tunnel_broadening=LEVER_ARM * width * 3 * (1 - part),
            position=truth.position,
            step_height=truth.step_height,
        )
    charge = lead_occupation(LEVER_ARM * (gate - truth.position), truth.temperature, truth.tunnel_broadening)[0]
    level = rng.uniform(0.01, 0.05) if kind != "mixture" else rng.uniform(0.003, 0.01)
    noise = level * NOISES.get(kind, _white)(rng, size)
    if kind == "hum":
        noise += _hum(rng, size)
    if kind == "telegraph":
        noise += _telegraph(rng, size)
    if kind == "jump":
        away = truth.position + rng.choice([-1, 1]) * rng.uniform(1, 1.5) * (3 * width + 1)
        noise += rng.uniform(0.3, 1.5) * rng.choice([-1, 1]) * (gate > away)
    u = (gate - middle) / 10
    slopes = rng.normal(size=2) * [1.0, 0.15]
    background = slopes[0] * u + slopes[1] * u**2 + rng.normal() * 3
    signal = truth.step_height * (charge + background + noise)
    if kind == "reversed":
        gate, signal = gate[::-1], signal[::-1]
    return labelled(gate, signal), truth


def _tanh(rng, x):
    return 1 + np.tanh((x - rng.uniform(-300, 100)) / rng.uniform(40, 150))


def _saturating(rng, x):
    away = x - rng.uniform(-350, 100)
    return np.where(away > 0, 1 - np.exp(-np.maximum(away, 0) / rng.uniform(30, 150)), 0.0)


def _long_tail(rng, x):
    place, width = rng.uniform(-350, 0), rng.uniform(8, 40)
    return expit((x - place) / width) * (1 + rng.uniform(0.5, 2) * np.sqrt(np.maximum(x - place, 0) / 500))


def _two_slope(rng, x):
    place, width = rng.uniform(-350, 0), rng.uniform(30, 200)
    away = np.maximum(x - place, 0)
    return np.minimum(away, width) / width + rng.uniform(0.1, 0.4) * np.maximum(away - width, 0) / 300


def _ramp(rng, x):
    place = rng.uniform(-300, 0)
    return np.clip((x - place) / rng.uniform(60, 250), 0, 1)


def _kink(rng, x):
    return np.maximum(x - rng.uniform(-200, 200), 0) / 300 * rng.choice([-1, 1]) + rng.normal() * x / 500


def _decay(rng, x):
    return np.exp(-(x + 500) / rng.uniform(60, 300))


def _quadratic(rng, x):
    return ((x - rng.uniform(-300, 300)) / 400) ** 2


def _lorentzian_bump(rng, x):
    return 1 / (1 + ((x - rng.uniform(-250, 250)) / rng.uniform(20, 120)) ** 2)


def _gaussian_bump(rng, x):
    return np.exp(-0.5 * ((x - rng.uniform(-250, 250)) / rng.uniform(20, 120)) ** 2)


def _walk(rng, x):
    walk = np.cumsum(rng.normal(size=x.size))
    return walk / np.ptp(walk)


def _switching(rng, x):
    return (np.cumsum(rng.random(x.size) < rng.uniform(8, 60) / x.size) % 2).astype(float)


def _nothing(rng, x):
    return np.zeros(x.size)


def _only_pink(rng, x):
    return 0.1 * one_over_f(x.size, rng)


def _only_hum(rng, x):
    return 0.2 * _hum(rng, x.size)


def _two_lines(rng, x):
    width = rng.uniform(8, 15)
    apart = rng.uniform(10, 20) * width
    first = rng.uniform(-350, 350 - apart)
    return expit((x - first) / width) + rng.uniform(0.5, 1) * rng.choice([-1, 1]) * expit((x - first - apart) / width)


def _only_jump(rng, x):
    return (x > rng.uniform(-300, 300)).astype(float)


def _wide(rng, x):
    return expit((x - rng.uniform(-100, 100)) / rng.uniform(120, 300))


OTHERS = {
    "tanh pinch-off": _tanh,
    "saturating exponential": _saturating,
    "long tail": _long_tail,
    "two slopes": _two_slope,
    "ramp that saturates": _ramp,
    "kink": _kink,
    "exponential decay": _decay,
    "quadratic": _quadratic,
    "Lorentzian bump": _lorentzian_bump,
    "Gaussian bump": _gaussian_bump,
    "random walk": _walk,
    "telegraph": _switching,
    "white noise": _nothing,
    "1/f noise": _only_pink,
    "hum": _only_hum,
    "two lines": _two_lines,
    "jump": _only_jump,
    "wide step": _wide,
}


def other_trace(kind, seed):
    """A trace over 1000 mV that shows no single charging step in view."""
    rng = np.random.default_rng([seed, list(OTHERS).index(kind), 7])
    size = int(rng.choice([200, 400, 800]))
    gate = np.linspace(-500.0, 500.0, size)
    curve = OTHERS[kind](rng, gate)
    return labelled(gate, rng.uniform(0.1, 40) * (curve + rng.uniform(0.003, 0.03) * rng.normal(size=size)))
