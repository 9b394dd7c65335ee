"""Simulated maps of interdot lines: the exact charge of a two-level system, row after row, with white and 1/f noise."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from tests.readout.maps.photon_maps import pink


@dataclass(frozen=True, kw_only=True)
class DetuningTruth:
    """meV/mV, K, meV of every row, 1/mV."""

    lever_arm: float
    temperature: float
    couplings: np.ndarray
    rate: float


def detuning_map_of(
    seed: int, *, rows: int = 24, columns: int = 141, noise: float = 0.01
) -> tuple[xr.DataArray, DetuningTruth]:
    """t over a barrier gate, from below k_BT to several times it."""
    draw = np.random.default_rng([seed, 7])
    alpha, kelvin = draw.uniform(0.03, 0.12), draw.uniform(0.05, 0.2)
    barrier = np.linspace(0.0, draw.uniform(10, 40), rows) + draw.uniform(-500, 500)
    low, high = K_B * kelvin * draw.uniform(0.1, 0.5), K_B * kelvin * draw.uniform(2, 5)
    rate = np.log(high / low) / np.ptp(barrier)
    t = low * np.exp(rate * (barrier - barrier[0]))
    half = 14 * max(high, K_B * kelvin) / alpha
    gate = np.linspace(-half, half, columns)
    place = 0.1 * half * (barrier - barrier.mean()) / np.ptp(barrier)
    energy = alpha * (gate[None, :] - place[:, None])
    gap = np.hypot(energy, 2 * t[:, None])
    signal = draw.choice([-1, 1]) * (0.5 * energy / gap * np.tanh(gap / (2 * K_B * kelvin)) + 0.1 * gate / half)
    share = draw.uniform(0, 0.4)
    signal = signal + noise * (
        np.sqrt(1 - share) * draw.normal(size=gap.shape) + np.sqrt(share) * pink(draw, gap.shape)
    )
    axes = {"V_B": ("V_B", barrier, {"units": "mV"}), "eps": ("eps", gate, {"units": "mV"})}
    image = xr.DataArray(signal, axes, ("V_B", "eps"), attrs={"units": "nA", "long_name": "sensor"})
    return image, DetuningTruth(lever_arm=alpha, temperature=kelvin, couplings=t, rate=float(rate))
