"""Draw the pictures of README and docs again: `python docs/pictures.py`."""

from pathlib import Path

from matplotlib.figure import Figure

from attractron.papers.hamo2016.diagrams import Reading, draw
from attractron.papers.hamo2016.fig2ab import bare_diagram, paired_diagram
from attractron.papers.measured import DATA
from attractron.plotting import picture
from attractron.readout import load, read_vertex

IMAGES = Path(__file__).parent / "images"


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


def reading() -> Figure:
    """A measured vertex as `attractron read` shows it."""
    return picture(read_vertex(load(DATA / "anti_crossing.nc")))


if __name__ == "__main__":
    attraction().savefig(IMAGES / "attraction.png", dpi=100)
    reading().savefig(IMAGES / "reading.png", dpi=100)
