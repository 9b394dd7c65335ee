"""What measurements ask of a flow: the numbers at its end, and dimensions along it.

On the trajectory of (16), with M of `attractron.wires.orders` at the scale l, spin operators have the dimensions that
one loop of y_s gives (each 1/2 at K_s = 1, y_s = 0)

    cos √2φ_s: K_s/2 + y_s/2,      sin √2φ_s: K_s/2 - y_s/2,      cos √2θ_s: (1 - y_s²/4)/(2K_s),

½ + ¾y_s and twice ½ - ¼y_s on the SU(2) line, which the y_s² keeps: that order is not controlled otherwise. The first
is not let fall below 0, its value past the spin gap, where cos √2φ_s is a number and the other two are gapped
(infinite); past the trion gap every impurity has the dimension K_f/3 (`attractron.wires.trion_operators`).
"""

import json
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import xarray as xr
from scipy.integrate import cumulative_simpson

from attractron.core.checks import FloatArray, shown
from attractron.core.errors import InputError
from attractron.core.results import parameters_of
from attractron.wires.flow.flow import flow, phase_name
from attractron.wires.model import CoupledWires
from attractron.wires.orders import density_exponent
from attractron.wires.trion import TrionLiquid, trion_phase

STEP = 0.05
"""Of l at most, for integrals along a trajectory."""

LONGEST = 1e4
"""Of l: far beyond what e^l nm can be."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Dimensions along a flow, over points of l that rise evenly from 0.

    Attributes:
        ells: the points.
        phase: that of the flow.
        opened: l where its gap opens, infinite without one.
        gapped: where the spin gap is open.
        bound: where trions are.
        density, pair: M_cc and (M⁻¹)_cc, of (φ_c, φ); not of trions.
        density_end: M_cc at the end of the flow, which may lie beyond the points.
        y_s: the marginal coupling, 0 past the gap.
        cosine, sine, dual: dimensions of cos √2φ_s, sin √2φ_s and cos √2θ_s.
        K_f: of trions; None without.
    """

    ells: FloatArray
    phase: str
    opened: float
    gapped: np.ndarray
    bound: np.ndarray
    density: FloatArray
    pair: FloatArray
    density_end: float
    y_s: FloatArray
    cosine: FloatArray
    sine: FloatArray
    dual: FloatArray
    K_f: float | None

    @property
    def impurity(self) -> FloatArray:
        """Dimension of an impurity cos(√2φ_s) cos(√2φ_c)."""
        free = self.density / 2 + self.cosine
        return free if self.K_f is None else np.where(self.bound, self.K_f / 3, free)

    def at(self, ells: FloatArray, of: FloatArray) -> FloatArray:
        """A function on the points between them, never across the gap."""
        first = int(np.searchsorted(self.ells, self.opened))
        before = np.interp(ells, self.ells[: max(first, 1)], of[: max(first, 1)])
        if first >= of.size:
            return before
        return np.where(ells < self.opened, before, np.interp(ells, self.ells[first:], of[first:]))

    def integral(self, of: FloatArray) -> FloatArray:
        """∫_0^l of a function on the points, by Simpson's rule on each side of the gap."""
        first = int(np.searchsorted(self.ells, self.opened))
        parts = [
            cumulative_simpson(of[part], x=self.ells[part], initial=0.0)
            for part in (slice(first), slice(first, None))
            if of[part].size
        ]
        if 0 < first < of.size:
            before, after = self.opened - self.ells[first - 1], self.ells[first] - self.opened
            parts[1] = parts[1] + parts[0][-1] + before * of[first - 1] + after * of[first]
        return np.concatenate(parts)


