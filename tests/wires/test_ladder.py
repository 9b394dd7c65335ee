"""The ladder against mean-field energies and counted solitons."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires.ladder import ladder, relative_charge, total_charge
from attractron.wires.model import CoupledWires

LADDER = {
    "t": 10.0,
    "U": 4.0,
    "V_rung": 1.0,
    "V": 2.0,
    "K_c": 0.9,
    "u_c": 50.0,
    "k_F": 0.82,
    "spacing": 2.0,
    "alpha_0": 2.0,
    "y_s": 0.1,
}


def legs(imbalance, t, U, V_rung):
    """Energy per rung of two legs with 1 ± imbalance electrons a site: free bands, interactions in mean field."""
    kinetic = sum(-4 * t / np.pi * np.sin(np.pi * (1 + sign * imbalance) / 2) for sign in (1, -1))
    return kinetic + U * (2 + 2 * imbalance**2) / 4 + V_rung * (1 - imbalance**2)


@pytest.mark.parametrize(("U", "V_rung"), [(0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (4.0, 2.0), (4.0, 5.0)])
def test_relative_charge_is_the_compressibility_of_the_legs(U, V_rung):
    # ρ_1 - ρ_2 = -(2/π)∂φ_ρ- = 2x/a: energy per rung (u/2πK)(πx/a)² a = πu x²/(2Ka), and uK = v = 2ta.
    t, step = 10.0, 1e-3
    curvature = (legs(step, t, U, V_rung) - 2 * legs(0, t, U, V_rung) + legs(-step, t, U, V_rung)) / step**2
    stiffness = curvature / np.pi  # u/(Ka)
    assert relative_charge(U=U, V_rung=V_rung, t=t) == pytest.approx(np.sqrt(2 * t / stiffness), rel=1e-5)


def test_relative_charge_is_closer_to_one_than_the_total():
    total = total_charge(U=4.0, V_rung=1.0, t=2.0)  # both legs filled, the rungs' repulsion adds
    assert total == pytest.approx(1 / np.sqrt(1 + (4.0 + 2 * 1.0) / (2 * np.pi * 2.0)))
    assert total < relative_charge(U=4.0, V_rung=1.0, t=2.0) < 1
    assert relative_charge(U=4.0, V_rung=2.0, t=2.0) == 1.0


def test_forward_scattering_is_the_mean_field_energy():
    # p electrons more a site in the primary (∂φ_c = -πp/√2a), x more on the near leg and fewer on the far one
    # (∂φ_ρ- = -πx/a): the energy Vpx a rung is V_φ ∂φ_c∂φ_ρ- a/π².
    found = ladder(**LADDER)
    u = found["u_ratio"] * LADDER["u_c"]
    V_phi = np.pi * found["upsilon"] * np.sqrt(LADDER["u_c"] * u / (found["K_c"] * found["K"]))
    p, x, a = 0.01, 0.02, LADDER["spacing"]
    energy = V_phi * (np.pi * p / (np.sqrt(2) * a)) * (np.pi * x / a) * a / np.pi**2
    assert energy == pytest.approx(LADDER["V"] * p * x, rel=1e-12)
    assert u * found["K"] == pytest.approx(2 * LADDER["t"] * a)


def test_fields_make_coupled_wires_with_a_more_relevant_coupling():
    found = ladder(**LADDER)
    wires = CoupledWires(**found)
    assert wires.beta == 1.0
    as_wire = wires.with_parameters(beta=2.0)
    assert wires.dimensions[0] < as_wire.dimensions[0]
    # g = 4Va s and y = g/(√2πū), ū the mean velocity.
    mean = (LADDER["u_c"] + found["u_ratio"] * LADDER["u_c"]) / 2
    assert found["y"] == found["y_2"] == pytest.approx(4 * 2.0 * 2.0 / (np.sqrt(2) * np.pi * mean))
    assert ladder(**LADDER, pinned_factor=0.25)["y"] == pytest.approx(found["y"] / 4)


def test_below_the_gap_the_gate_lowers_the_mass_alone():
    values = [ladder(**LADDER, gap=3.0, back_gate=gate) for gate in (0.0, 1.0, -2.0, 3.0)]
    u = values[0]["u_ratio"] * LADDER["u_c"]
    np.testing.assert_allclose([each["mass"] for each in values], np.array([3, 2, 1, 0]) * 2.0 / u, rtol=1e-12)
    assert {each["mismatch"] for each in values} == {values[0]["mismatch_2"]}
    assert values[0]["mismatch"] == pytest.approx(abs(0.82 - np.pi / 4) * 2.0)


def filled_solitons(gate, gap, velocity, length=2e4):
    """Density of free massive fermions with the chemical potential `gate`, by counting momenta of a ring."""
    momenta = 2 * np.pi * np.arange(-60000, 60001) / length
    return np.count_nonzero(np.hypot(velocity * momenta, gap) < gate) / length


def test_beyond_the_gap_solitons_shift_the_momenta():
    found = ladder(**LADDER, gap=3.0, back_gate=5.0)
    u = found["u_ratio"] * LADDER["u_c"]
    # A soliton moves φ_ρ- by π: its gradient is π times their density, half of it on each momentum.
    half = np.pi * filled_solitons(5.0, 3.0, u) / 2
    away = 0.82 - np.pi / 4
    assert found["mismatch"] == pytest.approx(abs(away - half) * 2.0, abs=2e-3)
    assert found["mismatch_2"] == pytest.approx((away + half) * 2.0, abs=2e-3)
    assert found["mass"] == 0
    reversed_gate = ladder(**LADDER, gap=3.0, back_gate=-5.0)
    assert (reversed_gate["mismatch"], reversed_gate["mismatch_2"]) == (found["mismatch_2"], found["mismatch"])


def test_without_a_gap_the_near_leg_follows_its_potential():
    # Free legs: lifting leg 1 by δ/2 lowers its k_1 by δ/2v; k_F + k_1 and, on the sites, k_F - k_1 move along.
    free = {**LADDER, "U": 0.0, "V_rung": 0.0, "gap": 0.0}
    found = ladder(**free, back_gate=0.4)
    shift = 0.2 / (2 * LADDER["t"] * LADDER["spacing"])
    assert found["mismatch"] == pytest.approx((0.82 - np.pi / 4 - shift) * 2.0, rel=1e-12)


def test_gap_of_a_rung_by_default():
    u = ladder(**LADDER)["u_ratio"] * LADDER["u_c"]
    assert ladder(**LADDER)["mass"] == pytest.approx(3.0 * 2.0 / u)
    assert ladder(**LADDER, t_rung=0.5)["mass"] == pytest.approx((3 + np.sqrt(9 + 4)) / 2 * 2.0 / u)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"t": 0.0}, "`t` must be positive"),
        ({"V_rung": 40.0}, r"`V_rung` must be smaller than 33\.4159 meV: got 40\.0; beyond it one leg fills"),
        ({"V_rung": 5.0}, "`V_rung` must be smaller than U for one electron a site"),
        ({"pinned_factor": 1.5}, r"`pinned_factor` must lie in \[0, 1\]: got 1\.5"),
        ({"gap": -1.0}, "`gap` must be zero or positive"),
        ({"spacing": 0.0}, "`spacing` must be positive"),
        ({"back_gate": np.nan}, "`back_gate` must be finite"),
        ({"K_c": 0.0}, "`K_c` must be positive"),
        ({"k_F": -1.0}, "`k_F` must be positive"),
    ],
)
def test_bad_input(changes, message):
    with pytest.raises(InputError, match=message):
        ladder(**{**LADDER, **changes})
