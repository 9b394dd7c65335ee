"""Simulated charge stability diagrams with known vertices, for tests and for the benchmark; seeded.

Noise is given relative to the larger of the two charge steps: its r.m.s. (white and 1/f together) is drawn evenly from
zero to a third of that step, whatever the contrast of the fainter dot.
"""

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.dots import Detector, Device, building_block, effective_interaction, stability_diagram

MAIN = 100.0
"""Larger charge step, pA."""

DOTS = ("L", "R")


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What an image was made from.

    Attributes:
        interaction: W_eff in meV at the temperature of the image.
        lever_arms: of L and R along the image's axes, (dot, axis), meV/mV.
        points: triple points in mV, (point, axis), in no particular order.
        length: of the interaction line in pixels.
        contrast: of the fainter dot.
        noise: r.m.s. over the larger step.
        pink: part of the noise's variance that is 1/f.
    """

    interaction: float
    lever_arms: np.ndarray
    points: np.ndarray
    length: float
    contrast: float
    noise: float
    pink: float


def vertex_image(
    seed: int, *, length=None, pixels=None, noise=None, contrast=None, steps=None
) -> tuple[xr.DataArray, Truth]:
    """An image with one vertex; odd seeds attract. What is not given is drawn from the seed.

    With `steps`, of L and R over the larger charge step, the image shows nothing but these, without a slope or noise.
    """
    draw = np.random.default_rng([seed, 7])
    device, W_eff = _device(draw, attractive=bool(seed % 2))
    axes_names = ("V_R", "V_L") if draw.random() < 0.7 else ("V", "delta_V")
    axes_names = axes_names[::-1] if draw.random() < 0.5 else axes_names
    arms = np.array([[device.lever_arms(name)[device.index(dot)] for name in axes_names] for dot in DOTS])
    temperature = abs(W_eff) * draw.uniform(0.01, 0.1) / K_B
    W_eff = effective_interaction(device, temperature=temperature)
    span = np.linalg.solve(arms, [W_eff, abs(W_eff)])
    shape = draw.integers(100, 220, 2) if pixels is None else np.array(pixels)
    drawn = draw.uniform(15, min(60, 0.4 * shape.min()))
    length = drawn if length is None else length
    pixel = np.exp(draw.uniform(-0.3, 0.3) * np.array([1, -1]))
    pixel *= np.hypot(*(span / pixel)) / length
    middle = np.linalg.solve(arms, [_middle(device)] * 2)
    axes = {
        name: middle[i] + pixel[i] * (np.arange(shape[i]) - shape[i] * (0.5 + draw.uniform(-0.15, 0.15)))
        for i, name in enumerate(axes_names)
    }
    if draw.random() < 0.3:
        axes[axes_names[0]] = axes[axes_names[0]][::-1].copy()
    drawn = np.exp(draw.uniform(np.log(0.1), 0))
    contrast = drawn if contrast is None else contrast
    drawn = draw.uniform(0, 1 / 3)
    noise = drawn if noise is None else noise
    pink = draw.random()
    main, faint = DOTS if draw.random() < 0.7 else DOTS[::-1]
    detector = Detector(
        background=500.0,
        weights={main: -MAIN, faint: -MAIN * contrast},
        slope={name: draw.uniform(-1, 1) * MAIN / np.ptp(values) for name, values in axes.items()},
        tunnel_broadening=abs(W_eff) * draw.uniform(0, 0.15) * (draw.random() < 0.6),
        white_noise=MAIN * noise * np.sqrt(1 - pink),
        pink_noise=MAIN * noise * np.sqrt(pink),
        seed=seed,
    )
    if steps is not None:
        weights = {dot: -MAIN * step for dot, step in zip(DOTS, steps, strict=True)}
        detector = replace(detector, weights=weights, slope={}, white_noise=0.0, pink_noise=0.0)
    diagram = stability_diagram(device, axes, temperature=temperature, detector=detector)
    truth = Truth(
        interaction=float(W_eff),
        lever_arms=arms,
        points=middle + np.array([-0.5, 0.5])[:, None] * span,
        length=float(length),
        contrast=float(contrast),
        noise=float(noise),
        pink=float(pink),
    )
    return diagram["detector_current"].rename("signal"), truth


def image_without_vertex(seed: int) -> xr.DataArray:
    """One dot's line only, or a sloping background only, or nothing but noise: seeds 0, 1, 2 modulo 3."""
    draw = np.random.default_rng([seed, 11])
    shape = draw.integers(80, 220, 2)
    angle, W_like = draw.uniform(0, np.pi), 1.0
    arms = np.array([np.cos(angle), np.sin(angle)])
    device = building_block(
        W=W_like, U=2.0, delta=1.0, t=0.0, lever_arms={"V_L": {"L": arms[0]}, "V_R": {"L": arms[1], "R": 1e-9}}
    )
    axes = {
        name: 3.0 * (np.linspace(-1, 1, shape[i]) + draw.uniform(-0.4, 0.4)) for i, name in enumerate(("V_L", "V_R"))
    }
    noise, pink, kind = draw.uniform(0.02, 1 / 3), draw.random(), seed % 3
    detector = Detector(
        background=500.0,
        weights={"L": -MAIN if kind == 0 else 0.0, "R": 0.0},
        slope={name: draw.uniform(-1, 1) * MAIN / 6 * (kind < 2) for name in axes},
        white_noise=MAIN * noise * np.sqrt(1 - pink),
        pink_noise=MAIN * noise * np.sqrt(pink),
        tunnel_broadening=draw.uniform(0, 0.2),
        seed=seed,
    )
    diagram = stability_diagram(device, axes, temperature=draw.uniform(0.1, 2.0), detector=detector)
    return diagram["detector_current"].rename("signal")


