"""Coulomb diamonds of one dot over gate and bias: lever arm, addition energies, how bias and leads couple."""
