"""How two electrons on a device interact once everything else has adjusted: repulsion, attraction, and their slopes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import overload

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.around import asked_around
from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray
from attractron.core.checks import temperature as checked_temperature
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.core.units import Temperature
from attractron.dots.device import Device
from attractron.dots.spectrum import Hamiltonian, Layout, hamiltonian, layout, sector_slopes, sectors

Pair = tuple[str, str]
STATIC = "The dots exchange electrons too slowly to matter: charge states are classical, islands are solved exactly."
REFERENCES = ("hamo2016", "hirsch_scalapino1985")


@overload
def effective_interaction(
    device: Device, axes: None = None, *, pair: Pair | None = None, temperature: Temperature = 0.0
) -> float: ...
@overload
def effective_interaction(
    device: Device, axes: Mapping[str, ArrayLike], *, pair: Pair | None = None, temperature: Temperature = 0.0
) -> xr.Dataset: ...
def effective_interaction(
    device: Device,
    axes: Mapping[str, ArrayLike] | None = None,
    *,
    pair: Pair | None = None,
    temperature: Temperature = 0.0,
) -> float | xr.Dataset:
    """Interaction of two electrons dressed by the rest of the device.

        W_eff = E(i, j) + E(0) - E(i) - E(j),

    E being the lowest energy with electrons on the named open dots only; at a temperature the free energy
    F = -k_B T ln Z of the islands takes its place. Negative is attraction. At any temperature and gate voltage the
    occupations of an isolated pair i, j are positively correlated exactly when W_eff(T) < 0, because
    P(1,1) P(0,0) / (P(1,0) P(0,1)) = exp(-W_eff / k_B T). The spin of the two electrons themselves is no interaction
    and not counted: on one dot (i = j) P(2) P(0) / P(1)² = ¼ exp(-W_eff / k_B T) with spin, as one electron has two
    states and two make a singlet.

    For the building block E(N) = ½UN - √((δ - UN)²/4 + t²) + W [N = 2]; at t = 0 this is W - δ for 0 ≤ δ ≤ U,
    W - (2U - δ) up to 2U and W beyond (Hamo et al. 2016, equations 1 to 3).

    Theory: docs/theory/dots.md, eq-w-eff, eq-w-eff-static, eq-free-energy, eq-odds.

    Args:
        device: the device.
        axes: knobs to sweep, parameters (meV), gates (mV) or the "temperature" (K); none for a single number.
        pair: two open dots, or the same one twice; the first two by default.
        temperature: K.

    Returns:
        W_eff in meV, or a Dataset with `effective_interaction` and `pairing_energy` (meV) over the axes.

    Raises:
        InputError: unknown dots or knobs, axes that are not strictly monotonic, a negative temperature.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> round(at.dots.effective_interaction(device), 3)  # meV: attraction
        -1.482
        >>> at.dots.effective_interaction(device, {"delta": [0.0, 2.41, 4.82]})["effective_interaction"].values.round(3)
        array([ 0.782, -1.482,  0.782])
    """
    over = asked_around(
        axes,
        temperature_of(device),
        lambda rest, point: effective_interaction(device, rest, pair=pair, **point),
    )
    if over is not None:
        return over
    kelvin = checked_temperature("temperature", temperature)
    plan = layout(device)
    charges = pair_charges(device, plan, pair)
    if axes is None:
        return float(dressed(plan, hamiltonian(device), charges, kelvin))
    knobs = over_axes("axes", axes, (*device.knobs, *temperature_of(device)))
    device = device.with_parameters(**held_parameters(device, knobs))
    interaction = dressed(plan, _swept(device, knobs), charges, kelvin)
    return dataset(
        {
            "effective_interaction": (knobs.dims, interaction, "meV", "effective interaction of two electrons"),
            "pairing_energy": (knobs.dims, -interaction / 2, "meV", "pairing energy Δ"),
        },
        knobs.coordinates(device.unit),
        question="dots.effective_interaction",
        parameters=device.describe(),
        options={"temperature": kelvin, "pair": pair, "fixed": knobs.fixed},
        method="exact diagonalisation of the islands for each charge state",
        validity=(STATIC,),
        references=REFERENCES,
    )


def pairing_energy(device: Device, *, pair: Pair | None = None, temperature: Temperature = 0.0) -> float:
    """Pairing energy Δ = -W_eff/2 in meV: the gap to the odd states at the centre of the (0,0)-(1,1) line.

    Arguments and errors as for `effective_interaction`; positive is pairing.

    Theory: docs/theory/dots.md, eq-w-eff.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.0)
        >>> round(at.dots.pairing_energy(device), 3)  # (δ - W)/2
        0.79
    """
    return -effective_interaction(device, pair=pair, temperature=temperature) / 2


def dressed_potential(device: Device, source: str | None = None, *, temperature: Temperature = 0.0) -> xr.Dataset:
    """Potential that an electron on one site makes for another electron, bare and dressed by the islands.

        bare φ_ij = U_ij,   dressed φ_ij = E(i, j) - E(i) - E(j) + E(0)      (Hamo et al. 2016, Fig. 2c and 2f)

    Theory: docs/theory/dots.md, eq-dressed, eq-free-energy.

    Args:
        device: the device.
        source: the open dot i with the first electron; the first open dot by default.
        temperature: K; free energies take the place of E.

    Returns:
        Dataset over `site` (every open dot that can take the second electron): `bare`, `dressed` and their difference
        `screening`, in meV, and `slope` (site, parameter, side), the exact derivatives of `dressed`.

    Raises:
        InputError: an unknown or closed source, a negative temperature.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.0, t=0.0)
        >>> found = at.dots.dressed_potential(device, "L")
        >>> found["bare"].values.round(3), found["dressed"].values.round(3)  # meV, on R
        (array([0.83]), array([-1.17]))
    """
    kelvin = checked_temperature("temperature", temperature)
    plan = layout(device)
    first = _open_position(device, source or device.open_dots[0])
    sites = [dot for dot in device.open_dots if dot != device.open_dots[first] or device.limits[plan.open[first]] > 1]
    if not sites:
        raise InputError(
            "device", "have a dot for the second electron", "one open dot for one electron", "raise max_electrons"
        )
    charges = [pair_charges(device, plan, (device.open_dots[first], site)) for site in sites]
    potential = np.array([dressed(plan, hamiltonian(device), charge, kelvin) for charge in charges])
    bare = device.repulsion[plan.open[first], [device.index(site) for site in sites]]
    slopes = np.array([_slopes(device, plan, charge, kelvin) for charge in charges])
    return dataset(
        {
            "bare": ("site", bare, "meV", "bare potential"),
            "dressed": ("site", potential, "meV", "dressed potential"),
            "screening": ("site", potential - bare, "meV", "potential made by the islands"),
            "slope": (("site", "parameter", "side"), slopes, "1", "derivative of the dressed potential"),
        },
        {"site": ("site", sites, "1", "site of the second electron"), **_slope_coords(device)},
        question="dots.dressed_potential",
        parameters=device.describe(),
        options={"source": device.open_dots[first], "temperature": kelvin},
        method="exact diagonalisation of the islands for each charge state",
        validity=(STATIC,),
        references=REFERENCES,
    )


def interaction_derivatives(device: Device, *, pair: Pair | None = None, temperature: Temperature = 0.0) -> xr.Dataset:
    """Exact derivatives of the effective interaction with respect to every parameter of the device.

    Each energy's derivative is ⟨∂H/∂p⟩ (Hellmann and Feynman), so nothing is differenced. Where the ground state is
    degenerate W_eff has a kink and the derivatives from below and from above differ (δ = U at t = 0: -1 and +1).

    Theory: docs/theory/dots.md, eq-slopes.

    Args:
        device: the device.
        pair: as for `effective_interaction`.
        temperature: K.

    Returns:
        Dataset over (`parameter`, `side`): `effective_interaction_slope` ∂W_eff/∂p and `pairing_energy_slope`
        ∂Δ/∂p = -½ ∂W_eff/∂p, meV per meV.

    Raises:
        InputError: unknown dots, a negative temperature.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.0, t=0.0)
        >>> found = at.dots.interaction_derivatives(device)["effective_interaction_slope"]
        >>> found.sel(parameter=["W", "delta"], side="below").values  # W_eff = W - δ
        array([ 1., -1.])
    """
    kelvin = checked_temperature("temperature", temperature)
    plan = layout(device)
    slopes = _slopes(device, plan, pair_charges(device, plan, pair), kelvin)
    return dataset(
        {
            "effective_interaction_slope": (("parameter", "side"), slopes, "1", "∂W_eff/∂p"),
            "pairing_energy_slope": (("parameter", "side"), -slopes / 2, "1", "∂Δ/∂p"),
        },
        _slope_coords(device),
        question="dots.interaction_derivatives",
        parameters=device.describe(),
        options={"temperature": kelvin, "pair": pair},
        method="Hellmann-Feynman theorem, degenerate states included",
        validity=(STATIC,),
        references=REFERENCES,
    )


def temperature_of(device: Device) -> dict[str, tuple[str, str]]:
    """The temperature as an axis, name → (unit, long name), unless a gate or a parameter has its name."""
    return {} if "temperature" in device.knobs else {"temperature": ("K", "temperature")}


def held_parameters(device: Device, knobs: Axes) -> dict[str, float]:
    """The parameters among the knobs that one number fixes."""
    return {name: value for name, value in knobs.fixed.items() if name in device.named()}


def _open_position(device: Device, dot: str) -> int:
    if device.index(dot) is not None and dot not in device.open_dots:
        raise InputError(
            "pair",
            f"name open dots ({', '.join(device.open_dots)})",
            repr(dot),
            "a dot on an island has no charge of its own",
        )
    return device.open_dots.index(dot)


def pair_charges(device: Device, plan: Layout, pair: Pair | None) -> FloatArray:
    """Charge states empty, i, j, both: (4, open dot)."""
    if pair is None:
        if len(device.open_dots) < 2:
            raise InputError(
                "pair", "be given for a device with fewer than two open dots", f"open dots {list(device.open_dots)}"
            )
        pair = (device.open_dots[0], device.open_dots[1])
    if isinstance(pair, str) or len(pair) != 2:
        raise InputError("pair", "name two open dots, or one twice", repr(pair))
    charges = np.zeros((4, len(plan.open)))
    for number, dot in enumerate(pair, start=1):
        position = _open_position(device, dot)
        charges[number, position] += 1
        charges[3, position] += 1
    limits = np.array([device.limits[position] for position in plan.open])
    if (charges[3] > limits).any():
        raise InputError("pair", "fit on its dot", f"two electrons on {pair[0]!r}", "raise max_electrons")
    return charges


def dressed(plan: Layout, arrays: Hamiltonian, charges: FloatArray, temperature: float) -> FloatArray:
    """F(i, j) + F(0) - F(i) - F(j) in meV over the leading axes of the Hamiltonian, for charges of `pair_charges`.

    F is the free energy of the islands beside charges at rest. The entropy k_B ln 2 of the spin of an odd dot, which
    two electrons lose when they share a dot, is no part of it: nothing has screened them.
    """
    energy = sectors(replace(plan, spin=False), arrays, temperature, charges).free
    return np.asarray(energy[..., 3] + energy[..., 0] - energy[..., 1] - energy[..., 2])


def _swept(device: Device, knobs: Axes) -> Hamiltonian:
    """The Hamiltonian over a grid of knobs, which it depends on linearly: leading axes as the knobs that are arrays."""
    repulsion, levels, tunnelling = (array[None] for array in hamiltonian(device))
    grid = np.meshgrid(*knobs.values(), indexing="ij")
    for name, change in zip(knobs, map(np.ravel, grid), strict=True):
        if name not in device.named():
            levels = levels - change[:, None] * device.lever_arms(name)
        else:
            step = change - device.named()[name].value
            along = device.direction(name)
            repulsion = repulsion + step[:, None, None] * along[0]
            levels = levels + step[:, None] * along[1]
            tunnelling = tunnelling + step[:, None, None] * along[2]
    return Hamiltonian(
        *(
            np.broadcast_to(array, (knobs.size, *array.shape[1:])).reshape(*knobs.shape, *array.shape[1:])
            for array in (repulsion, levels, tunnelling)
        )
    )


def _slopes(device: Device, plan: Layout, charges: FloatArray, temperature: float) -> FloatArray:
    """∂W_eff/∂p from below and above, (parameter, 2): E(i) and E(j) enter with a minus but on the same side."""
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    point = hamiltonian(device)
    rates = [
        sector_slopes(plan, point, Hamiltonian(*device.direction(name)), charges, temperature)
        for name in device.named()
    ]
    return np.array([[signs @ below, signs @ above] for below, above in rates]).reshape(-1, 2)


def _slope_coords(device: Device) -> "dict[str, tuple[str, list[str], str, str]]":
    return {
        "parameter": ("parameter", list(device.named()), "1", "parameter p"),
        "side": ("side", ["below", "above"], "1", "side from which the derivative is taken"),
    }
