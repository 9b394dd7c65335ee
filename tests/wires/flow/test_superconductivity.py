"""The boundary (18) as a curve, in the numbers at the end of the flow and in bare parameters."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires.flow.cutoffs import Sharp
from attractron.wires.flow.flow import flow
from attractron.wires.flow.superconductivity import superconducting_boundary, superconducting_line
from attractron.wires.model import CoupledWires
from attractron.wires.orders import superconducting_margin


def test_the_line_solves_its_equation():
    """Q² = (1/K_c - K_c)/K."""
    line = superconducting_line({"K_c": np.linspace(0.6, 1.2, 31), "Q": np.linspace(0, 2, 21), "K": 0.5}, points=40)
    assert line.sizes == {"curve": 1, "point": 40}
    K_c, Q = (line[name].to_numpy()[0] for name in ("K_c", "Q"))
    inside = Q > 1e-3  # the line meets Q = 0 at K_c = 1, on the border of the grid
    np.testing.assert_allclose(Q[inside] ** 2, (1 / K_c[inside] - K_c[inside]) / 0.5, atol=1e-9)
    assert inside.sum() >= 39
    assert K_c.max() == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("plane", [("K_c", "K"), ("K", "Q")])
def test_other_planes(plane):
    axes = {"K_c": np.linspace(0.6, 0.99, 21), "K": np.linspace(0.1, 1.5, 21), "Q": np.linspace(0.1, 1.5, 21)}
    axes |= {name: 0.8 for name in axes if name not in plane}
    line = superconducting_line(axes, points=20)
    values = [line[name] if name in plane else axes[name] for name in ("K_c", "K", "Q")]
    np.testing.assert_allclose(superconducting_margin(*values), 0.0, atol=1e-9)


def test_without_coupling_of_the_wires_bare_parameters_are_those_at_the_end():
    """y = 0: nothing feeds back, and (14) gives K̃_c, K̃ and Q; a bare attraction pairs."""
    wires = CoupledWires(K_c=0.95, K=0.4, y_s=-0.2, y=0.0, upsilon=0.3, u_ratio=0.5)
    line = superconducting_boundary(wires, {"K_c": np.linspace(0.8, 1.1, 16), "upsilon": np.linspace(0, 0.8, 17)})
    assert line.sizes["curve"] == 1
    for K_c, upsilon in zip(line["K_c"].to_numpy()[0][1:-1], line["upsilon"].to_numpy()[0][1:-1], strict=True):
        at = wires.with_parameters(K_c=float(K_c), upsilon=float(upsilon))
        assert at.K_c_tilde + at.Q**2 * at.K_tilde == pytest.approx(1 / at.K_c_tilde, abs=1e-9)


def test_through_the_flow_the_condition_holds_at_its_end():
    wires = CoupledWires(K_c=0.98, K=0.4, y_s=0.05, y=0.15, upsilon=0.5, mismatch=0.2)
    axes = {"K_c": np.linspace(0.85, 1.1, 21), "upsilon": np.linspace(0.0, 0.8, 21)}
    line = superconducting_boundary(wires, axes, points=15, cutoff=Sharp())
    assert line.sizes["curve"] >= 1
    found = 0
    for K_c, upsilon in np.stack([line["K_c"].to_numpy().ravel(), line["upsilon"].to_numpy().ravel()], axis=1):
        if np.isfinite(K_c):
            end = flow(wires.with_parameters(K_c=float(K_c), upsilon=float(upsilon)), cutoff=Sharp())
            margin = superconducting_margin(end["K_c_tilde_end"], end["K_tilde_end"], end["Q_end"])
            assert abs(float(margin)) < 1e-7
            found += 1
    assert found >= 10
    # The flow lowers K̃_c: more forward scattering is needed than by the bare numbers.
    bare = superconducting_boundary(wires.with_parameters(y=0.0, y_s=-0.1), axes, points=15)
    assert np.nanmax(line["K_c"]) > np.nanmax(bare["K_c"]) - 1e-3


def test_no_boundary_is_no_curve():
    wires = CoupledWires(K_c=0.5, K=0.4, y_s=-0.2, y=0.0)
    line = superconducting_boundary(wires, {"K_c": [0.4, 0.5, 0.6], "upsilon": [0.0, 0.1]}, points=5)
    assert line.sizes == {"curve": 0, "point": 5}


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"K_c": [0.5, 0.6], "K": 1.0}, "`axes` must hold K_c, K and Q"),
        ({"K_c": [0.5, 0.6], "K": 1.0, "Q": 1.0}, "`axes` must hold two arrays"),
        ({"K_c": [0.5, 0.6], "K": [-0.1, 1.0], "Q": 1.0}, r"`axes\['K'\]` must be positive: got -0.1"),
        ({"K_c": [0.5, 0.6], "K": [0.1, 1.0], "q": 1.0}, "name a knob of the model"),
    ],
)
def test_bad_planes_are_refused(axes, message):
    with pytest.raises(InputError, match=message):
        superconducting_line(axes)


def test_bad_conventions_are_refused():
    wires = CoupledWires(K_c=0.5, K=0.4, y_s=0.1, y=0.1)
    with pytest.raises(InputError, match="`axes` must hold two arrays"):
        superconducting_boundary(wires, {"K_c": [0.4, 0.5]})
    with pytest.raises(InputError, match="`feedback` must be one of"):
        superconducting_boundary(wires, {"K_c": [0.4, 0.5], "K": [0.3, 0.4]}, feedback="none")
    with pytest.raises(InputError, match="`points` must be at least 3"):
        superconducting_boundary(wires, {"K_c": [0.4, 0.5], "K": [0.3, 0.4]}, points=1)
