"""Measured or simulated data in, physical parameters out; what cannot be read is said, never guessed."""

from attractron.readout.formats import load
from attractron.readout.trace import charging_line, interdot_line
from attractron.readout.vertex import read_vertex

__all__ = ["charging_line", "interdot_line", "load", "read_vertex"]
