"""(1) to (3) of Hamo et al., and what follows from them."""

from tests.papers.mutations import Broken

BROKEN = {
    "(3): the energy of an electron with the wrong sign": Broken(
        folder="dots",
        piece="energy[..., 3] + energy[..., 0] - energy[..., 1]",
        broken="energy[..., 3] + energy[..., 0] + energy[..., 1]",
        figure="hamo-2c-f",
        reading="dressed_neighbour",
    ),
}
