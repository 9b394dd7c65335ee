"""One impurity while the Luttinger parameters flow: three wires that end decoupled, paired and as trions."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, TrionLiquid, flow, flowing_impurity, trion_phase

LAMBDA, G_IMP = 10.0, 1.0
"""meV: our choice."""

Y, MISMATCH = {"decoupled": 0.0, "paired": 0.1, "trion": 0.2}, 0.1
BASE = CoupledWires(K_c=0.5, K=0.4, y_s=0.1, y=0.0, upsilon=0.1, mismatch=MISMATCH)
"""K⁰, y_s⁰ and υ of the paper's Fig. 5; K_c⁰, at which both energies are far apart, y⁰ and the mismatch are our
choice."""


def compute(quick: bool) -> xr.Dataset:
    """Conductance, strength and dimension over the energy for each wire."""
    omega = np.geomspace(1e-6, 0.9, 61 if quick else 241) * LAMBDA
    found = [flowing_impurity(omega, BASE.with_parameters(y=y), g=G_IMP, Lambda=LAMBDA) for y in Y.values()]
    end = flow(BASE.with_parameters(y=Y["paired"]))
    K_f = float(trion_phase(TrionLiquid.from_wires(BASE))["K_f_complete"])
    curves = {
        name: (("phase", "omega"), np.array([each[name].values for each in found]), unit, text)
        for name, unit, text in (
            ("conductance", "e²/h", "conductance along the flow"),
            ("frozen", "e²/h", "conductance with the numbers of the end"),
            ("strength", "1", "strength of the impurity"),
            ("dimension", "1", "dimension of the impurity"),
        )
    }
    scalars = {
        name: ("phase", [float(each[name]) for each in found], "meV", text)
        for name, text in (
            ("E_cut", "energy below which the wire is cut"),
            ("E_frozen", "the same with the numbers of the end"),
            ("gap", "gap of the phase"),
        )
    }
    M = float(end["K_c_tilde_end"] + end["Q_end"] ** 2 * end["K_tilde_end"])
    return dataset(
        {**curves, **scalars, "M_cc": ((), M, "1", "M_cc of the paired wire"), "K_f": ((), K_f, "1", "K_f")},
        {"phase": ("phase", list(Y), "1", "phase"), "omega": ("omega", omega, "meV", "energy")},
        question="papers.shavit_oreg2020.flowing_impurity",
        parameters={**BASE.describe(), "g": G_IMP, "Lambda": LAMBDA, "y": list(Y.values())},
        method=str(found[0].attrs["method"]),
        validity=[str(found[0].attrs["validity"])],
        references=str(found[0].attrs["references"]).split(", "),
    )


def readings(result: xr.Dataset) -> Readings:
    """Energies of the cut, the drop, and powers of the strength below and above the gap."""
    E = {phase: float(result["E_cut"].sel(phase=phase)) for phase in Y}
    paired, alone = (result.sel(phase=phase) for phase in ("paired", "decoupled"))
    omega = result["omega"].to_numpy()
    drop = (alone["conductance"] - paired["conductance"]).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 is the energy of a wire that is not cut
        low, high = np.log([E["decoupled"], E["paired"]])
        place = float((np.log(omega[drop.argmax()]) - low) / (high - low))
    ell = np.log(LAMBDA / omega[[0, -1]])
    logarithm = np.log(alone["strength"].to_numpy()[[0, -1]]) - _power_alone() * ell
    return {
        "ratio": E["paired"] / E["decoupled"] if E["decoupled"] else float("nan"),
        "frozen_ratio": float(paired["E_frozen"]) / E["paired"] if E["paired"] else float("nan"),
        "smallest_drop": float(drop.min()),
        "largest_drop": float(drop.max()),
        "place": place,
        "E_decoupled": 1e3 * E["decoupled"],
        "E_paired": 1e3 * E["paired"],
        "gap": 1e3 * float(paired["gap"]),
        "paired_growth": _growth(paired),
        "paired_exact": 1 - float(result["M_cc"]) / 2,
        "trion_growth": _growth(result.sel(phase="trion")),
        "trion_exact": 1 - float(result["K_f"]) / 3,
        "logarithm": float(np.diff(logarithm)[0] / np.diff(np.log(1 + BASE.y_s * ell))[0]),
    }


def _growth(wire: xr.Dataset) -> float:
    """-d ln g/d ln ω at the lowest energies."""
    ends = wire.isel(omega=[0, 1])
    return float(-np.diff(np.log(ends["strength"]))[0] / np.diff(np.log(ends["omega"]))[0])


def _power_alone() -> float:
    """1 - d without y_s: (1 - M_cc)/2 of the bare numbers, by (14)."""
    return (1 - BASE.K_c_tilde - BASE.Q**2 * BASE.K_tilde) / 2


def draw(result: xr.Dataset) -> Figure:
    """Conductances and dimensions over the energy."""
    figure, axes = panels(10.4, 4.4, columns=2)
    for phase, colour in zip(Y, OKABE_ITO, strict=False):
        wire = result.sel(phase=phase)
        axes[0].plot(wire["omega"], wire["conductance"], color=colour, label=phase)
        axes[0].plot(wire["omega"], wire["frozen"], "--", color=colour, linewidth=1)
        axes[1].plot(wire["omega"], wire["dimension"], color=colour, label=phase)
    axes[0].plot([], [], "--", color="0.3", linewidth=1, label="numbers of the end")
    axes[0].set(xscale="log", xlabel="energy (meV)", ylabel="conductance (e²/h)", ylim=(0, 2.1))
    axes[1].axhline(1.0, color="0.5", linewidth=0.8, linestyle=":", label="marginal")
    axes[1].set(xscale="log", xlabel="energy (meV)", ylabel="dimension of the impurity", ylim=(0, 1.35))
    axes[0].legend(frameon=False, loc="upper left")
    axes[1].legend(frameon=False, loc="upper left", ncols=2)
    lettered(axes)
    return figure


FIGURES = (
    Recipe(
        name="shavit-impurity-flow",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "g_imp": G_IMP,
            "Lambda": LAMBDA,
            "mismatch": MISMATCH,
            "y_paired": Y["paired"],
            "y_trion": Y["trion"],
        },
    ),
)