def trajectory(wires: CoupledWires, length: float, **conventions: Any) -> Trajectory:
    """Dimensions from l = 0 to `length`; `conventions` as of `attractron.wires.flow`.

    Raises:
        InputError: as `attractron.wires.flow`, for triplets, a length above 10 000, and an `l_max` short of it.
    """
    if length > LONGEST:
        raise InputError("length", f"be at most {LONGEST:g}", length, "it is the logarithm of a length")
    points = np.linspace(0.0, length, 2 * int(np.ceil(length / STEP / 2)) + 1)
    found = flow(wires, axes={"l": points}, **conventions)
    phase = _nameable(found)
    opened = {"paired": float(found["l_spin"]), "trion": float(found["l_trion"])}.get(phase, np.inf)
    past = points >= opened
    ends = {name: float(found[f"{name}_end"]) for name in ("K_c_tilde", "K_tilde", "Q")}
    K_c, K, Q = (
        np.where(past | np.isnan(running), ends[name], running)
        for name in ends
        for running in [found[f"running_{name}"].to_numpy()]
    )
    if bool(np.isnan(found["running_y_s"].to_numpy()[~past]).any()):
        raise InputError(
            "l_max", f"be at least {length:.4g}", "a flow that ends before", "energies and distances lie beyond it"
        )
    K_s, y_s = (np.where(past, 1.0, found[f"running_{name}"].to_numpy()) for name in ("K_s", "y_s"))
    return Trajectory(
        ells=points,
        phase=phase,
        opened=opened,
        gapped=past,
        bound=past & (phase == "trion"),
        density=density_exponent(K_c, K, Q),
        pair=1 / K_c,
        density_end=float(density_exponent(*ends.values())),
        y_s=np.where(past, 0.0, y_s),
        cosine=np.where(past, 0.0, np.maximum((K_s + y_s) / 2, 0.0)),
        sine=np.where(past, np.inf, (K_s - y_s) / 2),
        dual=np.where(past, np.inf, (1 - y_s**2 / 4) / (2 * K_s)),
        K_f=_free_sector(wires) if phase == "trion" else None,
    )


def end_of_flow(result: xr.Dataset) -> dict[str, Any]:
    """The numbers that `tunnelling` and `localisation_length` take, from one flow.

    Args:
        result: of `attractron.wires.flow` for one pair of wires, with Lambda.

    Returns:
        `phase`, `K_c`, `K`, `Q` at the end of the flow and `Lambda`; `spin_gap` in the paired and the trion phase;
        `trion_gap` and `K_f` (of the bare numbers) in the trion phase, whose spin gap is taken to open with the trion
        gap unless the flow went on to it.

    Raises:
        InputError: not one flow, no Lambda, triplets.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> numbers = at.wires.end_of_flow(at.wires.flow(wires, Lambda=10.0))
        >>> numbers["phase"], round(numbers["spin_gap"], 4)
        ('paired', 0.0433)
        >>> found = at.wires.tunnelling([0.02, 0.1], temperature=0.01, **numbers)  # mV, K
        >>> found.conductance.values.round(2).tolist()
        [0.0, 0.75]
    """
    if not isinstance(result, xr.Dataset):
        raise InputError("result", "be one flow: of wires.flow", shown(result))
    if result.attrs.get("question") != "wires.flow" or result["phase"].ndim:
        raise InputError("result", "be one flow: of wires.flow, no axes but l", str(result.attrs.get("question")))
    options = json.loads(result.attrs["options"])
    if options.get("Lambda") is None:
        raise InputError("result", "have gaps in meV", "a flow without Lambda", "give Lambda to wires.flow")
    phase = _nameable(result)
    numbers = {"K_c": "K_c_tilde_end", "K": "K_tilde_end", "Q": "Q_end"}
    found: dict[str, Any] = {name: float(result[long]) for name, long in numbers.items()}
    found |= {"phase": phase, "Lambda": float(options["Lambda"])}
    if phase == "decoupled":
        return found
    spin, trion = float(result["spin_gap"]), float(result["trion_gap"])
    if phase == "paired":
        return found | {"spin_gap": spin}
    given = parameters_of(result) | options["fixed"]
    wires = CoupledWires(**{each.name: given[each.name] for each in fields(CoupledWires) if each.name in given})
    return found | {"spin_gap": spin if spin > 0 else trion, "trion_gap": trion, "K_f": _free_sector(wires)}


def _nameable(result: xr.Dataset) -> str:
    phase = phase_name(result)
    if phase == "triplet":
        raise InputError("wires", "be decoupled, paired or trion", phase, "keep to the SU(2) line")
    return phase


def _free_sector(wires: CoupledWires) -> float:
    """K_f of the bare numbers."""
    return float(trion_phase(TrionLiquid.from_wires(wires))["K_f_complete"])
