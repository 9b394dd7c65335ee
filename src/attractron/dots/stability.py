"""Charge stability diagrams: ground state, thermal occupations, gap and detector current over any knobs.

Open dots enter linearly, E_s = E_s⁰ - Σ_i µ_i n_i, and µ is a sum over the axes; so the islands are solved once for
each charge state and every pixel costs a few additions. Only clusters of islands that a swept gate addresses ("driven")
are solved pixel by pixel.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.around import asked_around
from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray, choice
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.results import Variable, dataset, flags, to_json
from attractron.core.units import Temperature
from attractron.dots.broadening import Lorentzian
from attractron.dots.detector import Detector, noise
from attractron.dots.device import Device
from attractron.dots.interaction import REFERENCES, STATIC, held_parameters, temperature_of
from attractron.dots.islands import averages, nearest_charges
from attractron.dots.spectrum import Cluster, Hamiltonian, Layout, Sectors, fields, hamiltonian, layout, sectors

BLOCK = 1 << 16
"""Numbers in one work array: small enough to stay in the cache, large enough that the interpreter does not count."""

_Outputs = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class _Reading:
    """The detector over the grid: pA for one carrier on each dot (n,), the common shifts of µ that its reading averages
    over, and its background current in pA by row and by column."""

    weights: FloatArray
    shifts: Lorentzian
    rows: FloatArray
    columns: FloatArray


@dataclass(frozen=True, eq=False)
class _Grid:
    """A diagram over two directions of gate voltage.

    Attributes:
        plan: open dots, charge states and all clusters.
        arrays: the Hamiltonian at µ = 0.
        mu_rows, mu_columns: (n, row) and (n, column) in meV; µ_i is their sum.
        driven: clusters whose µ changes over the grid.
        still: per charge state, everything that does not change over the grid.
        temperature: K.
    """

    plan: Layout
    arrays: Hamiltonian
    mu_rows: FloatArray
    mu_columns: FloatArray
    driven: tuple[Cluster, ...]
    still: Sectors
    temperature: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.mu_rows.shape[1], self.mu_columns.shape[1]


def stability_diagram(
    device: Device,
    axes: Mapping[str, ArrayLike],
    *,
    temperature: Temperature = 0.0,
    origin: str = "absolute",
    detector: Detector | None = None,
) -> xr.Dataset:
    """Charge stability diagram of a device (Hamo et al. 2016, Figs. 2a, 2b, 3a-c).

    At every point the energies E_s of the charge states (see `attractron.dots.spectrum`) give the ground state and, at
    a temperature, the occupations Σ_s n_s exp(-F_s/k_B T) / Σ_s exp(-F_s/k_B T) with the islands' free energies and
    the spin degeneracies in F_s. Open dots exchange electrons with a reservoir at µ = 0.

    Theory: docs/theory/dots.md, eq-occupation, eq-triple-points.

    Args:
        device: the device.
        axes: knob → values; one-dimensional arrays make dimensions in the order given, numbers fix a knob. Gates and
            virtual gates in mV (their contributions add up), parameters in meV, "temperature" in K.
        temperature: K, where it is no axis.
        origin: "absolute" counts gate voltages from µ_i = 0; "centre" from the centre of the repulsion,
            µ = (U + W)/2 for the building block, its particle-hole symmetric point when δ = U; a dot that no gate
            addresses stays where it is.
        detector: the charge sensor; `Detector()` by default.

    Returns:
        Dataset over the axes: `occupation` (dot, …); `charge_state`, the code of the ground state's charges on the
        open dots with CF flags such as "(1,0)"; `energy` of the ground state, `gap` to the lowest state of another
        charge, both in meV and at T = 0; `detector_current` in pA. Where charge states are degenerate at T = 0, the
        one with the lowest code is taken. Of a device without open dots, whose islands keep their charges,
        `charge_state` are the whole charges nearest to the mean occupations of all dots, and `gap` is that to the
        first excited state.

    Raises:
        InputError: unknown knobs or dots, axes that are empty, unsorted or not one-dimensional, a negative
            temperature, more charge states than can be enumerated.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0.0, 3.5, 36), "delta_V": [-0.2, 0.0, 0.2]}
        >>> diagram = at.dots.stability_diagram(device, axes, temperature=0.05)
        >>> diagram["charge_state"].attrs["flag_meanings"]  # pairs, and no single electrons
        '(0,0) (1,1)'
        >>> diagram["occupation"].sel(dot="L", V=3.5, delta_V=0.0).item()
        1.0
    """
    sensor = detector or Detector()
    quiet = replace(sensor, white_noise=0.0, pink_noise=0.0)

    def at_temperature(rest: Mapping[str, ArrayLike], point: dict[str, float]) -> xr.Dataset:
        return stability_diagram(device, rest, origin=origin, detector=quiet, **point)

    over = asked_around(axes, temperature_of(device), at_temperature)
    if over is not None:
        return _with_noise(over, device, sensor)
    knobs = over_axes("axes", axes, (*device.knobs, *temperature_of(device)))
    kelvin = checked_temperature("temperature", temperature)
    choice("origin", origin, ("absolute", "centre"))
    device = device.with_parameters(**held_parameters(device, knobs))
    sensor.check(device)
    plan = layout(device)
    parameters = Axes({name: value for name, value in knobs.swept.items() if name in device.named()})
    gates = Axes({name: value for name, value in knobs.items() if name not in device.named()})
    arrays = _empty(len(device.dots), len(plan.charges), parameters, gates)
    for index in np.ndindex(parameters.shape):
        values = {name: float(value[i]) for (name, value), i in zip(parameters.swept.items(), index, strict=True)}
        # `occupation` has the dots before the axes
        views = {name: array[(..., *index, slice(None), slice(None))] for name, array in arrays.items()}
        point = device.with_parameters(**values)
        start = np.zeros(len(device.dots)) if origin == "absolute" else point.gate_centre()
        _fill_gates(point, plan, gates, start, kelvin, sensor, views)
    found = Axes({**parameters, **gates})  # in the order of the calculation
    shaped = {
        name: array.reshape((*(array.shape[:1] if name == "occupation" else ()), *found.shape))
        for name, array in arrays.items()
    }
    options = {"temperature": kelvin, "origin": origin}
    result = _labelled(device, plan, knobs, found, shaped, sensor, options).transpose("dot", *knobs.dims)
    return _with_noise(result, device, sensor)


def _with_noise(result: xr.Dataset, device: Device, sensor: Detector) -> xr.Dataset:
    """The diagram with the noise of its whole scan, over all axes."""
    if not (sensor.white_noise or sensor.pink_noise):
        return result
    result["detector_current"].values += noise(sensor, result["detector_current"].shape)
    options = {**json.loads(result.attrs["options"]), "detector": sensor.describe(device)}
    return result.assign_attrs(options=to_json(options))


def _empty(dots: int, states: int, parameters: Axes, gates: Axes) -> dict[str, NDArray[Any]]:
    """Output arrays (parameter axes …, rows, columns), before the gate axes are unfolded."""
    columns = gates.shape[-1] if gates.shape else 1
    shape = (*parameters.shape, gates.size // columns, columns)
    arrays: dict[str, NDArray[Any]] = {name: np.empty(shape) for name in ("energy", "gap", "detector_current")}
    arrays["charge_state"] = np.empty(shape, dtype=np.int16 if states < 2**15 else np.int32)
    arrays["occupation"] = np.empty((dots, *shape))
    return arrays


def _fill_gates(
    device: Device,
    plan: Layout,
    gates: Axes,
    start: FloatArray,
    temperature: float,
    sensor: Detector,
    out: Mapping[str, NDArray[Any]],
) -> None:
    """The diagram over the gates at one point of the parameters: rows for all gates but the last axis, its columns."""
    last = gates.dims[-1:]
    others = [name for name in gates if name not in last]
    arms = {name: device.lever_arms(name) for name in gates}
    slopes = {name: np.array([sensor.slope.get(name, 0.0)]) for name in gates}
    level = sensor.background + sum(
        rate * device.named()[name].value for name, rate in sensor.slope.items() if name in device.named()
    )
    grid = _make_grid(
        plan,
        hamiltonian(device),
        _sum_over(start, [(arms[name], gates[name]) for name in others]),
        _sum_over(np.zeros_like(start), [(arms[name], gates[name]) for name in last]),
        temperature,
    )
    reading = _Reading(
        sensor.per_dot(device),
        Lorentzian(width=sensor.tunnel_broadening),
        _sum_over(np.array([level]), [(slopes[name], gates[name]) for name in others])[0],
        _sum_over(np.zeros(1), [(slopes[name], gates[name]) for name in last])[0],
    )
    _fill(grid, reading, out)


def _labelled(
    device: Device,
    plan: Layout,
    knobs: Axes,
    found: Axes,
    arrays: Mapping[str, NDArray[Any]],
    sensor: Detector,
    options: dict[str, Any],
) -> xr.Dataset:
    next_state = "the lowest state of another charge" if device.open_dots else "the first excited state"
    if device.open_dots:
        of_states, states = f"charges of the ground state on ({','.join(device.open_dots)})", arrays["charge_state"]
        charges = {code: plan.charges[code] for code in _present(states, len(plan.charges))}
    else:  # all dots are on islands
        of_states = f"nearest whole charges on ({','.join(device.dots)})"
        groups = tuple(tuple(map(device.index, island.dots)) for island in device.islands)
        states, charges = nearest_charges(
            arrays["occupation"], groups, tuple(each.electrons for each in device.islands)
        )
    arrays = {**arrays, "charge_state": states}
    names = {
        "charge_state": ("1", of_states),
        "energy": ("meV", "ground-state energy"),
        "gap": ("meV", f"gap to {next_state}"),
        "detector_current": ("pA", "charge-detector current"),
    }
    variables: dict[str, Variable] = {name: (found.dims, arrays[name], *label) for name, label in names.items()}
    variables["occupation"] = (("dot", *found.dims), arrays["occupation"], "1", "mean occupation")
    coords = knobs.coordinates(device.unit, _long_name)
    coords["dot"] = ("dot", list(device.dots), "1", "dot")
    result = dataset(
        variables,
        coords,
        question="dots.stability_diagram",
        parameters=device.describe(),
        options={
            **options,
            "detector": sensor.describe(device),
            "fixed": knobs.fixed,
        },
        method="charge states enumerated, islands diagonalised exactly"
        + (", thermal average" if options["temperature"] else ""),
        validity=_validity(device, sensor),
        references=(*REFERENCES, "vanderwiel2002"),
    )
    codes = {code: "(" + ",".join(f"{count:.0f}" for count in counts) + ")" for code, counts in charges.items()}
    result["charge_state"].attrs.update(flags(codes))
    return result


def _present(codes: NDArray[Any], states: int) -> list[int]:
    """Which codes occur; a scan for each beats counting while they are few."""
    if states <= 16:
        return [code for code in range(states) if (codes == code).any()]
    return [int(code) for code in np.flatnonzero(np.bincount(codes.ravel()))]


def _long_name(knob: str) -> str:
    return {"V": "mean gate voltage V", "delta_V": "gate voltage detuning δV"}.get(knob, knob)


def _validity(device: Device, sensor: Detector) -> list[str]:
    notes = [STATIC]
    if sensor.tunnel_broadening > 0:
        notes.append(
            "Tunnel broadening averages the detector's reading over a Lorentzian of common level shifts: exact for one "
            "dot, an approximation near triple points."
        )
    if not device.open_dots:
        notes.append("The device has no open dots: `gap` is the excitation gap of its islands.")
    return notes


def _make_grid(
    plan: Layout, arrays: Hamiltonian, mu_rows: FloatArray, mu_columns: FloatArray, temperature: float
) -> _Grid:
    """Solve what is the same for all pixels (arguments as the attributes of `_Grid`)."""
    moving = np.ptp(mu_rows, axis=1) + np.ptp(mu_columns, axis=1) > 0
    driven = tuple(cluster for cluster in plan.clusters if moving[cluster.dots].any())
    still = tuple(cluster for cluster in plan.clusters if not moving[cluster.dots].any())
    constant = np.where(moving, 0.0, mu_rows[:, 0] + mu_columns[:, 0])
    constant[plan.open] = 0.0
    solved = sectors(
        Layout(plan.open, plan.charges, still, plan.spin), arrays._replace(levels=arrays.levels - constant), temperature
    )
    return _Grid(plan, arrays, mu_rows, mu_columns, driven, solved, temperature)


def _sum_over(base: FloatArray, terms: list[tuple[FloatArray, Any]]) -> FloatArray:
    """base_i + Σ_k arm_ki x_k over the grid of all x_k, flattened with the last k fastest: (i, point)."""
    total = base[:, None]
    for arm, values in terms:
        total = (total[:, :, None] + (arm[:, None] * np.atleast_1d(values))[:, None, :]).reshape(len(base), -1)
    return total


def _fill(grid: _Grid, reading: _Reading, out: _Outputs) -> None:
    """Compute a diagram block by block into preallocated arrays.

    Args:
        grid: what to compute.
        reading: the detector.
        out: `energy`, `gap`, `detector_current` (row, column) in meV, meV and pA, `charge_state` (row, column) codes,
            `occupation` (n, row, column).
    """
    tilt_rows = -grid.plan.charges @ grid.mu_rows[grid.plan.open] + grid.still.ground[:, None]
    tilt_columns = -grid.plan.charges @ grid.mu_columns[grid.plan.open]
    # The outer sum of rows and columns as a product of rank two, which is three times as fast as broadcasting.
    left = np.stack([tilt_rows, np.ones_like(tilt_rows)], axis=2)
    right = np.stack([np.ones_like(tilt_columns), tilt_columns], axis=1)
    same = _same_states(grid.still)
    for rows in _row_blocks(grid):
        block = {name: array[..., rows, :] for name, array in out.items()}
        energies = left[:, rows] @ right  # (state, row, column)
        states = same
        if grid.driven:
            states = _driven_states(grid, rows)
            energies += states.ground
        _ground_state(energies, block)
        if len(energies) == 1:
            np.copyto(block["gap"], states.excited[0] - states.ground[0])
        if grid.temperature > 0:
            energies += states.free - states.ground
        _measure(grid, reading, states.occupation, energies, block)
        block["detector_current"] += reading.rows[rows, None]
        block["detector_current"] += reading.columns


def _measure(grid: _Grid, reading: _Reading, occupation: FloatArray, free: FloatArray, out: _Outputs) -> None:
    """Occupations, and the detector's current without its background; `free` is used up."""
    broadened = reading.shifts.width > 0
    if broadened:
        np.copyto(out["detector_current"], _broadened(grid, reading, free, occupation))
    if grid.temperature == 0:
        _take(occupation, out["charge_state"], out["occupation"])
    else:
        _average(occupation, _state_weights(free, grid.temperature), out["occupation"])
    if not broadened:
        _read(reading.weights, out["occupation"], out["detector_current"])


