"""Simulated maps of the pair current over gate and bias, from their seeds: the project's own current with noise."""

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.transport import current, pair_junction


def pair_map(
    seed: int, *, gates: int = 40, biases: int = 36, noise: float = 2e-3, processes: str = "2e"
) -> tuple[xr.DataArray, dict[str, float]]:
    """W from 0.25 to 0.7 U, Γ from 0.03 to 0.3 U, k_BT from 0.013 to 0.027 U; noise in parts of the largest current."""
    draw = np.random.default_rng([seed, 9])
    U = draw.uniform(0.5, 1.5)
    W, alpha, centre = U * draw.uniform(0.25, 0.7), draw.uniform(0.2, 0.9), draw.uniform(-30, 30)
    widest = draw.uniform(0.05, 0.15)
    names = ("Gamma_S", "Gamma_D", "Gamma_L", "Gamma_R")
    couplings = {name: float(widest * U * draw.uniform(0.5, 2)) for name in names}
    kelvin = 0.018 * U / K_B * draw.uniform(0.7, 1.5)
    gate = np.linspace(centre - 0.3 * U / alpha, centre + 1.1 * U / alpha, gates)
    bias = np.linspace(0.02 * U, 1.35 * U, biases)
    junction = pair_junction(W=W, U=U, mu_P=U, temperature=kelvin, alpha=alpha, **couplings)
    axes = {"V": gate - centre, "delta_V": 0.0, "V_SD": bias}
    found = current(junction, axes, processes=processes, origin="centre")["current"].squeeze().transpose("V", "V_SD")
    values = found.to_numpy() + noise * float(found.max()) * draw.normal(size=found.shape)
    truth = {"W": W, "U": U, "lever_arm": alpha, "centre": centre, "temperature": kelvin, **couplings}
    return as_map(gate, bias, values), truth


def as_map(gate: np.ndarray, bias: np.ndarray, values: np.ndarray, unit: str = "pA") -> xr.DataArray:
    """With names and units."""
    axes = {"V": ("V", gate, {"units": "mV"}), "V_SD": ("V_SD", bias, {"units": "mV"})}
    return xr.DataArray(values, axes, ("V", "V_SD"), name="signal", attrs={"units": unit, "long_name": "current"})
