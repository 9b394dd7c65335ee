"""Capacitively coupled dots, islands of fixed charge, polarizers: does the device pair, what does it show?"""

from attractron.dots.building_block import building_block
from attractron.dots.capacitance import CapacitanceModel
from attractron.dots.chain.device import chain
from attractron.dots.chain.model import PolarizerChain
from attractron.dots.chain.questions import cluster_energies, correlation, filling, pair_energies, steps
from attractron.dots.detector import Detector
from attractron.dots.device import Device
from attractron.dots.interaction import (
    dressed_potential,
    effective_interaction,
    interaction_derivatives,
    pairing_energy,
)
from attractron.dots.pairing_range import best_detuning, pairing_temperature, pairing_tunnelling
from attractron.dots.parts import Gate, Island, Parameter
from attractron.dots.screening import (
    continuum_interaction,
    integer_interaction,
    interaction_scan,
    internal_field,
    screened_potentials,
)
from attractron.dots.stability import stability_diagram
from attractron.dots.triple_points import triple_points
from attractron.dots.verdict import verdict
from attractron.dots.window import diagram_window

__all__ = [
    "CapacitanceModel",
    "Detector",
    "Device",
    "Gate",
    "Island",
    "Parameter",
    "PolarizerChain",
    "best_detuning",
    "building_block",
    "chain",
    "cluster_energies",
    "continuum_interaction",
    "correlation",
    "diagram_window",
    "dressed_potential",
    "effective_interaction",
    "filling",
    "integer_interaction",
    "interaction_derivatives",
    "interaction_scan",
    "internal_field",
    "pair_energies",
    "pairing_energy",
    "pairing_temperature",
    "pairing_tunnelling",
    "screened_potentials",
    "stability_diagram",
    "steps",
    "triple_points",
    "verdict",
]
