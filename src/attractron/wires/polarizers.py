"""Side chains: a secondary that does not move, one polarizer beside each site of the primary (Little's limit).

A rung has a near and a far place, the near one δ above the far one, joined by the amplitude t. With n electrons of the
primary on its site the rung has the Hamiltonian

    H(n) = H_0 + n V N_near,

and integrating it out gives the site the energy E(n) of its ground state, hence the interaction of two electrons

    U_ind = E(2) - 2E(1) + E(0) ≤ 0,

negative because the ground state of a Hamiltonian linear in n is concave in n. To second order in V

    U_ind = -2V² Σ_x |<x|N_near|0>|²/Ẽ_x = -V² χ,

χ the static response of N_near. One electron on the rung (basis near, far): Ẽ = √(δ² + 4t²), <x|N_near|0> = t/Ẽ,

    U_ind = -2V²t²/Ẽ³      (= -V²/(2Ẽ) at δ = 0),

and beyond second order U_ind → -Ẽ/2 for V ≫ t at δ = 0: no V overcomes a larger repulsion. A bias δ = -V, at which the
rung is symmetric beside one electron, has no such bound: U_ind = 2t - √(4t² + V²), -V²/(4t) at first and -V at most.

Two electrons, the rung of a half-filled Hubbard ladder with repulsions U on a place and V_r between them, in the basis
of singlets (2 near, 1 and 1, 2 far) with hopping -√2t: at δ = 0 the excitation that N_near reaches is the odd
combination of the doublon near and the doublon far, and with D = U - V_r

    Ẽ = [D + √(D² + 16t²)]/2,     |<x|N_near|0>|² = [1 - D/√(D² + 16t²)]/2,

so for t ≪ D: Ẽ → D + 4t²/D (the paper's "difference between on-site and inter-leg repulsion") and
U_ind → -8V²t²/D³: a rung that is a good Mott insulator polarises little. The attraction is instantaneous only while Ẽ
is far above the primary's bandwidth.

The density of a rung's near place is not conserved (t moves it), so that χ stays finite for a uniform charge of the
primary. A gapped liquid whose whole density couples is different: see `attractron.wires.gapped`.

Static and retarded. That attraction is the one of electrons that stand still. Two electrons that hop by τ between
neighbours on a ring (`pair_energy`) have with their polarizers the Hamiltonian

    H = -τ Σ c†_iσ c_i+1,σ + U_0 Σ n_i↑ n_i↓ + Σ_i [H_0 + n_i V N_near]_i

and the energy E_pair = E(2) - 2E(1) + E(0), negative when they bind. For Ẽ ≫ τ at fixed V²/Ẽ, the static limit, the
polarizers follow at once, V ≪ Ẽ, and the ring is a Hubbard ring with U_0 + U_ind, whose two electrons obey

    (U_0 + U_ind)/N Σ_k 1/(E + 4τ cos k) = 1.

For Ẽ below the bandwidth 4τ of an electron the attraction comes too late, while U_0 is there at once.

Pairs that move. With τ small against both Ẽ and the binding -(U_0 + U_ind), pairs are the particles (`pair_exchange`).
A pair beside an empty site gains energy by virtual hops of one of its electrons, and moves when the second follows:

    J_z = 2τ² Σ_xy |<x|2><y|0>|²/C_xy,     J_xy = 2τ² Σ_xy <0|x><x|2><2|y><y|0>/C_xy,
    C_xy = E_x(1) + E_y(1) - E(2) - E(0) - U_0,

|n> the ground state of the rung beside n electrons, x and y its states beside one. Pairs are then a chain of spins ½
(pair or empty) with exchange J_xy in the plane and J_z across it. By Cauchy and Schwarz J_z ≥ J_xy: the pair must carry
its polarization along. In the static limit all overlaps are 1 and both are 2τ²/|U_0 + U_ind|: superconducting
correlations of pairs dominate at every filling but one half, where they tie. J_z > J_xy orders the pairs at half
filling, and near it density waves of pairs dominate.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.sparse import csr_array, diags_array, eye_array, kron
from scipy.sparse.linalg import eigsh

from attractron.core.checks import FloatArray, axis, finite, member, non_negative, positive, whole
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.results import dataset

SIZES = (2, 8)
"""Sites of a ring that is diagonalised: 64·256 states of two electrons and eight polarizers at most."""

DENSE = 300
"""States up to which a Hamiltonian is diagonalised as a whole."""

VALIDITY = (
    "The rung follows the primary's electrons at once: its excitation energy is far above their bandwidth.",
    "Rungs do not talk to one another, and each sees one site of the primary.",
)


@dataclass(frozen=True, kw_only=True)
class Rung(ShownAsTable):
    """A polarizer: one or two electrons on a near and a far place.

    Theory: docs/theory/wires.md, eq-little.

    Attributes:
        t: tunnelling amplitude between the places, meV, positive.
        delta: energy of the near place above the far one, meV.
        U: repulsion of two electrons on one place, meV (no effect on one electron).
        V_rung: repulsion of electrons on the two places, meV (the same).
        electrons: 1, the two-level polarizer, or 2, a rung of the half-filled ladder (singlet).

    Raises:
        InputError: numbers that are not finite, t ≤ 0, negative repulsions, another number of electrons.

    Example:
        >>> rung = at.wires.Rung(t=1.0)  # Ẽ = 2t
        >>> rung.attraction([0.1, 100.0]).round(4).tolist()  # -V²/2Ẽ at first, -Ẽ/2 at most
        [-0.0025, -0.985]
    """

    t: float
    delta: float = 0.0
    U: float = 0.0
    V_rung: float = 0.0
    electrons: int = 1

    def __post_init__(self) -> None:
        positive("t", self.t)
        finite("delta", self.delta)
        non_negative("U", self.U)
        non_negative("V_rung", self.V_rung)
        if whole("electrons", self.electrons) not in (1, 2):
            raise InputError("electrons", "be 1 or 2", self.electrons)

    def matrices(self) -> tuple[FloatArray, FloatArray]:
        """H_0 in meV and N_near, in the basis of this module's text."""
        if self.electrons == 1:
            return np.array([[self.delta / 2, -self.t], [-self.t, -self.delta / 2]]), np.diag([1.0, 0.0])
        hop = -np.sqrt(2) * self.t
        levels = [self.U + self.delta, self.V_rung, self.U - self.delta]
        return np.diag(levels) + hop * (np.eye(3, k=1) + np.eye(3, k=-1)), np.diag([2.0, 1.0, 0.0])

    def response(self) -> tuple[float, float]:
        """χ = 2 Σ_x |<x|N_near|0>|²/Ẽ_x in 1/meV, and in meV the lowest Ẽ that N_near reaches."""
        H, near = self.matrices()
        energies, states = np.linalg.eigh(H)
        weights = (states.T @ near @ states[:, 0])[1:] ** 2
        costs = energies[1:] - energies[0]
        return float(2 * np.sum(weights / costs)), float(costs[weights > 1e-20 * weights.max()][0])

    def attraction(self, V: ArrayLike) -> FloatArray:
        """U_ind = E(2) - 2E(1) + E(0) in meV over the shape of V (meV), without perturbation theory."""
        H, near = self.matrices()
        coupling = np.asarray(V, dtype=float)[..., np.newaxis, np.newaxis]
        none, one, two = (np.linalg.eigvalsh(H + n * coupling * near)[..., 0] for n in (0, 1, 2))
        return np.asarray(two - 2 * one + none)


