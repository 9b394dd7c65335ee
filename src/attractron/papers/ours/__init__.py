"""Figures of our own: what the published ones suggest, with claims that theory makes."""

from attractron.papers.ours import counting, drawings, one_level, overlay, pair_tunnelling, rates
from attractron.papers.table import with_table

FIGURES = with_table(
    __name__,
    (
        *counting.FIGURES,
        *one_level.FIGURES,
        *overlay.FIGURES,
        *rates.FIGURES,
        *pair_tunnelling.FIGURES,
        *drawings.FIGURES,
    ),
)
