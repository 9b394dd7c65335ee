"""Charge stability diagrams: ground state, thermal occupations, gap and detector current over any knobs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, choice
from attractron.core.checks import axes as checked_axes
from attractron.core.checks import temperature as checked_temperature
from attractron.core.results import Variable, dataset, flags
from attractron.dots.broadening import Lorentzian
from attractron.dots.detector import Detector, noise
from attractron.dots.device import Device
from attractron.dots.grid import Reading, fill, make_grid, sum_over
from attractron.dots.interaction import REFERENCES, STATIC, held_parameters, knob_unit
from attractron.dots.spectrum import Layout, hamiltonian, layout

if TYPE_CHECKING:
    import xarray as xr

Knobs = Mapping[str, FloatArray | float]


def stability_diagram(
    device: Device,
    axes: Mapping[str, ArrayLike],
    *,
    temperature: float = 0.0,
    origin: str = "absolute",
    detector: Detector | None = None,
) -> "xr.Dataset":
    """Charge stability diagram of a device (Hamo et al. 2016, Figs. 2a, 2b, 3a-c).

    At every point the energies E_s of the charge states (see `attractron.dots.spectrum`) give the ground state and, at
    a temperature, the occupations Σ_s n_s exp(-F_s/k_B T) / Σ_s exp(-F_s/k_B T) with the islands' free energies and
    the spin degeneracies in F_s. Open dots exchange electrons with a reservoir at µ = 0.

    Args:
        device: the device.
        axes: knob → values; one-dimensional arrays make dimensions in the order given, numbers fix a knob. Gates and
            virtual gates in mV (their contributions add up), parameters in meV.
        temperature: K.
        origin: "absolute" counts gate voltages from µ_i = 0; "centre" from the centre of the repulsion,
            µ = (U + W)/2 for the building block, its particle-hole symmetric point when δ = U; a dot that no gate
            addresses stays where it is.
        detector: the charge sensor; `Detector()` by default.

    Returns:
        Dataset over the axes: `occupation` (dot, …); `charge_state`, the code of the ground state's charges on the
        open dots with CF flags such as "(1,0)"; `energy` of the ground state, `gap` to the lowest state of another
        charge (for a device without open dots: to the first excited state), both in meV and at T = 0;
        `detector_current` in pA. Where charge states are degenerate at T = 0, the one with the lowest code is taken.

    Raises:
        InputError: unknown knobs or dots, axes that are empty, unsorted or not one-dimensional, a negative
            temperature, more charge states than can be enumerated.
    """
    knobs = checked_axes("axes", axes, device.knobs)
    kelvin = checked_temperature("temperature", temperature)
    choice("origin", origin, ("absolute", "centre"))
    device = device.with_parameters(**held_parameters(device, knobs))
    sensor = detector or Detector()
    sensor.check(device)
    plan = layout(device)
    outer = {name: value for name, value in knobs.items() if knob_unit(device, name) == "meV"}
    inner = {name: value for name, value in knobs.items() if name not in outer}
    arrays = _empty(len(device.dots), len(plan.charges), [np.size(value) for value in outer.values()], inner)
    for index in np.ndindex(*(np.size(value) for value in outer.values())):
        values = {name: float(np.ravel(value)[i]) for (name, value), i in zip(outer.items(), index, strict=True)}
        views = {name: array[_point(name, index)] for name, array in arrays.items()}
        point = device.with_parameters(**values)
        start = np.zeros(len(device.dots)) if origin == "absolute" else point.gate_centre()
        _fill_gates(point, plan, inner, start, kelvin, sensor, views)
    dims = [name for name in (*outer, *inner) if np.ndim(knobs[name])]
    shape = tuple(np.size(knobs[name]) for name in dims)
    shaped = {
        name: array.reshape((len(device.dots), *shape) if name == "occupation" else shape)
        for name, array in arrays.items()
    }
    order = [name for name in knobs if name in dims]
    result = _labelled(device, plan, knobs, dims, shaped, sensor, {"temperature": kelvin, "origin": origin}).transpose(
        "dot", *order
    )
    if sensor.white_noise or sensor.pink_noise:
        result["detector_current"].values += noise(sensor, result["detector_current"].shape)
    return result


def _point(name: str, index: tuple[int, ...]) -> tuple[Any, ...]:
    """Where the diagram of one parameter point lies in an output array."""
    return (slice(None), *index) if name == "occupation" else index


def _empty(dots: int, states: int, outer: list[int], inner: Knobs) -> dict[str, NDArray[Any]]:
    """Output arrays (parameter axes …, rows, columns), before the gate axes are unfolded."""
    sizes = [np.size(value) for value in inner.values() if np.ndim(value)]
    shape = (*outer, int(np.prod(sizes[:-1])), sizes[-1] if sizes else 1)
    arrays: dict[str, NDArray[Any]] = {name: np.empty(shape) for name in ("energy", "gap", "detector_current")}
    arrays["charge_state"] = np.empty(shape, dtype=np.int16 if states < 2**15 else np.int32)
    arrays["occupation"] = np.empty((dots, *shape))
    return arrays


def _fill_gates(
    device: Device,
    plan: Layout,
    gates: Knobs,
    start: FloatArray,
    temperature: float,
    sensor: Detector,
    out: Mapping[str, NDArray[Any]],
) -> None:
    """The diagram over the gates at one point of the parameters: rows for all gates but the last axis, its columns."""
    last = [name for name, value in gates.items() if np.ndim(value)][-1:]
    others = [name for name in gates if name not in last]
    arms = {name: device.lever_arms(name) for name in gates}
    slopes = {name: np.array([sensor.slope.get(name, 0.0)]) for name in gates}
    level = sensor.background + sum(
        rate * device.named()[name].value for name, rate in sensor.slope.items() if name in device.named()
    )
    grid = make_grid(
        plan,
        hamiltonian(device),
        sum_over(start, [(arms[name], gates[name]) for name in others]),
        sum_over(np.zeros_like(start), [(arms[name], gates[name]) for name in last]),
        temperature,
    )
    reading = Reading(
        sensor.per_dot(device),
        Lorentzian(width=sensor.tunnel_broadening),
        sum_over(np.array([level]), [(slopes[name], gates[name]) for name in others])[0],
        sum_over(np.zeros(1), [(slopes[name], gates[name]) for name in last])[0],
    )
    fill(grid, reading, out)


def _labelled(
    device: Device,
    plan: Layout,
    knobs: Knobs,
    dims: list[str],
    arrays: Mapping[str, NDArray[Any]],
    sensor: Detector,
    options: dict[str, Any],
) -> "xr.Dataset":
    next_state = "the lowest state of another charge" if device.open_dots else "the first excited state"
    names = {
        "charge_state": ("1", f"charges of the ground state on ({','.join(device.open_dots)})"),
        "energy": ("meV", "ground-state energy"),
        "gap": ("meV", f"gap to {next_state}"),
        "detector_current": ("pA", "charge-detector current"),
    }
    variables: dict[str, Variable] = {name: (tuple(dims), arrays[name], *label) for name, label in names.items()}
    variables["occupation"] = (("dot", *dims), arrays["occupation"], "1", "mean occupation")
    coords: dict[str, Variable] = {
        name: (name, value, knob_unit(device, name), _long_name(name))
        for name, value in knobs.items()
        if np.ndim(value)
    }
    coords["dot"] = ("dot", list(device.dots), "1", "dot")
    result = dataset(
        variables,
        coords,
        question="dots.stability_diagram",
        parameters=device.describe(),
        options={
            **options,
            "detector": sensor.describe(device),
            "fixed": {name: value for name, value in knobs.items() if not np.ndim(value)},
        },
        method="charge states enumerated, islands diagonalised exactly"
        + (", thermal average" if options["temperature"] else ""),
        validity=_validity(device, sensor),
        references=(*REFERENCES, "vanderwiel2002"),
    )
    codes = {
        code: "(" + ",".join(f"{count:.0f}" for count in plan.charges[code]) + ")"
        for code in _present(arrays["charge_state"], len(plan.charges))
    }
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
