"""From a drawing to numbers: metals, a medium and the clouds of carriers give repulsions, lever arms and a device."""

from attractron.geometry.clouds import Gaussian, Metallic, ParticleInABox, PlaneDot, Uniform, WireDot
from attractron.geometry.curved import disc, polygon, sphere
from attractron.geometry.detector import detector
from attractron.geometry.device import device
from attractron.geometry.disorder import disorder
from attractron.geometry.electrostatics import electrostatics
from attractron.geometry.layout import Layout
from attractron.geometry.maps import pairing_map
from attractron.geometry.maxwell import from_maxwell_matrix
from attractron.geometry.media import HalfSpace, OxideStack, Vacuum
from attractron.geometry.metals import Metal, Plane, Rectangle, box, contacts, gate_array, rectangle
from attractron.geometry.optimise import optimise
from attractron.geometry.potential import potential_along, potential_energy
from attractron.geometry.presets import crossed_nanotubes, matched_nanotubes, planar_gaas, planar_silicon
from attractron.geometry.relaxed import relaxed
from attractron.geometry.scale import scaling
from attractron.geometry.scans import distance_scan
from attractron.geometry.sensitivities import sensitivities
from attractron.geometry.surfaces import Disc, Polygon, Sphere
from attractron.geometry.tubes import Tube

__all__ = [
    "Disc",
    "Gaussian",
    "HalfSpace",
    "Layout",
    "Metal",
    "Metallic",
    "OxideStack",
    "ParticleInABox",
    "Plane",
    "PlaneDot",
    "Polygon",
    "Rectangle",
    "Sphere",
    "Tube",
    "Uniform",
    "Vacuum",
    "WireDot",
    "box",
    "contacts",
    "crossed_nanotubes",
    "detector",
    "device",
    "disc",
    "disorder",
    "distance_scan",
    "electrostatics",
    "from_maxwell_matrix",
    "gate_array",
    "matched_nanotubes",
    "optimise",
    "pairing_map",
    "planar_gaas",
    "planar_silicon",
    "polygon",
    "potential_along",
    "potential_energy",
    "rectangle",
    "relaxed",
    "scaling",
    "sensitivities",
    "sphere",
]
