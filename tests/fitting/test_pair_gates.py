"""The line of pairs in maps over two gates: known ones are read back, what else a map may be gives no number."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.fitting import fit_pair_gates
from attractron.fitting.pair_gates import _pixels
from attractron.fitting.pair_gates_model import GateMap
from attractron.fitting.pair_gates_report import quantities
from attractron.fitting.pair_gates_search import quadrants, weights
from attractron.transport import current, pair_junction
from tests.fitting.pair_gate_maps import gate_map
from tests.readout.transport_images import diamonds_image, other_image, triangles_image

POINT = {
    "place_first": 0.1,
    "place_second": -0.2,
    "mean_first": 0.8,
    "mean_second": 0.0,
    "detuning_first": 0.0,
    "detuning_second": 0.6,
    "gap": np.log(0.5),
    "share": 0.5,
    "Gamma_S": np.log(0.1),
    "Gamma_D": np.log(0.05),
    "Gamma_LR": np.log(0.1),
    "asymmetry": 0.2,
    "temperature": np.log(0.3),
}


def blank(first, second, bias=0.1):
    values = np.zeros((first.size, second.size))
    return GateMap(values=values, noise=values + 1, current=True, first=first, second=second, bias=bias)


def status(result):
    return flag_names(result["status"])[int(result["status"])]


def two_gates(image):
    return image.rename(dict(zip(image.dims, ("P1", "P2"), strict=True)))


def test_the_model_is_the_current_over_mean_and_difference():
    """Where the gates are V and δV their grid is that of `transport.current`."""
    first, second = np.linspace(-1, 1, 5), np.linspace(-1, 1, 6)
    junction = pair_junction(
        W=0.5, U=1.0, mu_P=1.0, Gamma_S=0.1, Gamma_D=0.05, Gamma_L=0.1 * np.exp(-0.2), Gamma_R=0.1 * np.exp(0.2),
        temperature=0.3,
    )  # fmt: skip
    axes = {"V": 0.8 * (first - 0.1), "delta_V": 0.6 * (second + 0.2), "V_SD": 0.1}
    wanted = current(junction, axes, origin="centre")["current"].to_numpy()
    found = blank(first, second).orders(POINT, "2e").sum(axis=0)
    assert found == pytest.approx(wanted, rel=1e-5)  # rare processes of third order are left out


def test_exchanging_the_dots_changes_nothing():
    gates = blank(np.linspace(-1, 1, 5), np.linspace(-1, 1, 6))
    exchanged = POINT | {"detuning_second": -POINT["detuning_second"], "asymmetry": -0.2}
    assert gates.orders(exchanged, "2e") == pytest.approx(gates.orders(POINT, "2e"), rel=1e-9)


def test_the_line_and_its_energy():
    """αδV = ±Δ at the ends; µ_L = αV + αδV is constant along the first dot's charging lines."""
    half = np.array([2.0, 4.0])  # mV
    found = quantities(POINT, blank(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5)), np.array([10.0, 20.0]), half)
    assert found["two_Delta"] == pytest.approx(0.5)
    assert found["centre"] == pytest.approx([10.2, 19.2])
    assert found["line_angle"] == pytest.approx(90.0)
    assert found["line_length"] == pytest.approx(0.5 / (0.6 / 4.0))
    assert found["lever_arm"] == pytest.approx(np.array([[0.4, 0.15], [0.4, -0.15]]))
    slope = np.tan(np.deg2rad(found["charging_line_angle"]))  # dV_2/dV_1
    assert found["lever_arm"][:, 0] + found["lever_arm"][:, 1] * slope == pytest.approx(0.0, abs=1e-12)


def test_both_odd_regions_are_found():
    first, second = np.linspace(-1, 1, 20), np.linspace(-1, 1, 20)
    segment, across, place = np.array([0.2, 0.15]), np.array([0.2, -0.25]), np.array([0.1, 0.0])
    u = np.stack(np.meshgrid(first, second, indexing="ij")) - place[:, None, None]
    x, y = np.einsum("ij,jkl->ikl", np.linalg.inv(np.stack([segment, across], axis=1)), u)
    values = 30.0 + 100.0 * weights(x, y, 0.1)[:2].sum(axis=0)
    found = quadrants(first, second, values)
    assert found.explained > 0.9999
    assert found.place == pytest.approx(place, abs=1e-3)
    assert found.heights == pytest.approx((100.0, 100.0), rel=1e-3)
    assert np.abs(found.to_energies @ segment) == pytest.approx([0.0, 1.0], abs=1e-2)


