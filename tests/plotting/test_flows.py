"""Trajectories of flows and temperatures of crossovers: what is drawn is what the dataset says."""

import numpy as np

from attractron import plotting, wires
from attractron.plotting import flows
from attractron.wires import CoupledWires

PAIR = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)


def test_the_trajectory_of_a_flow():
    result = wires.flow(PAIR)
    (ax,) = plotting.picture(result).axes
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), result["running_y_s"])
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == [
        r"$y_{\mathrm{s}}$",
        "|y|",
        r"$K_{\mathrm{s}}$",
        r"$\tilde{K}_{\mathrm{c}}$",
        "K̃",
        "Q",
        "spin gap",
    ], "y₂ is absent from these wires"
    assert ax.lines[-1].get_xdata()[0] == float(result["l_spin"])
    assert ax.get_title(loc="left") == "paired"
    over_knobs = wires.flow(PAIR, axes={"y": [0.0, 0.1, 0.6], "l": [0.0, 1.0]})
    assert len(plotting.picture(over_knobs).axes[0].lines) == 2, "scales, not trajectories"


def test_temperatures_and_what_lies_between():
    found = wires.crossover_temperatures(PAIR, {"mismatch": [0.01, 0.1, 0.5]}, Lambda=10.0)
    (ax,) = plotting.picture(found).axes
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), found["spin_temperature"])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), found["trion_temperature"])
    assert (ax.get_yscale(), ax.get_ylabel()) == ("log", "temperature (K)")
    bare = wires.crossover_temperatures(PAIR, {"mismatch": [0.01, 0.1, 0.5]})
    assert flows.plot_temperatures(bare).get_ylabel() == r"$k_{\mathrm{B}}T$/Λ"
    none = wires.crossover_temperatures(PAIR.with_parameters(y=0.0), {"mismatch": [0.01, 0.1]})
    assert flows.plot_temperatures(none).get_yscale() == "linear", "nothing to draw, and no error"


def test_the_events_of_a_flow_are_in_view_however_coarse_its_trajectory():
    result = wires.flow(PAIR, axes={"l": [0.0, 1e9]})
    left, right = flows.plot(result).get_xlim()
    assert left <= float(result["l_spin"]) <= right
    assert right < 10.0