def little(rung: Rung, V: ArrayLike, *, repulsion: float = 0.0) -> xr.Dataset:
    """The attraction that polarizers give, against the primary's own repulsion.

    Theory: docs/theory/wires.md, eq-little.

    Args:
        rung: the polarizer.
        V: repulsion of an electron of the primary and one on the near place, meV, an axis.
        repulsion: of two electrons of the primary on one site, meV.

    Returns:
        Dataset over `V`: `attraction` (exact, meV, negative), `second_order` (-V²χ), `net` (repulsion + attraction) and
        `attractive` (net < 0). Scalars: `excitation` Ẽ in meV and `coefficient` c of second order, -c V²/Ẽ.

    Raises:
        InputError: V that is not an axis or repulsion that is negative.

    Example:
        >>> found = at.wires.little(at.wires.Rung(t=1.0), [0.1, 1.0], repulsion=0.1)
        >>> found.attraction.values.round(4).tolist(), found.attractive.values.tolist()
        ([-0.0025, -0.1781], [False, True])
    """
    member("rung", rung, Rung)
    couplings, own = axis("V", V), non_negative("repulsion", repulsion)
    chi, cost = rung.response()
    exact = rung.attraction(couplings)
    return dataset(
        {
            "attraction": ("V", exact, "meV", "induced interaction of two electrons"),
            "second_order": ("V", -chi * couplings**2, "meV", "induced interaction to second order"),
            "net": ("V", own + exact, "meV", "net interaction of two electrons"),
            "attractive": ("V", own + exact < 0, "1", "net interaction attracts"),
            "excitation": ((), cost, "meV", "excitation energy of the rung"),
            "coefficient": ((), chi * cost, "1", "coefficient c of the attraction c V²/Ẽ"),
        },
        {"V": ("V", couplings, "meV", "repulsion between site and near place")},
        question="wires.little",
        parameters=asdict(rung),
        options={"repulsion": own},
        method="exact diagonalisation of a rung for 0, 1, 2 electrons; second order in V beside it",
        validity=VALIDITY,
        references=("shavit_oreg2020", "little1964", "hirsch_scalapino1985"),
    )


