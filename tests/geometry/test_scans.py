"""Scans over a length against other code, against solutions one by one, and against what must hold."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.geometry import (
    Layout,
    ParticleInABox,
    WireDot,
    crossed_nanotubes,
    distance_scan,
    electrostatics,
    rectangle,
)
from attractron.geometry.blocks import Blocks
from attractron.geometry.pairing import energies, roles_of
from attractron.geometry.scans import solved
from attractron.geometry.solution import BESIDE, COPIES, cut_all, extrapolated
from tests.geometry.drawings import shallow

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())
PLANES = {"solid_planes": True}


@pytest.mark.thorough
def test_the_distance_of_crossed_nanotubes():
    """W, U and the far site of other code, within the error of its mesh; 2Δ of 1.57 meV at 80 nm."""
    known = KNOWN["distance_scan"]
    found = distance_scan(crossed_nanotubes, known["distance"][::2])
    for name, other, bound in (("W", "W", 0.012), ("U_near", "U", 6e-3), ("far_site", "far", 6e-3)):
        assert found[name].values == pytest.approx(known[other][::2], rel=bound), name
    assert 2 * found["pairing_energy"][0].item() == pytest.approx(1.57, abs=0.005)
    assert (np.diff(found["W"]) > 0).all()  # the second chip screens it
    assert (np.diff(found["U"]) < 0).all()


SCANS = [
    ("distance", [60.0, 100.0, 170.0], {}),
    ("depth", [40.0, 60.0], {}),
    ("width", [100.0, 120.0], {"back": True}),
    ("permittivity", [2.0, 12.9], {}),
    ("gap", [20.0, 35.0], {"permittivity": 12.9, "block": True}),
    ("distance", [60.0, 100.0], {"permittivity": 12.9, "block": True}),
    ("depth", [40.0, 60.0], {"permittivity": 12.9, "block": True}),
]


@pytest.mark.parametrize(("name", "values", "fixed"), SCANS, ids=[f"{name} {k}" for k, (name, *_) in enumerate(SCANS)])
def test_blocks_that_are_kept_are_those_that_would_be_computed(name, values, fixed):
    layouts = [shallow(**fixed, **{name: value}) for value in values]
    together, _ = solved(layouts, 0.5, 4.0, None)
    for layout, meshes, (found, steps) in zip(layouts, cut_all(layouts, 0.5), together, strict=True):
        alone, difference = extrapolated(layout, meshes)
        for kept, new in zip((*found, *steps), (*alone, *difference), strict=True):
            assert kept == pytest.approx(new, rel=1e-9, abs=1e-9 * abs(alone.repulsion).max())


def test_a_chip_that_moves_keeps_its_blocks():
    """Of two chips, half of the pairs stay; all is given up after the last use."""
    layouts = [crossed_nanotubes(distance=d) for d in (100.0, 150.0)]
    meshes = [mesh for pair in cut_all(layouts, 0.5) for mesh in pair]
    kept = Blocks(meshes, images=False)
    filled = 0
    for mesh in meshes:
        for i, one in enumerate(mesh):
            for other in mesh[: i + 1]:
                block = np.zeros((one.count, other.count))
                filled += kept.fill(block, one, other) or kept.keep(block, one, other) or 0
    assert 2 * 90 <= filled < 2 * 95  # 9 rectangles a chip, 45 pairs each, on two meshes, and gates that are alike
    assert not kept._kept


def test_the_matrix_is_held_once():
    """What is held beside one matrix of 8 n² bytes does not grow with it."""
    sheet = Layout(metals=(rectangle("square", x=(0, 1), y=(0, 1), z=0),))
    tracemalloc.start()
    size = int(electrostatics(sheet, resolution=12)["panels"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 2000
    assert peak < COPIES * 8 * size**2 + 1e9 * BESIDE / 2


def test_a_point_of_a_scan_is_the_electrostatics_there():
    """Meshes differ a little, results within the errors said."""
    found = distance_scan(crossed_nanotubes, [90.0, 125.0], resolution=0.6)
    alone = electrostatics(crossed_nanotubes(distance=90.0), resolution=0.6)
    error = found["repulsion_error"][0] + alone["repulsion_error"] + 1e-9
    assert (abs(found["repulsion"][0] - alone["repulsion"]) < error).all()
    assert found["lever_arm"][0].values == pytest.approx(alone["lever_arm"].values, abs=5e-3)
    assert found["distance"].attrs["units"] == "nm"


def test_energies_of_a_scan_are_those_of_its_repulsions():
    found = distance_scan(crossed_nanotubes, [80, 125], fixed=PLANES, method="images")
    M = found["repulsion"].sel(distance=125)
    known = KNOWN["solid_planes"]
    for name, pair, value in (("W", "LR", "W"), ("U_near", "LB", "U"), ("far_site", "LT", "far")):
        assert found[name][1].item() == pytest.approx(M.sel(dot=pair[0], dot_2=pair[1]).item(), rel=1e-12)
        assert found[name][1].item() == pytest.approx(known[value], abs=1e-8)
    assert found["pairing_energy"].values == pytest.approx((found["U"] - found["W"]).values / 2)
    assert (found["pairing_energy_error"] == 0).all()


def test_the_site_that_pairs_less_decides():
    M = np.zeros((4, 4))
    M[0, 1], M[0, 3], M[0, 2], M[1, 3], M[1, 2] = 0.5, 2.0, 0.2, 1.9, 0.3  # L, R, T, B
    found = energies(M + M.T, roles_of("LRTB", (("T", "B"),)))
    assert [found[name] for name in ("W", "U", "U_near", "far_site")] == pytest.approx([0.5, 1.6, 1.9, 0.3])
    assert found["pairing_energy"] == pytest.approx(0.55)


def test_a_detector_neither_pairs_nor_attracts():
    """A frozen fifth dot leaves the others' repulsions as they are; unnamed, it is refused."""

    def sensed(*, distance=125.0):
        bare = crossed_nanotubes(distance=distance, solid_planes=True)
        dot = WireDot(name="CD", centre=(-900, 0, 0), along="x", shape=ParticleInABox(length=200))
        return replace(bare, clouds=(dot, *bare.clouds))

    found = distance_scan(sensed, [90, 125], method="images", detector="CD")
    plain = distance_scan(crossed_nanotubes, [90, 125], fixed=PLANES, method="images")
    assert found["pairing_energy"].values == pytest.approx(plain["pairing_energy"].values, rel=1e-12)
    assert "CD" in found["dot"]
    with pytest.raises(InputError, match="only senses the others as `detector`"):
        distance_scan(sensed, [90, 125], method="images")
    with pytest.raises(InputError, match="did you mean 'CD'"):
        distance_scan(sensed, [90, 125], method="images", detector="DC")


