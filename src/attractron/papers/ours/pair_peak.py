"""The conductance of the pair junction at its degeneracy, from weak couplings to those of the experiment."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.transport import (
    Junction,
    differential_conductance,
    linear_conductance,
    pair_junction,
)

U, W = 0.925, 0.435
COUPLINGS = {"Gamma_S": 0.0925, "Gamma_D": 0.0925, "Gamma_L": 0.21275, "Gamma_R": 0.41625}
"""Of the experiment, meV; Γ_S = Γ_D is our choice."""

FACTORS = (0.1, 0.3, 0.5, 1.0)

MOTION = {(0.3, 0.0761317): 0.026483, (1.0, 0.131864): 0.167821}
"""Factor on the couplings, k_BT in meV → conductance in e²/h by a hierarchy of equations of motion, exact to 0.1 %."""

KELVIN = 0.2
"""Of the experiment, our choice."""

HOT = 3.0


def junction(factor: float) -> Junction:
    """The pair junction at µ_P = U."""
    S, D, L, R = (factor * Gamma for Gamma in COUPLINGS.values())
    return pair_junction(W=W, U=U, mu_P=U, Gamma_S=S, Gamma_D=D, Gamma_L=L, Gamma_R=R, temperature=KELVIN)


def compute(quick: bool) -> xr.Dataset:
    """Conductance by the renormalisation group and by rates of first to third order, over couplings and temperature."""
    own = [kT / K_B for _, kT in MOTION]
    kelvin = np.array(sorted({KELVIN, HOT, *own} | set([] if quick else np.geomspace(0.05, 2.5, 9).round(4).tolist())))
    accuracy = 0.05 if quick else 0.01
    axes: dict[str, FloatArray | float] = {"V": 0.0, "temperature": kelvin}
    exact = [linear_conductance(junction(each), axes, origin="centre", accuracy=accuracy) for each in FACTORS]
    rates = [differential_conductance(junction(each), axes, origin="centre")["conductance"].values for each in FACTORS]
    motion = np.full((len(FACTORS), kelvin.size), np.nan)
    for (factor, kT), value in MOTION.items():
        motion[FACTORS.index(factor), np.abs(kelvin - kT / K_B).argmin()] = value
    dims = ("factor", "temperature")
    return dataset(
        {
            "conductance": (dims, np.array([each["conductance"] for each in exact]), "e²/h", "linear conductance"),
            "conductance_error": (
                dims,
                np.array([each["conductance_error"] for each in exact]),
                "e²/h",
                "error of the linear conductance",
            ),
            "third_order": (dims, np.array(rates), "e²/h", "linear conductance, rates of first to third order"),
            "equations_of_motion": (dims, motion, "e²/h", "linear conductance, hierarchy of equations of motion"),
        },
        {
            "factor": ("factor", np.array(FACTORS), "1", "factor on the couplings"),
            "temperature": ("temperature", kelvin, "K", "temperature of all leads"),
        },
        question="papers.ours.pair_peak",
        parameters=junction(1.0).describe(),
        options={"origin": "centre", "V": 0.0},
        method=f"{exact[0].attrs['method']}; T-matrix rates of first to third order",
        validity=[exact[0].attrs["validity"]],
        references=["hamo2016", "wilson1975", "bulla2008", "zitko_pruschke2009", "mitchell2014", "kaasbjerg_jauho2016"],
    )


def readings(result: xr.Dataset) -> Readings:
    """What rates make of the conductance, and the renormalisation group beside equations of motion."""
    own, weak = result.sel(factor=1.0), result.sel(factor=0.1)
    cold, hot = (each.sel(temperature=kelvin) for each, kelvin in ((own, KELVIN), (weak, HOT)))
    found: Readings = {
        "conductance": float(cold["conductance"]),
        "conductance_error": float(cold["conductance_error"]),
        "lacking": float(cold["conductance"] / cold["third_order"]),
        "lacking_error": float(cold["conductance_error"] / cold["third_order"]),
        "weak": float(hot["third_order"] / hot["conductance"]),
        "weak_tolerance": 0.01 + 2 * float(hot["conductance_error"] / hot["conductance"]),
        "highest": float(result["conductance"].max()),
        "highest_tolerance": float(result["conductance_error"].max()),
        "rates_up": float((own["third_order"] / own["conductance"]).max()),
    }
    for name, factor in (("own", 1.0), ("third", 0.3)):
        at = result.sel(factor=factor).dropna("temperature").squeeze()
        found[f"motion_{name}"] = float(at["conductance"] / at["equations_of_motion"])
        found[f"motion_{name}_tolerance"] = 2 * float(at["conductance_error"] / at["conductance"])
    return found


def draw(result: xr.Dataset) -> Figure:
    """Both conductances over the temperature, and the ratio of the two."""
    figure, axes = panels(11.0, 4.8, columns=2)
    lettered(axes)
    kelvin = result["temperature"]
    for factor, colour in zip(FACTORS, OKABE_ITO, strict=False):
        part = result.sel(factor=factor)
        size, error = part["conductance"].values, part["conductance_error"].values
        axes[0].errorbar(kelvin, size, error, fmt="o", markersize=4, capsize=2, color=colour, label=f"Γ × {factor:g}")
        axes[0].plot(kelvin, part["third_order"], color=colour)
        axes[0].plot(kelvin, part["equations_of_motion"], "s", markersize=9, color=colour, markerfacecolor="none")
        axes[1].plot(kelvin, part["third_order"] / part["conductance"], "o-", markersize=4, color=colour)
    axes[0].set(yscale="log", ylabel="conductance (e²/h)")
    axes[0].legend(loc="lower right")
    for ax in axes:
        ax.set(xscale="log", xlim=(0.04, 4.0), xlabel="temperature (K)")
    axes[1].axhline(1.0, color="0.6", linewidth=0.8, zorder=0)
    axes[1].set(ylabel="third-order rates / renormalisation group", ylim=(0, None))
    return figure


FIGURES = (Recipe(name="pair-peak", compute=compute, draw=draw, readings=readings, parameters={"T": KELVIN}),)
