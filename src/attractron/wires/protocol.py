"""How a measurement of the conductance finds the paired phase.

The secondary's chemical potential µ is swept while the primary's two-terminal conductance is watched, the secondary
grounded: 2 e²/h, then 4/3 e²/h where a secondary carrier binds to each pair, then 2 e²/h again. The decoupled and the
paired phase conduct alike, so the conductance alone does not tell them apart; the paper's recipe is to go to the
plateau of 4/3 and to detune µ back to where the conductance has just returned to 2. Whether that place is paired is
what the phases put in here decide.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import axis, choice, shown
from attractron.core.errors import InputError
from attractron.core.results import dataset, flag_names, flags
from attractron.wires.conductance import PINNED, VALIDITY, conductance

if TYPE_CHECKING:
    import xarray as xr

PHASE_NAMES = ("decoupled", "paired", "trion")
TRION = PHASE_NAMES.index("trion")


def protocol(
    phases: "Callable[[float], str] | Sequence[str] | xr.DataArray", mu: ArrayLike, *, carriers: str = "holes"
) -> "xr.Dataset":
    """Conductances against the chemical potential of the secondary, and where tuning back from 4/3 e²/h ends.

    Args:
        phases: the phase at each µ: a function of µ, a sequence of names, or phase codes with their CF flags such as
            the variable `phase` of a phase diagram along one axis.
        mu: chemical potentials in meV, rising or falling (mu,).
        carriers: of the secondary, "holes" or "particles".

    Returns:
        Dataset over `mu`: `phase` (codes with CF flags), `conductance` of the primary with the secondary grounded and
        `cross_conductance`, current of the secondary per voltage on the primary, both in e²/h; `returned`, true at the
        first point beyond an end of a plateau of the trion phase. `returned_to_paired` tells whether all of these
        points are paired (false too when there are none).

    Raises:
        InputError: as many phases as potentials are not given, or an unknown name among them.
    """
    potentials = axis("mu", mu)
    codes = _codes(phases, potentials)
    choice("carriers", carriers, PINNED)
    between = [conductance(phase=name, carriers=carriers)["contact_conductance"].to_numpy() for name in PHASE_NAMES]
    primary, cross = np.array([[each[0, 0], each[1, 0]] for each in between]).T
    returned = _returned(codes == TRION)
    paired = bool(returned.any() and (codes[returned] == PHASE_NAMES.index("paired")).all())
    result = dataset(
        {
            "phase": ("mu", codes, "1", "phase"),
            "conductance": ("mu", primary[codes], "e²/h", "conductance of the primary, secondary grounded"),
            "cross_conductance": ("mu", cross[codes], "e²/h", "current of the secondary per voltage on the primary"),
            "returned": ("mu", returned, "1", "first point beyond a plateau of the trion phase"),
            "returned_to_paired": ((), paired, "1", "tuning back from the plateau ends in the paired phase"),
        },
        {"mu": ("mu", potentials, "meV", "chemical potential of the secondary")},
        question="wires.protocol",
        parameters={"carriers": carriers},
        method="conductance of the phase at each chemical potential",
        validity=[*VALIDITY, "Steps are sharp: widths of the transitions and finite temperature are left out."],
        references=("shavit_oreg2020",),
    )
    result["phase"].attrs.update(flags(dict(enumerate(PHASE_NAMES))))
    return result


def _codes(phases: Any, mu: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.int32]]:
    if callable(phases):
        names = [phases(float(value)) for value in mu]
    elif "flag_values" in getattr(phases, "attrs", {}):
        meanings = flag_names(phases)
        names = [meanings.get(int(code), str(code)) for code in np.ravel(phases)]
    elif isinstance(phases, str):
        raise InputError("phases", "be a function, or one name a potential", shown(phases))
    else:
        names = list(phases)
    if len(names) != mu.size:
        raise InputError("phases", f"have one entry for each of the {mu.size} potentials", len(names))
    checked = [choice(f"phases[{number}]", name, PHASE_NAMES) for number, name in enumerate(names)]
    return np.array([PHASE_NAMES.index(name) for name in checked], dtype=np.int32)


def _returned(trion: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Points outside a plateau next to a point inside."""
    beside = np.zeros_like(trion)
    beside[1:] |= trion[:-1]
    beside[:-1] |= trion[1:]
    return np.asarray(beside & ~trion)