def image_below_resolution(seed: int) -> tuple[xr.DataArray, Truth]:
    """A vertex whose interaction line is up to one pixel long."""
    draw = np.random.default_rng([seed, 13])
    return vertex_image(seed, length=draw.uniform(0.02, 1.0), pixels=draw.integers(100, 180, 2))


def _device(draw: np.random.Generator, *, attractive: bool) -> tuple[Device, float]:
    """A building block with skewed gates and at least 0.15 meV of interaction of the wanted sign."""
    while True:
        U, W, t = draw.uniform(1.5, 3.0), draw.uniform(0.3, 1.2), draw.uniform(0, 0.1)
        delta = U * draw.uniform(0.15, 1.1)
        own = draw.uniform(0.5, 1.2, 2)
        cross = own[::-1] * draw.uniform(0, 0.45, 2)
        arms = {"V_L": {"L": own[0], "R": cross[0]}, "V_R": {"R": own[1], "L": cross[1]}}
        device = building_block(W=W, U=U, delta=delta, t=t, lever_arms=arms)
        W_eff = effective_interaction(device)
        if abs(W_eff) > 0.15 and (W_eff < 0) == attractive:
            return device, W_eff


def _middle(device: Device) -> float:
    """µ of both dots in the middle of the vertex, half of E(2) - E(0) (equations 1 to 3)."""
    U, W, delta, t = (device.named()[name].value for name in ("U", "W", "delta", "t"))
    energies = [U * N / 2 - np.hypot((delta - U * N) / 2, t) for N in (0, 2)]
    return (energies[1] - energies[0] + W) / 2


KINDS = ("peak", "hum", "telegraph", "drift")
"""What disturbs images beyond white and 1/f noise."""


def disturbed_image(seed: int, kind: str) -> tuple[xr.DataArray, Truth]:
    """An image with one vertex whose detector does what detectors do; its noise is half as large as in `vertex_image`.

    "peak": the detector is on its own Coulomb peak, cosh⁻² or Lorentzian, up to twice as wide as the window, and one
    charge shifts it by up to half of the peak's width. "hum": pick-up of 50 Hz and its third harmonic, at most as high
    as a step, pixels of 0.3 to 5 ms, rows that begin at any phase or go on after a dead time. "telegraph": switches
    between two levels half a step apart, after 30 to 3000 pixels in the mean. "drift": a random walk over up to two
    steps. Pixels are taken along the last axis.
    """
    draw = np.random.default_rng([seed, 17, KINDS.index(kind)])
    image, truth = vertex_image(seed, noise=draw.uniform(0, 1 / 6), contrast=np.exp(draw.uniform(np.log(0.2), 0)))
    rows, columns = image.shape
    if kind == "peak":
        return image.copy(data=_on_peak(seed, draw, truth)), truth
    if kind == "hum":
        frequency, pixel = 0.05, np.exp(draw.uniform(np.log(0.3), np.log(5.0)))  # cycles a ms, ms
        dead = (
            draw.uniform(0, 30) if draw.random() < 0.5 else draw.uniform(0, 20, rows).cumsum() / np.arange(1, rows + 1)
        )
        times = pixel * np.arange(columns) + (np.arange(rows) * (pixel * columns + dead))[:, None]
        phase = 2 * np.pi * frequency * times
        more = draw.uniform(0, 0.4) * np.cos(3 * phase + draw.uniform(0, 6))
        added = draw.uniform(0.1, 1) * (np.cos(phase + draw.uniform(0, 6)) + more)
    elif kind == "telegraph":
        dwell = np.exp(draw.uniform(np.log(30), np.log(3000)))
        switches = draw.random(image.size) < 1 / dwell
        added = 0.5 * (switches.cumsum() % 2).reshape(rows, columns)
    else:
        walk = draw.normal(size=image.size).cumsum().reshape(rows, columns)
        added = draw.uniform(0.2, 2) * walk / np.ptp(walk)
    return image + MAIN * added, truth


def _on_peak(seed: int, draw: np.random.Generator, truth: Truth) -> np.ndarray:
    """The current of a detector with one electrochemical potential, shifted by both dots and by the gates."""
    clean = [vertex_image(seed, steps=steps)[0].values for steps in ((1, 0), (0, 1))]
    n = np.stack([500.0 - values for values in clean]) / MAIN
    x, y = np.meshgrid(*(np.linspace(-1, 1, size) for size in n.shape[1:]), indexing="ij")
    angle, width = draw.uniform(0, 2 * np.pi), draw.uniform(0.4, 1.5)
    shifts = draw.uniform(0.15, 0.5) * width * np.array([1.0, truth.contrast * draw.uniform(0.5, 1.0)])
    u = np.cos(angle) * x + np.sin(angle) * y + np.tensordot(shifts[:: draw.choice([-1, 1])], n, axes=1)
    z = (u - draw.uniform(-0.5, 0.5)) / width
    peak = 1 / np.cosh(1.76 * z) ** 2 if draw.random() < 0.5 else 1 / (1 + 4 * z**2)
    return MAIN * (4 * peak + truth.noise * draw.normal(size=z.shape))
