"""Fig. 4e, f: where the current turns on over gate and bias: slopes 0, 1 and 2, and the thresholds between them."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import CONDUCTANCE_QUANTUM, K_B
from attractron.core.results import dataset, quoted
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016.diagrams import PAPER
from attractron.papers.hamo2016.experiment import (
    ALPHA,
    AMPLITUDES,
    OWN,
    SETS,
    TEMPERATURE,
    U,
    W,
    colour_map,
    experiment,
)
from attractron.transport import current, threshold_lines, turn_on_line

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

THERMAL = 3.5 * K_B * TEMPERATURE
"""Thermal width of an edge, meV; its full width at half maximum in a derivative."""

HIGHEST = 0.9
"""End of the gate axis, meV."""

LINES = threshold_lines(W, U, U)
"""The analytic lines at T = 0 and µ_P = U."""

NEXT_SLOPE = 0.5
"""Half of the distance between whole numbers of electrons."""


def compute(quick: bool) -> "xr.Dataset":
    """The current over (αV, V_SD) for the three sets of processes, its inelastic part, and the lines found in that."""
    gate = np.linspace(-0.1, HIGHEST, 51 if quick else 101)
    bias = np.linspace(0.0, 1.2, 121 if quick else 241)[1:]
    axes = {"V": gate / ALPHA, "V_SD": bias}
    found = [current(experiment(), axes, processes=processes, origin="centre") for processes in SETS]
    elastic = [result["contribution"].sel(order="elastic", lead="S").values for result in found]

    def stacked(name: str) -> FloatArray:
        return np.stack([result[name].values for result in found])

    dims = ("processes", "alpha_V", "V_SD")
    return dataset(
        {
            "current": (dims, stacked("current"), "pA", "current out of the source"),
            "inelastic": (dims, stacked("current") - np.stack(elastic), "pA", "current without elastic passage"),
            "beyond_unitarity": (dims, stacked("beyond_unitarity"), "1", "|I| exceeds (e²/h)|V_SD|"),
            "clamped": (dims, stacked("clamped"), "pA", "charge rate of processes lost to clamping"),
        },
        {
            "processes": ("processes", list(SETS.values()), "1", "processes included"),
            "alpha_V": ("alpha_V", gate, "meV", "mean gate voltage αV from the centre"),
            "V_SD": ("V_SD", bias, "mV", "bias V_SD"),
        },
        question="papers.hamo2016.pair_current_slopes",
        parameters=experiment().describe(),
        options={"delta_V": 0.0, "origin": "centre", "method": "finite-part"},
        method=found[-1].attrs["method"],
        validity=[found[-1].attrs["validity"]],
        references=found[-1].attrs["references"].split(", "),
    )


def ranges() -> dict[str, tuple[float, float]]:
    """αV in meV where the published thresholds make each line the lowest, a thermal width from where two lines meet."""
    starts = {str(name): float(LINES["start"].sel(process=name)) for name in LINES["process"].values}
    ends = {"2e": starts["1e"], "1e": starts["0e"], "0e": HIGHEST + THERMAL}
    return {name: (starts[name] + THERMAL, end - THERMAL) for name, end in ends.items()}


def read_lines(inelastic: "xr.DataArray", temperature: float = TEMPERATURE) -> dict[str, "xr.Dataset"]:
    """The turn-on line within each range of the gate, from one map with all processes."""
    return {name: turn_on_line(inelastic, between, temperature=temperature) for name, between in ranges().items()}


def corner(first: "xr.Dataset", second: "xr.Dataset") -> tuple[float, float]:
    """αV (meV) and V_SD (mV) where two lines cross."""
    slopes, biases, middles = (np.array([float(line[name]) for line in (first, second)]) for name in _LINE)
    intercepts = biases - slopes * middles
    across = -float(np.diff(intercepts)[0] / np.diff(slopes)[0])
    return across, float(intercepts[0] + slopes[0] * across)


_LINE = ("slope", "bias", "middle")


def claims(result: "xr.Dataset") -> list[Claim]:
    """Slopes and thresholds read from the map with all processes, what they imply, and what pairs carry."""
    lines = read_lines(result["inelastic"].sel(processes=SETS["2e"]))
    return [*_slopes(lines, {"2e": _without_pairs(result, lines["2e"])}), *_thresholds(lines), *_parts(result)]


def _slopes(lines: dict[str, "xr.Dataset"], remarks: dict[str, str]) -> list[Claim]:
    sentences = {
        "0e": "At high bias, V_SD > 925 µeV ≈ U, we observe s ≈ 0 (Fig. 4e, black line)",
        "1e": "At intermediate bias, V_SD > 490 µeV, the observed slope is s ≈ 1 (Fig. 4e, blue line), reflecting "
        "simultaneous co-tunnelling of one system electron.",
        "2e": "Below this, and down to zero bias, the slope is s ≈ 2 (Fig. 4e, red line), indicating that at low "
        "energies a pair of electrons co-tunnels into the system in concert with an electron tunnelling out of the "
        "polarizer.",
    }
    return [
        Claim(
            figure="hamo-4e-f",
            claim=sentence,
            source=f"{PAPER}, p. 398-399, and Fig. 4e, f",
            published=float(name[0]),
            computed=float(lines[name]["slope"]),
            tolerance=NEXT_SLOPE,
            unit="1",
            note=f"Slope of the turn-on for {ranges()[name][0]:.2f} ≤ αV ≤ {ranges()[name][1]:.2f} meV in the "
            "inelastic current with all processes, by the midpoint of the line shape; by level contours "
            f"{_contours(lines[name])}, because amplitudes vary along the line, so {quoted(lines[name], 'slope', '')}"
            f"between estimators. {remarks.get(name, '')}Tolerance: half of the way to the next number of electrons.",
        )
        for name, sentence in sentences.items()
    ]


def _without_pairs(result: "xr.Dataset", with_pairs: "xr.Dataset") -> str:
    """What the range of the 2e line shows without pair processes, in words: a slope by itself tells no pairs."""
    alone = result["inelastic"].sel(processes=SETS["1e"])
    line = turn_on_line(alone, ranges()["2e"], temperature=TEMPERATURE)
    heights = [
        float(
            result["inelastic"]
            .sel(processes=SETS[name])
            .interp(alpha_V=each["alpha_V"], V_SD=_midpoints(each))
            .median()
        )
        for name, each in (("1e", line), ("2e", with_pairs))
    ]
    return (
        f"The slope alone does not tell pairs: without them midpoints have slope {float(line['slope']):.1f} here as "
        "well, where thermally activated steps into the trap (0,0;1) and out of it are equally fast, but contours have "
        f"{_contours(line)}, and the median current there is {heights[0]:.0f} instead of {heights[1]:.0f} pA. "
    )


def _midpoints(line: "xr.Dataset") -> "xr.DataArray":
    return line["turn_on"].sel(estimator="midpoint", drop=True)


def _contours(line: "xr.Dataset") -> str:
    values = line["estimated_slope"].isel(estimator=slice(1, None)).values
    return " and ".join(f"{value:.2f}" for value in values)


def _thresholds(lines: dict[str, "xr.Dataset"]) -> list[Claim]:
    claim = partial(Claim, figure="hamo-4e-f", tolerance=1e3 * THERMAL, unit="µeV")
    thermal = f"Tolerance: 3.5 k_BT = {1e3 * THERMAL:.0f} µeV, the thermal width of an edge."
    lower, upper = corner(lines["2e"], lines["1e"]), corner(lines["1e"], lines["0e"])
    return [
        claim(
            claim="At high bias, V_SD > 925 µeV ≈ U, we observe s ≈ 0",
            source=f"{PAPER}, p. 398-399",
            published=1e3 * U,
            computed=1e3 * float(lines["0e"]["bias"]),
            note=f"Bias of the line of slope 0, {quoted(lines['0e'], 'bias', 'µeV', 1e3)} between estimators; contours "
            f"lie low by up to k_BT ln 10. {thermal}",
        ),
        claim(
            claim="At intermediate bias, V_SD > 490 µeV, the observed slope is s ≈ 1",
            source=f"{PAPER}, p. 399",
            published=490.0,
            computed=1e3 * lower[1],
            note="Bias at which the lines of slope 2 and 1, both from midpoints, cross, at αV = "
            f"{1e3 * lower[0]:.0f} µeV. By charging energies they cross at ((U − W)/2, U − W) = "
            f"({500 * (U - W):.0f}, {1e3 * (U - W):.0f}) µeV, so that the threshold is 2Δ. {thermal}",
        ),
        claim(
            claim="At intermediate bias, V_SD > 490 µeV […] At high bias, V_SD > 925 µeV ≈ U",
            source=f"{PAPER}, p. 398-399; the difference of the two is W",
            published=1e3 * W,
            computed=1e3 * (upper[0] - lower[0]),
            note=f"The thresholds imply W = 925 − 490 = {1e3 * W:.0f} µeV. The map says it a second time: length along "
            "αV of the line of slope 1, between its crossings with the other two, and from biases "
            f"{1e3 * (upper[1] - lower[1]):.0f} µeV. {thermal}",
        ),
    ]


def _parts(result: "xr.Dataset") -> list[Claim]:
    claim = partial(Claim, figure="hamo-4e-f", tolerance=0.0, unit="1")
    share = _share(result)
    return [
        claim(
            claim="The 2e processes, which involve a pair tunnelling in the system, are the dominant processes at low "
            "bias, as is observed experimentally",
            source=f"{PAPER}, Fig. 4f, caption",
            published="> 0.5",
            computed=share.min(),
            note="Smallest part of the current that is lost without pair processes, wherever V_SD is a thermal width "
            f"above the 2e line and below U − W; median {np.median(share):.2f}. {_trap(result)} Dominant: more than "
            "half. Their measured size, which the paper finds larger, is not in its text.",
        ),
    ]


def _share(result: "xr.Dataset") -> FloatArray:
    """1 - I(without pairs)/I in the triangle between the 2e line and U - W, a thermal width inside."""
    gate, bias = np.meshgrid(result["alpha_V"].values, result["V_SD"].values, indexing="ij")
    inside = (gate >= THERMAL / 2) & (bias >= 2 * gate + THERMAL) & (bias <= U - W - THERMAL)
    without, full = (result["current"].sel(processes=SETS[name]).values[inside] for name in ("1e", "2e"))
    return np.asarray(1 - without / full)


def _trap(result: "xr.Dataset") -> str:
    """The current left of where 1e processes conduct, in words."""
    at = result["current"].sel(alpha_V=0.1, V_SD=0.3, method="nearest").values
    return (
        "1e processes alone can lower the current by filling the trap (0,0;1): at αV = 100 and V_SD = 300 µeV "
        f"{at[0]:.0f} → {at[1]:.0f} → {at[2]:.0f} pA for the three sets."
    )


def draw(result: "xr.Dataset") -> "Figure":
    """The three maps with the analytic lines; in the last one also the turn-ons that were found."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13.2, 4.6), layout="constrained")
    panels = figure.subplots(1, 3, sharex=True, sharey=True)
    highest = CONDUCTANCE_QUANTUM * float(result["V_SD"].max())
    for most, (ax, name) in enumerate(zip(panels, SETS.values(), strict=True)):
        colours = colour_map(ax, result.sel(processes=name), "alpha_V", "V_SD", lowest=10.0, highest=highest)
        ax.set_title(name)
        ax.set_xlabel("αV (meV)")
        ax.set_ylabel("V$_\\mathrm{SD}$ (mV)")
        _draw_lines(ax, most)
        ax.set_xlim(-0.1, HIGHEST)
        ax.set_ylim(0.0, float(result["V_SD"].max()))
    for line in read_lines(result["inelastic"].sel(processes=SETS["2e"])).values():
        found = line["turn_on"].sel(estimator="midpoint")
        panels[2].plot(line["alpha_V"], found, "o", color="white", markeredgecolor="black", markersize=3)
    panels[2].plot([], [], "o", color="white", markeredgecolor="black", markersize=3, label="found")
    for ax in panels:
        ax.legend(loc="upper left", fontsize="small", framealpha=0.8)
    figure.colorbar(colours, ax=panels, label="current (pA)")
    return figure


