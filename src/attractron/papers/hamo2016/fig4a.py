"""Fig. 4a: the device, its polarizer opened to a lead, and what that does to the parity of the number of electrons."""

from itertools import product
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, parameters_of
from attractron.dots import Device, building_block
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.experiment import CHOICES, LOW_BIAS, U, W, experiment
from attractron.plotting.style import OKABE_ITO
from attractron.transport.solve import make_model

TUNNELLING = 0.05
"""Between the two sites of the closed polarizer, meV: our choice; any other but zero connects the same states."""


def compute(_quick: bool) -> xr.Dataset:
    """Rates between the charge states of the open device, amplitudes between those of the closed one; both parities."""
    junction = experiment()
    charges, rates = _golden_rule()
    closed = building_block(W=W, U=U, delta=U, t=TUNNELLING)
    occupations = np.array(list(product((0, 1), repeat=len(closed.dots))))
    return dataset(
        {
            "rate": (("lead", "final", "initial"), rates, "meV", "ħ × rate of tunnelling from or to the lead"),
            "parity": ("initial", _parity(charges), "1", "(−1)^N of the open device"),
            "amplitude": (
                ("closed_final", "closed_initial"),
                _amplitudes(closed, occupations),
                "meV",
                "tunnelling amplitude within the closed device",
            ),
            "closed_parity": ("closed_initial", _parity(occupations), "1", "(−1)^N of the closed device"),
        },
        {
            "lead": ("lead", [lead.name for lead in junction.leads], "1", "lead"),
            "initial": ("initial", _names(charges), "1", "initial charges on (L,R,P)"),
            "final": ("final", _names(charges), "1", "final charges on (L,R,P)"),
            "closed_initial": ("closed_initial", _names(occupations), "1", "initial charges on (L,R,T,B)"),
            "closed_final": ("closed_final", _names(occupations), "1", "final charges on (L,R,T,B)"),
        },
        question="papers.hamo2016.fig4a",
        parameters=junction.describe(),
        options={"V_SD": LOW_BIAS, "origin": "centre", "t": TUNNELLING},
        method="golden-rule rates of the open device, tunnelling matrix of the closed one",
        validity=["First order: higher orders are sequences of these moves."],
        references=["hamo2016"],
    )


def _golden_rule() -> tuple[FloatArray, FloatArray]:
    """Charge states (state, dot) and ħ × rates of single electrons, meV (lead, final, initial)."""
    model = make_model(experiment(), ["V_SD"], "sequential", "finite-part", "centre")
    table, found = model.tables[0], model.rates(*model.energies.at(np.array([[LOW_BIAS]])))[0]
    states, lead = model.states, table.leads[:, 0]
    rates = np.zeros((len(model.Gamma), states, states))
    rates[lead, table.final, table.initial] = found.forward[0]
    rates[lead, table.initial, table.final] = found.backward[0]
    return model.energies.charges, rates


def _amplitudes(device: Device, occupations: FloatArray) -> FloatArray:
    """|t_ij| between states that differ by one electron on j instead of i, meV (final, initial)."""
    steps = occupations[:, None, :] - occupations[None, :, :]
    found = np.zeros(steps.shape[:2])
    for i, j in zip(*np.nonzero(device.tunnelling), strict=True):
        move = np.zeros(len(device.dots))
        move[i], move[j] = -1, 1
        found[(steps == move).all(axis=-1)] = abs(device.tunnelling[i, j])
    return found


def _parity(charges: FloatArray) -> FloatArray:
    return np.asarray(1.0 - 2.0 * (charges.sum(axis=1) % 2))


def _names(charges: FloatArray) -> list[str]:
    return ["(" + ",".join(f"{count:.0f}" for count in charge) + ")" for charge in charges]


def readings(result: xr.Dataset) -> Readings:
    """Whether the polarizer's moves keep the parity, closed and open, and how strongly the leads couple."""
    polarizer = [name for name in result["lead"].values if _dot(result, name) == "P"]
    flips = result["rate"].sel(lead=polarizer).sum("lead")
    widths = {dot: _width(result, dot) for dot in "PRL"}
    return {
        "closed_conserves": _conserved(result["amplitude"].to_numpy(), result["closed_parity"].to_numpy()),
        "amplitudes": int(np.count_nonzero(result["amplitude"])),
        "occupations": result.sizes["closed_initial"],
        "open_conserves": _conserved(flips.to_numpy(), result["parity"].to_numpy()),
        "moves": int(np.count_nonzero(flips)),
        "states": result.sizes["initial"],
        "leads_of_P": float(len(polarizer)),
        **{f"Gamma_{dot}": 1e3 * width for dot, width in widths.items()},
        **{f"Gamma_{dot}_over_U": width / U for dot, width in widths.items()},
    }


def _conserved(moves: FloatArray, parity: FloatArray) -> bool:
    """Whether no move (final, initial) changes the parity."""
    return not bool((moves * (parity[:, None] != parity[None, :])).any())


def _charges(name: str) -> FloatArray:
    return np.array([float(count) for count in name.strip("()").split(",")])


def _dot(result: xr.Dataset, lead: str) -> str:
    """The one dot whose charge a lead changes, by its rates; "several" when there is none such."""
    rates = result["rate"].sel(lead=lead)
    moved = {
        int(np.flatnonzero(_charges(str(final)) - _charges(str(initial)))[0])
        for final, initial in product(result["final"].values, result["initial"].values)
        if float(rates.sel(final=final, initial=initial)) > 0
    }
    return "LRP"[moved.pop()] if len(moved) == 1 else "several"


