"""Where a drawing pairs, over two lengths."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.geometry import (
    Layout,
    ParticleInABox,
    Plane,
    WireDot,
    crossed_nanotubes,
    distance_scan,
    pairing_map,
)
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


def test_misplacement():
    """Change of 2Δ by 10, 25, 50 nm along the system's tube, and along the polarizer's either way (other code)."""
    known = {
        "shift_x": ([10, 25, 50], [-0.13, -0.31, -0.57]),
        "shift_y": ([-50, -25, -10, 10, 25, 50], [-0.19, -0.07, -0.02, 0.01, 0.02, -0.01]),
    }
    for name, (shifts, changes) in known.items():
        found = pairing_map(crossed_nanotubes, {name: [0, *shifts] if min(shifts) > 0 else shifts}, fixed=PLANES)
        assert 2 * found["pairing_energy"].sel({name: shifts}).values - 1.1202 == pytest.approx(changes, abs=0.006)


def test_a_drawing_of_ones_own():
    """Tubes at an angle: best at right angles, none at all in parallel (other code, 0.6 % coarse)."""

    def tilted(*, angle):
        c, s = float(np.cos(np.deg2rad(angle))), float(np.sin(np.deg2rad(angle)))
        shape = ParticleInABox(length=400)
        dots = [WireDot(name=n, centre=(x, 0, 0), along="x", shape=shape) for n, x in (("L", -200), ("R", 200))]
        for name, r in (("T", 400), ("B", 0)):
            dots.append(WireDot(name=name, centre=(r * c, r * s, 125), along=(c, s, 0), shape=shape))
        return Layout(metals=(Plane(name="below", z=-130), Plane(name="above", z=255)), clouds=tuple(dots))

    found = pairing_map(tilted, {"angle": [0, 30, 45, 60, 75, 90]})
    known = [-0.52, 0.364, 0.723, 0.919, 1.031, 1.113]
    assert 2 * found["pairing_energy"].values == pytest.approx(known, abs=0.01)


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
        ({("height", "solid_planes"): [100]}, "other keywords than those that are varied.*'solid_planes'"),
    ],
)
def test_bad_axes_are_refused(axes, words):
    with pytest.raises(InputError, match=words) as raised:
        pairing_map(crossed_nanotubes, axes, fixed=PLANES)
    assert "\n" not in str(raised.value)
