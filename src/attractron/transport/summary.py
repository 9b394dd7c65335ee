"""What studies of junctions say: notes on the whole, the largest current or conductance, and how far to trust them."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.axes import Axes
from attractron.studies.study import Query, Study, Verdict

if TYPE_CHECKING:
    import xarray as xr

    from attractron.transport import Junction

Numbers = dict[str, tuple[float, str]]

BIAS = "V_SD"

NEGLIGIBLE = 1e-9
"""Part of the largest conductance that is rounding."""

PROCESSES = {
    "sequential": "sequential tunnelling",
    "elastic": "elastic passage",
    "second": "processes of two dots",
    "third": "processes of three dots",
}
"""How the orders of `attractron.transport.current` are called in a sentence."""


def with_validity(study: Study, result: "xr.Dataset") -> "xr.Dataset":
    """The result with notes that count the marks of the whole: a block knows only its own.

    Raises:
        InputError: no point has values.
    """
    from attractron.transport.validity import Failure, marks, notes

    said = notes(_widest(study), study.options.processes, study.options.method)
    if "current" in result:
        said += marks(*(result[name].to_numpy() for name in ("current", "clamped", "beyond_unitarity")))
    without = int((result["status"] != 0).sum())
    failed = Failure(without, result["status"].size, _why(study, result) if without else "")
    failed.refuse_all()
    why = {"failure": failed.text} if without else {}
    return result.assign_attrs(validity=" ".join([*said, *failed.notes()]), **why)


def _why(study: Study, result: "xr.Dataset") -> str:
    """Where the first point without values is and why it has none: asked again at that point alone."""
    taken = study.question.knobs
    place = _place(study, _at_largest(result, result["status"] != 0))
    outer = {name: value for name, value in place.items() if taken is not None and name not in taken}
    axes = Axes({name: value for name, value in place.items() if name not in outer})
    model = study.kind.vary(study.model, outer)
    again = study.question.answer(Query(model=model, axes=axes, options=study.options, uncertainty=study.uncertainty))
    around = "".join(f"with {name} = {value:.6g}, " for name, value in outer.items())
    return around + str(again.attrs["failure"])


def current_verdict(study: Study, result: "xr.Dataset") -> Verdict:
    """The largest current, its place, what carries it, and how far it can be trusted."""
    from attractron.core.constants import PA_PER_MEV
    from attractron.transport.validity import ROUNDING

    amount = abs(result["current"])
    rounding = ROUNDING * PA_PER_MEV * max(lead.Gamma for lead in study.model.leads)
    if float(amount.max()) <= rounding:
        return Verdict(text=f"No current flows{_why_none(study)}.", numbers={"largest_current": (0.0, "pA")})
    within = amount.where(~result["beyond_unitarity"])
    top = _at_largest(result, amount)
    sentences, numbers = [], _numbers(study, top, "largest_current")
    if bool(top["beyond_unitarity"]):
        sentences.append(f"The largest current is {_size(study, top)}, more than one channel can carry.")
    if bool(within.notnull().any()):
        believed = _at_largest(result, within)
        shares = _shares(study, believed)
        begin = "Within that bound the largest is" if sentences else "The largest current is"
        carried = ", ".join(f"{PROCESSES[order]} {100 * share:.0f} %" for order, share in shares.items())
        sentences.append(f"{begin} {_size(study, believed)}; it leaves {study.model.source} by {carried}.")
        numbers |= _numbers(study, believed, "largest_current_within_unitarity")
        numbers |= {f"share_{order}": (share, "1") for order, share in shares.items()}
        sentences += _highest_order(study, result, rounding)
    marks, counts = _trust(study, result)
    return Verdict(text=" ".join([*sentences, *marks]), numbers={**numbers, **counts})


def _why_none(study: Study) -> str:
    """Why no current leaves the source, where it is plain to see."""
    leads, source = study.model.leads, study.model.leads[study.model.source_number]
    if [lead.dot for lead in leads].count(source.dot) == 1:
        return f": {source.name} is the only lead of {source.dot}, and what it brings it takes away again"
    unequal = np.any(study.axes.get(BIAS, 0.0)) and len({lead.bias for lead in leads}) > 1
    return "" if unequal or len({lead.mu for lead in leads}) > 1 else ": no lead is biased"


def conductance_verdict(study: Study, result: "xr.Dataset") -> Verdict:
    """The largest differential conductance, its place, whether any is negative, and how far it can be trusted."""
    slopes = result["conductance"]
    top = _at_largest(result, abs(slopes))
    value, lowest = float(top["conductance"]), float(slopes.min())
    bound = ", more than one channel can carry" if value > 1 and not _place(study, top).get(BIAS, 0.0) else ""
    said = [f"The largest differential conductance is {value:.4g} e²/h{_where(study, top)}{bound}."]
    if lowest < -NEGLIGIBLE * abs(value):
        said.append(f"It falls to {lowest:.4g} e²/h{_where(study, _at_largest(result, -slopes))}.")
    numbers = {
        "largest_conductance": (value, "e²/h"),
        "largest_conductance_error": (float(top["conductance_error"]), "e²/h"),
        "lowest_conductance": (lowest, "e²/h"),
    }
    marks, counts = _trust(study, result)
    return Verdict(text=" ".join([*said, *marks]), numbers={**numbers, **counts})


def _at_largest(result: "xr.Dataset", quantity: "xr.DataArray") -> "xr.Dataset":
    return result.isel(quantity.argmax(...)) if quantity.ndim else result


def _place(study: Study, point: "xr.Dataset") -> dict[str, float]:
    """All knobs that the study names, with their values at a point of its result."""
    return {name: float(point[name]) if name in point.coords else float(held) for name, held in study.axes.items()}


def _where(study: Study, point: "xr.Dataset") -> str:
    place = ", ".join(f"{name} = {value:.4g} {study.units[name]}" for name, value in _place(study, point).items())
    return f" at {place}" if place else ""


def _conductance(study: Study, point: "xr.Dataset") -> float | None:
    """I/V_SD in e²/h; None without a bias."""
    from attractron.core.constants import CONDUCTANCE_QUANTUM

    bias = _place(study, point).get(BIAS, 0.0)
    return float(point["current"]) / (CONDUCTANCE_QUANTUM * bias) if bias else None


def _size(study: Study, point: "xr.Dataset") -> str:
    ratio = _conductance(study, point)
    per_bias = "" if ratio is None else f" (I/V_SD = {ratio:.3g} e²/h)"
    return f"{float(point['current']):.4g} pA{_where(study, point)}{per_bias}"


def _numbers(study: Study, point: "xr.Dataset", name: str) -> Numbers:
    ratio = _conductance(study, point)
    return {
        name: (float(point["current"]), "pA"),
        **{f"{name}_{knob}": (value, study.units[knob]) for knob, value in _place(study, point).items()},
        **({} if ratio is None else {f"{name}_conductance": (ratio, "e²/h")}),
    }


def _shares(study: Study, point: "xr.Dataset") -> dict[str, float]:
    """Process → its part of the source's current."""
    parts = point["contribution"].sel(lead=study.model.source, drop=True) / point["current"]
    return {str(order): float(parts.sel(order=order)) for order in parts["order"].values}


