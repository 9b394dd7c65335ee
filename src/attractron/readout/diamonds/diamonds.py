"""From an image of the current over gate and bias to lever arm, addition energies and couplings of one dot.

The whole image is fitted by the windows in which a level lies between the leads (`model`), from starts that a search
finds (`search`, `fit`); what follows from their edges, and whether they are diamonds at all, is in `verdict`.
"""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from attractron.core.checks import choice
from attractron.core.constants import K_B
from attractron.core.results import Variable, dataset, flags, quoted, to_json
from attractron.readout.bias_axis import bias_axis, is_conductance
from attractron.readout.diamonds.charge_jumps import JumpSearch
from attractron.readout.diamonds.fit import DiamondFit, fits
from attractron.readout.diamonds.model import ALONE
from attractron.readout.diamonds.verdict import (
    DIAMONDS,
    NO_DIAMONDS,
    NOT_DESCRIBED,
    NOTHING,
    STATUS,
    Verdict,
    edges_in_view,
    judge,
)
from attractron.readout.transport_image import TransportImage, prepare

APPLIED = ("source", "symmetric")
QUANTITIES = ("current", "conductance")

VALIDITY = (
    "Edges are straight: lever arms do not change within a window between the leads, each degeneracy point has slopes "
    "of its own.",
    "Only pixels where one charge changes by one are fitted; beyond the diamonds' tips, where more windows are open, "
    "nothing is used.",
    "Uncertainties are one standard deviation: from noise (white and 1/f along the scan), raised where patches of the "
    "residual disagree, with 0.5 % of slopes and 0.05 w of places, because onsets are not quite those of the model, "
    "and 0.2 w of energies, because spin degeneracy moves edges by up to w ln 2. A series resistance is not taken off "
    "the bias; errors of the voltages are not in them.",
    "The edges' width is temperature and tunnel broadening together: as a temperature it is an upper bound.",
)

INCONSISTENT = 3.0
"""Standard deviations between a diamond's energy by its width and by its height from which on the sentence says so."""

COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")

EXACT = {"level": "one level", "metal": "a metallic island"}

UNITS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "lever_arm": ((), "meV/mV", "lever arm of the gate, mean over the degeneracy points"),
    "point_lever_arm": (("point",), "meV/mV", "lever arm by the lines of each degeneracy point"),
    "slope_positive": ((), "1", "slope of the rising edges, bias over gate"),
    "slope_negative": ((), "1", "slope of the falling edges, bias over gate"),
    "source_share": ((), "1", "part of the bias by which the level moves"),
    "degeneracy_point": (("point",), "mV", "gate voltage of the degeneracy points"),
    "bias_offset": ((), "mV", "bias at which none is applied"),
    "edge_width": ((), "meV", "width w of the edges, that of a Fermi step"),
    "addition_energy": (("diamond",), "meV", "addition energy, lever arm times distance of degeneracy points"),
    "addition_energy_from_height": (("diamond",), "meV", "addition energy from the height of the diamond's tips"),
    "mean_addition_energy": ((), "meV", "mean addition energy"),
    "current_ratio": ((), "1", "plateau current at positive over that at negative bias, magnitude"),
    "tunnel_rate_ratio": ((), "1", "tunnel rates to source over drain, of a level that is empty or singly occupied"),
}


