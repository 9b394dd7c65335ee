"""Physical constants in the units of the package (meV, K, nm, pA): CODATA 2018, exact since 2019."""

K_B = 0.08617333262
"""Boltzmann constant in meV/K."""
