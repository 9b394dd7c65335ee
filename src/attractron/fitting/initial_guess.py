"""Where a fit starts: what the user cannot know is taken from the vertex that the image shows.

A vertex reading gives the middle c of the vertex, the vector s between its triple points and the directions m_i of the
charging lines. Both dots' potentials change by the interaction along s, so that the lever arms are

    α_i = |W_eff| m_i / |m_i · s|,    W_eff > 0 where α_1 · s and α_2 · s have the same sign,

up to one scale of energy, which the lever arms that are held set; and in the middle e_i = -W_eff/2, which gives the
offsets. Weights and background are linear and follow by least squares, the temperature from the best of a few.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.fitting.model import DiagramModel

WARMER = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Factors on the temperature that are tried."""


def from_vertex(
    model: DiagramModel, values: Mapping[str, float], free: Sequence[str], reading: xr.Dataset
) -> dict[str, float]:
    """Lever arms, Hamiltonian and offsets (those that are free) so that the model's vertex is the one that was read.

    Args:
        model: the diagram.
        values: all parameters.
        free: names of those that may change.
        reading: from `attractron.readout.read_vertex`.

    Raises:
        InputError: the reading holds no single vertex, or one over other axes.
    """
    status = _status(model, reading)
    span = np.diff(reading["triple_point"].values, axis=0)[0]
    middle = reading["triple_point"].values.mean(axis=0)
    seen = dict(values)
    directions = _directions(model, values, reading["charging_line_angle"].values[[0, 2]])
    if status == "below_resolution":  # the length of the line says nothing
        W = 0.0
    else:
        W = _scale(model, seen, free, directions / np.abs(directions @ span)[:, None])
        W *= float(np.sign(np.prod(directions @ span)))
    seen = with_interaction(model, seen, free, W)
    *levels, W = model.energies(seen)
    for dot, level in zip(model.dots, levels, strict=True):
        if f"offset.{dot}" in free:
            mu = sum(
                seen[f"lever_arm.{gate}.{dot}"] * (np.array(arms) @ middle - model.device.gates[gate].offset)
                for gate, arms in model.gates.items()
            )
            seen[f"offset.{dot}"] = float(model.sign * mu - level - W / 2)
    return seen


def with_interaction(
    model: DiagramModel, values: Mapping[str, float], free: Sequence[str], W: float
) -> dict[str, float]:
    """The Hamiltonian's free parameters moved as little as possible until they give the interaction W (meV).

    Newton's method, which stops where W_eff cannot get closer.
    """
    names = [name for name in model.device.named() if name in free]
    found = dict(values)
    for _ in range(30):
        missing = W - model.energies(found)[2]
        slope = model.energy_slopes(found, names)[:, 2] if names else np.zeros(0)
        if abs(missing) < 1e-6 * (abs(W) + 1e-3) or not slope.any():
            break
        step = missing * slope / (slope @ slope)
        trial = found | {name: found[name] + float(move) for name, move in zip(names, step, strict=True)}
        if abs(W - model.energies(trial)[2]) >= abs(missing):
            trial = {key: (value + found[key]) / 2 for key, value in trial.items()}
        found = trial
    return found


def linear_part(
    model: DiagramModel, values: Mapping[str, float], free: Sequence[str], data: FloatArray
) -> tuple[dict[str, float], float]:
    """Free weights, background and slopes by least squares, and the mean square that is left; NaN pixels count not."""
    names = [name for name in free if model.parameters[name].linear]
    charges = model.charges(values)
    charged = {f"weight.{dot}": model.sign * charge for dot, charge in zip(model.dots, charges, strict=True)}
    rest = {
        name: charged[name] if name in charged else model.smooth(name)
        for name in values
        if model.parameters[name].linear
    }
    present = np.isfinite(data)
    target = data[present] - sum(values[name] * rest[name][present] for name in rest if name not in names)
    if not names:
        return dict(values), float(np.mean(target**2))
    terms = np.stack([rest[name][present] for name in names], axis=1)
    size = np.linalg.norm(terms, axis=0) + 1e-300
    found = np.linalg.lstsq(terms / size, target)[0] / size
    left = float(np.mean((target - terms @ found) ** 2))
    return dict(values) | {name: float(value) for name, value in zip(names, found, strict=True)}, left


