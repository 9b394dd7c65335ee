"""What is known exactly about the linear conductance of dots."""

import numpy as np
from mpmath import mpc, psi


def free_level(level, Gamma, kT):
    """g = (πΓ/2)∫A(-f') and ⟨n⟩ = ∫A f of one level of full width Γ between wide bands, A its Lorentzian.

    With z = ½ + (Γ/2 + iε)/2πk_BT:   g = Γ Re ψ'(z)/4πk_BT,   ⟨n⟩ = ½ - Im ψ(z)/π.
    """
    z = mpc(0.5 + Gamma / (4 * np.pi * kT), level / (2 * np.pi * kT))
    return Gamma / (4 * np.pi * kT) * float(psi(1, z).real), 0.5 - float(psi(0, z).imag) / np.pi


def kondo_temperature(U, Gamma):
    """T_L = 1/4χ of the symmetric Anderson model (Bethe ansatz; Hewson 1993), χ of S_z in unit gµ_B, h = Γ/2."""
    h = Gamma / 2
    return U * np.sqrt(h / (2 * U)) * np.exp(-np.pi * U / (8 * h) + np.pi * h / (2 * U))
