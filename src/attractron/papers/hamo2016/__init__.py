"""Hamo et al., Electron attraction mediated by Coulomb repulsion, Nature 535, 395 (2016): its calculable figures."""

from attractron.papers.hamo2016 import (
    drawn,
    equations,
    fig1ab,
    fig1cd,
    fig2ab,
    fig2ab_read_back,
    fig2cf,
    fig3ac,
    fig3de,
    fig4_shares,
    fig4a,
    fig4b,
    fig4cd,
    fig4ef,
    figs6,
    figs6_distance,
    scaling,
)
from attractron.papers.table import with_table

FIGURES = with_table(
    __name__,
    (
        *fig1ab.FIGURES,
        *fig1cd.FIGURES,
        *fig2ab.FIGURES,
        *fig2ab_read_back.FIGURES,
        *fig2cf.FIGURES,
        *fig3ac.FIGURES,
        *fig3de.FIGURES,
        *figs6.FIGURES,
        *figs6_distance.FIGURES,
        *fig4a.FIGURES,
        *fig4b.FIGURES,
        *fig4cd.FIGURES,
        *fig4ef.FIGURES,
        *fig4_shares.FIGURES,
        *drawn.FIGURES,
        *scaling.FIGURES,
        *equations.FIGURES,
    ),
)