def _row_blocks(grid: _Grid) -> Iterator[slice]:
    rows, columns = grid.shape
    work = max((block.size**2 for cluster in grid.driven for block in cluster.basis), default=1)
    height = max(1, BLOCK // (columns * len(grid.plan.charges) * work))
    return (slice(start, min(start + height, rows)) for start in range(0, rows, height))


def _same_states(still: Sectors) -> Sectors:
    """What to add to the ground energies of `still`, which all pixels share: energies (state, 1, 1)."""
    free, ground, excited = (energy[:, None, None] - still.ground[:, None, None] for energy in still[:3])
    return Sectors(free, ground, excited, still.occupation)


def _driven_states(grid: _Grid, rows: slice) -> Sectors:
    """What to add to the ground energies of `still` where driven clusters are solved pixel by pixel.

    Energies (state, row, column) and occupations (state, n, row, column).
    """
    mu = grid.mu_rows[:, rows, None] + grid.mu_columns[:, None, :]
    arrays = grid.arrays._replace(levels=grid.arrays.levels - np.moveaxis(mu, 0, -1))
    rest = _same_states(grid.still)
    free, ground, gap = rest.free, rest.ground, rest.excited
    occupation = np.tile(grid.still.occupation[..., None, None], (1, 1, *mu.shape[1:]))
    for cluster in grid.driven:
        field, which = fields(cluster, grid.plan, grid.arrays, grid.plan.charges)
        energy, electrons, lowest = averages(cluster.basis, *cluster.part(arrays, field), grid.temperature)
        free = free + np.moveaxis(energy[..., which], -1, 0)
        ground = ground + np.moveaxis(lowest[..., which, 0], -1, 0)
        gap = np.minimum(gap, np.moveaxis(lowest[..., which, 1] - lowest[..., which, 0], -1, 0))
        occupation[:, cluster.dots] = np.moveaxis(electrons[..., which, :], (-2, -1), (0, 1))
    return Sectors(free, ground, ground + gap, occupation)


def _ground_state(energies: FloatArray, out: _Outputs) -> None:
    """Lowest energy, distance to the next state and code of the lowest, in one sweep over the states (axis 0)."""
    lowest, next_up, code = out["energy"], out["gap"], out["charge_state"]
    np.copyto(lowest, energies[0])
    next_up.fill(np.inf)
    code.fill(0)
    for state, energy in enumerate(energies[1:], start=1):
        np.copyto(code, state, where=energy < lowest)
        np.minimum(next_up, np.maximum(energy, lowest), out=next_up)
        np.minimum(lowest, energy, out=lowest)
    np.subtract(next_up, lowest, out=next_up)


def _take(table: FloatArray, code: NDArray[Any], out: FloatArray) -> None:
    """Occupations of the ground state, from a table (state, n) or pixel by pixel (state, n, row, column)."""
    index = code.astype(np.intp)
    for dot, target in enumerate(out):
        if table.ndim == 2:
            np.take(table[:, dot], index, out=target, mode="clip")
        else:
            np.copyto(target, np.take_along_axis(table[:, dot], index[None], axis=0)[0])


def _state_weights(energies: FloatArray, temperature: float) -> FloatArray:
    """Boltzmann weights of the states on axis 0, overwriting the energies; ground states share them at T = 0."""
    energies -= energies.min(axis=0)
    if temperature > 0:
        np.multiply(energies, -1.0 / (K_B * temperature), out=energies)
        np.exp(energies, out=energies)
    else:
        np.copyto(energies, energies == 0)
    energies /= energies.sum(axis=0)
    return energies


def _average(table: FloatArray, weights: FloatArray, out: FloatArray) -> None:
    """Σ_s w_s n_s from a table (state, n) or pixel by pixel (state, n, row, column)."""
    if table.ndim == 2:
        np.copyto(out, (table.T @ weights.reshape(len(weights), -1)).reshape(out.shape))
    else:
        np.einsum("snrc,src->nrc", table, weights, out=out)


def _read(weights: FloatArray, occupation: FloatArray, out: FloatArray) -> None:
    """Σ_i w_i n_i, skipping the dots that the detector does not see."""
    np.multiply(occupation[0], weights[0], out=out)
    for dot in np.flatnonzero(weights[1:]) + 1:
        out += weights[dot] * occupation[dot]


def _broadened(grid: _Grid, reading: _Reading, free: FloatArray, table: FloatArray) -> FloatArray:
    """The detector's current averaged over common shifts of all chemical potentials."""
    signal = np.tensordot(reading.weights, table, axes=(0, 1))  # (state, …)
    carriers = grid.plan.charges.sum(axis=1).astype(np.int64)
    return reading.shifts.average(
        free, signal.reshape(*signal.shape, *(1,) * (3 - signal.ndim)), carriers, grid.temperature
    )
