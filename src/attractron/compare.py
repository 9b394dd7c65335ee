"""Former name of `attractron.fitting`, so that `from attractron.compare import fit_diagram` still works."""

from attractron.fitting import fit_diagram

__all__ = ["fit_diagram"]
