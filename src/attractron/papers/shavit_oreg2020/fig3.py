"""Fig. 3: repulsion within the primary wire against what the secondary mediates, and what the mismatch decides."""

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import PAIRS, PAPER, boundary_paths, padded, smallest_y
from attractron.wires import CoupledWires, Tanh, effective_attraction, flow, phase_diagram

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "shavit-3"
CUTOFF = Tanh(chi=1.0)
WIRES = CoupledWires(K_c=0.85, K=0.6, upsilon=0.15, y_s=0.15, y=0.12)
"""Bare couplings of Fig. 3, at the red dot of its maps."""

CUTS = (2.0, 3.0)
"""l* of panels a, b and of c, d."""

LIMITS = (30.0, 60.0, 200.0)
"""l_max at which the lines l_spin = l_max are compared with the boundary; the paper's text gives no value."""

LONGEST = 24.0
"""l up to which the flows of the dot are drawn."""


def compute(quick: bool) -> "xr.Dataset":
    """l_spin over both couplings, the flows of the dot for θ = 0 and π, and the smallest y that opens a gap."""
    size = 41 if quick else 161
    axes = {"y": np.linspace(0.0, 0.3, size), "y_s": np.linspace(-0.1, 0.3, size)}
    wires = [WIRES.with_parameters(mismatch=math.exp(-cut)) for cut in CUTS]
    maps = [phase_diagram(own, axes, cutoff=CUTOFF, stop="both", workers=1)["l_spin"].values.T for own in wires]
    search = {name: np.linspace(values[0], values[-1], 24 if quick else 48) for name, values in axes.items()}
    paths = padded([boundary_paths(own, search, cutoff=CUTOFF, points=60) for own in wires])
    theta, points = np.array([0.0, np.pi]), np.linspace(0.0, LONGEST, 241)
    free = [own.with_parameters(K_s=1 + WIRES.y_s / 2) for own in wires]
    flows = [flow(own, cutoff=CUTOFF, axes={"theta": theta, "l": points}) for own in free]
    critical = [[smallest_y(own, cutoff=CUTOFF, limit=limit) for limit in (*LIMITS, math.inf)] for own in wires]
    running = ("l_star", "theta", "l")
    result = dataset(
        {
            "l_spin": (("l_star", "y_s", "y"), np.array(maps), "1", "l where y_s is strong, ln of Λ over the spin gap"),
            "boundary": (("l_star", "pair", "vertex", "axis"), paths, "1", "boundary of two phases"),
            "running_y_s": (running, _stacked(flows, "running_y_s"), "1", "y_s along the flow of the dot"),
            "running_y": (running, _stacked(flows, "running_y"), "1", "y along the flow of the dot"),
            "phase": (running[:2], _stacked(flows, "phase"), "1", "phase of the dot"),
            "dot_l_spin": (running[:2], _stacked(flows, "l_spin"), "1", "l_spin of the dot"),
            "smallest_y": (("l_star", "l_max"), critical, "1", "smallest y with l_spin < l_max at y_s of the dot"),
        },
        {
            "l_star": ("l_star", list(CUTS), "1", "l* where the mismatch cuts the coupling off"),
            "y": ("y", axes["y"], "1", "coupling y⁰ of the wires"),
            "y_s": ("y_s", axes["y_s"], "1", "backscattering y_s⁰ in the primary wire"),
            "pair": ("pair", list(PAIRS), "1", "phases on both sides"),
            "axis": ("axis", list(axes), "1", "coordinate of a vertex"),
            "theta": ("theta", theta, "rad", "phase between the spins' backscattering"),
            "l": ("l", points, "1", "logarithm l of the length scale"),
            "l_max": ("l_max", [*LIMITS, math.inf], "1", "infrared cut-off l_max"),
        },
        question="papers.shavit_oreg2020.competition",
        parameters=WIRES.describe(),
        options={"cutoff": repr(CUTOFF)},
        method=flows[0].attrs["method"],
        validity=[str(flows[0].attrs["validity"]), "The map looks at y_s alone: paired and trion phase have a gap."],
        references=["shavit_oreg2020"],
    )
    result["phase"].attrs.update(flags(flag_names(flows[0]["phase"])))
    return result


def _stacked(flows: list["xr.Dataset"], name: str) -> FloatArray:
    return np.stack([own[name].values for own in flows])


def phase_of_dot(result: "xr.Dataset", l_star: float, theta: float) -> str:
    """Its name."""
    return flag_names(result["phase"])[int(result["phase"].sel(l_star=l_star, theta=theta))]


