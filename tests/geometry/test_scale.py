"""Smaller drawings: the exact law of all lengths, and gates left behind as other code has it."""

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.geometry import Gaussian, crossed_nanotubes, scaling
from tests.geometry.drawings import shallow

PLANES = {"fixed": {"solid_planes": True}, "method": "images"}
GATES = ["height", "polarizer_height", "radius"]


def test_all_lengths_scaled_is_one_over_size():
    """And 2Δ = k_B 300 K at 17.3 nm, Δ at half of it."""
    found = scaling(crossed_nanotubes, [1, 0.3, 0.02], size="dot", **PLANES)
    assert (found["pairing_energy"] * found["factor"]).values == pytest.approx(1.1202021902 / 2, rel=1e-8)
    assert found["size"].values.tolist() == pytest.approx([400, 120, 8])
    assert found["size_at"].values == pytest.approx(
        [400 * 1.1202021902 / (K_B * 300), 200 * 1.1202021902 / (K_B * 300)]
    )
    assert found["temperature"].values[:, 1] == pytest.approx(found["pairing_energy"].values / K_B)


def test_the_law_holds_on_panels_with_their_shapes():
    found = scaling(crossed_nanotubes, [1.0, 0.37], fixed={"shape": Gaussian(rms=60)}, resolution=0.4)
    assert found["W"].values[1] * 0.37 == pytest.approx(found["W"].values[0], rel=1e-9)
    assert found["lever_arm"].values[1] == pytest.approx(found["lever_arm"].values[0], abs=1e-7)


def test_gates_left_behind_lose_the_attraction():
    """400 to 8 nm dots with gates 130 nm away (geometry of other code, 0.5 % coarse): best at 160 nm, lost at 40."""
    sizes, known = [400, 240, 160, 120, 40], [1.1126, 1.9974, 2.458, 2.4235, -2.4424]
    found = scaling(crossed_nanotubes, np.array(sizes) / 400, keep=GATES, size="dot", **PLANES)
    assert 2 * found["pairing_energy"].values == pytest.approx(known, rel=0.02, abs=0.12)
    assert np.argmax(found["pairing_energy"].values) == 2
    assert np.isnan(found["factor_at"]).all()  # 300 K is never reached
    assert np.isnan(found["temperature"][-1]).all()
    assert "Nothing pairs at the factor 0.1." in found.attrs["validity"]


def test_the_largest_device_for_a_temperature_with_gates_left_behind():
    """Between the points at which 2Δ passes k_B T for the first time on the way down."""
    factors = np.array([0.3, 0.4, 0.5, 0.6, 0.8, 1.0])
    found = scaling(crossed_nanotubes, factors, keep=GATES, size="dot", temperature=20.0, **PLANES)
    two = np.interp(np.log(found["factor_at"][0].item()), np.log(factors), 2 * found["pairing_energy"].values)
    assert two == pytest.approx(K_B * 20, rel=1e-9)
    assert found["size_at"][0].item() == pytest.approx(400 * found["factor_at"][0].item())
    warm = scaling(crossed_nanotubes, factors, keep=GATES, temperature=5.0, **PLANES)
    assert warm["factor_at"][0].item() == pytest.approx(1.0)


def test_a_size_that_is_kept_stays():
    found = scaling(shallow, [1.0, 0.8], keep=["depth", "permittivity"], size="depth", resolution=0.4, temperature=1e-3)
    assert found["size"].values.tolist() == [50.0, 50.0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"factors": [1, 0]}, "factors\\[1\\]. must be positive"),
        ({"factors": [1, float("nan")]}, "finite"),
        ({"keep": ["heigth"]}, "did you mean 'height'"),
        ({"keep": "height"}, "list of names"),
        ({"size": "dott"}, "did you mean 'dot'"),
        ({"temperature": 0}, "positive"),
        ({"factors": [1, 0.1], "keep": ["dot"], "fixed": {}, "method": "panels"}, "distance = 12.5 nm.*keep clear"),
    ],
)
def test_bad_factors_are_refused(options, words):
    given = {"factors": [1, 0.5], **PLANES, **options}
    with pytest.raises(InputError, match=words) as raised:
        scaling(crossed_nanotubes, given.pop("factors"), **given)
    assert "\n" not in str(raised.value)


def test_something_must_scale():
    with pytest.raises(InputError, match="leave something that scales"):
        scaling(lambda *, distance=100.0: shallow(distance=distance), [1, 0.5], keep=["distance"])
