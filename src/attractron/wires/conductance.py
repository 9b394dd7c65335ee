"""What a clean pair of wires conducts when some of its density fields are pinned, and how that finds the paired phase.

Field φ_i belongs to mode i (spin up, spin down, secondary); its current is J_i = (e/π) ∂_tφ_i. A cosine that has flowed
to strong coupling between the contacts pins n·φ for a vector n, so that n·J = 0, while a combination m·φ with m ⊥ n
passes the region undisturbed. Leads of non-interacting electrons inject at both ends; what leaves is what was injected
(R and L are movers to the right and to the left, each a vector over the modes):

    O_R = T I_R + (1 - T) I_L,     O_L = (1 - T) I_R + T I_L,     T = 1 - Σ n nᵀ,                           (D1-D6)

n over an orthonormal basis of what is pinned. T is a projector: symmetric (Onsager) with T² = T (no dissipation beyond
that in the contacts). With I_R = (e²/h) V_left, I_L = (e²/h) V_right the current through the modes is

    J = I_R - O_L = (e²/h) T (V_left - V_right).

Modes that share a contact share its potential and add their currents. A terminal that floats takes the potential at
which it carries no current; a wire without leads does the same, since at its ends all that arrives returns.

In the measurement (`protocol`) the secondary's chemical potential µ is swept while the primary's two-terminal
conductance is watched, the secondary grounded: 2 e²/h, then 4/3 e²/h where a secondary carrier binds to each pair, then
2 e²/h again. The decoupled and the paired phase conduct alike, so the conductance alone does not tell them apart; the
paper's recipe is to go to the plateau of 4/3 and to detune µ back to where the conductance has just returned to 2.
Whether that place is paired is what the phases put in here decide.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, choice, finite, shown
from attractron.core.constants import CONDUCTANCE_QUANTUM
from attractron.core.errors import InputError
from attractron.core.results import dataset, flag_names, flags

MODES = ("up", "down", "secondary")

DEPENDENT = 1e-8
"""Vectors count as linearly dependent when a combination of the normalised ones is shorter than this."""

SOLVABLE = 1e-10
"""Conductances below this, in e²/h, are rounding, and do not determine the potential of a floating terminal."""

PINNED = {
    "holes": {"decoupled": (), "paired": ((1, -1, 0),), "trion": ((1, -1, 0), (1, 1, 2))},
    "particles": {"decoupled": (), "paired": ((1, -1, 0),), "trion": ((1, -1, 0), (1, 1, -2))},
}
"""What each phase pins: φ_s = (φ↑-φ↓)/√2 in both gapped ones; in the trion phase also √2φ_c ± 2φ, the argument of the
g₁ term (secondary holes) or of the g₂ term (secondary particles)."""

VALIDITY = (
    "A clean system at frequencies, temperatures and voltages far below the gaps of what is pinned, longer than the "
    "correlation lengths of these gaps, with adiabatic contacts to leads of non-interacting electrons.",
    "Pinned are combinations of density fields; phases pinned by superconducting leads are not described.",
)


class Contacts(NamedTuple):
    """Which contact feeds which mode."""

    modes: tuple[str, ...]
    names: tuple[str, ...]
    incidence: FloatArray  # (mode, contact), one where the contact feeds the mode

    @property
    def terminals(self) -> tuple[str, ...]:
        """Left ends of all contacts, then right ends."""
        return tuple(f"{name}_{end}" for end in ("left", "right") for name in self.names)


def transmission(pinned: ArrayLike | Sequence[Sequence[float]], modes: int) -> FloatArray:
    """T = 1 - Σ n nᵀ for the span of some vectors.

    Args:
        pinned: coefficients of the pinned combinations of φ (vector, mode); any length and angle, none for all free.
        modes: number of modes.

    Returns:
        Symmetric projector (mode, mode), e²/h per unit of transmission.

    Raises:
        InputError: vectors of another length, zero, not finite, or linearly dependent.
    """
    vectors = [_vector(f"pinned[{number}]", each, modes) for number, each in enumerate(_rows(pinned))]
    if not vectors:
        return np.eye(modes)
    sizes, basis = np.linalg.svd(np.array(vectors), full_matrices=False)[1:]
    if len(vectors) > modes or sizes[-1] < DEPENDENT:
        raise InputError(
            "pinned", "be linearly independent vectors", shown(np.asarray(pinned).tolist()), "drop what others imply"
        )
    return np.asarray(np.eye(modes) - basis.T @ basis)


def conductance(
    pinned: ArrayLike | Sequence[Sequence[float]] | None = None,
    *,
    phase: str | None = None,
    carriers: str = "holes",
    modes: Sequence[str] = MODES,
    contacts: Mapping[str, Sequence[str]] | None = None,
) -> xr.Dataset:
    """Conductances between all modes, contacts and terminals.

    Theory: docs/theory/wires.md, eq-conductance.

    Args:
        pinned: pinned combinations of φ over the modes (vector, mode), in any normalisation.
        phase: instead of `pinned`, "decoupled", "paired" or "trion".
        carriers: of the secondary, "holes" or "particles"; decides what a trion phase pins.
        modes: names of the modes.
        contacts: contact → modes that it feeds; by default "up" and "down" share the contact "primary" and every other
            mode has its own. `{"up": ["up"], "down": ["down"], ...}` contacts the spins separately.

    Returns:
        Dataset, all in e²/h: `conductance` (mode, driven_mode) = T, current of a mode per voltage along another one,
        everything else grounded; `contact_conductance` (contact, driven_contact), the same between contacts, off the
        diagonal the drag; `floating_conductance` (contact), all other contacts floating; `terminal_conductance`
        (terminal, driven_terminal), current into a terminal per potential of one. `free_modes` is the number of
        gapless modes.

    Raises:
        InputError: both or neither of `pinned` and `phase`; vectors as for `transmission`; contacts that do not feed
            every mode exactly once.

    Example:
        >>> found = at.wires.conductance(phase="trion")
        >>> found.contact_conductance.values.round(3).tolist()  # primary, secondary: 4/3, drag -2/3, 1/3
        [[1.333, -0.667], [-0.667, 0.333]]
    """
    wiring = _contacts(modes, contacts)
    T, given = _pinned(pinned, phase, carriers, wiring.modes)
    between = wiring.incidence.T @ T @ wiring.incidence
    floating = [_floating(between, number) for number in range(len(wiring.names))]
    driven = "current of the first per voltage along the second, all others grounded"
    return dataset(
        {
            "conductance": (("mode", "driven_mode"), T, "e²/h", f"{driven}, modes"),
            "contact_conductance": (("contact", "driven_contact"), between, "e²/h", f"{driven}, contacts"),
            "floating_conductance": ("contact", floating, "e²/h", "conductance, all other contacts floating"),
            "terminal_conductance": (
                ("terminal", "driven_terminal"),
                _terminal_matrix(between),
                "e²/h",
                "current into the first per potential of the second, all others grounded",
            ),
            "free_modes": ((), round(float(np.trace(T))), "1", "number of gapless modes"),
        },
        {
            **{name: (name, list(wiring.modes), "1", "mode") for name in ("mode", "driven_mode")},
            **{name: (name, list(wiring.names), "1", "contact") for name in ("contact", "driven_contact")},
            **{name: (name, list(wiring.terminals), "1", "terminal") for name in ("terminal", "driven_terminal")},
        },
        question="wires.conductance",
        parameters=given,
        method="projection on the modes that are not pinned, T = 1 - Σ n nᵀ",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )


def currents(
    pinned: ArrayLike | Sequence[Sequence[float]] | None = None,
    *,
    bias: Mapping[str, float],
    floating: Iterable[str] = (),
    phase: str | None = None,
    carriers: str = "holes",
    modes: Sequence[str] = MODES,
    contacts: Mapping[str, Sequence[str]] | None = None,
) -> xr.Dataset:
    """Currents and potentials of all terminals for one circuit.

    Terminals are called `<contact>_left` and `<contact>_right`. All that is neither biased nor floating is grounded.

    Theory: docs/theory/wires.md, eq-conductance.

    Args:
        pinned, phase, carriers, modes, contacts: as for `conductance`.
        bias: potential in mV of a terminal, or of a contact: its left end, the right one staying grounded.
        floating: terminals, or contacts for both of their ends, that carry no net current.

    Returns:
        Dataset over `terminal`: `current` into the system in pA, `potential` in mV and `determined`: false where the
        potential of a floating terminal does not follow from its current being zero, the potential then being the
        choice of least squares. Over `contact`: `through`, the current from left to right in pA (at the left end).

    Raises:
        InputError: as for `conductance`; unknown terminals; one that is biased twice, or biased and floating.

    Example:
        >>> found = at.wires.currents(phase="trion", bias={"primary": 1.0})  # mV
        >>> found.through.values.round(0).tolist()  # pA, primary and secondary
        [51654.0, -25827.0]
    """
    wiring = _contacts(modes, contacts)
    T, given = _pinned(pinned, phase, carriers, wiring.modes)
    G = _terminal_matrix(wiring.incidence.T @ T @ wiring.incidence)
    potential, free = _circuit(wiring, bias, floating)
    null = _settle(G, potential, free)
    current = CONDUCTANCE_QUANTUM * (G @ potential)
    return dataset(
        {
            "current": ("terminal", current, "pA", "current into the system"),
            "potential": ("terminal", potential, "mV", "potential"),
            "determined": ("terminal", ~null, "1", "potential follows from the circuit"),
            "through": ("contact", current[: len(wiring.names)], "pA", "current from left to right"),
        },
        {
            "terminal": ("terminal", list(wiring.terminals), "1", "terminal"),
            "contact": ("contact", list(wiring.names), "1", "contact"),
        },
        question="wires.currents",
        parameters=given,
        options={"bias": dict(bias), "floating": [wiring.terminals[number] for number in np.flatnonzero(free)]},
        method="projection on the modes that are not pinned, T = 1 - Σ n nᵀ; no current at floating terminals",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )


def _rows(pinned: Any) -> list[Any]:
    if isinstance(pinned, str) or not isinstance(pinned, Sequence | np.ndarray):
        raise InputError("pinned", "be a list of vectors", shown(pinned), "for example [[1, -1, 0], [1, 1, 2]]")
    return list(pinned)


def _vector(argument: str, values: Any, modes: int) -> FloatArray:
    if isinstance(values, str) or np.ndim(values) != 1 or len(values) != modes:
        raise InputError(argument, f"have {modes} entries, one a mode", shown(values))
    vector = np.array([finite(f"{argument}[{number}]", value) for number, value in enumerate(values)])
    largest = np.abs(vector).max()
    if largest == 0:
        raise InputError(argument, "not be zero", shown(list(values)), "leave it out")
    vector /= largest  # squares of very large or small entries leave the range of floats
    return np.asarray(vector / np.linalg.norm(vector))


def _pinned(pinned: Any, phase: str | None, carriers: str, modes: tuple[str, ...]) -> tuple[FloatArray, dict[str, Any]]:
    """T and what it was asked for."""
    if (pinned is None) == (phase is None):
        got = "neither" if phase is None else "both"
        raise InputError("pinned", "be given, or `phase` instead", got, 'for example phase="trion"')
    if phase is None:
        return transmission(pinned, len(modes)), {"pinned": np.asarray(pinned), "modes": modes}
    if modes != MODES:
        raise InputError("phase", f"go with the modes {', '.join(MODES)}", shown(modes), "give `pinned` instead")
    vectors = PINNED[choice("carriers", carriers, PINNED)][choice("phase", phase, PINNED["holes"])]
    return transmission(vectors, len(modes)), {"phase": phase, "carriers": carriers, "pinned": vectors}


def _contacts(modes: Sequence[str], contacts: Mapping[str, Sequence[str]] | None) -> Contacts:
    names = tuple(modes)
    if isinstance(modes, str) or not names or len(set(names)) < len(names):
        raise InputError("modes", "be different names", shown(modes))
    if contacts is None:
        shared = ("up", "down") if {"up", "down"} <= set(names) else ()
        contacts = {"primary": shared} if shared else {}
        contacts |= {name: (name,) for name in names if name not in shared}
    fed = sorted(mode for each in contacts.values() for mode in each)
    if fed != sorted(names):
        raise InputError("contacts", f"feed each of {', '.join(names)} once", shown(dict(contacts)))
    incidence = np.array([[float(name in each) for each in contacts.values()] for name in names])
    return Contacts(names, tuple(contacts), incidence)


def _terminal_matrix(between: FloatArray) -> FloatArray:
    """Current into each terminal per potential of each: ± what flows through, left ends first."""
    return np.asarray(np.block([[between, -between], [-between, between]]))


def _floating(between: FloatArray, driven: int) -> float:
    """Two-terminal conductance of one contact while the others carry no current (a Schur complement)."""
    others = np.arange(len(between)) != driven
    inverse = np.linalg.pinv(between[np.ix_(others, others)], rcond=SOLVABLE, hermitian=True)
    found = float(between[driven, driven] - between[driven, others] @ inverse @ between[others, driven])
    return found if abs(found) > SOLVABLE else 0.0


def _circuit(wiring: Contacts, bias: Mapping[str, float], floating: Iterable[str]) -> tuple[FloatArray, Any]:
    """Potentials of the terminals, zero where they float, and which of them float."""
    if not isinstance(bias, Mapping):
        raise InputError("bias", "map terminals to potentials", shown(bias), 'for example {"primary": 1.0}')
    if isinstance(floating, str):
        raise InputError("floating", "be a list of terminals", shown(floating), f"write [{floating!r}]")
    potential, biased = np.zeros(len(wiring.terminals)), np.zeros(len(wiring.terminals), dtype=bool)
    for name, value in bias.items():
        left = _ends(f"bias[{name!r}]", name, wiring)[0]
        if biased[left]:
            raise InputError(f"bias[{name!r}]", "bias each terminal once", f"{wiring.terminals[left]} twice")
        potential[left], biased[left] = finite(f"bias[{name!r}]", value), True
    free = np.zeros(len(wiring.terminals), dtype=bool)
    for name in floating:
        free[_ends("floating", name, wiring)] = True
    if (free & biased).any():
        clash = wiring.terminals[int(np.argmax(free & biased))]
        raise InputError("floating", "name terminals that are not biased", repr(clash))
    return potential, free


def _ends(argument: str, name: Any, wiring: Contacts) -> list[int]:
    if name in wiring.names:
        number = wiring.names.index(name)
        return [number, number + len(wiring.names)]
    return [wiring.terminals.index(choice(argument, name, (*wiring.names, *wiring.terminals)))]


def _settle(G: FloatArray, potential: FloatArray, free: Any) -> Any:
    """Write the potentials of floating terminals into `potential`; returns where they are not determined.

    G is positive semidefinite, so the drive of the floating block lies in that block's range: a solution exists.
    """
    null = np.zeros(free.shape, dtype=bool)
    if free.any():
        values, vectors = np.linalg.eigh(G[np.ix_(free, free)])
        kept = values > SOLVABLE
        drive = G[np.ix_(free, ~free)] @ potential[~free]
        potential[free] = -(vectors[:, kept] / values[kept]) @ (vectors[:, kept].T @ drive)
        null[free] = np.linalg.norm(vectors[:, ~kept], axis=1) > SOLVABLE
    return null


PHASE_NAMES = ("decoupled", "paired", "trion")
TRION = PHASE_NAMES.index("trion")


def protocol(
    phases: Callable[[float], str] | Sequence[str] | xr.DataArray, mu: ArrayLike, *, carriers: str = "holes"
) -> xr.Dataset:
    """Conductances against the chemical potential of the secondary, and where tuning back from 4/3 e²/h ends.

    Theory: docs/theory/wires.md, eq-conductance.

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

    Example:
        >>> found = at.wires.protocol(["paired", "trion", "decoupled"], [-1.0, 0.0, 1.0])
        >>> found.conductance.values.round(3).tolist(), bool(found.returned_to_paired)
        ([2.0, 1.333, 2.0], False)
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