def cooperation(result: "xr.Dataset") -> float:
    """Least slope of |y_s| and y where y_s < 0 on the paired flow of the dot; not a number if y_s never is."""
    path = result.sel(l_star=3.0, theta=0.0)
    y_s, y = path["running_y_s"].values, path["running_y"].values
    negative = np.flatnonzero(y_s < 0)  # nan is not
    if negative.size < 2:
        return float("nan")
    rises = [np.diff(np.abs(values[negative])) for values in (y_s, y)]
    return float(np.min(rises)) / float(result["l"][1] - result["l"][0])


def reversal(result: "xr.Dataset") -> float:
    """Least y_s(θ = π) less y_s of the primary wire alone, y_s⁰/(1 + y_s⁰ l), for l ≥ 1."""
    alone = WIRES.y_s / (1 + WIRES.y_s * result["l"])
    excess = (result["running_y_s"].sel(theta=np.pi) - alone).where(result["l"] >= 1)
    return float(excess.min())


def iso_line(result: "xr.Dataset") -> float:
    """Where the line of the dot's gap ends at y = 0 in panel c, between the rows of the map."""
    column = result["l_spin"].sel(l_star=3.0, y=0.0)
    column = column.where(np.isfinite(column), drop=True)
    # l_spin + 1 = -1/y_s there: its inverse is linear in y_s.
    inverse = 1 / (1 + column.values[::-1])
    wanted = 1 / (1 + float(result["dot_l_spin"].sel(l_star=3.0, theta=0.0)))
    return float(np.interp(wanted, inverse, column["y_s"].values[::-1]))


def claims(result: "xr.Dataset") -> list[Claim]:
    """Competition, cooperation, the boundary and what moves it, the phase θ, and the effective attraction."""
    claim = partial(Claim, figure=NAME)
    short, long = (result["smallest_y"].sel(l_star=cut).values for cut in CUTS)
    gap = float(result["dot_l_spin"].sel(l_star=3.0, theta=0.0))
    attraction = float(effective_attraction(gap))
    dots = [phase_of_dot(result, cut, 0.0) for cut in CUTS]
    reversed_dots = [phase_of_dot(result, cut, math.pi) for cut in CUTS]
    marked = ", ".join(f"{value:.4f}" for value in short[:-1])
    return [
        claim(
            claim="the phase boundary between the paired and gapless phases is highly affected by the incommensurate "
            "cutoff.",
            source=f"{PAPER}, sec. II B 1; the red dot of Fig. 3 at l* = 2 and 3",
            published="decoupled, paired",
            computed=", ".join(dots),
            note=f"Phases of y_s⁰ = {WIRES.y_s}, y⁰ = {WIRES.y}; l_spin = {gap:.5f} at l* = 3. The smallest y⁰ with a "
            f"gap falls from {short[-1]:.4f} to {long[-1]:.4f} between l* = 2 and 3.",
        ),
        claim(
            claim="l̄ = l_max then marks the phase boundary between the gapped and gapless spin phases.",
            source=f"{PAPER}, Fig. 3, caption",
            published=True,
            computed=bool(np.ptp(short) < 1e-3),
            instead=False,
            note=f"Published: yes; in fact no. At y_s⁰ = {WIRES.y_s}, l* = 2 the line l̄ = l_max lies at y⁰ = {marked} "
            f"for l_max = {', '.join(f'{limit:g}' for limit in LIMITS)} and comes down to the boundary, {short[-1]:.4f}"
            ", only as 1/l_max: a gap may be as small as it likes. Here flows end in closed form, no l_max enters.",
        ),
        claim(
            claim="If it crosses over to a negative value, the competition transforms into cooperation, as the two "
            "kinds of coupling grow (in their absolute value) together.",
            source=f"{PAPER}, sec. II B 1; Fig. 3d",
            published="> 0",
            computed=cooperation(result),
            tolerance=0.0,
            unit="1",
            note="Least slope of |y_s| and of |y| in l wherever y_s < 0 on the flow of the dot at l* = 3. |y| is that "
            "without its cut-off factor c, as the published flow lets it grow.",
        ),
        claim(
            claim="consider θ↑↓ = π […] The cosine will then reverse the trend we find in Eq. (16a), and make the "
            "intra-wire repulsion more significant at lower energy scales.",
            source=f"{PAPER}, sec. II B 4; the dot of Fig. 3 with θ = π",
            published="> 0",
            computed=reversal(result),
            tolerance=0.0,
            unit="1",
            note="Least excess of y_s over its value y_s⁰/(1 + y_s⁰l) in the primary wire alone, for l ≥ 1 and both "
            f"l*. With θ = π the dot ends {' and '.join(reversed_dots)} at l* = 2 and 3, with y_s = +1 where it has a "
            "gap: θ breaks the SU(2) symmetry, and y_s does not return to 0.",
        ),
        claim(
            claim="one may use Fig. 3a,c to extract an “effective attraction”, by following iso-lines of Δ_s down to "
            "y⁰ = 0 ending on a value y_s⁰ < 0.",
            source=f"{PAPER}, sec. II B 1; the dot of Fig. 3c",
            published=attraction,
            computed=iso_line(result),
            tolerance=1e-6,
            unit="1",
            note="Where the line of the dot's gap meets y = 0 on the map; published stands for the closed form "
            f"y_s = -1/(l̄ + 1) = {attraction:.6f} of the primary wire alone. Tolerance: interpolation between rows.",
        ),
    ]


