"""Simulated charge stability diagrams with everything known that a fit of the whole image should find; seeded."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.dots import Detector, Device, building_block, effective_interaction, stability_diagram

ANCHOR = "lever_arm.V_L.L"
"""The lever arm that starts are given exactly: it sets the scale of energy."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """An image, what it was made from (parameter → value) and a device to start from.

    Attributes:
        image: detector current, pA.
        truth: every parameter of the fit.
        interaction: W_eff at the image's temperature, meV.
        start: a device whose parameters and lever arms (but `ANCHOR`) are off.
        temperature: to start with, K.
    """

    image: xr.DataArray
    truth: dict[str, float]
    interaction: float
    start: Device
    temperature: float


def block(values: dict[str, float], arms: dict[str, dict[str, float]]) -> Device:
    return building_block(**values, lever_arms=arms)


def simulated(seed: int, *, shape=(56, 60), noise=0.1, pink=0.3, broadened=True, error=0.15) -> Simulated:
    """A vertex in a window a few times its size; odd seeds attract. `noise` is over the larger charge step."""
    draw = np.random.default_rng([seed, 17])
    while True:
        U, W, t = draw.uniform(1.5, 3.0), draw.uniform(0.3, 1.2), draw.uniform(0.02, 0.1)
        values = {"W": W, "U": U, "delta": U * draw.uniform(0.15, 0.9), "t": t}
        own, cross = draw.uniform(0.6, 1.2, 2), draw.uniform(0.05, 0.35, 2)
        arms = {"V_L": {"L": own[0], "R": cross[0]}, "V_R": {"R": own[1], "L": cross[1]}}
        device = block(values, arms)
        W_eff = effective_interaction(device)
        if abs(W_eff) > 0.3 and (W_eff < 0) == bool(seed % 2):
            break
    temperature = abs(W_eff) * draw.uniform(0.04, 0.12) / K_B
    matrix = np.array([[arms[gate][dot] for gate in ("V_L", "V_R")] for dot in ("L", "R")])
    energies = [U * n / 2 - np.hypot((values["delta"] - U * n) / 2, t) for n in (0, 2)]
    middle = np.linalg.solve(matrix, [(energies[1] - energies[0] + W) / 2] * 2)
    axes = {
        gate: middle[i] + abs(W_eff) / own[i] * (np.linspace(-2.0, 2.0, shape[i]) + draw.uniform(-0.3, 0.3))
        for i, gate in enumerate(("V_L", "V_R"))
    }
    main = -100.0
    detector = Detector(
        background=500.0,
        weights={"L": main, "R": main * draw.uniform(0.4, 0.9)},
        slope={gate: draw.uniform(-1, 1) * 100.0 / np.ptp(axis) for gate, axis in axes.items()},
        tunnel_broadening=K_B * temperature * draw.uniform(0.5, 1.5) * broadened,
        white_noise=100.0 * noise * np.sqrt(1 - pink),
        pink_noise=100.0 * noise * np.sqrt(pink),
        seed=seed,
    )
    diagram = stability_diagram(device, axes, temperature=temperature, detector=detector)
    off = {gate: {dot: arm * np.exp(error * draw.normal()) for dot, arm in line.items()} for gate, line in arms.items()}
    off["V_L"]["L"] = arms["V_L"]["L"]
    guess = {name: value * np.exp(error * draw.normal()) for name, value in values.items()}
    return Simulated(
        image=diagram["detector_current"],
        truth={
            **values,
            "temperature": temperature,
            **{f"lever_arm.{gate}.{dot}": arm for gate, line in arms.items() for dot, arm in line.items()},
            "offset.L": 0.0,
            "offset.R": 0.0,
            **{f"weight.{dot}": weight for dot, weight in detector.weights.items()},
            "background": 500.0,
            **{f"slope.{gate}": slope for gate, slope in detector.slope.items()},
            "tunnel_broadening": detector.tunnel_broadening,
        },
        interaction=effective_interaction(device, temperature=temperature),
        start=block(guess, off),
        temperature=temperature * 2.0 ** draw.uniform(-1, 1),
    )
