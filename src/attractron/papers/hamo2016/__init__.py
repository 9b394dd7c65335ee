"""Hamo et al., Electron attraction mediated by Coulomb repulsion, Nature 535, 395 (2016): its calculable figures."""

from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016 import (
    bare_and_paired,
    detuned,
    pair_current_blockade,
    pair_current_device,
    pair_current_maps,
    pair_current_shares,
    pair_current_slopes,
    potentials,
    read_back,
    scaling,
    scans,
    sharing,
)

FIGURES: tuple[PaperFigure, ...] = (
    *bare_and_paired.FIGURES,
    *read_back.FIGURES,
    *potentials.FIGURES,
    *detuned.FIGURES,
    *sharing.FIGURES,
    *scans.FIGURES,
    *pair_current_device.FIGURES,
    *pair_current_blockade.FIGURES,
    *pair_current_maps.FIGURES,
    *pair_current_slopes.FIGURES,
    *pair_current_shares.FIGURES,
    *scaling.FIGURES,
)
