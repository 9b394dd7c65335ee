"""The potential that gates make along a line of a drawing: its wells and barriers, in words."""

from itertools import pairwise

import numpy as np
import xarray as xr

from attractron.core.errors import InputError
from attractron.geometry import potential_along
from attractron.studies.kinds.drawn_device import Drawn
from attractron.studies.schemas import options_of
from attractron.studies.study import Query, Study, Verdict

OPTIONS = options_of(potential_along, leave_out=("resolution", "memory"))
"""A line; its mesh is that of the drawing."""

MOST_WELLS = 4
"""That are named, the deepest."""


def along_line(query: Query) -> xr.Dataset:
    """The potential of a query.

    Raises:
        InputError: every gate is at 0.
    """
    drawn: Drawn = query.model
    if not any(np.any(np.asarray(values)) for values in query.axes.values()):
        example = f"for example {drawn.gates[0]} = 100 in [axes]"
        raise InputError("axes", "hold a gate away from 0 mV, else there is no potential", "none", example)
    return potential_along(drawn.layout, query.axes, **query.options.given(), resolution=drawn.resolution)


def wells(study: Study, result: xr.Dataset) -> Verdict:
    """Wells and barriers of the line, at the first voltages where several are asked for."""
    from scipy.signal import find_peaks

    drawn: Drawn = study.model
    sign, carrier = (-1.0, "a hole") if drawn.carriers == "holes" else (1.0, "an electron")
    others = [dim for dim in result["potential_energy"].dims if dim not in ("x", "y")]
    first = result.isel(dict.fromkeys(others, 0))
    direction = str(first["potential_energy"].squeeze().dims[-1])
    position, energy = first[direction].to_numpy(), sign * first["potential_energy"].squeeze().to_numpy()
    error = float(first["potential_energy_error"].max())
    given = [f"{name} = {float(first[name]):.4g}" for name in others]
    sizes = " × ".join(str(result.sizes[name]) for name in others)
    where = f"At {', '.join(given)}, the first of {sizes} values:" if others else ""
    found, _ = find_peaks(-energy, prominence=error)  # a turn within the error of the mesh is no well
    if not found.size:
        at = int(energy.argmin())
        text = f"The line has no well: the energy of {carrier} falls towards {direction} = {position[at]:.4g} nm."
        return Verdict(text=f"{where} {text}".strip(), numbers={"lowest": (float(energy[at]), "meV")})
    kept = np.sort(found[np.argsort(energy[found])][:MOST_WELLS])
    named = "; ".join(f"{energy[at]:.4g} meV at {direction} = {position[at]:.4g} nm" for at in kept)
    numbers = {"lowest": (float(energy[kept].min()), "meV")}
    text = f"Wells of {carrier}: {named} (two meshes differ by up to {error:.2g} meV)."
    if kept.size > 1:
        tops = [at + int(energy[at : until + 1].argmax()) for at, until in pairwise(kept)]
        heights = [
            float(energy[top] - max(energy[at], energy[until]))
            for top, (at, until) in zip(tops, pairwise(kept), strict=True)
        ]
        text += " Barriers between them, over the shallower side: "
        text += ", ".join(f"{h:.4g} meV at {position[top]:.4g} nm" for h, top in zip(heights, tops, strict=True)) + "."
        numbers["barrier"] = (min(heights), "meV")
    return Verdict(text=f"{where} {text}".strip(), numbers=numbers)
