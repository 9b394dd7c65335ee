"""Capacitively coupled dots, islands of fixed charge, polarizers: does the device pair, what does it show?"""

from attractron.dots.detector import Detector
from attractron.dots.device import Device, Gate, Island, Parameter
from attractron.dots.interaction import (
    dressed_potential,
    effective_interaction,
    interaction_derivatives,
    pairing_energy,
)
from attractron.dots.presets import building_block, chain
from attractron.dots.stability import stability_diagram
from attractron.dots.verdict import best_detuning, pairing_temperature, pairing_tunnelling, verdict
from attractron.dots.vertices import triple_points

__all__ = [
    "Detector",
    "Device",
    "Gate",
    "Island",
    "Parameter",
    "best_detuning",
    "building_block",
    "chain",
    "dressed_potential",
    "effective_interaction",
    "interaction_derivatives",
    "pairing_energy",
    "pairing_temperature",
    "pairing_tunnelling",
    "stability_diagram",
    "triple_points",
    "verdict",
]
