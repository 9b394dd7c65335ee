"""Maps of the pair current as laboratories have them, from their seeds: any window, offsets, 1/f noise."""

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.transport import current, pair_junction
from tests.fitting.pair_maps import as_map
from tests.readout.transport_images import scan_noise

COUPLINGS = ("Gamma_S", "Gamma_D", "Gamma_L", "Gamma_R")


def varied_pair_map(seed: int) -> tuple[xr.DataArray, dict[str, float]]:
    """W from 0.2 to 0.75 U; one bias polarity or both; offsets of ±50 µV, and of ±2 % of the current.

    40 to 150 pixels along each axis; white and 1/f noise of together 0.2 to 1 % of the largest current; either order of
    the axes, either direction of the gate.
    """
    draw = np.random.default_rng([seed, 19])
    U = draw.uniform(0.4, 2.0)
    W, alpha, centre = U * draw.uniform(0.2, 0.75), np.exp(draw.uniform(np.log(0.02), 0.0)), draw.uniform(-30, 30)
    widest = draw.uniform(0.04, 0.2)
    couplings = {name: float(widest * U * draw.uniform(0.4, 1.6)) for name in COUPLINGS}
    kelvin = 0.018 * U / K_B * draw.uniform(0.6, 2.0)
    offset = draw.uniform(-0.05, 0.05)
    sides = ((-1, 0), (0, 1), (-1, 1))[int(draw.integers(3))]
    gates, biases = draw.integers(40, 151, 2)
    highest = U * draw.uniform(1.2, 1.6)
    bias = np.linspace(highest * sides[0], highest * sides[1], biases) + draw.uniform(-0.02, 0.02) * U
    low, high = -draw.uniform(0.2, 0.6), draw.uniform(0.9, 1.3)
    energy = np.linspace(low * U, high * U, gates)
    if sides == (-1, 0):  # where the lines at negative bias are
        energy = -energy[::-1]
    elif sides == (-1, 1):
        energy = np.linspace(-draw.uniform(0.5, 1.2) * U, high * U, gates)
    junction = pair_junction(W=W, U=U, mu_P=U, temperature=kelvin, **couplings)
    shifted = np.linspace(bias[0] - offset, bias[-1] - offset, biases)
    axes = {"V": energy, "delta_V": 0.0, "V_SD": shifted}
    found = current(junction, axes, origin="centre")["current"].squeeze().transpose("V", "V_SD").to_numpy()
    largest = float(np.abs(found).max())
    noise, pink, fast = draw.uniform(2e-3, 1e-2), draw.uniform(0, 0.7), int(draw.integers(2))
    values = found + largest * scan_noise(found.shape, noise * np.sqrt(1 - pink**2), noise * pink, draw, fast)
    values = values + 0.02 * largest * draw.uniform(-1, 1)
    image = as_map(energy / alpha, bias, values)
    if draw.random() < 0.5:  # a gate that repels electrons
        image = as_map(-image["V"].to_numpy()[::-1], bias, image.to_numpy()[::-1])
    image = image.assign_coords(V=("V", image["V"].to_numpy() + centre, {"units": "mV"}))
    truth = {"W": W, "U": U, "lever_arm": alpha, "centre": centre, "temperature": kelvin, "offset": offset, **couplings}
    return image if draw.random() < 0.5 else image.T, truth