def draw(result: "xr.Dataset") -> "Figure":
    """Maps of l_spin on the left, flows of the dot on the right, l* = 2 above l* = 3."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 8.4), layout="constrained")
    axes = figure.subplots(2, 2, width_ratios=[1.0, 1.1])
    for row, cut, letters in zip(axes, CUTS, ("ab", "cd"), strict=True):
        _draw_map(result.sel(l_star=cut), row[0])
        _draw_flows(result.sel(l_star=cut), row[1])
        for ax, letter in zip(row, letters, strict=True):
            ax.set_title(f"({letter})  l* = {cut:g}", loc="left")
    return figure


def _draw_map(panel: "xr.Dataset", ax: "Axes") -> None:
    """min(l_spin, l_max) in colour; lines where l_spin = l_max, and the boundary itself."""
    from attractron.plotting import phases
    from attractron.plotting.style import COLOUR_MAP, OKABE_ITO, quantity_label

    limit = LIMITS[0]
    shown = np.minimum(panel["l_spin"], limit)
    image = ax.pcolormesh(panel["y"], panel["y_s"], shown, cmap=f"{COLOUR_MAP}_r", shading="nearest", vmin=0.0)
    ax.figure.colorbar(image, ax=ax, label=f"min(l_spin, {limit:g})")
    closeness = 1 / panel["l_spin"]  # 0 in the gapless phase
    for bound, style in zip(LIMITS, (":", "-.", "--"), strict=True):
        ax.contour(panel["y"], panel["y_s"], closeness, levels=[1 / bound], colors="white", linestyles=style)
        ax.plot([], [], color="white", linestyle=style, label=f"l_spin = {bound:g}")
    gapless = panel["boundary"].sel(pair=[pair for pair in PAIRS if pair.startswith("decoupled")])
    phases.plot_boundaries(gapless, ax, colours=OKABE_ITO[4:6])
    ax.plot(WIRES.y, WIRES.y_s, "o", color="white", markeredgecolor=OKABE_ITO[6], markersize=8)
    ax.set_xlabel(quantity_label(panel["y"]))
    ax.set_ylabel(quantity_label(panel["y_s"]))
    ax.legend(loc="upper left", fontsize=8, facecolor="0.25", labelcolor="white", framealpha=1.0)


def _draw_flows(panel: "xr.Dataset", ax: "Axes") -> None:
    """y_s for both θ, and y until it leaves the picture."""
    from attractron.plotting.style import OKABE_ITO, quantity_label

    usual = panel.sel(theta=0.0)
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    ax.plot(panel["l"], usual["running_y_s"], color=OKABE_ITO[1], label=r"$y_s$")
    ax.plot(panel["l"], usual["running_y"], color=OKABE_ITO[0], label="y")
    turned = panel["running_y_s"].sel(theta=np.pi)
    ax.plot(panel["l"], turned, color=OKABE_ITO[1], linestyle=":", label=r"$y_s$ for θ = π")
    ax.axvline(float(panel["l_star"]), color="0.3", linestyle="--", linewidth=1.0, label="l*")
    ax.set(xlim=(0.0, LONGEST), ylim=(-1.05, 1.05))
    ax.set_xlabel(quantity_label(panel["l"]))
    ax.set_ylabel("running couplings")
    ax.legend(loc="lower center", frameon=False)


FIGURES = (
    PaperFigure(
        name=NAME,
        title="Repulsion in the primary wire against attraction that the secondary mediates",
        source=f"{PAPER}, Fig. 3",
        caption="Left: min(l_spin, 30) over the bare couplings, Λe^(-l_spin) the spin gap; orange: boundary of the "
        "gapless phase; white: lines l_spin = 30, 60 and 200, which a largest l would take for it. Right: flow of the "
        "dot, y_s⁰ = 0.15 and y⁰ = 0.12. K_c⁰ = 0.85, K⁰ = 0.6, υ = 0.15, χ = 1, the SU(2) line and l* are the "
        "paper's; the window, l_max and the flows for θ = π (off that line) are our choice.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
