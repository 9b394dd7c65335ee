"""The current of a pair junction laid over its own charge stability diagram."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import dataset, flag_names, flags
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.transport import Junction, charge_stability, current, pair_junction

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "pair-current-on-diagram"

ALPHA, BIAS = 0.61, 0.1
"""Lever arm in meV/mV, and V_SD in mV."""


def junction() -> Junction:
    """Energies of the experiment (Fig. 4 of Hamo et al. 2016), couplings a fifth of its."""
    return pair_junction(
        W=0.435,
        U=0.925,
        mu_P=0.925,
        Gamma_S=0.0185,
        Gamma_D=0.0185,
        Gamma_L=0.04255,
        Gamma_R=0.08325,
        temperature=0.2,
        alpha=ALPHA,
    )


def compute(quick: bool) -> "xr.Dataset":
    """Current with and without pair processes, and the ground states without bias, over the same gate voltages."""
    device = junction()
    rows, columns = (90, 48) if quick else (240, 120)  # even: no pixel lies on V = 0, where states tie
    axes = {"V": np.linspace(-0.9, 0.9, rows), "delta_V": np.linspace(-1.2, 1.2, columns)}
    pairs, singles = (
        current(device, {**axes, "V_SD": BIAS}, processes=choice, origin="centre") for choice in ("2e", "1e")
    )
    diagram = charge_stability(device, axes, origin="centre")
    coarse = {name: values[::6] for name, values in axes.items()}
    unbiased = current(device, coarse, origin="centre")["occupation"]
    apart = np.abs(unbiased - charge_stability(device, coarse, origin="centre")["occupation"])
    dims = ("V", "delta_V")
    result = dataset(
        {
            "current": (dims, pairs["current"].values, "pA", "current"),
            "logarithm": (dims, np.log10(np.abs(pairs["current"].values)), "1", "lg(current/pA)"),
            "gain": (
                dims,
                (pairs["current"] / singles["current"]).values,
                "1",
                "current with pair processes / without",
            ),
            "charge_state": (dims, diagram["charge_state"].values, "1", diagram["charge_state"].attrs["long_name"]),
            "occupation_difference": ((), float(apart.max()), "1", "largest difference of occupations without bias"),
        },
        {name: (name, axes[name], "mV", pairs[name].attrs["long_name"]) for name in dims},
        question="papers.ours.overlay",
        parameters=device.describe(),
        options={"origin": "centre", "V_SD": BIAS, "processes": "2e"},
        method=pairs.attrs["method"],
        validity=[pairs.attrs["validity"], "Charge states are those of the ground state without bias."],
        references=str(pairs.attrs["references"]).split(", "),
    )
    result["charge_state"].attrs.update(flags(flag_names(diagram["charge_state"])))
    return result


def line_and_ridge(result: "xr.Dataset") -> "xr.Dataset":
    """The boundary between (0,0) and (1,1), and the largest current, column by column along it.

    A column is on the line when its charge states have no or two electrons on L and R, never one.

    Returns:
        Dataset over the columns' δV: `line` and `ridge`, V of either, mV; `gain` at the ridge.
    """
    names = flag_names(result["charge_state"])
    ordered = result.transpose("delta_V", "V")
    filled = {code: name.strip("()").split(",")[:2].count("1") for code, name in names.items()}
    electrons = np.vectorize(filled.__getitem__)(ordered["charge_state"].values)
    on_line = ordered.isel(delta_V=np.flatnonzero((electrons != 1).all(axis=1)))
    V, empty = on_line["V"].values, np.count_nonzero(electrons == 0, axis=1)[(electrons != 1).all(axis=1)]
    top = on_line["current"].argmax("V")
    return (
        on_line[["gain"]]
        .isel(V=top)
        .reset_coords("V")
        .rename(V="ridge")
        .assign(line=("delta_V", (V[empty - 1] + V[empty]) / 2))
    )


def claims(result: "xr.Dataset") -> list[Claim]:
    """Diagram and current are of the same charges; the ridge of the current lies on the line between even states."""
    claim = partial(Claim, figure=NAME)
    found = line_and_ridge(result)
    rows, columns = (1e3 * ALPHA * float(np.diff(result[name].values).max()) for name in ("V", "delta_V"))
    distance = 1e3 * ALPHA * np.abs(found["ridge"] - found["line"])
    across = found["delta_V"].values
    return [
        claim(
            claim="Without bias current and diagram give the same occupations of L, R and P.",
            source="theory: detailed balance of every process",
            published=0.0,
            computed=float(result["occupation_difference"]),
            tolerance=1e-9,
            unit="1",
            note="Steady state of all rates up to third order against the Boltzmann average, everywhere on a coarser "
            "map; largest difference. Tolerance: rounding.",
        ),
        claim(
            claim="The line between (0,0) and (1,1) is as long as the attraction is strong, |W - U|.",
            source="theory: W_eff = W - U at µ_P = U",
            published=490.0,
            computed=1e3 * ALPHA * float(np.ptp(across)) + columns,
            tolerance=2 * columns,
            unit="µeV",
            note="α times its extent along δV, from the ground states. Tolerance: a pixel at either end.",
        ),
        claim(
            claim="The ridge of the current follows this line, no further off than e|V_SD|/2.",
            source="theory: a pair pays at most 2δµ = e|V_SD|, with δµ = αV the distance from the line",
            published=f"≤ {500 * BIAS:g}",
            computed=float(distance.max()),
            tolerance=rows,
            unit="µeV",
            note=f"α|V| between the largest current of each column and the boundary, in {across.size} columns from one "
            f"triple point to the other; at least {float(distance.min()):.0f} µeV. Tolerance: a pixel.",
        ),
        claim(
            claim="Pair processes raise the current all along the ridge.",
            source="this figure; Hamo et al. (2016), Fig. 4d, for the couplings of the experiment",
            published="> 1",
            computed=float(found["gain"].min()),
            tolerance=0.0,
            unit="1",
            note="Current at the ridge with pair processes over that without: least value; "
            f"{_central(found):.2f} in the middle.",
        ),
    ]


def _central(found: "xr.Dataset") -> float:
    """The gain half-way between the triple points."""
    return float(found["gain"].values[found.sizes["delta_V"] // 2])


def draw(result: "xr.Dataset") -> "Figure":
    """The current on a logarithmic scale, and what pair processes add to it, under the boundaries of the diagram."""
    from matplotlib.figure import Figure

    from attractron.plotting import stability

    figure = Figure(figsize=(11.0, 4.6), layout="constrained")
    for number, variable in enumerate(("logarithm", "gain"), start=1):
        ax = stability.plot(result, figure.add_subplot(1, 2, number), variable=variable)
        ax.set_title(f"({'ab'[number - 1]})", loc="left")
    return figure


FIGURES = (
    PaperFigure(
        name=NAME,
        title="The pair current on its stability diagram",
        source="our own, of the junction of Fig. 4 of Hamo et al., Nature 535, 395 (2016)",
        caption="(a) Current at V_SD = 0.1 mV and (b) what pair processes multiply it by, over the gate voltages "
        "counted from the middle of the vertex; white, the boundaries of the ground states (n_L,n_R,n_P) of the same "
        "junction without bias. Where one of L and R is filled the polarizer dot is degenerate and conducts: one of "
        "its states is named. Our choice: energies of the experiment, a fifth of its couplings, 0.2 K.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
