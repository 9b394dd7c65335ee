"""Shavit and Oreg, Electron pairing induced by repulsive interactions (2020): its calculable figures."""

from attractron.papers.shavit_oreg2020 import (
    array,
    array_transition,
    eq18,
    equations,
    fig1,
    fig2,
    fig3,
    fig4,
    fig5,
    fig8,
    free_trions,
    impurity,
    knobs,
    mass,
    protocol,
    scheme_comparison,
    side_chains,
    table1,
    trion,
)
from attractron.papers.table import with_table

FIGURES = with_table(
    __name__,
    (
        *equations.FIGURES,
        *fig1.FIGURES,
        *fig2.FIGURES,
        *fig3.FIGURES,
        *fig4.FIGURES,
        *fig5.FIGURES,
        *table1.FIGURES,
        *eq18.FIGURES,
        *impurity.FIGURES,
        *free_trions.FIGURES,
        *trion.FIGURES,
        *mass.FIGURES,
        *side_chains.FIGURES,
        *fig8.FIGURES,
        *protocol.FIGURES,
        *knobs.FIGURES,
        *array.FIGURES,
        *array_transition.FIGURES,
        *scheme_comparison.FIGURES,
    ),
)
