"""Equations (1) to (3) and what follows from them, beside the same solved by hand: every factor has a number."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names
from attractron.dots import (
    CapacitanceModel,
    Device,
    Gate,
    PolarizerChain,
    best_detuning,
    building_block,
    cluster_energies,
    correlation,
    dressed_potential,
    effective_interaction,
    filling,
    interaction_derivatives,
    pairing_temperature,
    pairing_tunnelling,
    stability_diagram,
    steps,
    triple_points,
)
from attractron.dots.capacitance import building_block_parameters, maxwell_matrix
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016 import closed_forms
from attractron.papers.hamo2016.diagrams import W
from attractron.plotting.style import OKABE_ITO, name_regions

U, TUNNELLINGS = 2.41, (0.0, 0.05, 0.3)
"""As for Fig. 2b, and our choice of t, meV."""

DEVICE = building_block(W=W, U=U, delta=U, t=TUNNELLINGS[1])
LIMIT = DEVICE.with_parameters(t=0.0)

UNDECIDED, WARM = 0.1, 10.0
"""Temperatures in K at which 2k_BT ln 2 is the whole change of W_eff at δ = U and t → 0, and at which nothing is."""

C_L, C_R, C_M = 50.0, 40.0, 10.0
"""Capacitances of a double dot in aF: both totals, and the largest one between the dots."""

ARMS = {"V_L": {"L": 0.10, "R": 0.02}, "V_R": {"L": 0.03, "R": 0.08}}
"""Lever arms of two gates, cross-capacitances included, meV/mV."""

TRIPLE = building_block(W=W, U=U, delta=2.0, t=0.0, lever_arms=ARMS)
WINDOW = {"V_L": np.linspace(-20.0, 32.0, 301), "V_R": np.linspace(-12.0, 40.0, 290)}
"""mV."""

CHAIN = PolarizerChain(sites=400, W=W, U=U, delta=1.2, t=TUNNELLINGS[1], boundary="periodic")
CHAIN_TEMPERATURE, CHAIN_MU = 2.0, 2.0
"""K and meV."""

FARTHER = 0.6
"""Repulsion of next neighbours for which electrons of a chain pair, meV."""


def compute(quick: bool) -> xr.Dataset:
    """All panels; the grids are small, since nothing here is slow."""
    delta = np.linspace(-0.5, 5.5, 25 if quick else 61)
    narrow = np.linspace(-0.5, 0.5, 21 if quick else 81)
    kelvin = np.geomspace(UNDECIDED, 60.0, 12 if quick else 40)
    mutual = np.linspace(1.0, C_M, 5 if quick else 19)
    mu = np.linspace(1.4, 2.8, 15 if quick else 57)
    over_t = effective_interaction(DEVICE, {"t": np.array(TUNNELLINGS), "delta": delta})
    # All electrons but the polarizer's are kept away by the gates.
    away: dict[str, ArrayLike] = {"V": -50.0, "t": np.array(TUNNELLINGS[1:]), "delta": narrow}
    chain = filling(CHAIN, {"mu": mu}, temperature=CHAIN_TEMPERATURE)
    diagram = stability_diagram(TRIPLE, WINDOW)
    vertex = triple_points(diagram)
    numbers = _numbers()
    return dataset(
        {
            "interaction": (("t", "delta"), over_t["effective_interaction"].values, "meV", "W_eff"),
            "top": (
                ("finite_t", "narrow"),
                stability_diagram(DEVICE, away)["occupation"].sel(dot="T").values,
                "1",
                "electrons on top",
            ),
            "warm": (
                "temperature",
                [effective_interaction(LIMIT, temperature=float(T)) for T in kelvin],
                "meV",
                "W_eff at δ = U, t → 0",
            ),
            "repulsion": ("C_m", [_double_dot(float(C)) for C in mutual], "meV", "repulsion of two dots"),
            "chain": ("mu", chain["filling"].values, "1", "filling of a chain"),
            "charge_state": (("V_L", "V_R"), diagram["charge_state"].values, "1", "ground state"),
            "triple": (("point", "gate"), _points(vertex), "mV", "triple points"),
            "pixel": ((), float(vertex["resolution"]), "meV", "change of the chemical potentials over a pixel"),
            "number": ("what", list(numbers.values()), "1", "single numbers, meV, K and pure ones"),
        },
        {
            "t": ("t", list(TUNNELLINGS), "meV", "tunnelling t"),
            "finite_t": ("finite_t", list(TUNNELLINGS[1:]), "meV", "tunnelling t"),
            "delta": ("delta", delta, "meV", "detuning δ"),
            "narrow": ("narrow", narrow, "meV", "detuning δ"),
            "temperature": ("temperature", kelvin, "K", "temperature"),
            "C_m": ("C_m", mutual, "aF", "capacitance between two dots"),
            "mu": ("mu", mu, "meV", "chemical potential µ"),
            "V_L": ("V_L", WINDOW["V_L"], "mV", "left gate"),
            "V_R": ("V_R", WINDOW["V_R"], "mV", "right gate"),
            "point": ("point", [0, 1], "1", "triple point"),
            "gate": ("gate", list(WINDOW), "1", "gate"),
            "what": ("what", list(numbers), "1", "what the number is"),
        },
        question="papers.hamo2016.equations",
        parameters={**DEVICE.describe(), "chain": vars(CHAIN), "lever_arms": ARMS, "C": [C_L, C_R]},
        method="exact diagonalisation, thermal sums, Maxwell matrices and transfer matrices, as everywhere else",
        validity=["Charge states are classical, the polarizer is solved exactly."],
        references=["hamo2016"],
    ).assign(charge_state=diagram["charge_state"])


def _numbers() -> dict[str, float]:
    """What needs no axis."""
    slopes = interaction_derivatives(DEVICE)["effective_interaction_slope"].sel(side="below")
    apart = interaction_derivatives(LIMIT.with_parameters(delta=3.5))["effective_interaction_slope"].sel(side="below")
    pairs = PolarizerChain(sites=100, W=(W, FARTHER), U=U, delta=1.2, t=0.0)
    neighbours = correlation(CHAIN, [1], mu=CHAIN_MU, temperature=CHAIN_TEMPERATURE)
    at_mu = filling(CHAIN, {"mu": CHAIN_MU}, temperature=CHAIN_TEMPERATURE)
    top = stability_diagram(DEVICE, {"V": -50.0, "delta": 2 * TUNNELLINGS[1]})["occupation"].sel(dot="T")
    return {
        "W_eff": effective_interaction(DEVICE),
        "W_eff_past_U": effective_interaction(DEVICE.with_parameters(delta=3.5)),
        "at_no_detuning": W - effective_interaction(DEVICE.with_parameters(delta=0.0)),
        "slope_along_best": -float(slopes.sel(parameter="U") + slopes.sel(parameter="delta")),
        "slope_in_t": float(slopes.sel(parameter="t")),
        "slope_in_W": float(slopes.sel(parameter="W")),
        "slope_in_delta_past_U": float(apart.sel(parameter="delta")),
        "slope_in_U_past_U": float(apart.sel(parameter="U")),
        "best": best_detuning(DEVICE) / U,
        "most_t": pairing_tunnelling(DEVICE),
        "most_T": pairing_temperature(DEVICE),
        "entropy": effective_interaction(LIMIT, temperature=UNDECIDED) - effective_interaction(LIMIT),
        "W_eff_warm": effective_interaction(DEVICE, temperature=WARM),
        "top_at_2t": float(top),
        "double_dot": _double_dot(C_M),
        **{f"dipole_{name}": value for name, value in building_block_parameters(_conductors()).items()},
        "filled": _filled(spin=False),
        "filled_with_spin": _filled(spin=True),
        "unscreened": _unscreened(),
        "holes": _holes(),
        "chain_filling": float(at_mu["filling"]),
        "chain_length": float(neighbours["correlation_length"]),
        "cluster": float(cluster_energies(pairs, [3])["binding"][0]),
        "pairs_enter": float(steps(pairs)["mu"][0]),
        **{f"least_U_{name}": value for name, value in zip(_LEAST, _least_repulsions(), strict=True)},
    }


_LEAST = ("0", "0.002", "0.005", "0.02", "0.05", "0.1", "0.3")
"""Tunnelling in meV for which the least U that attracts is looked for."""


def _least_repulsions() -> list[float]:
    """The least U over W at which electrons attract at the best detuning δ = U; NaN where they never do."""
    ratio = np.linspace(0.5, 2.0, 151)
    swept = effective_interaction(DEVICE, {"t": list(map(float, _LEAST)), "U": W * ratio, "delta": W * ratio})
    at_best = np.diagonal(swept["effective_interaction"].values, axis1=1, axis2=2)  # (t, ratio)
    attract = at_best < 0
    first = np.argmax(attract, axis=1)
    above, below = (np.take_along_axis(at_best, where[:, None], axis=1)[:, 0] for where in (first - 1, first))
    found = ratio[first] - (ratio[1] - ratio[0]) * below / (below - above)
    return list(np.where(attract.any(axis=1) & (first > 0), found, np.nan))


def _double_dot(C_m: float) -> float:
    """Repulsion of two dots from their Maxwell matrix, meV."""
    model = CapacitanceModel(names=("L", "R"), C=np.array([[C_L, -C_m], [-C_m, C_R]]), system=("L", "R"))
    return float(model.repulsion[0, 1])


def _conductors() -> CapacitanceModel:
    """Two sites and a dipole of unlike conductors, whose capacitances are those of given repulsions in meV."""
    repulsion = [[10.0, W, 0.3, 2.7], [W, 10.0, 0.3, 2.7], [0.3, 0.3, 12.0, 1.0], [2.7, 2.7, 1.0, 9.0]]
    return CapacitanceModel(
        names=("L", "R", "T", "B"),
        C=maxwell_matrix(repulsion),
        system=("L", "R"),
        floating=(("T", "B"),),
        electrons=(1,),
        potentials=(0.0, 0.0, 0.2, -0.3),
    )


def _two_dots(*, spin: bool, max_electrons: int = 1) -> Device:
    gates = {f"V_{dot}": Gate(lever_arms={dot: 1.0}) for dot in "LR"}
    repulsion = np.array([[10.0, W], [W, 10.0]])
    return Device(dots=("L", "R"), repulsion=repulsion, gates=gates, max_electrons=max_electrons, spin=spin)


def _filled(*, spin: bool) -> float:
    """Electrons on L where both dots are level with the reservoir."""
    found = stability_diagram(_two_dots(spin=spin), {"V_L": 0.0, "V_R": 0.0}, temperature=CHAIN_TEMPERATURE)
    return float(found["occupation"].sel(dot="L"))


def _unscreened() -> float:
    """The most that two electrons with spin are screened where there is nothing that could, meV."""
    found = dressed_potential(_two_dots(spin=True, max_electrons=2), temperature=WARM)
    return float(abs(found["screening"]).max())


def _holes() -> float:
    """Part of the diagram of electrons that is that of holes at the opposite voltages."""
    gates = {"V_L": np.linspace(-3.0, 3.1, 40), "V_R": np.linspace(-3.0, 3.3, 41)}
    mirrored = {name: -values[::-1] for name, values in gates.items()}
    electrons, holes = (building_block(W=W, U=U, delta=2.0, t=0.0, carriers=name) for name in ("electrons", "holes"))
    charges = stability_diagram(electrons, gates)["charge_state"].values
    return float((charges == stability_diagram(holes, mirrored)["charge_state"].values[::-1, ::-1]).mean())


def _points(vertex: xr.Dataset) -> FloatArray:
    """Both triple points in (V_L, V_R), the one with the larger V_L first."""
    found = np.stack([vertex["V_L_point"].values, vertex["V_R_point"].values], axis=1)
    return np.asarray(found[np.argsort(-found[:, 0])])


def readings(result: xr.Dataset) -> Readings:
    """The single numbers, and the largest distance of each curve from the one solved by hand."""
    numbers: dict[str, float] = dict(zip(map(str, result["what"].values), result["number"].values, strict=True))
    least = {name: numbers.pop(f"least_U_{name}") for name in _LEAST}
    delta, T = result["delta"].values, result["temperature"].values
    by_hand = [closed_forms.interaction(W, U, delta, float(t)) for t in result["t"]]
    tops = [closed_forms.on_top(result["narrow"].values, float(t)) for t in result["finite_t"]]
    sharpest = abs(np.gradient(result["top"].isel(finite_t=0).values, result["narrow"].values)).argmax()
    triple = result["triple"].values
    return {
        **{name: float(value) for name, value in numbers.items()},
        "off_in_delta": float(abs(result["interaction"].values - by_hand).max()),
        "off_in_T": float(abs(result["warm"].values - closed_forms.interaction_at(T, W, U, U, 0.0)).max()),
        "off_on_top": float(abs(result["top"].values - tops).max()),
        "off_in_C": float(abs(result["repulsion"].values - closed_forms.double_dot(C_L, C_R, result["C_m"])).max()),
        "off_in_mu": float(abs(result["chain"].values - _chain_by_hand(result["mu"].values)).max()),
        "split": float(result["top"].sel(narrow=0.0, method="nearest").isel(finite_t=0)),
        "most_polarizable": float(result["narrow"][sharpest]),
        "step": float(result["narrow"][1] - result["narrow"][0]),
        **{
            f"{gate}_{number}": float(triple[number - 1, place])
            for number in (1, 2)
            for place, gate in enumerate(("left", "right"))
        },
        "pixel": float(result["pixel"]),
        "gate_pixel": float(result["pixel"]) / 0.05,
        "least_U": least["0"],
        "least_U_by_t": {f"t = {name} meV": float(value) for name, value in least.items()},
    }


def _chain_by_hand(mu: FloatArray) -> FloatArray:
    """Filling of an infinite chain; the polarizers' free energies give the energies of electrons and of pairs."""
    t, delta, kT = TUNNELLINGS[1], CHAIN.delta, closed_forms.BOLTZMANN * CHAIN_TEMPERATURE
    free = [U * n / 2 - kT * np.log(2 * np.cosh(np.hypot((delta - U * n) / 2, t) / kT)) for n in range(3)]
    site, pair = 2 * (free[1] - free[0]), W + free[0] + free[2] - 2 * free[1]
    return closed_forms.filling(mu, site, pair, CHAIN_TEMPERATURE)


