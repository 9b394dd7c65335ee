"""Figures of our own: what the published ones suggest, with claims that theory makes."""

from attractron.papers.figures import PaperFigure
from attractron.papers.ours import counting, overlay

FIGURES: tuple[PaperFigure, ...] = (*counting.FIGURES, *overlay.FIGURES)