def _draw_lines(ax: "Axes", most: int) -> None:
    """The analytic lines of up to `most` electrons, each where it is the lowest of them and the trap is open."""
    from matplotlib.patheffects import withStroke

    from attractron.plotting.style import OKABE_ITO

    halo = [withStroke(linewidth=3.5, foreground="white")]
    starts = LINES["start"].to_numpy().copy()
    starts[most] = starts[most if most == 2 else 1]
    colours, styles = (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), ("-", "--", ":")
    for number, end in zip(range(most + 1), (HIGHEST, starts[0], starts[1]), strict=False):
        across = np.array([starts[number], end])
        line = float(LINES["intercept"][number]) + float(LINES["slope"][number]) * across
        ax.plot(across, line, styles[number], color=colours[number], path_effects=halo, label=f"s = {number}")


FIGURES = (
    PaperFigure(
        name="hamo-4e-f",
        title="The current turns on with slopes 0, 1 and 2: so many electrons of the system take part",
        source=f"{PAPER}, Fig. 4e, f",
        caption="Current through the polarizer over αV, across the middle of the degeneracy line, and the bias, with "
        "three sets of processes. Lines: where charging energies let 0, 1 and 2 electrons of the system take part at "
        "T = 0; dots: turn-ons found in the inelastic current of the last map. Single electrons alone do not conduct "
        "left of αV = (U − W)/2, where (0,0;1) is a trap. Colours are logarithmic and end at (e²/h) × 1.2 mV; hatched "
        "and outlined: |I| above (e²/h)|V_SD|, which one channel cannot pass; nothing is hidden, and nothing there is "
        f"to be trusted. {AMPLITUDES} {OWN}",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
