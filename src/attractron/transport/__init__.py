"""Leads and bias on capacitively coupled dots: which current flows, and which processes carry it?"""

from attractron.transport.conductance import differential_conductance
from attractron.transport.correlations import noise_spectrum, waiting_times
from attractron.transport.counting import cumulants
from attractron.transport.current import current
from attractron.transport.junction import Junction, Lead, pair_junction
from attractron.transport.records import factorial_cumulants
from attractron.transport.third_order import third_order_integral

__all__ = [
    "Junction",
    "Lead",
    "cumulants",
    "current",
    "differential_conductance",
    "factorial_cumulants",
    "noise_spectrum",
    "pair_junction",
    "third_order_integral",
    "waiting_times",
]
