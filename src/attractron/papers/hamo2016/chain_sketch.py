"""A chain with shared polarizers as the paper sketches it (Fig. 1a, 3d, e): circles filled as far as computed."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from attractron.plotting.style import OKABE_ITO

SITE, POLARIZER = OKABE_ITO[2], OKABE_ITO[3]
"""The paper's green and purple."""


def sketch(ax: Axes, electrons: Mapping[str, float], sites: int) -> None:
    """The chain below, its polarizers above.

    Args:
        ax: where to draw.
        electrons: dot → how far its circle is filled, for sites S1 … SN and polarizers Tj, Bj, j = 0 … N.
        sites: N.
    """
    places = {f"S{site}": (float(site), 0.0) for site in range(1, sites + 1)}
    for bond in range(sites + 1):
        places |= {f"B{bond}": (bond + 0.5, 0.9), f"T{bond}": (bond + 0.5, 1.6)}
        frame = "round,pad=0.0,rounding_size=0.22"
        ax.add_patch(FancyBboxPatch((bond + 0.26, 0.64), 0.48, 1.22, boxstyle=frame, fc="none", ec=POLARIZER))
    ax.plot([0.6, sites + 0.4], [0.0, 0.0], color=SITE, zorder=0)
    for dot, place in places.items():
        colour = SITE if dot.startswith("S") else POLARIZER
        ax.add_patch(Circle(place, 0.2, fc="white", ec=colour))
        ax.add_patch(Circle(place, 0.2, fc=colour, ec=colour, alpha=electrons[dot]))
    ax.set_xlim(-0.1, sites + 1.1)
    ax.set_ylim(-0.5, 2.1)
    ax.set_aspect("equal")
    ax.set_axis_off()
