"""Shavit and Oreg, Electron pairing induced by repulsive interactions (2020): its calculable figures."""

from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020 import (
    array,
    competition,
    conductances,
    finite_temperature,
    forward_scattering,
    impurity,
    nanotube,
    phase_diagrams,
    spread,
    superconductivity,
    trion,
    tuning,
)

FIGURES: tuple[PaperFigure, ...] = (
    *forward_scattering.FIGURES,
    *competition.FIGURES,
    *phase_diagrams.FIGURES,
    *finite_temperature.FIGURES,
    *conductances.FIGURES,
    *superconductivity.FIGURES,
    *impurity.FIGURES,
    *trion.FIGURES,
    *nanotube.FIGURES,
    *tuning.FIGURES,
    *array.FIGURES,
    *spread.FIGURES,
)
