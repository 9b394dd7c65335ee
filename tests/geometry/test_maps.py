"""Where a drawing pairs, over two lengths."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.geometry import crossed_nanotubes, distance_scan, pairing_map
from tests.geometry.drawings import shallow

PLANES = {"solid_planes": True}
HEIGHTS = ("height", "polarizer_height")


def test_the_best_height_of_both_gates():
    """Of d = 80, 200 nm: 218 and 132 nm, 2Δ = 1.82 and 0.476 meV (other code, 0.5 % coarse)."""
    heights = np.arange(100.0, 260.0, 8)
    found = pairing_map(crossed_nanotubes, {"distance": [80, 200], HEIGHTS: heights}, fixed=PLANES)
    best = found["pairing_energy"].idxmax("height").values
    assert best == pytest.approx([218, 132], abs=8)
    assert 2 * found["pairing_energy"].max("height").values == pytest.approx([1.8244, 0.476], rel=0.02)
    assert found["pairs"].dtype == bool
    assert (found["pairs"] == (found["pairing_energy"] > 0)).all()


@pytest.mark.parametrize("method", ["images", "panels"])
def test_a_row_is_a_scan(method):
    draw, fixed = (crossed_nanotubes, PLANES) if method == "images" else (shallow, {})
    name, value = ("height", 140.0) if method == "images" else ("depth", 45.0)
    distances = [100.0, 130.0]
    options = {"method": method, "resolution": 0.5}
    heard = []
    found = pairing_map(
        draw, {"distance": distances, name: [value]}, fixed=fixed, progress=lambda *each: heard.append(each), **options
    )
    scan = distance_scan(draw, distances, fixed={**fixed, name: value}, **options)
    for each in ("W", "U", "pairing_energy", "pairing_energy_error"):
        assert found[each].values[:, 0] == pytest.approx(scan[each].values, rel=1e-9, abs=1e-12)
    assert heard == [(1, 2), (2, 2)]


def test_points_that_cannot_be_drawn_are_empty():
    found = pairing_map(shallow, {"gap": [-10, 20], "distance": [100, 120]}, method="panels", resolution=0.5)
    assert np.isnan(found["W"].values[0]).all()
    assert np.isfinite(found["W"].values[1]).all()
    assert not found["pairs"][0].any()
    assert "2 of 4 points could not be drawn" in found.attrs["validity"]


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"distanc": [100]}, "did you mean 'distance'"),
        ({"distance": [100], ("height", "distance"): [100]}, "name a length once"),
        ({"distance": []}, "at least one point"),
        ({}, "at least one length"),
        ([100], "mapping"),
        ({"distance": [-100, -50]}, "a drawing that can be"),
    ],
)
def test_bad_axes_are_refused(axes, words):
    with pytest.raises(InputError, match=words) as raised:
        pairing_map(crossed_nanotubes, axes, fixed=PLANES)
    assert "\n" not in str(raised.value)