def read_diamonds(
    image: xr.DataArray | xr.Dataset,
    *,
    bias: str | None = None,
    applied: str = "source",
    quantity: str | None = None,
) -> xr.Dataset:
    """Read Coulomb diamonds in an image of current, or of dI/dV, over a gate and the bias.

    The edges of the windows in which a level lies between source and drain have the slopes dV/dV_g = α/(1 - η) and
    -α/η with the gate's lever arm α in meV/mV and the source's share η, so that α = s_+ |s_-|/(s_+ + |s_-|). The
    addition energy of a diamond is α times the distance of its degeneracy points; its height is another measure of it,
    from the slopes on either side. For a bias V at the source and the drain at zero η = C_S/C_Σ; for ±V/2 at both
    η = 1/2 + (C_S - C_D)/(2 C_Σ). The lever arm is the same.

    Theory: docs/theory/readout.md, eq-diamonds, eq-bic.

    Args:
        image: DataArray, or Dataset with `signal`, over gate and bias in mV. Missing pixels are NaN.
        bias: name of the axis of the bias; by default the one that is called like it (V_SD, bias, …).
        applied: "source" or "symmetric", how the bias is applied: what `source_share` means.
        quantity: "current" or "conductance"; by default what name and unit of the signal say.

    Returns:
        Dataset with `status` (CF flags no_diamonds, diamonds, single_crossing, not_described), `lever_arm` meV/mV,
        `slope_positive`, `slope_negative`, `source_share`, `bias_offset` mV, `edge_width` meV and
        `temperature_upper_bound` K; over `point`: `degeneracy_point` mV and `point_lever_arm`; over `diamond`:
        `addition_energy` and `addition_energy_from_height` meV, and their `mean_addition_energy` (none for a single
        crossing); of a current `current_ratio` |I(+)/I(-)| on the plateaus and, where it lies between 1/2 and 2,
        `tunnel_rate_ratio` Γ_S/Γ_D = (2r - 1)/(2 - r), which holds for a spin-degenerate level between none and one
        electron (between one and two it is the inverse). `data`, `model` and `residual` over the axes, `edge`
        (line, end, axis) mV, `score` over `candidate`. All numbers have a one-sigma `*_uncertainty` and are NaN where
        nothing was read. attrs["summary"] is one sentence.

    Raises:
        InputError: not two axes in mV of at least 16 points, an unknown bias axis, an image that is constant.

    Example:
        >>> import xarray as xr
        >>> gate, bias = np.linspace(0, 30, 61), np.linspace(-2, 2, 41)[:, None]
        >>> levels = [-0.1 * (gate - place) - 0.4 * bias for place in (7, 23)]  # 0.1 meV/mV, 16 mV apart
        >>> filled = lambda energy: 1 / (1 + np.exp(energy / 0.03))
        >>> current = sum(filled(level) - filled(level + bias) for level in levels)
        >>> axes = {"V_SD": ("V_SD", bias[:, 0], {"units": "mV"}), "V_g": ("V_g", gate, {"units": "mV"})}
        >>> found = at.readout.read_diamonds(xr.DataArray(current, axes, ("V_SD", "V_g")))
        >>> print(f"{float(found['lever_arm']):.2f} meV/mV, {float(found['addition_energy'][0]):.1f} meV")
        0.10 meV/mV, 1.6 meV
    """
    prepared = prepare(image)
    turned = bias_axis(prepared.names, bias) == 1
    choice("applied", applied, APPLIED)
    if quantity is not None:
        choice("quantity", quantity, QUANTITIES)
    conductance = quantity == "conductance" if quantity else is_conductance(prepared.label, prepared.units)
    upright = prepared.turned() if turned else prepared
    with threadpool_limits(limits=1):  # products of small matrices: more threads wait for each other
        fitted: DiamondFit | None = None
        verdict = NOTHING
        for attempt in fits(upright, conductance):
            found = judge(attempt, conductance=conductance)
            if fitted is None or found.numbers:
                fitted, verdict = attempt, found
            if found.numbers or not found.like_diamonds:
                break
    result = _labelled(upright, fitted, verdict, turned=turned)
    result.attrs["options"] = to_json({"bias": bias, "applied": applied, "quantity": quantity})
    result.attrs["summary"] = _summary(result, verdict, upright.names)
    return result


def _labelled(image: TransportImage, fitted: DiamondFit | None, verdict: Verdict, *, turned: bool) -> xr.Dataset:
    shown = image if fitted is None else fitted.image
    data, model = shown.values, np.zeros_like(shown.values)
    if fitted is not None:
        found = fitted.found
        model = found.problem.model(found.point, found.coefficients)
    images = {
        "data": (data * shown.scale + shown.offset, "measured signal"),
        "model": (model * shown.scale + shown.offset, "fitted signal"),
        "residual": ((data - model) * shown.scale, "data less fit"),
    }
    used = shown.there if fitted is None else fitted.found.problem.weights
    for name, where in (("data", shown.there), ("model", used), ("residual", used)):
        values, label = images[name]
        images[name] = (np.where(where > 0, values, np.nan), label)
    names = shown.names[::-1] if turned else shown.names
    variables: dict[str, Variable] = {
        name: (names, values.T if turned else values, shown.units, label) for name, (values, label) in images.items()
    }
    variables["status"] = ((), verdict.status, "1", "what was found")
    if verdict.numbers:
        variables |= _numbers(verdict)
    else:
        variables |= {
            f"{name}{ending}": ((), np.nan, unit, label)
            for name, (dims, unit, label) in UNITS.items()
            for ending in ("", "_uncertainty")
            if not dims
        }
    coords: dict[str, Variable] = {
        name: (name, values, "mV", name) for name, values in zip(shown.names, shown.axes, strict=True)
    }
    if fitted is not None and verdict.status != NO_DIAMONDS:
        variables["edge"] = (
            ("line", "end", "axis"),
            edges_in_view(fitted),
            "mV",
            "edges of the diamonds, from each degeneracy point to a tip or out of view",
        )
        coords["axis"] = ("axis", list(shown.names), "1", "bias and gate")
    if verdict.comparison is not None:
        variables |= verdict.comparison.variables()
        coords |= verdict.comparison.coordinates()
    result = dataset(
        variables,
        coords,
        question="readout.read_diamonds",
        parameters={},
        method="search over slopes and places, then generalised least squares of windows between straight soft edges",
        validity=(*VALIDITY, *_onsets(fitted, verdict), *_hidden(verdict, shown.names[1]), *verdict.reasons),
        references=("vanderwiel2002", "hanson2007"),
    )
    result["status"].attrs.update(flags(STATUS))
    result.attrs["runner_up"] = "" if verdict.comparison is None else verdict.comparison.runner_up
    return result