def test_progress_is_heard():
    heard = []
    distance_scan(crossed_nanotubes, [90, 80], fixed=PLANES, method="images", progress=lambda *each: heard.append(each))
    assert heard == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"draw": 3}, "function of named lengths"),
        ({"draw": lambda *, distance: distance, "fixed": {}}, "return a Layout"),
        ({"name": "hight"}, "did you mean 'height'"),
        ({"fixed": {"widht": 10}}, "did you mean 'width'"),
        ({"fixed": {"distance": 100}}, "other keywords than those that are varied.*'distance'"),
        ({"draw": lambda *, distance, height: height, "fixed": {}}, "none for height"),
        ({"distances": [100, -5]}, "distance = -5 nm.*positive"),
        ({"distances": [100, 100]}, "rise or fall"),
        ({"distances": []}, "at least one point"),
        ({"fixed": {}}, "finite metal 'V_bL'"),
        ({"islands": (("T", "X"),)}, "dots \\(L, R, T, B\\).*'X'"),
        ({"islands": ()}, "one island of two dots"),
        ({"islands": (("T", "B", "R"),)}, "leave two dots"),
        ({"method": "mirrors"}, "panels, images"),
        ({"fixed": {"polarizer": False, "solid_planes": True}}, "name dots"),
        ({"draw": lambda *, W: crossed_nanotubes(distance=W, solid_planes=True), "name": "W", "fixed": {}}, "rename"),
    ],
)
def test_bad_scans_are_refused(options, words):
    given = {"draw": crossed_nanotubes, "distances": [100, 120], "fixed": PLANES, "method": "images", **options}
    with pytest.raises(InputError, match=words) as raised:
        distance_scan(given.pop("draw"), given.pop("distances"), **given)
    assert "\n" not in str(raised.value)
