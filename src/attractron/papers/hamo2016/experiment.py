"""What the panels of Fig. 4 share: the junction of the experiment, its couplings, how maps of its current look."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from attractron.core.constants import CONDUCTANCE_QUANTUM, K_B
from attractron.core.results import Variable
from attractron.transport import Junction, current, pair_junction

U, W = 0.925, 0.435
"""meV. U is the bias above which the slope is 0; W = U - 490 µeV follows from that above which it is 1."""

DELTA = (U - W) / 2
"""Pairing energy at µ_P = U, meV."""

COUPLINGS = {"Gamma_S": 0.0925, "Gamma_D": 0.0925, "Gamma_L": 0.21275, "Gamma_R": 0.41625}
"""Γ_pol/U ≈ 0.2, shared alike by source and drain, Γ_L/U ≈ 0.23, Γ_R/U ≈ 0.45; meV."""

ALPHA, TEMPERATURE = 0.61, 0.2
"""The paper's lever arm, meV/mV, and our choice of the temperature, K."""

LOW_BIAS = 0.1
"""Of Fig. 4c, d, mV."""

SETS = {"0e": "0e", "1e": "0e + 1e", "2e": "0e + 1e + 2e"}
"""Sets of processes as the questions and as the paper name them."""

CHOICES = {"alpha": ALPHA, "T": TEMPERATURE}
"""Parameters of the sentence {choice_4} in the table of claims."""

AMPLITUDES = {"widest": COUPLINGS["Gamma_R"] / (K_B * TEMPERATURE)}
"""That of the sentence {amplitudes_4}: the widest level over k_BT."""


def experiment(scale: float = 1.0, temperature: float = TEMPERATURE, share: float = 0.5) -> Junction:
    """The junction of Fig. 4 with all couplings scaled, at a temperature in K, with a share of Γ_pol for the source."""
    L, R = (scale * COUPLINGS[f"Gamma_{lead}"] for lead in "LR")
    Gamma_pol = scale * (COUPLINGS["Gamma_S"] + COUPLINGS["Gamma_D"])
    S, D = share * Gamma_pol, (1 - share) * Gamma_pol
    return pair_junction(
        W=W, U=U, mu_P=U, Gamma_S=S, Gamma_D=D, Gamma_L=L, Gamma_R=R, temperature=temperature, alpha=ALPHA
    )


ALTERNATIVES: dict[str, dict[str, float]] = {
    "T = 0.1 K": {"temperature": 0.1},
    f"T = {TEMPERATURE:g} K": {},
    "T = 0.3 K": {"temperature": 0.3},
    "Γ_S = 4Γ_D": {"share": 0.8},
    "Γ_D = 4Γ_S": {"share": 0.2},
}
"""Choices of what the text leaves open, T and Γ_S/Γ_D at the same sum, one at a time."""


def for_each_set(axes: Mapping[str, ArrayLike], junction: Junction | None = None) -> list[xr.Dataset]:
    """The current for the three sets of processes, of the experiment unless another junction is given."""
    return [current(junction or experiment(), axes, processes=processes, origin="centre") for processes in SETS]


def stacked(found: Sequence[xr.Dataset], dims: tuple[str, ...]) -> dict[str, Variable]:
    """Currents of the three sets and their marks as variables of one dataset, over "processes" and `dims`."""
    labels = {
        "current": ("pA", "current out of the source"),
        "beyond_unitarity": ("1", "|I| exceeds (e²/h)|V_SD|"),
        "clamped_effect": ("pA", "change of the current without clamping, to first order"),
    }
    return {
        name: (("processes", *dims), np.stack([result[name].values for result in found]), unit, text)
        for name, (unit, text) in labels.items()
    }


def provenance(result: xr.Dataset) -> dict[str, Any]:
    """How a current was calculated, for the dataset of a figure that shows it."""
    return {
        "parameters": experiment().describe(),
        "method": result.attrs["method"],
        "validity": [result.attrs["validity"]],
        "references": result.attrs["references"].split(", "),
    }


BEYOND = r"$|I| > (e^2/h)|V_\mathrm{SD}|$"
"""Name of the hatched places."""


def colour_map(
    ax: Axes, panel: xr.Dataset, x: str, y: str, *, lowest: float, highest: float, colours: str = "viridis"
) -> Any:
    """A map of the current in logarithmic colours; hatched and bounded where it exceeds (e²/h)|V_SD|.

    Args:
        ax: where to draw.
        panel: with `current` in pA over the two dimensions, and V_SD in mV, one of these or a number.
        x: dimension to the right.
        y: dimension upwards.
        lowest: end of the colours, pA.
        highest: their other end, pA; what lies beyond has the colour of the end.
        colours: name of the colour map.
    """
    across, up = panel[x].to_numpy(), panel[y].to_numpy()
    values = panel["current"].transpose(y, x).to_numpy()
    most = (CONDUCTANCE_QUANTUM * abs(panel["V_SD"]) + 0.0 * panel["current"]).transpose(y, x).to_numpy()
    drawn = np.maximum(values, lowest)
    found = ax.pcolormesh(across, up, drawn, norm=LogNorm(lowest, highest), cmap=colours, shading="nearest")
    excess = np.log(np.abs(values) / most)  # a smooth function, so that its zero is a curve and no staircase
    if (excess > 0).any():
        ax.contourf(across, up, excess, levels=[0.0, np.inf], colors="none", hatches=["//////"])
        ax.contour(across, up, excess, levels=[0.0], colors="black", linewidths=1.0)
    return found


def hatched() -> Patch:
    """What stands for these places in a legend."""
    return Patch(facecolor="white", edgecolor="black", hatch="//////", label=BEYOND)
