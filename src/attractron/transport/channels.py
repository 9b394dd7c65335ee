"""Dots as channels: one level each, or one for each spin; all numbers of a junction at points of its knobs."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from attractron.core.axes import Axes
from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.transport.energies import charge_state_energies
from attractron.transport.junction import Junction

TEMPERATURE = "temperature"


@dataclass(frozen=True, eq=False)
class Points:
    """Numbers of a junction at points of its knobs.

    Attributes:
        energies: of the states of all channels, the last one fastest, meV (point, state).
        mu: chemical potentials of the leads, meV (point, lead).
        Gamma: of the leads, meV (point, lead).
        kT: of the leads, meV (point, lead).
        place: number of the charge state that each state of the channels belongs to (state,).
        charges: of the charge states (charge state, dot).
    """

    energies: FloatArray
    mu: FloatArray
    Gamma: FloatArray
    kT: FloatArray
    place: NDArray[np.intp]
    charges: FloatArray


def spins_of(junction: Junction, most: int) -> int:
    """Channels of a dot: 2 with spin, 1 without, of a junction of at most so many channels.

    Raises:
        InputError: several levels on a dot, dots without leads, too many channels.
    """
    device = junction.device
    spins = 2 if device.spin else 1
    if any(limit != spins for limit in device.limits):
        raise InputError(
            "max_electrons",
            f"be {spins} on every dot {'with' if device.spin else 'without'} spin, since a channel is one level",
            ", ".join(map(str, device.limits)),
            "set max_electrons=2 with spin=True, or 1 without" if device.spin else "set max_electrons=1, or spin=True",
        )
    bare = [dot for dot in device.dots if all(lead.dot != dot for lead in junction.leads)]
    if bare:
        raise InputError(
            "leads",
            "be on every dot, else a charge keeps the value with which it began",
            f"none on {', '.join(bare)}",
            f"put a lead on {', '.join(bare)}, or take it out of the device and shift the levels that it acts on",
        )
    channels = spins * len(device.dots)
    if channels > most:
        raise InputError(
            "junction",
            f"have at most {most} channels ({most} dots, or {most // 2} with spin)",
            f"{channels}",
            "five channels would keep 10000 states for 4 %, half a minute and 1.1 GB a point, six are a third off; "
            "ask transport.current, whose amplitudes hold for Γ up to about k_BT",
        )
    return spins


def at_points(junction: Junction, axes: Axes, origin: str, spins: int) -> Points:
    """All numbers over the grid of the axes, flattened with the last axis fastest.

    The channels of a dot with spin are neighbours; its energy depends on their charge together.
    """
    points = np.array(list(product(*(np.atleast_1d(values) for values in axes.values()))), dtype=float)
    columns = dict(zip(axes, points.reshape(axes.size, len(axes)).T, strict=True))
    names = [name for name in axes if name in junction.knobs]
    values = np.zeros((axes.size, len(names)))
    for number, name in enumerate(names):
        values[:, number] = columns[name]
    forms = charge_state_energies(junction, names, origin)
    number_of = {tuple(charge): number for number, charge in enumerate(forms.charges.astype(int).tolist())}
    states = np.array(list(product((0, 1), repeat=spins * len(junction.device.dots))))
    charges = states.reshape(len(states), -1, spins).sum(axis=-1)  # (state, dot)
    place = np.array([number_of[tuple(charge)] for charge in charges.tolist()])
    energies, mu = forms.at(values)
    Gamma = np.array([[lead.Gamma for lead in junction.leads]] * axes.size)
    kelvin = np.array([[lead.temperature for lead in junction.leads]] * axes.size)
    for number, name in enumerate(f"Gamma_{lead.name}" for lead in junction.leads):
        if name in columns and name not in junction.knobs:
            Gamma[:, number] = columns[name]
    if TEMPERATURE in columns and TEMPERATURE not in junction.knobs:
        kelvin[:] = columns[TEMPERATURE][:, None]
    return Points(energies[:, place], mu, Gamma, K_B * kelvin, place, forms.charges)
