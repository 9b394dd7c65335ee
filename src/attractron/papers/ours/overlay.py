"""The current of a pair junction laid over its own charge stability diagram."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting import stability
from attractron.plotting.stability import SMALLEST_REGION
from attractron.plotting.style import name_regions
from attractron.transport import Junction, charge_stability, current, pair_junction

U, W = 0.925, 0.435
DELTA = (U - W) / 2
"""Of Fig. 4, meV."""

ALPHA, BIAS = 0.61, 0.1
"""Lever arm in meV/mV, and V_SD in mV."""


def junction() -> Junction:
    """Energies of the experiment (Fig. 4 of Hamo et al. 2016), couplings a fifth of its."""
    return pair_junction(
        W=W,
        U=U,
        mu_P=U,
        Gamma_S=0.0185,
        Gamma_D=0.0185,
        Gamma_L=0.04255,
        Gamma_R=0.08325,
        temperature=0.2,
        alpha=ALPHA,
    )


def compute(quick: bool) -> xr.Dataset:
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


def line_and_ridge(result: xr.Dataset) -> xr.Dataset:
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


def readings(result: xr.Dataset) -> Readings:
    """Diagram and current are of the same charges; the ridge of the current lies on the line between even states."""
    found = line_and_ridge(result)
    row, column = (1e3 * ALPHA * float(np.diff(result[name].values).max()) for name in ("V", "delta_V"))
    distance = 1e3 * ALPHA * np.abs(found["ridge"] - found["line"])
    return {
        "occupations_apart": float(result["occupation_difference"]),
        "length": 1e3 * ALPHA * float(np.ptp(found["delta_V"].values)) + column,
        "two_columns": 2 * column,
        "farthest": float(distance.max()),
        "nearest": float(distance.min()),
        "row": row,
        "columns": found.sizes["delta_V"],
        "least_gain": float(found["gain"].min()),
        "central_gain": float(found["gain"].values[found.sizes["delta_V"] // 2]),
    }


def draw(result: xr.Dataset) -> Figure:
    """The current on a logarithmic scale, and what pair processes add to it, under the boundaries of the diagram."""
    figure, axes = panels(11.0, 4.8, columns=2)
    names = flag_names(result["charge_state"])
    codes = result["charge_state"].transpose("V", "delta_V").values
    for ax, variable, scale in zip(axes, ("current", "gain"), ("logarithmic", "linear"), strict=True):
        stability.plot(result.drop_vars("charge_state"), ax, variable=variable, scale=scale)
        _draw_boundaries(ax, result)
        name_regions(ax, result["delta_V"].values, result["V"].values, codes, names, SMALLEST_REGION)
    lettered(axes)
    return figure


def _draw_boundaries(ax: Axes, result: xr.Dataset) -> None:
    """Where ground states meet at µ_P = U: V = 0 between the triple points, α|δV| = Δ + α|V| beyond them."""
    end, V = DELTA / ALPHA, float(result["V"].max())
    lines = [([-end, end], [0.0, 0.0])]
    lines += [([side * end, side * (end + V)], [0.0, way * V]) for side in (-1.0, 1.0) for way in (-1.0, 1.0)]
    limits = ax.get_xlim(), ax.get_ylim()
    for across, up in lines:
        ax.plot(across, up, color="white", linewidth=0.8)
    ax.set(xlim=limits[0], ylim=limits[1])


FIGURES = (Recipe(name="pair-current-on-diagram", compute=compute, draw=draw, readings=readings),)
