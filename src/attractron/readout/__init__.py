"""Measured or simulated data in, physical parameters out; what cannot be read is said, never guessed."""

from attractron.readout.formats import load
from attractron.readout.trace import charging_line, interdot_line

__all__ = ["charging_line", "interdot_line", "load"]
