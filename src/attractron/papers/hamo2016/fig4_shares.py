"""Our own beside Fig. 4: what 0e, 1e, 2e processes carry on the degeneracy line, and where the expansion holds."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered
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
from attractron.transport.validity import CLAMPED_PART

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
            "broadened": (
                "alpha_delta_V",
                _pair_share(_along(experiment(), cut, "2e", "broadened")),
                "1",
                "share of 2e processes with broadened intermediate states",
            ),
            "clamping": (
                "alpha_delta_V",
                np.abs(full["clamped_effect"].values / full["current"].values),
                "1",
                "change of the current if clamped rates kept their values, relative, to first order",
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


def _pair_share(found: xr.Dataset) -> FloatArray:
    return np.asarray((found["contribution"].sel(lead="S", order="third") / found["current"]).values)


def _spread(junction: Junction, cut: FloatArray) -> float:
    """max |I_finite part - I_broadened| / |I_finite part| along the line."""
    one, other = (_along(junction, cut, "2e", method)["current"].values for method in ("finite-part", "broadened"))
    return float(np.abs(1 - other / one).max())


def _shares(result: xr.Dataset) -> xr.DataArray:
    return result["part"] / result["part"].sum("process")


def _along_the_line(result: xr.Dataset) -> Readings:
    """The share of pairs where clamping does not matter, and on all of the line."""
    inside = result.isel(alpha_delta_V=np.abs(result["alpha_delta_V"].values) <= DELTA + 1e-9)
    across, share = np.abs(inside["alpha_delta_V"].values), _shares(inside).sel(process="2e").values
    sure, minor = inside["clamping"].values <= CLAMPED_PART, share < 0.5
    everywhere, believed = float(share.min()), float(share[sure].min())
    reach = float(across[sure].max())
    effect = inside["clamping"].values
    return {
        "least_on_line": believed,
        "on_line": {
            f"α|δV| ≤ {1e3 * reach:.0f} µeV, where clamping changes the current by at most 1 %": believed,
            f"α|δV| ≤ Δ = {1e3 * DELTA:.0f} µeV, triple points included": everywhere,
        },
        "minor": 100 * float(minor.mean()),
        "minor_from": 1e3 * float(across[minor].min()) if minor.any() else np.inf,
        "minor_clamping": 100 * float(effect[minor].min()) if minor.any() else np.inf,
        "major_clamping": 100 * float(effect[~minor].max()) if not minor.all() else 0.0,
        "most_clamping": float(effect.max()),
    }


def readings(result: xr.Dataset) -> Readings:
    """Who carries the peak, and whether lowest order is enough at the experiment's couplings; currents in pA."""
    near = result.isel(alpha_delta_V=np.abs(result["alpha_delta_V"].values) <= DELTA / 2 + 1e-9)
    total = near["part"].sum("process")
    shares, middle = _shares(near), int(np.abs(near["alpha_delta_V"].values).argmin())
    weak = result["broadening"].values <= 1
    there = result.sel(scale=1.0, temperature=TEMPERATURE)
    return {
        "least_share": shares.sel(process="2e").values.min(),
        "prescriptions": float(np.abs(shares.sel(process="2e") - near["broadened"]).max()),
        **_along_the_line(result),
        **{f"share_{name}": 100 * float(shares.sel(process=name)[middle]) for name in PARTS},
        "lost": float(1 - near["without_pairs"][middle] / total[middle]),
        "with_pairs": float(total[middle]),
        "without_pairs": float(near["without_pairs"][middle]),
        "sequential": np.abs(near["sequential"].values / total.values).max(),
        "experiment": float(there["spread"]),
        "experiment_by_T": {
            f"{kelvin:g} K": float(result["spread"].sel(scale=1.0, temperature=kelvin)) for kelvin in TEMPERATURES
        },
        "widest": float(there["broadening"]),
        "weakly_coupled": result["spread"].values[weak].max(),
        "junctions": int(np.count_nonzero(weak)),
    }


def draw(result: xr.Dataset) -> Figure:
    """Shares along the line, what clamping does there, and the spread against Γ/k_BT."""
    figure = Figure(figsize=(12.0, 5.4), layout="constrained")
    axes = figure.subplot_mosaic([["shares", "series"], ["clamping", "series"]], height_ratios=[2.2, 1.0])
    shares, clamping, series = (axes[name] for name in ("shares", "clamping", "series"))
    _draw_shares(shares, result)
    _draw_clamping(clamping, result)
    _draw_series(series, result)
    shares.sharex(clamping)
    shares.tick_params(labelbottom=False)
    lettered([shares, clamping, series], ["Shares on the (0,0)-(1,1) line", "", "Where lowest order holds"])
    return figure


def _draw_shares(ax: Axes, result: xr.Dataset) -> None:
    across, total = result["alpha_delta_V"].values, result["part"].sum("process")
    for name, colour in zip(PARTS, (OKABE_ITO[6], OKABE_ITO[0], OKABE_ITO[1]), strict=True):
        ax.plot(across, result["part"].sel(process=name) / total, color=colour, label=name)
    lost = 1 - result["without_pairs"] / total
    ax.plot(across, lost, color=OKABE_ITO[1], linestyle="--", label=f"lost with {SETS['1e']} only")
    _mark_ends(ax)
    ax.set(ylabel="share of the current", ylim=(-0.1, 1.1))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _draw_clamping(ax: Axes, result: xr.Dataset) -> None:
    """On a logarithmic axis, whose lower end takes what vanishes."""
    effect = np.maximum(result["clamping"].values, 1e-6)
    ax.plot(result["alpha_delta_V"], effect, color=OKABE_ITO[2], label="effect of clamping")
    ax.axhline(CLAMPED_PART, color="0.6", linestyle=":", linewidth=1.2, label="1 %")
    _mark_ends(ax, label="triple points")
    ax.set(yscale="log", ylim=(1e-5, 20), xlabel="αδV along the degeneracy line (meV)", ylabel="δI/I")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _mark_ends(ax: Axes, label: str | None = None) -> None:
    ax.axvline(-DELTA, color="0.7", linewidth=0.8, label=label)
    ax.axvline(DELTA, color="0.7", linewidth=0.8)


def _draw_series(ax: Axes, result: xr.Dataset) -> None:
    for temperature, colour, marker in zip(result["temperature"].values, OKABE_ITO, "os^D", strict=False):
        one = result.sel(temperature=temperature)
        ax.plot(one["broadening"], one["spread"], marker, linestyle="-", color=colour, label=f"{temperature:g} K")
    there = result.sel(temperature=TEMPERATURE, scale=1.0)
    ax.plot(there["broadening"], there["spread"], "o", markersize=13, markerfacecolor="none", color="black")
    place = (float(there["broadening"]), float(there["spread"]))
    ax.annotate("experiment", place, (-14, 7), ha="right", textcoords="offset points")
    ax.axhline(SMALL, color="0.6", linestyle=":", linewidth=1.0)
    ax.axvline(1.0, color="0.6", linestyle=":", linewidth=1.0)
    ax.set(xscale="log", yscale="log", ylim=(None, 2.0))
    ax.set(xlabel="largest width of a level over k$_\\mathrm{B}$T", ylabel="relative difference of prescriptions")
    ax.legend(loc="lower right")


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
