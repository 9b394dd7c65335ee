"""Derivatives by lengths: against differences of whole solutions, the law of scaling, and other code."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from attractron.core.constants import COULOMB
from attractron.core.errors import InputError
from attractron.geometry import Gaussian, Metallic, crossed_nanotubes, distance_scan, planar_gaas, sensitivities
from attractron.geometry import panels as panels_of
from attractron.geometry.cloud_energies import repulsions
from attractron.geometry.derivatives import derivatives, stretched
from attractron.geometry.images import images_of
from attractron.geometry.lengths import lengths_of
from attractron.geometry.pairing import roles_of, slopes
from attractron.geometry.solution import charges, cut_all, remainder
from tests.geometry.drawings import shallow

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())["log_sensitivities"]
PLANES = {"solid_planes": True}


def repulsion(layout, mesh):
    images = images_of(layout.medium, tuple(plane.z for plane in layout.planes))
    found = charges(layout, mesh, images)
    return COULOMB * (repulsions(layout.clouds, images) - found.potential.T @ found.induced)


@pytest.mark.parametrize("fixed", [{"block": True}, {"permittivity": 12.9}, {"back": True}], ids=str)
@pytest.mark.parametrize("name", ["distance", "depth", "width", "dot", "shift"])
def test_the_adjoint_is_the_difference_of_whole_solutions(name, fixed, monkeypatch):
    """On each mesh; with every pair of panels exact, so that none changes from near to far between two solutions."""
    monkeypatch.setattr(panels_of, "FAR", 1e9)
    draw = partial(shallow, **{"shift": 15.0, **fixed})
    at = {"distance": 100.0, "depth": 50.0, "width": 120.0, "dot": 150.0, "shift": 15.0}
    base = draw(**at)
    (meshes,) = cut_all([base], 0.5)
    found = derivatives(draw, "lengths", at, [name], meshes)
    h = 1e-4 * at[name]
    slope = [np.zeros((4, 4)), np.zeros((4, 4))]
    for k, mesh in enumerate(meshes):
        for step, weight in ((h, 8), (-h, -8), (2 * h, -1), (-2 * h, 1)):
            layout = draw(**{**at, name: at[name] + step})
            slope[k] += weight * repulsion(layout, stretched(mesh, base, layout)) / (12 * h)
    best = slope[0] + remainder(meshes) * (slope[0] - slope[1])
    off = ~np.eye(4, dtype=bool)
    for adjoint, whole in ((found.slopes[0], best), (found.slope_steps[0], slope[0] - slope[1])):
        assert adjoint[off] == pytest.approx(whole[off], rel=1e-6, abs=1e-6 * abs(best[off]).max())


def test_sensitivities_of_crossed_nanotubes_between_planes():
    """Two figures after the point, of other code that is 0.5 % coarse."""
    found = sensitivities(crossed_nanotubes, list(KNOWN["lengths"]), fixed=PLANES, method="images")
    for name, key in (("W", "W"), ("U_near", "U"), ("far_site", "far"), ("pairing_energy", "pairing")):
        assert found[f"{name}_log_slope"].values == pytest.approx(KNOWN[key], abs=0.03), name
    assert found["W_slope"].attrs["units"] == "meV/nm"
    assert (found["W_slope_error"] == 0).all()


def test_slopes_are_those_of_a_scan():
    found = sensitivities(crossed_nanotubes, ["distance", "top_distance"], fixed=PLANES, method="images")
    for name in ("distance", "top_distance"):
        value = found["value"].sel(length=name).item()
        ends = [
            sensitivities(crossed_nanotubes, [name], fixed={**PLANES, name: value + step}, method="images")
            for step in (-0.1, 0.1)
        ]
        for energy in ("W", "U", "pairing_energy"):
            difference = (ends[1][energy] - ends[0][energy]).item() / 0.2
            assert found[f"{energy}_slope"].sel(length=name).item() == pytest.approx(difference, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("method", ["images", pytest.param("panels", marks=pytest.mark.thorough)])
def test_logarithmic_sensitivities_add_up_to_minus_one(method):
    """Everything scales as 1/size (Euler)."""
    fixed = PLANES if method == "images" else {"radius": 2.0}
    found = sensitivities(crossed_nanotubes, fixed=fixed, method=method, resolution=0.4)
    for name in ("W", "U", "far_site", "pairing_energy"):
        assert found[f"{name}_log_slope"].sum().item() == pytest.approx(-1, abs=1e-6), name


def test_a_kink_is_said():
    """A polarizer in the middle: both dots have the same U, and a shift lowers one of them."""
    found = sensitivities(shallow, ["shift", "distance"], resolution=0.5)
    assert "U has a kink in shift," in found.attrs["validity"]
    assert found["U_slope"].sel(length="shift").item() < 0
    aside = sensitivities(shallow, ["shift"], fixed={"shift": 20.0}, resolution=0.5)
    assert "kink" not in aside.attrs["validity"]
    assert aside["U_slope"].item() < 0


def test_the_slope_of_a_minimum():
    M = np.zeros((4, 4))
    M[0, 3], M[1, 3] = 2.0, 1.9
    dM = np.zeros((1, 4, 4))
    dM[0, 0, 3], dM[0, 1, 3] = -1.0, 0.5
    roles = roles_of("LRTB", (("T", "B"),))
    assert slopes(M, dM, roles)["U"] == pytest.approx([0.5])
    M[1, 3] = 2.0
    assert slopes(M, dM, roles)["U"] == pytest.approx([-1.0])
    assert -slopes(M, -dM, roles)["U"] == pytest.approx([0.5])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lengths": ["distanc"]}, "did you mean 'distance'"),
        ({"lengths": "distance"}, "list of names"),
        ({"lengths": ["shape"]}, "lengths with a value"),
        ({"fixed": {"distance": -3.0}}, "distance = -3 nm"),
        ({"fixed": {}}, "finite metal"),
        ({"draw": lambda **lengths: crossed_nanotubes(**lengths), "fixed": {}}, "no defaults"),
        ({"islands": (("B", "B"),)}, "island of two"),
        ({"memory": -1.0}, "positive"),
        ({"fixed": {"dot": 1000.0, "solid_planes": False}, "method": "panels"}, "keep clear of metal"),
    ],
)
def test_bad_questions_are_refused(options, words):
    given = {"draw": crossed_nanotubes, "fixed": PLANES, "method": "images", **options}
    with pytest.raises(InputError, match=words) as raised:
        sensitivities(given.pop("draw"), **given)
    assert "\n" not in str(raised.value)


@pytest.mark.thorough
def test_metallic_dots_have_differences_of_whole_solutions():
    fixed = {**PLANES, "shape": Metallic(length=300, segments=6), "spacing": 500.0}
    found = sensitivities(crossed_nanotubes, ["distance"], fixed=fixed, method="images")
    ends = distance_scan(crossed_nanotubes, [124.9, 125.1], fixed=fixed, method="images")
    for name in ("W", "U", "far_site"):
        difference = ends[name].diff("distance").item() / 0.2
        assert found[f"{name}_slope"].item() == pytest.approx(difference, rel=1e-4), name
    assert "differences" in found.attrs["method"]


def test_a_permittivity_is_no_length():
    found = sensitivities(planar_gaas, ["depth"], resolution=0.4)
    assert found["length"].values.tolist() == ["depth"]
    assert "permittivity" not in lengths_of(planar_gaas)
    assert "rms" in lengths_of(planar_gaas)
    with pytest.raises(InputError, match="name lengths with a value"):
        sensitivities(planar_gaas, ["permittivity"])


def test_one_sided_where_the_drawing_ends():
    """At the nearest distance that can be drawn, the slope is that from the other side."""

    def draw(*, distance=100.0):
        if distance < 100:
            raise InputError("metals", "not touch", "them")
        return crossed_nanotubes(distance=distance, solid_planes=True)

    whole = sensitivities(crossed_nanotubes, ["distance"], fixed={**PLANES, "distance": 100.0}, method="images")
    assert sensitivities(draw, method="images")["W_slope"].item() == pytest.approx(whole["W_slope"].item(), rel=1e-3)


def test_a_shape_is_no_length():
    found = sensitivities(crossed_nanotubes, ["height"], fixed={**PLANES, "shape": Gaussian(rms=50)}, method="images")
    assert found["length"].values.tolist() == ["height"]