def _onsets(fitted: DiamondFit | None, verdict: Verdict) -> list[str]:
    """Of what the current within the windows is, where numbers were read."""
    if fitted is None or not verdict.numbers:
        return []
    alone = [name for name, kinds in ALONE.items() if kinds == fitted.plan.kinds]
    what = f"that of {EXACT[alone[0]]}" if alone else "of no simple form: onsets at the edges are free"
    return [f"The current within the windows is {what}."]


def _hidden(verdict: Verdict, gate: str) -> list[str]:
    """Where a charge that jumped would have left no trace but in the addition energy."""
    ranges = () if verdict.jumps is None else verdict.jumps.hidden
    listed = ", ".join(f"{low:.4g} to {high:.4g} mV" for low, high in filter(None, ranges))
    if not listed:
        return []
    return [
        f"A charge that jumped nearby with {gate} at {listed} would not be seen, for no sharp edge is in view there: "
        "the diamond's addition energy would be off by the lever arm times the jump. A scan to its tips would tell."
    ]


def _numbers(verdict: Verdict) -> dict[str, Variable]:
    """Numbers with their uncertainties, and the bound that the edges' width is on a temperature."""
    variables: dict[str, Variable] = {}
    for name, number in verdict.numbers.items():
        dims, unit, label = UNITS[name]
        variables[name] = (dims, number.value, unit, label)
        variables[f"{name}_uncertainty"] = (dims, number.uncertainty, unit, f"standard deviation of the {label}")
    width = verdict.numbers["edge_width"]
    bound = float(width.value + 1.645 * width.uncertainty) / K_B
    variables["temperature_upper_bound"] = ((), bound, "K", "highest temperature with which the edges agree (95 %)")
    return variables


def _summary(result: xr.Dataset, verdict: Verdict, names: tuple[str, str]) -> str:
    reasons = " ".join(verdict.reasons)
    if verdict.status == NO_DIAMONDS:
        return f"No Coulomb diamonds are in view. {reasons}"
    if verdict.status == NOT_DESCRIBED:
        return f"Coulomb diamonds do not describe the image: no number is given. {reasons}"
    jump = "" if verdict.jumps is None else _jumped(verdict.jumps, names[1])
    points = result["degeneracy_point"].to_numpy()
    arm = f"lever arm of {names[1]} {quoted(result, 'lever_arm', 'meV/mV')}"
    offset = f"bias offset {quoted(result, 'bias_offset', 'mV')}"
    if verdict.status != DIAMONDS:
        error = result["degeneracy_point_uncertainty"].to_numpy()
        where = f"{points[0]:.{digits_of(error[0])}f} ± {error[0]:.{digits_of(error[0])}f} mV"
        return (
            f"One crossing of Coulomb blockade at {names[1]} = {where}: {arm}, {offset}. "
            f"No diamond is seen whole, so that no addition energy is read.{jump}"
        )
    energies = result["addition_energy"].to_numpy()
    errors = result["addition_energy_uncertainty"].to_numpy()
    digits = digits_of(float(errors.max()))
    listed = ", ".join(f"{energy:.{digits}f}" for energy in energies)
    count, noun = (COUNTS[len(energies)] if len(energies) < len(COUNTS) else str(len(energies))), "diamond"
    plural = "s" if len(energies) > 1 else ""
    energy = f"addition energ{'ies' if plural else 'y'} {listed} ± {errors.max():.{digits}f} meV"
    text = f"{count} Coulomb {noun}{plural}: {arm}, {energy}, {offset}."
    high, spread = (result[f"addition_energy_from_height{ending}"].to_numpy() for ending in ("", "_uncertainty"))
    apart = np.abs(energies - high) / np.hypot(errors, spread)
    if np.any(apart > INCONSISTENT):
        text += " Heights and widths of the diamonds disagree: their lever arm changes with the gate."
    return text + jump


def _jumped(jumps: JumpSearch, gate: str) -> str:
    """A sentence on a charge that jumped, or nothing."""
    if jumps.jump is None:
        return ""
    digits = digits_of(jumps.jump.uncertainty)
    size = f"{abs(jumps.jump.size):.{digits}f} ± {jumps.jump.uncertainty:.{digits}f} mV"
    way = "higher" if jumps.jump.size > 0 else "lower"
    return (
        f" A charge nearby jumped at {gate} = {jumps.jump.place:.4g} mV: what lies beyond appears {size} {way} along "
        "the gate, which is in the uncertainty of the addition energy of that diamond."
    )


def digits_of(error: float) -> int:
    """Decimals to the second digit of an uncertainty."""
    return max(0, 1 - int(np.floor(np.log10(error)))) if 0 < error < np.inf else 3
