"""A charge qubit that turns the sign of an interaction: the building block with its polarizer in either state.

The polarizer's electron, on T or B, is a charge qubit. With N electrons on the system's sites it has the field δ - UN
and, but for UN/2 and the W of two electrons, the energies ∓½√((δ - UN)² + 4t²): the lower one of the ground state, the
upper one of the qubit turned over. So

    W_eff = W + s [½√(δ² + 4t²) + ½√((δ - 2U)² + 4t²) - √((δ - U)² + 4t²)],

s = -1 in the ground state, where a polarizer that follows attracts, and s = +1 in the excited one, where it repels. At
δ = U this is W ∓ [√(U² + 4t²) - 2t], and

    W_eff = 0 in the ground state   ⟺   √(U² + 4t²) = W + 2t   ⟺   U = √(W² + 4Wt).

Beyond it the sign of the interaction is that of the qubit's state: turning the qubit over turns attraction into
repulsion. A qubit that tunnels needs a larger U, and U → W for t → 0.
"""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from scipy.optimize import brentq

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import building_block, effective_interaction
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO

W = 0.83
"""meV, that of the nanotubes of Hamo et al. (2016)."""

TUNNELLINGS = np.array([0.0, 0.05, 0.2, 0.5])
"""t in meV."""

REPULSIONS = np.linspace(0.0, 3.0, 61)
"""U in meV; δ = U."""


def ground(U: float, t: float) -> float:
    """W_eff in the ground state at δ = U."""
    return effective_interaction(building_block(W=W, U=U, delta=U, t=t))


def excited(U: float, t: float) -> float:
    """W_eff with the qubit turned over, from the upper one of both levels of each charge state."""
    upper = [np.linalg.eigvalsh([[U / 2, t], [t, U * number - U / 2]])[1] + W * (number == 2) for number in (0, 1, 2)]
    return float(upper[2] + upper[0] - 2 * upper[1])


def turning(t: FloatArray | float) -> FloatArray:
    """U at which the sign turns, by hand."""
    return np.asarray(np.sqrt(W**2 + 4 * W * np.asarray(t)))


def compute(quick: bool) -> xr.Dataset:
    """W_eff of both states over U, and U where that of the ground state is zero over t."""
    over = np.linspace(0.0, 1.0, 6 if quick else 21)
    found = [brentq(ground, 0.3 * W, 10.0, args=(float(t),), xtol=1e-12) for t in over]
    return dataset(
        {
            "ground": (
                ("t", "U"),
                [[ground(float(U), float(t)) for U in REPULSIONS] for t in TUNNELLINGS],
                "meV",
                "W_eff in the ground state",
            ),
            "excited": (
                ("t", "U"),
                [[excited(float(U), float(t)) for U in REPULSIONS] for t in TUNNELLINGS],
                "meV",
                "W_eff with the qubit turned over",
            ),
            "turning": ("tunnelling", np.array(found), "meV", "U where W_eff = 0"),
            "turning_by_hand": ("tunnelling", turning(over), "meV", "U where W_eff = 0, by hand"),
        },
        {
            "t": ("t", TUNNELLINGS, "meV", "tunnelling of the qubit"),
            "U": ("U", REPULSIONS, "meV", "U = δ"),
            "tunnelling": ("tunnelling", over, "meV", "tunnelling of the qubit"),
        },
        question="papers.ours.qubit_sign",
        parameters={"W": W},
        method="exact diagonalisation of the polarizer for each charge state",
        validity=["The qubit stays in its state while the system's charge changes: adiabatic, no relaxation."],
        references=["hamo2016"],
    )


def readings(result: xr.Dataset) -> Readings:
    """Where the sign turns, and how both states stand beyond."""
    beyond = result.sel(U=REPULSIONS[-1], method="nearest")
    mirror = result["ground"] + result["excited"] - 2 * W
    return {
        "apart": float(abs(result["turning"] - result["turning_by_hand"]).max()),
        "without_tunnelling": float(result["turning"][0]),
        "attracts": float(beyond["ground"].max()),
        "repels": float(beyond["excited"].min()),
        "mirror": float(abs(mirror).max()),
    }


def draw(result: xr.Dataset) -> Figure:
    """W_eff over U in both states, and where the sign turns."""
    figure, (curves, sign) = panels(9.6, 4.2, columns=2)
    lettered((curves, sign))
    for t, colour in zip(result["t"].values, OKABE_ITO, strict=False):
        part = result.sel(t=t)
        curves.plot(part["U"], part["ground"], color=colour, label=f"t = {t:g} meV")
        curves.plot(part["U"], part["excited"], "--", color=colour)
    curves.plot([], [], "--", color="black", label="qubit turned over")
    curves.axhline(0.0, color="black", linewidth=0.8)
    curves.set(xlabel="U = δ (meV)", ylabel=r"$W_\mathrm{eff}$ (meV)")
    curves.legend(loc="upper left", fontsize="small")
    sign.plot(
        result["tunnelling"], result["turning"], "o", color=OKABE_ITO[0], markerfacecolor="none", label="calculated"
    )
    sign.plot(result["tunnelling"], result["turning_by_hand"], color="black", label=r"by hand, $\sqrt{W^2 + 4Wt}$")
    sign.text(0.3, 2.0, "sign turns with the qubit", ha="center")
    sign.text(0.65, 0.8, "repulsion in both states", ha="center")
    sign.set(xlabel="t (meV)", ylabel="U where $W_\\mathrm{eff}$ = 0 (meV)", ylim=(0.4, 2.9))
    sign.legend(loc="upper left")
    return figure


FIGURES = (Recipe(name="qubit-sign", compute=compute, draw=draw, readings=readings, parameters={"W": W}),)
