"""Maps over two knobs: what is where, what it is called, and that the names stand in their own regions."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.collections import QuadMesh

from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.plotting import stability

NAMES = {0: "(0,0)", 1: "(0,1)", 2: "(1,0)", 3: "(1,1)"}
V = np.linspace(0.0, 3.0, 61)
DELTA_V = np.linspace(-2.0, 2.0, 81)


def diagram(codes, dims=("V", "delta_V"), coords=(V, DELTA_V)):
    """A diagram whose current is its code: a made-up picture in which everything is known."""
    found = dataset(
        {
            "charge_state": (dims, codes.astype(np.int16), "1", "charges"),
            "detector_current": (dims, -10.0 * codes, "pA", "charge-detector current"),
        },
        {dim: (dim, values, "mV", dim) for dim, values in zip(dims, coords, strict=True)},
        question="dots.stability_diagram",
        parameters={},
        method="made up",
        validity=(),
        references=(),
    )
    found["charge_state"].attrs.update(flags(NAMES))
    return found


@pytest.fixture
def quadrants():
    """(0,0) below left, (1,0) below right, (0,1) above left, (1,1) above right of V = 1 and δV = 0.5."""
    return diagram((V[:, None] > 1.0) * 1 + (DELTA_V > 0.5) * 2)


def shown_value(ax, x, y):
    """The value that the picture shows at a point."""
    (image,) = ax.images
    left, right, bottom, top = image.get_extent()
    array = image.get_array()
    column = int((x - left) / (right - left) * array.shape[1])
    row = int((y - bottom) / (top - bottom) * array.shape[0])
    return array[row, column]


def places(ax):
    return {text.get_text(): text.get_position() for text in ax.texts}


def test_orientation_and_labels_of_the_paper(quadrants):
    for result in (quadrants, quadrants.transpose("delta_V", "V"), quadrants.isel(V=slice(None, None, -1))):
        ax = stability.plot(result)
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("δV (mV)", "V (mV)")
        assert ax.figure.axes[1].get_ylabel() == "charge-detector current (pA)"
        assert shown_value(ax, -1.0, 0.5) == 0
        assert shown_value(ax, -1.0, 2.0) == -10
        assert shown_value(ax, 1.5, 0.5) == -20
        assert shown_value(ax, 1.5, 2.0) == -30
        left, right, bottom, top = ax.images[0].get_extent()
        np.testing.assert_allclose([left, right, bottom, top], [-2.025, 2.025, -0.025, 3.025])


def test_other_gates_run_as_they_come(quadrants):
    ax = stability.plot(quadrants.rename(V="V_L", delta_V="V_R"))
    assert ax.get_xlabel() == r"$V_{\mathrm{L}}$ (mV)"
    assert ax.get_ylabel() == r"$V_{\mathrm{R}}$ (mV)"


def test_every_region_bears_its_name_in_the_middle(quadrants):
    found = places(stability.plot(quadrants))
    assert set(found) == set(NAMES.values())
    expected = {"(0,0)": (-0.75, 0.5), "(1,0)": (1.25, 0.5), "(0,1)": (-0.75, 2.0), "(1,1)": (1.25, 2.0)}
    for name, place in expected.items():
        np.testing.assert_allclose(found[name], place, atol=0.05)


def test_a_name_stands_inside_a_region_that_bends():
    ring = np.hypot(V[:, None] - 1.5, DELTA_V) < 0.8
    found = places(stability.plot(diagram(ring * 3)))
    assert np.hypot(found["(0,0)"][1] - 1.5, found["(0,0)"][0]) > 0.8, "the centroid lies in the hole"
    np.testing.assert_allclose(found["(1,1)"], (0.0, 1.5), atol=0.06)


def test_a_speck_has_no_name():
    codes = np.zeros((61, 81), dtype=int)
    codes[:3, :3] = 1
    assert set(places(stability.plot(diagram(codes)))) == {"(0,0)"}


def test_boundaries_run_between_the_states(quadrants):
    ax = stability.plot(quadrants)
    lines = np.concatenate(
        [path.vertices for drawn in ax.collections for path in drawn.get_paths() if len(path.vertices)]
    )
    distance = np.minimum(abs(lines[:, 0] - 0.525), abs(lines[:, 1] - 1.025))
    assert distance.max() < 0.03
    for arm in ((0.525, 0.5), (0.525, 2.0), (-1.0, 1.025), (1.5, 1.025)):
        assert np.hypot(*(lines - arm).T).min() < 0.03, arm


def test_uneven_axes_are_drawn_where_they_are():
    uneven = np.array([0.0, 1.0, 3.0])
    codes = np.array([[0, 1, 2], [0, 1, 2], [3, 3, 3]])
    ax = stability.plot(diagram(codes, coords=(uneven, uneven)))
    assert not any(isinstance(drawn, QuadMesh) for drawn in ax.collections)
    assert ax.get_xlim() == (-0.5, 4.0)
    assert places(ax)["(1,1)"] == (1.0, 3.0)


def test_a_large_diagram_is_outlined_at_the_resolution_of_the_eye():
    fine = np.linspace(0.0, 1.0, 2501)
    ax = stability.plot(diagram((fine[:, None] > 0.3) * np.ones(81, dtype=int), coords=(fine, DELTA_V)))
    lines = np.concatenate([path.vertices for drawn in ax.collections for path in drawn.get_paths()])
    assert abs(lines[:, 1] - 0.3).max() < 0.002
    assert ax.images[0].get_array().shape == (2501, 81)


def test_without_charge_states_the_zero_is_drawn(quadrants):
    result = quadrants.drop_vars("charge_state")
    result["detector_current"] = result["detector_current"] + 15.0
    ax = stability.plot(result)
    lines = np.concatenate([path.vertices for drawn in ax.collections for path in drawn.get_paths()])
    assert abs(lines[:, 0] - 0.525).max() < 0.026
    assert not ax.texts
    positive = result.assign(detector_current=abs(result["detector_current"]))
    assert not stability.plot(positive).collections


def test_a_map_of_states_has_no_colour_bar(quadrants):
    ax = stability.plot(quadrants, variable="charge_state")
    assert len(ax.figure.axes) == 1
    assert set(places(ax)) == set(NAMES.values())


def test_axes_that_are_given_are_used(quadrants):
    first = stability.plot(quadrants)
    assert stability.plot(quadrants, first) is first


def test_what_cannot_be_drawn(quadrants):
    with pytest.raises(InputError, match=r"`variable` must be one of charge_state, detector_current: .*did you mean"):
        stability.plot(quadrants, variable="detector_curent")
    with pytest.raises(InputError, match=r"two dimensions of at least two points: got \(delta_V: 81\)"):
        stability.plot(quadrants.isel(V=0))
    with pytest.raises(InputError, match=r"got \(V: 1, delta_V: 81\)"):
        stability.plot(quadrants.isel(V=[0]))


def test_words_along_a_direction_are_refused():
    result = xr.Dataset({"dimension": (("kind", "K_c"), np.ones((2, 2)))}, {"kind": ["a", "b"], "K_c": [0.5, 0.8]})
    with pytest.raises(InputError, match="have numbers along both directions"):
        stability.plot(result, variable="dimension")
