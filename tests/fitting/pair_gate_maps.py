"""Simulated maps of the pair current over two gates at a fixed bias, from their seeds."""

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.transport import pair_junction
from attractron.transport.solve import make_model, solve_at
from tests.readout.transport_images import scan_noise


def gate_map(
    seed: int, *, processes: str = "2e", size: int | None = None, noise: float | None = None
) -> tuple[xr.DataArray, dict[str, object]]:
    """W from 0.25 to 0.7 U, the bias from 0.1 to 0.4 of 2Δ, of either polarity; k_BT from 0.1 to 0.25 of it.

    Gates are mean and difference, with cross-talk, or those of both dots; 40 to 110 pixels along each axis, white and
    1/f noise of together 0.3 to 1.5 % of the largest current, a current offset, either direction of each axis.
    """
    draw = np.random.default_rng([seed, 23])
    U = draw.uniform(0.5, 1.6)
    W = U * draw.uniform(0.25, 0.7)
    gap = U - W
    bias = gap * draw.uniform(0.1, 0.4) * draw.choice([-1, 1])
    kelvin = abs(bias) * draw.uniform(0.1, 0.25) / K_B
    widest = draw.uniform(0.05, 0.15)
    names = ("Gamma_S", "Gamma_D", "Gamma_L", "Gamma_R")
    couplings = {name: float(widest * U * draw.uniform(0.5, 1.6)) for name in names}
    scale = np.exp(draw.uniform(np.log(0.05), 0.0))
    if draw.random() < 0.5:  # mean and difference of the gates' voltages
        arms = np.array([[1.0, 0.0], [0.0, 1.0]]) + draw.uniform(-0.15, 0.15, (2, 2))
    else:  # each dot's own gate: µ_L and µ_R by rows
        dots = np.array([[1.0, draw.uniform(0.1, 0.35)], [draw.uniform(0.1, 0.35), draw.uniform(0.8, 1.2)]])
        arms = np.array([dots.sum(axis=0) / 2, (dots[0] - dots[1]) / 2])
    arms = scale * arms
    shape = draw.integers(40, 111, 2) if size is None else (size, size)
    reach = gap * draw.uniform(1.1, 1.8)  # of each energy from the middle
    spans = np.abs(np.linalg.inv(arms)).max(axis=1) * reach
    centre = draw.uniform(-50, 50, 2)
    gates = [np.linspace(-1, 1, shape[k]) * spans[k] + draw.uniform(-0.15, 0.15) * spans[k] for k in (0, 1)]
    x, y = np.meshgrid(*gates, indexing="ij")
    mean, detuning = np.einsum("ij,jkl->ikl", arms, np.stack([x, y]))
    junction = pair_junction(W=W, U=U, mu_P=U, temperature=kelvin, **couplings)
    model = make_model(junction, ["V", "delta_V", "V_SD"], processes, "finite-part", "centre")
    knobs = np.stack([mean.ravel(), detuning.ravel(), np.full(mean.size, bias)], axis=1)
    flow = 243.413e3 * solve_at(model, knobs).flow[:, :, junction.source_number].sum(axis=1).reshape(x.shape)
    largest = float(np.abs(flow).max())
    size_of = draw.uniform(3e-3, 1.5e-2) if noise is None else noise
    pink = draw.uniform(0, 0.7)
    drift = scan_noise(flow.shape, size_of * np.sqrt(1 - pink**2), size_of * pink, draw, int(draw.integers(2)))
    values = flow + largest * (drift + 0.05 * draw.uniform(-1, 1))
    axes = {f"P{k + 1}": (f"P{k + 1}", gates[k] + centre[k], {"units": "mV"}) for k in (0, 1)}
    image = xr.DataArray(values, axes, ("P1", "P2"), name="signal", attrs={"units": "pA", "long_name": "current"})
    if draw.random() < 0.3:
        image = image.isel(P1=slice(None, None, -1))
    if draw.random() < 0.3:
        image = image.T
    truth = {"W": W, "U": U, "two_Delta": gap, "bias": bias, "arms": arms, "centre": centre, "temperature": kelvin}
    return image, truth | couplings
