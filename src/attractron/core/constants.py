"""Physical constants, each once, in the units of the package (meV, mV, K, nm, ns, pA, aF); exact since 2019."""

import math

_E, _H, _K = 1.602176634e-19, 6.62607015e-34, 1.380649e-23  # C, J s, J/K by definition
_HBAR = _H / (2 * math.pi)

K_B = round(1e3 * _K / _E, 11)
"""Boltzmann constant in meV/K, 0.08617333262: ten digits, as tables print it, with which published results are made."""

ELEMENTARY_CHARGE = 1e12 * _E
"""e in pA s."""

E_SQUARED = 1e21 * _E
"""e² in meV aF: the charging energy e²/C of 1 aF in meV."""

COULOMB = 1e12 * _E / (4 * math.pi * 8.8541878128e-12)
"""e²/(4πε_0) in meV nm, with ε_0 of CODATA 2018."""

PA_PER_MEV = 1e9 * _E**2 / _HBAR
"""e/ħ in pA per meV: the current of one electron per ħ/meV."""

CONDUCTANCE_QUANTUM = 1e9 * _E**2 / _H
"""e²/h in pA per mV."""

PLANCK = 1e12 * _H / _E
"""h in meV/GHz."""

PER_NS = 1e-9 * PA_PER_MEV / ELEMENTARY_CHARGE
"""1/ħ in 1/ns per meV."""

HBAR_MEV_NM = 1e12 * _HBAR / _E
"""ħ times one m/s, in meV nm."""
