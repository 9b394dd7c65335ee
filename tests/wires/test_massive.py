"""(B1): lengths by hand, limits without a mass, and the rule that the shorter length cuts."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires.flow.cutoffs import Sharp
from attractron.wires.flow.phase_diagram import phase_diagram
from attractron.wires.massive import massive_scales, massive_secondary
from attractron.wires.model import CoupledWires

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
BANDS = {"k_F": 0.01, "velocity": 500.0, "alpha_0": 10.0}


def test_the_band_edge_is_a_length():
    # ħu/(m - µ) = 500/(7 - 5) = 250 nm, 25 α_0.
    found = massive_secondary(WIRES, {"mass": 7.0, "mu": [-5.0, 5.0]}, **BANDS)
    np.testing.assert_allclose(found["l_mass"], np.log(25.0))
    np.testing.assert_allclose(found["l_star"], np.log(10.0))
    assert found["k"].values.tolist() == [0, 0]


def test_above_the_edge_the_band_gives_the_momentum():
    scales = massive_scales(3.0, [5.0, -5.0], **BANDS)
    np.testing.assert_allclose(scales.k, 4.0 / 500.0)
    np.testing.assert_allclose(scales.mismatch, 0.02)
    np.testing.assert_allclose(scales.mismatch_2, 0.18)
    assert scales.mass.tolist() == [0, 0]
    np.testing.assert_allclose(massive_scales(3.0, 5.0, reading="literal", **BANDS).mass, 2 * 10.0 / 500.0)


@pytest.mark.parametrize("cutoff", [Sharp(), None])
def test_phases_are_those_of_the_shorter_length(cutoff):
    conventions = {} if cutoff is None else {"cutoff": cutoff}
    axes = {"mass": np.array([0.0, 4.0, 6.0, 12.0, 40.0]), "mu": np.linspace(-9.0, 9.0, 7)}
    found = massive_secondary(WIRES, axes, **BANDS, **conventions)
    x = np.exp(-np.minimum(found["l_star"], found["l_mass"]).values).ravel()
    expected = [int(phase_diagram(WIRES, {"mismatch": [each]}, **conventions)["phase"][0]) for each in x]
    assert found["phase"].values.ravel().tolist() == expected
    assert found["phase"].dims == ("mass", "mu")


def test_wires_fit_on_the_hyperbola():
    mass = np.array([0.0, 3.0, 30.0])
    mu = np.hypot(mass, 5.0)  # ħuk_F = 5 meV
    np.testing.assert_allclose(massive_scales(mass, mu, **BANDS).mismatch, 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("axes", "changes", "message"),
    [
        ({"mass": 1.0}, {}, "`axes` must name mass and mu"),
        ({"mass": [-1.0], "mu": 0.0}, {}, "`mass` must be zero or positive"),
        ({"mass": 1.0, "mu": 0.0}, {"k_F": 0.0}, "`k_F` must be positive"),
        ({"mass": 1.0, "mu": 0.0}, {"reading": "both"}, "`reading`"),
    ],
)
def test_bad_input(axes, changes, message):
    with pytest.raises(InputError, match=message):
        massive_secondary(WIRES, axes, **{**BANDS, **changes})
