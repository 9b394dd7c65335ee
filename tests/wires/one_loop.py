"""Oracle: one-loop renormalisation of fermions with linear bands, without bosons.

H = v Σ_a (R†_a(-i∂)R_a - L†_a(-i∂)L_a) + Σ Γ_{ab;cd} R†_a R_b L†_c L_d, normal ordered, all species with one velocity
v. To second order the cut-off's reduction by dℓ closes one right- and one left-moving line in a loop, whose propagators
give ±dℓ/2πv: minus where both lines run in parallel (two particles or two holes: a virtual pair lowers the energy),
plus where they run against each other (particle and hole; one more exchange of fermions):

    dΓ_{ab;cd}/dℓ = (1/2πv) Σ_{ef} [Γ_{ae;fd} Γ_{eb;cf} - Γ_{ae;cf} Γ_{eb;fd}].

Processes among R alone (or L) do not flow at this order and only shift velocities. For the primary's spins alone this
is g-ology: dg_1/dℓ = -g_1²/πv and d(2g_2 - g_1)/dℓ = 0.
"""

import numpy as np

UP, DOWN, SECONDARY = range(3)


def vertex(g_1, g_2, g_sec, V_forward, V_backward):
    """Γ of the wires: g_1 R†_σ L_σ L†_σ' R_σ' and g_2 in the primary, forward and backward scattering between them.

    Backscattering of two species, V R†_a L_a L†_b R_b = -V R†_a R_b L†_b L_a, is Γ_{ab;ba} = -V.
    """
    G = np.zeros((3,) * 4)
    for a in (UP, DOWN):
        for b in (UP, DOWN):
            G[a, a, b, b] += g_2
            G[a, b, b, a] -= g_1
        G[a, a, SECONDARY, SECONDARY] = G[SECONDARY, SECONDARY, a, a] = V_forward
        G[a, SECONDARY, SECONDARY, a] = G[SECONDARY, a, a, SECONDARY] = -V_backward
    G[SECONDARY, SECONDARY, SECONDARY, SECONDARY] = g_sec
    return G


def flow(G, v):
    """dΓ/dℓ."""
    opposed = np.einsum("aefd,ebcf->abcd", G, G)
    parallel = np.einsum("aecf,ebfd->abcd", G, G)
    return (opposed - parallel) / (2 * np.pi * v)


def couplings(G):
    """(g_1, 2g_2 - g_1, g_sec, V_forward, V_backward) of a vertex with the symmetry of `vertex`."""
    g_1 = -G[UP, DOWN, DOWN, UP]
    g_2 = G[UP, UP, DOWN, DOWN]
    return (
        g_1,
        2 * g_2 - g_1,
        G[SECONDARY, SECONDARY, SECONDARY, SECONDARY],
        G[UP, UP, SECONDARY, SECONDARY],
        -G[UP, SECONDARY, SECONDARY, UP],
    )
