"""Energies of the third-order processes of two dots and their polarizer, from the charge states themselves."""

from itertools import product

import numpy as np


def third_order_processes(alpha_V, V, alpha_delta_V=0.0, U=925.0, W=435.0):
    """a, b (..., process, 3) and Δ (..., process) of every process that changes the charges of P, L and R, µeV.

    E(n) = -µ·n + W n_L n_R + U (n_L + n_R) n_P at µ_P = U, µ_{L,R} = (U+W)/2 + αV ± αδV; P meets a lead at V or at 0,
    L and R leads at 0. From all eight states; a_j after event j alone, b_j before event j as the last.
    """
    alpha_V, V = np.broadcast_arrays(alpha_V, V)
    centre = (U + W) / 2 + alpha_V
    mu = np.stack([U + 0 * centre, centre + alpha_delta_V, centre - alpha_delta_V], axis=-1)

    def energy(n):
        return -mu @ n + W * n[1] * n[2] + U * (n[1] + n[2]) * n[0]

    a, b, Delta = [], [], []
    for initial, biased in product(product((0, 1), repeat=3), (1.0, 0.0)):
        start = np.array(initial)
        end, own = 1 - start, np.eye(3, dtype=int)
        supplied = [(1 - 2 * start[0]) * biased * V, 0.0, 0.0]
        a.append(np.stack([energy(np.abs(start - own[j])) - energy(start) - supplied[j] for j in range(3)], axis=-1))
        b.append(np.stack([energy(end) - energy(np.abs(end - own[j])) - supplied[j] for j in range(3)], axis=-1))
        Delta.append(energy(end) - energy(start) - supplied[0])
    return np.stack(a, axis=-2), np.stack(b, axis=-2), np.stack(Delta, axis=-1)
