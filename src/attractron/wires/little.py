"""Little's limit: a secondary that does not move, one polarizer beside each site of the primary.

A rung has a near and a far place, the near one δ above the far one, joined by the amplitude t. With n electrons of the
primary on its site the rung has the Hamiltonian

    H(n) = H_0 + n V N_near,

and integrating it out gives the site the energy E(n) of its ground state, hence the interaction of two electrons

    U_ind = E(2) - 2E(1) + E(0) ≤ 0,

negative because the ground state of a Hamiltonian linear in n is concave in n. To second order in V

    U_ind = -2V² Σ_x |<x|N_near|0>|²/Ẽ_x = -V² χ,

χ the static response of N_near. One electron on the rung (basis near, far): Ẽ = √(δ² + 4t²), <x|N_near|0> = t/Ẽ,

    U_ind = -2V²t²/Ẽ³      (= -V²/(2Ẽ) at δ = 0),

and beyond second order U_ind → -Ẽ/2 for V ≫ t at δ = 0: no V overcomes a larger repulsion.

Two electrons, the rung of a half-filled Hubbard ladder with repulsions U on a place and V_r between them, in the basis
of singlets (2 near, 1 and 1, 2 far) with hopping -√2t: at δ = 0 the excitation that N_near reaches is the odd
combination of the doublon near and the doublon far, and with D = U - V_r

    Ẽ = [D + √(D² + 16t²)]/2,     |<x|N_near|0>|² = [1 - D/√(D² + 16t²)]/2,

so for t ≪ D: Ẽ → D + 4t²/D (the paper's "difference between on-site and inter-leg repulsion") and
U_ind → -8V²t²/D³: a rung that is a good Mott insulator polarises little. The attraction is instantaneous only while Ẽ
is far above the primary's bandwidth.

The density of a rung's near place is not conserved (t moves it), so that χ stays finite for a uniform charge of the
primary. A gapped liquid whose whole density couples is different: see `attractron.wires.gapped`.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, finite, non_negative, positive, whole
from attractron.core.errors import InputError
from attractron.core.results import dataset

if TYPE_CHECKING:
    import xarray as xr

VALIDITY = (
    "The rung follows the primary's electrons at once: its excitation energy is far above their bandwidth.",
    "Rungs do not talk to one another, and each sees one site of the primary.",
)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A polarizer: one or two electrons on a near and a far place.

    Attributes:
        t: tunnelling amplitude between the places, meV, positive.
        delta: energy of the near place above the far one, meV.
        U: repulsion of two electrons on one place, meV (no effect on one electron).
        V_rung: repulsion of electrons on the two places, meV (the same).
        electrons: 1, the two-level polarizer, or 2, a rung of the half-filled ladder (singlet).

    Raises:
        InputError: numbers that are not finite, t ≤ 0, negative repulsions, another number of electrons.
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


def little(rung: Rung, V: ArrayLike, *, repulsion: float = 0.0) -> "xr.Dataset":
    """The attraction that polarizers give, against the primary's own repulsion.

    Args:
        rung: the polarizer.
        V: repulsion of an electron of the primary and one on the near place, meV, an axis.
        repulsion: of two electrons of the primary on one site, meV.

    Returns:
        Dataset over `V`: `attraction` (exact, meV, negative), `second_order` (-V²χ), `net` (repulsion + attraction) and
        `attractive` (net < 0). Scalars: `excitation` Ẽ in meV and `coefficient` c of second order, -c V²/Ẽ.

    Raises:
        InputError: V that is not an axis or repulsion that is negative.
    """
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
