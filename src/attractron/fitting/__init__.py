"""A device fitted to a whole measured diagram or map, with what the data fix of its parameters and what they cannot."""

from attractron.fitting.fit import fit_diagram
from attractron.fitting.pair_current import fit_pair_current
from attractron.fitting.pair_gates import fit_pair_gates

__all__ = ["fit_diagram", "fit_pair_current", "fit_pair_gates"]
