"""What a current or a conductance says in a paragraph: the largest one, what carries it, and how far to trust it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.constants import K_B, PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.results import parameters_of
from attractron.transport.junction import BIAS
from attractron.transport.validity import ROUNDING, clamped_matter

Numbers = dict[str, tuple[float, str]]
"""Name → (value, unit)."""

NEGLIGIBLE = 1e-9
"""Part of the largest conductance that is rounding."""

PROCESSES = {
    "sequential": "sequential tunnelling",
    "elastic": "elastic passage",
    "second": "processes of two dots",
    "third": "processes of three dots",
}
"""How the orders of `attractron.transport.current` are called in a sentence."""


def summary(result: xr.Dataset) -> str:
    """The result as a paragraph: what is largest and where, what carries it, and what speaks against trusting it.

    Args:
        result: of `attractron.transport.current`, `attractron.transport.differential_conductance`,
            `attractron.transport.linear_conductance` or `attractron.transport.thermopower`, over any axes, also as a
            study wrote it.

    Raises:
        InputError: a result of another question.

    Example:
        >>> junction = at.transport.pair_junction(
        ...     W=0.435, U=0.925, mu_P=0.925, Gamma_S=0.01, Gamma_D=0.01, Gamma_L=0.01, Gamma_R=0.01, temperature=0.2
        ... )
        >>> result = at.transport.current(junction, {"V_SD": [0.5, 1.0]}, processes="0e")
        >>> at.transport.summary(result)
        'The largest current is ... pA at V_SD = 1 mV (I/V_SD = ... e²/h); it leaves S by sequential tunnelling ...
    """
    return " ".join(_asked(result)[0])


def numbers(result: xr.Dataset) -> Numbers:
    """The numbers of `summary`, name → (value, unit), and how many points are marked; errors as there."""
    return _asked(result)[1]


def _asked(result: xr.Dataset) -> tuple[list[str], Numbers]:
    answers = {
        "transport.current": _of_current,
        "transport.differential_conductance": _of_conductance,
        "transport.linear_conductance": _of_linear,
        "transport.thermopower": _of_thermopower,
    }
    question = str(result.attrs.get("question"))
    if question not in answers:
        raise InputError("result", f"answer {' or '.join(answers)}", question)
    return answers[question](_Result(result))


@dataclass(frozen=True)
class _Result:
    """A result, and what its attributes say about the junction and the axes."""

    data: xr.Dataset

    @cached_property
    def junction(self) -> dict[str, Any]:
        """The junction's parameters."""
        return parameters_of(self.data)

    @cached_property
    def knobs(self) -> dict[str, float | None]:
        """All knobs that were asked about, in that order, with the value at which they are held; None: swept."""
        fixed = json.loads(self.data.attrs["options"])["fixed"]
        asked = str(self.data.attrs.get("axes", ", ".join([*map(str, self.data["status"].dims), *fixed])))
        return {name: fixed.get(name) for name in asked.split(", ") if name}

    def unit(self, knob: str) -> str:
        """Unit of a knob."""
        if knob in self.data.coords:
            return str(self.data[knob].attrs["units"])
        gates = (BIAS, *self.junction["gates"], *self.junction["virtual_gates"])
        return "mV" if knob in gates else "meV"

    def place(self, point: xr.Dataset) -> dict[str, float]:
        """All knobs with their values at a point."""
        return {knob: float(point[knob]) if held is None else held for knob, held in self.knobs.items()}

    def where(self, point: xr.Dataset) -> str:
        """The place of a point in words."""
        values = self.place(point).items()
        place = ", ".join(f"{knob} = {value:.4g} {self.unit(knob)}".removesuffix(" 1") for knob, value in values)
        return f" at {place}" if place else ""

    def at_largest(self, quantity: xr.DataArray) -> xr.Dataset:
        """The point at which a quantity over all axes is the largest."""
        return self.data.isel(quantity.argmax(...)) if quantity.ndim else self.data

    @property
    def rounding(self) -> float:
        """Currents below it are not told from zero, pA."""
        return ROUNDING * PA_PER_MEV * max(float(lead["Gamma"]) for lead in self.junction["leads"])

    @property
    def broadening(self) -> float:
        """The largest full width of a level in k_BT, where couplings and temperature are swept the largest of all."""
        leads = self.junction["leads"]
        coldest = min(self._extreme(lead, "temperature", "temperature", min) for lead in leads)
        widths: dict[str, float] = {}
        for lead in leads:
            Gamma = self._extreme(lead, "Gamma", f"Gamma_{lead['name']}", max)
            widths[lead["dot"]] = widths.get(lead["dot"], 0.0) + Gamma
        return max(widths.values()) / (K_B * coldest)

    def _extreme(self, lead: dict[str, Any], name: str, knob: str, of: Callable[[Any], Any]) -> float:
        """The least or the largest of a number of a lead, which may be swept as a knob or as its own."""
        swept = next((each for each in (f"leads.{lead['name']}.{name}", knob) if each in self.data.coords), None)
        return float(lead[name] if swept is None else of(self.data.coords[swept].to_numpy()))


