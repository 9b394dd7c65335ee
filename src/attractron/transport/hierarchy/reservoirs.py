"""Leads of a dot that share temperature and potential are one reservoir; where the hierarchy holds."""

from collections.abc import Sequence

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.transport.hierarchy.one_dot import Reservoir
from attractron.transport.junction import Junction

WIDEST = 10.0
"""Γ of a dot over k_BT up to which the hierarchy was held against other methods, to 0.3 % at 9.5."""


def reservoirs(
    junction: Junction, Gamma: FloatArray, kT: FloatArray, mu: FloatArray, apart: Sequence[int] = ()
) -> tuple[list[list[Reservoir]], list[tuple[int, int, float]]]:
    """Reservoirs of every dot, and where each lead is: (dot, reservoir, its share of Γ there).

    Args:
        junction: tells which lead is on which dot.
        Gamma, kT, mu: of the leads, meV (lead,).
        apart: leads that stay by themselves.

    Example:
        Two leads at one potential are one reservoir.

        >>> from attractron.dots import Device
        >>> from attractron.transport import Lead
        >>> leads = [Lead(name=name, dot="P", Gamma=0.1, temperature=1.0) for name in "SD"]
        >>> junction = Junction(device=Device(dots=("P",), repulsion=[[0.0]]), leads=leads)
        >>> found, places = reservoirs(junction, np.array([0.1, 0.3]), np.full(2, 0.1), np.zeros(2))
        >>> found[0][0].Gamma, places[0]
        (0.4, (0, 0, 0.25))
    """
    dots = [junction.device.index(lead.dot) for lead in junction.leads]
    found: list[dict[tuple[float, float, int], float]] = [{} for _ in junction.device.dots]
    keys = []
    for lead, dot in enumerate(dots):
        keys.append((float(kT[lead]), float(mu[lead]), lead if lead in apart else -1))
        found[dot][keys[-1]] = found[dot].get(keys[-1], 0.0) + float(Gamma[lead])
    places = [
        (dot, list(found[dot]).index(key), float(Gamma[lead]) / found[dot][key])
        for lead, (dot, key) in enumerate(zip(dots, keys, strict=True))
    ]
    return [[Reservoir(width, key[0], key[1]) for key, width in dot.items()] for dot in found], places


def widest(junction: Junction, Gamma: FloatArray, kT: FloatArray) -> FloatArray:
    """The largest full width of a dot over the lowest k_BT of its leads, from those of the leads (point, lead)."""
    dots = np.array([junction.device.index(lead.dot) for lead in junction.leads])
    each = [
        Gamma[:, dots == dot].sum(axis=1) / kT[:, dots == dot].min(axis=1) for dot in range(len(junction.device.dots))
    ]
    return np.asarray(np.max(each, axis=0))


def check_warm(junction: Junction, Gamma: FloatArray, kT: FloatArray) -> None:
    """Refuse points at which levels are wider than `WIDEST` k_BT.

    Args:
        junction: tells which lead is on which dot.
        Gamma, kT: of the leads (point, lead).

    Raises:
        InputError: with the nearest temperature that works.
    """
    ratio = widest(junction, Gamma, kT)
    worst = int(ratio.argmax())
    if ratio[worst] > WIDEST * (1 + 1e-9):
        kelvin = float(kT[worst].min()) / K_B
        enough = np.ceil(1e4 * kelvin * ratio[worst] / WIDEST) / 1e4
        raise InputError(
            "temperature",
            f"be at least {enough:g} K, where levels are {WIDEST:g} k_BT wide: in colder leads memories outlast what "
            "the hierarchy of equations of motion can hold",
            f"{kelvin:.6g} K with a level {ratio[worst]:.3g} k_BT wide",
            f"ask at {enough:g} K, with {WIDEST / ratio[worst]:.2g} of the couplings, or without bias: "
            "transport.linear_conductance holds at any temperature",
        )
