"""Boundaries and smallest couplings against single phase diagrams."""

import math
from typing import Any

import numpy as np
import pytest

from attractron.papers.shavit_oreg2020 import fig3, fig4, planes
from attractron.wires import Frozen, Sharp, Tanh, phase_diagram


def test_the_smallest_y_is_the_edge_of_the_gapped_phase() -> None:
    wires = fig3.WIRES.with_parameters(mismatch=math.exp(-2.0))
    y = planes.smallest_y(wires, cutoff=Tanh(1.0))
    phases = phase_diagram(wires, {"y": [y - 1e-8, y]}, cutoff=Tanh(1.0))["phase"].values
    assert list(phases) == [0, 1]


def test_the_smallest_y_is_zero_for_an_attractive_wire_and_none_where_no_gap_opens() -> None:
    attractive = fig3.WIRES.with_parameters(y_s=-0.2)
    assert planes.smallest_y(attractive, cutoff=Sharp()) == 0.0
    # l_spin = 1/0.2 - 1 = 4 at y = 0
    assert planes.smallest_y(attractive, cutoff=Sharp(), limit=3.9) > 0.0
    cut_at_once = fig3.WIRES.with_parameters(mismatch=1.0)
    assert math.isnan(planes.smallest_y(cut_at_once, cutoff=Sharp()))


@pytest.mark.parametrize("cutoff", [Tanh(1.5), Sharp(), Frozen(1.5)])
def test_boundary_paths_separate_the_phases_that_they_name(cutoff: Any) -> None:
    axes = {"mismatch": np.linspace(0.1, 0.8, 15), "y": np.linspace(0.05, 0.6, 15)}
    paths = planes.boundary_paths(fig4.WIRES, axes, cutoff=cutoff, points=9)
    assert paths.shape[0] == len(planes.PAIRS)
    codes = {"decoupled": 0, "paired": 1, "trion": 2}
    for pair, path in zip(planes.PAIRS, paths, strict=True):
        pieces = np.split(path, np.flatnonzero(np.isnan(path[:, 0])))
        for mismatch, y in np.concatenate([piece[3:-2] for piece in pieces]):
            beside = {"mismatch": float(mismatch), "y": y + np.array([-1e-3, 1e-3])}
            found = phase_diagram(fig4.WIRES, beside, cutoff=cutoff)["phase"].values
            assert sorted(found) == sorted(codes[name] for name in pair.split(" to "))


def test_shorter_paths_end_in_missing_vertices() -> None:
    long, short = np.ones((2, 3, 2)), np.zeros((2, 1, 2))
    joined = planes.padded([long, short])
    assert joined.shape == (2, 2, 3, 2)
    assert np.array_equal(joined[0], long)
    assert np.array_equal(joined[1, :, :1], short)
    assert np.isnan(joined[1, :, 1:]).all()
