"""A chain of a few sites with shared polarizers as a device, whose charge states are enumerated."""

from itertools import pairwise

import numpy as np

from attractron.core.checks import whole
from attractron.core.units import Energy
from attractron.dots.device import Device
from attractron.dots.parts import Gate, Island, Parameter


def chain(
    *, sites: int, W: Energy, U: Energy, delta: Energy, t: Energy, spin: bool = False, carriers: str = "electrons"
) -> Device:
    """A chain of sites with a polarizer on every bond and one at each end (Hamo et al. 2016, Fig. 3d, e).

    Sites S1 … SN repel their neighbours by W; polarizer j (sites Tj, Bj; j = 0 … N) lies between S_j and S_{j+1} and
    couples to both by U on its bottom site, equations (1) to (3) for each bond. Sites do not hop.

    Knobs: gates "V_1" … "V_N" (1 meV/mV), the virtual gate "V" of all sites, parameters "W", "U", "delta", "t".

    Theory: docs/theory/dots.md, eq-building-block, eq-chain.

    Args:
        sites: number of sites N; every charge state is enumerated, so about 12 are practical. `PolarizerChain` treats
            chains of any length by a transfer matrix.
        W: repulsion of neighbouring sites, meV.
        U: repulsion between a site and the bottom site of an adjacent polarizer, meV.
        delta: detuning of the polarizers, meV.
        t: tunnelling amplitude in the polarizers, meV.
        spin: whether electrons carry spin.
        carriers: "electrons" or "holes".

    Returns:
        The device, with 3N + 2 dots.

    Raises:
        InputError: fewer than two sites, or a value that is not finite.

    Example:
        >>> chain = at.dots.chain(sites=3, W=0.83, U=2.41, delta=1.2, t=0.0)
        >>> at.dots.dressed_potential(chain, "S1")["dressed"].values.round(6)  # S2: W - δ, S3: 0
        array([-0.37,  0.  ])
    """
    whole("sites", sites, at_least=2)
    system = tuple(f"S{j}" for j in range(1, sites + 1))
    polarizers = tuple((f"T{j}", f"B{j}") for j in range(sites + 1))
    neighbours = [(f"S{site}", f"B{bond}") for site in range(1, sites + 1) for bond in (site - 1, site)]
    slopes = {
        "W": Parameter(value=0.0, repulsion=dict.fromkeys(pairwise(system), 1.0)),
        "U": Parameter(value=0.0, repulsion=dict.fromkeys(neighbours, 1.0)),
        "delta": Parameter(
            value=0.0, levels={dot: sign for top, bottom in polarizers for dot, sign in ((top, 0.5), (bottom, -0.5))}
        ),
        "t": Parameter(value=0.0, tunnelling=dict.fromkeys(polarizers, 1.0)),
    }
    dots = (*system, *(dot for pair in polarizers for dot in pair))
    bare = Device(
        dots=dots,
        repulsion=np.zeros((len(dots), len(dots))),
        islands=tuple(Island(dots=pair, electrons=1) for pair in polarizers),
        gates={f"V_{j}": Gate(lever_arms={f"S{j}": 1.0}) for j in range(1, sites + 1)},
        virtual_gates={"V": {f"V_{j}": 1.0 for j in range(1, sites + 1)}},
        spin=spin,
        carriers=carriers,
        parameters=slopes,
    )
    return bare.with_parameters(W=W, U=U, delta=delta, t=t)
