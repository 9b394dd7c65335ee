"""The vertex of a computed diagram: both triple points and the interaction line, from the charge states alone.

Nothing but `charge_state` is used, as an eye would: boundaries between regions are found between neighbouring pixels,
straight lines are fitted to them, and their crossings are the triple points.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flag_names, parameters_of

Mask = NDArray[np.bool_]

CHARGING = ("00-10", "00-01", "10-11", "01-11")
"""The four charging lines, by the charges (n_i, n_j) on their sides."""

CHARGED = {"00-10": 0, "00-01": 1, "10-11": 1, "01-11": 0}
"""Which dot of the pair charges there."""

STILL = 1e-9
"""Lever arms on an island's dots that differ by less than this part of the pair's are equal."""

MOVING = (
    "A swept gate moves the electrons of an island: charging lines are curved and the interaction changes over the "
    "diagram. Straight lines and the dots' own lever arms are used all the same; what that may add to the error is in "
    "`resolution`."
)

NEIGHBOURS = ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:]))
"""Pixels and the ones after them, down the rows and along the columns."""


def triple_points(diagram: xr.Dataset, *, pair: tuple[str, str] | None = None) -> xr.Dataset:
    """Triple points of the vertex at which two dots take their first electrons, read off a computed diagram.

    The charging lines (0,0)-(1,0) and (0,0)-(0,1) cross at one triple point of a repulsive vertex and (1,0)-(1,1) and
    (0,1)-(1,1) at the other; for an attractive one (0,0)-(1,0) crosses (1,0)-(1,1) and (0,0)-(0,1) crosses
    (0,1)-(1,1). The line between them separates (1,0) from (0,1) or (0,0) from (1,1) (Hamo et al. 2016, Fig. 2a, b),
    and both µ_i and µ_j differ by |W_eff| between its ends. Lines at 45° to a grid of equal steps meet all pixels in
    the same phase and are located to half a pixel only; unequal steps average over the phase.

    Theory: docs/theory/dots.md, eq-triple-points.

    Args:
        diagram: from `stability_diagram`, over two gates or virtual gates.
        pair: the two dots; the first two open dots by default. Other dots are taken to be empty.

    Returns:
        Dataset over `point` (2): the two axes' values in mV; and the scalars `effective_interaction` in meV with its
        sign (positive when (1,0) and (0,1) share the line), `resolution` in meV (the change of µ over the largest
        pixel, the scale of the error; where a swept gate moves the electrons of an island, with what the curvature of
        the lines and the island's own shift may add), `length` in mV and `angle` in degrees of the interaction line
        from the last axis (0 is horizontal when that axis is drawn horizontally).

    Raises:
        InputError: not a diagram over two gate axes, or one of the four charging lines is not in view.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.2, t=0.05)
        >>> gates = {"V": np.linspace(0.2, 3.2, 201), "delta_V": np.linspace(-1.5, 1.4, 190)}
        >>> vertex = at.dots.triple_points(at.dots.stability_diagram(device, gates))
        >>> float(vertex["effective_interaction"].round(2)), round(at.dots.effective_interaction(device), 2)  # meV
        (-1.35, -1.35)
    """
    dims = diagram["charge_state"].dims if "charge_state" in diagram else ()
    if len(dims) != 2 or any(diagram[dim].attrs.get("units") != "mV" for dim in dims):
        raise InputError("diagram", "be a stability diagram over two gate axes", f"axes {list(dims)}")
    rows, columns = (diagram[dim].values for dim in dims)
    masks = _masks(diagram, pair)
    boundaries = {name: _boundary(masks, name, rows, columns) for name in CHARGING}
    pixels = np.array([np.ptp(axis) / len(axis) for axis in (rows, columns)])
    lines = {name: _line(points, pixels) for name, points in boundaries.items()}
    attractive = _touching(masks["00"], masks["11"]) > _touching(masks["10"], masks["01"])
    crossing = (("00-10", "10-11"), ("00-01", "01-11")) if attractive else (("00-10", "00-01"), ("10-11", "01-11"))
    points = np.array([_cross(lines[first], lines[second]) for first, second in crossing])  # (point, axis)
    arms = _lever_arms(diagram, _pair(diagram, pair)[1])  # (dot, axis)
    span = points[1] - points[0]
    interaction = np.abs(arms @ span).mean() * (-1.0 if attractive else 1.0)
    # Both dots' chemical potentials change by |W_eff| along the line: the mean of the two readings.
    pixel = np.array([np.abs(np.diff(axis)).max() for axis in (rows, columns)])
    angle = np.degrees(np.arctan2(abs(span[0]), abs(span[1])))
    positions: dict[str, Variable] = {
        f"{dim}_point": ("point", points[:, axis], "mV", f"{dim} at the triple points") for axis, dim in enumerate(dims)
    }
    resolution = float((np.abs(arms) @ pixel).mean())
    validity = "Charging lines are taken to be straight, as constant lever arms make them."
    if _island_shift(diagram, np.eye(2)) > STILL * np.abs(arms).max():
        # Both ends of the interaction line may be off by what the boundaries deviate from straight lines.
        bows = [_bow(boundaries[name], lines[name], arms[CHARGED[name]]) for name in CHARGING]
        resolution += 2 * max(bows) + _island_shift(diagram, span[None])
        validity = MOVING
    return dataset(
        {
            **positions,
            "effective_interaction": ((), interaction, "meV", "effective interaction read off the vertex"),
            "resolution": ((), resolution, "meV", "scale of the error of the effective interaction"),
            "length": ((), float(np.hypot(*span)), "mV", "length of the interaction line"),
            "angle": ((), float(angle), "degree", "angle of the interaction line from the last axis"),
        },
        {},
        question="dots.triple_points",
        parameters=parameters_of(diagram),
        method="straight lines fitted to the boundaries of the charge states",
        validity=(validity,),
        references=("hamo2016", "vanderwiel2002"),
    )


def _pair(diagram: xr.Dataset, pair: tuple[str, str] | None) -> tuple[list[str], tuple[str, str]]:
    parameters = parameters_of(diagram)
    closed = {dot for island in parameters["islands"] for dot in island["dots"]}
    opened = [dot for dot in parameters["dots"] if dot not in closed]
    chosen = pair or tuple(opened[:2])
    if len(chosen) != 2 or not set(chosen) <= set(opened):
        raise InputError("pair", f"name two open dots of the diagram ({', '.join(opened)})", str(chosen))
    return opened, (chosen[0], chosen[1])


def _masks(diagram: xr.Dataset, pair: tuple[str, str] | None) -> dict[str, Mask]:
    """Where each of the states 00, 10, 01, 11 of the pair is the ground state, all other dots being empty."""
    opened, (first, second) = _pair(diagram, pair)
    codes = {meaning: code for code, meaning in flag_names(diagram["charge_state"]).items()}
    masks = {}
    for name in ("00", "10", "01", "11"):
        charge = {first: name[0], second: name[1]}
        meaning = "(" + ",".join(charge.get(dot, "0") for dot in opened) + ")"
        masks[name] = diagram["charge_state"].values == codes.get(meaning, -1)
    return masks


def _touching(first: Mask, second: Mask) -> int:
    """How many pairs of neighbouring pixels have one state each."""
    return sum(int((first[a] & second[b]).sum() + (second[a] & first[b]).sum()) for a, b in NEIGHBOURS)


def _boundary(masks: dict[str, Mask], name: str, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Points midway between neighbouring pixels of either state, (point, axis)."""
    first, second = (masks[state] for state in name.split("-"))
    down = (first[:-1] & second[1:]) | (second[:-1] & first[1:])
    along = (first[:, :-1] & second[:, 1:]) | (second[:, :-1] & first[:, 1:])
    i, j = np.nonzero(down)
    k, m = np.nonzero(along)
    middle_rows, middle_columns = (rows[1:] + rows[:-1]) / 2, (columns[1:] + columns[:-1]) / 2
    points = np.concatenate(
        [np.stack([middle_rows[i], columns[j]], axis=1), np.stack([rows[k], middle_columns[m]], axis=1)]
    )
    if len(points) < 3:
        states = " and ".join(f"({state[0]},{state[1]})" for state in name.split("-"))
        raise InputError(
            "diagram", f"show the charging line between {states}", f"{len(points)} points of it", "widen the axes"
        )
    return points


