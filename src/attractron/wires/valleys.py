"""Two valleys as one primary: four sectors, what pins them, and which order is then the strongest.

Electrons of a metallic tube move right or left (r = ±1) in the valley ν = ±1 with the spin σ = ±1,
ψ_{rνσ} ~ exp i(θ_νσ - rφ_νσ + r k_F x + νKx). Charge and spin, total and relative, are

    φ_c± = (φ_{1c} ± φ_{2c})/√2,      φ_s± = (φ_{1s} ± φ_{2s})/√2,      φ_νσ = ½(φ_c+ + νφ_c- + σφ_s+ + νσφ_s-),

and θ likewise (Shavit and Oreg 2020, end of sec. III B: "CNTs, which host two spinful sectors, one in each valley").
Each sector has its Luttinger parameter; Coulomb repulsion lowers K_c+ only, the others stay near 1. An operator
exp i(vᵀφ + wᵀθ) has the dimension (vᵀKv + wᵀK⁻¹w)/4. A sector whose φ is pinned costs it nothing in φ and forbids θ, a
sector whose θ is pinned the other way round.

What a secondary pins depends on what it scatters:

    within a valley    ψ†_{Rν}ψ_{Lν}, 2k_F:       φ_νs, both φ_s+ and φ_s-, by cos√2φ_νs cos(√2φ_νc + 2φ),
    between them       ψ†_{Rν}ψ_{L-ν}, 2k_F ± 2K: φ_s+ and θ_s-, since the same combination of the movers of a channel
                                                  (R of one valley, L of the other) exchanges φ_- and -θ_- of both
                                                  charge and spin: K_- → 1/K_-.

The pairs of a channel, right mover of one valley and left mover of the other, have no momentum: they go from one
channel to the other as they are, the coupling (23) between valleys, which in the fields of the valleys is cos 2φ_c-,
dimension K_c-. Pairs within a valley have the momentum ±2K, their exchange would change it by 4K, and it is the charge
waves of the valleys, both at 2k_F, that lock, (25), in the same fields too: either way φ_c- is pinned, and the spin s-
decides. Dimensions of what survives, φ_s+ and φ_c- pinned:

    θ_s- pinned:  pairs of opposite valleys 1/(4K_c+), charge waves of four electrons K_c+: pairs win for K_c+ > ½;
    φ_s- pinned:  charge waves of 2k_F K_c+/4, four electrons together 1/K_c+: waves win for K_c+ < 2.

One valley alone needs K_c > 1 (18). So a second spinful sector brings superconducting correlations to wires that repel,
in one dimension, if the secondary scatters between the valleys. That costs it a potential that varies on the scale of
the lattice, or tubes whose valleys have the same momentum along the axis (zig-zag), where angular momentum alone
forbids it and a wire at the side breaks that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, choice, finite, member, positive, shown
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.results import dataset, flags

SECTORS = ("c+", "s+", "c-", "s-")

NOTHING: dict[str, str] = {}
GAPS: dict[str, dict[str, str]] = {
    "nothing": {},
    "spin within valleys": {"s+": "phi", "s-": "phi"},
    "within valleys": {"s+": "phi", "s-": "phi", "c-": "phi"},
    "spin between valleys": {"s+": "phi", "s-": "theta"},
    "between valleys": {"s+": "phi", "s-": "theta", "c-": "phi"},
}
"""What is pinned: by a secondary that scatters within valleys or between them, before and after the coupling of the
pairs of both sectors has become strong."""

KNOBS = {
    "K_c_plus": ("1", "Luttinger parameter K_c+ of the total charge"),
    "K_c_minus": ("1", "Luttinger parameter K_c- of the relative charge"),
    "K_s_plus": ("1", "Luttinger parameter K_s+ of the total spin"),
    "K_s_minus": ("1", "Luttinger parameter K_s- of the relative spin"),
}

WAVE, PAIRS, QUARTETS = 0, 1, 2
KINDS = {WAVE: "density wave", PAIRS: "pairs", QUARTETS: "four electrons"}

VALIDITY = (
    "Energies below all gaps that are named; the liquid's own K at that scale; single scattering processes at their "
    "leading order, without the flow that opens the gaps.",
    "Momenta: incommensurate filling, 4K no vector of the reciprocal lattice; the tube's lattice enters by them alone.",
)


@dataclass(frozen=True, kw_only=True)
class TwoValleys(ShownAsTable):
    """The four sectors of a tube with two spinful valleys (module's docstring).

    Attributes:
        K_c_plus: of the total charge; below 1 for repulsion, 0.2 to 0.5 in tubes.
        K_c_minus, K_s_plus, K_s_minus: of the neutral sectors, near 1.

    Raises:
        InputError: a parameter that is not positive.

    Example:
        >>> tube = at.wires.TwoValleys(K_c_plus=0.7)
        >>> str(at.wires.valley_orders(tube, "between valleys").dominant.values)  # repulsive, and yet
        'pairs'
    """

    K_c_plus: float
    K_c_minus: float = 1.0
    K_s_plus: float = 1.0
    K_s_minus: float = 1.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            positive(name, value)

    @classmethod
    def from_forward_scattering(cls, strength: float) -> "TwoValleys":
        """Of an interaction that sees the total charge alone: K_c+ = 1/√(1 + 4V(0)/(πħv_F)).

        Args:
            strength: V(0)/(πħv_F).

        Raises:
            InputError: attraction at which the tube collapses, strength ≤ -1/4.
        """
        if finite("strength", strength) <= -0.25:
            raise InputError(
                "strength", "be above -1/4", shown(strength), "stronger attraction makes the tube collapse"
            )
        return cls(K_c_plus=float(1 / np.sqrt(1 + 4 * strength)))

    def with_parameters(self, **values: Any) -> "TwoValleys":
        """The same tube with some attributes changed."""
        return replace(self, **values)

    def describe(self) -> dict[str, Any]:
        """The parameters, JSON-safe."""
        return asdict(self)


class Operator(NamedTuple):
    """A product of electron operators: its name, kind, charge, and (v, w) of exp i(vᵀφ + wᵀθ) over the sectors."""

    name: str
    kind: int
    phi: tuple[float, ...]
    theta: tuple[float, ...]


Mover = tuple[int, int, int]
"""r, ν, σ."""

MOVERS: tuple[Mover, ...] = tuple(product((1, -1), (1, -1), (1, -1)))


def _vectors(movers: Sequence[tuple[int, Mover]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """v and w of Π ψ (sign +1) and ψ† (sign -1) over the sectors."""
    phi, theta = np.zeros(4), np.zeros(4)
    for sign, (r, nu, sigma) in movers:
        sector = 0.5 * np.array([1, sigma, nu, nu * sigma])
        phi -= sign * r * sector
        theta += sign * sector
    return tuple(phi.tolist()), tuple(theta.tolist())


def _told(mover: Mover) -> str:
    r, nu, sigma = mover
    return f"{'R' if r > 0 else 'L'}{1 if nu > 0 else 2}{'↑' if sigma > 0 else '↓'}"


def operators() -> tuple[Operator, ...]:
    """Density waves ψ†_R ψ_L, pairs ψ_R ψ_L, and products of two of a kind, once for each (v, w) up to its sign."""
    right, left = ([mover for mover in MOVERS if mover[0] == r] for r in (1, -1))
    found: dict[tuple[tuple[float, ...], tuple[float, ...]], Operator] = {}
    singles: dict[int, list[tuple[tuple[int, Mover], ...]]] = {WAVE: [], PAIRS: []}
    for a, b in product(right, left):
        singles[WAVE].append(((-1, a), (1, b)))
        singles[PAIRS].append(((1, a), (1, b)))
    doubles: dict[int, list[tuple[tuple[int, Mover], ...]]] = {
        WAVE: [(*a, *b) for a, b in combinations(singles[WAVE], 2)],
        QUARTETS: [(*a, *b) for a, b in combinations(singles[PAIRS], 2)],
    }
    for kind, movers in [(kind, each) for group in (singles, doubles) for kind, all_ in group.items() for each in all_]:
        if len({mover for _, mover in movers}) < len(movers):
            continue  # Pauli
        v, w = _vectors(movers)
        if (v, w) in found or (tuple(-x for x in v), tuple(-x for x in w)) in found or not any((*v, *w)):
            continue
        name = " ".join(_told(mover) + ("†" if sign < 0 else "") for sign, mover in movers)
        found[v, w] = Operator(name, kind, v, w)
    return tuple(found.values())


OPERATORS = operators()


def _dimensions(K: FloatArray, pinned: Mapping[str, str]) -> FloatArray:
    """Of every operator, infinite where it contains the dual of a pinned field (operator, point); K (sector, point)."""
    phi, theta = (np.array([getattr(each, name) for each in OPERATORS]) ** 2 for name in ("phi", "theta"))
    cost_phi, cost_theta = K.copy(), 1 / K
    for number, sector in enumerate(SECTORS):
        if sector in pinned:
            cost_phi[number], cost_theta[number] = (0.0, np.inf) if pinned[sector] == "phi" else (np.inf, 0.0)
    with np.errstate(invalid="ignore"):  # 0 · ∞: an operator without the dual field
        parts = [
            np.where(square[:, :, None] == 0, 0.0, square[:, :, None] * cost)
            for square, cost in ((phi, cost_phi[None]), (theta, cost_theta[None]))
        ]
    return np.asarray(sum(part.sum(axis=1) for part in parts) / 4)


def valley_orders(tube: TwoValleys, gaps: str = "nothing", axes: Mapping[str, ArrayLike] | None = None) -> xr.Dataset:
    """Which order is the strongest: density waves, pairs or groups of four electrons, of all that electrons can form.

    All products of one right and one left mover, and of two such, are written in the sectors; the smallest dimension
    of what the gaps leave wins (its susceptibility is the most divergent).

    Args:
        tube: the four sectors.
        gaps: what is pinned: "nothing", "spin within valleys", "within valleys", "spin between valleys" or "between
            valleys" (module's docstring; the last word of the coupling of pairs is in those without "spin").
        axes: parameters that vary; arrays make dimensions, numbers fix one.

    Returns:
        Dataset over the axes: `dimension` (kind, …), the smallest of each kind, infinite where all have a gap;
        `dominant`, a name without axes and a code with CF flags over them; `margin`, the smallest dimension of density
        waves less that of what carries charge, positive where superconducting correlations dominate.

    Raises:
        InputError: unknown gaps or axes, parameters that are not positive.

    Example:
        >>> tube = at.wires.TwoValleys(K_c_plus=0.6)
        >>> found = at.wires.valley_orders(tube, "between valleys", {"K_c_plus": [0.4, 0.6]})
        >>> found.margin.values.round(3).tolist()  # K_c+ - 1/(4K_c+)
        [-0.225, 0.183]
    """
    member("tube", tube, TwoValleys)
    pinned = GAPS[choice("gaps", gaps, GAPS)]
    knobs = over_axes("axes", axes or {}, KNOBS)
    held = {**tube.describe(), **knobs.fixed}
    for name, values in knobs.items():
        positive(f"axes[{name!r}]", float(np.min(values)))
    grid = [np.broadcast_to(knobs.open_grid.get(name, value), knobs.shape).ravel() for name, value in held.items()]
    K = np.stack(_in_sectors(dict(zip(held, grid, strict=True))))
    each, kinds = _dimensions(K, pinned), np.array([operator.kind for operator in OPERATORS])
    least = np.stack([each[kinds == kind].min(axis=0) for kind in KINDS])  # (kind, point)
    margin = least[WAVE] - np.minimum(least[PAIRS], least[QUARTETS])
    dominant = np.argmin(np.round(least, 12), axis=0).astype(np.int32)
    shape = knobs.shape
    result = dataset(
        {
            "dimension": (("kind", *knobs.dims), least.reshape(-1, *shape), "1", "smallest dimension of the kind"),
            "margin": (knobs.dims, margin.reshape(shape), "1", "dimension of density waves less that of pairs"),
            "dominant": (knobs.dims, dominant.reshape(shape) if shape else KINDS[int(dominant[0])], "1", "order"),
        },
        {"kind": ("kind", list(KINDS.values()), "1", "kind of order"), **knobs.labelled(KNOBS)},
        question="wires.valley_orders",
        parameters=tube.describe(),
        options={"gaps": gaps, "pinned": pinned, "fixed": knobs.fixed},
        method="quadratic forms of all products of two and four electrons, those that a pinned field gaps left out",
        validity=VALIDITY,
        references=("shavit_oreg2020", "attractron"),
    )
    if shape:
        result["dominant"].attrs.update(flags(KINDS))
    return result


def _in_sectors(held: Mapping[str, FloatArray]) -> list[FloatArray]:
    return [np.asarray(held[name]) for name in ("K_c_plus", "K_s_plus", "K_c_minus", "K_s_minus")]


def valley_couplings(tube: TwoValleys, *, K: float = 1.0) -> xr.Dataset:
    """Dimensions of what opens the gaps: a secondary's scattering within and between valleys, the coupling of pairs.

    Args:
        tube: the four sectors.
        K: Luttinger parameter of the secondary, whose 2k density has the dimension K.

    Returns:
        Dataset over `scattering` ("within valleys", "between valleys"): `secondary`, the dimension of
        cos√2φ_s cos(√2φ_c + 2φ) in the fields of what it scatters between; `pairs`, that of the coupling of the pairs
        of both sectors once their spins have a gap; `relevant`, `pairs_relevant`.

    Raises:
        InputError: K not positive.

    Example:
        >>> at.wires.valley_couplings(at.wires.TwoValleys(K_c_plus=1.0), K=1.0).secondary.values.tolist()
        [2.0, 2.0]
    """
    member("tube", tube, TwoValleys)
    positive("K", K)
    c, s = tube.K_c_plus, tube.K_s_plus
    minus = {
        "within valleys": (tube.K_c_minus, tube.K_s_minus),
        "between valleys": (1 / tube.K_c_minus, 1 / tube.K_s_minus),
    }
    secondary = [(c + s + charge + spin) / 4 + K for charge, spin in minus.values()]
    pairs = [tube.K_c_minus] * 2
    return dataset(
        {
            "secondary": ("scattering", secondary, "1", "dimension of the coupling to the secondary"),
            "relevant": ("scattering", np.array(secondary) < 2, "1", "the secondary's coupling is relevant"),
            "pairs": ("scattering", pairs, "1", "dimension of the coupling of pairs or of their density waves"),
            "pairs_relevant": ("scattering", np.array(pairs) < 2, "1", "the coupling of pairs is relevant"),
        },
        {"scattering": ("scattering", list(minus), "1", "what the secondary scatters between")},
        question="wires.valley_couplings",
        parameters={**tube.describe(), "K": K},
        method="quadratic forms",
        validity=VALIDITY,
        references=("shavit_oreg2020", "attractron"),
    )
