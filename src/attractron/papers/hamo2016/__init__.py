"""Hamo et al., Electron attraction mediated by Coulomb repulsion, Nature 535, 395 (2016): its calculable figures."""

from attractron.papers.hamo2016 import fig2ab, scaling
from attractron.papers.hamo2016 import fig2ab_read_back as read_back
from attractron.papers.hamo2016 import fig2cf as potentials
from attractron.papers.hamo2016 import fig3ac as detuned
from attractron.papers.hamo2016 import fig3de as sharing
from attractron.papers.hamo2016 import fig4_shares as pair_current_shares
from attractron.papers.hamo2016 import fig4a as pair_current_device
from attractron.papers.hamo2016 import fig4b as pair_current_blockade
from attractron.papers.hamo2016 import fig4cd as pair_current_maps
from attractron.papers.hamo2016 import fig4ef as pair_current_slopes
from attractron.papers.hamo2016 import figs6 as scans
from attractron.papers.table import with_table

FIGURES = with_table(
    __name__,
    (
        *fig2ab.FIGURES,
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
    ),
)
