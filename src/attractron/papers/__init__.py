"""The published figures and tables: inputs, calculation, claims with tolerances, picture, and the report of it all."""

from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.report import Interrupted, figures_by_paper, list_figures, reproduce

__all__ = ["Claim", "Interrupted", "PaperFigure", "figures_by_paper", "list_figures", "reproduce"]
