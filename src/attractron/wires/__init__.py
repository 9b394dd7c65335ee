"""Coupled Luttinger liquids: do electrons of a wire pair when it repels a second one, and what does it show?"""

from attractron.wires.arrays.josephson import josephson_transition
from attractron.wires.arrays.model import ArrayOfWires, coupling_dimensions
from attractron.wires.arrays.phases import array_flow, array_phases
from attractron.wires.bethe.chains import coupled_wires_from_chains, hubbard_chain, tv_chain
from attractron.wires.conductance import conductance, currents, protocol
from attractron.wires.dimensions import exact_dimensions
from attractron.wires.experiment import WireAndTube, experiment, experiment_boundary
from attractron.wires.flow.attraction import effective_attraction, equal_gap
from attractron.wires.flow.boundaries import phase_boundary, superconducting_boundary
from attractron.wires.flow.cutoffs import CustomCutoff, Frozen, Sharp, Tanh
from attractron.wires.flow.flow import flow, phase_name
from attractron.wires.flow.phase_diagram import phase_diagram, scheme_comparison, scheme_spread
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.sensitivity import sensitivity
from attractron.wires.flow.temperatures import crossover_temperatures
from attractron.wires.gapped import gapped_secondary
from attractron.wires.impurity import impurity_conductance
from attractron.wires.impurity_kinds import impurity_dimensions
from attractron.wires.ladder import ladder
from attractron.wires.luttinger import Electrons, coupled_wires_from_interactions, from_interactions
from attractron.wires.massive import massive_secondary
from attractron.wires.model import CoupledWires
from attractron.wires.nanotube import Nanotube, bands, polarised_window, primary_channels, secondary_channel
from attractron.wires.orders import superconducting, susceptibilities
from attractron.wires.polarizers import Rung, little, pair_energy, pair_exchange
from attractron.wires.probes.after_flow import end_of_flow
from attractron.wires.probes.disorder import localisation_length
from attractron.wires.probes.flowing_impurity import flowing_impurity
from attractron.wires.probes.fractional import fractional_conductance, plateau_halfwidth
from attractron.wires.probes.spectral import spectral_function
from attractron.wires.probes.tendencies import tendencies
from attractron.wires.probes.tunnelling import tunnelling
from attractron.wires.summary import summary
from attractron.wires.trion import TrionLiquid, free_trion_line, trion_phase
from attractron.wires.trion_operators import excitation_costs, trion_operators
from attractron.wires.valleys import TwoValleys, valley_couplings, valley_orders

__all__ = [
    "ArrayOfWires",
    "CoupledWires",
    "CustomCutoff",
    "Electrons",
    "Frozen",
    "Nanotube",
    "Rung",
    "Scheme",
    "Sharp",
    "Tanh",
    "TrionLiquid",
    "TwoValleys",
    "WireAndTube",
    "array_flow",
    "array_phases",
    "bands",
    "conductance",
    "coupled_wires_from_chains",
    "coupled_wires_from_interactions",
    "coupling_dimensions",
    "crossover_temperatures",
    "currents",
    "effective_attraction",
    "end_of_flow",
    "equal_gap",
    "exact_dimensions",
    "excitation_costs",
    "experiment",
    "experiment_boundary",
    "flow",
    "flowing_impurity",
    "fractional_conductance",
    "free_trion_line",
    "from_interactions",
    "gapped_secondary",
    "hubbard_chain",
    "impurity_conductance",
    "impurity_dimensions",
    "josephson_transition",
    "ladder",
    "little",
    "localisation_length",
    "massive_secondary",
    "pair_energy",
    "pair_exchange",
    "phase_boundary",
    "phase_diagram",
    "phase_name",
    "plateau_halfwidth",
    "polarised_window",
    "primary_channels",
    "protocol",
    "scheme_comparison",
    "scheme_spread",
    "secondary_channel",
    "sensitivity",
    "spectral_function",
    "summary",
    "superconducting",
    "superconducting_boundary",
    "susceptibilities",
    "tendencies",
    "trion_operators",
    "trion_phase",
    "tunnelling",
    "tv_chain",
    "valley_couplings",
    "valley_orders",
]
