"""Fig. 4e, f: where the current turns on over gate and bias: slopes 0, 1 and 2, and the thresholds between them."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from attractron.core.checks import FloatArray
from attractron.core.constants import CONDUCTANCE_QUANTUM, K_B
from attractron.core.results import dataset, quoted
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.experiment import (
    ALPHA,
    ALTERNATIVES,
    AMPLITUDES,
    CHOICES,
    SETS,
    TEMPERATURE,
    U,
    W,
    colour_map,
    experiment,
    for_each_set,
    hatched,
    provenance,
    stacked,
)
from attractron.plotting.style import OKABE_ITO
from attractron.transport import current, threshold_lines, turn_on_line

THERMAL = 3.5 * K_B * TEMPERATURE
"""Thermal width of an edge, meV; its full width at half maximum in a derivative."""

HIGHEST = 0.9
"""End of the gate axis, meV."""

LINES = threshold_lines(W, U, U)
"""The analytic lines at T = 0 and µ_P = U."""


def compute(quick: bool) -> xr.Dataset:
    """The current over (αV, V_SD) for the three sets of processes, its inelastic part, and the lines found in that."""
    gate = np.linspace(-0.1, HIGHEST, 51 if quick else 101)
    bias = np.linspace(0.0, 1.2, 121 if quick else 241)[1:]
    axes = {"V": gate / ALPHA, "V_SD": bias}
    found = for_each_set(axes)
    elastic = np.stack([result["contribution"].sel(order="elastic", lead="S").values for result in found])
    variables, dims = stacked(found, ("alpha_V", "V_SD")), ("processes", "alpha_V", "V_SD")
    return dataset(
        variables
        | {"inelastic": (dims, variables["current"][1] - elastic, "pA", "current without elastic passage")}
        | {"choice_slope": (("choice", "line"), _chosen_slopes(gate, bias), "1", "slope of the turn-on line")},
        {
            "choice": ("choice", list(ALTERNATIVES), "1", "choice of what the text leaves open"),
            "line": ("line", list(SETS), "1", "electrons of the system that take part"),
            "processes": ("processes", list(SETS.values()), "1", "processes included"),
            "alpha_V": ("alpha_V", gate, "meV", "mean gate voltage αV from the centre"),
            "V_SD": ("V_SD", bias, "mV", "bias V_SD"),
        },
        question="papers.hamo2016.fig4ef",
        options={"delta_V": 0.0, "origin": "centre", "method": "finite-part"},
        **provenance(found[-1]),
    )


def ranges(temperature: float = TEMPERATURE) -> dict[str, tuple[float, float]]:
    """αV in meV where the published thresholds make each line the lowest, a thermal width from where two lines meet."""
    margin = THERMAL * temperature / TEMPERATURE
    starts = {str(name): float(LINES["start"].sel(process=name)) for name in LINES["process"].values}
    ends = {"2e": starts["1e"], "1e": starts["0e"], "0e": HIGHEST + margin}
    return {name: (starts[name] + margin, end - margin) for name, end in ends.items()}


def _read_lines(inelastic: xr.DataArray, temperature: float = TEMPERATURE) -> dict[str, xr.Dataset]:
    """The turn-on line within each range of the gate, from one map with all processes."""
    return {
        name: turn_on_line(inelastic, between, temperature=temperature) for name, between in ranges(temperature).items()
    }


def _chosen_slopes(gate: FloatArray, bias: FloatArray) -> FloatArray:
    """Slopes of the three lines for every choice (choice, line)."""
    found = []
    for choice in ALTERNATIVES.values():
        result = current(experiment(**choice), {"V": gate / ALPHA, "V_SD": bias}, origin="centre")
        elastic = result["contribution"].sel(order="elastic", lead="S")
        inelastic = (result["current"] - elastic).rename(V="alpha_V").assign_coords(alpha_V=gate)
        lines = _read_lines(inelastic, choice.get("temperature", TEMPERATURE))
        found.append([float(lines[name]["slope"]) for name in SETS])
    return np.array(found)


def corner(first: xr.Dataset, second: xr.Dataset) -> tuple[float, float]:
    """αV (meV) and V_SD (mV) where two lines cross."""
    slopes, biases, middles = (np.array([float(line[name]) for line in (first, second)]) for name in _LINE)
    intercepts = biases - slopes * middles
    across = -float(np.diff(intercepts)[0] / np.diff(slopes)[0])
    return across, float(intercepts[0] + slopes[0] * across)


_LINE = ("slope", "bias", "middle")


def readings(result: xr.Dataset) -> Readings:
    """Slopes and thresholds read from the map with all processes, what they imply, and what pairs carry."""
    lines = _read_lines(result["inelastic"].sel(processes=SETS["2e"]))
    lower, upper = corner(lines["2e"], lines["1e"]), corner(lines["1e"], lines["0e"])
    lengths = {name: between[1] - between[0] for name, between in ranges().items()}
    analytic = {name: LINES.sel(process=name) for name in lines}
    share, trap = _share(result), result["current"].sel(alpha_V=0.1, V_SD=0.3, method="nearest")
    return {
        **{f"slope_{name}": float(line["slope"]) for name, line in lines.items()},
        **{f"contours_{name}": _contours(line) for name, line in lines.items()},
        **{f"spread_{name}": quoted(line, "slope", "").strip() for name, line in lines.items()},
        **{f"slope_error_{name}": THERMAL / 2 / length for name, length in lengths.items()},
        **{
            f"slopes_{name}": {
                str(each["choice"].values): float(each) for each in result["choice_slope"].sel(line=name)
            }
            for name in lines
        },
        **{f"found_{name}": 1e3 * float(line["bias"]) for name, line in lines.items()},
        **{
            f"analytic_{name}": 1e3 * float(line["intercept"] + line["slope"] * lines[name]["middle"])
            for name, line in analytic.items()
        },
        **_without_pairs(result, lines["2e"]),
        "bias_spread": quoted(lines["0e"], "bias", "µeV", 1e3),
        "lower_gate": 1e3 * lower[0],
        "lower_bias": 1e3 * lower[1],
        "apart_in_gate": 1e3 * (upper[0] - lower[0]),
        "apart_in_bias": 1e3 * (upper[1] - lower[1]),
        "least_share": share.min(),
        "median_share": float(np.median(share)),
        **{f"trap_{name}": float(trap.sel(processes=label)) for name, label in SETS.items()},
    }


def _without_pairs(result: xr.Dataset, with_pairs: xr.Dataset) -> Readings:
    """What the range of the 2e line shows without pair processes: a slope by itself tells no pairs."""
    alone = turn_on_line(result["inelastic"].sel(processes=SETS["1e"]), ranges()["2e"], temperature=TEMPERATURE)

    def height(name: str, line: xr.Dataset) -> float:
        inelastic = result["inelastic"].sel(processes=SETS[name])
        return float(inelastic.interp(alpha_V=line["alpha_V"], V_SD=_midpoints(line)).median())

    return {
        "slope_alone": float(alone["slope"]),
        "contours_alone": _contours(alone),
        "height_alone": height("1e", alone),
        "height_2e": height("2e", with_pairs),
    }


def _midpoints(line: xr.Dataset) -> xr.DataArray:
    return line["turn_on"].sel(estimator="midpoint", drop=True)


def _contours(line: xr.Dataset) -> str:
    values = line["estimated_slope"].isel(estimator=slice(1, None)).values
    return " and ".join(f"{value:.2f}" for value in values)


def _share(result: xr.Dataset) -> FloatArray:
    """1 - I(without pairs)/I in the triangle between the 2e line and U - W, a thermal width inside."""
    gate, bias = np.meshgrid(result["alpha_V"].values, result["V_SD"].values, indexing="ij")
    inside = (gate >= THERMAL / 2) & (bias >= 2 * gate + THERMAL) & (bias <= U - W - THERMAL)
    without, full = (result["current"].sel(processes=SETS[name]).values[inside] for name in ("1e", "2e"))
    return np.asarray(1 - without / full)


def draw(result: xr.Dataset) -> Figure:
    """The three maps with the analytic lines; in the last one also the turn-ons that were found."""
    figure, axes = panels(13.2, 5.6, columns=3, sharex=True, sharey=True)
    highest = CONDUCTANCE_QUANTUM * float(result["V_SD"].max())
    for most, (ax, name) in enumerate(zip(axes, SETS.values(), strict=True)):
        colours = colour_map(ax, result.sel(processes=name), "alpha_V", "V_SD", lowest=10.0, highest=highest)
        _draw_lines(ax, most)
        ax.set(xlim=(-0.1, HIGHEST), ylim=(0.0, float(result["V_SD"].max())), xlabel="αV (meV)")
    axes[0].set_ylabel("V$_\\mathrm{SD}$ (mV)")
    for line in _read_lines(result["inelastic"].sel(processes=SETS["2e"])).values():
        found = line["turn_on"].sel(estimator="midpoint")
        axes[2].plot(line["alpha_V"], found, "o", color="white", markeredgecolor="black", markersize=3)
    axes[2].plot([], [], "o", color="white", markeredgecolor="black", markersize=3, label="turn-on found")
    lettered(axes, list(SETS.values()))
    figure.colorbar(colours, ax=axes, label="current (pA)")
    handles = [*axes[2].get_legend_handles_labels()[0], hatched()]
    figure.legend(handles=handles, loc="outside lower center", ncols=5)
    return figure


def _draw_lines(ax: Axes, most: int) -> None:
    """The analytic lines of up to `most` electrons, each where it is the lowest of them and the trap is open."""
    halo = [withStroke(linewidth=3.5, foreground="white")]
    starts = LINES["start"].to_numpy().copy()
    starts[most] = starts[most if most == 2 else 1]
    colours, styles = (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), ("-", "--", ":")
    for number, end in zip(range(most + 1), (HIGHEST, starts[0], starts[1]), strict=False):
        across = np.array([starts[number], end])
        line = float(LINES["intercept"][number]) + float(LINES["slope"][number]) * across
        label = f"turn-on of slope {number}"
        ax.plot(across, line, styles[number], color=colours[number], path_effects=halo, label=label)


FIGURES = (
    Recipe(
        name="hamo-4e-f",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            **{f"from_{name}": between[0] for name, between in ranges().items()},
            **{f"to_{name}": between[1] for name, between in ranges().items()},
            "thermal": 1e3 * THERMAL,
            "Delta": 500 * (U - W),
            "two_Delta": 1e3 * (U - W),
            "W": 1e3 * W,
            **CHOICES,
            **AMPLITUDES,
        },
    ),
)
