"""Weak disorder: localisation lengths of the three phases, and the thresholds beside those of one impurity."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import localisation_length

K_C, K_F, ALPHA, XI = 0.8, 1.0, 1.0, 30.0
"""K_c, K_f, α_0 and the length of both gaps in nm: our choice."""

PHASES = ("decoupled", "paired", "trion")


def compute(quick: bool) -> xr.Dataset:
    """Lengths over the mean free path, and 3 - 2d over the Luttinger parameter of each phase."""
    paths = np.geomspace(30.0, 1e5, 21 if quick else 61)
    parameter = np.linspace(0.25, 5.5, 106 if quick else 421)
    asked: dict[str, dict[str, Any]] = {
        phase: {"phase": phase, "K_f": K_F if phase == "trion" else None} for phase in PHASES
    }
    lengths = [
        localisation_length(paths, K_c=K_C, alpha_0=ALPHA, gap_length=XI, **options)["localisation_length"].to_numpy()
        for options in asked.values()
    ]
    growth = np.array([[_growth(phase, float(K)) for K in parameter] for phase in PHASES])
    dims = ("phase", "parameter")
    return dataset(
        {
            "localisation_length": (("phase", "mean_free_path"), np.array(lengths), "nm", "localisation length"),
            "growth": (dims, growth[..., 0], "1", "3 - 2d of disorder"),
            "delocalised": (dims, growth[..., 1] > 0, "1", "disorder is irrelevant"),
            "passes": (dims, growth[..., 2] > 0, "1", "one impurity is irrelevant"),
        },
        {
            "phase": ("phase", list(PHASES), "1", "phase"),
            "mean_free_path": ("mean_free_path", paths, "nm", "mean free path"),
            "parameter": ("parameter", parameter, "1", "M_cc, or K_f of trions"),
        },
        question="papers.shavit_oreg2020.disorder",
        parameters={"K_c": K_C, "K_f": K_F, "alpha_0": ALPHA, "gap_length": XI},
        method="wires.localisation_length",
        validity=("Weak disorder of first order, which does not act back on the Luttinger parameters.",),
        references=("shavit_oreg2020", "giamarchi_schulz1988"),
    )


def _growth(phase: str, parameter: float) -> tuple[float, float, float]:
    numbers: dict[str, Any] = {"K_c": K_C, "K_f": parameter} if phase == "trion" else {"K_c": parameter}
    found = localisation_length([100.0], alpha_0=ALPHA, phase=phase, **numbers)
    return float(found["growth"]), float(found["delocalised"]), float(found["one_impurity_passes"])


def readings(result: xr.Dataset) -> Readings:
    """Where disorder and one impurity become irrelevant, and powers of the lengths."""
    parameter = result["parameter"].to_numpy()
    found: Readings = {}
    for phase in PHASES:
        here = result.sel(phase=phase)
        found[f"disorder_{phase}"] = _first(parameter, here["delocalised"].to_numpy())
        found[f"impurity_{phase}"] = _first(parameter, here["passes"].to_numpy())
        found[f"power_{phase}"] = _power(here["localisation_length"])
    lengths = result["localisation_length"]
    found["shorter"] = float((lengths.sel(phase="decoupled") / lengths.sel(phase="paired")).isel(mean_free_path=-1))
    found["step"] = float(parameter[1] - parameter[0])
    return found


def _first(parameter: FloatArray, there: np.ndarray) -> float:
    return float(parameter[np.argmax(there)]) if there.any() else float("nan")


def _power(length: xr.DataArray) -> float:
    """d ln L/d ln ℓ_0 between the two cleanest wires."""
    ends = length.isel(mean_free_path=[-2, -1])
    return float(np.diff(np.log(ends))[0] / np.diff(np.log(ends["mean_free_path"]))[0])


def draw(result: xr.Dataset) -> Figure:
    """Lengths, and exponents with their thresholds."""
    figure, axes = panels(10.4, 4.4, columns=2)
    for phase, colour, style in zip(PHASES, OKABE_ITO, ("-", "--", ":"), strict=False):
        here = result.sel(phase=phase)
        path, length = 1e-3 * here["mean_free_path"], 1e-3 * here["localisation_length"]
        axes[0].plot(path, length, style, color=colour, linewidth=2, label=phase)
        axes[1].plot(result["parameter"], here["growth"], style, color=colour, linewidth=2, label=phase)
    axes[0].set(xscale="log", yscale="log", xlabel="mean free path (µm)", ylabel="localisation length (µm)")
    axes[1].axhline(0.0, color="0.5", linewidth=0.8, label="disorder irrelevant below")
    axes[1].axhline(1.0, color="0.5", linewidth=0.8, linestyle="-.", label="one impurity irrelevant below")
    axes[1].set(xlabel=r"$M_{cc}$, or $K_f$ of trions", ylabel=r"$3 - 2d$ of random backscattering", ylim=(-2.2, 4.8))
    axes[0].legend(frameon=False, loc="upper left")
    axes[1].legend(frameon=False, loc="upper right", fontsize="small")
    lettered(axes)
    return figure


FIGURES = (
    Recipe(
        name="shavit-disorder",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "K_c": K_C,
            "K_f": K_F,
            "alpha_0": ALPHA,
            "xi": XI,
            "exact_decoupled": 1 / (2 - K_C),
            "exact_paired": 1 / (3 - K_C),
            "exact_trion": 1 / (3 - 2 * K_F / 3),
        },
    ),
)
