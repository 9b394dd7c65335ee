"""The steady state of the hierarchy, and how it answers to a small bias, by preconditioned GMRES.

Tiers are coupled to their neighbours alone, and within a tier entries mix in groups of 2^m at most. So tiers are
eliminated from the deepest on, each with its own diagonal part, which sums the decay of its modes; the populations and
the first tier, where slow rates live, are solved exactly. A dozen iterations follow at any coupling.
"""

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from attractron.transport.hierarchy.equations import Equations
from attractron.transport.hierarchy.one_dot import Complex

EXACT = 1
"""Tiers up to this one are solved exactly in every iteration."""

TOLERANCE = 1e-10
"""Relative residual at which an iteration ends."""

RESTART, ROUNDS = 40, 10
"""Vectors that GMRES keeps, and how often it begins anew."""


class SteadyState:
    """The hierarchy up to a tier, ready to be solved.

    With the trace t of the populations, tᵀA = 0, and the even distribution u, A - αutᵀ is not singular, and
    (A - αutᵀ)ρ = -αu has the steady state of trace 1 as its solution.
    """

    def __init__(self, system: Equations, depth: int) -> None:
        self.size = system.ends[depth]
        self.depth = depth
        self.generator = sparse.csr_array(system.generator[: self.size, : self.size])
        self.ends = system.ends[: depth + 1]
        self.states = system.states
        self.strength = float(np.abs(self.generator[: self.states].data).max())

    @cached_property
    def density(self) -> Complex:
        """ρ of all entries, the first ones populations, whose sum is 1; NaN where the iteration did not end."""
        right = np.zeros(self.size, dtype=complex)
        right[: self.states] = -self.strength / self.states
        return self._solved(right)

    def response(self, tilt: Complex) -> Complex:
        """Change of ρ with a parameter, where the generator changes by the diagonal matrix `tilt` (entry,)."""
        return self._solved(-tilt * self.density)

    def _solved(self, right: Complex) -> Complex:
        shape = (self.size, self.size)
        operator = linalg.LinearOperator(shape, matvec=self._applied, dtype=complex)
        before = linalg.LinearOperator(shape, matvec=self._preconditioner, dtype=complex)
        found, failed = linalg.gmres(
            operator, right, M=before, rtol=TOLERANCE, atol=0.0, restart=min(RESTART, self.size), maxiter=ROUNDS
        )
        return np.full(self.size, np.nan, dtype=complex) if failed else np.asarray(found)

    def _applied(self, vector: Complex) -> Complex:
        product = self.generator @ vector
        product[: self.states] -= self.strength / self.states * vector[: self.states].sum()
        return np.asarray(product)

    @cached_property
    def _preconditioner(self) -> Callable[[Complex], Complex]:
        """Tiers eliminated one by one, in the approximation that each sees the others by its own diagonal part."""
        last = min(EXACT, self.depth)
        edges = [0, *self.ends[last:]]
        parts = [slice(*pair) for pair in pairwise(edges) if pair[0] < pair[1]]
        inner = self.generator[parts[0], parts[0]].toarray()
        inner[: self.states, : self.states] -= self.strength / self.states
        solvers = [linalg.splu(sparse.csc_array(inner))]
        solvers += [linalg.splu(sparse.csc_array(self.generator[part, part])) for part in parts[1:]]
        up = [sparse.csr_array(self.generator[one, two]) for one, two in pairwise(parts)]
        down = [sparse.csr_array(self.generator[two, one]) for one, two in pairwise(parts)]

        def eliminated(vector: Complex) -> Complex:
            found = np.array(vector, dtype=complex).ravel()
            for number in range(len(up), 0, -1):
                found[parts[number - 1]] -= up[number - 1] @ solvers[number].solve(found[parts[number]])
            found[parts[0]] = solvers[0].solve(found[parts[0]])
            for number in range(1, len(parts)):
                right = found[parts[number]] - down[number - 1] @ found[parts[number - 1]]
                found[parts[number]] = solvers[number].solve(right)
            return found

        return eliminated
