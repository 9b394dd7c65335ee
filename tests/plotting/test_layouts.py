"""Pictures of layouts: to scale, with every metal and dot named, its colours the lever arms; from a file alone."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from attractron import geometry, plotting
from attractron.core.errors import InputError
from attractron.core.files import read_dataset, write_dataset
from attractron.plotting import layouts
from tests.papers.overlaps import faults

TUBES = geometry.crossed_nanotubes()
PLANAR = geometry.Layout(
    medium=geometry.HalfSpace(permittivity=12.9),
    metals=(
        geometry.rectangle("left", x=(-170, -90), y=(-600, -60), z=0),
        geometry.rectangle("right", x=(90, 170), y=(-600, -60), z=0, grounded=True),
        geometry.rectangle("B_G", x=(-50, 50), y=(170, 250), z=0),
    ),
    clouds=tuple(
        geometry.PlaneDot(name=name, centre=(x, y, -90), rms=25)
        for name, x, y in (("L", -130, 0), ("R", 130, 0), ("B", 0, 110))
    ),
)


@pytest.fixture(scope="module")
def found():
    return geometry.electrostatics(PLANAR, resolution=0.8)


def words(ax):
    return {text.get_text().replace(r"$", "").replace(r"_{\mathrm{", "_").replace("}}", "") for text in ax.texts}


def test_every_metal_and_dot_is_named_and_both_axes_have_one_scale():
    figure = layouts.picture(TUBES.describe())
    assert words(figure.axes[0]) == {metal.name for metal in TUBES.metals} | set(TUBES.dots)
    assert words(figure.axes[1]) == {"S", "D", "V_bL", "V_L", "V_C", "V_R", "V_bR", "P_2", "L", "R", "T, B"}
    assert words(figure.axes[2]) == {"P_S", "P_D", *(f"P_{k}" for k in range(1, 6)), "V_C", "T", "B", "L, R"}
    assert {ax.get_aspect() for ax in figure.axes} == {1.0}
    assert faults(figure) == []


def test_rectangles_are_drawn_where_they_lie():
    drawn = layouts.plot_top(PLANAR.describe())
    sheets = [patch.get_bbox() for patch in drawn.patches if isinstance(patch, Rectangle)]
    assert {tuple(box.extents) for box in sheets} == {(-170, -600, -90, -60), (90, -600, 170, -60), (-50, 170, 50, 250)}
    cut = layouts.plot_section(PLANAR.describe(), along="x", at=200)
    bars = [
        patch.get_bbox() for patch in cut.patches if isinstance(patch, Rectangle) and patch.get_edgecolor()[0] < 0.5
    ]
    assert [(box.x0, box.x1, (box.y0 + box.y1) / 2) for box in bars] == [(-50, 50, pytest.approx(0))]
    assert "permittivity 12.9" in cut.get_xlabel()


def test_colours_are_lever_arms_and_ground_is_grey(found):
    drawn = layouts.plot_top(found, dot="B")
    colours = [patch.get_facecolor() for patch in drawn.patches if isinstance(patch, Rectangle)]
    arms = found["lever_arm"].sel(dot="B")
    largest = layouts.colormaps[layouts.COLOUR_MAP](1.0)
    assert str(arms["gate"].values[int(np.argmax(arms.values))]) == "B_G"
    assert largest in colours
    assert to_rgba(layouts.NO_CHARGE) in colours


def test_a_file_alone_is_drawn(found, tmp_path):
    stored = read_dataset(write_dataset(found, tmp_path / "drawn.nc"))
    figure = plotting.picture(stored)
    assert [ax.get_title(loc="left")[:3] for ax in figure.axes[:3]] == ["(a)", "(b)", "(c)"]
    assert "electron on L" in figure.axes[3].get_ylabel()
    assert words(plotting.picture(stored, "lever_arm").axes[0]) == set(), "any other quantity by its dimensions"


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda found: layouts.picture(found, "X"), "dot"),
        (lambda found: layouts.plot_section(found, along="z"), "along"),
        (lambda found: layouts.picture(found.assign_attrs(parameters="{}")), "hold a layout"),
    ],
)
def test_what_cannot_be_drawn_is_said(found, draw, says):
    with pytest.raises(InputError, match=says):
        draw(found)


def test_a_layout_without_dots_is_drawn():
    alone = geometry.Layout(metals=(geometry.box("shield", x=(0, 10), y=(0, 20), z=(0, 5)),))
    assert layouts.picture(geometry.electrostatics(alone, resolution=0.8)).axes[0].get_xlim()[1] > 10


def test_an_oxide_is_drawn_as_thick_as_it_is_and_named():
    oxide = geometry.OxideStack(substrate=11.7, oxide=3.9, thickness=20, above=2)
    gate = geometry.rectangle("G", x=(-100, 100), y=(-100, 100), z=20)
    dot = geometry.PlaneDot(name="L", centre=(0, 0, -50), rms=10)
    ax = layouts.plot_section(geometry.Layout(metals=[gate], clouds=[dot], medium=oxide).describe())
    assert ax.get_xlabel() == "x (nm); grey: permittivity 11.7, oxide 3.9, above 2"
    assert [(p.get_y(), p.get_y() + p.get_height()) for p in ax.patches[:3]] == [
        (ax.get_ylim()[0], 0),
        (0, 20),
        (20, ax.get_ylim()[1]),
    ]


def test_names_of_dots_turn_away_from_what_is_above():
    ax = layouts.plot_section(geometry.crossed_nanotubes().describe(), along="y")
    side = {text.get_text(): text.get_va() for text in ax.texts if text.get_va() != "center"}
    assert side == {"L, R": "top", "B": "bottom", "T": "bottom"}
