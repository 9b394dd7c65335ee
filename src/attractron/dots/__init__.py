"""Capacitively coupled dots, islands of fixed charge, polarizers: does the device pair, what does it show?"""

from attractron.dots.device import Device, Gate, Island, Parameter
from attractron.dots.interaction import (
    dressed_potential,
    effective_interaction,
    interaction_derivatives,
    pairing_energy,
)
from attractron.dots.presets import building_block, chain

__all__ = [
    "Device",
    "Gate",
    "Island",
    "Parameter",
    "building_block",
    "chain",
    "dressed_potential",
    "effective_interaction",
    "interaction_derivatives",
    "pairing_energy",
]
