"""The same parameters through two theories, and through a theory and a measurement."""

from attractron.fitting.fit import fit_diagram

__all__ = ["fit_diagram"]
