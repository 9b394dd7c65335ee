"""Leads and bias on capacitively coupled dots: which current flows, and which processes carry it?

From `junction` over `energies`, `processes` and `rates` to `master_equation`, `steady_state` and `current`; `validity`
says where lowest order ends (more than Landauer's (e²/h)|V|; `clamping`: negative rates), `elastic` is exact for frozen
charges. `nrg` and `hierarchy` know no order: `linear_conductance` at any Γ, and the current at any bias in warm leads.
"""

from attractron.transport.counting.cumulants import cumulants
from attractron.transport.counting.factorial_cumulants import factorial_cumulants
from attractron.transport.counting.noise import noise_spectrum
from attractron.transport.counting.waiting_times import waiting_times
from attractron.transport.current import charge_stability, current, differential_conductance
from attractron.transport.hierarchy.current import hierarchy_current
from attractron.transport.hierarchy.options import HierarchyOptions
from attractron.transport.integrals.third_order import third_order_integral
from attractron.transport.junction import Junction, Lead, pair_junction, spin_junction
from attractron.transport.linear_conductance import linear_conductance
from attractron.transport.nrg.options import NrgOptions
from attractron.transport.summary import summary
from attractron.transport.thermopower import thermopower
from attractron.transport.thresholds import threshold_lines, turn_on_line

__all__ = [
    "HierarchyOptions",
    "Junction",
    "Lead",
    "NrgOptions",
    "charge_stability",
    "cumulants",
    "current",
    "differential_conductance",
    "factorial_cumulants",
    "hierarchy_current",
    "linear_conductance",
    "noise_spectrum",
    "pair_junction",
    "spin_junction",
    "summary",
    "thermopower",
    "third_order_integral",
    "threshold_lines",
    "turn_on_line",
    "waiting_times",
]
