"""Hamo et al., Electron attraction mediated by Coulomb repulsion, Nature 535, 395 (2016): its calculable figures."""

from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016 import bare_and_paired, detuned, potentials, read_back, scaling, scans, sharing

FIGURES: tuple[PaperFigure, ...] = (
    *bare_and_paired.FIGURES,
    *read_back.FIGURES,
    *potentials.FIGURES,
    *detuned.FIGURES,
    *sharing.FIGURES,
    *scans.FIGURES,
    *scaling.FIGURES,
)
