"""The array's transition as Kosterlitz and Thouless', its temperature, and which couplings of neighbours live on."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.constants import K_B
from attractron.core.results import Variable, dataset
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.shavit_oreg2020.array import LAMBDA, WIRES
from attractron.plotting.style import OKABE_ITO, legend_beside, lettered
from attractron.wires import (
    ArrayOfWires,
    Sharp,
    array_flow,
    array_phases,
    coupling_dimensions,
    flow,
    josephson_transition,
)

L_SPIN = 3.0
"""ln Λ/Δ_s of the wires in (a) to (c): our choice."""

K_TRANSITION, K_RELEVANT, SMALL = 0.45, 1.2, 0.05
"""K_c- of wires with a transition and without one; a hopping over the gap that is small."""

FLOWS = ((0.3, 0.2), (0.4, 0.2), (0.4, 0.42), (0.45, 0.15), (0.45, 0.27), (0.5, 0.05), (0.55, 0.03), (0.7, 0.02))
"""Starts (K_c-, J) of the trajectories that are drawn."""

DUAL = (0.7, 0.04)
"""K and coupling of the two wires that a duality relates."""

COUPLINGS = {
    "josephson": ("Josephson, (23)", OKABE_ITO[0]),
    "particle_hole": ("particle and hole, (24)", OKABE_ITO[3]),
    "pi_cdw": ("π-CDW, (25)", OKABE_ITO[1]),
}


def compute(quick: bool) -> xr.Dataset:
    """Trajectories and separatrix, temperatures over the hopping, and the dimensions along the flow of one wire."""
    return dataset(
        {**_trajectories(), **_transition(quick), **_onset(quick), **_dimensions(), **_checks()},
        {
            "start": ("start", np.arange(len(FLOWS)), "1", "number of the trajectory"),
            "step": ("step", np.arange(STEPS), "1", "point of the trajectory"),
            "coupling": ("coupling", list(COUPLINGS), "1", "coupling of neighbours"),
        },
        question="papers.shavit_oreg2020.array_transition",
        parameters=WIRES.describe(),
        options={"Lambda": LAMBDA, "l_spin": L_SPIN, "K_transition": K_TRANSITION, "K_relevant": K_RELEVANT},
        method="second-order flow of the Josephson coupling and K_c-; flow of one wire for its spin",
        validity=["The π-CDW coupling is dephased; couplings are strong at 1, a convention."],
        references=["shavit_oreg2020", "attractron"],
    )


STEPS = 61


def _array(K: float, hopping: float = SMALL, **others: Any) -> ArrayOfWires:
    """Two wires with no repulsion of each other; hopping in units of the spin gap."""
    gap = LAMBDA * np.exp(-L_SPIN)
    return ArrayOfWires(K_c=K, l_spin=L_SPIN, U_perp=0.0, t_perp=hopping * gap, Lambda=LAMBDA, **others)


def _trajectories() -> dict[str, Variable]:
    """J over K_c- of some flows, and the separatrix."""
    found = [array_flow(_array(K, np.sqrt(J)), points=STEPS) for K, J in FLOWS]
    K = np.linspace(0.25, 0.5, STEPS)
    line = josephson_transition(_array(0.4), {"K_c": K})["critical_josephson"].values
    return {
        "running_J": (("start", "step"), np.stack([each["J"].values for each in found]), "1", "Josephson coupling J"),
        "running_K": (("start", "step"), np.stack([each["K"].values[:, 0] for each in found]), "1", "K_c-"),
        "separatrix_K": ("step", K, "1", "K_c- on the separatrix"),
        "separatrix_J": ("step", line, "1", "J on the separatrix"),
    }


def _transition(quick: bool) -> dict[str, Variable]:
    """Temperatures over the hopping, for a transition and without one."""
    gap = LAMBDA * np.exp(-L_SPIN)
    critical = float(josephson_transition(_array(K_TRANSITION), {})["critical_hopping"]) / gap
    ratio = critical * (1 + np.geomspace(1e-4, 1.15, 25 if quick else 61))
    low = np.geomspace(0.01, 0.95, 25 if quick else 61)
    closing = josephson_transition(_array(K_TRANSITION), {"t_perp": ratio * gap})
    power = josephson_transition(_array(K_RELEVANT), {"t_perp": low * gap})
    found: dict[str, Variable] = {
        "ratio": ("closing", ratio, "1", "hopping t⊥/Δ_s above the transition"),
        "small_ratio": ("power", low, "1", "hopping t⊥/Δ_s without a transition"),
        "distance": ("closing", closing["distance"].values, "1", "distance C from the separatrix"),
        "lingering": ("closing", closing["l_strong"].values - L_SPIN, "1", "ln Δ_s/T_c"),
    }
    names = {
        "transition": "by the flow",
        "fixed_dimension": "with fixed dimensions",
        "essential": "closed form",
        "plane": "in a plane",
    }
    for dim, result in (("closing", closing), ("power", power)):
        for name, text in names.items():
            values = result[f"{name}_temperature"].values / (gap / K_B)
            found[f"{dim}_{name}"] = (dim, values, "1", f"T_c/Δ_s {text}")
    return found


def _onset(quick: bool) -> dict[str, Variable]:
    """Temperatures of a small hopping over K_c-, by the flow."""
    K = np.linspace(0.44, 0.56, 25 if quick else 121)
    T = josephson_transition(_array(0.5), {"K_c": K})["l_strong"].values
    return {
        "onset_K": ("onset", K, "1", "K_c-"),
        "onset_l": ("onset", T, "1", "l at which a small Josephson coupling is strong"),
    }


def _dimensions() -> dict[str, Variable]:
    """Of the three couplings along the flow of one wire, whose K_s falls; wires that do not repel each other."""
    path = flow(WIRES, cutoff=Sharp())
    inside = np.isfinite(path["running_K_s"].values)
    K_s, K_c = path["running_K_s"].values[inside], path["running_K_c_tilde"].values[inside]
    found = [coupling_dimensions(K_c=float(c), U_perp=0.0, K_s=float(s)) for c, s in zip(K_c, K_s, strict=True)]
    values = np.array([[float(each[name][0]) for name in COUPLINGS] for each in found])
    free = coupling_dimensions(K_c=1.0, U_perp=0.0, K_s=1.0)
    return {
        "along": ("l", path["l"].values[inside], "1", "l"),
        "dimension": (("l", "coupling"), values, "1", "dimension"),
        "free": ("coupling", [float(free[name][0]) for name in COUPLINGS], "1", "dimension for free electrons"),
    }


def _checks() -> dict[str, Variable]:
    """What exact answers are compared with: a duality, K_c- of wires that repel, and both couplings at first order."""
    K, J = DUAL
    direct = array_flow(_array(K, np.sqrt(J)))
    x = 1e-7
    dual = ArrayOfWires(K_c=1 / K, l_spin=0.0, U_perp=x, t_perp=0.0, Lambda=LAMBDA, backscattering=J / (4 * x))
    repelling = ArrayOfWires(
        K_c=0.8, l_spin=2.0, U_perp=0.2, t_perp=0.0, Lambda=1.0, backscattering=0.05, spin_factor=2.0
    )
    wave = array_phases(repelling, {}, order="first")
    single = josephson_transition(_array(K_TRANSITION, 0.3), {})
    return {
        "direct_l": ((), float(direct["l_strong"]) - L_SPIN, "1", "l at which J is strong beyond the gap"),
        "dual_l": ((), float(array_flow(dual)["l_strong"]), "1", "l at which U is strong for 1/K"),
        "josephson": ((), float(single["josephson"]), "1", "J at a hopping of 0.3 Δ_s"),
        "critical": (
            (),
            float(single["critical_hopping"]) / (LAMBDA * np.exp(-L_SPIN)),
            "1",
            "critical hopping over Δ_s",
        ),
        "repelled_K": ((), repelling.K_modes[0], "1", "K_c- of two wires that repel"),
        "wave_start": ((), float(wave["pi_cdw"]), "1", "π-CDW coupling at the spin gap"),
        "wave_l": ((), float(wave["l_strong"]) - 2.0, "1", "l at which it is strong with fixed dimensions"),
    }


def readings(result: xr.Dataset) -> Readings:
    """Where the transition is, how its temperature closes, which couplings are relevant above and below the gap."""
    root = 1 / np.sqrt(result["distance"].values)
    l_strong = result["lingering"].values
    closed, by_flow = (result[f"closing_{name}"].values for name in ("essential", "transition"))
    own = np.minimum(closed, by_flow) > 0  # the rest is below the range of floats
    hole = result["dimension"].sel(coupling="particle_hole").values
    ordered = np.isfinite(result["onset_l"].values)
    K = result["onset_K"].values
    small = slice(0, 2)
    slope = np.diff(np.log(result["power_transition"].values[small])) / np.diff(
        np.log(result["small_ratio"].values[small]) * 2
    )
    return {
        "onset": float((K[ordered].min() + K[~ordered].max()) / 2) if ordered.any() and not ordered.all() else None,
        "closing": float((l_strong[0] - l_strong[1]) / (root[0] - root[1])),
        "power": float(slope[0]),
        "closed": float(np.log(closed[own][0]) / np.log(by_flow[own][0])),
        "plane": float(result["power_plane"][0] / result["power_transition"][0]),
        "hole_above": float(hole[0]),
        "hole_below": float(hole[-1]),
        "free_largest": float(result["free"].max()),
        "free_least": float(result["free"].min()),
        "duality": float(result["dual_l"] / result["direct_l"]),
        **{name: float(result[name]) for name in ("josephson", "critical", "repelled_K", "wave_start", "wave_l")},
        "lowest": float(by_flow[own].min()),
    }


def draw(result: xr.Dataset) -> Figure:
    """The flow, the temperature with a transition and without, and the dimensions on the way to the spin gap."""
    figure, axes = panels(11.5, 8.0, rows=2, columns=2)
    _draw_flow(result, axes[0])
    _draw_closing(result, axes[1])
    _draw_temperatures(result, axes[2])
    _draw_dimensions(result, axes[3])
    lettered(axes)
    return figure


def _draw_flow(result: xr.Dataset, ax: Axes) -> None:
    for number in range(result.sizes["start"]):
        K, J = (result[name].isel(start=number).values for name in ("running_K", "running_J"))
        grows = J[-1] > J[0]
        ax.plot(K, J, color=OKABE_ITO[0] if grows else "0.55", linewidth=1.4)
        middle = len(K) // 2
        ax.annotate(
            "",
            (K[middle + 1], J[middle + 1]),
            (K[middle], J[middle]),
            arrowprops={"arrowstyle": "-|>", "color": OKABE_ITO[0] if grows else "0.55"},
        )
    ax.plot(result["separatrix_K"], result["separatrix_J"], "--", color=OKABE_ITO[1], linewidth=2.0, label="separatrix")
    ax.plot([], [], color=OKABE_ITO[0], label="to the superconductor")
    ax.plot([], [], color="0.55", label="to decoupled wires")
    ax.set(xlim=(0.25, 0.95), ylim=(0.0, 1.0), xlabel=r"$K_{c-}$", ylabel="Josephson coupling $J$")
    legend_beside(ax)


def _draw_closing(result: xr.Dataset, ax: Axes) -> None:
    root = 1 / np.sqrt(result["distance"].values)
    ax.plot(root, result["lingering"], color=OKABE_ITO[0], linewidth=2.0, label="by the flow")
    ax.plot(root, np.pi * root, ":", color="black", label=r"$\pi/\sqrt{C}$")
    ax.set(
        xlim=(0, 60), ylim=(0, 200), xlabel=r"distance from the separatrix, $1/\sqrt{C}$", ylabel=r"$\ln(\Delta_s/T_c)$"
    )
    ax.legend(frameon=False, loc="upper left")


def _draw_temperatures(result: xr.Dataset, ax: Axes) -> None:
    for dim, knob, colour, name in (
        ("power", "small_ratio", OKABE_ITO[0], K_RELEVANT),
        ("closing", "ratio", OKABE_ITO[1], K_TRANSITION),
    ):
        text = rf"$K_{{c-}} = {name:g}$"
        shown = result[f"{dim}_transition"].where(result[f"{dim}_transition"] > 0)
        ax.loglog(result[knob], shown, color=colour, linewidth=2.0, label=f"{text}, flow")
        other = "fixed_dimension" if dim == "power" else "essential"
        said = "fixed dimensions" if dim == "power" else "closed form"
        ax.loglog(result[knob], result[f"{dim}_{other}"], "--", color=colour, label=f"{text}, {said}")
        ax.loglog(result[knob], result[f"{dim}_plane"], ":", color=colour, label=f"{text}, plane: at most")
    ax.set(
        ylim=(1e-6, 1.5), xlim=(0.01, 1.0), xlabel=r"hopping $t_\perp/\Delta_s$", ylabel=r"temperature $T_c/\Delta_s$"
    )
    legend_beside(ax)


def _draw_dimensions(result: xr.Dataset, ax: Axes) -> None:
    for coupling, (name, colour) in COUPLINGS.items():
        ax.plot(result["along"], result["dimension"].sel(coupling=coupling), color=colour, linewidth=2.0, label=name)
    ax.axhline(2.0, color="0.5", linewidth=0.8)
    ax.text(0.03, 2.02, "irrelevant above", va="bottom", transform=ax.get_yaxis_transform())
    ax.set(xlabel=r"$l$, up to the spin gap", ylabel="dimension of the coupling", ylim=(1.2, 3.1), xlim=(0, None))
    ax.legend(frameon=False, loc="upper center")


FIGURES = (
    Recipe(
        name="shavit-array-kt",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "l_spin": L_SPIN,
            "K_transition": K_TRANSITION,
            "K_relevant": K_RELEVANT,
            "small": SMALL,
            **{name: WIRES.describe()[name] for name in ("K_c", "K", "y_s", "y", "mismatch")},
        },
    ),
)
