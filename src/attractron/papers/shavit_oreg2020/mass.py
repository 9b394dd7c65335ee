"""The mass of the secondary: (B1), phases over mass and potential, and what is left of V_φ²/m (∂φ_c)²."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import CUTOFF_AXIS, CUTOFF_OPTIONS, CUTOFFS
from attractron.plotting.phases import tints
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, gapped_secondary, massive_secondary, phase_diagram
from attractron.wires.massive import massive_scales

WIRES = CoupledWires(K_c=0.9, K=0.6, y_s=0.1, y=0.1, upsilon=0.12)
"""Couplings of Fig. 4; K and y are our choice."""

VELOCITY, ALPHA_0, K_F = 500.0, 5.0, 0.03
"""ħu in meV nm, α_0 in nm, k_F in 1/nm: Λ_sec = 100 meV and ħuk_F = 15 meV, our choice."""

LAMBDA = VELOCITY / ALPHA_0
FIT = VELOCITY * K_F
"""µ at which a secondary without a mass fits, meV."""

WINDOW = 40.0
"""Largest mass and µ of the map, meV."""

DEEP = (30.0, 10.0)
"""Mass and µ at which (B1) is compared by hand, meV."""

CHAIN_MASS, CHAIN_SITES = 0.05, 20_000
"""Of the chain of electrons that is squeezed, in its hopping."""

LIQUID = {"mass": 1.0, "velocity": VELOCITY, "V_phi": 900.0, "K_c": 0.9, "u_c": VELOCITY}
"""Wires of (c); the shape of the curve does not depend on them."""


def compute(quick: bool) -> xr.Dataset:
    """Thresholds in mass and mismatch, the map over mass and potential, a sweep of the mass, responses over q."""
    limits = np.array([[_last_pairs(name, knob) for knob in ("mismatch", "mass")] for name in CUTOFFS])
    plane = np.linspace(0.0, WINDOW, 81 if quick else 401)
    mass, mu = np.meshgrid(plane, plane, indexing="ij")
    scales = massive_scales(mass, mu, k_F=K_F, velocity=VELOCITY, alpha_0=ALPHA_0)
    sweep = np.linspace(0.0, 70.0, 141 if quick else 561)
    swept = [_phases({"mass": sweep, "mu": FIT}, name) for name in CUTOFFS]
    x = np.geomspace(0.02, 50.0, 60 if quick else 200)
    found = gapped_secondary(2 * x * LIQUID["mass"] / VELOCITY, **LIQUID)
    few, chain = _chain()
    by_hand = _phases(dict(zip(("mass", "mu"), DEEP, strict=True)), "sharp")
    literal = massive_scales(0.0, FIT, k_F=K_F, velocity=VELOCITY, alpha_0=ALPHA_0, reading="literal")
    result = dataset(
        {
            "limit": (("cutoff", "knob", "boundary"), limits, "1", "where the trion phase and pairs end"),
            "cut": (("mass", "mu"), np.maximum(scales.mismatch, scales.mass), "1", "e^-min(l*, l*_m)"),
            "phase": (("cutoff", "sweep"), np.stack([each["phase"].values for each in swept]), "1", "phase"),
            "K_c_change": ("x", found["K_c_ratio"].values - 1, "1", "K_c(q)/K_c - 1"),
            "response": ("x", np.pi * VELOCITY * found["response"].values, "1", "response in that of no gap"),
            "chain_response": ("chain_x", chain, "1", "the same of a chain"),
            "l_mass": ((), float(by_hand["l_mass"]), "1", "l*_m of (B1)"),
            "literal_cut": ((), float(literal.mass), "1", "e^-l*_m of (B1) for no mass"),
            "cut_without_mass": ((), float(scales.mass[0].max()), "1", "e^-l*_m for no mass"),
        },
        {
            "cutoff": CUTOFF_AXIS,
            "knob": ("knob", ["mismatch", "mass"], "1", "what cuts the coupling off, alone"),
            "boundary": ("boundary", ["trion", "paired"], "1", "phase that ends"),
            "mass": ("mass", plane, "meV", "mass m of the secondary"),
            "mu": ("mu", plane, "meV", "chemical potential µ of the secondary"),
            "sweep": ("sweep", sweep, "meV", "mass m at the µ that fits without a mass"),
            "x": ("x", x, "1", "ħuq/2m"),
            "chain_x": ("chain_x", few, "1", "ħuq/2m"),
        },
        question="papers.shavit_oreg2020.mass",
        parameters=WIRES.describe(),
        options={**CUTOFF_OPTIONS, "velocity": VELOCITY, "alpha_0": ALPHA_0, "k_F": K_F},
        method="flow of second order; response of free massive fermions",
        validity=["The mass cuts the couplings off and does nothing else.", str(found.attrs["validity"])],
        references=["shavit_oreg2020", "attractron"],
    )
    result["phase"].attrs.update(flags(flag_names(swept[0]["phase"])))
    return result


def _phases(axes: dict[str, FloatArray | float], cutoff: str) -> xr.Dataset:
    return massive_secondary(WIRES, axes, k_F=K_F, velocity=VELOCITY, alpha_0=ALPHA_0, cutoff=CUTOFFS[cutoff])


def _last_pairs(cutoff: str, knob: str) -> list[float]:
    """Where the trion phase and where the paired phase end along one of mismatch and mass, the other being 0."""
    found = []
    for least in (2, 1):
        low, high = 1e-4, 1.0
        for _ in range(9):
            points = np.linspace(low, high, 17)
            codes = phase_diagram(WIRES, {knob: points}, cutoff=CUTOFFS[cutoff], workers=1)["phase"].values
            first = int(np.argmax(codes < least))
            low, high = float(points[first - 1]), float(points[first])
        found.append(low)
    return found


def _chain() -> tuple[FloatArray, FloatArray]:
    """χ(q) of a half-filled chain with potentials ±m on alternating sites, over that of no gap, and its ħuq/2m.

    2 Σ |<x|ρ_q|0>|²/(L E_x) over pairs; in the basis of both sublattices ρ_q is 1 and H = [[m, -2cos k], [.., -m]].
    """
    k = 2 * np.pi * np.arange(CHAIN_SITES // 2) / CHAIN_SITES
    waves = np.unique(np.geomspace(8, 3000, 12).astype(int))
    response = []
    for q in 2 * np.pi * waves / CHAIN_SITES:
        (low, states), (high, others) = (_levels(momenta) for momenta in (k, k + q))
        overlap = np.einsum("ka,ka->k", states[:, :, 0], others[:, :, 1])
        response.append(2 * np.sum(overlap**2 / (high[:, 1] - low[:, 0])) / CHAIN_SITES)
    speed = 2.0
    return 2 * np.pi * waves / CHAIN_SITES * speed / (2 * CHAIN_MASS), np.pi * speed * np.array(response)


def _levels(k: FloatArray) -> tuple[FloatArray, FloatArray]:
    H = np.empty((len(k), 2, 2))
    H[:, 0, 0], H[:, 1, 1] = CHAIN_MASS, -CHAIN_MASS
    H[:, 0, 1] = H[:, 1, 0] = -2 * np.cos(k)
    values, vectors = np.linalg.eigh(H)
    return values, vectors


def readings(result: xr.Dataset) -> Readings:
    """(B1) by hand, sequences along the mass, both limits, the power of q and its coefficient."""
    limit, change, chain = result["limit"], result["K_c_change"], result["chain_response"]
    sequences = {f"cut-off {name}": _sequence(result, str(name)) for name in result["cutoff"].values}
    trions, pairs = (limit.sel(cutoff="tanh", boundary=name) for name in ("trion", "paired"))
    own, bound = chain / chain["chain_x"] ** 2, result["phase"].sel(cutoff="tanh").values == 2
    upsilon2 = LIQUID["K_c"] * LIQUID["V_phi"] ** 2 / (np.pi**2 * LIQUID["u_c"] * VELOCITY)
    return {
        "l_mass": float(result["l_mass"]),
        "literal_cut": float(result["literal_cut"]),
        "cut_without_mass": float(result["cut_without_mass"]),
        "sequence": sequences["cut-off tanh"],
        "sequences": dict(sequences),
        "pairs_over_mass": float(pairs.sel(knob="mass")),
        "pairs_over_mismatch": float(pairs.sel(knob="mismatch")),
        "trions_over_mass": float(trions.sel(knob="mass")),
        "trions_over_mismatch": float(trions.sel(knob="mismatch")),
        "trions_until": float(np.max(result["sweep"].values[bound], initial=0.0)),
        "trions_until_exact": float(
            np.sqrt(max(FIT**2 - (FIT - LAMBDA * float(trions.sel(knob="mismatch"))) ** 2, 0.0))
        ),
        "step": float(result["sweep"][1] - result["sweep"][0]),
        "heaviest": flag_names(result["phase"])[int(result["phase"].sel(cutoff="tanh")[-1])],
        "heaviest_mass": float(result["sweep"][-1]),
        "power": float(np.diff(np.log(change.values[:2]))[0] / np.diff(np.log(result["x"].values[:2]))[0]),
        "chain_power": float(np.diff(np.log(chain.values[:2]))[0] / np.diff(np.log(chain["chain_x"].values[:2]))[0]),
        "coefficient": float((result["response"] / result["x"] ** 2)[0]),
        "chain_coefficient": float(own[0]),
        "far": float(change[-1]),
        "far_exact": float(1 / np.sqrt(1 - upsilon2) - 1),
    }


def _sequence(result: xr.Dataset, cutoff: str) -> str:
    """Phases that are met along the mass."""
    names, codes = flag_names(result["phase"]), result["phase"].sel(cutoff=cutoff).values
    return ", ".join(names[int(code)] for code in codes[np.r_[True, codes[1:] != codes[:-1]]])


def draw(result: xr.Dataset) -> Figure:
    """The rule of (B1), phases over mass and potential, responses."""
    figure, axes = panels(13.2, 5.2, columns=3)
    _draw_rule(result, axes[0])
    _draw_plane(result, axes[1])
    _draw_response(result, axes[2])
    lettered(axes, ("mismatch and mass", "mass and chemical potential", "correction to the stiffness"))
    patches = [Patch(facecolor=colour, edgecolor="black", label=name) for name, colour in _COLOURS.items()]
    lines = [line for ax in axes[:2] for line in ax.get_legend_handles_labels()[0]]
    figure.legend(handles=[*patches, *lines], loc="outside lower center", ncols=4, frameon=False)
    return figure


_COLOURS = dict(zip(("decoupled", "paired", "trion"), map(tuple, tints(3)), strict=True))


def _draw_regions(result: xr.Dataset, ax: Axes, across: FloatArray, up: FloatArray, cut: FloatArray) -> None:
    """Regions between the ends of phases by the published cut-off, as levels of e^-min(l*, l*_m)."""
    ends = result["limit"].sel(cutoff="tanh", knob="mismatch").values.tolist()
    ax.contourf(across, up, cut, levels=[-1.0, *ends, 2.0], colors=list(_COLOURS.values())[::-1])
    ax.contour(across, up, cut, levels=ends, colors="black", linewidths=1.2)


def _draw_rule(result: xr.Dataset, ax: Axes) -> None:
    x = np.geomspace(4e-3, 1.0, 241)
    _draw_regions(result, ax, x, x, np.maximum.outer(x, x))
    ax.plot([], [], color="black", linewidth=1.2, label="boundary, cut-off tanh")
    for name, style in (("sharp", "--"), ("frozen", ":")):
        for where in result["limit"].sel(cutoff=name, knob="mismatch").values:
            ax.plot([where, where, x[0]], [x[0], where, where], style, color=OKABE_ITO[1], linewidth=1.5)
        ax.plot([], [], linestyle=style, color=OKABE_ITO[1], label=f"boundary, cut-off {name}")
    ax.set(xscale="log", yscale="log")
    ax.set_xlabel(r"mismatch $e^{-l^*} = |k_F - k|\,\alpha_0$")
    ax.set_ylabel(r"mass $e^{-l^*_m} = |m - \mu|/\Lambda_\mathrm{sec}$")


def _draw_plane(result: xr.Dataset, ax: Axes) -> None:
    mu, mass = result["mu"].values, result["mass"].values
    _draw_regions(result, ax, mu, mass, result["cut"].values)
    ax.plot(mu, mu, "-.", color="0.25", linewidth=1.2, label=r"band edge, $\mu = m$")
    fits = np.linspace(FIT, WINDOW, 200)
    ax.plot(fits, np.sqrt(fits**2 - FIT**2), color=OKABE_ITO[0], linewidth=1.5, label=r"the wires fit, $k = k_F$")
    ax.set(xlabel="chemical potential µ of the secondary (meV)", ylabel="mass $m$ of the secondary (meV)")


def _draw_response(result: xr.Dataset, ax: Axes) -> None:
    ax.plot(result["x"], result["response"], color=OKABE_ITO[0], label="massive fermions, closed form")
    ax.plot(result["chain_x"], result["chain_response"], "o", color=OKABE_ITO[1], markersize=5, label="chain, summed")
    small = result["x"].values[result["x"].values < 2.0]
    ax.plot(small, 2 * small**2 / 3, ":", color="0.4", label=r"$\frac{2}{3}(\hbar uq/2m)^2$")
    ax.axhline(1.0, linestyle="--", color="0.4", label="no mass")
    ax.set(xscale="log", yscale="log", ylim=(2e-4, 300))
    ax.set_xlabel(r"$\hbar uq/2m$")
    ax.set_ylabel(r"change of $u_c/K_c$, in $-V_\varphi^2/(\pi^2 u)$")
    ax.legend(frameon=False, loc="upper left")


FIGURES = (
    Recipe(
        name="shavit-mass",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            **{"K_c": WIRES.K_c, "K": WIRES.K, "y": WIRES.y, "y_s": WIRES.y_s, "upsilon": WIRES.upsilon},
            **{"Lambda": LAMBDA, "fit": FIT, "deep": DEEP[0], "deep_mu": DEEP[1]},
        },
    ),
)
