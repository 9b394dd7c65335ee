"""Simulated honeycombs of two dots with several electrons each, from their seeds, by the dots' Boltzmann average."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.dots import Detector, Device, Gate, stability_diagram

MAIN = 100.0
"""Larger charge step, pA."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What an image was made from: W_eff in meV, lever arms (dot, axis) in meV/mV, and middles of the vertices whose
    triple points lie within 0.9 of the window's half width, and of all others, (vertex, axis) mV."""

    interaction: float
    lever_arms: np.ndarray
    middles: np.ndarray
    everywhere: np.ndarray
    spans: np.ndarray
    addition: tuple[float, float]


def mixed_occupations(U, W, t, kT, potentials) -> np.ndarray:
    """<n_1> and <n_2> of dots whose electrons tunnel by t, (dot, pixel), for µ_1 and µ_2 (dot, pixel).

    For each number of electrons the states (n, N - n) make a chain, H = E(n, N - n) + t between neighbours, which is
    diagonalised at every pixel with the states that are within reach.
    """
    close = [range(max(0, int(mu.min() / u) - 3), int(mu.max() / u) + 4) for mu, u in zip(potentials, U, strict=True)]
    blocks = []
    for total in range(close[0][0] + close[1][0], close[0][-1] + close[1][-1] + 1):
        n = np.array([(k, total - k) for k in close[0] if total - k in close[1]], dtype=float).T
        E = np.sum(np.array(U)[:, None] * n * (n - 1) / 2, axis=0) + W * n[0] * n[1] - potentials.T @ n
        H = E[:, :, None] * np.eye(n.shape[1]) + t * (np.eye(n.shape[1], k=1) + np.eye(n.shape[1], k=-1))
        levels, vectors = np.linalg.eigh(H)
        blocks.append((levels, np.einsum("ds,pse->dpe", n, vectors**2)))
    levels = np.concatenate([block[0] for block in blocks], axis=1)
    numbers = np.concatenate([block[1] for block in blocks], axis=2)
    chance = np.exp(-(levels - levels.min(axis=1, keepdims=True)) / kT)
    return np.einsum("dpe,pe->dp", numbers, chance / chance.sum(axis=1, keepdims=True))


def honeycomb_image(seed: int, *, noise=None, pixels=None, across=None, tunnelling=None) -> tuple[xr.DataArray, Truth]:
    """An image with some vertices; odd seeds attract. What is not given is drawn; tunnelling is t/k_B T."""
    draw = np.random.default_rng([seed, 17])
    U = draw.uniform(1.5, 3.0, 2)
    W = draw.uniform(0.12, 0.35) * U.min() * (-1 if seed % 2 else 1)
    own = draw.uniform(0.05, 0.12, 2)
    cross = own[::-1] * draw.uniform(0.0, 0.4, 2)
    arms = np.array([[own[0], cross[0]], [cross[1], own[1]]])
    most = 8
    device = Device(
        dots=("L", "R"),
        repulsion=[[U[0], W], [W, U[1]]],
        gates={
            "P1": Gate(lever_arms={"L": arms[0, 0], "R": arms[1, 0]}),
            "P2": Gate(lever_arms={"L": arms[0, 1], "R": arms[1, 1]}),
        },
        max_electrons=(most, most),
    )
    # Energies of the vertex (k, m), counted from 0: µ_1 = k U_1 + m W and µ_2 = m U_2 + k W at its lower end.
    middle = np.array([3 * U[0] + 3 * W, 3 * U[1] + 3 * W]) + draw.uniform(-0.5, 0.5, 2) * U
    spans = draw.uniform(1.2, 3.4, 2) * U if across is None else across * U
    inverse = np.linalg.inv(arms)
    corners = np.array([[a * spans[0] / 2, b * spans[1] / 2] for a in (-1, 1) for b in (-1, 1)]) @ inverse.T
    half = np.abs(corners).max(axis=0)
    centre = inverse @ middle
    shape = draw.integers(120, 220, 2) if pixels is None else np.array(pixels)
    axes = {name: centre[i] + half[i] * np.linspace(-1, 1, shape[i]) for i, name in enumerate(("P1", "P2"))}
    names = ("P1", "P2") if draw.random() < 0.5 else ("P2", "P1")
    temperature = abs(W) * draw.uniform(0.03, 0.15) / K_B
    contrast = np.exp(draw.uniform(np.log(0.3), 0))
    drawn = draw.uniform(0.02, 0.25)
    noise = drawn if noise is None else noise
    pink = draw.random()
    weights = [-MAIN, -MAIN * contrast]
    detector = Detector(
        background=2000.0,
        weights=dict(zip(("L", "R") if draw.random() < 0.5 else ("R", "L"), weights, strict=True)),
        slope={name: draw.uniform(-1, 1) * MAIN * 3 / np.ptp(values) for name, values in axes.items()},
        white_noise=MAIN * noise * np.sqrt(1 - pink),
        pink_noise=MAIN * noise * np.sqrt(pink),
        seed=seed,
    )
    image = stability_diagram(device, {name: axes[name] for name in names}, temperature=temperature, detector=detector)
    signal = image["detector_current"].rename("signal")
    if tunnelling is not None:
        places = np.meshgrid(*(axes[name] for name in names), indexing="ij")
        order = [("P1", "P2").index(name) for name in names]
        potentials = np.tensordot(arms[:, order], np.stack([grid.ravel() for grid in places]), axes=1)
        per_dot = [detector.weights[dot] for dot in ("L", "R")]

        def charges(t):
            return np.tensordot(per_dot, mixed_occupations(U, W, t, K_B * temperature, potentials), axes=1)

        change = charges(tunnelling * K_B * temperature) - charges(0.0)
        signal = signal + change.reshape(signal.shape)
    everywhere, found, span = [], [], inverse @ np.array([W, abs(W)])
    for k in range(most):
        for m in range(most):
            energies = np.array([k * U[0] + m * W, m * U[1] + k * W]) + W / 2
            place = inverse @ energies
            ends = np.abs((place - centre)[:, None] + np.multiply.outer(span, [-0.5, 0.5])) / half[:, None]
            everywhere.append(place)
            if ends.max() < 0.9:
                found.append(place)
    order = [0, 1] if names == ("P1", "P2") else [1, 0]
    truth = Truth(
        interaction=float(W),
        lever_arms=arms[:, order],
        middles=np.array(found)[:, order] if found else np.zeros((0, 2)),
        everywhere=np.array(everywhere)[:, order],
        spans=span[order],
        addition=(float(U[0]), float(U[1])),
    )
    return signal, truth
