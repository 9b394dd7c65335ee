"""Random junctions for the tests of transport."""

import numpy as np
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.dots import Device, Gate
from attractron.transport import Junction, Lead, pair_junction


def random_junction(seed, *, dots, lead_dots, kT=0.05, equilibrium=False):
    """A junction of `dots` dots with leads on the dots of `lead_dots`; energies of some ten k_BT."""
    rng = np.random.default_rng(seed)
    names = tuple("ABCDE"[:dots])
    upper = np.triu(rng.uniform(0.05, 0.6, (dots, dots)), 1)
    device = Device(
        dots=names,
        repulsion=upper + upper.T,
        levels=rng.uniform(-0.6, 0.2, dots),
        gates={"V_1": Gate(lever_arms={names[0]: 0.7, names[-1]: 0.2}, offset=0.1)},
    )
    leads = tuple(
        Lead(
            name=f"lead{number}",
            dot=names[dot],
            Gamma=float(rng.uniform(0.002, 0.02)),
            temperature=kT / K_B,
            mu=0.0 if equilibrium else float(rng.uniform(-0.2, 0.2)),
            bias=0.0 if equilibrium else float(rng.uniform(-1, 1)),
            lever_arms={names[0]: float(rng.uniform(0, 0.5))},
        )
        for number, dot in enumerate(lead_dots)
    )
    return Junction(device=device, leads=leads)


@st.composite
def junctions(draw, *, equilibrium=False):
    """Two or three dots, each with a lead, and up to two leads more."""
    dots = draw(st.integers(2, 3))
    more = draw(st.lists(st.integers(0, dots - 1), max_size=2))
    kT = draw(st.sampled_from([0.02, 0.05, 0.2]))
    seed = draw(st.integers(0, 10**6))
    return random_junction(seed, dots=dots, lead_dots=[*range(dots), *more], kT=kT, equilibrium=equilibrium)


def published(scale=1.0, **changes):
    """The junction of Fig. 4 with all couplings scaled."""
    couplings = {"Gamma_S": 0.0925, "Gamma_D": 0.0925, "Gamma_L": 0.21275, "Gamma_R": 0.41625}
    values = {"W": 0.435, "U": 0.925, "mu_P": 0.925, "temperature": 0.2}
    return pair_junction(**{**values, **{name: scale * value for name, value in couplings.items()}, **changes})
