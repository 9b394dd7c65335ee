"""The picture of (16): what trajectories do, as points, and every printed term, as lines."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.papers.figures import lettered, panels
from attractron.papers.shavit_oreg2020.equations_readings import ROOT2, Running, inner, running, slope
from attractron.plotting.style import OKABE_ITO

ELL = r"logarithm $\ell$ of the length scale"
EVERY = 4
"""Points of a trajectory from one that is drawn to the next."""


class Equation(NamedTuple):
    """One of (16): what is differentiated, and the printed terms of its right side."""

    left: str
    of: Callable[[Running], FloatArray]
    terms: Mapping[str, FloatArray]


def equations(own: Running, c: FloatArray) -> dict[str, Equation]:
    """(16a) to (16f) with the numbers as printed, at the inner points of trajectories; c (coupling, l)."""
    at = {name: inner(values) for name, values in own.items()}
    cuts = inner(c)
    source = cuts[0] * at["y"] ** 2 + cuts[1] * at["y_2"] ** 2
    S = r"\sum_i c_i y_i^2"
    exponent = {"$2$": 2.0 + 0 * at["K_s"], r"$-\tilde K_c/2$": -at["K_c_tilde"] / 2, "$-K_s/2$": -at["K_s"] / 2}
    shifted = [(1 + sign * at["Q"] / ROOT2) ** 2 * at["K_tilde"] for sign in (-1, 1)]
    return {
        "16a": Equation(
            r"$dy_s/d\ell$",
            lambda found: found["y_s"],
            {"$(2-2K_s)\\,y_s$": (2 - 2 * at["K_s"]) * at["y_s"], f"$-{S}/4$": -source / 4},
        ),
        "16b": Equation(
            r"$dK_s^{-1}/d\ell$",
            lambda found: 1 / found["K_s"],
            {"$y_s^2/2$": at["y_s"] ** 2 / 2, f"${S}/8$": source / 8},
        ),
        "16c": Equation(
            r"$d\,\ln y_1/d\ell$",
            lambda found: np.log(found["y"]),
            {**exponent, r"$-(1-Q/\sqrt{2})^2\tilde K$": -shifted[0], "$-y_s/2$": -at["y_s"] / 2},
        ),
        "16d": Equation(
            r"$d\,\ln y_2/d\ell$",
            lambda found: np.log(found["y_2"]),
            {**exponent, r"$-(1+Q/\sqrt{2})^2\tilde K$": -shifted[1], "$-y_s/2$": -at["y_s"] / 2},
        ),
        "16e": Equation(
            r"$d\tilde K^{-1}/d\ell$",
            lambda found: 1 / found["K_tilde"],
            {"$c_1 y_1^2/4$": cuts[0] * at["y"] ** 2 / 4, "$c_2 y_2^2/4$": cuts[1] * at["y_2"] ** 2 / 4},
        ),
        "16f": Equation(
            r"$d\tilde K_c^{-1}/d\ell$",
            lambda found: 1 / found["K_c_tilde"],
            {"$c_1 y_1^2/8$": cuts[0] * at["y"] ** 2 / 8, "$c_2 y_2^2/8$": cuts[1] * at["y_2"] ** 2 / 8},
        ),
    }


def draw(result: xr.Dataset) -> Figure:
    """(a) to (f) The equations one by one, (g) the cut-off, (h) where (16b) as printed leads without a second wire."""
    figure, axes = panels(15.6, 8.6, rows=2, columns=4)
    own = running(result, "drawn")
    for ax, equation in zip(axes, equations(own, _cut(result, "drawn")).values(), strict=False):
        _draw_equation(ax, own, equation)
    _draw_cut_off(axes[6], result)
    _draw_alone(axes[7], result)
    names = [f"({name})" for name in ("16a", "16b", "16c", "16d", "16e", "16f")]
    lettered(axes, [*names, "(15) and the cut-off", "(16a, b) without a second wire"])
    return figure


def _cut(result: xr.Dataset, kind: str) -> FloatArray:
    """c of both couplings as printed below (16) (coupling, l)."""
    l_star, chi = (result[f"{kind}_{name}"].values for name in ("l_star", "chi"))
    return np.asarray((1 - np.tanh((result["l"].values - l_star[:, None]) / chi)) / 2)


def _draw_equation(ax: Axes, own: Running, equation: Equation) -> None:
    ell = inner(own["l"])
    ax.axhline(0.0, color="0.7", linewidth=0.8)
    styles = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
    for (label, values), colour, style in zip(equation.terms.items(), OKABE_ITO, styles, strict=False):
        ax.plot(ell, np.ravel(values), color=colour, linestyle=style, label=label)
    total = np.ravel(sum(equation.terms.values()))
    ax.plot(ell, total, color="black", linewidth=1.0, label="sum of the terms")
    measured = slope(equation.of(own), own, 1).ravel()
    ax.plot(ell[::EVERY], measured[::EVERY], "o", color="black", markersize=3.5, label="trajectory")
    low, high = ax.get_ylim()
    rows = -(-(len(equation.terms) + 2) // 2)
    ax.set(
        xlabel=ELL, ylabel=equation.left, ylim=(low, high + (0.09 * rows + 0.02) * (high - low) / (0.95 - 0.09 * rows))
    )
    ax.legend(frameon=False, loc="upper center", ncols=2, fontsize=8, columnspacing=1.0, handlelength=2.4)


def _draw_cut_off(ax: Axes, result: xr.Dataset) -> None:
    own = running(result, "cut")
    ell, cuts = inner(own["l"]), inner(_cut(result, "cut"))
    l_star = result["cut_l_star"].values
    for row, (name, colour) in enumerate(zip(("y", "y_2"), OKABE_ITO, strict=False)):
        c = 8 * slope(1 / own["K_c_tilde"][row], own, 1) / inner(own[name][row]) ** 2
        ax.plot(ell, cuts[row], color=colour, label=rf"$c_{row + 1}$ as printed")
        ax.plot(ell[::EVERY], c[::EVERY], "o", color=colour, markersize=3.5, label=rf"$c_{row + 1}$ of a trajectory")
        label = rf"$\ell^*_{row + 1}=\ln\,1/(k_F{'+-'[row]}k)\alpha_0$"
        ax.axvline(float(l_star[row]), 0.0, 0.65, color=colour, linewidth=1.0, linestyle=":", label=label)
    ax.set(xlabel=ELL, ylabel="cut-off factor c", ylim=(0.0, 1.2))
    ax.legend(frameon=False, loc="upper center", ncols=2, fontsize=8, columnspacing=1.0)


def _draw_alone(ax: Axes, result: xr.Dataset) -> None:
    ell = result["long_l"].values
    for row, (start, colour) in enumerate(zip(result["alone_y_s"].values[:, 0], OKABE_ITO, strict=False)):
        label = rf"$y_s^0={start:g}$"
        ax.plot(ell, result["alone_y_s"][row], color=colour, label=f"{label}, (16b) as printed")
        ax.plot(ell, start / (1 + start * ell), color=colour, linestyle="--", label=f"{label}, SU(2) line kept")
    ax.set(xlabel=ELL, ylabel=r"$y_s$", ylim=(0.0, 1.4))
    ax.legend(frameon=False, loc="upper center", fontsize=8)
