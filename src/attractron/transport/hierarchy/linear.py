"""Linear conductance and occupations by the hierarchy: how the steady state answers to the source's potential."""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.transport.hierarchy.levels import largest_energy, solved
from attractron.transport.hierarchy.options import HierarchyOptions
from attractron.transport.hierarchy.reservoirs import reservoirs, widest
from attractron.transport.junction import Junction
from attractron.transport.nrg.conductance import Estimate

CHANNELS = 3
"""Channels up to which the hierarchy is chosen of itself."""

REACHED = 24.0
"""Largest energy in k_BT up to which it is: 0.3 % with the entries of one per cent."""

WIDTH = 6.0
"""Width of a level in k_BT up to which it is."""


def linear(
    junction: Junction, energies: FloatArray, Gamma: FloatArray, kT: FloatArray, options: HierarchyOptions, spins: int
) -> Estimate:
    """Conductance in e²/h from the source to the other leads of its dot, and occupations of the dots, with errors.

    G = (e²/h) 2π dI/dµ of the source, to first order exactly: the generator changes by the phases of its modes alone.

    Args:
        junction: tells which leads are on which dot.
        energies: of the states of all channels (state,).
        Gamma: of the leads (lead,).
        kT: meV (temperature,).
        options: how finely.
        spins: channels of a dot.
    """
    source = junction.source_number
    found = []
    for each in kT:
        own = np.full(Gamma.size, each)
        dots, places = reservoirs(junction, Gamma, own, np.zeros(Gamma.size), apart=[source])
        channels = [dot for dot in dots for _ in range(spins)]
        dot, reservoir, _ = places[source]
        tilted = [(spins * dot + spin, reservoir) for spin in range(spins)] if len(dots[dot]) > 1 else []
        at = solved(energies, channels, options, tilted)
        slope = [2 * np.pi * float(value[0]) if tilted else 0.0 for value in (at.slope, at.slope_error)]
        counts = (value.reshape(-1, spins).sum(axis=1) for value in (at.occupation, at.occupation_error))
        found.append((*slope, *counts))
    conductance, error, occupation, occupation_error = zip(*found, strict=True)
    return Estimate(np.array(conductance), np.array(error), np.array(occupation).T, np.array(occupation_error).T)


def serves(junction: Junction, energies: FloatArray, Gamma: FloatArray, kT: FloatArray, spins: int) -> np.ndarray:
    """Whether the hierarchy is the better choice at each temperature (temperature,); arguments as for `linear`."""
    if spins * len(junction.device.dots) > CHANNELS:
        return np.zeros(kT.size, dtype=bool)
    ratio = widest(junction, np.tile(Gamma, (kT.size, 1)), np.tile(kT[:, None], Gamma.size))
    dots, _ = reservoirs(junction, Gamma, np.ones(Gamma.size), np.zeros(Gamma.size))
    largest = largest_energy(energies, [dot for dot in dots for _ in range(spins)])
    return np.asarray((ratio <= WIDTH) & (largest <= REACHED * kT))
