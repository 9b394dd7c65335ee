"""Pictures of coupled wires that need two results."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.plotting import flows, lines
from attractron.wires import CoupledWires, flow
from attractron.wires.trion import TrionLiquid, free_trion_line, trion_phase

LIQUID = TrionLiquid(K_c=1.0, K=1.0)


def test_map_of_the_trion_liquid_with_its_line():
    K, V = np.linspace(0.9, 1.1, 5), np.linspace(2.7, 2.99, 7)
    line = free_trion_line(LIQUID, {"K": K}, {"V_phi": (2.7, 2.99)})
    ax = lines.plot_on_map(trion_phase(LIQUID, {"K": K, "V_phi": V}), line=line, label="free")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["free"]
    np.testing.assert_array_equal(ax.lines[-1].get_ydata(), line["V_phi"])
    assert ax.lines[-1].get_linestyle() == "-"
    assert ax.get_xlabel() == "K"
    other = free_trion_line(LIQUID, {"K_c": K}, {"V_phi": (2.7, 2.99)})
    with pytest.raises(InputError, match="`line` must have the variables K, V_phi: got K_c, V_phi"):
        lines.plot_on_map(trion_phase(LIQUID, {"K": K, "V_phi": V}), line=other)


def test_a_curve_with_several_branches_is_dotted():
    K, V = np.linspace(0.9, 1.1, 5), np.linspace(2.7, 2.99, 7)
    line = free_trion_line(LIQUID, {"K": K}, {"V_phi": (2.7, 2.99)})
    folded = line.isel(point=[0, 1, 1, 0])
    assert lines.plot_on_map(trion_phase(LIQUID, {"K": K, "V_phi": V}), line=folded).lines[-1].get_linestyle() == "None"


def test_the_events_of_a_flow_are_in_view_however_coarse_its_trajectory():
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
    result = flow(wires, axes={"l": [0.0, 1e9]})
    left, right = flows.plot(result).get_xlim()
    assert left <= float(result["l_spin"]) <= right
    assert right < 10.0
