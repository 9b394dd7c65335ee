"""A reader can make out every text of every published figure."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from attractron.papers.catalogue import all_figures
from tests.papers.overlaps import faults

KNOWN: set[str] = set()
"""Figures that are still at fault; whoever mends one takes it off. It is to be empty."""


@pytest.mark.parametrize("name", list(all_figures()))
def test_every_figure_can_be_read(quick, name):
    found = faults(all_figures()[name].draw(quick(name)))
    if name in KNOWN:
        assert found, f"{name} has no fault any more: take it off the list KNOWN"
    else:
        assert not found, "\n".join(found)


def test_the_list_of_known_faults_names_figures():
    assert set(all_figures()) >= KNOWN


def clean():
    """Two panels with nothing wrong."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    for ax, letter in zip(figure.subplots(1, 2), "ab", strict=True):
        ax.plot([0, 1, 2], [0, -1, 1], label=r"$K_c^0 = 0.4$")
        ax.set(title=f"({letter})  a line", xlabel=r"$y_s$ (meV)", ylabel="current (pA)")
        ax.legend(loc="upper left")
    return figure


def test_a_clean_picture_has_no_faults():
    assert faults(clean()) == []


def left(figure):
    return figure.axes[0]


def overlong(figure):
    left(figure).set_xlabel("a label that is longer than the axes are wide, and reaches the next one " * 3)


def crossing(figure):
    left(figure).text(2.0, 0.5, "on the frame", ha="center")


def far(figure):
    left(figure).text(9.0, 0.5, "far").set_in_layout(False)


def unlettered(figure):
    left(figure).set_title("a line")


def twice(figure):
    left(figure).set_title("(b)  a line")


def crowded(figure):
    left(figure).set_xticks(np.linspace(0, 2, 30), ["0.123"] * 30)


def colour_bar_label(figure):
    left(figure).text(1.15, 0.5, "colour", rotation=90, transform=left(figure).transAxes).set_in_layout(False)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda figure: left(figure).set_xlabel("y_s"), "underscore"),
        (lambda figure: left(figure).set_xlabel("e^(-l)"), "power sign"),
        (lambda figure: left(figure).set_xlabel("at -3 mV"), "hyphen"),
        (lambda figure: left(figure).set_xlabel("lg(I)"), "function as in code"),
        (lambda figure: left(figure).set_xlabel("l*"), "asterisk"),
        (lambda figure: left(figure).tick_params(labelsize=7), "has 7 points"),
        (lambda figure: left(figure).legend(loc="lower center"), "lies over the line"),
        (
            lambda figure: left(figure).text(0.5, -0.5, "slope", va="center", ha="center"),
            "note 'slope' lies over the line",
        ),
        (lambda figure: left(figure).text(0.02, 0.9, "note"), "lies over note 'note'"),
        (unlettered, "has no letter"),
        (twice, "2 panels have the letter b"),
        (overlong, "out of the picture"),
        (crossing, "on the frame"),
        (far, "outside its axes"),
        (crowded, "over tick '0.123'"),
        (colour_bar_label, "over other axes|over label|over tick"),
    ],
)
def test_each_fault_is_seen(spoil, message):
    picture = clean()
    spoil(picture)
    assert any(re.search(message, fault) for fault in faults(picture))


def test_a_legend_over_bars_and_markers_is_seen_and_a_slanted_text_is_not_its_box():
    figure = Figure(layout="constrained")
    ax = figure.subplots()
    ax.bar([0, 1], [1, 1], label="bars")
    ax.scatter([2], [0.95], label="points")
    ax.legend(loc="upper right")
    assert any("over a PathCollection" in fault for fault in faults(figure))
    ax.legend(loc="upper left")
    assert any("over a bar" in fault for fault in faults(figure))
    slanted = Figure(layout="constrained")
    ax = slanted.subplots()
    for shift in (0.0, 0.15):
        ax.text(0.3 + shift, 0.3 - shift, "a long text along the diagonal", rotation=45)
    assert faults(slanted) == []
