"""Shavit and Oreg, Electron pairing induced by repulsive interactions (2020): its calculable figures."""

from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020 import array, impurity, spread, trion, tuning
from attractron.papers.shavit_oreg2020 import eq18 as superconductivity
from attractron.papers.shavit_oreg2020 import fig2 as forward_scattering
from attractron.papers.shavit_oreg2020 import fig3 as competition
from attractron.papers.shavit_oreg2020 import fig4 as phase_diagrams
from attractron.papers.shavit_oreg2020 import fig5 as finite_temperature
from attractron.papers.shavit_oreg2020 import fig8 as nanotube
from attractron.papers.shavit_oreg2020 import table1 as conductances

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
