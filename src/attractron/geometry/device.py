"""From a layout to a device: repulsions, lever arms and islands, with nothing assumed of W, U or the far site."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import xarray as xr

from attractron.core.checks import choice, finite, member, names, nearest, shown, weights
from attractron.core.errors import InputError
from attractron.core.units import Energy
from attractron.dots import Device, Gate, Island, Parameter
from attractron.geometry.electrostatics import electrostatics
from attractron.geometry.layout import Layout

VIRTUAL = {"V": {"V_L": 1.0, "V_R": 1.0}, "delta_V": {"V_L": 1.0, "V_R": -1.0}}
"""The gates V = (V_L + V_R)/2 and δV = (V_L - V_R)/2, where V_L and V_R are drawn."""


def device(
    source: Layout | xr.Dataset,
    *,
    islands: Sequence[Sequence[str]] = (("T", "B"),),
    t: Energy = 0.0,
    delta: Energy | None = None,
    levels: Mapping[str, Energy] | None = None,
    carriers: str = "electrons",
    detector: str | None = None,
    resolution: str | float = "normal",
) -> Device:
    """The device that a layout makes: one electron at most on every dot, one on every island.

    Every pair of dots repels as computed, that of an island's far site included. Gates keep their names; all but those
    that are grounded become knobs. The detuning δ of the first two dots T, B of an island raises T by δ/2 and lowers B
    by δ/2; by default, with two open dots L, R, it is where pairing is best when T and B do not tunnel,

        δ = min(M_LB - M_LT, M_RB - M_RT)      so that      2Δ = δ - M_LR.

    Theory: docs/theory/geometry.md, eq-energies.

    Args:
        source: a layout, or what `electrostatics` found for it.
        islands: groups of dots that share one electron, the far site (T) first.
        t: tunnelling between neighbours of an island, meV.
        delta: detuning of an island of two dots, meV; the best by default, zero where there is none.
        levels: dot → energy in meV, on top.
        carriers: "electrons" or "holes".
        detector: a dot that is left out, since it only senses the others (`attractron.geometry.detector`).
        resolution: of `electrostatics`, for a layout.

    Returns:
        The device, with the parameters "delta" and "t" if there is one island, of two dots; and with virtual gates "V"
        and "delta_V" if gates are called V_L and V_R.

    Raises:
        InputError: an unknown dot, `delta` for anything else than one island of two dots.

    Example:
        The same clouds between solid planes: they pair by half of 1.12 meV.

        >>> drawn = at.geometry.crossed_nanotubes(solid_planes=True)
        >>> made = at.geometry.device(drawn)
        >>> round(2 * at.dots.pairing_energy(made), 4)
        1.1202
    """
    found = (
        source
        if isinstance(source, xr.Dataset)
        else electrostatics(member("source", source, Layout), resolution=resolution)
    )
    if not {"repulsion", "lever_arm"} <= set(found):
        raise InputError("source", "be a layout or a result of electrostatics", shown(list(found)))
    if detector is not None:
        choice("detector", detector, [str(dot) for dot in found["dot"].values])
        found = found.drop_sel(dot=detector, dot_2=detector)
    dots = tuple(str(dot) for dot in found["dot"].values)
    groups = _groups(islands, dots)
    M = (found["repulsion"].values + found["repulsion"].values.T) / 2
    gates = {
        str(gate): Gate(lever_arms=dict(zip(dots, (float(arm) for arm in arms), strict=True)))
        for gate, arms in zip(found["gate"].values, found["lever_arm"].values, strict=True)
    }
    raised = weights("levels", levels or {})
    bare = Device(
        dots=dots,
        repulsion=M,
        levels=np.array([raised.get(dot, 0.0) for dot in dots]),
        islands=tuple(Island(dots=group, electrons=1) for group in groups),
        gates=gates,
        virtual_gates=VIRTUAL if {"V_L", "V_R"} <= set(gates) else {},
        carriers=carriers,
    )
    for dot in raised:
        bare.index(dot)
    if len(groups) == 1 and len(groups[0]) == 2:
        best = _best_detuning(bare, groups[0]) if delta is None else finite("delta", delta)
        top, bottom = groups[0]
        knobs = {
            "delta": Parameter(value=0.0, levels={top: 0.5, bottom: -0.5}),
            "t": Parameter(value=0.0, tunnelling={(top, bottom): 1.0}),
        }
        return replace(bare, parameters={**bare.named(), **knobs}).with_parameters(delta=best, t=t)
    if delta is not None:
        raise InputError("delta", "be given for one island of two dots", f"islands {shown(groups)}", "use `levels`")
    tunnelling = np.zeros_like(M)
    for group in groups:
        for one, other in pairwise(group):
            i, j = bare.index(one), bare.index(other)
            tunnelling[i, j] = tunnelling[j, i] = finite("t", t)
    return replace(bare, tunnelling=tunnelling, parameters=None)


def _groups(islands: Sequence[Sequence[str]], dots: tuple[str, ...]) -> list[tuple[str, ...]]:
    groups = [names(f"islands[{k}]", group) for k, group in enumerate(islands)]
    for k, group in enumerate(groups):
        for dot in group:
            if dot not in dots:
                raise InputError(f"islands[{k}]", f"name dots ({', '.join(dots)})", shown(dot), nearest(dot, dots))
    return groups


def _best_detuning(bare: Device, island: tuple[str, ...]) -> float:
    """δ at which two open dots pair best for t = 0; zero for any other number of them."""
    top, bottom = (bare.index(dot) for dot in island)
    sites = [bare.index(dot) for dot in bare.open_dots]
    if len(sites) != 2:
        return 0.0
    return float(min(bare.repulsion[site, bottom] - bare.repulsion[site, top] for site in sites))