def test_a_current_that_flows_both_ways_is_of_no_one_bias():
    """Two quadrants beside a background of the other sign, as diamonds have it over gate and bias."""
    first, second = np.linspace(-1, 1, 40), np.linspace(-1, 1, 40)
    draw = np.random.default_rng(8)
    x, y = np.meshgrid(first / 0.3, second / 0.3, indexing="ij")
    shape = weights(x.ravel(), y.ravel(), 0.1)[:2].sum(axis=0).reshape(40, 40) + 0.01 * draw.normal(size=(40, 40))
    axes = {name: (name, 10 * each, {"units": "mV"}) for name, each in (("P1", first), ("P2", second))}
    # In volts behind an amplifier the offset may be anything.
    for offset, units, found in ((-0.1, "pA", True), (-0.5, "pA", False), (-0.5, "V", True)):
        image = xr.DataArray(100.0 * (shape + offset), axes, ("P1", "P2"), attrs={"units": units})
        assert (_pixels(image, 0.1)[2] is not None) == found


@pytest.mark.parametrize("what", ["diamonds", "triangles", "noise", "ridge"])
def test_other_things_give_no_number(what):
    draw = np.random.default_rng(5)
    x, y = np.meshgrid(np.linspace(-20, 20, 40), np.linspace(-20, 20, 40), indexing="ij")
    ridge = 100 / np.cosh((x + 0.4 * y - 3) / 2) ** 2 + draw.normal(size=x.shape)
    axes = {name: (name, np.linspace(-20, 20, 40), {"units": "mV"}) for name in ("P1", "P2")}
    image = {
        "diamonds": lambda: two_gates(diamonds_image(3)[0]),
        "triangles": lambda: two_gates(triangles_image(4)[0]),
        "noise": lambda: xr.DataArray(draw.normal(size=x.shape), axes, ("P1", "P2"), attrs={"units": "pA"}),
        "ridge": lambda: xr.DataArray(ridge, axes, ("P1", "P2"), attrs={"units": "pA"}),
    }[what]()
    result = fit_pair_gates(image, bias=0.1)
    assert status(result) == "not_described"
    assert np.isnan(float(result["two_Delta"]))
    assert np.isnan(result["line_end"]).all()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"bias": 0.0}, "bias"),
        ({"bias": "0.1 T"}, "bias"),
        ({"bias": 0.1, "lever_arms": {"L": {"P1": 0.1, "P2": 0.1}, "R": {"P1": 0.1, "P2": 0.1}}}, "differ"),
        ({"bias": 0.1, "lever_arms": {"L": {"P1": 0.1}, "R": {"P3": 0.1}}}, "lever_arms"),
        ({"bias": 0.1, "temperature": -1.0}, "temperature"),
    ],
)
def test_what_cannot_be_is_refused(options, match):
    image = two_gates(other_image(0)[0])
    with pytest.raises(InputError, match=match):
        fit_pair_gates(image, **options)


def table(truth):
    mean, detuning = truth["arms"]
    dots = (mean + detuning, mean - detuning)
    return {str(k): {"P1": float(dot[0]), "P2": float(dot[1])} for k, dot in enumerate(dots)}


@pytest.mark.validation
def test_a_map_is_read_with_known_lever_arms():
    image, truth = gate_map(4, size=40)
    result = fit_pair_gates(image, bias=truth["bias"], lever_arms=table(truth), temperature=truth["temperature"])
    assert status(result) == "read"
    assert abs(float(result["two_Delta"]) - truth["two_Delta"]) < 4 * float(result["two_Delta_uncertainty"])
    assert float(result["two_Delta_uncertainty"]) < 0.05 * truth["two_Delta"]
    names = [str(name) for name in image.dims]
    wanted = truth["centre"][[("P1", "P2").index(name) for name in names]]
    assert (np.abs(result["centre"].to_numpy() - wanted) < 4 * result["centre_uncertainty"].to_numpy()).all()


@pytest.mark.validation
def test_single_electrons_alone_give_no_number():
    image, truth = gate_map(1, processes="1e")
    assert status(fit_pair_gates(image, bias=truth["bias"])) in ("no_pairs", "not_described", "undecided")
