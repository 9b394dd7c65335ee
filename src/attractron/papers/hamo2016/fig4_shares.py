"""Our own beside Fig. 4: what 0e, 1e, 2e processes carry on the degeneracy line, and where the expansion holds."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.experiment import (
    ALPHA,
    CHOICES,
    DELTA,
    LOW_BIAS,
    SETS,
    TEMPERATURE,
    experiment,
    provenance,
)
from attractron.plotting.style import OKABE_ITO
from attractron.transport import Junction, current

PARTS = {"0e": ("sequential", "elastic"), "1e": ("second",), "2e": ("third",)}
"""Kinds of process by the number of system electrons that take part."""

TEMPERATURES = (0.1, 0.2, 0.4, 0.8)
SCALES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Of the series: temperatures in K, factors of all couplings."""

HALF = 0.4
"""Half of the cut in meV, beyond both ends of the line at ±Δ."""

SMALL = 0.1
"""Spread between prescriptions below which the expansion is said to hold."""


def compute(quick: bool) -> xr.Dataset:
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
        question="papers.hamo2016.fig4_shares",
        options={"V_SD": LOW_BIAS, "alpha_V": LOW_BIAS / 4, "origin": "centre"},
        **provenance(full),
    )


def _along(junction: Junction, cut: FloatArray, processes: str, method: str) -> xr.Dataset:
    """The current along the degeneracy line, at the αV = V_SD/4 of its peak."""
    fixed = {"V": LOW_BIAS / 4 / ALPHA, "V_SD": LOW_BIAS}
    return current(junction, {"delta_V": cut / ALPHA, **fixed}, processes=processes, method=method, origin="centre")


def _spread(junction: Junction, cut: FloatArray) -> float:
    """max |I_finite part - I_broadened| / |I_finite part| along the line."""
    one, other = (_along(junction, cut, "2e", method)["current"].values for method in ("finite-part", "broadened"))
    return float(np.abs(1 - other / one).max())


def readings(result: xr.Dataset) -> Readings:
    """Who carries the peak, and whether lowest order is enough at the experiment's couplings; currents in pA."""
    near = result.isel(alpha_delta_V=np.abs(result["alpha_delta_V"].values) <= DELTA / 2 + 1e-9)
    total = near["part"].sum("process")
    shares, middle = near["part"] / total, int(np.abs(near["alpha_delta_V"].values).argmin())
    weak = result["broadening"].values <= 1
    there = result.sel(scale=1.0, temperature=TEMPERATURE)
    return {
        "least_share": shares.sel(process="2e").values.min(),
        **{f"share_{name}": 100 * float(shares.sel(process=name)[middle]) for name in PARTS},
        "lost": float(1 - near["without_pairs"][middle] / total[middle]),
        "with_pairs": float(total[middle]),
        "without_pairs": float(near["without_pairs"][middle]),
        "sequential": np.abs(near["sequential"].values / total.values).max(),
        "experiment": float(there["spread"]),
        "widest": float(there["broadening"]),
        "weakly_coupled": result["spread"].values[weak].max(),
        "junctions": int(np.count_nonzero(weak)),
    }


def draw(result: xr.Dataset) -> Figure:
    """Shares along the line, and the spread against Γ/k_BT."""
    figure, (shares, series) = panels(11.0, 4.4, columns=2)
    _draw_shares(shares, result)
    _draw_series(series, result)
    return figure


def _draw_shares(ax: Axes, result: xr.Dataset) -> None:
    across, total = result["alpha_delta_V"].values, result["part"].sum("process")
    for name, colour in zip(PARTS, (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), strict=True):
        ax.plot(across, result["part"].sel(process=name) / total, color=colour, label=name)
    lost = 1 - result["without_pairs"] / total
    ax.plot(across, lost, color=OKABE_ITO[1], linestyle="--", label=f"lost with {SETS['1e']} only")
    for end in (-DELTA, DELTA):
        ax.axvline(end, color="0.7", linewidth=0.8)
    ax.set(xlabel="αδV along the degeneracy line (meV)", ylabel="share of the current")
    ax.set_title("(0,0)-(1,1) line, between the grey ends")
    ax.set_ylim(top=1.3)
    ax.legend(frameon=False, loc="upper center", ncols=4, fontsize="small")


def _draw_series(ax: Axes, result: xr.Dataset) -> None:
    for temperature, colour, marker in zip(result["temperature"].values, OKABE_ITO, "os^D", strict=False):
        one = result.sel(temperature=temperature)
        ax.plot(one["broadening"], one["spread"], marker, linestyle="-", color=colour, label=f"{temperature:g} K")
    there = result.sel(temperature=TEMPERATURE, scale=1.0)
    ax.plot(there["broadening"], there["spread"], "o", markersize=13, markerfacecolor="none", color="black")
    place = (float(there["broadening"]), float(there["spread"]))
    ax.annotate("experiment", place, (-12, 4), ha="right", textcoords="offset points")
    ax.axhline(SMALL, color="0.6", linestyle=":", linewidth=1.0)
    ax.axvline(1.0, color="0.6", linestyle=":", linewidth=1.0)
    ax.set(xscale="log", yscale="log", title="Where lowest order holds")
    ax.set(xlabel="largest width of a level over k$_\\mathrm{B}$T", ylabel="relative difference of prescriptions")
    ax.legend(frameon=False)


FIGURES = (
    Recipe(
        name="hamo-4-shares",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "bias": 1e3 * LOW_BIAS,
            "half_Delta": 1e3 * DELTA / 2,
            "smallest_scale": SCALES[0],
            **CHOICES,
        },
    ),
)