def pair_energy(rung: Rung, V: ArrayLike, *, hopping: float, repulsion: float = 0.0, sites: int = 6) -> xr.Dataset:
    """Energy of two electrons on a ring with a polarizer at each site, against two that are alone.

    Args:
        rung: the polarizer.
        V: repulsion of an electron and one on the near place beside it, meV, an axis.
        hopping: τ of the electrons between neighbours, meV.
        repulsion: U_0 of two electrons on one site, meV.
        sites: N of the ring, 2 (one bond) to 8.

    Returns:
        Dataset over `V`: `pair_energy` E(2) - 2E(1) + E(0), exact, meV, negative when the electrons bind; `static`,
        that of a Hubbard ring with the net interaction of `little`, where it attracts (else not a number); `net`, that
        interaction. Scalars: `excitation` Ẽ in meV and `retardation` 4τ/Ẽ, the bandwidth over it.

    Raises:
        InputError: V that is not an axis, a hopping that is not positive, a negative repulsion, other numbers of sites.

    Example:
        >>> fast, slow = at.wires.Rung(t=50.0), at.wires.Rung(t=0.5)  # Ẽ = 100 and 1, V²/2Ẽ = 4 for both
        >>> strong = at.wires.pair_energy(fast, [np.sqrt(800.0)], hopping=1.0, sites=4)
        >>> weak = at.wires.pair_energy(slow, [np.sqrt(8.0)], hopping=1.0, sites=4)
        >>> float(strong.pair_energy[0].round(2)), float(weak.pair_energy[0].round(2))
        (-1.52, -0.33)
    """
    member("rung", rung, Rung)
    couplings, tau, own = axis("V", V), positive("hopping", hopping), non_negative("repulsion", repulsion)
    if not SIZES[0] <= whole("sites", sites) <= SIZES[1]:
        raise InputError("sites", f"lie between {SIZES[0]} and {SIZES[1]}", sites)
    found = np.array([_added(rung, float(coupling), tau, own, sites) for coupling in couplings])
    net = own + rung.attraction(couplings)
    static = [hubbard_pair(float(each), tau, sites) if each < 0 else math.nan for each in net]
    cost = rung.response()[1]
    return dataset(
        {
            "pair_energy": ("V", found, "meV", "energy of two electrons against two alone"),
            "static": ("V", static, "meV", "the same if polarizers followed at once"),
            "net": ("V", net, "meV", "net interaction of two electrons that stand still"),
            "excitation": ((), cost, "meV", "excitation energy of the rung"),
            "retardation": ((), 4 * tau / cost, "1", "bandwidth over the excitation energy"),
        },
        {"V": ("V", couplings, "meV", "repulsion between site and near place")},
        question="wires.pair_energy",
        parameters=asdict(rung),
        options={"hopping": tau, "repulsion": own, "sites": sites},
        method="exact diagonalisation of a ring with 0, 1, 2 electrons and a polarizer at each site",
        validity=(
            "Two electrons on a short ring: of pairs at a finite density it says nothing.",
            "A weak attraction U binds by U/N on N sites, instead of U²/8τ: rings must be longer than pairs.",
        ),
        references=("shavit_oreg2020", "little1964", "hirsch_scalapino1985"),
    )


def hubbard_pair(U: float, hopping: float, sites: int) -> float:
    """Energy of two electrons on a Hubbard ring with U < 0, against two alone (this module's equation)."""
    bands = 4 * hopping * np.cos(2 * np.pi * np.arange(sites) / sites) / (2.0 if sites == 2 else 1.0)
    free = -float(bands[0])

    def excess(energy: float) -> float:
        return float(np.mean(U / (energy + bands))) - 1

    lowest = brentq(excess, free + 1.001 * U, free + 1e-6 * U / sites, xtol=1e-14, rtol=1e-14)
    return float(lowest) - free


def _added(rung: Rung, V: float, hopping: float, repulsion: float, sites: int) -> float:
    none = sites * np.linalg.eigvalsh(rung.matrices()[0])[0]
    one, two = (_lowest(rung, n, V, hopping, repulsion, sites) for n in (1, 2))
    return float(two - 2 * one + none)


