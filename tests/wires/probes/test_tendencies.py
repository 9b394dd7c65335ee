"""Tendencies of the gapless wire: logarithms of Giamarchi and Schulz, powers mixed by Q, SU(2) symmetry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.wires import CoupledWires, Sharp, susceptibilities
from attractron.wires.orders import LOGARITHM
from attractron.wires.probes.tendencies import tendencies


@given(y_s=st.floats(0.02, 0.4), K_c=st.floats(0.4, 1.2))
@settings(max_examples=10)
def test_logarithms_without_a_second_wire(y_s, K_c):
    found = tendencies(CoupledWires(K_c=K_c, K=0.6, y_s=y_s, y=0.0), length=50.0).isel(l=-1)
    for order, power in LOGARITHM.items():
        assert float(found.logarithmic.sel(order=order)) / np.log(1 + 50 * y_s) == pytest.approx(power, abs=1e-3)


def test_the_line_is_symmetric_in_spin_space():
    wires = CoupledWires(K_c=0.8, K=0.6, y_s=0.2, y=0.05, upsilon=0.2, mismatch=0.3)
    found = tendencies(wires, length=20.0).log_correlation
    for order in ("SDW", "triplet"):
        np.testing.assert_allclose(found.sel(order=order), found.sel(order=f"{order} across"), rtol=1e-9)


def test_powers_are_those_of_the_susceptibilities():
    wires = CoupledWires(K_c=0.8, K=0.6, y_s=0.2, y=0.0, upsilon=0.4)
    found = tendencies(wires, length=5.0)
    asked = susceptibilities(K_c=wires.K_c_tilde, K=wires.K_tilde, Q=wires.Q)
    for order in ("CDW", "SDW", "singlet", "triplet"):
        # χ is the Fourier transform of r^-power over space and time
        assert float(found.power.sel(order=order)) - 2 == pytest.approx(float(asked.exponent.sel(order=order)))


def test_what_is_left_of_y_s_makes_the_logarithm():
    """The source of (16a) ends at l* with a sharp cut-off; from then on dy_s/dl = -y_s²."""
    wires = CoupledWires(K_c=0.8, K=0.6, y_s=0.2, y=0.05, upsilon=0.2, mismatch=0.3)
    found = tendencies(wires, length=60.0, cutoff=Sharp())
    late = found.isel(l=slice(-401, None))
    y = float(found.y_s_end)
    start = y / (1 - y * 20.0)  # y_s twenty before the end
    grown = late.logarithmic.isel(l=-1) - late.logarithmic.isel(l=0)
    assert float(late.l[-1] - late.l[0]) == pytest.approx(20.0)
    for order in ("SDW", "CDW"):
        assert float(grown.sel(order=order)) == pytest.approx(LOGARITHM[order] * np.log(1 + 20 * start), rel=1e-4)


def test_a_gap_leaves_charge_density_waves_and_singlets():
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
    last = tendencies(wires, length=20.0).isel(l=-1).log_correlation
    assert np.isfinite(last.sel(order=["CDW", "singlet"])).all()
    assert np.isneginf(last.sel(order=["SDW", "SDW across", "triplet"])).all()
