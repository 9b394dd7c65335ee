"""Starts from a vertex reading, against readings that are made from a known device."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.results import flags
from attractron.dots import Detector, building_block
from attractron.fitting.initial_guess import from_vertex
from attractron.fitting.model import DiagramModel

STATES = ("no_vertex", "repulsive", "attractive", "below_resolution")


def reading(arms: np.ndarray, W: float, middle: np.ndarray, status: str) -> xr.Dataset:
    """What `read_vertex` says of lever arms (dot, axis): both µ change by |W| between the triple points, in opposite
    directions if the dots attract; a charging line runs along which its dot's µ stays."""
    span = np.linalg.solve(arms, [W, abs(W)])
    angles = np.degrees(np.arctan2(arms[:, 1], -arms[:, 0]))  # of (first, last) axis along the lines
    folded = (angles + 90) % 180 - 90
    result = xr.Dataset(
        {
            "triple_point": (("point", "axis"), middle + np.array([-0.5, 0.5])[:, None] * span),
            "charging_line_angle": ("line", np.repeat(folded[::-1], 2)),  # the reading's dots have no fixed order
            "status": ((), STATES.index(status)),
        },
        {"axis": ["V_L", "V_R"]},
    )
    result["status"].attrs.update(flags(dict(enumerate(STATES))))
    return result


@pytest.mark.parametrize("delta", [0.5, 1.8], ids=["repulsive", "attractive"])
@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["attracting gates", "a repelling gate"])
@pytest.mark.parametrize("carriers", ["electrons", "holes"])
def test_the_vertex_of_the_start_is_the_one_that_was_read(delta, sign, carriers):
    arms = np.array([[1.0, 0.2], [sign * 0.15, 0.8]])
    lever_arms = {"V_L": {"L": arms[0, 0], "R": arms[1, 0]}, "V_R": {"L": arms[0, 1], "R": arms[1, 1]}}
    device = building_block(W=0.9, U=2.0, delta=delta, t=0.1, lever_arms=lever_arms, carriers=carriers)
    axes = (np.linspace(-1, 1, 20), np.linspace(-1, 1, 20))
    truth = DiagramModel(device=device, names=("V_L", "V_R"), axes=axes)
    known = truth.initial_values(Detector(), 0.2, {})
    *levels, W = truth.energies(known)
    # In the middle of a vertex both charging points are half the interaction away: µ_i = F(i) - F(0) + W/2.
    middle = np.linalg.solve(truth.sign * arms, np.array(levels) + W / 2)
    rough = {name: value * (1.1 if "R" in name else 1.0) for name, value in known.items()} | {"W": 1.1}
    found = from_vertex(
        truth,
        rough,
        [name for name in known if name != "lever_arm.V_L.L"],
        reading(arms, W, middle, "repulsive" if W > 0 else "attractive"),
    )
    assert truth.energies(found)[2] == pytest.approx(W, abs=1e-5)
    for name in known:
        if name.startswith("lever_arm"):
            assert found[name] == pytest.approx(known[name], rel=1e-6), name
    for dot, level, moved in zip("LR", levels, truth.energies(found), strict=False):
        assert found[f"offset.{dot}"] + moved == pytest.approx(level, abs=1e-5)


def test_below_resolution_the_length_of_the_line_is_not_used():
    arms = np.array([[1.0, 0.2], [0.15, 0.8]])
    lever_arms = {"V_L": {"L": 1.0, "R": 0.15}, "V_R": {"L": 0.2, "R": 0.8}}
    device = building_block(W=0.9, U=2.0, delta=0.5, t=0.1, lever_arms=lever_arms)
    model = DiagramModel(device=device, names=("V_L", "V_R"), axes=(np.linspace(-1, 1, 20),) * 2)
    known = model.initial_values(Detector(), 0.2, {})
    found = from_vertex(model, known, list(known), reading(arms, 1e-3, np.array([0.3, 0.1]), "below_resolution"))
    assert model.energies(found)[2] == pytest.approx(0.0, abs=1e-5)
    assert {name: found[name] for name in found if name.startswith("lever_arm")} == {
        name: known[name] for name in known if name.startswith("lever_arm")
    }
