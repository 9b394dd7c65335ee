"""Figures of our own: what the published ones suggest, with claims that theory makes."""

from attractron.papers.ours import counting, overlay, rates
from attractron.papers.table import with_table

FIGURES = with_table(__name__, (*counting.FIGURES, *overlay.FIGURES, *rates.FIGURES))
