"""Our own beside Fig. 4: what 0e, 1e, 2e processes carry on the degeneracy line, and where the expansion holds."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016.diagrams import PAPER
from attractron.papers.hamo2016.experiment import ALPHA, DELTA, LOW_BIAS, OWN, SETS, TEMPERATURE, experiment
from attractron.transport import Junction, current

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PARTS = {"0e": ("sequential", "elastic"), "1e": ("second",), "2e": ("third",)}
"""Kinds of process by the number of system electrons that take part."""

TEMPERATURES = (0.1, 0.2, 0.4, 0.8)
SCALES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Of the series: temperatures in K, factors of all couplings."""

HALF = 0.4
"""Half of the cut in meV, beyond both ends of the line at ±Δ."""

SMALL = 0.1
"""Spread between prescriptions below which the expansion is said to hold."""


def compute(quick: bool) -> "xr.Dataset":
    """Parts of the current along the line, and the spread of two prescriptions in a series of couplings and warmth."""
    cut = np.linspace(-HALF, HALF, 41 if quick else 161)
    full = _along(experiment(), cut, "2e", "finite-part")
    source = full["contribution"].sel(lead="S")
    parts = [source.sel(order=list(orders)).sum("order").values for orders in PARTS.values()]
    junctions = [[experiment(scale, temperature) for scale in SCALES] for temperature in TEMPERATURES]
    coarse = cut[:: 1 if quick else 4]
    return dataset(
        {
            "part": (("process", "alpha_delta_V"), parts, "pA", "part of the current out of the source"),
            "sequential": ("alpha_delta_V", source.sel(order="sequential").values, "pA", "part of first order alone"),
            "without_pairs": (
                "alpha_delta_V",
                _along(experiment(), cut, "1e", "finite-part")["current"].values,
                "pA",
                "current without processes of three dots",
            ),
            "spread": (
                ("temperature", "scale"),
                [[_spread(junction, coarse) for junction in row] for row in junctions],
                "1",
                "largest relative difference of two prescriptions along the line",
            ),
            "broadening": (
                ("temperature", "scale"),
                [[junction.broadening for junction in row] for row in junctions],
                "1",
                "largest width of a level over k_BT",
            ),
        },
        {
            "process": ("process", list(PARTS), "1", "system electrons that take part"),
            "alpha_delta_V": ("alpha_delta_V", cut, "meV", "detuning αδV along the degeneracy line"),
            "temperature": ("temperature", list(TEMPERATURES), "K", "temperature"),
            "scale": ("scale", list(SCALES), "1", "couplings over those of the experiment"),
        },
        question="papers.hamo2016.pair_current_shares",
        parameters=experiment().describe(),
        options={"V_SD": LOW_BIAS, "alpha_V": LOW_BIAS / 4, "origin": "centre"},
        method=full.attrs["method"],
        validity=[full.attrs["validity"]],
        references=full.attrs["references"].split(", "),
    )


def _along(junction: Junction, cut: FloatArray, processes: str, method: str) -> "xr.Dataset":
    """The current along the degeneracy line, at the αV = V_SD/4 of its peak."""
    fixed = {"V": LOW_BIAS / 4 / ALPHA, "V_SD": LOW_BIAS}
    return current(junction, {"delta_V": cut / ALPHA, **fixed}, processes=processes, method=method, origin="centre")


def _spread(junction: Junction, cut: FloatArray) -> float:
    """max |I_finite part - I_broadened| / |I_finite part| along the line."""
    one, other = (_along(junction, cut, "2e", method)["current"].values for method in ("finite-part", "broadened"))
    return float(np.abs(1 - other / one).max())