def _highest_order(study: Study, result: "xr.Dataset", rounding: float) -> list[str]:
    """Where processes of the highest order carry most, if there are any."""
    order = str(result["order"].values[-1])
    part = result["contribution"].sel(order=order, lead=study.model.source, drop=True)
    amount = abs(part.where(~result["beyond_unitarity"]))
    if order not in ("second", "third") or float(amount.max()) <= rounding:
        return []
    point = _at_largest(result.assign(part=part), amount)
    share = f"{float(point['part']):.4g} of {float(point['current']):.4g} pA"
    return [f"{PROCESSES[order].capitalize()} carry most{_where(study, point)}: {share}."]


def _marked(result: "xr.Dataset") -> tuple[int, int]:
    """Points at which clamped rates matter, and at which |I| exceeds what one channel carries."""
    from attractron.transport.validity import clamped_matter

    clamped = clamped_matter(result["current"].to_numpy(), result["clamped"].to_numpy())
    return int(clamped.sum()), int(result["beyond_unitarity"].sum())


def _widest(study: Study) -> "Junction":
    """The junction where its levels are the widest in units of k_BT among all that the study asks about."""
    swept = {name: values for name, values in study.axes.items() if name in study.kind.parameters(study.model)}
    worst = {name: float(np.min(v) if name == "temperature" else np.max(v)) for name, v in swept.items()}
    junction: Junction = study.kind.vary(study.model, worst)
    return junction


def _trust(study: Study, result: "xr.Dataset") -> tuple[list[str], Numbers]:
    """What the user has to know before believing the numbers."""
    width, points = _widest(study).broadening, result["status"].size
    wide = "; beyond 1 trust thresholds, slopes and orders of magnitude, not amplitudes" if width > 1 else ""
    said, numbers = [f"The widest level has Γ = {width:.3g} k_BT{wide}."], {"Gamma_over_kT": (width, "1")}
    if "current" in result:
        clamped, beyond = _marked(result)
        if clamped:
            said.append(f"Negative rates that were set to zero matter at {clamped} of {points} points.")
        if beyond:
            said.append(f"|I| exceeds (e²/h)|V_SD| at {beyond} of {points} points.")
        numbers |= {"points_clamped": (clamped, "1"), "points_beyond_unitarity": (beyond, "1")}
    failed = int((result["status"] != 0).sum())
    if failed:
        said.append(f"{failed} of {points} points have no single steady state and no value.")
    return said, {**numbers, "points": (points, "1"), "points_without_value": (failed, "1")}
