"""The published figures and tables: inputs, calculation, claims with tolerances, picture, and the report of it all."""

from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.report import Interrupted, list_figures, reproduce

__all__ = ["Claim", "Interrupted", "PaperFigure", "list_figures", "reproduce"]
