"""Draw the README's picture again: `python docs/pictures.py`."""

from pathlib import Path

from matplotlib.figure import Figure

from attractron.papers.hamo2016.bare_and_paired import bare_diagram, paired_diagram
from attractron.papers.hamo2016.diagrams import Reading, draw


def attraction() -> Figure:
    """Figs. 2a and 2b of Hamo et al. side by side."""
    figure = Figure(figsize=(11.0, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    bare, paired = Reading(bare_diagram(False)), Reading(paired_diagram(False).isel(t=0))
    draw(bare, left, f"W = {1e3 * bare.interaction:.0f} µeV")
    left.set_title("Two dots alone: repulsion")
    draw(paired, right, f"2Δ = {-1e3 * paired.interaction:.0f} µeV")
    right.set_title("Beside a polarizer: attraction")
    return figure


if __name__ == "__main__":
    attraction().savefig(Path(__file__).parent / "images" / "attraction.png", dpi=100)