def _of_current(result: _Result) -> tuple[list[str], Numbers]:
    """The largest current, its place, and what carries it."""
    data = result.data
    amount = abs(data["current"])
    if float(amount.max()) <= result.rounding:
        return [f"No current flows{_why_none(result)}."], {"largest_current": (0.0, "pA")}
    within = amount.where(~data["beyond_unitarity"])
    top = result.at_largest(amount)
    said, found = [], _numbers(result, top, "largest_current")
    if bool(top["beyond_unitarity"]):
        said.append(f"The largest current is {_size(result, top)}, more than one channel can carry.")
    if bool(within.notnull().any()):
        believed = result.at_largest(within)
        shares = _shares(result, believed)
        begin = "Within that bound the largest is" if said else "The largest current is"
        carried = ", ".join(f"{PROCESSES[order]} {100 * share:.0f} %" for order, share in shares.items())
        carried += _of_shares(shares)
        said.append(f"{begin} {_size(result, believed)}; it leaves {result.junction['source']} by {carried}.")
        found |= _numbers(result, believed, "largest_current_within_unitarity")
        found |= {f"share_{order}": (share, "1") for order, share in shares.items()}
        said += _highest_order(result)
    marks, counts = _trust(result)
    return [*said, *marks], {**found, **counts}


def _why_none(result: _Result) -> str:
    """Why no current leaves the source, where it is plain to see."""
    leads, source = result.junction["leads"], result.junction["source"]
    dot = next(lead["dot"] for lead in leads if lead["name"] == source)
    if [lead["dot"] for lead in leads].count(dot) == 1:
        return f": {source} is the only lead of {dot}, and what it brings it takes away again"
    bias = result.data[BIAS] if BIAS in result.data.coords else result.knobs.get(BIAS, 0.0)
    unequal = np.any(bias) and len({lead["bias"] for lead in leads}) > 1
    return "" if unequal or len({lead["mu"] for lead in leads}) > 1 else ": no lead is biased"


def _of_conductance(result: _Result) -> tuple[list[str], Numbers]:
    """The largest differential conductance, its place, and whether any is negative."""
    slopes = result.data["conductance"]
    top = result.at_largest(abs(slopes))
    value, lowest = float(top["conductance"]), float(slopes.min())
    bound = ", more than one channel can carry" if value > 1 and not result.place(top).get(BIAS, 0.0) else ""
    said = [f"The largest differential conductance is {value:.4g} e²/h{result.where(top)}{bound}."]
    if lowest < -NEGLIGIBLE * abs(value):
        said.append(f"It falls to {lowest:.4g} e²/h{result.where(result.at_largest(-slopes))}.")
    found = {
        "largest_conductance": (value, "e²/h"),
        "largest_conductance_error": (float(top["conductance_error"]), "e²/h"),
        "lowest_conductance": (lowest, "e²/h"),
    }
    marks, counts = _trust(result)
    return [*said, *marks], {**found, **counts}


def _of_linear(result: _Result) -> tuple[list[str], Numbers]:
    """The largest linear conductance with its error, its place, the charges there, and where the error is large."""
    data = result.data
    top = result.at_largest(data["conductance"])
    value, error = (float(top[name]) for name in ("conductance", "conductance_error"))
    charges = {str(dot): float(top["occupation"].sel(dot=dot)) for dot in data["dot"].values}
    begin = "The largest linear conductance" if data["status"].size > 1 else "The linear conductance"
    holds = ", ".join(f"{dot} {count:.3f}" for dot, count in charges.items())
    said = [
        f"{begin} is {value:.4g} ± {error:.1g} e²/h{result.where(top)}; the dots hold {holds}.",
        f"The widest level has Γ = {result.broadening:.3g} k_BT; all orders in Γ are in it.",
    ]
    points, above = data["status"].size, int((data["status"] != 0).sum())
    if above:
        said.append(f"At {above} of {points} points the error is above the accuracy that was asked for.")
    return said, {
        "largest_conductance": (value, "e²/h"),
        "largest_conductance_error": (error, "e²/h"),
        **{f"occupation_{dot}": (count, "1") for dot, count in charges.items()},
        "Gamma_over_kT": (result.broadening, "1"),
        "points": (points, "1"),
        "points_above_accuracy": (above, "1"),
    }


