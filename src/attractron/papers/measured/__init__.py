"""Measured data that others have published and read: a vertex and a charging line, read again here."""

from attractron.papers.figures import PaperFigure
from attractron.papers.measured import trace, vertex

FIGURES: tuple[PaperFigure, ...] = (*vertex.FIGURES, *trace.FIGURES)
