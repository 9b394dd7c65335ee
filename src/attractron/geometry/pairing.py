"""Which repulsions pair: W, U and the pairing energy of four dots, of which two share an electron.

    W = M_LR      U = min(M_LB - M_LT, M_RB - M_RT)      Δ = (U - W)/2      for t → 0 (Hamo et al. 2016)

L and R are the two open dots, T (the far site) and B the island. With unequal sites the lesser U decides.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from attractron.core.checks import FloatArray, choice, names, nearest, shown
from attractron.core.errors import InputError
from attractron.core.results import Variable

ENERGIES = {
    "W": "repulsion of the two open dots",
    "U": "what an electron on the island's near site adds to the energy of one on an open dot",
    "U_near": "repulsion with the near site",
    "far_site": "repulsion with the far site",
    "pairing_energy": "pairing energy for t = 0",
}
"""Variables of results, and what they are."""


ALIKE = 1e-9
"""Relative difference of two energies that is rounding."""


class Roles(NamedTuple):
    """Numbers of the dots L, R, T (the far site) and B."""

    left: int
    right: int
    top: int
    bottom: int

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The repulsions that matter."""
        left, right, top, bottom = self
        return ((left, right), (left, top), (left, bottom), (right, top), (right, bottom))


def roles_of(dots: Sequence[str], islands: Any, detector: str | None = None) -> Roles:
    """Which dots pair and which attract, or an InputError; a detector does neither."""
    if detector is not None:
        choice("detector", detector, dots)
    if isinstance(islands, str) or not isinstance(islands, Sequence) or len(islands) != 1:
        raise InputError("islands", "be one island of two dots, the far site first", shown(islands), '(("T", "B"),)')
    group = names("islands[0]", islands[0])
    for dot in group:
        if dot not in dots:
            raise InputError("islands", f"name dots ({', '.join(dots)})", shown(dot), nearest(dot, dots))
    open_dots = [k for k, dot in enumerate(dots) if dot not in group and dot != detector]
    if len(set(group)) != 2 or len(open_dots) != 2:
        got = f"dots {', '.join(dots)} with the island {shown(group)}"
        remedy = "name a dot that only senses the others as `detector`" if len(open_dots) > 2 else ""
        raise InputError("islands", "leave two dots that pair, beside an island of two", got, remedy)
    return Roles(*open_dots, *(list(dots).index(dot) for dot in group))


def energies(M: FloatArray, roles: Roles) -> dict[str, FloatArray]:
    """W, U, U_near, far_site and the pairing energy, from repulsions M (…, dot, dot) in meV; keys of `ENERGIES`."""
    left, right, top, bottom = roles
    near = np.stack([M[..., left, bottom], M[..., right, bottom]])
    far = np.stack([M[..., left, top], M[..., right, top]])
    site = np.argmin(near - far, axis=0)[None]  # the one that is attracted less
    near, far = np.take_along_axis(near, site, 0)[0], np.take_along_axis(far, site, 0)[0]
    W = M[..., left, right]
    return {"W": W, "U": near - far, "U_near": near, "far_site": far, "pairing_energy": (near - far - W) / 2}


def slopes(M: FloatArray, dM: FloatArray, roles: Roles) -> dict[str, FloatArray]:
    """Derivatives of `energies` along changes dM (…, dot, dot) of the repulsions M (dot, dot).

    Where both open dots have the same U, that along the change: the lesser of the two derivatives.
    """
    left, right, top, bottom = roles
    site = [M[k, bottom] - M[k, top] for k in (left, right)]
    rise = np.stack([dM[..., k, bottom] - dM[..., k, top] for k in (left, right)])
    if abs(site[0] - site[1]) > ALIKE * max(abs(M[left, bottom]), abs(M[right, bottom])):
        which = np.full(dM.shape[:-2], int(site[1] < site[0]))
    else:
        which = np.argmin(rise, axis=0)
    near = np.where(which, dM[..., right, bottom], dM[..., left, bottom])
    far = np.where(which, dM[..., right, top], dM[..., left, top])
    W = dM[..., left, right]
    return {"W": W, "U": near - far, "U_near": near, "far_site": far, "pairing_energy": (near - far - W) / 2}


def labelled(M: FloatArray, steps: FloatArray, roles: Roles, dims: tuple[str, ...]) -> dict[str, Variable]:
    """The energies and their `_error`, the difference of two meshes, as variables for `dataset`.

    Args:
        M: repulsions, (…, dot, dot).
        steps: difference of those on two meshes.
        roles: which dot is which.
        dims: of what stands before the dots.
    """
    best, other = energies(M, roles), energies(M - steps, roles)
    found: dict[str, Variable] = {}
    for name, text in ENERGIES.items():
        found[name] = (dims, best[name], "meV", text)
        error = abs(best[name] - other[name])
        found[f"{name}_error"] = (dims, error, "meV", f"difference of the {text} on two meshes")
    # Both parts of a difference may err alike on both meshes: their errors are added, lest they cancel by chance.
    total = (found["U_error"][1] + found["W_error"][1]) / 2
    found["pairing_energy_error"] = (dims, total, "meV", "half of the errors of U and W together")
    return found