def _of_thermopower(result: _Result) -> tuple[list[str], Numbers]:
    """The largest thermopower and its place, and how often the sign changes along a single axis."""
    values = result.data["thermopower"]
    top = result.at_largest(abs(values))
    size = float(top["thermopower"])
    said = [f"The largest thermopower is {size:.4g} µV/K{result.where(top)}."]
    found: Numbers = {"largest_thermopower": (size, "µV/K")}
    if values.ndim == 1:
        signs = np.sign(values.to_numpy()[np.abs(values.to_numpy()) > NEGLIGIBLE * abs(size)])
        zeros = int(np.count_nonzero(np.diff(signs)))
        times = "does not change" if zeros == 0 else f"changes {zeros} time{'s' * (zeros > 1)}"
        said.append(f"Its sign {times} along {values.dims[0]}.")
        found["sign_changes"] = (zeros, "1")
    marks, counts = _trust(result)
    return [*said, *marks], {**found, **counts}


def _conductance(result: _Result, point: xr.Dataset) -> float | None:
    """I/V_SD in e²/h; None without a bias."""
    bias = result.place(point).get(BIAS, 0.0)
    return float(point["current"]) / (PA_PER_MEV / (2 * np.pi) * bias) if bias else None


def _size(result: _Result, point: xr.Dataset) -> str:
    ratio = _conductance(result, point)
    per_bias = "" if ratio is None else f" (I/V_SD = {ratio:.3g} e²/h)"
    return f"{float(point['current']):.4g} pA{result.where(point)}{per_bias}"


def _numbers(result: _Result, point: xr.Dataset, name: str) -> Numbers:
    ratio = _conductance(result, point)
    return {
        name: (float(point["current"]), "pA"),
        **{f"{name}_{knob}": (value, result.unit(knob)) for knob, value in result.place(point).items()},
        **({} if ratio is None else {f"{name}_conductance": (ratio, "e²/h")}),
    }


def _shares(result: _Result, point: xr.Dataset) -> dict[str, float]:
    """Process → its part of the source's current."""
    parts = point["contribution"].sel(lead=result.junction["source"], drop=True) / point["current"]
    return {str(order): float(parts.sel(order=order)) for order in parts["order"].values}


def _of_shares(shares: dict[str, float]) -> str:
    """Why a share is below 0 % or above 100 %, where one is once rounded."""
    if all(0 <= round(100 * share) <= 100 for share in shares.values()):
        return ""
    return (
        " (what is below 0 % takes away from the current: corrections to lower orders, or transfers against the bias)"
    )


def _highest_order(result: _Result) -> list[str]:
    """Where processes of the highest order carry most, if there are any."""
    order = str(result.data["order"].values[-1])
    part = result.data["contribution"].sel(order=order, lead=result.junction["source"], drop=True)
    amount = abs(part.where(~result.data["beyond_unitarity"]))
    if order not in ("second", "third") or float(amount.max()) <= result.rounding:
        return []
    point = result.at_largest(amount)
    carried = float(point["contribution"].sel(order=order, lead=result.junction["source"]))
    share = f"{carried:.4g} of {float(point['current']):.4g} pA"
    return [f"{PROCESSES[order].capitalize()} carry most{result.where(point)}: {share}."]


def _trust(result: _Result) -> tuple[list[str], Numbers]:
    """What the user has to know before believing the numbers."""
    data, width = result.data, result.broadening
    points = data["status"].size
    wide = "; beyond 1 trust thresholds, slopes and orders of magnitude, not amplitudes" if width > 1 else ""
    said, found = [f"The widest level has Γ = {width:.3g} k_BT{wide}."], {"Gamma_over_kT": (width, "1")}
    if "current" in data:
        clamped = int(clamped_matter(data["current"].to_numpy(), data["clamped_effect"].to_numpy()).sum())
        beyond = int(data["beyond_unitarity"].sum())
        if clamped:
            said.append(f"Negative rates that were set to zero matter at {clamped} of {points} points.")
        if beyond:
            said.append(f"|I| exceeds (e²/h)|V_SD| at {beyond} of {points} points.")
        found |= {"points_clamped": (clamped, "1"), "points_beyond_unitarity": (beyond, "1")}
    failed = int((data["status"] != 0).sum())
    if failed:
        said.append(f"{failed} of {points} points have no single steady state and no value.")
    return said, {**found, "points": (points, "1"), "points_without_value": (failed, "1")}