def draw(result: xr.Dataset) -> Figure:
    """Calculated curves, and by hand as circles."""
    figure, axes = panels(13.0, 7.6, rows=2, columns=3)
    detuned, polarized, warm, capacitive, vertex, chain = axes
    for t, colour in zip(result["t"].values, (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[4]), strict=True):
        detuned.plot(result["delta"], result["interaction"].sel(t=t), color=colour, label=_of_t(t))
        by_hand = closed_forms.interaction(W, U, result["delta"].values, t)
        _circles(detuned, result["delta"].values, by_hand, colour, every=4)
    detuned.axhline(0.0, color="0.6", linewidth=0.8)
    detuned.set(xlabel="δ (meV)", ylabel=r"$W_{\mathrm{eff}}$ (meV)")
    for t, colour in zip(result["finite_t"].values, (OKABE_ITO[0], OKABE_ITO[4]), strict=True):
        polarized.plot(result["narrow"], result["top"].sel(finite_t=t), color=colour, label=_of_t(t))
        _circles(polarized, result["narrow"].values, closed_forms.on_top(result["narrow"].values, t), colour, every=5)
    polarized.set(xlabel="δ (meV)", ylabel="electrons on top of the polarizer", ylim=(-0.05, 1.3))
    T = result["temperature"].values
    warm.plot(T, result["warm"], color=OKABE_ITO[6], label="δ = U, t → 0")
    _circles(warm, T, closed_forms.interaction_at(T, W, U, U, 0.0), OKABE_ITO[6], every=3)
    tangent = W - U + 2 * closed_forms.BOLTZMANN * T * np.log(2.0)
    warm.plot(T[T < 12], tangent[T < 12], "--", color=OKABE_ITO[1], label=r"$W-U+2k_{\mathrm{B}}T\,\ln 2$")
    warm.axhline(0.0, color="0.6", linewidth=0.8)
    warm.set(xlabel="temperature (K)", ylabel=r"$W_{\mathrm{eff}}$ (meV)", xscale="log")
    C = result["C_m"].values
    capacitive.plot(C, result["repulsion"], color=OKABE_ITO[0], label="Maxwell matrix")
    _circles(capacitive, C, closed_forms.double_dot(C_L, C_R, C), OKABE_ITO[0], every=2)
    capacitive.set(xlabel=r"capacitance between the dots, $C_{\mathrm{m}}$ (aF)", ylabel="repulsion W (meV)")
    _draw_vertex(vertex, result)
    chain.plot(result["mu"], result["chain"], color=OKABE_ITO[2], label=f"{CHAIN.sites} sites, {CHAIN_TEMPERATURE:g} K")
    _circles(chain, result["mu"].values, _chain_by_hand(result["mu"].values), OKABE_ITO[2], every=4)
    chain.set(xlabel="chemical potential µ (meV)", ylabel="filling of the chain")
    for ax in (detuned, polarized, warm, capacitive, chain):
        ax.plot([], [], "o", color="0.3", markerfacecolor="none", label="by hand")
        ax.legend(frameon=False, loc="upper right" if ax is polarized else "best")
    titles = ("Interaction", "Polarizer alone", "Entropy", "Two dots of conductors", "Lever arms", "Chain")
    lettered(axes, titles)
    return figure


