"""Measured data that others have published and read: a vertex and a charging line, read again here."""

from attractron.papers.measured.qtt import DATA
from attractron.papers.measured.qtt import FIGURES as _RECIPES
from attractron.papers.table import with_table

__all__ = ["DATA", "FIGURES"]

FIGURES = with_table(__name__, _RECIPES)
