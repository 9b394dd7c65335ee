"""Temperatures at which a flow stops: against reference flows of another integration, and limits of the cut-off."""

import math

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, crossover_temperatures
from attractron.wires.flow.temperatures import cut_factor

# K_c, K, υ, χ, y_s, y, l*, l_spin, l_trion (|y| = 1): integrated with another method, SU(2) line, u = u_c.
REFERENCE = [
    (0.85, 0.6, 0.15, 1.0, 0.15, 0.12, 3, 20.45086, 3.77922),
    (0.85, 0.6, 0.15, 1.0, 0.15, 0.12, 2, math.inf, 3.87724),
    (0.85, 0.4, 0.10, 1.5, 0.10, 0.10, 3, 5.355637, 3.226176),
    (0.85, 0.4, 0.10, 1.5, 0.10, 0.10, 5, 4.240670, 3.196641),
]


@pytest.mark.parametrize(("K_c", "K", "upsilon", "chi", "y_s", "y", "l_star", "l_spin", "l_trion"), REFERENCE)
def test_scales_of_the_reference_flows(K_c, K, upsilon, chi, y_s, y, l_star, l_spin, l_trion):
    wires = CoupledWires(K_c=K_c, K=K, y_s=y_s, y=y, upsilon=upsilon, mismatch=math.exp(-l_star))
    found = crossover_temperatures(wires, {}, cutoff=Tanh(chi), Lambda=2.0)
    left = (1 - math.tanh((l_trion - l_star) / chi)) / 2
    assert float(found["spin_scale"]) == pytest.approx(math.exp(-l_spin), rel=3e-5)
    assert float(found["trion_scale"]) == pytest.approx(math.exp(-l_trion) * left, rel=3e-5)
    kelvin = 2.0 / 0.08617333262
    assert float(found["spin_temperature"]) == pytest.approx(kelvin * math.exp(-l_spin), rel=3e-5)
    assert float(found["trion_temperature"]) == pytest.approx(kelvin * math.exp(-l_trion) * left, rel=3e-5)
    assert found["trion_temperature"].attrs["units"] == "K"


def test_over_an_axis_every_point_has_its_own_cut():
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1)
    mismatch = np.exp([-3.0, -5.0])
    found = crossover_temperatures(wires, {"mismatch": mismatch, "K": np.array([0.4, 0.5])})
    assert found["trion_scale"].dims == ("mismatch", "K")
    for m, value in enumerate(mismatch):
        for k, K in enumerate((0.4, 0.5)):
            alone = crossover_temperatures(wires.with_parameters(mismatch=float(value), K=K), {})
            assert float(found["trion_scale"][m, k]) == pytest.approx(float(alone["trion_scale"]), rel=1e-12)
    assert "spin_temperature" not in found


def test_the_second_coupling_alone_is_cut_at_its_own_mismatch():
    first = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, mismatch=0.1)
    second = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.0, y_2=0.1, mismatch=0.9, mismatch_2=0.1)
    scales = [float(crossover_temperatures(wires, {})["trion_scale"]) for wires in (first, second)]
    assert scales[0] == pytest.approx(scales[1], rel=1e-9)


def test_what_the_cut_off_leaves():
    away, l_star = np.array([-50.0, 0.0, 1.5, 400.0]), np.array(3.0)
    tanh, frozen, sharp = (cut_factor(3 + away, l_star, cutoff) for cutoff in (Tanh(1.5), Frozen(1.5), Sharp()))
    np.testing.assert_allclose(tanh, [1, 0.5, 1 / (1 + math.e**2), 0], atol=1e-30)
    np.testing.assert_array_equal(frozen, tanh)
    np.testing.assert_array_equal(sharp, [1, 0, 0, 0])
    assert cut_factor(np.array([5.0]), np.array(np.inf), Tanh())[0] == 1.0, "commensurate wires are not cut"
    assert cut_factor(np.array([np.inf]), np.array(2.0), Tanh())[0] == 0.0


def test_points_whose_ground_state_contradicts_the_temperatures_are_counted():
    # l* = 2 and 3 of the reference flows: y = 1 at l = 3.9 and 3.8, beyond l*; decoupled and paired ground states.
    wires = CoupledWires(K_c=0.85, K=0.6, y_s=0.15, y=0.12, upsilon=0.15)
    found = crossover_temperatures(wires, {"mismatch": np.exp([-2.0, -3.0, -8.0])}, cutoff=Tanh(1.0))
    np.testing.assert_array_equal(found["phase"], [0, 1, 2])
    assert "At 2 of 3 points y is strong beyond l* only" in found.attrs["validity"]
    trions = crossover_temperatures(wires, {"mismatch": math.exp(-8.0)}, cutoff=Tanh(1.0))
    assert "beyond l* only" not in trions.attrs["validity"]


def test_refusals():
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1)
    with pytest.raises(InputError, match="`Lambda` must be positive: got 0"):
        crossover_temperatures(wires, {}, Lambda=0)
    with pytest.raises(InputError, match=r"axes\['k'\].*name a knob"):
        crossover_temperatures(wires, {"k": [1.0, 2.0]})