def _lowest(rung: Rung, electrons: int, V: float, hopping: float, repulsion: float, sites: int) -> float:
    """Lowest level of the ring with 1 or 2 electrons (opposite spins): states (place of up, of down, polarizers)."""
    H_0, near = (csr_array(matrix) for matrix in rung.matrices())
    ones = eye_array(sites)
    neighbour = eye_array(sites, k=1) + (eye_array(sites, k=1 - sites) if sites > 2 else 0 * ones)
    step = -hopping * (neighbour + neighbour.T)
    here = [np.eye(sites)[site] for site in range(sites)]
    if electrons == 1:
        moving, counts = step, here
    else:
        moving = kron(step, ones) + kron(ones, step) + diags_array(repulsion * np.eye(sites).ravel())
        counts = [np.add.outer(each, each).ravel() for each in here]
    H = kron(moving, eye_array(H_0.shape[0] ** sites))
    for site, count in enumerate(counts):
        H = H + kron(eye_array(len(count)), _beside(H_0, site, sites))
        H = H + V * kron(diags_array(count), _beside(near, site, sites))
    H = csr_array(H)
    if H.shape[0] <= DENSE:
        return float(np.linalg.eigvalsh(H.toarray())[0])
    return float(eigsh(H, k=1, which="SA", v0=np.ones(H.shape[0]), return_eigenvectors=False)[0])


def _beside(matrix: Any, site: int, sites: int) -> Any:
    """A matrix of one polarizer in the space of all."""
    size = matrix.shape[0]
    return kron(eye_array(size**site), kron(matrix, eye_array(size ** (sites - 1 - site))))


def pair_exchange(rung: Rung, V: ArrayLike, *, repulsion: float = 0.0) -> xr.Dataset:
    """How tightly bound pairs move and repel one another, for electrons that hop little.

    Args:
        rung: the polarizer.
        V: repulsion of an electron and one on the near place beside it, meV, an axis.
        repulsion: U_0 of two electrons on one site, meV.

    Returns:
        Dataset over `V`: `motion` J_xy/τ² and `repulsion` J_z/τ², 1/meV; `anisotropy` J_z/J_xy ≥ 1; not a number where
        two electrons that stand still do not attract. Scalar `excitation` Ẽ in meV.

    Raises:
        InputError: V that is not an axis, a negative repulsion.

    Example:
        >>> slow, fast = at.wires.Rung(t=0.5, delta=-3.0), at.wires.Rung(t=50.0, delta=-3.0)
        >>> [round(float(at.wires.pair_exchange(rung, [3.0]).anisotropy[0]), 3) for rung in (slow, fast)]
        [4.306, 1.0]
    """
    member("rung", rung, Rung)
    couplings, own = axis("V", V), non_negative("repulsion", repulsion)
    H_0, near = rung.matrices()
    beside = [np.linalg.eigh(H_0 + n * couplings[:, np.newaxis, np.newaxis] * near) for n in (0, 1, 2)]
    (none, empty), (one, middle), (two, full) = beside  # levels (V, x), states (V, place, x)
    left = np.einsum("vpx,vp->vx", middle, full[..., 0])  # <x|2>, where the pair leaves
    came = np.einsum("vpx,vp->vx", middle, empty[..., 0])  # <x|0>, where it arrives
    cost = one[:, :, np.newaxis] + one[:, np.newaxis, :] - (two + none)[:, :1, np.newaxis] - own
    bound = 2 * one[:, 0] - two[:, 0] - none[:, 0] > own
    inverse = 2 / np.where(bound[:, np.newaxis, np.newaxis], cost, np.nan)
    across = np.einsum("vx,vy,vxy->v", left**2, came**2, inverse)
    motion = np.einsum("vx,vy,vxy->v", left * came, left * came, inverse)
    return dataset(
        {
            "motion": ("V", motion, "1/meV", "exchange J_xy of pairs in the plane over τ²"),
            "repulsion": ("V", across, "1/meV", "exchange J_z of pairs across the plane over τ²"),
            "anisotropy": ("V", across / motion, "1", "J_z/J_xy, 1 in the static limit"),
            "excitation": ((), rung.response()[1], "meV", "excitation energy of the rung"),
        },
        {"V": ("V", couplings, "meV", "repulsion between site and near place")},
        question="wires.pair_exchange",
        parameters=asdict(rung),
        options={"repulsion": own},
        method="second order in the hopping with the exact states of two rungs",
        validity=("The hopping is small against the excitation of a rung and the binding of two electrons.",),
        references=("shavit_oreg2020", "hirsch_scalapino1985"),
    )