def _of_t(t: float) -> str:
    return f"t = {t:g} meV" if t else "t → 0"


def _circles(ax: Axes, across: FloatArray, up: FloatArray, colour: str, *, every: int) -> None:
    """What was solved by hand."""
    ax.plot(across[::every], up[::every], "o", color=colour, markerfacecolor="none", markersize=6)


def _draw_vertex(ax: Axes, result: xr.Dataset) -> None:
    """Borders of the charge states, and the triple points found and solved by hand."""
    left, right, codes = result["V_L"].values, result["V_R"].values, result["charge_state"].values.T
    for code in np.unique(codes):
        ax.contour(left, right, (codes == code).astype(float), levels=[0.5], colors="0.4", linewidths=1.0)
    name_regions(ax, left, right, codes, flag_names(result["charge_state"]), 0.0)
    ax.plot(result["triple"][:, 0], result["triple"][:, 1], "o", color=OKABE_ITO[1], label="found")
    by_hand = triple_points_by_hand()
    ax.plot(by_hand[:, 0], by_hand[:, 1], "o", color="black", markerfacecolor="none", markersize=9, label="by hand")
    ax.legend(loc="lower left")
    ax.set(xlabel=r"$V_{\mathrm{L}}$ (mV)", ylabel=r"$V_{\mathrm{R}}$ (mV)")


def triple_points_by_hand() -> FloatArray:
    """(V_L, V_R) in mV where µ_L and µ_R are δ and W: E(1) - E(0) = δ = 2 meV and E(2) - E(1) = W at t → 0, δ < U."""
    arms = np.array([[ARMS[gate][dot] for gate in ("V_L", "V_R")] for dot in "LR"])
    return np.array([np.linalg.solve(arms, mu) for mu in ([2.0, W], [W, 2.0])])


FIGURES = (
    Recipe(
        name="hamo-equations",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "W": W,
            "U": U,
            "t": TUNNELLINGS[1],
            "C_L": C_L,
            "C_R": C_R,
            "C_M": C_M,
            "undecided": UNDECIDED,
            "warm_kelvin": WARM,
            "chain_kelvin": CHAIN_TEMPERATURE,
            "chain_mu": CHAIN_MU,
            "farther": FARTHER,
        },
    ),
)
