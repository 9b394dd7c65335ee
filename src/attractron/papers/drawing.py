"""What pictures of several figures share."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure


def panels(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, list[Axes]]:
    """A new figure, sizes in inches, and its axes row by row; options as for `Figure.subplots`."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False, **options).flat)
