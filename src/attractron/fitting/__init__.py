"""A device fitted to a whole measured diagram, with what the data fix of its parameters and what they cannot."""

from attractron.fitting.fit import fit_diagram

__all__ = ["fit_diagram"]
