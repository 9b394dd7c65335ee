"""One impurity along the flow of the wires: its dimension changes with K̃_c(l), K_s(l) and the gaps as they open.

    d ln g/dl = 1 - d(l),      d = M_cc/2 + K_s/2 + y_s/2,   M_cc/2 past the spin gap,   K_f/3 past the trion gap,

with dimensions of `attractron.wires.probes.after_flow`, g in units of the running cut-off Λe^{-l}. The energy at which
g = 1 cuts the wire; with the numbers frozen at the end of the flow this is E_LL or E_sG of `attractron.wires.impurity`.
The conductance at the energy ω is, at l = ln Λ/ω,

    G/G_0 = [1 + g²]^{-1/D},      D = M_cc,   M_cc/2 past the spin gap,   K_f/3 past the trion gap,

G_0 = 2, of trions 4/3 e²/h: with g = (E/ω)^{1-d} that is the interpolation for fixed numbers, whose powers on both
sides of E it has. y_s > 0 makes spin and impurity tell of each other: on the SU(2) line g grows more slowly, by
(1 + y_s l)^{-3/4}.
"""

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, positive
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.impurity import CLEAN, impurity_conductance, interpolated
from attractron.wires.model import CoupledWires
from attractron.wires.probes.after_flow import Trajectory, trajectory

TRIONS = 4 / 3
"""e²/h: of a clean wire in the trion phase."""


def flowing_impurity(
    omega: ArrayLike, wires: CoupledWires, *, g: float, Lambda: float, **conventions: Any
) -> xr.Dataset:
    """Conductance of the primary with one impurity, its dimension followed along the flow.

    Args:
        omega: energies ω (temperature times k_B, or bias) in meV, in (0, Λ], rising or falling (omega,).
        wires: the initial couplings.
        g: strength of the impurity in meV, 0 < g < Λ.
        Lambda: bandwidth Λ in meV.
        conventions: as of `attractron.wires.flow`.

    Returns:
        Dataset over `omega`: `conductance` in e²/h; `strength` g(l)/Λe^{-l}; `dimension` d(l); `frozen`, the
        conductance of `attractron.wires.impurity` with the numbers of the end and the gap, in e²/h; scalars `E_cut` and
        `E_frozen` in meV, the energies below which the wire is cut (0: not down to the lowest energy asked for),
        and `gap` in meV, that of the phase.

    Raises:
        InputError: as `attractron.wires.flow` and `attractron.wires.impurity_conductance`.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
        >>> found = at.wires.flowing_impurity([0.001, 0.1, 5.0], wires, g=0.5, Lambda=10.0)  # meV
        >>> found.conductance.values.round(2).tolist()  # e²/h
        [0.05, 1.99, 1.99]
    """
    energies = axis("omega", omega)
    band, bare = positive("Lambda", Lambda), positive("g", g)
    if energies.min() <= 0 or energies.max() > band:
        raise InputError("omega", "lie in (0, Lambda]", f"{energies.min():g} to {energies.max():g}")
    if bare >= band:
        raise InputError("g", "be smaller than Lambda", g, "a stronger impurity cuts the wire at every energy")
    path = trajectory(wires, max(float(np.log(band / energies.min())), 1.0), **conventions)
    growth = np.log(bare / band) + path.integral(1 - path.impurity)
    ells = np.log(band / energies)
    strength = path.at(ells, growth)
    past, K_f = ells >= path.opened, path.K_f
    free = path.at(ells, path.density) / np.where(past, 2, 1)
    power, clean = (free, CLEAN) if K_f is None else (np.where(past, K_f / 3, free), np.where(past, TRIONS, CLEAN))
    conductance = clean * np.exp(-np.logaddexp(0.0, 2 * strength) / power)
    gap = band * np.exp(-path.opened)
    frozen, E_frozen = _frozen(energies, path, bare, band, gap)
    return dataset(
        {
            "conductance": ("omega", conductance, "e²/h", "conductance along the flow"),
            "strength": ("omega", np.exp(strength), "1", "strength of the impurity in the running cut-off"),
            "dimension": ("omega", path.at(ells, path.impurity), "1", "dimension of the impurity"),
            "frozen": ("omega", frozen, "e²/h", "conductance with the numbers of the end"),
            "E_cut": ((), _cut(path, growth, band), "meV", "energy below which the wire is cut, along the flow"),
            "E_frozen": ((), E_frozen, "meV", "energy below which the wire is cut, numbers of the end"),
            "gap": ((), gap, "meV", "gap of the phase"),
        },
        {"omega": ("omega", energies, "meV", "energy")},
        question="wires.flowing_impurity",
        parameters={**wires.describe(), "g": bare, "Lambda": band},
        options={name: repr(value) for name, value in conventions.items()},
        method="d ln g/dl = 1 - d along the trajectory, [1 + g²]^(-1/D) for the conductance",
        validity=(
            "One weak impurity, first order in it, which does not act back on the flow of the wires; powers are those "
            "of the running dimensions, the crossover to the cut wire is an interpolation.",
            "At the gap dimensions jump, since perturbation theory ends there: of a smooth crossover the curve tells "
            "no more than both sides.",
            "The secondary wire passes the impurity undisturbed; leads are not seen (energies above ħu/L).",
        ),
        references=("shavit_oreg2020", "kane_fisher1992", "attractron"),
    )


def _cut(path: Trajectory, growth: FloatArray, band: float) -> float:
    """Λe^{-l} where the strength reaches 1; 0 if it does not on the trajectory."""
    strong = np.flatnonzero(growth >= 0)
    if not strong.size:
        return 0.0
    last = strong[0]
    before, after = growth[last - 1], growth[last]
    return float(band * np.exp(-np.interp(0.0, [before, after], path.ells[last - 1 : last + 1])))


def _frozen(energies: FloatArray, path: Trajectory, g: float, band: float, gap: float) -> tuple[FloatArray, float]:
    """Conductance and E with the numbers of the end, as of a gapless wire down to the gap."""
    K_c = path.density_end  # M_cc is all that matters: it is K_c + Q²K
    if path.K_f is None:
        kind, scale = ("paired", "E_sG") if path.phase == "paired" else ("gapless", "E_LL")
        found = impurity_conductance(energies, K_c=K_c, g=g, Lambda=band, spin_gap=gap or None)
        return found[kind].to_numpy(), float(found[scale])
    at_gap = (g / band) * (band / gap) ** ((1 - K_c) / 2)
    w, D = 1 - path.K_f / 3, path.K_f / 3
    E = gap * at_gap ** (1 / w) if w > 0 else 0.0
    return TRIONS * interpolated(energies, E, w, D), E
