"""Microscopic chains, solved without approximation: what electrons that repel do, to test the flow of wires against."""

from attractron.lattice.correlations import correlations
from attractron.lattice.exact import ground_state
from attractron.lattice.gaps import extrapolate, gaps
from attractron.lattice.models import LittleChain, Model, PrimaryLadder, PrimarySecondary, TermList, ThreeComponent
from attractron.lattice.terms import Factor, Species, Term, hopping, repulsion
from attractron.lattice.verdict import phase_of_chain

__all__ = [
    "Factor",
    "LittleChain",
    "Model",
    "PrimaryLadder",
    "PrimarySecondary",
    "Species",
    "Term",
    "TermList",
    "ThreeComponent",
    "correlations",
    "extrapolate",
    "gaps",
    "ground_state",
    "hopping",
    "phase_of_chain",
    "repulsion",
]