def claims(result: "xr.Dataset") -> list[Claim]:
    """Who carries the peak, and whether lowest order is enough at the experiment's couplings."""
    claim = partial(Claim, figure="hamo-4-shares", tolerance=0.0, unit="1")
    near = np.abs(result["alpha_delta_V"].values) <= DELTA / 2 + 1e-9
    total = result["part"].sum("process").values[near]
    pairs, sequential = result["part"].sel(process="2e").values[near] / total, result["sequential"].values[near] / total
    lost = 1 - result["without_pairs"].values[near] / total
    middle = int(np.abs(result["alpha_delta_V"].values[near]).argmin())
    spread, broadening = result["spread"].values, result["broadening"].values
    experimental = float(result["spread"].sel(scale=1.0, temperature=TEMPERATURE))
    where = f"for α|δV| ≤ Δ/2 = {1e3 * DELTA / 2:.0f} µeV at αV = V_SD/4"
    return [
        claim(
            claim="The 2e processes, which involve a pair tunnelling in the system, are the dominant processes at low "
            "bias",
            source=f"{PAPER}, Fig. 4f, caption; along the line of Fig. 4d",
            published="> 0.5",
            computed=pairs.min(),
            note=f"Smallest share of 2e processes in the electrons that leave the source {where}; in the middle "
            f"{_percentages(result)}. Dominant: more than half.",
        ),
        claim(
            claim="Theoretical calculations (Fig. 4d) reproduce this peak only when including correlated many-body "
            "events in which an electron hopping in and out of the polarizer is accompanied by a pair of electrons "
            "simultaneously co-tunnelling out of and into the system",
            source=f"{PAPER}, p. 398, and Fig. 4d",
            published="> 0.5",
            computed=lost[middle],
            note="Part of the current in the middle of the line that is lost without pair processes: "
            f"{total[middle]:.0f} → {result['without_pairs'].values[near][middle]:.0f} pA.",
        ),
        claim(
            claim="neither the (0, 0) nor the (1, 1) states support single-particle current",
            source=f"{PAPER}, p. 398",
            published="< 0.1",
            computed=np.abs(sequential).max(),
            note=f"Largest share of golden-rule tunnelling of single electrons in the current {where}.",
        ),
        claim(
            claim="they give a smaller two-electron current than is observed experimentally, probably because they "
            "consider these processes to only the lowest order in tunnelling",
            source=f"{PAPER}, p. 399-400; couplings of the experiment",
            published=f"> {SMALL:g}",
            computed=experimental,
            note="Largest relative difference along the line, triple points included, between two prescriptions for "
            "intermediate states on shell, which differ in what is beyond the lowest order: at the experiment's "
            f"couplings, up to {float(result['broadening'].sel(scale=1.0, temperature=TEMPERATURE)):.0f} k_BT, lowest "
            "order is not enough.",
        ),
        claim(
            claim="they consider these processes to only the lowest order in tunnelling",
            source=f"{PAPER}, p. 399-400; couplings scaled down",
            published=f"< {SMALL:g}",
            computed=spread[broadening <= 1].max(),
            note=f"The same for all {np.count_nonzero(broadening <= 1)} junctions of the series whose widest level is "
            "at most k_BT wide: there the prescriptions agree within a tenth everywhere on the line. That they agree "
            "is necessary for lowest order to suffice, not sufficient.",
        ),
    ]


def _percentages(result: "xr.Dataset") -> str:
    parts = result["part"].sel(alpha_delta_V=0.0, method="nearest")
    shares = 100 * parts.values / parts.values.sum()
    return ", ".join(f"{name} {share:.0f} %" for name, share in zip(parts["process"].values, shares, strict=True))


def draw(result: "xr.Dataset") -> "Figure":
    """Shares along the line, and the spread against Γ/k_BT."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 4.4), layout="constrained")
    shares, series = figure.subplots(1, 2)
    _draw_shares(shares, result)
    _draw_series(series, result)
    return figure


def _draw_shares(ax: "Axes", result: "xr.Dataset") -> None:
    from attractron.plotting.style import OKABE_ITO

    across, total = result["alpha_delta_V"].values, result["part"].sum("process")
    for name, colour in zip(PARTS, (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), strict=True):
        ax.plot(across, result["part"].sel(process=name) / total, color=colour, label=name)
    lost = 1 - result["without_pairs"] / total
    ax.plot(across, lost, color=OKABE_ITO[1], linestyle="--", label=f"lost with {SETS['1e']} only")
    for end in (-DELTA, DELTA):
        ax.axvline(end, color="0.7", linewidth=0.8)
    ax.set_xlabel("αδV along the degeneracy line (meV)")
    ax.set_ylabel("share of the current")
    ax.set_title("(0,0)-(1,1) line, between the grey ends")
    ax.set_ylim(top=1.3)
    ax.legend(frameon=False, loc="upper center", ncols=4, fontsize="small")


def _draw_series(ax: "Axes", result: "xr.Dataset") -> None:
    from attractron.plotting.style import OKABE_ITO

    for temperature, colour, marker in zip(result["temperature"].values, OKABE_ITO, "os^D", strict=False):
        one = result.sel(temperature=temperature)
        ax.plot(one["broadening"], one["spread"], marker, linestyle="-", color=colour, label=f"{temperature:g} K")
    there = result.sel(temperature=TEMPERATURE, scale=1.0)
    ax.plot(there["broadening"], there["spread"], "o", markersize=13, markerfacecolor="none", color="black")
    ax.annotate(
        "experiment",
        (float(there["broadening"]), float(there["spread"])),
        (-12, 4),
        ha="right",
        textcoords="offset points",
    )
    ax.axhline(SMALL, color="0.6", linestyle=":", linewidth=1.0)
    ax.axvline(1.0, color="0.6", linestyle=":", linewidth=1.0)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("largest width of a level over k$_\\mathrm{B}$T")
    ax.set_ylabel("relative difference of prescriptions")
    ax.set_title("Where lowest order holds")
    ax.legend(frameon=False)


FIGURES = (
    PaperFigure(
        name="hamo-4-shares",
        title="Who carries the peak, and where the expansion holds",
        source=f"{PAPER}, Fig. 4; the figure is ours",
        caption="Left: share of 0e, 1e and 2e processes in the electrons that leave the source, along the degeneracy "
        f"line at V_SD = {1e3 * LOW_BIAS:.0f} µV; dashed: what is missing when pair processes are left out. Shares of "
        "0e fall below zero where exact elastic passage takes back more than golden-rule rates bring; kinks are where "
        "regularised rates turn negative and are set to zero. Right: largest "
        "difference along the same line between the finite part and broadened intermediate states, for couplings "
        f"scaled by {SCALES[0]:g} to 1 at four temperatures: it follows Γ/k_BT. The series is our choice. {OWN}",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
