"""Wilson chains: a flat band of conduction electrons as a chain whose hoppings fall off exponentially.

The band [-D, D] with constant density is cut at ±D Λ^{1-j-z}, j = 1, 2, …, with a twist z ∈ (0, 1] that moves all cuts
together. Of each interval one state is kept, whose energy is such that the mean over z gives the flat density back
(Žitko and Pruschke 2009; for a flat band its equation has the closed solution)

    ε_1 = (1 - z) + (1 - Λ^{-z})/ln Λ,               w_1 = (1 - Λ^{-z})/2,
    ε_j = Λ^{2-j-z} (1 - 1/Λ)/ln Λ,                   w_j = Λ^{2-j-z} (1 - 1/Λ)/2,      j ≥ 2,

in units of D, at energies ±ε_j with weight w_j each. The levels become a chain f_0, f_1, … by Lanczos's recursion; with
levels in pairs ±ε_j no site has an energy of its own, and even and odd sites are even and odd in the sign of ε. The
recursion loses all digits of double precision within ten sites, so it runs in decimals (`digits`).
"""

from decimal import Decimal, localcontext
from functools import lru_cache
from math import ceil, log10

MORE_LEVELS = 30
"""Levels beyond the number of sites."""


@lru_cache(maxsize=256)
def hoppings(Lambda: float, twist: float, sites: int) -> tuple[float, ...]:
    """Hoppings t_1, …, t_{sites-1} between neighbouring sites of the chain in units of D; they fall off as Λ^{-n/2}.

    Args:
        Lambda: Λ > 1.
        twist: z in (0, 1].
        sites: of the chain, at least 1.
    """
    with localcontext() as context:
        context.prec = digits(Lambda, sites)
        ratio, z = Decimal(Lambda), Decimal(twist)
        first, log = ratio**-z, ratio.ln()
        energies = [(1 - z) + (1 - first) / log]
        weights = [1 - first]  # 2 w_j
        width = first * (1 - 1 / ratio)
        for _ in range(sites + MORE_LEVELS - 1):
            energies.append(width / log)
            weights.append(width)
            width /= ratio
        before, vector, hopping = (
            [Decimal(0)] * len(weights),
            _unit([weight.sqrt() for weight in weights])[0],
            Decimal(0),
        )
        found = []
        for _ in range(sites - 1):
            pushed = [e * v - hopping * b for e, v, b in zip(energies, vector, before, strict=True)]
            before, (vector, hopping) = vector, _unit(pushed)
            found.append(float(hopping))
    return tuple(found)


def digits(Lambda: float, sites: int) -> int:
    """Digits of the recursion; those that it loses grow with the square of the length."""
    return 50 + ceil(0.5 * (sites + 5) ** 2 * log10(Lambda))


def _unit(vector: list[Decimal]) -> tuple[list[Decimal], Decimal]:
    """The vector with norm 1, and its norm."""
    norm = sum((entry * entry for entry in vector), Decimal(0)).sqrt()
    return [entry / norm for entry in vector], norm