def _width(result: xr.Dataset, dot: str) -> float:
    """Γ of all leads on a dot, from the rates in and out, which add up to it: Γf + Γ(1 - f), meV."""
    empty, full = "(0,0,0)", "(" + ",".join("1" if name == dot else "0" for name in "LRP") + ")"
    there, back = (result["rate"].sel(final=end, initial=start) for end, start in ((full, empty), (empty, full)))
    return float((there + back).sum())


PLACES = {"L": (-1.3, 1.0), "R": (1.3, 1.0), "P": (0.0, -0.75)}
LEAD_PLACES = {"L": (-3.1, 1.0), "R": (3.1, 1.0), "S": (-2.2, -0.75), "D": (2.2, -0.75)}
RADIUS = 0.4
"""Of a dot in the drawing, and half of the side of a lead."""


def draw(result: xr.Dataset) -> Figure:
    """The device, and which states the moves of the polarizer join, closed and open."""
    figure, axes = panels(13.6, 5.8, columns=3, width_ratios=[1.35, 1.0, 1.0])
    device, closed, opened = axes
    _draw_device(device, parameters_of(result)["leads"])
    _draw_moves(closed, result["amplitude"], result["closed_parity"])
    _draw_moves(opened, result["rate"].sel(lead=["S", "D"]).sum("lead"), result["parity"])
    lettered(axes, ["Dots, leads, repulsions", "Closed double dot (L,R,T,B)", "Polarizer with leads (L,R,P)"])
    return figure


def _draw_device(ax: Axes, leads: list[dict[str, Any]]) -> None:
    for one, other, label, side, shift in (
        ("L", "R", "$W$", "center", (0.0, 0.12)),
        ("L", "P", "$U$", "right", (-0.3, -0.1)),
        ("R", "P", "$U$", "left", (0.3, -0.1)),
    ):
        x, y = _between(PLACES[one], PLACES[other])
        ax.plot(x, y, linestyle=(0, (2, 2)), color="0.45")
        ax.text(x.mean() + shift[0], y.mean() + shift[1], label, ha=side, va="bottom")
    for lead in leads:
        place = LEAD_PLACES[lead["name"]]
        ax.plot(*_between(place, PLACES[lead["dot"]]), color="black", linewidth=1 + 8 * lead["Gamma"])
        corner = (place[0] - RADIUS, place[1] - RADIUS)
        ax.add_patch(Rectangle(corner, 2 * RADIUS, 2 * RADIUS, facecolor="0.85", edgecolor="0.4"))
        ax.text(*place, lead["name"], ha="center", va="center")
        share = rf"$\Gamma_\mathrm{{{lead['name']}}} = {lead['Gamma'] / U:.2f}\,U$"
        ax.text(place[0], place[1] - 1.3 * RADIUS, share, ha="center", va="top")
    for dot, place in PLACES.items():
        ax.add_patch(Circle(place, RADIUS, facecolor=OKABE_ITO[1 if dot == "P" else 5], edgecolor="none"))
        ax.text(*place, dot, ha="center", va="center")
    ax.text(-2.2, -1.7, "at +eV$_\\mathrm{SD}$", ha="center", va="top", color="0.3")
    ax.text(0.0, -2.5, f"$W$ = {1e3 * W:.0f} µeV, $U$ = {1e3 * U:.0f} µeV", ha="center", va="top")
    ax.set_axis_off()
    ax.set(xlim=(-4.0, 4.0), ylim=(-3.0, 1.7), aspect="equal")


def _between(start: tuple[float, float], stop: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """x and y of the line that joins the rims of two dots or leads."""
    ends = np.array([start, stop], dtype=float)
    step = (ends[1] - ends[0]) / np.hypot(*(ends[1] - ends[0])) * RADIUS
    x, y = (ends + np.array([step, -step])).T
    return x, y


def _draw_moves(ax: Axes, moves: xr.DataArray, parity: xr.DataArray) -> None:
    """States in the order of parity; a dot where a move joins two; grey where the parity would change."""
    order = np.argsort(-parity.to_numpy(), kind="stable")
    even = int((parity.to_numpy() > 0).sum())
    table, names = moves.to_numpy()[np.ix_(order, order)], moves[moves.dims[1]].values[order]
    for x, y in ((even, 0), (0, even)):
        width, height = (len(order) - even if corner else even for corner in (x, y))
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), width, height, facecolor="0.88", edgecolor="none", zorder=0))
    rows, columns = np.nonzero(table)
    ax.plot(columns, rows, "o", color=OKABE_ITO[0], markersize=6)
    ax.set_xticks(range(len(order)), names, rotation=90, fontsize=8)
    ax.set_yticks(range(len(order)), names, fontsize=8)
    ax.set(xlim=(-0.5, len(order) - 0.5), ylim=(len(order) - 0.5, -0.5), aspect="equal")
    ax.set(xlabel="from (even | odd number of electrons)", ylabel="to")


FIGURES = (
    Recipe(name="hamo-4a", compute=compute, draw=draw, readings=readings, parameters={"t": TUNNELLING, **CHOICES}),
)
