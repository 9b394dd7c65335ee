"""Discs, polygons and balls are drawn as what they are, from above and cut."""

import numpy as np
import pytest
from matplotlib.patches import Polygon

from attractron.geometry import Layout, PlaneDot, disc, polygon, sphere
from attractron.plotting.layout_surfaces import met, room
from attractron.plotting.layouts import plot_section, plot_top

ELL = [(30, -180), (300, -180), (300, 40), (230, 40), (230, -110), (30, -110)]
DRAWN = Layout(
    metals=(
        disc("plunger", centre=(-130, 0), radius=70, z=0),
        polygon("ell", ELL, z=0),
        sphere("tip", centre=(130, 60, 80), radius=60),
    ),
    clouds=(PlaneDot(name="L", centre=(0, 0, -90), rms=25),),
).describe()


def outlines(ax):
    return [patch.get_xy()[:-1] for patch in ax.patches if isinstance(patch, Polygon)]


def test_from_above_and_cut():
    top = outlines(plot_top(DRAWN))
    assert any(len(corners) == len(ELL) and np.allclose(corners, ELL) for corners in top)
    assert any(np.allclose(np.hypot(*(corners - [-130, 0]).T), 70) for corners in top)
    cut = outlines(plot_section(DRAWN, along="x", at=60 + 36))
    assert any(np.allclose(np.hypot(*(corners - [130, 80]).T), 48) for corners in cut)  # 36² + 48² = 60²


def test_what_a_section_meets():
    surfaces = [surface for metal in DRAWN["metals"] for surface in metal["surfaces"]]
    assert [len(met(surface, 0, 0.0)) for surface in surfaces] == [1, 1, 0]
    assert met(surfaces[1], 0, 0.0)[0].tolist() == [[230.0, 0.0], [300.0, 0.0]]
    assert met(surfaces[1], 0, -150.0)[0].tolist() == [[30.0, 0.0], [300.0, 0.0]]
    low, high = room(np.array(ELL, dtype=float))
    assert (high - low) == pytest.approx(high[0] - low[0])
    assert low[1] >= -181
