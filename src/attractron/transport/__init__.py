"""Leads and bias on capacitively coupled dots: which current flows, and which processes carry it?"""

from attractron.transport.conductance import differential_conductance
from attractron.transport.current import current
from attractron.transport.junction import Junction, Lead, pair_junction
from attractron.transport.third_order import third_order_integral

__all__ = ["Junction", "Lead", "current", "differential_conductance", "pair_junction", "third_order_integral"]
