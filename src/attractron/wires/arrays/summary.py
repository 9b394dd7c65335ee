"""What results on arrays of paired wires say in a paragraph: do pairs condense or charges order, and below what."""

from dataclasses import fields

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.results import flag_names, parameters_of
from attractron.wires.arrays.flow import start
from attractron.wires.arrays.model import ArrayOfWires
from attractron.wires.phases_in_words import Numbers, at_largest, code_of, listed, located, percent, shares_of

ORDERED = {
    "decoupled": "Nothing orders",
    "superconductor": "Pairs condense: a superconductor",
    "pi-CDW": "Charges of neighbours alternate: a π-CDW",
    "undecided": "Superconductor and π-CDW tie",
}
IN_PHASE = "Charges of neighbours line up: a charge density wave in phase"
"""What `pi-CDW` means for attraction, which pins φ_c- at the other extremum of its cosine."""


def of_flow(result: xr.Dataset) -> tuple[list[str], Numbers]:
    """What orders, and below which temperature."""
    given = parameters_of(result)
    array = ArrayOfWires(**{each.name: given[each.name] for each in fields(ArrayOfWires)})
    T, name = float(result["transition_temperature"]), flag_names(result["phase"])[int(result["phase"])]
    d_J, d_U = array.dimensions
    order = IN_PHASE if name == "pi-CDW" and array.U_perp < 0 else ORDERED[name]
    said = [f"{order}{f', below {T:.3g} K' if T > 0 else ''}."]
    said.append(
        f"The Josephson coupling has the dimension {d_J:.3g}, the π-CDW coupling {d_U:.3g}; the spin gap of a wire is "
        f"{array.spin_gap:.3g} meV (k_B times {array.spin_gap / K_B:.3g} K)."
    )
    said += _gap_by_cutoff(result)
    if array.t_perp >= array.spin_gap:
        said.append("The hopping is not below the spin gap: electrons leave the pairs, outside the range.")
    if start(array).ln_U >= 0:
        said.append("The π-CDW coupling is strong at the spin gap already, outside the range: T is that of the gap.")
    return said, {
        "transition_temperature": (T, "K"),
        "spin_gap": (array.spin_gap, "meV"),
        "d_J": (d_J, "1"),
        "d_U": (d_U, "1"),
    }


def of_phases(result: xr.Dataset) -> tuple[list[str], Numbers]:
    """The parts of the diagram, the warmest order of each kind, and what fixed dimensions say."""
    shares = shares_of(result["phase"])
    said, found = [f"Of the {result['phase'].size} points {listed(shares)}."], dict[str, tuple[float, str]]()
    for name, share in shares.items():
        found[f"share_{name}"] = (share, "1")
        if name in ("superconductor", "pi-CDW"):
            warm = result["transition_temperature"].where(result["phase"] == code_of(result, name))
            point = at_largest(result, warm)
            T = float(point["transition_temperature"])
            said.append(f"The {name} is stable up to {T:.3g} K,{located(result, point)}.")
            found[f"highest_temperature_{name}"] = (T, "K")
    if "unanimous" in result:
        agreed = percent(result["unanimous"].mean())
        said.append(f"Fixed dimensions and the full flow agree at {agreed} of the points.")
    said += _gap_by_cutoff(result)
    outside = int((~result["valid"]).sum())
    if outside:
        said.append(f"At {outside} points t_perp or the π-CDW coupling is not weak at the spin gap.")
    return said, {**found, "points_outside": (outside, "1")}


def _gap_by_cutoff(result: xr.Dataset) -> list[str]:
    """The spin gap by every cut-off where it follows from a flow: all temperatures of the array scale with it."""
    if "spin_gap_by_cutoff" not in result:
        return []
    gaps = result["spin_gap_by_cutoff"]
    each = ", ".join(
        f"{'no pairs alone' if np.isnan(gap) else f'{gap:.3g} K'} by {name}"
        for name, gap in zip(gaps["cutoff"].values, gaps.values.tolist(), strict=True)
    )
    return [f"The spin gap of a wire depends on the cut-off ({each}), here {gaps.attrs['chosen']}."]
