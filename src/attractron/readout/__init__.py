"""Measured or simulated data in, physical parameters out; what cannot be read is said, never guessed."""

from attractron.readout.diamonds.diamonds import read_diamonds
from attractron.readout.files.load import load
from attractron.readout.honeycomb.honeycomb import read_honeycomb
from attractron.readout.maps.detuning_map import detuning_map
from attractron.readout.maps.photon_assisted import photon_assisted
from attractron.readout.posterior import posterior
from attractron.readout.series_resistance import without_series_resistance
from attractron.readout.trace.coulomb_peak import coulomb_peak
from attractron.readout.trace.coulomb_peaks import coulomb_peaks
from attractron.readout.trace.peak_series import coulomb_peak_series
from attractron.readout.trace.trace import charging_line, interdot_line
from attractron.readout.triangles.triangles import read_triangles
from attractron.readout.vertex.vertex import read_vertex
from attractron.readout.virtual_gates import virtual_gates

__all__ = [
    "charging_line",
    "coulomb_peak",
    "coulomb_peak_series",
    "coulomb_peaks",
    "detuning_map",
    "interdot_line",
    "load",
    "photon_assisted",
    "posterior",
    "read_diamonds",
    "read_honeycomb",
    "read_triangles",
    "read_vertex",
    "virtual_gates",
    "without_series_resistance",
]
