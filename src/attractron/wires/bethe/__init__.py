"""Exactly solved chains, whose Luttinger parameters and velocities come from the Bethe ansatz."""