def _line(points: FloatArray, pixels: FloatArray) -> FloatArray:
    """The line n·x = c through points, as (n_row, n_column, c) with |n| = 1: total least squares in pixels."""
    centre = points.mean(axis=0)
    normal = np.linalg.svd((points - centre) / pixels, full_matrices=False)[2][-1] / pixels
    normal /= np.hypot(*normal)
    return np.array([*normal, normal @ centre])


def _bow(points: FloatArray, line: FloatArray, arms: FloatArray) -> float:
    """The largest deviation of a boundary from its line, as a chemical potential in meV."""
    return float(np.abs(points @ line[:2] - line[2]).max() * abs(arms @ line[:2]))


def _cross(first: FloatArray, second: FloatArray) -> FloatArray:
    """Where two lines meet."""
    if abs(first[0] * second[1] - first[1] * second[0]) < 1e-6:
        raise InputError("diagram", "have charging lines that cross", "parallel ones", "sweep gates of both dots")
    return np.asarray(np.linalg.solve(np.stack([first[:2], second[:2]]), [first[2], second[2]]))


def _lever_arms(diagram: xr.Dataset, dots: Sequence[str]) -> FloatArray:
    """∂µ/∂V of dots along the diagram's axes, meV/mV, (dot, axis), from the parameters in its attributes."""
    parameters = parameters_of(diagram)

    def arm(dot: str, knob: str) -> float:
        weights: dict[str, float] = parameters["virtual_gates"].get(knob, {knob: 1.0})
        arms: dict[str, dict[str, float]] = {gate: parameters["gates"][gate]["lever_arms"] for gate in weights}
        return sum(weight * arms[gate].get(dot, 0.0) for gate, weight in weights.items())

    return np.array([[arm(dot, str(knob)) for knob in diagram["charge_state"].dims] for dot in dots])


def _island_shift(diagram: xr.Dataset, ways: FloatArray) -> float:
    """The most that the islands' electrons add to a change of µ along any of the ways in gate voltage (way, axis), meV:
    by how much the levels of an island move apart, times its electrons."""
    shift = np.zeros(len(ways))
    for island in parameters_of(diagram)["islands"]:
        shift += island["electrons"] * np.ptp(_lever_arms(diagram, island["dots"]) @ ways.T, axis=0)
    return float(shift.max())
