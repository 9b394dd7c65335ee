"""Physical constants, each once, in the units of the package (meV, mV, K, nm, ns, pA, aF); exact since 2019."""

import math

_E, _H, _K = 1.602176634e-19, 6.62607015e-34, 1.380649e-23  # C, J s, J/K by definition
_HBAR = _H / (2 * math.pi)

K_B = 0.08617333262
"""Boltzmann constant in meV/K."""

ELEMENTARY_CHARGE = 1e12 * _E
"""e in pA s."""

E_SQUARED = 1e21 * _E
"""e² in meV aF: the charging energy e²/C of 1 aF in meV."""

PA_PER_MEV = 243413.48072793944
"""e/ħ in pA per meV: the current of one electron per ħ/meV."""

CONDUCTANCE_QUANTUM = PA_PER_MEV / (2 * math.pi)
"""e²/h in pA per mV."""

PER_NS = 1e-9 * PA_PER_MEV / ELEMENTARY_CHARGE
"""1/ħ in 1/ns per meV."""

HBAR_MEV_NM = 1e12 * _HBAR / _E
"""ħ times one m/s, in meV nm."""
