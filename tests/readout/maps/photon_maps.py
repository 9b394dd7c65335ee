"""Simulated maps over detuning and microwave frequency, and maps of other things; all from their seeds.

The two-level system in a microwave field: with splitting Ω = √(ε² + 4t²) a resonance at Ω = n h f of half width γ
excites the electron, which moves the charge ε/Ω.
"""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from attractron.core.constants import K_B, PLANCK

OTHERS = ("noise", "interdot line", "fixed lines", "blobs", "waves", "drift", "triangle", "checker")


@dataclass(frozen=True, kw_only=True)
class PhotonTruth:
    """What a map was made from: meV per unit of the axis, mV, meV, meV."""

    lever_arm: float
    position: float
    tunnel_coupling: float
    line_width: float
    photons: int
    sides: int


def pink(draw: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """1/f noise of unit variance along the rows, one after the other."""
    size = shape[0] * shape[1]
    frequencies = np.fft.rfftfreq(size)
    frequencies[0] = frequencies[1]
    series = np.fft.irfft(np.fft.rfft(draw.normal(size=size)) * frequencies**-0.5, size)
    return (series / series.std()).reshape(shape)


def labelled(frequency: np.ndarray, gate: np.ndarray, signal: np.ndarray, unit: str = "mV") -> xr.DataArray:
    axes = {"freq": ("freq", frequency, {"units": "GHz"}), "eps": ("eps", gate, {"units": unit})}
    return xr.DataArray(signal, axes, ("freq", "eps"), attrs={"units": "nA", "long_name": "sensor"})


def photon_map(
    seed: int, *, rows: int = 40, columns: int = 161, noise: float = 0.02
) -> tuple[xr.DataArray, PhotonTruth]:
    """A sensor or a current, lines of either sign, t from none to 0.45 h f, one or two photons, white and 1/f noise."""
    draw = np.random.default_rng([seed, 5])
    frequency = np.linspace(draw.uniform(4, 8), draw.uniform(18, 30), rows)
    quantum = PLANCK * frequency
    photons = 1 + int(draw.random() < 0.25)
    sides = 2 if draw.random() < 0.85 else 1
    alpha, t = draw.uniform(0.02, 0.12), draw.uniform(0.0, 0.45) * quantum.max()
    half = photons * quantum.max() / alpha * draw.uniform(1.15, 1.6)
    centre = draw.uniform(-50, 50)
    gate = np.linspace(-half, half, columns) + centre
    place = centre + draw.uniform(-0.08, 0.08) * half
    width = draw.uniform(0.03, 0.08) * quantum.max()
    energy = alpha * (gate - place)
    gap = np.hypot(energy, 2 * t)
    step = energy / gap * np.tanh(gap / (2 * K_B * draw.uniform(0.03, 0.15)))
    current = draw.random() < 0.3
    signal = np.tile(
        1.0 + 0.2 * (gate - centre) / half + (0 if current else draw.choice([-0.5, 0.5])) * step, (rows, 1)
    )
    sign = draw.choice([-1, 1])
    shape = draw.integers(3)
    for order in range(1, photons + 1):
        amplitude = 0.25 * draw.uniform(0.4, 1.0, rows) * 0.5 ** (order - 1)
        if shape == 0:
            resonance = 1 / (1 + ((gap[None, :] - order * quantum[:, None]) / width) ** 2)
            lines = [np.maximum(side * energy, 0.0) / gap * resonance for side in (1, -1)]
        else:
            at = np.sqrt(np.maximum((order * quantum) ** 2 - 4 * t**2, 0.0))[:, None]
            below = np.sqrt(np.maximum(4 * t**2 - (order * quantum) ** 2, 0.0))[:, None]
            away = [(side * energy[None, :] - at) / width for side in (1, -1)]
            lines = [
                (1 / (1 + each**2) if shape == 1 else np.exp(-(each**2) / 2)) / (1 + (below / width) ** 2)
                for each in away
            ]
        signal = signal + sign * amplitude[:, None] * (lines[0] - (lines[1] if sides == 2 else 0.0))
    share = draw.uniform(0.0, 0.5)
    signal = signal + noise * np.sqrt(1 - share) * draw.normal(size=signal.shape)
    signal = signal + noise * np.sqrt(share) * pink(draw, signal.shape)
    truth = PhotonTruth(
        lever_arm=alpha, position=place, tunnel_coupling=t, line_width=width, photons=photons, sides=sides
    )
    return labelled(frequency, gate, signal), truth


def other_map(seed: int, *, rows: int = 40, columns: int = 161) -> tuple[xr.DataArray, str]:
    """A map over the same axes without photon lines."""
    draw = np.random.default_rng([seed, 6])
    name = OTHERS[seed % len(OTHERS)]
    frequency = np.linspace(draw.uniform(4, 8), draw.uniform(18, 30), rows)
    x, y = np.linspace(-1, 1, columns), np.linspace(-1, 1, rows)[:, None]
    noise = draw.normal(size=(rows, columns)) * draw.uniform(0.01, 0.1)
    signal = np.zeros((rows, columns)) + 0.3 * x
    if name == "interdot line":
        signal = signal + 0.5 * np.tanh((x - draw.uniform(-0.2, 0.2)) / draw.uniform(0.03, 0.1))
    elif name == "fixed lines":
        for place in draw.uniform(-0.8, 0.8, draw.integers(1, 4)):
            signal = signal + draw.uniform(0.3, 1, (rows, 1)) / (1 + ((x - place) / 0.05) ** 2)
    elif name == "blobs":
        for _ in range(6):
            centre = draw.uniform(-1, 1, 2)
            signal = signal + draw.uniform(-1, 1) * np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / 0.02)
    elif name == "waves":
        signal = signal + 0.3 * np.sin(draw.uniform(5, 20) * x + draw.uniform(5, 20) * y)
    elif name == "drift":
        noise = noise + 0.3 * pink(draw, (rows, columns))
    elif name == "triangle":
        signal = signal + np.where((x > -0.4) & (y > -0.5) & (x + y < draw.uniform(0, 0.5)), 1.0, 0.0)
    elif name == "checker":
        signal = signal + 0.5 * ((np.floor(6 * x) + np.floor(4 * y)) % 2)
    return labelled(frequency, 40 * x, signal + noise), name
