"""Impurities against exponents of operators, limits and the liquid of trions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.dimensions import normal_modes, scaling_dimension, two_wires
from attractron.wires.impurity_kinds import impurity_dimensions
from attractron.wires.model import CoupledWires
from attractron.wires.trion import TrionLiquid, trion_phase

WIRES = CoupledWires(K_c=0.8, K=0.4, y_s=0.1, y=0.1, upsilon=0.3, u_ratio=0.7)


@given(
    K_c=st.floats(0.3, 1.5),
    K=st.floats(0.1, 1.5),
    upsilon=st.floats(-0.8, 0.8),
    u=st.floats(0.4, 1.2),
    ratio=st.floats(0.0, 1.2),
)
def test_dimensions_are_those_of_the_operators(K_c, K, upsilon, u, ratio):
    wires = CoupledWires(K_c=K_c, K=K, y_s=0.1, y=0.1, upsilon=upsilon, u_ratio=u, V_theta_ratio=ratio)
    V_phi = np.pi * upsilon * np.sqrt(u / (K_c * K))
    modes = normal_modes(*two_wires(K_c=K_c, u_c=1.0, K=K, u=u, V_phi=V_phi, V_theta=-ratio * V_phi * u * K_c * K))
    found = impurity_dimensions(wires)["dimension"]
    charge, secondary = scaling_dimension(modes, [np.sqrt(2), 0]), scaling_dimension(modes, [0, 2])
    np.testing.assert_allclose(found.sel(in_phase="paired"), [charge, charge, secondary], rtol=1e-9)
    np.testing.assert_allclose(found.sel(in_phase="decoupled"), [charge + 0.5, charge + 0.5, secondary], rtol=1e-9)


def test_in_the_trion_phase_all_are_a_third_of_K_f():
    for carriers in ("holes", "particles"):
        wires = WIRES.with_parameters(carriers=carriers)
        for kinetic, name in (("complete", "K_f_complete"), ("published", "K_f")):
            expected = float(trion_phase(TrionLiquid.from_wires(wires))[name])
            found = impurity_dimensions(wires, kinetic=kinetic)
            np.testing.assert_allclose(found["dimension"].sel(in_phase="trion"), expected / 3, rtol=1e-12)
            assert float(found["K_f"]) == pytest.approx(expected)


def test_axes_make_dimensions_and_one_is_marginal():
    found = impurity_dimensions(WIRES, {"K": [0.5, 1.0, 2.0], "upsilon": 0.0, "u_ratio": 1.0})
    assert found["dimension"].dims == ("kind", "in_phase", "K")
    secondary = found.sel(kind="secondary", in_phase="paired")
    np.testing.assert_allclose(secondary["dimension"], [0.5, 1.0, 2.0])
    assert secondary["relevant"].values.tolist() == [True, False, False]


def test_bad_input():
    with pytest.raises(InputError, match="wire as the secondary"):
        impurity_dimensions(WIRES.with_parameters(beta=1.0))
    with pytest.raises(InputError, match="mismatch"):
        impurity_dimensions(WIRES, {"mismatch": [0.1]})