def warmed(model: DiagramModel, values: Mapping[str, float], free: Sequence[str], data: FloatArray) -> dict[str, float]:
    """All linear parameters, and the temperature, if it is free, that leaves least of the data."""
    first = dict(values)
    if "tunnel_broadening" in free and first["tunnel_broadening"] == 0:
        first["tunnel_broadening"] = K_B * first["temperature"]  # off its bound, where its derivative is one-sided
    factors = WARMER if "temperature" in free else (1.0,)
    trials = [
        linear_part(model, first | {"temperature": factor * first["temperature"]}, free, data) for factor in factors
    ]
    return min(trials, key=lambda trial: trial[1])[0]


def _status(model: DiagramModel, reading: xr.Dataset) -> str:
    if "triple_point" not in reading or "charging_line_angle" not in reading or "status" not in reading:
        raise InputError("vertex", "be a result of readout.read_vertex", ", ".join(map(str, reading.data_vars)))
    axes = tuple(str(name) for name in reading["axis"].values)
    if axes != model.names:
        raise InputError("vertex", f"have the image's axes ({', '.join(model.names)})", ", ".join(axes))
    status = flag_names(reading["status"])[int(reading["status"])]
    if status not in ("repulsive", "attractive", "below_resolution"):
        raise InputError(
            "image",
            "show one vertex of two dots",
            f"a reading with the status {status}",
            "crop it to one vertex, or give `offsets` to start without a reading",
        )
    return status


def _directions(model: DiagramModel, values: Mapping[str, float], angles: FloatArray) -> FloatArray:
    """Unit normals of both dots' charging lines, towards more charge as the start's lever arms have it, (dot, axis).

    The lines of the image are given to the dots whose lever arms fit best.
    """
    radians = np.radians(angles)
    normals = np.stack([np.cos(radians), -np.sin(radians)], axis=1)  # of lines along (sin, cos)
    arms = np.array(
        [
            [sum(values[f"lever_arm.{g}.{dot}"] * w[a] for g, w in model.gates.items()) for a in (0, 1)]
            for dot in model.dots
        ]
    )
    toward = (arms / (np.linalg.norm(arms, axis=1, keepdims=True) + 1e-300)) @ normals.T  # (dot, line)
    if abs(toward[0, 1]) + abs(toward[1, 0]) > abs(toward[0, 0]) + abs(toward[1, 1]):
        normals, toward = normals[::-1], toward[:, ::-1]
    return normals * np.where(np.diag(toward) < 0, -1.0, 1.0)[:, None]


def _scale(model: DiagramModel, values: dict[str, float], free: Sequence[str], arms: FloatArray) -> float:
    """|W_eff| in meV; sets the free lever arms. `arms` (dot, axis) are those for |W_eff| = 1 meV."""
    gates = list(model.gates)
    names = [[f"lever_arm.{gate}.{dot}" for gate in gates] for dot in model.dots]
    by_axis = np.array([model.gates[gate] for gate in gates])  # (gate, axis)
    start = np.array([[values[name] for name in row] for row in names])
    if len(gates) != 2 or abs(np.linalg.det(by_axis)) < 1e-9:
        seen = arms
        held = given = start @ by_axis
        held = np.ones_like(given, dtype=bool)
    else:
        seen, given = arms @ np.linalg.inv(by_axis), start
        held = np.array([[name not in free for name in row] for row in names])
    use = held & (given != 0) if (held & (given != 0)).any() else np.ones_like(held)
    W = float(seen[use] @ given[use] / (seen[use] @ seen[use]))
    if seen is not arms:
        values |= {
            name: W * float(arm)
            for row, line in zip(names, seen, strict=True)
            for name, arm in zip(row, line, strict=True)
            if name in free
        }
    return abs(W)
